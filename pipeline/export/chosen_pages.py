"""Some pages of a PDF, and nothing of the others."""

from __future__ import annotations

from collections.abc import Collection

import pikepdf
from pikepdf import Array, Dictionary, String

from pipeline.pdf_files import ODD


def keep_pages(pdf: pikepdf.Pdf, wanted: Collection[int]) -> None:
    """Take out of a PDF, in place, all pages but those at the indices that are wanted, from 0.

    Bookmarks, links and the like may still lead to a page that is no longer there, and would keep
    all that was on it in the file: nothing of it stays. The others are called what they were.
    """
    pages = list(pdf.pages)
    if len(wanted) == len(pages):
        return
    names = _names([page for index, page in enumerate(pages) if index in wanted])
    for index in reversed(range(len(pages))):
        if index not in wanted:
            del pdf.pages[index]
            for key in list(pages[index].obj.keys()):
                del pages[index].obj[key]
    if "/PageLabels" in pdf.Root:
        del pdf.Root.PageLabels
        called = (part for k, name in enumerate(names) for part in (k, Dictionary(P=String(name))))
        if names:
            pdf.Root.PageLabels = Dictionary(Nums=Array(called))


def _names(pages: Collection[pikepdf.Page]) -> list[str]:
    """What each page is called (ISO 32000-1, section 12.4.2); nothing where that is damaged."""
    try:
        return [str(page.label) for page in pages]
    except ODD:
        return []
