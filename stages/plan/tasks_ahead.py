"""What a run still has to do, handed to whoever tells how far it has come.

Snakemake's events name a job when it begins, and count those that are left; of which pages these
are, only the plan knows. A filter of its logger adds it to the events in which the plan is new.
"""

from __future__ import annotations

import logging
import time
from typing import Any

EVENTS = ("run_info", "progress")  # of snakemake_interface_logger_plugins
AHEAD = "ahead"  # the attribute: (book, shard, stage) of each job; the plugin knows it so
SHARE = 0.02  # of a run's time that looking at its plan may take


class TasksAhead(logging.Filter):
    """Adds the tasks that are left to Snakemake's events; keeps every record."""

    def __init__(self, workflow: Any) -> None:
        super().__init__()
        self._workflow = workflow
        self._known = -1  # jobs of the plan when it was looked at
        self._due = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Runs where the record is made: in the thread that holds the plan."""
        if getattr(record, "event", None) in EVENTS and (dag := self._workflow.dag) is not None:
            begun = time.monotonic()
            if len(dag) != self._known and begun >= self._due:
                self._known = len(dag)
                setattr(record, AHEAD, [task_of(job) for job in dag.needrun_jobs()])
                ended = time.monotonic()
                self._due = ended + (ended - begun) / SHARE
        return True


def task_of(job: Any) -> tuple[str, str, str]:
    """Book, shard and stage of a job; the first two are empty where it has none."""
    wildcards = job.wildcards_dict
    return wildcards.get("book", ""), wildcards.get("shard", ""), job.rule.name
