"""Words of the reading text, cut out of the scan where book.map.tsv says that they stand: a contact
sheet to look at.

    .venv/bin/python -m bench.words boy-apprenticed --count 200 docs/words.png

Under each crop stands the word as printed there. The boxes are those of the page as supplied,
whatever was turned on the way.
"""

from __future__ import annotations

import argparse
import csv
import random
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw
from tqdm import tqdm

from pipeline.export.lettering import label_font
from stages.digitized import open_book

CELL, COLUMNS, MARGIN = (190, 74), 10, 6


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("books", nargs="+", help="names of digitized books")
    parser.add_argument("output", type=Path, help="PNG to write")
    parser.add_argument(
        "--count", type=int, default=200, help="words in all (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    chosen = []
    for name in options.books:
        with Path("out", name, "book.map.tsv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        chosen += [
            (name, row)
            for row in rng.sample(rows, min(len(rows), options.count // len(options.books)))
        ]
    chosen.sort(key=lambda item: (item[0], int(item[1]["page"])))
    sheet = Image.new("L", (COLUMNS * CELL[0], -(-len(chosen) // COLUMNS) * CELL[1]), 255)
    draw, font, rasters = ImageDraw.Draw(sheet), label_font(15), {}
    for k, (name, row) in enumerate(tqdm(chosen, unit="word")):
        key = name, int(row["page"])
        if key not in rasters:
            rasters = {key: open_book(Path("work", name)).raster(key[1])}
        left, top, right, bottom = (int(row[side]) for side in ("left", "top", "right", "bottom"))
        crop = rasters[key][top:bottom, left:right]
        scale = min((CELL[0] - 2 * MARGIN) / crop.shape[1], (CELL[1] - 30) / crop.shape[0], 1.0)
        small = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        x, y = k % COLUMNS * CELL[0] + MARGIN, k // COLUMNS * CELL[1] + MARGIN
        sheet.paste(Image.fromarray(np.asarray(small, dtype=np.uint8)), (x, y))
        part = "" if row["part"] == "1/1" else f" ({row['part']})"
        draw.text((x, y + CELL[1] - 28), row["word"] + part, font=font, fill=0)
    sheet.save(options.output, optimize=True)


if __name__ == "__main__":
    main()
