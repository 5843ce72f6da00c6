"""The edge of every stage command: options in, exit code out.

Here, and only here, an expected failure becomes a message with its remedy and the exit code of its
class. A bug keeps its traceback and Python's exit code 1. What a stage warns of goes to `log`, from
there to stderr, and does not tear the bars of progress; what it was asked for goes to stdout.
"""

from __future__ import annotations

import argparse
import errno
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from pipeline.errors import RectoError, StorageError, storage_error
from stages.cost import begin, write_cost

log = logging.getLogger("recto")
_benchmark: list[Path] = []  # where this command is to say what it has cost
# what the user named to be written; the last first, as other commands may have run in this process
_outputs: list[Path] = []


class _Benchmark(argparse.Action):
    """`--benchmark`: remembered here, as every command has it and none need know of it."""

    def __call__(self, _parser: Any, _namespace: Any, values: Any, _option: Any = None) -> None:
        _benchmark[:] = [values]


FAILURES = (
    "RECTO_FAILURES"  # environment variable: file to which failed stages add their exit codes
)


PICTURES = (".png", ".jpg", ".tif")


CALLED_FROM = "RECTO_CALLED_FROM"  # the folder from which whoever reads the messages started all


def as_called(path: Path) -> str:
    """A path as it is told: from the folder in which the command was given."""
    folder = os.environ.get(CALLED_FROM)
    return os.path.relpath(path.resolve(), folder) if folder else str(path)


def parser(doc: str | None, plain: bool = False) -> argparse.ArgumentParser:
    """An argument parser whose help is the module's docstring, with the option of every command.

    Args:
        plain: that option is for the workflow alone, and the help does not tell of it.
    """
    made = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument(
        "--benchmark",
        type=Path,
        action=_Benchmark,
        default=argparse.SUPPRESS,
        metavar="FILE",
        help=argparse.SUPPRESS if plain else "write what this command has cost",
    )
    return made


def existing_path(text: str) -> Path:
    """An argparse type: a path that must exist."""
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"{path} does not exist")
    return path


def add_book(parser: argparse.ArgumentParser) -> None:
    """Add the digitized book that a command is about."""
    parser.add_argument(
        "book",
        type=existing_path,
        help="work folder of the digitized book, such as work/my-book",
    )


def output_path(text: str) -> Path:
    """An argparse type: a path to write to. That it cannot be written is no bug."""
    path = Path(text)
    _outputs.append(path)
    return path


def picture_path(text: str) -> Path:
    """An argparse type: a path to write a picture to."""
    path = output_path(text)
    if path.suffix.lower() not in PICTURES:
        raise argparse.ArgumentTypeError(f"{path} does not end in {', '.join(PICTURES)}")
    return path


class _Stderr(logging.Handler):
    """Writes above the bars of progress, to what stderr is at that time.

    `tqdm.contrib.logging` does the same, and loads asyncio, for which every job would wait.
    """

    def emit(self, record: logging.LogRecord) -> None:
        from tqdm import tqdm  # most commands have nothing to say

        tqdm.write(self.format(record), file=sys.stderr)


def log_to_stderr() -> None:
    """Let what is logged be seen, once, under the name of the program."""
    if not log.handlers:
        handler = _Stderr()
        handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
        log.addHandler(handler)
        log.propagate = False


def run(main: Callable[[], None]) -> None:
    """Run a stage's main function and leave with its exit code."""
    log_to_stderr()
    beginning = begin()
    try:
        main()
        for path in _benchmark:
            write_cost(path, beginning)
    except RectoError as error:
        _leave(error)
    except OSError as error:
        if (found := storage_error(error) or unwritable(error, _outputs[::-1])) is None:
            raise
        _leave(found)
    except KeyboardInterrupt:
        sys.exit(130)


def unwritable(error: OSError, outputs: Sequence[Path]) -> StorageError | None:
    """What to tell the user of an error about a path that was to be written, or its folder, or what
    lies in it; None of any other."""
    named = {Path(os.fsdecode(name)).absolute() for name in _names_of(error)}
    for output in outputs:
        path = output.absolute()
        if any(
            name == path
            or name in path.parents
            or (name.parent == path.parent and name.name.startswith(f"{path.name}."))
            or (path in name.parents and error.errno != errno.ENOENT)  # that would be a bug
            for name in named
        ):
            above = [p for p in path.parents if os.path.lexists(p) and not p.is_dir()]
            reason = f"{above[-1]} is no folder" if above else error.strerror
            return StorageError(
                f"{output} cannot be written: {reason}",
                "Give a path where this user may make a file or folder of that kind.",
            )
    return None


def _names_of(error: OSError) -> list[str | bytes]:
    return [name for name in (error.filename, error.filename2) if isinstance(name, str | bytes)]


def _leave(error: RectoError) -> NoReturn:
    log.error("%s", error)
    if path := os.environ.get(FAILURES):
        with Path(path).open("a", encoding="ascii") as failures:
            failures.write(f"{error.exit_code}\n")
    sys.exit(error.exit_code)
