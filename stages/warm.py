"""The warm parent of a local run: one process that has imported what the stages share, and forks a
child for each job.

Started when a run starts (`stages.warm_start`). It lives as long as Snakemake holds the other end
of its lifeline, a pipe: whatever ends Snakemake, SIGKILL too, ends it and its jobs. Each job is a
process group; its command (`stages.handover`) passes signals on to it, and where the command is
gone the job is killed. A job dies with the warm parent.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import marshal
import os
import resource
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from types import ModuleType
from typing import Any, NoReturn

from pipeline import meter
from pipeline.parent_death import die_with_parent
from stages import handover

ImportStage = Callable[[], ModuleType]
# of a run of books, in the order in which it asks for them; `make` and `judge` take minutes a job,
# and torch
STAGES = (
    "inventory",
    "refuse",
    "rasterize",
    "deskew",
    "segment",
    "recognize",
    "export",
    "pictures",
    "assemble",
    "archive",
)
PATIENCE = 5.0  # seconds in which a command must have said what it is


class Server:
    """Takes commands at `listener` until `lifeline`, a file descriptor, is closed at its other
    end.

    Args:
        stages: by name, what imports a stage. Each is imported when its first command comes, or
            before that, when there is nothing else to do.
    """

    def __init__(
        self, listener: socket.socket, lifeline: int, stages: Mapping[str, ImportStage]
    ) -> None:
        self._listener, self._lifeline, self._stages = listener, lifeline, stages
        self._to_import = list(stages.values())
        self._jobs: dict[int, socket.socket] = {}  # by process, the command that waits for it
        self._selector = selectors.DefaultSelector()
        self._wake, waking = socket.socketpair()
        for end in (self._wake, waking):
            end.setblocking(False)
        self._waking = waking
        signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector.register(listener, selectors.EVENT_READ, self._accept)
        self._selector.register(lifeline, selectors.EVENT_READ, None)
        self._selector.register(self._wake, selectors.EVENT_READ, self._reap)

    def serve(self) -> None:
        """Serve until the run is over; then end all that is left of it."""
        while True:
            events = self._selector.select(0 if self._to_import else None)
            if not events:
                self._import_next()
            for key, _ in events:
                if key.data is None:
                    self._end()
                    return
                key.data()

    def _import_next(self) -> None:
        with contextlib.suppress(Exception):  # of no concern to the jobs that are under way
            self._to_import.pop(0)()
        if not self._to_import:
            gc.collect()
            gc.freeze()  # so that a child's garbage collection copies no page of this process

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        connection.settimeout(PATIENCE)
        try:
            request, files = _receive(connection)
        except (OSError, EOFError, ValueError):
            connection.close()
            return
        try:
            module = self._module(request)
            if module is None:
                self._answer(connection, handover.DECLINED)
                return
            _prepare(module, request)
            parent = os.getpid()
            # what is sent to a job before it listens waits for it: to be ignored, as by its parent,
            # would let it run on after Ctrl-C
            signal.pthread_sigmask(signal.SIG_BLOCK, handover.FORWARDED)
            process = os.fork()
            if process == 0:
                self._become_job(module, request, files, parent)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, handover.FORWARDED)
            with contextlib.suppress(OSError):  # the child has done it, or is gone
                os.setpgid(process, process)
            self._jobs[process] = connection
            self._selector.register(
                connection, selectors.EVENT_READ, lambda: self._pass_on(process, connection)
            )
        finally:
            for file in files:
                os.close(file)

    def _module(self, request: dict[str, Any]) -> ModuleType | None:
        """The stage that a command asks for, where it is the same code in the same interpreter."""
        same = (request["interpreter"], request["code"]) == (sys.executable, handover.__file__)
        import_stage = self._stages.get(request["stage"])
        with contextlib.suppress(Exception):  # what is wrong, the command will say itself
            return import_stage() if same and import_stage else None
        return None

    def _become_job(
        self, module: ModuleType, request: dict[str, Any], files: list[int], parent: int
    ) -> NoReturn:
        """In the forked child: let go of what is the parent's, and do the job."""
        try:
            signal.set_wakeup_fd(-1)
            for number in (*handover.FORWARDED, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.setpgid(0, 0)
            die_with_parent(parent)
            os.close(self._lifeline)
            self._selector.close()
            for end in (self._listener, self._wake, self._waking, *self._jobs.values()):
                end.close()
            for standard, file in enumerate(files):
                os.dup2(file, standard)
                os.close(file)
            _take_on(request)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, handover.FORWARDED)
            _do_job(module, request["arguments"])
        except KeyboardInterrupt:
            os._exit(128 + signal.SIGINT)
        except BaseException:  # noqa: BLE001  (nothing of the child may go on as its parent)
            traceback.print_exc()
            os._exit(1)

    def _pass_on(self, process: int, connection: socket.socket) -> None:
        """A signal for a job; where its command is gone, its end."""
        # `_reap` may have ended it in this very round: its number may be another process's by now
        if process not in self._jobs:
            return
        try:
            numbers = connection.recv(16)
        except OSError:
            numbers = b""
        for number in numbers or [signal.SIGKILL]:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process, number)
        if not numbers:
            self._selector.unregister(connection)

    def _reap(self) -> None:
        """Tell the commands whose jobs have ended."""
        with contextlib.suppress(BlockingIOError):
            self._wake.recv(4096)
        while self._jobs:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                return
            connection = self._jobs.pop(process)
            with contextlib.suppress(KeyError):
                self._selector.unregister(connection)
            self._answer(connection, os.waitstatus_to_exitcode(status))

    def _answer(self, connection: socket.socket, code: int) -> None:
        with connection, contextlib.suppress(OSError):
            connection.sendall(handover.ANSWER.pack(code))

    def _end(self) -> None:
        """The run is gone: its jobs are, too, and no command goes on by itself."""
        for process, connection in self._jobs.items():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process, signal.SIGKILL)
            self._answer(connection, -signal.SIGKILL)


def _receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """What a command is, and its open files.

    Raises:
        EOFError: it is gone. PermissionError: it is another user's.
    """
    if not handover.same_user(connection):
        raise PermissionError
    header, files, _, _ = socket.recv_fds(connection, handover.HEADER.size, 3)
    try:
        if len(header) < handover.HEADER.size or len(files) < 3:
            raise EOFError
        length = handover.HEADER.unpack(header)[0]
        payload = bytearray()
        while len(payload) < length:
            received = connection.recv(length - len(payload))
            if not received:
                raise EOFError
            payload += received
        return dict(marshal.loads(payload)), files
    except BaseException:
        for file in files:
            os.close(file)
        raise


def _prepare(module: ModuleType, request: dict[str, Any]) -> None:
    """Open what a job needs before it is forked, so that the next finds it open, where its stage
    has a function `prepare` for that."""
    if prepare := getattr(module, "prepare", None):
        os.chdir(request["folder"])
        said = io.StringIO()
        with contextlib.redirect_stderr(said), contextlib.suppress(Exception, SystemExit):
            prepare(request["arguments"])  # what is wrong with it, the job will say itself


def _take_on(request: dict[str, Any]) -> None:
    """Be what the command was: its folder, environment, umask, priority and limits."""
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    os.environ.pop(handover.ADDRESS, None)
    os.umask(request["umask"])
    if request["niceness"] > os.getpriority(os.PRIO_PROCESS, 0):
        os.setpriority(os.PRIO_PROCESS, 0, request["niceness"])
    for limit, soft, hard in request["limits"]:
        if resource.getrlimit(limit) != (soft, hard):
            resource.setrlimit(limit, (soft, hard))


def _do_job(module: ModuleType, arguments: list[str]) -> NoReturn:
    """Run a stage as `python -m` would, and end the process."""
    from stages import command

    code = 1
    try:
        sys.argv = [str(module.__file__), *arguments]
        meter.take()  # what the warm parent has opened is not this job's
        command.run(module.main)
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:  # noqa: BLE001  (as the interpreter does with what nobody has caught)
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)


def serve_commands(listener: socket.socket, stages: Mapping[str, ImportStage]) -> None:
    """Serve at `listener` until the lifeline, which is standard input, is closed."""
    for number in handover.FORWARDED:
        signal.signal(number, signal.SIG_IGN)  # it ends with its run, and not before
    lifeline = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    Server(listener, lifeline, stages).serve()


def main() -> None:
    """Serve the stages at the listening socket whose file descriptor is given."""
    with socket.socket(fileno=int(sys.argv[1])) as listener:
        serve_commands(
            listener,
            {name: partial(importlib.import_module, f"stages.digitize.{name}") for name in STAGES},
        )


if __name__ == "__main__":
    main()
