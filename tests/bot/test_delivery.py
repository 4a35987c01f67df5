"""What is to be seen in a chat, whatever was heard of it before.

A chat here begins with the question in message 10; messages come with rising numbers.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import (
    Delivered,
    after,
    again,
    answered,
    deadline,
    joined,
    reported,
    swept,
    unused,
)
from bot.inbound import Inbound
from bot.turns import Taken
from flows.conversation import Conversation, Draft
from flows.engine import Edited, Event, Message, Tap, Text, Turn, Unusable
from storage.chats import Chat, Receipt, Typed

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
SCREEN = 10
CHAT = Chat(serial=4, shown=4, screen=SCREEN)
DRAFT = Draft(1, "r1", "kompas", 1, "contact", "continuous", "", (), (), {}, "2026-03-02")
AGE = Typed(12, "1.age", round(NOW.timestamp()))
SAVED = Receipt(4, "Saved.")


def tap(turn: int, message: int | None = SCREEN) -> Inbound:
    """A button that was drawn at this turn."""
    return Inbound(1, "22", Tap(f"p1.{turn}.1.3.v:yes"), message)


def typed(message: int = 12, sent_at: datetime | None = None) -> Inbound:
    return Inbound(1, "22", Text("34"), message, sent_at=sent_at)


def taken(
    before: int = 7, answer: str = "", drafts: tuple[int, ...] = (1,), receipt: str = ""
) -> Taken:
    """What became of a conversation that was at turn `before`."""
    conversation = Conversation(
        "p1", "en", turn=before + 1, drafts=tuple(replace(DRAFT, number=item) for item in drafts)
    )
    receipts = (Message("receipt", receipt, before + 1),) if receipt else ()
    screen = Message("screen", "How old?", before + 1)
    return Taken(before, Turn(conversation, (*receipts, screen), (), answer))


def happens(chat: Chat, inbound: Inbound, **changes: object) -> Chat:
    return after(chat, inbound, taken(**changes), NOW)  # type: ignore[arg-type] # as in taken


def test_every_event_counts_what_there_is_to_show() -> None:
    for inbound in (tap(7), tap(3), typed(), Inbound(1, "22", Unusable("photo"), 12)):
        assert happens(CHAT, inbound).serial == CHAT.serial + 1
        assert happens(CHAT, inbound).shown == CHAT.shown


def test_a_typed_answer_stays_while_its_registration_is_open() -> None:
    chat = happens(CHAT, typed(12), answer="1.age")
    assert chat.typed == (AGE,)
    assert 12 not in chat.doomed
    chat = happens(chat, tap(8, 14), before=8)
    assert (chat.typed, 12 in chat.doomed) == ((AGE,), False)


@pytest.mark.parametrize("receipt", ["Saved.", "Thrown away."])
def test_a_typed_answer_goes_when_its_registration_is_saved_or_thrown_away(receipt: str) -> None:
    chat = replace(CHAT, screen=14, typed=(AGE, Typed(13, "2.age", AGE.at)))
    chat = happens(chat, tap(7, 14), drafts=(2,), receipt=receipt)
    assert [item.message for item in chat.typed] == [13]
    assert chat.doomed == (12,)


def test_an_answer_that_ends_its_registration_goes_with_the_others() -> None:
    chat = happens(replace(CHAT, typed=(AGE,)), typed(13), answer="1.sex", drafts=())
    assert (chat.typed, chat.doomed) == ((), (12, 13))
    assert chat.screen == SCREEN


def test_what_was_typed_and_is_no_answer_goes_at_once() -> None:
    assert happens(CHAT, typed(12)).doomed == (12,)
    assert happens(CHAT, typed(12)).typed == ()


def test_a_photo_goes_at_once() -> None:
    assert happens(CHAT, Inbound(1, "22", Unusable("photo"), 12)).doomed == (12,)


def test_a_message_that_was_changed_goes_unless_what_it_says_is_proposed() -> None:
    chat = replace(CHAT, screen=14, typed=(AGE,))
    edited = Inbound(1, "22", Edited("35", "1.age"), 12)
    proposal = taken()
    conversation = replace(proposal.turn.conversation, offer="age", proposed=35)
    proposal = proposal._replace(turn=replace(proposal.turn, conversation=conversation))
    assert after(chat, edited, proposal, NOW).doomed == ()
    assert happens(chat, edited).doomed == (12,)
    assert happens(chat, edited).typed == ()
    assert happens(chat, Inbound(1, "22", Edited("35", ""), 13)).doomed == (13,)


def test_what_the_bot_cannot_reach_is_neither_kept_nor_removed() -> None:
    for inbound in (replace(typed(), message=None), tap(3, None)):
        chat = happens(CHAT, inbound, answer="1.age")
        assert (chat.typed, chat.doomed, chat.screen) == ((), (), SCREEN)


def test_the_question_moves_below_a_typed_answer() -> None:
    chat = happens(replace(CHAT, leading=(8, 9)), typed(12), answer="1.age")
    assert chat.screen is None
    assert set(chat.doomed) == {8, 9, SCREEN}


def test_the_question_stays_where_it_is_after_what_is_removed_at_once() -> None:
    assert happens(CHAT, typed(12)).screen == SCREEN


def test_which_answer_was_typed_in_a_message_is_known() -> None:
    chat = replace(CHAT, typed=(AGE, Typed(13, "1.sex", AGE.at)))
    assert [answered(chat, message) for message in (12, 13, 14, None)] == ["1.age", "1.sex", "", ""]


def test_a_valid_tap_proves_that_the_question_and_every_receipt_was_seen() -> None:
    unheard = replace(CHAT, shown=2, screen=None, receipts=(SAVED,))
    chat = happens(unheard, tap(7, 14))
    assert (chat.screen, chat.receipts, chat.doomed) == (14, (), ())


def test_a_valid_tap_removes_another_message_with_the_question() -> None:
    chat = happens(CHAT, tap(7, 14))
    assert (chat.screen, chat.doomed) == (14, (SCREEN,))


def test_a_valid_tap_on_a_message_that_was_to_be_removed_keeps_it() -> None:
    chat = happens(replace(CHAT, doomed=(12, 14)), tap(7, 14))
    assert (chat.screen, chat.doomed) == (14, (12, SCREEN))


def test_a_valid_tap_keeps_the_receipt_that_took_the_place_of_the_question() -> None:
    """The report of the receipt is not there yet, or another process has it."""
    chat = happens(replace(CHAT, receipts=(SAVED,)), tap(7, 14))
    assert (chat.screen, chat.doomed) == (14, ())


def test_a_button_of_somebody_else_proves_nothing() -> None:
    foreign = Inbound(1, "22", Tap("p2.7.1.3.v:yes"), 14)
    chat = happens(replace(CHAT, receipts=(SAVED,)), foreign)
    assert (chat.screen, chat.receipts, chat.doomed) == (SCREEN, (SAVED,), (14,))


def test_a_stale_tap_removes_the_message_that_was_tapped() -> None:
    chat = happens(CHAT, tap(3, 6))
    assert (chat.screen, chat.doomed) == (SCREEN, (6,))
    assert happens(CHAT, Inbound(1, "22", Tap("forged"), 6)).doomed == (6,)


def test_a_stale_tap_on_the_question_itself_removes_nothing() -> None:
    assert happens(CHAT, tap(3)).doomed == ()
    assert happens(CHAT, tap(3)).screen == SCREEN


def test_a_second_tap_on_save_keeps_the_receipt_that_took_its_place() -> None:
    saved = happens(CHAT, tap(7), drafts=(), receipt="Saved.")
    seen = reported(saved, Delivered(saved.serial, screen=14, confirmed=(SCREEN,)), NOW)
    chat = happens(seen, tap(7), before=8, drafts=())
    assert (chat.screen, chat.doomed) == (14, ())
    chat = happens(seen, tap(8, 14), before=8, drafts=())
    chat = happens(chat, tap(7), before=9, drafts=())
    assert (chat.screen, chat.doomed) == (14, ())


def test_what_stood_above_the_question_goes_with_every_event() -> None:
    chat = happens(replace(CHAT, leading=(8, 9)), tap(7))
    assert (chat.leading, chat.doomed, chat.screen) == ((), (8, 9), SCREEN)


def test_a_question_that_is_shown_once_more_leaves_no_piece_of_itself_behind() -> None:
    chat = again(replace(CHAT, leading=(8, 9), doomed=(5,)))
    assert chat == replace(CHAT, serial=5, doomed=(5, 8, 9))


def test_a_receipt_waits_until_it_was_shown() -> None:
    chat = happens(CHAT, tap(7), drafts=(), receipt="Saved.")
    assert chat.receipts == (Receipt(5, "Saved."),)
    chat = happens(chat, typed(12), before=8, drafts=(), receipt="Thrown away.")
    assert chat.receipts == (Receipt(5, "Saved."), Receipt(6, "Thrown away."))


def test_what_was_not_heard_of_yet_is_heard_with_what_follows() -> None:
    earlier = Delivered(5, 14, confirmed=(SCREEN,), removed=(8,))
    later = Delivered(6, 15, confirmed=(14,), removed=(9,))
    assert joined(None, later) == later
    assert joined(earlier, later) == replace(later, confirmed=(SCREEN, 14), removed=(8, 9))


def test_a_report_drops_the_receipts_that_were_shown() -> None:
    chat = replace(CHAT, serial=6, receipts=(Receipt(5, "one"), Receipt(6, "two")))
    assert reported(chat, Delivered(5, SCREEN), NOW).receipts == (Receipt(6, "two"),)
    assert reported(chat, Delivered(6, SCREEN), NOW).receipts == ()


def test_a_report_says_which_messages_show_the_question_and_what_was_removed() -> None:
    chat = replace(CHAT, serial=5, screen=None, doomed=(8, 9), commands="old")
    delivered = Delivered(5, 14, (13,), "new", removed=(8, 9))
    assert reported(chat, delivered, NOW) == Chat(
        serial=5, shown=5, screen=14, leading=(13,), commands="new"
    )
    assert reported(chat, replace(delivered, commands=""), NOW).commands == "old"


def test_what_was_not_removed_is_asked_for_again() -> None:
    chat = replace(CHAT, serial=5, doomed=(8, 9))
    found = reported(chat, Delivered(5, SCREEN, removed=(8,)), NOW)
    assert (found.doomed, found.serial, found.shown) == ((9,), 6, 5)


def test_a_message_that_does_not_show_the_question_any_more_is_removed() -> None:
    """Another process showed it in a new message."""
    found = reported(replace(CHAT, serial=5), Delivered(5, 14), NOW)
    assert (found.screen, found.doomed) == (14, (SCREEN,))


def test_what_became_a_receipt_is_never_removed() -> None:
    chat = replace(CHAT, serial=6, doomed=(SCREEN, 12), receipts=(Receipt(5, "Saved."),))
    found = reported(chat, Delivered(5, 14, confirmed=(SCREEN,)), NOW)
    assert (found.confirmed, found.doomed, found.receipts) == (SCREEN, (12,), ())
    assert happens(found, tap(3, SCREEN)).doomed == (12,)


def test_what_is_to_be_removed_since_then_is_still_to_be_removed() -> None:
    chat = replace(CHAT, serial=6, doomed=(8, 9))
    assert reported(chat, Delivered(5, SCREEN), NOW).doomed == (8, 9)


def test_what_could_not_be_removed_is_tried_again_and_leaves_the_chat_behind() -> None:
    chat = replace(CHAT, serial=5, doomed=(8, 9), receipts=(Receipt(5, "Saved."),))
    chat = reported(chat, Delivered(5, SCREEN, is_complete=False), NOW)
    assert (chat.screen, chat.doomed, chat.receipts) == (SCREEN, (8, 9), ())
    assert chat.shown < chat.serial


def test_a_report_that_comes_twice_changes_nothing() -> None:
    chat = replace(CHAT, serial=6, doomed=(8,), receipts=(Receipt(6, "Saved."),))
    delivered = Delivered(6, 14, (13,), "new", confirmed=(SCREEN,), removed=(8,))
    once = reported(chat, delivered, NOW)
    assert reported(once, delivered, NOW) == once


def test_a_question_that_was_shown_above_a_typed_answer_moves_below_it() -> None:
    chat = replace(CHAT, serial=6, shown=4, screen=None, typed=(Typed(16, "1.age", AGE.at),))
    chat = reported(chat, Delivered(5, 14, (13,)), NOW)
    assert (chat.shown, chat.screen, chat.doomed) == (5, None, (14, 13))


def test_a_message_that_is_to_be_removed_does_not_become_the_question() -> None:
    """It was tapped with an old button before it was known that it shows the question again."""
    chat = happens(replace(CHAT, serial=5, screen=None), tap(3, 14))
    chat = reported(chat, Delivered(5, 14), NOW)
    assert (chat.screen, chat.doomed) == (None, (14,))


def test_a_report_of_an_older_serial_asks_for_the_screen_again() -> None:
    chat = replace(CHAT, serial=6, shown=6)
    assert reported(chat, Delivered(5, SCREEN), NOW) == replace(chat, serial=7)


def test_what_an_overtaken_process_showed_is_removed() -> None:
    chat = replace(CHAT, serial=6, shown=6, leading=(9,))
    chat = reported(chat, Delivered(5, 14, (13,)), NOW)
    assert (chat.serial, chat.screen, chat.leading) == (7, SCREEN, ())
    assert set(chat.doomed) == {9, 13, 14}


def test_a_person_who_blocked_the_bot_is_unreachable_from_the_first_report_on() -> None:
    chat = replace(CHAT, serial=5)
    gone = reported(chat, Delivered(5, unreachable=True), NOW)
    assert gone == replace(chat, unreachable_since=NOW)
    assert reported(gone, Delivered(5, unreachable=True), NOW + HOUR) == gone


def test_whoever_does_something_can_be_reached() -> None:
    gone = replace(CHAT, unreachable_since=NOW)
    for inbound in (tap(7), tap(3), typed(), Inbound(1, "22", Unusable("photo"), 12)):
        assert happens(gone, inbound).unreachable_since is None
    assert unused(gone, typed()).unreachable_since is None


def test_a_report_from_before_somebody_came_back_does_not_make_them_unreachable() -> None:
    chat = replace(CHAT, serial=6)
    assert reported(chat, Delivered(5, unreachable=True), NOW) == chat


def test_what_was_typed_and_could_not_be_used_goes_and_the_question_is_shown_again() -> None:
    chat = replace(CHAT, typed=(AGE,))
    assert unused(chat, typed(13)) == replace(chat, serial=5, doomed=(13,))
    assert unused(chat, tap(7)) == replace(chat, serial=5)
    assert unused(chat, Inbound(1, "22", Edited("35", ""), 12)) == replace(chat, serial=5)


def test_answers_are_removed_four_hours_before_forty_eight() -> None:
    chat = happens(CHAT, typed(12), answer="1.age")
    assert deadline(chat) == NOW + 44 * HOUR
    early = swept(chat, NOW + 44 * HOUR - SECOND)
    assert (early.typed, 12 in early.doomed) == ((AGE,), False)
    late = swept(chat, NOW + 44 * HOUR)
    assert (late.typed, 12 in late.doomed) == ((), True)
    assert deadline(late) is None


def test_only_answers_that_are_old_are_removed_in_time() -> None:
    younger = Typed(13, "1.sex", AGE.at + 60)
    chat = swept(replace(CHAT, screen=14, typed=(younger, AGE)), NOW + 44 * HOUR)
    assert (chat.typed, chat.doomed, chat.serial) == ((younger,), (12,), 5)
    assert deadline(chat) == NOW + 44 * HOUR + 60 * SECOND


def test_the_time_of_removal_counts_from_sending_however_long_an_answer_waited() -> None:
    chat = happens(CHAT, typed(12, sent_at=NOW - 23 * HOUR), answer="1.age")
    assert deadline(chat) == NOW + 21 * HOUR


def test_a_sender_whose_clock_is_ahead_gets_no_later_time_of_removal() -> None:
    chat = happens(CHAT, typed(12, sent_at=NOW + HOUR), answer="1.age")
    assert deadline(chat) == NOW + 44 * HOUR


def test_a_chat_without_typed_answers_has_no_deadline() -> None:
    assert deadline(CHAT) is None


shown_messages = st.integers(1, 12).map(lambda number: number * 2)
sent_messages = st.integers(0, 11).map(lambda number: number * 2 + 1)
turns = st.integers(6, 8)
events: st.SearchStrategy[Event] = st.sampled_from([Text("34"), Edited("35", ""), Unusable("dice")])
inbounds = st.one_of(
    st.builds(tap, turns, st.none() | shown_messages),
    st.builds(Inbound, st.just(1), st.just("22"), events, st.none() | sent_messages),
)
outcomes = st.builds(
    taken,
    st.just(7),
    st.sampled_from(["", "1.age", "2.age"]),
    st.sampled_from([(), (1,), (2,), (1, 2)]),
    st.sampled_from(["", "Saved."]),
)
pieces = st.lists(st.integers(100, 110), unique=True).map(tuple)
late_by = st.integers(-2, 0)
some_messages = st.lists(shown_messages, max_size=2).map(tuple)
reports = st.builds(
    Delivered,
    late_by,
    st.none() | shown_messages,
    pieces,
    confirmed=some_messages,
    removed=some_messages,
    is_complete=st.booleans(),
)
Step = tuple[Inbound, Taken] | Delivered | Literal["again", "swept"]
steps: st.SearchStrategy[Step] = st.one_of(
    st.tuples(inbounds, outcomes), reports, st.sampled_from(["again", "swept"])
)


def numbered(inbound: Inbound, at: int) -> Inbound:
    """Give what was sent a number of its own, and what was changed one that was there before."""
    own = 2 * at + 1
    if inbound.message is None or isinstance(inbound.event, Tap):
        return inbound
    is_changed = isinstance(inbound.event, Edited)
    return replace(inbound, message=min(inbound.message, own) if is_changed else own)


@given(st.lists(steps, max_size=12))
def test_whatever_comes_in_whatever_order_no_message_is_both_shown_and_removed(
    steps: list[Step],
) -> None:
    chat = Chat()
    for at, step in enumerate(steps):
        before = chat.serial
        match step:
            case Delivered(serial=late):
                chat = reported(chat, replace(step, serial=max(0, chat.serial + late)), NOW)
            case (inbound, outcome):
                chat = after(chat, numbered(inbound, at), outcome, NOW)
            case "again":
                chat = again(chat)
            case _:
                chat = swept(chat, NOW)
        assert chat.serial >= before
        assert chat.shown <= chat.serial
        assert chat.screen not in chat.doomed
        assert not {item.message for item in chat.typed} & set(chat.doomed)
        assert len(set(chat.doomed)) == len(chat.doomed)
