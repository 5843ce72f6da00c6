"""What a text line of letters is: the numbers by which lines are found and measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LineParameters:
    """How letters make lines, and how a line is measured: in x-heights unless it is said otherwise.

    Proportions of letters are measured on 105 faces (bench.faces); the rest was chosen by eye on
    the scanned books and layouts.
    """

    cap_height: float = 1.47  # of capitals and figures: the median of the faces
    ascender_height: float = 1.85  # none is higher: 95 of 100 faces have 1.82 or less
    narrow: float = 0.64  # width over height: figures have 0.63 in the median, small letters 0.87
    least_overlap: float = 0.45  # rows that a letter shares with its chain, of the lower of the two
    window: int = 6  # letters by which a chain knows where it runs
    no_barrier: float = 0.4  # a narrower gap between letters holds no barrier
    neighbourhood: float = 8.0  # how far letters look for the band that they are in
    steepest: float = 0.02  # slope of a line's letters on a page that is level
    first_tolerance: float = 0.6  # from the median, of feet that the first fit looks at
    tolerances: tuple[float, ...] = (0.35, 0.2, 0.12)  # from the baseline, of the next ones
    least_tolerance: float = 1.5  # pixels
    same_level: float = 0.08  # feet that differ by less stand on one level
    sloped_letters: int = 4  # fewer, or on less than …
    sloped_width: float = 4.0  # … this width, have no slope
    # a line that rises or falls by more is level where the feet on it and on the level to which
    # figures of old style hang are so many times those on the slope, or, where some letters end
    # above the slope as none does above its line, hardly fewer
    tilt: float = 0.15
    tilt_gain: float = 1.3
    float_gain: float = 0.85
    curve_letters: int = 24  # below which a baseline is straight
    curve_gain: float = 0.5  # a parabola leaves less than this share of the residual of a line
    curve_pixels: float = 1.0  # and a line more than these
    high: float = 0.4  # lower are no letters, but points and dashes
    same_height: float = 0.09  # heights that differ by less are one
    high_share: float = 0.9  # quantile of the heights that is an ascender's at most
    few_letters: int = 7  # too few to tell capitals from small letters
    # small letters beside more figures or capitals: heights as shares of theirs, and how many
    small_letters: tuple[float, float] = (0.6, 0.8)
    small_letters_share: float = 0.15
    least_small_letters: float = 3.0
    clear_share: float = 0.3  # so many are small letters beside whatever else
    ascends: float = 1.22  # heights in the usual one from which a letter has an ascender
    descends: float = 0.2
    deepest: float = 0.62  # of descenders: 9 of 10 faces have less
    old_figures: float = 0.25  # least share of a line's figures of old style that do not hang …
    few_old_figures: int = 2  # … of which so many are 0, 1 or 2 …
    mixed: float = 0.3  # … in turns with others: two lines that run on into each other are not …
    least_figure: float = 0.5  # … of this height, at least, where a page has nothing but figures
    least_height: float = 0.75  # of a small letter …
    least_width: float = 0.4  # … that is no stroke
    strays: float = 0.12  # a joined line's baseline from those of its pieces
    ascenders_share: float = 0.07  # of a line of capitals or figures, at most
    descenders_share: float = 0.08
    likely: tuple[float, float] = (0.82, 1.12)  # x-heights in the page's, at which doubt is none
    capitals_at_least: float = 1.75  # letters of so many of the page's x-heights are capitals
    same_size: float = 0.87  # x-heights nearer than this factor are one to the recognizer
    stands: float = 0.25  # feet higher above the baseline are raised


LINE = LineParameters()


@dataclass(frozen=True)
class CommaParameters:
    """What a comma is among figures: in heights of those that reach down to the lowest level
    (chosen by eye on drawn tables, and so that no line of the scanned books is moved)."""

    figures: tuple[float, float] = (1.25, 1.75)  # height of these in x-heights of the page
    wide: float = 0.72  # their width, in their heights: capitals are wider
    least: int = 3  # of them that hang
    figures_each: int = 8  # have one comma, or more
    heights: tuple[float, float] = (0.3, 0.6)
    width: float = 0.8  # of its height, at most
    # where it ends over the level on which the figures stand, and over that to which they hang
    below: tuple[float, float] = (-0.45, -0.06)
    above: tuple[float, float] = (-0.06, 0.3)


COMMA = CommaParameters()
