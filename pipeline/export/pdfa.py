"""PDF/A-2b (ISO 19005-2, level B): whether a searchable PDF can claim it, and the claim.

A claim is made only for what can be seen to hold: the check is stricter than the standard where
that would ask for a full parser of fonts and images.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import ImageCms

from pipeline.pdf_files import save_whole
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
LARGEST_SIDE, SMALLEST_SIDE = 14400.0, 3.0  # points


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
    name = str(space[0]) if isinstance(space, Array) else str(space)
    base = space[1] if name == "/Indexed" and isinstance(space, Array) else None
    base_name = "" if base is None else str(base[0]) if isinstance(base, Array) else str(base)
    if name not in CALIBRATED or (base_name and base_name not in CALIBRATED):
        yield f"colours in {(base_name or name)[1:]}"


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
    with pikepdf.open(path) as pdf:
        against = objections(pdf, was_encrypted)
        if against:
            return against
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
            metadata["pdfaid:part"] = "2"
            metadata["pdfaid:conformance"] = "B"
            metadata["pdf:Producer"] = f"recto {VERSION}"
        save_whole(pdf, claimed, min_version="1.7")
    claimed.replace(path)
    return []
