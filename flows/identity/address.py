"""Streets with a house number, in Dutch, French, German and English."""

import re
from collections.abc import Iterator

from flows.identity.lists import read
from flows.identity.runs import Span
from flows.identity.writing import Writing, fold

COUNTED = read("words")["counted"]

_NUMBER = (
    r"(?:,\s?|\s)(?:(?:nr|no|n°|n|nummer|numéro|num|bus)[. ]{1,2})?"
    r"(?P<number>\d{1,4}\s?(?:bis|ter)?[A-Za-z]?)(?![\w%€]|[.,:]\d|\s?[€%])"
)
_BEFORE = r"(?<![\w./:-])\d{1,4}\s?(?:bis|ter)?[A-Za-z]?,?\s"
_SURE = r"straat(?:je)?|str\.|laan|steenweg|stwg|dreef|straße|strasse|kaai|gracht|singel|gasse"
_LIKELY = (
    r"plein|baan|weg|lei|pad|dijk|markt|hof|park|ring|berg|veld|wal|vest|kouter|platz|allee|ufer"
)
_FRENCH = (
    r"rue|avenue|av\.|boulevard|bd\.?|bld|blvd|chaussée|chaussee|chée|impasse|allée|venelle|quai"
)
_LOOSE = r"place|square|clos|chemin|sentier|drève|cours|passage|route|rampe|montée|galerie|cité"
_JOINING = r"(?:(?:de\s(?:la|l['’])|d(?:e|u|es)|à|au|aux|la|le|les)\s?|[dl]['’])"
_CAPITAL = r"[A-ZÀ-Ý][\w'’.-]{1,30}"
_ANY = r"[\w'’.-]{2,30}"
_MORE = rf"(?:\s(?:{_JOINING}){{0,2}}{_CAPITAL}){{0,3}}"
_NAMED = rf"\s(?:{_JOINING}){{0,2}}\s?{_ANY}{_MORE}"
_CAPITAL_NAMED = rf"\s(?:{_JOINING}){{0,2}}\s?{_CAPITAL}{_MORE}"
_PATTERNS = [
    re.compile(pattern)
    for pattern in (
        # Kerkstraat 12, kerkstraat 12a, Lange Violettestraat nr. 7
        rf"(?<![\w-])(?:[A-ZÀ-Ý][\w.'’-]{{0,20}}\s){{0,2}}[\w'’-]{{2,30}}(?i:{_SURE}){_NUMBER}",
        # Nieuwe Markt 3, Gentsebaan 12
        rf"(?<![\w-])(?:[A-ZÀ-Ý][\w.'’-]{{0,20}}\s){{0,2}}[A-ZÀ-Ý][\w'’-]{{2,30}}(?:{_LIKELY}){_NUMBER}",
        rf"(?<![\w-])[A-ZÀ-Ý][\w.'’-]{{2,20}}\s[A-Z]?(?i:{_LIKELY}){_NUMBER}",
        # rue de la Loi 12
        rf"\b(?i:{_FRENCH}){_NAMED}{_NUMBER}",
        rf"\b(?i:{_LOOSE}){_CAPITAL_NAMED}{_NUMBER}",
        # 12 rue de la Loi
        rf"{_BEFORE}(?i:{_FRENCH}){_NAMED}",
        rf"{_BEFORE}(?i:{_LOOSE}){_CAPITAL_NAMED}",
        # 12 Church Street
        rf"{_BEFORE}(?:{_CAPITAL}\s){{1,3}}(?:Street|Road|Lane|Avenue|Square|Close|Drive)\b",
    )
]


def find(writing: Writing) -> Iterator[Span]:
    """Return the addresses; a number that counts something behind it is no house number."""
    for pattern in _PATTERNS if writing.has_digits else ():
        for match in pattern.finditer(writing.plain):
            if not _is_counting(writing.plain, match):
                yield Span(*match.span())


def _is_counting(text: str, match: re.Match[str]) -> bool:
    if not match.groupdict():
        return False
    following = re.match(r"\s?([^\W\d_]+)", text[match.end() : match.end() + 24])
    return following is not None and fold(following[1]) in COUNTED
