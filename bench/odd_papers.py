"""Odd pages as papers of offices have them: accounts, the heads of letters, casts, lists of books,
and images that declare another resolution than their own."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from bench.odd_drawing import Drawing, OddPage, finish
from bench.odd_sheets import add_noise, set_prose, some_words


def draw_account(d: Drawing) -> OddPage:
    """Entries with pounds, shillings and pence: ruled are the columns, the head, and the sum or
    not."""
    sheet = d.sheet(6, 5)
    font, left = d.font(sheet, d.serif, 9, 12), sheet.width // 12
    columns = [left, *(round(share * sheet.width) for share in (0.55, 0.69, 0.78, 0.87))]
    top, step = sheet.height // 10, round(1.5 * font.size)
    rows: list[tuple[str, ...]] = [("Entry", "£", "s.", "d.")]
    for _ in range(int(d.rng.integers(5, 11))):
        money = [int(d.rng.integers(*span)) for span in ((1, 900), (10, 20), (0, 12))]
        rows.append((some_words(d.rng, 1, 2), *map(str, money)))
    y = top
    for row in rows:
        y += step
        sheet.write(columns[0] + font.size // 2, y, row[0], font)
        for x, text in zip(columns[2:], row[1:], strict=True):
            sheet.write_right(x - font.size // 3, y, text, font)
        sheet.lines.append(" ".join(row))
    foot = y + step // 2
    for x in columns:
        sheet.rule(x, top, x, foot)
    foots = [y - font.size, foot] if d.rng.random() < 0.5 else []
    for at in (top, top + round(1.4 * step), *foots):
        sheet.rule(columns[0], at, columns[-1], at)
    return finish(sheet)


def draw_cast(d: Drawing) -> OddPage:
    """A playbill: parts on the left, and far from them the names of the players on the right."""
    sheet = d.sheet(6, 5)
    font, large = d.font(sheet, d.serif, 10, 13), d.font(sheet, d.serif, 24, 36)
    left, right, y = sheet.width // 10, sheet.width * 9 // 10, sheet.height // 5
    sheet.lines.append(some_words(d.rng, 1, 1).upper())
    sheet.draw.text((sheet.width // 2, y), sheet.lines[0], font=large, fill=0, anchor="ms")
    for _ in range(int(d.rng.integers(5, 9))):
        y += round(1.5 * font.size)
        part = some_words(d.rng, 1, 2)
        name = f"{d.rng.choice(['Mr.', 'Mrs.', 'Miss'])} {some_words(d.rng, 1, 1).upper()}"
        sheet.write(left, y, part, font)
        sheet.write_right(right, y, name, font)
        sheet.lines.append(f"{part} {name}")
    return finish(sheet)


def draw_letter_head(d: Drawing) -> OddPage:
    """The head of a letter: what stands left and right above a name, the date, and the letter."""
    sheet = d.sheet(6.5, 6)
    small, font = d.font(sheet, d.serif, 7.5, 8.5), d.font(sheet, d.serif, 10, 12)
    left, right, y = sheet.width // 10, sheet.width * 9 // 10, sheet.height // 10
    beside = [some_words(d.rng, 2, 3) for _ in range(4)]
    for k, text in enumerate(beside):
        at = (left, right)[k // 2]
        floor = y + (k % 2) * round(1.3 * small.size)
        sheet.draw.text((at, floor), text, font=small, fill=0, anchor=("ls", "rs")[k // 2])
    name, date = some_words(d.rng, 2, 2).upper(), f"{int(d.rng.integers(10, 29))}th March, 1907."
    y += round(4 * small.size)
    large = d.font(sheet, d.serif, 20, 24)
    sheet.draw.text((sheet.width // 2, y), name, font=large, fill=0, anchor="ms")
    y += round(2 * large.size)
    sheet.write_right(right, y, date, font)
    sheet.lines += [*beside, name, date]
    set_prose(sheet, font, d.rng, round(y + 3 * font.size), sheet.height * 9 // 10)
    return finish(sheet)


def draw_authors(d: Drawing) -> OddPage:
    """A list of books: a long dash stands for the author of the title above."""
    sheet = d.sheet(6, 4)
    font, left, y = d.font(sheet, d.serif, 9, 12), sheet.width // 10, sheet.height // 10
    while y < sheet.height * 0.9:
        title = some_words(d.rng, 2, 3) + f", {int(d.rng.integers(1700, 1900))}."
        author = some_words(d.rng, 1, 1) + ", "
        if sheet.lines and d.rng.random() < 0.5:
            author = "———— "
            dash = (left, y - font.size // 4, left + 3 * font.size, y - font.size // 4)
            sheet.rule(*dash, 0.5)
            sheet.write(left + 3.3 * font.size, y, title, font)
        else:
            sheet.write(left, y, author + title, font)
        sheet.lines.append(author + title)
        y += round(1.4 * font.size)
    return finish(sheet)


def draw_undeclared(d: Drawing) -> OddPage:
    """Small print whose letters touch, in an image that declares twice its resolution."""
    sheet = d.sheet(6, 4, int(d.rng.integers(130, 156)))
    font = d.font(sheet, d.serif, 7.5, 9)
    set_prose(sheet, font, d.rng, sheet.height // 10, sheet.height * 9 // 10)
    soft = cv2.GaussianBlur(sheet.grey, (0, 0), d.rng.uniform(0.3, 0.6))
    page = finish(sheet, add_noise(np.asarray(soft, np.uint8), d.rng, d.rng.uniform(2, 6)))
    return replace(page, dpi=(300, 300))
