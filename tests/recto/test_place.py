"""The command `recto`: what it takes for a scan, what it changes of the configuration, and how it
ends where it cannot begin."""

from __future__ import annotations

from pathlib import Path

import pytest
from snakemake.cli import parse_config

from pipeline.errors import ConfigError, DataError, MissingScanError, ModelError, StorageError
from pipeline.installation import HOUSE
from recto.correct import cut_lines
from recto.learn import find_lines
from recto.main import main
from recto.named import absolute_share, locate_model
from recto.place import (
    bring_corrections,
    find_place,
    forgotten_books,
    open_place,
    recall_settings,
    remember_settings,
)
from recto.run import gather_settings, run_workflow
from recto.scans import bring_scans
from stages import command
from stages.plan.training import list_shares


def make_files(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return folder


def test_a_workplace_looks_like_a_checkout(tmp_path: Path) -> None:
    """The rules would not find their stages, models or lexicons."""
    place = open_place(tmp_path / "out")
    assert (place / "out").resolve() == tmp_path / "out"
    for name in ("Snakefile", "stages/common.smk", "stages/make/models.smk", "profiles/default"):
        assert (place / name).exists()
    assert (place / "models/print-latin/model.json").samefile(
        HOUSE / "models/print-latin/model.json"
    )
    assert open_place(tmp_path / "out") == place


def test_a_file_is_a_book_with_the_settings_beside_it(tmp_path: Path) -> None:
    """A scan's own YAML, such as its password, would be ignored."""
    scans = make_files(tmp_path / "in", "letters.pdf", "letters.yaml", "other.pdf")
    place = open_place(tmp_path / "out")
    assert bring_scans(place, scans / "letters.pdf") == ["out/letters/"]
    assert {path.name for path in (place / "scans").iterdir()} == {"letters.pdf", "letters.yaml"}


def test_a_folder_of_images_is_one_book(tmp_path: Path) -> None:
    """Each leaf of a book would become a book."""
    scans = make_files(tmp_path / "diary", "1.png", "2.TIF", "notes.txt")
    place = open_place(tmp_path / "out")
    assert bring_scans(place, scans) == ["out/diary/"]
    assert {path.name for path in (place / "scans/diary").iterdir()} == {"1.png", "2.TIF"}


def test_a_folder_of_books_is_a_shelf_at_any_depth(tmp_path: Path) -> None:
    """Books in folders of folders would be left out, or what is hidden be read."""
    names = ("a.pdf", "1843/b.pdf", "1843/diary/1.png", ".trash/c.pdf")
    scans = make_files(tmp_path / "shelf", *names)
    place = open_place(tmp_path / "out")
    assert bring_scans(place, scans) == []
    found = {str(p.relative_to(place / "scans")) for p in (place / "scans").rglob("*.p[dn][fg]")}
    assert found == set(names[:3])


def test_no_book_takes_the_place_of_another(tmp_path: Path) -> None:
    """The text of the first would be gone, or be mixed with pages of the second."""
    place = open_place(tmp_path / "out")
    make_files(tmp_path / "a", "1.pdf", "diary/1.png", "diary/2.png")
    make_files(tmp_path / "b", "1.pdf", "diary/3.png", "copy/1.pdf")
    (tmp_path / "b/1.pdf").write_bytes(b"other")
    assert bring_scans(place, tmp_path / "a") == []
    for scan in ("b", "b/1.pdf", "b/diary"):
        with pytest.raises(ConfigError, match="has the same name"):
            bring_scans(place, tmp_path / scan)
        assert bring_scans(place, tmp_path / "a") == []
    assert sorted(path.name for path in (place / "scans/diary").iterdir()) == ["1.png", "2.png"]
    assert bring_scans(place, tmp_path / "b/copy/1.pdf") == ["out/1/"]  # the same scan, elsewhere


def test_what_is_not_read_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Books would be left out, and nobody know."""
    place = open_place(tmp_path / "out")
    make_files(tmp_path / "diary", "1.png", "vol1/2.png", "vol2/a.pdf", "thumbs.db")
    make_files(tmp_path / "real", "b.pdf")
    make_files(tmp_path / "shelf", "a.pdf", "c.djvu", ".hidden.pdf")
    make_files(tmp_path, "d.pdf", "d.yml")
    (tmp_path / "shelf/linked").symlink_to(tmp_path / "real")
    assert told(caplog, place, tmp_path / "diary") == ["vol1, vol2/a.pdf"]
    assert told(caplog, place, tmp_path / "shelf") == ["c.djvu"]
    assert told(caplog, place, tmp_path / "d.pdf") == ["d.yml"]
    assert (place / "scans/linked/b.pdf").exists()


def told(caplog: pytest.LogCaptureFixture, place: Path, source: Path) -> list[str]:
    caplog.clear()
    command.log.propagate = True
    bring_scans(place, source)
    return [record.getMessage().rpartition(": ")[2] for record in caplog.records]


def test_a_folder_is_called_as_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A book called `..` would be linked beside the scans, and delivered above the outputs."""
    make_files(tmp_path / "diary", "1.png", "sub/notes.txt")
    place = open_place(tmp_path / "out")
    monkeypatch.chdir(tmp_path / "diary/sub")
    assert bring_scans(place, Path("..")) == ["out/diary/"]
    monkeypatch.chdir(tmp_path / "diary")
    assert bring_scans(place, Path()) == ["out/diary/"]


def test_a_scan_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    """A shelf from which a book was taken would fail for ever."""
    scans = make_files(tmp_path / "in", "a.pdf", "b.pdf")
    place = open_place(tmp_path / "out")
    bring_scans(place, scans)
    (scans / "a.pdf").unlink()
    bring_scans(place, scans)
    assert [path.name for path in (place / "scans").iterdir()] == ["b.pdf"]


def test_what_is_no_scan_is_refused(tmp_path: Path) -> None:
    """A typo would start a run that does nothing."""
    place = open_place(tmp_path / "out")
    for source in (tmp_path / "none.pdf", make_files(tmp_path / "texts", "a.txt")):
        with pytest.raises(MissingScanError):
            bring_scans(place, source)


@pytest.mark.parametrize("name", ["<temp>", "{a}", ".hidden", "archive.tsv"])
def test_a_name_that_no_book_can_have_is_refused(name: str, tmp_path: Path) -> None:
    """Snakemake would end with an error of its own, or say that all is done."""
    make_files(tmp_path, f"{name}.png", f"in/{name}/1.png")
    place = open_place(tmp_path / "out")
    for source in (tmp_path / f"{name}.png", tmp_path / "in" / name):
        with pytest.raises(MissingScanError) as refused:
            bring_scans(place, source)
        assert refused.value.remedy.startswith("Rename")
    assert not list((place / "scans").iterdir())


def test_outputs_within_the_shelf_are_refused(tmp_path: Path) -> None:
    """The pictures of the report would be read as scans."""
    make_files(tmp_path, "a.pdf")
    with pytest.raises(ConfigError, match="lies within"):
        bring_scans(open_place(tmp_path / "out"), tmp_path)


def test_settings_are_checked_before_anything_starts() -> None:
    """A typo in a key would be found after minutes, or never."""
    given = {"lang": "eng", "outputs": "", "model": ""}
    assert gather_settings(given, ["decoder.alpha=0.5", "decoder.beam=8", "shard=4"]) == {
        "lang": "eng",
        "decoder": {"alpha": 0.5, "beam": 8},
        "shard": 4,
    }
    for pair in ("decoder.alfa=1", "shart=4", "shard", "shard=many", "lang=[", "lang=!!python/x"):
        with pytest.raises(ConfigError):
            gather_settings({}, [pair])
    for name in ("lang", "decoder"):
        with pytest.raises(ConfigError, match=name):
            gather_settings({"lang": "eng"}, ["decoder=5", f"{name}.alpha=1"])


def test_snakemake_reads_each_setting_as_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path would end where YAML sees a comment, and a number or a mapping be read for a text."""
    started: list[list[str]] = []

    class Started:
        def __init__(self, command: list[str], **_: object) -> None:
            started.append(command)

        def wait(self) -> int:
            return 0

    monkeypatch.setattr("recto.run.subprocess.Popen", Started)
    settings = {"model": "/my #1: models/Käfer 😀", "base": "2024", "decoder": {"alpha": 0.5}}
    assert run_workflow(tmp_path, ["out/a/"], settings, []) == 0
    given = started[0][started[0].index("--config") + 1 : started[0].index("--")]
    assert parse_config(given) == settings | {"decoder": {"alpha": "0.5"}}


def test_a_file_in_the_way_of_the_outputs_is_told(tmp_path: Path) -> None:
    """A typo would end in a traceback."""
    make_files(tmp_path, "a.png")
    for out in (tmp_path / "a.png", tmp_path / "a.png/out"):
        with pytest.raises(StorageError, match=r"a\.png"):
            open_place(out)


def test_sets_of_lines_in_folders_with_spaces_are_learnt_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Snakemake would look for a set of each half of a path."""
    lines = [make_files(tmp_path / f"our {name}.lmdb", "data.mdb") for name in ("old", "lion's")]
    asked: list[dict[str, str]] = []
    monkeypatch.setattr("recto.learn.run_workflow", lambda *given: asked.append(given[2]) or 1)
    with pytest.raises(SystemExit):
        main(["train", str(tmp_path / "m"), "--lines", *(f"{path}:0.5" for path in lines)])
    assert list_shares(asked[0]["lines"]) == [f"{path}:0.5" for path in lines]
    with pytest.raises(ConfigError):
        list_shares("lion's.lmdb")


def test_models_are_named_or_lie_in_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model would be looked for in the wrong place, and missed after the first pages."""
    monkeypatch.chdir(HOUSE / "models")
    assert locate_model("print-latin") == str(HOUSE / "models" / "print-latin")
    assert locate_model("") == ""
    with pytest.raises(ModelError):
        locate_model("print-xx")
    with pytest.raises(DataError):
        absolute_share("none.lmdb:0.5")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["read", "none.pdf", "out"], 3),
        (["read", "none.pdf", "out", "--set", "shart=4"], 2),
        (["read", "none.pdf", "out", "--model", "none"], 6),
        (["--version"], 0),
        (["read", "--help"], 0),
        (["models"], 0),
        (["reed"], 2),
        (["read", "none.pdf", "out", "--cores", "0"], 2),
        (["apply", "out/none", "--cores", "-1"], 2),
        (["watch", "none", "out", "--settle", "nan"], 2),
        (["watch", "none", "out", "--settle", "-1"], 2),
        (["read", "none.pdf", "/dev/null/out"], 10),
        (["read", "none.pdf", "/proc/out"], 10),
        (["read", "none.pdf", "out", "--set", "=4"], 2),
        (["verify", "none"], 2),
        (["overlay", "none", "1", "page.png"], 2),
        (["overlay", ".", "1", "page.gif"], 2),
        (["train", "/", "--lines", "."], 2),
        (["train", "", "--lines", "."], 2),
        (["train", "..", "--lines", "."], 2),
        (["train", "own", "--lines", ".:many"], 2),
        (["train", "own", "--lines", ".:nan"], 2),
        (["train", "own", "--lines", ".:2"], 2),
        (["train", "own", "--lines", ".", "--recipe", "none"], 2),
    ],
)
def test_the_exit_code_says_what_is_wrong(
    arguments: list[str],
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Scripts could not tell a typo from a damaged scan."""
    monkeypatch.chdir(tmp_path)
    try:
        main(arguments)
        found = 0
    except SystemExit as leaving:
        found = int(leaving.code or 0)
    assert found == code
    said = capsys.readouterr()
    assert "Traceback" not in said.err and (said.out or said.err)


def test_what_was_asked_for_is_asked_for_again(tmp_path: Path) -> None:
    """To apply corrections would read the whole book anew, in another language."""
    place = open_place(tmp_path / "out")
    assert recall_settings(place, "letters") == {}
    remember_settings(place, [], {"lang": "eng"})
    remember_settings(place, ["out/letters/"], {"lang": "deu"})
    assert recall_settings(place, "letters") == {"lang": "deu"}
    assert recall_settings(place, "other") == {"lang": "eng"}


def test_a_new_workplace_takes_the_corrections_out_of_its_deliveries(tmp_path: Path) -> None:
    """Whoever removes `.recto`, as is allowed, would lose what a proofreader did."""
    make_files(tmp_path / "out/1843/letters", "corrections.json", "manifest.json")
    make_files(tmp_path / "out/notes", "corrections.json")
    place = open_place(tmp_path / "out")
    bring_corrections(place)
    found = [path.relative_to(place) for path in (place / "scans").rglob("*.json")]
    assert found == [Path("scans/1843/letters.corrections.json")]


def test_books_of_a_workplace_that_is_gone_are_read_anew(tmp_path: Path) -> None:
    """What is asked for otherwise would be taken for done, as Snakemake knows nothing of it."""
    make_files(tmp_path / "out/letters", "manifest.json")
    make_files(tmp_path / "out/1843/diary", "manifest.json")
    make_files(tmp_path / "out/gone", "manifest.json")
    place = open_place(tmp_path / "out")
    make_files(place / "scans", "letters.pdf", "1843/diary.pdf", "new.pdf")
    assert forgotten_books(place) == ["work/1843/diary/manifest.json", "work/letters/manifest.json"]
    make_files(place / "work/letters", "manifest.json")
    assert forgotten_books(place) == ["work/1843/diary/manifest.json"]


def test_a_delivery_finds_its_workplace(tmp_path: Path) -> None:
    """Corrections would be put where no run looks."""
    place = open_place(tmp_path / "out")
    assert find_place(tmp_path / "out/1843/letters") == place
    with pytest.raises(DataError, match="recto read"):
        find_place(tmp_path / "elsewhere/letters")


def test_a_delivery_is_learnt_from_by_its_proofread_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has proofread a book would have to know where sets of lines are cut, and how."""
    delivery = make_files(tmp_path / "out/letters", "manifest.json")
    cut = tmp_path / "letters.lmdb"
    monkeypatch.setattr("recto.learn.cut_lines", lambda path, cores: cut)
    assert find_lines(f"{delivery}:0.5", 1) == f"{cut}:0.5"
    lines = make_files(tmp_path / "own.lmdb", "data.mdb")
    assert find_lines(f"{lines}:0.5", 1) == f"{lines}:0.5"


def test_a_delivery_that_was_not_proofread_is_not_learnt_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first that was said of it was a traceback of Snakemake's."""
    monkeypatch.setattr("recto.correct.run_workflow", lambda *_: pytest.fail("it was started"))
    place = open_place(tmp_path / "out")
    delivery = make_files(tmp_path / "out/letters", "manifest.json")
    with pytest.raises(DataError, match="not proofread") as told:
        cut_lines(delivery, 1)
    assert told.value.remedy == f"Proofread it first: recto proofread {delivery}"
    make_files(tmp_path / "out", "letters.corrections.json")
    with pytest.raises(DataError) as told:
        cut_lines(delivery, 1)
    assert told.value.remedy == f"Bring in what was saved: recto apply {delivery}"
    make_files(place / "scans", "letters.corrections.json")
    monkeypatch.setattr("recto.correct.run_workflow", lambda *_: 0)
    assert cut_lines(delivery, 1) == place / "data/aligned/letters.lmdb"
