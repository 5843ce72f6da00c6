"""What an accent above a capital is, wherever one is looked for: among the marks of a page and in
the image of a line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AccentParameters:
    """In x-heights unless it is said otherwise; all chosen by eye on drawn faces and old books.
    Networks are trained on lines with these numbers."""

    capital: float = 1.2  # the letter below it is at least so high
    gap: float = 0.5  # it is no farther from its letter
    smallest: float = 0.15  # what is lower is a speck, or what is left of the line before
    widest: float = 1.4
    # it is no farther from the middle of its letter, as a share of the letter's width, as the dots
    # of Ö stand to both sides of it; what is wider than so much are letters that touch
    aside: float = 0.36
    letters: float = 1.8


ACCENTS = AccentParameters()
