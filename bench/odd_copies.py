"""Odd pages by how they were copied: dithered, filmed, creased, in shadow, askew, on a pattern."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.odd_drawing import Drawing, OddPage, finish, prose
from bench.odd_sheets import add_noise

Grey = NDArray[np.uint8]


def _print_on(grey: Grey, ink: float, paper: float) -> Grey:
    """A page of black on white as ink on paper of so many grey levels."""
    return np.rint(ink + grey / 255 * (paper - ink)).astype(np.uint8)


def _draw_lines_down(d: Drawing, page: Grey, count: int, level: int) -> None:
    """Thin lines from the top to the bottom of a page, in place."""
    for x in d.rng.integers(0, page.shape[1], count).tolist():
        page[:, x : x + int(d.rng.integers(1, 4))] = level


def draw_dithered(d: Drawing) -> OddPage:
    """Grey paper as black and white by error diffusion (Floyd and Steinberg 1976)."""
    sheet = prose(d)
    copy = _print_on(sheet.grey, d.rng.uniform(10, 60), d.rng.uniform(150, 245))
    return finish(sheet, np.asarray(Image.fromarray(copy).convert("1").convert("L"), np.uint8))


def draw_film(d: Drawing) -> OddPage:
    """A negative on clear film with scratches along it."""
    sheet = prose(d)
    edge = sheet.pixels(d.rng.uniform(10, 40))
    page = 255 - _print_on(sheet.grey, 30, 225)
    film = np.pad(page, edge, constant_values=245)
    for level in (250, 5):
        _draw_lines_down(d, film, int(d.rng.integers(1, 5)), level)
    return finish(sheet, add_noise(film, d.rng, 4))


def draw_creases(d: Drawing) -> OddPage:
    """Folds across a page and down it."""
    sheet = prose(d)
    page = _print_on(sheet.grey, 40, 215)
    thick = max(2, sheet.pixels(1.5))
    for turned in (page, page.T):
        at = int(turned.shape[1] * d.rng.uniform(0.35, 0.65))
        fold = turned[:, at : at + thick]
        fold[:] = np.clip(fold - d.rng.normal(110, 25, fold.shape), 0, 255).astype(np.uint8)
    page = np.asarray(cv2.GaussianBlur(page, (0, 0), 0.7), np.uint8)  # of the scanner's lens
    return finish(sheet, add_noise(page, d.rng, 4))


def draw_shadow(d: Drawing) -> OddPage:
    """A photographer's shadow on a part of the page."""
    sheet = prose(d)
    ys, xs = np.mgrid[: sheet.height, : sheet.width]
    edge = sheet.width * d.rng.uniform(0.3, 0.7) + (ys - sheet.height / 2) * d.rng.uniform(
        -0.4, 0.4
    )
    soft = sheet.pixels(d.rng.uniform(4, 25))
    light = 1 - d.rng.uniform(0.3, 0.65) / (1 + np.exp(np.clip((edge - xs) / soft, -50, 50)))
    page = (_print_on(sheet.grey, 40, 215) * light).astype(np.uint8)
    return finish(sheet, add_noise(page, d.rng, 4))


def draw_askew(d: Drawing) -> OddPage:
    """A page laid down by 12 to 18 degrees askew."""
    sheet = prose(d)
    degrees = d.rng.uniform(12, 18) * d.rng.choice([-1, 1])
    height, width = sheet.grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(degrees), 1.0)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    size = round(width * cos + height * sin), round(width * sin + height * cos)
    turn[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    turned = cv2.warpAffine(sheet.grey, turn, size, flags=cv2.INTER_CUBIC, borderValue=255)
    return finish(sheet, add_noise(_print_on(np.asarray(turned, np.uint8), 40, 215), d.rng, 4))


def draw_certificate(d: Drawing) -> OddPage:
    """Text on a pattern of pale waves, as certificates and cheques have it."""
    sheet = prose(d)
    ys, xs = np.mgrid[: sheet.height, : sheet.width]
    step, bend = sheet.pixels(d.rng.uniform(5, 8)), sheet.pixels(d.rng.uniform(10, 20))
    waves = np.zeros(sheet.grey.shape, bool)
    for k in range(5):
        phase = (ys + bend * np.sin(xs / (1.6 * bend) + k)) / step
        waves |= np.abs(np.sin(phase + k / 2)) < 0.1
    pale = np.where(waves, d.rng.uniform(150, 190), 250)
    page = np.minimum(pale, _print_on(sheet.grey, 30, 250)).astype(np.uint8)
    return finish(sheet, add_noise(page, d.rng, 4))
