"""Proofreading in a real browser, with a keyboard and with a finger: what is changed there, what is
kept, and what is saved."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver

from recto.proofread import Proofreading
from tests.export.browser import (
    PHONE,
    chosen,
    complaints,
    eventually,
    find_all,
    open_at,
    press,
    press_with,
    read_whole,
    run,
)

FIRST = "word_3_3_2_1"


@pytest.fixture
def page(browser: WebDriver, deliveries: Path) -> Path:
    """Page 3 of the sample, its second line chosen."""
    path = deliveries / "out" / "book" / "report.html"
    open_at(browser, path, f"#page=3&word={FIRST}")
    eventually(lambda: chosen(browser) == FIRST)
    return path


def saved(browser: WebDriver, downloads: Path) -> dict[str, Any]:
    """The corrections file, as the browser saves it."""
    for old in downloads.iterdir():
        old.unlink()
    browser.find_element(By.CSS_SELECTOR, "#tools .save").click()
    path = downloads / "book.corrections.json"
    return eventually(lambda: read_whole(path))


def text_of(browser: WebDriver, identity: str) -> str:
    return str(run(browser, f"document.getElementById('{identity}').textContent"))


def test_a_word_is_typed_over_and_its_line_accepted(
    browser: WebDriver, page: Path, downloads: Path
) -> None:
    """A proofreader would need a mouse, or leave the lines that are right unsaid."""
    old = text_of(browser, FIRST)
    press(browser, "Quire", Keys.ENTER)
    eventually(lambda: chosen(browser).startswith("word_3_3_3_"))
    assert text_of(browser, FIRST) == "Quire"
    (changed,) = saved(browser, downloads)["pages"]
    (line,) = changed["lines"]
    manifest = json.loads((page.parent / "manifest.json").read_text())["pages"][2]
    assert {key: changed[key] for key in ("page", "sha256", "width", "height")} == {
        "page": 3,
        **{key: manifest[key] for key in ("sha256", "width", "height")},
    }
    assert line["id"] == "line_3_3_2" and line["accepted"]
    assert line["old"][0] == old and line["new"] == ["Quire", *line["old"][1:]]


def test_tab_goes_from_doubt_to_doubt_and_a_number_takes_a_reading(
    browser: WebDriver, deliveries: Path
) -> None:
    """Every word would have to be looked at, and typed."""
    for number in range(1, 13):  # which page has several depends on the recognizer
        open_at(browser, deliveries / "out" / "book" / "report.html", f"#page={number}")
        eventually(lambda: run(browser, "document.readyState === 'complete'"))
        doubtful = [word.get_attribute("id") for word in find_all(browser, ".word.doubtful")]
        if len(doubtful) > 1:
            break
    first = eventually(lambda: chosen(browser))
    assert first == doubtful[0]
    press(browser, Keys.TAB)
    assert chosen(browser) == doubtful[1]
    press_with(browser, Keys.SHIFT, Keys.TAB)
    assert chosen(browser) == doubtful[0]

    def read_offered() -> list[str]:
        return [item.text.split()[1] for item in find_all(browser, "#choices button")]

    for _ in doubtful[1:]:  # of which words there are other readings depends on it, too
        if read_offered():
            break
        press(browser, Keys.TAB)
    first, offered = chosen(browser), read_offered()
    assert offered and text_of(browser, first) not in offered
    old = text_of(browser, first)
    press(browser, "1")
    assert text_of(browser, first) == offered[0] and chosen(browser) == first
    assert old in read_offered()
    assert len(find_all(browser, "#scan .doubtful")) == len(doubtful) - 1, "one is settled"


def test_what_was_done_is_undone_step_by_step(
    browser: WebDriver, page: Path, downloads: Path
) -> None:
    """A slip of a finger could not be taken back."""
    old = text_of(browser, FIRST)
    press(browser, "Wrong", Keys.ENTER)
    eventually(lambda: chosen(browser).startswith("word_3_3_3_"))
    press(browser, Keys.DELETE)
    assert "2 words changed" in browser.find_element(By.CSS_SELECTOR, "#tools .progress").text
    for _ in range(3):
        browser.find_element(By.ID, "undo").click()
    assert text_of(browser, FIRST) == old
    assert saved(browser, downloads)["pages"] == []


def test_typing_is_given_up_with_escape(browser: WebDriver, page: Path) -> None:
    """What was begun by mistake would stay, or the page be left."""
    old = text_of(browser, FIRST)
    press(browser, "never", Keys.ESCAPE)
    assert text_of(browser, FIRST) == old and chosen(browser) == FIRST


def test_the_browser_keeps_what_was_done(browser: WebDriver, page: Path, downloads: Path) -> None:
    """A closed window would cost the work of a day."""
    press(browser, "Kept", Keys.ENTER)
    browser.get("about:blank")
    browser.get(page.as_uri() + "#page=3")
    eventually(lambda: find_all(browser, ".word"))
    assert text_of(browser, FIRST) == "Kept"
    assert len(find_all(browser, ".line.accepted")) == 1
    assert saved(browser, downloads)["pages"][0]["lines"][0]["new"][0] == "Kept"


def test_regions_are_renamed_and_reordered(browser: WebDriver, page: Path, downloads: Path) -> None:
    """A heading taken for text would stay text, and columns read in the wrong order stay so."""
    open_at(browser, page, "#page=2")
    before = eventually(lambda: find_all(browser, ".region"))
    kinds = [region.get_attribute("class") for region in before]
    browser.find_element(By.CSS_SELECTOR, ".region select option[value=caption]").click()
    browser.find_element(By.CSS_SELECTOR, ".region [aria-label='read this region later']").click()
    after = [region.get_attribute("class") for region in find_all(browser, ".region")]
    assert after[:2] == [kinds[1], "region kind-caption"]
    regions = saved(browser, downloads)["pages"][0]["regions"]
    assert [region["id"] for region in regions[:2]] == ["block_2_2", "block_2_1"]
    assert regions[1]["kind"] == "caption"
    for _ in range(2):
        browser.find_element(By.ID, "undo").click()
    assert [region.get_attribute("class") for region in find_all(browser, ".region")] == kinds


def test_only_doubt_is_coloured_until_all_is_asked_for(browser: WebDriver, page: Path) -> None:
    """A page of colours would tell nobody where to look."""
    shadow = f"getComputedStyle(document.getElementById('{FIRST}')).boxShadow"
    press(browser, Keys.ARROW_RIGHT)
    assert run(browser, shadow) == "none"
    browser.find_element(By.ID, "all").click()
    assert run(browser, shadow) != "none"
    browser.find_element(By.ID, "all").click()


def test_the_scan_is_brought_closer(browser: WebDriver, page: Path) -> None:
    """Small type could not be made out."""
    width = "document.getElementById('scan').getBoundingClientRect().width"
    before = run(browser, width)
    browser.find_element(By.ID, "closer").click()
    assert run(browser, width) > 1.2 * before
    browser.find_element(By.ID, "farther").click()


def test_a_screen_reader_is_told_what_a_word_is(browser: WebDriver, page: Path) -> None:
    """Who cannot see would hear letters, and neither doubts nor what became of them."""
    press(browser, "Heard", Keys.TAB)
    word = browser.find_element(By.ID, FIRST)
    assert (word.get_attribute("aria-label") or "").startswith("Heard, read as ")
    assert browser.find_element(By.ID, "said").get_attribute("role") == "status"
    assert browser.find_element(By.ID, "said").text == "now Heard"
    buttons = "[...document.querySelectorAll('#viewer button, #viewer select')]"
    named = f"{buttons}.every((b) => (b.ariaLabel || b.textContent || b.title).trim())"
    assert run(browser, named)


def test_a_phone_stacks_scan_and_text_and_a_finger_corrects(
    browser: WebDriver, page: Path, downloads: Path
) -> None:
    """On a phone the text would be off the screen."""
    browser.set_window_size(*PHONE)
    open_at(browser, page, f"#page=3&word={FIRST}")
    eventually(lambda: chosen(browser) == FIRST)
    box = "document.getElementById('{}').getBoundingClientRect()"
    assert run(browser, f"{box.format('pane')}.bottom <= {box.format('text')}.top")
    assert run(browser, "document.documentElement.scrollWidth <= innerWidth")
    word = browser.find_element(By.ID, FIRST)
    word.click()  # it is chosen: a second tap lets it be typed into
    assert word.get_attribute("contenteditable") == "plaintext-only"
    press_with(browser, Keys.CONTROL, "a")
    press(browser, "Tapped")
    browser.find_element(By.CSS_SELECTOR, f"#{FIRST} ~ .accept").click()
    line = saved(browser, downloads)["pages"][0]["lines"][0]
    assert line["new"][0] == "Tapped" and line["accepted"]


def test_a_served_report_saves_to_its_folder(browser: WebDriver, deliveries: Path) -> None:
    """Whoever proofreads with `recto proofread` would have to look for downloads."""
    with Proofreading(deliveries / "out" / "book") as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser.get(f"{server.address}#page=3&word={FIRST}")
        eventually(lambda: chosen(browser) == FIRST)
        press(browser, "Served", Keys.ENTER)
        complaints(browser)
        press_with(browser, Keys.CONTROL, "s")
        eventually(server.target.exists)
        (line,) = json.loads(server.target.read_text())["pages"][0]["lines"]
        server.target.unlink()
        assert line["new"][0] == "Served" and line["accepted"]
        eventually(lambda: "saved as" in browser.find_element(By.ID, "said").text)
        assert complaints(browser) == []
        server.shutdown()


def test_on_paper_there_is_the_page_and_its_text(browser: WebDriver, page: Path) -> None:
    """Buttons would be printed, and the text cut off at the end of the screen."""
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert not browser.find_element(By.ID, "tools").is_displayed()
        assert not browser.find_element(By.CSS_SELECTOR, ".accept").is_displayed()
        assert run(browser, "getComputedStyle(document.getElementById('text')).overflow") == (
            "visible"
        )
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
