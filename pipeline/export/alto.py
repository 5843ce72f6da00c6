"""ALTO 4.4 (Library of Congress, loc.gov/standards/alto): one file a page, sizes in pixels of the
page as supplied."""

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
    QUARANTINED,
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
from pipeline.languages import tag_of
from pipeline.structure.hyphens import HYPHENS
from pipeline.version import VERSION

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
SCHEMA = f"{NAMESPACE} https://www.loc.gov/standards/alto/v4/alto-4-4.xsd"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
KINDS = (TEXT, HEADING, HEADER, PAGE_NUMBER, CAPTION, FOOTNOTE, MARGINALIA, TABLE)
# The step of a person's corrections: what it has touched refers to it, with a correction status.
BY_HAND = "processing_2"
CHECKED = {"PROCESSINGREFS": BY_HAND, "CS": "true"}


def page_alto(page: Page, language: str) -> str:
    """ALTO of one page; of a blank or quarantined page, one without content.

    Args:
        language: ISO 639-3 code of the book, such as eng, for what has no language of its own.
    """
    alto = etree.Element(
        f"{{{NAMESPACE}}}alto", nsmap={None: NAMESPACE, "xsi": XSI}, SCHEMAVERSION="4.4"
    )
    alto.set(f"{{{XSI}}}schemaLocation", SCHEMA)
    regions = source_regions(page)
    _description(alto, page, any(map(_is_corrected, regions)))
    tags = etree.SubElement(alto, "Tags")
    for kind in KINDS:
        etree.SubElement(tags, "LayoutTag", ID=_tag(kind), LABEL=kind)
    layout = etree.SubElement(alto, "Layout")
    width, height = str(max(1, page.width)), str(max(1, page.height))
    sheet = etree.SubElement(
        layout,
        "Page",
        ID=f"page_{page.number}",
        PHYSICAL_IMG_NR=str(page.number),
        WIDTH=width,
        HEIGHT=height,
    )
    if page.status == QUARANTINED:
        sheet.set("PROCESSING", "processing_1")
    confidence = page.mean_confidence
    if confidence is not None:
        sheet.set("PC", f"{confidence:.4f}")
    space = etree.SubElement(sheet, "PrintSpace", HPOS="0", VPOS="0", WIDTH=width, HEIGHT=height)
    for number, region in enumerate(regions, start=1):
        _block(space, region, page, number, tag_of(region.language or language))
    return _written(alto)


def _written(root: etree._Element) -> str:
    etree.indent(root, space=" ")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True).decode("utf-8") + "\n"


def _tag(kind: str) -> str:
    return f"tag_{kind}"


def _is_corrected(region: SourceRegion) -> bool:
    """Whether a person has worked on it."""
    return any(
        line.proofread or any(word.corrected for word in line.words) for line in region.lines
    )


def _description(alto: etree._Element, page: Page, corrected: bool) -> None:
    description = etree.SubElement(alto, "Description")
    etree.SubElement(description, "MeasurementUnit").text = "pixel"
    source = etree.SubElement(description, "sourceImageInformation")
    etree.SubElement(source, "fileName").text = xml_text(page.image)
    processing = etree.SubElement(description, "Processing", ID="processing_1")
    if page.reason:
        etree.SubElement(processing, "processingStepDescription").text = xml_text(
            f"quarantined: {page.reason}"
        )
    _software(processing)
    if corrected:
        by_hand = etree.SubElement(description, "Processing", ID=BY_HAND)
        etree.SubElement(by_hand, "processingCategory").text = "contentModification"
        etree.SubElement(by_hand, "processingStepDescription").text = "manual correction"
        _software(by_hand)


def _software(processing: etree._Element) -> None:
    software = etree.SubElement(processing, "processingSoftware")
    etree.SubElement(software, "softwareName").text = "recto"
    etree.SubElement(software, "softwareVersion").text = VERSION


def _place(box: Box) -> dict[str, str]:
    return {
        "HPOS": str(box.left),
        "VPOS": str(box.top),
        "WIDTH": str(box.width),
        "HEIGHT": str(box.height),
    }


def _block(space: etree._Element, region: SourceRegion, page: Page, number: int, code: str) -> None:
    identity = f"block_{page.number}_{number}"
    if region.kind == PICTURE:
        etree.SubElement(space, "Illustration", {"ID": identity} | _place(region.box))
        return
    attributes = (
        {"ID": identity} | _place(region.box) | {"LANG": code, "TAGREFS": _tag(region.kind)}
    )
    if region.angle:
        attributes["ROTATION"] = str(region.angle)
    if region.cells:
        table = etree.SubElement(
            space, "ComposedBlock", {"ID": identity} | _place(region.box) | {"TYPE": "table"}
        )
        for cell in region.cells:
            own = {"ID": f"cell_{page.number}_{number}_{cell.row + 1}_{cell.column + 1}"}
            block = etree.SubElement(table, "TextBlock", attributes | own | _place(cell.box))
            for index, line in cell.lines:
                _line(block, line, (page.number, number, index))
        return
    block = etree.SubElement(space, "TextBlock", attributes)
    for index, line in enumerate(region.lines, start=1):
        _line(block, line, (page.number, number, index))


def _line(block: etree._Element, line: SourceLine, numbers: tuple[int, int, int]) -> None:
    attributes = {"ID": line_id(*numbers)} | _place(line.box)
    if line.points:
        attributes["BASELINE"] = " ".join(f"{x},{y}" for x, y in line.points)
    attributes |= CHECKED if line.proofread else {}
    element = etree.SubElement(block, "TextLine", attributes)
    before: SourceWord | None = None
    for index, word in enumerate(line.words, start=1):
        if before is not None:
            _space(element, before.box, word.box)
        hyphen = (
            word.text[-1]
            if index == len(line.words) and len(word.text) > 1 and word.text[-1] in HYPHENS
            else ""
        )
        text = word.text[: len(word.text) - len(hyphen)]
        string = etree.SubElement(
            element,
            "String",
            {"ID": word_id(*numbers, index)}
            | _place(word.box)
            | {"CONTENT": text, "WC": f"{word.percent / 100:.2f}"}
            | (CHECKED if word.corrected else {}),
        )
        for number, other in enumerate(word.alternatives):
            alternative = etree.SubElement(string, "ALTERNATIVE")
            alternative.text = other
            if word.corrected and number == 0:
                alternative.set("PURPOSE", "as recognized")
        if hyphen:
            etree.SubElement(element, "HYP", CONTENT=hyphen)
        before = word


def _space(line: etree._Element, left: Box, right: Box) -> None:
    """The white between two words; on a page that lies on its side their boxes are one above the
    other."""
    attributes = {"HPOS": str(left.right), "VPOS": str(min(left.top, right.top))}
    etree.SubElement(
        line,
        "SP",
        attributes | ({"WIDTH": str(right.left - left.right)} if right.left > left.right else {}),
    )
