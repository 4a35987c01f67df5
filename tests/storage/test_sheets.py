from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Connection, select

from flows.sheet import Question, Sheet
from storage import sheets, tables
from storage.database import Database
from storage.sheets import DefinitionChanged


@pytest.fixture(autouse=True)
def brugge(database: Database, settle: Callable[[Connection, str], None]) -> None:
    with database.writing() as connection:
        settle(connection, "brugge")


def release(database: Database, released: list[Sheet], now: datetime) -> None:
    with database.writing() as connection:
        sheets.release(connection, "brugge", released, now)


def released(database: Database) -> dict[tuple[str, int], Sheet]:
    with database.reading() as connection:
        return sheets.released(connection, "brugge")


def test_a_released_sheet_comes_back_with_its_translations(
    database: Database, sheet: Callable[..., Sheet]
) -> None:
    found = released(database)[("participant", 1)]
    assert found == sheet()
    assert found.digest == sheet().digest
    assert found.text("nl", "participant.title") == "Deelnemer"


def test_a_new_version_stands_beside_the_old_one(
    database: Database, sheet: Callable[..., Sheet], now: datetime
) -> None:
    release(database, [sheet(version=2, title="Person")], now)
    found = released(database)
    assert [(key, item.title) for key, item in found.items()] == [
        (("participant", 1), "Participant"),
        (("participant", 2), "Person"),
    ]


def test_the_same_version_may_get_other_translations(
    database: Database, sheet: Callable[..., Sheet], now: datetime
) -> None:
    french = {"fr": {"participant.title": "Participante"}}
    release(database, [sheet(texts=french)], now)
    assert released(database)[("participant", 1)].texts == french
    with database.reading() as connection:
        digest = connection.scalar(select(tables.sheets.c.digest))
    assert digest == sheet().digest


def test_a_released_version_with_another_content_is_refused_with_the_version_to_write(
    database: Database, sheet: Callable[..., Sheet], now: datetime
) -> None:
    release(database, [sheet(version=4)], now)
    with pytest.raises(DefinitionChanged) as caught:
        release(database, [sheet(questions=(Question("text", "other"),))], now)
    assert "raise `version:` in flows/handbook/participant.yaml to 5" in str(caught.value)


def test_all_changed_sheets_are_named_at_once_and_none_is_released(
    database: Database, sheet: Callable[..., Sheet], now: datetime
) -> None:
    release(database, [sheet(name="contact", version=3)], now)
    changed = [
        sheet(title="Changed"),
        sheet(name="contact", version=3, title="Changed"),
        sheet(name="signal"),
    ]
    with pytest.raises(DefinitionChanged) as caught:
        release(database, changed, now)
    assert caught.value.versions == {"participant": 2, "contact": 4}
    assert len(str(caught.value).splitlines()) == 2
    assert released(database).keys() == {("participant", 1), ("contact", 3)}


def test_a_deployment_can_be_taken_back_to_a_version_that_was_released(
    database: Database, sheet: Callable[..., Sheet], now: datetime
) -> None:
    release(database, [sheet(version=2)], now)
    release(database, [sheet(version=1)], now)
    assert released(database).keys() == {("participant", 1), ("participant", 2)}


def test_a_version_below_the_highest_that_was_never_released_is_refused(
    database: Database, sheet: Callable[..., Sheet], now: datetime
) -> None:
    release(database, [sheet(version=4)], now)
    with pytest.raises(DefinitionChanged, match="lower than the released version 4") as caught:
        release(database, [sheet(version=2)], now)
    assert caught.value.versions == {"participant": 5}


def test_organisations_release_apart(
    database: Database,
    settle: Callable[[Connection, str], None],
    sheet: Callable[..., Sheet],
    now: datetime,
) -> None:
    with database.writing() as connection:
        settle(connection, "gent")
        sheets.release(connection, "gent", [sheet(version=2)], now)
    assert released(database).keys() == {("participant", 1)}
