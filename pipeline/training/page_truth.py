"""Pages with a true text in PAGE XML (PRImA) or ALTO (Library of Congress): lines with their text,
polygon and baseline, in pixels of the page's image.

Any version of either format is read: elements are found by their name, whatever their namespace.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from lxml import etree

from pipeline.errors import DataError
from pipeline.geometry import Point
from pipeline.languages import code_of
from pipeline.recognition.origin import NOWHERE, Origin
from pipeline.transcription import Transcription, read_transcription

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
FRAKTUR = "Latf"  # ISO 15924; Latn says nothing of the type


@dataclass(frozen=True)
class TrueLine:
    """A line's text with its outline and baseline, either of which may be empty; `kind` is what the
    transcribers called it, such as HeadingLine; `origin`: what the file says of its language and
    script."""

    text: str
    polygon: tuple[Point, ...] = ()
    baseline: tuple[Point, ...] = ()
    kind: str = ""
    origin: Origin = NOWHERE


@dataclass(frozen=True)
class TruePage:
    """The name of a page's image, its width and height in the units of the coordinates, and its
    lines in the order of the file."""

    image: str
    width: float
    height: float
    lines: tuple[TrueLine, ...]


def read_page_truth(path: Path) -> TruePage:
    """A page of either format, told by its root element.

    Raises:
        DataError: it is neither, or damaged.
    """
    root = _root(path)
    match etree.QName(root).localname:
        case "PcGts":
            return _page_xml(root, path)
        case "alto":
            return _alto(root, path)
        case other:
            raise DataError(f"{path} is neither PAGE XML nor ALTO: its root is {other}")


def read_truth(path: Path) -> Transcription:
    """The true text of a book: a folder with a page each in PAGE XML or ALTO, told by the number
    that the name begins with (0001.xml, 0001.page.xml, 0001.alto.xml); or what `read_transcription`
    reads.

    Raises:
        DataError: there is none, or a page cannot be read.
    """
    pages: dict[int, str] = {}
    for file in sorted(path.glob("*.xml")):
        number = file.name.partition(".")[0]
        if number.isdecimal() and int(number) not in pages:
            pages[int(number)] = "\n".join(line.text for line in read_page_truth(file).lines)
    return Transcription(pages) if pages else read_transcription(path)


def read_page_xml(path: Path) -> TruePage:
    """A page of PAGE XML. Raises DataError where it is none."""
    return _page_xml(_root(path), path)


def read_alto(path: Path) -> TruePage:
    """A page of ALTO. Raises DataError where it is none."""
    return _alto(_root(path), path)


def parse_points(text: str) -> tuple[Point, ...]:
    """Points of `x,y x,y …` or `x y x y …`; an odd number of numbers is no list of points."""
    numbers = [float(n) for n in NUMBER.findall(text)]
    return tuple(zip(numbers[::2], numbers[1::2], strict=True)) if len(numbers) % 2 == 0 else ()


def _root(path: Path) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(path.read_bytes(), parser)
    except etree.XMLSyntaxError as error:
        raise DataError(f"{path} is no XML: {error}") from error


def _all(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Every descendant of that name, whatever its namespace."""
    return element.iter(f"{{*}}{name}")


def _first(element: etree._Element, *names: str) -> etree._Element | None:
    """What is reached by going down through the first child of each name."""
    found: etree._Element | None = element
    for name in names:
        found = found.find(f"{{*}}{name}") if found is not None else None
    return found


def _sheet(root: etree._Element, path: Path) -> etree._Element:
    sheet = next(_all(root, "Page"), None)
    if sheet is None:
        raise DataError(f"{path} describes no page")
    return sheet


def _number(element: etree._Element, name: str) -> float:
    found = NUMBER.fullmatch(element.get(name, "").strip())
    return float(found[0]) if found else 0.0


def _origin(line: etree._Element) -> Origin:
    """The language and the script of a line, or of what it stands in."""
    found = NOWHERE
    for element in (line, *line.iterancestors()):
        said = element.get("primaryLanguage") or element.get("language") or element.get("LANG", "")
        script = element.get("primaryScript", "").startswith(FRAKTUR)
        found = found.or_else(Origin(language=code_of(said), script="fraktur" if script else ""))
    return found


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _base_name(path: str) -> str:
    """The last part of a path of any system: names in such files lead nowhere else."""
    return PureWindowsPath(path.strip()).name


# PAGE XML


def _page_xml(root: etree._Element, path: Path) -> TruePage:
    sheet = _sheet(root, path)
    return TruePage(
        _base_name(sheet.get("imageFilename", "")),
        _number(sheet, "imageWidth"),
        _number(sheet, "imageHeight"),
        tuple(_page_xml_line(line) for line in _all(sheet, "TextLine")),
    )


def _page_xml_line(line: etree._Element) -> TrueLine:
    kind = re.search(r"structure\s*\{[^}]*type:\s*([^;}]+)", line.get("custom", ""))
    return TrueLine(
        _page_xml_text(line) or _clean(" ".join(map(_page_xml_text, line.findall("{*}Word")))),
        _points_of(line, "Coords"),
        _points_of(line, "Baseline"),
        kind[1].strip() if kind else "",
        _origin(line),
    )


def _page_xml_text(element: etree._Element) -> str:
    """The text that stands first among the readings of a line or word."""
    readings = sorted(
        element.findall("{*}TextEquiv"), key=lambda reading: _number(reading, "index")
    )
    for reading in readings:
        for name in ("Unicode", "PlainText"):
            text = reading.findtext(f"{{*}}{name}")
            if text:
                return _clean(text)
    return ""


def _points_of(line: etree._Element, name: str) -> tuple[Point, ...]:
    element = _first(line, name)
    if element is None:
        return ()
    if element.get("points"):
        return parse_points(element.get("points", ""))
    # before 2013 each point was an element of its own
    return tuple((_number(p, "x"), _number(p, "y")) for p in element.findall("{*}Point"))


# ALTO


def _alto(root: etree._Element, path: Path) -> TruePage:
    sheet = _sheet(root, path)
    tags = {tag.get("ID"): tag.get("LABEL", "") for tag in root.findall("{*}Tags/*")}
    name = root.findtext("{*}Description/{*}sourceImageInformation/{*}fileName") or ""
    return TruePage(
        _base_name(name),
        _number(sheet, "WIDTH"),
        _number(sheet, "HEIGHT"),
        tuple(_alto_line(line, tags) for line in _all(sheet, "TextLine")),
    )


def _alto_line(line: etree._Element, tags: dict[str | None, str]) -> TrueLine:
    shape = _first(line, "Shape", "Polygon")
    kinds = (tags.get(ref, "") for ref in line.get("TAGREFS", "").split())
    return TrueLine(
        _alto_text(line),
        parse_points(shape.get("POINTS", "")) if shape is not None else _alto_box(line),
        parse_points(line.get("BASELINE", "")),
        " ".join(kind for kind in kinds if kind),
        _origin(line),
    )


def _alto_text(line: etree._Element) -> str:
    """Strings with the spaces and the hyphen between them; files without any space elements have
    one string a line, or leave the spaces to be understood."""
    spaced = line.find("{*}SP") is not None
    parts: list[str] = []
    for element in line:
        match etree.QName(element).localname:
            case "String":
                parts += [] if spaced or not parts else [" "]
                parts.append(element.get("CONTENT", ""))
            case "SP":
                parts.append(" ")
            case "HYP":
                parts.append(element.get("CONTENT", "-"))
    return _clean("".join(parts))


def _alto_box(line: etree._Element) -> tuple[Point, ...]:
    left, top = _number(line, "HPOS"), _number(line, "VPOS")
    right, bottom = left + _number(line, "WIDTH"), top + _number(line, "HEIGHT")
    return ((left, top), (right, top), (right, bottom), (left, bottom)) if right > left else ()
