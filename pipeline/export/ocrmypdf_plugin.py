"""Recto as the engine of OCRmyPDF 17:

    ocrmypdf --plugin pipeline.export.ocrmypdf_plugin in.pdf out.pdf     # in a checkout
    ocrmypdf in.pdf out.pdf                                             # where Recto is installed

It reads what OCRmyPDF hands over, a page image at a time, and gives back the words with their
places; --rotate-pages and --deskew ask it for orientation and angle. Tesseract is not needed.
--recto-model, --recto-lexicon and --recto-language-model choose others than the released ones.
"""

from __future__ import annotations

import logging
from argparse import ArgumentParser
from collections.abc import Set
from functools import lru_cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from ocrmypdf import hookimpl
from ocrmypdf._options import OcrOptions
from ocrmypdf.builtin_plugins.tesseract_ocr import TesseractOptions
from ocrmypdf.exceptions import BadArgsError
from ocrmypdf.hocrtransform import Baseline, BoundingBox, OcrClass, OcrElement
from ocrmypdf.pluginspec import OcrEngine, OrientationConfidence
from PIL import Image
from pluggy import PluginManager
from pydantic import BaseModel

from pipeline.config import Decoding
from pipeline.document import BLANK, DONE, Page
from pipeline.errors import PageError, RectoError
from pipeline.export.hocr import page_hocr
from pipeline.export.pdf import text_layer, text_only_pdf
from pipeline.export.source import SourceLine, SourceRegion, source_regions
from pipeline.export.text import page_text
from pipeline.geometry import Box
from pipeline.image.deskew import SKEW
from pipeline.installation import HOUSE
from pipeline.lexicon import AUTO, CHARACTERS, MODEL, WORDS, LanguageFiles, list_languages
from pipeline.pdf_files import save_whole
from pipeline.reading import digitize_page, judge_by_reading, new_page, straighten
from pipeline.recognition.model import open_model
from pipeline.recognition.recognizer import Recognizer, open_recognizer
from pipeline.scan.images import load_grey
from pipeline.version import VERSION

TESSERACT = "ocrmypdf.builtin_plugins.tesseract_ocr"
SURE_OF_ORIENTATION = (
    15.0  # of OCRmyPDF's scale, whose threshold is 14 unless the user sets another
)
FALLBACK_DPI = 300.0
FALLBACK_LANGUAGE = "eng"
LEXICONS = HOUSE / "lexicons"
FAULTS = (
    PageError,
    OSError,
    ValueError,
    ArithmeticError,
    LookupError,
    MemoryError,
    cv2.error,
)  # a page's own, not the engine's
log = logging.getLogger(__name__)
FONT = "/f-0-0"  # the name under which OCRmyPDF looks for the font of a text layer
EXACT_RENDERER: Final = "sandwich"  # OCRmyPDF's name for a text layer that the engine itself writes


class RectoOptions(BaseModel):
    """What the command line gives this engine."""

    model: str = str(HOUSE / "models" / "print-latin")
    lexicon: str = ""
    language_model: str = ""


@lru_cache(maxsize=1)
def _recognizer(model: str, languages: tuple[LanguageFiles, ...]) -> Recognizer:
    """The recognizer of this process, opened with its first page, on one thread of the CPU."""
    cv2.setNumThreads(1)
    return open_recognizer(open_model(Path(model)), Decoding(), languages)


def _language_files(options: OcrOptions) -> tuple[LanguageFiles, ...]:
    """Those of a word list or language model that is given by its path, or else those of the
    languages that OCRmyPDF's `-l` names, all of them for `auto`."""
    chosen = _chosen(options)
    if not (chosen.lexicon or chosen.language_model):
        named = sorted(options.languages) or [FALLBACK_LANGUAGE]
        return list_languages(AUTO if AUTO in named else "+".join(named), LEXICONS)
    words = Path(chosen.lexicon or LEXICONS / f"{FALLBACK_LANGUAGE}{WORDS}")
    model = Path(chosen.language_model or words.with_suffix(MODEL))
    return (LanguageFiles(words.stem, words, model, words.with_name(words.stem + CHARACTERS)),)


def _chosen(options: OcrOptions | None) -> RectoOptions:
    extra = {name: getattr(options, f"recto_{name}", None) for name in RectoOptions.model_fields}
    return RectoOptions(**{name: str(value) for name, value in extra.items() if value})


def _raster(path: Path) -> tuple[NDArray[np.uint8], float]:
    """Grey pixels and resolution of an image that OCRmyPDF made."""
    with Image.open(path) as image:
        dpi = float(image.info.get("dpi", (FALLBACK_DPI,))[0])
    return load_grey(path, 0), dpi if dpi >= 1 else FALLBACK_DPI


def _open(options: OcrOptions) -> Recognizer:
    return _recognizer(_chosen(options).model, _language_files(options))


def _straightened(path: Path, options: OcrOptions) -> Page:
    grey, dpi = _raster(path)
    judge = judge_by_reading(lambda: _open(options).network)
    return straighten(new_page(grey, dpi), judge=judge).page


def _read(path: Path, options: OcrOptions, number: int = 1) -> Page:
    """A page with its text; without any where it cannot be read, so that the others go on."""
    recognizer = _open(options)
    try:
        grey, dpi = _raster(path)
        return digitize_page(new_page(grey, dpi, number, path.name), recognizer)
    except FAULTS as error:
        log.error("Recto cannot read page %d and leaves it without text: %s", number, error)
        side = round(FALLBACK_DPI)  # of any size: there is no text to place
        return Page(
            number,
            side,
            side,
            FALLBACK_DPI,
            path.name,
            status=BLANK,
            straight_width=side,
            straight_height=side,
        )


def _language(options: OcrOptions) -> str:
    """The language of words that have none of their own."""
    return next((name for name in options.languages if name != AUTO), FALLBACK_LANGUAGE)


class RectoEngine(OcrEngine):
    """Recto behind OCRmyPDF's interface."""

    @staticmethod
    def version() -> str:
        return VERSION

    @staticmethod
    def creator_tag(options: OcrOptions) -> str:
        return f"Recto {VERSION}"

    def __str__(self) -> str:
        return f"Recto {VERSION}"

    @staticmethod
    def languages(options: OcrOptions) -> Set[str]:
        """Those of which there are a word list and language models, and `auto`, which is all of
        them."""
        return {files.code for files in list_languages(AUTO, LEXICONS)} | {AUTO}

    @staticmethod
    def get_orientation(input_file: Path, options: OcrOptions) -> OrientationConfidence:
        """By how much the page is to be turned clockwise; unsure on a page without text."""
        page = _straightened(input_file, options)
        return OrientationConfidence(
            page.orientation, SURE_OF_ORIENTATION if page.status == DONE else 0.0
        )

    @staticmethod
    def get_deskew(input_file: Path, options: OcrOptions) -> float:
        """By how much the page is to be turned counter-clockwise; not at all where that would do no
        good, or may do harm."""
        page = _straightened(input_file, options)
        sure = (
            page.status == DONE
            and page.skew_confidence >= SKEW.least_confidence
            and abs(page.skew) >= SKEW.harmless_degrees
        )
        return -page.skew if sure else 0.0

    @staticmethod
    def supports_generate_ocr() -> bool:
        return True

    @staticmethod
    def generate_ocr(
        input_file: Path, options: OcrOptions, page_number: int = 0
    ) -> tuple[OcrElement, str]:
        """The words of a page as a tree, and its text."""
        page = _read(input_file, options, page_number + 1)
        return _element(page, page_number, _language(options)), page_text(source_regions(page))

    @staticmethod
    def generate_hocr(
        input_file: Path, output_hocr: Path, output_text: Path, options: OcrOptions
    ) -> None:
        """hOCR of a page, and its text, into files."""
        page = _read(input_file, options)
        output_hocr.write_text(page_hocr(page, _language(options)), encoding="utf-8")
        output_text.write_text(page_text(source_regions(page)), encoding="utf-8")

    @staticmethod
    def generate_pdf(
        input_file: Path, output_pdf: Path, output_text: Path, options: OcrOptions
    ) -> None:
        """A PDF of nothing but the invisible text of a page, and its text, into files."""
        page = _read(input_file, options)
        with text_only_pdf(text_layer(page), page.width, page.height, page.dpi, FONT) as pdf:
            save_whole(pdf, output_pdf)
        output_text.write_text(page_text(source_regions(page)), encoding="utf-8")


def _box(box: Box) -> BoundingBox:
    return BoundingBox(*map(float, box.as_tuple()))


def _element(page: Page, number: int, language: str) -> OcrElement:
    regions = [_region(region, page, language) for region in source_regions(page) if region.lines]
    whole = BoundingBox(0.0, 0.0, float(page.width), float(page.height))
    return OcrElement(OcrClass.PAGE, bbox=whole, dpi=page.dpi, page_number=number, children=regions)


def _region(region: SourceRegion, page: Page, language: str) -> OcrElement:
    paragraphs = [
        OcrElement(
            OcrClass.PARAGRAPH,
            bbox=_box(Box.around(line.box for line in lines)),
            direction="ltr",
            language=language,
            children=[_line(line) for line in lines],
        )
        for lines in region.paragraphs
    ]
    return OcrElement(OcrClass.CAREA, bbox=_box(region.box), children=paragraphs)


def _line(line: SourceLine) -> OcrElement:
    words = [
        OcrElement(
            OcrClass.WORD, bbox=_box(word.box), text=word.text, confidence=word.percent / 100
        )
        for word in line.words
    ]
    baseline = Baseline(*line.baseline) if line.baseline else None
    angle = float(line.angle) if line.angle else None
    return OcrElement(
        OcrClass.LINE, bbox=_box(line.box), baseline=baseline, textangle=angle, children=words
    )


@hookimpl
def initialize(plugin_manager: PluginManager) -> None:
    """Take Tesseract's place: otherwise OCRmyPDF would ask for it, and not start without."""
    plugin_manager.set_blocked(TESSERACT)


@hookimpl
def register_options() -> dict[str, type[BaseModel]]:
    """Tesseract's options, which OCRmyPDF looks at whatever the engine."""
    return {"tesseract": TesseractOptions}


@hookimpl
def add_options(parser: ArgumentParser) -> None:
    """Options of the command line; Tesseract's are understood too, and do nothing."""
    TesseractOptions.add_arguments_to_parser(parser)
    group = parser.add_argument_group("Recto", "options of the recognizer Recto")
    group.add_argument(
        "--recto-model", metavar="FOLDER", help="model folder (default: the released one)"
    )
    group.add_argument("--recto-lexicon", metavar="FILE", help="word list, instead of those of -l")
    group.add_argument("--recto-language-model", metavar="FILE", help="its KenLM model")


@hookimpl
def check_options(options: OcrOptions) -> None:
    """Open the recognizer once, so that a wrong folder is one error before the first page, not one
    on each.

    Unless another is asked for, the text layer is Recto's own: its words fill their boxes, on
    skewed pages too.
    """
    if options.pdf_renderer == "auto":
        options.pdf_renderer = EXACT_RENDERER
    try:
        _open(options)
    except RectoError as error:
        raise BadArgsError(str(error)) from error


@hookimpl
def get_ocr_engine(options: OcrOptions | None) -> OcrEngine | None:
    """The engine, unless the user asks for none."""
    return None if options is not None and options.ocr_engine == "none" else RectoEngine()
