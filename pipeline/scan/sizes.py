"""Which sizes of a page are accepted; they are told from the header, before anything is decoded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

# A2 at 600 dpi; more is a decompression bomb, or a map that needs other software
LARGEST_PIXELS = 150_000_000
SMALLEST_SIDE = 16


@contextmanager
def any_size() -> Iterator[None]:
    """Within it, Pillow opens an image of any size, so that a page that is too large is named so,
    with its size."""
    before = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = before
