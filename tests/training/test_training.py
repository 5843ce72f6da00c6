"""Synthetic lines, LMDB sets, alignment, and the training loop in miniature."""

from __future__ import annotations

import csv
import dataclasses
import random
from pathlib import Path

import lmdb
import numpy as np
import pytest
import trdg
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageFont
from pydantic import ValidationError

from pipeline.corpus import paragraphs, typographic
from pipeline.errors import DataError
from pipeline.lexicon import bare_word, count_words, model_sentences
from pipeline.recognition.alphabet import LATIN, PRINT
from pipeline.recognition.frame import PRINT_FRAME, STORED_SCALE
from pipeline.recognition.recipe import Phase, Recipe, TrueSet, read_recipe
from pipeline.synthesis import generate
from pipeline.synthesis.customs import customs_of
from pipeline.synthesis.degradation import degrade, jitter_scan
from pipeline.synthesis.fonts import FRAKTUR, Face, drawn_characters
from pipeline.synthesis.line_text import LineText, coded_words, some_words
from pipeline.synthesis.lines import Typesetting, printed_form, render_line
from pipeline.synthesis.spelling import modern_letters, set_long_s
from pipeline.synthesis.store import LineStore
from pipeline.synthesis.texts import LineTexts
from pipeline.training.alignment import RecognizedLine, align_lines
from pipeline.training.batches import frames_needed
from pipeline.training.line_sets import LineSet
from pipeline.training.rows import Row
from pipeline.training.schedule import PhasedSchedule, Schedule
from pipeline.training.true_sets import held_out_works, relabel
from tests.conftest import BENCH_TRUTH, ROOT, TEXT, Stage, print_page

PROSE = (
    'It was a dark night, and the lamps -- all but one -- were out. "Who goes there?" said the '
    "watch; 'tis only I.\n\n" * 6
)


def line_image(text: str) -> np.ndarray:
    """A line at the stored size, drawn without any installed font."""
    page = print_page((text,), size=46, width=130 + 26 * len(text), height=200)
    return np.ascontiguousarray(page[84 : 84 + PRINT_FRAME.height * STORED_SCALE, 80:])


def write_set(path: Path, count: int) -> None:
    rng = random.Random(3)
    words = " ".join(TEXT).replace(",", "").replace(".", "").split()
    with LineStore(path, {"kind": "synthetic"}) as store:
        store.append((line_image(text), text) for text in (rng.choice(words) for _ in range(count)))


def test_typography() -> None:
    """Synthetic lines would have the quotes and dashes of a typewriter."""
    assert typographic('"Hark!" -- \'tis _he_') == "“Hark!” — ’tis he"
    assert list(paragraphs("one\ntwo\n\n\nthree")) == ["one two", "three"]


def test_lexicon_counts_bare_words() -> None:
    """`said,` and `said` would be two words of the lexicon."""
    counts = count_words(["“To-day,” said he—“to-day!” and 12 more"])
    assert counts == {"To-day": 1, "said": 1, "he": 1, "to-day": 1, "and": 1, "more": 1}
    assert bare_word("(o’clock?)”") == "o’clock"
    assert list(model_sentences(["He came. She saw it; he went."])) == [
        "He came",
        "She saw it he went",
    ]


@given(st.integers())
def test_line_texts_can_be_written(seed: int) -> None:
    """Lines would hold characters that the recognizer cannot write."""
    texts = LineTexts(list(paragraphs(PROSE)), ["lamp", "naïve"], PRINT)
    line = texts.draw(random.Random(seed))
    assert line.text == " ".join(line.text.split()) != ""
    assert PRINT.covers(line.text)
    assert all(line.text[i].isalpha() for i in line.small)
    assert line.emphasized <= frozenset(range(len(line.text)))


@given(st.integers())
def test_whole_words_stand_out(seed: int) -> None:
    """Italics would begin in the middle of a word."""
    text, rng = "He (AFT10-1) came, and she saw it.", random.Random(seed)
    bounds = {i for i, c in enumerate(text) if not c.isalnum()}
    for chosen in (some_words(rng, text), coded_words(rng, text)):
        # where words that stand out begin or end there is a space, a bracket or a mark
        edges = {i for i in chosen if i - 1 not in chosen} | {
            i + 1 for i in chosen if i + 1 not in chosen
        }
        assert all(i in bounds | {0, len(text)} or i - 1 in bounds for i in edges)


@given(st.integers())
def test_what_prose_has_not_can_be_written(seed: int) -> None:
    """References, tables or codes would hold characters outside the alphabet."""
    texts, rng = LineTexts(list(paragraphs(PROSE)), ["lamp", "naïve"], PRINT), random.Random(seed)
    kinds = (
        texts.rare.reference,
        texts.rare.table_row,
        texts.rare.word,
        texts.rare.formula,
        texts.technical,
        texts.item,
    )
    for line in (kind(rng) for kind in kinds):
        assert line.strip() and PRINT.covers(line)


@given(st.integers())
def test_raised_marks_are_behind_words_or_before_the_first(seed: int) -> None:
    """Marks of notes would be drawn where no book has them."""
    texts, rng = LineTexts(list(paragraphs(PROSE)), ["lamp", "naïve"], PRINT), random.Random(seed)
    line = texts.signed(rng)
    assert line.text == " ".join(line.text.split()) and PRINT.covers(line.text)
    ends = {i + 1 for i in line.superscript if i + 1 not in line.superscript}
    assert all(
        end == len(line.text) or line.text[end] == " " or set(range(end)) <= line.superscript
        for end in ends
    )
    note = texts.footnote(rng)
    assert all(note.text[i].isdigit() for i in note.superscript)


def test_only_lines_of_some_kinds() -> None:
    """A set of chosen kinds would hold others."""
    texts = LineTexts(list(paragraphs(PROSE)), ["lamp"], PRINT, only=("signed",))
    assert all(texts.draw(random.Random(seed)).superscript for seed in range(20))
    with pytest.raises(DataError, match="sonnet"):
        LineTexts(list(paragraphs(PROSE)), ["lamp"], PRINT, only=("sonnet",))


def test_raised_marks_are_small_and_stand_above_the_middle() -> None:
    """Raised marks would be learnt in the size or place of letters."""
    face, frame = bundled_face(), PRINT_FRAME.scaled(STORED_SCALE)
    setting = Typesetting(superscript_size=0.5, superscript_lift=1.2)
    image = (
        render_line(LineText("HH HH", superscript=frozenset({3, 4})), face, setting, frame) < 128
    )
    inked = np.flatnonzero(image.any(axis=0))
    gap = inked[int(np.argmax(np.diff(inked)))]
    usual, raised = (
        np.flatnonzero(part.any(axis=1)) for part in (image[:, : gap + 1], image[:, gap + 1 :])
    )
    assert len(raised) == pytest.approx(len(usual) / 2, abs=3)
    assert (
        raised[-1] < frame.baseline - 0.45 * frame.x_height
    )  # and all of it is seen: it has its whole height


def test_long_s_stands_before_letters() -> None:
    """A wrong s would teach the recognizer to read ſ where the print has s."""
    assert set_long_s("His sisters’ losses, was-s") == "His ſiſters’ loſſes, was-s"


@given(st.text(max_size=60))
def test_old_letters_keep_their_places(text: str) -> None:
    """Indices of small capitals and raised marks point into the text: its length must stay."""
    assert len(set_long_s(text)) == len(text)
    assert modern_letters(set_long_s(text.replace("ſ", ""))) == modern_letters(
        text.replace("ſ", "")
    )


def test_the_hyphen_of_fraktur_is_a_double_one() -> None:
    """A label must say what the face draws: ⸗ for a hyphen, not for a dash."""
    face = bundled_face()
    fraktur = dataclasses.replace(face, group=FRAKTUR)
    assert generate.with_hyphens("Jacobs-Orden 1-2 rund-", face) == "Jacobs-Orden 1-2 rund-"
    assert generate.with_hyphens("Jacobs-Orden 1-2 rund-", fraktur) == "Jacobs⸗Orden 1-2 rund⸗"
    assert printed_form("rund⸗", Typesetting(), fraktur) == "rund-"


def test_quotes_of_a_language_stand_in_pairs() -> None:
    """German lines must not be drawn with the English quotes of their corpus' ASCII."""
    texts = LineTexts(list(paragraphs(PROSE)), ["Lampe"], LATIN, only=("prose",), language="deu")
    lines = [texts.draw(random.Random(seed)).text for seed in range(60)]
    pairs = customs_of("deu").quotes
    for line in lines:
        marks = {mark for mark in line if mark in "“”„«»"}
        assert any(marks <= set(pair) for pair in pairs)
    with pytest.raises(DataError, match="tlh"):
        customs_of("tlh")


def test_phases_follow_each_other() -> None:
    """Each phase of a recipe has its own rates and shares; after the last, the last goes on."""
    schedule = PhasedSchedule([Schedule(100, rate=1.0, warm_up=10), Schedule(50, rate=0.5)])
    assert schedule.lines == 150 and schedule.rate == 1.0
    assert [schedule.phase_at(seen)[0] for seen in (0, 99, 100, 149, 900)] == [0, 0, 1, 1, 1]
    assert schedule.at(120) == Schedule(50, rate=0.5).at(20)


def test_recipes_say_what_is_wrong_with_their_phases() -> None:
    """A share that is forgotten, or a set that is not declared, must not be found after hours."""
    with pytest.raises(ValidationError, match="sum to one"):
        Phase(samples=10, shares={"a": 0.5}, rate=0.1)
    good = read_recipe("print-latin").model_dump()
    with pytest.raises(ValidationError, match="not declared: nowhere"):
        Recipe.model_validate(
            good | {"phases": [{"samples": 1, "shares": {"nowhere": 1}, "rate": 1}]}
        )


def test_small_capitals_have_the_height_of_small_letters() -> None:
    """Small capitals would be learnt as capitals."""
    face, setting, frame = (
        bundled_face(),
        Typesetting(small_capital_size=1.0),
        PRINT_FRAME.scaled(STORED_SCALE),
    )

    def height(text: str, small: set[int]) -> int:
        rows = np.flatnonzero(
            (render_line(LineText(text, frozenset(small)), face, setting, frame) < 128).any(axis=1)
        )
        return int(rows[-1] - rows[0])

    assert height("HEN", {0, 1, 2}) == pytest.approx(frame.x_height, abs=3)
    assert height("HEN", {1, 2}) == height("HEN", set()) > 1.2 * frame.x_height
    assert height("Hen", {1, 2}) == pytest.approx(height("HEN", set()), abs=1)


def test_words_that_stand_out_are_set_in_the_other_face() -> None:
    """Words labelled as italics would be drawn upright."""
    upright, frame = bundled_face(), PRINT_FRAME.scaled(STORED_SCALE)
    italic = bundled_face("OpenSans-LightItalic")
    text = "stone of wood"
    emphasized = LineText(text, emphasized=frozenset({6, 7}))
    alone, mixed = (
        render_line(emphasized, upright, Typesetting(), frame, partner)
        for partner in (None, italic)
    )
    assert np.array_equal(alone, render_line(emphasized, upright, Typesetting(), frame, upright))
    before = round(0.35 * alone.shape[1])  # within the first word
    assert np.array_equal(mixed[:, :before], alone[:, :before])
    assert mixed.shape != alone.shape


def test_a_family_goes_with_its_italics() -> None:
    """Italics would be of another family than their line."""

    def cut(family: str, style: str) -> Face:
        return Face("x.ttf", family, "modern", style, 1.0, frozenset("ab"))

    assert generate.goes_with(cut("A", "italic"), cut("A", "regular"))
    assert generate.goes_with(cut("A", "bold"), cut("A", "bold italic"))
    assert not generate.goes_with(cut("B", "italic"), cut("A", "regular"))
    assert not generate.goes_with(cut("A", "regular"), cut("A", "regular"))


def test_the_last_letter_may_hang_over() -> None:
    """The last letter of a line would be cut off in its image."""
    face, frame = bundled_face("OpenSans-LightItalic"), PRINT_FRAME.scaled(STORED_SCALE)
    font = ImageFont.truetype(face.path, 200)
    left, _, right, _ = font.getmask("f").getbbox()
    x_height = np.asarray(font.getmask("x")).reshape(font.getmask("x").size[::-1]).any(axis=1).sum()
    columns = np.flatnonzero(
        (render_line(LineText("f"), face, Typesetting(), frame) < 160).any(axis=0)
    )
    assert columns[-1] - columns[0] + 1 == pytest.approx(
        (right - left) * frame.x_height / x_height, abs=2
    )


def test_narrow_spaces_stand_before_units() -> None:
    """Units would be glued to their figures."""
    face = dataclasses.replace(bundled_face(), characters=frozenset("\u2009 36hmen"))
    assert printed_form("36 h, 6 men", Typesetting(thin_spaces=True), face) == "36\u2009h, 6 men"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 12))
def test_degraded_lines_stay_lines(seed: int, letters: int) -> None:
    """Degradation would make lines that nobody could read."""
    image, frame = line_image("m" * letters), PRINT_FRAME.scaled(STORED_SCALE)
    for result in (
        degrade(
            image, line_image("neighbour"), frame, PRINT_FRAME.height, np.random.default_rng(seed)
        ),
        jitter_scan(image, frame, PRINT_FRAME.height, np.random.default_rng(seed)),
    ):
        assert result.dtype == np.uint8
        assert result.shape[0] == PRINT_FRAME.height
        assert result.shape[1] >= 8
        assert np.ptp(result) > 0


def test_a_set_has_the_fields_layout_and_goes_on(tmp_path: Path) -> None:
    """Sets could not be read by other programs, or begin anew when interrupted."""
    write_set(tmp_path / "a.lmdb", 3)
    with LineStore(tmp_path / "a.lmdb", {"kind": "synthetic"}) as store:
        store.append([(line_image("more"), "more")])
        assert store.count == 4
    with (
        lmdb.open(str(tmp_path / "a.lmdb"), readonly=True) as environment,
        environment.begin() as transaction,
    ):
        assert transaction.get(b"num-samples") == b"4"
        assert transaction.get(b"label-000000004") == b"more"
        assert transaction.get(b"image-000000004")[1:4] == b"PNG"
    with pytest.raises(DataError, match="another recipe"):
        LineStore(tmp_path / "a.lmdb", {"kind": "synthetic", "seed": 2})
    with pytest.raises(DataError, match="no LMDB set"):
        LineSet(tmp_path / "none.lmdb")


@given(st.text("ab", max_size=12))
def test_frames_needed_counts_repeats(text: str) -> None:
    """Texts with doubled letters would be learnt from images too narrow for them."""
    needed = frames_needed(text)
    assert len(text) <= needed <= 2 * len(text)
    assert frames_needed("aab") == 4


def test_the_rate_warms_up_stays_and_falls() -> None:
    """Training would diverge at its start, or not settle at its end."""
    schedule = Schedule(10_000, rate=1.0, warm_up=1000, decay=0.5)
    assert schedule.at(0) < 0.01
    assert schedule.at(2000) == schedule.at(4900) == 1.0
    assert schedule.at(7500) == pytest.approx(0.5)
    assert schedule.at(10_000) == pytest.approx(0.01)


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


def test_training_learns_is_resumed_and_released(tmp_path: Path, stage: Stage) -> None:
    """The whole path in miniature: a set, some steps, a kill's worth of pause, more steps, a model
    folder that is accepted."""
    write_set(tmp_path / "tiny.lmdb", 400)
    build = tmp_path / "build"
    arguments = [
        "--lines",
        tmp_path / "tiny.lmdb",
        "--build",
        build,
        "--batch",
        32,
        "--evaluate-every",
        320,
        "--curriculum",
        0,
        "--threads",
        2,
    ]
    weights = tmp_path / "weights.safetensors"
    first = stage("train", weights, *arguments, "--count", 640, "--workers", 0)
    assert first.returncode == 0, first.stderr
    second = stage("train", weights, *arguments, "--count", 1280, "--workers", 1)
    assert second.returncode == 0, second.stderr
    with (build / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["seen"]) for row in rows] == [320, 640, 960, 1280]
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"]) / 1.5
    assert [int(row["infinite"]) for row in rows] == [0] * 4
    release = stage("export_model", weights, tmp_path / "model", "--log", build / "log.csv")
    assert release.returncode == 0, release.stderr
    assert "largest difference" in release.stdout
    names = {"README.md", "model.json", "model.onnx", "training.csv", "weights.safetensors"}
    assert {p.name for p in (tmp_path / "model").iterdir()} == names
    assert "1,280 samples" in (tmp_path / "model/README.md").read_text()


def test_shares_have_to_fit(tmp_path: Path, stage: Stage) -> None:
    """Shares of sets that make no sense would be learnt without a word."""
    write_set(tmp_path / "tiny.lmdb", 30)
    run = stage(
        "train",
        tmp_path / "w",
        "--lines",
        f"{tmp_path / 'tiny.lmdb'}:0.5",
        "--build",
        tmp_path / "b",
    )
    assert run.returncode == 9
    assert "do not sum to one" in run.stderr


def bundled_face(name: str = "*") -> Face:
    """A face that trdg brings along."""
    path = next(iter(sorted((Path(trdg.__file__).parent / "fonts" / "latin").glob(f"{name}.ttf"))))
    return Face(
        str(path), "bundled", "sans", "regular", 1.0, drawn_characters(str(path), PRINT.characters)
    )


def test_the_same_seed_gives_the_same_lines_on_any_number_of_cores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A published set could not be made again."""
    monkeypatch.setattr(generate, "BATCH", 4)
    generator = generate.Generator(
        (LineTexts(list(paragraphs(PROSE)), ["lamp"], PRINT),), (bundled_face(),), seed=5
    )
    alone = list(generate.generate_batches(generator, range(1, 4), 1))
    together = list(generate.generate_batches(generator, range(1, 4), 2))
    for one, other in zip(alone, together, strict=True):
        assert [text for _, text in one] == [text for _, text in other]
        assert all(np.array_equal(a, b) for (a, _), (b, _) in zip(one, other, strict=True))
    assert {image.shape[0] for batch in alone for image, _ in batch} == {
        PRINT_FRAME.height * STORED_SCALE
    }


def test_a_face_that_lacks_a_glyph_is_not_asked_for_it() -> None:
    """A box would be learnt as a letter."""
    face = bundled_face()
    assert face.draws("Lamp")
    assert not face.draws("Lamp \u4e00")


def test_the_sample_is_made_again_byte_for_byte(tmp_path: Path, stage: Stage) -> None:
    """Nobody could tell whether the sample is the one that was scored."""
    run = stage("sample", tmp_path / "book.pdf", tmp_path / "truth")
    if run.returncode == 7:
        pytest.skip("the sample's faces are not installed: make fonts")
    assert run.returncode == 0, run.stderr
    for truth in sorted(BENCH_TRUTH.glob("*.txt")):
        assert (tmp_path / "truth" / truth.name).read_text() == truth.read_text()
    assert stage("sample", tmp_path / "again.pdf", tmp_path / "truth").returncode == 0
    assert (tmp_path / "again.pdf").read_bytes() == (tmp_path / "book.pdf").read_bytes()
    assert (ROOT / "scans/book.pdf").stat().st_size <= 2_000_000


@given(st.sets(st.text(min_size=1, max_size=8), min_size=1, max_size=40))
def test_an_eighth_of_the_works_is_held_out_whatever_their_order(works: set[str]) -> None:
    """Scores on works that were learnt from would be worth nothing: the choice must not wander."""
    held_out = held_out_works(works)
    assert held_out <= works and len(held_out) == -(-len(works) // 8)
    assert held_out == held_out_works([*sorted(works, reverse=True), *works])


def test_labels_are_as_the_recognizer_writes() -> None:
    """Two ways to write one sign would be learnt as a coin's toss."""
    declared = TrueSet(kind="pages", folder="", replace={"¬": "-"}, without="⟦")
    assert relabel(Row("a", "gracieu¬ ¹²"), declared).text == "gracieu- 12"
    assert relabel(Row("a", "⟦x"), declared).reason and not relabel(Row("a", "x"), declared).reason
