"""How far a run has come and how long it still takes, told from the events of runs."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snakemake_logger_plugin_recto.estimate import COST, Estimate, Task, makespan
from snakemake_logger_plugin_recto.handler import Run, clock
from tests.conftest import ROOT

# Snakemake's events in runs on two cores of a busy machine, as far as the plugin takes them in
RECORDED = sorted((ROOT / "tests/data/progress").glob("*.jsonl"))
STAGES = ("rasterize", "deskew", "segment", "recognize", "export")


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_the_time_left_of_recorded_runs(path: Path) -> None:
    """The bar would promise minutes for hours."""
    events = [json.loads(line) for line in path.read_text().splitlines()]
    begun = next(event["at"] for event in events if event["event"] == "job_info")
    end = events[-1]["at"]
    run, asked = Run(), 0
    for event in events:
        run.take(event["event"], event, event["at"])
        if event["event"] != "job_finished" or event["at"] < begun + (end - begun) / 3:
            continue
        told, true = run.left, end - event["at"]
        if true > 2:  # less than that is over before it is read
            assert told is not None and 0.5 * true <= told <= 1.5 * true, (event["at"], told, true)
            asked += 1
    assert asked > 5
    assert run.share == 1 and "[####################]" in run.progress()


def simulate(
    seed: int, shards: int, pages: int, slots: int
) -> Iterator[tuple[float, str, Task, list[Task]]]:
    """Events of a run of one book: (time, start or finish, task, tasks ahead). Pages and stages
    cost otherwise than on the processor of COST, and shards differ."""
    random = Random(seed)
    speed = random.uniform(0.2, 5)
    factor = {stage: speed * random.uniform(0.6, 1.7) for stage in STAGES}
    names = [f"{k * pages + 1:04d}-{(k + 1) * pages:04d}" for k in range(shards)]
    hard = {name: random.uniform(0.7, 1.4) for name in names}
    ahead = [Task("book", name, stage) for name in names for stage in STAGES]
    waiting = [(-0, name) for name in names]
    heapq.heapify(waiting)
    running: list[tuple[float, Task]] = []
    now = 0.0
    while waiting or running:
        while waiting and len(running) < slots:
            stage, name = heapq.heappop(waiting)
            task = Task("book", name, STAGES[-stage])
            yield now, "start", task, ahead
            took = COST[task.stage] * factor[task.stage] * hard[name] * pages
            heapq.heappush(running, (now + took, task))
        now, task = heapq.heappop(running)
        ahead = [other for other in ahead if other != task]
        yield now, "finish", task, ahead
        if task.stage != STAGES[-1]:
            heapq.heappush(waiting, (-STAGES.index(task.stage) - 1, task.shard))


def follow(seed: int, shards: int, pages: int, slots: int) -> Iterator[bool]:
    """Of a simulated run, from a third of it on: whether each figure was within half of the true
    time left, or within three hundredths of the whole, which in the end is no matter."""
    events = list(simulate(seed, shards, pages, slots))
    end = events[-1][0]
    estimate, done = Estimate(slots), 0.0
    for at, what, task, ahead in events:
        estimate.look_ahead(ahead)
        (estimate.start if what == "start" else estimate.finish)(task, at)
        assert estimate.total == shards * pages
        assert done - 1e-6 <= estimate.done <= estimate.total + 1e-6
        done = estimate.done
        left, true = estimate.left(at), end - at
        if what == "finish" and at >= end / 3:
            assert left is not None
            yield abs(left - true) <= max(0.5 * true, 0.03 * end)
    assert estimate.done == pytest.approx(shards * pages)


def test_the_time_left_of_many_runs() -> None:
    """Another machine, or another kind of pages, would make it wrong. Some figures may be: nobody
    can tell how hard the pages are that are still to come."""
    random = Random(1)
    near: list[bool] = []
    for seed in range(40):
        slots = random.randint(1, 4)
        # with fewer shards, some stage is measured only when most is done
        shards = slots * random.randint(3, 10)
        near += follow(seed, shards, random.choice([4, 8, 32]), slots)
    assert sum(near) >= 0.98 * len(near)


def test_a_failed_page_shard_is_waited_for_no_longer() -> None:
    """A run with a broken book would never come to its end."""
    estimate = Estimate(2)
    tasks = [Task("a", "0001-0004", stage) for stage in STAGES]
    tasks += [Task("b", "0001-0004", stage) for stage in STAGES] + [Task("b", "", "assemble")]
    estimate.look_ahead(tasks)
    estimate.start(tasks[0], 0)
    estimate.give_up(tasks[0])
    estimate.look_ahead(tasks)
    assert estimate.total == 4
    estimate.start(tasks[0], 1)  # tried again, as on a cluster
    estimate.look_ahead(tasks)
    assert estimate.total == 8


def test_no_time_is_promised_before_the_pages_are_counted() -> None:
    """A shelf would be told to be done when its first book is."""
    estimate = Estimate()
    tasks = [Task("a", "0001-0004", "rasterize"), Task("a", "0001-0004", "deskew")]
    estimate.look_ahead([*tasks, Task("b", "", "inventory")])
    estimate.start(tasks[0], 0)
    assert estimate.left(0.5) is None
    estimate.finish(tasks[0], 1)
    assert estimate.left(1) is None
    estimate.look_ahead([tasks[1]])
    assert estimate.left(1) == pytest.approx(0.8)


@given(st.lists(st.floats(0, 1e6), max_size=30), st.integers(1, 9))
def test_chains_are_laid_on_slots(lengths: list[float], slots: int) -> None:
    """More cores would not make it faster, or one chain could be in two places."""
    span = makespan(lengths, slots)
    assert max([0, sum(lengths) / slots, *lengths]) <= span * (1 + 1e-9) + 1e-9
    assert span <= sum(lengths) / slots + max([0, *lengths]) + 1e-6


def test_times_are_told_as_a_clock_does() -> None:
    """Seconds of hours say little."""
    assert [clock(s) for s in (0.4, 61, 3599.6, 11105)] == ["0:00", "1:01", "1:00:00", "3:05:05"]
