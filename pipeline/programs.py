"""Programs of others, run with limits: poppler's tools, and whatever else reads what was deposited.

Each is a process group of its own, is killed whole when it takes too long or writes too much, and
dies with the process that called it: no page leaves anything running. Its memory is what the caller
itself may have (see stages.supervise), as limits of the kernel are inherited. Where there is a
sandbox it runs in that; passwords are not among what it inherits.
"""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.parent_death import die_with_parent
from pipeline.sandbox import sandbox_works, sandboxed

SECONDS = 120.0  # for one page; the limit of its stage, `page_seconds`, mostly comes first
LARGEST_OUTPUT = 1 << 30  # bytes; the largest raster that is accepted has 150 MB
LARGEST_MESSAGES = 1 << 16  # bytes of stderr that are kept; the rest is read and dropped
CHUNK = 1 << 16
SECRETS = frozenset({"RECTO_PASSWORD"})  # of the environment
SIGNALLED = 128  # a sandbox adds the signal that ended a program to it, as shells do
LAST_SECONDS = 5.0  # in which a program ends that has closed its output


class ProgramError(Exception):
    """A program took longer, or wrote more, than it may; the sentence says which."""


@dataclass(frozen=True)
class Finished:
    """What a program left: its exit status (negative: the signal that ended it) and its output."""

    status: int
    output: bytes
    messages: bytes

    @property
    def complaint(self) -> str:
        """The first line that tells of an error, or the signal that ended it; empty where neither
        is."""
        lines = self.messages.decode("utf-8", "replace").splitlines()
        named = next((line.strip() for line in lines if "Error" in line or "error" in line), "")
        if not named and self.status < 0:
            return f"it was ended by {signal.Signals(-self.status).name}"
        return named


def run_program(
    command: Sequence[str],
    *,
    seconds: float = SECONDS,
    largest_output: int = LARGEST_OUTPUT,
    files: Sequence[int] = (),
    writes: Sequence[Path] = (),
) -> Finished:
    """Run a program to its end and take what it writes.

    Args:
        command: the program and its arguments; no shell reads them.
        seconds: after which it is killed.
        largest_output: bytes on stdout after which it is killed; also the largest file that it may
            write.
        files: descriptors that it is handed, for names such as /dev/fd/7.
        writes: folders in which it may write.

    Raises:
        FileNotFoundError: there is no such program.
        ProgramError: it took longer or wrote more.
    """
    with _start(command, largest_output, files, writes) as process:
        try:
            output, messages = _read(process, command[0], seconds, largest_output)
            status = process.wait(LAST_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise ProgramError(f"{command[0]} did not end") from error
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    signalled = status > SIGNALLED and sandbox_works()
    return Finished(SIGNALLED - status if signalled else status, output, messages)


def _start(
    command: Sequence[str], largest_output: int, files: Sequence[int], writes: Sequence[Path]
) -> subprocess.Popen[bytes]:
    """Start a program that dies with this process and writes no file larger than that."""
    if (program := shutil.which(command[0])) is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), command[0])
    whole = [program, *command[1:]]
    # a sandbox dies with its caller by itself
    kept = sandboxed(whole, writes) if sandbox_works() else [*_find_keeper(), *whole]
    caller = os.getpid()
    with _limited_files(largest_output):
        return subprocess.Popen(
            kept,
            env={key: value for key, value in os.environ.items() if key not in SECRETS},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,
            pass_fds=files,
            # no other thread of this process holds a lock that it needs
            preexec_fn=None if kept != whole else lambda: die_with_parent(caller),
        )


@cache
def _find_keeper() -> tuple[str, ...]:
    """What a command begins with to die with its caller; empty where there is no such program.

    Python can run code of its own in a child only after a fork that copies the caller's memory
    map: with the libraries of a stage 6 ms, where starting setpriv (util-linux) takes 1. If the
    caller is killed before setpriv has begun, the program still ends, by itself: nobody reads what
    it writes.
    """
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "KILL", "--") if setpriv else ()


@contextlib.contextmanager
def _limited_files(largest: int) -> Iterator[None]:
    """Within it, a program that is started can write no larger file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    allowed = largest if hard == resource.RLIM_INFINITY else min(largest, hard)
    resource.setrlimit(resource.RLIMIT_FSIZE, (allowed, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _read(
    process: subprocess.Popen[bytes], program: str, seconds: float, largest: int
) -> tuple[bytes, bytes]:
    """All of stdout and the beginning of stderr, as they come."""
    deadline = time.monotonic() + seconds
    output, messages = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        for pipe, taken in ((process.stdout, output), (process.stderr, messages)):
            if pipe is not None:
                selector.register(pipe, selectors.EVENT_READ, taken)
        while selector.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                raise ProgramError(f"{program} took longer than {seconds:g} seconds")
            for key, _ in selector.select(left):
                data = os.read(key.fd, CHUNK)
                if not data:
                    selector.unregister(key.fileobj)
                elif key.data is output or len(messages) < LARGEST_MESSAGES:
                    key.data.extend(data)
            if len(output) > largest:
                raise ProgramError(f"{program} wrote more than {largest:,} bytes")
    return bytes(output), bytes(messages)
