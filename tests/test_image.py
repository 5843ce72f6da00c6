"""The Dockerfile: what it copies is there, what it installs is what the Makefile installs, and it
does not run as root."""

from __future__ import annotations

import re
import tomllib

from bench.image import copied, packages, read_steps
from tests.conftest import ROOT

STEPS = read_steps()


def test_what_is_copied_is_there() -> None:
    """The image could not be built after a file was renamed."""
    for step in (s for s in STEPS if s.instruction == "COPY"):
        for source in copied(step)[0]:
            assert (ROOT / source).exists(), source


def test_all_that_is_installed_is_copied() -> None:
    """The image would lack a package, or a file beside the code, that pip installs elsewhere."""
    given = {source for s in STEPS if s.instruction == "COPY" for source in copied(s)[0]}
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    assert {name.partition(".")[0] for name in tools["packages"]} <= given
    for pattern in tools["package-data"]["recto.house"]:
        assert pattern.split("/*")[0].removesuffix("/**") in given, pattern
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {project["readme"], *project["license-files"], "requirements.lock"} <= given


def test_packages_are_those_of_the_makefile() -> None:
    """An image would lack a program, or a checkout be set up with others."""
    needs = re.search(r"^APT_NEEDS := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert needs is not None
    build, final = [packages(step) for step in STEPS if packages(step)]
    assert set(build) == set(needs[1].split())
    assert set(final) - {"python3"} <= set(build)


def test_the_image_runs_recto_as_no_root() -> None:
    """Deliveries would belong to root, and a page that breaks a library would be root's."""
    words = {step.instruction: step for step in STEPS}
    assert words["USER"].rest not in ("root", "0")
    assert words["ENTRYPOINT"].words == ["recto"]
    assert words["CMD"].words == ["read", "/scans", "/out"]
    order = [step.instruction for step in STEPS]
    assert max(k for k, name in enumerate(order) if name == "RUN") < order.index("USER")
