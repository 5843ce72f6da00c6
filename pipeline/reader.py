"""One page, read in one process: for programs that hand over an image at a time, where the stages
work on shards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.document import BLANK, DONE, Line, Page
from pipeline.image.straighten import straighten
from pipeline.layout.segment import segment
from pipeline.recognition.batching import open_reader
from pipeline.recognition.crops import line_alphabet, read_crops
from pipeline.recognition.decoder import Decoder, Decoding
from pipeline.recognition.line_image import crop_line, place_line
from pipeline.recognition.model import open_model
from pipeline.recognition.page import best_readings, list_readings, with_lines
from pipeline.recognition.word_boxes import calibrated, recognized_line

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Resources:
    """What a reader is opened with: model folder, word list and language model; without the latter,
    best paths only."""

    model: Path = ROOT / "models" / "print-en"
    lexicon: Path | None = ROOT / "lexicons" / "eng.txt"
    language_model: Path | None = ROOT / "lexicons" / "eng.klm"


class PageReader:
    """Reads page images on the CPU, on one thread.

    Raises:
        ModelError: the model cannot be opened.
    """

    def __init__(self, resources: Resources) -> None:
        self._model = open_model(resources.model)
        self._reader = open_reader(self._model, "cpu", 1)
        self._decoder = Decoder(
            line_alphabet(self._model), Decoding(), resources.language_model, resources.lexicon
        )

    def read(self, raster: NDArray[np.uint8], dpi: float, number: int = 1, image: str = "") -> Page:
        """The page with its text.

        Args:
            raster: (H, W) uint8, grey, as supplied.
            dpi: its resolution.
            number: of the page, from 1; image: its name. Both are kept in the page.
        """
        height, width = raster.shape
        page, upright = straighten(
            Page(number, width, height, dpi, image, straight_width=width, straight_height=height),
            raster,
        )
        if page.status != DONE:
            return page
        page, cleared = segment(page, upright)
        if not any(page.lines):
            return Page(
                number,
                width,
                height,
                dpi,
                image,
                status=BLANK,
                straight_width=width,
                straight_height=height,
            )
        return with_lines(
            page, best_readings(page, self._lines(page, cleared)), self._decoder.known
        )

    def _lines(self, page: Page, cleared: NDArray[np.uint8]) -> Iterator[Line]:
        """Every reading of every line, in order."""
        lines, model = list_readings(page), self._model
        images = [crop_line(cleared, line, model.frame, page.onto_upright) for line in lines]
        outputs = {
            index: (output, edges)
            for index, output, edges in read_crops(self._reader, lines, images, model)
        }
        for index, line in enumerate(lines):
            output, edges = outputs[index]
            place = place_line(line, model.frame)
            read = recognized_line(
                line,
                self._decoder.decode(output),
                images[index],
                place,
                edges,
                self._decoder.alphabet,
            )
            yield calibrated(read, model.calibration)
