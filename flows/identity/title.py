"""People by their title, or because it is said what they are called."""

import re
from collections.abc import Iterator

from flows.identity.lists import read
from flows.identity.runs import Span
from flows.identity.writing import Word, Writing

WORDS = read("words")
COMMON, PARTICLES = WORDS["common"], WORDS["particles"]
SHORT_TITLES = WORDS["short titles"]
TITLES = WORDS["titles"] | SHORT_TITLES
LEAST = 2

_FRENCH = re.compile(r"\bM\.\s?(?=[A-ZÀ-Ý][\w'’-]{2})")
_CALLED = re.compile(
    r"\b(?:hij|zij|ze|die) heet\s|\b(?:zijn|haar|hun|mijn) naam is\s"
    r"|\b(?:voor|achter|roep|bij)naam(?:\sis|:)?\s"
    r"|\bgenaamd\s|\b(?:il|elle|qui) s['’]appelle\s|\bprénom(?:mée?)?(?:\sest|\s?:)?\s|\bnommée?\s"
    r"|\bson nom est\s|\bsurnommée?\s|\bnom de famille(?:\s?:)?\s|\b(?:his|her|their|my) name is\s"
    r"|\b(?:er|sie) hei(?:ß|ss)t\s|\b(?:sein|ihr) name ist\s|\balias\s",
    re.IGNORECASE,
)


def find(writing: Writing) -> Iterator[Span]:
    """Return titles with their names, and names behind “he is called”."""
    words, text = writing.words, writing.plain
    for index, word in enumerate(words[:-1]):
        if word.folded not in TITLES:
            continue
        behind = text[word.end : words[index + 1].start]
        if behind in (" ", ". ", ".") and (end := _end(words, index)):
            yield Span(word.start, end)
    beginnings = {word.start: index for index, word in enumerate(words)}
    for pattern, is_said in ((_FRENCH, False), (_CALLED, True)):
        for match in pattern.finditer(text):
            at = beginnings.get(match.end())
            if at is None or not (is_said or words[at].is_capital):
                continue
            if _is_name(words[at]):
                yield Span(match.start(), _family(words, at))


def _end(words: list[Word], index: int) -> int:
    """Return where the name ends that a title is followed by; 0 if it is none."""
    title, name = words[index].folded, words[index + 1]
    if title in SHORT_TITLES and len(name.text) > LEAST and _is_name(name):
        return _family(words, index + 1)
    end = _family(words, index + 1)
    return end if name.is_capital and (_is_name(name) or end > name.end) else 0


def _is_name(word: Word) -> bool:
    return word.folded not in COMMON and len(word.text) >= LEAST


def _family(words: list[Word], index: int) -> int:
    """Return the end of a name of several words: De Smet, Van den Berghe."""
    end = words[index].end
    for before, word in zip(words[index:], words[index + 1 : index + 4], strict=False):
        is_more = word.is_capital or (word.folded in PARTICLES and before.folded in PARTICLES)
        if before.folded not in PARTICLES or word.start != before.end + 1 or not is_more:
            break
        end = word.end
    return end
