"""PDF/A-2b (ISO 19005-2, level B): whether a searchable PDF can claim it, and the claim.

A claim is made only for what can be seen to hold: the check is stricter than the standard where
that would ask for a full parser of fonts and images.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import ImageCms

from pipeline.pdf_files import (
    LARGEST_CONTENT,
    LARGEST_SIDE,
    ODD,
    SMALLEST_SIDE,
    content_bytes,
    limited_decoding,
    save_whole,
)
from pipeline.version import VERSION

FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
FORBIDDEN_KEYS = {
    "/JavaScript": "JavaScript",
    "/JS": "JavaScript",
    "/AA": "actions that run by themselves",
    "/OpenAction": "an action on opening",
    "/EmbeddedFiles": "embedded files",
    "/XFA": "an XFA form",
    "/OPI": "OPI comments",
    "/Alternates": "alternate images",
    "/Ref": "references to other files",
    "/PresSteps": "presentation steps",
}
FORBIDDEN_ANNOTATIONS = {"/3D", "/Sound", "/Screen", "/Movie", "/RichMedia", "/FileAttachment"}
CALIBRATED = {
    "/DeviceGray",
    "/DeviceRGB",
    "/CalGray",
    "/CalRGB",
    "/Lab",
    "/ICCBased",
    "/Indexed",
    "/Separation",
    "/Pattern",
}
# Colour spaces that stand on another one, and where that stands in theirs.
BASED = {"/Indexed": 1, "/Separation": 2, "/Pattern": 1}
DEEPEST_SPACE = 8  # spaces within spaces
KEPT_METADATA = ("dc:title", "dc:creator", "dc:description", "dc:language")
PRINTED = 4  # flag of an annotation (ISO 32000-1, table 165), which the standard wants set


def objections(pdf: pikepdf.Pdf, was_encrypted: bool) -> list[str]:
    """Why a PDF cannot claim PDF/A-2b; empty where nothing stands against it.

    Args:
        was_encrypted: its source was, so that its makers may not have meant it to be copied.
    """
    found = {"its source is encrypted"} if was_encrypted else set()
    for key in ("/OpenAction", "/AA"):
        if key in pdf.Root:
            found.add(FORBIDDEN_KEYS[key])
    for item in pdf.objects:
        for part in _parts(item):
            found.update(_objections(part))
    found.update(_painted_objections(pdf))
    for page in pdf.pages:
        sides = [abs(float(page.mediabox[k + 2]) - float(page.mediabox[k])) for k in (0, 1)]
        if max(sides) > LARGEST_SIDE or min(sides) < SMALLEST_SIDE:
            found.add("a page beyond the sizes that PDF/A allows")
    return sorted(found)


def _parts(item: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """An object, if it is a dictionary or a stream, and all such that lie within it and are no
    objects of their own."""
    if isinstance(item, Dictionary | Stream):
        yield item
    inner = (
        item.values()
        if isinstance(item, Dictionary)
        else item.stream_dict.values()
        if isinstance(item, Stream)
        else item
    )
    for part in inner if isinstance(item, Dictionary | Stream | Array) else ():
        if isinstance(part, Dictionary | Array) and not part.is_indirect:
            yield from _parts(part)


def _objections(item: pikepdf.Object) -> Iterator[str]:
    for key, what in FORBIDDEN_KEYS.items():
        if key in item and not (key == "/OpenAction" or key == "/AA"):
            yield what
    kind, subtype = str(item.get("/Type", "")), str(item.get("/Subtype", ""))
    if kind == "/FontDescriptor" and not any(key in item for key in FONT_FILES):
        yield f"the font {item.get('/FontName', '?')} is not embedded"
    if (
        kind == "/Font"
        and subtype in ("/Type1", "/TrueType", "/MMType1")
        and "/FontDescriptor" not in item
    ):
        yield f"the font {item.get('/BaseFont', '?')} is not embedded"
    if kind == "/Annot" or subtype in FORBIDDEN_ANNOTATIONS:
        if subtype in FORBIDDEN_ANNOTATIONS:
            yield f"an annotation of the kind {subtype[1:]}"
        elif "/AP" not in item and subtype not in ("/Link", "/Popup"):
            yield "an annotation without an appearance"
    spaces = item.get("/ColorSpace")
    if isinstance(spaces, Dictionary):  # of resources
        for space in spaces.values():
            yield from _space_objections(space)
    elif "/ShadingType" in item:
        yield from _space_objections(spaces)
    if "/CS" in item and str(item.get("/S", "")) == "/Transparency":
        yield from _space_objections(item.get("/CS"))
    if isinstance(item, Stream):
        yield from _stream_objections(item, subtype)


def _stream_objections(item: pikepdf.Object, subtype: str) -> Iterator[str]:
    filters = item.get("/Filter", Array([]))
    names = [str(name) for name in filters] if isinstance(filters, Array) else [str(filters)]
    if "/LZWDecode" in names:
        yield "LZW compression"
    if "/Crypt" in names:
        yield "an encrypted stream"
    if "/F" in item:
        yield "a stream in another file"
    if subtype == "/PS":
        yield "PostScript"
    if subtype == "/Image":
        if bool(item.get("/Interpolate", False)):
            yield "an image to be interpolated"
        yield from _colour_objections(item, names)


def _colour_objections(image: pikepdf.Object, filters: list[str]) -> Iterator[str]:
    """Colours must be known: the output intent is sRGB, so that grey and RGB are, and CMYK is
    not."""
    if bool(image.get("/ImageMask", False)):
        return
    space = image.get("/ColorSpace")
    if space is None:
        if "/JPXDecode" not in filters:
            yield "an image without a colour space"
        return
    yield from _space_objections(space)


def _space_objections(space: Any, depth: int = 0) -> Iterator[str]:
    """Of a colour space, and of the one that it is based on or printed in instead."""
    parts = list(space) if isinstance(space, Array) else [space]
    name = str(parts[0]) if parts else "none"
    if name not in CALIBRATED or depth > DEEPEST_SPACE:
        yield f"colours in {name.lstrip('/')}"
    elif name in BASED and len(parts) > BASED[name]:
        yield from _space_objections(parts[BASED[name]], depth + 1)


def _painted_objections(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Of the colours that pages and forms name as they paint."""
    forms = (
        item
        for item in pdf.objects
        if isinstance(item, Stream) and item.get("/Subtype") == Name.Form
    )
    with limited_decoding(LARGEST_CONTENT):
        for painted in (*pdf.pages, *forms):
            contents = painted.get("/Contents") if isinstance(painted, pikepdf.Page) else painted
            if content_bytes(contents) > LARGEST_CONTENT:
                yield "content too large to be looked through"
                continue
            for instruction in pikepdf.parse_content_stream(painted, "k K cs CS"):
                operator, operands = str(instruction.operator), instruction.operands
                named = str(operands[0]) if operands else ""
                if operator in ("k", "K") or named == "/DeviceCMYK":
                    yield "colours in DeviceCMYK"
                    break


def srgb_profile() -> bytes:
    """LittleCMS's sRGB as an ICC profile, its date of creation set to a fixed one."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes(
        [0x07, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]
    )  # 2000-01-01, ICC.1 section 7.2.8
    profile[84:100] = bytes(16)  # the profile's id is optional, and would no longer fit
    return bytes(profile)


def claim(path: Path, was_encrypted: bool) -> list[str]:
    """Make a searchable PDF claim PDF/A-2b, in place, unless something stands against it.

    Returns:
        What stands against it: then the file is as it was.
    """
    claimed = path.with_name(f"{path.name}.part")
    try:
        against = _write_claim(path, was_encrypted, claimed)
    except ODD as error:
        against = [f"an object of it is damaged: {error}"]
    if against:
        claimed.unlink(missing_ok=True)
    else:
        claimed.replace(path)
    return against


def _print_links(pdf: pikepdf.Pdf) -> None:
    """Set the flag of links that the standard wants set; nothing is printed of them."""
    for item in pdf.objects:
        if isinstance(item, Dictionary) and item.get("/Subtype") == Name.Link:
            item.F = int(item.get("/F", 0)) | PRINTED


def _write_claim(path: Path, was_encrypted: bool, claimed: Path) -> list[str]:
    """Write what claims PDF/A-2b to another file, unless something stands against it."""
    with pikepdf.open(path) as pdf:
        against = objections(pdf, was_encrypted)
        if against:
            return against
        _print_links(pdf)
        with pdf.open_metadata() as source:
            told = {key: source[key] for key in KEPT_METADATA if key in source}
        # anew: the source's may name what no extension schema describes (section 6.6.2.3)
        del pdf.Root.Metadata
        profile = Stream(pdf, srgb_profile(), N=3, Alternate=Name.DeviceRGB)
        intent = Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFA1,
            OutputConditionIdentifier=pikepdf.String("sRGB"),
            Info=pikepdf.String("sRGB IEC61966-2.1"),
            DestOutputProfile=pdf.make_indirect(profile),
        )
        pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])
        del pdf.docinfo  # what is in it would have to agree with the XMP, dates included
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            for key, value in told.items():
                metadata[key] = value
            metadata["pdfaid:part"] = "2"
            metadata["pdfaid:conformance"] = "B"
            metadata["pdf:Producer"] = f"recto {VERSION}"
        save_whole(pdf, claimed, min_version="1.7")
    return []
