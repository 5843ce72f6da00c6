"""Read isolated handwritten capitals and digits on a page image, with a classifier of characters.

    python -m stages.characters form.png out/form --model models/char-resnet

Writes NAME.hocr, NAME.txt, NAME.json (the page, as every stage has it) and NAME.png: the page with a box around each character and
what it was read as. Characters that stand close together make a word; wider white parts words.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.document import BLANK, Character, Leaf, Line, Page, Region, Word, write_page, write_text
from pipeline.errors import ModelError
from pipeline.export.hocr import page_hocr
from pipeline.export.source import source_regions
from pipeline.export.text import page_text
from pipeline.geometry import Box
from pipeline.image.files import write_image
from pipeline.layout.characters import find_characters
from pipeline.recognition.batching import Reader, open_reader, read_lines, width_step
from pipeline.recognition.canvas import Canvas
from pipeline.recognition.model import ModelFolder, open_model
from pipeline.recognition.recipe import CHARACTER
from pipeline.scan.images import image_sizes, load_grey
from stages import command

WORD_GAP = 0.8  # white wider than this, as a share of the line's height, parts words
BOX_COLOUR = (30, 90, 200)


def glyph(grey: NDArray[np.uint8], box: Box, canvas: Canvas) -> NDArray[np.uint8]:
    """One character as the classifier sees it: ink and paper parted by Otsu's threshold (Otsu 1979), padded to a square."""
    cut = grey[box.top : box.bottom, box.left : box.right]
    _, parted = cv2.threshold(cut, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    side = max(parted.shape)
    square = np.full((side, side), 255, np.uint8)
    top, left = (side - parted.shape[0]) // 2, (side - parted.shape[1]) // 2
    square[top : top + parted.shape[0], left : left + parted.shape[1]] = parted
    return canvas.place(square, centred=True)


def classify(grey: NDArray[np.uint8], boxes: list[Box], model: ModelFolder, reader: Reader) -> list[Character]:
    """What each box holds, with the classifier's posterior."""
    assert isinstance(model.geometry, Canvas)
    images = [glyph(grey, box, model.geometry) for box in boxes]
    outputs = dict(read_lines(reader, images, model.stride, width_step(model)))
    found = []
    for index, box in enumerate(boxes):
        best = int(outputs[index][0].argmax())
        posterior = min(1.0, float(np.exp(outputs[index][0, best])))
        found.append(Character(model.alphabet.characters[best], box, posterior))
    return found


def words_of(characters: list[Character]) -> list[Word]:
    """The words of a line."""
    height = max(c.box.height for c in characters)
    groups: list[list[Character]] = []
    for character in characters:
        if groups and character.box.left - groups[-1][-1].box.right <= WORD_GAP * height:
            groups[-1].append(character)
        else:
            groups.append([character])
    return [
        Word(
            Box.around(c.box for c in group),
            "".join(c.text for c in group),
            float(np.prod([c.confidence for c in group])),
            tuple(group),
        )
        for group in groups
    ]


def read_page(grey: NDArray[np.uint8], dpi: float, name: str, model: ModelFolder, reader: Reader) -> Page:
    """The page with its characters as lines of words."""
    height, width = grey.shape
    page = Page(1, width, height, dpi, name, straight_width=width, straight_height=height)
    found = find_characters(grey)
    if not found:
        return replace(page, status=BLANK)
    read = iter(classify(grey, [box for line in found for box in line], model, reader))
    lines = []
    for boxes in found:
        words = words_of([next(read) for _ in boxes])
        box = Box.around(word.box for word in words)
        text = " ".join(word.text for word in words)
        confidence = float(np.mean([word.confidence or 0.0 for word in words]))
        baseline = ((float(box.left), float(box.bottom)), (float(box.right), float(box.bottom)))
        lines.append(Line(box, baseline, float(box.height), tuple(words), text=text, greedy=text, confidence=confidence))
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
            font = ImageFont.load_default(max(12.0, box.height / 3))
            draw.text((box.left, box.top - 2), character.text, font=font, fill=(200, 30, 30), anchor="lb")
    return np.asarray(image, dtype=np.uint8)


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument("image", type=command.existing_path, help="page image, dark ink on light paper, upright")
    parser.add_argument("output", type=Path, help="path of the outputs, without suffix")
    parser.add_argument("--model", type=Path, default=Path("models/char-resnet"), help="model folder (default: %(default)s)")
    parser.add_argument("--dpi", type=int, default=300, help="where the image does not say (default: %(default)s)")
    options = parser.parse_args()
    model = open_model(options.model)
    if model.reads != CHARACTER:
        raise ModelError(f"{options.model} reads {model.reads}s, not characters", "Train one: snakemake models/char-resnet")
    _, _, dpi = image_sizes(options.image, options.dpi)[0]
    grey = load_grey(options.image, 0)
    page = read_page(grey, dpi, options.image.name, model, open_reader(model, "cpu", 1))
    options.output.parent.mkdir(parents=True, exist_ok=True)

    def path(suffix: str) -> Path:
        return options.output.with_name(options.output.name + suffix)

    write_page(path(".json"), page)
    write_text(path(".hocr"), page_hocr(page, "eng"))
    write_text(path(".txt"), page_text(source_regions(page)))
    write_image(path(".png"), annotated(page, grey)[:, :, ::-1])
    print(f"{options.image}: {sum(len(word.characters) for word in page.words)} characters in {sum(1 for _ in page.lines)} lines")


if __name__ == "__main__":
    command.run(main)
