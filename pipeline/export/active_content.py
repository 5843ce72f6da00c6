"""What a PDF could do to whoever opens it, taken out: scripts, actions that start or send, attached
files, what plays, and what would be fetched from elsewhere. Links to places and to the web stay.

Every object of the file is looked at, whatever names it and however deep it lies, so that no new
way to call a script is a way in. ISO 32000-1, sections 12.6 (actions), 12.5 (annotations), 7.11
(files).
"""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Stream

ACTIONS = frozenset(
    {
        *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm"),
        *("/GoToR", "/GoToE", "/Thread", "/Rendition", "/Movie", "/Sound", "/RichMediaExecute"),
    }
)
STEPS = frozenset({"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"})  # named actions that stay
ANNOTATIONS = frozenset({"/FileAttachment", "/Movie", "/Sound", "/Screen", "/RichMedia", "/3D"})
# Keys that hold nothing else: additional actions, scripts, attached files and portfolios of them,
# forms that are programs.
KEYS = frozenset(
    {
        *("/AA", "/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/AF", "/Collection", "/XFA"),
        *("/RichMediaContent", "/Renditions"),
    }
)
# Keys of streams alone that name data of other files, which a viewer would open or fetch: external
# streams, pages of other documents, pictures of a press.
ELSEWHERE = frozenset({"/F", "/FFilter", "/FDecodeParms", "/Ref", "/OPI"})
WEB = ("http:", "https:", "ftp:", "mailto:")  # of addresses that stay; a script is one of others
DEEPEST = 200  # containers within containers; what lies deeper goes


def remove_active_content(pdf: pikepdf.Pdf) -> None:
    """Take out of a PDF, in place, what acts."""
    for one in pdf.objects:
        if isinstance(one, Dictionary | Array | Stream):
            _clean(one, 0)


def _clean(node: Any, depth: int) -> None:
    """Take what acts out of a container and those that lie in it; what it refers to is an object of
    the file by itself."""
    if isinstance(node, Array):
        for index in reversed(range(len(node))):
            if _acts(node[index]) or not _cleaned(node[index], depth):
                del node[index]
        return
    holder = node.stream_dict if isinstance(node, Stream) else node
    removed = KEYS | ELSEWHERE if isinstance(node, Stream) else KEYS
    for key in list(holder.keys()):
        if key in removed or _acts(holder[key]) or not _cleaned(holder[key], depth):
            del holder[key]


def _cleaned(value: Any, depth: int) -> bool:
    """Clean what lies directly in a container; whether that could be done."""
    if not isinstance(value, Dictionary | Array | Stream) or value.is_indirect:
        return True
    if depth >= DEEPEST:
        return False
    _clean(value, depth + 1)
    return True


def _acts(value: Any) -> bool:
    """Whether an object is an action or an annotation that is taken out."""
    if not isinstance(value, Dictionary):
        return False
    kind = str(value.get("/S", ""))
    if kind == "/URI" and not str(value.get("/URI", "")).strip().lower().startswith(WEB):
        return True
    if kind == "/Named" and str(value.get("/N", "")) not in STEPS:  # such as to print
        return True
    return kind in ACTIONS or str(value.get("/Subtype", "")) in ANNOTATIONS
