"""An organisation's own sheets run as the handbook's do, in that organisation only."""

import csv
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from bot import retaining
from bot.app import admitted
from bot.offer import LOOK_AGAIN
from bot.overview import digest_of
from flows.record import SUM
from flows.sheet import REGISTRARS, Sheet
from storage import exported, organisations, own_sheets, sheets, tables
from storage.database import Connection, Database
from tests.bot.phones import NOON, Phones
from tests.bot.planned import PROJECT, Town
from tests.bot.program import Chat, Program, last
from tests.keys import KEYS
from tests.noticed import accept
from tests.own import FEELING, INTAKE, REWORDED, TAPS, brings, brought

WHO = "1"
ADDED = ("today", "No", "Short version", "No add-on", "No", "No")


@pytest.fixture
def phones(database: Database) -> Phones:
    """Somebody with a phone, in the menu."""
    found = Phones(database, WHO)
    found.types(WHO, "English")
    return found


def labels(phones: Phones, address: str = WHO) -> list[str]:
    return [button.label for button in phones.buttons(address)]


def later(phones: Phones) -> Phones:
    phones.clock.now += LOOK_AGAIN
    return phones


def retires(phones: Phones, sheet: Sheet = INTAKE) -> None:
    here = phones.people[WHO].organisation
    with phones.database.writing() as connection:
        own_sheets.retire(connection, here, sheet.name, phones.clock.now)


def rows(exported: str, **wanted: str) -> list[dict[str, str]]:
    found = csv.DictReader(exported.splitlines(keepends=True))
    return [row for row in found if wanted.items() <= row.items()]


def test_a_running_bot_offers_what_was_brought_a_minute_later(phones: Phones) -> None:
    brings(phones.database, phones.world)
    phones.types(WHO, "/start")
    assert "Intake" not in labels(phones)
    later(phones).types(WHO, "/start")
    assert "Intake" in labels(phones)
    phones.types(WHO, *TAPS)
    assert "Intake" in phones.screen(WHO).text + str(labels(phones))


def test_most_steps_look_nothing_up(phones: Phones) -> None:
    with phones.database.reading() as connection:
        before = phones.world.offer(connection, "example-city")
        assert phones.world.offer(connection, "example-city") is before
    later(phones)
    with phones.database.reading() as connection:
        assert phones.world.offer(connection, "example-city") is before
        # An organisation that brought nothing shares what was worked out for the others.
        assert phones.world.offer(connection, "gent") is before
        assert before.current == phones.world.current


def test_another_process_offers_it_at_once_and_a_restart_goes_on_where_it_was(
    phones: Phones,
) -> None:
    brings(phones.database, phones.world)
    later(phones).types(WHO, "Intake", "On the street")
    phones.inbox = phones.another()
    phones.types(WHO, "3", "Save")
    assert "Undo: Intake" in " ".join(labels(phones))


def test_what_is_under_way_when_a_sheet_is_retired_can_be_finished(phones: Phones) -> None:
    brings(phones.database, phones.world)
    later(phones).types(WHO, "Intake", "On the street")
    retires(later(phones))
    phones.types(WHO, "3")
    assert phones.screen(WHO).text.startswith("Check your answers")
    phones.types(WHO, "Save")
    assert "Intake" not in labels(phones)
    assert "Undo: Intake" in " ".join(labels(phones))


def test_whoever_was_choosing_for_a_retired_sheet_is_led_back_to_the_menu(phones: Phones) -> None:
    brings(phones.database, phones.world, FEELING)
    later(phones).types(WHO, "Measurement", "How it feels")
    assert phones.conversation(WHO)["state"] == "choosing"
    retires(later(phones), FEELING)
    phones.types(WHO, "K7-N")
    assert phones.conversation(WHO)["state"] == "idle"


def test_a_registration_ends_on_the_version_it_began_with_and_the_next_has_the_new_one(
    phones: Phones,
) -> None:
    brings(phones.database, phones.world)
    later(phones).types(WHO, "Intake", "On the street")
    brings(phones.database, phones.world, REWORDED)
    later(phones).types(WHO, "3")
    assert "How did they come?" in phones.screen(WHO).text
    phones.types(WHO, "Save", "Intake")
    assert "By which way?" in phones.screen(WHO).text


def test_one_organisation_never_sees_what_another_asks(phones: Phones) -> None:
    with phones.database.writing() as connection:
        organisations.add(connection, "gent", "Gent", NOON)
        sheets.release(connection, "gent", phones.world.current.values(), NOON)
        project = organisations.every_project(connection, "example-city")["kompas"]
        organisations.put(connection, "gent", project, NOON)
        theirs = admitted(connection, phones.world, "telegram", "2", REGISTRARS, "gent")
        accept(connection, theirs.key)
    phones.people = {**phones.people, "2": theirs}
    other = replace(REWORDED, title="Who came in")
    brings(phones.database, phones.world)
    brings(phones.database, phones.world, replace(other, version=1), "gent")
    later(phones)
    # Both in one transaction of one process.
    phones.take(phones.typed(WHO, "/start"), phones.typed("2", "English"))
    assert ("Intake" in labels(phones), "Who came in" in labels(phones)) == (True, False)
    assert ("Intake" in labels(phones, "2"), "Who came in" in labels(phones, "2")) == (False, True)
    phones.take(phones.typed(WHO, "Intake"), phones.typed("2", "Who came in"))
    assert "How did they come?" in phones.screen(WHO).text
    assert "By which way?" in phones.screen("2").text


def test_a_choice_that_is_saved_again_keeps_the_own_indicators(phones: Phones) -> None:
    brings(phones.database, phones.world)
    later(phones).types(WHO, "What is registered", *ADDED, "Save", "/start")
    assert "Intake" in labels(phones)
    with phones.database.reading() as connection:
        project = organisations.every_project(connection, "example-city")["kompas"]
    assert set(INTAKE.by_code) <= set(project.selection)


def test_a_project_that_did_not_choose_it_is_not_asked(phones: Phones) -> None:
    brings(phones.database, phones.world, projects=())
    later(phones).types(WHO, "/start")
    assert "Intake" not in labels(phones)


async def test_what_is_planned_of_an_own_sheet_is_reminded_of_shown_and_overseen(
    database: Database,
) -> None:
    town = Town(database, ana=("practitioner",), boss=("project_coordinator",))
    brings(database, town.world, FEELING)
    with database.writing() as connection:
        column = tables.participants.c.created_at
        connection.execute(
            update(tables.participants).values({column: datetime(2026, 3, 2, tzinfo=UTC)})
        )
    town.at("2026-03-10 08:31")
    await town.round()
    told = dict(town.inboxes.told)
    assert "How it feels" in told["ana"].text
    plan = Program(database.location.url.render_as_string(hide_password=False)).run(
        "plan", "show", PROJECT, "--on", "2026-03-10", "--csv"
    )
    assert "How it feels,baseline,1,K7-N" in plan.stdout
    boss = town.people["boss"]
    with database.reading() as connection:
        found = digest_of(connection, town.world, boss, "en", date(2026, 3, 10), town.clock.now)
    assert found is not None
    assert "How it feels" in found.text + found.described


def test_an_own_sheet_is_exported_corrected_and_in_the_code_book(url: str, tmp_path: Path) -> None:
    program = Program(url)
    program.chats("English")
    brought(url)
    program.chats(*TAPS)
    (receipt,) = {value.record[:4] for value in program.saved()}
    program.chats("/corrections", receipt, "Change", "A typing mistake", "Change an answer")
    program.chats("How many came?", "4", "Save")
    files = program.exports(tmp_path / "out")
    (many,) = rows(files["long.csv"], indicator="XINTAKE2")
    assert (many["sheet"], many["value"], many["revision"]) == ("own_intake", "4", "2")
    (entry,) = rows(files["codebook.csv"], question="how")
    assert "phone = By phone" in str(entry)
    assert [row["own_intake.many"] for row in rows(files["wide.csv"])] == ["4"]


def test_daily_records_of_an_own_sheet_become_a_sum_as_those_of_the_handbook(
    database: Database,
) -> None:
    phones = Phones(database, WHO)
    phones.clock.now = datetime(2024, 2, 5, 12, tzinfo=UTC)
    brings(database, phones.world)
    phones.types(WHO, "English", *TAPS, *TAPS)
    for night in (datetime(2026, 3, 2, 2, tzinfo=UTC), datetime(2026, 4, 3, 2, tzinfo=UTC)):
        phones.clock.now = night
        told = list(retaining.run(database, phones.world, is_dry=False))
    assert any("daily" in line for line in told)
    with database.reading() as connection:
        values = list(exported.values(connection, "example-city"))
    assert {value.provenance for value in values} == {SUM}
    many = [(value.question, value.category, value.value) for value in values]
    assert many == [("how", "street", "2"), ("many", "", "6")]


def test_a_draft_of_an_own_sheet_survives_a_kill(url: str) -> None:
    program = Program(url)
    program.chats("English")
    brought(url)
    with Chat(url) as chat:
        chat.types("Intake", "On the street")
        chat.dies()
    assert "How many came?" in last(program.chats())


def test_a_simulation_asks_own_sheets_too(program: Program, tmp_path: Path) -> None:
    program.chats("English")
    brought(program.url, FEELING)
    with closing(Database(program.url, KEYS)) as database, database.writing() as connection:
        plans(connection)
    result = program.run(
        *("simulate", "--project", "kompas", "--workers", 2, "--participants", 2),
        *("--out", tmp_path / "out"),
    )
    assert (result.exit_code, result.stderr) == (0, "")
    long = (tmp_path / "out" / "export" / "long.csv").read_text(encoding="utf-8")
    assert rows(long, indicator="XFEELING1")


def plans(connection: Connection) -> None:
    dates = {"starts_on": "2026-01-01", "ends_on": "2026-04-30", "baseline_on": "2026-01-30"}
    connection.execute(update(tables.projects).values(dates=dates))
