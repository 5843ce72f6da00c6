"""Pages of black and white whose greys were made of scattered dots (error diffusion, ordered
dither): a scanner's paper is grey, and becomes dust that hides every letter."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.image.binarize import Grey, is_bitonal


@dataclass(frozen=True)
class DitherParameters:
    """What dither is, and how it is undone."""

    # share of lone pixels among those of the rarer of the two colours: measured 0.32 to 0.88 where
    # paper of 140 to 250 was dithered, 0.024 at most on 17 bitonal pages, noisy ones among them
    lone: float = 0.1
    # of the Gaussian, in pixels: of 0.65 to 1.7 the one that read best, pages of 200 and of 300 dpi
    sigma: float = 0.8


DITHER = DitherParameters()


def undo_dither(grey: Grey) -> Grey:
    """The greys that a dithered page stands for, by a Gaussian (inverse halftoning in its simplest
    form); any other page as it is.

    Args:
        grey: (H, W) uint8, as supplied.
    """
    if not is_bitonal(grey) or _share_lone(grey) < DITHER.lone:
        return grey
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), DITHER.sigma), np.uint8)


def _share_lone(grey: Grey) -> float:
    """The share of pixels of the rarer of two colours that have none of it to their left, right,
    above or below."""
    ink = grey < 128
    if ink.mean() > 0.5:
        ink = ~ink
    inner = ink[1:-1, 1:-1]
    beside = ink[:-2, 1:-1] | ink[2:, 1:-1] | ink[1:-1, :-2] | ink[1:-1, 2:]
    return float(np.sum(inner & ~beside)) / max(1.0, float(np.sum(ink)))
