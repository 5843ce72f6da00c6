"""True texts aligned with the lines that were read."""

from __future__ import annotations

from pipeline.document import Leaf, Line, Page, Region, Word
from pipeline.geometry import Box
from pipeline.training.alignment import (
    AlignedLine,
    RecognizedLine,
    align_lines,
    with_common_hyphen,
)
from pipeline.transcription import Transcription
from stages.make.align import judge_book, prefer_proofread


def sure(*texts: str) -> list[RecognizedLine]:
    return [RecognizedLine(text, 0.5) for text in texts]


def test_alignment_gives_lines_their_truth_as_printed() -> None:
    """Lines would be learnt with a text that is not on the page."""
    transcription = (
        "It was then that the King called upon one of his men,\nwho had never before "
        "spoken. “Speak,” said he."
    )
    lines = sure(
        "It was then tbat the King called up-",
        "on one of his men, who had never be-",
        'fore spoken. "Speak," said he.',
    )
    aligned = [line.text for line in align_lines(lines, transcription)]
    assert aligned == [
        "It was then that the King called up-",
        "on one of his men, who had never be-",
        "fore spoken. “Speak,” said he.",
    ]


def test_alignment_drops_what_is_in_doubt() -> None:
    """Wrong labels would be learnt."""
    transcription = "The first line is here. And a second line follows it. THE THIRD LINE."
    lines = sure("The first line is here.", "3 7 ~ ;;", "And a line follows it.", "The Third Line.")
    verdicts = align_lines(lines, transcription)
    assert verdicts[0].text == "The first line is here."
    assert [v.text for v in verdicts[1:]] == [None, None, None]
    assert verdicts[3].reason == "capitals differ"
    contradicted = align_lines(
        [RecognizedLine("A line of 1884 is here", 0.99)], "A line of 1834 is here"
    )
    assert contradicted[0].reason == "contradicts a sure reading"


def test_what_a_person_has_accepted_goes_before_the_transcription() -> None:
    """A line that was proofread would be dropped because the transcription differs from it, or is
    not there."""
    words = tuple(Word(Box(50 * k, 0, 50 * k + 40, 20), text) for k, text in enumerate("abc"))
    line = Line(Box(0, 0, 200, 20), ((0.0, 20.0), (200.0, 20.0)), 10.0, words, text="a b c")
    region = Region(line.box, lines=(line,))
    page = Page(1, 200, 20, 300, leaves=(Leaf(line.box, (region,)),))
    for text in ("", "something else"):
        (verdicts,) = judge_book({1: page}, Transcription({1: text}))
        assert prefer_proofread(verdicts, {0: "a ſ c"})[0].text == "a ſ c"
        assert prefer_proofread(verdicts, {})[0].text is None


def test_a_book_has_one_kind_of_hyphen() -> None:
    """Where one ⸗ in five was read as a hyphen, lines would teach that both are printed so."""
    fraktur = [AlignedLine(text) for text in ("Wort⸗", "ge⸗", "ernſt-tief", "be⸗ —")]
    dropped = AlignedLine(None, "too different")
    mended = with_common_hyphen([*fraktur, dropped])
    assert [line.text for line in mended] == ["Wort⸗", "ge⸗", "ernſt⸗tief", "be⸗ —", None]
    assert mended[-1] == dropped
    mixed = [*fraktur, AlignedLine("Dank-"), AlignedLine("Er-")]
    assert with_common_hyphen(mixed) == mixed
    assert with_common_hyphen([AlignedLine("a")]) == [AlignedLine("a")]
