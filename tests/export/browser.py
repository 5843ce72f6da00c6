"""Chromium as the tests of the report drive it: no window, every request and every word on its
console remembered."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement

Found = TypeVar("Found")
DESKTOP, PHONE = (1300, 900), (390, 844)
PATIENCE = 20.0  # seconds that anything in a browser may take, on a busy machine


def open_browser(downloads: Path | None = None) -> WebDriver:
    options = webdriver.ChromeOptions()
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--window-size={},{}".format(*DESKTOP),
    ):
        options.add_argument(argument)
    if downloads is not None:
        options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


def eventually(look: Callable[[], Found]) -> Found:
    """What `look` gives, as soon as that is something."""
    end = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
    return found


def read_whole(path: Path) -> dict[str, Any] | None:
    """What a JSON file holds, once it is there and whole: a browser makes it empty first."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def press(browser: WebDriver, *keys: str) -> None:
    webdriver.ActionChains(browser).send_keys(*keys).perform()


def press_with(browser: WebDriver, held: str, *keys: str) -> None:
    """Press keys while another one is held."""
    webdriver.ActionChains(browser).key_down(held).send_keys(*keys).key_up(held).perform()


def find_all(browser: WebDriver, selector: str) -> list[WebElement]:
    return browser.find_elements(By.CSS_SELECTOR, selector)


def run(browser: WebDriver, script: str) -> Any:
    return browser.execute_script(f"return {script}")


def open_at(browser: WebDriver, report: Path, place: str = "") -> None:
    """Open a report anew, nothing remembered of earlier visits."""
    browser.get(report.as_uri())
    browser.execute_script("localStorage.clear()")
    browser.get("about:blank")
    browser.get(report.as_uri() + place)


def chosen(browser: WebDriver) -> str:
    """Id of the word that is chosen and has the focus."""
    return str(run(browser, "document.activeElement.matches('.word.chosen') && "
                            "document.activeElement.id || ''"))  # fmt: skip


def requested(browser: WebDriver) -> set[str]:
    """Every address that was asked for since this was last called."""
    events = (json.loads(entry["message"])["message"] for entry in browser.get_log("performance"))
    sent = (e for e in events if e["method"] == "Network.requestWillBeSent")
    return {event["params"]["request"]["url"] for event in sent}


def complaints(browser: WebDriver) -> list[str]:
    """What the browser has objected to since this was last called."""
    log = browser.get_log("browser")
    return [entry["message"] for entry in log if entry["level"] in ("SEVERE", "WARNING")]
