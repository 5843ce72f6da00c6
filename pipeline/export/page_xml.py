"""PAGE XML, version 2019-07-15 (Pletschacher and Antonacopoulos 2010; primaresearch.org): one file
a page."""

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
    line_id,
    source_regions,
    word_id,
)
from pipeline.export.xml_text import xml_text
from pipeline.geometry import Box
from pipeline.languages import name_of
from pipeline.version import VERSION

NAMESPACE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
# PAGE wants a date of creation; but what is delivered depends on what came in alone. run.json has
# the true date.
NO_DATE = "1970-01-01T00:00:00"
# Comments on a text: what a person has found right, has written, and what had been read instead.
PROOFREAD, CORRECTED, RECOGNIZED = "proofread", "corrected", "as recognized"
TYPES = {
    TEXT: "paragraph",
    HEADING: "heading",
    HEADER: "header",
    PAGE_NUMBER: "page-number",
    CAPTION: "caption",
    FOOTNOTE: "footnote",
    MARGINALIA: "marginalia",
    TABLE: "other",
}


def page_xml(page: Page, language: str) -> str:
    """PAGE XML of one page; of a blank or quarantined page, one without content.

    Args:
        language: ISO 639-3 code of the book, such as eng, for what has no language of its own.
    """
    root = etree.Element(f"{{{NAMESPACE}}}PcGts", nsmap={None: NAMESPACE, "xsi": XSI})
    root.set(f"{{{XSI}}}schemaLocation", f"{NAMESPACE} {NAMESPACE}/pagecontent.xsd")
    metadata = etree.SubElement(root, "Metadata")
    etree.SubElement(metadata, "Creator").text = f"recto {VERSION}"
    etree.SubElement(metadata, "Created").text = NO_DATE
    etree.SubElement(metadata, "LastChange").text = NO_DATE
    regions = source_regions(page)
    if page.reason:
        etree.SubElement(metadata, "Comments").text = xml_text(f"quarantined: {page.reason}")
    lines = [line for region in regions for line in region.lines]
    words = sum(word.corrected for line in lines for word in line.words)
    if words or any(line.proofread for line in lines):
        counts = f"words={words} lines={sum(line.proofread for line in lines)}"
        item = {"type": "processingStep", "name": "manual-correction", "value": counts}
        etree.SubElement(metadata, "MetadataItem", item)
    sheet = etree.SubElement(
        root,
        "Page",
        imageFilename=xml_text(page.image),
        imageWidth=str(max(1, page.width)),
        imageHeight=str(max(1, page.height)),
    )
    if page.dpi:
        sheet.set("imageXResolution", f"{page.dpi:g}")
        sheet.set("imageYResolution", f"{page.dpi:g}")
        sheet.set("imageResolutionUnit", "PPI")
    if page.orientation or page.skew:
        sheet.set("orientation", _orientation(page.orientation + page.skew))
    if name := name_of(language):
        sheet.set("primaryLanguage", name)
    if page.status == "blank":
        sheet.set("type", "blank")
    if page.mean_confidence is not None:
        sheet.set("conf", f"{page.mean_confidence:.4f}")
    if regions:
        order = etree.SubElement(
            etree.SubElement(sheet, "ReadingOrder"), "OrderedGroup", id=f"order_{page.number}"
        )
        for number in range(1, len(regions) + 1):
            etree.SubElement(
                order,
                "RegionRefIndexed",
                index=str(number - 1),
                regionRef=_id("region", page.number, number),
            )
    for number, region in enumerate(regions, start=1):
        own = name_of(region.language) if region.language != language else ""
        _region(sheet, region, page, number, own)
    etree.indent(root, space=" ")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True).decode("utf-8") + "\n"


def _orientation(turned: float) -> str:
    """PAGE's angle, clockwise, that undoes one by which something is turned counter-clockwise; in
    degrees, more than -180."""
    return f"{180 - (180 - turned) % 360:.5g}"


def _id(kind: str, *numbers: int) -> str:
    return "_".join([kind, *map(str, numbers)])


def _coordinates(parent: etree._Element, box: Box) -> None:
    # the last pixel of a box that ends at the page's edge still lies on the page
    right, bottom = max(box.left, box.right - 1), max(box.top, box.bottom - 1)
    corners = ((box.left, box.top), (right, box.top), (right, bottom), (box.left, bottom))
    etree.SubElement(parent, "Coords", points=" ".join(f"{x},{y}" for x, y in corners))


def _text(
    parent: etree._Element,
    text: str,
    confidence: float | None = None,
    index: int | None = None,
    comments: str = "",
) -> None:
    equivalent = etree.SubElement(parent, "TextEquiv")
    if comments:
        equivalent.set("comments", comments)
    if index is not None:
        equivalent.set("index", str(index))
    if confidence is not None:
        equivalent.set("conf", f"{confidence:.2f}")
    etree.SubElement(equivalent, "Unicode").text = text


def _region(
    sheet: etree._Element, region: SourceRegion, page: Page, number: int, language: str
) -> None:
    """A region; `language` by its name where it is another than the page's."""
    identity = _id("region", page.number, number)
    if region.kind == PICTURE:
        _coordinates(etree.SubElement(sheet, "ImageRegion", id=identity), region.box)
        return
    if region.cells:
        _table(sheet, region, identity, (page.number, number))
        return
    element = etree.SubElement(sheet, "TextRegion", id=identity, type=TYPES[region.kind])
    if language:
        element.set("primaryLanguage", language)
    if region.angle != page.orientation:  # a label that stands on its side
        element.set("orientation", _orientation(region.angle))
    if region.kind == TABLE:
        element.set("custom", "structure {type:table;}")
    _coordinates(element, region.box)
    for index, line in enumerate(region.lines, start=1):
        _line(element, line, (page.number, number, index))
    _text(element, "\n".join(line.text for line in region.lines))


def _table(
    sheet: etree._Element, region: SourceRegion, identity: str, numbers: tuple[int, int]
) -> None:
    """A table, each cell a region of text with its place among rows and columns."""
    rows, columns = (
        max(cell.row + cell.rows for cell in region.cells),
        max(cell.column + cell.columns for cell in region.cells),
    )
    table = etree.SubElement(
        sheet, "TableRegion", id=identity, rows=str(rows), columns=str(columns)
    )
    _coordinates(table, region.box)
    for cell in region.cells:
        name = _id("cell", *numbers, cell.row + 1, cell.column + 1)
        field = etree.SubElement(table, "TextRegion", id=name, type="other")
        _coordinates(field, cell.box)
        etree.SubElement(
            etree.SubElement(field, "Roles"),
            "TableCellRole",
            rowIndex=str(cell.row),
            columnIndex=str(cell.column),
            rowSpan=str(cell.rows),
            colSpan=str(cell.columns),
        )
        for number, line in cell.lines:
            _line(field, line, (*numbers, number))
        _text(field, cell.text)


def _line(parent: etree._Element, line: SourceLine, numbers: tuple[int, int, int]) -> None:
    element = etree.SubElement(parent, "TextLine", id=line_id(*numbers))
    _coordinates(element, line.box)
    if line.points:
        etree.SubElement(element, "Baseline", points=" ".join(f"{x},{y}" for x, y in line.points))
    for index, word in enumerate(line.words, start=1):
        _word(element, word, word_id(*numbers, index))
    percent = sum(word.percent for word in line.words) / max(1, len(line.words))
    _text(element, line.text, percent / 100, comments=PROOFREAD if line.proofread else "")


def _word(parent: etree._Element, word: SourceWord, identity: str) -> None:
    element = etree.SubElement(parent, "Word", id=identity)
    _coordinates(element, word.box)
    first = 0 if word.alternatives else None
    own = CORRECTED if word.corrected else ""
    _text(element, word.text, word.percent / 100, first, own)
    for index, other in enumerate(word.alternatives, start=1):
        recognized = RECOGNIZED if word.corrected and index == 1 else ""
        _text(element, other, index=index, comments=recognized)
