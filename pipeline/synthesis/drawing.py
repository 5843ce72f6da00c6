"""Words, names, lines and characters drawn by trdg in one face or in faces like handwriting, for
the named recognizers.

What is learnt and what is tested never share a word or a hand: both are split by a hash of their
name.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import trdg
import yaml
from numpy.typing import NDArray
from PIL import ImageFont

from pipeline.errors import MissingToolError
from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.canvas import Canvas
from pipeline.synthesis.drawn_lines import draw_text
from pipeline.synthesis.fonts import drawn_characters, installed_fonts

HANDS = Path(__file__).with_name("hands.yaml")
FETCHED = (
    Path(__file__).parents[2] / "build" / "fonts"
)  # what stages.fetch_hands brings: each file a hand of its own
HANDWRITING, HANDPRINT = "handwriting", "handprint"  # all hands, or those that are not joined
TEST_WORDS, TEST_HANDS = 0.12, 0.2  # shares of words and of hands that are kept for tests
SIZE = 44  # pixels per em
MARGIN = 4  # pixels of paper around the ink
SHORT_LETTERS, ONE_CASE = (
    "acemnorsuvwxz",
    0.88,
)  # small letters at least so high, as a share of the capitals, are capitals
TWINS, TWIN_SIDE = (
    0.93,
    24,
)  # correlation from which on two characters look alike, seen in so many pixels
INK_SHARE = 0.004  # a face that leaves less ink than this in a text does not draw it


@dataclass(frozen=True)
class Hand:
    """A face file, the hand that it belongs to, the characters that it draws, and whether it is
    kept for tests."""

    path: str
    family: str
    characters: frozenset[str]
    tested: bool = False


def catalogue_of_hands() -> dict:
    """The lists of hands.yaml."""
    return yaml.safe_load(HANDS.read_text(encoding="utf-8"))


def is_kept(name: str, share: float) -> bool:
    """Whether a word or a hand is kept for tests: the same answer always and everywhere."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) < share * (1 << 32)


@lru_cache(maxsize=4)
def hands(wanted: str, least: str, joined: bool = True) -> tuple[Hand, ...]:
    """The installed faces of the catalogue of hands that draw all of `least`, in order of file;
    without `joined`, no joined hand.

    Raises:
        MissingToolError: too few are installed for a test on hands that were not learnt from.
    """
    catalogue = catalogue_of_hands()
    families = {stem: family for family, stems in catalogue["hands"].items() for stem in stems}
    found = []
    fetched = sorted(map(str, FETCHED.glob("*.ttf")))
    families |= {Path(path).stem: Path(path).stem for path in fetched}
    if not joined:
        families = {
            stem: family for stem, family in families.items() if family not in catalogue["joined"]
        }
    for path in [*(path for path, _, _ in installed_fonts()), *fetched]:
        family = families.get(Path(path).stem)
        characters = drawn_characters(path, wanted) if family else frozenset()
        if (
            family
            and characters >= set(least)
            and not (set("abc") <= set(least) and has_one_case(path))
        ):
            found.append(
                Hand(
                    path,
                    family,
                    characters,
                    is_kept(family, TEST_HANDS) and family not in catalogue["learnt"],
                )
            )
    if not any(hand.tested for hand in found) or len(found) < 4:
        raise MissingToolError("too few faces like handwriting are installed", "Run: make fonts")
    return tuple(found)


def without_twins(hand: Hand) -> Hand:
    """The hand without the characters that it draws as it draws another, such as 0 and O: alone,
    nobody could tell them apart."""
    canvas, shapes = Canvas(TWIN_SIDE, TWIN_SIDE), {}
    for character in sorted(hand.characters):
        image = drawn(character, hand)
        if image is not None:
            shapes[character] = canvas.place(image).astype(float).ravel()
    alike = np.triu(np.corrcoef(np.array(list(shapes.values()))) > TWINS, 1)
    names = list(shapes)
    twins = {names[k] for pair in np.argwhere(alike) for k in pair}
    return replace(hand, characters=hand.characters - twins)


def has_one_case(path: str) -> bool:
    """Whether a face draws capitals for small letters: what it writes then has two spellings."""
    font = ImageFont.truetype(path, SIZE, layout_engine=ImageFont.Layout.BASIC)

    def height(letters: str) -> float:
        boxes = (font.getbbox(letter) for letter in letters)
        return float(np.mean([bottom - top for _, top, _, bottom in boxes]))

    return height(SHORT_LETTERS) > ONE_CASE * height(SHORT_LETTERS.upper())


def single_face(name: str, wanted: str) -> Hand:
    """One face by the stem of its file: one of those that come with trdg, or an installed one.

    Raises:
        MissingToolError: there is no such face.
    """
    bundled = Path(trdg.__file__).parent / "fonts" / "latin" / f"{name}.ttf"
    paths = (
        [str(bundled)]
        if bundled.is_file()
        else [path for path, _, _ in installed_fonts() if Path(path).stem == name]
    )
    if not paths:
        raise MissingToolError(
            f"there is no face {name}", "Give the file name, without suffix, of an installed face."
        )
    return Hand(paths[0], name, drawn_characters(paths[0], wanted))


class Texts:
    """Texts of one kind out of a word list, those to learn from apart from those to test on.

    Args:
        kind: words, names, lines or characters.
        words: of a lexicon, the most frequent first.
        alphabet: what may occur.
        test: draw those that are kept for tests.
        proportions: how many there are of each single character; each as often as another where it
            is empty.
    """

    def __init__(
        self,
        kind: str,
        words: Sequence[str],
        alphabet: Alphabet,
        test: bool,
        proportions: Mapping[str, int] | None = None,
    ) -> None:
        self.kind, self.alphabet = kind, alphabet
        self.proportions = proportions or dict.fromkeys(alphabet.characters, 1)
        known = [
            word for word in words if alphabet.covers(word.upper() if kind == "names" else word)
        ]
        self.words = [word for word in known if is_kept(word.lower(), TEST_WORDS) == test]
        self.marks = [c for c in ".,;:!?" if c in alphabet.characters]
        self.digits = [c for c in "0123456789" if c in alphabet.characters]

    def draw(self, rng: random.Random) -> str:
        """One text."""
        if self.kind == "characters":
            return rng.choices(list(self.proportions), list(self.proportions.values()))[0]
        if self.kind == "names":
            count = rng.choices((1, 2), (0.85, 0.15))[0]
            joint = rng.choice(" --'") if count == 2 else ""
            return joint.join(rng.choice(self.words).upper() for _ in range(count))[:20]
        if self.kind == "words":
            return self._word(rng)
        return " ".join(self._word(rng) for _ in range(rng.randint(2, 9)))

    def _word(self, rng: random.Random) -> str:
        """A word as it stands in a text: with a capital, a mark behind it, or a number in its
        place."""
        if self.digits and rng.random() < 0.05:
            return "".join(rng.choices(self.digits, k=rng.randint(1, 5)))
        # rare words as often as frequent ones: there are few frequent ones, and each is seen often
        # enough
        word = rng.choice(self.words)
        word = (
            word.capitalize()
            if rng.random() < 0.15
            else word.upper()
            if rng.random() < 0.03
            else word
        )
        return word + rng.choice(self.marks) if self.marks and rng.random() < 0.12 else word


def drawn(
    text: str, face: Hand, size: int = SIZE, whole_height: bool = False, letter_space: int = 0
) -> NDArray[np.uint8] | None:
    """`text` in a face, black on white, (H, W) uint8, cut to its ink with a margin; None where the
    face leaves no ink.

    Args:
        whole_height: cut at the face's ascent and descent, so that an `o` stays smaller than an
            `O`.
        letter_space: pixels more between letters.
    """
    ink = draw_text(text, face.path, size, letter_space=letter_space)
    rows, columns = np.flatnonzero(ink.max(axis=1) > 64), np.flatnonzero(ink.max(axis=0) > 64)
    if not len(rows) or not len(columns) or ink.mean() < 255 * INK_SHARE:
        return None
    cut = (
        ink[:, columns[0] : columns[-1] + 1]
        if whole_height
        else ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    )
    above = 0 if whole_height else MARGIN
    return np.asarray(
        255 - cv2.copyMakeBorder(cut, above, above, MARGIN, MARGIN, cv2.BORDER_CONSTANT, value=0),
        np.uint8,
    )


def on_paper(image: NDArray[np.uint8], rng: random.Random) -> NDArray[np.uint8]:
    """An image, black on white, in ink and on paper of some shade, a little blurred, at some
    size."""
    paper, ink = rng.uniform(205, 255), rng.uniform(0, 90)
    shaded: NDArray = ink + (paper - ink) * image.astype(np.float32) / 255
    shaded = cv2.GaussianBlur(shaded, (0, 0), rng.uniform(0.3, 0.9))
    scale = rng.uniform(0.7, 1.1)
    size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    return np.asarray(
        np.clip(cv2.resize(shaded, size, interpolation=cv2.INTER_AREA), 0, 255), np.uint8
    )


@dataclass(frozen=True)
class Room:
    """How much a drawn text may take: `widest` in pixels, `longest` in heights of its image; 0 for
    any."""

    widest: int = 0
    longest: float = 0.0


def samples(
    texts: Texts, faces: Sequence[Hand], rng: random.Random, room: Room = Room()
) -> Iterator[tuple[NDArray[np.uint8], str]]:
    """Endless (image, text) pairs; a text that is longer than there is room for loses words at its
    end, or is passed over."""
    families = sorted({face.family for face in faces})
    while True:
        text = texts.draw(rng)
        family = rng.choice(families)
        face = rng.choice([face for face in faces if face.family == family])
        if not face.characters.issuperset(text.replace(" ", "")):
            continue
        image = drawn(text, face, whole_height=len(families) == 1)
        while (
            image is not None
            and room.longest
            and image.shape[1] > room.longest * image.shape[0]
            and " " in text
        ):
            # a wide hand writes fewer words in a line: less than what stuck out, so that the line
            # is full
            words = text.split()
            text = " ".join(
                words[
                    : min(
                        len(words) - 1,
                        round(len(words) * room.longest * image.shape[0] / image.shape[1]) + 1,
                    )
                ]
            )
            image = drawn(text, face, whole_height=len(families) == 1)
        if image is None:
            continue
        image = on_paper(image, rng) if len(families) > 1 else image
        if not room.widest or image.shape[1] <= room.widest:
            yield image, text
