"""Read isolated handwritten capitals and digits on a page image, with a classifier of characters.

    python -m stages.characters form.png out/form --model models/char-resnet

Writes NAME.hocr, NAME.txt, NAME.json (the page, as every stage has it) and NAME.png: the page with
a box around each character and what it was read as. Characters that stand close together make a
word; wider white parts words. In a word of figures, what may be a 0 is no O.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.document import BLANK, Character, Leaf, Line, Page, Region, Word
from pipeline.errors import ModelError
from pipeline.export.hocr import page_hocr
from pipeline.export.lettering import label_font
from pipeline.export.source import source_regions
from pipeline.export.text import page_text
from pipeline.files import write_text
from pipeline.geometry import Box
from pipeline.image.rasters import write_image
from pipeline.layout.characters import find_characters
from pipeline.page_json import write_page
from pipeline.recognition.batching import Reader, open_reader, read_lines, width_step
from pipeline.recognition.canvas import Canvas
from pipeline.recognition.model import ModelFolder, open_model
from pipeline.recognition.recipe import CHARACTER
from pipeline.scan.images import image_sizes, load_grey
from stages import command

WORD_GAP = 0.8  # white wider than this, as a share of the line's height, parts words
# a character less likely than what it looks like by a factor above e^5, 150, is not taken for it
DOUBT = 5.0
BOX_COLOUR = (30, 90, 200)


def glyph(grey: NDArray[np.uint8], box: Box, canvas: Canvas) -> NDArray[np.uint8]:
    """One character as the classifier sees it: ink and paper parted by Otsu's threshold (Otsu
    1979), padded to a square."""
    cut = grey[box.top : box.bottom, box.left : box.right]
    _, parted = cv2.threshold(cut, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    side = max(parted.shape)
    square = np.full((side, side), 255, np.uint8)
    top, left = (side - parted.shape[0]) // 2, (side - parted.shape[1]) // 2
    square[top : top + parted.shape[0], left : left + parted.shape[1]] = parted
    return canvas.place(square, centred=True)


def classify(
    grey: NDArray[np.uint8], boxes: list[Box], model: ModelFolder, reader: Reader
) -> NDArray[np.float32]:
    """What each box may hold: (N, classes) float32, log-probabilities."""
    assert isinstance(model.geometry, Canvas)
    images = [glyph(grey, box, model.geometry) for box in boxes]
    outputs = dict(read_lines(reader, images, model.stride, width_step(model)))
    return np.array([outputs[k][0] for k in range(len(boxes))])


def reading(outputs: NDArray[np.float32], alphabet: str) -> list[int]:
    """The classes of a word's characters: all figures, or all letters, where that is hardly less
    likely than what each looks like.

    Alone, 0 and O or 1 and I may look alike, but words that mix figures and letters are rare.

    Args:
        outputs: (N, classes) log-probabilities.
        alphabet: character of each class.
    """
    figures = np.array([c.isdigit() for c in alphabet])
    readings: list[tuple[float, list[int]]] = []
    for kind in (figures, ~figures):
        of_kind = np.where(kind, outputs, -np.inf)
        loss = outputs.max(axis=1) - of_kind.max(axis=1)
        if loss.max() < DOUBT:
            readings.append((float(loss.sum()), of_kind.argmax(axis=1).tolist()))
    return min(readings)[1] if readings else list(map(int, outputs.argmax(axis=1)))


def words_of(boxes: list[Box], outputs: NDArray[np.float32], alphabet: str) -> list[Word]:
    """The words of a line."""
    height = max(box.height for box in boxes)
    groups: list[list[int]] = []
    for index, box in enumerate(boxes):
        if groups and box.left - boxes[index - 1].right <= WORD_GAP * height:
            groups[-1].append(index)
        else:
            groups.append([index])
    return [_word([boxes[k] for k in group], outputs[group], alphabet) for group in groups]


def _word(boxes: list[Box], outputs: NDArray[np.float32], alphabet: str) -> Word:
    classes = reading(outputs, alphabet)
    confidences = [min(1.0, float(np.exp(row[k]))) for row, k in zip(outputs, classes, strict=True)]
    characters = tuple(
        Character(alphabet[k], box, p)
        for k, box, p in zip(classes, boxes, confidences, strict=True)
    )
    return Word(
        Box.around(boxes),
        "".join(c.text for c in characters),
        float(np.prod(confidences)),
        characters,
    )


def read_page(
    grey: NDArray[np.uint8], dpi: float, name: str, model: ModelFolder, reader: Reader
) -> Page:
    """The page with its characters as lines of words."""
    height, width = grey.shape
    page = Page(1, width, height, dpi, name, straight_width=width, straight_height=height)
    found = find_characters(grey)
    if not found:
        return replace(page, status=BLANK)
    outputs = classify(grey, [box for line in found for box in line], model, reader)
    lines, start = [], 0
    for boxes in found:
        words = words_of(boxes, outputs[start : start + len(boxes)], model.alphabet.characters)
        start += len(boxes)
        box = Box.around(word.box for word in words)
        text = " ".join(word.text for word in words)
        confidence = float(np.mean([word.confidence or 0.0 for word in words]))
        baseline = ((float(box.left), float(box.bottom)), (float(box.right), float(box.bottom)))
        lines.append(
            Line(
                box,
                baseline,
                float(box.height),
                tuple(words),
                text=text,
                greedy=text,
                confidence=confidence,
            )
        )
    region = Region(Box.around(line.box for line in lines), "text", tuple(lines))
    return replace(page, leaves=(Leaf(Box(0, 0, width, height), (region,)),))


def annotated(page: Page, grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W, 3) uint8: the page with its boxes and what was read in them."""
    image = Image.fromarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB))
    draw = ImageDraw.Draw(image)
    for word in page.words:
        for character in word.characters:
            box = character.box
            draw.rectangle(box.as_tuple(), outline=BOX_COLOUR, width=2)
            font = label_font(max(12.0, box.height / 3))
            draw.text(
                (box.left, box.top - 2), character.text, font=font, fill=(200, 30, 30), anchor="lb"
            )
    return np.asarray(image, dtype=np.uint8)


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "image", type=command.existing_path, help="page image, dark ink on light paper, upright"
    )
    parser.add_argument(
        "output", type=command.output_path, help="path of the outputs, without suffix"
    )
    parser.add_argument(
        "--model",
        type=Path,
        default=Path("models/char-resnet"),
        help="model folder (default: %(default)s)",
    )
    parser.add_argument(
        "--dpi", type=int, default=300, help="where the image does not say (default: %(default)s)"
    )
    options = parser.parse_args()
    model = open_model(options.model)
    if model.reads != CHARACTER:
        raise ModelError(
            f"{options.model} reads {model.reads}s, not characters",
            "Train one: snakemake --cores 8 models/char-resnet",
        )
    dpi = image_sizes(options.image, options.dpi)[0].dpi
    grey = load_grey(options.image, 0)
    page = read_page(grey, dpi, options.image.name, model, open_reader(model, "cpu", 1))
    options.output.parent.mkdir(parents=True, exist_ok=True)

    def path(suffix: str) -> Path:
        return options.output.with_name(options.output.name + suffix)

    write_page(path(".json"), page)
    write_text(path(".hocr"), page_hocr(page, "eng"))
    write_text(path(".txt"), page_text(source_regions(page)))
    write_image(path(".png"), annotated(page, grey)[:, :, ::-1])
    print(
        f"{options.image}: {sum(len(word.characters) for word in page.words)} characters in "
        f"{sum(1 for _ in page.lines)} lines"
    )


if __name__ == "__main__":
    command.run(main)
