"""What is known of languages beside their texts: names, tags and former spellings, in
languages.yaml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

UNDETERMINED = "und"  # code of ISO 639-3, and tag, of a text whose language nobody knows
Rules = tuple[tuple[re.Pattern[str], str], ...]
FACTS = Path(__file__).with_name("languages.yaml")


@dataclass(frozen=True)
class Language:
    """A language by its ISO 639-2 code: its name, its tag of BCP 47, how its words were spelt
    once, what signs of its print stand for, and what its papers shorten."""

    code: str
    name: str
    tag: str
    respelled: Rules = ()
    one_sign: Rules = ()
    abbreviated: frozenset[str] = frozenset()

    def letters_of(self, text: str) -> str:
        """`text` with the letter that is meant where print has one sign for two."""
        for sign, letter in self.one_sign:
            text = sign.sub(letter, text)
        return text

    def newer_spellings(self, word: str) -> Iterator[str]:
        """The forms that a word may have in newer texts: one change alone, then all at once."""
        every = word
        for old, new in self.respelled:
            changed = unicodedata.normalize("NFC", old.sub(new, word))
            if changed != word:
                yield changed
            every = unicodedata.normalize("NFC", old.sub(new, every))
        if every != word:
            yield every


@lru_cache(maxsize=1)
def _facts() -> dict[str, dict]:
    return dict(yaml.safe_load(FACTS.read_text(encoding="utf-8")))


def tag_of(code: str) -> str:
    """The tag of a language in hOCR and ALTO (BCP 47), by its ISO 639-3 code."""
    return language(code).tag


def name_of(code: str) -> str:
    """The name of a language as PAGE XML lists them; empty where nothing is known of it."""
    known = language(code)
    return known.name if known.name != known.tag else ""


def code_of(said: str) -> str:
    """The ISO 639-3 code of a language as files of libraries name it: `German`, `de`, `de-AT`,
    `deu` or the `ger` of MARC; empty where nothing is known by that name."""
    name = said.strip().casefold()
    for code, facts in _facts().items():
        known = (code, facts.get("marc", code), facts["name"].casefold())
        if name in known or name.partition("-")[0] == facts["tag"]:
            return code
    return ""


@lru_cache
def language(code: str) -> Language:
    """The language of a code; one without facts is called by its code. What follows an underscore
    (`deu_frak`) names a variant of a language."""
    base = code.split("_", 1)[0]
    facts = dict(_facts().get(base, {}))
    facts.pop("marc", None)
    respelled, one_sign = (_rules(facts.pop(key, ())) for key in ("respelled", "one_sign"))
    abbreviated = frozenset(facts.pop("abbreviated", "").split())
    names = {"name": base, "tag": base} | facts
    return Language(code, **names, respelled=respelled, one_sign=one_sign, abbreviated=abbreviated)


def _rules(pairs: Iterable[tuple[str, str]]) -> Rules:
    return tuple((re.compile(old), new) for old, new in pairs)
