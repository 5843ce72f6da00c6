"""The one chain of reading: what happens to a page between its raster and its outputs.

    raster > straighten > segment > cut > read > understand > page

Each step is one call with one input and one output; a page that is blank or quarantined goes
through the rest of them as it is. The stages, the plugin of OCRmyPDF and whoever else reads pages
call these steps. A recognizer is imported only by who reads: it takes longer than all else.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pipeline.document import DONE, HAND, PRINT, Line, Page
from pipeline.image.straighten import Judge
from pipeline.image.straighten import straighten as straighten_page
from pipeline.layout.loose_ink import weigh_ink
from pipeline.layout.segment import segment as segment_page
from pipeline.line_turns import drop_standing
from pipeline.recognition.frame import LineFrame
from pipeline.recognition.line_image import LineImage, cut_lines
from pipeline.recognition.line_place import vary_line
from pipeline.structure.page import structure_page

if TYPE_CHECKING:
    from pipeline.recognition.language_id import Told
    from pipeline.recognition.recognizer import Network, Recognizer


@dataclass(frozen=True)
class PageRaster:
    """A page and its pixels: (H, W) uint8, 255 for paper; as supplied before `straighten`, turned
    upright by quarter turns after it."""

    page: Page
    grey: NDArray[np.uint8]


@dataclass(frozen=True)
class PageLines:
    """A segmented page and the images of its lines, in order, each line in every way in which it
    may be read."""

    page: Page
    images: Sequence[LineImage]


@dataclass(frozen=True)
class ReadPage:
    """A segmented page and its lines, in order, with their words; and the language of each of its
    regions, in order."""

    page: Page
    lines: Sequence[Line]
    languages: Sequence[Told] = ()

    @property
    def codes(self) -> frozenset[str]:
        """The codes of its languages."""
        return frozenset(told.language for told in self.languages)


def new_page(raster: NDArray[np.uint8], dpi: float, number: int = 1, image: str = "") -> PageRaster:
    """A page of which nothing is known but its pixels, its resolution, its number and its name."""
    height, width = raster.shape
    page = Page(number, width, height, dpi, image, straight_width=width, straight_height=height)
    return PageRaster(page, raster)


def straighten(raster: PageRaster, deskew: bool = True, judge: Judge | None = None) -> PageRaster:
    """Flatten a raster as supplied, turn it upright, and find the transform by which it is level;
    a page without ink is blank.

    Args:
        judge: decides how a page lies where its ink does not.
    """
    if raster.page.status != DONE:
        return raster
    return PageRaster(*straighten_page(raster.page, raster.grey, deskew, judge))


def judge_by_reading(open_network: Callable[[], Network]) -> Judge:
    """The judge that reads some lines of a page: what is upright is read with confidence. Lines
    that stand are read from either end, and tell nothing.

    Args:
        open_network: called only if there is a page to judge.
    """

    def judge(page: Page, upright: NDArray[np.uint8]) -> float:
        from pipeline.recognition.recognizer import measure_reading

        network = open_network()
        model = network.model
        segmented = segment(PageRaster(page, upright), model.writing)
        lying = replace(segmented, page=drop_standing(segmented.page))
        return measure_reading(cut(lying, model.frame).images, network)

    return judge


def segment(upright: PageRaster, writing: str = PRINT) -> PageRaster:
    """Find regions, lines and words on a page, and clear its graphics away; a page with little text
    may be blank, or doubtful.

    Args:
        writing: "print", or "hand" for joined handwriting, whose lines are found another way.
    """
    if upright.page.status != DONE:
        return upright
    if writing == HAND:
        # imported only here, as it takes longer than a page
        from pipeline.layout.written_page import segment_written

        page, cleared = segment_written(upright.page, upright.grey)
    else:
        page, cleared = segment_page(upright.page, upright.grey)
    return PageRaster(weigh_ink(page, upright.grey), cleared)


def cut(cleared: PageRaster, frame: LineFrame) -> PageLines:
    """Cut the lines of a segmented page out of it, into the frame of a recognizer."""
    return PageLines(cleared.page, cut_lines(cleared.page, cleared.grey, frame))


def read(
    pages: Sequence[PageLines],
    recognizer: Recognizer,
    count_line: Callable[[], object] = lambda: None,
) -> list[ReadPage]:
    """Read the lines of pages; batches go across pages.

    Args:
        count_line: called after each image of a line.
    """
    from pipeline.recognition.language_id import NO_LANGUAGE
    from pipeline.recognition.recognizer import choose_variants, recognize

    images = [image for page in pages for image in page.images]
    places = [number for number, page in enumerate(pages) for _ in page.images]
    regions = [region for page in pages for region in page.page.regions]
    blocks = [
        block
        for block, region in enumerate(regions)
        for line in region.lines
        for _ in vary_line(line)
    ]
    found, told = recognize(images, blocks, recognizer, count_line, places)
    variants, block = iter(found), 0
    read_pages = []
    for page in pages:
        lines, count = list(choose_variants(page.page, variants)), len(list(page.page.regions))
        languages = [told.get(block + k, NO_LANGUAGE) for k in range(count)]
        read_pages.append(ReadPage(page.page, lines, languages))
        block += count
    return read_pages


def understand(read: ReadPage, known: Container[str] = ()) -> Page:
    """Tell what the regions of a page are, now that they can be read; a page of which little is
    legible may be doubtful.

    Args:
        known: words of the lexicon, by which drop capitals are joined to what they begin.
    """
    if read.page.status != DONE:
        return read.page
    return structure_page(read.page, read.lines, known, read.languages)


def digitize_page(raster: PageRaster, recognizer: Recognizer) -> Page:
    """All steps for one page: for programs that hand over a page at a time."""
    upright = straighten(raster, judge=judge_by_reading(lambda: recognizer.network))
    model = recognizer.model
    lines = cut(segment(upright, model.writing), model.frame)
    (read_lines,) = read([lines], recognizer)
    return understand(read_lines, recognizer.known_words(read_lines.codes))
