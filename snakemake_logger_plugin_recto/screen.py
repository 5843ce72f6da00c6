"""Where a run is told: a terminal with one line of progress below all that is printed, or a file
that gets a line of it now and then.

On a terminal the jobs and Snakemake print into a pipe, from which whole lines are taken: so nothing
tears the line of progress, whoever prints. What a job redraws itself, such as a bar of training,
stands in the place of that line.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import threading
from collections.abc import Callable
from select import select
from typing import Protocol

ERASE_LINE = "\r\x1b[K"
CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")
TICK = 1.0  # seconds between two drawings of the line of progress
STEP, PAUSE = 0.1, 20.0  # a file gets a line a tenth of the pages, and none sooner than this
BARS = "RECTO_BARS"  # environment variable: what jobs redraw is seen on a terminal


class Screen(Protocol):
    """What both have in common."""

    def say(self, text: str) -> None:
        """Print a line."""

    def tick(self, share: float, at: float) -> None:
        """Progress was made: `share` of 1 is done."""

    def close(self) -> None:
        """The run is over."""


class Lines:
    """A file, a pipe or a dumb terminal: sparse lines, no control characters."""

    def __init__(self, progress: Callable[[], str]) -> None:
        self._progress = progress
        self._told = (0.0, float("-inf"))

    def say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def tick(self, share: float, at: float) -> None:
        told, when = self._told
        if share >= told + STEP and at >= when + PAUSE and (line := self._progress()):
            self._told = (share, at)
            self.say(line)

    def close(self) -> None:
        """Nothing is held."""


class Terminal:
    """A terminal, which stdout and stderr, or stderr alone, are attached to."""

    def __init__(self, progress: Callable[[], str]) -> None:
        self._progress = progress
        self._live = ""  # what a job redraws
        self._rest = b""  # of a line that is not whole
        self._lock = threading.Lock()
        self._terminal = os.dup(2)
        self._replaced = {number: os.dup(number) for number in (1, 2) if os.isatty(number)}
        reading, writing = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        for number in self._replaced:
            os.dup2(writing, number)
        os.close(writing)
        os.environ[BARS] = "1"
        self._stop, stopping = os.pipe()
        self._stopping = stopping
        self._reader = threading.Thread(target=self._read, args=(reading,), daemon=True)
        self._reader.start()

    def say(self, text: str) -> None:
        with self._lock:
            self._write(f"{ERASE_LINE}{text}\n")
            self._draw()

    def tick(self, share: float, at: float) -> None:
        with self._lock:
            self._draw()

    def close(self) -> None:
        """Give stdout and stderr back, when all that was printed has been shown."""
        if not self._replaced:
            return
        sys.stdout.flush()
        sys.stderr.flush()
        for number, original in self._replaced.items():
            os.dup2(original, number)
            os.close(original)
        self._replaced = {}
        os.environ.pop(BARS, None)
        os.close(self._stopping)
        self._reader.join()
        self._write(ERASE_LINE)

    def _read(self, reading: int) -> None:
        """Show what is printed, until the run is over and the pipe is empty."""
        watched = [reading, self._stop]
        while True:
            ready, _, _ = select(watched, [], [], TICK)
            if reading in ready:
                data = os.read(reading, 65536)
                if not data:
                    break
                self._take(data)
            elif self._stop in ready:
                break
            with self._lock:
                self._draw()
        if self._rest:
            self._write(f"{ERASE_LINE}{self._rest.decode('utf-8', 'replace')}\n")

    def _take(self, data: bytes) -> None:
        """Show whole lines; what stands behind a carriage return is redrawn, and no line yet."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        with self._lock:
            for line in lines:
                text = line.rstrip(b"\r").rpartition(b"\r")[2].decode("utf-8", "replace")
                self._write(f"{ERASE_LINE}{text}\n")
            head, redrawn, live = self._rest.rpartition(b"\r")
            live = live or head.rpartition(b"\r")[2]
            self._live = CONTROLS.sub("", live.decode("utf-8", "replace")) if redrawn else ""

    def _draw(self) -> None:
        width = shutil.get_terminal_size().columns - 1
        text = self._live.strip() or self._progress()
        self._write(f"{ERASE_LINE}{text[:width]}")

    def _write(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        while data:
            data = data[os.write(self._terminal, data) :]


def open_screen(progress: Callable[[], str]) -> Screen:
    """The screen of a run, which asks `progress` for its line of progress."""
    is_terminal = os.isatty(2) and os.environ.get("TERM", "dumb") != "dumb"
    return Terminal(progress) if is_terminal else Lines(progress)
