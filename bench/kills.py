"""Kill a run of Recto at random moments, give the same command again, and see that the delivery is
what it should be.

    .venv/bin/python -m bench.kills --kills 50

The sample is digitized in a folder of its own. Every kill is SIGKILL, in turn to the whole process
group and to Snakemake alone, at a moment drawn at random; then no process of the run may be left.
The same command, without flags, goes on, and may be killed again. Each time it ends, the delivery
is compared byte by byte with that of an undisturbed run (run.json aside), and the command is given
once more: no job may run.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
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

from bench.workplace import ROOT, lay_out

NOTHING = "Nothing to be done"
LONGEST = 580  # seconds
GRACE = 10  # seconds in which what is left of a killed run must have ended


@dataclass(frozen=True)
class Outcome:
    """What a number of kills led to."""

    kills: int
    deliveries: int
    different: list[str]
    restless: int
    orphans: int


def make_workplace(folder: Path) -> Path:
    """A workplace with the sample in scans/."""
    lay_out(folder)
    (folder / "scans" / "book.pdf").symlink_to(ROOT / "scans" / "book.pdf")
    return folder


def start(place: Path, cores: int) -> subprocess.Popen[str]:
    """The command of a user, in a process group of its own."""
    snakemake = Path(sys.executable).with_name("snakemake")
    return subprocess.Popen(
        [str(snakemake), "--cores", str(cores), "out/book/"],
        cwd=place,
        start_new_session=True,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def delivery(place: Path) -> dict[str, bytes]:
    """Every file of the delivery but run.json."""
    folder = place / "out" / "book"
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "run.json")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def killed_at(place: Path, cores: int, seconds: float, alone: bool) -> bool:
    """Start the command and after so many seconds kill it, alone or with its whole group; False
    where it had ended by then."""
    process = start(place, cores)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        if alone:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return True
    return False


def count_orphans(place: Path) -> int:
    """Processes that work in a folder, and have not ended within GRACE."""
    end = time.monotonic() + GRACE
    while (left := sum(1 for _ in _working_in(place))) and time.monotonic() < end:
        time.sleep(0.05)
    return left


def _working_in(place: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if place.samefile(process.cwd()):
                yield process


def torment(folder: Path, kills: int, cores: int, seed: int) -> Outcome:
    """Kill runs `kills` times in all, in as many workplaces as it takes.

    Raises:
        RuntimeError: an undisturbed run fails.
    """
    rng = random.Random(seed)
    calm = make_workplace(folder / "calm")
    begun = time.monotonic()
    process = start(calm, cores)
    output, _ = process.communicate(timeout=LONGEST)
    if process.returncode:
        raise RuntimeError(output)
    usual, expected = time.monotonic() - begun, delivery(calm)
    done, deliveries, restless, orphans, different = 0, 0, 0, 0, []
    with tqdm(total=kills, unit="kill", disable=None) as bar:
        while done < kills:
            place = make_workplace(folder / f"place{deliveries}")
            while done < kills and killed_at(
                place, cores, rng.uniform(0.3, usual), alone=done % 2 == 1
            ):
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
    return Outcome(done, deliveries, different, restless, orphans)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=50, help="default: %(default)s")
    parser.add_argument("--cores", type=int, default=2, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = torment(Path(folder), options.kills, options.cores, options.seed)
    print(
        f"{outcome.kills} kills, {outcome.deliveries} deliveries; files that differ from an "
        "undisturbed run: "
        f"{', '.join(outcome.different) or 'none'}; deliveries after which a job ran: "
        f"{outcome.restless}; processes left behind: {outcome.orphans}"
    )
    sys.exit(bool(outcome.different or outcome.restless or outcome.orphans))


if __name__ == "__main__":
    main()
