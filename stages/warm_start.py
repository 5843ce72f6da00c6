"""The warm parent of a run, started: what its commands find in their environment (see
`stages.warm`)."""

from __future__ import annotations

import atexit
import os
import secrets
import socket
import subprocess
import sys

from stages import handover

# threads do not survive a fork: libraries that start some when imported must not
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def start() -> None:
    """Start a warm parent for the commands that this process will start, and name it in the
    environment for them. It ends with this process, which at its regular end waits for it."""
    name = f"recto-{os.getpid()}-{secrets.token_hex(8)}"
    reading, lifeline = os.pipe()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind("\0" + name)
        listener.listen(socket.SOMAXCONN)
        process = subprocess.Popen(
            [sys.executable, "-m", "stages.warm", str(listener.fileno())],
            stdin=reading,
            pass_fds=[listener.fileno()],
            env=os.environ | ONE_THREAD,
        )
    os.close(reading)
    os.environ[handover.ADDRESS] = name

    @atexit.register
    def end() -> None:
        os.close(lifeline)
        process.wait()
