"""Captions: under which picture they stand, and when they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.document import CAPTION, HEADING, TEXT, Region
from pipeline.geometry import Box
from pipeline.structure.body import Body


@dataclass(frozen=True)
class CaptionParameters:
    """What stands under a picture, and what beside it; in x-heights of the running text, unless
    another unit is named. All chosen by eye on the pages of five books."""

    gap: float = 6.0  # white between a picture and its caption
    overlap: float = 0.6  # share of a caption's width that is under its picture
    width: float = 1.3  # captions are narrower than so many widths of their pictures
    higher: float = 2.0  # text beside a picture begins no more above it


PARAMETERS = CaptionParameters()


def find_picture(box: Box, pictures: Sequence[Box], body: Body) -> Box | None:
    """The picture that a region stands under, no wider than it by much."""
    for picture in pictures:
        common = min(box.right, picture.right) - max(box.left, picture.left)
        near = -body.x_height < box.top - picture.bottom < PARAMETERS.gap * body.x_height
        if (
            near
            and common > PARAMETERS.overlap * box.width
            and box.width < PARAMETERS.width * picture.width
        ):
            return picture
    return None


def put_captions_after(
    regions: Sequence[Region], pictures: Sequence[Box], body: Body
) -> list[Region]:
    """Regions in reading order, a caption after the text that runs beside its picture: it would
    stand between that text and what it goes on from above the picture."""
    ordered = list(regions)
    for caption in [region for region in regions if region.kind == CAPTION]:
        picture = find_picture(caption.box, pictures, body)
        place = next(k for k, region in enumerate(ordered) if region is caption)
        end = place + 1
        while picture and end < len(ordered) and _runs_beside(ordered[end], caption, picture, body):
            end += 1
        ordered[place:end] = [*ordered[place + 1 : end], caption]
    return ordered


def _runs_beside(region: Region, caption: Region, picture: Box, body: Body) -> bool:
    """Whether a region is text beside a picture and its caption, and beside nothing above them."""
    held = Box.around([picture, caption.box])
    return (
        region.kind in (TEXT, HEADING)
        and (region.box.right <= held.left or region.box.left >= held.right)
        and picture.top - PARAMETERS.higher * body.x_height <= region.box.top < held.bottom
    )
