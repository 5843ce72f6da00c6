"""The edge of every command: what is warned of, and how it ends."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from tqdm import tqdm

from pipeline.errors import DataError, StorageError
from stages import command
from stages.make import fetch_faces, fetch_hands


def test_warnings_and_failures_bear_the_name_of_the_program(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A user of many programs could not tell which one says so; one message would come twice."""

    def main() -> None:
        for _ in tqdm(range(1)):
            command.log.warning("%s is passed over", "a page")
        raise DataError("it is damaged", "Take it anew.")

    for _ in range(2):
        with pytest.raises(SystemExit) as left:
            command.run(main)
        assert left.value.code == DataError.exit_code
        said = capsys.readouterr()
        lines = [line.strip() for line in said.err.replace("\r", "\n").splitlines()]
        assert lines.count("recto: a page is passed over") == 1 and said.out == ""
        assert sum(line.startswith("recto: it is damaged") for line in lines) == 1


@pytest.mark.parametrize("suffix", [".png", ""])
@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("/proc/new", "No such file or directory"),
        ("/dev/null/new", "/dev/null is no folder"),
        ("{}/" + 300 * "n", "File name too long"),
        ("{}/broken/new", "{}/broken is no folder"),
    ],
)
def test_an_output_that_cannot_be_written_is_an_error_with_a_remedy(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    place: str,
    reason: str,
    suffix: str,
) -> None:
    """A mistyped path would end in a traceback."""
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    output = place.format(tmp_path) + suffix

    def main() -> None:
        path = command.output_path(output)
        if suffix:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")
        else:
            path.mkdir(parents=True)

    with pytest.raises(SystemExit) as left:
        command.run(main)
    assert left.value.code == StorageError.exit_code
    said = capsys.readouterr().err
    assert f"{output} cannot be written: {reason.format(tmp_path)}\n  Give" in said


def test_an_error_within_an_output_is_a_bug(tmp_path: Path) -> None:
    """A bug would be told as a fault of the user's."""

    def main() -> None:
        path = command.output_path(str(tmp_path))
        (path / "lost").read_text()

    with pytest.raises(FileNotFoundError):
        command.run(main)


@pytest.mark.parametrize(
    ("module", "folder"), [(fetch_faces, "FETCHED_FACES"), (fetch_hands, "FETCHED")]
)
def test_faces_cannot_be_fetched_to_where_no_folder_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: ModuleType, folder: str
) -> None:
    """A broken link as build/ ended in a traceback."""
    (tmp_path / "build").symlink_to(tmp_path / "nowhere")
    monkeypatch.setattr(module, folder, tmp_path / "build/fonts")
    monkeypatch.setattr(module, "require_npm", lambda: None)
    monkeypatch.setattr("sys.argv", ["fetch", "some-face"])
    with pytest.raises(SystemExit) as left:
        command.run(module.main)
    assert left.value.code == StorageError.exit_code
