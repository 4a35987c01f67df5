"""Several organisations in one database, from the command line."""

import csv
import re
from contextlib import closing
from pathlib import Path

import pytest

from bot.app import admitted
from bot.opening import WRONG_USE
from bot.turns import Entry, Turns
from bot.world import world
from flows.audit import COMMAND_LINE
from flows.engine import Message, Text
from flows.loading import HANDBOOK
from storage.database import Connection, Database
from tests.bot.program import CONTACT, Program, refused
from tests.keys import KEYS
from tests.memory import NOON
from tests.noticed import accept

SHARING = ("shared", "joined", "parted")


@pytest.fixture
def two(program: Program) -> Program:
    """The example city, in which somebody has registered, and a second organisation."""
    program.chats("English", *CONTACT)
    assert program.run("organisation", "add", "gent", "Stad Gent").exit_code == 0
    return program


def test_organisations_are_listed_with_their_projects(two: Program) -> None:
    assert two.run("organisation", "list").stdout == (
        "example-city: Example city\n  kompas: Kompas\ngent: Stad Gent\n"
    )


@pytest.mark.parametrize(
    "command",
    [
        ("admit", "22"),
        ("ambassador", "x"),
        ("export", "--out", "x"),
        ("organisation", "share", "x"),
    ],
    ids=lambda command: command[0],
)
def test_an_organisation_is_asked_for_in_one_line(two: Program, command: tuple[str, ...]) -> None:
    refused(two.run(*command), "example-city, gent", "--organisation")
    refused(two.run(*command, "--organisation", "aalst"), "no organisation 'aalst'")


def test_an_identifier_is_short_and_free(two: Program) -> None:
    refused(two.run("organisation", "add", "Stad Gent", "Gent"), "no identifier")
    refused(two.run("organisation", "add", "gent", "Gent"), "gent here already")
    refused(two.run("organisation", "add", "tel-0478-12-34-56", "Gent"), "no identifier")


@pytest.mark.parametrize("title", ["", "  ", "x" * 81, "Stad\nAalst", "Aalst 0478 12 34 56"])
def test_what_an_organisation_is_called_is_one_line_and_nobodys_number(
    two: Program, title: str
) -> None:
    refused(two.run("organisation", "add", "aalst", title), "What it is called")
    assert "aalst" not in two.run("organisation", "list").stdout


@pytest.mark.parametrize("who", ["x" * 201, "Ann\n0478 12 34 56"])
def test_an_ambassador_is_named_in_one_short_line(two: Program, who: str) -> None:
    result = two.run("ambassador", who, "--organisation", "gent")
    refused(result, "one line of at most 200")
    assert result.exit_code == WRONG_USE


def test_evaluators_and_admins_are_let_in_and_nobody_gets_more_than_the_role(two: Program) -> None:
    gent = ("--organisation", "gent")
    result = two.run("admit", "22", "--role", "admin", *gent)
    assert re.fullmatch(r"Telegram account 22 is let in to gent as [0-9A-Z]{8}\.\n", result.stdout)
    assert two.run("admit", "23", "--role", "evaluator", "--everywhere", *gent).exit_code == 0
    refused(two.run("admit", "24", "--everywhere", *gent), "city_coordinator and evaluator")
    refused(two.run("admit", "24", "--role", "mayor", *gent), "evaluator, admin")


def test_a_project_is_shared_joined_exported_and_parted(two: Program, tmp_path: Path) -> None:
    here, there = ("--organisation", "example-city"), ("--organisation", "gent")
    told = two.run("organisation", "share", "kompas", *here).stdout
    code = re.findall(r"join ([0-9A-Z-]+)`", told)[0]
    result = two.run("organisation", "join", code, *there)
    assert result.stdout == "Kompas (kompas) of gent is shared with example-city from now on.\n"
    refused(two.run("organisation", "join", code, *there), "not known")
    assert "kompas: Kompas, together with example-city" in two.run("organisation", "list").stdout
    assert two.run("export", "--out", tmp_path / "both", *there).exit_code == 0
    written = (tmp_path / "both" / "wide.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(written.splitlines(keepends=True)))
    assert [row["organisation"] for row in rows] == ["example-city"]
    assert two.run("organisation", "part", "Kompas", *there).exit_code == 0
    refused(two.run("organisation", "part", "kompas", *here), "shared with nobody")
    assert two.run("export", "--out", tmp_path / "one", *there).exit_code == 0
    assert len((tmp_path / "one" / "wide.csv").read_text(encoding="utf-8").splitlines()) == 1


def test_what_is_shared_stands_in_the_audit_of_both(two: Program, tmp_path: Path) -> None:
    told = two.run("organisation", "share", "kompas", "--organisation", "example-city").stdout
    code = re.findall(r"join ([0-9A-Z-]+)`", told)[0]
    assert two.run("organisation", "join", code, "--organisation", "gent").exit_code == 0
    assert two.run("organisation", "part", "kompas", "--organisation", "gent").exit_code == 0
    exported = tmp_path / "audit.csv"
    assert two.run("audit", "export", "--out", exported).exit_code == 0
    text = exported.read_text(encoding="utf-8")
    assert code not in text
    found = [
        (row["organisation"], row["action"])
        for row in csv.DictReader(text.splitlines())
        if row["action"] in SHARING and row["person"] == COMMAND_LINE
    ]
    both = [("example-city", "joined"), ("example-city", "parted")]
    assert found == [("example-city", "shared"), *both, ("gent", "joined"), ("gent", "parted")]
    assert two.run("audit", "verify").exit_code == 0


def talk(connection: Connection, roles: tuple[str, ...], *texts: str) -> Message:
    """Let somebody new of Gent type, and return the last screen."""
    here = world(HANDBOOK, "Europe/Brussels", lambda: NOON)
    me = admitted(connection, here, "telegram", "-".join(roles), roles, "gent")
    accept(connection, me.key)
    turns = Turns(here)
    for text in texts:
        (taken,) = turns.take(connection, [Entry(me, Text(text), "en")])
    return taken.turn.messages[-1]


def test_a_coordinator_reads_a_record_of_the_other_and_can_do_nothing_to_it(two: Program) -> None:
    told = two.run("organisation", "share", "kompas", "--organisation", "example-city").stdout
    code = re.findall(r"join ([0-9A-Z-]+)`", told)[0]
    assert two.run("organisation", "join", code, "--organisation", "gent").exit_code == 0
    (receipt,) = two.receipts()
    with closing(Database(two.url, KEYS)) as database, database.writing() as connection:
        opened = talk(connection, ("project_coordinator",), "English", "/corrections", receipt)
        assert "by example-city" in opened.text
        assert "can only be read here" in opened.text
        assert "Station" in opened.text
        assert [[button.label for button in row] for row in opened.rows] == [["‹ Back"]]
        nothing = talk(connection, ("practitioner",), "English", "/corrections", receipt)
        assert nothing.note == "No registration has that receipt. Please tap one."
        menu = talk(connection, ("evaluator",), "English", "/corrections", "/settings")
        assert (menu.rows, "Your role: evaluator" in menu.note) == ((), True)
