"""A chain in which anything was changed, removed or inserted says so, and where."""

import hmac
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.audit import AuditEntry
from flows.chain import broken, sealed

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY, OTHER = b"a key", b"another key"


def seals(text: str) -> list[str]:
    return [hmac.new(KEY, text.encode(), sha256).hexdigest()]


def others(text: str) -> list[str]:
    return [hmac.new(OTHER, text.encode(), sha256).hexdigest()]


def chain(length: int = 6, by: bytes = KEY) -> list[AuditEntry]:
    made: list[AuditEntry] = []
    for number in range(1, length + 1):
        previous = made[-1].digest if made else ""
        at = NOON + timedelta(minutes=number)
        entry = AuditEntry(
            *("gent", number, at, "ana", "deleted", f"r{number}", '{"revision":2}'),
            *(previous, ""),
        )
        made.append(sealed(entry, seals if by == KEY else others))
    return made


def numbered(entries: list[AuditEntry]) -> list[AuditEntry]:
    return [replace(entry, number=number) for number, entry in enumerate(entries, 1)]


def faults(entries: list[AuditEntry]) -> list[str]:
    return list(broken(entries, seals))


def test_a_sound_chain_has_no_faults() -> None:
    assert faults(chain()) == faults([]) == []


STRINGS = [item.name for item in fields(AuditEntry) if item.name not in ("number", "at")]
KEPT = "changed, inserted, or not sealed with this key"


@given(
    place=st.integers(0, 5),
    name=st.sampled_from(STRINGS),
    value=st.text(st.characters(codec="utf-8"), max_size=80),
)
def test_any_changed_text_of_any_entry_is_found(place: int, name: str, value: str) -> None:
    entries = chain()
    if getattr(entries[place], name) == value:
        return
    changed: dict[str, Any] = {name: value}
    entries[place] = replace(entries[place], **changed)
    assert faults(entries) == [f"entry {place + 1} is {KEPT}"]


@given(place=st.integers(0, 5), microseconds=st.integers(-(10**9), 10**9).filter(bool))
def test_any_changed_time_of_any_entry_is_found(place: int, microseconds: int) -> None:
    entries = chain()
    at = entries[place].at + timedelta(microseconds=microseconds)
    entries[place] = replace(entries[place], at=at)
    assert faults(entries) == [f"entry {place + 1} is {KEPT}"]


def test_the_time_zone_of_a_time_is_no_change() -> None:
    zone = datetime.fromisoformat("2026-03-02T12:00+02:00").tzinfo
    assert faults([replace(item, at=item.at.astimezone(zone)) for item in chain()]) == []


@given(place=st.integers(0, 5), number=st.integers(-5, 20))
def test_any_changed_number_is_found(place: int, number: int) -> None:
    entries = chain()
    taken = {entry.number for entry in entries}
    if number in taken:
        return
    entries[place] = replace(entries[place], number=number)
    assert faults(sorted(entries, key=lambda entry: entry.number))


@pytest.mark.parametrize("place", range(5))
def test_a_removed_entry_is_missing(place: int) -> None:
    entries = chain()
    del entries[place]
    assert faults(entries) == [f"entry {place + 1} is missing"]


def test_several_removed_entries_are_told_in_one_sentence() -> None:
    assert faults(chain()[3:]) == ["entries 1 to 3 are missing"]


@pytest.mark.parametrize("place", range(5))
def test_a_removed_entry_is_found_also_when_the_others_move_up(place: int) -> None:
    entries = chain()
    del entries[place]
    assert faults(numbered(entries)) == [
        f"entry {place + 1} was {place + 2} once: something was removed before it"
    ]


@pytest.mark.parametrize("place", range(6))
def test_an_inserted_entry_is_found_where_the_others_move_down(place: int) -> None:
    entries = chain()
    entries.insert(place, replace(entries[0], about="r99"))
    assert faults(numbered(entries)) == [
        f"entry {place + 1} is {KEPT}",
        f"entry {place + 2} was {place + 1} once: something was inserted before it",
    ]


def test_an_entry_added_at_the_end_without_the_key_is_found() -> None:
    added = sealed(replace(chain()[-1], number=7, previous=chain()[-1].digest), others)
    assert faults([*chain(), added]) == [f"entry 7 is {KEPT}"]


@pytest.mark.parametrize(("one", "other"), [(0, 1), (2, 3), (1, 4), (4, 5)])
def test_swapped_entries_are_found(one: int, other: int) -> None:
    entries = chain()
    entries[one], entries[other] = entries[other], entries[one]
    assert faults(numbered(entries))


def test_a_chain_that_somebody_without_the_key_made_anew_is_found() -> None:
    assert faults(chain(by=OTHER)) == [f"entries 1 to 6 are {KEPT}"]
    assert faults([*chain()[:3], *chain(by=OTHER)[3:]]) == [f"entries 4 to 6 are {KEPT}"]


def test_an_entry_of_another_branch_of_the_chain_does_not_follow() -> None:
    entries = chain()
    branch = sealed(replace(entries[2], about="r99"), seals)
    assert faults([*entries[:2], branch, *entries[3:]]) == [
        "entry 4 does not follow the one before"
    ]


def test_a_chain_goes_on_under_another_key() -> None:
    entries = chain(3)
    follows = replace(entries[0], number=4, previous=entries[2].digest)
    assert (
        list(broken([*entries, sealed(follows, others)], lambda t: [*others(t), *seals(t)])) == []
    )


def test_the_end_of_a_chain_can_be_removed_unseen() -> None:
    """So a head is noted elsewhere, and the records are compared with it."""
    assert faults(chain()[:4]) == []
