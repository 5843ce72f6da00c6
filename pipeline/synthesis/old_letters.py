"""Letters that old type has and modern spelling has not: the long s, and the hyphen of Fraktur."""

from __future__ import annotations

import re

LONG_S = "ſ"
DOUBLE_HYPHEN = "⸗"
# a round s ends a word, stands before a hyphen and, in most houses, before the apostrophe
_LONG = re.compile(r"s(?=[^\W\d_])")


def set_long_s(text: str) -> str:
    """`text` as long as before, with each small s that a letter follows as a long one.

    Compositors of German set the round s also where a part of a compound ends (Haustür): that needs
    a dictionary, and a recognizer that reads shapes needs it not.
    """
    return _LONG.sub(LONG_S, text)
