"""E-mail addresses, also those that are spelled so that a machine should not see them."""

import re
from collections.abc import Iterator

from flows.identity.runs import Span
from flows.identity.writing import Writing

_NAME = r"(?<![\w.+-])[\w.+-]{0,63}\w"
_HOST = r"\w[\w-]{0,62}"
_SAID_DOT = r"(?:\s(?:punt|dot|point|punkt)\s|\s?[(\[{]\s?(?:punt|dot|point|punkt|\.)\s?[)\]}]\s?)"
_SAID_AT = r"at|apen?staart(?:je)?|arobas[e]?|klammeraffe"
_ENDINGS = (
    "be|com|net|org|eu|nl|fr|de|lu|uk|info|gent|brussels|vlaanderen|es|it|pt|pl|ro|bg|tr|ma|example"
)
_ADDRESS = re.compile(
    rf"{_NAME}@{_HOST}(?:\.{_HOST}){{0,5}}"
    rf"|{_NAME}(?:\s{{1,2}}@\s{{1,2}}|@\s{{1,2}}|@){_HOST}(?:\s?[.。]\s?{_HOST}|{_SAID_DOT}{_HOST}){{1,5}}"
    rf"|{_NAME}\s?[(\[{{]\s?(?:{_SAID_AT}|@)\s?[)\]}}]\s?{_HOST}(?:(?:\.|{_SAID_DOT}){_HOST}){{0,5}}"
    rf"|{_NAME}(?:{_SAID_DOT}\w{{1,30}}){{0,2}}\s(?:{_SAID_AT}|chez)\s{_HOST}(?:(?:\.|{_SAID_DOT}){_HOST}){{0,3}}"
    rf"(?:\.|{_SAID_DOT})(?:{_ENDINGS})\b"
    r"|\w@\w",
    re.IGNORECASE,
)


def find(writing: Writing) -> Iterator[Span]:
    """Return the addresses."""
    for match in _ADDRESS.finditer(writing.plain):
        yield Span(*match.span())
