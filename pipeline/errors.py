"""Errors that a user can act on, each with the exit code of the command that it ends.

A stage ends with one of these codes and one message that says what to do; the table in
docs/commands.md lists them. Anything else that escapes is a bug, and ends with Python's own code 1
and a traceback.
"""

from __future__ import annotations

import errno
import json
import os


def printable(text: str) -> str:
    r"""A text that is one line and moves no cursor, whatever the names in it hold: what is not
    printable as a backslash and its code, bytes that are no UTF-8 as \xe9."""
    if text.isprintable():
        return text
    decoded = os.fsencode(text).decode("utf-8", "backslashreplace") if _is_encodable(text) else text
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode("ascii")
        for one in decoded
    )


def _is_encodable(text: str) -> bool:
    """Whether all lone surrogates in a text stand for bytes of a name."""
    return not any("\ud800" <= one <= "\udfff" and not "\udc80" <= one <= "\udcff" for one in text)


class RectoError(Exception):
    """Base of every expected failure. `exit_code` is the status of the command that it ends."""

    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        self.message = printable(message)
        self.remedy = printable(remedy)
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message}\n  {self.remedy}" if self.remedy else self.message

    def as_json(self) -> str:
        """For another process, which rebuilds it with `rebuild_error`."""
        return json.dumps([self.exit_code, self.message, self.remedy])


class ConfigError(RectoError):
    """config.yaml or a book's own YAML holds an unknown key or a wrong value."""

    exit_code = 2


class MissingScanError(RectoError):
    """No scan of that name lies in scans/, or more than one does."""

    exit_code = 3


class UnreadableScanError(RectoError):
    """The scan as a whole cannot be opened: not what its name says, damaged, or empty."""

    exit_code = 4


class EncryptedScanError(RectoError):
    """The PDF wants a password that was not given."""

    exit_code = 5


class ModelError(RectoError):
    """A recognizer, its alphabet or its language model is missing, damaged or does not fit."""

    exit_code = 6


class MissingToolError(RectoError):
    """A program of the system, such as poppler's pdftoppm, is not installed."""

    exit_code = 7


class BusyError(RectoError):
    """Another live run is working on the same book."""

    exit_code = 8


class DataError(RectoError):
    """Training data, a corpus or an intermediate file is missing or does not hold what it
    should."""

    exit_code = 9


class StorageError(RectoError):
    """The disk is full, or a folder cannot be written."""

    exit_code = 10


def rebuild_error(exit_code: int, message: str, remedy: str) -> RectoError:
    """An error of the class that has this exit code."""
    kinds = {kind.exit_code: kind for kind in RectoError.__subclasses__() if kind is not PageError}
    return kinds.get(exit_code, RectoError)(message, remedy)


def storage_error(error: OSError) -> StorageError | None:
    """What to tell the user of an error of the operating system, where it is about the disk; else
    None."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageError(
            f"the disk is full{where}",
            "Make room, and run the same command again: it goes on where it was.",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(
            f"no permission{where}: {error.strerror}",
            "Make it writable for this user, and run the same command again.",
        )
    return None


class PageError(RectoError):
    """One page cannot be processed. It is quarantined under `reason`; its neighbours go on."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
