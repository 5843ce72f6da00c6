"""The lists of dependencies are in step: pyproject.toml, requirements.lock, environment.yml, the
Makefile, the rules."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import yaml
from packaging.requirements import Requirement

from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DECLARED = {name.lower() for name in PROJECT["dependencies"]}
EXTRAS = {name.lower() for names in PROJECT["optional-dependencies"].values() for name in names}


def pinned() -> dict[str, str]:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {name.lower(): version for name, version in pairs}


def imported(folders: tuple[str, ...]) -> set[str]:
    """Distributions that the code imports."""
    by_module, found = packages_distributions(), set()
    for path in (p for folder in folders for p in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            for module in {name.split(".")[0] for name in names} - set(sys.stdlib_module_names):
                found |= {d.lower() for d in by_module.get(module, [])}
    return found


def test_every_declared_package_is_pinned() -> None:
    """Two machines would install different versions."""
    assert (DECLARED | EXTRAS) - {"torch"} <= set(pinned())


def test_every_imported_package_is_declared() -> None:
    """An installed Recto would fail with an import, digitizing or, with its extras, training."""
    extras = PROJECT["optional-dependencies"]
    heavy = {name.lower() for extra in ("train", "gpu", "slurm") for name in extras[extra]}
    code = ("pipeline", "stages", "recto", "snakemake_logger_plugin_recto")
    assert imported(code) - {"recto"} <= DECLARED | heavy


def test_conda_and_make_install_the_same() -> None:
    """Users of conda would get other versions than those of make."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    pip = next(d["pip"] for d in environment["dependencies"] if isinstance(d, dict))
    makefile = (ROOT / "Makefile").read_text()
    version = re.search(r"^TORCH := (\S+)", makefile, re.MULTILINE)
    assert version is not None
    assert f"torch=={version[1]}" in pip
    for entry in pip:  # conda writes them to a file of requirements, which may hold no --no-deps
        Requirement(entry)
    assert "pip install --no-deps -r requirements.lock" in (ROOT / "README.md").read_text()
    assert "-r requirements.lock" in makefile


def test_every_rule_names_the_environment() -> None:
    """A rule would run without its environment or its log on a cluster."""
    for path in (ROOT / "stages").rglob("*.smk"):
        text = path.read_text()
        rules = len(re.findall(r"^(?:rule|checkpoint) \w+:", text, re.MULTILINE))
        assert text.count('"../../environment.yml"') == rules
        assert len(re.findall(r"^    log:$", text, re.MULTILINE)) == rules


def test_digitizing_on_a_cpu_imports_no_torch() -> None:
    """Every job would take seconds longer to start."""
    import subprocess

    code = (
        "import stages.recognize, stages.segment, stages.export, sys; assert 'torch' not in "
        "sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=Path(ROOT), check=True)


def test_the_wheel_holds_every_package_and_every_file_beside_the_code() -> None:
    """An installed Recto would lack a module, a recipe or a rule that a checkout has."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for folder in ("pipeline", "stages", "recto", "snakemake_logger_plugin_recto")
        for path in (ROOT / folder).rglob("__init__.py")
    }
    assert set(tools["packages"]) == found | {"recto.house"}
    for folder in ("pipeline", "stages"):
        patterns = tools["package-data"][folder]
        held = {path for pattern in patterns for path in (ROOT / folder).glob(pattern)}
        there = {p for p in (ROOT / folder).rglob("*") if p.is_file()}
        left = {p.name for p in there - held if p.suffix not in (".py", ".pyc")}
        assert left <= {"setup.sh"}
