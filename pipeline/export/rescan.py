"""Which pages are worth scanning again, and why: told from what was found on them, without any true
text.

The order is by the errors that are to be expected: calibrated confidences promise so many wrong
words, and ink outside every line is text that was not read at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.document import DONE, QUARANTINED, Page
from pipeline.doubtful import ILLEGIBLE_LINES, INK_WITHOUT_TEXT
from pipeline.export.cells import inert_cell
from pipeline.geometry import Box

COLUMNS = ("page", "image", "expected_accuracy", "reasons", "what_was_found")
LOW_ACCURACY = 0.984  # of the words, as the confidences promise
MUCH_STRAY_INK = 0.03  # share of the letters' ink outside every line
SMALL_X_HEIGHT = 12.0  # pixels; Recto's recognizer sees an x-height of 13
LOW_RESOLUTION = 200.0  # dots per inch
FEW_WORDS = 20  # below that, shares say little
STRAY_TEXT, ILLEGIBLE_TEXT = (
    0.5,
    0.3,
)  # how much of stray ink, and of lines in which nothing could be read, is text
DOUBTS = {
    INK_WITHOUT_TEXT: "nearly all of the ink was found to be neither text nor a picture",
    ILLEGIBLE_LINES: "most of what was found to be lines could not be read",
}
EDGE = 3  # pixels from the page's edge at which a line is cut off

Summary = Mapping[str, Any]


def cut_off_lines(page: Page) -> int:
    """Lines of a page whose letters touch its edge: where the scan ends in the midst of the
    text."""
    whole = Box(EDGE, EDGE, max(EDGE + 1, page.width - EDGE), max(EDGE + 1, page.height - EDGE))
    return sum(not whole.contains(page.home_box(line.box)) for line in page.lines)


def expected_accuracy(page: Summary) -> float:
    """The share of a page's words that is expected to be right, those counted as wrong that were
    not read at all."""
    if page["status"] == QUARANTINED or page["doubtful"]:
        return 0.0
    if page["confidence"] is None:
        return 1.0
    seen = 1 - STRAY_TEXT * float(page["stray_ink"])
    legible = 1 - ILLEGIBLE_TEXT * page["illegible"] / max(1, page["lines"] + page["illegible"])
    return float(page["confidence"]) * seen * legible


def reasons(page: Summary) -> list[tuple[str, str]]:
    """(code, what was found) of each reason to scan a page again."""
    if page["status"] == QUARANTINED:
        return [(page["reason"], page["message"])]
    if page["status"] != DONE:
        return []
    found = [(page["doubtful"], DOUBTS[page["doubtful"]])] if page["doubtful"] else []
    if page["words"] >= FEW_WORDS and expected_accuracy(page) < LOW_ACCURACY:
        unread = (
            f", nothing could be read in {page['illegible']} lines" if page["illegible"] else ""
        )
        found.append(
            (
                "low-accuracy",
                f"{100 * expected_accuracy(page):.1f}% of the words are expected to be right"
                + unread,
            )
        )
    if page["words"] >= FEW_WORDS and page["stray_ink"] > MUCH_STRAY_INK:
        found.append(
            (
                "stray-ink",
                f"{100 * page['stray_ink']:.1f}% of the letters' ink lies outside every line",
            )
        )
    if page["cut_off"]:
        found.append(("cut-off", f"{page['cut_off']} lines run over the edge of the scan"))
    small = page["x_height"] is not None and page["x_height"] < SMALL_X_HEIGHT
    if page["dpi"] < LOW_RESOLUTION or small:
        size = f", letters of {page['x_height']:g} pixels" if page["x_height"] is not None else ""
        found.append(("low-resolution", f"{page['dpi']:g} dpi{size}"))
    return found


def rescan_rows(pages: Iterable[Summary]) -> list[tuple[str, ...]]:
    """A row of COLUMNS for each page that is worth scanning again, the worst first."""
    listed = [(expected_accuracy(page), page, why) for page in pages if (why := reasons(page))]
    listed.sort(key=lambda item: (item[0], item[1]["number"]))
    return [
        (
            str(page["number"]),
            inert_cell(page["image"]),
            f"{accuracy:.4f}",
            " ".join(code for code, _ in why),
            "; ".join(text.replace("\t", " ").replace("\n", " ") for _, text in why),
        )
        for accuracy, page, why in listed
    ]
