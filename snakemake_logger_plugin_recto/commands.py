"""Command lines that everyone types, and Snakemake takes for a bug: told in words, with the command
as it has to be."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import PurePath

CONFIG = ("--config", "-C")
REFUSED = "Invalid config definition"  # what Snakemake calls settings that are none


def explain(message: str, command: Sequence[str]) -> str:
    """An error of Snakemake's as it is told: where settings were refused, what is wrong with them.

    Args:
        command: the command line, its program first.
    """
    if REFUSED not in message:
        return message
    program, *arguments = command
    others, entries = part(arguments)
    targets = [entry for entry in entries if "=" not in entry]
    pointed = [entry for entry in entries if "." in entry.partition("=")[0]]
    if not targets and not pointed:
        return f"recto: {message.strip().splitlines()[-1]}"
    told = []
    if targets:
        word = "is none" if len(targets) == 1 else "are none"
        told.append(f"behind --config go settings, KEY=VALUE, and {', '.join(targets)} {word}")
    if pointed:
        told.append("a key of a section goes into braces")
    settings = [entry for entry in entries if entry not in (*targets, *pointed)]
    settings += in_braces(pointed)
    right = [PurePath(program).name, *others, *targets]
    right += ["--config", *settings] if settings else []
    return f"recto: {'; '.join(told)}\n  Write: {shlex.join(right)}"


def part(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """A command's other arguments, and what stands behind --config."""
    others: list[str] = []
    entries: list[str] = []
    into = others
    for argument in arguments:
        option, equals, value = argument.partition("=")
        if option in CONFIG:
            into = entries
            entries += [value] if equals else []
        elif argument.startswith("-"):
            into = others
            others.append(argument)
        else:
            into.append(argument)
    return others, entries


def in_braces(pointed: Sequence[str]) -> list[str]:
    """Settings such as `decoder.alpha=0.5`, each section's as one that Snakemake takes."""
    sections: dict[str, list[str]] = {}
    for entry in pointed:
        key, _, value = entry.partition("=")
        section, _, inner = key.partition(".")
        sections.setdefault(section, []).append(f"{inner}: {value}")
    return [f"{section}={{{', '.join(inner)}}}" for section, inner in sections.items()]
