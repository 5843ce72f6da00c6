"""Boxes and transforms: what goes there comes back."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.geometry import Affine, Box

coordinates = st.integers(-5000, 5000)
points = st.tuples(st.floats(-5000, 5000), st.floats(-5000, 5000))


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    left, top = draw(coordinates), draw(coordinates)
    return Box(left, top, left + draw(st.integers(1, 3000)), top + draw(st.integers(1, 3000)))


@st.composite
def page_transforms(draw: st.DrawFn) -> Affine:
    width, height = draw(st.integers(10, 4000)), draw(st.integers(10, 4000))
    turn = Affine.quarter_turns(draw(st.integers(0, 3)), width, height)
    return turn.then(Affine.rotation(draw(st.floats(-12, 12)), (width / 2, height / 2))).then(
        Affine(c=draw(st.floats(-99, 99)))
    )


@pytest.mark.parametrize("sides", [(0, 0, 0, 5), (0, 0, 5, 0), (5, 0, 4, 9)])
def test_a_box_holds_a_pixel(sides: tuple[int, int, int, int]) -> None:
    """A box without any pixel would be drawn, cut out or divided by."""
    with pytest.raises(ValueError, match="left < right"):
        Box(*sides)


@given(st.lists(boxes(), min_size=1))
def test_box_around_holds_all(some: list[Box]) -> None:
    """The box of a line would cut off some of its words."""
    around = Box.around(some)
    assert all(around.contains(box) for box in some)
    assert around.left == min(box.left for box in some)


@given(page_transforms(), points)
def test_there_and_back(transform: Affine, point: tuple[float, float]) -> None:
    """Coordinates would not come home to the page as supplied."""
    back = transform.inverse().apply(transform.apply(point))
    assert math.dist(back, point) < 1e-6


@given(page_transforms(), page_transforms(), points)
def test_composition_is_one_after_the_other(
    first: Affine, second: Affine, point: tuple[float, float]
) -> None:
    """Turning and deskewing would be applied in the wrong order."""
    assert math.dist(first.then(second).apply(point), second.apply(first.apply(point))) < 1e-6


@given(st.integers(0, 3), st.integers(1, 500), st.integers(1, 500))
def test_quarter_turns_map_the_page_onto_itself(turns: int, width: int, height: int) -> None:
    """A turned page would lose a row of pixels or lie beside itself."""
    turned = Affine.quarter_turns(turns, width, height).box(Box(0, 0, width, height))
    assert turned == (Box(0, 0, width, height) if turns % 2 == 0 else Box(0, 0, height, width))


def test_rotation_is_counter_clockwise_on_the_page() -> None:
    """Pages would be turned twice as far instead of straight."""
    x, y = Affine.rotation(90, (0, 0)).apply((1, 0))
    assert (round(x, 9), round(y, 9)) == (0, -1)


def test_no_inverse_is_refused() -> None:
    """A transform that cannot be undone would make coordinates that are no numbers."""
    with pytest.raises(ValueError, match="inverse"):
        Affine(1, 2, 0, 2, 4, 0)
