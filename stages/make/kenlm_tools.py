"""Build KenLM's own lmplz and build_binary from the source package on PyPI.

    python -m stages.kenlm_tools build/kenlm --jobs 2

Needs cmake, a C++ compiler and Boost: on Debian and Ubuntu, `make kenlm-needs` installs them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from pipeline.errors import MissingToolError
from stages import command

VERSION = "0.3.0"
TOOLS = ("lmplz", "build_binary")


def fetch_source(folder: Path) -> Path:
    """Download and unpack the source package; returns its folder.

    Raises:
        MissingToolError: it cannot be had.
    """
    fetched = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--no-binary=:all:",
            "--dest",
            str(folder),
            f"kenlm=={VERSION}",
        ],
    )
    if fetched.returncode != 0:
        raise MissingToolError(
            "KenLM's source cannot be downloaded",
            "See pip's message above; it needs the network, and pip itself in this environment.",
        )
    (archive,) = folder.glob("kenlm-*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    (source,) = folder.glob("kenlm-*/")
    return source


def build(source: Path, jobs: int) -> Path:
    """Compile the tools; returns the folder that holds them.

    Raises:
        MissingToolError: cmake or a library is missing.
    """
    build_folder = source / "build-tools"
    for step in (
        [
            "cmake",
            "-S",
            str(source),
            "-B",
            str(build_folder),
            "-DCMAKE_BUILD_TYPE=Release",
            "-DCOMPILE_TESTS=OFF",
        ],
        ["cmake", "--build", str(build_folder), "--parallel", str(jobs), "--target", *TOOLS],
    ):
        if shutil.which("cmake") is None or subprocess.run(step, stdout=sys.stderr).returncode != 0:
            raise MissingToolError(
                "KenLM's tools could not be built", "Run `make kenlm-needs`, then the same again."
            )
    return build_folder / "bin"


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "output", type=command.output_path, help="folder for lmplz and build_binary"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="compilers at once")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        binaries = build(fetch_source(Path(folder)), options.jobs)
        options.output.mkdir(parents=True, exist_ok=True)
        for tool in TOOLS:
            part = options.output / f".{tool}.part"
            shutil.copy2(binaries / tool, part)
            part.replace(options.output / tool)


if __name__ == "__main__":
    command.run(main)
