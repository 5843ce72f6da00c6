"""How far a run has come, in pages, and how long it still takes.

Each shard of a book is a chain of tasks, one a stage. What a page costs at each stage is measured
in this run; what is not measured yet is taken from what stages cost beside each other. The time
that is left is that of the chains, laid on as many slots as the run has cores, the longest first.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

# CPU seconds of a page of the sample at each stage, on two cores of an AMD EPYC (Zen 4)
COST = {
    "rasterize": 0.10,
    "deskew": 0.08,
    "segment": 0.10,
    "recognize": 0.14,
    "export": 0.02,
    "pictures": 0.10,
}
BOOK_COST = 0.01  # of a page when its book is put together, likewise
UNSEEN, COUNTED = 0.1, "inventory"  # a stage that is not listed; the stage that counts the pages
NEARLY = 0.9  # a task that takes longer than was thought has this share of its time behind it
# What a page costs is the mean of what it did; with each job, those before it keep this share of
# their weight, as pages and the load of a machine change. By eye, on a recorded run.
KEPT = 0.9
SIMULATED = 2000  # chains; of more, the work is divided by the slots


class Task(NamedTuple):
    """One stage of one shard of a book; `shard` is empty where a stage concerns the whole book."""

    book: str
    shard: str
    stage: str

    @property
    def pages(self) -> int:
        """Pages of its shard, from its name, `0005-0008`; 0 of a whole book."""
        first, _, last = self.shard.partition("-")
        return int(last) - int(first) + 1 if last else 0


class Estimate:
    """Progress of a run. Times are in seconds, on any clock; `begun`: when the first task was;
    `slots`: tasks that are done at a time."""

    def __init__(self, slots: int = 1) -> None:
        self.slots = slots
        self.begun: float | None = None
        self._ahead: set[Task] = set()
        self._running: dict[Task, float] = {}
        self._finished: set[Task] = set()
        self._given_up: set[tuple[str, str]] = set()
        self._last: dict[tuple[str, str], float] = {}  # when a chain's last task ended
        self._seconds: defaultdict[str, float] = defaultdict(float)  # by stage, the last most
        self._pages: defaultdict[str, float] = defaultdict(float)
        self._spent: defaultdict[tuple[str, str], float] = defaultdict(float)  # by chain
        self._thought: defaultdict[tuple[str, str], float] = defaultdict(float)

    def look_ahead(self, tasks: Collection[Task]) -> None:
        """Take over what is left to be done, running tasks among it."""
        self._ahead = {task for task in tasks if not self._is_given_up(task)} - self._finished

    def _is_given_up(self, task: Task) -> bool:
        return not self._given_up.isdisjoint({(task.book, task.shard), (task.book, "")})

    def start(self, task: Task, at: float) -> None:
        """A task is begun, or tried again."""
        self.begun = at if self.begun is None else self.begun
        self._given_up -= {(task.book, task.shard), (task.book, "")}
        self._ahead.add(task)
        self._running[task] = at

    def finish(self, task: Task, at: float) -> None:
        """A task is done. Tasks of one shard that were handed out together follow each other."""
        chain = (task.book, task.shard)
        begun = max(self._running.pop(task, at), self._last.get(chain, 0.0))
        self._last[chain] = at
        self._seconds[task.stage] = KEPT * self._seconds[task.stage] + max(0.0, at - begun)
        self._pages[task.stage] = KEPT * self._pages[task.stage] + task.pages
        self._spent[chain] += max(0.0, at - begun)
        self._thought[chain] += self._cost(task)
        self._ahead.discard(task)
        self._finished.add(task)

    def give_up(self, task: Task) -> None:
        """A task has failed: what follows it in its shard, and its book, is not done."""
        self._running.pop(task, None)
        self._given_up.add((task.book, task.shard))
        lost = {t for t in self._ahead if t.book == task.book and t.shard in ("", task.shard)}
        self._ahead -= lost

    @property
    def running(self) -> int:
        """Shards and books that are worked on."""
        return len({task[:2] for task in self._running})

    @property
    def total(self) -> int:
        """Pages of the run, as far as they are known."""
        return sum({t[:2]: t.pages for t in self._finished | self._ahead}.values())

    @property
    def done(self) -> float:
        """Pages done; a page that is at some stage counts by the cost of those behind it."""
        cost: defaultdict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
        for tasks, behind in ((self._finished, 1), (self._ahead, 0)):
            for task in tasks:
                if task.shard:
                    share = COST.get(task.stage, UNSEEN)
                    cost[task.book, task.shard][0] += share * behind
                    cost[task.book, task.shard][1] += share
        return sum(
            Task(*chain, "").pages * behind / whole for chain, (behind, whole) in cost.items()
        )

    def rate(self, at: float) -> float:
        """Pages a second since the run began."""
        return self.done / self.seconds(at)

    def seconds(self, at: float) -> float:
        """Since the run began; never 0."""
        return max(at - (at if self.begun is None else self.begun), 1e-3)

    def left(self, at: float) -> float | None:
        """Seconds until all is done; None while pages are still to be counted, or none is done."""
        if not self._seconds.keys() & COST.keys():
            return None
        if any(task.stage == COUNTED for task in self._ahead):
            return None
        chains: defaultdict[tuple[str, str], list[Task]] = defaultdict(list)
        books: defaultdict[str, int] = defaultdict(int)
        for task in self._finished | self._ahead:
            if task.stage == "export":
                books[task.book] += task.pages
        put_together = [0.0]
        for task in self._ahead:
            if task.shard:
                chains[task.book, task.shard].append(task)
            elif task.book:
                put_together.append(books[task.book] * BOOK_COST * self._scale)
        last = max(put_together)  # the last book is put together when all its shards are done
        lengths = [self._chain_left(tasks, at) for tasks in chains.values()]
        return makespan([*lengths, sum(put_together) - last], self.slots) + last

    def _cost(self, task: Task) -> float:
        """Seconds that a task takes on pages such as the last ones."""
        if self._pages[task.stage]:
            return self._seconds[task.stage] / self._pages[task.stage] * task.pages
        return COST.get(task.stage, UNSEEN) * self._scale * task.pages

    def _chain_left(self, tasks: list[Task], at: float) -> float:
        """Seconds that what is left of a chain takes. Pages that took longer than others at the
        stages behind them do so at those ahead, the surer the more is behind them."""
        chain, ahead = tasks[0][:2], sum(map(self._cost, tasks))
        thought = self._thought[chain] + ahead
        hardness = (self._spent[chain] + ahead) / thought if thought else 1.0
        return sum(self._time_left(task, self._cost(task) * hardness, at) for task in tasks)

    def _time_left(self, task: Task, cost: float, at: float) -> float:
        """Seconds that a task still takes, which may have begun."""
        if task not in self._running:
            return cost
        begun = max(self._running[task], self._last.get((task.book, task.shard), 0.0))
        return max(cost - max(0.0, at - begun), (1 - NEARLY) * cost)

    @property
    def _scale(self) -> float:
        """How many times as long as on the processor of COST this run's tasks take."""
        expected = sum(COST[stage] * self._pages[stage] for stage in COST)
        return sum(self._seconds[stage] for stage in COST) / expected if expected else 1.0


def makespan(lengths: Iterable[float], slots: int) -> float:
    """Time in which chains of these lengths are done in so many slots, the longest first."""
    ordered = sorted(lengths, reverse=True)
    if len(ordered) > SIMULATED:
        return sum(ordered) / slots
    ends = [0.0] * slots
    for length in ordered:
        heapq.heapreplace(ends, ends[0] + length)
    return max(ends)
