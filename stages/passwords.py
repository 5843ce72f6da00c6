"""Where the password of an encrypted scan comes from: never from the command line, which every user
of the machine can read."""

from __future__ import annotations

import os
from pathlib import Path

PASSWORD_VARIABLE = "RECTO_PASSWORD"


def read_password(book_file: Path | None) -> str:
    """The password in a book's YAML, or in the environment, or none."""
    from pipeline.book_config import (
        read_book,  # pydantic takes time to import: only where it is asked
    )

    given = read_book(book_file).password if book_file else ""
    return given or os.environ.get(PASSWORD_VARIABLE, "")
