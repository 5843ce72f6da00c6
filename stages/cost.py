"""What a command has cost, as a file in the columns of Snakemake's benchmarks, and three more.

`s` is wall-clock seconds, `max_rss` the largest resident size of one of its processes in MB,
`io_in` and `io_out` MB from and to the disk, `mean_load` the share of a core in percent, `cpu_time`
seconds of all its processes. Of these, `start_up` went into imports and what is opened once,
`files` into reading and writing, and `work` is the rest.
"""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pipeline import meter
from pipeline.files import write_text

_BLOCK = 512  # bytes, the unit of ru_inblock and ru_oublock
_MEGA = 1 << 20


@dataclass(frozen=True)
class Beginning:
    """When a command began, with the CPU seconds that its process had taken by then."""

    clock: float
    cpu: float


def begin() -> Beginning:
    """To be called when all is imported: what has been used by now is start-up."""
    cpu = time.process_time()
    meter.add({meter.START_UP: cpu})
    return Beginning(time.monotonic(), cpu)


def write_cost(path: Path, beginning: Beginning) -> None:
    """Write what the command has cost since its process began; no more is to follow."""
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    cpu = sum(usage.ru_utime + usage.ru_stime for usage in (own, children))
    # before its beginning it was importing: about as long as the processor was busy
    seconds = time.monotonic() - beginning.clock + beginning.cpu
    parts = meter.take()
    row: dict[str, float | str] = {
        "s": seconds,
        "h:m:s": str(timedelta(seconds=int(seconds))),
        "max_rss": max(own.ru_maxrss, children.ru_maxrss) * 1024 / _MEGA,
        "io_in": (own.ru_inblock + children.ru_inblock) * _BLOCK / _MEGA,
        "io_out": (own.ru_oublock + children.ru_oublock) * _BLOCK / _MEGA,
        "mean_load": 100 * cpu / max(seconds, 1e-6),
        "cpu_time": cpu,
        **parts,
        "work": max(0.0, cpu - sum(parts.values())),
    }
    fields = (value if isinstance(value, str) else f"{value:.4f}" for value in row.values())
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, "\t".join(row) + "\n" + "\t".join(fields) + "\n")
