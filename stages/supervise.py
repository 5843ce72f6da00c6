"""Work that may hang or die, done in a child process that can be spared.

A stage gives its pages one after another to one child. Where the child is silent for too long, it
is ended and the page is given up; where it dies (the kernel takes it when memory runs out, or a
library crashes), the page is tried once more in a new child, and then given up. The pages before
and after are done as if nothing had happened.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TypeVar

from pipeline import meter
from pipeline.errors import RectoError, UnreadableScanError, rebuild_error, storage_error
from pipeline.parent_death import die_with_parent

Task = TypeVar("Task")
TIMEOUT, CRASHED, MEMORY = "timeout", "crashed", "out-of-memory"
TRIES = 2


@dataclass(frozen=True)
class Limits:
    """What one stage may take for a whole book."""

    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Failure:
    """Why a task was given up: a quarantine reason and a sentence."""

    reason: str
    message: str


def run_supervised(
    tasks: Sequence[Task], work: Callable[[Task], None], seconds: Callable[[Task], float],
    done: Callable[[Task], None], failed: Callable[[Task, Failure], None],
    megabytes: Callable[[Task], float] | None = None, limit: str = "`page_seconds` in config.yaml",
) -> None:  # fmt: skip
    """Do `work` on each task in a child process, in order.

    Args:
        work: runs in the child and leaves its results on disk. What it raises fails its task, but a
            RectoError and a full or unwritable disk, which end it all.
        seconds: longest time for a task.
        done, failed: called here, after each task.
        megabytes: most memory for a task, and for each program that it runs; None for no limit.
        limit: what sets the longest time, for the message.

    Raises:
        RectoError: what `work` raised of this kind.
        StorageError: `work` found the disk full or unwritable.
    """
    position, tries = 0, 0
    while position < len(tasks):
        child = _Child(tasks[position:], work, megabytes, limit)
        try:
            while position < len(tasks):
                failure = child.await_task(seconds(tasks[position]))
                if (
                    failure is not None
                    and failure.reason != TIMEOUT
                    and child.dead
                    and tries + 1 < TRIES
                ):
                    tries += 1
                    break
                if failure is None:
                    done(tasks[position])
                else:
                    failed(tasks[position], failure)
                position, tries = position + 1, 0
                if child.dead:
                    break
        finally:
            child.end()


class _Child:
    """A process that works through tasks and reports each."""

    def __init__(
        self,
        tasks: Sequence[Task],
        work: Callable[[Task], None],
        megabytes: Callable[[Task], float] | None,
        limit: str,
    ) -> None:
        self._limit = limit
        context = multiprocessing.get_context("fork")
        self._reports, reporting = context.Pipe(duplex=False)
        self._process = context.Process(
            target=_work_through, args=(tasks, work, megabytes, reporting, os.getpid()), daemon=True
        )
        self._process.start()
        reporting.close()
        self.dead = False

    def await_task(self, seconds: float) -> Failure | None:
        """Wait for the next report: None where the task is done."""
        if not self._reports.poll(seconds):
            self.end()
            return Failure(
                TIMEOUT,
                f"took longer than {seconds:g} seconds; {self._limit} sets the limit",
            )
        try:
            kind, *details = self._reports.recv()
        except EOFError:
            self.end()
            code = self._process.exitcode or 0
            if code == -signal.SIGKILL:
                return Failure(
                    MEMORY, "the system ended the process, most likely for want of memory"
                )
            return Failure(
                CRASHED,
                "the process died "
                f"({signal.Signals(-code).name if code < 0 else f'exit code {code}'})",
            )
        if kind == "error":
            raise rebuild_error(*details)
        if kind == "done":
            meter.add(*details)
            return None
        if kind == "memory":
            return Failure(
                MEMORY, f"needs more memory than the {details[0]:,.0f} MB that it may have"
            )
        return Failure(CRASHED, f"an error of Recto's own: {details[0]}")

    def end(self) -> None:
        """End the process."""
        self.dead = True
        self._process.kill()
        self._process.join()
        self._reports.close()


def _work_through(
    tasks: Sequence[Task],
    work: Callable[[Task], None],
    megabytes: Callable[[Task], float] | None,
    reports: Connection,
    parent: int,
) -> None:
    """Body of the child. It dies with its parent, so that nothing writes into the folder of the
    next run."""
    die_with_parent(parent)
    meter.take()  # what the parent has found is the parent's
    for task in tasks:
        try:
            if megabytes is not None:
                limit_memory(megabytes(task))
            work(task)
            reports.send(("done", meter.take()))
        except MemoryError:
            reports.send(("memory", megabytes(task) if megabytes else 0))
        except RectoError as error:
            reports.send(("error", error.exit_code, error.message, error.remedy))
        except OSError as error:
            found = storage_error(error)
            if found is None:
                traceback.print_exc()
                reports.send(("failed", repr(error)))
            else:
                reports.send(("error", found.exit_code, found.message, found.remedy))
        except Exception as error:  # noqa: BLE001  (a bug on one page must not cost the others; its traceback is in the log)
            traceback.print_exc()
            reports.send(("failed", repr(error)))
    os._exit(0)


def limit_memory(megabytes: float) -> None:
    """Limit what this process may still ask for, and each program that it starts (RLIMIT_DATA of
    setrlimit(2): memory that is its own, files that are mapped aside)."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = round(megabytes) << 20
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def run_limited(work: Callable[[], None], subject: str, limits: Limits) -> None:
    """Do what concerns a whole book in a child process with limits.

    Raises:
        UnreadableScanError: it took longer, needed more memory or ended the process.
        RectoError: what `work` raised.
    """

    def give_up(_: None, failure: Failure) -> None:
        raise UnreadableScanError(
            f"{subject} {failure.message}",
            "Part the scan, or repair it; `book_seconds` and `book_megabytes` in config.yaml set "
            "what one book may take.",
        )

    run_supervised(
        [None],
        lambda _: work(),
        lambda _: limits.seconds,
        lambda _: None,
        give_up,
        lambda _: limits.megabytes,
        "`book_seconds` in config.yaml",
    )
