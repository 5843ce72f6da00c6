"""Odd pages with lists and tables whose parts stand far from each other: numbered verse, typed
statements with dittos, casts with braces, heads that stand, directories."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from bench.odd_drawing import Drawing, OddPage, finish
from bench.odd_sheets import Font, Sheet, set_prose, some_words


def draw_verse(d: Drawing) -> OddPage:
    """Verse of which each fifth or tenth line has its number in a margin."""
    sheet = d.sheet(5.5, 5)
    font, small = d.font(sheet, d.serif, 9, 11), d.font(sheet, d.serif, 7.5, 8.5)
    left, step = sheet.width // 6, int(d.rng.choice([5, 10]))
    numbered_left = d.rng.random() < 0.5
    for k in range(1, 22):
        y, verse = sheet.height // 14 + k * round(1.35 * font.size), some_words(d.rng, 3, 5)
        sheet.write(left, y, verse, font)
        number = "" if k % step else str(k)
        if number and numbered_left:
            sheet.write_right(left - 1.5 * font.size, y, number, small)
        elif number:
            sheet.write_right(sheet.width * 14 // 15, y, number, small)
        parts = [number, verse] if numbered_left else [verse, number]
        sheet.lines.append(" ".join(filter(None, parts)))
    return finish(sheet)


def draw_statement(d: Drawing) -> OddPage:
    """A typed list of payments: dittos stand for the month of the row above."""
    sheet = d.sheet(7, 4)
    font, y = d.font(sheet, d.mono, 11, 12), sheet.height // 8
    wide = font.getlength("0")
    months = ["Jan.", "Feb.", "Mar.", "Apr.", "May", "June"]
    for row in range(int(d.rng.integers(7, 12))):
        again = row > 0 and d.rng.random() < 0.6
        day, label = str(int(d.rng.integers(1, 29))), some_words(d.rng, 1, 2)
        amount = f"{int(d.rng.integers(1, 900))}.{int(d.rng.integers(0, 100)):02}"
        first = '"' if again else months[min(row // 2, 5)]
        columns = zip((8 + again, 14, 18), (first, day, label), strict=True)
        for at, text in columns:
            sheet.write(at * wide, y, text, font)
        sheet.write_right(62 * wide, y, amount, font)
        sheet.lines.append(f"{first} {day} {label} {amount}")
        y += round(1.5 * font.size)
    return finish(sheet)


def draw_braced(d: Drawing) -> OddPage:
    """A cast: a brace joins some of its parts to what they have in common."""
    sheet = d.sheet(5, 5)
    font, y = d.font(sheet, d.serif, 10, 12), sheet.height // 8
    left, step = sheet.width // 10, round(1.4 * font.size)
    for group in range(3):
        count = (1, int(d.rng.integers(2, 6)), 1)[group]
        names = [some_words(d.rng, 1, 1).upper() + "," for _ in range(count)]
        joined = some_words(d.rng, 2, 2) + "."
        end = left + max(font.getlength(name) for name in names)
        for k, name in enumerate(names):
            sheet.write(left, y + k * step, name, font)
        middle = y + (count - 1) * step // 2
        sheet.write(end + 2 * font.size, middle, joined, font)
        if count > 1:
            _draw_brace(sheet, round(end), round(y - font.size), y + (count - 1) * step, font)
            sheet.lines += [*names, joined]
        else:
            sheet.lines.append(f"{names[0]} {joined}")
        y += count * step + step // 2
    return finish(sheet)


def draw_standing_heads(d: Drawing) -> OddPage:
    """A ruled table of figures, the heads of whose columns stand."""
    sheet = d.sheet(6.5, 4.5)
    font = d.font(sheet, d.serif, 9, 11)
    count, step = int(d.rng.integers(3, 7)), round(1.6 * font.size)
    heads = [some_words(d.rng, 1, 2) for _ in range(count)]
    tall = round(max(font.getlength(head) for head in heads) + font.size)
    left, top = sheet.width // 12, sheet.height // 12
    columns = [left, *(left + round((6 + 3.4 * k) * font.size) for k in range(count + 1))]
    for k, head in enumerate(heads):
        strip = Image.new("L", (tall, step), 255)
        ImageDraw.Draw(strip).text((font.size // 3, 1.15 * font.size), head, 0, font, "ls")
        place = columns[k + 1] + round(font.size), top + 2
        sheet.image.paste(strip.rotate(90, expand=True), place)
    sheet.lines += heads
    rows = [top, *(top + tall + k * step for k in range(int(d.rng.integers(4, 9))))]
    for y in rows[2:]:
        name, figures = some_words(d.rng, 1, 1), d.rng.integers(0, 20_000, count)
        sheet.write(left + font.size // 2, y - 0.45 * font.size, name, font)
        for k, figure in enumerate(figures.tolist()):
            right = columns[k + 2] - font.size // 3
            sheet.write_right(right, y - 0.45 * font.size, f"{figure:,}", font)
        sheet.lines.append(" ".join([name, *(f"{figure:,}" for figure in figures.tolist())]))
    for y in rows:
        sheet.rule(left, y, columns[-1], y)
    for x in columns:
        sheet.rule(x, top, x, rows[-1])
    return finish(sheet)


def draw_directory(d: Drawing) -> OddPage:
    """A directory: columns parted by rules, names led to their numbers by dots."""
    sheet = d.sheet(7, 4)
    font, count = d.font(sheet, d.sans, 7.5, 9), int(d.rng.integers(2, 4))
    gutter, top = 2 * font.size, sheet.height // 12
    width = (sheet.width * 9 // 10 - (count - 1) * gutter) // count
    for column in range(count):
        left, y = sheet.width // 20 + column * (width + gutter), top
        while y < sheet.height * 0.85:
            y += round(1.35 * font.size)
            entry = f"{some_words(d.rng, 1, 1)} {d.rng.choice(list('ABCDEFGHJK'))}."
            number = str(int(d.rng.integers(100, 9999)))
            x = sheet.write(left, y, entry, font) + font.size // 2
            end, dot = left + width - font.getlength(number), max(3, round(font.size / 7))
            while x < end - font.size // 2:
                sheet.draw.ellipse((x, y - dot, x + dot - 1, y - 1), 0)
                x += font.size // 3
            sheet.write(end, y, number, font)
            sheet.lines.append(f"{entry} {number}")
        if column:
            x = left - gutter // 2
            sheet.rule(x, top, x, y)
    return finish(sheet)


def draw_solid(d: Drawing) -> OddPage:
    """Prose set solid: descenders touch what stands below them."""
    sheet = d.sheet(6, 4, 300)
    font = d.font(sheet, d.serif, 9, 11)
    margin, y = sheet.width // 9, sheet.height // 9
    spare = Sheet(sheet.width, sheet.height, sheet.dpi)
    set_prose(spare, font, d.rng, 0, sheet.height)
    for line in spare.lines[:18]:
        sheet.write(margin, y, line, font)
        sheet.lines.append(line)
        y += round(d.rng.uniform(0.98, 1.02) * font.size)
    return finish(sheet)


def _draw_brace(sheet: Sheet, x: int, top: int, bottom: int, font: Font) -> None:
    """A right brace from one height to another, a size of the face wide."""
    size, thick = font.size // 3, sheet.pixels(0.9)
    spine, middle = x + 2 * size, (top + bottom) // 2
    ends = ((top, 1), (bottom, -1))
    for y, down in ends:
        curve = np.linspace(0, np.pi / 2, 12)
        hook = [(spine - size * (1 - np.sin(a)), y + down * size * (1 - np.cos(a))) for a in curve]
        sheet.draw.line([(px, py) for px, py in hook], fill=0, width=thick)
        sheet.draw.line((spine, y + down * size, spine, middle - down * size), 0, thick)
        point = [
            (spine + size * (1 - np.cos(a)), middle - down * size * (1 - np.sin(a))) for a in curve
        ]
        sheet.draw.line([(px, py) for px, py in point], fill=0, width=thick)
