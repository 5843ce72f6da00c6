"""A sandbox for programs of others: bubblewrap, where it is there and works.

Within it a program sees the file system read-only, has no network, no processes and no devices but
its own, and may write to nothing but what its caller names. Containers often refuse what that needs
(namespaces of the kernel): there, and without bubblewrap, programs have their limits alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

SWITCH, OFF = "RECTO_SANDBOX", "off"
PROGRAM = "bwrap"
# Read-only first: what follows lies over it. Capabilities go, but one by which root reads the files
# of others, as it does outside.
WALLS = (
    *("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"),
    *("--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts"),
    # a first process of bubblewrap's own would hide what the program has cost
    *("--die-with-parent", "--as-pid-1", "--cap-drop", "ALL"),
)
ROOT_READS = ("--cap-add", "CAP_DAC_READ_SEARCH")
TRIAL_SECONDS = 10
ADVICE = (
    f"programs that read deposits run without a sandbox, under limits alone: {PROGRAM} is not"
    " installed, or may not be used here (apt install bubblewrap; docs/security.md)"
)


@lru_cache(maxsize=1)
def sandbox_works() -> bool:
    """Whether programs can be run in the sandbox, tried out once; False where the operator switched
    it off (RECTO_SANDBOX=off)."""
    if os.environ.get(SWITCH) == OFF or shutil.which(PROGRAM) is None:
        return False
    try:
        trial = subprocess.run(
            sandboxed(["true"]), stdin=subprocess.DEVNULL, capture_output=True,
            timeout=TRIAL_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return False
    return trial.returncode == 0


def sandboxed(command: Sequence[str], writes: Sequence[Path] = ()) -> list[str]:
    """A command that runs another in the sandbox.

    Args:
        writes: folders in which it may write.
    """
    walls = [PROGRAM, *WALLS, *(ROOT_READS if os.geteuid() == 0 else ())]
    for folder in map(str, writes):
        walls += ["--bind", folder, folder]
    return [*walls, "--", *command]
