"""Fetch faces that look like handwriting from npm's font packages to build/fonts/, where
stages.draw finds them.

    python -m stages.fetch_hands

Debian has some two dozen such faces (`make fonts`); with those that pipeline/synthesis/hands.yaml
lists it is nine times as many. It needs npm, and the network once; a package that is there is not
fetched again.
"""

from __future__ import annotations

import io
from pathlib import Path

from fontTools.ttLib import TTFont
from tqdm import tqdm

from pipeline.synthesis.drawing import FETCHED, catalogue_of_hands
from stages import command
from stages.make.npm_packages import fetch_files, require_npm


def fetch(package: str, folder: Path) -> Path:
    """Write the Latin regular cut of @fontsource/PACKAGE as TrueType; returns its path.

    Raises:
        LookupError: npm does not give the package, or there is no such cut in it.
    """
    cut = f"package/files/{package}-latin-400-normal.woff"
    (data,) = fetch_files(f"@fontsource/{package}", lambda name: name == cut).values()
    font = TTFont(io.BytesIO(data))
    font.flavor = None
    target = folder / f"{package}.ttf"
    part = target.with_suffix(".part")
    font.save(part)
    part.replace(target)
    return target


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    catalogue = catalogue_of_hands()
    packages = [*catalogue["fetched"], *catalogue["learnt"]]
    parser.add_argument(
        "packages",
        nargs="*",
        default=packages,
        help="names below @fontsource/ (default: those of hands.yaml)",
    )
    options = parser.parse_args()
    require_npm()
    command.output_path(str(FETCHED)).mkdir(parents=True, exist_ok=True)
    for package in tqdm(options.packages, unit="face"):
        if not (FETCHED / f"{package}.ttf").is_file():
            try:
                fetch(package, FETCHED)
            except LookupError as error:
                command.log.warning("%s is passed over: %s", package, error)


if __name__ == "__main__":
    command.run(main)
