"""The hOCR of a whole book: the pages of its files, one after the other, under one head."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from pipeline.export.xml_text import xml_text

LANGUAGES = re.compile(r'(<meta name="ocr-langs" content=")([^"]*)(")')
PAGE_COUNT = re.compile(r'(<meta name="ocr-number-of-pages" content=")\d+(")')
TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)


def book_hocr(pages: Iterable[str], title: str) -> str:
    """One hOCR document of many, each of which `page_hocr` wrote, in all their languages; ids hold
    the page's number and stay as they are."""
    head, bodies, codes = "", list[str](), set[str]()
    for text in pages:
        start, end = text.index("<body>") + len("<body>"), text.rindex("</body>")
        head = head or text[:start]
        if found := LANGUAGES.search(text, 0, start):
            codes |= set(found[2].split())
        bodies.append(text[start:end].strip("\n"))
    head = TITLE.sub(
        lambda _: f"<title>{escape(xml_text(title), quote=False)}</title>", head, count=1
    )
    head = PAGE_COUNT.sub(lambda found: f"{found[1]}{len(bodies)}{found[2]}", head, count=1)
    head = LANGUAGES.sub(
        lambda found: f"{found[1]}{' '.join(sorted(codes))}{found[3]}", head, count=1
    )
    return "\n".join([head, *bodies, " </body>", "</html>"]) + "\n"
