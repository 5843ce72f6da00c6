"""The edge of every command: what is warned of, and how it ends."""

from __future__ import annotations

import pytest
from tqdm import tqdm

from pipeline.errors import DataError
from stages import command


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
