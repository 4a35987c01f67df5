"""The ledger of corrections: replayed, it gives exactly what was saved."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.archive.faults import Faults
from flows.archive.ledger import (
    ADDED,
    CHANGED,
    REMOVED,
    Change,
    LedgerProblem,
    Revision,
    Saved,
    changes,
    ledger,
    replay,
    revision_of,
    values_of,
)
from flows.archive.tables import (
    CHANGES,
    DECISIONS,
    PARTICIPANTS,
    REVIEWED,
    REVISIONS,
    Decided,
    Member,
    Review,
    Row,
    Table,
    marked_change,
)
from flows.exports.format import safe, unsafe
from tests.histories import history
from tests.rows import sheets

NOW = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)
ROWS = {
    REVISIONS.path: Revision._fields,
    CHANGES.path: Change._fields,
    REVIEWED.path: Review._fields,
    PARTICIPANTS.path: Member._fields,
    DECISIONS.path: Decided._fields,
}


def saved(seed: int) -> list[Saved]:
    """Return the revisions of five records, by record and revision; what was set aside is gone."""
    random = Random(seed)
    every = sorted(sheets().values(), key=lambda sheet: sheet.name)
    return [
        (replace(record, set_aside={}), NOW)
        for number in range(5)
        for record in history(random, random.choice(every), f"R{number}")
    ]


@pytest.mark.parametrize("table", [REVISIONS, CHANGES, REVIEWED, PARTICIPANTS, DECISIONS])
def test_the_columns_of_a_table_are_what_its_rows_say(table: Table) -> None:
    assert tuple(table.columns) == ROWS[table.path]
    assert set(table.key) <= set(table.columns)


@given(st.text())
def test_the_mark_of_a_formula_can_be_taken_away(text: str) -> None:
    assert unsafe(safe(text)) == text


@given(st.from_regex(r"'*[\s\u200b]*[=+\-@\t]?.*", fullmatch=True))
def test_marks_that_people_typed_stay(text: str) -> None:
    assert unsafe(safe(text)) == text
    assert unsafe(safe(safe(text))) == safe(text)


@settings(max_examples=25)
@given(st.integers())
def test_a_ledger_gives_exactly_what_was_saved(seed: int) -> None:
    found = saved(seed)
    revisions = [revision_of(*item) for item in found]
    assert [*replay(revisions, ledger(found))] == found


@pytest.mark.parametrize("seed", range(5))
def test_a_ledger_can_be_written_and_read(seed: int, tmp_path: Path) -> None:
    found = saved(seed)
    REVISIONS.write(tmp_path, (revision_of(*item) for item in found))
    CHANGES.write(tmp_path, map(marked_change, ledger(found)))
    faults = Faults()
    revisions = (Revision(*row) for row in read(tmp_path, REVISIONS, faults))
    changed = (Change(*row) for row in read(tmp_path, CHANGES, faults))
    assert [*replay(revisions, changed)] == found
    assert faults.count == 0


def test_a_revision_says_only_what_it_changed() -> None:
    (record, _), *_ = saved(1)
    first, second, *rest = record.values
    changed = replace(second, value="another")
    fresh = replace(first, position=99)
    after = replace(record, revision=2, values=(changed, *rest, fresh))
    found = [*changes(values_of(record), after)]
    assert [(item.position, item.change) for item in found] == [
        (first.position, REMOVED),
        (second.position, CHANGED),
        (99, ADDED),
    ]
    assert (found[1].old_value, found[1].value) == (second.value, "another")


def test_a_ledger_that_lacks_a_change_gives_something_else_or_is_refused() -> None:
    found = saved(3)
    revisions, listed = [revision_of(*item) for item in found], [*ledger(found)]
    for place in range(0, len(listed), 9):
        others = [item for number, item in enumerate(listed) if number != place]
        with suppress(LedgerProblem):
            assert [*replay(revisions, others)] != found


def test_a_ledger_without_a_revision_is_refused() -> None:
    found = saved(3)
    revisions = [revision_of(*item) for item in found]
    with pytest.raises(LedgerProblem, match="does not follow"):
        [*replay([item for item in revisions if item.revision != 1], ledger(found))]
    with pytest.raises(LedgerProblem, match="is not among the revisions"):
        [*replay(revisions[:-1], ledger(found))]
    moved = [item._replace(subject="X") if item.revision == 2 else item for item in revisions]
    with pytest.raises(LedgerProblem, match="about something else"):
        [*replay(moved, ledger(found))]


def read(folder: Path, table: Table, faults: Faults) -> Iterator[Row]:
    with (folder / table.path).open(encoding="utf-8", newline="") as lines:
        yield from (row for _, row in table.read(lines, faults))


def test_numbers_stay_numbers_in_a_ledger(tmp_path: Path) -> None:
    (record, _), *_ = saved(2)
    values = tuple(
        replace(record.values[0], position=place, type=kind, value="-5")
        for place, kind in enumerate(("integer", "text"))
    )
    one = replace(record, values=values)
    CHANGES.write(tmp_path, map(marked_change, ledger([(one, NOW)])))
    with (tmp_path / CHANGES.path).open(encoding="utf-8", newline="") as file:
        assert [row["value"] for row in csv.DictReader(file)] == ["-5", "'-5"]
