"""Where Recto's own files lie: its models, lexicons, rules and settings.

In a checkout they lie beside the library; where Recto is installed, in the package `recto`.
"""

from __future__ import annotations

from pathlib import Path

CODE = Path(__file__).resolve().parents[1]  # holds the packages pipeline, stages and recto
HOUSE = CODE if (CODE / "Snakefile").is_file() else CODE / "recto" / "house"
