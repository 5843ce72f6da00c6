"""A stage command handed over to the warm parent of its run.

`python -m stages.deskew …` costs an interpreter and its imports, more than the work on a page. In a
local run there is a process that has them already (`stages.warm`): where the environment names it,
the command sends it what it is (arguments, folder, environment, limits, its three open files),
waits until the job that is forked there has ended, and ends in the same way. Where there is none,
or it declines, or it is lost, the command does its work itself, as ever.

Imported before anything else of a command: it imports next to nothing.
"""

from __future__ import annotations

import marshal
import os
import resource
import signal
import socket
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # as `typing.TYPE_CHECKING`, whose module is not imported here
    from typing import Any

ADDRESS = "RECTO_WARM"  # environment variable: name of the abstract socket of the warm parent
HEADER = struct.Struct("!Q")  # length of a request, in bytes
ANSWER = struct.Struct("!i")  # exit code, minus the signal that ended the job, or one of these:
DECLINED = 1 << 16
FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
STAGES = "stages."
_CREDENTIALS = struct.Struct("3i")  # of SO_PEERCRED: process, user, group
LIMITS = sorted(getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_"))


def called_stage() -> str:
    """Name of the stage that this interpreter was started for, as in `python -m stages.NAME`; empty
    where it was started in another way."""
    called = sys.orig_argv
    if sys.argv[0] != "-m" or len(called) < 3 or called[1] != "-m":
        return ""
    name = called[2]
    return name.removeprefix(STAGES) if name.startswith(STAGES) else ""


def hand_over(stage: str) -> None:
    """Have the warm parent do this command and leave with its exit code; return where it cannot."""
    try:
        connection = _connect(os.environ[ADDRESS])
    except OSError:
        return
    with connection:
        try:
            _send(connection, stage)
            before = _forward_signals(connection)
            answer = connection.recv(ANSWER.size, socket.MSG_WAITALL)
        except OSError:
            return
    if len(answer) == ANSWER.size and (code := ANSWER.unpack(answer)[0]) != DECLINED:
        _leave(code)
    for number, handler in before.items():
        signal.signal(number, handler)


def same_user(connection: socket.socket) -> bool:
    """Whether the process at the other end is of this user."""
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return _CREDENTIALS.unpack(raw)[1] == os.getuid()


def _connect(name: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect("\0" + name)
        if not same_user(connection):
            raise PermissionError(name)
    except OSError:
        connection.close()
        raise
    return connection


def _send(connection: socket.socket, stage: str) -> None:
    umask = os.umask(0)
    os.umask(umask)
    request = {
        "interpreter": sys.executable,
        "code": __file__,
        "stage": stage,
        "arguments": sys.orig_argv[3:],
        "folder": os.getcwd(),  # noqa: PTH109  (pathlib costs a third of what is saved here)
        "environment": dict(os.environ),
        "umask": umask,
        "niceness": os.getpriority(os.PRIO_PROCESS, 0),
        "limits": [(limit, *resource.getrlimit(limit)) for limit in LIMITS],
    }
    payload = marshal.dumps(request)
    socket.send_fds(connection, [HEADER.pack(len(payload))], [0, 1, 2])
    connection.sendall(payload)


def _forward_signals(connection: socket.socket) -> dict[int, Any]:
    """Pass signals on to the job, which has a process group of its own and hears of them from here
    alone; returns what was done about them before."""

    def forward(number: int, _: object) -> None:
        try:
            connection.send(bytes([number]))
        except OSError:  # there is no job any more
            os._exit(128 + number)

    return {number: signal.signal(number, forward) for number in FORWARDED}


def _leave(code: int) -> None:
    """End as the job did, by a signal where a signal ended it."""
    if code < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the job has left its core, if any
        if -code in FORWARDED:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code if code >= 0 else 128 - code)
