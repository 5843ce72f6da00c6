"""Command lines that everyone types, and Snakemake takes for a bug."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from snakemake_logger_plugin_recto.commands import explain
from tests.conftest import Snakemake

REFUSED = "Traceback …\nValueError: Invalid config definition: Config entries have to be …"


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        (
            "--cores 2 --config outputs=all out/book/",
            "--cores 2 out/book/ --config outputs=all",
        ),
        (
            "--config outputs=all out/a/ out/b/ --cores 2",
            "--cores 2 out/a/ out/b/ --config outputs=all",
        ),
        (
            "out/book/ -C decoder.alpha=0.5 shard=4 decoder.beta=1 --cores 2",
            "out/book/ --cores 2 --config shard=4 'decoder={alpha: 0.5, beta: 1}'",
        ),
        ("--config out/book/", "out/book/"),
    ],
)
def test_the_command_is_told_as_it_has_to_be(typed: str, right: str) -> None:
    """A target behind --config, or a key with a point, ended in a traceback of Snakemake's."""
    told = explain(REFUSED, ["/usr/bin/snakemake", *shlex.split(typed)])
    assert told.startswith("recto: ") and told.endswith(f"\n  Write: snakemake {right}")
    assert "Traceback" not in told


def test_other_errors_are_told_as_they_are() -> None:
    """What is not understood would be explained wrongly."""
    assert explain("MissingRuleException: out/x", ["snakemake"]) == "MissingRuleException: out/x"
    other = explain(f"{REFUSED}\nValueError: 1=2", ["snakemake", "--config", "1=2"])
    assert other == "recto: ValueError: 1=2"


def test_snakemake_itself_tells_it(workplace: Path, snakemake: Snakemake) -> None:
    """The explanation would never be reached."""
    for settings in (["outputs=all", "out/book/"], ["decoder.alpha=0.5"]):
        for dry in ([], ["-n"]):
            run = snakemake(workplace, *dry, "--config", *settings)
            assert run.returncode == 1
            said = run.stdout + run.stderr
            assert "Write: snakemake --cores 2" in said and "Traceback" not in said
