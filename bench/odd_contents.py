"""Odd pages by what is printed on them: light letters, rules and tables, type as it comes."""

from __future__ import annotations

import numpy as np

from bench.odd_drawing import Drawing, OddPage, finish, prose
from bench.odd_sheets import Sheet, add_noise, open_face, set_prose, some_words


def draw_single(d: Drawing) -> OddPage:
    """A page with one word or one figure."""
    sheet = d.sheet(6, 8)
    text = str(d.rng.integers(2, 400)) if d.rng.random() < 0.5 else some_words(d.rng, 1, 1)
    sheet.lines.append(text)
    sheet.write(sheet.width // 2, sheet.height // 2, text, d.font(sheet, d.serif, 10, 20))
    return finish(sheet)


def draw_negative(d: Drawing) -> OddPage:
    """A negative page, framed in white or not."""
    sheet = prose(d)
    ground, light = d.rng.uniform(0, 60), d.rng.uniform(190, 255)
    grey = ground + (255.0 - sheet.grey) / 255 * (light - ground)
    framed = np.full(sheet.grey.shape, 255.0)
    edge = sheet.width // 25 if d.rng.random() < 0.5 else 0
    framed[edge : sheet.height - edge, edge : sheet.width - edge] = grey[
        edge : sheet.height - edge, edge : sheet.width - edge
    ]
    return finish(sheet, add_noise(framed.astype(np.uint8), d.rng, d.rng.uniform(0, 4)))


def draw_screenshot(d: Drawing) -> OddPage:
    """A dark screenshot of 96 dpi."""
    sheet = d.sheet(9, 4, 96)
    set_prose(sheet, open_face(d.sans, int(d.rng.integers(13, 19)), d.rng), d.rng, 30, 360)
    ground, light = (int(d.rng.uniform(*span)) for span in ((15, 60), (180, 240)))
    return finish(sheet, (ground + (255.0 - sheet.grey) / 255 * (light - ground)).astype(np.uint8))


def draw_band(d: Drawing) -> OddPage:
    """White letters on a dark band above prose."""
    sheet = d.sheet()
    font, ground = d.font(sheet, d.serif), int(d.rng.choice([0, 40, 80, 110]))
    bold, left = d.font(sheet, d.sans, 11, 15), sheet.width // 9
    y = sheet.height // 12
    band = (left // 2, y, sheet.width - left // 2, y + round(2.2 * bold.size))
    sheet.draw.rectangle(band, fill=ground)
    sheet.lines.append(some_words(d.rng, 2, 4))
    sheet.write(left, y + round(1.4 * bold.size), sheet.lines[0], bold, 255)
    set_prose(sheet, font, d.rng, band[3] + round(font.size), sheet.height * 9 // 10)
    return finish(sheet, add_noise(sheet.grey, d.rng, 2))


def draw_header_row(d: Drawing) -> OddPage:
    """A table with a dark header row."""
    return finish(table(d, dark_header=True))


def draw_initial(d: Drawing) -> OddPage:
    """A white initial in a black box."""
    sheet = d.sheet()
    font, left = d.font(sheet, d.serif), sheet.width // 9
    large, y = open_face(d.serif, round(3 * font.size), d.rng), sheet.height // 8
    side = round(3.2 * font.size)
    letter, rest = str(d.rng.choice(list("ABDEHMNOST"))), some_words(d.rng, 5, 6).lower()
    sheet.draw.rectangle((left, y, left + side, y + side), fill=0)
    sheet.draw.text((left + side / 2, y + side / 2), letter, font=large, fill=255, anchor="mm")
    for k, line in enumerate((rest, some_words(d.rng, 5, 6).lower())):
        sheet.lines.append((letter if k == 0 else "") + line)
        sheet.write(left + side + font.size // 3, y + (1 + 1.3 * k) * font.size, line, font)
    set_prose(sheet, font, d.rng, y + side + round(font.size / 2), sheet.height * 9 // 10)
    return finish(sheet)


def draw_fill_in(d: Drawing) -> OddPage:
    """Labels, and values on rules, above them or at the baseline."""
    sheet, y = d.sheet(6, 3), 0
    sans, mono = d.font(sheet, d.sans), d.font(sheet, d.mono)
    left, beginning, on_line = sheet.width // 12, sheet.width // 3, d.rng.random() < 0.5
    for _ in range(int(d.rng.integers(3, 6))):
        y += round(2.4 * sans.size)
        label, value = some_words(d.rng, 1, 1) + ":", some_words(d.rng, 2, 4)
        sheet.lines.append(f"{label} {value}")
        sheet.write(left, y, label, sans)
        sheet.write(beginning, y, value, mono)
        level = y + (0 if on_line else sheet.pixels(2))
        sheet.rule(beginning - sheet.pixels(4), level, sheet.width - left, level)
    return finish(sheet)


def table(d: Drawing, dark_header: bool = False) -> Sheet:
    """A ruled grid of words or figures."""
    sheet = d.sheet(6, 4)
    font, figures = d.font(sheet, d.sans, 9, 11), d.rng.random() < 0.5
    columns, rows = int(d.rng.integers(3, 6)), int(d.rng.integers(4, 9))
    left, top, high = sheet.width // 12, sheet.height // 12, round(2 * font.size)
    wide = (sheet.width - 2 * left) // columns
    if dark_header:
        sheet.draw.rectangle((left, top, left + columns * wide, top + high), fill=30)
    for row in range(rows):
        cells = [
            f"{d.rng.uniform(1, 9999):,.2f}" if figures and row else some_words(d.rng, 1, 1)
            for _ in range(columns)
        ]
        sheet.lines.append(" ".join(cells))
        y = top + row * high + round(1.4 * font.size)
        for column, cell in enumerate(cells):
            fill = 255 if dark_header and row == 0 else 0
            sheet.write(left + column * wide + font.size // 2, y, cell, font, fill)
    for row in range(rows + 1):
        sheet.rule(left, top + row * high, left + columns * wide, top + row * high)
    for column in range(columns + 1):
        sheet.rule(left + column * wide, top, left + column * wide, top + rows * high)
    return sheet


def draw_table(d: Drawing) -> OddPage:
    """A ruled grid."""
    return finish(table(d))


def draw_graph_paper(d: Drawing) -> OddPage:
    """Typescript on graph paper."""
    sheet = prose(d, faces=d.mono)
    grey, step = sheet.grey.astype(float), sheet.pixels(d.rng.uniform(10, 16))
    lines = np.full(grey.shape, 255.0)
    lines[::step] = lines[:, ::step] = d.rng.uniform(90, 190)
    return finish(sheet, np.minimum(grey, lines).astype(np.uint8))


def draw_leaders(d: Drawing) -> OddPage:
    """A table of contents with leaders."""
    sheet = d.sheet()
    font, number, y = d.font(sheet, d.serif), 1, sheet.height // 10
    left, right = sheet.width // 10, sheet.width * 9 // 10
    while y < sheet.height * 0.85:
        y += round(1.8 * font.size)
        title = some_words(d.rng, 2, 5)
        sheet.lines.append(f"{title} {number}")
        start = sheet.write(left, y, title + " ", font)
        end = right - font.getlength(f" {number}")
        step = font.getlength(".") * 1.5
        for k in range(int((end - start) // step)):
            sheet.write(end - (k + 1) * step, y, ".", font)
        sheet.write_right(right, y, str(number), font)
        number += int(d.rng.integers(2, 40))
    return finish(sheet)


def draw_spaced(d: Drawing) -> OddPage:
    """A letter-spaced heading above prose."""
    sheet = d.sheet()
    font, x = d.font(sheet, d.serif), float(sheet.width // 9)
    heading = some_words(d.rng, 1, 2)
    for letter in heading:
        width = font.getlength(letter) + font.size * (0.3 if letter != " " else 0.6)
        sheet.write(x, sheet.height // 10, letter, font)
        x += width
    sheet.lines.append(heading)
    set_prose(sheet, font, d.rng, sheet.height // 7, sheet.height * 9 // 10)
    return finish(sheet)


def draw_sizes(d: Drawing) -> OddPage:
    """Sizes from 6 to 90 points."""
    sheet, y = d.sheet(7, 6, 300), 0
    for points in (6, 8, 11, 18, 40, 90):
        font = open_face(d.serif, sheet.pixels(points), d.rng)
        y += round(1.5 * font.size)
        sheet.lines.append(some_words(d.rng, 1, 1) if points > 30 else some_words(d.rng, 4, 4))
        sheet.write(sheet.width // 12, y, sheet.lines[-1], font)
    return finish(sheet)


def draw_bullets(d: Drawing) -> OddPage:
    """Bullets, and letters and figures that count."""
    sheet = d.sheet(5, 3)
    font, y = d.font(sheet, d.sans), 0
    for mark in ("•", "–", "1)", "(a)", "iv.", "A."):
        y += round(1.9 * font.size)
        text = some_words(d.rng, 3, 6) + "."
        sheet.lines.append(f"{mark} {text}")
        sheet.write(sheet.width // 10, y, mark, font)
        sheet.write(sheet.width // 5, y, text, font)
    return finish(sheet)
