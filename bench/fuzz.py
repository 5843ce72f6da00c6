"""Damaged inputs through the code that opens and parses them: named errors only, in bounded time
and memory.

    .venv/bin/python -m bench.fuzz --count 2000

Each case is a good file (PDF, TIFF, PNG, JPEG 2000, JPEG, page JSON, LMDB set, a book's YAML and
corrections, ALTO and PAGE XML, a delivery's manifest, a model's description and its network) with
bytes flipped, overwritten or cut; or a PDF, those of real scans at hand too, or XML or JSON whose
values were exchanged for others: it can still be parsed, and means something else. It is opened in
a child process with limits; what counts as a failure is any other exception than a RectoError, a
signal, or the time limit.
"""

from __future__ import annotations

import argparse
import copy
import io
import itertools
import json
import multiprocessing
import random
import resource
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
from lxml import etree
from PIL import Image
from tqdm import tqdm

from pipeline.book_config import read_book
from pipeline.corrections import read_corrections
from pipeline.document import Character, Leaf, Line, Page, Region, Word
from pipeline.errors import RectoError
from pipeline.export.alto import page_alto
from pipeline.export.delivery import MANIFEST, check_delivery
from pipeline.export.page_xml import page_xml
from pipeline.export.pdf import BoundPage, bind_pdf
from pipeline.files import file_hash
from pipeline.geometry import Box
from pipeline.page_json import read_page, write_page
from pipeline.recognition.batching import OnnxReader
from pipeline.recognition.model import DESCRIPTION, ONNX, WEIGHTS, open_model
from pipeline.scan.pages import list_pages, load_page
from pipeline.synthesis.store import LineStore
from pipeline.training.line_sets import checked_set
from pipeline.training.page_truth import read_page_truth

ROOT = Path(__file__).resolve().parent.parent
SECONDS, MEGABYTES = 60, 3000
PAGES = 2  # of each scan
MODEL = ROOT / "models" / "print-latin"
NETWORK = ROOT / "models" / "names"  # a small one
LARGEST_SEED = 4 << 20  # bytes of a real scan's first pages
ODD_VALUES = (
    *(b"0", b"-1", b"2147483648", b"0.00001", b"true", b"()", b"[]", b"<<>>", b"/X"),
    *(b"[0 0 0 0]", b"[1 0 0]", b"[[[[]]]]", b"(javascript:)", b"<FEFFD800>", b"9" * 18),
)


ODD_TEXTS = ("", "x", "-1", "1e999", "9" * 400, "0,0 1", "nan", "../../etc/passwd", "é\u202e", "٣")
ODD_JSON: tuple[Any, ...] = (
    *(None, True, -1, 0, 1e308, 10**400, "", "x", "\ud800", "a\0b", "../x", [], {}, [[]]),
    *({"": None}, "x" * 5000, float("nan")),
)
CORRECTIONS = json.dumps(
    {
        "schema": 1,
        "book": "book",
        "pages": [
            {
                "page": 1, "sha256": "0" * 64, "width": 300, "height": 400,
                "lines": [{"id": "line_1_1_1", "box": [1, 1, 40, 20], "old": ["1amp"],
                           "new": ["lamp"], "accepted": True}],
                "regions": [{"id": "block_1_1", "box": [1, 1, 40, 20], "kind": "text"}],
            }
        ],
    }
)  # fmt: skip
MANIFEST_TEXT = json.dumps(
    {
        "files": {"book.txt": "0" * 64},
        "pages": [{"number": 1, "status": "done"}],
        "counts": {"pages": 1, "done": 1, "blank": 0, "quarantined": 0},
    }
)


Damage = Callable[[bytes, random.Random], bytes]


@dataclass(frozen=True)
class Subject:
    """A kind of input: a good file, and what the product does to open one."""

    name: str
    good: bytes
    open: Callable[[Path], None]
    damage: Damage


def open_scan(path: Path) -> None:
    """List the pages of a scan and load the first of them."""
    for page in list_pages(path, 300)[:PAGES]:
        if not page.reason:
            load_page(path.parent, page)


def open_pdf(path: Path) -> None:
    """List and load as any scan, and bind a delivery of it."""
    open_scan(path)
    with suppress(pikepdf.PdfError, ValueError, TypeError, RuntimeError):  # what a stage names
        layer = b"BT ET"
        bind_pdf(path, "", [BoundPage(path, 0, 300, 400, 72.0, layer)], path.with_suffix(".out"))
    path.with_suffix(".out").unlink(missing_ok=True)


def open_settings(path: Path) -> None:
    """Read a book's own YAML."""
    read_book(path)


@contextmanager
def folder_with(path: Path, name: str) -> Iterator[Path]:
    """A folder in which an input has the name by which it is looked for; gone afterwards."""
    folder = path.with_suffix(".folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copyfile(path, folder / name)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def open_description(path: Path) -> None:
    """Open a model folder with that description."""
    with folder_with(path, DESCRIPTION) as folder:
        for name in (ONNX, WEIGHTS):
            (folder / name).symlink_to(MODEL / name)
        open_model(folder)


def open_network(path: Path) -> None:
    """Open a model folder with that network, whose hash it names."""
    with folder_with(path, ONNX) as folder:
        told = json.loads((NETWORK / DESCRIPTION).read_text(encoding="utf-8"))
        told["sha256"] = {ONNX: file_hash(folder / ONNX)}
        (folder / DESCRIPTION).write_text(json.dumps(told), encoding="utf-8")
        OnnxReader(open_model(folder), 1)


def open_manifest(path: Path) -> None:
    """Verify a delivery with that manifest."""
    with folder_with(path, MANIFEST) as folder:
        check_delivery(folder)


def open_truth(path: Path) -> None:
    """Read a page of a true text."""
    read_page_truth(path)


def open_corrected(path: Path) -> None:
    """Read the corrections of a book."""
    read_corrections(path)


def open_json(path: Path) -> None:
    """Read the JSON of a page."""
    read_page(path)


def open_lines(path: Path) -> None:
    """Read every line of an LMDB set whose data file is `path`."""
    with folder_with(path, "data.mdb") as folder:
        lines = checked_set(folder)
        for index in range(1, min(lines.count, 20) + 1):
            lines.text(index)
            lines.image(index)


def subjects(folder: Path) -> list[Subject]:
    """A good input of each kind."""
    rng = np.random.default_rng(0)
    grey = Image.fromarray(np.where(rng.random((400, 300)) > 0.9, 0, 255).astype(np.uint8))
    found = []
    for suffix, options in (
        ("tif", {"compression": "tiff_lzw"}),
        ("png", {}),
        ("jp2", {}),
        ("jpg", {}),
    ):
        path = folder / f"good.{suffix}"
        grey.save(path, **options)
        found.append(Subject(suffix, path.read_bytes(), open_scan, damaged))
    pages = [grey.convert("1"), grey]
    pages[0].save(folder / "good.pdf", save_all=True, append_images=pages[1:], resolution=100)
    made = (folder / "good.pdf").read_bytes()
    found.append(Subject("pdf", made, open_pdf, damaged))
    for good in (made, *scanned_pages(ROOT.parent / "shared" / "scans")):
        found.append(Subject("pdf", good, open_pdf, exchanged))
    settings = b"lang: deu+eng\npages: 1-10,15\ndpi: 300\nmodel: print-latin\npassword: '0123'\n"
    found.append(Subject("yaml", settings, open_settings, damaged))
    description = (MODEL / DESCRIPTION).read_bytes()
    found.append(Subject("model", description, open_description, damaged))
    with LineStore(folder / "good.lmdb", {"kind": "synthetic"}) as store:
        store.append((np.asarray(grey)[:64], f"line {k}") for k in range(10))
    found.append(Subject("mdb", (folder / "good.lmdb/data.mdb").read_bytes(), open_lines, damaged))
    box = Box(1, 1, 40, 20)
    word = Word(box, "lamp", 0.9, (Character("l", box, 0.9),), ("1amp",))
    line = Line(
        box, ((1.0, 18.0), (40.0, 18.5)), 9.0, (word,), text="lamp", greedy="1amp", confidence=0.9
    )
    page = Page(1, 300, 400, 300.0, leaves=(Leaf(box, (Region(box, "text", (line,)),)),))
    write_page(folder / "good.json", page)
    found.append(Subject("json", (folder / "good.json").read_bytes(), open_json, damaged))
    for name, text, opened in (
        ("alto", page_alto(page, "eng"), open_truth),
        ("page", page_xml(page, "eng"), open_truth),
        ("corrections", CORRECTIONS, open_corrected),
        ("manifest", MANIFEST_TEXT, open_manifest),
    ):
        found.append(Subject(name, text.encode(), opened, damaged))
        alter = altered_json if text.startswith("{") else altered_xml
        found.append(Subject(name, text.encode(), opened, alter))
    found.append(Subject("model", description, open_description, altered_json))
    found.append(Subject("onnx", (NETWORK / ONNX).read_bytes(), open_network, damaged))
    return found


def scanned_pages(folder: Path) -> list[bytes]:
    """The first pages of real scans, each a PDF of its own; none where there are no scans."""
    found = []
    for path in sorted(folder.rglob("*.pdf")):
        data = io.BytesIO()
        try:
            with pikepdf.open(path) as scan, pikepdf.new() as one:
                one.pages.extend(scan.pages[:PAGES])
                one.save(data)
        except pikepdf.PdfError:  # some are broken, or locked, on purpose
            continue
        if len(data.getvalue()) <= LARGEST_SEED:
            found.append(data.getvalue())
    return found


def altered_xml(good: bytes, rng: random.Random) -> bytes:
    """XML in which some values were exchanged for odd ones, or elements moved."""
    root = etree.fromstring(good)
    for _ in range(rng.choice((1, 1, 2, 4))):
        one, other = rng.choice(list(root.iter("*"))), rng.choice(list(root.iter("*")))
        match rng.randrange(4):
            case 0 if one.attrib:
                one.set(rng.choice(list(one.attrib)), rng.choice(ODD_TEXTS))
            case 1:
                one.text = rng.choice(ODD_TEXTS)
            case 2 if one.getparent() is not None:
                one.getparent().remove(one)
            case _:
                one.append(copy.deepcopy(other))
    return etree.tostring(root)


def altered_json(good: bytes, rng: random.Random) -> bytes:
    """JSON in which some values were exchanged for odd ones, or taken out."""
    whole = json.loads(good)
    for _ in range(rng.choice((1, 1, 2, 4))):
        holders = [one for one in _holders(whole) if one]
        if not holders:
            break
        holder = rng.choice(holders)
        key = rng.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        if rng.random() < 0.2:
            del holder[key]
        else:
            holder[key] = copy.deepcopy(rng.choice((*ODD_JSON, whole)))
    return json.dumps(whole).encode()


def _holders(value: Any) -> Iterator[Any]:
    """Every object and list in a JSON value, itself included."""
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _holders(inner)


def exchanged(good: bytes, rng: random.Random) -> bytes:
    """A PDF in which values of some objects were exchanged for others, of it or odd ones."""
    with pikepdf.open(io.BytesIO(good)) as pdf:
        holders = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary)]
        streams = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        holders += [one.stream_dict for one in streams]
        for _ in range(rng.choice((1, 1, 2, 4))):
            holder = rng.choice([one for one in holders if len(one.keys())])
            key = rng.choice(list(holder.keys()))
            other = rng.choice(holders)
            odd = [pikepdf.Object.parse(value) for value in ODD_VALUES]
            holder[key] = rng.choice([*odd, *odd, other if other.is_indirect else odd[0]])
        data = io.BytesIO()
        pdf.save(data)
    return data.getvalue()


def damaged(good: bytes, rng: random.Random) -> bytes:
    """A copy with some bytes flipped, a run overwritten, or an end or a middle cut out."""
    raw = bytearray(good)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        kind, at = rng.random(), rng.randrange(max(1, len(raw)))
        # headers decide most: half of the damage is done to them
        at = at if rng.random() < 0.5 else rng.randrange(max(1, min(len(raw), 512)))
        if kind < 0.6 and raw:
            raw[at] ^= 1 << rng.randrange(8)
        elif kind < 0.8:
            length = rng.randrange(1, 64)
            raw[at : at + length] = rng.randbytes(len(raw[at : at + length]))
        elif kind < 0.9:
            del raw[at : at + rng.randrange(1, 4096)]
        else:
            del raw[rng.randrange(len(raw) + 1) :]
    return bytes(raw)


def _limited(subject: Subject, path: Path, reports: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))
    try:
        subject.open(path)
        reports.send("opened")
    except RectoError as error:
        reports.send(f"refused: {type(error).__name__}")
    except BaseException:  # noqa: BLE001  (whatever it is, it is what we look for)
        reports.send("failed: " + traceback.format_exc())


def outcome(subject: Subject, path: Path, seconds: float = SECONDS) -> str:
    """`opened`, `refused: …` or `failed: …`."""
    context = multiprocessing.get_context("fork")
    reports, reporting = context.Pipe(duplex=False)
    process = context.Process(target=_limited, args=(subject, path, reporting))
    process.start()
    reporting.close()
    try:
        result = (
            str(reports.recv())
            if reports.poll(seconds)
            else f"failed: longer than {seconds:g} seconds"
        )
    except EOFError:
        process.join()
        result = f"failed: ended with {process.exitcode}"
    process.kill()
    process.join()
    return result


def in_turn(chosen: Collection[Subject]) -> Iterator[Subject]:
    """Without end, each way of damaging each kind in turn, on the next of the good inputs of that
    kind: a kind that has many of them takes no larger share for that."""
    ways: dict[tuple[str, Damage], list[Subject]] = {}
    for one in chosen:
        ways.setdefault((one.name, one.damage), []).append(one)
    for number in itertools.count():
        for alike in ways.values():
            yield alike[number % len(alike)]


def fuzz(
    folder: Path, count: int, seed: int, seconds: float = SECONDS, only: Collection[str] = ()
) -> Iterator[tuple[str, str]]:
    """(kind of input, outcome) of `count` damaged inputs, of some kinds or of all; the inputs of
    failures stay in `folder`."""
    rng = random.Random(seed)
    chosen = [one for one in subjects(folder) if not only or one.name in only]
    for number, subject in enumerate(itertools.islice(in_turn(chosen), count)):
        path = folder / f"case{number}.{subject.name}"
        try:
            path.write_bytes(subject.damage(subject.good, rng))
        except (pikepdf.PdfError, ValueError, TypeError, RuntimeError):
            continue  # an exchange that cannot be written as a PDF is no input
        result = outcome(subject, path, seconds)
        if not result.startswith("failed"):
            path.unlink()
        yield subject.name, result


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=2000, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help="for one input (default: %(default)s)"
    )
    parser.add_argument("--only", nargs="+", default=[], metavar="KIND", help="such as pdf yaml")
    parser.add_argument("--keep", type=Path, help="folder for the inputs that failed")
    options = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    failures = []
    folder = options.keep or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    for kind, result in tqdm(
        fuzz(folder, options.count, options.seed, options.seconds, options.only),
        total=options.count,
        unit="input",
    ):
        counts[kind, result.split(":")[0]] += 1
        if result.startswith("failed"):
            failures.append(f"{kind}: {result}")
    for (kind, result), number in sorted(counts.items()):
        print(f"{kind}\t{result}\t{number}")
    print("\n".join(failures[:20]))
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
