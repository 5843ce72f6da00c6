"""The official schemas of ALTO and PAGE, and a browser.

Skipped where there is no Chromium with its driver, unless RECTO_BROWSER=required, as CI has it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from selenium.webdriver.remote.webdriver import WebDriver

from tests.export.browser import DESKTOP, open_browser


@pytest.fixture(scope="module")
def schemas(shared: Path) -> dict[str, etree.XMLSchema]:
    """The official schemas by the suffix of the files that have to follow them."""
    names = {"alto": "alto-4-4.xsd", "page": "pagecontent-2019-07-15.xsd"}
    return {
        kind: etree.XMLSchema(etree.parse(shared / "schemas" / name))
        for kind, name in names.items()
    }


@pytest.fixture(scope="session")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the browser saves into."""
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="session")
def one_browser(downloads: Path) -> Iterator[WebDriver]:
    if shutil.which("chromedriver") is None:
        if os.environ.get("RECTO_BROWSER") == "required":
            pytest.fail("there is no chromedriver; run: make browser")
        pytest.skip("there is no chromedriver here; make browser installs one")
    driver = open_browser(downloads)
    yield driver
    driver.quit()


@pytest.fixture
def browser(one_browser: WebDriver) -> WebDriver:
    """The browser, as large as a desktop's."""
    one_browser.set_window_size(*DESKTOP)
    return one_browser
