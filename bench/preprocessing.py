"""CPU-seconds a page of preprocessing and segmentation on one core, without the start of processes.

    .venv/bin/python -m bench.preprocessing BOOKS/*.pdf --every 4

Preprocessing is flattening, orientation and skew; segmentation is regions, lines, words and reading
order. Cutting the lines out for the recognizer is timed by itself.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
from tqdm import tqdm

from pipeline.reading import cut, new_page, segment, straighten
from pipeline.recognition.frame import PRINT_FRAME
from pipeline.scan.pages import list_pages, load_page


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scans", nargs="+", type=Path, help="PDFs")
    parser.add_argument(
        "--every", type=int, default=4, help="take every so-manieth page (default: %(default)s)"
    )
    options = parser.parse_args()
    cv2.setNumThreads(1)
    spent, count = [0.0, 0.0, 0.0], 0
    for scan in options.scans:
        for scan_page in tqdm(list_pages(scan, 300)[:: options.every], unit="page", desc=scan.stem):
            raster = load_page(scan.parent, scan_page)
            times = [time.process_time()]
            upright = straighten(new_page(raster, scan_page.dpi, scan_page.number))
            times.append(time.process_time())
            cleared = segment(upright)
            times.append(time.process_time())
            cut(cleared, PRINT_FRAME)
            times.append(time.process_time())
            spent = [
                total + after - before
                for total, before, after in zip(spent, times, times[1:], strict=False)
            ]
            count += 1
    straightening, segmenting, cutting = (total / count for total in spent)
    together = (
        f"preprocessing {straightening:.3f}, segmentation {segmenting:.3f}, together "
        f"{straightening + segmenting:.3f}"
    )
    print(f"{count} pages, CPU-s a page: {together}; cutting lines {cutting:.3f}")


if __name__ == "__main__":
    main()
