"""Snakemake's events, as its logger plugins get them, and what of them is told."""

from __future__ import annotations

import atexit
import logging
import os
import sys
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from snakemake.logging import ColorizingTextHandler, DefaultFilter, DefaultFormatter
from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_recto.commands import REFUSED, explain
from snakemake_logger_plugin_recto.estimate import Estimate, Task
from snakemake_logger_plugin_recto.screen import Screen, open_screen

AHEAD = "ahead"  # attribute of a record: the tasks that are left (stages/plan/tasks_ahead.py)
SILENT = {"all", "archive", "refusal", "inventory", "assemble"}  # they say themselves what they did
# what Snakemake says of failed jobs, of which each was told when it failed
REPEATED = (
    "Exiting because a job execution failed",
    "At least one job did not complete",
    "returned non-zero exit status",
)
NOTHING = "Nothing to be done"
BAR = 20  # cells
CALLED_FROM = "RECTO_CALLED_FROM"  # environment variable, as in stages/command.py


class Run:
    """What is known of a run, and how it is told on a screen."""

    def __init__(self) -> None:
        self.now = 0.0  # seconds, of the last event or of whoever asks
        self._estimate = Estimate()
        self._jobs: dict[int, tuple[Task, str, list[str]]] = {}
        self._remote = False

    def take(self, event: Any, record: Mapping[str, Any], at: float) -> str:
        """Take one of Snakemake's events in; returns what is to be told of it, "" for nothing."""
        self.now = max(self.now, at)
        if (tasks := record.get(AHEAD)) is not None:
            self._estimate.look_ahead([Task(*task) for task in tasks])
        if event == LogEvent.RESOURCES_INFO:
            self._remote = self._remote or "nodes" in record
            self._estimate.slots = max(self._estimate.slots, record.get("cores") or 1)
        elif event == LogEvent.JOB_INFO:
            return self._start(record, at)
        elif event == LogEvent.JOB_FINISHED and record["job_id"] in self._jobs:
            self._estimate.finish(self._jobs[record["job_id"]][0], at)
        elif event == LogEvent.JOB_ERROR:
            return self._fail(record)
        return ""

    def _start(self, record: Mapping[str, Any], at: float) -> str:
        wildcards, rule = record["wildcards"] or {}, record["rule_name"]
        task = Task(wildcards.get("book", ""), wildcards.get("shard", ""), rule)
        self._jobs[record["jobid"]] = (task, rule, list(record["log"]))
        self._estimate.start(task, at)
        if self._remote:  # as many as the queue takes
            self._estimate.slots = max(self._estimate.slots, self._estimate.running)
        if task.book or rule in SILENT:
            return ""
        return f"{rule}: {', '.join(record['output'])}"

    def _fail(self, record: Mapping[str, Any]) -> str:
        task, rule, logs = self._jobs.get(
            record["jobid"], (Task("", "", record["rule_name"]), record["rule_name"], [])
        )
        self._estimate.give_up(task)
        if rule == "refusal":
            return ""  # it has said itself what stands against which book
        subject = f" of {task.book}" if task.book else ""
        subject += f", pages {task.shard}" if task.shard else ""
        where = f"; its log: {', '.join(map(as_called, logs))}" if logs else ""
        # what a job says on another machine is seen in its log alone
        said = [line for log in logs for line in told_in(Path(log))] if self._remote else []
        return "\n".join([f"recto: {rule}{subject} failed{where}", *said])

    def progress(self) -> str:
        """The line of progress; "" where no pages are worked on."""
        total = self._estimate.total
        if not total:
            return ""
        done = min(self._estimate.done, total)
        filled = int(BAR * done / total)
        parts = [
            f"{int(done)} of {total} pages [{'#' * filled}{'.' * (BAR - filled)}]",
            f"{self._estimate.rate(self.now):.2f} pages/s",
            *([] if self.left is None else [f"{clock(self.left)} left"]),
        ]
        return "  ".join(parts)

    @property
    def left(self) -> float | None:
        """Seconds until all is done; None where that cannot be told yet."""
        return self._estimate.left(self.now)

    @property
    def share(self) -> float:
        """Share of the pages that is done, of 1."""
        return self._estimate.done / max(self._estimate.total, 1)

    def closing(self) -> str:
        """The last line: how many pages in which time; "" where there were none."""
        if not (total := self._estimate.total):
            return ""
        seconds, done = self._estimate.seconds(self.now), int(self._estimate.done + 0.5)
        return f"{done} of {total} pages in {clock(seconds)}, {done / seconds:.2f} pages/s"


def as_called(path: str) -> str:
    """A path as it is told: from the folder in which `recto` was called."""
    folder = os.environ.get(CALLED_FROM)
    return os.path.relpath(Path(path).resolve(), folder) if folder else path


def told_in(log: Path) -> list[str]:
    """What a job said of its failure in its log: the lines from its last error on."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    errors = [number for number, line in enumerate(lines) if line.startswith("recto: ")]
    return lines[errors[-1] :] if errors else lines[-1:]


def clock(seconds: float) -> str:
    """A time as a clock shows it: 0:07, 12:30, 3:05:00."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


class LogHandler(LogHandlerBase):
    """Snakemake's records, told as Recto tells them; with --verbose and in a dry run, as Snakemake
    does."""

    def __post_init__(self) -> None:
        # Snakemake's own log is a file: on a full disk each line of it would be a traceback
        logging.raiseExceptions = False
        self._run = Run()
        self._plain: logging.Handler | None = None
        self._screen: Screen | None = None
        settings = self.common_settings
        self._quiet = Quietness.ALL in (settings.quiet or ())
        if settings.verbose or settings.dryrun:
            self._plain = as_snakemake_does(settings)
            return
        self._screen = open_screen(self._progress)
        atexit.register(self.close)  # where Snakemake ends without ending its loggers

    def emit(self, record: logging.LogRecord) -> None:
        """Tell a record, or not."""
        if self._plain is not None:
            if REFUSED in record.getMessage():
                record.msg, record.args = explain(record.getMessage(), sys.argv), ()
            self._plain.handle(record)
            return
        try:
            self._tell(record)
        except Exception:  # noqa: BLE001  (what is told must not end what is done)
            traceback.print_exc()

    def _tell(self, record: logging.LogRecord) -> None:
        event = getattr(record, "event", None)
        if self._screen is None:
            return
        text = self._run.take(event, record.__dict__, record.created)
        message = record.getMessage()
        if event != LogEvent.JOB_ERROR and record.levelno >= logging.WARNING:
            is_known = any(part in message for part in REPEATED)
            text = "" if is_known else explain(message, sys.argv)
        elif event is None and message.startswith(NOTHING):
            text = message
        if text and not (self._quiet and record.levelno < logging.WARNING):
            self._screen.say(text)
        if event == LogEvent.PROGRESS and not self._quiet:
            self._screen.tick(self._run.share, record.created)

    def _progress(self) -> str:
        self._run.now = max(self._run.now, time.time())
        return "" if self._quiet else self._run.progress()

    def close(self) -> None:
        """Tell how long all took, and give the terminal back."""
        if self._plain is None and (screen := self._screen) is not None:
            self._screen = None
            closing = "" if self._quiet else self._run.closing()
            screen.close()
            if closing:
                print(closing, file=sys.stderr, flush=True)
        super().close()

    writes_to_stream = True
    writes_to_file = False
    has_filter = True
    has_formatter = True
    needs_rulegraph = False


def as_snakemake_does(settings: Any) -> logging.Handler:
    """A handler that writes what Snakemake writes where it has no plugin."""
    handler = ColorizingTextHandler(
        nocolor=settings.nocolor, stream=sys.stdout if settings.stdout else sys.stderr
    )
    handler.addFilter(
        DefaultFilter(
            settings.quiet,
            settings.debug_dag,
            settings.verbose,
            settings.dryrun,
            settings.printshellcmds,
        )
    )
    handler.setFormatter(DefaultFormatter(settings.quiet, settings.show_failed_logs))
    return handler
