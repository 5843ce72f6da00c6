"""Fetch faces that look like handwriting from npm's font packages to build/fonts/, where stages.draw finds them.

    python -m stages.fetch_hands

Debian has some two dozen such faces (`make fonts`); with these there are four times as many: legible hands, not display types.
It needs npm, and the network once; a package that is there is not fetched again.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from fontTools.ttLib import TTFont
from tqdm import tqdm

from pipeline.errors import MissingToolError
from pipeline.synthesis.drawing import FETCHED
from stages import command

PACKAGES = (
    "annie-use-your-telescope", "architects-daughter", "bad-script", "beth-ellen", "calligraffitti", "caveat",
    "cedarville-cursive", "charm", "chilanka", "coming-soon", "cookie", "courgette", "covered-by-your-grace", "crafty-girls",
    "damion", "dawning-of-a-new-day", "dekko", "delicious-handrawn", "delius", "edu-sa-beginner", "fuzzy-bubbles", "gaegu",
    "gamja-flower", "give-you-glory", "gloria-hallelujah", "gochi-hand", "grape-nuts", "grechen-fuemen", "hachi-maru-pop",
    "handlee", "hi-melody", "homemade-apple", "indie-flower", "julee", "just-another-hand", "kalam", "kavivanar",
    "la-belle-aurore", "long-cang", "loved-by-the-king", "mali", "mansalva", "marck-script", "meddon", "merienda", "mynerve",
    "neucha", "nothing-you-could-do", "oooh-baby", "over-the-rainbow", "pangolin", "patrick-hand", "playwrite-de-grund",
    "playwrite-us-trad", "poor-story", "rancho", "redressed", "reenie-beanie", "sacramento", "satisfy", "schoolbell",
    "sedgwick-ave", "shadows-into-light", "short-stack", "single-day", "sofia", "square-peg", "sriracha", "sue-ellen-francisco",
    "sunshiney", "swanky-and-moo-moo", "the-girl-next-door", "tillana", "vibur", "waiting-for-the-sunrise", "yomogi", "zeyada",
)  # fmt: skip
SECONDS = 90


def fetch(package: str, folder: Path) -> Path:
    """Write the Latin regular cut of @fontsource/PACKAGE as TrueType; returns its path."""
    target = folder / f"{package}.ttf"
    with tempfile.TemporaryDirectory() as temporary:
        run = subprocess.run(
            ["npm", "pack", "--silent", f"@fontsource/{package}"], cwd=temporary, capture_output=True, text=True, timeout=SECONDS
        )
        archives = list(Path(temporary).glob("*.tgz"))
        if run.returncode or not archives:
            raise OSError(run.stderr.strip() or "npm gave nothing")
        with tarfile.open(archives[0]) as archive:
            member = archive.extractfile(f"package/files/{package}-latin-400-normal.woff")
            assert member is not None
            font = TTFont(io.BytesIO(member.read()))
    font.flavor = None
    part = target.with_suffix(".part")
    font.save(part)
    part.replace(target)
    return target


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument("packages", nargs="*", default=list(PACKAGES), help="names below @fontsource/ (default: a list of ours)")
    options = parser.parse_args()
    if shutil.which("npm") is None:
        raise MissingToolError("npm is not installed", "Run: apt install npm; or do without these faces.")
    FETCHED.mkdir(parents=True, exist_ok=True)
    for package in tqdm(options.packages, unit="face"):
        if not (FETCHED / f"{package}.ttf").is_file():
            try:
                fetch(package, FETCHED)
            except (OSError, KeyError, AssertionError, subprocess.TimeoutExpired) as error:
                tqdm.write(f"recto: {package} is passed over: {error}")


if __name__ == "__main__":
    command.run(main)
