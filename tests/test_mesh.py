"""Meshes of curved pages: what they give, and that they survive JSON."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document import Page
from pipeline.geometry import Affine, Box
from pipeline.mesh import Mesh
from pipeline.page_json import page_from_json, page_to_json

WIDTH, HEIGHT = 400, 300
places = st.tuples(st.floats(0, WIDTH), st.floats(0, HEIGHT))


@st.composite
def affine_meshes(draw: st.DrawFn) -> tuple[Mesh, Affine]:
    """A mesh that is an affine transform, and that."""
    turn = Affine.rotation(draw(st.floats(-10, 10)), (200, 150))
    columns, rows = draw(st.integers(2, 9)), draw(st.integers(2, 9))
    nodes = tuple(
        tuple(
            turn.apply((WIDTH * j / (columns - 1), HEIGHT * i / (rows - 1))) for j in range(columns)
        )
        for i in range(rows)
    )
    return Mesh(WIDTH, HEIGHT, nodes), turn


@settings(deadline=None)
@given(affine_meshes(), places)
def test_between_its_nodes_a_mesh_is_even(pair: tuple[Mesh, Affine], place: tuple) -> None:
    """A word between two nodes would come home beside its ink."""
    mesh, turn = pair
    assert mesh.apply(place) == pytest.approx(turn.apply(place), abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(affine_meshes())
def test_pixels_and_points_go_the_same_way(pair: tuple[Mesh, Affine]) -> None:
    """What is read at a pixel would have its box elsewhere."""
    mesh, _ = pair
    xs, ys = mesh.spread()
    assert xs.shape == ys.shape == (HEIGHT, WIDTH)
    expected = mesh.apply((37.5, 141.5))
    assert (xs[141, 37], ys[141, 37]) == pytest.approx(expected, abs=1e-3)


def test_a_box_comes_home_with_its_curved_sides() -> None:
    """Corners alone would cut off a line that rises in its middle."""
    rows = tuple(
        tuple((x, y - 20 * np.sin(np.pi * x / 100)) for x in range(0, 101, 10)) for y in (0, 100)
    )
    page = Page(1, 100, 100, 300.0, to_source=Affine(c=5), mesh=Mesh(100, 100, rows))
    assert page.home_box(Box(0, 50, 100, 60)).as_tuple() == (5, 30, 105, 60)
    path = page.home_path(((0.0, 50.0), (100.0, 50.0)))
    assert min(y for _, y in path) == pytest.approx(30, abs=0.5)
    assert path[0] == page.home_point((0.0, 50.0))


def test_json_keeps_a_mesh() -> None:
    rows = (((0.0, 0.5), (9.25, 0.0)), ((0.0, 9.0), (9.0, 9.0)))
    page = Page(1, 9, 9, 300.0, mesh=Mesh(9, 9, rows))
    assert page_from_json(page_to_json(page)) == page
    assert '"mesh"' not in page_to_json(Page(1, 9, 9, 300.0))


@pytest.mark.parametrize("rows", [(((0.0, 0.0), (1.0, 0.0)),), (((0.0, 0.0),), ((0.0, 1.0),))])
def test_less_than_a_cell_is_no_mesh(rows: tuple) -> None:
    with pytest.raises(ValueError, match="two rows"):
        Mesh(10, 10, rows)
