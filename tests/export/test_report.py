"""The report, in a real browser: opened from its folder, searched, clicked, and used with a
keyboard alone.

Skipped where there is no Chromium with its driver, unless RECTO_BROWSER=required, as CI has it.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver

Found = TypeVar("Found")


def open_browser() -> WebDriver:
    options = webdriver.ChromeOptions()
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--window-size=1300,900",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


@pytest.fixture(scope="module")
def browser() -> Iterator[WebDriver]:
    if shutil.which("chromedriver") is None:
        if os.environ.get("RECTO_BROWSER") == "required":
            pytest.fail("there is no chromedriver; run: make browser")
        pytest.skip("there is no chromedriver here; make browser installs one")
    driver = open_browser()
    yield driver
    driver.quit()


@pytest.fixture
def report(browser: WebDriver, deliveries: Path) -> Path:
    path = deliveries / "out" / "book" / "report.html"
    browser.get(path.as_uri())
    return path


def eventually(look: Callable[[], Found]) -> Found:
    """What `look` gives, as soon as that is something."""
    end = time.monotonic() + 20
    while not (found := look()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
    return found


def thumbs(browser: WebDriver) -> list[int]:
    return [
        int(e.get_attribute("data-number") or 0)
        for e in browser.find_elements(By.CSS_SELECTOR, ".thumb")
        if e.is_displayed()
    ]


def test_the_worst_pages_come_first(browser: WebDriver, report: Path) -> None:
    """A proofreader would begin with pages that need nobody."""
    from pipeline.export.rescan import expected_accuracy

    pages = json.loads((report.parent / "manifest.json").read_text())["pages"]
    worst = sorted(pages, key=lambda page: (round(expected_accuracy(page), 4), page["number"]))
    assert thumbs(browser) == [page["number"] for page in worst]
    browser.find_element(By.CSS_SELECTOR, "#order option[value=page]").click()
    assert thumbs(browser) == list(range(1, 13))


def test_thumbnails_are_loaded(browser: WebDriver, report: Path) -> None:
    """The overview would show empty frames."""
    script = (
        "return [...document.querySelectorAll('.thumb img')].slice(0, 3).every((i) => "
        "i.complete && i.naturalWidth > 50)"
    )
    eventually(lambda: browser.execute_script(script))


def test_search_finds_a_word_and_shows_its_place(browser: WebDriver, report: Path) -> None:
    """A word that is in the book would not be found, or be marked in the wrong place."""
    browser.find_element(By.ID, "search").send_keys("newer pattern")
    hit = eventually(lambda: browser.find_elements(By.CSS_SELECTOR, "#hits button"))[0]
    assert "newer pattern" in hit.text
    hit.click()
    boxes = eventually(lambda: browser.find_elements(By.CSS_SELECTOR, "#boxes rect.found"))
    title = boxes[0].find_element(By.TAG_NAME, "title").get_attribute("textContent")
    assert title and title.split()[0] in ("newer", "pattern,")
    number = int(browser.find_element(By.ID, "title").text.split()[1])
    word = title.split()[0]
    rows = [
        row.split("\t")
        for row in (report.parent / "pages" / f"{number:04d}.tsv").read_text().splitlines()
    ]
    places = {tuple(row[6:10]) for row in rows if row[-1] == word}
    assert tuple(boxes[0].get_attribute(key) for key in ("x", "y", "width", "height")) in places


def test_a_page_is_opened_by_a_click_and_its_words_are_tied_to_the_scan(
    browser: WebDriver, report: Path
) -> None:
    """Nobody could tell which word on the scan a word of the text is."""
    browser.find_element(By.CSS_SELECTOR, ".thumb[data-number='2']").click()
    word = eventually(lambda: browser.find_elements(By.CSS_SELECTOR, "#text span"))[5]
    word.click()
    (box,) = browser.find_elements(By.CSS_SELECTOR, "#boxes rect.chosen")
    assert (box.find_element(By.TAG_NAME, "title").get_attribute("textContent") or "").startswith(
        word.text
    )
    eventually(
        lambda: browser.execute_script(
            "const i = document.getElementById('scan'); return i.complete && i.naturalWidth > 500"
        )
    )


def test_a_keyboard_is_enough(browser: WebDriver, report: Path) -> None:
    """Who works without a mouse could not use the report."""

    def press(*keys: str) -> None:
        webdriver.ActionChains(browser).send_keys(*keys).perform()

    press("/")
    press("sparrows", Keys.ENTER)
    eventually(lambda: browser.find_elements(By.CSS_SELECTOR, "#boxes rect.found"))
    first = browser.find_element(By.ID, "title").text
    press(Keys.ARROW_RIGHT)
    assert eventually(lambda: (t := browser.find_element(By.ID, "title").text) != first and t)
    press(Keys.ESCAPE)
    eventually(lambda: not browser.execute_script("return document.getElementById('viewer').open"))
    browser.execute_script("document.querySelector('.thumb').focus()")
    press(Keys.TAB)
    assert browser.execute_script("return document.activeElement.className") == "thumb"
    press(Keys.ENTER)
    eventually(lambda: browser.execute_script("return document.getElementById('viewer').open"))
    press(Keys.ESCAPE)


def test_nothing_is_asked_of_a_network_and_nothing_fails(browser: WebDriver, report: Path) -> None:
    """The report would not work offline, or tell others what is read."""
    browser.find_element(By.CSS_SELECTOR, ".thumb[data-number='8']").click()  # the blank page
    eventually(lambda: "no text" in browser.find_element(By.ID, "text").text)
    script = "return [...document.querySelectorAll('[src], [href]')].map((e) => e.src || e.href)"
    sources = browser.execute_script(script)
    assert len(sources) > 12 and all(source.startswith("file://") for source in sources)
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_text_cannot_become_markup(browser: WebDriver, tmp_path: Path) -> None:
    """Text on a scan could run as a script in the reader's browser."""
    from pipeline.export.report import report_html, search_script

    evil = "</script><img src=x onerror=document.title='hurt'>"
    page = {
        "number": 1,
        "status": "quarantined",
        "reason": evil,
        "message": evil,
        "width": 0,
        "height": 0,
        "dpi": 300.0,
        "orientation": 0,
        "skew": 0.0,
        "words": 0,
        "lines": 0,
        "confidence": None,
        "x_height": None,
        "stray_ink": 0.0,
        "illegible": 0,
        "doubtful": "",
        "cut_off": 0,
        "image": evil,
    }
    (tmp_path / "report").mkdir()
    (tmp_path / "report.html").write_text(report_html(evil, [page], {"model": {"name": evil}}, "1"))
    (tmp_path / "report" / "search.js").write_text(search_script([(1, [evil])]))
    browser.get((tmp_path / "report.html").as_uri())
    browser.find_element(By.ID, "search").send_keys("script")
    eventually(lambda: browser.find_elements(By.CSS_SELECTOR, "#hits button"))
    assert browser.title.startswith("</script>") and "hurt" not in browser.title[:10]
    assert browser.execute_script("return document.querySelectorAll('img[src=x]').length") == 0
