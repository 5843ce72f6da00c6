"""The invisible text of a page of a PDF: its words in their boxes, in a font of empty glyphs.
ISO 32000-1 (PDF 1.7), section 9."""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import lru_cache

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pikepdf import Array, Dictionary, Name, Stream

from pipeline.config import Spelling
from pipeline.document import Page
from pipeline.export.source import SourceLine, reading_regions
from pipeline.geometry import Box

FONT = Name("/RectoInvisible")
INVISIBLE = 3  # text rendering mode, table 106
ADVANCE = 0.5  # width of the invisible glyph, in ems
# A code of the font has two bytes: characters beyond them are shown as another, and say what they
# are.
LAST_CODE, NO_CODE = "\uffff", "\N{REPLACEMENT CHARACTER}"


def text_layer(page: Page, spelling: Spelling = "printed") -> bytes:
    """The operators that write a page's words into their boxes, invisible; pixels of the page as
    supplied, y downwards."""
    shown = [
        part
        for region in reading_regions(page, spelling)
        for line in region.lines
        for part in _line(line)
    ]
    if not shown:
        return b""
    return b"\n".join([b"BT", b"%s 1 Tf" % str(FONT).encode(), b"%d Tr" % INVISIBLE, *shown, b"ET"])


def _line(line: SourceLine) -> Iterable[bytes]:
    """Each word, and the space after it, as wide as the white that stands there."""
    along = line.along
    for k, word in enumerate(line.words):
        yield _shown(word.text, word.box, along)
        if k + 1 < len(line.words):
            yield _shown(" ", _between(word.box, line.words[k + 1].box, along), along)


def _between(first: Box, second: Box, along: tuple[int, int]) -> Box:
    """The white from one box to the next in the direction of reading, as high as both; a pixel of
    the way where they touch, as viewers would make one word of two without a space."""
    left, top, right, bottom = Box.around([first, second]).as_tuple()
    if along[0]:
        low, high = (first.right, second.left) if along[0] > 0 else (second.right, first.left)
        return Box(low, top, max(high, low + 1), bottom)
    low, high = (first.bottom, second.top) if along[1] > 0 else (second.bottom, first.top)
    return Box(left, low, right, max(high, low + 1))


def _shown(text: str, box: Box, along: tuple[int, int]) -> bytes:
    """Text that fills a box exactly: the font is one unit high, and stretched."""
    dx, dy = along
    up = (dy, -dx)
    length, size = (box.width, box.height) if dx else (box.height, box.width)
    stretch = length / (ADVANCE * len(text))
    x = box.left if (dx, dy) in ((1, 0), (0, 1)) else box.right
    y = box.bottom if (dx, dy) in ((1, 0), (0, -1)) else box.top
    matrix = (dx * stretch, dy * stretch, up[0] * size, up[1] * size, x, y)
    place = " ".join(f"{value:.4f}".rstrip("0").rstrip(".") for value in matrix).encode()
    coded = "".join(one if one <= LAST_CODE else NO_CODE for one in text)
    showing = b"%s Tm <%s> Tj" % (place, _utf16(coded))
    # section 14.9.4: what a viewer finds and copies in place of what is shown
    return (
        showing
        if coded == text
        else b"/Span <</ActualText <feff%s>>> BDC %s EMC" % (_utf16(text), showing)
    )


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be").hex().encode()


@lru_cache(maxsize=1)
def blank_font() -> bytes:
    """A TrueType font of which every character is an empty glyph, half an em wide."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "blank"])
    builder.setupCharacterMap({0x20: "blank"})
    empty = TTGlyphPen(None).glyph()
    builder.setupGlyf({".notdef": empty, "blank": empty})
    builder.setupHorizontalMetrics(
        {name: (int(1000 * ADVANCE), 0) for name in (".notdef", "blank")}
    )
    builder.setupHorizontalHeader(ascent=1000, descent=-1)
    builder.setupNameTable(
        {"familyName": str(FONT)[1:], "styleName": "Regular", "psName": str(FONT)[1:]}
    )
    builder.setupOS2(sTypoAscender=1000, sTypoDescender=-1, usWinAscent=1000, usWinDescent=1)
    builder.setupPost()
    builder.setupHead(unitsPerEm=1000, created=0, modified=0)
    builder.font.recalcTimestamp = False
    data = io.BytesIO()
    builder.save(data)
    return data.getvalue()


RANGES = [  # a range stays within one first byte
    b"<%02X00> <%02XFF> <%02X00>" % (high, high, high) for high in range(256)
]
BLOCK = 100  # ranges that one operator may take (Adobe Technical Note 5411)
TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
%s
endcmap CMapName currentdict /CMap defineresource pop end end
""" % b"\n".join(
    b"%d beginbfrange\n%s\nendbfrange" % (len(block), b"\n".join(block))
    for block in (RANGES[k : k + BLOCK] for k in range(0, len(RANGES), BLOCK))
)


def invisible_font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """The invisible font: codes are UTF-16, every one of them the same empty glyph."""
    name = Name(str(FONT))
    descriptor = pdf.make_indirect(
        Dictionary(
            Type=Name.FontDescriptor,
            FontName=name,
            Flags=4,
            FontBBox=Array([0, -1, 500, 1000]),
            ItalicAngle=0,
            Ascent=1000,
            Descent=-1,
            CapHeight=1000,
            StemV=80,
            FontFile2=Stream(pdf, blank_font(), Length1=len(blank_font())),
        )
    )
    descendant = pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=name,
            DW=int(1000 * ADVANCE),
            FontDescriptor=descriptor,
            CIDSystemInfo=Dictionary(
                Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
            ),
            CIDToGIDMap=Stream(pdf, b"\x00\x01" * 65536),
        )
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([descendant]),
            ToUnicode=Stream(pdf, TO_UNICODE),
        )
    )
