"""Recto and Tesseract on single odd pages: `NAME.png`, `.tif` or `.pdf`, each with its true text in
`NAME.txt`.

    .venv/bin/python -m bench.cases PAGES

Recto reads all of them in one run of the real command in a workplace; Tesseract reads the same
image, PDFs rendered at 300 dpi. Printed are CER and the recall of words, scored like
`pipeline.training.evaluation`, and what became of the page. What was read is kept in the
workplace, so that the next run names what has become worse.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rapidfuzz.distance import Levenshtein

from bench.workplace import LINKED, ROOT, lay_out
from pipeline.training.evaluation import comparable

SUFFIXES = (".png", ".tif", ".tiff", ".jpg", ".jp2", ".pdf")
# only the text of the first paragraph is known of these: what else is read is no error
PARTLY_KNOWN = frozenset({"small-declared-page-olmocr"})
GOOD = 0.03  # CER up to which a page counts as read
SAME = 0.0005  # CERs that differ by less are equal
BLANK, UNDELIVERED = "blank", "undelivered"


@dataclass(frozen=True)
class Reading:
    """What was read of an input and what became of its pages; CER and recall are shares."""

    text: str
    status: str
    cer: float
    found: float


def part_distance(truth: str, text: str) -> int:
    """Least edit distance of `truth` to any part of `text` (Sellers 1980)."""
    letters, places = np.array([ord(c) for c in text], dtype=int), np.arange(len(text) + 1)
    row = np.zeros(len(text) + 1, int)
    for character in truth:
        following = row + 1
        following[1:] = np.minimum(following[1:], row[:-1] + (letters != ord(character)))
        row = np.minimum.accumulate(following - places) + places
    return int(row.min())


def judge(name: str, truth: str, text: str, status: str = "") -> Reading:
    """Score what was read of an input."""
    truth, read = comparable(truth), comparable(text)
    distance = part_distance if name in PARTLY_KNOWN else Levenshtein.distance
    wanted, words = count_words(truth), count_words(read)
    return Reading(
        text,
        status,
        distance(truth, read) / max(1, len(truth)),
        (wanted & words).total() / max(1, wanted.total()),
    )


def count_words(text: str) -> Counter[str]:
    """Its words without their hyphens: of a word that is divided at a line's end no text layer says
    whether it has one."""
    return Counter(text.replace("-", "").split())


def inputs_of(folder: Path) -> list[Path]:
    """The inputs of a folder that have a true text, by name.

    Raises:
        SystemExit: there is none.
    """
    found = [
        path
        for path in sorted(folder.iterdir())
        if path.suffix in SUFFIXES and path.with_suffix(".txt").is_file()
    ]
    if not found:
        sys.exit(f"{folder} holds no NAME.png, .tif or .pdf with a NAME.txt beside it")
    return found


def read_all(place: Path, inputs: list[Path], cores: int) -> None:
    """Digitize the inputs from the start, in a workplace made for it."""
    for name in (*LINKED, "scans", "work", "out"):
        path = place / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    lay_out(place)
    for path in inputs:
        shutil.copyfile(path, place / "scans" / path.name)
    snakemake = Path(sys.executable).with_name("snakemake")
    with (place / "snakemake.log").open("w") as log:  # a failed input is told by its missing output
        subprocess.run(
            [str(snakemake), "--cores", str(cores), "all"],
            cwd=place,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )


def delivered(place: Path, name: str) -> tuple[str, str]:
    """Text and status of an input that Recto read."""
    folder = place / "out" / name
    if not (folder / "manifest.json").is_file():
        return "", UNDELIVERED
    pages = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["pages"]
    words = [word for page in pages for word in (page["status"], *_doubts(page))]
    texts = (p.read_text(encoding="utf-8") for p in sorted((folder / "pages").glob("*.txt")))
    return "\n".join(texts), " ".join(dict.fromkeys(words))


def _doubts(page: dict[str, object]) -> Iterator[str]:
    if page.get("doubtful"):
        yield f"({page['doubtful']})"


def read_by_tesseract(path: Path, place: Path, languages: str = "eng") -> str:
    """Tesseract's text of an input, read once in languages such as eng or deu+fra."""
    kept = place / "tesseract" / languages / f"{path.name}.txt"
    if kept.is_file() and kept.stat().st_mtime >= path.stat().st_mtime:
        return kept.read_text(encoding="utf-8")
    images = place / "images" / path.stem
    shutil.rmtree(images, ignore_errors=True)
    images.mkdir(parents=True)
    if path.suffix == ".pdf":
        subprocess.run(
            ["pdftoppm", "-r", "300", "-gray", "-png", path, images / "page"],
            check=True,
            stderr=subprocess.DEVNULL,
        )
    else:
        shutil.copyfile(path, images / path.name)
    texts = [
        subprocess.run(
            ["tesseract", image, "-", "-l", languages], check=True, capture_output=True, text=True
        ).stdout
        for image in sorted(images.iterdir())
    ]
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text("\n".join(texts), encoding="utf-8")
    return "\n".join(texts)


def summary(ours: list[Reading], theirs: list[Reading]) -> str:
    """How many inputs are read, how well, and how many that have text came out blank."""
    equal = sum(a.cer <= b.cer + SAME for a, b in zip(ours, theirs, strict=True))
    good, rival = (sum(r.cer <= GOOD for r in readings) for readings in (ours, theirs))
    blank = sum(BLANK in reading.status.split() for reading in ours)
    cers = [100 * reading.cer for reading in ours]
    return (
        f"better than or equal to Tesseract on {equal} of {len(ours)}; CER at most "
        f"{100 * GOOD:g}% on {good} (Tesseract: {rival}); with text and blank: {blank}; "
        f"CER median {np.median(cers):.2f}, 90th percentile {np.percentile(cers, 90):.2f}"
    )


def compare(before: dict[str, Reading], now: dict[str, Reading]) -> list[str]:
    """A line for each input that is read worse, or better, than in the run before."""
    lines = []
    for name, reading in now.items():
        if name in before and abs(reading.cer - before[name].cer) > SAME:
            word = "worse" if reading.cer > before[name].cer else "better"
            then = 100 * before[name].cer
            lines.append(f"{word} than before: {name}: {then:.2f} -> {100 * reading.cer:.2f}")
    return sorted(lines, reverse=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", type=Path, help="folder of inputs and their true texts")
    parser.add_argument(
        "--place", type=Path, help="workplace (default: work/cases/ and the folder's name)"
    )
    parser.add_argument("--cores", type=int, default=2, help="default: %(default)s")
    parser.add_argument("--tesseract", default="eng", help="its languages (default: %(default)s)")
    options = parser.parse_args()
    place = options.place or ROOT / "work" / "cases" / options.cases.resolve().name
    place.mkdir(parents=True, exist_ok=True)
    inputs = inputs_of(options.cases)
    read_all(place, inputs, options.cores)
    ours, theirs = {}, {}
    print("| input | CER | words found | Tesseract: CER | words found | status |")
    print("|---|---|---|---|---|---|")
    for path in inputs:
        truth = path.with_suffix(".txt").read_text(encoding="utf-8")
        a = ours[path.stem] = judge(path.stem, truth, *delivered(place, path.stem))
        b = theirs[path.stem] = judge(
            path.stem, truth, read_by_tesseract(path, place, options.tesseract)
        )
        figures = " | ".join(f"{100 * x:.1f}" for x in (a.cer, a.found, b.cer, b.found))
        print(f"| {path.stem} | {figures} | {a.status} |", flush=True)
    print(summary(list(ours.values()), list(theirs.values())))
    kept = place / "last.json"
    if kept.is_file():
        last = json.loads(kept.read_text(encoding="utf-8"))
        print(*compare({k: Reading(**v) for k, v in last.items()}, ours), sep="\n")
    kept.write_text(json.dumps({k: asdict(v) for k, v in ours.items()}), encoding="utf-8")


if __name__ == "__main__":
    main()
