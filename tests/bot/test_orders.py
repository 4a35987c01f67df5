"""Exports that are ordered in the chat: made beside the bot, of what one reaches, sent once."""

import asyncio
import csv
import io
import json
import logging
import subprocess
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.app import admitted, release_in
from bot.clerk import Clerk, Parcel
from bot.jobs import PATIENCE, Later
from bot.order import CODEBOOK, MOST_BYTES, _packed
from bot.orders import Orders
from bot.turns import Entry, Turns
from flows.effects import Notify
from flows.engine import Text
from flows.exports import DESCRIBED
from flows.order import PROBLEMS
from flows.project import Area, Project
from flows.record import Record, RecordValue, Status
from flows.sending import EXPORT, MADE_APART, Notification
from storage import organisations, people, records, sendings, tables
from storage.database import Database
from tests.bot.planned import PROJECT, Town, talk
from tests.keys import KEYS
from tests.noticed import accept

OTHER, ELSEWHERE = "opstap", "gent"
EVERYTHING = {"format": ["long"], "language": ["en"]}


@pytest.fixture
def town(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """A town with two projects, in one of which its evaluator works; a file unless said."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    monkeypatch.setenv("MEETMOMENT_DATABASE_URL", url)
    with closing(Database(url, KEYS)) as database:
        town = Town(database, eva=["evaluator"], ada=["admin"], ann=["practitioner"])
        organisation = town.people["eva"].organisation
        with database.writing() as connection:
            project = Project(OTHER, "OpStap", (Area("dok", "Dokkade"),), ())
            organisations.put(connection, organisation, project, town.clock.now)
        for project_id in (PROJECT, OTHER):
            registers(town, organisation, project_id)
        yield town


ON_BOTH = pytest.mark.parametrize("town", ["sqlite", "postgresql"], indirect=True)


def registers(town: Town, organisation: str, project: str) -> None:
    """Let a contact with 3 people be in a project."""
    sheet = town.world.current["contact"]
    whole = RecordValue(1, "met", "", "P1", "practitioner", "integer", Status.ANSWERED, "", "3", "")
    record = Record(
        record=f"{organisation}-{project}",
        revision=1,
        project=project,
        sheet=sheet.name,
        sheet_version=sheet.version,
        level=sheet.level,
        moment="continuous",
        subject="",
        person=next(me.person for me in town.people.values() if me.organisation == organisation),
        observed_on=date(2026, 3, 2),
        complete=True,
        remark="",
        values=(whole,),
        set_aside={},
    )
    with town.database.writing() as connection:
        records.save(connection, [(organisation, record)], town.clock.now)


def orders(town: Town, name: str, **wanted: list[str]) -> bool:
    me = town.people[name]
    order = Notify(EXPORT, me.person, town.clock.now.date(), {**EVERYTHING, **wanted})
    with town.database.writing() as connection:
        return sendings.ask(connection, me.key, order, town.clock.now)


async def round_of(maker: Orders) -> int:
    done = await maker.round()
    maker.close()
    return done


async def told(town: Town) -> Notification:
    """Make what waits, and return the one message that was sent."""
    before = len(town.inboxes.told)
    assert await round_of(town.orders()) == 1
    (sent,) = town.inboxes.told[before:]
    return sent[1]


def unpacked(sent: Notification) -> dict[str, str]:
    """Return the files of a zip file."""
    with zipfile.ZipFile(io.BytesIO(sent.file)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def projects_in(sent: Notification) -> set[tuple[str, str]]:
    rows = csv.DictReader(io.StringIO(unpacked(sent)["long.csv"]))
    return {(row["organisation"], row["project"]) for row in rows}


def accounted(town: Town) -> list[tuple[str, str]]:
    """Return who exported what, by the audit."""
    with town.database.reading() as connection:
        rows = connection.execute(select(tables.audit).order_by(tables.audit.c.number))
        return [(row.person, row.detail) for row in rows if row.action == "exported"]


@ON_BOTH
async def test_an_order_comes_once_as_a_folder_with_its_manifest_and_stands_in_the_audit(
    town: Town,
) -> None:
    assert orders(town, "ada", project=[OTHER], language=["nl", "fr"], moment=["continuous"])
    sent = await told(town)
    files = unpacked(sent)
    manifest = json.loads(files["manifest.json"])
    assert sent.file_name == "opstap-long.zip"
    assert set(files) == {"long.csv", "codebook.csv", "manifest.json"}
    assert manifest["filter"] == {"project": [OTHER], "moment": ["continuous"]}
    assert manifest["languages"] == ["nl", "fr"]
    assert sent.text.split("\n") == [
        "Single values, for analysis (CSV)",
        "Projects: OpStap",
        "Moments: continuous",
        "Labels: Nederlands, Français",
        "1 row",
    ]
    ((person, detail),) = accounted(town)
    assert person == town.people["ada"].person
    of_audit = json.loads(detail)
    assert of_audit["files"].pop("manifest.json")["sha256"]
    assert of_audit["filter"] == manifest["filter"]
    assert {name: item["sha256"] for name, item in of_audit["files"].items()} == {
        item["name"]: item["sha256"] for item in manifest["files"]
    }
    assert await round_of(town.orders()) == 0
    assert town.log() == [("ada", EXPORT, "sent")]


async def test_what_is_opened_on_a_phone_comes_as_it_is_with_its_digest_below(town: Town) -> None:
    orders(town, "eva", format=["long-excel"])
    sent = await told(town)
    assert sent.file_name == "kompas-long-excel.csv"
    assert sent.file.startswith("\ufeff".encode())
    ((_, detail),) = accounted(town)
    digest = json.loads(detail)["files"]["long-excel.csv"]["sha256"]
    assert f"SHA-256: {digest[:12]}…" in sent.text


async def test_the_same_order_gives_the_same_bytes(town: Town) -> None:
    orders(town, "ada")
    one = await told(town)
    orders(town, "ada")
    assert (await told(town)).file == one.file


async def test_an_evaluator_gets_the_own_projects_only_whatever_is_asked(town: Town) -> None:
    organisation = town.people["eva"].organisation
    orders(town, "eva")
    sent = await told(town)
    assert projects_in(sent) == {(organisation, PROJECT)}
    assert "Dokkade" not in str(unpacked(sent))
    orders(town, "eva", project=[PROJECT, OTHER])
    assert projects_in(await told(town)) == {(organisation, PROJECT)}
    orders(town, "eva", project=[OTHER])
    assert (await told(town)).text == PROBLEMS["reach"]


async def test_an_admin_gets_the_whole_organisation_and_no_other(town: Town) -> None:
    organisation = town.people["ada"].organisation
    with town.database.writing() as connection:
        organisations.add(connection, ELSEWHERE, "Gent", town.clock.now)
        release_in(connection, town.world, ELSEWHERE)
        roles = ("admin",)
        town.people["gus"] = admitted(connection, town.world, "telegram", "gus", roles, ELSEWHERE)
        accept(connection, town.people["gus"].key)
        talk(connection, town.world, [town.people["gus"]])
        project = Project(PROJECT, "Kompas Gent", (), ())
        organisations.put(connection, ELSEWHERE, project, town.clock.now)
    registers(town, ELSEWHERE, PROJECT)
    orders(town, "ada")
    assert projects_in(await told(town)) == {(organisation, PROJECT), (organisation, OTHER)}
    orders(town, "gus")
    assert projects_in(await told(town)) == {(ELSEWHERE, PROJECT)}
    orders(town, "gus", project=[OTHER])
    assert (await told(town)).text == PROBLEMS["reach"]


async def test_whoever_lost_the_role_meanwhile_gets_no_file(town: Town) -> None:
    orders(town, "eva")
    with town.database.writing() as connection:
        people.change_roles(connection, town.people["eva"].key, ["practitioner"])
    sent = await told(town)
    assert (sent.text, sent.file) == (PROBLEMS["role"], b"")
    assert accounted(town) == []


async def test_a_forged_order_of_a_format_that_a_role_may_not_have_gets_no_file(
    town: Town,
) -> None:
    orders(town, "ann", format=["long"])
    assert (await told(town)).text == PROBLEMS["role"]
    orders(town, "ann", format=["nonsense"])
    assert (await told(town)).text == PROBLEMS["role"]
    assert accounted(town) == []


@pytest.mark.parametrize("name", DESCRIBED)
async def test_single_values_come_to_nobody_who_may_not_have_them(town: Town, name: str) -> None:
    orders(town, "ann", format=[name])
    assert (await told(town)).text == PROBLEMS["role"]


async def test_a_forged_order_cannot_be_narrowed_to_what_tells_one_person(town: Town) -> None:
    orders(town, "ann", format=["process"], until=["2026-03-02"])
    assert (await told(town)).text == PROBLEMS["role"]
    orders(town, "ann", format=["process"])
    assert (await told(town)).text != PROBLEMS["role"]


async def test_whoever_left_meanwhile_gets_nothing(town: Town) -> None:
    orders(town, "eva")
    with town.database.writing() as connection:
        people.leave(connection, town.people["eva"].key, town.clock.now)
    assert await round_of(town.orders()) == 0
    assert (town.inboxes.told, accounted(town)) == ([], [])


async def test_a_project_that_was_renamed_meanwhile_is_the_same_one(town: Town) -> None:
    orders(town, "ada", project=[OTHER])
    with town.database.writing() as connection:
        # Another project has the name that is the id of this one.
        names = {OTHER: "Opnieuw", PROJECT: OTHER}
        for project, name in names.items():
            mine = tables.projects.c.id == project
            connection.execute(update(tables.projects).where(mine).values(name=name))
    sent = await told(town)
    assert "Projects: Opnieuw" in sent.text
    assert {project for _, project in projects_in(sent)} == {OTHER}


async def test_an_order_that_nothing_fits_is_said_in_the_language_of_whoever_asked(
    town: Town,
) -> None:
    eva = town.people["eva"]
    with town.database.writing() as connection:
        Turns(town.world).take(connection, [Entry(eva, Text("Nederlands"), "en")])
    orders(town, "eva", moment=["final"])
    assert (await told(town)).text.startswith("Er is geen bestand")
    assert accounted(town) == []


@ON_BOTH
async def test_several_orders_a_day_come_each_once_from_two_processes(town: Town) -> None:
    for form in ("long", "wide", "process"):
        assert orders(town, "ada", format=[form])
    assert not orders(town, "ada", format=["wide"])
    done = await asyncio.gather(round_of(town.orders()), round_of(town.orders()))
    assert sum(done) == 3
    names = sorted(sent.file_name for _, sent in town.inboxes.told)
    organisation = town.people["ada"].organisation
    assert names == [f"{organisation}-{form}.zip" for form in ("long", "process", "wide")]
    assert orders(town, "ada", format=["wide"])


@ON_BOTH
async def test_what_a_killed_process_was_making_is_made_again_and_comes_once(town: Town) -> None:
    orders(town, "ada")
    with town.database.writing() as connection:
        dead = sendings.begin_making(connection, "telegram", town.clock.now, MADE_APART)
    assert dead is not None
    assert await round_of(town.orders()) == 0
    town.clock.now += PATIENCE + timedelta(seconds=1)
    assert await round_of(town.orders()) == 1
    with town.database.writing() as connection:
        # It was only slow: what it has made is not sent.
        assert not sendings.claim_made(connection, dead, town.clock.now)
    assert [address for address, sent in town.inboxes.told if sent.file] == ["ada"]


async def test_what_may_have_arrived_is_not_sent_again(town: Town) -> None:
    orders(town, "ada")
    town.inboxes.refuse = ["unknown"]
    assert await round_of(town.orders()) == 1
    town.clock.now += PATIENCE * 2
    await town.round()
    assert await round_of(town.orders()) == 0
    assert ("ada", EXPORT, "unknown") in town.log()


async def test_what_was_certainly_not_sent_is_sent_later(town: Town) -> None:
    orders(town, "ada")
    town.inboxes.refuse = [Later(timedelta(minutes=5))]
    maker = town.orders()
    assert await maker.round() == 1
    assert await maker.round() == 0
    town.clock.now += timedelta(minutes=5)
    assert await round_of(maker) == 1
    assert town.log() == [("ada", EXPORT, "sent")]


async def test_a_file_that_the_channel_refuses_is_told(town: Town) -> None:
    orders(town, "ada")
    town.inboxes.refuse = ["failed"]
    sent = await told(town)
    assert (sent.text, sent.file) == (PROBLEMS["refused"], b"")
    assert town.log() == [("ada", EXPORT, "failed")]


async def test_a_bot_that_stops_leaves_what_it_was_making_to_the_next_one(town: Town) -> None:
    orders(town, "ada")
    stopped = town.orders()
    # As a signal does in the midst of it.
    stopped._clerk.close()
    making = asyncio.create_task(stopped.round())
    stopped.stop()
    await making
    stopped.close()
    assert town.inboxes.told == []
    assert await round_of(town.orders()) == 1
    assert [address for address, _ in town.inboxes.told] == ["ada"]


async def test_an_export_that_dies_or_takes_too_long_is_told_and_can_be_ordered_again(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    orders(town, "ada")
    hasty = town.orders()
    hasty._clerk = Clerk(seconds=0)
    with caplog.at_level(logging.ERROR):
        assert await round_of(hasty) == 1
    assert "it took too long" in caplog.text
    assert town.inboxes.told[-1][1].text == PROBLEMS["failed"]
    assert orders(town, "ada")
    assert (await told(town)).file


def test_what_fails_says_where_and_repeats_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MEETMOMENT_DATABASE_URL", "sqlite:////nowhere/secret.db")
    with caplog.at_level(logging.ERROR):
        assert Clerk().make({"wanted": EVERYTHING}) == Parcel("failed")
    assert "secret" not in caplog.text
    assert "DatabaseProblem at " in caplog.text


def test_a_clerk_that_is_closed_makes_nothing_more() -> None:
    clerk = Clerk()
    clerk.close()
    assert clerk.make({"wanted": EVERYTHING}) is None


def test_a_clerk_that_is_closed_as_it_begins_lets_nothing_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clerk = Clerk()

    def begun() -> "subprocess.Popen[bytes]":
        clerk.close()
        return subprocess.Popen(
            ["/bin/sleep", "60"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    monkeypatch.setattr("bot.clerk._begun", begun)
    before = time.monotonic()
    assert clerk.make({"wanted": EVERYTHING}) is None
    assert time.monotonic() - before < 30


async def test_a_process_that_is_killed_gives_no_file(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.clerk.sys.executable", "/bin/false")
    assert Clerk().make({"wanted": EVERYTHING}) == Parcel("failed")


def test_what_telegram_does_not_take_is_not_sent(tmp_path: Path) -> None:
    path = tmp_path / "long-excel.csv"
    for size, problem in ((MOST_BYTES, None), (60_000_000, "large")):
        with path.open("wb") as file:
            file.truncate(size)
        head, content = _packed(tmp_path, "long-excel", "kompas", [(path, 1)])
        assert head.get("problem") == problem
        assert len(content) == (0 if problem else size)


def test_the_code_book_counts_no_rows_of_another_file(tmp_path: Path) -> None:
    for name in ("long.csv", f"{CODEBOOK}.csv"):
        (tmp_path / name).write_text("", encoding="utf-8")
    written = [(tmp_path / "long.csv", 2), (tmp_path / "codebook.csv", 300)]
    assert _packed(tmp_path, "long", "kompas", written)[0]["rows"] == 2
    assert _packed(tmp_path, CODEBOOK, "kompas", written[1:])[0]["rows"] == 300
