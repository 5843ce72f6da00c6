"""The edge of every stage command: options in, exit code out.

Here, and only here, an expected failure becomes a message with its remedy and the exit code of its
class. A bug keeps its traceback and Python's exit code 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from pipeline.errors import RectoError, storage_error


def parser(doc: str | None) -> argparse.ArgumentParser:
    """An argument parser whose help is the module's docstring."""
    return argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def existing_path(text: str) -> Path:
    """An argparse type: a path that must exist."""
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"{path} does not exist")
    return path


def run(main: Callable[[], None]) -> None:
    """Run a stage's main function and leave with its exit code."""
    try:
        main()
    except RectoError as error:
        _leave(error)
    except OSError as error:
        if (found := storage_error(error)) is None:
            raise
        _leave(found)
    except KeyboardInterrupt:
        sys.exit(130)


def _leave(error: RectoError) -> NoReturn:
    print(f"recto: {error}", file=sys.stderr)
    sys.exit(error.exit_code)
