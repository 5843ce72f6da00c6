"""Draw lines of LMDB sets with their texts, as the recognizer sees them in training: one look finds
what no score shows.

    python -m stages.contact_sheet data/print-en.lmdb sheet.png --count 24
    python -m stages.contact_sheet data/print-en.lmdb data/aligned/my-book.lmdb sheet.png --bare

The second draws two sets side by side.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.export.lettering import label_font
from pipeline.image.rasters import write_image
from pipeline.training.line_sets import LineSet, checked_set
from pipeline.training.network_inputs import DegradedLines
from stages import command

WIDTH, CAPTION, GUTTER = 800, 18, 24
NARROW = 420


def strip(image: NDArray[np.uint8], text: str | None, width: int) -> NDArray[np.uint8]:
    """A line image, cut or filled to `width`, above its text where one is given."""
    line = np.full((image.shape[0], width), 255 if text is None else 200, np.uint8)
    visible = image[:, :width]
    line[:, : visible.shape[1]] = visible
    if text is None:
        return np.pad(line, ((4, 4), (0, 0)), constant_values=255)
    caption = Image.new("L", (width, CAPTION), 255)
    ImageDraw.Draw(caption).text((6, CAPTION - 4), text, font=label_font(13), fill=90, anchor="ls")
    return np.vstack([line, np.asarray(caption, dtype=np.uint8)])


def column(sets: LineSet, count: int, seed: int, bare: bool) -> NDArray[np.uint8]:
    """`count` lines of a set, chosen at random, one under the other."""
    rng = np.random.default_rng(seed)
    chosen = rng.choice(np.arange(1, sets.count + 1), min(count, sets.count), replace=False)
    degraded = DegradedLines([sets])
    samples = [degraded[(0, int(index), seed)] for index in chosen]
    return np.vstack(
        [strip(image, None if bare else text, NARROW if bare else WIDTH) for image, text in samples]
    )


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "lines", nargs="+", type=command.existing_path, help="LMDB sets, one a column"
    )
    parser.add_argument("output", type=command.picture_path, help="PNG to write")
    parser.add_argument(
        "--count", type=int, default=24, help="lines of each set (default: %(default)s)"
    )
    parser.add_argument(
        "--bare",
        action="store_true",
        help="narrow columns without texts, to compare the look of sets",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=1,
        help="of the choice and the degradation (default: %(default)s)",
    )
    options = parser.parse_args()
    columns = [
        column(checked_set(path), options.count, options.seed + number, options.bare)
        for number, path in enumerate(options.lines)
    ]
    height = max(part.shape[0] for part in columns)
    padded = [
        np.pad(part, ((0, height - part.shape[0]), (0, GUTTER)), constant_values=255)
        for part in columns
    ]
    options.output.parent.mkdir(parents=True, exist_ok=True)
    write_image(options.output, np.hstack(padded))


if __name__ == "__main__":
    command.run(main)
