import re
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.bot.program import CONTACT, CTRL_C, CTRL_D, MENU, Chat, Program, keyboard, last
from tests.noticed import ACCEPT

ELSEWHERE = "This went on elsewhere meanwhile; your text was not used."

# What is answered to which question; a review repeats the questions, so it comes first.
ANSWERS = {
    "Check your answers": "Save",
    "Which language": "English",
    MENU: "Contact",
    "On which day": "Today",
    "In which neighbourhood": "Station",
    "Where was it": "1",
    "With whom": "One person",
    "Known or new": "Known",
    "Anything to add": "Nothing more",
}


def test_a_kill_after_the_next_question_loses_nothing(url: str) -> None:
    for lines in (("English", "Contact"), CONTACT[1:3], CONTACT[3:]):
        Program(url).settles()
        with Chat(url) as chat:
            screen = chat.types(*lines)
            chat.dies()
        assert last(Program(url).chats()) in screen
    assert len(Program(url).receipts()) == 1


def test_two_processes_at_the_same_time_save_each_record_once(url: str) -> None:
    Program(url).settles()
    with Chat(url) as one, Chat(url) as other, ThreadPoolExecutor() as threads:
        list(threads.map(lambda chat: _registers(chat, turns=40), (one, other)))
        shown = one.shown + other.shown
    receipts = re.findall(r"Receipt (\w+)\.", shown)
    # Of two texts for one turn one is used, so at least 40 were: four contacts of nine turns.
    assert len(receipts) >= 4
    assert sorted(receipts) == Program(url).receipts()
    assert Program(url).run("migrate").exit_code == 0


def _registers(chat: Chat, turns: int) -> None:
    for _ in range(turns):
        # The answer before repeats its question.
        lines = [line for line in last(chat.shown).splitlines() if not line.startswith("✓")]
        message = "\n".join(lines)
        chat.types(next(answer for text, answer in ANSWERS.items() if text in message))


def test_a_text_for_an_older_turn_is_not_used(url: str) -> None:
    Program(url).settles()
    with Chat(url) as one, Chat(url) as other:
        one.types("English", "Contact", "Today")
        assert ELSEWHERE in other.types("Park")
        other.types("Station")
        screen = one.types("Centrum")
        assert ELSEWHERE in screen
        assert "Where was it?" in last(screen)
        one.types(*CONTACT[3:-1])
        other.types("Save", "Save")
        assert ELSEWHERE in one.types("Save")
    saved = Program(url).saved()
    assert [value.value for value in saved if value.question == "area"] == ["station"]


def test_two_first_starts_at_the_same_time_make_one_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    with Chat(url) as one, Chat(url) as other:
        one.types("English", ACCEPT)
        assert ELSEWHERE in other.types("English")
    assert MENU in Program(url).chats()


def test_an_interrupt_leaves_quietly_and_keeps_the_place(sqlite_url: str) -> None:
    Program(sqlite_url).settles()
    with Chat(sqlite_url) as chat:
        chat.types("English", "Contact")
        assert chat.is_interrupted(signal.SIGINT) == (0, "")
    assert "On which day was it?" in last(Program(sqlite_url).chats())


def test_a_reader_that_goes_away_is_no_fault_and_the_answer_stays(sqlite_url: str) -> None:
    Program(sqlite_url).settles()
    with Chat(sqlite_url) as chat:
        chat.types("English")
        assert chat.is_left_by_its_reader("Contact") == (0, "")
    assert "On which day was it?" in last(Program(sqlite_url).chats())


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["Ctrl-C", "Ctrl-D"])
def test_a_person_at_a_terminal_sees_buttons_and_leaves_quietly(sqlite_url: str, key: str) -> None:
    Program(sqlite_url).settles()
    with keyboard(sqlite_url, "chat") as person:
        person.sees("Which language do you prefer?")
        person.sees("English")
        person.presses("English\n")
        person.sees(MENU)
        person.sees("Contact")
        person.sees("> ")
        person.presses(key)
        assert person.leaves() == 0
    assert "Traceback" not in person.screen
    assert MENU in last(Program(sqlite_url).chats())


def test_bytes_that_are_no_text_do_not_end_a_terminal_session(sqlite_url: str) -> None:
    Program(sqlite_url).settles()
    with keyboard(sqlite_url, "chat", PYTHONIOENCODING="utf-8:strict") as person:
        person.sees("> ")
        person.presses(b"\xff\xfe\n")
        person.sees("Please choose a language first.")
        person.sees("> ")
        person.presses(CTRL_D)
        assert person.leaves() == 0


def test_a_terminal_with_few_characters_shows_what_it_can(sqlite_url: str) -> None:
    Program(sqlite_url).settles()
    with keyboard(sqlite_url, "chat", PYTHONIOENCODING="latin-1") as person:
        person.sees("> ")
        person.presses("English\nContact\n")
        person.sees("On which day was it?")
        person.sees("Pause")
        person.sees("> ")
        person.presses(CTRL_D)
        assert person.leaves() == 0
    assert "Traceback" not in person.screen
