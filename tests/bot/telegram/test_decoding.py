"""What an update means, and that nothing at all breaks the reading of one."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.decoding import UNUSABLE, decoded
from bot.inbound import Inbound
from flows.engine import Edited, Event, Tap, Text, Unusable

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SENT = int(NOW.timestamp()) - 60
SENT_AT = datetime(2026, 3, 2, 11, 59, tzinfo=UTC)
ANA = {"id": 1001, "is_bot": False, "first_name": "Ana", "language_code": "nl-BE"}
BOT = {"id": 123456, "is_bot": True, "first_name": "Meetmoment", "username": "meetmoment_bot"}
PRIVATE = {"id": 1001, "type": "private", "first_name": "Ana"}
GROUP = {"id": -100200, "type": "supergroup", "title": "Team"}
CHANNEL = {"id": -100300, "type": "channel", "title": "News"}

Node = dict[str, Any]


def message(**parts: object) -> Node:
    return {"message_id": 7, "from": ANA, "chat": PRIVATE, "date": SENT, **parts}


def tap(**parts: object) -> Node:
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "ana.4.1.2.=yes"}]]}
    question = message(text="Own key?", reply_markup=keyboard, **{"from": BOT})
    query = {"id": "99", "from": ANA, "chat_instance": "5", "data": "ana.4.1.2.=yes"}
    return {**query, "message": question, **parts}


def member(status: str, chat: Node = PRIVATE, **parts: object) -> Node:
    change = {"chat": chat, "from": ANA, "date": SENT}
    before = {"status": "member", "user": BOT}
    return {**change, "old_chat_member": before, "new_chat_member": {"status": status, **parts}}


def without(node: Node, name: str) -> Node:
    return {key: value for key, value in node.items() if key != name}


def read(kind: str, node: object) -> Inbound:
    return decoded({"update_id": 5, kind: node}, NOW)


def written(event: Event) -> Inbound:
    return Inbound(5, "1001", event, message=7, language="nl", sent_at=SENT_AT)


def tapped(token: str = "ana.4.1.2.=yes", message: int | None = 7) -> Inbound:
    return Inbound(5, "1001", Tap(token), message=message, callback="99", language="nl")


def test_a_tap_carries_what_its_button_carried() -> None:
    assert read("callback_query", tap()) == tapped()


def test_a_tap_on_a_message_out_of_reach_names_no_message() -> None:
    gone = {"chat": PRIVATE, "message_id": 7, "date": 0}
    assert read("callback_query", tap(message=gone)) == tapped(message=None)


@pytest.mark.parametrize("data", [None, 5, "x" * 65, "é" * 33, "\ud800" * 22, ["x"]])
def test_a_forged_button_is_a_stale_one_and_is_answered(data: object) -> None:
    assert read("callback_query", tap(data=data)) == tapped("")


@pytest.mark.parametrize("data", ["x" * 64, "é" * 32, "\ud800" * 21, ""])
def test_whatever_fits_on_a_button_is_handed_on(data: str) -> None:
    assert read("callback_query", tap(data=data)) == tapped(data)


def test_a_tap_on_a_game_carries_nothing() -> None:
    assert read("callback_query", without(tap(), "data")) == tapped("")


def test_a_tap_elsewhere_than_in_a_private_chat_is_answered_and_put_aside() -> None:
    inline = without(tap(inline_message_id="x"), "message")
    in_group = tap(message=message(chat=GROUP))
    aside = Inbound(5, callback="99", language="nl", aside="group")
    assert read("callback_query", inline) == aside
    assert read("callback_query", in_group) == replace(aside, address="-100200")


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"forward_origin": {"type": "hidden_user"}},
        {"reply_to_message": message(text="?")},
        {"via_bot": BOT},
        {"entities": [{"type": "bot_command"}]},
    ],
    ids=["plain", "forwarded", "reply", "via a bot", "command"],
)
def test_a_text_is_a_text(parts: Node) -> None:
    assert read("message", message(text="drie", **parts)) == written(Text("drie"))


def test_half_a_character_stays_what_it_is() -> None:
    raw = json.loads(r'{"update_id": 5, "message": {"text": "a\ud800"}}')
    raw["message"] |= message()
    assert decoded(raw, NOW) == written(Text("a\ud800"))


@pytest.mark.parametrize("kind", UNUSABLE)
def test_what_is_no_text_has_a_kind_and_no_content(kind: str) -> None:
    photo = message(**{kind: {"file_id": "secret"}}, caption="secret")
    assert read("message", photo) == written(Unusable(kind))


@pytest.mark.parametrize(("kind", "looks_like"), [("animation", "document"), ("venue", "location")])
def test_the_narrower_kind_counts(kind: str, looks_like: str) -> None:
    assert read("message", message(**{looks_like: {}, kind: {}})) == written(Unusable(kind))


def test_what_telegram_invents_later_is_something_else() -> None:
    assert read("message", message(hologram={})) == written(Unusable("other"))


def test_a_changed_message_is_a_changed_text() -> None:
    changed = message(date=SENT - 500, edit_date=SENT)
    assert read("edited_message", {**changed, "text": "vier"}) == written(Edited("vier", of=""))
    assert read("edited_message", {**changed, "photo": []}) == written(Unusable("photo"))


def test_a_bot_is_put_aside() -> None:
    assert read("message", message(text="hello", **{"from": BOT})) == Inbound(5, aside="bot")


@pytest.mark.parametrize(
    ("kind", "node", "address"),
    [
        ("message", message(text="/start", chat=GROUP), "-100200"),
        ("message", message(text="x", chat={"id": -5, "type": "group"}), "-5"),
        ("edited_message", message(text="x", chat=GROUP), "-100200"),
        ("channel_post", without(message(text="x", chat=CHANNEL), "from"), "-100300"),
        ("edited_channel_post", without(message(text="x", chat=CHANNEL), "from"), "-100300"),
        ("my_chat_member", member("member", GROUP), "-100200"),
        ("my_chat_member", member("administrator", CHANNEL), "-100300"),
        ("my_chat_member", member("restricted", GROUP, is_member=True), "-100200"),
    ],
)
def test_what_comes_from_a_group_is_put_aside(kind: str, node: Node, address: str) -> None:
    assert read(kind, node) == Inbound(5, address, aside="group")


@pytest.mark.parametrize("status", ["left", "kicked", "restricted"])
def test_a_group_that_sent_the_bot_away_is_left(status: str) -> None:
    change = member(status, GROUP, is_member=False)
    assert read("my_chat_member", change) == Inbound(5, "-100200", aside="left")


@pytest.mark.parametrize(("status", "reachable"), [("kicked", False), ("member", True)])
def test_a_person_blocks_the_bot_and_lets_it_in_again(status: str, reachable: bool) -> None:
    expected = Inbound(5, "1001", language="nl", sent_at=SENT_AT, reachable=reachable)
    assert read("my_chat_member", member(status)) == expected


def test_an_inline_query_can_be_answered() -> None:
    query = {"id": "77", "from": ANA, "query": "x", "offset": ""}
    expected = Inbound(5, callback="77", language="nl", aside="inline_query")
    assert read("inline_query", query) == expected


@pytest.mark.parametrize("kind", ["poll_answer", "business_message", "chat_boost", "hologram"])
def test_an_unknown_kind_is_put_aside(kind: str) -> None:
    assert read(kind, message(text="x")) == Inbound(5, aside="unknown")


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("nl", "nl"),
        ("nl-BE", "nl"),
        ("FR", "fr"),
        ("pt_br", "pt"),
        ("zh-hans-x", "zh"),
        ("", ""),
        ("-", ""),
        ("klingon", ""),
        ("n", ""),
        ("ñl", ""),
        (5, ""),
        (None, ""),
    ],
)
def test_a_language_is_a_first_guess_or_none(code: object, language: str) -> None:
    sender = {**ANA, "language_code": code}
    assert read("message", message(text="x", **{"from": sender})).language == language


@pytest.mark.parametrize(
    "date",
    [None, "1", 0, -1, True, 1.5, SENT + 3 * 24 * 3600, 2**63, 10**5000],
    ids=["none", "text", "zero", "before", "bool", "fraction", "ahead", "huge", "endless"],
)
def test_a_time_that_cannot_be_is_none(date: object) -> None:
    found = read("message", message(text="x", date=date))
    assert found == Inbound(5, "1001", Text("x"), message=7, language="nl")


@pytest.mark.parametrize(
    ("kind", "node"),
    [
        ("message", None),
        ("message", []),
        ("message", message(text=5)),
        ("message", without(message(text="x"), "chat")),
        ("message", without(message(text="x"), "from")),
        ("message", without(message(text="x"), "message_id")),
        ("message", message(text="x", message_id=True)),
        ("message", message(text="x", message_id=10**5000)),
        ("message", message(text="x", chat={"id": 1001, "type": "hologram"})),
        ("message", message(text="x", chat={"id": 10**5000, "type": "group"})),
        ("message", message(text="x", **{"from": {**ANA, "id": "1001"}})),
        ("callback_query", without(tap(), "id")),
        ("callback_query", tap(message=5)),
        ("my_chat_member", member("hologram")),
        ("inline_query", {"id": 5}),
    ],
)
def test_what_telegram_would_not_send_is_malformed(kind: str, node: object) -> None:
    assert read(kind, node) == Inbound(5, aside="malformed")


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        "x",
        {},
        {"message": message(text="x")},
        {"update_id": True},
        {"update_id": "5"},
        {"update_id": -1},
        {"update_id": 2**63},
        {"update_id": 5.0},
    ],
)
def test_an_update_without_a_number_is_malformed(raw: object) -> None:
    assert decoded(raw, NOW) == Inbound(-1, aside="malformed")


COMPLETE = {
    "text": ("message", message(text="drie")),
    "photo": ("message", message(photo=[{"file_id": "x", "width": 1}], caption="x")),
    "edited": ("edited_message", message(text="vier", edit_date=SENT)),
    "tap": ("callback_query", tap()),
    "old tap": (
        "callback_query",
        tap(message={"chat": PRIVATE, "message_id": 7, "date": 0}),
    ),
    "blocked": ("my_chat_member", member("kicked")),
    "added": ("my_chat_member", member("member", GROUP)),
    "group": ("message", message(text="x", chat=GROUP)),
    "post": ("channel_post", message(text="x", chat=CHANNEL)),
    "inline": ("inline_query", {"id": "77", "from": ANA, "query": "x", "offset": ""}),
    "poll": ("poll_answer", {"poll_id": "1", "user": ANA, "option_ids": [0]}),
}
ASIDE = {"", "bot", "group", "inline_query", "left", "malformed", "unknown"}

scalars = (
    st.sampled_from([None, True, False, 0.5, 0, 1, 2**63 - 1, 2**63, 10**4000])
    | st.sampled_from(["private", "supergroup", "member", "kicked", "\ud800", ""])
    | st.integers()
    | st.text(max_size=4)
)
names = st.sampled_from(["id", "type", "from", "chat", "text", "date", "status", "x"])
shallow = scalars | st.dictionaries(names, scalars, max_size=3)
anything = shallow | st.lists(shallow, max_size=2) | st.dictionaries(names, shallow, max_size=4)


def places(node: object) -> Iterator[tuple[Any, Any]]:
    """Name every place in a tree, as the container and the key."""
    pairs: Any = ()
    if isinstance(node, dict):
        pairs = node.items()
    elif isinstance(node, list):
        pairs = enumerate(node)
    for key, value in pairs:
        yield node, key
        yield from places(value)


@st.composite
def damaged(draw: st.DrawFn) -> object:
    kind, node = COMPLETE[draw(st.sampled_from(sorted(COMPLETE)))]
    update = deepcopy({"update_id": draw(st.integers(0, 2**63 - 1)), kind: node})
    for _ in range(draw(st.integers(1, 3))):
        container, key = draw(st.sampled_from(list(places(update)) or [({"": 0}, "")]))
        if draw(st.booleans()):
            del container[key]
        else:
            container[key] = draw(anything)
    return update


def number(raw: object) -> int:
    found = raw.get("update_id") if isinstance(raw, dict) else None
    return found if type(found) is int and 0 <= found < 2**63 else -1


def check(raw: object) -> Inbound:
    found = decoded(raw, NOW)
    assert type(found) is Inbound
    assert found.update == number(raw)
    assert found.aside in ASIDE
    assert found.aside or found.reachable is not None or isinstance(found.event, Event)
    assert found.message is None or 0 <= found.message < 2**63
    assert found.aside or found.address.isdecimal()
    return found


# Drawing an example takes far longer than reading it, so each one is used in many places.
@settings(max_examples=1200, deadline=None, derandomize=True)
@given(anything)
def test_nothing_breaks_the_reading(node: object) -> None:
    check(node)
    for kind in {kind for kind, _ in COMPLETE.values()}:
        check({"update_id": 5, kind: node})


@settings(max_examples=150, deadline=None, derandomize=True)
@given(anything)
def test_no_damage_at_any_place_breaks_the_reading(node: object) -> None:
    for kind, complete in COMPLETE.values():
        update = deepcopy({"update_id": 5, kind: complete})
        for container, key in list(places(update)):
            whole = container[key]
            container[key] = node
            check(update)
            container[key] = whole


@settings(max_examples=1200, deadline=None, derandomize=True)
@given(damaged())
def test_no_damage_at_several_places_breaks_the_reading(raw: object) -> None:
    check(raw)


@settings(max_examples=1000, deadline=None, derandomize=True)
@given(
    st.integers(0, 2**63 - 1),
    st.integers(1, 2**52),
    st.sampled_from(sorted(COMPLETE)),
    st.text(st.characters(), min_size=1),
)
def test_a_complete_update_is_never_malformed(
    update: int, person: int, name: str, text: str
) -> None:
    kind, node = COMPLETE[name]
    changed = {**node, "from": {**ANA, "id": person}} | ({"text": text} if "text" in node else {})
    found = check({"update_id": update, kind: changed})
    assert found.update == update
    assert found.aside != "malformed"
    assert found.address in {"", str(person), "-100200", "-100300"}
