"""Images of handwriting, changed anew each time that a network sees them: moved, slanted, bent,
thicker, darker, noisier."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.recognition.canvas import paper
from pipeline.recognition.frame import LineFrame
from pipeline.recognition.recipe import Distortion
from pipeline.synthesis.degradation import add_neighbours

INK_CONTRAST = 16  # grey levels from the paper's
NEIGHBOURS = 0.3  # share of written lines with strokes of their neighbours (chosen by eye)
CLIPPED = 0.12  # share cut along an outline that was drawn too close, as lines of collections are
CLIP_ABOVE, CLIP_BELOW = (0.6, 1.6), (-0.3, 0.5)  # over and under the baseline, in x-heights
CLIP_DRIFT = 0.4  # how far the cut strays along the line, in x-heights (all seen on Kew's letters)
FADING = (0.55, 1.15)  # by which their ink is multiplied, evenly (chosen by eye)
BULGE = 0.4  # strokes so far apart, in heights of the image, are pushed about independently


def distort(
    image: NDArray[np.uint8], how: Distortion, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """A changed copy of an image, large enough to hold all of it.

    Args:
        image: (H, W) uint8, dark ink on light paper.
    """
    image = _placed(_stroked(_pushed(image, how, rng), how, rng), how, rng)
    values: NDArray[np.floating] = image.astype(np.float32)
    if how.gamma:
        exponent = float(np.exp(rng.uniform(-1, 1) * np.log1p(how.gamma)))
        values = 255 * (values / 255) ** exponent
    if how.noise:
        values += rng.normal(0, rng.uniform(0, how.noise), image.shape).astype(np.float32)
    return np.asarray(np.clip(values, 0, 255), dtype=np.uint8)


def rewrite(
    image: NDArray[np.uint8],
    other: NDArray[np.uint8],
    frame: LineFrame,
    how: Distortion,
    rng: np.random.Generator,
) -> NDArray[np.uint8]:
    """A line of handwriting in its frame as another day might have left it: distorted, fainter or
    darker, with strokes of the lines above and below, cut off above and below its small letters.

    Args:
        image: (H, W) uint8, H the height of `frame`.
        other: another line, the same.
    """
    around = paper(image)
    if rng.random() < NEIGHBOURS:
        image = add_neighbours(image, other, frame, rng)
    if rng.random() < CLIPPED:
        image = _clipped(image, frame, rng)
    moved = distort(image, how, rng)
    spare = moved.shape[0] - image.shape[0]
    if spare >= 0:
        moved = moved[spare // 2 : spare // 2 + image.shape[0]]
    else:
        moved = np.pad(moved, ((-spare // 2, spare // 2 - spare), (0, 0)), constant_values=around)
    faded = 255 - (255 - moved.astype(np.float32)) * rng.uniform(*FADING)
    return np.asarray(np.clip(faded, 0, 255), np.uint8)


def _clipped(
    image: NDArray[np.uint8], frame: LineFrame, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Paper above and below a cut that strays along the line."""
    height, width = image.shape
    knots = np.linspace(0, width - 1, max(2, round(width / height)))
    drift = rng.normal(0, CLIP_DRIFT / 2, (2, len(knots)))
    drift = np.array([np.interp(np.arange(width), knots, row) for row in drift])
    above = rng.uniform(*CLIP_ABOVE) + drift[0]
    below = rng.uniform(*CLIP_BELOW) + drift[1]
    rows = (frame.baseline - np.arange(height))[:, None] / frame.x_height  # over the baseline
    inside = (rows <= above) & (rows >= -below)
    return np.where(inside, image, np.uint8(paper(image))).astype(np.uint8)


def _pushed(
    image: NDArray[np.uint8], how: Distortion, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Each part of the strokes pushed about by a smooth random field (elastic distortion, Simard et
    al. 2003), on more paper."""
    if not how.elastic:
        return image
    reach = int(np.ceil(2 * how.elastic * image.shape[0]))
    image = np.asarray(
        cv2.copyMakeBorder(image, *(reach,) * 4, cv2.BORDER_CONSTANT, value=paper(image)), np.uint8
    )
    height, width = image.shape
    coarse = tuple(max(2, 1 + round(side / (BULGE * height))) for side in (height, width))
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    down, right = (
        cv2.resize(
            rng.normal(0, how.elastic * height, coarse).astype(np.float32),
            (width, height),
            interpolation=cv2.INTER_CUBIC,
        )
        for _ in range(2)
    )
    moved = cv2.remap(
        image,
        columns + np.clip(right, -reach, reach),
        rows + np.clip(down, -reach, reach),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    # of the paper that was put around, what no ink came to lie on goes again
    inked = np.abs(moved.astype(np.int16) - paper(image)) > INK_CONTRAST
    down_to, right_to = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not len(down_to):
        return np.asarray(moved, np.uint8)
    top, left = min(reach, down_to[0]), min(reach, right_to[0])
    bottom, end = max(height - reach, down_to[-1] + 1), max(width - reach, right_to[-1] + 1)
    return np.asarray(moved[top:bottom, left:end], np.uint8)


def _stroked(
    image: NDArray[np.uint8], how: Distortion, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Strokes a pixel thicker or thinner, for a share of the images; thin ones are not thinned
    away."""
    if rng.random() >= how.stroke:
        return image
    kernel = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    thinned = cv2.dilate(image, kernel)  # paper is light: dilation thins the ink
    ink = float((255 - image.astype(np.int32)).sum())
    if rng.random() < 0.5 and float((255 - thinned.astype(np.int32)).sum()) > 0.6 * ink:
        return np.asarray(thinned, np.uint8)
    return np.asarray(cv2.erode(image, kernel), np.uint8)


def _placed(
    image: NDArray[np.uint8], how: Distortion, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Slanted, scaled and turned about its middle, and shifted within a canvas that holds all of
    it."""
    height, width = image.shape
    # slants near the extreme are rare in any hand
    shear = np.tan(rng.triangular(-how.shear, 0, how.shear)) if how.shear else 0.0
    turn = rng.uniform(-how.rotation, how.rotation)
    scale = np.exp(rng.uniform(-how.scale, how.scale, 2))
    about = (
        np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        @ np.array([[1, -shear], [0, 1]])
        @ np.diag(scale)
    )
    corners = about @ np.array([[0, width, 0, width], [0, 0, height, height]], dtype=np.float64)
    low, high = corners.min(axis=1), corners.max(axis=1)
    room = how.shift * np.array([width, height])
    size = np.maximum(1, np.ceil(high - low + room)).astype(int)
    moved = np.column_stack([about, rng.uniform(0, 1, 2) * room - low])
    return np.asarray(
        cv2.warpAffine(
            image,
            moved,
            (int(size[0]), int(size[1])),
            flags=cv2.INTER_LINEAR,
            borderValue=paper(image),
        ),
        np.uint8,
    )
