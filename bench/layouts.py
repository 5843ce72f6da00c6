"""Recto and Tesseract on layouts that are no plain book page: columns, headings, tables,
references, a magazine.

    .venv/bin/python -m bench.layouts SCANS --place /tmp/layouts

Born-digital PDFs are rendered at 300 dpi in grey, and their text layer (bench.text_layer) is the
truth; scans have a text of their own. In the text layer of olmo-page-1 each character stands for
the next: it is deciphered, but for a and b, which are one in it. Both engines read the same
images: Recto by the real command in a workplace, Tesseract page by page. Printed are, for each
file, CER and the recall of its words whatever their order. Images and Tesseract's texts are kept
in the workplace and taken again.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein
from tqdm import tqdm

from bench.text_layer import read_text_layer
from bench.workplace import lay_out
from pipeline.training.evaluation import comparable

BORN_DIGITAL = ("badlines", "olmo-page-1", "repeating_references_on_pg9_pg10")
TYPESET = (
    "layouts/linn",
    "faults/cardinal",
    "faults/skew",
    "faults/rotated_skew",
)  # scans of the page of linn.txt
MAGAZINE = "8071_093.3B"
# for b its text layer has a, for 3 2, for the point 0; in its bold face for a Z and for Y W
CIPHERED = "olmo-page-1"
CIPHER = str.maketrans(
    {chr(k): chr(k + 1) for a, y in ("ay", "AY", "18") for k in range(ord(a), ord(y) + 1)}
    | {
        "Z": "a",
        "Ü": "A",
        "ü": "A",
        "z": "fi",
        "ﬂ": "1",
        "9": "0",
        "0": ".",
        ":": ",",
        ",": ";",
        ".": ":",
        "/": "-",
        "—": "(",
        "(": ")",
    }
)
# what its italic, its typewriter and its other bold face have for others, as it stands on the page
OTHER_FACES = (
    ("Pqoceedings of", "Proceedings of"),
    ("foq Computational Kinguistics -Uolume", "for Computational Linguistics (Volume"),
    ("Kong Papeqs)", "Long Papers)"),
    ("´2024", "©2024"),
    ("olmo,_llen_i-org", "olmo@allenai.org"),
    ("\nfi\n", "\n1\n"),
)
ALIKE = str.maketrans({"b": "a", "B": "A", "X": "Y"})  # cannot be told apart in it


@dataclass
class Score:
    """Sums over the pages of a file."""

    distance: int = 0
    characters: int = 0
    found: int = 0
    words: int = 0

    def add(self, truth: str, text: str) -> None:
        """Count one page."""
        truth, text = comparable(truth), comparable(text)
        self.distance += Levenshtein.distance(truth, text)
        self.characters += len(truth)
        self.found += sum((Counter(truth.split()) & Counter(text.split())).values())
        self.words += len(truth.split())

    def __str__(self) -> str:
        return (
            f"{100 * self.distance / max(1, self.characters):.2f} | "
            f"{100 * self.found / max(1, self.words):.2f}"
        )


def render(source: Path, folder: Path) -> list[Path]:
    """The pages of a PDF as images of 300 dpi in a folder, made for them; in order."""
    folder.mkdir(parents=True)
    subprocess.run(
        ["pdftoppm", "-r", "300", "-gray", "-png", source, folder / "page"],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    return sorted(folder.iterdir())


def decipher(name: str, truth: str, *read: str) -> list[str]:
    """The true text of a page of a file and what was read of it, fit to be compared."""
    if name != CIPHERED:
        return [truth, *read]
    truth = truth.replace("fl", "ﬂ").translate(CIPHER)
    for wrong, right in OTHER_FACES:
        truth = truth.replace(wrong, right)
    return [text.translate(ALIKE) for text in (truth, *read)]


def prepare(scans: Path, place: Path) -> None:
    """Fill scans/ and truth/ of the workplace."""
    lay_out(place)
    (place / "truth").mkdir()
    for name in BORN_DIGITAL:
        source = scans / "layouts" / f"{name}.pdf"
        render(source, place / "scans" / name)
        write_truth(place, name, read_text_layer(source))
    linn = (scans / "layouts/linn.txt").read_text(encoding="utf-8")
    for path in TYPESET:
        source = scans / f"{path}.pdf"
        shutil.copy(source, place / "scans" / source.name)
        pages = int(
            subprocess.run(["pdfinfo", source], capture_output=True, text=True)
            .stdout.split("Pages:")[1]
            .split()[0]
        )
        write_truth(place, source.stem, [linn] * pages)
    shutil.copy(scans / f"layouts/{MAGAZINE}.tif", place / "scans")
    write_truth(place, MAGAZINE, [(scans / f"layouts/{MAGAZINE}.txt").read_text(encoding="utf-8")])


def write_truth(place: Path, name: str, texts: list[str]) -> None:
    """True texts of the pages of a book."""
    (place / "truth" / name).mkdir()
    for number, text in enumerate(texts, start=1):
        (place / "truth" / name / f"{number:04d}.txt").write_text(text, encoding="utf-8")


def tesseract(place: Path, name: str) -> list[str]:
    """Tesseract's texts of the images of a book, read once."""
    folder = place / "tesseract" / name
    if not folder.is_dir():
        folder.mkdir(parents=True)
        scan = place / "scans" / name
        if not scan.is_dir():
            path = next(p for p in (place / "scans").iterdir() if p.stem == name)
            scan = place / "images" / name
            if path.suffix == ".pdf":
                render(path, scan)
            else:
                scan.mkdir(parents=True)
                shutil.copy(path, scan)
        for number, image in enumerate(sorted(scan.iterdir()), start=1):
            subprocess.run(
                ["tesseract", image, folder / f"{number:04d}", "-l", "eng"],
                check=True,
                capture_output=True,
            )
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scans", type=Path, help="folder with layouts/ and faults/")
    parser.add_argument("--place", type=Path, required=True, help="workplace; made where it is not")
    parser.add_argument("--cores", type=int, default=2, help="default: %(default)s")
    parser.add_argument("--pages", action="store_true", help="print each page too")
    options = parser.parse_args()
    if not options.place.is_dir():
        options.place.mkdir(parents=True)
        prepare(options.scans, options.place)
    snakemake = Path(sys.executable).with_name("snakemake")
    subprocess.run(
        [str(snakemake), "--cores", str(options.cores), "--quiet", "all"],
        cwd=options.place,
        check=True,
    )
    print(
        "| file | pages | CER | words found | Tesseract: CER | words found "
        "|\n|---|---|---|---|---|---|"
    )
    names = sorted(path.name for path in (options.place / "truth").iterdir())
    for name in tqdm(names, unit="file", disable=None):
        truths = [
            path.read_text(encoding="utf-8")
            for path in sorted((options.place / "truth" / name).iterdir())
        ]
        texts = [
            path.read_text(encoding="utf-8")
            for path in sorted((options.place / "out" / name / "pages").glob("*.txt"))
        ]
        ours, theirs = Score(), Score()
        for number, (truth, text, other) in enumerate(
            zip(truths, texts, tesseract(options.place, name), strict=True), start=1
        ):
            truth, text, other = decipher(name, truth, text, other)
            ours.add(truth, text)
            theirs.add(truth, other)
            if options.pages:
                page, rival = Score(), Score()
                page.add(truth, text)
                rival.add(truth, other)
                print(f"| {name} {number} | | {page} | {rival} |")
        print(f"| {name} | {len(truths)} | {ours} | {theirs} |")


if __name__ == "__main__":
    main()
