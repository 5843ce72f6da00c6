"""Recto as the engine of OCRmyPDF."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from pipeline.document import Page
from pipeline.training.evaluation import comparable
from tests.conftest import ROOT
from tests.export.deliveries import words_of_pdf


@pytest.mark.shared
@pytest.mark.parametrize("name", ["skew.pdf", "cardinal.pdf"])
def test_ocrmypdf_uses_recto(shared: Path, tmp_path: Path, name: str) -> None:
    """The plugin would lose text, or lay it beside the printed words."""
    target = tmp_path / name
    run = ocrmypdf(shared / "scans" / "faults" / name, target)
    assert run.returncode == 0, run.stderr
    # the true text is itself an OCR text, with bullets read as 0: its words of letters alone are
    # right
    truth = [
        word
        for word in comparable((shared / "scans" / "layouts" / "linn.txt").read_text()).split()
        if word.isalpha()
    ]
    for words in words_of_pdf(target):
        found = set(comparable("\n".join(text for text, _ in words)).split())
        assert sum(word in found for word in truth) > 0.97 * len(truth)
    _, title = next((text, box) for text, box in words_of_pdf(target)[0] if text == "LinnSequencer")
    rendered = subprocess.run(
        [
            "pdftoppm",
            "-r",
            "72",
            "-gray",
            "-x",
            str(int(title[0])),
            "-y",
            str(int(title[1])),
            "-W",
            str(int(title[2] - title[0])),
            "-H",
            str(int(title[3] - title[1])),
            "-l",
            "1",
            str(target),
        ],
        check=True,
        capture_output=True,
    ).stdout
    assert sum(value < 128 for value in rendered[20:]) > 0.15 * len(
        rendered
    )  # the word is printed where its text lies


def ocrmypdf(source: Path, target: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        str(Path(sys.executable).with_name("ocrmypdf")),
        "--plugin",
        "pipeline.export.ocrmypdf_plugin",
    ]
    command += ["--output-type", "pdf", *options]
    return subprocess.run(
        [*command, str(source), str(target)], cwd=ROOT, capture_output=True, text=True, timeout=300
    )


def test_a_page_that_cannot_be_read_costs_ocrmypdf_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One page that fails would end the whole run of OCRmyPDF."""
    from types import SimpleNamespace

    from pipeline.export import ocrmypdf_plugin

    def broken(*_: object) -> Page:
        raise ValueError("a page beyond reading")

    Image.new("L", (400, 300), 255).save(tmp_path / "page.png", dpi=(300, 300))
    monkeypatch.setattr(ocrmypdf_plugin, "digitize_page", broken)
    options = SimpleNamespace(languages=["eng"])
    tree, text = ocrmypdf_plugin.RectoEngine.generate_ocr(tmp_path / "page.png", options, 3)  # type: ignore[arg-type]
    assert text == "" and not tree.words
    ocrmypdf_plugin.RectoEngine.generate_pdf(
        tmp_path / "page.png", tmp_path / "p.pdf", tmp_path / "p.txt", options
    )  # type: ignore[arg-type]
    with pikepdf.open(tmp_path / "p.pdf") as pdf:
        assert len(pdf.pages) == 1


def test_ocrmypdf_turns_and_straightens_pages(tmp_path: Path) -> None:
    """OCRmyPDF would leave pages on their side or askew."""
    source, target = tmp_path / "in.pdf", tmp_path / "out.pdf"
    with pikepdf.open(ROOT / "scans" / "book.pdf") as pdf:
        for index in reversed(range(len(pdf.pages))):
            if index not in (8, 9):  # askew, and upside down
                del pdf.pages[index]
        pdf.save(source)
    run = ocrmypdf(source, target, "--rotate-pages", "--deskew")
    assert run.returncode == 0, run.stderr
    from pipeline.image.straighten import straighten
    from pipeline.scan.pdf_pages import plan_pages
    from pipeline.scan.poppler import render_page

    for number, plan in enumerate(plan_pages(target, 150), start=1):
        raster = render_page(target, number, plan.width, plan.height)
        page, _ = straighten(Page(number, plan.width, plan.height, plan.dpi), raster)
        assert page.orientation == 0 and abs(page.skew) < 0.2


def test_the_languages_of_ocrmypdf_are_those_that_are_read_with() -> None:
    """`ocrmypdf -l deu` would read German with the English language model."""
    from types import SimpleNamespace

    from pipeline.export.ocrmypdf_plugin import RectoEngine, _language_files

    def codes(*languages: str, **more: str) -> list[str]:
        options = SimpleNamespace(languages=list(languages), **more)
        return [files.code for files in _language_files(options)]  # type: ignore[arg-type]

    assert codes("eng") == ["eng"] and codes("deu", "eng") == ["deu", "eng"]
    assert {"deu", "eng", "fra"} <= set(codes("auto"))
    assert codes("eng", recto_lexicon="lexicons/fra.txt") == ["fra"]
    offered = RectoEngine.languages(SimpleNamespace(languages=["eng"]))  # type: ignore[arg-type]
    assert {"auto", "deu", "eng"} <= offered and not any("." in name for name in offered)
