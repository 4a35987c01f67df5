"""What an inbox does with updates, whatever they hold and however often they come."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery import Delivered
from bot.inbox import LONG, REMEMBERED, Inbox
from bot.participants import digest_by
from flows.engine import Edited, Text, Unusable
from storage.database import Database
from storage.problems import DatabaseProblem
from tests.bot.phones import BOT, CHANNEL, NOON, Phones
from tests.bot.program import CONTACT, MENU
from tests.keys import KEYS

TEN = tuple(str(number) for number in range(1, 11))
POISONED = "5"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SECRET = "Jan Peeters, 0471 23 45 67"


def test_an_update_is_stored_and_shows_the_next_question(database: Database) -> None:
    phones = Phones(database, "1")
    outbound = phones.types("1", "English")
    assert phones.screen("1").text == MENU
    assert outbound.chat == phones.chat("1")
    assert (outbound.chat.serial, outbound.chat.shown) == (1, 0)
    assert phones.conversation("1")["state"] == "idle"


def test_people_of_one_batch_each_see_their_own_question(database: Database) -> None:
    phones = Phones(database, "1", "2", "3")
    phones.types("2", "Nederlands")
    events = [("1", "English"), ("2", "Contact"), ("3", "English")]
    found = phones.take(*(phones.typed(address, text) for address, text in events))
    assert [outbound.address for outbound in found.outbounds] == ["1", "2", "3"]
    assert [outbound.language for outbound in found.outbounds] == ["en", "nl", "en"]
    assert phones.screen("1").text == phones.screen("3").text == MENU
    assert "Welke dag was het?" in phones.screen("2").text
    assert [phones.turn(address) for address in "123"] == [1, 2, 1]


def test_the_language_of_the_phone_is_a_first_guess(database: Database) -> None:
    phones = Phones(database, "1", "2")
    phones.take(phones.sent("1", Text("?"), language="fr"), phones.sent("2", Text("?")))
    assert [phones.outbounds[address].language for address in "12"] == ["fr", "en"]
    assert phones.types("1", "English").language == "en"


def test_commands_are_those_of_the_language_that_was_chosen(database: Database) -> None:
    phones = Phones(database, "1", "2")
    english, dutch = phones.types("1", "English"), phones.types("2", "Nederlands")
    assert english.commands is not None
    assert dutch.commands is not None
    assert english.commands.descriptions["back"] == "one step back"
    assert dutch.commands.descriptions["back"] == "een stap terug"
    assert english.commands.key != dutch.commands.key
    assert phones.types("1", "/help").commands == english.commands


def test_a_repeated_update_changes_nothing_and_shows_the_question_again(
    database: Database,
) -> None:
    phones = Phones(database, "1")
    phones.types("1", *CONTACT[:2])
    inbound = phones.typed("1", "Today")
    phones.take(inbound)
    before, screen, chat = phones.conversation("1"), phones.screen("1"), phones.chat("1")
    for inbox in (phones.inbox, phones.another()):
        (outbound,) = inbox.take([inbound], {}).outbounds
        assert outbound.screen == replace(screen, note="")
    assert phones.conversation("1") == before
    assert phones.chat("1") == replace(chat, serial=chat.serial + 2)


def test_the_same_number_of_another_bot_is_another_update(database: Database) -> None:
    phones = Phones(database, "1")
    inbound = phones.typed("1", "English")
    phones.take(inbound)
    other = Inbox(database, phones.world, CHANNEL, "telegram:2", "en")
    other.take([replace(inbound, event=Text("Contact"))], {})
    assert phones.conversation("1")["state"] == "asking"


def test_a_tap_is_answered_also_when_it_is_repeated(database: Database) -> None:
    phones = Phones(database, "1")
    phones.types("1", "English")
    inbound = phones.tapped("1", "Contact")
    for _ in range(2):
        (outbound,) = phones.take(inbound).outbounds
        assert outbound.callbacks == ("callback of 1",)


def test_everything_typed_leaves_the_chat_with_its_registration(database: Database) -> None:
    phones = Phones(database, "1")
    phones.types("1", "English", *CONTACT[:-1])
    typed = [item.message for item in phones.chat("1").typed]
    assert len(typed) == len(CONTACT) - 2
    chat = phones.types("1", "Save").chat
    assert chat.typed == ()
    assert set(typed) < set(chat.doomed)
    assert chat.receipts[-1].text.startswith("Saved: Contact, 6 answers. Receipt ")


def test_nothing_is_stored_while_the_database_is_in_use_and_all_when_sent_again(
    database: Database,
) -> None:
    phones = Phones(database, *TEN)
    inbounds = [phones.typed(address, "English") for address in TEN]
    url = database.location.url.render_as_string(hide_password=False)
    with closing(Database(url, KEYS, patience=0.05)) as impatient:
        inbox = Inbox(impatient, phones.world, CHANNEL, BOT, "en")
        with phones.locked("7"), pytest.raises(DatabaseProblem, match="another program"):
            inbox.take(inbounds, {})
        assert phones.updates() == {}
        assert [phones.turn(address) for address in TEN] == [0] * 10
        assert len(inbox.take(inbounds, {}).outbounds) == 10
    assert [phones.turn(address) for address in TEN] == [1] * 10


def test_nothing_is_stored_when_the_disk_is_full_and_all_when_there_is_room(
    sqlite_url: str,
) -> None:
    people = [str(number) for number in range(60)]
    with closing(Database(sqlite_url, KEYS)) as database:
        phones = Phones(database, *people)
        inbounds = [phones.typed(address, "English") for address in people]
        reports = {"1": Delivered(0, 3)}

        def room(pages: str) -> None:
            with database.writing() as connection:
                connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

        room("1")
        with pytest.raises(DatabaseProblem, match="free some space"):
            phones.inbox.take(inbounds, reports)
        assert phones.updates() == {}
        assert [phones.turn(address) for address in people] == [0] * 60
        room("1000000")
        assert len(phones.inbox.take(inbounds, reports).outbounds) == 60


def test_a_database_that_can_only_be_read_stores_nothing_and_sets_nothing_aside(
    postgresql_url: str,
) -> None:
    with closing(Database(postgresql_url, KEYS)) as database:
        phones = Phones(database, "1")
        inbound = phones.typed("1", "English")
        read_only = f"{postgresql_url}&options=-c%20default_transaction_read_only%3Don"
        with closing(Database(read_only, KEYS)) as other:
            inbox = Inbox(other, phones.world, CHANNEL, BOT, "en")
            with pytest.raises(DatabaseProblem, match="can only be read"):
                inbox.take([inbound], {"1": Delivered(0)})
        assert phones.updates() == {}
        phones.take(inbound)
        assert phones.turn("1") == 1


def test_a_conversation_that_moved_meanwhile_is_loaded_again(postgresql_url: str) -> None:
    """Another process writes without waiting for its turn, just after the load."""
    with closing(Database(postgresql_url, KEYS)) as database:
        phones = Phones(database, "1", "2")
        phones.types("1", "English")
        content = phones.conversation("1")
        faster = [json.dumps(content | {"turn": 2, "language": "fr"})]

        def new_id() -> str:
            if faster:
                phones.writes("1", snapshot=faster.pop(), turn=2)
            return "8F3K-27QM-XJ4T"

        world = replace(phones.world, new_id=new_id)
        inbox = Inbox(database, world, CHANNEL, BOT, "en")
        inbox.take([phones.typed("1", "/help"), phones.typed("2", "English")], {})
        inbox.take([phones.typed("1", "Contact")], {})
        assert (phones.turn("1"), phones.conversation("1")["language"]) == (3, "fr")
        assert phones.turn("2") == 1
        assert set(phones.updates().values()) == {""}


def test_a_changed_message_is_taken_as_the_answer_that_was_typed_in_it(
    database: Database,
) -> None:
    phones = Phones(database, "1")
    phones.types("1", "English", "Activity", "Today", "1")
    answer = phones.typed("1", "12")
    phones.take(answer)
    phones.types("1", "3")
    phones.take(phones.sent("1", Edited("14", ""), message=answer.message))
    found = phones.conversation("1")
    assert (found["offer"], found["proposed"]) == ("present", 14)
    assert answer.message in [item.message for item in phones.chat("1").typed]
    phones.take(phones.sent("1", Edited("15", "")))
    assert phones.conversation("1")["offer"] == ""


def test_a_sweep_leaves_alone_what_another_process_has_just_handed_to_its_channel(
    database: Database,
) -> None:
    phones = Phones(database, "1")
    phones.another().take([phones.typed("1", "English")], {})
    phones.clock.now += HOUR
    phones.types("1", "Contact")
    assert phones.another().sweep(MINUTE).outbounds == ()
    phones.clock.now += MINUTE
    assert len(phones.another().sweep(MINUTE).outbounds) == 1


def test_what_was_edited_into_a_message_and_refused_leaves_the_chat(database: Database) -> None:
    phones = Phones(database, "1")
    phones.types("1", "English", "Side effect", "Today", "1", "1")
    answer = phones.typed("1", "They moved to the park.")
    phones.take(answer)
    assert answer.message in [item.message for item in phones.chat("1").typed]
    phones.take(phones.sent("1", Edited(SECRET, ""), message=answer.message))
    assert "phone number" in phones.screen("1").note
    assert answer.message in phones.chat("1").doomed
    assert answer.message not in [item.message for item in phones.chat("1").typed]


def test_strangers_and_what_is_nobodys_come_out_once(database: Database) -> None:
    phones = Phones(database, "1")
    stranger = phones.sent("99", Text(SECRET), callback="c")
    group = phones.sent("", None, aside="group")
    for expected in ((stranger, group), ()):
        found = phones.take(stranger, phones.typed("1", "English"), group)
        assert found.others == expected
        assert [outbound.address for outbound in found.outbounds] == ["1"]


def test_whoever_blocks_the_bot_is_left_in_peace_until_they_come_back(database: Database) -> None:
    phones = Phones(database, "1")
    phones.types("1", "English")
    blocked = phones.sent("1", None, reachable=False)
    assert phones.take(blocked).outbounds == ()
    assert phones.chat("1").unreachable_since == NOON
    assert phones.inbox.behind().outbounds == ()
    (outbound,) = phones.take(phones.sent("1", None, reachable=True)).outbounds
    assert outbound.chat.unreachable_since is None
    assert phones.screen("1").text == MENU
    assert phones.take(blocked).outbounds == ()
    assert phones.chat("1").unreachable_since is None


def test_what_was_stored_and_not_shown_is_behind_until_it_is(database: Database) -> None:
    phones = Phones(database, "1", "2")
    phones.types("1", "English", *CONTACT)
    phones.take(phones.typed("2", "English"), a1=phones.shown("1", 40))
    phones.types("1", *CONTACT)
    receipts = phones.chat("1").receipts
    assert len(receipts) == 1
    found = {outbound.address: outbound for outbound in phones.another().behind().outbounds}
    assert found.keys() == {"1", "2"}
    assert found["1"].screen is not None
    assert (found["1"].screen.text, found["1"].chat.receipts) == (MENU, receipts)
    assert found["1"].chat == phones.chat("1")
    phones.take(a1=phones.shown("1", 40), a2=phones.shown("2", 41))
    assert phones.inbox.behind().outbounds == ()
    assert phones.chat("1").receipts == ()


def test_a_report_that_another_process_has_overtaken_shows_the_question_again(
    database: Database,
) -> None:
    phones = Phones(database, "1")
    older = phones.types("1", "English").chat.serial
    phones.types("1", "Contact")
    phones.take(a1=phones.shown("1", 40))
    (outbound,) = phones.take(a1=Delivered(older, 39)).outbounds
    assert "On which day was it?" in phones.screen("1").text
    assert outbound.chat == phones.chat("1")
    assert (outbound.chat.screen, outbound.chat.doomed) == (40, (39,))


def test_what_one_process_shows_comes_in_order_and_is_shown_once(database: Database) -> None:
    phones = Phones(database, "1")
    older = phones.types("1", "English").chat.serial
    phones.types("1", "Contact")
    phones.take(a1=Delivered(older, 40))
    assert phones.take(a1=phones.shown("1", 40)).outbounds == ()
    phones.clock.now += HOUR
    assert phones.inbox.sweep(MINUTE).outbounds == ()


def test_when_two_processes_show_at_once_the_last_to_report_shows_the_newest_again(
    database: Database,
) -> None:
    """The older one may have arrived last, although it was reported first."""
    phones = Phones(database, "1")
    (older,) = phones.another().take([phones.typed("1", "English")], {}).outbounds
    phones.types("1", "Contact")
    newer = phones.shown("1", 41)
    assert phones.take(a1=Delivered(older.chat.serial, 40)).outbounds == ()
    (outbound,) = phones.take(a1=newer).outbounds
    assert "On which day was it?" in phones.screen("1").text
    assert (outbound.chat.screen, outbound.chat.doomed) == (41, (40,))
    assert phones.take(a1=phones.shown("1", 41)).outbounds == ()


def test_what_was_certain_is_shown_again_when_another_process_was_faster(
    database: Database,
) -> None:
    """It was handed over first, and another process has shown something since then."""
    phones = Phones(database, "1")
    other = phones.another()
    phones.types("1", "English")
    older = phones.shown("1", 40)
    other.take([phones.typed("1", "Contact")], {})
    assert phones.take(a1=older).outbounds == ()
    (outbound,) = other.take([], {"1": phones.shown("1", 40)}).outbounds
    assert outbound.screen is not None
    assert "On which day was it?" in outbound.screen.text


def test_what_a_process_that_died_may_have_shown_last_is_made_up_for(database: Database) -> None:
    phones = Phones(database, "1")
    phones.another().take([phones.typed("1", "English")], {})
    phones.types("1", "Contact")
    assert phones.take(a1=phones.shown("1", 41)).outbounds == ()
    assert phones.another().behind().outbounds == ()
    assert phones.inbox.sweep(MINUTE).outbounds == ()
    phones.clock.now += MINUTE
    (outbound,) = phones.inbox.sweep(MINUTE).outbounds
    assert outbound.screen == replace(phones.screen("1"), note="")
    assert phones.take(a1=phones.shown("1", 41)).outbounds == ()
    phones.clock.now += HOUR
    assert phones.inbox.sweep(MINUTE).outbounds == ()


def test_what_a_process_that_died_did_not_show_is_shown_by_another_one(
    database: Database,
) -> None:
    phones = Phones(database, "1", "2")
    phones.another().take([phones.typed("1", "English")], {})
    phones.types("2", "English")
    phones.clock.now += MINUTE
    (outbound,) = phones.inbox.sweep(MINUTE).outbounds
    assert (outbound.address, outbound.chat) == ("1", phones.chat("1"))
    assert outbound.screen is not None
    assert outbound.screen.text == MENU


def test_what_is_certain_in_one_process_is_not_shown_again_by_another(database: Database) -> None:
    phones = Phones(database, "1")
    other = phones.another()
    other.take([phones.typed("1", "English")], {})
    other.take([], {"1": phones.shown("1", 40)})
    phones.types("1", "Contact")
    phones.take(a1=phones.shown("1", 40))
    phones.clock.now += HOUR
    for inbox in (phones.inbox, other):
        assert inbox.sweep(MINUTE).outbounds == ()


def test_two_processes_that_sweep_at_once_show_a_question_once(database: Database) -> None:
    phones = Phones(database, "1")
    phones.another().take([phones.typed("1", "English")], {})
    phones.clock.now += MINUTE
    found = [phones.another().sweep(MINUTE).outbounds for _ in range(2)]
    assert [len(outbounds) for outbounds in found] == [1, 0]


def test_typed_answers_are_swept_in_good_time(database: Database) -> None:
    phones = Phones(database, "1", "2")
    phones.types("1", "English", *CONTACT[:3])
    phones.clock.now += HOUR
    phones.types("2", "English", *CONTACT[:3])
    phones.take(a1=phones.shown("1", 1000), a2=phones.shown("2", 1001))
    phones.clock.now = NOON + 44 * HOUR
    typed = [item.message for item in phones.chat("1").typed]
    (outbound,) = phones.inbox.sweep(MINUTE).outbounds
    assert (outbound.address, outbound.chat) == ("1", phones.chat("1"))
    assert (outbound.chat.typed, len(phones.chat("2").typed)) == ((), 2)
    assert set(typed) <= set(outbound.chat.doomed)
    assert outbound.screen is not None
    phones.take(a1=phones.shown("1", 1000))
    assert phones.inbox.sweep(MINUTE).outbounds == ()


def test_what_a_channel_never_reported_is_shown_again_in_the_end(database: Database) -> None:
    """It may have failed without a word, and another process has shown the newest."""
    phones = Phones(database, "1")
    phones.types("1", "English")
    phones.clock.now += LONG * MINUTE - timedelta(seconds=1)
    assert phones.inbox.sweep(MINUTE).outbounds == ()
    phones.clock.now += timedelta(seconds=1)
    assert len(phones.inbox.sweep(MINUTE).outbounds) == 1


def test_old_updates_are_forgotten_with_the_sweep(database: Database) -> None:
    phones = Phones(database, "1")
    phones.types("1", "English")
    phones.clock.now += REMEMBERED
    phones.types("1", "Contact")
    phones.inbox.sweep(MINUTE)
    assert len(phones.updates()) == 2
    phones.clock.now += timedelta(seconds=1)
    phones.inbox.sweep(MINUTE)
    assert len(phones.updates()) == 1


def test_a_photo_is_refused_with_a_sentence_and_removed(database: Database) -> None:
    phones = Phones(database, "1")
    phones.types("1", "English")
    photo = phones.sent("1", Unusable("photo"))
    phones.take(photo)
    assert phones.screen("1").note
    assert phones.chat("1").doomed[-1] == photo.message


def test_what_was_sent_hours_ago_is_in_the_log_once(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    phones = Phones(database, "1")
    for text_ in ("English", "Contact"):
        phones.take(phones.sent("1", Text(text_), sent_at=NOON - 7 * HOUR))
    assert caplog.text.count("comes only now") == 1
    phones.take(phones.sent("1", Text("Today"), sent_at=NOON - HOUR))
    phones.take(phones.sent("1", Text("1"), sent_at=NOON - 7 * HOUR))
    assert caplog.text.count("comes only now") == 2


def test_the_answers_that_a_code_is_derived_from_leave_the_chat(database: Database) -> None:
    phones = Phones(database, "1", digest=digest_by("ab" * 32))
    phones.types("1", "/language en", "Codes", "New, code from their answers")
    typed = phones.typed("1", "Q7W8ZX")
    phones.take(typed)
    assert "The code is " in phones.screen("1").text
    assert typed.message in phones.chat("1").doomed
    assert "Q7W8ZX" not in phones.snapshot("1").upper()
