"""How well the baselines of handwritten pages are found, against those that transcribers drew.

    .venv/bin/python -m bench.baselines PAGES --pictures work/baselines

The measure is that of the competitions on baseline detection (Grüning, Labahn, Diem, Kleber and
Fiel 2018, "READ-BAD", arXiv:1705.03311), with a tolerance of a quarter of the page's line distance:
points five pixels apart along each line; the recall of a true line is the share of its points that
have a found baseline that near above or below them, and likewise the precision of a found one. A
line is matched where that is at least three quarters. Pages come as PAGE XML or ALTO with images.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Point
from pipeline.layout.written_page import segment_written
from pipeline.reading import new_page, straighten
from pipeline.training.page_truth import read_page_truth

STEP = 5  # pixels between points
TOLERANCE = 0.25  # of the line distance
MATCHED = 0.75  # of a line's points
DPI = 150  # of pages that do not say: letters of a quarto sheet photographed at 1,400 pixels


def sample_line(points: tuple[Point, ...]) -> NDArray[np.float64]:
    """(n, 2) points of a polyline, STEP pixels apart in x."""
    xs, ys = (np.array(values) for values in zip(*sorted(points), strict=True))
    columns = np.arange(xs[0], xs[-1] + 1, STEP)
    return np.column_stack([columns, np.interp(columns, xs, ys)])


def share_near(
    line: NDArray[np.float64], others: list[NDArray[np.float64]], tolerance: float
) -> float:
    """The share of a line's points that have a point of `others` above or below them."""
    near = np.zeros(len(line), bool)
    for other in others:
        within = (line[:, 0] >= other[0, 0] - STEP) & (line[:, 0] <= other[-1, 0] + STEP)
        height = np.interp(line[:, 0], other[:, 0], other[:, 1])
        near |= within & (np.abs(height - line[:, 1]) <= tolerance)
    return float(near.mean())


def line_distance(lines: list[NDArray[np.float64]]) -> float:
    """The usual distance between lines that follow each other."""
    heights = np.sort([line[:, 1].mean() for line in lines])
    return float(np.median(np.diff(heights))) if len(lines) > 1 else 100.0


def main() -> None:
    """Command line of this bench."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", type=Path, help="folder of PAGE XML or ALTO, with images")
    parser.add_argument("--pictures", type=Path, help="folder for a picture of each page")
    options = parser.parse_args()
    totals = np.zeros(6)
    print(f"{'page':24} {'true':>5} {'found':>5} {'recall':>7} {'precision':>9}  matched")
    for path in sorted(options.pages.glob("*.xml")):
        truth = read_page_truth(path)
        raster = cv2.imread(str(path.with_name(truth.image)), cv2.IMREAD_GRAYSCALE)
        upright = straighten(new_page(np.asarray(raster, np.uint8), DPI))
        page, _ = segment_written(upright.page, upright.grey)
        true = [sample_line(line.baseline) for line in truth.lines if len(line.baseline) > 1]
        found = [sample_line(page.home_path(line.baseline)) for line in page.lines]
        tolerance = TOLERANCE * line_distance(true)
        recalls = np.array([share_near(line, found, tolerance) for line in true])
        precisions = np.array([share_near(line, true, tolerance) for line in found])
        matched, right = int((recalls >= MATCHED).sum()), int((precisions >= MATCHED).sum())
        totals += (len(true), len(found), recalls.sum(), precisions.sum(), matched, right)
        print(
            f"{path.stem:24} {len(true):5} {len(found):5} {recalls.mean():7.3f} "
            f"{precisions.mean():9.3f}  {matched} of {len(true)}, {right} of {len(found)}"
        )
        if options.pictures:
            _draw(options.pictures / f"{path.stem}.png", np.asarray(raster), true, found)
    n, m = totals[:2]
    print(
        f"{'all':24} {n:5.0f} {m:5.0f} {totals[2] / n:7.3f} {totals[3] / m:9.3f}  "
        f"{totals[4] / n:.1%} of the true lines, {totals[5] / m:.1%} of the found ones"
    )


def _draw(
    path: Path, raster: NDArray, true: list[NDArray[np.float64]], found: list[NDArray[np.float64]]
) -> None:
    """The page with the true baselines in green and the found ones in red."""
    picture = cv2.cvtColor(raster, cv2.COLOR_GRAY2BGR)
    for lines, colour in ((true, (0, 160, 0)), (found, (0, 0, 230))):
        for line in lines:
            cv2.polylines(picture, [np.rint(line).astype(np.int32)], False, colour, 3)
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))


if __name__ == "__main__":
    main()
