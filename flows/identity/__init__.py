"""Finds what could identify a person in free text, so that it is refused before it is kept.

A detector is a file here and a line in DETECTORS. Which of them apply to which kind of field is
decided in FIELDS, and which kind a question is in its column `free_text`.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from flows.identity import (
    account,
    address,
    birth_date,
    card,
    coordinates,
    email,
    foreign_number,
    identity_card,
    initials,
    locality,
    name,
    national_number,
    number,
    passport,
    phone,
    plate,
    profile,
    title,
)
from flows.identity.runs import Span
from flows.identity.writing import Writing, fold, written

Detector = Callable[[Writing], Iterable[Span]]

DETECTORS: dict[str, Detector] = {
    "email": email.find,
    "profile": profile.find,
    "coordinates": coordinates.find,
    "account": account.find,
    "national_number": national_number.find,
    "identity_card": identity_card.find,
    "phone": phone.find,
    "foreign_number": foreign_number.find,
    "card": card.find,
    "birth_date": birth_date.find,
    "passport": passport.find,
    "plate": plate.find,
    "address": address.find,
    "locality": locality.find,
    "title": title.find,
    "initials": initials.find,
    "name": name.find,
    "number": number.find,
}
"""What is looked for; what an earlier detector found is not looked at by a later one."""

REMARK, LABEL = "remark", "label"
FIELDS: Mapping[str, Collection[str]] = {
    REMARK: (),
    LABEL: ("name", "locality"),
}
"""The kinds of field, each with the detectors that do not apply to it.

A label names a project, a neighbourhood or a grant. Those are called after people and places, as
in Sint-Jan, Fonds Julie or 1000 Brussel; a street with a number, a title with a name and
everything else are refused there too.
"""


class Found(NamedTuple):
    """Something that could identify a person: its kind, and what was typed."""

    kind: str
    fragment: str


def identifying(
    typed: str, names: frozenset[str] = frozenset(), field: str = REMARK
) -> list[Found]:
    """Return what could identify a person, in the order of the text.

    `names` are first names that the organisation adds, as `folded` returns them.
    """
    writing = written(typed, names)
    taken, spans = bytearray(len(writing.plain)), []
    for kind, find in DETECTORS.items():
        if kind in FIELDS.get(field, ()):
            continue
        for span in find(writing):
            if taken.find(1, span.start, span.end) < 0:
                taken[span.start : span.end] = b"\1" * (span.end - span.start)
                spans.append((span, kind))
    return [Found(kind, writing.fragment(span)) for span, kind in sorted(spans)]


def folded(names: Iterable[str]) -> frozenset[str]:
    """Return names in the form in which they are compared; of M'hamed the part behind the sign."""
    return frozenset(re.split("['’]", fold(item))[-1] for item in names)
