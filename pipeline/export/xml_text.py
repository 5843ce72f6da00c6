"""Text that XML can hold. XML 1.0 (Fifth Edition), section 2.2, production 2."""

from __future__ import annotations

import re

# All that is no character of XML: most control characters, lone surrogates, U+FFFE and U+FFFF.
NO_CHARACTER = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def xml_text(text: str) -> str:
    """A text with the replacement character for each that XML cannot hold, as a document with one
    of these is not well-formed; libraries escape the rest."""
    return NO_CHARACTER.sub(REPLACEMENT, text)


def one_line(text: str) -> str:
    """A text that XML can hold and that stands in one cell of a table: no tab, no line end."""
    return " ".join(re.split("[\t\n\r]", xml_text(text)))
