"""The text that a page of a PDF brought along: how much of it is seen, and the page without what is
not.

Most PDFs of archives were read before. The invisible text of an earlier reading lies in the page's
content or, as OCRmyPDF and others write it, in a form that the page draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Stream

from pipeline.export.text_layer import INVISIBLE
from pipeline.pdf_files import LARGEST_CONTENT, ODD, content_bytes, limited_decoding
from pipeline.scan.drawn import inherited

SHOWING = frozenset({"Tj", "TJ", "'", '"'})
DEEPEST = 12  # forms within forms


@dataclass
class OwnText:
    """What a page shows by itself.

    Attributes:
        known: whether it could be looked through.
        letters: bytes of its visible text.
        without_hidden: the streams of forms that hold invisible text, each with its content
            without that.
        content: the page's own content without invisible text; None where it has none.
        open, closed: how many states of graphics its content saves and never restores, and
            restores and never saved.
    """

    known: bool = True
    letters: float = 0.0
    without_hidden: list[tuple[Stream, bytes]] = field(default_factory=list)
    content: bytes | None = None
    open: int = 0
    closed: int = 0


def own_text(page: pikepdf.Page) -> OwnText:
    """What a page brought along. It cannot be told of content that is too large to be parsed, but
    that it shows no text where the page has no font."""
    resources = inherited(page.obj, "/Resources")
    with limited_decoding(LARGEST_CONTENT):
        try:
            return _Look().at_page(page, resources)
        except pikepdf.DataDecodingError:
            has_fonts = isinstance(resources, Dictionary) and "/Font" in resources
            return OwnText(known=not has_fonts)
        except ODD:
            return OwnText()


class _Look:
    """One look through a page and its forms, each of which is parsed once."""

    def __init__(self) -> None:
        self._found = OwnText()
        self._left = LARGEST_CONTENT
        self._seen: set[tuple[int, int]] = set()

    def at_page(self, page: pikepdf.Page, resources: Any) -> OwnText:
        self._spend(page.obj.get("/Contents"))
        self._found.content, self._found.open, self._found.closed = self._through(
            pikepdf.parse_content_stream(page), resources, 0, 0
        )
        return self._found

    def _spend(self, contents: Any) -> None:
        self._left -= content_bytes(contents)
        if self._left < 0:
            raise pikepdf.DataDecodingError

    def _through(
        self, stream: Sequence[Any], resources: Any, mode: int, depth: int
    ) -> tuple[bytes | None, int, int]:
        """The instructions but for text shown invisibly, None where there is none; the numbers of
        q without Q, and of Q without q."""
        kept: list[Any] = []
        modes, closed = list[int](), 0
        for instruction in stream:
            operator, operands = str(instruction.operator), instruction.operands
            if operator == "q":
                modes.append(mode)
            elif operator == "Q":
                closed += not modes
                mode = modes.pop() if modes else 0
            elif operator == "Tr" and operands:
                mode = int(operands[0])
            elif operator == "Do" and operands:
                self._form(str(operands[0]), resources, mode, depth)
            elif operator in SHOWING:
                if mode == INVISIBLE:
                    continue
                self._found.letters += _count(operands)
            kept.append(instruction)
        changed = len(kept) < len(stream)
        return pikepdf.unparse_content_stream(kept) if changed else None, len(modes), closed

    def _form(self, name: str, resources: Any, mode: int, depth: int) -> None:
        objects = resources.get("/XObject") if isinstance(resources, Dictionary) else None
        form = objects.get(name) if isinstance(objects, Dictionary) else None
        if not isinstance(form, Stream) or form.get("/Subtype") != Name.Form:
            return
        if form.objgen in self._seen or depth >= DEEPEST:
            return
        self._seen.add(form.objgen)
        self._spend(form)
        content, _, _ = self._through(
            pikepdf.parse_content_stream(form), form.get("/Resources", resources), mode, depth + 1
        )
        if content is not None:
            self._found.without_hidden.append((form, content))


def _count(operands: Any) -> int:
    """Bytes of the strings that an instruction shows."""
    if not operands:
        return 0
    parts = operands[-1] if isinstance(operands[-1], pikepdf.Array) else operands[-1:]
    return sum(len(bytes(part)) for part in parts if isinstance(part, pikepdf.String))
