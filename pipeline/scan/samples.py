"""Whether the samples of an image are all there, where its raster has an edge on which nothing is.

Decoders show what they can: where data are cut off or damaged, they leave the rest of a page white,
grey or black, mostly without a word, and lines that are lost would pass for paper. Scans have noise
at their edges; a raster with an edge of one value may be such a rest, and only its data are decoded
once more, strictly: JPEG by qpdf, PNG by zlib, faxes by poppler.
"""

from __future__ import annotations

import io
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image

from pipeline.errors import PageError
from pipeline.pdf_files import save_whole
from pipeline.scan.poppler import render_page

# what is raised where data are so odd that nothing can be told of them: Pillow has shown them
UNKNOWN = (
    *(pikepdf.PdfError, PageError, OSError, ValueError, TypeError, KeyError, IndexError),
    *(AttributeError, OverflowError, RuntimeError, zlib.error),
)
MISSING_SHARE = 0.01  # of an image's bytes: with less, a row or two, it is as good as whole
CUT_OFF = "its data end before its last row"
CHUNK = 1 << 20
# of a PNG's kinds of samples (PNG specification, section 11.2.1), how many make a pixel
PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# its passes when it is interlaced (section 8.2): first column and row, and steps
PNG_PASSES = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2)),
    (0, 1, 1, 2),
)
# tags of TIFF 6.0 and its supplement 2
COMPRESSION, FILL_ORDER, STRIPS, STRIP_BYTES, STRIP_ROWS = 259, 266, 273, 279, 278
T4_OPTIONS, TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES, TABLES = 292, 322, 323, 324, 325, 347
RLE, GROUP_3, GROUP_4, JPEG = 2, 3, 4, 7
LOWEST_BIT_FIRST, TWO_DIMENSIONS = 2, 1
FAX_BANDS = 200  # bands of rows that are looked at
BAND = 10  # points of a side of a band's picture, of which one pixel is made
FAX_TOLERANCE = 8  # grey levels by which the mean of a band and its negative may miss white
# of a JBIG2 segment's header
MANY_REFERRED, LONG_PAGE_NUMBER, UNKNOWN_LENGTH = 7, 0x40, 0xFFFFFFFF
MOST_PARTS = 10_000  # strips or tiles of an image


def ends_flat(grey: NDArray[np.uint8]) -> bool:
    """Whether an edge of a raster is of one value."""
    edges = (grey[0], grey[-1], grey[:, 0], grey[:, -1])
    return any(edge.min() == edge.max() for edge in edges)


def file_fault(path: Path, image: Image.Image) -> str:
    """What is wrong with the data of the image that a file stands at; empty where nothing is, or
    where its format is not looked through."""
    try:
        match image.format:
            case "JPEG" | "MPO":
                return jpeg_fault(path.read_bytes())
            case "PNG":
                return png_fault(path)
            case "TIFF":
                return _tiff_fault(path, image)
    except UNKNOWN:
        return ""
    return ""


def jpeg_fault(data: bytes) -> str:
    """What is wrong with a JPEG, of which libjpeg would only warn."""
    with pikepdf.new() as pdf:
        try:
            Stream(pdf, data, Filter=Name.DCTDecode).get_stream_buffer(
                pikepdf.StreamDecodeLevel.all
            )
        except (pikepdf.PdfError, RuntimeError, ValueError) as error:
            return str(error)
        return ""


def png_fault(path: Path) -> str:
    """Whether the pixels of a PNG end early: Pillow leaves those that are missing black."""
    with path.open("rb") as file:
        file.seek(8)
        wanted, found, unpack = 0, 0, zlib.decompressobj()
        for kind, data in _png_chunks(file):
            if kind == b"IHDR":
                wanted = _png_bytes(data)
            elif kind == b"IDAT":
                while data and found < wanted:
                    found += len(unpack.decompress(data, CHUNK))
                    data = unpack.unconsumed_tail
    return CUT_OFF if found < (1 - MISSING_SHARE) * wanted else ""


def _png_chunks(file: io.BufferedReader) -> Iterator[tuple[bytes, bytes]]:
    """Kind and data of each chunk of a PNG, up to its end."""
    while len(head := file.read(8)) == 8 and head[4:] != b"IEND":
        yield head[4:], file.read(int.from_bytes(head[:4], "big"))
        file.seek(4, io.SEEK_CUR)  # the checksum, which Pillow has looked at


def _png_bytes(header: bytes) -> int:
    """Bytes that the pixels of a PNG are unpacked to, of its header. A row begins with its
    filter."""
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    bits = header[8] * PNG_CHANNELS[header[9]]
    passes = PNG_PASSES if header[12] else ((0, 0, 1, 1),)
    total = 0
    for left, top, across, down in passes:
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        total += rows * (1 + -(-columns * bits // 8)) if columns > 0 else 0
    return total


def _tiff_fault(path: Path, image: Image.Image) -> str:
    """What is wrong with strips or tiles of an image in a TIFF: of its compressions, those of which
    libtiff shows what it can."""
    tags = getattr(image, "tag_v2", {})
    compression = tags.get(COMPRESSION)
    if compression not in (RLE, GROUP_3, GROUP_4, JPEG):
        return ""
    parts = _tiff_parts(path, tags)
    if compression == JPEG:
        tables = bytes(tags.get(TABLES, b""))
        whole = (tables[:-2] + part[2:] if tables else part for part in parts)
        return next(filter(None, map(jpeg_fault, whole)), "")
    if tags.get(FILL_ORDER) == LOWEST_BIT_FIRST:
        parts = [_bits_turned(part) for part in parts]
    tiled, height = TILES in tags, image.height
    columns = int(tags[TILE_WIDTH] if tiled else image.width)
    rows = int(
        tags[TILE_HEIGHT] if tiled else min(tags.get(STRIP_ROWS, image.height), image.height)
    )
    two = compression == GROUP_3 and tags.get(T4_OPTIONS, 0) & TWO_DIMENSIONS
    kind = -1 if compression == GROUP_4 else 1 if two else 0
    fax = {"K": kind, "Columns": columns, "EncodedByteAlign": compression == RLE}
    return _fax_fault(parts, fax, rows, rows * len(parts) if tiled else height)


def _tiff_parts(path: Path, tags: Any) -> list[bytes]:
    """The data of each strip or tile of an image."""
    places, sizes = (TILES, TILE_BYTES) if TILES in tags else (STRIPS, STRIP_BYTES)
    with path.open("rb") as file:
        found = []
        for place, size in zip(tags[places][:MOST_PARTS], tags[sizes], strict=False):
            file.seek(place)
            found.append(file.read(size))
    return found


def _bits_turned(data: bytes) -> bytes:
    return np.packbits(np.unpackbits(np.frombuffer(data, np.uint8)), bitorder="little").tobytes()


def _fax_fault(parts: list[bytes], fax: dict[str, Any], rows: int, height: int) -> str:
    """Whether strips of a fax end early.

    Poppler is shown each strip twice, once with black and white exchanged: a row that is there is
    the negative of itself; one that is not is the same both times.
    """
    with tempfile.TemporaryDirectory() as folder, pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(2 * BAND, FAX_BANDS * BAND))
        images, drawn = Dictionary(), []
        for index, part in enumerate(parts):
            here = min(rows, height - index * rows)
            tall = FAX_BANDS * BAND * here / height
            bottom = FAX_BANDS * BAND * (1 - (index * rows + here) / height)
            for column, black in enumerate((False, True)):
                images[f"/I{index}.{column}"] = Stream(
                    pdf, part, Type=Name.XObject, Subtype=Name.Image, Width=fax["Columns"],
                    Height=here, BitsPerComponent=1, ColorSpace=Name.DeviceGray,
                    Filter=Name.CCITTFaxDecode,
                    DecodeParms=Dictionary(**fax, Rows=here, BlackIs1=black),
                )  # fmt: skip
                drawn.append(
                    f"q {BAND} 0 0 {tall:.4f} {BAND * column} {bottom:.4f} cm"
                    f" /I{index}.{column} Do Q"
                )
        page.obj.Resources = Dictionary(XObject=images)
        page.obj.Contents = Stream(pdf, "\n".join(drawn).encode())
        fax_pdf = Path(folder) / "fax.pdf"
        save_whole(pdf, fax_pdf)
        shown = render_page(fax_pdf, 1, 2, FAX_BANDS).astype(int)
    missing = np.abs(shown.sum(axis=1) - 255) > FAX_TOLERANCE
    return CUT_OFF if missing.mean() > MISSING_SHARE else ""


def page_fault(page: pikepdf.Page, flat: bool) -> str | None:
    """What is wrong with the data of the images on a page of a PDF; empty where nothing is, None
    where that is for poppler to say, as only it can decode them.

    Args:
        flat: its raster has an edge on which nothing is; else nothing is decoded.
    """
    unknown = False
    found: Iterable[Any] = page.get_images().values()
    for image in found:
        fault = _jbig2_fault(image) or (stream_fault(image) if flat else "")
        if fault:
            return fault
        unknown = unknown or fault is None
    return None if unknown else ""


def _jbig2_fault(image: Stream) -> str:
    """Whether a JBIG2 image (ISO 14492, 7.2) breaks off within a segment: decoders go on with
    zeros, which give noise."""
    if image.get("/Filter") not in (Name.JBIG2Decode, Array([Name.JBIG2Decode])):
        return ""
    data, at = image.read_raw_bytes(), 0
    while at + 11 <= len(data):
        number, flags, referred = int.from_bytes(data[at : at + 4], "big"), data[at + 4], at + 5
        count = data[referred] >> 5
        referred += 1
        if count == MANY_REFERRED:
            count = int.from_bytes(data[referred - 1 : referred + 3], "big") & 0x1FFFFFFF
            referred += 3 + (count + 8) // 8
        wide = 1 if number <= 256 else 2 if number <= 65536 else 4
        ends = referred + count * wide + (4 if flags & LONG_PAGE_NUMBER else 1) + 4
        length = int.from_bytes(data[ends - 4 : ends], "big")
        if length == UNKNOWN_LENGTH:
            return ""
        at = ends + length
    return CUT_OFF if at > len(data) else ""


def stream_fault(image: Stream) -> str | None:
    """What is wrong with the data of an image of a PDF; None where qpdf cannot decode them."""
    if not image.read_raw_bytes():
        return "its image has no data"
    filters = image.get("/Filter", Array())
    names = [filters] if isinstance(filters, Name) else list(filters)
    if names == [Name.CCITTFaxDecode]:
        height = int(image.Height)
        return _fax_fault([image.read_raw_bytes()], _fax_options(image), height, height)
    if names and names[-1] in (Name.CCITTFaxDecode, Name.JBIG2Decode, Name.JPXDecode):
        return None
    try:
        data = image.get_stream_buffer(pikepdf.StreamDecodeLevel.all)
    except (pikepdf.PdfError, RuntimeError) as error:
        return str(error)
    if names and names[-1] == Name.DCTDecode:
        return ""  # qpdf decodes JPEG to its end, or not at all
    return CUT_OFF if len(data) < (1 - MISSING_SHARE) * _image_bytes(image) else ""


def _fax_options(image: Stream) -> dict[str, Any]:
    """How a fax in a PDF is coded (ISO 32000-1, table 11), rows and colours aside."""
    options = image.get("/DecodeParms", Dictionary())
    if isinstance(options, Array):
        options = options[0] if len(options) else Dictionary()
    kept = ("/K", "/Columns", "/EncodedByteAlign", "/EndOfLine")
    found = {key[1:]: options[key] for key in kept if key in options}
    return {"Columns": 1728, **found}


def _image_bytes(image: Stream) -> int:
    """Bytes that the samples of an image of a PDF are, at the least."""
    stencil = bool(image.get("/ImageMask", False))
    bits = 1 if stencil else int(image.get("/BitsPerComponent", 1))
    row = -(-int(image.Width) * bits * _channels(image.get("/ColorSpace")) // 8)
    return row * int(image.Height)


def _channels(space: Any) -> int:
    """Samples to a pixel in a colour space; 1 where it is one that is not known."""
    if isinstance(space, Array) and len(space) > 1:
        if space[0] == Name.ICCBased:
            return int(space[1].get("/N", 1))
        if space[0] == Name.DeviceN:
            return len(space[1])
        space = space[0]
    kinds = {Name.DeviceRGB: 3, Name.CalRGB: 3, Name.Lab: 3, Name.DeviceCMYK: 4}
    return next((count for kind, count in kinds.items() if space == kind), 1)
