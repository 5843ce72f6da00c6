"""Word counts, and the sentences of words that KenLM's lmplz learns from."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import DataError
from pipeline.spelling import modern_letters
from pipeline.texts import read_text

# A word as it stands between spaces on a page, stripped of the points around it; inner apostrophes
# and hyphens stay.
_EDGE = r"[^\w]|_"
_STRIP = re.compile(rf"^(?:{_EDGE})+|(?:{_EDGE})+$")
APOSTROPHE = "’"
# What is elided before a word of three letters or more (l’, qu’, dell’) is a word of its own where
# such forms are at least ELIDING of the running words, and before so many different words: 7% of
# French and 2% of Italian books, below 0.1% of English, German, Spanish and Latin ones.
ELIDING, ELIDED_BEFORE, LEAST_ELIDED = 0.01, 3, 3


LEXICONS = Path("lexicons")


AUTO = "auto"
WORDS, MODEL, CHARACTERS = ".txt", ".klm", ".chars.klm"  # the files of a language, behind its code


@dataclass(frozen=True)
class LanguageFiles:
    """A language by its code, with its word list, its model of words and that of letters."""

    code: str
    words: Path
    model: Path
    characters: Path

    @property
    def paths(self) -> tuple[Path, Path, Path]:
        """The three files."""
        return self.words, self.model, self.characters


def list_languages(lang: str, folder: Path = LEXICONS) -> tuple[LanguageFiles, ...]:
    """The languages of a setting: `deu`, `deu+eng`, or `auto` for all whose three files are there,
    in alphabetical order."""
    if lang != AUTO:
        return tuple(files_of(code, folder) for code in dict.fromkeys(lang.split("+")))
    there = (files_of(path.name.removesuffix(CHARACTERS), folder) for path in _listed(folder))
    return tuple(files for files in there if all(path.is_file() for path in files.paths))


def _listed(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{CHARACTERS}"))


def files_of(code: str, folder: Path = LEXICONS) -> LanguageFiles:
    """The files of one language, there or not."""
    return LanguageFiles(code, *(folder / f"{code}{end}" for end in (WORDS, MODEL, CHARACTERS)))


def language_files(lang: str, folder: Path = LEXICONS) -> tuple[Path, Path]:
    """Word list and language model of a language."""
    files = files_of(lang, folder)
    return files.words, files.model


def build_remedy(path: Path) -> str:
    """What to do where a word list or language model cannot be used: a command that builds it."""
    return f"Build it: snakemake --cores 8 lexicons/{path.name} --config corpus=DIR"


def bare_word(token: str) -> str:
    """`token` in today's letters, without the punctuation at its ends; empty where nothing else is
    left."""
    return _STRIP.sub("", modern_letters(token))


def tokens(paragraph: str) -> Iterator[str]:
    """Tokens as pages print them: parted by white space, with their points, dashes opened up.

    An em dash ends a token, as the words beside it belong to different word-pairs of the language.
    """
    yield from paragraph.replace("—", "— ").split()


def parts_of(word: str, elided: Container[str]) -> list[str]:
    """A bare word as one or two words: `l’homme` as `l’` and `homme`, where `elided` holds `l’`."""
    first, apostrophe, rest = word.partition(APOSTROPHE)
    if rest and first.lower() + apostrophe in elided:
        return [first + apostrophe, rest]
    return [word]


def count_words(
    paragraphs: Iterable[str], minimum: int = 1, elided: Container[str] = ()
) -> Counter[str]:
    """Counts of the bare words of `paragraphs` that hold a letter and occur at least `minimum`
    times."""
    counts = Counter(
        word
        for p in paragraphs
        for token in tokens(p)
        for word in parts_of(bare_word(token), elided)
    )
    return Counter(
        {w: n for w, n in counts.items() if n >= minimum and any(c.isalpha() for c in w)}
    )


def elided_words(counts: Mapping[str, int]) -> frozenset[str]:
    """The elided words of a language, in lower case with their apostrophe, from the counts of its
    words; see ELIDING."""
    followers: defaultdict[str, set[str]] = defaultdict(set)
    running: Counter[str] = Counter()
    for word, count in counts.items():
        first, apostrophe, rest = word.partition(APOSTROPHE)
        if len(rest) >= LEAST_ELIDED and (rest in counts or rest.lower() in counts):
            followers[first.lower() + apostrophe].add(rest)
            running[first.lower() + apostrophe] += count
    found = frozenset(w for w, after in followers.items() if len(after) >= ELIDED_BEFORE)
    share = sum(running[word] for word in found) / max(1, sum(counts.values()))
    return found if share >= ELIDING else frozenset()


_SENTENCE_END = re.compile(r"[.?!][”’\"')\]]*$")
_ABBREVIATED = 2  # letters of a word behind which a point ends no sentence, as in `Mr.`


def ends_sentence(text: str) -> bool:
    """Whether a sentence of a model ends behind the last token of a text."""
    token = text.rstrip().rpartition(" ")[2]
    return bool(_SENTENCE_END.search(token)) and len(bare_word(token)) > _ABBREVIATED


def model_sentences(paragraphs: Iterable[str], elided: Container[str] = ()) -> Iterator[str]:
    """Sentences of bare words for an n-gram model, one a line, divided where a token ends in a full
    point."""
    for paragraph in paragraphs:
        sentence: list[str] = []
        for token in tokens(paragraph):
            word = bare_word(token)
            if word and any(c.isalpha() for c in word):
                sentence += parts_of(word, elided)
            if sentence and ends_sentence(token):
                yield " ".join(sentence)
                sentence = []
        if sentence:
            yield " ".join(sentence)


def spelled_out(words: Iterable[str]) -> Iterator[str]:
    """Each word in lower case with its letters parted by spaces, once: what a model of characters
    learns from."""
    yield from sorted({" ".join(word.lower()) for word in words})


def read_counts(path: Path) -> dict[str, int]:
    """The words of a list with their counts; a line is a word, a tab and a number.

    Raises:
        DataError: it is no such list.
    """
    try:
        rows = (line.split("\t") for line in read_text(path).split("\n") if line)
        return {word: int(count) for word, count in rows}
    except (DataError, ValueError) as error:
        raise DataError(
            f"{path} is no list of words with their counts",
            build_remedy(path),
        ) from error
