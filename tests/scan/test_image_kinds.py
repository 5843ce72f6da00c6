"""Images as archives and cameras write them: the same page, whatever its depth, turn or copies."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis.extra import numpy as arrays
from PIL import Image

from pipeline.errors import PageError, UnreadableScanError
from pipeline.scan.grey import scaled
from pipeline.scan.images import MOST_IMAGES, image_sizes, load_grey, shown_image
from pipeline.scan.pages import list_pages
from pipeline.scan.scan_names import find_scan
from tests.conftest import print_page

PAGE = print_page()
DEPTHS = {
    "16 bits": (PAGE.astype(np.uint16) * 257, "minisblack"),
    "12 of 16 bits": (PAGE.astype(np.uint16) * 16, "minisblack"),
    "10 of 16 bits, white is zero": (1023 - PAGE.astype(np.uint16) * 4, "miniswhite"),
    "16 bits, white is zero": (65535 - PAGE.astype(np.uint16) * 257, "miniswhite"),
    "32 bits": (PAGE.astype(np.uint32) * 16843009, "minisblack"),
    "floats up to one": (PAGE.astype(np.float32) / 255, "minisblack"),
    "floats, paper is no number": (np.where(PAGE > 250, np.nan, PAGE).astype("f4"), "minisblack"),
    "signed, 8 bits": ((PAGE.astype(int) - 128).astype(np.int8), "minisblack"),
    "signed, 16 bits": (PAGE.astype(np.int16) * 64 - 8160, "minisblack"),
}


@pytest.mark.parametrize("kind", DEPTHS)
def test_a_deep_page_is_the_same_page(kind: str, tmp_path: Path) -> None:
    samples, photometric = DEPTHS[kind]
    tifffile.imwrite(tmp_path / "a.tif", samples, photometric=photometric)
    assert np.abs(load_grey(tmp_path / "a.tif", 0).astype(int) - PAGE).max() <= 4


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("channels", [3, 4])
def test_deep_channels_that_lie_apart_are_the_page(
    channels: int, order: str, tmp_path: Path
) -> None:
    """Pillow reads each second byte of such a file as a pixel: a picture twice as wide, cut off."""
    opaque = np.full_like(PAGE, 255)
    planes = np.stack([PAGE, PAGE, PAGE, opaque][:channels]).astype(np.uint16) * 257
    tifffile.imwrite(
        tmp_path / "a.tif",
        planes,
        photometric="rgb",
        planarconfig="separate",
        byteorder=order,
        extrasamples=["unassalpha"] * (channels - 3),
    )
    assert np.abs(load_grey(tmp_path / "a.tif", 0).astype(int) - PAGE).max() <= 1
    assert np.abs(np.asarray(shown_image(tmp_path / "a.tif", 0).convert("L")) - PAGE).max() <= 1


def test_grey_that_was_multiplied_by_its_opacity_is_the_page(tmp_path: Path) -> None:
    samples = np.stack([PAGE, np.full_like(PAGE, 255)], axis=-1)
    tifffile.imwrite(tmp_path / "a.tif", samples, photometric="minisblack",
                     planarconfig="contig", extrasamples=["assocalpha"])  # fmt: skip
    assert np.array_equal(load_grey(tmp_path / "a.tif", 0), PAGE)


@given(arrays.arrays(np.float32, (5, 4)))
def test_any_floats_are_a_grey_page(samples: np.ndarray) -> None:
    grey = scaled(samples)
    assert grey.shape == samples.shape
    assert grey.dtype == np.uint8


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp"])
def test_the_page_is_as_viewers_show_it(turn: int, suffix: str, tmp_path: Path) -> None:
    # how the page must be stored so that a viewer that honours the tag shows it upright
    back = {
        1: lambda a: a, 2: np.fliplr, 3: lambda a: np.rot90(a, 2), 4: np.flipud,
        5: np.transpose, 6: np.rot90, 7: lambda a: np.rot90(a, 2).T, 8: lambda a: np.rot90(a, 3),
    }  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = turn
    stored = Image.fromarray(np.ascontiguousarray(back[turn](PAGE)))
    options = {"quality": 95} if suffix == "jpg" else {"lossless": True} if suffix == "webp" else {}
    stored.save(tmp_path / f"a.{suffix}", exif=exif, **options)
    (found,) = image_sizes(tmp_path / f"a.{suffix}", 300)
    assert (found.height, found.width) == PAGE.shape
    assert np.abs(load_grey(tmp_path / f"a.{suffix}", 0).astype(int) - PAGE).mean() < 3


def test_copies_for_a_screen_are_no_pages(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "pyramid.tif") as file:
        for step in (1, 2, 4):
            file.write(PAGE[::step, ::step], subfiletype=1 if step > 1 else 0)
        file.write(PAGE[:300])
    found = image_sizes(tmp_path / "pyramid.tif", 300)
    assert [(page.index, page.height) for page in found] == [(0, 900), (3, 300)]
    Image.fromarray(PAGE).save(
        tmp_path / "camera.mpo", save_all=True, append_images=[Image.fromarray(PAGE[::4, ::4])]
    )
    (tmp_path / "camera.mpo").rename(tmp_path / "camera.jpg")
    assert len(image_sizes(tmp_path / "camera.jpg", 300)) == 1


def test_a_tiff_without_end_is_refused(tmp_path: Path) -> None:
    tile = np.zeros((16, 16), np.uint8)
    with tifffile.TiffWriter(tmp_path / "many.tif") as file:
        for _ in range(MOST_IMAGES + 1):
            file.write(tile, contiguous=False, metadata=None)
    with pytest.raises(UnreadableScanError, match=r"more than 10,000 images"):
        image_sizes(tmp_path / "many.tif", 300)


def test_an_image_of_a_kind_that_is_not_read_costs_no_other(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        for samples in (PAGE, PAGE / 255.0, PAGE):  # floats of 64 bits in the middle
            file.write(samples, photometric="minisblack", metadata=None)
    pages = list_pages(tmp_path / "a.tif", 300)
    assert [page.reason for page in pages] == ["", "damaged-page", ""]
    assert np.array_equal(load_grey(tmp_path / "a.tif", 2), PAGE)


def test_the_lightness_of_lab_is_the_page(tmp_path: Path) -> None:
    Image.merge("LAB", (Image.fromarray(PAGE), *[Image.new("L", PAGE.T.shape, 128)] * 2)).save(
        tmp_path / "a.tif"
    )
    assert np.array_equal(load_grey(tmp_path / "a.tif", 0), PAGE)
    assert np.array_equal(np.asarray(shown_image(tmp_path / "a.tif", 0)), PAGE)


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif"])
def test_no_format_is_opened_but_those_that_are_read(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"  # PostScript, which Pillow would hand to Ghostscript
    path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n%%EndComments\n")
    with pytest.raises(UnreadableScanError, match="no format that is read"):
        image_sizes(path, 300)


def test_the_pixels_of_a_png_are_not_decoded_to_list_it(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(PAGE).save(tmp_path / "a.png", exif=exif)
    data = (tmp_path / "a.png").read_bytes()
    start, pixels, end = (data.index(word) - 4 for word in (b"eXIf", b"IDAT", b"IEND"))
    late = data[:start] + data[pixels:end] + data[start:pixels] + data[end:]
    (tmp_path / "late.png").write_bytes(late)
    (tmp_path / "broken.png").write_bytes(data[: pixels + 8] + bytes(100) + data[end:])
    for name in ("a.png", "late.png", "broken.png"):
        (found,) = image_sizes(tmp_path / name, 300)
        assert (found.width, found.height) == PAGE.shape, name


def test_what_is_no_file_costs_its_own_page(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    Image.fromarray(PAGE).save(folder / "1.png")
    (folder / "2.png").mkdir()
    os.mkfifo(folder / "3.png")
    (folder / "4.png").symlink_to("/dev/zero")
    (folder / "5.png").symlink_to("5.png")
    (folder / "6.png").symlink_to("nowhere.png")
    (folder / "7.png").write_bytes(b"")
    Image.fromarray(PAGE).save(folder / "8²9.png")
    Image.fromarray(PAGE).save(folder / "9.png")
    (folder / "9.png").rename(folder / os.fsdecode(b"caf\xe9.png"))
    pages = list_pages(find_scan(tmp_path, "a"), 300)
    assert [bool(page.reason) for page in pages] == [False, *[True] * 6, False, False]
    for page, word in zip(pages[1:5], ("folder", "pipe", "device", "read"), strict=True):
        assert word in page.message


def test_heic_is_read_or_refused_by_name(tmp_path: Path) -> None:
    heif = pytest.importorskip("pillow_heif")
    heif.from_pillow(Image.fromarray(PAGE).convert("RGB")).save(tmp_path / "a.heic", quality=95)
    assert np.abs(load_grey(tmp_path / "a.heic", 0).astype(int) - PAGE).mean() < 3


def test_heic_under_another_name_is_read_whatever_was_read_before(tmp_path: Path) -> None:
    """As telephones hand it over: it was refused unless a .heic had been opened before it."""
    heif = pytest.importorskip("pillow_heif")
    heif.from_pillow(Image.fromarray(PAGE).convert("RGB")).save(tmp_path / "a.heic", quality=95)
    (tmp_path / "a.heic").rename(tmp_path / "a.jpg")
    script = f"""if True:
        from pathlib import Path
        from pipeline.scan.images import load_grey
        print(load_grey(Path({str(tmp_path / "a.jpg")!r}), 0).shape)"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert run.stdout.strip() == str(PAGE.shape), run.stderr


def test_a_damaged_image_is_a_named_error(tmp_path: Path) -> None:
    Image.fromarray(PAGE).save(tmp_path / "a.jpg")
    data = (tmp_path / "a.jpg").read_bytes()
    (tmp_path / "a.jpg").write_bytes(data[: len(data) // 2])
    with pytest.raises(PageError):
        load_grey(tmp_path / "a.jpg", 0)
