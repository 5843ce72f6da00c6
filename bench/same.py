"""Whether two checkouts deliver the same: three books in every output format, byte for byte.

    .venv/bin/python -m bench.same OLD NEW --keep results

Each side is a checkout, or a folder of deliveries that an earlier run kept, so that the older side
is digitized once: `results/old` and `results/new` are such. Both checkouts run with the packages of
the interpreter that this is started with. Left out: run.json, which holds times, and in
manifest.json the versions of what ran. A version in any other file is masked.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.workplace import ROOT, lay_out

REAL = ROOT.parent / "shared" / "scans" / "books"
# The sample, a short book, and as many pages of one with pictures and notes: some minutes of work.
BOOKS: dict[Path, str] = {
    ROOT / "scans" / "book.pdf": "",
    REAL / "engraving-of-lions.pdf": "",
    REAL / "boy-apprenticed.pdf": "1-8",
}
TIMES = ("run.json", ".snakemake_timestamp")
VERSION = re.compile(rb'(?<=VERSION = ")[^"]+')
MASK = b"VERSION"


def digitize(checkout: Path, place: Path, cores: int) -> Path:
    """Digitize the books with a checkout's code in a folder of its own; returns its out/.

    Raises:
        RuntimeError: the run fails.
    """
    lay_out(place, checkout)
    for scan, pages in BOOKS.items():
        (place / "scans" / scan.name).symlink_to(scan)
        if pages:
            (place / "scans" / f"{scan.stem}.yaml").write_text(f"pages: {pages}\n")
    snakemake = Path(sys.executable).with_name("snakemake")
    command = [str(snakemake), "--cores", str(cores), "--config", "outputs=all"]
    run = subprocess.run(command, cwd=place, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"{checkout} fails:\n{run.stdout[-2000:]}{run.stderr[-4000:]}")
    return place / "out"


def is_checkout(side: Path) -> bool:
    """Whether a side is to be digitized with; otherwise it holds deliveries."""
    return (side / "Snakefile").is_file()


def deliveries(side: Path, kept: Path, cores: int) -> Path:
    """The folder of deliveries of a side, those of a checkout made and kept in `kept`."""
    if not is_checkout(side):
        return side
    with tempfile.TemporaryDirectory() as folder:
        made = digitize(side, Path(folder) / "place", cores)
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(made, kept)
    version = VERSION.search((side / "pipeline" / "version.py").read_bytes())
    (kept / "VERSION").write_bytes(version[0] if version else b"")
    return kept


def comparable(path: Path, version: bytes) -> bytes:
    """The bytes of a delivered file, without what names the code that wrote it."""
    content = path.read_bytes()
    if path.name == "manifest.json":
        # the hashes of the files follow from the files
        kept = {
            name: value
            for name, value in json.loads(content).items()
            if name not in ("versions", "files")
        }
        return json.dumps(kept, sort_keys=True).encode()
    return content.replace(version, MASK) if version else content


def contents(folder: Path) -> dict[str, bytes]:
    """What is to be compared of deliveries, by its path."""
    mark = folder / "VERSION"
    version = mark.read_bytes() if mark.is_file() else b""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name not in TIMES)
    return {
        str(path.relative_to(folder)): comparable(path, version) for path in files if path != mark
    }


def differences(old: dict[str, bytes], new: dict[str, bytes]) -> list[str]:
    """One line for each file that is not on both sides, or not the same there."""
    found = [f"only in OLD: {name}" for name in sorted(old.keys() - new.keys())]
    found += [f"only in NEW: {name}" for name in sorted(new.keys() - old.keys())]
    common = sorted(old.keys() & new.keys())
    return found + [f"differs: {name}" for name in common if old[name] != new[name]]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("old", type=Path, help="checkout, or deliveries that were kept")
    parser.add_argument("new", type=Path, help="checkout, or deliveries that were kept")
    parser.add_argument("--cores", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--keep", type=Path, help="folder to keep the deliveries in")
    options = parser.parse_args()
    if missing := [str(scan) for scan in BOOKS if not scan.is_file()]:
        sys.exit(f"these scans are not here: {', '.join(missing)}")
    with tempfile.TemporaryDirectory() as temporary:
        keep = (options.keep or Path(temporary)).resolve()
        keep.mkdir(parents=True, exist_ok=True)
        old = contents(deliveries(options.old, keep / "old", options.cores))
        new = contents(deliveries(options.new, keep / "new", options.cores))
    found = differences(old, new)
    print("\n".join(found) or f"{len(new)} files are the same")
    sys.exit(bool(found or not new))


if __name__ == "__main__":
    main()
