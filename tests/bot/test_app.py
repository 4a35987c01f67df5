import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

from bot.app import admitted, opened
from bot.turns import Entry, Turns
from bot.world import ALPHABET, new_id, world
from flows.codes import SHORTEST, body, written
from flows.effects import AddParticipant
from flows.engine import Text, Turn
from flows.loading import HANDBOOK
from storage import participants
from storage.database import Database
from storage.organisations import EXAMPLE
from tests.bot.program import MENU
from tests.keys import KEYS
from tests.noticed import accept, all_accept

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_an_identifier_has_three_blocks_of_letters_that_are_not_mistaken() -> None:
    blocks = new_id().split("-")
    assert [len(block) for block in blocks] == [4, 4, 4]
    assert set("".join(blocks)) <= set(ALPHABET)
    assert not set(ALPHABET) & set("ILOU")
    assert len(set(ALPHABET)) == 32


def test_identifiers_are_unique() -> None:
    assert len({new_id() for _ in range(2_000)}) == 2_000


def test_of_two_first_turns_at_the_same_time_one_is_used(postgresql_url: str) -> None:
    here = world(HANDBOOK, "Europe/Brussels", lambda: NOON)
    together = threading.Barrier(2, timeout=60)
    with closing(Database(postgresql_url, KEYS)) as database, ThreadPoolExecutor(2) as threads:

        def begins(_: int) -> Turn:
            registration = opened(database, here)
            all_accept(postgresql_url)
            together.wait()
            return registration.take(Text("English", 0), "en")

        turns = list(threads.map(begins, range(2)))
    notes = sorted(turn.messages[-1].note for turn in turns)
    assert [turn.conversation.turn for turn in turns] == [1, 1]
    assert all(turn.messages[-1].text == MENU for turn in turns)
    assert sum("elsewhere" in note for note in notes) == 1


def test_a_code_that_somebody_else_gets_in_between_is_made_anew(postgresql_url: str) -> None:
    taken, free = (written(body(number, SHORTEST)) for number in (0, 1))
    with closing(Database(postgresql_url, KEYS)) as database:

        def chance() -> int:
            if faster:
                with database.writing() as connection:
                    participants.add(connection, EXAMPLE, faster.pop(), NOON)
                return 0
            return 1

        faster = [AddParticipant("kompas", taken, "")]
        here = replace(world(HANDBOOK, "Europe/Brussels", lambda: NOON), chance=chance)
        registration = opened(database, here)
        all_accept(postgresql_url)
        for text in ("English", "Codes", "New participant"):
            turn = registration.take(Text(text), "en")
        assert f"The code is {free}." in turn.messages[-1].text
        with database.reading() as connection:
            codes = participants.of(connection, EXAMPLE, "kompas")
    assert set(codes) >= {taken, free}


def test_who_was_choosing_a_sheet_that_a_deployment_took_away_can_go_on(sqlite_url: str) -> None:
    here = world(HANDBOOK, "Europe/Brussels", lambda: NOON)
    without = {name: sheet for name, sheet in here.current.items() if name != "participant"}
    with closing(Database(sqlite_url, KEYS)) as database:
        before = opened(database, here)
        all_accept(sqlite_url)
        before.take(Text("English"), "en")
        assert before.take(Text("Participant"), "en").conversation.state == "choosing"
        after = opened(database, replace(here, current=without))
        shown = after.show("en").conversation
        assert shown.state == "idle"
        assert after.take(Text("Contact", shown.turn), "en").conversation.state == "asking"


def test_who_is_let_in_while_the_bot_runs_can_register_at_once(database: Database) -> None:
    here = world(HANDBOOK, "Europe/Brussels", lambda: NOON)
    with database.writing() as connection:
        me = admitted(connection, here, "telegram", "22", ("practitioner",))
        accept(connection, me.key)
        (taken,) = Turns(here).take(connection, [Entry(me, Text("/language nl"), "nl")])
    assert taken.turn.conversation.state == "idle"
    assert taken.turn.messages[-1].rows


def test_what_another_deployment_has_not_released_is_not_offered(database: Database) -> None:
    here = world(HANDBOOK, "Europe/Brussels", lambda: NOON)
    without = replace(here, current={name: here.current[name] for name in ("contact", "activity")})
    with database.writing() as connection:
        me = admitted(connection, without, "telegram", "22", ("practitioner",))
        accept(connection, me.key)
        (taken,) = Turns(here).take(connection, [Entry(me, Text("/language en"), "en")])
    labels = [button.label for row in taken.turn.messages[-1].rows for button in row]
    assert labels == ["Contact", "Activity", "Codes", "Corrections", "Practise"]
