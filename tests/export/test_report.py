"""The report, in a real browser: opened from its folder, searched, clicked, and used with a
keyboard alone."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver

from tests.export.browser import (
    chosen,
    complaints,
    eventually,
    find_all,
    open_at,
    press,
    requested,
    run,
)


@pytest.fixture
def report(browser: WebDriver, deliveries: Path) -> Path:
    path = deliveries / "out" / "book" / "report.html"
    open_at(browser, path)
    return path


def thumbs(browser: WebDriver) -> list[int]:
    return [
        int(e.get_attribute("data-number") or 0)
        for e in find_all(browser, ".thumb")
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
        "[...document.querySelectorAll('.thumb img')].slice(0, 3).every((i) => "
        "i.complete && i.naturalWidth > 50)"
    )
    eventually(lambda: run(browser, script))


def test_search_finds_a_word_and_shows_its_place(browser: WebDriver, report: Path) -> None:
    """A word that is in the book would not be found, or be marked in the wrong place."""
    browser.find_element(By.ID, "search").send_keys("newer pattern")
    hit = eventually(lambda: find_all(browser, "#hits button"))[0]
    assert hit.find_element(By.TAG_NAME, "mark").text == "newer pattern,"
    hit.click()
    boxes = eventually(lambda: find_all(browser, "#scan rect.found"))
    assert len(boxes) == 2 == len(find_all(browser, ".word.found"))
    title = boxes[0].find_element(By.TAG_NAME, "title").get_attribute("textContent")
    word = (title or "").split()[0]
    number = int(browser.find_element(By.ID, "title").text.split()[1])
    rows = [
        row.split("\t")
        for row in (report.parent / "pages" / f"{number:04d}.tsv").read_text().splitlines()
    ]
    places = {tuple(row[6:10]) for row in rows if row[-1] == word}
    assert tuple(boxes[0].get_attribute(key) for key in ("x", "y", "width", "height")) in places


def test_search_reads_across_the_ends_of_lines(browser: WebDriver, report: Path) -> None:
    """A phrase would be found only where the printer had room for it on one line."""
    lines = (report.parent / "pages" / "0003.txt").read_text().splitlines()
    first, second = next(
        (a.split(), b.split())
        for a, b in pairwise(lines)
        if len(a.split()) > 3 and len(b.split()) > 3 and a[-1].isalpha()
    )
    browser.find_element(By.ID, "search").send_keys(" ".join([*first[-2:], *second[:2]]))
    hit = eventually(lambda: find_all(browser, "#hits button"))[0]
    assert hit.text.startswith("page 3")
    hit.click()
    found = eventually(lambda: find_all(browser, ".word.found"))
    assert [word.text for word in found] == [*first[-2:], *second[:2]]


def test_the_address_names_a_word(browser: WebDriver, report: Path) -> None:
    """Nobody could send a colleague to a place in the book."""
    open_at(browser, report, "#page=3&word=word_3_3_2_1")
    eventually(lambda: chosen(browser) == "word_3_3_2_1")
    press(browser, Keys.ARROW_RIGHT)
    assert run(browser, "location.hash") == "#page=3&word=word_3_3_2_2"
    browser.execute_script("location.hash = '#page=5'")
    eventually(lambda: browser.find_element(By.ID, "title").text == "page 5 of 12")


def test_a_page_is_opened_by_a_click_and_its_words_are_tied_to_the_scan(
    browser: WebDriver, report: Path
) -> None:
    """Nobody could tell which word on the scan a word of the text is."""
    browser.find_element(By.CSS_SELECTOR, ".thumb[data-number='2']").click()
    word = eventually(lambda: find_all(browser, ".word"))[5]
    word.click()
    (box,) = find_all(browser, "#scan rect.chosen")
    assert (box.find_element(By.TAG_NAME, "title").get_attribute("textContent") or "").startswith(
        word.text
    )


def test_pages_stand_upright(browser: WebDriver, report: Path) -> None:
    """A page that was scanned upside down would have to be read so."""
    pages = json.loads((report.parent / "manifest.json").read_text())["pages"]
    number = next(page["number"] for page in pages if page["orientation"] == 180)
    open_at(browser, report, f"#page={number}")
    eventually(lambda: find_all(browser, "#scan rect"))
    tops = "[...document.querySelectorAll('#scan rect')].map((b) => b.getBoundingClientRect().top)"
    tops = run(browser, tops)
    assert tops[0] < tops[-1], "the first word stands above the last"


def test_a_keyboard_is_enough(browser: WebDriver, report: Path) -> None:
    """Who works without a mouse could not use the report."""
    press(browser, "/")
    press(browser, "sparrows", Keys.ENTER)
    eventually(lambda: find_all(browser, "#scan rect.found"))
    first = browser.find_element(By.ID, "title").text
    press(browser, Keys.PAGE_DOWN)
    eventually(lambda: browser.find_element(By.ID, "title").text != first)
    press(browser, Keys.ESCAPE)
    eventually(lambda: run(browser, "document.getElementById('viewer').hidden"))
    browser.execute_script("document.querySelector('.thumb').focus()")
    press(browser, Keys.TAB)
    assert run(browser, "document.activeElement.className") == "thumb"
    press(browser, Keys.ENTER)
    eventually(lambda: not run(browser, "document.getElementById('viewer').hidden"))


def test_nothing_is_asked_of_a_network_and_nothing_fails(browser: WebDriver, report: Path) -> None:
    """The report would not work offline, or tell others what is read."""
    complaints(browser)
    requested(browser)
    open_at(browser, report, "#page=8")  # the blank page
    eventually(lambda: "no text" in browser.find_element(By.ID, "text").text)
    press(browser, Keys.PAGE_UP)
    eventually(lambda: find_all(browser, ".word"))
    asked = requested(browser)
    assert any(url.endswith("/report/0007.jpg") for url in asked)
    assert {url.partition(":")[0] for url in asked} <= {"file", "about"}
    assert complaints(browser) == []


def test_text_cannot_become_markup(browser: WebDriver, tmp_path: Path) -> None:
    """Text on a scan could run as a script in the reader's browser."""
    from pipeline.export.report import book_script, copy_viewer, report_html, search_script

    evil = "</script><img src=x onerror=document.title='hurt'>"
    page = {
        "number": 1,
        "sha256": evil,
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
    line = {"id": "line_1_1_1", "box": [0, 0, 9, 9], "straight": [0, 0, 9, 9],
            "words": [[evil, 0, 0, 9, 9, 50, 0, [evil]]]}  # fmt: skip
    region = {"id": "block_1_1", "kind": evil, "box": [0, 0, 9, 9], "lines": [line]}
    shown = {"number": 1, "width": 9, "height": 9, "onto": [1, 0, 0, 0, 1, 0], "straight": [9, 9]}
    copy_viewer(tmp_path)
    folder = tmp_path / "report"
    (tmp_path / "report.html").write_text(report_html(evil, [page], {"model": {"name": evil}}, "1"))
    (folder / "book.js").write_text(book_script(evil, [page]))
    (folder / "search.js").write_text(search_script([(1, [(1, 1, evil)])]))
    (folder / "0001.js").write_text(f"recto.page({json.dumps(shown | {'regions': [region]})})")
    open_at(browser, tmp_path / "report.html")
    browser.find_element(By.ID, "search").send_keys("script")
    eventually(lambda: find_all(browser, "#hits button"))[0].click()
    eventually(lambda: find_all(browser, "#choices li") or find_all(browser, ".word"))
    assert browser.title.startswith("</script>") and "hurt" not in browser.title[:10]
    assert run(browser, "document.querySelectorAll('img[src=x]').length") == 0
