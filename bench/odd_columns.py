"""Odd pages by what stands beside each other on them: notices in frames, the rows of registers and
ledgers, an index."""

from __future__ import annotations

from bench.odd_drawing import Drawing, OddPage, finish
from bench.odd_sheets import Font, open_face, some_words
from pipeline.synthesis.typesetting import break_lines


def _set_cell(text: str, font: Font, width: float) -> list[str]:
    """The lines of a text in a column."""
    return [" ".join(words) for words in break_lines(text.split(), font, int(width), 0)]


def draw_notices(d: Drawing) -> OddPage:
    """Two columns of notices, each in a frame; the frames nearly touch."""
    sheet = d.sheet(6, 7)
    font, gap = d.font(sheet, d.serif, 8, 10), sheet.pixels(d.rng.uniform(2, 5))
    left = sheet.width // 14
    wide = (sheet.width - 2 * left - gap) // 2
    for x in (left, left + wide + gap):
        y = sheet.height // 16
        while True:
            words = some_words(d.rng, 10, 26) + "."
            lines = _set_cell(words, font, wide - 2 * font.size)
            foot = y + round((1.25 * len(lines) + 1) * font.size)
            if foot > sheet.height * 0.94:
                break
            sheet.draw.rectangle((x, y, x + wide, foot), outline=0, width=sheet.pixels(0.8))
            for k, line in enumerate(lines):
                sheet.write(x + font.size, y + (k + 1.1) * 1.25 * font.size, line, font)
            sheet.lines += lines
            y = foot + gap
    return finish(sheet)


def draw_register(d: Drawing) -> OddPage:
    """Entries that run across columns as wide as text, some of them in two lines; with upright
    rules between the columns or without."""
    sheet = d.sheet(7, 7)
    font, y = d.font(sheet, d.serif, 9, 11), sheet.height // 10
    edges = [round(sheet.width * share) for share in (0.07, 0.14, 0.4, 0.66, 0.93)]
    number, top = int(d.rng.integers(1, 80)), y - 2 * font.size
    rows = [["No.", "Name", "Parents", "Remarks"]]
    while y < sheet.height * 0.85:
        if not rows:
            counts = ((1, 2), (2, 4), (2, 5))
            rows = [[str(number), *(some_words(d.rng, *span) for span in counts)]]
            number += 1
        cells = [
            _set_cell(cell, font, edges[k + 1] - edges[k] - 1.2 * font.size)
            for k, cell in enumerate(rows.pop())
        ]
        for k in range(max(map(len, cells))):
            present = [(x, cell[k]) for x, cell in zip(edges, cells, strict=False) if k < len(cell)]
            for x, text in present:
                sheet.write(x, y, text, font)
            sheet.lines.append(" ".join(text for _, text in present))
            y += round(1.25 * font.size)
        y += round(0.5 * font.size)
    if d.rng.random() < 0.5:
        for x in edges[1:4]:
            sheet.rule(x - font.size // 2, top, x - font.size // 2, y, 0.6)
    return finish(sheet)


def draw_ledger(d: Drawing) -> OddPage:
    """Names and sums in three columns far from them, with totals between rules."""
    sheet = d.sheet(6, 7)
    font, y = d.font(sheet, d.serif, 9, 11), sheet.height // 10
    left, edges = sheet.width // 12, [round(sheet.width * share) for share in (0.66, 0.76, 0.86)]
    rules = edges[0] - 3 * font.size, edges[-1] + font.size // 4
    for _ in range(2):
        entries = int(d.rng.integers(5, 9))
        for k in range(entries + 1):
            total = k == entries
            name = "Total" if total else some_words(d.rng, 2, 4)
            sums = [str(d.rng.integers(0, limit)) for limit in (900, 20, 12)]
            if total:
                sheet.rule(rules[0], y - 0.9 * font.size, rules[1], y - 0.9 * font.size, 0.6)
                y += round(0.4 * font.size)
            sheet.write(left + (2 * font.size if total else 0), y, name, font)
            for x, figures in zip(edges, sums, strict=True):
                sheet.write_right(x, y, figures, font)
            sheet.lines.append(" ".join([name, *sums]))
            y += round(1.35 * font.size)
        for _ in range(2):
            at = y - round(0.9 * font.size)
            sheet.rule(rules[0], at, rules[1], at, 0.6)
            y += sheet.pixels(2)
        y += round(font.size)
    return finish(sheet)


def draw_index(d: Drawing) -> OddPage:
    """Three columns of names and pages below a short heading."""
    sheet = d.sheet(6.5, 8)
    font, heading = d.font(sheet, d.serif, 7.5, 9), open_face(d.serif, sheet.pixels(13), d.rng)
    sheet.lines.append("INDEX")
    sheet.draw.text((sheet.width / 2, sheet.height * 0.06), "INDEX", font=heading, anchor="ms")
    wide, foot = sheet.width * 0.27, sheet.height * d.rng.uniform(0.6, 0.9)
    for column in range(3):
        x, y = sheet.width * 0.07 + column * 1.09 * wide, sheet.height * 0.1
        while y < foot:
            pages = sorted(d.rng.integers(1, 400, int(d.rng.integers(1, 5))).tolist())
            entry = some_words(d.rng, 1, 3) + ", " + ", ".join(map(str, pages))
            for k, line in enumerate(_set_cell(entry, font, wide - 1.2 * font.size)):
                sheet.write(x + (font.size if k else 0), y, line, font)
                sheet.lines.append(line)
                y += 1.2 * font.size
    return finish(sheet)
