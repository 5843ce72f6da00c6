"""What every hOCR file of ours has to hold to, checked on the file as written."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from pipeline.geometry import Box

XHTML = "{http://www.w3.org/1999/xhtml}"
AREAS = {
    "ocr_carea",
    "ocr_header",
    "ocr_pageno",
    "ocr_caption",
    "ocr_textfloat",
    "ocr_float",
    "ocr_table",
    "ocr_image",
}
NESTING = {
    "ocr_page": {"body"},
    "ocr_par": AREAS,
    "ocr_line": {"ocr_par"},
    "ocrx_word": {"ocr_line"},
}
NESTING |= {area: {"ocr_page"} for area in AREAS}


def box_of(element: ET.Element) -> Box:
    match = re.search(r"bbox (-?\d+) (-?\d+) (-?\d+) (-?\d+)", element.get("title", ""))
    assert match, ET.tostring(element)[:200]
    return Box(*map(int, match.groups()))


def text_of(root: ET.Element) -> str:
    """The page's text as hOCR holds it: words by spaces, lines by line feeds, areas by empty
    lines."""
    areas = []
    for area in root.iter(f"{XHTML}div"):
        lines = (
            [e for e in area.iter() if e.get("class") == "ocr_line"]
            if area.get("class") in AREAS
            else []
        )
        if lines:
            areas.append("\n".join(" ".join(word.text or "" for word in line) for line in lines))
    return "\n\n".join(areas) + "\n" if areas else ""


def check_hocr(path: Path) -> int:
    """Assert nesting, boxes, ids and text of one page; returns the number of its words."""
    root = ET.parse(path).getroot()
    parents = {child: parent for parent in root.iter() for child in parent}
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids)), "ids are not unique"
    words = 0
    for element in root.iter():
        kind = element.get("class")
        if kind not in NESTING:
            continue
        parent = parents[element]
        expected = NESTING[kind]
        outer = "body" if kind == "ocr_page" else parent.get("class")
        assert outer in expected, f"{kind} in {parent.tag}"
        if kind != "ocr_page":
            assert box_of(parent).contains(box_of(element)), (
                f"{element.get('id')} leaves its parent"
            )
        if kind == "ocrx_word":
            words += 1
            assert re.search(r"x_wconf (100|\d\d?)$", element.get("title", ""))
            assert element.text
            assert not re.search(r"\s", element.text)
        if kind == "ocr_line":
            assert re.search(r"baseline -?\d|textangle (90|180|270)", element.get("title", ""))
    assert text_of(root) == path.with_suffix(".txt").read_text(encoding="utf-8")
    return words


TOOLS = Path(sys.executable).parent


def spec_accepts(path: Path) -> None:
    """Run hocr-spec on a file."""
    spec = subprocess.run(
        [str(TOOLS / "hocr-spec"), "-p", "standard", "-s", str(path)],
        capture_output=True,
        text=True,
    )
    assert spec.returncode == 0, spec.stdout + spec.stderr


def validators_accept(path: Path) -> None:
    """Run hocr-spec and hocr-check on the file of one page."""
    spec_accepts(path)
    check = subprocess.run(
        [sys.executable, str(TOOLS / "hocr-check"), str(path)], capture_output=True, text=True
    )
    complaints = [line for line in check.stderr.splitlines() if line.startswith("not ok")]
    assert not complaints, complaints
