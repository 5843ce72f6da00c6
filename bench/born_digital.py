"""Recto and Tesseract on born-digital pages at 300 dpi, with columns, tables and formulas.

    .venv/bin/python -m bench.born_digital SCANS /tmp/born-digital

The pages are those of the PDFs of SCANS/layouts/, whose text layer is the truth but for words of
which it does not say what stands there, and pages of each kind of bench.born_pages, other ones by
each seed.
Printed are for each page the words that were found, whatever their order: formulas within lines are
words, those that are drawn on several levels are none. Pages and their true texts are kept in the
folder and drawn once; bench.cases scores such a folder, too.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import numpy as np

from bench.born_pages import KINDS, choose_setting
from bench.born_paper import Paper
from bench.cases import delivered, inputs_of, judge, read_all, read_by_tesseract
from bench.layouts import BORN_DIGITAL, decipher, render
from bench.text_layer import read_text_layer

WANTED = 0.95  # share of the words of a page


def collect(source: Path, folder: Path, texts: list[str]) -> None:
    """The pages of a PDF and their texts, among the others of a folder."""
    images = folder / "images"
    for number, (page, text) in enumerate(zip(render(source, images), texts, strict=True), start=1):
        name = f"{source.stem}-{number:02d}"
        shutil.move(page, folder / f"{name}.png")
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    images.rmdir()


def draw(kind: str, seed: int, folder: Path) -> None:
    """The page of a kind that a seed gives."""
    rng = np.random.default_rng((seed, *kind.encode()))
    paper = Paper()
    KINDS[kind](choose_setting(rng), paper)
    pdf = folder / f"{kind}-{seed}.pdf"
    paper.save(pdf)
    collect(pdf, folder, ["\n".join(paper.read)])
    pdf.unlink()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scans", type=Path, help="folder with layouts/")
    parser.add_argument("folder", type=Path, help="folder for the pages; drawn where it is not")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2], help="default: 1 2")
    parser.add_argument("--cores", type=int, default=2, help="default: %(default)s")
    options = parser.parse_args()
    if not options.folder.is_dir():
        options.folder.mkdir(parents=True)
        for name in BORN_DIGITAL:
            source = options.scans / "layouts" / f"{name}.pdf"
            collect(source, options.folder, read_text_layer(source))
        for kind in KINDS:
            for seed in options.seeds:
                draw(kind, seed, options.folder)
    place, inputs = options.folder / "place", inputs_of(options.folder)
    place.mkdir(exist_ok=True)
    read_all(place, inputs, options.cores)
    short, behind = [], []
    print("| page | words found | Tesseract |\n|---|---|---|")
    for path in inputs:
        name, truth = path.stem, path.with_suffix(".txt").read_text(encoding="utf-8")
        read = delivered(place, name)[0], read_by_tesseract(path, place)
        truth, *texts = decipher(name[: name.rfind("-")], truth, *read)
        ours, theirs = (judge(name, truth, text).found for text in texts)
        print(f"| {name} | {100 * ours:.1f} | {100 * theirs:.1f} |", flush=True)
        short += [name] if ours < WANTED else []
        behind += [name] if ours < theirs else []
    total = len(inputs)
    print(
        f"{total - len(short)} of {total} pages with at least {100 * WANTED:g}% of their words; "
        f"{total - len(behind)} with at least Tesseract's; short: {', '.join(short)}; "
        f"behind: {', '.join(behind)}"
    )


if __name__ == "__main__":
    main()
