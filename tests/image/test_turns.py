"""Pages of whose ink nothing tells how they lie: a judge of how they read decides, on strong
evidence alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.document import Page
from pipeline.image.straighten import straighten
from pipeline.reading import judge_by_reading, new_page
from pipeline.reading import straighten as straighten_raster
from pipeline.recognition.recognizer import Network, share_network
from tests.conftest import ROOT, print_page
from tests.image.pages import PAGE, page_of
from tests.layout.sheet import Sheet

CAPITALS = print_page(
    (
        "THE HARBOUR OFFICE STOOD AT THE END",
        "A MERCHANT BROUGHT HIS LEDGER HERE",
        "BEFORE THE FIRST OF APRIL NEXT",
        "NO BIRD NOR CORN COULD PASS",
    ),
    size=36,
)


class Scores:
    """A judge to whom a page reads so well as its orientation has it; counts its questions."""

    def __init__(self, scores: dict[int, float]) -> None:
        self.scores, self.asked = scores, 0

    def __call__(self, page: Page, _: np.ndarray) -> float:
        self.asked += 1
        return self.scores[page.orientation]


def test_prose_asks_nobody() -> None:
    """Each page of a book would be read twice, and its outputs would change."""
    judge = Scores({})
    page, upright = straighten(page_of(PAGE), PAGE, judge=judge)
    assert judge.asked == 0
    assert page.orientation == 0 and upright is not None


@pytest.mark.parametrize(
    ("scores", "orientation", "asked"),
    [
        ({0: 0.95, 180: 1.0}, 0, 1),  # it reads well as it lies
        ({0: 0.7, 180: 0.97}, 180, 2),
        ({0: 0.6, 180: 0.75}, 0, 2),  # neither reads well
        ({0: 0.85, 180: 0.9}, 0, 2),  # both read alike
    ],
)
def test_only_what_reads_far_better_is_turned(
    scores: dict[int, float], orientation: int, asked: int
) -> None:
    """A page would be turned upside down on weak evidence."""
    judge = Scores(scores)
    page, _ = straighten(page_of(CAPITALS), CAPITALS, judge=judge)
    assert (page.orientation, judge.asked) == (orientation, asked)


@pytest.mark.parametrize(
    ("scores", "orientation", "asked"),
    [
        ({0: 0.5, 180: 0.97}, 180, 1),  # it is upside down
        ({0: 0.97, 180: 0.6}, 0, 2),  # its figures hang below the line
        ({0: 0.7, 180: 0.6}, 180, 2),  # neither reads well: as its ink has it
    ],
)
def test_what_its_ink_would_turn_upside_down_is_read_first(
    scores: dict[int, float], orientation: int, asked: int
) -> None:
    """A table of old figures, which have more descenders than letters have ascenders, would be
    turned upside down and be lost."""
    turned = np.ascontiguousarray(np.rot90(PAGE, 2))
    judge = Scores(scores)
    page, _ = straighten(page_of(turned), turned, judge=judge)
    assert (page.orientation, judge.asked) == (orientation, asked)


def test_all_four_ways_are_tried_where_lines_may_lie_either_way() -> None:
    """A few words on their side would never be read."""
    few = np.ascontiguousarray(np.rot90(print_page(("LIST OF SHIPS", "AND MASTERS"), 36)))
    judge = Scores({0: 0.5, 90: 0.98, 180: 0.4, 270: 0.7})
    page, upright = straighten(page_of(few), few, judge=judge)
    assert (page.orientation, judge.asked) == (90, 4)
    assert np.array_equal(upright.shape, few.T.shape)


@pytest.fixture(scope="module")
def network() -> Network:
    return share_network(ROOT / "models" / "print-en")


@pytest.mark.parametrize("turns", range(4))
def test_capitals_are_turned_by_reading_them(turns: int, network: Network) -> None:
    """A title page or a notice that was scanned upside down would be read as nonsense."""
    turned = np.ascontiguousarray(np.rot90(CAPITALS, turns))
    judge = judge_by_reading(lambda: network)
    upright = straighten_raster(new_page(turned, 300), judge=judge)
    assert upright.page.orientation == turns * 90
    assert upright.grey.shape == CAPITALS.shape


def test_too_few_characters_are_no_evidence(network: Network) -> None:
    """A 6 on its head is a good 9."""
    figure = np.ascontiguousarray(np.rot90(print_page(("6 9",), size=60), 2))
    judge = judge_by_reading(lambda: network)
    assert straighten_raster(new_page(figure, 300), judge=judge).page.orientation == 0


def test_lines_that_stand_do_not_say_which_way_up_a_page_is(network: Network) -> None:
    """They are read from either end: a table with long heads that stand would pass for upright on
    its head."""
    sheet = Sheet(1400, 1300)
    for k in range(4):
        strip = Sheet(760, 50)
        strip.text(5, 2, "tons of fish landed in the harbour", 40)
        sheet.image.paste(strip.image.rotate(90, expand=True), (700 + 150 * k, 100))
    for k, name in enumerate(("Difference", "Proceeded", "Grey ships", "Windows")):
        sheet.text(100, 900 + 80 * k, name)
        sheet.text(700, 900 + 80 * k, "1 689")
    judge = judge_by_reading(lambda: network)
    scores = []
    for turns in (0, 2):
        raster = np.ascontiguousarray(np.rot90(sheet.raster, turns))
        page = new_page(raster, 300).page
        size = {"straight_width": raster.shape[1], "straight_height": raster.shape[0]}
        scores.append(judge(replace(page, **size), raster))
    assert scores[0] > 0.9 and scores[0] > scores[1] + 0.1
