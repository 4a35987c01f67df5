from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import opened
from bot.channels.console import converse
from bot.world import world
from flows.engine import Message, Text
from flows.loading import HANDBOOK
from storage import conversations, organisations
from storage.database import Database
from tests.bot.program import CONTACT, MENU, Program, handbook, last
from tests.keys import KEYS
from tests.noticed import all_accept


def test_a_line_is_read_for_each_turn_until_the_input_ends(program: Program) -> None:
    screen = program.chats("English", "Contact")
    assert screen.startswith("\nWelcome to Meetmoment.")
    assert screen.count("\n> ") == 2
    assert "On which day was it?\n  [1] Today  [2] Yesterday\n" in last(screen)


def test_output_that_is_no_terminal_has_no_colours(program: Program) -> None:
    assert "\x1b" not in program.chats("English", *CONTACT)


def test_a_number_and_the_words_of_a_button_are_the_same_answer(program: Program) -> None:
    program.chats("English", "Contact", "1", "Station", *CONTACT[3:])
    program.chats("Contact", "Today", "1", *CONTACT[3:])
    answers: dict[str, list[str]] = {}
    for value in program.saved():
        answers.setdefault(value.record, []).append(value.value)
    one, other = answers.values()
    assert one == other


def test_the_usual_contact_takes_eight_lines(program: Program) -> None:
    screen = program.chats("English", *CONTACT)
    assert len(CONTACT) == 8
    assert "Saved: Contact, 6 answers. Receipt " in screen
    saved = {(value.question, value.value) for value in program.saved()}
    assert saved >= {("area", "station"), ("kind", "person"), ("familiar", "known"), ("met", "1")}


def test_a_second_run_goes_on_at_the_exact_question(url: str) -> None:
    first = Program(url).chats("English", "Contact", "Today", "Park", "1")
    second = Program(url).chats()
    assert "With whom was the contact?" in last(second)
    assert last(second) == last(first)


def test_a_conversation_may_have_a_run_for_each_line(program: Program) -> None:
    for line in ("English", *CONTACT):
        program.chats(line)
    assert len(program.receipts()) == 1


@pytest.mark.parametrize("word", ["/quit", "/exit", " /QUIT "])
def test_leaving_ends_the_run_and_keeps_the_place(program: Program, word: str) -> None:
    screen = program.chats("English", "Contact", word, "Today")
    assert screen.endswith(f"> {word}\n")
    assert "On which day was it?" in last(program.chats())


def test_the_last_line_needs_no_line_end(program: Program) -> None:
    assert MENU in program.settles().run("chat", typed="English").stdout


def test_lines_may_end_as_on_windows(program: Program) -> None:
    assert MENU in program.settles().run("chat", typed=b"English\r\n").stdout


def test_an_empty_line_shows_the_question_again_and_changes_nothing(program: Program) -> None:
    screen = program.chats("English", "Contact", "", "  ")
    assert screen.count("On which day was it?") == 3


def test_input_that_is_not_utf_8_is_no_answer(program: Program) -> None:
    result = program.settles().run("chat", typed=b"English\n\xff\xfe\xc3\n\x00\n\x1b[31m\n")
    assert result.exit_code == 0
    assert result.stdout.count("I did not understand that.") == 3


def test_control_characters_and_bad_bytes_do_not_reach_a_record(
    sqlite_url: str, tmp_path: Path
) -> None:
    program = Program(sqlite_url, handbook=handbook(tmp_path / "handbook"))
    why = b"more\x00 \x1b[31mpeople \xed\xa0\x80 again"
    typed = b"\n".join([b"English", b"Tiny sheet", b"Today", b"3", b"2.5", why, b"Save", b""])
    assert program.settles().run("chat", typed=typed).exit_code == 0
    text = next(value.value for value in program.saved() if value.question == "why")
    assert text.isprintable()
    assert text.startswith("more [31mpeople")


def test_a_very_long_line_is_refused(program: Program) -> None:
    assert "That is too long." in program.chats("English", "x" * 100_000)


def test_roles_narrow_what_is_offered(program: Program) -> None:
    result = program.settles().run("chat", "--role", "city_coordinator", typed="English\n")
    assert "Target group" in result.stdout
    assert "Contact" not in result.stdout


def test_the_day_is_that_of_the_time_zone(sqlite_url: str) -> None:
    night = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    here = world(HANDBOOK, "Europe/Brussels", lambda: night)
    with closing(Database(sqlite_url, KEYS)) as database:
        registration = opened(database, here)
        all_accept(sqlite_url)
        for line in ("English", *CONTACT):
            registration.take(Text(line), "en")
    assert {str(value.observed_on) for value in Program(sqlite_url).saved()} == {"2026-03-03"}


KEY = (organisations.EXAMPLE, organisations.EXAMPLE_PERSON)


class Watching:
    """A terminal that looks in the database each time that something is shown."""

    def __init__(self, database: Database, lines: tuple[str, ...]) -> None:
        self._database = database
        self._lines = list(reversed(lines))
        self.seen: list[tuple[int, int]] = []

    def show(self, messages: tuple[Message, ...]) -> None:
        """Compare the turn that is shown with the one that is stored."""
        with self._database.reading() as connection:
            stored = conversations.load(connection, [KEY]).get(KEY)
        self.seen.append((messages[-1].turn, stored.turn if stored else 0))

    def read(self) -> str | None:
        """Type the next line."""
        return self._lines.pop() if self._lines else None


def test_every_answer_is_stored_before_the_next_question_is_shown(url: str) -> None:
    made = world(HANDBOOK, "Europe/Brussels", lambda: datetime.now(UTC))
    with closing(Database(url, KEYS)) as database, closing(Database(url, KEYS)) as other:
        registration = opened(database, made)
        all_accept(url)
        watching = Watching(other, ("English", *CONTACT))
        converse(watching, registration.show("en"), lambda event: registration.take(event, "en"))
    assert watching.seen == [(turn, turn) for turn in range(10)]


def test_a_person_without_projects_is_told_so(program: Program) -> None:
    program.run("migrate")
    with closing(Database(program.url, KEYS)) as database, database.writing() as connection:
        organisations.first(connection, datetime.now(UTC), [])
    said = program.settles().run("chat", "--role", "practitioner", typed="English\n").stdout
    assert "nothing for you to register" in said
