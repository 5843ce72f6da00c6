"""What the tests share: the folders of the repository and of real scans, and pages and models made
for a test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from hypothesis import settings
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from bench.workplace import lay_out

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
BENCH_TRUTH = ROOT / "tests" / "data" / "book.gt"
settings.register_profile("recto", deadline=None)  # the machine may be busy
settings.load_profile("recto")
Stage = Snakemake = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real scans and texts; the test is skipped, saying so, where it is not."""
    if not (SHARED / "scans").is_dir():
        pytest.skip("../shared with its real scans is not here")
    return SHARED


def run_stage(name: str, *arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a stage command as a user would, from the repository's root."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", f"stages.{name}", *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300
    )


@pytest.fixture
def stage() -> Callable[..., subprocess.CompletedProcess[str]]:
    return run_stage


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "recto")


def run_snakemake(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Snakemake in a workplace, on two cores."""
    snakemake = Path(sys.executable).with_name("snakemake")
    return subprocess.run(
        [str(snakemake), "--cores", "2", *arguments],
        cwd=place,
        env=os.environ | {"PYTHONPATH": str(place)},  # the plugin of this checkout
        capture_output=True,
        text=True,
        timeout=580,
    )


@pytest.fixture
def snakemake() -> Callable[..., subprocess.CompletedProcess[str]]:
    return run_snakemake


TEXT = (
    "The lamp before the school is of the newer",
    "pattern, with a square head and a hinge that",
    "does not pinch. I was shown the drawing",
    "before it was cast, and was asked what I",
    "thought of it. I said that it wanted a ledge",
    "for the sparrows, and they laughed at that.",
)


NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def print_page(
    lines: tuple[str, ...] = TEXT, size: int = 44, width: int = 1200, height: int = 900
) -> NDArray[np.uint8]:
    """A page of lines in the face that Pillow brings along: no font needs to be installed."""
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size)
    for number, line in enumerate(lines):
        draw.text((90, 90 + number * size * 1.6), line, font=font, fill=0)
    return np.asarray(image, dtype=np.uint8)


@pytest.fixture
def folder_of_images(workplace: Path) -> Path:
    """Nine pages as PNG files in scans/leaves."""
    folder = workplace / "scans" / "leaves"
    folder.mkdir()
    for number in range(1, 10):
        page = print_page((f"This is leaf {NUMBERS[number]} of the book", *TEXT[number % 3 :]))
        Image.fromarray(page).save(folder / f"leaf{number}.png", dpi=(300, 300))
    return folder


@pytest.fixture
def sample_pdf(workplace: Path) -> Path:
    """The sample book in a workplace."""
    return Path(shutil.copy(ROOT / "scans" / "book.pdf", workplace / "scans" / "book.pdf"))


def odd_pages(source: Path, target: Path) -> None:
    """Pages of a PDF shown otherwise: turned by /Rotate, with a media box that does not begin at
    the origin, and cropped."""
    with pikepdf.open(source) as pdf:
        for index in (*reversed(range(5, len(pdf.pages))), 0):
            del pdf.pages[index]
        turned, offset, cropped, askew = pdf.pages
        turned.Rotate = 90
        left, bottom, right, top = (float(value) for value in offset.mediabox)
        offset.contents_add(b"q 1 0 0 1 100 -50 cm", prepend=True)
        offset.contents_add(b"Q")
        offset.mediabox = [left + 100, bottom - 50, right + 100, top - 50]
        left, bottom, right, top = (float(value) for value in cropped.mediabox)
        cropped.cropbox = [left + 12, bottom + 10, right - 8, top - 14]
        askew.contents_add(b"q 0.9994 0.0349 -0.0349 0.9994 8 -4 cm", prepend=True)
        askew.contents_add(b"Q")
        pdf.save(target)


@pytest.fixture(scope="session")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workplace in which the sample, pages shown otherwise and a folder of images were digitized,
    with all outputs."""
    place = lay_out(tmp_path_factory.mktemp("deliveries"))
    shutil.copy(ROOT / "scans" / "book.pdf", place / "scans" / "book.pdf")
    odd_pages(ROOT / "scans" / "book.pdf", place / "scans" / "odd.pdf")
    leaves = place / "scans" / "leaves"
    leaves.mkdir()
    Image.fromarray(print_page()).save(leaves / "1.jpg", dpi=(300, 300), quality=90)
    Image.fromarray(print_page()[:, ::-1].T[:, ::-1]).save(leaves / "2.png", dpi=(300, 300))
    Image.fromarray(print_page(), "L").point(lambda v: 255 * (v > 128)).convert("1").save(
        leaves / "3.tif", dpi=(300, 300), compression="group4"
    )
    (leaves / "4.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing more")
    run = run_snakemake(place, "--config", "outputs=all", "pdfa=true")
    assert run.returncode == 0, run.stdout + run.stderr
    return place
