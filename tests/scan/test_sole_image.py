"""A page that is said to be one image shows nothing else, and is taken without a look at it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from pipeline.scan import poppler
from pipeline.scan.pdf_pages import load_raster, plan_pages
from pipeline.scan.sole_image import is_sole_image
from tests.scan.test_pdf_pages import HEIGHT, PAGE, WIDTH, write

FULL = b"q 288 0 0 216 0 0 cm /A Do Q"


def is_sole(path: Path) -> bool:
    with pikepdf.open(path) as pdf:
        return is_sole_image(pdf.pages[0])


@pytest.mark.parametrize(
    "content",
    [
        FULL,
        b"288 0 0 216 0 0 cm\n/A Do",
        b"q 1 0 0 1 0 0 cm q 0 216 -288 0 288 0 cm /A Do Q Q",
    ],
)
def test_one_image_is_told(content: bytes, tmp_path: Path) -> None:
    assert is_sole(write(tmp_path / "a.pdf", content, {"A": PAGE}))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"q Q",
        FULL + b" " + FULL,
        FULL + b" 0 0 m 288 216 l S",
        FULL + b" BT /F 9 Tf (a) Tj ET",
        b"0 0 9 9 re W n " + FULL,
        b"/G gs " + FULL,
        b"q 200 200 -200 200 150 0 cm /A Do Q",
        FULL + b" BI /W 1 /H 1 /CS /G /BPC 8 ID x EI",
        b"/B Do",
        b"q 0 0 cm /A Do Q",
        FULL + b" " * 2000,
    ],
)
def test_whatever_may_show_else_is_looked_at(content: bytes, tmp_path: Path) -> None:
    assert not is_sole(write(tmp_path / "a.pdf", content, {"A": PAGE}))


@pytest.mark.parametrize(
    "more",
    [
        {"ImageMask": True},
        {"Decode": Array([1, 0])},
        {"SMask": PAGE},
        {"OC": Dictionary(Type=Name.OCG)},
    ],
)
def test_an_image_that_is_more_than_samples_is_looked_at(more: dict, tmp_path: Path) -> None:
    assert not is_sole(write(tmp_path / "a.pdf", FULL, {"A": (PAGE, more)}))


def test_annotations_are_looked_at(tmp_path: Path) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=Array([9, 9, 90, 90]))
    assert not is_sole(write(tmp_path / "a.pdf", FULL, {"A": PAGE}, Annots=Array([note])))


def test_it_is_taken_without_a_rendering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.pdf", FULL, {"A": PAGE}, MediaBox=Array([0, 0, WIDTH, HEIGHT]))
    (plan,) = plan_pages(path, 300)

    def refuse(*_: object) -> None:
        raise AssertionError("it was rendered")

    monkeypatch.setattr(poppler, "render_page", refuse)
    assert np.array_equal(load_raster(path, 0, plan), PAGE)
