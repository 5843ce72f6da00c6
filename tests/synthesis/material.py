"""A text and a face that need nothing installed."""

from __future__ import annotations

from pathlib import Path

import trdg

from pipeline.recognition.alphabet import PRINT
from pipeline.synthesis.fonts import Face, drawn_characters

PROSE = (
    'It was a dark night, and the lamps -- all but one -- were out. "Who goes there?" said the '
    "watch; 'tis only I.\n\n" * 6
)


def bundled_face(name: str = "*") -> Face:
    """A face that trdg brings along."""
    path = next(iter(sorted((Path(trdg.__file__).parent / "fonts" / "latin").glob(f"{name}.ttf"))))
    return Face(
        str(path), "bundled", "sans", "regular", 1.0, drawn_characters(str(path), PRINT.characters)
    )
