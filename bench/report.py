"""How a report of many pages loads in Chromium: time until it can be used, and memory of the page's
process.

    .venv/bin/python -m bench.report out/book --pages 500

The pages of a delivered report are repeated; their pictures and scripts are copied under new
numbers. Chromium and its driver are needed (`make browser`).
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from pathlib import Path

import psutil
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from pipeline.export.report import book_script, copy_viewer, report_html, search_script

FILES = (".jpg", ".small.jpg", ".js")


def multiplied(delivery: Path, target: Path, count: int) -> Path:
    """A report of `count` pages made of those of a delivery; returns its path."""
    manifest = json.loads((delivery / "manifest.json").read_text(encoding="utf-8"))
    originals, pages, lines = manifest["pages"], [], []
    copy_viewer(target)
    for number in range(1, count + 1):
        original = originals[(number - 1) % len(originals)]
        pages.append(original | {"number": number})
        for suffix in FILES:
            source = delivery / "report" / f"{original['number']:04d}{suffix}"
            if source.is_file():
                shutil.copyfile(source, target / "report" / f"{number:04d}{suffix}")
        text = (delivery / "pages" / f"{original['number']:04d}.txt").read_text(encoding="utf-8")
        lines.append(
            (number, [(1, k, line) for k, line in enumerate(text.splitlines(), 1) if line])
        )
    (target / "report" / "search.js").write_text(search_script(lines), encoding="utf-8")
    script = book_script(manifest["book"], pages)
    (target / "report" / "book.js").write_text(script, encoding="utf-8")
    path = target / "report.html"
    path.write_text(
        report_html(manifest["book"], pages, manifest["settings"], manifest["versions"]["recto"]),
        encoding="utf-8",
    )
    return path


def page_megabytes(driver: webdriver.Chrome) -> float:
    """Memory of the largest renderer process below the driver."""
    processes = psutil.Process(driver.service.process.pid).children(recursive=True)
    sizes = [p.memory_info().rss for p in processes if "--type=renderer" in " ".join(p.cmdline())]
    return max(sizes, default=0) / 1e6


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "delivery", type=Path, help="folder of a book that was digitized with outputs=all"
    )
    parser.add_argument("--pages", type=int, default=500, help="default: %(default)s")
    options = parser.parse_args()
    arguments = webdriver.ChromeOptions()
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--window-size=1300,900",
    ):
        arguments.add_argument(argument)
    with tempfile.TemporaryDirectory() as folder:
        path = multiplied(options.delivery, Path(folder), options.pages)
        driver = webdriver.Chrome(options=arguments, service=Service(shutil.which("chromedriver")))
        try:
            start = time.perf_counter()
            driver.get(path.as_uri())  # returns when everything in sight has loaded
            loaded = time.perf_counter() - start
            before = page_megabytes(driver)
            start = time.perf_counter()
            driver.execute_async_script(
                "const done = arguments[0], box = document.getElementById('search'); box.value = "
                "'the';"
                "box.dispatchEvent(new Event('input'));"
                "const wait = () => document.querySelector('#hits button') ? done() : "
                "setTimeout(wait, 20); wait();"
            )
            searched = time.perf_counter() - start
            after = page_megabytes(driver)
        finally:
            driver.quit()
    print(
        f"{options.pages} pages: loaded in {loaded:.2f} s, {before:.0f} MB; first search "
        f"{searched:.2f} s, then {after:.0f} MB"
    )


if __name__ == "__main__":
    main()
