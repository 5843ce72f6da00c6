"""The wheel, installed into an empty environment and used from another folder by another user: no
checkout, no HOME."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pipeline.config import Decoding
from pipeline.lexicon import list_languages
from pipeline.reading import digitize_page, new_page
from pipeline.recognition.model import open_model
from pipeline.recognition.recognizer import open_recognizer
from tests.conftest import ROOT, TEXT, print_page

NOBODY = 65534  # the user that owns nothing


def may_become_nobody() -> bool:
    """Whether tests may run a program as another user, who can reach this interpreter."""
    folders = Path(sys.base_prefix).resolve().parents
    return os.getuid() == 0 and all(folder.stat().st_mode & 1 for folder in folders)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the wheel. Its needs are taken from this
    environment, but for what leads to the checkout."""
    place = tmp_path_factory.mktemp("installed")
    source = place / "source"
    source.mkdir()
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if not name.startswith(("tests/", "docs/", "bench/")) and (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    pip = [sys.executable, "-m", "pip", "--quiet"]
    options = ["--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "wheel", *options, "-w", str(place), str(source)], check=True)
    wheel = next(place.glob("recto-*.whl"))
    venv.create(place / "venv", symlinks=True)
    python = place / "venv" / "bin" / "python"
    subprocess.run([*pip, "--python", str(python), "install", "--no-deps", str(wheel)], check=True)
    packages = next((place / "venv").glob("lib/python*/site-packages"))
    (packages / "needs.pth").write_text(sysconfig.get_path("purelib") + "\n")
    for folder in (place, *place.parents[:2]):
        folder.chmod(0o755)
    return python.parent


def run_recto(programs: Path, folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a folder, as nobody where this user may become that."""
    return subprocess.run(
        [str(programs / "recto"), *map(str, arguments)],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        user=NOBODY if may_become_nobody() else None,
        capture_output=True,
        text=True,
        timeout=500,
    )


def read_here(raster: NDArray[np.uint8]) -> list[str]:
    """The words of a page as the checkout reads them."""
    model = open_model(ROOT / "models" / "print-latin")
    recognizer = open_recognizer(model, Decoding(), list_languages("auto", ROOT / "lexicons"))
    words = [word.text for word in digitize_page(new_page(raster, 300), recognizer).words]
    assert len(words) >= 0.9 * len(" ".join(TEXT).split())
    return words


@pytest.mark.long
def test_an_installed_recto_reads_without_a_checkout(installed: Path, tmp_path: Path) -> None:
    """Who installs Recto would need its repository as well."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for path in (folder, *folder.parents[:3]):
        path.chmod(0o777)
    Image.fromarray(print_page()).save(folder / "leaf.png", dpi=(300, 300))
    where = run_recto(installed, folder, "models")
    assert str(ROOT) not in where.stdout and "print-latin" in where.stdout
    run = run_recto(installed, folder, "read", "leaf.png", "out", "--outputs", "all", "--cores", 2)
    assert run.returncode == 0, run.stdout + run.stderr
    assert (folder / "out/leaf/book.txt").read_text().split() == read_here(print_page())
    assert (folder / "out/leaf/report.html").is_file()
    checked = run_recto(installed, folder, "verify", "out/leaf")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    drawn = run_recto(installed, folder, "overlay", "out/leaf", 1, "page.png")
    assert drawn.returncode == 0, drawn.stderr
    assert Image.open(folder / "page.png").width == print_page().shape[1]
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing more")
    broken = run_recto(installed, folder, "read", "broken.pdf", "out")
    assert broken.returncode == 4, broken.stderr


@pytest.mark.long
def test_ocrmypdf_finds_the_installed_plugin(installed: Path, tmp_path: Path) -> None:
    """OCRmyPDF would not know Recto's options without the folder of a checkout."""
    run = subprocess.run(
        [str(installed / "python"), "-m", "ocrmypdf", "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0 and "--recto-model" in run.stdout, run.stderr
