"""End a run of Recto at random moments, give the same command again, and see that what is delivered
is what it should be.

    .venv/bin/python -m bench.kills --ends 200 --signal kill
    .venv/bin/python -m bench.kills --ends 50 --signal term
    .venv/bin/python -m bench.kills --ends 50 --signal int

A shelf of small drawn books is digitized in a folder of its own. A run is ended at a moment drawn
at random: killed (in turn its whole process group, and Snakemake alone), asked to end (SIGTERM to
Snakemake alone, as a service does), or by Ctrl-C (SIGINT to the group); then no process of it may
be left. The same command, without flags, goes on, and may be ended again. Each time it ends by
itself, all that is delivered is compared byte by byte with that of an undisturbed run (run.json
aside), work/ may hold nothing that was only begun, and the command is given once more: no job may
run.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from tqdm import tqdm

from bench.drawn_books import write_book
from bench.workplace import lay_out

NOTHING = "Nothing to be done"
LONGEST = 580  # seconds
GRACE = 30  # seconds in which what is left of a run that was ended must have ended
SIGNALS = {"kill": signal.SIGKILL, "term": signal.SIGTERM, "int": signal.SIGINT}
TRACEBACK = "Traceback (most"
# a traceback of what was being handled when the next one came
HANDLED = re.compile(
    r"Traceback \(most(?:(?!Traceback \(most).)*?\nDuring handling of the above exception",
    re.DOTALL,
)
BEGUN = ("*.tmp", ".*.part")  # what is filled before it takes its place


@dataclass(frozen=True)
class Outcome:
    """What a number of ends led to: deliveries, files that differ from those of an undisturbed run
    or were left half done, deliveries after which a job ran, processes left behind, and tracebacks
    that were told."""

    ends: int
    deliveries: int
    different: list[str]
    restless: int
    orphans: int
    tracebacks: list[str]

    @property
    def clean(self) -> bool:
        """Whether all went as it should."""
        return not (self.different or self.restless or self.orphans or self.tracebacks)


def draw_shelf(scans: Path, books: int, seed: int) -> None:
    """So many small books, the first of two pages."""
    scans.mkdir()
    rng = random.Random(seed)
    for number in range(books):
        write_book(scans, f"book{number}", rng, pages=1 if number else 2)


def make_shelf(folder: Path, scans: Path) -> Path:
    """A workplace with the books that lie in a folder."""
    place = lay_out(folder)
    shutil.copytree(scans, place / "scans", dirs_exist_ok=True)
    return place


def start(place: Path, cores: int) -> subprocess.Popen[str]:
    """The command of a user, in a process group of its own."""
    snakemake = Path(sys.executable).with_name("snakemake")
    return subprocess.Popen(
        [str(snakemake), "--cores", str(cores)],
        cwd=place,
        start_new_session=True,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # where tests themselves run in the background, Ctrl-C is ignored, and that is inherited
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def delivery(place: Path) -> dict[str, bytes]:
    """Every file below out/ but run.json, and the names of what was only begun in work/."""
    folder = place / "out"
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "run.json")
    found = {str(path.relative_to(place)): path.read_bytes() for path in files}
    begun = (path for pattern in BEGUN for path in (place / "work").rglob(pattern))
    return found | {str(path.relative_to(place)): b"" for path in begun}


def ended_at(
    place: Path, cores: int, seconds: float, sent: signal.Signals, alone: bool
) -> str | None:
    """Start the command and after so many seconds send it a signal, alone or with its whole group.

    Returns:
        what the command has told; None where it had ended by itself by then.
    """
    process = start(place, cores)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        if alone:
            process.send_signal(sent)
        else:
            os.killpg(process.pid, sent)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=GRACE)[0]
        return ""  # it is still there, and is counted as left behind
    return None


def count_orphans(place: Path) -> int:
    """Processes that work in a folder, and have not ended within GRACE; they are killed."""
    end = time.monotonic() + GRACE
    while (left := list(_working_in(place))) and time.monotonic() < end:
        time.sleep(0.05)
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.kill()
    return len(left)


def _working_in(place: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if place.samefile(process.cwd()):
                yield process


def holds_a_fault(told: str) -> bool:
    """Whether a command told of a traceback, other than Python's own where Ctrl-C comes while
    Snakemake is imported or reads the rules. Of chained ones the last counts."""
    last = HANDLED.sub("", told)
    return last.count(TRACEBACK) > last.count("\nKeyboardInterrupt")


def torment(
    folder: Path, ends: int, cores: int, seed: int, kind: str = "kill", books: int = 3
) -> Outcome:
    """End runs `ends` times in all, in as many workplaces as it takes.

    Args:
        kind: a key of SIGNALS.

    Raises:
        RuntimeError: an undisturbed run fails.
    """
    rng = random.Random(seed)
    draw_shelf(folder / "books", books, seed)
    calm = make_shelf(folder / "calm", folder / "books")
    begun = time.monotonic()
    process = start(calm, cores)
    output, _ = process.communicate(timeout=LONGEST)
    if process.returncode:
        raise RuntimeError(output)
    usual, expected = time.monotonic() - begun, delivery(calm)
    done, deliveries, restless, orphans = 0, 0, 0, 0
    different: list[str] = []
    tracebacks: list[str] = []
    with tqdm(total=ends, unit="end", disable=None) as bar:
        while done < ends:
            place = make_shelf(folder / f"place{deliveries}", folder / "books")
            while done < ends:
                # a killed group, and a service, ask Snakemake alone; Ctrl-C reaches all
                alone = kind == "term" or (kind == "kill" and done % 2 == 1)
                told = ended_at(place, cores, rng.uniform(0.3, usual), SIGNALS[kind], alone)
                if told is None:
                    break
                if holds_a_fault(told):
                    tracebacks.append(told)
                orphans += count_orphans(place)
                done += 1
                bar.update()
            start(place, cores).communicate(timeout=LONGEST)
            found = delivery(place)
            different += sorted(
                name for name in {*found, *expected} if found.get(name) != expected.get(name)
            )
            restless += NOTHING not in start(place, cores).communicate(timeout=LONGEST)[0]
            deliveries += 1
    return Outcome(done, deliveries, different, restless, orphans, tracebacks)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ends", type=int, default=50, help="default: %(default)s")
    parser.add_argument("--signal", choices=SIGNALS, default="kill", help="default: %(default)s")
    parser.add_argument("--books", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--cores", type=int, default=2, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = torment(
            Path(folder), options.ends, options.cores, options.seed, options.signal, options.books
        )
    print(
        f"{outcome.ends} times {options.signal}, {outcome.deliveries} shelves of {options.books} "
        "books delivered; files that differ from an undisturbed run: "
        f"{', '.join(outcome.different) or 'none'}; deliveries after which a job ran: "
        f"{outcome.restless}; processes left behind: {outcome.orphans}; tracebacks: "
        f"{outcome.tracebacks}"
    )
    sys.exit(not outcome.clean)


if __name__ == "__main__":
    main()
