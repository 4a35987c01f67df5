"""What is due, through the database: what shows it, what fulfils it, and buttons of messages."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.handing import leave
from flows.due import mark
from flows.effects import Notify
from flows.engine import Tap
from flows.schedule import Decision, Occasion, work
from flows.sending import NUDGE, REMINDER, SNOOZED
from flows.sheet import REGISTRARS
from flows.tokens import lasting
from flows.wishes import Wishes
from flows.working_time import Hours
from storage import agenda, mydata, organisations, people, sendings, tables, wishes
from storage.database import Database
from tests.bot.phones import NOON, Phones

TODAY = date(2026, 3, 2)
DATES = {
    "starts_on": "2026-01-05",
    "ends_on": "2026-12-31",
    "baseline_on": "2026-03-06",
    "final_on": "2026-12-04",
}
DUE = "Project · baseline"
MENU = "What would you like to register?"


def planned(database: Database, *addresses: str, rules: Mapping[str, Any] | None = None) -> Phones:
    """Return people whose project has a plan: its baseline is due on Friday."""
    phones = Phones(database, *addresses)
    with database.writing() as connection:
        connection.execute(update(tables.projects).values(dates=DATES, rules=rules or {}))
    return phones


def begun(phones: Phones, *addresses: str) -> Phones:
    for address in addresses:
        phones.types(address, "English", "/today")
    return phones


def labels(phones: Phones, address: str) -> list[str]:
    return [button.label for button in phones.buttons(address)]


def project(phones: Phones) -> str:
    with phones.database.reading() as connection:
        return str(connection.scalar(select(tables.projects.c.id)))


def occasion(phones: Phones, sheet: str = "project") -> Occasion:
    """Return what is due of a sheet."""
    me = next(iter(phones.people.values()))
    with phones.database.reading() as connection:
        place = me.organisation, project(phones)
        projects = organisations.of_places(connection, [place])
        found = agenda.standings(connection, projects, phones.world.time_zone, {})
    due = work(phones.world.schedule, found.values(), me.person, REGISTRARS, TODAY)
    return next(item.occasion for item in due if item.occasion.sheet == sheet)


def taps(phones: Phones, address: str, action: str, message: int = 900, of: str = "") -> None:
    """Tap a button of a message that came by itself; `of` is for whom it was made."""
    token = lasting(phones.people[of or address].person, action)
    phones.take(phones.sent(address, Tap(token), message=message, callback="callback"))


def saves(phones: Phones, address: str) -> None:
    """Answer that nothing more is known, and save."""
    phones.types(address, "today")
    for _ in range(60):
        if "Save" in labels(phones, address):
            break
        known = [name for name in ("Not known", "Declined") if name in labels(phones, address)]
        phones.take(phones.tapped(address, known[0] if known else labels(phones, address)[0]))
    phones.take(phones.tapped(address, "Save"))


def test_what_is_due_is_shown_begun_and_gone_once_it_is_saved(database: Database) -> None:
    phones = begun(planned(database, "7"), "7")
    assert f"• {DUE} – due Friday 6 March" in phones.screen("7").text
    phones.take(phones.tapped("7", DUE))
    saves(phones, "7")
    assert DUE not in labels(phones, "7")
    assert "Due: 3" in labels(phones, "7")
    phones.types("7", "/today")
    assert DUE not in labels(phones, "7")


def test_what_a_colleague_has_registered_is_not_asked_any_more(database: Database) -> None:
    phones = begun(planned(database, "7", "8"), "7", "8")
    phones.take(phones.tapped("8", DUE))
    saves(phones, "8")
    phones.take(phones.tapped("7", DUE))
    assert phones.screen("7").text.startswith("3 things to register:")
    assert phones.conversation("7")["drafts"] == []


def test_of_a_project_without_a_plan_nothing_is_due(database: Database) -> None:
    phones = begun(Phones(database, "7"), "7")
    assert phones.screen("7").text == "Nothing is waiting for you."


def test_the_message_that_is_tapped_becomes_the_form(database: Database) -> None:
    phones = begun(planned(database, "7"), "7")
    phones.types("7", "/start")
    phones.take(a7=phones.shown("7", screen=400))
    taps(phones, "7", f"due:{mark(occasion(phones))}", message=900)
    chat = phones.chat("7")
    assert (chat.screen, chat.doomed) == (900, (400,))
    assert phones.screen("7").text.startswith("Which day is this about?")


def test_a_registration_in_mid_question_is_kept(database: Database) -> None:
    phones = begun(planned(database, "7"), "7")
    phones.types("7", "/start", "Contact", "today", "Park")
    kept = phones.conversation("7")["drafts"]
    taps(phones, "7", f"due:{mark(occasion(phones))}")
    drafts = phones.conversation("7")["drafts"]
    assert drafts[:1] == kept
    assert [draft["sheet"] for draft in drafts] == ["contact", "project"]


def test_a_button_that_is_tapped_twice_begins_once(database: Database) -> None:
    phones = begun(planned(database, "7"), "7")
    action = f"due:{mark(occasion(phones))}"
    taps(phones, "7", action)
    before = phones.conversation("7")
    taps(phones, "7", action)
    assert phones.conversation("7") == before
    assert len(before["drafts"]) == 1


def test_a_button_that_is_tapped_after_a_colleague_saved_says_so(database: Database) -> None:
    phones = begun(planned(database, "7", "8"), "7", "8")
    action = f"due:{mark(occasion(phones))}"
    taps(phones, "8", action)
    saves(phones, "8")
    taps(phones, "7", action)
    assert phones.screen("7").note == "That has been registered meanwhile."
    assert phones.conversation("7")["drafts"] == []


def test_the_button_of_somebody_else_opens_nothing(database: Database) -> None:
    phones = begun(planned(database, "7", "8"), "7", "8")
    taps(phones, "8", f"due:{mark(occasion(phones))}", of="7")
    assert "does not work any more" in phones.screen("8").note
    assert phones.conversation("8")["drafts"] == []


def test_whoever_left_the_project_begins_nothing_there(database: Database) -> None:
    phones = begun(planned(database, "7"), "7")
    action = f"due:{mark(occasion(phones))}"
    with database.writing() as connection:
        connection.execute(tables.memberships.delete())
    taps(phones, "7", action)
    assert phones.screen("7").note.startswith("There is nothing for you to register about that")
    assert phones.conversation("7")["drafts"] == []


def test_whoever_lost_the_role_begins_nothing(database: Database) -> None:
    phones = begun(planned(database, "7"), "7")
    action = f"due:{mark(occasion(phones))}"
    with database.writing() as connection:
        people.change_roles(connection, phones.people["7"].key, ["evaluator"])
    taps(phones, "7", action)
    assert "not part of your role" in phones.screen("7").note
    assert phones.conversation("7")["drafts"] == []


def test_what_was_extended_is_told_with_its_new_day(database: Database) -> None:
    phones = begun(planned(database, "7", rules={"locks": 7}), "7")
    phones.clock.now = NOON + timedelta(days=30)
    phones.types("7", "/today")
    assert f"• {DUE} – closed, the last day was Friday 13 March" in phones.screen("7").text
    assert f"extend this: {phones.people['7'].person}" in phones.screen("7").text
    with database.writing() as connection:
        phones.clock.now = NOON
        item, key = occasion(phones), phones.people["7"].key
        agenda.decide(connection, key, item, Decision(due=date(2026, 4, 10)), NOON)
    phones.clock.now = NOON + timedelta(days=30)
    phones.types("7", "/today")
    assert f"• {DUE} – due Friday 10 April" in phones.screen("7").text


def test_what_was_given_to_somebody_who_leaves_is_everybody_s_again(database: Database) -> None:
    phones = begun(planned(database, "7", "8"), "7", "8")
    item, other = occasion(phones), phones.people["8"]
    with database.writing() as connection:
        given = Decision(assignee=other.person)
        agenda.decide(connection, phones.people["7"].key, item, given, NOON)
    phones.types("7", "/today")
    assert DUE not in labels(phones, "7")
    with database.writing() as connection:
        leave(connection, other.key, "", NOON)
    phones.types("7", "/today")
    assert DUE in labels(phones, "7")


def test_what_is_put_off_comes_on_the_next_working_day_and_once(database: Database) -> None:
    phones = begun(planned(database, "7"), "7")
    for _ in range(2):
        taps(phones, "7", "snooze")
        assert "You hear of it again on Tuesday 3 March at 08:30." in phones.screen("7").note
    with database.reading() as connection:
        rows = connection.execute(select(tables.sendings)).all()
    assert [(row.kind, row.day, row.state) for row in rows] == [
        (SNOOZED, date(2026, 3, 3), "waiting")
    ]
    with database.writing() as connection:
        assert sendings.claim(connection, "telegram", NOON, 10) == []
        later = NOON + timedelta(days=1)
        assert len(sendings.claim(connection, "telegram", later, 10)) == 1


def test_wishes_are_kept_and_read_back(database: Database) -> None:
    phones = begun(planned(database, "7"), "7")
    phones.types("7", "/reminders", "Hour", "9u15")
    phones.take(phones.tapped("7", "Nothing for a week"))
    with database.reading() as connection:
        found = wishes.of(connection, [phones.people["7"].key])
    expected = Hours(at=Hours().at.replace(hour=9, minute=15))
    assert list(found.values()) == [Wishes(expected, "weekly", TODAY + timedelta(days=7))]
    phones.types("7", "/reminders")
    assert "Reminders come at 09:15" in phones.screen("7").text


def test_the_burden_is_what_reminded_in_seven_days(database: Database) -> None:
    phones = begun(planned(database, "7"), "7")
    me = phones.people["7"]
    days = {REMINDER: (0, 3, 6, 7), "digest": (1,), NUDGE: (2,)}
    with database.writing() as connection:
        for kind, ages in days.items():
            for age in ages:
                row: dict[str, Any] = {
                    "organisation": me.organisation,
                    "person": me.person,
                    "kind": kind,
                }
                row |= {"day": TODAY - timedelta(days=age), "state": "sent", "send_at": NOON}
                connection.execute(insert(tables.sendings), row)
    phones.types("7", "/reminders")
    assert "Reminders in the last seven days: 4, of at most 5." in phones.screen("7").text


def test_all_that_is_kept_about_reminders_is_told_to_whoever_asks(database: Database) -> None:
    phones = begun(planned(database, "7"), "7")
    me = phones.people["7"]
    phones.types("7", "/reminders", "Hour", "9:00")
    with database.writing() as connection:
        agenda.decide(connection, me.key, occasion(phones), Decision(assignee=me.person), NOON)
        sendings.ask(connection, me.key, Notify(NUDGE, me.person, TODAY), NOON)
        told = mydata.everything(connection, *me.key)["reminders"]
    assert {name: len(rows) for name, rows in told.items()} == {
        "wishes": 1,
        "messages": 1,
        "told": 0,
        "decided": 1,
    }


@pytest.mark.parametrize("language", ["Nederlands", "Français", "Deutsch"])
def test_it_is_told_in_the_language_of_who_reads_it(database: Database, language: str) -> None:
    phones = planned(database, "7")
    phones.types("7", language, "/today")
    words = {"Nederlands": "tegen vrijdag 6 maart", "Français": "pour le vendredi 6 mars"}
    assert words.get(language, "fällig am Freitag, 6. März") in phones.screen("7").text


def test_another_process_shows_the_same(database: Database) -> None:
    phones = begun(planned(database, "7"), "7")
    phones.inbox = phones.another()
    token = lasting(phones.people["7"].person, f"due:{mark(occasion(phones))}")
    phones.take(replace(phones.sent("7", Tap(token)), message=900))
    assert phones.screen("7").text.startswith("Which day is this about?")
