"""Why a page can be doubtful: it holds ink, and little text came of it."""

from __future__ import annotations

from pipeline.document import PICTURE, Page

INK_WITHOUT_TEXT, ILLEGIBLE_LINES = "ink-without-text", "illegible-lines"
# words: below that a page holds little text; title pages of five books have 16 to 165
LITTLE_TEXT = 20


def has_little_text(page: Page) -> bool:
    """Whether a page holds so few words that it matters what else is on it."""
    return sum(1 for _ in page.words) < LITTLE_TEXT


def has_pictures(page: Page) -> bool:
    """Whether a region of a page is a picture."""
    return any(region.kind == PICTURE for region in page.regions)
