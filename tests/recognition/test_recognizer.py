"""A recognizer that is shared is opened once, and again when one of its files is another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.config import Decoding
from pipeline.lexicon import LanguageFiles, files_of
from pipeline.recognition.model import open_model
from pipeline.recognition.recognizer import open_recognizer, share_recognizer
from tests.conftest import ROOT

MODEL = ROOT / "models" / "print-latin"


def test_a_shared_recognizer_is_opened_again_when_its_files_change(tmp_path: Path) -> None:
    """A warm parent outlives a change of what it has opened: an old lexicon must not be used."""
    lexicon, own = tmp_path / "eng.txt", files_of("eng", ROOT / "lexicons")
    languages = [LanguageFiles("eng", lexicon, own.model, own.characters)]
    lexicon.write_text("lamp\t3\n")
    first = share_recognizer(MODEL, Decoding(), languages)
    assert share_recognizer(MODEL, Decoding(), languages) is first
    lexicon.write_text("lamp\t3\nledge\t1\n")
    second = share_recognizer(MODEL, Decoding(), languages)
    assert "ledge" in second.decoder.known
    assert "ledge" not in first.decoder.known
    other = Decoding(alpha=0.5)
    assert share_recognizer(MODEL, other, languages) is not second


def test_a_recognizer_has_settings_of_the_decoder_of_its_own() -> None:
    """Handwriting would be decoded as surely as print; or nobody could choose another weight."""
    own = {"alpha": 0.5, "beam": 50.0}
    assert Decoding().with_own(own) == Decoding(alpha=0.5, beam=50)
    assert isinstance(Decoding().with_own(own).beam, int)
    assert Decoding(alpha=0.7).with_own(own) == Decoding(alpha=0.7, beam=50)
    model = replace(open_model(MODEL), decoding=own)
    assert open_recognizer(model, Decoding(language_model=False)).decoder.decoding.alpha == 0.5
