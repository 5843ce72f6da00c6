"""A shelf of generated books, half of them hostile, read by one command: what came of each.

    .venv/bin/python -m bench.shelf --books 60 --seed 1

Counts as a failure: a good book that is not delivered, a hostile one that is neither delivered nor
named in out/archive.tsv with a reason, a traceback, a process that is left, a file written outside
out/ and work/, and a run that needs more than 1.5 GB.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name, Stream

from bench.drawn_books import draw_page, write_book
from bench.workplace import lay_out

MOST_MEGABYTES = 1500
NAME_LETTERS = "abcdefghij éß'\"$;&()~%+,=@[]"
OWN = {".snakemake", "out", "work", "scans"}


def draw_name(rng: random.Random) -> str:
    """A name of letters that shells and URLs take for something else."""
    middle = "".join(rng.choices(NAME_LETTERS, k=rng.randrange(1, 12))).strip()
    return f"b{rng.randrange(10**6)}{middle}z"


def wrong_settings(scans: Path, name: str, rng: random.Random) -> None:
    """A YAML that is wrong."""
    draw_page(rng).save(scans / f"{name}.png")
    wrong = (
        "langg: eng",
        "pages: " + "[" * 3000,
        "model: ../../etc",
        "dpi: many",
        "- a",
        "pages: 9-",
        'pages: "\\udcff"',
        "lang: eng\nlang: deu",
    )
    (scans / f"{name}.yaml").write_text(rng.choice(wrong))


def no_image(scans: Path, name: str, rng: random.Random) -> None:
    """Bytes that are none, or half of an image."""
    data = rng.choice((b"", b"%PDF-1.7 and no more", rng.randbytes(500)))
    (scans / f"{name}.{rng.choice(('png', 'pdf', 'tif', 'heic', 'jp2'))}").write_bytes(data)


def no_file(scans: Path, name: str, rng: random.Random) -> None:
    """A pipe, a folder, a link or a file of nothing where a scan should be."""
    path = scans / f"{name}.png"
    match rng.randrange(6):
        case 0:
            os.mkfifo(path)
        case 1:
            path.mkdir()
        case 2:
            path.symlink_to("/dev/zero")
        case 3:
            path.symlink_to("/proc/kmsg")
        case 4:
            with path.open("wb") as file:
                file.truncate(1 << 40)
        case _:
            path.symlink_to(path.name)


def odd_folder(scans: Path, name: str, rng: random.Random) -> None:
    """A folder of images with things in it that are none."""
    folder = scans / name
    folder.mkdir()
    draw_page(rng).save(folder / "1.png")
    no_file(folder, "2", rng)
    (folder / "3\x1b[31m\n.png").write_bytes(b"no image")


def cut_samples(scans: Path, name: str, rng: random.Random) -> None:
    """Images whose data end early, in a way that decoders do not tell of."""
    data = io.BytesIO()
    draw_page(rng).save(data, "JPEG", quality=90)
    cut = data.getvalue()[: len(data.getvalue()) // 2]
    if rng.random() < 0.5:
        (scans / f"{name}.jpg").write_bytes(cut + b"\xff\xd9")
        return
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(450, 210))
        image = Stream(
            pdf, cut, Type=Name.XObject, Subtype=Name.Image, Width=900, Height=420,
            ColorSpace=Name.DeviceGray, BitsPerComponent=8, Filter=Name.DCTDecode,
        )  # fmt: skip
        page.obj.Resources = Dictionary(XObject=Dictionary(X=pdf.make_indirect(image)))
        page.obj.Contents = Stream(pdf, b"q 450 0 0 210 0 0 cm /X Do Q")
        pdf.save(scans / f"{name}.pdf")


def link_away(scans: Path, name: str, rng: random.Random) -> None:
    """A link to a folder in which the whole machine lies."""
    (scans / name).symlink_to(rng.choice(("/", "/proc/self/root", "..", ".")))


def wrong_corrections(scans: Path, name: str, rng: random.Random) -> None:
    """A good page with corrections that are none."""
    draw_page(rng).save(scans / f"{name}.png")
    wrong = (b"", b"[]", b"[" * 9999, b"\xff\xfe{}", b'{"schema": 1, "book": "x", "pages": [1]}')
    (scans / f"{name}.corrections.json").write_bytes(rng.choice(wrong))


def content_bomb(scans: Path, name: str, _: random.Random) -> None:
    """A PDF whose content is far larger than its file."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(300, 200))
        packed = zlib.compress(b"q Q " * 2_000_000, 9)
        page.obj.Contents = Stream(pdf, packed, Filter=Name.FlateDecode)
        pdf.save(scans / f"{name}.pdf")


def form_bomb(scans: Path, name: str, __: random.Random) -> None:
    """A PDF of forms that draw each other."""
    with pikepdf.new() as pdf:
        box = [0, 0, 9, 9]
        page = pdf.add_blank_page(page_size=(300, 200))
        drawn = pdf.make_indirect(Stream(pdf, b"0 0 1 1 re f", Subtype=Name.Form, BBox=box))
        for _ in range(10):
            inner = Dictionary(XObject=Dictionary(X=drawn))
            drawn = pdf.make_indirect(
                Stream(pdf, b"/X Do " * 10, Subtype=Name.Form, BBox=box, Resources=inner)
            )
        page.obj.Resources = Dictionary(XObject=Dictionary(X=drawn))
        page.obj.Contents = Stream(pdf, b"/X Do")
        pdf.save(scans / f"{name}.pdf")


HOSTILE: tuple[Callable[[Path, str, random.Random], None], ...] = (
    *(wrong_settings, no_image, no_file, odd_folder, content_bomb, form_bomb),
    *(cut_samples, link_away, wrong_corrections),
)


def fill_shelf(scans: Path, books: int, rng: random.Random) -> tuple[list[str], list[str]]:
    """Names of the good books and of the hostile ones that now lie in `scans`."""
    good, hostile = [], []
    for number in range(books):
        name = draw_name(rng)
        if number % 2:
            write_book(scans, name, rng)
            good.append(name)
        else:
            HOSTILE[number // 2 % len(HOSTILE)](scans, name, rng)
            hostile.append(name)
    return good, hostile


def left_running(place: Path) -> list[str]:
    """Command lines of processes that still work in `place`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve() == place:
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def read_shelf(place: Path, books: int, seed: int, page_seconds: float) -> list[str]:
    """Fill a shelf, read it, and say all that is wrong."""
    good, hostile = fill_shelf(place / "scans", books, random.Random(seed))
    before = {path.name for path in place.iterdir()}
    snakemake = Path(sys.executable).with_name("snakemake")
    command = [str(snakemake), "--cores", "1", "--config", f"page_seconds={page_seconds}"]
    run = subprocess.run(command, cwd=place, capture_output=True, text=True, errors="replace")
    with (place / "out" / "archive.tsv").open(newline="") as file:
        rows = {row["book"]: row for row in csv.DictReader(file, delimiter="\t", quoting=3)}
    wrong = [f"not delivered: {name!r}" for name in good if not _delivered(place, name)]
    for name in hostile:
        row = next((row for book, row in rows.items() if book.split(".")[0] == name), None)
        if not _delivered(place, name) and (row is None or not row["reasons"]):
            wrong.append(f"not named: {name!r}")
        elif row is not None and row["status"] == "failed" and "; " not in row["reasons"]:
            wrong.append(f"no remedy: {name!r}: {row['reasons']}")
    wrong += [f"left running: {line}" for line in left_running(place.resolve())]
    added = {path.name for path in place.iterdir()} - before - OWN
    wrong += [f"written: {name}" for name in sorted(added)]
    if "Traceback (most" in run.stderr:
        wrong.append("a traceback:\n" + run.stderr[run.stderr.index("Traceback (most") :][:2000])
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"seed {seed}: {len(good)} good, {len(hostile)} hostile; largest process {most} MB")
    if most > MOST_MEGABYTES:
        wrong.append(f"a process needed {most} MB")
    return wrong


def _delivered(place: Path, name: str) -> bool:
    manifest = place / "out" / name / "manifest.json"
    return manifest.is_file() and bool(json.loads(manifest.read_text())["pages"])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--books", type=int, default=60, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--page-seconds", type=float, default=20, help="default: %(default)s")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = lay_out(Path(folder) / "shelf")
        wrong = read_shelf(place, options.books, options.seed, options.page_seconds)
    print("\n".join(wrong) or "nothing is wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
