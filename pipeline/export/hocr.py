"""hOCR 1.2 (Breuel, Baierer: kba.github.io/hocr-spec/1.2): one XHTML file a page."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from pipeline.document import Page
from pipeline.export.source import SourceLine, SourceRegion, SourceWord, source_regions
from pipeline.geometry import Box
from pipeline.version import VERSION

CAPABILITIES = "ocr_page ocr_carea ocr_par ocr_line ocrx_word ocrp_lang ocrp_wconf"
DOCTYPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
)
BCP47 = {"eng": "en", "deu": "de", "fra": "fr", "ita": "it", "spa": "es", "lat": "la", "nld": "nl", "por": "pt"}


def page_hocr(page: Page, language: str) -> str:
    """hOCR of one page; of a blank or quarantined page, one without content.

    Args:
        language: ISO 639-2 code, such as eng.
    """
    code = BCP47.get(language[:3], language[:3])
    html = ET.Element("html", {"xmlns": "http://www.w3.org/1999/xhtml", "xml:lang": code, "lang": code})
    _head(html, page, code)
    body = ET.SubElement(html, "body")
    division = ET.SubElement(body, "div", {"class": "ocr_page", "id": _id("page", page.number), "title": _page_title(page)})
    for number, region in enumerate(source_regions(page), start=1):
        _region(division, region, page, number, code)
    ET.indent(html, space=" ")
    return DOCTYPE + ET.tostring(html, encoding="unicode") + "\n"


def _head(html: ET.Element, page: Page, code: str) -> None:
    head = ET.SubElement(html, "head")
    ET.SubElement(head, "title").text = f"{page.image or 'page'}, page {page.number}"
    ET.SubElement(head, "meta", {"http-equiv": "Content-Type", "content": "text/html;charset=utf-8"})
    for name, content in (
        ("ocr-system", f"recto {VERSION}"),
        ("ocr-capabilities", CAPABILITIES),
        ("ocr-langs", code),
        ("ocr-scripts", "Latn"),
        ("ocr-number-of-pages", "1"),
    ):
        ET.SubElement(head, "meta", {"name": name, "content": content})


def _id(kind: str, *numbers: int) -> str:
    return "_".join([kind, *map(str, numbers)])


def _bbox(box: Box) -> str:
    return "bbox " + " ".join(map(str, box.as_tuple()))


def _page_title(page: Page) -> str:
    image = page.image.replace("\\", "/").replace('"', "'")
    parts = [f'image "{image}"', _bbox(Box(0, 0, max(1, page.width), max(1, page.height))), f"ppageno {page.number - 1}"]
    if page.image_md5:
        parts.insert(1, f"imagemd5 {page.image_md5}")
    resolution = round(page.dpi)
    return "; ".join([*parts, f"scan_res {resolution} {resolution}"])


def _region(parent: ET.Element, region: SourceRegion, page: Page, number: int, code: str) -> None:
    numbers = (page.number, number)
    area = ET.SubElement(parent, "div", {"class": "ocr_carea", "id": _id("block", *numbers), "title": _bbox(region.box)})
    paragraph = ET.SubElement(area, "p", {"class": "ocr_par", "id": _id("par", *numbers), "lang": code, "title": _bbox(region.box)})
    for index, line in enumerate(region.lines, start=1):
        _line(paragraph, line, page, (*numbers, index))


def _line(parent: ET.Element, line: SourceLine, page: Page, numbers: tuple[int, ...]) -> None:
    title = _bbox(line.box)
    title += f"; textangle {page.orientation}" if line.baseline is None else "; baseline {:.4f} {:.2f}".format(*line.baseline)
    element = ET.SubElement(parent, "span", {"class": "ocr_line", "id": _id("line", *numbers), "title": title})
    for index, word in enumerate(line.words, start=1):
        _word(element, word, (*numbers, index))


def _word(parent: ET.Element, word: SourceWord, numbers: Iterable[int]) -> None:
    title = f"{_bbox(word.box)}; x_wconf {word.percent}"
    ET.SubElement(parent, "span", {"class": "ocrx_word", "id": _id("word", *numbers), "title": title}).text = word.text
