"""What this process spends its CPU time on, besides its work: starting up, and files.

What is marked with `spent_on` is added up; what is marked inside of it belongs to the outer mark.
A process hands on what its child has found (`take`, `add`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time

START_UP, FILES = "start_up", "files"  # imports and what is opened once; pages, images, JSON
_seconds = {START_UP: 0.0, FILES: 0.0}
_marked = False


@contextmanager
def spent_on(part: str) -> Iterator[None]:
    """Add the CPU seconds of the block, or of the decorated function, to START_UP or FILES."""
    global _marked
    if _marked:
        yield
        return
    _marked, begun = True, process_time()
    try:
        yield
    finally:
        _marked = False
        _seconds[part] += process_time() - begun


def add(seconds: dict[str, float]) -> None:
    """Add what another process has taken."""
    for part, value in seconds.items():
        _seconds[part] += value


def take() -> dict[str, float]:
    """CPU seconds of each part since they were last taken."""
    taken = dict(_seconds)
    _seconds.update(dict.fromkeys(_seconds, 0.0))
    return taken
