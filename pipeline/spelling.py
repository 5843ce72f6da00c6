"""Old letter-forms folded to those of today: what reading text, search, lexicons and scores want,
where an exact copy of the print keeps ſ, ⸗ and aͤ.

Only signs are folded, one by one: spelling (`seyn`, `étoit`) stays as it was printed.
"""

from __future__ import annotations

import re
import unicodedata

from pipeline.languages import language

SMALL_E = "\u0364"  # written above a, o, u in German print until about 1880: today's umlaut
DIAERESIS = "\u0308"
FOLDED = str.maketrans(
    {"ſ": "s", "⸗": "-", "ꝛ": "r", "ﬅ": "st", "ﬆ": "st", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl"}
    | {"ﬃ": "ffi", "ﬄ": "ffl"}
)
UMLAUT = re.compile(f"(?<=[AOUaou]){SMALL_E}")


def modern_letters(text: str) -> str:
    """`text` with ſ as s, ⸗ as a hyphen, aͤ oͤ uͤ as ä ö ü, ꝛ as r, ligatures as their letters; NFC.
    Text without any of them comes back as it is."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", UMLAUT.sub(DIAERESIS, text).translate(FOLDED))


def modern_spelling(text: str, code: str) -> str:
    """`text` in today's letters, with those that a sign of its language's print stands for.

    Args:
        code: of the language; empty where it is not known.
    """
    modern = modern_letters(text)
    return language(code).letters_of(modern) if code else modern
