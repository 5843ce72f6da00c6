"""Commands that look at what a run left behind, and what they say where it is not there."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import lmdb
import numpy as np
import pytest
from PIL import Image

from pipeline.config import SynthesisConfig
from pipeline.document import BLANK, Page
from pipeline.errors import DataError
from pipeline.export.report import _row
from pipeline.export.rescan import rescan_rows
from pipeline.page_json import page_to_json, write_page
from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.recipe import DrawnSet
from pipeline.synthesis.fonts import Face, absent_families
from pipeline.synthesis.generate import BATCH
from pipeline.synthesis.store import Sample
from stages.digitized import open_book
from stages.judge.overlay import find_page
from stages.make import synthesize

PAGE = {
    "number": 2,
    "file": "2.png",
    "index": 0,
    "width": 100,
    "height": 100,
    "dpi": 300,
    "sha256": "",
}


MANIFEST = {"book": "shelf/book", "folder": "scans/shelf", "shards": ["0002-0002"], "pages": [PAGE]}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workplace in which page 2 of a book was inventoried, and not read."""
    monkeypatch.chdir(tmp_path)
    book = tmp_path / "work/shelf/book"
    (book / "shards").mkdir(parents=True)
    (book / "manifest.json").write_text(json.dumps(MANIFEST))
    (tmp_path / "out/shelf/book").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    ("book", "number", "message", "remedy"),
    [
        ("out/shelf/book", 2, "no work folder", "Give work/shelf/book."),
        ("work/shelf", 2, "no work folder", "Give work/NAME."),
        ("work/shelf/book", 1, "has no page 1", "pages 2 to 2"),
        ("work/shelf/book", 2, "not read yet", "out/shelf/book/"),
    ],
)
def test_what_cannot_be_drawn_is_told(
    place: Path, book: str, number: int, message: str, remedy: str
) -> None:
    """A page that is not there was told to be read anew, and out/NAME to have no pages."""
    with pytest.raises(DataError, match=message) as caught:
        find_page(Path(book), number)
    assert remedy in caught.value.remedy


def test_shards_of_an_earlier_scan_are_not_read(place: Path) -> None:
    """A scan that grew is divided otherwise: old pages would be taken for those of now, to learn
    from and to score."""
    book = place / "work/shelf/book"
    for shard, image in (("0001-0004", "old.png"), ("0002-0002", "new.png")):
        folder = book / "text" / shard
        folder.mkdir(parents=True)
        write_page(folder / "0002.json", Page(2, 100, 100, 300.0, image, status=BLANK))
    assert [page.image for page in open_book(book).pages().values()] == ["new.png"]
    path, _, scans = find_page(book, 2)
    assert path.parent.name == "0002-0002" and scans == Path("scans/shelf")


def test_a_page_has_one_figure() -> None:
    """rescan.tsv and the report gave two for one page: one counted what was not read at all."""
    page = {
        "number": 1,
        "image": "1.png",
        "status": "done",
        "reason": "",
        "message": "",
        "doubtful": "",
        "confidence": 0.95,
        "words": 100,
        "lines": 9,
        "illegible": 3,
        "stray_ink": 0.1,
        "cut_off": 0,
        "x_height": 30.0,
        "dpi": 300,
        "width": 10,
        "orientation": 0,
    }
    ((_, _, accuracy, _, found),) = rescan_rows([page])
    row = _row(page)
    told = f"{100 * float(accuracy):.1f}%"
    assert found.startswith(f"{told} of the words")
    assert row["percent"] == told and row["why"] == found
    assert f"{100 * row['accuracy']:.1f}%" == told


def test_faces_that_are_not_installed_are_known() -> None:
    """Lines of 38 faces were drawn without a word of the many that `make fonts` brings."""
    cardo = Face("x", "Cardo", "oldstyle", "regular", 1.0, frozenset())
    absent = absent_families([cardo], [], [])
    assert "EB Garamond" in absent and "Cardo" not in absent
    assert "Blankenburg" not in absent  # no line is set in it unless it is asked for
    assert set(absent_families([], ["fraktur"], [])) >= {"Blankenburg", "UnifrakturCook"}


def test_an_installed_family_that_cannot_be_drawn_with_is_not_absent() -> None:
    """`make fonts` was to install what was there, as Type 1 or without Latin letters."""
    absent = absent_families([], [], ["GFS BodoniClassic", "TeXGyreSchola", "Cardo Greek"])
    assert "Cardo" in absent and not {"GFS BodoniClassic", "TeXGyreSchola"} & set(absent)


def test_as_many_lines_are_drawn_as_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A trial had to wait for 250 lines, and 300 became 500."""
    assert SynthesisConfig(lines=1).lines == 1

    def batches(_: object, numbers: range, __: int) -> Iterator[list[Sample]]:
        image = np.zeros((4, 4), np.uint8)
        yield from ([(image, f"line {n * BATCH + k}") for k in range(BATCH)] for n in numbers)

    monkeypatch.setattr(synthesize, "generate_batches", batches)
    replaced = ("catalogue_faces", "absent_families", "installed_families", "read_language")
    for name in (*replaced, "LineTexts"):
        monkeypatch.setattr(synthesize, name, lambda *_: [])
    for lines in (1, 300, 600):
        asked = DrawnSet(lines=lines, languages=("eng",), faces={})
        synthesize.synthesize(asked, Alphabet("a"), None, None, 1, tmp_path / "set")
        with lmdb.open(str(tmp_path / "set"), readonly=True) as opened, opened.begin() as held:
            assert int(held.get(b"num-samples")) == lines
            assert held.get(b"label-%09d" % lines) == b"line %d" % (lines - 1)


def test_a_picture_is_written_or_refused(
    place: Path, stage: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """OpenCV writes nothing into a folder that is not there, and says nothing."""
    read = place / "work/shelf/book/text/0002-0002"
    read.mkdir(parents=True)
    (read / "0002.json").write_text(page_to_json(Page(2, 100, 100, 300.0, "2.png")))
    Image.new("L", (100, 100), 200).save(place / "2.png")
    page = (place / "work/shelf/book", 2)
    refused = stage("overlay", *page, place / "seen", "--scans", place)
    assert refused.returncode == 2 and "does not end in .png" in refused.stderr
    drawn = stage("overlay", *page, place / "new/seen.png", "--scans", place)
    assert drawn.returncode == 0, drawn.stderr
    assert (place / "new/seen.png").is_file()
