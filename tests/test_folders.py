"""Nothing is replaced that Recto did not make."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from pipeline.export.delivery import BEFORE, recover
from pipeline.export.delivery import put_in_place as replace_delivery
from pipeline.folders import MARKER, check_ours, part_beside, part_of, put_in_place, whole_folder


def fill(target: Path, *names: str) -> None:
    with whole_folder(target) as folder:
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text("ours")


def test_our_own_folder_is_replaced_whole(tmp_path: Path) -> None:
    fill(tmp_path / "a", "one", "deep/two")
    fill(tmp_path / "a", "three")
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == [MARKER, "three"]


@pytest.mark.parametrize("name", ["thesis.txt", "deep/thesis.txt", ".hidden"])
def test_a_person_s_file_stays_wherever_it_lies(name: str, tmp_path: Path) -> None:
    fill(tmp_path / "a", "one", "deep/two")
    (tmp_path / "a" / name).write_text("precious")
    with pytest.raises(StorageError, match=Path(name).name):
        fill(tmp_path / "a", "three")
    assert (tmp_path / "a" / name).read_text() == "precious"
    assert (tmp_path / "a/one").exists()


def test_a_folder_without_our_marker_stays(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/thesis.txt").write_text("precious")
    with pytest.raises(StorageError, match="did not put there"):
        fill(tmp_path / "a", "one")
    assert (tmp_path / "a/thesis.txt").read_text() == "precious"
    (tmp_path / "a" / MARKER).write_text('{"made_by": "recto"}')  # a marker that lists nothing
    with pytest.raises(StorageError, match="did not put there"):
        fill(tmp_path / "a", "one")
    assert (tmp_path / "a/thesis.txt").exists()


def test_files_and_links_are_no_folders_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("precious")
    (tmp_path / "real").mkdir()
    (tmp_path / "real/thesis.txt").write_text("precious")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "dangling").symlink_to("nowhere")
    for name in ("file", "link", "dangling"):
        with pytest.raises(StorageError):
            fill(tmp_path / name, "one")
    assert (tmp_path / "real/thesis.txt").read_text() == "precious"


def test_an_empty_folder_and_what_a_killed_job_left_are_taken(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(ZeroDivisionError), whole_folder(tmp_path / "a") as folder:
        (folder / "half").write_text("half")
        raise ZeroDivisionError
    assert not list((tmp_path / "a").iterdir())
    fill(tmp_path / "a", "one")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a"]


def test_a_person_s_folder_that_is_called_like_our_half_made_one_stays(tmp_path: Path) -> None:
    (tmp_path / ".a.part").mkdir()
    (tmp_path / ".a.part/thesis.txt").write_text("precious")
    with pytest.raises(StorageError):
        fill(tmp_path / "a", "one")
    assert (tmp_path / ".a.part/thesis.txt").read_text() == "precious"


def test_the_longest_name_of_a_file_system_can_be_made(tmp_path: Path) -> None:
    fill(tmp_path / ("é" * 127), "one")
    assert (tmp_path / ("é" * 127) / "one").exists()


def test_known_files_are_ours_without_a_marker(tmp_path: Path) -> None:
    (tmp_path / "data.mdb").write_text("lines")
    check_ours(tmp_path, known={"data.mdb"})
    (tmp_path / "notes.txt").write_text("precious")
    with pytest.raises(StorageError, match=r"notes\.txt"):
        check_ours(tmp_path, known={"data.mdb"})


def test_a_folder_filled_elsewhere_takes_the_place_of_none_but_ours(tmp_path: Path) -> None:
    target = tmp_path / "a"
    for text in ("first", "second"):
        (tmp_path / "filled").mkdir()
        (tmp_path / "filled/one").write_text(text)
        put_in_place(tmp_path / "filled", target)
        assert (target / "one").read_text() == text
    (target / "thesis.txt").write_text("precious")
    (tmp_path / "filled").mkdir()
    with pytest.raises(StorageError, match="thesis"):
        put_in_place(tmp_path / "filled", target)
    assert (target / "thesis.txt").exists()
    assert (target / "one").exists()


def test_what_a_killed_job_left_is_taken_away_by_the_next(tmp_path: Path) -> None:
    """Else folders that were only begun would gather beside the deliveries."""
    left = part_beside(tmp_path / "book")
    (left.__enter__() / "half").write_text("of a page")  # and the job is killed
    assert part_of(tmp_path / "book").exists()
    with part_beside(tmp_path / "book") as part:
        assert not (part / "half").exists()
    assert list(tmp_path.iterdir()) == []


def test_a_delivery_whose_place_cannot_be_taken_stays(tmp_path: Path) -> None:
    """An interrupt between two renames would cost the old delivery and the new one."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "notes.txt").write_text("a person's")
    with pytest.raises(FileNotFoundError), part_beside(tmp_path / "book") as part:
        replace_delivery(part / "book", tmp_path / "book")  # which was never made
    assert (tmp_path / "book" / "notes.txt").read_text() == "a person's"


def test_a_folder_from_another_disk_is_copied(tmp_path: Path) -> None:
    """Hours of drawing would end in an error where data/ is a link to a larger disk."""
    other = Path("/dev/shm")
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no other disk here")
    fill(tmp_path / "set", "old")
    with tempfile.TemporaryDirectory(dir=other) as filled:
        (Path(filled) / "build").mkdir()
        (Path(filled) / "build" / "new").write_text("ours")
        put_in_place(Path(filled) / "build", tmp_path / "set")
        assert not (Path(filled) / "build").exists()
    assert sorted(path.name for path in tmp_path.rglob("*")) == [MARKER, "new", "set"]


def test_a_delivery_that_was_moved_aside_is_put_back(tmp_path: Path) -> None:
    """A job killed between two renames would cost what a person had put into the delivery."""
    aside = part_of(tmp_path / "book") / BEFORE
    aside.mkdir(parents=True)
    (aside / "notes.txt").write_text("a person's")
    recover(tmp_path / "book")
    assert (tmp_path / "book" / "notes.txt").read_text() == "a person's"
    recover(tmp_path / "book")
