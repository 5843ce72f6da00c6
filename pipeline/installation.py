"""Where Recto's own files lie: its models, lexicons, rules and settings.

In a checkout they lie beside the library; where Recto is installed, in the package `recto`.
"""

from __future__ import annotations

from pathlib import Path

_BESIDE = Path(__file__).resolve().parents[1]
HOUSE = _BESIDE if (_BESIDE / "Snakefile").is_file() else _BESIDE / "recto" / "house"
