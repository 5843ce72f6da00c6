"""A program of others has limits, and nothing of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline import sandbox
from pipeline.programs import LARGEST_MESSAGES, ProgramError, run_program
from pipeline.sandbox import sandbox_works


@pytest.fixture(params=["sandbox", "limits alone"], autouse=True)
def surroundings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each test is done in the sandbox and, as where there is none, without."""
    sandbox_works.cache_clear()
    request.addfinalizer(sandbox_works.cache_clear)
    if request.param != "sandbox":
        monkeypatch.setenv(sandbox.SWITCH, sandbox.OFF)
    elif not sandbox_works():
        pytest.skip("bubblewrap is not here, or may not be used")
    return str(request.param)


def alive(marker: str) -> list[int]:
    """Processes whose command line holds a word, those aside that are about to become another: what
    is killed before it has begun is not waited for (pipeline/programs.py)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
            state = (path.parent / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        begun = Path(os.fsdecode(words[0])).name not in ("setpriv", "bwrap")
        if marker.encode() in words and begun and state != "Z":
            found.append(int(path.parent.name))
    return found


def gone(marker: str) -> bool:
    deadline = time.monotonic() + 5
    while alive(marker) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(marker)


def test_what_a_program_writes_and_how_it_ends() -> None:
    done = run_program(["sh", "-c", "echo out; echo 'An Error: no' >&2; exit 3"])
    assert (done.status, done.output, done.complaint) == (3, b"out\n", "An Error: no")
    fault = [sys.executable, "-c", "import ctypes; ctypes.string_at(0)"]
    assert run_program(fault).complaint == "it was ended by SIGSEGV"
    with pytest.raises(FileNotFoundError):
        run_program(["no-such-program-at-all"])


def test_too_long_and_all_that_it_started_is_gone() -> None:
    script = "sleep 987601 & sleep 987601"
    with pytest.raises(ProgramError, match="longer than"):
        run_program(["sh", "-c", script], seconds=0.3)
    assert gone("987601")


def test_too_much_is_killed_and_messages_are_cut() -> None:
    with pytest.raises(ProgramError, match="more than 100,000 bytes"):
        run_program(["yes"], largest_output=100_000)
    done = run_program(["sh", "-c", f"head -c {4 * LARGEST_MESSAGES} /dev/zero >&2"])
    assert len(done.messages) < 2 * LARGEST_MESSAGES


def test_a_file_that_it_writes_has_a_limit_too(tmp_path: Path) -> None:
    script = f"cat /dev/zero > {tmp_path}/a"
    run_program(["sh", "-c", script], largest_output=100_000, writes=[tmp_path])
    assert (tmp_path / "a").stat().st_size <= 100_000


def test_it_reads_nothing_from_the_terminal() -> None:
    assert run_program(["cat"]).output == b""


@pytest.mark.parametrize("without_setpriv", [False, True])
def test_it_dies_with_its_caller(without_setpriv: bool) -> None:
    code = "from pipeline import programs; "
    code += "programs._find_keeper = tuple; " if without_setpriv else ""
    code += "programs.run_program(['sleep', '987602'])"
    caller = subprocess.Popen([sys.executable, "-c", code])
    deadline = time.monotonic() + 20
    while not alive("987602") and time.monotonic() < deadline:
        time.sleep(0.02)
    assert alive("987602")
    os.kill(caller.pid, signal.SIGKILL)
    caller.wait()
    assert gone("987602")


def test_in_the_sandbox_it_writes_where_it_may_and_has_no_network(
    surroundings: str, tmp_path: Path
) -> None:
    allowed, other = tmp_path / "allowed", tmp_path / "other"
    for folder in (allowed, other):
        folder.mkdir()
    script = f"echo a > {allowed}/a; echo a > {other}/a; cat /proc/net/dev; ls /proc"
    told = run_program(["sh", "-c", script], writes=[allowed]).output.decode()
    assert (allowed / "a").exists()
    inside = surroundings == "sandbox"
    assert (other / "a").exists() is not inside
    if inside:
        assert told.count(":") == 1, told  # the loopback device alone
        assert str(os.getpid()) not in told.split()  # nor the processes of others


def test_a_descriptor_is_handed_on_and_a_password_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RECTO_PASSWORD", "geheim")
    (tmp_path / "a").write_text("handed on")
    with (tmp_path / "a").open("rb") as file:
        (tmp_path / "a").unlink()
        done = run_program(["sh", "-c", f"cat /dev/fd/{file.fileno()}; env"], files=[file.fileno()])
    assert b"handed on" in done.output
    assert b"geheim" not in done.output


def test_a_sandbox_that_does_not_work_is_done_without(
    surroundings: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if surroundings != "sandbox":
        pytest.skip("there is none to fail")
    sandbox_works.cache_clear()
    monkeypatch.setattr(sandbox, "WALLS", ("--no-such-wall",))
    assert not sandbox_works()
    assert run_program(["echo", "done"]).output == b"done\n"
