"""Who is told what is due, when, and how often: once."""

import asyncio
import logging
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from bot.jobs import PATIENCE, Later
from bot.planning import plan
from flows.effects import Notify
from flows.schedule import Decision, Standing
from flows.sending import CALENDAR, NUDGE, PICTURES, REMINDER, Outcome
from flows.wishes import Wishes
from flows.working_time import Hours
from storage import agenda, organisations, people, sendings, tables, wishes
from storage.database import Database
from tests.bot.planned import DATES, PROJECT, Town

WORKER, COORDINATOR = ["practitioner"], ["project_coordinator"]
MONDAY = "2026-03-02 08:30"


@pytest.fixture
def town(database: Database) -> Town:
    return Town(database, ana=WORKER, bea=WORKER)


async def test_everybody_is_told_once_what_has_opened(town: Town) -> None:
    assert await town.at("2026-03-02 08:29").round() == []
    assert await town.at(MONDAY).round() == ["ana", "bea"]
    assert await town.at("2026-03-02 08:31").round() == []
    assert await town.at("2026-03-03 08:30").round() == []
    text = town.inboxes.told[0][1].text
    assert "to register for Kompas" in text


async def test_the_stages_of_what_is_missing_are_told_each_on_its_day(town: Town) -> None:
    told = [day for day in range(1, 32) if await town.at(f"2026-03-{day:02} 09:00").round()]
    # It opens, half of the time is over, the last working day before the 16th, the day after it.
    assert told == [2, 9, 13, 17]


async def test_what_is_registered_reminds_nobody(town: Town) -> None:
    await town.at(MONDAY).round()
    for item in town.world.schedule.occasions(standing(town), town.clock.now.date()):
        if item.moment == "baseline" and not item.subject:
            town.saves("ana", item.sheet, "baseline", "2026-03-03")
    for code in standing(town).participants:
        town.saves("ana", "participant", "baseline", "2026-03-03", code)
    for day in range(3, 32):
        assert await town.at(f"2026-03-{day:02} 09:00").round() == []


async def test_what_was_registered_between_planning_and_sending_is_not_told(town: Town) -> None:
    town.at("2026-03-02 00:05")
    plan(town.database, town.world, "telegram")
    with town.database.writing() as connection:
        connection.execute(update(tables.projects).values(dates={}))
    assert await town.at(MONDAY).round() == []
    assert {state for _, kind, state in town.log() if kind == REMINDER} == {"nothing"}


async def test_after_days_of_standstill_everybody_gets_one_message(town: Town) -> None:
    town.at("2026-03-02 00:05")
    plan(town.database, town.world, "telegram")
    assert await town.at("2026-03-18 09:00").round() == ["ana", "bea"]
    assert await town.at("2026-03-18 09:05").round() == []
    assert await town.at("2026-03-19 09:00").round() == []
    assert [state for _, kind, state in town.log() if kind == REMINDER] == [
        *("nothing", "sent", "nothing", "sent")
    ]


async def test_nothing_comes_at_night_however_late_it_is(town: Town) -> None:
    town.at("2026-03-02 08:00")
    plan(town.database, town.world, "telegram")
    assert await town.at("2026-03-02 23:30").round() == []
    assert await town.at("2026-03-03 07:59").round() == []
    assert await town.at("2026-03-03 08:30").round() == ["ana", "bea"]


@pytest.mark.parametrize("day", ["2026-04-06", "2026-05-01", "2026-05-14", "2026-07-21"])
async def test_on_a_holiday_nobody_is_told_anything(town: Town, day: str) -> None:
    assert await town.at(f"{day} 09:00").round() == []


async def test_a_region_has_holidays_of_its_own(town: Town) -> None:
    town.plans(DATES, region="flanders")
    assert await town.at("2025-07-11 09:00").round() == []
    town.plans(DATES | {"baseline_on": "2026-07-13"}, region="flanders")
    assert await town.at("2026-07-10 09:00").round() == ["ana", "bea"]


async def test_the_hour_stays_the_same_when_the_clocks_change(town: Town) -> None:
    town.plans(DATES | {"baseline_on": "2026-04-13"})
    assert await town.at("2026-03-30 08:29").round() == []
    assert await town.at("2026-03-30 08:30").round() == ["ana", "bea"]


async def test_everybody_decides_when_they_are_told(town: Town) -> None:
    wish(town, "ana", Wishes(Hours(days=frozenset({2}))))
    wish(town, "bea", Wishes(muted_until=town.at("2026-03-03 09:00").clock.now.date()))
    assert await town.at(MONDAY).round() == []
    assert await town.at("2026-03-03 09:00").round() == []
    assert await town.at("2026-03-04 09:00").round() == ["ana", "bea"]


async def test_nobody_gets_more_than_the_coordinator_allows(town: Town) -> None:
    town.plans(DATES, most_messages=1)
    assert await town.at(MONDAY).round() == ["ana", "bea"]
    town.plans(DATES | {"baseline_on": "2026-03-15"}, most_messages=1)
    assert await town.at("2026-03-04 09:00").round() == []
    assert await town.at("2026-03-09 09:00").round() == ["ana", "bea"]


async def test_another_due_day_is_told_anew(database: Database) -> None:
    town = Town(database, cees=COORDINATOR)
    wish(town, "cees", Wishes(digest="off"))
    assert await town.at(MONDAY).round() == ["cees"]
    town.plans(DATES | {"baseline_on": "2026-03-20"})
    assert await town.at("2026-03-02 10:00").round() == []
    assert await town.at("2026-03-05 09:00").round() == []
    assert await town.at("2026-03-06 09:00").round() == ["cees"]


async def test_two_processes_tell_everybody_once(town: Town) -> None:
    town.at(MONDAY)
    one, other = town.jobs(), town.jobs()
    await asyncio.gather(one.round(), other.round())
    one.close()
    other.close()
    assert sorted(address for address, _ in town.inboxes.told) == ["ana", "bea"]


async def test_what_a_killed_process_had_in_hand_is_never_sent_again(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.at(MONDAY)
    plan(town.database, town.world, "telegram")
    with town.database.writing() as connection:
        assert len(sendings.claim(connection, "telegram", town.clock.now, 1)) == 1
    assert len(await town.round()) == 1
    town.clock.now += PATIENCE + timedelta(seconds=1)
    with caplog.at_level(logging.WARNING):
        assert await town.round() == []
    assert "not sent again: 1" in caplog.text
    assert sorted(state for _, _, state in town.log()) == ["sent", "unknown"]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("blocked", "blocked"),
        ("failed", "failed"),
        ("unknown", "unknown"),
        (RuntimeError("of the channel"), "unknown"),
    ],
)
async def test_one_that_fails_stops_no_other(
    town: Town, answer: Outcome | Exception, state: str
) -> None:
    town.inboxes.refuse = [answer]
    await town.at(MONDAY).round()
    assert sorted(found for _, _, found in town.log()) == sorted([state, "sent"])
    assert await town.at("2026-03-02 09:30").round() == []


async def test_what_was_certainly_not_sent_is_sent_later(town: Town) -> None:
    town.inboxes.refuse = [Later(timedelta(minutes=5))]
    assert len(await town.at(MONDAY).round()) == 1
    assert await town.at("2026-03-02 08:34").round() == []
    assert len(await town.at("2026-03-02 08:35").round()) == 1


async def test_whoever_cannot_be_reached_is_left_alone(town: Town) -> None:
    town.inboxes.refuse = ["blocked", "blocked"]
    await town.at(MONDAY).round()
    assert await town.at("2026-03-09 09:00").round() == []
    assert {state for _, _, state in town.log()} == {"blocked"}


async def test_whoever_left_is_told_nothing(town: Town) -> None:
    town.at(MONDAY)
    plan(town.database, town.world, "telegram")
    with town.database.writing() as connection:
        people.leave(connection, town.people["ana"].key, town.clock.now)
    assert await town.round() == ["bea"]


async def test_a_participant_is_told_to_whoever_knows_them(town: Town) -> None:
    for code in standing(town).participants:
        town.saves("bea", "participant", "baseline", "2026-03-02", code)
    assert await town.at("2026-08-19 09:00").round() == ["bea"]


async def test_whoever_is_reminded_by_hand_is_so_once_a_day(town: Town) -> None:
    ana, bea = town.people["ana"], town.people["bea"]
    await town.at(MONDAY).round()
    town.at("2026-03-03 10:00")
    wanted = Notify(NUDGE, ana.person, town.clock.now.date())
    with town.database.writing() as connection:
        assert sendings.ask(connection, bea.key, wanted, town.clock.now)
        assert not sendings.ask(connection, bea.key, wanted, town.clock.now)
    await town.round()
    assert ("ana", NUDGE, "sent") in town.log()
    assert any("asks for it" in told.text for _, told in town.inboxes.told)


async def test_a_coordinator_is_told_once_a_week_how_it_stands(database: Database) -> None:
    town = Town(database, cees=COORDINATOR)
    await town.at(MONDAY).round()
    for day in range(3, 9):
        await town.at(f"2026-03-{day:02} 09:00").round()
    assert [kind for _, kind, state in town.log() if state == "sent"] == ["digest", "reminder"]
    (digest,) = (told for _, told in town.inboxes.told if told.picture)
    assert digest.picture.startswith(b"\x89PNG")
    assert "Kompas" in digest.text
    assert "/reminders" in digest.text


async def test_who_has_nothing_to_hear_gets_no_overview(database: Database) -> None:
    town = Town(database, cees=COORDINATOR)
    town.plans({})
    # Two participants came on the first Monday.
    assert await town.at("2026-03-09 09:00").round() == ["cees"]
    assert await town.at("2026-03-16 09:00").round() == []
    assert [state for _, _, state in town.log()] == ["nothing", "sent"]


async def test_a_clock_that_was_a_year_ahead_stops_no_reminder(town: Town) -> None:
    town.at("2027-02-26 09:00")
    plan(town.database, town.world, "telegram")
    assert await town.at(MONDAY).round() == ["ana", "bea"]


async def test_a_coordinator_asks_for_the_plan_as_a_file(database: Database) -> None:
    town = Town(database, cees=COORDINATOR)
    cees = town.people["cees"]
    # On a Sunday night: whoever asks is not waiting for the morning.
    town.at("2026-03-01 23:00")
    with database.writing() as connection:
        wanted = Notify(CALENDAR, cees.person, town.clock.now.date())
        sendings.ask(connection, cees.key, wanted, town.clock.now)
    assert await town.round() == ["cees"]
    _, told = town.inboxes.told[0]
    assert told.file.startswith(b"BEGIN:VCALENDAR")
    assert told.file_name.endswith(".ics")


async def test_a_coordinator_asks_for_the_charts_of_the_report(database: Database) -> None:
    town = Town(database, cees=COORDINATOR)
    cees = town.people["cees"]
    town.at("2026-03-01 23:00")
    with database.writing() as connection:
        wanted = Notify(PICTURES, cees.person, town.clock.now.date())
        sendings.ask(connection, cees.key, wanted, town.clock.now)
    assert await town.round() == ["cees"]
    _, told = town.inboxes.told[0]
    assert told.charts
    for chart in told.charts:
        assert chart.picture.startswith(b"\x89PNG")
        assert chart.described.splitlines()[1:]


async def test_after_a_year_it_is_forgotten_what_was_sent(town: Town) -> None:
    await town.at("2026-03-17 09:00").round()
    assert await town.at("2027-04-21 09:00").round() == ["ana", "bea"]
    assert len(town.log()) == 4
    town.at("2027-04-22 23:00")
    await town.round()
    assert len(town.log()) == 2


async def test_more_time_is_told_when_it_comes_to_a_further_stage(database: Database) -> None:
    town = Town(database, cees=COORDINATOR)
    wish(town, "cees", Wishes(digest="off"))
    assert await town.at(MONDAY).round() == ["cees"]
    cees = town.people["cees"]
    with database.writing() as connection:
        for item in town.world.schedule.occasions(standing(town), town.clock.now.date()):
            more = Decision(due=date(2026, 3, 30))
            agenda.decide(connection, cees.key, item, more, town.clock.now)
    told = [day for day in range(3, 32) if await town.at(f"2026-03-{day:02} 09:00").round()]
    # Half of the time, the last working day before the 30th, the day after it.
    assert told == [16, 27, 31]


def standing(town: Town) -> Standing:
    organisation = next(iter(town.people.values())).organisation
    with town.database.reading() as connection:
        places = [(organisation, PROJECT)]
        projects = organisations.of_places(connection, places)
        (found,) = agenda.standings(connection, projects, town.world.time_zone, {}).values()
    return found


def wish(town: Town, name: str, wanted: Wishes) -> None:
    with town.database.writing() as connection:
        wishes.put(connection, town.people[name].key, wanted)
