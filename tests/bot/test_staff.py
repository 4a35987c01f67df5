"""People on the command line: invited, listed, let go, and what is refused."""

import stat
from contextlib import closing
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from bot.team import TOKEN, digest
from flows.engine import Text
from storage import people, tables
from storage.database import Database
from tests.bot.phones import CHANNEL, Phones
from tests.bot.program import Program, refused
from tests.keys import KEYS
from tests.noticed import ACCEPT

LINK = "https://t.me/a_bot?start="


@pytest.fixture
def here(url: str) -> Program:
    return Program(url, telegram_name="@a_bot")


def said(program: Program, *arguments: object) -> list[str]:
    result = program.run(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout.splitlines()


def token_of(program: Program, *arguments: object) -> str:
    return said(program, "invite", *arguments)[0].removeprefix(LINK)


def table(program: Program, command: str) -> list[list[str]]:
    return [line.split("  ") for line in said(program, command)]


def comes(program: Program, token: str, address: str) -> str:
    """Let an account use a token, and return the code that it gets; "" for a stranger."""
    with closing(Database(program.url, KEYS)) as database:
        phones = Phones(database)
        phones.take(phones.sent(address, Text(f"/start {token}"), update=int(address)))
        with database.reading() as connection:
            found = people.person(connection, CHANNEL, address)
    return found.person if found else ""


def test_the_first_admin_is_invited_on_the_command_line(here: Program) -> None:
    link, told = said(here, "invite", "--role", "admin")
    token = link.removeprefix(LINK)
    assert TOKEN.fullmatch(token)
    assert "as admin, until " in told
    code = comes(here, token, "22")
    (row,) = [row for row in said(here, "people") if code in row]
    assert row.split()[1:4] == ["admin", "kompas", "telegram"]


def test_only_the_digest_of_a_token_is_in_the_database(here: Program) -> None:
    token = token_of(here)
    with closing(Database(here.url, KEYS)) as database, database.reading() as connection:
        (row,) = connection.execute(select(tables.invitations)).all()
    assert row.digest == digest(token)
    assert token not in str(tuple(row))


def test_without_a_name_of_the_bot_the_command_is_printed(url: str) -> None:
    command, how, _ = said(Program(url), "invite")
    assert TOKEN.fullmatch(command.removeprefix("/start "))
    assert "sends this to the bot" in how


def test_a_qr_code_is_read_back_as_the_link_and_nobody_else_may_read_the_file(
    here: Program, tmp_path: Path
) -> None:
    path = tmp_path / "qr.png"
    link, _, told = said(here, "invite", "--qr", path)
    assert str(path) in told
    with Image.open(path) as image:
        (code,) = zxingcpp.read_barcodes(image)
        assert min(image.size) >= 300
    assert code.text == link
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_qr_code_that_cannot_be_written_leaves_no_invitation(
    here: Program, tmp_path: Path
) -> None:
    refused(here.run("invite", "--qr", tmp_path / "no" / "qr.png"), "No such file")
    refused(Program(here.url).run("invite", "--qr", tmp_path / "qr.png"), "needs the bot's name")
    assert said(here, "invitations") == ["Nobody was invited yet."]


def test_what_became_of_invitations_is_listed_and_they_are_revoked(here: Program) -> None:
    first, second, third = (token_of(here, "--role", role) for role in ("evaluator",) * 3)
    comes(here, first, "22")
    ids = [row.split()[0] for row in said(here, "invitations")[1:]]
    states = dict(zip(ids, (row.split()[-1] for row in said(here, "invitations")[1:]), strict=True))
    assert sorted(states.values()) == ["accepted", "open", "open"]
    is_open = next(name for name, state in states.items() if state == "open")
    assert said(here, "invitations", "revoke", is_open.lower()) == [
        f"Invitation {is_open} lets nobody in any more."
    ]
    refused(here.run("invitations", "revoke", is_open), "No open invitation", is_open)
    codes = [comes(here, token, address) for token, address in ((second, "33"), (third, "44"))]
    assert codes.count("") == 1


def test_a_lost_phone_on_the_command_line(here: Program) -> None:
    code = comes(here, token_of(here), "22")
    token = token_of(here, "--person", code.lower())
    (row,) = [row for row in said(here, "people") if code in row]
    assert row.split()[3] == "-"
    assert comes(here, token, "33") == code
    refused(here.run("invite", "--person", "XXXX"), "Nobody has the code 'XXXX'")


def test_whoever_leaves_hands_over_and_is_listed_as_left(here: Program) -> None:
    one, other = comes(here, token_of(here), "22"), comes(here, token_of(here), "33")
    assert said(here, "people", "leave", one, "--handover-to", other) == [
        f"{one} is out.",
        f"{other} goes on with what was open: 0.",
    ]
    (row,) = [row for row in said(here, "people") if row.startswith(one)]
    assert row.split()[-1] != "-"
    refused(here.run("people", "leave", one), "has left already")
    refused(here.run("invite", "--person", one), "has left")
    refused(here.run("people", "leave", other, "--handover-to", one), "cannot go on")
    refused(here.run("people", "leave", other, "--handover-to", other), "cannot go on")


def test_the_command_line_lets_even_the_last_admin_go(here: Program) -> None:
    code = comes(here, token_of(here, "--role", "admin"), "22")
    assert said(here, "people", "leave", code) == [f"{code} is out."]


def test_work_goes_only_to_somebody_of_the_same_projects(here: Program) -> None:
    one = comes(here, token_of(here), "22")
    with closing(Database(here.url, KEYS)) as database, database.writing() as connection:
        connection.execute(tables.memberships.delete().where(tables.memberships.c.person != one))
    refused(here.run("people", "leave", one, "--handover-to", "local"), "does not work for kompas")


def test_roles_are_changed_and_unknown_ones_refused(here: Program) -> None:
    code = comes(here, token_of(here), "22")
    wanted = ("--role", "evaluator", "--role", "admin")
    assert said(here, "people", "roles", code, *wanted) == [f"{code} is now evaluator admin."]
    for arguments in (("invite",), ("people", "roles", code), ("admit", "77")):
        result = here.run(*arguments, "--role", "boss")
        assert (result.exit_code, result.stdout) == (2, "")
        assert "There is no role 'boss'" in result.stderr
    assert here.run("people", "roles", code).exit_code == 2


def test_what_is_not_there_is_refused_in_a_sentence(here: Program) -> None:
    said(here, "invite")
    refused(here.run("invite", "--project", "x"), "no project 'x'", "kompas")
    refused(here.run("invite", "--organisation", "x"), "no organisation 'x'", "example-city")
    assert here.run("invite", "--days", "0").exit_code == 2
    refused(Program(here.url, telegram_name="a b").run("invite"), "TELEGRAM_NAME", "your_bot")


def test_an_admitted_account_reads_the_notice(here: Program) -> None:
    said(here, "admit", "22", "--role", "admin")
    with closing(Database(here.url, KEYS)) as database:
        phones = Phones(database)
        phones.types("22", "English")
        assert ACCEPT in [button.label for button in phones.buttons("22")]
