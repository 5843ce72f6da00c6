"""How often each effect of printing, ageing and scanning is seen on a line, and how far it goes,
for each kind of page that lines are drawn for."""

from __future__ import annotations

from dataclasses import dataclass, replace

Range = tuple[float, float]


@dataclass(frozen=True)
class Degradation:
    """How often each effect is seen, and how far it goes: one table of shares and ranges.

    A pair is the range of a uniform distribution, or the mean and deviation of a normal one where
    it is called so. Lengths are in x-heights (`_x`), in pixels of the scanned line (`_px`), or
    shares. All were chosen by eye, beside real lines (docs/lines.png).
    """

    scale_deviation: float = 0.06  # logarithm; the segmentation's x-height is as far off
    stretch_deviation: float = 0.07  # logarithm
    slope_deviation: float = 0.0012
    slant_share: float = 0.5
    slant_deviation: float = 0.03
    lift_deviation_x: float = 0.045
    curve_share: float = 0.15
    curve_depth_x: Range = (-0.2, 0.2)
    curve_reach: Range = (0.3, 1.0)  # share of the line's width
    neighbours_share: float = 0.45
    neighbour_share: float = 0.75  # of each of the two, where there are any
    leading_x: Range = (1.85, 2.9)
    rule_share: float = 0.04
    underline_share: float = 0.6  # of the rules; the others stand upright at one end
    underline_drop_x: Range = (0.25, 0.7)
    end_rule_x: Range = (0.0, 0.4)
    margin_x: Range = (-0.4, 1.2)
    # x-heights of 8 to 30 pixels at the scanner: 5 to 20 points at 200 to 300 dpi
    resolution: tuple[float, float, float] = (0.31, 0.55, 1.15)  # triangular: low, mode, high
    press_share: float = 0.92
    press_blur_x: Range = (0.02, 0.065)
    ink_level: Range = (0.5, 0.09)  # normal: the threshold at which ink takes
    ink_wander: Range = (0.0, 0.07)
    ink_roughness: Range = (0.0, 0.13)
    roughness_cell_px: Range = (1.0, 3.0)
    ink_softness: Range = (0.05, 0.25)
    show_through_share: float = 0.12
    show_through: Range = (0.05, 0.3)
    show_through_blur_px: Range = (0.8, 2.0)
    speckle_share: float = 0.5
    speckle_density: float = 0.0007  # mean number a pixel
    bitonal_share: float = 0.6
    bitonal_blur_px: Range = (0.3, 0.75)
    bitonal_noise: tuple[float, ...] = (0.0, 0.03, 0.08)
    bitonal_level: Range = (0.47, 0.08)  # normal
    grey_blur_px: Range = (0.3, 1.1)
    grey_paper: Range = (0.0, 0.15)
    grey_contrast: Range = (0.5, 1.0)
    grey_light: Range = (0.0, 0.05)
    grey_noise: Range = (0.0, 0.07)
    jpeg_share: float = 0.4
    jpeg_quality: tuple[int, int] = (25, 85)
    rescan_share: float = 0.4  # of real lines, made thinner, fatter or softer
    rescan_blur_px: Range = (0.4, 1.4)
    rescan_level: Range = (0.5, 0.08)  # normal
    rescan_softness: Range = (0.1, 1.0)


PRINTED = Degradation()
# Screens and small scans: x-heights of 5 to 14 pixels, links underlined, seldom inked, hardly ever
# black and white
COARSE = replace(
    PRINTED,
    resolution=(0.18, 0.3, 0.55),
    rule_share=0.12,
    press_share=0.3,
    bitonal_share=0.15,
    show_through_share=0.0,
    speckle_share=0.1,
    curve_share=0.02,
    slant_share=0.1,
    grey_blur_px=(0.2, 0.75),
    grey_contrast=(0.45, 1.0),
)
# Receipts: pale, starved and uneven dots of heat, short paper that hardly shows its other side
THERMAL = replace(
    PRINTED,
    resolution=(0.25, 0.4, 0.8),
    ink_level=(0.55, 0.1),
    ink_wander=(0.02, 0.12),
    show_through_share=0.0,
    bitonal_share=0.4,
    grey_contrast=(0.3, 0.8),
    grey_light=(0.0, 0.1),
)
# Worn type and thin strokes: little ink, so that letters come apart
WORN = replace(
    PRINTED,
    ink_level=(0.62, 0.07),
    ink_wander=(0.02, 0.12),
    ink_roughness=(0.05, 0.2),
    bitonal_level=(0.52, 0.07),
)
DEGRADATIONS = {"print": PRINTED, "coarse": COARSE, "thermal": THERMAL, "worn": WORN}
