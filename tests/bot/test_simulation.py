"""Two years of a project with ten people: what they are told and do, as a diary, and its rules."""

import asyncio
import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import selection
from bot.dataset import Order
from bot.exporting import export
from bot.play import difference
from bot.simulation.chats import action_of
from bot.simulation.plans import SIGNALS, as_typed, example
from bot.simulation.run import Simulation
from bot.simulation.telling import Told, buttons
from bot.simulation.town import FIRST_DAY, LAST_DAY, ORGANISATION, Setup, Town, built
from bot.world import World, world
from flows.due import mark
from flows.exports import USUAL
from flows.loading import HANDBOOK
from flows.missing import counts
from flows.overview import overview
from flows.plan import plan_of, rules_of
from flows.record import Answer, Status
from flows.schedule import STATES, Occasion, Standing, state_of
from flows.working_time import Hours, is_quiet, is_working_day
from storage import agenda, organisations, tables

DIARY = Path(__file__).parents[1] / "diary" / "two-years.txt"
BURDEN = timedelta(days=7)


@pytest.fixture(scope="module")
def real_world() -> World:
    return world(HANDBOOK, "Europe/Brussels", lambda: datetime(2026, 3, 2, tzinfo=UTC))


def setup_of(real_world: World, first: date = FIRST_DAY, last: date = LAST_DAY) -> Setup:
    return Setup(example(first, last, [*selection(real_world), SIGNALS]), first, last)


def lived(town: Town) -> Simulation:
    simulation = Simulation(town)
    asyncio.run(simulation.run())
    return simulation


@pytest.fixture(scope="module")
def two_years(real_world: World) -> Iterator[Simulation]:
    with built(setup_of(real_world), real_world, lambda *_: None) as town:
        yield lived(town)


@pytest.fixture(scope="module")
def reminded(two_years: Simulation) -> list[Told]:
    return [told for told in two_years.inboxes.told if not told.is_overview]


def test_two_years_come_out_as_they_were_agreed(two_years: Simulation, update: bool) -> None:
    text = two_years.diary.text()
    if update:
        DIARY.write_text(text, encoding="utf-8")
    else:
        assert difference(DIARY.read_text(encoding="utf-8"), text, DIARY) == ""


def test_the_same_seed_gives_the_same_diary_and_another_one_another(real_world: World) -> None:
    first = date(2026, 1, 5)
    setup = setup_of(real_world, first, first + timedelta(days=120))
    texts = []
    for seed in (1, 1, 2):
        one = Setup(setup.project, setup.first, setup.last, 4, 6, seed)
        with built(one, real_world, lambda *_: None) as town:
            texts.append(lived(town).diary.text())
    assert texts[0] == texts[1] != texts[2]


def test_nothing_comes_on_a_free_day_or_in_quiet_hours(two_years: Simulation) -> None:
    town, hours = two_years.town, Hours()
    region = town.setup.project.plan.region
    for told in two_years.inboxes.told:
        at = told.at.astimezone(town.world.time_zone)
        assert is_working_day(at.date(), hours.days, region)
        assert not is_quiet(at.time(), hours)


def test_nobody_gets_more_in_seven_days_than_the_plan_allows(
    two_years: Simulation, reminded: list[Told]
) -> None:
    most = two_years.town.setup.project.plan.most_messages
    for told in reminded:
        week = [
            other
            for other in reminded
            if other.person == told.person and told.at <= other.at < told.at + BURDEN
        ]
        assert len(week) <= most


def test_nobody_is_reminded_of_a_stage_twice(two_years: Simulation, reminded: list[Told]) -> None:
    town = two_years.town
    column, sending = tables.reminders.c, tables.sendings.c
    with town.database.reading() as connection:
        stages = connection.execute(select(column.person, column.day)).all()
        sent = connection.execute(
            select(sending.person, sending.day, sending.kind).where(sending.state == "sent")
        ).all()
    fresh = {(row.person, row.day) for row in stages}
    days = Counter((row.person, row.day) for row in sent if row.kind == "reminder")
    # Each reminder has a stage that is new that day; a stage has one row, so it is told once.
    assert days.keys() <= fresh
    assert set(days.values()) == {1}
    # What is older is forgotten.
    since = min(row.day for row in sent)
    kept = [told for told in reminded if told.at.astimezone(town.world.time_zone).date() >= since]
    assert len(kept) == sum(row.kind != "digest" for row in sent)


def test_nobody_is_reminded_of_what_was_registered_before(
    two_years: Simulation, reminded: list[Told]
) -> None:
    found = occasions(two_years.town)
    saved = submitted(two_years.town)
    for told in reminded:
        for button in buttons(told.notification, "due"):
            occasion = found[action_of(button.token).partition(":")[2]]
            about = occasion.sheet, occasion.moment, occasion.subject
            assert not [
                at
                for day, at in saved.get(about, [])
                if occasion.begins <= day <= occasion.ends and at <= told.at
            ]


def test_everything_ends_somehow_and_the_overview_counts_it(two_years: Simulation) -> None:
    town = two_years.town
    standing, today = standing_of(town), town.setup.last
    opened = list(town.world.schedule.occasions(standing, today))
    states = Counter(state_of(occasion, standing, today) for occasion in opened)
    assert states.keys() <= set(STATES) - {"planned"}
    assert states["done"]
    assert states["locked"]
    saved = submitted(town)
    held = [
        occasion
        for occasion in opened
        if any(
            occasion.begins <= day <= occasion.ends
            for day, _ in saved.get((occasion.sheet, occasion.moment, occasion.subject), [])
        )
    ]
    assert len(held) == states["done"]
    said = counts(
        town.world.interface.say("en"), overview(town.world.schedule, standing, today, crew=())
    )
    missing = sum(states[state] for state in ("open", "overdue"))
    assert [int(number) for number in re.findall(r"\d+", said)] == [
        number for number in (states["done"], missing, states["late"], states["not_done"]) if number
    ] + [states["locked"]]


def test_an_export_has_what_was_answered_and_nothing_else(
    two_years: Simulation, tmp_path: Path
) -> None:
    town = two_years.town
    export(town.database, tmp_path, Order(USUAL), town.world, ORGANISATION)
    with (tmp_path / "long.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    said = [item.what for item in two_years.diary.happened if item.what.startswith("Saved: ")]
    assert len({row["record"] for row in rows}) == len(said)
    answered = {
        (row["record"], row["question"])
        for row in rows
        if row["status"] != "skipped" and row["type"] != "calculate"
    }
    counted = [re.search(r"(\d+) answers?\.", line) for line in said]
    assert len(answered) == sum(int(found[1]) for found in counted if found)
    assert {row["project_name"] for row in rows} == {town.project}
    assert town.project.endswith("(simulated)")


def test_the_grid_has_a_cell_for_all_that_the_plan_of_two_years_asked(
    two_years: Simulation, tmp_path: Path
) -> None:
    town = two_years.town
    export(town.database, tmp_path, Order(("grid",)), town.world, ORGANISATION)
    with (tmp_path / "grid.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    standing, today = standing_of(town), town.setup.last
    states = Counter(
        state_of(occasion, standing, today)
        for occasion in town.world.schedule.occasions(standing, today)
    )
    key = ("sheet", "moment", "subject", "number")
    found = {tuple(row[name] for name in key): row["state"] for row in rows}
    assert Counter(found.values()) == states
    cells = Counter(tuple(row[name] for name in (*key, "indicator")) for row in rows)
    assert set(cells.values()) == {1}
    # The two years are over, so nothing is still to come; what is locked was never registered.
    assert {row["status"] for row in rows if row["state"] == "locked"} == {"overdue"}
    assert Counter(row["status"] for row in rows)["answered"] > 0.9 * len(rows)
    assert {"yes", "no"} <= {row["late"] for row in rows}
    # A filter narrows the cells, and not what they are worked out from.
    for name, word in (("status", "refused"), ("moment", "final")):
        order = Order(("grid",), narrowed=((name, (word,)),))
        export(town.database, tmp_path, order, town.world, ORGANISATION)
        with (tmp_path / "grid.csv").open(encoding="utf-8", newline="") as file:
            assert list(csv.DictReader(file)) == [row for row in rows if row[name] == word]


def test_each_habit_shows(two_years: Simulation) -> None:
    text = two_years.diary.text()
    for expected in (
        "worker7: cannot be reached",
        "Cannot be reached: worker7",
        "worker8: mutes reminders",
        "worker8: wants reminders again",
        "worker6 is out.",
        "You hear of it again on",
        "A reminder is on its way to",
        "Extended until",
        "so it counts as late",
        "Saved: Plan",
        "Saved: Adjustment",
        "Saved: Signal",
        "Saved: Someone leaves",
    ):
        assert expected in text


def test_whoever_is_gone_is_told_nothing_more(two_years: Simulation) -> None:
    gone = next(item.at for item in two_years.diary.happened if "worker6 is out" in item.what)
    last = max(told.at for told in two_years.inboxes.told if told.person == "worker6")
    assert last < gone


def test_a_plan_can_be_typed_as_it_is(real_world: World) -> None:
    project = setup_of(real_world).project
    typed = as_typed(project.plan)
    answers = {
        name: Answer(Status.ANSWERED, text.split(", ") if name == "periodic_sheets" else text)
        for name, text in typed.items()
        if name != "observed_on"
    }
    rules = rules_of(answers) | {"counts_from": project.rules["counts_from"]}
    assert plan_of(project.dates, rules) == project.plan


def standing_of(town: Town) -> Standing:
    place = ORGANISATION, town.setup.project.id
    with town.database.reading() as connection:
        projects = organisations.of_places(connection, [place])
        return agenda.standings(connection, projects, town.world.time_zone, {})[place]


def occasions(town: Town) -> dict[str, Occasion]:
    """Return all that was ever asked for, also of those who left before."""
    everybody = replace(standing_of(town), left={})
    found = town.world.schedule.occasions(everybody, town.setup.last)
    return {mark(occasion): occasion for occasion in found}


def submitted(town: Town) -> dict[tuple[str, str, str], list[tuple[date, datetime]]]:
    """Return of which day and when something was saved, by sheet, moment and subject."""
    record, revision = tables.records.c, tables.record_revisions.c
    found = defaultdict(list)
    with town.database.reading() as connection:
        for row in connection.execute(
            select(
                record.sheet,
                record.moment,
                record.subject,
                revision.observed_on,
                revision.submitted_at,
            ).join_from(tables.records, tables.record_revisions)
        ):
            found[row.sheet, row.moment, row.subject].append((row.observed_on, row.submitted_at))
    return found
