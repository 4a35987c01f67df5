"""What is due under all that goes wrong: damage, lost roles, wrong clocks, standstills, mutes."""

import html
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, insert, select, update

from bot.agenda import StoredAgenda
from bot.channels.telegram.drawing import plain
from bot.handing import change_roles
from bot.jobs import Later
from bot.world import world
from flows.access import scope
from flows.due import mark
from flows.effects import Notify
from flows.engine import Tap
from flows.loading import HANDBOOK
from flows.moves import moves
from flows.plan import impossible
from flows.questionnaire import MOMENT_NAMES
from flows.record import Record
from flows.schedule import Decision, Standing, state_of
from flows.sending import DIGEST, NUDGE, SNOOZED, Notification, Outcome
from flows.tokens import lasting
from flows.wishes import Wishes
from flows.working_time import Hours
from storage import agenda, erasure, organisations, records, sendings, tables, wishes
from storage.database import Database
from tests.bot.phones import Phones
from tests.bot.planned import DATES, PROJECT, Inboxes, Town

W, C, E = ["practitioner"], ["project_coordinator"], ["evaluator"]
D = date.fromisoformat


def standing(database: Database, zone: ZoneInfo, org: str) -> Standing:
    with database.reading() as c:
        found = organisations.of_places(c, [(org, PROJECT)])
        return agenda.standings(c, found, zone, {})[org, PROJECT]


def of(town: Town) -> Standing:
    return standing(
        town.database, town.world.time_zone, next(iter(town.people.values())).organisation
    )


def wish(town: Town, who: str, w: Wishes) -> None:
    with town.database.writing() as c:
        wishes.put(c, town.people[who].key, w)


def ask(town: Town, by: str, kind: str, to: str, day: str) -> None:
    with town.database.writing() as c:
        sendings.ask(
            c, town.people[by].key, Notify(kind, town.people[to].person, D(day)), town.clock.now
        )


def project(town: Town, who: str, **values: Any) -> None:  # noqa: ANN401 - the columns'
    with town.database.writing() as c:
        row = (
            dict(
                c.execute(select(tables.projects).where(tables.projects.c.id == PROJECT))
                .mappings()
                .one()
            )
            | {"planned_for": None}
            | values
        )
        c.execute(insert(tables.projects), row)
        c.execute(
            insert(tables.memberships),
            {
                "organisation": row["organisation"],
                "person": town.people[who].person,
                "project": row["id"],
            },
        )


async def told(town: Town, who: str, first: str, last: str) -> str:
    day = D(first)
    while day <= D(last):
        await town.at(f"{day} 09:00").round()
        day += timedelta(1)
    return "\n".join(n.text for a, n in town.inboxes.told if a == who)


@pytest.fixture
def town(database: Database) -> Town:
    return Town(database, ana=W, bea=W)


@pytest.mark.parametrize(
    "rules",
    [
        {"opens": "x"},
        {"counts_from": "31/12/2026"},
        {"region": "atlantis"},
        {"periodic": ["ten"]},
        {"most_messages": "5"},
        {"grace": 10**9},
        {"interim_2_on": "2026-02-30"},
        {"locks": None},
    ],
)
async def test_a_damaged_plan_stops_no_other_project(town: Town, rules: dict[str, Any]) -> None:
    project(town, "bea", id="zzz", name="Zzz", rules=rules)
    assert "ana" in await town.at("2026-03-02 08:30").round()


def test_a_damaged_plan_leaves_the_menu(database: Database) -> None:
    p = Phones(database, "7")
    p.types("7", "English")
    with database.writing() as c:
        c.execute(update(tables.projects).values(rules={"opens": "x"}, dates=DATES))
    p.types("7", "/start")
    assert p.outbounds["7"].screen is not None


async def test_damaged_wishes_stop_nobody_else(town: Town) -> None:
    wish(town, "bea", Wishes())
    with town.database.writing() as c:
        c.execute(update(tables.reminder_settings).values(remind_at="nonsense"))
    assert "ana" in await town.at("2026-03-02 08:30").round()


async def test_a_plan_damaged_after_planning_costs_nobody_else_a_message(town: Town) -> None:
    await town.at("2026-03-02 00:05").round()
    project(
        town, "bea", id="aaa", name="Aaa", rules={"counts_from": "zz"}, planned_for=D("2026-03-02")
    )
    for at in ("08:30", "08:31", "08:41"):
        await town.at(f"2026-03-02 {at}").round()
    assert ("ana", "reminder", "sent") in town.log(), town.log()


def test_an_extension_to_9999_breaks_nothing_later(database: Database) -> None:
    p = Phones(database, "7")
    with database.writing() as c:
        c.execute(update(tables.projects).values(dates=DATES))
    p.types("7", "English", "/overview")
    p.take(p.tapped("7", "Project · baseline"))
    p.take(p.tapped("7", "Extend"))
    p.types("7", "20/12/9999")
    s = standing(database, p.world.time_zone, p.people["7"].organisation)
    moves(p.world.schedule, s, s.of(replace(s.project, rules={"grace": 30})), D("2026-03-02"))


async def test_who_lost_the_role_does_not_keep_a_participant(town: Town) -> None:
    for code in of(town).participants:
        town.saves("ana", "participant", "baseline", "2026-03-02", code)
    with town.database.writing() as c:
        change_roles(c, town.people["ana"].key, E, town.clock.now)
    assert "interim" in await told(town, "bea", "2026-08-17", "2026-09-04")


async def test_a_coordinators_correction_does_not_take_the_participant_away(
    database: Database,
) -> None:
    town = Town(database, ana=W, boss=C)
    for code in ("K7-N", "P3-H"):
        town.saves("ana", "participant", "baseline", "2026-03-02", code)
    about = town.world.current["participant"]
    again = Record(
        record="ana-participant-baseline-2026-03-02-K7-N",
        revision=2,
        project=PROJECT,
        sheet="participant",
        sheet_version=about.version,
        level=about.level,
        moment="baseline",
        subject="K7-N",
        person=town.people["boss"].person,
        observed_on=D("2026-03-02"),
        complete=True,
        remark="",
        values=(),
        set_aside={},
        reason="typo",
    )
    with database.writing() as c:
        records.save(
            c, [(town.people["ana"].organisation, again)], town.clock.now + timedelta(hours=1)
        )
    assert "K7-N · interim" in await told(town, "ana", "2026-08-17", "2026-09-04")


async def test_who_was_told_to_and_lost_the_role_blocks_nobody(town: Town) -> None:
    with town.database.writing() as c:
        for o in town.world.schedule.occasions(of(town), D("2026-03-02")):
            if o.subject:
                agenda.decide(
                    c,
                    town.people["bea"].key,
                    o,
                    Decision(assignee=town.people["ana"].person),
                    town.clock.now,
                )
        change_roles(c, town.people["ana"].key, E, town.clock.now)
    assert await told(town, "bea", "2026-03-02", "2026-03-31")


async def test_a_nudge_of_sunday_and_the_reminder_of_monday_are_one(database: Database) -> None:
    town = Town(database, ana=W, boss=C).at("2026-03-01 19:00")
    wish(town, "boss", Wishes(digest="off"))
    ask(town, "boss", NUDGE, "ana", "2026-03-01")
    await town.round()
    assert (await town.at("2026-03-02 08:30").round()).count("ana") == 1


async def test_put_off_to_a_day_with_a_reminder_is_told_once(town: Town) -> None:
    await town.at("2026-03-02 08:30").round()
    town.at("2026-03-06 08:30")
    ask(town, "ana", SNOOZED, "ana", "2026-03-09")
    assert (await town.at("2026-03-09 08:30").round()).count("ana") == 1


async def test_one_message_after_downtime_of_all_kinds(town: Town) -> None:
    town.at("2026-03-02 20:00")
    ask(town, "bea", NUDGE, "ana", "2026-03-02")
    ask(town, "ana", SNOOZED, "ana", "2026-03-03")
    assert (await town.at("2026-03-05 08:30").round()).count("ana") == 1


async def test_who_mutes_hears_nothing_that_was_planned(town: Town) -> None:
    await town.at("2026-03-02 00:05").round()
    wish(town, "ana", Wishes(muted_until=D("2026-03-09")))
    assert "ana" not in await town.at("2026-03-02 08:30").round()


async def test_nor_what_was_put_off(town: Town) -> None:
    await town.at("2026-03-02 08:30").round()
    ask(town, "ana", SNOOZED, "ana", "2026-03-03")
    wish(town, "ana", Wishes(muted_until=date.max))
    assert "ana" not in await town.at("2026-03-03 08:30").round()


async def test_an_overview_that_was_switched_off_does_not_come(database: Database) -> None:
    town = Town(database, boss=C)
    await town.at("2026-03-02 00:05").round()
    wish(town, "boss", Wishes(digest="off"))
    await town.at("2026-03-02 08:30").round()
    assert ("boss", DIGEST, "sent") not in town.log()


async def test_who_coordinates_no_more_gets_no_overview(database: Database) -> None:
    town = Town(database, boss=C, ana=W)
    await town.at("2026-03-02 00:05").round()
    with database.writing() as c:
        change_roles(c, town.people["boss"].key, W, town.clock.now)
    await town.at("2026-03-02 08:30").round()
    assert ("boss", DIGEST, "sent") not in town.log()


async def test_an_extension_of_before_does_not_close_what_the_plan_moved(
    database: Database,
) -> None:
    town = Town(database, boss=C)
    town.plans(DATES, locks=30)
    o = next(
        o for o in town.world.schedule.occasions(of(town), D("2026-03-05")) if o.sheet == "project"
    )
    with database.writing() as c:
        agenda.decide(c, town.people["boss"].key, o, Decision(due=D("2026-03-30")), town.clock.now)
    town.plans(DATES | {"baseline_on": "2026-06-15"}, locks=30)
    s = of(town)
    o = next(
        o
        for o in town.world.schedule.occasions(s, D("2026-06-01"))
        if o.sheet == "project" and o.moment == "baseline"
    )
    assert state_of(o, s, D("2026-06-01")) == "open"


async def test_a_weekly_overview_is_made_up_for_after_a_monday_without_the_bot(
    database: Database,
) -> None:
    town = Town(database, boss=C)
    for day in range(24, 28):
        await town.at(f"2026-03-{day} 09:00").round()
    assert ("boss", DIGEST, "sent") in town.log()


async def test_what_is_done_on_its_due_day_counts_for_it(database: Database) -> None:
    town = Town(database, boss=C)
    town.plans(DATES, interim_2_on="2026-09-28")
    if list(impossible(of(town).project.plan, town.world.interface.say("en"), MOMENT_NAMES)):
        return
    town.saves("boss", "project", "interim", "2026-09-14")
    s = of(town)
    o = next(
        o
        for o in town.world.schedule.occasions(s, D("2026-09-15"))
        if o.sheet == "project" and o.moment == "interim"
    )
    assert state_of(o, s, D("2026-09-15")) == "done"


def test_what_is_closed_by_the_button_is_closed_in_the_menu(database: Database) -> None:
    p = Phones(database, "7")
    with database.writing() as c:
        c.execute(
            update(tables.projects).values(
                dates=DATES,
                rules={
                    "periodic": {"activity": "weekly"},
                    "locks": 10,
                    "counts_from": "2026-01-01",
                },
            )
        )
    p.types("7", "English")
    s = standing(database, p.world.time_zone, p.people["7"].organisation)
    o = next(
        o
        for o in p.world.schedule.occasions(s, D("2026-03-02"))
        if o.sheet == "activity" and o.number == 3
    )
    p.take(p.sent("7", Tap(lasting(p.people["7"].person, "due:" + mark(o)))))
    assert "closed" in p.screen("7").note
    p.types("7", "Activity", "16/01/2026")
    assert "could be entered until" in p.screen("7").note


async def test_put_off_west_of_greenwich_is_put_off_to_the_next_day(database: Database) -> None:
    town = Town(database, ana=W)
    town.world = world(HANDBOOK, "America/New_York", town.clock)
    wish(town, "ana", Wishes(Hours(time(18, 30), time(22), time(7))))
    await town.at("2026-03-03 18:30").round()
    ask(town, "ana", SNOOZED, "ana", "2026-03-04")
    assert await town.at("2026-03-03 19:00").round() == []


async def test_a_reminder_of_40_projects_says_why_it_came(database: Database) -> None:
    town = Town(database, ana=C)
    wish(town, "ana", Wishes(digest="off"))
    for i in range(39):
        project(town, "ana", id=f"p{i}", name=f"{i:02}" + "😀" * 38)
    await town.at("2026-03-02 08:30").round()
    assert "/reminders" in html.unescape(plain(town.inboxes.told[0][1].text))


async def test_a_clock_that_was_ahead_fills_nobodys_cap(town: Town) -> None:
    town.plans(DATES, most_messages=1)
    await town.at("2026-08-31 08:30").round()
    assert await town.at("2026-03-02 08:30").round()


async def test_an_account_erased_while_a_message_is_on_its_way_costs_no_other_its_outcome(
    town: Town,
) -> None:
    class Erasing(Inboxes):
        async def notify(self, address: str, notification: Notification) -> Outcome | Later:
            if address != "ana":
                return await super().notify(address, notification)
            with town.database.writing() as c:
                erasure.person(c, *town.people["ana"].key, town.clock.now)
            return "blocked"

    town.inboxes = Erasing()
    await town.at("2026-03-02 08:30").round()
    with town.database.reading() as c:
        assert set(
            c.scalars(
                select(tables.sendings.c.state).where(
                    tables.sendings.c.person == town.people["bea"].person
                )
            )
        ) == {"sent"}


async def test_a_coordinator_does_not_see_who_acts_in_another_project(database: Database) -> None:
    town = Town(database, ana=W, boss=C, rival=C)
    project(town, "rival", id="other", name="Other")
    m = tables.memberships.c
    with database.writing() as c:
        c.execute(
            insert(tables.memberships),
            {
                "organisation": town.people["ana"].organisation,
                "person": town.people["ana"].person,
                "project": "other",
            },
        )
        c.execute(
            delete(tables.memberships).where(
                m.person == town.people["rival"].person, m.project == PROJECT
            )
        )
    ask(town, "rival", NUDGE, "ana", "2026-03-03")
    boss = town.people["boss"]
    with database.reading() as c:
        theirs = organisations.projects(c, [boss])[boss.key]
        seen = StoredAgenda(
            c,
            town.world,
            town.world.offer(c, boss.organisation),
            scope(*boss.key, C, [x.id for x in theirs]),
            theirs,
        ).sent(10)
        assert town.people["rival"].person not in {x.caused_by for x in seen}
