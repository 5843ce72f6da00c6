"""The commands, in parts: `digitize` (a scan's way to its delivery), `make` (data, lexicons,
models), `judge` (scores, pictures).

Each is called by its short name, `python -m stages.deskew`: what people and rules type does not say
in which part it lies. Modules import each other by their whole name, `stages.digitize.deskew`.

In a local run a command is handed over to the run's warm parent, before anything is imported.
"""

import os
import sys

if "RECTO_WARM" in os.environ and sys.argv[0] == "-m":
    from stages.handover import called_stage, hand_over

    if called := called_stage():
        hand_over(called)

from pathlib import Path  # not before: a command that is handed over need not pay for it

__path__ += [str(Path(__file__).with_name(part)) for part in ("digitize", "make", "judge")]
