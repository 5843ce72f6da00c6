"""Every kind of scan is opened, in order, in its own pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, features

from pipeline.errors import ConfigError, MissingScanError, PageError
from pipeline.scan.pages import (
    LARGEST_PIXELS,
    ScanPage,
    _check_size,
    list_pages,
    load_page,
    natural_key,
)
from pipeline.scan.scan_names import find_scan
from stages.digitize.inventory import select_pages
from stages.plan.shelf import take_stock
from stages.shards import LARGEST, SMALLEST, shard_size, split
from tests.conftest import ROOT, print_page

PAGE = np.where(print_page() > 127, np.uint8(255), np.uint8(0))


def only_page(scans: Path, name: str) -> np.ndarray:
    (page,) = list_pages(find_scan(scans, name), 300)
    return load_page(scans, page)


@pytest.mark.parametrize("suffix", ["png", "tif", "bmp", "webp", "jp2"])
@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_lossless_images_come_pixel_for_pixel(suffix: str, mode: str, tmp_path: Path) -> None:
    """Recto would read another image than the one that was scanned."""
    if suffix == "jp2" and not features.check("jpg_2000"):
        pytest.skip("this Pillow was built without JPEG 2000")
    if mode == "1" and suffix in ("jp2", "webp"):
        pytest.skip("this format has no 1-bit images")
    options = {"lossless": True} if suffix == "webp" else {}
    Image.fromarray(PAGE).convert(mode).save(tmp_path / f"a.{suffix}", **options)
    assert np.array_equal(only_page(tmp_path, "a"), PAGE)


@pytest.mark.parametrize("mode", ["P", "RGBA", "LA", "CMYK", "I;16"])
def test_unusual_modes_are_the_same_page(mode: str, tmp_path: Path) -> None:
    """Palettes, 16 bits, CMYK or inverted images would be read wrongly."""
    image = (
        Image.fromarray(PAGE.astype(np.uint16) * 257)
        if mode == "I;16"
        else Image.fromarray(PAGE).convert("RGB").convert(mode)
    )
    image.save(tmp_path / "a.tif")
    assert np.abs(only_page(tmp_path, "a").astype(int) - PAGE).mean() < 3


@pytest.mark.parametrize("suffix", ["png", "gif", "webp"])
def test_each_picture_of_an_animation_is_a_page(suffix: str, tmp_path: Path) -> None:
    """Pages of a file of several pictures would be lost."""
    frames = [Image.fromarray(PAGE[:, : 600 + 100 * k]).resize((600, 450)) for k in range(3)]
    frames[0].save(tmp_path / f"a.{suffix}", save_all=True, append_images=frames[1:])
    pages = list_pages(find_scan(tmp_path, "a"), 300)
    assert len(pages) == 3
    for page, frame in zip(pages, frames, strict=True):
        assert np.abs(load_page(tmp_path, page).astype(int) - np.asarray(frame)).mean() < 3


def test_the_content_and_not_the_suffix_tells_the_format(tmp_path: Path) -> None:
    """A file with a wrong suffix could not be read."""
    Image.fromarray(PAGE).save(tmp_path / "photo.jpg", quality=95)
    (tmp_path / "photo.jpg").rename(tmp_path / "a.png")
    assert np.abs(only_page(tmp_path, "a").astype(int) - PAGE).mean() < 3


@pytest.mark.parametrize(
    ("written", "read"),
    [(None, 300.0), ((1, 1), 300.0), ((72, 72), 300.0), ((100, 100), 100.0), ((200, 200), 200.0)],
)
def test_a_resolution_that_no_scan_has_is_not_believed(
    written: tuple[int, int] | None, read: float, tmp_path: Path
) -> None:
    """A wrong resolution in a header would make all letters too small or too large."""
    options = {"dpi": written} if written else {}
    Image.fromarray(PAGE).save(tmp_path / "a.png", **options)
    (page,) = list_pages(find_scan(tmp_path, "a"), 300)
    assert page.dpi == pytest.approx(read, abs=0.1)


def test_transparent_is_white(tmp_path: Path) -> None:
    """Transparent paper would become black."""
    alpha = Image.fromarray(np.where(PAGE > 127, np.uint8(0), np.uint8(255)))
    black = Image.new("RGBA", alpha.size, "black")
    black.putalpha(alpha)
    black.save(tmp_path / "a.png")
    assert np.array_equal(only_page(tmp_path, "a"), PAGE)


def test_pages_of_a_tiff_in_order_with_their_resolution(tmp_path: Path) -> None:
    """Pages of a TIFF would be mixed up or have another page's resolution."""
    sheets = [Image.fromarray(PAGE[: 400 + 10 * k]) for k in range(3)]
    sheets[0].save(tmp_path / "a.tif", save_all=True, append_images=sheets[1:], dpi=(400, 400))
    pages = list_pages(find_scan(tmp_path, "a"), 300)
    assert [(p.number, p.height, p.dpi) for p in pages] == [
        (1, 400, 400.0),
        (2, 410, 400.0),
        (3, 420, 400.0),
    ]
    assert load_page(tmp_path, pages[2]).shape == (420, PAGE.shape[1])
    assert len({p.sha256 for p in pages}) == 3


def test_a_pdf_page_that_is_one_image_is_that_image(tmp_path: Path) -> None:
    """A scan in a PDF would be resampled, and read worse."""
    Image.fromarray(PAGE).convert("1").save(tmp_path / "a.pdf", resolution=300)
    assert np.array_equal(only_page(tmp_path, "a"), PAGE)


def test_the_images_of_real_books_are_not_resampled(shared: Path) -> None:
    """What holds for made PDFs would not hold for those of libraries."""
    for path in sorted((shared / "scans/books").glob("*.pdf")):
        page = list_pages(path, 300)[4]
        assert set(np.unique(load_page(path.parent, page)).tolist()) == {0, 255}, path.name


def test_a_folder_is_read_in_natural_order(tmp_path: Path) -> None:
    """Page 10 would come before page 2."""
    folder = tmp_path / "a"
    folder.mkdir()
    for name in ("p10.png", "p2.png", "P1.png", ".hidden.png", "p2 (2).png", "p2-1.png"):
        Image.fromarray(PAGE).save(folder / name)
    (folder / "notes.txt").write_text("no page")
    assert [p.file for p in list_pages(find_scan(tmp_path, "a"), 300)] == [
        "a/P1.png",
        "a/p2.png",
        "a/p2 (2).png",
        "a/p2-1.png",
        "a/p10.png",
    ]


def test_too_large_and_too_small_are_told_from_the_header() -> None:
    """A bomb of an image would fill the memory before it is refused."""
    page = ScanPage(1, "a.png", 0, 40_000, 40_000, 300.0, "0" * 64)
    assert page.width * page.height > LARGEST_PIXELS
    assert _check_size(page).reason == "too-large"
    assert _check_size(ScanPage(1, "a.png", 0, 1, 1, 300.0, "0" * 64)).reason == "too-small"
    with pytest.raises(PageError):
        load_page(ROOT, _check_size(page))


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("a", "a/alto.xml"),
        ("a", "a/._leaf.jpg"),
        ("a", "a.jpg/leaf.jpg"),
        ("series/a", "series/._cover.jpg"),
        ("series/a", "series.pdf/notes.txt"),
    ],
)
def test_what_is_no_scan_stands_in_the_way_of_none(tmp_path: Path, name: str, beside: str) -> None:
    """A good book would be refused for notes, hidden files and folders beside it, though the plan
    of the run has it."""
    for path in (tmp_path / f"{name}.pdf", tmp_path / beside):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert find_scan(tmp_path, name) == tmp_path / f"{name}.pdf"
    assert [found for called, found in take_stock(tmp_path).scans.items() if called == name] == [
        [tmp_path / f"{name}.pdf"]
    ]


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    """The name of a book could read or write files elsewhere."""
    (tmp_path / "scans").mkdir()
    with pytest.raises(MissingScanError):
        find_scan(tmp_path / "scans", "nothing")


@given(st.lists(st.text("ab12 .", max_size=6)))
def test_natural_order_is_an_order(names: list[str]) -> None:
    """Sorting pages would depend on the order in which they were found."""
    assert sorted(sorted(names, key=natural_key, reverse=True), key=natural_key) == sorted(
        names, key=natural_key
    ) or len({tuple(natural_key(n)) for n in names}) < len(names)
    assert sorted(["a10", "a9", "a1"], key=natural_key) == ["a1", "a9", "a10"]


@given(st.integers(1, 20_000), st.integers(0, 40))
def test_shards_hold_every_page_once(pages: int, size: int) -> None:
    """A page would be lost or read twice."""
    shards = split(pages, size or shard_size(pages))
    assert [n for first, last in shards for n in range(first, last + 1)] == list(
        range(1, pages + 1)
    )
    assert SMALLEST <= shard_size(pages) <= LARGEST


def test_chosen_pages_are_numbered_anew() -> None:
    """Outputs of `pages: 5-9` would have gaps or wrong numbers."""
    pages = [ScanPage(n, "a.pdf", n - 1, 100, 100, 300.0, "0" * 64) for n in range(1, 21)]
    chosen = select_pages(pages, "3, 5-6,19-")
    assert [(p.number, p.index) for p in chosen] == [(1, 2), (2, 4), (3, 5), (4, 18), (5, 19)]
    for wrong in (
        "all",
        "1-20,rubbish",
        "3,9-7",
    ):  # of the latter, pages 7 to 9 would be missing without a word
        with pytest.raises(ConfigError, match="no list of pages"):
            select_pages(pages, wrong)
    with pytest.raises(ConfigError, match="leaves none"):
        select_pages(pages, "40-50")
