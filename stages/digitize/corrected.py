"""What became of the corrections of a book: its delivery holds them, its manifest counts them."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.corrections import open_corrections
from pipeline.files import file_hash

DELIVERED = "corrections.json"
COUNTS = ("lines", "words", "accepted", "moved", "lost")


def deliver_corrections(
    path: Path | None, folder: Path, hashes: Mapping[int, str], summaries: Sequence[dict[str, Any]]
) -> dict[str, Any] | None:
    """Put the corrections file of a book into its delivery.

    Args:
        hashes: of the pages of the scan, by number.
        summaries: of its pages; what became of each page's corrections is in them.

    Returns:
        what the manifest says; None where there are no corrections.
    """
    corrections = open_corrections(path)
    if path is None or corrections is None:
        return None
    shutil.copyfile(path, folder / DELIVERED)
    outcomes = [page["corrections"] for page in summaries if "corrections" in page]
    counts = Counter({name: sum(one[name] for one in outcomes) for name in COUNTS})
    owned = (corrections.of_page(digest, number) for number, digest in hashes.items())
    found = {(page.sha256, page.page) for page in owned if page}
    counts["lost"] += sum(
        len(page.lines) for page in corrections.pages if (page.sha256, page.page) not in found
    )
    return {
        "sha256": file_hash(path),
        "pages": len(outcomes),
        **{name: counts[name] for name in COUNTS},
    }


def told_corrections(outcome: Mapping[str, Any] | None) -> list[str]:
    """Lines of the closing summary."""
    if not outcome:
        return []
    words, accepted = counted(outcome["words"], "word"), counted(outcome["accepted"], "line")
    pages = counted(outcome["pages"], "page")
    lines = [f"  corrections: {words} changed, {accepted} accepted on {pages}"]
    if moved := outcome["moved"]:
        lines.append(f"  {counted(moved, 'corrected line')} elsewhere by now: look at them")
    if lost := outcome["lost"]:
        lines.append(
            f"  {counted(lost, 'corrected line')} without a place: page or layout are others"
        )
    return lines


def counted(number: int, what: str) -> str:
    """A number of things, as it is said: 1 page, 2 pages."""
    return f"{number} {what}{'' if number == 1 else 's'}"
