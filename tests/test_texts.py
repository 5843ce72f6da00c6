"""Texts in other encodings are read where they name it themselves, else refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpus import read_texts
from pipeline.errors import DataError
from pipeline.lexicon import read_counts
from pipeline.texts import decode_text, read_text
from pipeline.transcription import read_transcription

TEXT = "Le café de l’œuvre — ½ £\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_that_name_themselves_are_read(encoding: str) -> None:
    assert decode_text(TEXT.encode(encoding), "a.txt") == TEXT


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "mac-roman", "iso8859-2"])
def test_other_encodings_are_refused_everywhere(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("first line\nŽluťoučký café\n".encode(encoding, "ignore"))
    for read in (read_text, read_transcription, read_counts):
        with pytest.raises(DataError) as raised:
            read(tmp_path / "a.txt")
        assert "a.txt" in str(raised.value)
    with pytest.raises(DataError, match="line 2"):
        list(read_texts(tmp_path))


def test_what_is_no_text_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(DataError, match="cannot be read"):
        read_text(tmp_path / "a.txt")


@given(st.binary(max_size=64))
def test_any_bytes_are_text_or_a_named_error(data: bytes) -> None:
    try:
        assert isinstance(decode_text(data, "a"), str)
    except DataError as error:
        assert "UTF-8" in error.message
