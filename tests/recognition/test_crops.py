"""Recognizers that read words or fixed canvases, in the main job: lines cut into crops, and what is
read of them put together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import trdg
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from bench.workplace import lay_out
from pipeline.document import Line, Word
from pipeline.errors import ModelError
from pipeline.geometry import Box
from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.canvas import Canvas
from pipeline.recognition.crops import Crop, join_outputs
from pipeline.recognition.frame import PRINT_FRAME
from pipeline.recognition.line_place import place_line
from pipeline.recognition.recipe import CHARACTER, read_recipe
from tests.conftest import TEXT, run_snakemake
from tests.drawn import page_x

FOREBEARS = ("char-resnet", "crnn", "line-resnet", "names", "word-bilstm")


@given(st.integers(2, 300), st.integers(2, 700), st.sampled_from(FOREBEARS))
def test_a_canvas_has_one_size_and_the_paper_s_colour(rows: int, columns: int, name: str) -> None:
    """Images of odd sizes would reach the network in a wrong size or with a dark border."""
    canvas = read_recipe(name).canvas
    assert canvas is not None
    image = np.full((rows, columns), 200, np.uint8)
    placed = canvas.place(image, centred=read_recipe(name).reads == CHARACTER)
    assert placed.shape == (canvas.height, canvas.columns(rows, columns))
    assert placed.min() == placed.max() == 200


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_words_read_one_by_one_make_a_line(lengths: list[int]) -> None:
    """Words read one by one would run together, or their boxes would lie elsewhere."""
    alphabet = Alphabet("ab ")
    outputs = [np.log(np.full((n, 3), 1 / 3, np.float32)) for n in lengths]
    seen, left = [], 0.0
    for n in lengths:
        seen.append(Crop(np.zeros((8, 8), np.uint8), left, 2.0))
        left += 2.0 * n + 5
    matrix, edges = join_outputs(outputs, seen, alphabet)
    assert matrix.shape == (sum(lengths) + len(lengths) - 1, 4) and len(edges) == len(matrix) + 1
    assert (np.diff(edges) >= 0).all()
    assert (
        int((matrix[:, 3] == 0).sum()) == len(lengths) - 1
    )  # a space between words, and nowhere else


def test_the_classic_crnn_reads_words_in_the_main_job(tmp_path: Path) -> None:
    """A page could not be read with a recognizer of words."""
    place = lay_out(tmp_path / "recto")
    page = Image.new("L", (1300, 900), 255)
    face = ImageFont.truetype(
        str(Path(trdg.__file__).parent / "fonts/latin/OpenSans-Regular.ttf"), 44
    )  # the one that it learnt
    for number, line in enumerate(TEXT):
        ImageDraw.Draw(page).text((90, 90 + 72 * number), line, font=face, fill=0)
    page.save(place / "scans" / "leaf.png", dpi=(300, 300))
    run = run_snakemake(place, "out/leaf/", "--config", "model=models/crnn")
    assert run.returncode == 0, run.stdout + run.stderr
    read = (place / "out/leaf/book.txt").read_text().split()
    words = [word.strip(",.") for line in TEXT for word in line.split()]
    assert sum(word in {w.strip(",.") for w in read} for word in words) > 0.95 * len(words)


def test_a_classifier_of_characters_is_refused_for_lines(tmp_path: Path) -> None:
    """Lines would be given to a network that knows single characters, and read as nonsense."""
    from pipeline.recognition.crops import line_alphabet
    from pipeline.recognition.model import ModelFolder

    model = ModelFolder(
        tmp_path / "char-resnet",
        "char-resnet",
        Alphabet("AB"),
        Canvas(32, 32),
        4,
        "",
        reads=CHARACTER,
    )
    with pytest.raises(ModelError, match="isolated characters"):
        line_alphabet(model)


def test_a_line_s_words_are_cut_apart() -> None:
    """A word would be cut where no word is, and its box would be wrong on the page."""
    from pipeline.recognition.crops import cut_crops
    from pipeline.recognition.line_image import LineImage
    from pipeline.recognition.model import ModelFolder

    words = tuple(Word(Box(x, 100, x + 80, 130)) for x in (100, 220, 340))
    line = Line(Box(100, 100, 420, 130), ((100.0, 128.0), (420.0, 128.0)), 26.0, words)
    model = ModelFolder(Path("m"), "crnn", Alphabet("ab"), Canvas(32), 4, "", reads="word")
    place = place_line(line, PRINT_FRAME.scaled(2))
    image = np.full((64, place.width), 255, np.uint8)
    seen = cut_crops(LineImage(line, place, image), model)
    assert len(seen) == 3 and all(view.image.shape[0] == 32 for view in seen)
    assert [round(page_x(place, view.left)) for view in seen] == pytest.approx(
        [96, 216, 336], abs=3
    )
