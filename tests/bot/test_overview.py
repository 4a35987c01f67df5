"""The overview through the database: made as things are, and accounted for where it acts."""

import re
from contextlib import closing
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from bot.notifications import RENDER
from flows.effects import Notify
from flows.engine import Tap
from flows.overview import EXIT, NOTED
from flows.pictures.completeness import converted
from flows.sending import DIGEST, KINDS, NUDGE, Notification
from flows.tokens import lasting_action
from flows.wishes import Wishes
from storage import sendings, tables, wishes
from storage.agenda import EXIT as LEAVING
from storage.database import Database
from tests.bot.phones import NOON, Phones
from tests.bot.program import Program
from tests.keys import KEYS

TODAY = date(2026, 3, 2)
DATES = {
    "starts_on": "2026-01-01",
    "ends_on": "2026-12-31",
    "baseline_on": "2026-02-20",
    "final_on": "2026-12-01",
}
BOSS, OTHER, WORKER = "7", "8", "9"
ROLES = {
    BOSS: ["project_coordinator"],
    OTHER: ["project_coordinator"],
    WORKER: ["practitioner", "project_coordinator"],
}
PNG = b"\x89PNG"


def planned(database: Database) -> Phones:
    """Return two coordinators and somebody who works in the field; the baseline is late."""
    phones = Phones(database, *ROLES)
    with database.writing() as connection:
        connection.execute(update(tables.projects).values(dates=DATES))
        for address, roles in ROLES.items():
            key = phones.people[address].key
            of_them = (tables.people.c.organisation == key[0]) & (tables.people.c.id == key[1])
            connection.execute(update(tables.people).where(of_them).values(roles=roles))
    return phones


def looking(phones: Phones, *addresses: str) -> Phones:
    for address in addresses:
        phones.types(address, "English", "/overview")
    return phones


def me(phones: Phones, address: str) -> str:
    return phones.people[address].person


def overview(phones: Phones, address: str = BOSS, language: str = "en") -> Notification | None:
    whom = phones.people[address]
    now = phones.clock.now
    with phones.database.reading() as connection:
        found = sendings.Sending(
            whom.organisation, whom.person, DIGEST, now.date(), "claimed", now, now, None, 0, ""
        )
        whom = type(whom)(whom.organisation, whom.person, tuple(ROLES[address]))
        return RENDER[DIGEST](connection, phones.world, whom, language, found, now)


def told(phones: Phones, address: str = BOSS) -> Notification:
    found = overview(phones, address)
    assert found is not None
    return found


def acts(phones: Phones) -> list[tuple[str, str]]:
    """Return who did what, as the audit has it."""
    with phones.database.reading() as connection:
        rows = connection.execute(select(tables.audit).order_by(tables.audit.c.number))
        return [(row.person, row.action) for row in rows if row.action in ("decided", "reminded")]


def messages(phones: Phones) -> list[tuple[str, str, str]]:
    """Return what was planned: to whom, of which kind, and by whom."""
    with phones.database.reading() as connection:
        rows = connection.execute(select(tables.sendings))
        return [(row.person, row.kind, row.caused_by) for row in rows]


def test_a_sheet_that_says_who_left_is_called_the_same_everywhere() -> None:
    assert EXIT == LEAVING
    assert EXIT not in NOTED


def test_an_overview_tells_what_is_late_with_a_picture_and_its_words(database: Database) -> None:
    found = told(planned(database))
    assert "• Project, baseline: 1 late (project coordinator, city coordinator)" in found.text
    assert found.drawing
    assert converted(found.drawing).startswith(PNG)
    assert "late" in found.described
    assert lasting_action(found.rows[0][0].token) == "overview"


def test_it_is_told_in_the_language_of_whoever_reads_it(database: Database) -> None:
    phones = planned(database)
    found = overview(phones, language="nl")
    assert found is not None
    assert found.text.startswith("Zo staan je projecten ervoor op maandag 2 maart")


def test_without_a_plan_and_without_news_nothing_is_sent(database: Database) -> None:
    phones = planned(database)
    phones.clock.now = NOON + timedelta(days=30)
    with database.writing() as connection:
        connection.execute(update(tables.projects).values(dates={}))
    assert overview(phones) is None


def test_what_happened_counts_since_the_overview_before(database: Database) -> None:
    phones = planned(database)
    assert "new participants" in told(phones).text
    key, monday = phones.people[BOSS].key, NOON + timedelta(minutes=1)
    with database.writing() as connection:
        sendings.ask(connection, key, Notify(DIGEST, key[1], TODAY), NOON)
        claimed = sendings.claim(connection, "telegram", monday, 10)
        sendings.settle(connection, dict.fromkeys(claimed, ("sent", 1)), monday)
    phones.clock.now = NOON + timedelta(days=7)
    assert "new participants" not in told(phones).text


def test_how_often_it_comes_is_what_was_wished(database: Database) -> None:
    phones = planned(database)
    with database.writing() as connection:
        wishes.put(connection, phones.people[BOSS].key, Wishes(digest="daily"))
    assert "get this every working day" in told(phones).text


def test_a_project_out_of_reach_is_not_told(database: Database) -> None:
    phones = planned(database)
    with database.writing() as connection:
        key = phones.people[BOSS].key
        member = tables.memberships.c
        mine = (member.organisation == key[0]) & (member.person == key[1])
        connection.execute(tables.memberships.delete().where(mine))
    assert overview(phones) is None


def test_a_decision_is_stored_accounted_for_and_seen_by_another(database: Database) -> None:
    phones = looking(planned(database), BOSS, OTHER)
    phones.take(phones.tapped(BOSS, "⚠ Project"))
    phones.take(phones.tapped(BOSS, "Extend"))
    phones.take(phones.tapped(BOSS, "A week"))
    assert acts(phones) == [(me(phones, BOSS), "decided")]
    phones.types(OTHER, "/overview")
    assert "Project · baseline: due Monday 9 March" in phones.screen(OTHER).text


def test_of_two_at_once_the_later_one_counts_and_both_are_accounted_for(
    database: Database,
) -> None:
    phones = looking(planned(database), BOSS, OTHER)
    for address in (BOSS, OTHER):
        phones.take(phones.tapped(address, "⚠ Project"))
        phones.take(phones.tapped(address, "Extend"))
    phones.take(phones.tapped(BOSS, "A week"), phones.tapped(OTHER, "Two weeks"))
    assert sorted(acts(phones)) == sorted(
        (me(phones, address), "decided") for address in (BOSS, OTHER)
    )
    with database.reading() as connection:
        (row,) = connection.execute(select(tables.decisions)).all()
    assert row.due in (date(2026, 3, 9), date(2026, 3, 16))


def test_a_reminder_from_the_overview_waits_to_be_sent_and_is_accounted_for(
    database: Database,
) -> None:
    phones = planned(database)
    phones.types(BOSS, "English")
    found = told(phones)
    (token,) = [
        button.token
        for row in found.rows
        for button in row
        if button.label == "Remind now: Participant, baseline"
    ]
    for _ in range(2):
        phones.take(phones.sent(BOSS, Tap(token), callback="callback"))
    assert messages(phones) == [(me(phones, WORKER), NUDGE, me(phones, BOSS))]
    assert acts(phones) == [(me(phones, BOSS), "reminded")]
    assert "Was reminded today already" in phones.screen(BOSS).note


def test_the_log_tells_what_was_sent_to_people_of_ones_projects(database: Database) -> None:
    phones = looking(planned(database), BOSS)
    key = phones.people[WORKER].key
    with database.writing() as connection:
        sendings.ask(connection, key, Notify(NUDGE, key[1], TODAY), NOON)
        claimed = sendings.claim(connection, "telegram", NOON, 10)
        sendings.settle(connection, dict.fromkeys(claimed, ("blocked", 0)), NOON)
    phones.take(phones.tapped(BOSS, "What was sent"))
    assert phones.screen(BOSS).text == (
        f"Mon 02/03/2026 13:00 · {key[1]} · reminder by a coordinator · cannot be reached"
    )


@pytest.mark.parametrize("options", [(), ("--csv",)])
def test_the_program_prints_what_was_sent(url: str, options: tuple[str, ...]) -> None:
    program = Program(url)
    with closing(Database(url, KEYS)) as database:
        key = planned(database).people[WORKER].key
        said = program.run("sendings", *options).stdout.splitlines()
        assert len(said) == 1
        with database.writing() as connection:
            sendings.ask(connection, key, Notify(NUDGE, key[1], TODAY), NOON)
    result = program.run("sendings", *options)
    assert (result.exit_code, result.stderr) == (0, "")
    head, line = result.stdout.splitlines()
    assert head.startswith("when")
    assert {key[1], TODAY.isoformat()} < set(re.split(r",|  +", line))
    assert KINDS[NUDGE] in line
