"""The report of a book: one HTML page that works from a folder, without a network, and the small
files that it loads when asked.

`report.html` shows the figures and a thumbnail of each page, the worst first, and a page line by
line, to be proofread. report/book.js tells of the book's pages, report/NNNN.js holds the words of a
page, report/search.js the lines of the book; they are scripts, not JSON, because a browser lets a
page that was opened as a file load scripts from beside it, and nothing else. What the page does is
in report/viewer/, a copy of pipeline/export/viewer/.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from pipeline.document import DONE, DROP_CAPITAL, KINDS, PICTURE, QUARANTINED, TABLE, Page
from pipeline.export.rescan import expected_accuracy, reasons
from pipeline.export.source import SourceLine, SourceWord, block_id, line_id, source_regions

TEMPLATE = "report.html.jinja"
VIEWER = Path(__file__).parent / "viewer"
# In the order in which a browser has to run them.
PARTS = ("base", "corrections", "find", "sheet", "lines", "regions", "editing", "saving", "viewer")
NAMED_KINDS = tuple(kind for kind in KINDS if kind not in (PICTURE, TABLE, DROP_CAPITAL))
BINS = 20
LEVEL_SKEW = 0.1  # degrees below which a page counts as level


def page_script(page: Page) -> str:
    """The script with what the viewer shows of a page: its size, the transform that turns it
    upright and level, its regions and lines, each with its words, boxes and confidences."""
    regions = [
        {
            "id": block_id(page.number, r),
            "kind": region.kind,
            "box": region.place.as_tuple(),
            "lines": [
                _line(line, line_id(page.number, r, n))
                for n, line in enumerate(region.lines, start=1)
            ],
        }
        for r, region in enumerate(source_regions(page), start=1)
    ]
    size = {"number": page.number, "width": page.width, "height": page.height}
    upright = (page.straight_width or page.width, page.straight_height or page.height)
    onto = [round(value, 6) for value in page.to_source.inverse().as_tuple()]
    return _script("page", size | {"onto": onto, "straight": upright, "regions": regions})


def _line(line: SourceLine, identity: str) -> dict[str, Any]:
    """A line: its place on the scan, by which it is known, that on the upright page, its words."""
    words = [
        [word.text, *word.box.as_tuple(), word.percent, int(word.corrected), *_others(word)]
        for word in line.words
    ]
    whole = {"id": identity, "box": line.place.as_tuple(), "straight": line.straight.as_tuple()}
    return whole | ({"proofread": True} if line.proofread else {}) | {"words": words}


def _others(word: SourceWord) -> list[list[str]]:
    return [list(word.alternatives)] if word.alternatives else []


def search_script(pages: Iterable[tuple[int, Iterable[tuple[int, int, str]]]]) -> str:
    """The script with the text of each line of each page, for searching: the numbers of its region
    and of the line in it, and its text."""
    return _script("index", [[number, list(lines)] for number, lines in pages])


def book_script(book: str, pages: Iterable[Mapping[str, Any]]) -> str:
    """The script that tells the viewer of a book: its name, and each page's hash and size.

    Args:
        pages: what the manifest says of each page.
    """
    named = [
        {"sha256": page["sha256"], "width": page["width"], "height": page["height"]}
        for page in pages
    ]
    return _script("book", {"book": book, "kinds": NAMED_KINDS, "pages": named})


def copy_viewer(folder: Path) -> None:
    """Copy the scripts and styles of the viewer into report/viewer/ of a delivery."""
    target = folder / "report" / "viewer"
    target.mkdir(parents=True)
    for path in sorted(VIEWER.iterdir()):
        if path.suffix in (".js", ".css"):
            shutil.copyfile(path, target / path.name)


def _script(function: str, value: Any) -> str:
    """A call of one of the report's functions, safe wherever it stands."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
    return f"recto.{function}({text});\n"


def report_html(
    book: str, pages: Sequence[Mapping[str, Any]], settings: Mapping[str, Any], version: str
) -> str:
    """The report.

    Args:
        pages: what the manifest says of each page.
    """
    rows = [_row(page) for page in pages]
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(TEMPLATE).render(
        book=book,
        version=version,
        model=settings.get("model", {}).get("name", ""),
        figures=_figures(pages),
        histogram=_histogram(pages),
        rows=sorted(rows, key=lambda row: (row["accuracy"], row["number"])),
        reasons=Counter(code for row in rows for code in row["codes"]).most_common(),
        parts=[
            "viewer/base.js",
            "book.js",
            *(f"viewer/{part}.js" for part in (*PARTS[1:], "start")),
        ],
    )


def _row(page: Mapping[str, Any]) -> dict[str, Any]:
    why = reasons(page)
    return {
        "number": page["number"],
        "name": f"{page['number']:04d}",
        "status": page["status"],
        "accuracy": round(expected_accuracy(page), 4),
        "percent": "" if page["confidence"] is None else f"{100 * expected_accuracy(page):.1f}%",
        "codes": [code for code, _ in why],
        "why": "; ".join(text for _, text in why),
        "picture": page["status"] != QUARANTINED and page["width"] > 0,
        "orientation": page["orientation"],
    }


def _figures(pages: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """(name, value) of what one wants to know of a book at a glance."""
    counts = Counter(page["status"] for page in pages)
    read = [page for page in pages if page["confidence"] is not None]
    words = sum(page["words"] for page in read)
    mean = sum(page["confidence"] * page["words"] for page in read) / words if words else 0.0
    turned = Counter(page["orientation"] for page in pages if page["orientation"])
    skews = sorted(abs(page["skew"]) for page in pages if page["status"] == DONE)
    askew = sum(skew >= LEVEL_SKEW for skew in skews)
    return [
        ("pages", f"{len(pages):,}"),
        ("read", f"{counts[DONE]:,}"),
        ("blank", f"{counts['blank']:,}"),
        ("quarantined", f"{counts[QUARANTINED]:,}"),
        ("doubtful", f"{sum(bool(page['doubtful']) for page in pages):,}"),
        ("words", f"{words:,}"),
        ("words expected to be right", f"{100 * mean:.1f}%" if words else "–"),
        (
            "pages turned",
            ", ".join(f"{n} by {angle}°" for angle, n in sorted(turned.items())) or "none",
        ),
        ("pages askew", f"{askew:,}; most {skews[-1]:.2f}°" if askew else "none"),
    ]


def _histogram(pages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Pages by the share of their words that is expected to be right, in BINS bins from the lowest
    that occurs to 100%."""
    values = [page["confidence"] for page in pages if page["confidence"] is not None]
    low = min([0.95, *(int(100 * value) / 100 for value in values)])
    counts = Counter(min(BINS - 1, int((value - low) / (1 - low) * BINS)) for value in values)
    most = max(counts.values(), default=1)
    return [
        {
            "x": 100 / BINS * k,
            "height": 100 * counts[k] / most,
            "count": counts[k],
            "from": f"{100 * (low + (1 - low) * k / BINS):.1f}%",
        }
        for k in range(BINS)
    ]
