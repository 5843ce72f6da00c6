"""A command that is handed over to the warm parent of its run ends as it would have ended by
itself, and nothing of a run outlives it."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from pipeline.errors import DataError
from stages import handover
from stages.handover import ADDRESS
from tests.conftest import ROOT

# a warm parent whose only stage, "archive", does what a test asks for
PARENT = """
import os, resource, signal, socket, sys, time, types
from pathlib import Path
from pipeline.errors import DataError
from stages.warm import serve_commands

def main():
    what, *rest = sys.argv[1:]
    if what == "fail":
        raise DataError("nothing there", "Look elsewhere.")
    if what == "break":
        raise ValueError("a bug")
    if what == "die":
        os.kill(os.getpid(), int(rest[0]))
    if what == "wait":
        Path(rest[0]).write_text(str(os.getpid()))
        time.sleep(60)
    if what == "prepared":
        print(prepared)
        return
    umask = os.umask(0)
    print(rest, os.getcwd(), os.environ["GREETING"], "RECTO_WARM" in os.environ, umask)
    print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], sys.stdin.read(), file=sys.stderr)

prepared = []

def prepare(arguments):
    prepared.append((*arguments, os.getcwd()))
    raise SystemExit(2)

stage = types.ModuleType("archive")
stage.__file__, stage.main, stage.prepare = "archive.py", main, prepare
serve_commands(socket.socket(fileno=int(sys.argv[1])), {"archive": lambda: stage})
"""


PATIENCE = 500  # seconds; far more than any of this takes where the machine is not overloaded


@dataclass
class Parent:
    """A warm parent under test."""

    process: subprocess.Popen[bytes]
    environment: dict[str, str]

    def start(self, *arguments: str, **options: object) -> subprocess.Popen[str]:
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
            [sys.executable, "-m", "stages.archive", *arguments],
            env=self.environment,
            text=True,
            **({"cwd": ROOT, "stdout": -1, "stderr": -1, "stdin": subprocess.DEVNULL} | options),
        )

    def run(self, *arguments: str, **options: object) -> tuple[int, str, str]:
        command = self.start(*arguments, **options)
        output, errors = command.communicate(timeout=PATIENCE)
        return command.returncode, output, errors


@contextmanager
def warm_parent() -> Iterator[Parent]:
    name = f"recto-test-{os.getpid()}-{time.monotonic_ns()}"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("\0" + name)
        listener.listen()
        process = subprocess.Popen(
            [sys.executable, "-c", PARENT, str(listener.fileno())],
            stdin=subprocess.PIPE,
            pass_fds=[listener.fileno()],
            cwd=ROOT,
        )
    try:
        yield Parent(process, os.environ | {ADDRESS: name, "PYTHONPATH": str(ROOT)})
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def parent() -> Iterator[Parent]:
    with warm_parent() as process:
        yield process


def started_job(path: Path) -> psutil.Process:
    """The process of a job that waits, once it has said its number."""
    wait_until(lambda: path.is_file() and bool(path.read_text()))
    return psutil.Process(int(path.read_text()))


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_job_is_what_its_command_was(parent: Parent, tmp_path: Path) -> None:
    parent.environment["GREETING"] = "good day"
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    (tmp_path / "in").write_text("said to it")
    with (tmp_path / "in").open() as given:
        code, output, errors = parent.run(
            "show",
            "a b",
            cwd=tmp_path,
            stdin=given,
            umask=0o027,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (77, hard)),
        )
    assert (code, errors) == (0, "77 said to it\n")
    assert output == f"['a b'] {tmp_path} good day False {0o027}\n"


def test_a_job_ends_its_command_as_it_ends(parent: Parent) -> None:
    code, _, errors = parent.run("fail")
    assert code == DataError.exit_code
    assert "nothing there" in errors
    assert "Traceback" not in errors
    code, _, errors = parent.run("break")
    assert code == 1
    assert "ValueError: a bug" in errors
    assert parent.run("die", str(int(signal.SIGSEGV)))[0] == -signal.SIGSEGV
    assert parent.run("die", str(int(signal.SIGKILL)))[0] == -signal.SIGKILL


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, -15), (signal.SIGINT, 130)])
def test_a_signal_to_the_command_reaches_the_job(
    parent: Parent, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    command = parent.start("wait", str(tmp_path / "job"))
    job = started_job(tmp_path / "job")
    command.send_signal(number)
    assert command.wait(PATIENCE) == code
    assert is_gone(job)


def test_a_signal_that_comes_before_the_job_listens_is_not_lost(
    parent: Parent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After Ctrl-C in the moment in which a job begins, a run would go on until it has ended."""
    monkeypatch.setattr(sys, "orig_argv", [sys.executable, "-m", "", "wait", str(tmp_path / "job")])
    for _ in range(20):
        with handover._connect(parent.environment[ADDRESS]) as connection:
            handover._send(connection, "archive")
            connection.send(bytes([signal.SIGINT]))
            connection.settimeout(PATIENCE)
            answer = connection.recv(handover.ANSWER.size, socket.MSG_WAITALL)
        assert handover.ANSWER.unpack(answer) == (128 + signal.SIGINT,)


def test_a_job_dies_with_its_command(parent: Parent, tmp_path: Path) -> None:
    command = parent.start("wait", str(tmp_path / "job"))
    job = started_job(tmp_path / "job")
    command.kill()
    wait_until(lambda: is_gone(job))


def test_jobs_and_commands_end_with_the_run(parent: Parent, tmp_path: Path) -> None:
    command = parent.start("wait", str(tmp_path / "job"))
    job = started_job(tmp_path / "job")
    assert parent.process.stdin
    parent.process.stdin.close()
    assert parent.process.wait(PATIENCE) == 0
    assert command.wait(PATIENCE) == -signal.SIGKILL
    wait_until(lambda: is_gone(job))


def test_a_command_whose_parent_is_lost_does_its_work_itself(
    parent: Parent, tmp_path: Path
) -> None:
    command = parent.start("wait", str(tmp_path / "job"))
    job = started_job(tmp_path / "job")
    parent.process.kill()
    _, errors = command.communicate(timeout=PATIENCE)
    assert command.returncode == 2  # the real stage knows no such arguments
    assert "usage: archive.py" in errors
    wait_until(lambda: is_gone(job))
    assert "usage: archive.py" in parent.run("--help")[1]


def test_what_is_opened_for_a_job_is_open_for_the_next(parent: Parent, tmp_path: Path) -> None:
    """A failed attempt to open costs no job."""
    first = parent.run("prepared", "a", cwd=tmp_path)
    second = parent.run("prepared", "b")
    assert first == (0, f"[('prepared', 'a', '{tmp_path}')]\n", "")
    assert second[1].startswith(f"[('prepared', 'a', '{tmp_path}'), ('prepared', 'b',")


def test_another_stage_is_declined(parent: Parent) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "stages.export", "--help"],
        env=parent.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0
    assert "usage: export.py" in run.stdout


def test_nothing_outlives_snakemake(workplace: Path, folder_of_images: Path) -> None:
    snakemake = Path(sys.executable).with_name("snakemake")
    run = subprocess.Popen(
        [str(snakemake), "--cores", "2", "out/leaves/"],
        cwd=workplace,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: any(workplace.glob("work/leaves/raster/*")))
        family = psutil.Process(run.pid).children(recursive=True)
        assert any("stages.warm" in process.cmdline() for process in family if not is_gone(process))
    finally:
        run.kill()
        run.wait()
    wait_until(lambda: all(is_gone(process) for process in family))


def test_a_command_that_goes_as_its_job_ends_costs_no_other() -> None:
    """Both may be told in one round: the job's number is then no longer its own."""
    script = """
import os, socket, subprocess
from stages.warm import Server

with subprocess.Popen(["sleep", "60"], process_group=0) as other:
    server = Server(socket.socket(socket.AF_UNIX), os.pipe()[0], {})
    kept, gone = socket.socketpair()
    kept.close()
    server._pass_on(other.pid, gone)
    print(other.poll())
    other.kill()
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE
    )
    assert (done.stdout.strip(), done.stderr) == ("None", "")


def test_ctrl_c_ends_one_run_and_no_other(workplace: Path, folder_of_images: Path) -> None:
    """Two runs on different books at a time, each with a warm parent of its own."""
    shutil.copytree(folder_of_images, workplace / "scans" / "others")
    command = [str(Path(sys.executable).with_name("snakemake")), "--cores", "1"]
    stopped, other = (
        subprocess.Popen(
            [*command, f"out/{book}/"],
            cwd=workplace,
            env=os.environ | {"PYTHONPATH": str(workplace)},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # a shell that starts the tests in the background has them ignore Ctrl-C
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        for book in ("leaves", "others")
    )
    try:
        wait_until(lambda: any(workplace.glob("work/leaves/raster/*")))
        family = psutil.Process(stopped.pid).children(recursive=True)
        os.killpg(stopped.pid, signal.SIGINT)  # as a terminal does: to all of its processes
        assert stopped.wait(PATIENCE) != 0
        wait_until(lambda: all(is_gone(process) for process in family))
        assert not (workplace / "out/leaves").exists()
        assert other.wait(PATIENCE) == 0
        assert (workplace / "out/others/manifest.json").is_file()
    finally:
        for run in (stopped, other):
            run.kill()
            run.wait()


def test_a_stage_by_hand_writes_the_same_bytes(
    workplace: Path,
    folder_of_images: Path,
    snakemake: Callable[..., Any],
    stage: Callable[..., Any],
) -> None:
    """What a run delivers must not depend on whether its machine has a warm parent."""
    run = snakemake(workplace, "out/leaves/")
    assert run.returncode == 0, run.stderr
    (shard, *_) = sorted(path.name for path in workplace.glob("work/leaves/text/*"))
    for name, before, after in (("recognize", "layout", "text"), ("export", "text", "export")):
        source, warm = (workplace / "work/leaves" / part / shard for part in (before, after))
        cold = workplace / f"{name}d"
        assert stage(name, source, cold).returncode == 0
        files = [path.name for path in sorted(cold.iterdir())]
        assert files
        assert [(warm / file).read_bytes() for file in files] == [
            (cold / file).read_bytes() for file in files
        ]
