"""Odd pages by how they were scanned and kept: layers, turns, resolutions, bad light, curls."""

from __future__ import annotations

import cv2
import numpy as np

from bench import odd_layers as layers
from bench.odd_drawing import Drawing, OddPage, finish, prose
from bench.odd_sheets import (
    Sheet,
    add_noise,
    curl,
    light_unevenly,
    make_grainy,
    photograph,
    press_through,
    set_prose,
    some_words,
)


def draw_layers(d: Drawing) -> OddPage:
    """Prose as a PDF of layers."""
    write = (layers.write_stencil, layers.write_soft_mask, layers.write_small_page)[
        int(d.rng.integers(3))
    ]
    return finish(prose(d, 300), layer=write)


def draw_turned_capitals(d: Drawing) -> OddPage:
    """Capitals only, turned by quarter turns."""
    sheet = d.sheet()
    font, y = d.font(sheet, d.serif, 12, 16), sheet.height // 8
    while y < sheet.height * 0.85:
        sheet.lines.append(some_words(d.rng, 3, 5).upper())
        sheet.write(sheet.width // 10, y, sheet.lines[-1], font)
        y += round(2 * font.size)
    return finish(sheet, np.ascontiguousarray(np.rot90(sheet.grey, int(d.rng.integers(4)))))


def draw_turned_figures(d: Drawing) -> OddPage:
    """Columns of figures, turned by quarter turns."""
    sheet = d.sheet()
    font, y = d.font(sheet, d.serif), sheet.height // 8
    while y < sheet.height * 0.85:
        cells = [f"{d.rng.integers(100, 99999):,}" for _ in range(4)]
        sheet.lines.append(" ".join(cells))
        for k, cell in enumerate(cells):
            sheet.write(sheet.width * (0.08 + 0.22 * k), y, cell, font)
        y += round(1.6 * font.size)
    return finish(sheet, np.ascontiguousarray(np.rot90(sheet.grey, int(d.rng.integers(4)))))


def draw_low_resolution(d: Drawing) -> OddPage:
    """Prose of 72 to 100 dpi."""
    sheet = prose(d, 300)
    dpi = int(d.rng.choice([72, 85, 100]))
    small = cv2.resize(sheet.grey, None, fx=dpi / 300, fy=dpi / 300, interpolation=cv2.INTER_AREA)
    return OddPage(np.asarray(small, np.uint8), (dpi, dpi), "\n".join(sheet.lines))


def draw_typescript(d: Drawing) -> OddPage:
    """Grainy typescript of 600 dpi."""
    sheet = prose(d, 600, d.mono)
    return finish(sheet, make_grainy(sheet.grey, d.rng, 600))


def draw_dark_copy(d: Drawing) -> OddPage:
    """A dark copy with little contrast."""
    sheet = prose(d)
    grey = (70 + sheet.grey / 255 * d.rng.uniform(60, 130)).astype(np.uint8)
    return finish(sheet, add_noise(light_unevenly(grey, d.rng, 0.6), d.rng, 4))


def draw_stains(d: Drawing) -> OddPage:
    """Uneven light and stains."""
    sheet = prose(d)
    return finish(
        sheet, add_noise(light_unevenly(sheet.grey, d.rng, d.rng.uniform(0.3, 0.7)), d.rng, 3)
    )


def draw_show_through(d: Drawing) -> OddPage:
    """The other side of the leaf shows through."""
    sheet = prose(d)
    back = np.resize(prose(d, sheet.dpi).grey, sheet.grey.shape)
    return finish(sheet, press_through(sheet.grey, back, d.rng.uniform(0.15, 0.4)))


def draw_stamp(d: Drawing) -> OddPage:
    """An oval stamp over text."""
    sheet = prose(d)
    centre = (d.rng.uniform(0.3, 0.7, 2) * (sheet.width, sheet.height)).astype(int).tolist()
    stamped, axes = sheet.grey, (sheet.width // 7, sheet.width // 16)
    ring = np.full(stamped.shape, 255, np.uint8)
    for inner in (0, sheet.pixels(4)):
        size = (axes[0] - inner, axes[1] - inner)
        cv2.ellipse(ring, centre, size, -12, 0, 360, int(d.rng.uniform(80, 150)), sheet.pixels(1))
    return finish(sheet, np.minimum(stamped, ring))


def draw_curl(d: Drawing) -> OddPage:
    """Lines that curl at a gutter."""
    sheet = prose(d)
    return finish(
        sheet, curl(sheet.grey, d.rng, d.rng.uniform(0.2, 0.4), d.rng.uniform(0.01, 0.03))
    )


def draw_photograph(d: Drawing) -> OddPage:
    """A page photographed at an angle."""
    sheet = prose(d)
    return finish(sheet, photograph(sheet.grey, d.rng, 0.04))


def draw_fax(d: Drawing) -> OddPage:
    """A fax of 204 by 98 dpi."""
    sheet = prose(d, 204)
    low = cv2.resize(sheet.grey, None, fx=1, fy=98 / 204, interpolation=cv2.INTER_AREA)
    return OddPage(
        np.where(low < 185, np.uint8(0), np.uint8(255)), (204, 98), "\n".join(sheet.lines)
    )


def draw_vertical_label(d: Drawing) -> OddPage:
    """A label at 90 degrees, read upwards or downwards, beside upright text."""
    sheet = d.sheet(6, 5)
    font, capitals = d.font(sheet, d.serif), d.rng.random() < 0.3
    set_prose(
        sheet, font, d.rng, sheet.height // 10, sheet.height * 9 // 10, indent=round(font.size)
    )
    label = Sheet(sheet.height, round(1.6 * font.size), sheet.dpi)
    text = some_words(d.rng, 3, 5)
    sheet.lines.insert(0, text.upper() if capitals else text)
    label.write(sheet.height // 5, round(1.2 * font.size), sheet.lines[0], font)
    grey = sheet.grey
    if d.rng.random() < 0.7:
        grey[:, : label.height] = np.rot90(label.grey)
    else:
        grey[:, -label.height :] = np.rot90(label.grey, 3)
    return finish(sheet, grey)
