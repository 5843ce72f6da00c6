"""hOCR 1.2 (Breuel, Baierer: kba.github.io/hocr-spec/1.2): one XHTML file a page."""

from __future__ import annotations

from lxml import etree

from pipeline.document import (
    CAPTION,
    FOOTNOTE,
    HEADER,
    HEADING,
    MARGINALIA,
    PAGE_NUMBER,
    PICTURE,
    TABLE,
    TEXT,
    Page,
)
from pipeline.export.source import (
    SourceLine,
    SourceRegion,
    SourceWord,
    block_id,
    line_id,
    source_regions,
    word_id,
)
from pipeline.export.xml_text import one_line, xml_text
from pipeline.geometry import Box
from pipeline.languages import tag_of
from pipeline.version import VERSION

CLASSES = {
    TEXT: "ocr_carea",
    HEADING: "ocr_carea",
    HEADER: "ocr_header",
    PAGE_NUMBER: "ocr_pageno",
    CAPTION: "ocr_caption",
    FOOTNOTE: "ocr_textfloat",
    MARGINALIA: "ocr_float",
    TABLE: "ocr_table",
    PICTURE: "ocr_image",
}
CAPABILITIES = " ".join(
    ["ocr_page", *sorted(set(CLASSES.values())), "ocr_par ocr_line ocrx_word ocrp_lang ocrp_wconf"]
)
# Whence the text of a line or word is, if not from the recognizer: hOCR has no property for
# corrections, and x_source is the one that says whence something is.
PROOFREAD, CORRECTED = "proofread", "corrected"
NAMESPACE = "http://www.w3.org/1999/xhtml"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
PREAMBLE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">'
)


def page_hocr(page: Page, language: str) -> str:
    """hOCR of one page; of a blank or quarantined page, one without content.

    Args:
        language: ISO 639-3 code of the book, such as eng, for what has no language of its own.
    """
    code = tag_of(language)
    regions = source_regions(page)
    codes = {tag_of(region.language or language) for region in regions if region.lines}
    html = etree.Element("html", {XML_LANG: code, "lang": code}, nsmap={None: NAMESPACE})
    _head(html, page, sorted(codes) or [code])
    body = etree.SubElement(html, "body")
    division = etree.SubElement(
        body,
        "div",
        {"class": "ocr_page", "id": _id("page", page.number), "title": _page_title(page)},
    )
    for number, region in enumerate(regions, start=1):
        _region(division, region, page, number, tag_of(region.language or language))
    etree.indent(html, space=" ")
    return etree.tostring(html, encoding="unicode", doctype=PREAMBLE) + "\n"


def _head(html: etree._Element, page: Page, codes: list[str]) -> None:
    head = etree.SubElement(html, "head")
    etree.SubElement(head, "title").text = xml_text(f"{page.image or 'page'}, page {page.number}")
    etree.SubElement(
        head, "meta", {"http-equiv": "Content-Type", "content": "text/html;charset=utf-8"}
    )
    for name, content in (
        ("ocr-system", f"recto {VERSION}"),
        ("ocr-capabilities", CAPABILITIES),
        ("ocr-langs", " ".join(codes)),
        ("ocr-scripts", "Latn"),
        ("ocr-number-of-pages", "1"),
    ):
        etree.SubElement(head, "meta", {"name": name, "content": content})


def _id(kind: str, *numbers: int) -> str:
    return "_".join([kind, *map(str, numbers)])


def _bbox(box: Box) -> str:
    return "bbox " + " ".join(map(str, box.as_tuple()))


def _page_title(page: Page) -> str:
    image = one_line(page.image).replace("\\", "/").replace('"', "'")
    parts = [
        f'image "{image}"',
        _bbox(Box(0, 0, max(1, page.width), max(1, page.height))),
        f"ppageno {page.number - 1}",
    ]
    resolution = round(page.dpi)
    return "; ".join([*parts, f"scan_res {resolution} {resolution}"])


def _table(area: etree._Element, region: SourceRegion, numbers: tuple[int, int], code: str) -> None:
    """The cells of a table: hOCR has no class for them, so they are those of HTML."""
    table = etree.SubElement(
        area, "table", {"id": _id("table", *numbers), "title": _bbox(region.box)}
    )
    for row in region.rows:
        line_of_cells = etree.SubElement(table, "tr")
        for cell in row:
            spans = {"rowspan": cell.rows, "colspan": cell.columns}
            attributes = {
                "id": _id("cell", *numbers, cell.row + 1, cell.column + 1),
                "title": _bbox(cell.box),
            }
            attributes |= {name: str(span) for name, span in spans.items() if span > 1}
            field = etree.SubElement(line_of_cells, "td", attributes)
            if not cell.lines:
                continue
            paragraph = etree.SubElement(
                field,
                "p",
                {
                    "class": "ocr_par",
                    "id": _id("par", *numbers, cell.lines[0][0]),
                    "lang": code,
                    "title": _bbox(Box.around(line.box for _, line in cell.lines)),
                },
            )
            for number, line in cell.lines:
                _line(paragraph, line, (*numbers, number))


def _region(
    parent: etree._Element, region: SourceRegion, page: Page, number: int, code: str
) -> None:
    numbers = (page.number, number)
    area = etree.SubElement(
        parent,
        "div",
        {"class": CLASSES[region.kind], "id": block_id(*numbers), "title": _bbox(region.box)},
    )
    if region.cells:
        _table(area, region, numbers, code)
        return
    index = 0
    for count, lines in enumerate(region.paragraphs if region.lines else [], start=1):
        box = _bbox(Box.around(line.box for line in lines))
        attributes = {
            "class": "ocr_par",
            "id": _id("par", *numbers, count),
            "lang": code,
            "title": box,
        }
        paragraph = etree.SubElement(area, "p", attributes)
        for line in lines:
            index += 1
            _line(paragraph, line, (*numbers, index))


def _line(parent: etree._Element, line: SourceLine, numbers: tuple[int, int, int]) -> None:
    title = _bbox(line.box)
    title += (
        f"; textangle {line.angle}"
        if line.baseline is None
        else "; baseline {:.4f} {:.2f}".format(*line.baseline)
    )
    title += f"; x_source {PROOFREAD}" if line.proofread else ""
    element = etree.SubElement(
        parent, "span", {"class": "ocr_line", "id": line_id(*numbers), "title": title}
    )
    for index, word in enumerate(line.words, start=1):
        _word(element, word, word_id(*numbers, index))


def _word(parent: etree._Element, word: SourceWord, identity: str) -> None:
    title = f"{_bbox(word.box)}; x_wconf {word.percent}"
    title += f"; x_source {CORRECTED}" if word.corrected else ""
    etree.SubElement(
        parent, "span", {"class": "ocrx_word", "id": identity, "title": title}
    ).text = word.text
