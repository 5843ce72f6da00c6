"""Whether a page of a PDF is surely one image and nothing else: most scans are.

Such a page is what its image is, and no rendering need be made to see whether anything lies over
it. A page of which this cannot be told in a moment (letters, forms, annotations, layers, colours of
another kind) is not said to be one: it is looked at.
"""

from __future__ import annotations

from typing import Any

import pikepdf

from pipeline.pdf_files import content_streams
from pipeline.scan.drawn import inherited

LARGEST_CONTENT = 1024  # bytes: one image needs fifty
OPERATORS = frozenset({"q", "Q", "cm", "Do"})  # ISO 32000-1, table 51: no others paint or hide
COLOURS = frozenset({"/DeviceGray", "/DeviceRGB"})
LAYERS = ("/SMask", "/Mask", "/ImageMask", "/OC", "/Decode")
UPRIGHT = 1e-6  # of a matrix's entries: below, a side runs along the page's


def is_sole_image(page: pikepdf.Page) -> bool:
    """Whether a page paints one image in its own colours, along the sides of the page, once."""
    try:
        return _paints_one_image(page)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return False  # what pikepdf raises where an object is of another kind than it should be


def _paints_one_image(page: pikepdf.Page) -> bool:
    if page.obj.get("/Annots") or page.obj.get("/Contents") is None:
        return False
    if sum(len(part.read_bytes()) for part in content_streams(page.obj["/Contents"])) > (
        LARGEST_CONTENT
    ):
        return False
    painted = []
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        operator = str(instruction.operator)
        if operator not in OPERATORS:
            return False
        if operator == "Do":
            painted.append(str(operands[0]))
        if operator == "cm" and not _along_the_sides([abs(float(entry)) for entry in operands]):
            return False
    return len(painted) == 1 and _is_plain(inherited(page.obj, "/Resources"), painted[0])


def _along_the_sides(entries: list[float]) -> bool:
    a, b, c, d, *_ = entries
    largest = max(a, b, c, d)
    return max(b, c) < UPRIGHT * largest or max(a, d) < UPRIGHT * largest


def _is_plain(resources: Any, name: str) -> bool:
    image = resources["/XObject"][name]
    return (
        image["/Subtype"] == pikepdf.Name.Image
        and str(image.get("/ColorSpace")) in COLOURS
        and not any(key in image for key in LAYERS)
    )
