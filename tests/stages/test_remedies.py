"""What an error says to do is a command that works, for the thing that is asked for."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import RectoError
from pipeline.lexicon import read_counts
from pipeline.recognition.language_model import read_lexicon
from pipeline.recognition.model import open_model
from stages.make.synthesize import read_words
from tests.conftest import ROOT

Snakemake = Callable[..., subprocess.CompletedProcess[str]]
SNAKEMAKE = re.compile(r"snakemake (--?[^\s\"`].*?|[a-z{].*?)[\"`]")


def told() -> list[str]:
    """The remedies of errors about what is not there, each for German or a model of one's own."""
    remedies = []
    for ask, path in (
        (open_model, Path("models/mine")),
        (read_lexicon, Path("lexicons/nld.txt")),
        (read_counts, Path("lexicons/nld.txt")),
        (read_words, Path("lexicons/empty.txt")),
    ):
        with pytest.raises(RectoError) as caught:
            ask(path)
        assert path.name in caught.value.remedy
        remedies.append(caught.value.remedy)
    return remedies


def test_every_command_that_is_told_has_what_snakemake_wants() -> None:
    """`snakemake lexicons/eng.txt` ends in an error of Snakemake's, as it wants --cores; and what
    stands behind --config is taken for a setting."""
    sources = [path for top in ("pipeline", "stages") for path in (ROOT / top).rglob("*.py")]
    commands = [
        (path.name, command)
        for path in sources
        for command in SNAKEMAKE.findall(path.read_text(encoding="utf-8"))
        if not command.startswith(("-m", "--config"))
    ]
    assert len(commands) > 5
    for name, command in commands:
        if name != "evaluate.py":  # a module's docstring, not a remedy
            assert command.startswith("--cores "), (name, command)
            settings = command.partition("--config ")[2].split()
            assert all("=" in setting for setting in settings), (name, command)


@pytest.mark.long
def test_remedies_are_commands_that_are_planned(
    workplace: Path, snakemake: Snakemake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `lang: nld` the message said to build the English lexicon."""
    monkeypatch.chdir(workplace)
    corpus = workplace / "corpus"
    corpus.mkdir()
    (corpus / "text.txt").write_text("Een tekst van enkele woorden.\n")
    (workplace / "lexicons").unlink()
    (workplace / "lexicons").mkdir()
    (workplace / "lexicons/empty.txt").touch()
    for remedy in told():
        (command,) = re.findall(r"snakemake (--cores .*)", remedy)
        arguments = shlex.split(command.replace("DIR", str(corpus)))[2:]
        run = snakemake(workplace, "--dry-run", *arguments)
        assert run.returncode == 0, (command, run.stdout + run.stderr)
