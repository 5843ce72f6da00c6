"""A folder that looks like a checkout: a measurement or a test has scans, work and out of its own
there, and no two of them meet."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINKED = (
    "Snakefile",
    "config.yaml",
    "environment.yml",
    "pipeline",
    "stages",
    "models",
    "lexicons",
    "profiles",
    "snakemake_logger_plugin_recto",
)


def lay_out(place: Path, checkout: Path = ROOT) -> Path:
    """Link what a checkout holds into a folder, made where there is none, beside an empty scans/;
    returns the folder."""
    place.mkdir(parents=True, exist_ok=True)
    for name in LINKED:
        (place / name).symlink_to(checkout.resolve() / name)
    (place / "scans").mkdir()
    return place
