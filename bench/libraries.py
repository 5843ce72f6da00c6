"""What scikit-image would do where the pipeline calls OpenCV or code of its own: results and time.

    .venv/bin/python -m bench.libraries BOOKS/*.pdf --every 12

CPU-seconds are those of one page, medians over the pages; the last row is the import alone.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.filters import threshold_sauvola
from skimage.measure import label, regionprops_table
from skimage.transform import AffineTransform, hough_line, radon
from skimage.transform import warp as warp_with_skimage
from tqdm import tqdm

from pipeline.image.binarize import Mask, flatten, ink_mask
from pipeline.image.components import find_components
from pipeline.image.deskew import SKEW, measure_skew
from pipeline.image.straighten import plan_levelling
from pipeline.image.warp import warp
from pipeline.scan.pages import list_pages, load_page

APPLIED_DEGREES = 3.0  # the turn that the searches for the angle have to find
WINDOW = 75  # pixels of Sauvola's window at 300 dpi: three to four x-heights
RADON_SIDE = 700  # pixels of the page that the Radon transform is given: it takes seconds as it is
IMPORT = {
    "pipeline": "import cv2, numpy",
    "skimage": "from skimage.measure import label; from skimage.transform import warp",
}


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What `work` gives, and the CPU-seconds that it takes."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def list_boxes(mask: Mask) -> set[tuple[int, ...]]:
    """(top, left, bottom, right) of each component, by scikit-image."""
    table = regionprops_table(label(mask > 0, connectivity=2), properties=("bbox", "area"))
    return set(zip(*(table[f"bbox-{k}"].tolist() for k in range(4)), strict=True))


def own_boxes(mask: Mask) -> set[tuple[int, ...]]:
    """The same, by the pipeline."""
    parts = find_components(mask)
    sides = (parts.top, parts.left, parts.bottom, parts.right)
    return set(zip(*(side.tolist() for side in sides), strict=True))


def angles() -> NDArray[np.float64]:
    """The angles, in degrees, that both transforms try."""
    return np.arange(-SKEW.largest_degrees, SKEW.largest_degrees, 0.1)


def find_by_hough(mask: Mask) -> float:
    """Skew in degrees: the direction in which the Hough transform of lower edges peaks most."""
    edges = (mask[:-1] > 0) & (mask[1:] == 0)
    counts, _, _ = hough_line(edges[::2, ::2], theta=np.radians(90 - angles()))
    return float(angles()[np.argmax((counts.astype(float) ** 2).sum(axis=0))])


def find_by_radon(mask: Mask) -> float:
    """Skew in degrees: the direction in which the Radon transform's steps are largest."""
    scale = RADON_SIDE / max(mask.shape)
    small = cv2.resize(mask, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    sinogram = radon(small.astype(float), theta=90 + angles(), circle=False)
    return float(angles()[np.argmax((np.diff(sinogram, axis=0) ** 2).sum(axis=0))])


def compare(grey: NDArray[np.uint8]) -> dict[str, tuple[str, float, float, float]]:
    """For each job: what is compared, its value, and the CPU-seconds of ours and of theirs."""
    height, width = grey.shape
    flat, own_light = timed(lambda: flatten(grey))
    mask, own_threshold = timed(lambda: ink_mask(flat))
    local, sauvola = timed(lambda: grey < threshold_sauvola(grey, window_size=WINDOW, k=0.2))
    shared = float((local & (mask > 0)).sum() / max(1, (local | (mask > 0)).sum()))
    ours, own_label = timed(lambda: own_boxes(mask))
    theirs, labelled = timed(lambda: list_boxes(mask))
    turn, size = plan_levelling(width, height, APPLIED_DEGREES)
    turned, own_warp = timed(lambda: warp(grey, turn, size))
    matrix = np.array([[turn.a, turn.b, turn.c], [turn.d, turn.e, turn.f], [0, 0, 1]])
    inverse = AffineTransform(matrix).inverse
    again, warped = timed(
        lambda: warp_with_skimage(
            grey, inverse, output_shape=size[::-1], order=1, cval=255, preserve_range=True
        )
    )
    skewed = ink_mask(flatten(turned))
    skew, own_skew = timed(lambda: measure_skew(skewed))
    by_hough, hough = timed(lambda: find_by_hough(skewed))
    by_radon, by_radon_time = timed(lambda: find_by_radon(skewed))
    straight = measure_skew(mask).degrees - APPLIED_DEGREES
    same = float(ours == theirs)
    return {
        "light and threshold: Sauvola": (
            "ink in common", shared, own_light + own_threshold, sauvola),
        "components: label, regionprops": ("same boxes", same, own_label, labelled),
        "resampling: warp": (
            "mean grey levels apart", float(np.mean(np.abs(again - turned))), own_warp, warped),
        "skew: ours": ("degrees off", abs(skew.degrees - straight), own_skew, own_skew),
        "skew: Hough": ("degrees off", abs(by_hough - straight), own_skew, hough),
        "skew: Radon": ("degrees off", abs(by_radon - straight), own_skew, by_radon_time),
    }  # fmt: skip


def time_import(statement: str) -> float:
    """CPU-seconds of a process that does nothing but import."""
    script = f"import time; {statement}; print(time.process_time())"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    return float(answer.stdout)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scans", nargs="+", type=Path, help="PDFs")
    parser.add_argument("--every", type=int, default=12, help="take every so-manieth page")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    rows: dict[str, list[tuple[str, float, float, float]]] = {}
    for scan in options.scans:
        for page in tqdm(list_pages(scan, 300)[:: options.every], unit="page", desc=scan.stem):
            for name, row in compare(load_page(scan.parent, page)).items():
                rows.setdefault(name, []).append(row)
    print("| job | result | CPU-s, pipeline | CPU-s, scikit-image |\n|---|---|---|---|")
    for name, found in rows.items():
        value, ours, theirs = np.median(np.array([row[1:] for row in found]), axis=0)
        print(f"| {name} | {found[0][0]}: {value:.3f} | {ours:.3f} | {theirs:.3f} |")
    ours, theirs = time_import(IMPORT["pipeline"]), time_import(IMPORT["skimage"])
    print(f"| import | | {ours:.2f} | {theirs:.2f} |")


if __name__ == "__main__":
    main()
