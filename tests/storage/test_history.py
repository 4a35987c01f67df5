"""Every revision can be read, and stored anew, on both databases."""

from datetime import date

import pytest

from flows.archive.ledger import ledger, replay, revision_of
from flows.exports.filter import EVERYTHING, Filter
from storage import exported, history
from storage.database import Database
from storage.organisations import EXAMPLE, EXAMPLE_PROJECT, project_names
from tests.histories import OTHER, lived
from tests.replayed import replayed


@pytest.mark.parametrize("seed", [1, 2])
def test_the_ledger_gives_exactly_the_exported_values(database: Database, seed: int) -> None:
    lived(database, seed)
    with database.reading() as connection:
        saved = [*history.revisions(connection, EXAMPLE, EVERYTHING)]
        again = [*replay([revision_of(*item) for item in saved], ledger(saved))]
        names = project_names(connection, EXAMPLE)
        reviews = history.reviewed(connection, EXAMPLE, EVERYTHING)
        wanted = [*exported.blocks(connection, EXAMPLE)]
        assert replayed(EXAMPLE, names, again, reviews) == wanted
    assert len(wanted) > 10


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(projects=(OTHER,)),
        Filter(moments=("baseline",)),
        Filter(since=date(2026, 3, 10), until=date(2026, 3, 20)),
        Filter(versions=(("participant", 2), ("contact", 2))),
    ],
    ids=["project", "moment", "period", "version"],
)
def test_a_filter_keeps_whole_records(database: Database, wanted: Filter) -> None:
    lived(database, 4, 60)
    with database.reading() as connection:
        everything = [*history.revisions(connection, EXAMPLE, EVERYTHING)]
        some = [*history.revisions(connection, EXAMPLE, wanted)]
        names = {about.record for about, _ in exported.blocks(connection, EXAMPLE, {}, wanted)}
    listed = {record.record for record, _ in some}
    assert names <= listed
    assert some == [item for item in everything if item[0].record in listed]
    deleted = {record.record for record, _ in some if record.deleted}
    assert {record.record for record, _ in everything} > listed
    assert listed - names <= deleted


def test_what_was_set_aside_is_not_read(database: Database) -> None:
    lived(database)
    with database.reading() as connection:
        found = [*history.revisions(connection, EXAMPLE, Filter(projects=(EXAMPLE_PROJECT,)))]
    assert found
    assert all(record.set_aside == {} for record, _ in found)
