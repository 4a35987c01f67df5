"""How often the search for what identifies is right, measured on sentences and stated."""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from flows.identity import DETECTORS, identifying
from tests.identity.sentences import SENTENCES, Sentence

DOCUMENT = Path(__file__).parents[2] / "docs" / "identity.md"
HEAD = """# What identifies a person: how often it is found

Written by a test, from the {count} sentences in `tests/identity/sentences.csv`: {languages}. They
were written as street workers write remarks, {told} of them with something that identifies a
person and {harmless} without, many of these tricky: dates of activities, amounts, bus lines,
places that are called after saints. All data in them are invented. The first {first} were written
before the detectors and {last} after them; of these a third and a half were held out: nothing was
changed for what came of them. The sentences, the rules and the list of first names come from the
same hand, so expect less in the field, rather what the last line of the table says.

**Precision** is the part of the refused sentences that were rightly refused, **recall** the part
of the sentences with something identifying that were refused. A test fails below the floor.

| Sentences | with | without | right | wrong | missed | precision | recall | floor |
|---|---|---|---|---|---|---|---|---|
"""
KINDS = """
By kind, over all sentences. A sentence counts for a kind when that kind is in it; what was found
under another name (a phone number as a long number) was refused all the same, but counts as
missed here.

| Kind | sentences | found | wrongly | missed | precision | recall |
|---|---|---|---|---|---|---|
"""
FOOT = """
Not found: first names that are on no list, family names without a title, a street without a
number or without a word such as *straat* or *rue*, numbers in words, what is spread over several
answers, and descriptions of a person. First names and postcodes with their place are not looked
for where a project, a neighbourhood or a grant is named.

A text of a hundred characters takes about half a millisecond.
"""


class Score(NamedTuple):
    """How many were rightly found, wrongly found and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right else float(not self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right else float(not self.missed)


def score(pairs: Iterable[tuple[bool, bool]]) -> Score:
    """Return the score of pairs (what is there, what was found)."""
    found = Counter(pairs)
    return Score(found[True, True], found[False, True], found[True, False])


FOUND = {
    sentence.text: frozenset(found.kind for found in identifying(sentence.text))
    for sentence in SENTENCES
}
PARTS: dict[str, tuple[Callable[[Sentence], bool], float, float]] = {
    "all": (lambda _: True, 0.98, 0.98),
    "made with": (lambda sentence: sentence.held_out == "no", 0.99, 0.99),
    "held out": (lambda sentence: sentence.held_out != "no", 0.96, 0.95),
    "Dutch": (lambda sentence: sentence.language == "nl", 0.97, 0.96),
    "French": (lambda sentence: sentence.language == "fr", 0.99, 0.98),
    "German and English": (lambda sentence: sentence.language in ("de", "en"), 1.0, 1.0),
    "held out, written last": (lambda sentence: sentence.held_out == "last", 0.87, 0.87),
}
"""Parts of the sentences, each with the floor of precision and of recall."""
LEAST_OF_A_KIND = 0.9
FIRST = 466
"""How many sentences were written before the detectors."""


def of(part: str) -> list[Sentence]:
    belongs, _, _ = PARTS[part]
    return [sentence for sentence in SENTENCES if belongs(sentence)]


def refused(part: str) -> Score:
    return score((bool(item.kinds), bool(FOUND[item.text])) for item in of(part))


def of_kind(kind: str) -> Score:
    return score((kind in item.kinds, kind in FOUND[item.text]) for item in SENTENCES)


def percent(figure: float) -> str:
    return f"{figure:.1%}"


def row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |\n"


def part_row(part: str) -> str:
    found, sentences = refused(part), of(part)
    told = sum(bool(sentence.kinds) for sentence in sentences)
    _, precision, recall = PARTS[part]
    return row(
        part,
        told,
        len(sentences) - told,
        *found,
        percent(found.precision),
        percent(found.recall),
        f"{precision:.0%} and {recall:.0%}",
    )


def kind_row(kind: str) -> str:
    found = of_kind(kind)
    there = found.right + found.missed
    name = kind.replace("_", " ")
    return row(name, there, *found, percent(found.precision), percent(found.recall))


def document() -> str:
    told = sum(bool(sentence.kinds) for sentence in SENTENCES)
    spoken = Counter(sentence.language for sentence in SENTENCES)
    names = {"nl": "Dutch", "fr": "French", "en": "English", "de": "German"}
    head = HEAD.format(
        count=len(SENTENCES),
        languages=", ".join(f"{spoken[code]} in {name}" for code, name in names.items()),
        told=told,
        harmless=len(SENTENCES) - told,
        first=FIRST,
        last=len(SENTENCES) - FIRST,
    )
    parts = "".join(map(part_row, PARTS))
    return head + parts + KINDS + "".join(map(kind_row, DETECTORS)) + FOOT


def test_there_are_enough_sentences_of_each_sort() -> None:
    told = sum(bool(sentence.kinds) for sentence in SENTENCES)
    assert len(SENTENCES) >= 300
    assert 0.4 < told / len(SENTENCES) < 0.6
    assert len(of("held out")) >= len(SENTENCES) / 3
    assert {"nl", "fr"} <= {sentence.language for sentence in SENTENCES}
    assert all(of_kind(kind).right + of_kind(kind).missed >= 3 for kind in DETECTORS)


@pytest.mark.parametrize("part", PARTS)
def test_precision_and_recall_are_not_below_their_floor(part: str) -> None:
    _, precision, recall = PARTS[part]
    assert refused(part).precision >= precision
    assert refused(part).recall >= recall


@pytest.mark.parametrize("kind", DETECTORS)
def test_no_kind_is_below_the_floor(kind: str) -> None:
    assert of_kind(kind).precision >= LEAST_OF_A_KIND
    assert of_kind(kind).recall >= LEAST_OF_A_KIND


def test_the_figures_are_stated(update: bool) -> None:
    if update:
        DOCUMENT.write_text(document(), encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == document()
