"""The plan of a run: what lies in scans/, content hashes, locks, and that no book's fault is
another's."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.book_config import BookConfig, read_book, settle
from pipeline.config import Config, parse_config
from pipeline.errors import ConfigError, UnreadableScanError, printable, rebuild_error
from pipeline.scan.pages import check_file
from stages.digitize import archive
from stages.plan import books as plan
from stages.plan import hashes, shelf
from stages.settings import stage_settings
from stages.workflow import scan_hash
from tests.conftest import ROOT

Stage = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(autouse=True)
def scans(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """scans/ of a workplace, in which the test runs; what earlier tests saw is forgotten."""
    monkeypatch.chdir(workplace)
    forget()
    yield workplace / "scans"
    forget()


def forget() -> None:
    """Forget what a run remembers, as the next run does."""
    for cached in (shelf.current_shelf, scan_hash, hashes._remembered):
        cached.cache_clear()
    plan._model_fault.cache_clear()
    plan._language_fault.cache_clear()


def put(*paths: Path) -> None:
    """Files of a few bytes, with the folders that they lie in."""
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"content of " + os.fsencode(path.name))


def test_everything_in_scans_is_accounted_for(scans: Path) -> None:
    """A file that somebody deposited would vanish without a word."""
    put(scans / "a.pdf", scans / "a.yaml", scans / "b.TIF", scans / "c/1.png", scans / "c/2.jp2")
    put(scans / "d/e/f.pdf", scans / "d/notes.txt", scans / "g.xyz", scans / ".DS_Store")
    put(scans / "c/._1.png", scans / "lost.yaml", scans / "c/deep/1.png")
    (scans / "empty").mkdir()
    (scans / "c/x.tif").mkdir()
    (scans / "nowhere").symlink_to(scans.parent / "gone")
    (scans / "nowhere.pdf").symlink_to(scans.parent / "gone.pdf")
    os.mkfifo(scans / "pipe")
    stock = shelf.take_stock(scans)
    assert list(stock.scans) == ["a", "b", "c", "c/deep", "d/e/f", "nowhere"]
    assert dict(stock.strays) == {
        ".DS_Store": shelf.HIDDEN,
        "c/._1.png": shelf.HIDDEN,
        "c/x.tif": shelf.EMPTY,
        "d/notes.txt": shelf.UNKNOWN,
        "empty": shelf.EMPTY,
        "g.xyz": shelf.UNKNOWN,
        "lost.yaml": shelf.NO_SCAN,
        "nowhere": shelf.UNKNOWN,
        "pipe": shelf.UNKNOWN,
    }
    assert stock.objection("c/deep") is not None
    assert stock.objection("d/e/f") is None


def test_what_a_tool_turns_into_pages_is_named_with_the_tool(scans: Path) -> None:
    put(scans / "old.djvu", scans / "e/book.EPS", scans / "leaves.zip", scans / "a.yml")
    told = dict(shelf.take_stock(scans).strays)
    assert "ddjvu -format=pdf" in told["old.djvu"]
    assert "ps2pdf" in told["e/book.EPS"]
    assert "unpack" in told["leaves.zip"]
    assert "NAME.yaml" in told["a.yml"]  # its language would be passed over


def test_linked_folders_are_followed_once(scans: Path, tmp_path: Path) -> None:
    """A link to itself would be walked for ever, and a linked book would not be read."""
    put(tmp_path / "elsewhere/1.png", tmp_path / "elsewhere/more/2.png", scans / "own/1.png")
    (scans / "linked").symlink_to(tmp_path / "elsewhere")
    (scans / "a-link-to-own").symlink_to("own")
    (scans / "own/again").symlink_to(".")
    (scans / "loop").symlink_to("loop")
    stock = shelf.take_stock(scans)
    assert list(stock.scans) == ["linked", "linked/more", "own"]
    assert dict(stock.strays) == {
        "a-link-to-own": shelf.AGAIN,
        "own/again": shelf.AGAIN,
        "loop": shelf.UNKNOWN,
    }


def test_links_lead_neither_above_the_scans_nor_through_the_whole_machine(
    scans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link to / or to /proc/self, which holds one, was followed through all that is there."""
    (scans / "up").symlink_to("..")
    (scans / "root").symlink_to("/")
    (scans / "proc").symlink_to("/proc/self/fdinfo")
    for number in range(4):
        put(tmp_path / f"far/{number}/1.png")
    (scans / "far").symlink_to(tmp_path / "far")
    monkeypatch.setattr(shelf, "MOST_LINKED", 5)
    put(scans / "own/1.png")
    stock = shelf.take_stock(scans)
    told = dict(stock.strays)
    assert told["up"] == told["root"] == shelf.ABOVE
    assert shelf.TOO_MUCH in told.values()
    assert "own" in stock.scans  # what lies here is not counted


@pytest.mark.parametrize(
    "name",
    ["archive.tsv", "archive.tsv/more", "log/archive.log", "train/x", "scan" + "0" * 20, "ab" * 30,
     "{b}", "<temp>", "a <b_1>", "--", "a\nb", "caf\udce9", ".hidden", "\u202egpj"],
)  # fmt: skip
def test_names_that_would_harm_the_run_are_refused(name: str) -> None:
    """One such name kept every good book from being delivered."""
    objection = shelf.Shelf().objection(name)
    assert objection is not None
    assert objection.exit_code == 3
    assert objection.remedy


@pytest.mark.parametrize(
    "name", ["hashes.json", "log", "a b", "it's", "$(touch x)", "*", "a[1-2]?", "0" * 19, "d/e"]
)
def test_other_names_are_taken(name: str) -> None:
    """A book would be refused for a name that does no harm."""
    assert shelf.Shelf().objection(name) is None


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=30))
def test_any_name_can_be_told(raw: bytes) -> None:
    """A name of bytes that are no UTF-8 ended the run when the table was written."""
    assert printable(os.fsdecode(raw)).isprintable()
    assert len(plan.refusal_key(os.fsdecode(raw))) == 16


def test_only_regular_files_are_hashed(scans: Path) -> None:
    """A FIFO would be waited for, a device read, for ever."""
    put(scans / "f/1.png")
    os.mkfifo(scans / "f/2.png")
    (scans / "f/3.png").symlink_to("/dev/zero")
    (scans / "f/4.png").mkdir()
    (scans / "f/5.png").symlink_to("5.png")
    (scans / "f/6.png").symlink_to(scans / "f/1.png")
    (scans / "f/1.png").rename(scans / "f" / os.fsdecode(b"caf\xe9.png"))
    assert hashes.content_hash(scans / "f/2.png") == hashes.NO_FILE
    assert hashes.content_hash(scans / "f/3.png") == hashes.NO_FILE
    assert hashes.content_hash(scans / "f/4.png") == hashes.NO_FILE
    assert hashes.content_hash(scans / "f/5.png") == hashes.MISSING
    assert len(scan_hash("f")) == 64


def test_a_scan_that_cannot_be_read_does_not_end_the_plan(
    scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file without permission kept the shelf from being planned."""
    put(scans / "a.pdf")

    def refuse(path: Path) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(hashes, "file_hash", refuse)
    assert hashes.content_hash(scans / "a.pdf") == hashes.UNREADABLE
    assert len(scan_hash("a")) == 64


def test_what_says_it_is_a_file_and_can_be_read_for_ever(scans: Path) -> None:
    """A link to /proc/kmsg kept the plan waiting; a file of 1 TB that lies nowhere, for hours."""
    for name in ("a.png", "a.yaml", "a.corrections.json"):
        (scans / name).symlink_to("/proc/self/environ")  # has no size, as kmsg, and some content
    with (scans / "b.png").open("wb") as file:
        file.truncate(1 << 40)
    start = time.process_time()
    assert scan_hash("a")
    assert hashes.content_hash(scans / "a.png") == hashlib.sha256().hexdigest()
    assert hashes.content_hash(scans / "b.png") == hashes.NO_FILE
    assert read_book(scans / "a.yaml") == BookConfig()
    assert faults()["a"] is not None  # its corrections are none
    with pytest.raises(UnreadableScanError, match="all but empty"):
        check_file(scans / "b.png")
    assert time.process_time() - start < 10


def test_hashes_are_remembered_by_size_and_times(
    scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive would be read anew at every start; or a changed scan taken for the old one."""
    put(scans / "a/1.png", scans / "a/2.png")
    first = scan_hash("a")
    forget()
    with monkeypatch.context() as patched:
        patched.setattr(hashes, "file_hash", lambda path: pytest.fail(f"{path} was read again"))
        assert scan_hash("a") == first
    (scans / "a/2.png").write_bytes(b"something longer than before")
    forget()
    assert (second := scan_hash("a")) != first
    before = (scans / "a/2.png").stat()
    (scans / "a/2.png").write_bytes(b"SOMETHING longer than before")  # as `exiftool -P` does
    os.utime(scans / "a/2.png", ns=(before.st_atime_ns, before.st_mtime_ns))
    forget()
    assert scan_hash("a") not in (first, second)
    forget()
    hashes.HASHES.write_text(hashes.HASHES.read_text()[:-20])  # as a kill leaves it
    hashes.HASHES.write_bytes(hashes.HASHES.read_bytes() + b"\n\xff[1]\n{}\n")
    assert len(scan_hash("a")) == 64


def test_hashing_takes_a_time_that_grows_with_the_files_alone(scans: Path) -> None:
    """The table of hashes was written anew for each file: 6,000 images took 111 s."""
    (scans / "many").mkdir()
    for number in range(10_000):
        (scans / f"many/leaf-{number:06d}.png").write_bytes(b"%d" % number)
    start = time.process_time()
    assert len(scan_hash("many")) == 64
    assert time.process_time() - start < 10
    assert len(hashes.HASHES.read_text().splitlines()) == 10_000


def test_a_table_of_stale_lines_is_written_anew(scans: Path) -> None:
    """The table would grow for ever."""
    put(scans / "a.pdf")
    scan_hash("a")
    line = hashes.HASHES.read_text()
    hashes.HASHES.write_text(line * (hashes.STALE_LINES + 10))
    forget()
    scan_hash("a")
    assert hashes.HASHES.read_text() == line


def faults(**config: object) -> dict[str, tuple[int, str] | None]:
    """What stands against each book of the shelf: exit code and message."""
    books = plan.Books(parse_config(config))
    found = {name: books.fault(name) for name in shelf.current_shelf().scans}
    assert all(fault.remedy for fault in found.values() if fault)
    return {name: (f.exit_code, f.message) if f else None for name, f in found.items()}


def test_a_fault_of_one_book_is_its_own(scans: Path, workplace: Path) -> None:
    """One wrong key, one locked book, one damaged file ended the plan of all others."""
    put(
        *(
            scans / f"{n}.png"
            for n in ("good", "typo", "busy", "{b}", "left", "model", "lang", "cut")
        )
    )
    put(scans / ("x" * 251 + ".png"), scans / "archive.tsv.png")
    (scans / "typo.yaml").write_text("langg: eng\n")
    (scans / "model.yaml").write_text("model: none\n")
    (scans / "lang.yaml").write_text("lang: nld\n")
    (workplace / "work/busy").mkdir(parents=True)
    (workplace / "work/left").mkdir()
    (workplace / "work/left/manifest.json").touch()
    for name, text in (("cut", '{"schema": 1, "pages"'), ("good", '{"schema": 1}\n')):
        (workplace / "out" / name).mkdir(parents=True)
        (workplace / "out" / name / "manifest.json").write_text(text)
    with (workplace / "work/busy/.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        found = faults()
    assert found.pop("good") is None
    assert found.pop("typo") == (2, "scans/typo.yaml is wrong: there is no key langg")
    assert found.pop("busy") == (8, "busy is being worked on by another run")
    assert found.pop("archive.tsv") == (3, "archive.tsv is a name that Recto needs for itself")
    assert found.pop("lang") == (6, "there is no lexicons/nld.txt for `lang: nld`")
    assert found.pop("x" * 251) == (3, f"{'x' * 251} ends in what is repeated twenty times, which "
                                    "Snakemake does not take")  # fmt: skip
    assert {name: fault[0] for name, fault in found.items() if fault} == {
        "left": 9, "cut": 9, "model": 6, "{b}": 3
    }  # fmt: skip


def test_only_a_delivery_is_taken_for_one(scans: Path, workplace: Path) -> None:
    """A folder in out/ that was made or emptied by hand was taken for a delivery: the book was
    never read, and nothing was told."""
    put(*(scans / f"{name}.pdf" for name in ("emptied", "filled", "series/a", "moved/b")))
    (workplace / "out/emptied/pages").mkdir(parents=True)
    put(workplace / "out/emptied/.snakemake_timestamp", workplace / "out/filled/notes.txt")
    (workplace / "out/series/a").mkdir(parents=True)
    (workplace / "out/moved").mkdir()
    (workplace / "out/moved/manifest.json").write_text('{"schema": 1}')
    found = faults()
    assert found["emptied"] is None and not (workplace / "out/emptied").exists()
    assert found["series/a"] is None and (workplace / "out/series").exists()
    assert [(found[name] or (0, ""))[0] for name in ("filled", "moved/b")] == [10, 10]
    assert (workplace / "out/filled/notes.txt").exists()


def test_a_name_as_long_as_a_name_can_be(scans: Path) -> None:
    """scans/NAME.yaml would be longer than a name may be, and asking for it was an error."""
    name = "".join(chr(ord("a") + k % 26) for k in range(251))
    put(scans / f"{name}.pdf")
    assert faults() == {name: None}


def test_what_is_missing_is_known_before_the_first_page(scans: Path) -> None:
    """A missing model was found after half a minute, a missing lexicon once for each shard."""
    put(scans / "a.pdf")
    assert faults(lang="nld") == {"a": (6, "there is no lexicons/nld.txt for `lang: nld`")}
    assert faults(lang="nld", decoder={"language_model": False}) == {"a": None}
    (code, message) = faults(model="nothing")["a"] or (0, "")
    assert code == 6
    assert "there is no recognizer in models/nothing" in message


def test_a_refused_book_is_planned_as_its_refusal(scans: Path, stage: Stage) -> None:
    """What stands against a book would be lost between the plan and its job."""
    put(scans / "good.pdf", scans / "bad.pdf")
    (scans / "bad.yaml").write_text("dpi: high\n")
    books = plan.Books(Config())
    refused, delivered = books.shelf_targets()
    assert delivered == "out/good"
    complaint = books.complaint(Path(refused).name)
    run = stage("refuse", complaint)
    assert run.returncode == 2
    assert run.stderr.startswith("recto: scans/bad.yaml is wrong: dpi: ")
    assert str(rebuild_error(*json.loads(complaint))) in run.stderr
    for name in ("good", "bad"):  # a job that is asked for by name evaluates all of these
        assert json.loads(books.record(name))["lang"] == "auto"
        assert books.stage_settings(name, "recognize")


@pytest.mark.parametrize(
    "text",
    ["langg: eng\n", "- a\n", "42\n", "lang: [eng]\n", "lang: Deutsch\n", "dpi: " + "9" * 5000,
     "model: !!python/object/apply:os.system ['touch pwned']\n", "pages: " + "[" * 5000,
     "model: ../../etc\n", "model: /tmp/x\n", "a: &a [*a]\n", "lang: 'eng\n", "x" * 70_000,
     "lang: eng" + "+eng" * 100, "model: " + "x" * 300, "pages: " + "1," * 9000,
     'pages: "\\udcff"\n', 'password: "a\\0b"\n', "lang: eng\nlang: deu\n",
     b"model: caf\xe9\n", "a0: &a [x,x]\na1: &b [*a,*a]\npages: *b\n"],
)  # fmt: skip
def test_a_books_yaml_is_refused_by_name(scans: Path, text: str | bytes) -> None:
    """A deposit's YAML could end the run, build objects, expand without end, or name any folder."""
    path = scans / "book.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError, match=r"book\.yaml") as caught:
        read_book(path)
    assert caught.value.remedy
    assert not list(scans.parent.rglob("pwned"))


def test_the_text_of_a_wrong_yaml_is_not_told(scans: Path) -> None:
    """It may be a link to a file that the depositor may not read, and what is told is in out/."""
    (scans / "book.yaml").write_text("lang: eng\nroot:\n - $6$secret: [\n")
    with pytest.raises(ConfigError, match="in line") as caught:
        read_book(scans / "book.yaml")
    assert "secret" not in str(caught.value)


def test_a_books_yaml_is_read_as_text(scans: Path) -> None:
    """`password: 0123` was read as an octal number, `pages: 2024-13-45` as a broken date."""
    path = scans / "book.yaml"
    path.write_text("password: 0123\r\npages: 1\r\ndpi: 200\nlang:\n", encoding="utf-8-sig")
    book = read_book(path)
    assert (book.password, book.pages, book.dpi, book.lang) == ("0123", "1", 200, None)
    assert "0123" not in repr(book)
    path.write_text("pages: null\npassword: 'null'\n")
    assert (read_book(path).pages, read_book(path).password) == ("", "null")
    path.unlink()
    path.mkdir()
    with pytest.raises(ConfigError, match="no file"):
        read_book(path)


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=60))
def test_any_yaml_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    """A traceback would end the plan."""
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(raw)
    try:
        own = read_book(path)
    except ConfigError as error:
        assert error.remedy
    else:
        assert json.loads(stage_settings(settle(Config(), own), "inventory"))


def test_the_archive_names_every_scan_and_why_it_is_not_read(scans: Path, workplace: Path) -> None:
    """One damaged manifest, or one odd name, ended the table of all books."""
    put(scans / "a.pdf", scans / "b.pdf", scans / "n.xyz", scans / "late.pdf")
    put(workplace / "work/again/log/inventory.log", workplace / "work/again/log/assemble.log")
    (workplace / "work/again/log/assemble.log").write_text("recto: an earlier run\n")
    put(scans / os.fsdecode(b"caf\xe9.pdf"), scans / "tab\there.pdf", scans / " a  b .pdf")
    for name in ("a", "gone", "old"):
        (workplace / "out" / name).mkdir(parents=True)
        (workplace / "out" / name / "manifest.json").touch()
    (workplace / "out/old/manifest.json").write_text('{"counts": {}, "pages": 3}')
    for name, text in (
        ("deep", "[" * 100_000),
        ("odd", '{"files": {}, "counts": {"pages": "x", "done": 1e999}, "pages": []}'),
        ("none", '{"files": {}, "counts": {"pages": 1}, "pages": [{"confidence": "a"}]}'),
    ):
        (workplace / "out" / name).mkdir()
        (workplace / "out" / name / "manifest.json").write_text(text)
    (workplace / "out/again").mkdir()
    (workplace / "out/again/manifest.json").write_text(
        json.dumps({"files": {}, "pages": [], "counts": dict.fromkeys(archive.COLUMNS[2:6], 0)})
    )
    (workplace / "work/again/log/inventory.log").write_text("recto: a is damaged\n  Mend it.\n")
    (workplace / "out/pipe").mkdir()
    os.mkfifo(workplace / "out/pipe/manifest.json")
    plan.REFUSED.mkdir(parents=True)
    plan.refusal_log("b").write_text("recto: b is wrong\n  Mend it.\n")
    rows = archive.archive_rows(shelf.current_shelf(), Path("out"), Path("work"))
    ends = {row[0]: (row[1], row[-1]) for row in rows}
    assert ends["a"] == ("failed", "out/a/manifest.json is damaged: remove out/a")
    for name in ("gone", "old", "deep", "odd", "none", "pipe"):
        assert ends[name][0] == "failed"
    assert ends["b"] == ("failed", "b is wrong; Mend it.")
    assert ends["again"] == ("delivered", "a is damaged; Mend it.")  # by a run before this one
    assert ends["late"] == ("waiting", "")
    assert ends["n.xyz"] == ("ignored", shelf.UNKNOWN)
    assert ends[r"caf\xe9"][0] == ends[r"tab\there"][0] == "failed"
    assert ends[" a  b "][0] == "waiting"  # a name is told as it is
    "\n".join("\t".join(row) for row in rows).encode("utf-8")
    assert "1 of 13 books delivered" in archive.closing_summary(rows, Path("out/archive.tsv"))


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["README.md"], ""),
        (["README.md", "n.xyz"], "1 other thing in scans/ was not read"),
        (["m.xyz", "n.xyz"], "2 other things in scans/ were not read"),
    ],
)
def test_what_is_no_scan_is_told_but_for_the_folders_own_guide(names: list[str], told: str) -> None:
    """Every run in a checkout would end with a warning about a file that came with it."""
    rows = [(name, "ignored", *archive.EMPTY, "no scan") for name in names]
    first, *others = archive.closing_summary(rows, Path("out/archive.tsv")).splitlines()
    assert "0 of 0 books" in first and [told in line for line in others] == [True] * bool(told)


def test_a_lock_dies_with_its_process_and_is_taken_once(scans: Path, workplace: Path) -> None:
    """A killed run would keep its books for ever; a run would be in its own way."""
    put(scans / "a.pdf")
    books = plan.Books(Config())
    assert books.fault("a") is None
    assert plan.Books(Config()).fault("a") is not None
    del books
    forget()
    assert plan.Books(Config()).fault("a") is None


def test_a_work_folder_in_the_way_is_told(scans: Path, workplace: Path) -> None:
    """A file where the book's work should lie ended the plan."""
    put(scans / "a.pdf", workplace / "work/a", scans / "b.pdf")
    found = faults()
    assert found["b"] is None
    assert (found["a"] or (0,))[0] == 10


def test_models_and_lexicons_are_told_by_content(scans: Path, workplace: Path) -> None:
    """A changed lexicon would not be read again."""
    (workplace / "lexicons").unlink()
    (workplace / "lexicons").mkdir()
    for suffix in (".txt", ".klm", ".chars.klm"):
        shutil.copy(ROOT / f"lexicons/eng{suffix}", workplace / f"lexicons/eng{suffix}")
    books = plan.Books(Config())
    before = books.language_hash("a")
    with (workplace / "lexicons/eng.txt").open("a") as file:
        file.write("recto\t7\n")
    assert books.language_hash("a") != before
    assert books.lexicon_hash("a") in books.language_hash("a")


def test_corrections_are_an_input_of_their_book_alone(scans: Path) -> None:
    """A damaged file of corrections would stop the shelf, or be left out without a word."""
    put(scans / "a.pdf", scans / "b.pdf", scans / "a.corrections.json")
    assert shelf.take_stock(scans).strays == []
    books = plan.Books(Config())
    fault = books.fault("a")
    assert fault is not None and "a.corrections.json" in fault.message
    assert books.fault("b") is None and books.corrections_hash("b") == ""
    before = books.corrections_hash("a")
    (scans / "a.corrections.json").write_text('{"schema": 1, "book": "a", "pages": []}')
    forget()
    books = plan.Books(Config())
    assert books.fault("a") is None and books.corrections_hash("a") not in ("", before)
