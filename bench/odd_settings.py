"""Odd pages by how they are set: what archives hold of shops, offices and walls."""

from __future__ import annotations

import cv2
import numpy as np

from bench.odd_drawing import Drawing, OddPage, finish, prose
from bench.odd_sheets import Grey, Rng, add_noise, open_face, set_prose, some_words
from pipeline.synthesis.degradation import smooth_field


def draw_unruled_table(d: Drawing) -> OddPage:
    """Names and columns of figures, kept apart by white alone."""
    sheet = d.sheet(6, 4.5)
    font, y = d.font(sheet, d.serif), sheet.height // 10
    columns, step = int(d.rng.integers(2, 5)), round(d.rng.uniform(1.3, 1.8) * font.size)
    edges = np.linspace(sheet.width * 0.5, sheet.width * 0.92, columns)
    for _ in range(int(d.rng.integers(6, 14))):
        cells = [f"{d.rng.integers(1, 99999):,}" for _ in range(columns)]
        name = some_words(d.rng, 1, 2)
        sheet.lines.append(" ".join([name, *cells]))
        sheet.write(sheet.width // 12, y, name, font)
        for edge, cell in zip(edges.tolist(), cells, strict=True):
            sheet.write_right(edge, y, cell, font)
        y += step
    return finish(sheet)


def draw_fine_print(d: Drawing) -> OddPage:
    """A few lines of 5 points below large type."""
    sheet = d.sheet(6, 4, 300)
    sizes = (d.rng.uniform(20, 34), 5)
    large, small = (open_face(d.serif, sheet.pixels(points), d.rng) for points in sizes)
    y = round(1.6 * large.size)
    for _ in range(int(d.rng.integers(2, 5))):
        sheet.lines.append(some_words(d.rng, 1, 2))
        sheet.write(sheet.width // 9, y, sheet.lines[-1], large)
        y += round(1.3 * large.size)
    for _ in range(int(d.rng.integers(1, 5))):
        sheet.lines.append(some_words(d.rng, 6, 10))
        sheet.write(sheet.width // 9, y, sheet.lines[-1], small)
        y += round(1.4 * small.size)
    return finish(sheet)


def draw_receipt(d: Drawing) -> OddPage:
    """A till's receipt: narrow, of 203 dpi, pale in streaks."""
    sheet = d.sheet(2.8, 5, 203)
    font, y = open_face(d.mono, sheet.pixels(d.rng.uniform(8, 10)), d.rng), 0
    left, right = sheet.width // 14, sheet.width * 13 // 14
    for k in range(int(d.rng.integers(10, 18))):
        y += round(1.35 * font.size)
        name, price = some_words(d.rng, 1, 2).upper()[:14], f"{d.rng.uniform(0.5, 90):.2f}"
        if k == 0:
            sheet.draw.text((sheet.width / 2, y), name, font=font, fill=0, anchor="ms")
        else:
            sheet.write(left, y, name, font)
            sheet.write_right(right, y, price, font)
        sheet.lines.append(name if k == 0 else f"{name} {price}")
    streaks = np.repeat(d.rng.uniform(0, 110, (1, sheet.width)), sheet.height, axis=0)
    pale = np.asarray(cv2.GaussianBlur(streaks, (0, 0), sheet.width / 40), np.uint8)
    return finish(sheet, add_noise(np.maximum(sheet.grey, pale), d.rng, 5))


def draw_comb(d: Drawing) -> OddPage:
    """Labels, and values letter by letter in the fields of a comb."""
    sheet, y = d.sheet(6, 3.5), 0
    sans, mono = d.font(sheet, d.sans), d.font(sheet, d.mono, 11, 14)
    left, start = sheet.width // 14, sheet.width * 2 // 5
    side = round(1.5 * mono.size)
    for _ in range(int(d.rng.integers(2, 5))):
        y += round(3.2 * mono.size)
        label = some_words(d.rng, 1, 2)
        figures = d.rng.random() < 0.5
        value = str(d.rng.integers(10**5, 10**8)) if figures else some_words(d.rng, 1, 1).upper()
        value = value[: (sheet.width - start - left) // side]
        sheet.lines.append(f"{label} {value}")
        sheet.write(left, y, label, sans)
        for k, letter in enumerate(value):
            x = start + k * side
            box = (x, y - round(1.15 * mono.size), x + side, y + round(0.35 * mono.size))
            sheet.draw.rectangle(box, outline=0, width=sheet.pixels(0.6))
            sheet.draw.text((x + side / 2, y), letter, font=mono, fill=0, anchor="ms")
    return finish(sheet)


def picture(rng: Rng, height: int, width: int) -> Grey:
    """Soft light and dark, as of a photograph."""
    field = 130 + 45 * smooth_field((height, width), min(height, width) / 6, rng)
    return np.asarray(np.clip(field, 20, 235), np.uint8)


def draw_labelled_picture(d: Drawing) -> OddPage:
    """White labels on a picture, above prose."""
    sheet = d.sheet()
    font, top = d.font(sheet, d.sans), sheet.height // 2
    shown = np.zeros((sheet.height, sheet.width), bool)
    shown[top:] = True
    for y in (top // 6, top // 2, top * 5 // 6):
        text, x = some_words(d.rng, 2, 3), int(d.rng.uniform(0.1, 0.4) * sheet.width)
        sheet.lines.append(text)
        end = sheet.write(x, y, text, font)
        shown[y - 2 * font.size : y + font.size, x - font.size : round(end) + font.size] = True
    set_prose(sheet, font, d.rng, top + round(font.size), sheet.height * 9 // 10)
    grey = np.where(shown, sheet.grey, picture(d.rng, sheet.height, sheet.width))
    return finish(sheet, grey)


def draw_mid_grey(d: Drawing) -> OddPage:
    """Light letters on a ground of middling grey, and dark ones on a tinted band."""
    sheet = d.sheet()
    font, middle = d.font(sheet, d.sans), sheet.height // 2
    set_prose(sheet, font, d.rng, sheet.height // 12, middle)
    tint, ground = int(d.rng.uniform(190, 235)), int(d.rng.uniform(100, 150))
    grey = np.minimum(sheet.grey, tint)
    text = some_words(d.rng, 3, 5)
    sheet.lines.append(text)
    box = (0, sheet.height - 4 * font.size, sheet.width, sheet.height)
    sheet.draw.rectangle(box, fill=ground)
    sheet.write(sheet.width // 9, sheet.height - round(1.6 * font.size), text, font, 250)
    grey[box[1] :] = sheet.grey[box[1] :]
    return finish(sheet, add_noise(grey, d.rng, 2))


def draw_pale_inks(d: Drawing) -> OddPage:
    """Lines of coloured ink, as a grey scanner sees them."""
    sheet = d.sheet()
    font, y = d.font(sheet, d.serif), sheet.height // 10
    while y < sheet.height * 0.85:
        sheet.lines.append(some_words(d.rng, 4, 6))
        shade = int(d.rng.choice([0, 60, 110, 150, 180]))
        sheet.write(sheet.width // 9, y, sheet.lines[-1], font, shade)
        y += round(1.5 * font.size)
    return finish(sheet)


def draw_underlined(d: Drawing) -> OddPage:
    """Prose with words underlined, or struck through."""
    sheet = d.sheet()
    font, y = d.font(sheet, d.serif), sheet.height // 10
    space, level = font.getlength(" "), d.rng.choice([0.12, 0.16, -0.22])
    while y < sheet.height * 0.85:
        x, words = float(sheet.width // 9), some_words(d.rng, 4, 6).split()
        for word in words:
            end = sheet.write(x, y, word, font)
            if d.rng.random() < 0.3:
                at = y + level * font.size
                sheet.rule(x, at, end, at, 0.6)
            x = end + space
        sheet.lines.append(" ".join(words))
        y += round(1.5 * font.size)
    return finish(sheet)


def draw_spaced_words(d: Drawing) -> OddPage:
    """Prose with words spaced out for emphasis."""
    sheet = d.sheet()
    font, y = d.font(sheet, d.serif), sheet.height // 10
    space, wide = font.getlength(" "), d.rng.uniform(0.15, 0.25) * font.size
    while y < sheet.height * 0.85:
        x, words = float(sheet.width // 9), some_words(d.rng, 4, 5).split()
        chosen = int(d.rng.integers(len(words)))
        for k, word in enumerate(words):
            for letter in word:
                x = sheet.write(x, y, letter, font) + (wide if k == chosen else 0)
            x += space
        sheet.lines.append(" ".join(words))
        y += round(1.4 * font.size)
    return finish(sheet)


def draw_poster(d: Drawing) -> OddPage:
    """Letters of some centimetres, and small print at the foot."""
    sheet = d.sheet(14, 14, 100)
    y = 0
    for points in (d.rng.uniform(150, 300), d.rng.uniform(70, 120), 40, 16, 10):
        sheet.lines.append(some_words(d.rng, 1, 1) if points > 60 else some_words(d.rng, 3, 4))
        # a long word is set smaller: what the page cuts off nobody can read
        points = min(points, 72 * 12 / (0.62 * len(sheet.lines[-1])))
        font = open_face(d.sans if points > 30 else d.serif, sheet.pixels(points), d.rng)
        y += round(1.35 * font.size)
        sheet.write(sheet.width // 14, y, sheet.lines[-1], font)
    return finish(sheet)


def draw_halftone(d: Drawing) -> OddPage:
    """Prose on a tint of halftone dots."""
    sheet = prose(d, 300)
    y, x = np.mgrid[: sheet.height, : sheet.width]
    angle, step = np.radians(d.rng.uniform(20, 70)), 300 / d.rng.uniform(70, 110)
    u, v = (x * np.cos(angle) + y * np.sin(angle)), (y * np.cos(angle) - x * np.sin(angle))
    dots = np.cos(2 * np.pi * u / step) + np.cos(2 * np.pi * v / step)
    tint = np.where(dots > d.rng.uniform(1.0, 1.5), d.rng.uniform(60, 150), 255.0)
    soft = cv2.GaussianBlur(np.minimum(sheet.grey, tint), (0, 0), 0.7)
    return finish(sheet, np.asarray(soft).astype(np.uint8))


def draw_map(d: Drawing) -> OddPage:
    """Names among the contours of a map."""
    sheet = d.sheet()
    font, y = d.font(sheet, d.serif, 8, 11), sheet.height // 10
    heights = smooth_field((sheet.height, sheet.width), sheet.width / 8, d.rng)
    grey = np.full(heights.shape, 255, np.uint8)
    for level in np.linspace(-1.5, 1.5, 7):
        edges, _ = cv2.findContours(
            (heights > level).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE
        )
        cv2.drawContours(grey, edges, -1, 0, sheet.pixels(0.4))
    while y < sheet.height * 0.9:
        text, x = some_words(d.rng, 1, 2), int(d.rng.uniform(0.05, 0.6) * sheet.width)
        sheet.lines.append(text)
        end = sheet.write(x, y, text, font)
        halo = font.size // 4
        grey[y - font.size : y + 2 * halo, x - halo : round(end) + halo] = 255
        y += round(3 * font.size)
    return finish(sheet, np.minimum(grey, sheet.grey))
