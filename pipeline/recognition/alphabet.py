"""The characters that a recognizer can write, and the blank of CTC."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# class 0 is the blank in every network here, as in Graves et al. 2006 and in torch's CTCLoss
# default
BLANK = 0

PRINT_CHARACTERS = (
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
    "abcdefghijklmnopqrstuvwxyz{|}~"
    "‘’“”–—£§¶†‡°•·«»©½¼¾"
    "ÀÁÂÄÆÇÈÉÊËÍÎÏÑÓÔÖÙÚÛÜßàáâäæçèéêëìíîïñòóôöùúûüýÿŒœ"
    "⅓⅔⅛×±"
    # as signs among Latin letters: those that look like one of them are left out
    "αβγδεζηθλμξπρςστφχψωΓΔΘΛΞΠΣΦΨΩ"
)

# Beside those of PRINT: the long s and the double hyphen of old type, r rotunda, the small e above
# vowels (combining), German low quotes, single angle quotes, the letters of the Nordic languages,
# Portuguese, Spanish and old abbreviations, signs of money and trade; signs of mathematics, minutes
# and seconds; the other eighths, as prices of stocks have them
LATIN_CHARACTERS = (
    PRINT_CHARACTERS + "ſ⸗ꝛ\u0364„‚‹›¿¡ªºÃÅÌÐÒÕØÝÞãåðõøþāēīōūẽĩũ¢¥€®™≤≥≠≈→∞∈√∑∂∫′″⅜⅝⅞"
)


def _shows(character: str) -> bool:
    """Whether a character can stand in a text: no control character, half of one, or none yet."""
    return unicodedata.category(character) not in ("Cc", "Cs", "Cn")


@dataclass(frozen=True)
class Alphabet:
    """An ordered set of characters; character `i` has class `i + 1`, class 0 is the blank."""

    characters: str

    def __post_init__(self) -> None:
        if not isinstance(self.characters, str) or not self.characters:
            raise ValueError("an alphabet is a text")
        odd = [one for one in self.characters if one != " " and (one.isspace() or not _shows(one))]
        if odd:
            raise ValueError(
                f"an alphabet holds no control characters, no other spaces: {odd[0]!r}"
            )
        if len(set(self.characters)) != len(self.characters):
            raise ValueError("an alphabet holds each character once")
        if unicodedata.normalize("NFC", self.characters) != self.characters:
            raise ValueError("an alphabet is in Unicode's normal form C")

    def __len__(self) -> int:
        return len(self.characters)

    @property
    def classes(self) -> int:
        """Number of network outputs: every character and the blank."""
        return len(self.characters) + 1

    @property
    def space(self) -> int:
        """Class of the space; where there is none, the blank's, which no text holds."""
        return self.characters.find(" ") + 1

    def encode(self, text: str) -> list[int]:
        """Classes of `text`. Raises ValueError where a character is not of this alphabet."""
        try:
            return [self.characters.index(c) + 1 for c in text]
        except ValueError:
            strange = sorted(set(text) - set(self.characters))
            raise ValueError(f"not in the alphabet: {strange!r}") from None

    def decode(self, classes: Sequence[int]) -> str:
        """Text of `classes`, blanks skipped, nothing collapsed."""
        characters = self.characters
        return "".join([characters[c - 1] for c in classes if c != BLANK])

    def covers(self, text: Iterable[str]) -> bool:
        """Whether every character of `text` can be written."""
        return set(text) <= set(self.characters)


PRINT = Alphabet(PRINT_CHARACTERS)
LATIN = Alphabet(LATIN_CHARACTERS)
NAMED = {"print": PRINT, "latin": LATIN}  # what a recipe may call by name
