"""How the characters of one line are set: spaces, ligatures, small capitals, what is raised and
lowered."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from pipeline.synthesis.fonts import FRAKTUR, Face
from pipeline.synthesis.old_letters import DOUBLE_HYPHEN
from pipeline.synthesis.technical import UNITS

THIN_SPACE = "\u2009"
LIGATURES = (("ffi", "ﬃ"), ("ffl", "ﬄ"), ("ff", "ﬀ"), ("fi", "ﬁ"), ("fl", "ﬂ"))
SCREEN_X_HEIGHTS = (4.5, 8.0)  # pixels: 9 to 16 points at 72 dpi
PAIRED_QUOTES = str.maketrans({"“": "‘‘", "”": "’’"})
OPTIONAL_CHARACTERS = THIN_SPACE + "".join(glyph for _, glyph in LIGATURES)
BEFORE_UNIT = re.compile(
    rf"(?<=\d) (?=(?:{'|'.join(UNITS)})\b)"
)  # where a narrow space stands for a word space


@dataclass(frozen=True)
class Typesetting:
    """How one line is set: word spaces and letter spacing in trdg's terms, ligatures, thin spaces
    before points and units; the height of small capitals in x-heights; the size of raised
    and lowered characters as a share of the others', and by how many x-heights they are raised or
    lowered; whether double quotes are set as two single ones, wide apart, as many printers of old
    books did; the pixel of a screen in x-heights, of which each letter's advance is a whole number,
    0 on paper."""

    space_width: float = 1.0
    letter_space_em: float = 0.0
    sentence_spaces: int = 1
    ligatures: bool = False
    thin_spaces: bool = False
    small_capital_size: float = 1.0
    superscript_size: float = 0.65
    superscript_lift: float = 0.7
    subscript_drop: float = 0.3
    paired_quotes: bool = False
    pixel: float = 0.0

    @staticmethod
    def draw(
        rng: random.Random, face: Face, paired_quotes: float = 0.0, pixels: float = 0.0
    ) -> Typesetting:
        """A setting as likely as in old books: justified, now and then letter-spaced or with
        ligatures; in so many of the lines double quotes are two single ones, and in so many letters
        stand on the pixels of a screen."""
        letter_space = 0.0
        if rng.random() < 0.22:
            letter_space = (
                rng.uniform(-0.02, 0.05) if rng.random() < 0.6 else rng.uniform(0.05, 0.25)
            )
        return Typesetting(
            space_width=rng.triangular(0.65, 2.0, 1.1) + 3 * max(0.0, letter_space),
            letter_space_em=letter_space,
            sentence_spaces=rng.choice((1, 1, 2)),
            ligatures=face.group not in ("typewriter", FRAKTUR)
            and letter_space == 0
            and rng.random() < 0.5,
            thin_spaces=rng.random() < 0.35,
            small_capital_size=rng.uniform(0.94, 1.12),
            superscript_size=rng.uniform(0.55, 0.75),
            superscript_lift=rng.uniform(0.5, 0.85),
            subscript_drop=rng.uniform(0.2, 0.45),
            # sets without them are drawn as they were before there were any
            paired_quotes=paired_quotes > 0 and rng.random() < paired_quotes,
            pixel=1 / rng.uniform(*SCREEN_X_HEIGHTS)
            if pixels > 0 and rng.random() < pixels
            else 0.0,
        )


def printed_form(text: str, setting: Typesetting, face: Face) -> str:
    """The characters that the compositor would set for `text`: ligatures, thin spaces, wide spaces
    after sentences."""
    if DOUBLE_HYPHEN not in face.characters:
        text = text.replace(DOUBLE_HYPHEN, "-")  # the hyphen of a Fraktur face is a double one
    if setting.paired_quotes and face.draws("‘’"):
        text = text.translate(PAIRED_QUOTES)
    if setting.ligatures:
        for letters, glyph in LIGATURES:
            if glyph in face.characters:
                text = text.replace(letters, glyph)
    if setting.thin_spaces and THIN_SPACE in face.characters:
        for point in ";:!?”»":
            text = text.replace(point, THIN_SPACE + point)
        text = text.replace("“", "“" + THIN_SPACE).replace("«", "«" + THIN_SPACE)
        text = BEFORE_UNIT.sub(THIN_SPACE, text)
    for end in (". ", "? ", "! ", ".” "):
        text = text.replace(end, end[:-1] + " " * setting.sentence_spaces)
    return text
