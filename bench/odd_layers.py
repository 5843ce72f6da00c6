"""Pages written as PDFs of layers, as archives make them: a coarse background with the letters as a
stencil or through a soft mask, or a page declared far smaller than its image."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
COARSE = (25, 50, 75)  # dots per inch of backgrounds


def _image(pdf: pikepdf.Pdf, pixels: bytes, width: int, height: int, **more: object) -> object:
    stream = pikepdf.Stream(pdf, pixels)
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height, stream.BitsPerComponent = width, height, 8
    stream.ColorSpace = pikepdf.Name.DeviceGray
    for key, value in more.items():
        stream[f"/{key}"] = value
    return pdf.make_indirect(stream)


def _save(
    pdf: pikepdf.Pdf, images: dict[str, object], content: str, size: tuple[float, float], path: Path
) -> None:
    wide, high = size
    page = pdf.add_blank_page(page_size=(wide, high))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(images))
    page.Contents = pdf.make_stream(content.encode())
    pdf.save(path, deterministic_id=True)


def _coarse(grey: Grey, dpi: int) -> Grey:
    """Paper without letters, at one of COARSE, told from the page's size."""
    target = COARSE[grey.shape[0] % len(COARSE)]
    small = cv2.resize(grey, None, fx=target / dpi, fy=target / dpi, interpolation=cv2.INTER_AREA)
    return np.full(small.shape, 225, np.uint8)


def _bits(grey: Grey) -> bytes:
    """One bit a pixel, 1 for paper: a stencil paints where it is 0."""
    return np.packbits(grey >= 128, axis=1).tobytes()


def write_stencil(grey: Grey, dpi: int, path: Path) -> None:
    """A coarse background, and the letters painted through a stencil."""
    height, width = grey.shape
    wide, high = width * 72 / dpi, height * 72 / dpi
    pdf, paper = pikepdf.new(), _coarse(grey, dpi)
    stencil = _image(pdf, _bits(grey), width, height, ImageMask=True, BitsPerComponent=1)
    del stencil.ColorSpace  # type: ignore[attr-defined]
    images = {"/B": _image(pdf, paper.tobytes(), paper.shape[1], paper.shape[0]), "/S": stencil}
    content = f"q {wide} 0 0 {high} 0 0 cm /B Do 0 g /S Do Q"
    _save(pdf, images, content, (wide, high), path)


def write_soft_mask(grey: Grey, dpi: int, path: Path) -> None:
    """A coarse background, and a coarse foreground of ink seen through a fine soft mask."""
    height, width = grey.shape
    wide, high = width * 72 / dpi, height * 72 / dpi
    pdf, paper = pikepdf.new(), _coarse(grey, dpi)
    mask = _image(pdf, (255 - grey).tobytes(), width, height)
    shape = paper.shape[1], paper.shape[0]
    images = {
        "/B": _image(pdf, paper.tobytes(), *shape),
        "/F": _image(pdf, np.full_like(paper, 20).tobytes(), *shape, SMask=mask),
    }
    content = f"q {wide} 0 0 {high} 0 0 cm /B Do /F Do Q"
    _save(pdf, images, content, (wide, high), path)


def write_small_page(grey: Grey, dpi: int, path: Path) -> None:
    """The page's image on a page of a third of its size, so that it declares thrice its
    resolution; a second image beside it, so that it is no full-page image."""
    height, width = grey.shape
    wide, high = width * 24 / dpi, height * 24 / dpi
    pdf = pikepdf.new()
    images = {
        "/P": _image(pdf, grey.tobytes(), width, height),
        "/W": _image(pdf, b"\xff", 1, 1),
    }
    content = f"q {wide} 0 0 {high} 0 0 cm /P Do Q q 4 0 0 4 1 1 cm /W Do Q"
    _save(pdf, images, content, (wide, high), path)
