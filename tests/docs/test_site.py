"""The documentation builds as a site without the network, every link in it leads somewhere, and its
pages ask nobody for anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.conftest import ROOT

LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


class Loads(HTMLParser):
    """What a browser fetches to show a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in LOADED and given.get("rel") != "canonical":
            self.found.append(given.get(LOADED[tag]) or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a dead link or a page outside the navigation fails the build. Not
    with --quiet, which hides both from MkDocs' `strict`."""
    folder = tmp_path_factory.mktemp("site")
    dead_end = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
    run = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | dead_end,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


def test_every_document_is_a_page(site: Path) -> None:
    """A document that is written would not be found on the site."""
    for source in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("models/*/README.md")):
        page = source.relative_to(ROOT).with_suffix(".html")
        name = "index.html" if page.stem == "README" else page.name
        assert (site / page.with_name(name)).is_file(), source


def test_pages_load_nothing_from_elsewhere(site: Path) -> None:
    """A reader's browser would tell others what is read, and the site would break where there is no
    network."""
    for page in site.rglob("*.html"):
        loads = Loads()
        loads.feed(page.read_text(encoding="utf-8"))
        assert not [target for target in loads.found if re.match(r"(https?:)?//", target)], page
        local = (target.split("#")[0].split("?")[0] for target in loads.found if target)
        missing = [t for t in local if not t.startswith("data:") and not (page.parent / t).exists()]
        assert not missing or page.name == "404.html", (page, missing)


def test_style_sheets_load_no_fonts(site: Path) -> None:
    """Fonts of others would be fetched."""
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//", sheet.read_text(encoding="utf-8")), sheet
