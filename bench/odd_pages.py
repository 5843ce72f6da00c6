"""Odd pages drawn for measuring: each of the kinds that archives hold beside clean prose, at random
sizes, resolutions and damages, with its true text.

    .venv/bin/python -m bench.odd_pages /tmp/odd-pages --each 2
    .venv/bin/python -m bench.cases /tmp/odd-pages
    .venv/bin/python -m bench.odd_pages /tmp/titles --kinds accented-titles --each 20

The same seed gives the same pages. Texts are the sample's and frequent words of the lexicon.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench import (
    odd_bends,
    odd_columns,
    odd_contents,
    odd_copies,
    odd_damage,
    odd_lists,
    odd_papers,
    odd_settings,
    odd_titles,
)
from bench.odd_drawing import Drawing, OddPage

KINDS: dict[str, Callable[[Drawing], OddPage]] = {
    name.removeprefix("draw_").replace("_", "-"): function
    for module in (
        odd_contents,
        odd_damage,
        odd_bends,
        odd_settings,
        odd_columns,
        odd_papers,
        odd_lists,
        odd_copies,
        odd_titles,
    )
    for name, function in vars(module).items()
    if name.startswith("draw_")
}


def draw_page(kind: str, seed: int, **faces: tuple[str, ...]) -> OddPage:
    """The page of a kind that a seed gives.

    Args:
        faces: `serif`, `sans` and `mono`, files of faces to choose from.

    Raises:
        MissingToolError: none of the faces is installed.
    """
    rng = np.random.default_rng((seed, *kind.encode()))
    return KINDS[kind](Drawing(rng, **faces))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="folder for the pages; made where it is not")
    parser.add_argument("--each", type=int, default=3, help="pages of a kind (default: 3)")
    parser.add_argument(
        "--kinds", nargs="+", choices=sorted(KINDS), default=list(KINDS), help="default: all"
    )
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for kind in options.kinds:
        for number in range(1, options.each + 1):
            page = draw_page(kind, 1000 * options.seed + number)
            page.save(options.folder, f"{kind}-{number}")


if __name__ == "__main__":
    main()
