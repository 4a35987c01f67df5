"""The chain of an audit: what an entry's digest is made of, and what a broken chain tells.

An entry's digest is a keyed one (HMAC-SHA256, with the key that is kept outside the database) of
`sealed_text`, and part of that text is the digest of the entry before.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC

from flows.audit import AuditEntry

Seals = Callable[[str], Iterable[str]]
"""What gives the digests of a text by each key that there is, the one in use first."""

USE = "\naudit\n"
"""What a sealed text begins with: no text that the same key digests elsewhere begins so."""


def sealed_text(entry: AuditEntry) -> str:
    """Return the text whose keyed digest is the entry's.

    It is USE and then, as JSON without spaces and with all but ASCII escaped, a list of
    organisation, number, at (ISO 8601 in UTC, to the microsecond), person, action, about, detail
    (the text as it is stored) and the digest of the entry before, "" for the first one.
    """
    parts = (
        *(entry.organisation, entry.number, time_of(entry), entry.person),
        *(entry.action, entry.about, entry.detail, entry.previous),
    )
    return USE + json.dumps(parts, separators=(",", ":"))


def time_of(entry: AuditEntry) -> str:
    """Return when something was done as it is sealed."""
    return entry.at.astimezone(UTC).isoformat(timespec="microseconds")


def sealed(entry: AuditEntry, seals: Seals) -> AuditEntry:
    """Return an entry with its digest."""
    return replace(entry, digest=next(iter(seals(sealed_text(entry)))))


def broken(entries: Iterable[AuditEntry], seals: Seals) -> Iterator[str]:
    """Yield a sentence for each fault of one chain, whose entries come by number."""
    link, last, unsealed = _Link(seals), 0, 0
    for entry in entries:
        if entry.number != last + 1:
            yield f"{_range(last + 1, entry.number - 1)} missing"
            link.is_certain = False
        if written := link.number_of(entry):
            if unsealed:
                yield f"{_range(unsealed, last)} changed, inserted, or not sealed with this key"
            unsealed = 0
            if fault := link.taken(entry, written):
                yield fault
        else:
            unsealed = unsealed or entry.number
            link.is_certain = False
        last = entry.number
    if unsealed:
        yield f"{_range(unsealed, last)} changed, inserted, or not sealed with this key"


@dataclass
class _Link:
    """The last entry whose seal holds: its number when it was written, and its digest.

    `shift` is how much further its number is by now; `is_certain` says that nothing is amiss since.
    """

    seals: Seals
    number: int = 0
    digest: str = ""
    shift: int = 0
    is_certain: bool = True

    def number_of(self, entry: AuditEntry) -> int:
        """Return the number with which an entry was sealed; 0 if there is none near by."""
        moved = entry.number - self.shift
        for number in (entry.number, self.number + 1, moved, moved + 1):
            if entry.digest in self.seals(sealed_text(replace(entry, number=number))):
                return number
        return 0

    def taken(self, entry: AuditEntry, written: int) -> str:
        """Go on to an entry, and return what is wrong with where it stands."""
        shift, was_certain, digest = entry.number - written, self.is_certain, self.digest
        fault = ""
        if shift != self.shift and shift:
            what = "inserted" if shift > self.shift else "removed"
            fault = f"entry {entry.number} was {written} once: something was {what} before it"
        elif was_certain and entry.previous != digest:
            fault = f"entry {entry.number} does not follow the one before"
        self.number, self.digest, self.shift, self.is_certain = written, entry.digest, shift, True
        return fault


def _range(first: int, last: int) -> str:
    return f"entry {first} is" if first == last else f"entries {first} to {last} are"
