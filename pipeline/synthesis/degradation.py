"""What printing, ageing and scanning do to a line: applied anew each time a training line is read.

Input and output are grey lines, 255 for paper, at STORED_SCALE times a frame; the last step scales
to the frame itself. Each effect is one function of (image, random generator); `degrade` strings
them together in the order of a page's life: set, inked, pressed, aged, scanned, cut out.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.recognition.frame import LineFrame
from pipeline.synthesis.degradation_parameters import PRINTED, Degradation

Image = NDArray[np.uint8]
FloatImage = NDArray[np.float32]
Rng = np.random.Generator


def smooth_field(shape: tuple[int, int], cell: float, rng: Rng) -> FloatImage:
    """(H, W) float32 field of zero mean and unit deviation that varies over about `cell` pixels."""
    height, width = (max(2, int(np.ceil(side / cell)) + 1) for side in shape)
    coarse = rng.standard_normal((height, width), dtype=np.float32)
    return np.asarray(
        cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), dtype=np.float32
    )


def place(image: Image, frame: LineFrame, rng: Rng, how: Degradation = PRINTED) -> Image:
    """Jitter of the crop: scale, stretch, baseline, slope and slant, as an imperfect segmentation
    gives."""
    scale = float(np.exp(rng.normal(0, how.scale_deviation)))
    stretch = scale * float(np.exp(rng.normal(0, how.stretch_deviation)))
    slope = float(rng.normal(0, how.slope_deviation))
    slant = float(rng.normal(0, how.slant_deviation)) if rng.random() < how.slant_share else 0.0
    lift = float(rng.normal(0, how.lift_deviation_x)) * frame.x_height
    height, width = image.shape
    out_width = max(8, round(width * stretch))
    drop = frame.baseline * (1 - scale) + lift - slope * stretch * width / 2
    matrix = np.array([[stretch, slant, -slant * frame.baseline], [slope * stretch, scale, drop]])
    return np.asarray(
        cv2.warpAffine(image, matrix, (out_width, height), flags=cv2.INTER_LINEAR, borderValue=255)
    )


def curve(image: Image, frame: LineFrame, rng: Rng) -> Image:
    """A baseline that sags or rises by up to a fifth of the x-height, as near a spine."""
    height, width = image.shape
    depth = rng.uniform(*PRINTED.curve_depth_x) * frame.x_height
    centre, reach = rng.uniform(0, width), rng.uniform(*PRINTED.curve_reach) * width
    columns = np.arange(width, dtype=np.float32)
    shift = (depth * np.exp(-(((columns - centre) / reach) ** 2))).astype(np.float32)
    map_x = np.broadcast_to(columns, (height, width)).copy()
    map_y = np.arange(height, dtype=np.float32)[:, None] + shift[None, :]
    return np.asarray(cv2.remap(image, map_x, map_y, cv2.INTER_LINEAR, borderValue=255))


def add_neighbours(image: Image, other: Image, frame: LineFrame, rng: Rng) -> Image:
    """Descenders of the line above, ascenders of the line below, where the lines are set close."""
    leading = rng.uniform(*PRINTED.leading_x) * frame.x_height
    result = image
    for direction in (-1, 1):
        if rng.random() < PRINTED.neighbour_share:
            start = int(rng.integers(0, max(1, other.shape[1] // 2)))
            shift = np.array([[1, 0, -start], [0, 1, direction * leading]], dtype=np.float64)
            moved = cv2.warpAffine(other, shift, (image.shape[1], image.shape[0]), borderValue=255)
            result = np.minimum(result, moved)
    return result


def draw_rule(image: Image, frame: LineFrame, rng: Rng) -> Image:
    """An underline, a table rule, or the rule of a page frame at one end."""
    result = image.copy()
    thickness = int(rng.integers(1, 4))
    if rng.random() < PRINTED.underline_share:
        row = int(frame.baseline + rng.uniform(*PRINTED.underline_drop_x) * frame.x_height)
        start, end = sorted(rng.integers(0, image.shape[1], 2).tolist())
        cv2.line(
            result,
            (start, row),
            (end, row + int(rng.integers(-1, 2))),
            int(rng.integers(0, 90)),
            thickness,
        )
    else:
        column = int(rng.uniform(*PRINTED.end_rule_x) * frame.x_height)
        column = column if rng.random() < 0.5 else image.shape[1] - 1 - column
        cv2.line(result, (column, 0), (column, image.shape[0]), int(rng.integers(0, 90)), thickness)
    return result


def trim_ends(image: Image, frame: LineFrame, rng: Rng) -> Image:
    """Another margin at either end: none to two x-heights of paper."""
    left, right = (int(rng.uniform(*PRINTED.margin_x) * frame.x_height) for _ in range(2))
    image = image[:, max(0, -left) : image.shape[1] - max(0, -right)]
    return np.asarray(
        cv2.copyMakeBorder(
            image, 0, 0, max(0, left), max(0, right), cv2.BORDER_CONSTANT, value=255
        ),
        dtype=np.uint8,
    )


def press(
    ink: FloatImage, x_height: float, rng: Rng, wear: float = 1.0, how: Degradation = PRINTED
) -> FloatImage:
    """Ink spread or starved: a threshold that wanders over the line, on a blurred impression with
    rough edges.

    Args:
        ink: (H, W) float32, 1 for ink.
        x_height: of the type, in pixels.
        wear: how far impressions stray from a good one; 1 for the training data.
        how: the kind of page.
    """
    blur = rng.uniform(*how.press_blur_x) * x_height
    soft = cv2.GaussianBlur(ink, (0, 0), max(0.3, blur))
    level = rng.normal(how.ink_level[0], how.ink_level[1] * wear) + wear * rng.uniform(
        *how.ink_wander
    ) * smooth_field(ink.shape, 4 * x_height, rng)
    rough = (
        wear
        * rng.uniform(*how.ink_roughness)
        * smooth_field(ink.shape, rng.uniform(*how.roughness_cell_px), rng)
    )
    softness = rng.uniform(*how.ink_softness)
    return np.clip((soft - np.clip(level, 0.2, 0.75) + rough) / softness + 0.5, 0, 1).astype(
        np.float32
    )


def show_through(ink: FloatImage, other: Image, rng: Rng) -> FloatImage:
    """The other side of the leaf, mirrored, faint and blurred."""
    back = cv2.resize(other[:, ::-1], (ink.shape[1], ink.shape[0]), interpolation=cv2.INTER_AREA)
    faint = cv2.GaussianBlur(
        (255.0 - back.astype(np.float32)) / 255, (0, 0), rng.uniform(*PRINTED.show_through_blur_px)
    )
    return np.maximum(ink, rng.uniform(*PRINTED.show_through) * faint).astype(np.float32)


def speckle(ink: FloatImage, rng: Rng, density: float = PRINTED.speckle_density) -> FloatImage:
    """Specks of dirt on the paper and holes in the ink, of one to a few pixels; `density` is their
    mean number a pixel."""
    result = ink.copy()
    for value in (1.0, 0.0):
        for _ in range(rng.poisson(min(rng.exponential(density), 0.004) * ink.size)):
            radius = int(rng.integers(0, 3))
            centre = (int(rng.integers(ink.shape[1])), int(rng.integers(ink.shape[0])))
            cv2.circle(result, centre, radius, value, -1)
    return result


def scan_bitonal(ink: FloatImage, rng: Rng) -> FloatImage:
    """A scanner that knows black and white only; sometimes with a little noise before the
    threshold."""
    blurred = cv2.GaussianBlur(ink, (0, 0), rng.uniform(*PRINTED.bitonal_blur_px))
    noise = rng.standard_normal(ink.shape, dtype=np.float32) * rng.choice(PRINTED.bitonal_noise)
    return (blurred + noise > rng.normal(*PRINTED.bitonal_level)).astype(np.float32)


def scan_grey(ink: FloatImage, rng: Rng, how: Degradation = PRINTED) -> FloatImage:
    """A grey or colour scan, flattened: soft edges, less contrast, noise, uneven light, JPEG."""
    blurred = cv2.GaussianBlur(ink, (0, 0), rng.uniform(*how.grey_blur_px))
    paper, contrast = rng.uniform(*how.grey_paper), rng.uniform(*how.grey_contrast)
    light = rng.uniform(*how.grey_light) * smooth_field(ink.shape, ink.shape[0] * 2.0, rng)
    noise = rng.standard_normal(ink.shape, dtype=np.float32) * rng.uniform(*how.grey_noise)
    grey = np.clip(paper + contrast * blurred + light + noise, 0, 1)
    if rng.random() < how.jpeg_share:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(*how.jpeg_quality))]
        encoded = cv2.imencode(".jpg", (grey * 255).astype(np.uint8), quality)[1]
        grey = np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), dtype=np.float32) / 255
    return grey.astype(np.float32)


def degrade(
    image: Image,
    other: Image,
    stored: LineFrame,
    height: int,
    rng: Rng,
    how: Degradation = PRINTED,
) -> Image:
    """A line as a segmentation would cut it from a worn, scanned page.

    Args:
        image: (stored.height, W) uint8, 255 for paper.
        other: another line of the same height, for neighbours and show-through.
        stored: the frame of both.
        height: rows of the result.
        how: the kind of page.

    Returns:
        (height, W') uint8, 255 for paper.
    """
    if rng.random() < how.neighbours_share:
        image = add_neighbours(image, other, stored, rng)
    if rng.random() < how.rule_share:
        image = draw_rule(image, stored, rng)
    image = trim_ends(place(image, stored, rng, how), stored, rng)
    if rng.random() < how.curve_share:
        image = curve(image, stored, rng)
    resolution = float(rng.triangular(*how.resolution))
    size = (max(8, round(image.shape[1] * resolution)), max(12, round(image.shape[0] * resolution)))
    ink: FloatImage = ((255 - cv2.resize(image, size, interpolation=cv2.INTER_AREA)) / 255).astype(
        np.float32
    )
    if rng.random() < how.press_share:
        ink = press(ink, stored.x_height * resolution, rng, how=how)
    if rng.random() < how.show_through_share:
        ink = show_through(ink, other, rng)
    if rng.random() < how.speckle_share:
        ink = speckle(ink, rng)
    ink = scan_bitonal(ink, rng) if rng.random() < how.bitonal_share else scan_grey(ink, rng, how)
    width = max(8, round(image.shape[1] * height / image.shape[0]))
    scaled = cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(255 - scaled * 255, dtype=np.uint8)


def jitter_scan(image: Image, stored: LineFrame, height: int, rng: Rng) -> Image:
    """A real scanned line, cut a little otherwise; sometimes thinner, fatter or softer. Sizes as in
    `degrade`."""
    image = trim_ends(place(image, stored, rng), stored, rng)
    width = max(8, round(image.shape[1] * height / image.shape[0]))
    if rng.random() < PRINTED.rescan_share:
        ink = cv2.GaussianBlur(
            (255 - image).astype(np.float32) / 255, (0, 0), rng.uniform(*PRINTED.rescan_blur_px)
        )
        ink = np.clip(
            (ink - rng.normal(*PRINTED.rescan_level)) / rng.uniform(*PRINTED.rescan_softness) + 0.5,
            0,
            1,
        )
        image = np.asarray(255 - speckle(ink.astype(np.float32), rng) * 255, dtype=np.uint8)
    return np.asarray(
        cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8
    )
