"""The commands, in parts: `digitize` (a scan's way to its delivery), `make` (data, lexicons,
models), `judge` (scores, pictures).

Each is called by its short name, `python -m stages.deskew`: what people and rules type does not say
in which part it lies. Modules import each other by their whole name, `stages.digitize.deskew`.
"""

from pathlib import Path

__path__ += [str(Path(__file__).with_name(part)) for part in ("digitize", "make", "judge")]
