"""Fetch faces of Fraktur, of old roman type and of typewriters from npm's packages to
build/fonts/faces/, where stages.synthesize finds them.

    python -m stages.fetch_faces

Debian has hardly any of them. It needs npm, and the network once; a package that is there is not
fetched again. The packages are listed in pipeline/synthesis/faces.yaml.
"""

from __future__ import annotations

from pathlib import Path

import yaml
from tqdm import tqdm

from pipeline.synthesis.fonts import CATALOGUE, FETCHED_FACES
from stages import command
from stages.make.npm_packages import fetch_files, require_npm

SCOPE = "@expo-google-fonts"  # whole faces; other packages leave out the long s


def fetch(package: str, folder: Path) -> list[Path]:
    """Write each TrueType face of SCOPE/PACKAGE into `folder`.

    Raises:
        LookupError: npm does not give the package, or there is none in it.
    """
    written = []
    for name, data in fetch_files(f"{SCOPE}/{package}", lambda name: name.endswith(".ttf")).items():
        target = folder / Path(name).name
        part = target.with_suffix(".part")
        part.write_bytes(data)
        written.append(part.replace(target))
    (folder / f"{package}.list").write_text("".join(f"{path.name}\n" for path in written))
    return written


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    packages = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))["fetched"]
    parser.add_argument(
        "packages", nargs="*", default=packages, help=f"names below {SCOPE}/ (default: all)"
    )
    options = parser.parse_args()
    require_npm()
    command.output_path(str(FETCHED_FACES)).mkdir(parents=True, exist_ok=True)
    for package in tqdm(options.packages, unit="package", desc="faces"):
        if (FETCHED_FACES / f"{package}.list").is_file():
            continue
        try:
            fetch(package, FETCHED_FACES)
        except LookupError as error:
            command.log.warning("%s is passed over: %s", package, error)


if __name__ == "__main__":
    command.run(main)
