"""A recognizer that is shared is opened once, and again when one of its files is another."""

from __future__ import annotations

from pathlib import Path

from pipeline.config import Decoding
from pipeline.recognition.recognizer import share_recognizer
from tests.conftest import ROOT

MODEL = ROOT / "models" / "print-en"


def test_a_shared_recognizer_is_opened_again_when_its_files_change(tmp_path: Path) -> None:
    """A warm parent outlives a change of what it has opened: an old lexicon must not be used."""
    lexicon, language_model = tmp_path / "eng.txt", ROOT / "lexicons" / "eng.klm"
    lexicon.write_text("lamp\t3\n")
    first = share_recognizer(MODEL, Decoding(), language_model, lexicon)
    assert share_recognizer(MODEL, Decoding(), language_model, lexicon) is first
    lexicon.write_text("lamp\t3\nledge\t1\n")
    second = share_recognizer(MODEL, Decoding(), language_model, lexicon)
    assert "ledge" in second.decoder.known
    assert "ledge" not in first.decoder.known
    other = Decoding(alpha=0.5)
    assert share_recognizer(MODEL, other, language_model, lexicon) is not second
