"""Work that hangs, dies or errs costs its own page and no other."""

from __future__ import annotations

import errno
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.document import Page
from pipeline.errors import ModelError, PageError, StorageError
from pipeline.image.rasters import write_image
from pipeline.page_json import read_page, write_page
from stages.shards import page_files, work_pages
from stages.supervise import CRASHED, MEMORY, TIMEOUT, Failure, run_supervised
from tests.conftest import print_page


def outcomes(work: Callable[[int], None], count: int = 5, seconds: float = 5.0) -> dict[int, str]:
    """What became of tasks 0 to count - 1."""
    found: dict[int, str] = {}

    def failed(task: int, failure: Failure) -> None:
        found[task] = failure.reason

    run_supervised(
        range(count), work, lambda _: seconds, lambda task: found.setdefault(task, "done"), failed
    )
    assert list(found) == list(range(count))
    return found


def but(task: int, reason: str) -> dict[int, str]:
    return {k: reason if k == task else "done" for k in range(5)}


def test_a_task_that_hangs_is_given_up() -> None:
    """One page that hangs would stop a run for ever."""
    assert outcomes(lambda task: time.sleep(60 if task == 2 else 0), seconds=0.5) == but(2, TIMEOUT)


def test_a_task_that_the_system_kills_is_given_up(tmp_path: Path) -> None:
    """One page that fills the memory would cost its shard."""

    def work(task: int) -> None:
        if task == 3:
            with (tmp_path / "tries").open("a") as file:
                file.write("x")
            os.kill(os.getpid(), signal.SIGKILL)

    assert outcomes(work) == but(3, MEMORY)
    assert (tmp_path / "tries").read_text() == "xx"


def test_a_task_that_dies_once_is_done(tmp_path: Path) -> None:
    """A page would be given up for another program's need of memory."""

    def work(task: int) -> None:
        if task == 1 and not (tmp_path / "tried").exists():
            (tmp_path / "tried").touch()
            os.kill(os.getpid(), signal.SIGTERM)

    assert set(outcomes(work).values()) == {"done"}


def test_a_bug_costs_its_task_alone(capfd: pytest.CaptureFixture[str]) -> None:
    """One page that meets a bug would cost its neighbours."""

    def work(task: int) -> None:
        if task == 0:
            raise ZeroDivisionError

    assert outcomes(work) == but(0, CRASHED)
    assert "ZeroDivisionError" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), StorageError),
        (PermissionError(errno.EACCES, "Permission denied"), StorageError),
        (ModelError("no model", "train one"), ModelError),
    ],
)
def test_what_concerns_all_tasks_ends_them(error: Exception, expected: type[Exception]) -> None:
    """A full disk or a missing model would quarantine every page, one by one."""

    def work(task: int) -> None:
        raise error

    with pytest.raises(expected):
        outcomes(work)


def test_pages_that_fail_are_quarantined_and_leave_nothing(tmp_path: Path) -> None:
    """Half-written files of a failed page would be taken for its results."""
    (tmp_path / "in").mkdir()
    for number in range(1, 5):
        write_page(tmp_path / f"in/{number:04d}.json", Page(number, 10, 10, 300.0))

    def work(page: Page, _: Path, folder: Path) -> Page:
        (folder / f"{page.number:04d}.pgm").write_text("half")
        if page.number == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        if page.number == 3:
            raise PageError("damaged-page", "cannot be read")
        return page

    work_pages(tmp_path / "in", tmp_path / "out", "test", work, 120)
    pages = [read_page(path) for path in page_files(tmp_path / "out")]
    assert [(page.status, page.reason) for page in pages] == [
        ("done", ""), ("quarantined", MEMORY), ("quarantined", "damaged-page"), ("done", ""),
    ]  # fmt: skip
    assert not (tmp_path / "out/0002.pgm").exists()


def test_a_full_disk_is_an_error(tmp_path: Path) -> None:
    """A full disk would be called damage of the page."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    (tmp_path / "page.png").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        write_image(tmp_path / "page.png", print_page())
    with pytest.raises(ValueError, match="no format"):
        write_image(tmp_path / "page.nonsense", print_page())
