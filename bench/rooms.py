"""Draw the rooms of the code and list the way of a page through them, out of the source itself.

    python -m bench.rooms            writes docs/rooms.svg and the list in docs/architecture.md
    python -m bench.rooms --check    says whether they are current, and writes nothing

An arrow is an import. Arrows that a longer way makes plain are left out, and those to the ground.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from xml.sax.saxutils import escape

from bench.imports import (
    GROUND,
    ROOT,
    Call,
    Graph,
    import_graph,
    module_path,
    name_rooms,
    rank_rooms,
    room_graph,
    rooms_passed,
    sentence_of,
    shortest_arrows,
    way_of_a_page,
)

DIAGRAM, PAGE = ROOT / "docs" / "rooms.svg", ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- way: made by python -m bench.rooms -->", "<!-- end of the way -->"
# sizes of the drawing in pixels, chosen by eye
WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN, LETTER = 176, 64, 40, 56, 24, 6.3


def wrap(text: str, width: int) -> list[str]:
    """At most three lines of so many letters; what is longer ends in an ellipsis."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines if len(lines) <= 3 else [*lines[:2], f"{lines[2]} …"]


def draw(graph: Graph) -> str:
    """The rooms as SVG: each row above what it imports, an arrow for each import that says
    something new."""
    rows = rank_rooms(graph)
    broad = max(map(len, rows)) * (WIDTH + GAP_X) - GAP_X + 2 * MARGIN
    tall = len(rows) * (HEIGHT + GAP_Y) + HEIGHT + 2 * MARGIN
    places = {}
    for level, row in enumerate(rows):
        left = (broad - len(row) * (WIDTH + GAP_X) + GAP_X) / 2
        for index, room in enumerate(row):
            places[room] = (left + index * (WIDTH + GAP_X), MARGIN + level * (HEIGHT + GAP_Y))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {broad} {tall}" width="{broad}"'
        f' height="{tall}" font-family="sans-serif" font-size="11">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#555"/></marker></defs>',
        f'<rect width="{broad}" height="{tall}" fill="#fff"/>',
    ]
    parts += [
        draw_arrow(places[room], places[other])
        for room, others in sorted(shortest_arrows(graph).items())
        for other in sorted(others)
    ]
    parts += [draw_box(*places[room], WIDTH, room, sentence_of(room)) for room in sorted(places)]
    ground = sorted(m.split(".")[-1] for m, r in name_rooms(import_graph()).items() if r == GROUND)
    names = ", ".join(name for name in ground if name != "pipeline")
    bottom = MARGIN + len(rows) * (HEIGHT + GAP_Y)
    parts.append(draw_box(MARGIN, bottom, broad - 2 * MARGIN, f"all rooms use: {GROUND}", names))
    return "\n".join([*parts, "</svg>\n"])


def draw_arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    """A curve from the foot of one box to the head of another."""
    x1, y1, x2, y2 = start[0] + WIDTH / 2, start[1] + HEIGHT, end[0] + WIDTH / 2, end[1] - 1
    bend = GAP_Y * 0.8
    curve = f"M{x1:g} {y1:g}C{x1:g} {y1 + bend:g} {x2:g} {y2 - bend:g} {x2:g} {y2:g}"
    return f'<path d="{curve}" fill="none" stroke="#555" marker-end="url(#tip)"/>'


def draw_box(left: float, top: float, width: float, title: str, text: str) -> str:
    """A room with its name and what it is for."""
    lines = wrap(text, int(width / LETTER))
    middle = left + width / 2
    spans = "".join(
        f'<text x="{middle:g}" y="{top + 31 + 13 * index:g}" text-anchor="middle" fill="#444">'
        f"{escape(line)}</text>"
        for index, line in enumerate(lines)
    )
    return (
        f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{HEIGHT}" rx="6" fill="#eef3f8"'
        f' stroke="#357"/><text x="{middle:g}" y="{top + 16:g}" text-anchor="middle"'
        f' font-size="13" font-weight="bold">{escape(title)}</text>{spans}'
    )


def way_as_table(calls: list[Call]) -> str:
    """The way of a page in Markdown."""
    rows = [
        f"| {call.step} | `{call.file}:{call.line}` | `{call.name}` | **{call.room}** "
        f"`{module_path(call.module).relative_to(ROOT).as_posix()}` |"
        for call in calls
    ]
    rooms = rooms_passed(calls)
    head = f"{len(rooms)} rooms, in this order: {' > '.join(rooms)}.\n\n"
    return head + "\n".join(
        ["| step | called in | what | of the room |", "|---|---|---|---|", *rows]
    )


def render() -> dict[Path, str]:
    """The files that this script keeps, as they should be."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    way = way_as_table(way_of_a_page())
    return {DIAGRAM: draw(room_graph()), PAGE: f"{before}{BEGIN}\n{way}\n{END}{after}"}


def main() -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 where a file is old")
    options = parser.parse_args()
    old = [
        path
        for path, text in render().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    for path in old:
        print(f"{path.relative_to(ROOT)} is {'old' if options.check else 'written'}")
        if not options.check:
            path.write_text(render()[path], encoding="utf-8")
    sys.exit(1 if old and options.check else 0)


if __name__ == "__main__":
    main()
