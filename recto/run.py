"""Starting the workflow, and what became of it as one exit code."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from pipeline.config import parse_config
from pipeline.errors import ConfigError
from pipeline.installation import CODE, HOUSE
from pipeline.parent_death import die_with_parent
from stages.command import CALLED_FROM, FAILURES

INTERRUPTED = 130


def gather_settings(given: Mapping[str, str], pairs: Sequence[str]) -> dict[str, Any]:
    """What the options change of the configuration: named ones, and `KEY=VALUE` with points in the
    key, such as `decoder.alpha=0.5`.

    Raises:
        ConfigError: a pair has no value, a key is unknown, or a value is wrong.
    """
    settings: dict[str, Any] = {key: value for key, value in given.items() if value}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            lacking = "key" if equals else "value"
            raise ConfigError(
                f"{pair} has no {lacking}", "Write KEY=VALUE, such as decoder.alpha=0.5."
            )
        *above, last = key.split(".")
        inner = settings
        for name in above:
            inner = inner.setdefault(name, {})
            if not isinstance(inner, dict):
                raise ConfigError(f"{pair}: {name} is given as one value, too", "Give one of both.")
        try:
            inner[last] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise ConfigError(
                f"{pair}: {value} is no YAML", "Put what holds its signs into quotes."
            ) from error
    whole = yaml.safe_load((HOUSE / "config.yaml").read_text(encoding="utf-8"))
    parse_config({**whole, **settings})
    return settings


def run_options(options: argparse.Namespace) -> list[str]:
    """Snakemake's options, of those that reading and training share."""
    verbose = ["--verbose"] if options.verbose else []
    return ["--cores", str(options.cores), *verbose]


def run_workflow(
    place: Path, targets: Sequence[str], settings: Mapping[str, Any], options: Sequence[str]
) -> int:
    """Run Snakemake in a workplace. It ends with this process, whatever ends that.

    Returns:
        0, or the exit code of the stage that failed; 1 where several failed in different ways.
    """
    # Snakemake reads a value as YAML: a text without quotes would end at " #", and ": " divide it.
    # It takes quotes off the ends of an argument; these have spaces there.
    arguments = [
        f"{key}= {json.dumps(value, ensure_ascii=False)} " for key, value in settings.items()
    ]
    command = [sys.executable, "-m", "snakemake", *options]
    command += ["--config", *arguments] if arguments else []
    command += ["--", *targets] if targets else []
    parent = os.getpid()
    with tempfile.NamedTemporaryFile("r", prefix="recto-") as failures:
        path = os.pathsep.join([str(CODE), *filter(None, [os.environ.get("PYTHONPATH")])])
        environment = os.environ | {FAILURES: failures.name, "PYTHONPATH": path}
        environment[CALLED_FROM] = str(Path.cwd())
        if "HOME" not in environment:  # Snakemake keeps a cache there, and stops without it
            environment["HOME"] = str(place)
        process = subprocess.Popen(
            command, cwd=place, env=environment, preexec_fn=lambda: die_with_parent(parent)
        )
        try:
            code = process.wait()
        except KeyboardInterrupt:  # Snakemake has got it, too, and ends its jobs
            process.wait()
            return INTERRUPTED
        codes = {int(line) for line in failures.read().split()}
    return code if code == 0 or len(codes) != 1 else codes.pop()
