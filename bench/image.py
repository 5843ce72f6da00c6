"""Run the steps of the Dockerfile without Docker: into a folder, as the user who calls.

    python -m bench.image DIR       installs into DIR/opt/recto, and reads the sample with it

What is copied is copied, and what is installed from Debian has to be there. Whatever a step names
by an absolute path lies below DIR. A step that fails ends it with an error.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = ROOT / "Dockerfile"
SAMPLE = Path("scans/book.pdf")
ROOTED = re.compile(r"(?<![\w.])/(?=opt|source|tmp)")
APT = re.compile(r"bash \S*setup\.sh apt (.*)")


@dataclass(frozen=True)
class Step:
    """One instruction of a Dockerfile, and what it is given."""

    instruction: str
    rest: str

    @property
    def words(self) -> list[str]:
        """What it is given, as words; of ENTRYPOINT and CMD, the words of the list."""
        return json.loads(self.rest) if self.rest.startswith("[") else shlex.split(self.rest)


def read_steps(path: Path = DOCKERFILE) -> list[Step]:
    """The instructions of a Dockerfile, in order."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (line.strip() for line in text.splitlines())
    parted = (line.partition(" ") for line in lines if line and not line.startswith("#"))
    return [Step(word, rest.strip()) for word, _, rest in parted]


def copied(step: Step) -> tuple[list[str], str]:
    """Sources in the checkout and target of a COPY; no sources where it copies of another stage."""
    if step.words[0].startswith("--from"):
        return [], step.words[-1]
    return step.words[:-1], step.words[-1]


def packages(step: Step) -> list[str]:
    """The Debian packages that a RUN installs."""
    found = APT.fullmatch(step.rest) if step.instruction == "RUN" else None
    return shlex.split(found[1]) if found else []


def is_installed(package: str) -> bool:
    """Whether a Debian package is there."""
    query = ["dpkg-query", "--show", "--showformat=${Status}", package]
    return "ok installed" in subprocess.run(query, capture_output=True, text=True).stdout


def run_steps(root: Path) -> None:
    """Do what the steps of the image do, below `root`.

    Raises:
        OSError, CalledProcessError, SystemExit: one of them fails.
    """
    place = root / "source"
    place.mkdir(parents=True, exist_ok=True)
    for step in read_steps():
        if step.instruction == "COPY":
            sources, target = copied(step)
            for source in sources:
                goal = root / target.lstrip("/") if target.startswith("/") else place / target
                goal = goal / Path(source).name if target.endswith("/") else goal
                goal.parent.mkdir(parents=True, exist_ok=True)
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, goal, dirs_exist_ok=True)
                else:
                    shutil.copy(ROOT / source, goal)
        elif missing := [name for name in packages(step) if not is_installed(name)]:
            raise SystemExit(f"sudo apt install {' '.join(missing)}")
        elif step.instruction == "RUN" and not packages(step) and "useradd" not in step.rest:
            command = ROOTED.sub(f"{root}/", step.rest)
            subprocess.run(["bash", "-euc", command], cwd=place, check=True)


def read_sample(root: Path) -> None:
    """Read the sample as the image does where it is given no arguments, and check what it made.

    Raises:
        CalledProcessError: that fails.
    """
    (entry,) = (step for step in read_steps() if step.instruction == "ENTRYPOINT")
    (command,) = (step for step in read_steps() if step.instruction == "CMD")
    for name in ("scans", "out", "tmp"):
        (root / name).mkdir(exist_ok=True)
    shutil.copy(ROOT / SAMPLE, root / "scans")
    program = [str(root / "opt/recto/bin" / entry.words[0]), *entry.words[1:]]
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(root / "tmp")}
    book = root / "out" / SAMPLE.stem
    for arguments in (["--version"], placed(command, root), ["verify", str(book)]):
        subprocess.run([*program, *arguments], check=True, cwd="/", env=environment)


def placed(step: Step, root: Path) -> list[str]:
    """The words of a step, with what lies at the root of the image below `root`."""
    return [f"{root}{word}" if word.startswith("/") else word for word in step.words]


def main() -> None:
    """Install, and read the sample."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, metavar="DIR")
    root = parser.parse_args().folder.resolve()
    run_steps(root)
    read_sample(root)


if __name__ == "__main__":
    main()
