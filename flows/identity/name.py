"""Likely names: first names of a list that the program carries, and of the organisation's."""

import re
from collections.abc import Iterator

from flows.identity.lists import read
from flows.identity.runs import Span
from flows.identity.writing import Word, Writing, fold

NAMES, WORDS = read("first_names"), read("words")
IN_COMPANY = NAMES["in company"]
CAPITALISED = NAMES["with a capital"] - IN_COMPANY
ALWAYS = NAMES["however written"] - IN_COMPANY - CAPITALISED
LISTED = ALWAYS | CAPITALISED
PLACES, JOINING = WORDS["places"] | WORDS["saints"], WORDS["joining"]
ENDINGS = tuple(WORDS["place endings"])
NO_FAMILY = WORDS["common"] - WORDS["particles"]
SHORTEST_SPELLED = 4

_SPELLED = re.compile(r"(?<![^\W_])[^\W\d_](?:[\s.*_-]{1,2}[^\W\d_](?![^\W_])){3,20}")
_SPACE = (" ", "-")


def find(writing: Writing) -> Iterator[Span]:
    """Return first names with the family names behind them, also spelled out: F.a.t.i.m.a."""
    words, text = writing.words, writing.plain
    for index, word in enumerate(words):
        if _is_name(writing, index) and not _is_elsewhere(words, index, text):
            yield Span(word.start, _end(words, index, text))
    for match in _SPELLED.finditer(text):
        spelled = fold("".join(filter(str.isalpha, match.group())))
        if spelled in ALWAYS or spelled in writing.names:
            yield Span(*match.span())


def _is_name(writing: Writing, index: int) -> bool:
    word = writing.words[index]
    if word.folded in ALWAYS or word.folded in writing.names:
        return True
    if not word.is_capital:
        return False
    if any(form in LISTED for form in _forms(word.folded)):
        return not _is_day(writing.plain, word.start)
    if "-" in word.folded:
        return all(part in LISTED or part in IN_COMPANY for part in word.folded.split("-"))
    return word.folded in IN_COMPANY and _is_in_company(writing, index)


def _forms(folded: str) -> tuple[str, ...]:
    """Return a name as it is, and without the s of “Fatimas brother”."""
    return (
        (folded, folded[:-1])
        if folded.endswith("s") and len(folded) > SHORTEST_SPELLED
        else (folded,)
    )


def _is_day(text: str, start: int) -> bool:
    """Whether a number stands before: 12 Jan is a day."""
    return text[max(0, start - 2) : start].rstrip()[-1:].isdigit()


def _is_in_company(writing: Writing, index: int) -> bool:
    """Whether what stands beside a word makes a name of it."""
    words, text = writing.words, writing.plain
    word = words[index]
    before = words[index - 1] if index else None
    after = words[index + 1] if index + 1 < len(words) else None
    if before and before.folded in WORDS["before a name"]:
        return text[before.end : word.start] == " "
    if after is None or text[word.end : after.start] not in (" ", "'", "’"):
        return False
    return after.folded in WORDS["after a name"] or (
        after.is_capital and not after.text.isupper() and after.folded not in WORDS["common"]
    )


def _is_elsewhere(words: list[Word], index: int, text: str) -> bool:
    """Whether a name belongs to a place, an organisation or a thing."""
    word = words[index]
    before = [item.folded for item in words[max(0, index - 3) : index]]
    while len(before) > 1 and before[-1] in JOINING:
        before.pop()
        if before[-1] in WORDS["places"]:
            return True
    if before and before[-1] in PLACES:
        between = text[words[index - 1].end : word.start]
        return between in (" ", "-", " '", " ’")
    return _is_in_a_place(words, index, text) or _is_a_thing(words, index)


def _is_in_a_place(words: list[Word], index: int, text: str) -> bool:
    end = words[index].end
    for word in words[index + 1 : index + 3]:
        if text[end : word.start] not in _SPACE or not word.is_capital:
            return False
        if word.folded.endswith(ENDINGS):
            return True
        end = word.end
    return False


def _is_a_thing(words: list[Word], index: int) -> bool:
    own = words[index].folded.replace("-", " ")
    before = words[index - 1].folded if index else ""
    after = words[index + 1].folded if index + 1 < len(words) else ""
    return not WORDS["no people"].isdisjoint((own, f"{before} {own}", f"{own} {after}"))


def _end(words: list[Word], index: int, text: str) -> int:
    """Return where the family name ends, if one follows."""
    end = words[index].end
    for word in words[index + 1 : index + 5]:
        if text[end : word.start] != " " or not word.is_capital or word.folded in NO_FAMILY:
            break
        end = word.end
    return end
