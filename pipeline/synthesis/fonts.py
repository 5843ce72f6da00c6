"""The catalogue of type faces: found by fontconfig, grouped by faces.yaml, probed for the
characters they really have."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import yaml
from fontTools.ttLib import TTFont, TTLibError
from PIL import ImageFont

from pipeline.errors import MissingToolError

CATALOGUE = Path(__file__).with_name("faces.yaml")
FETCHED_FACES = Path(__file__).parents[2] / "build" / "fonts" / "faces"  # by stages.fetch_faces
FRAKTUR = "fraktur"  # the group of faces.yaml whose hyphen is a double one
OUTLINE_SUFFIXES = (
    ".ttf",
    ".otf",
)  # what both FreeType and fontTools read; collections and Type 1 are left out
SMALL_CAPITALS = "small capitals"
STYLE_SHARE = {
    "regular": 1.0,
    "italic": 0.22,
    "bold": 0.22,
    "bold italic": 0.06,
    SMALL_CAPITALS: 0.3,
}
ESSENTIAL = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,;:!?'-")
PROBE_SIZE = 32


@dataclass(frozen=True)
class Face:
    """One cut of a family: its file, group, style, its share among all lines, and the characters
    that it draws."""

    path: str
    family: str
    group: str
    style: str
    share: float
    characters: frozenset[str]

    def draws(self, text: str) -> bool:
        """Whether the face has a glyph for every character of `text` that is not a space."""
        return self.characters.issuperset(text.replace(" ", ""))


def installed_fonts() -> list[tuple[str, str, str]]:
    """(file, family, style) of each installed outline font, in order of path.

    Raises:
        MissingToolError: fontconfig's fc-list is not installed.
    """
    return [row for row in _installed() if row[0].lower().endswith(OUTLINE_SUFFIXES)]


def installed_families() -> frozenset[str]:
    """The families of all installed fonts, of whatever format, as fontconfig names them."""
    return frozenset(family for _, family, _ in _installed())


def _installed() -> list[tuple[str, str, str]]:
    """(file, family, style) of each installed font, in order of path."""
    if shutil.which("fc-list") is None:
        raise MissingToolError("fc-list is not installed", "Run: make fonts")
    listing = _listed(["fc-list"])
    if FETCHED_FACES.is_dir():
        listing += _listed(["fc-scan", str(FETCHED_FACES)])
    rows = (line.split("\t") for line in listing.splitlines() if line.count("\t") == 2)
    return sorted({(file, family, style) for file, family, style in rows})


def _listed(command: list[str]) -> str:
    """What a program of fontconfig prints of its fonts, a line each."""
    program, *arguments = command
    layout = ["--format", "%{file}\t%{family[0]}\t%{style[0]}\n"]
    return subprocess.run(
        [program, *layout, *arguments], check=True, capture_output=True, text=True, timeout=300
    ).stdout


def style_of(path: str, family: str, style: str) -> str:
    """One of STYLE_SHARE's keys, from the names that fontconfig gives."""
    words = f"{style} {Path(path).stem} {family}".lower()
    bold = any(w in words for w in ("bold", "demi", "black", "heavy"))
    italic = any(w in words for w in ("italic", "oblique", "slanted"))
    if "caps" in words or " sc" in words or "smallcap" in words:
        return SMALL_CAPITALS
    return {(0, 0): "regular", (0, 1): "italic", (1, 0): "bold", (1, 1): "bold italic"}[
        int(bold), int(italic)
    ]


def drawn_characters(path: str, wanted: str) -> frozenset[str]:
    """Those of `wanted` that the font maps to a glyph and that leave ink unlike that of its
    missing-glyph box."""
    try:
        with TTFont(path, lazy=True) as font:
            mapped = set(map(chr, font.getBestCmap() or {}))
        face = ImageFont.truetype(path, PROBE_SIZE, layout_engine=ImageFont.Layout.BASIC)
    except (TTLibError, OSError):
        return frozenset()
    missing = face.getmask("\U0010ffff")
    drawn = set()
    for character in mapped & set(wanted):
        ink = face.getmask(character)
        # as arrays only where their sizes leave a doubt: making one takes longer than drawing it
        if ink.getbbox() and (
            ink.size != missing.size or np.any(np.asarray(ink) != np.asarray(missing))
        ):
            drawn.add(character)
    return frozenset(drawn)


def group_of(family: str, catalogue: dict) -> tuple[str, str] | None:
    """(group, catalogue family) of an installed family, or None; the longest matching name wins."""
    if any(word in family for word in catalogue["exclude"]):
        return None
    matches = [
        (len(name), group, name)
        for group, entry in catalogue["groups"].items()
        for name in entry["families"]
        if family.startswith(name)
    ]
    return max(matches)[1:] if matches else None


@lru_cache(maxsize=8)
def catalogue_faces(wanted: str, shares: tuple[tuple[str, float], ...] = ()) -> tuple[Face, ...]:
    """Every installed face of the catalogue that draws all letters and figures, with shares that
    sum to one.

    Args:
        wanted: the characters to look for in each face.
        shares: (group, share) of the groups to take; without any, all in the catalogue's shares.

    Raises:
        MissingToolError: fontconfig is missing, or none of the catalogue's faces is installed.
    """
    catalogue = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    given = dict(shares)
    for group, entry in catalogue["groups"].items():
        entry["share"] = given.get(group, 0.0) if given else entry["share"]
    found = []
    for path, family, style in installed_fonts():
        group = group_of(family, catalogue)
        if group and not catalogue["groups"][group[0]]["share"]:
            continue
        characters = drawn_characters(path, wanted) if group else frozenset()
        if group and characters >= ESSENTIAL:
            found.append((path, *group, style_of(path, family, style), characters))
    if not found:
        raise MissingToolError("no face of the catalogue is installed", "Run: make fonts")
    totals: dict[str, float] = {}
    for _, _, name, style, _ in found:
        totals[name] = totals.get(name, 0.0) + STYLE_SHARE[style]
    present = {(group, name) for _, group, name, _, _ in found}
    faces = [
        Face(
            path,
            name,
            group,
            style,
            _share(catalogue, present, group) * STYLE_SHARE[style] / totals[name],
            characters,
        )
        for path, group, name, style, characters in found
    ]
    whole = sum(face.share for face in faces)
    return tuple(
        Face(f.path, f.family, f.group, f.style, f.share / whole, f.characters) for f in faces
    )


def absent_families(
    faces: Sequence[Face], groups: Sequence[str], installed: Collection[str]
) -> list[str]:
    """Families of the catalogue that are not installed. One that is, but of which there is no face
    as it lacks letters or is of a format that cannot be drawn with, is none of them.

    Args:
        groups: that are taken; without any, those that have a share by themselves.
        installed: families of fonts of any format, as fontconfig names them.
    """
    catalogue = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    there = {face.family for face in faces}
    there |= {found[1] for family in installed if (found := group_of(family, catalogue))}
    return [
        family
        for group, entry in catalogue["groups"].items()
        for family in entry["families"]
        if (group in groups if groups else entry["share"]) and family not in there
    ]


def _share(catalogue: dict, present: set[tuple[str, str]], group: str) -> float:
    """The share of one family of `group`."""
    return catalogue["groups"][group]["share"] / sum(1 for g, _ in present if g == group)
