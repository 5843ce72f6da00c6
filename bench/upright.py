"""Orientation and skew of real pages: each page turned by 0, 90, 180 and 270 degrees, then further
by a random angle.

    .venv/bin/python -m bench.upright BOOKS --pages 60

Pages are taken evenly from all books in the folder that have a true text (NAME.pdf beside
NAME.gt/0001.txt …); those whose text is shorter than three lines are left out. Printed are the
pages whose orientation is wrong, and for each random angle the angle found, less that found on the
page as scanned, less the one applied.
"""

from __future__ import annotations

import argparse
import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from pipeline.document import Page
from pipeline.geometry import Affine
from pipeline.image.straighten import straighten
from pipeline.scan.pages import list_pages, load_page

LARGEST_DEGREES = 10.0
LEAST_CHARACTERS = 120  # about three lines
WRONG_DEGREES = 0.2


@dataclass(frozen=True)
class Turned:
    """What was found on a page turned by so many degrees counter-clockwise."""

    book: str
    number: int
    quarter: int
    angle: float
    orientation: int
    skew: float


def chosen_pages(folder: Path, count: int, seed: int) -> list[tuple[Path, int]]:
    """(PDF, page number) of as many pages of each book as fit evenly, chosen at random."""
    rng = random.Random(seed)
    queues = []
    for truths in sorted(folder.glob("*.gt")):
        texts = sorted(truths.glob("*.txt"))
        numbers = [
            int(path.stem)
            for path in texts
            if len(path.read_text(encoding="utf-8")) >= LEAST_CHARACTERS
        ]
        rng.shuffle(numbers)
        queues.append([(truths.with_suffix(".pdf"), number) for number in numbers])
    chosen: list[tuple[Path, int]] = []
    while len(chosen) < count and any(queues):
        chosen += [queue.pop() for queue in queues if queue][: count - len(chosen)]
    return chosen


def turned(raster: NDArray[np.uint8], degrees: float) -> NDArray[np.uint8]:
    """The page turned counter-clockwise on a larger white sheet, as a scanner sees a page that lies
    askew."""
    height, width = raster.shape
    radians = np.radians(abs(degrees))
    size = (
        round(width * np.cos(radians) + height * np.sin(radians)),
        round(width * np.sin(radians) + height * np.cos(radians)),
    )
    onto = Affine.rotation(degrees, (width / 2, height / 2)).then(
        Affine(c=(size[0] - width) / 2, f=(size[1] - height) / 2)
    )
    centred = Affine(c=0.5, f=0.5).then(onto).then(Affine(c=-0.5, f=-0.5))
    matrix = np.array(centred.as_tuple()).reshape(2, 3)
    return np.asarray(
        cv2.warpAffine(raster, matrix, size, flags=cv2.INTER_LINEAR, borderValue=255),
        dtype=np.uint8,
    )


def examine(task: tuple[Path, int, int]) -> list[Turned]:
    """Everything about one page."""
    pdf, number, seed = task
    cv2.setNumThreads(1)
    scan_page = list_pages(pdf, 300)[number - 1]
    raster = load_page(pdf.parent, scan_page)
    rng = random.Random(f"{pdf.stem}/{number}/{seed}")
    found = []
    for quarter in range(4):
        lying = np.ascontiguousarray(np.rot90(raster, quarter))
        for angle in (0.0, rng.uniform(-LARGEST_DEGREES, LARGEST_DEGREES)):
            image = turned(lying, angle) if angle else lying
            page, _ = straighten(Page(number, image.shape[1], image.shape[0], scan_page.dpi), image)
            found.append(Turned(pdf.stem, number, 90 * quarter, angle, page.orientation, page.skew))
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="folder of NAME.pdf and NAME.gt/")
    parser.add_argument("--pages", type=int, default=60, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--processes", type=int, default=2, help="default: %(default)s")
    options = parser.parse_args()
    tasks = [
        (pdf, number, options.seed)
        for pdf, number in chosen_pages(options.folder, options.pages, options.seed)
    ]
    with ProcessPoolExecutor(options.processes) as pool:
        pages = list(tqdm(pool.map(examine, tasks), total=len(tasks), unit="page"))
    everything = [found for page in pages for found in page]
    wrong = [found for found in everything if found.orientation != found.quarter]
    for found in wrong:
        print(
            f"{found.book} {found.number}, turned by {found.quarter} and {found.angle:.2f}: "
            f"taken for {found.orientation}"
        )
    level = [found for found in everything if not found.angle]
    errors = []
    for page in pages:
        base = {found.quarter: found.skew for found in page if not found.angle}
        for found in (found for found in page if found.angle):
            errors.append((abs(found.skew - base[0] - found.angle), found))
    beyond = [(error, found) for error, found in errors if error > WRONG_DEGREES]
    for error, found in beyond:
        turn = f"{found.quarter} and {found.angle:.2f}"
        print(
            f"{found.book} {found.number}, turned by {turn}: found {found.skew:.2f}, off by "
            f"{error:.2f}"
        )
    sizes = [error for error, _ in errors]
    print(
        f"{len(pages)} pages, {len(level)} quarter turns: "
        f"{sum(f.orientation != f.quarter for f in level)} wrong; "
        f"{len(errors)} random angles: {sum(f.orientation != f.quarter for _, f in errors)} "
        "turned wrong; "
        f"error of the angle: median {np.median(sizes):.3f} degrees, {len(beyond)} beyond "
        f"{WRONG_DEGREES}, largest {max(sizes):.2f}"
    )


if __name__ == "__main__":
    main()
