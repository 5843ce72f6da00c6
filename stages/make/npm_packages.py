"""Files out of npm's packages."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from pipeline.errors import MissingToolError

SECONDS = 90  # for one package


def require_npm() -> None:
    """Raise MissingToolError where npm is not installed."""
    if shutil.which("npm") is None:
        raise MissingToolError(
            "npm is not installed", "Run: apt install npm; or do without these faces."
        )


def fetch_files(package: str, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """The files of a package whose paths are wanted, by path.

    Raises:
        LookupError: npm does not give the package, it is damaged, or nothing in it is wanted.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            run = subprocess.run(
                ["npm", "pack", "--silent", package],
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise LookupError(f"npm gave nothing within {SECONDS} seconds") from error
        archives = list(Path(folder).glob("*.tgz"))
        if run.returncode or not archives:
            raise LookupError(run.stderr.strip() or "npm gave nothing")
        try:
            with tarfile.open(archives[0]) as archive:
                members = (member for member in archive.getmembers() if wanted(member.name))
                files = {member.name: archive.extractfile(member) for member in members}
                found = {name: file.read() for name, file in files.items() if file is not None}
        except tarfile.TarError as error:
            raise LookupError(f"the package is damaged: {error}") from error
    if not found:
        raise LookupError("the package holds no such face")
    return found
