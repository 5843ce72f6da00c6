"""Lines with a true text: pairs of images and texts, and pages in PAGE XML and ALTO."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Line, Page
from pipeline.errors import DataError
from pipeline.export.alto import page_alto
from pipeline.export.page_xml import page_xml
from pipeline.layout.segment import segment
from pipeline.training.line_framing import STORED_FRAME
from pipeline.training.line_sets import LineSet
from pipeline.training.outlines import levelled
from pipeline.training.page_truth import parse_points, read_alto, read_page_truth, read_page_xml
from pipeline.training.true_lines import read_pages, read_pairs
from tests.conftest import TEXT, print_page

STEP, FIRST = 70, 90  # of print_page's lines
ALTO = """<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"><Description>
<MeasurementUnit>pixel</MeasurementUnit><sourceImageInformation><fileName>C:\\scans\\page.png
</fileName></sourceImageInformation></Description>
<Tags><OtherTag ID="L1" LABEL="Line:Handwritten"/></Tags>
<Layout><Page WIDTH="{width}" HEIGHT="{height}"><PrintSpace><TextBlock>{lines}</TextBlock>
</PrintSpace></Page></Layout></alto>"""
LINE = """<TextLine {attributes} HPOS="{left}" VPOS="{top}" WIDTH="{width}" HEIGHT="{height}">
<Shape><Polygon POINTS="{points}"/></Shape><String CONTENT="{text}"/></TextLine>"""


def alto(scale: float = 1.0, attributes: str = "") -> str:
    """ALTO of print_page, with its boxes as outlines, in coordinates of another size of the
    page."""
    lines = []
    for number, text in enumerate(TEXT):
        top, bottom = (round((FIRST + number * STEP + d) * scale) for d in (0, 56))
        left, right = round(80 * scale), round(1190 * scale)
        points = f"{left} {top} {right} {top} {right} {bottom} {left} {bottom}"
        size = {"left": left, "top": top, "width": right - left, "height": bottom - top}
        lines.append(LINE.format(**size, points=points, text=text, attributes=attributes))
    width, height = round(1200 * scale), round(900 * scale)
    return ALTO.format(width=width, height=height, lines="".join(lines))


def feet_and_x_height(image: np.ndarray) -> tuple[float, float]:
    """Where most of the ink of a line begins and ends, as rows."""
    ink = (image < 128).sum(axis=1)
    rows = np.flatnonzero(ink > 0.5 * ink.max())
    return float(rows.max() + 1), float(rows.max() + 1 - rows.min())


def test_pairs_stand_in_the_frame(tmp_path: Path) -> None:
    page = print_page()
    for number, text in enumerate(TEXT):
        top = FIRST + number * STEP
        image = page[top : top + 56]
        columns = np.flatnonzero((image < 128).any(axis=0))
        tight = image[:, columns[0] : columns[-1] + 1]  # letters touch the image's edges
        cv2.imwrite(str(tmp_path / f"a_work_{number}.png"), tight)
        (tmp_path / f"a_work_{number}.gt.txt").write_text(f"\ufeff {text}\n", encoding="utf-8")
    (tmp_path / "other_1.gt.txt").write_text("no image", encoding="utf-8")
    (tmp_path / "other_2.gt.txt").write_text("damaged", encoding="utf-8")
    (tmp_path / "other_2.png").write_bytes(b"\x89PNG")
    rows = list(read_pairs(tmp_path))
    assert [row.text for row in rows[: len(TEXT)]] == list(TEXT)
    assert {row.group for row in rows} == {"a_work", "other"}
    assert [row.reason for row in rows[len(TEXT) :]] == ["no image", "damaged image"]
    for row in rows[: len(TEXT)]:
        assert row.image is not None and row.image.shape[0] == STORED_FRAME.height
        feet, x_height = feet_and_x_height(row.image)
        assert feet == pytest.approx(STORED_FRAME.baseline, abs=3)
        assert x_height == pytest.approx(STORED_FRAME.x_height, abs=4)


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_alto_lines_are_cut_from_an_image_of_any_size(tmp_path: Path, scale: float) -> None:
    cv2.imwrite(str(tmp_path / "page.png"), print_page())
    (tmp_path / "page.xml").write_text(alto(scale), encoding="utf-8")
    (tmp_path / "broken.xml").write_text("<alto", encoding="utf-8")
    broken, *rows = read_pages(tmp_path)
    assert broken.reason.startswith("is no XML")
    assert [row.text for row in rows] == list(TEXT)
    for row in rows:
        assert row.image is not None
        feet, x_height = feet_and_x_height(row.image)
        assert feet == pytest.approx(STORED_FRAME.baseline, abs=3)
        assert x_height == pytest.approx(STORED_FRAME.x_height, abs=4)


def test_kinds_of_lines_are_left_out(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "page.png"), print_page())
    (tmp_path / "page.xml").write_text(alto(attributes='TAGREFS="L1"'), encoding="utf-8")
    assert {row.reason for row in read_pages(tmp_path, without="Handwritten")} == {
        "left out: Line:Handwritten"
    }
    with pytest.raises(DataError, match=r"no \.xml"):
        next(read_pages(tmp_path / "none"))


def read_page() -> Page:
    """print_page with its lines found and their text put in."""
    sides = {"straight_width": 1200, "straight_height": 900}
    page, _ = segment(Page(1, 1200, 900, 300, "page.png", **sides), print_page())
    texts = iter(TEXT)
    leaves = []
    for leaf in page.leaves:
        regions = [
            replace(region, lines=tuple(with_text(line, next(texts)) for line in region.lines))
            for region in leaf.regions
        ]
        leaves.append(replace(leaf, regions=tuple(regions)))
    return replace(page, leaves=tuple(leaves))


def with_text(line: Line, text: str) -> Line:
    """A line with its words filled in."""
    pairs = zip(line.words, text.split(), strict=True)
    words = tuple(replace(word, text=t, confidence=0.9) for word, t in pairs)
    return replace(line, text=text, words=words)


def test_what_recto_writes_is_read(tmp_path: Path) -> None:
    page = read_page()
    (tmp_path / "alto.xml").write_text(page_alto(page, "eng"), encoding="utf-8")
    (tmp_path / "page.xml").write_text(page_xml(page, "eng"), encoding="utf-8")
    for found in (read_alto(tmp_path / "alto.xml"), read_page_xml(tmp_path / "page.xml")):
        assert (found.image, found.width, found.height) == ("page.png", 1200, 900)
        assert [line.text for line in found.lines] == list(TEXT)
        assert all(line.polygon and line.baseline for line in found.lines)
    (tmp_path / "other.xml").write_text("<html/>", encoding="utf-8")
    with pytest.raises(DataError, match="neither"):
        read_page_truth(tmp_path / "other.xml")


@given(st.lists(st.tuples(st.integers(-999, 9999), st.integers(-999, 9999))))
def test_points_in_either_notation(points: list[tuple[int, int]]) -> None:
    assert parse_points(" ".join(f"{x},{y}" for x, y in points)) == tuple(points)
    assert parse_points(" ".join(f"{x} {y}" for x, y in points)) == tuple(points)
    assert parse_points(" ".join(f"{x} {y}" for x, y in points) + " 7") == ()


@given(st.floats(-0.1, 0.1))
def test_a_sloping_baseline_is_levelled(slope: float) -> None:
    image = np.full((120, 200), 250, np.uint8)
    xs = np.arange(200)
    ys = np.rint(60 + slope * xs).astype(int)
    image[ys, xs] = 0
    flat = levelled(image, [(0, 60.0), (199, 60 + slope * 199)])
    rows = np.nonzero(flat == 0)[0]
    assert np.ptp(rows) <= 1


def test_import(stage: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    cv2.imwrite(str(tmp_path / "pages/page.png"), print_page())
    (tmp_path / "pages/page.xml").write_text(alto(), encoding="utf-8")
    run = stage("import_data", "pages", tmp_path / "pages", tmp_path / "out", "--test", 0)
    assert run.returncode == 0, run.stderr
    assert json.loads((tmp_path / "out/import.json").read_text())["train"] == len(TEXT)
    assert LineSet(tmp_path / "out/train.lmdb").text(1) == TEXT[0]
