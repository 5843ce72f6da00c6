"""Odd pages by how they lay before the camera: curled at either gutter, wavy, seen from aside."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.odd_drawing import Drawing, OddPage, finish, prose
from bench.odd_sheets import Grey, Rng, curl, photograph


def _resample(grey: Grey, xs: NDArray[np.floating], ys: NDArray[np.floating], ground: int) -> Grey:
    """The page seen where each pixel shows what lies at (x, y) of it."""
    seen = cv2.remap(
        grey, xs.astype(np.float32), ys.astype(np.float32), cv2.INTER_LINEAR, borderValue=ground
    )
    return np.asarray(seen, np.uint8)


def wave(grey: Grey, rng: Rng, height: float) -> Grey:
    """Lines that rise and fall once over the page, more at its foot than at its head.

    Args:
        height: of the wave, as a share of the width.
    """
    rows, columns = grey.shape
    x, y = np.meshgrid(np.arange(float(columns)), np.arange(float(rows)))
    growing = 0.5 + 0.5 * y / rows
    fall = np.sin(2 * np.pi * (x / columns + rng.uniform(0, 1))) * growing
    return _resample(grey, x, y - height * columns / 2 * fall, 255)


def lean(grey: Grey, rng: Rng, share: float) -> Grey:
    """A page that leans away from the eye to one side: lines run together, letters shrink.

    Args:
        share: by which the far side is lower than the near one.
    """
    rows, columns = grey.shape
    cut = share * rows / 2
    corners = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    far = np.array([[0, 0], [-cut, cut], [-cut, -cut], [0, 0]], np.float32)
    if rng.random() < 0.5:
        far = np.array([[cut, cut], [0, 0], [0, 0], [cut, -cut]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, corners + far)
    return np.asarray(cv2.warpPerspective(grey, matrix, (columns, rows), borderValue=110), np.uint8)


def _curl_aside(d: Drawing, grey: Grey) -> Grey:
    """A strong curl at the left gutter or the right one."""
    mirrored = d.rng.random() < 0.5
    side = np.ascontiguousarray(grey[:, ::-1]) if mirrored else grey
    bent = curl(side, d.rng, d.rng.uniform(0.3, 0.5), d.rng.uniform(0.02, 0.05))
    return np.ascontiguousarray(bent[:, ::-1]) if mirrored else bent


def draw_strong_curl(d: Drawing) -> OddPage:
    """Lines that curl strongly at either gutter."""
    sheet = prose(d)
    return finish(sheet, _curl_aside(d, sheet.grey))


def draw_wave(d: Drawing) -> OddPage:
    """Wavy lines."""
    sheet = prose(d)
    return finish(sheet, wave(sheet.grey, d.rng, d.rng.uniform(0.01, 0.04)))


def draw_lean(d: Drawing) -> OddPage:
    """A page seen from aside."""
    sheet = prose(d)
    return finish(sheet, lean(sheet.grey, d.rng, d.rng.uniform(0.05, 0.2)))


def draw_photographed_curl(d: Drawing) -> OddPage:
    """A curled page photographed at an angle."""
    sheet = prose(d)
    return finish(sheet, photograph(_curl_aside(d, sheet.grey), d.rng, 0.05))
