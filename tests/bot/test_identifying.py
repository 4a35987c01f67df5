"""What identifies somebody is stored nowhere, wherever it is typed."""

import logging
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.turns import Entry, Turns
from flows.context import Context
from flows.conversation import Conversation, restore
from flows.engine import Edited, Event
from flows.path import Place
from flows.states import STATES
from storage.database import Database
from storage.tables import projects
from tests.bot.phones import Phones
from tests.builders import Worker, handbook
from tests.flows.test_properties import can, candidates, enter, enter_several, place_of, tap
from tests.flows.test_snapshot import WAYS
from tests.keys import KEYS
from tests.unsealed import unsealed_in

MARK = "kwibus"
SECRETS = (
    "0470 98 76 54",
    "mirabel@voorbeeld.be",
    "Zonnestraat 12",
    "85.07.30-033.28",
    "1-ZZQ-987",
    "BE71 0961 2345 6769",
    "mevrouw Brambosch",
)
"""Each is refused in a field of any kind, the shortest too."""
TEXTS = {
    (sheet.name, question.name)
    for sheet in handbook().values()
    for question in sheet.questions
    if question.type == "text" and not question.read_only
}


class Somebody(Worker):
    """A worker whose conversation goes through the inbox into a database."""

    def __init__(self, phones: Phones) -> None:
        self.phones = phones
        self._turns = Turns(phones.world)

    def does(self, event: Event) -> "Somebody":
        self.phones.take(self.phones.sent("1", event))
        self.screen = self.phones.screen("1")
        return self

    @property
    def conversation(self) -> Conversation:  # type: ignore[override]
        return restore(self.phones.conversation("1"))

    @property
    def world(self) -> Context:  # type: ignore[override]
        entry = Entry(self.phones.people["1"], None, "en")
        with self.phones.database.writing() as connection:
            return self._turns._contexts(
                connection, [entry], {entry.me.key: self.conversation}, self.phones.clock()
            )[0]


@pytest.fixture
def somebody(sqlite_url: str, caplog: pytest.LogCaptureFixture) -> Iterator[Somebody]:
    """A worker of a project that registers everything; all that is logged is kept."""
    caplog.set_level(logging.DEBUG)
    with closing(Database(sqlite_url, KEYS)) as database:
        numbers = count(1)
        phones = Phones(database, "1", new_id=lambda: f"8F3K-27QM-X{next(numbers):03d}")
        codes = list(dict.fromkeys(code for sheet in handbook().values() for code in sheet.by_code))
        with database.writing() as connection:
            connection.execute(update(projects).values(selection=codes))
        yield Somebody(phones)


def kept(folder: Path, log: str) -> list[str]:
    """Return which secrets are in a file of the database, sealed or not, or in the log."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    everything = b"\n".join([*files, unsealed_in(folder).encode(), log.encode()]).lower()
    parts = [part for secret in SECRETS for part in (secret, secret.replace(" ", ""))]
    return [part for part in (MARK, *parts) if part.lower().encode() in everything]


def try_to_tell(worker: Somebody) -> None:
    """Type every secret; wherever free text is read, say which was found."""
    for secret in SECRETS:
        worker.types(f"{MARK} {secret}"[:40])


def answered(worker: Somebody, place: Place) -> None:
    """Give an answer that leads to as many questions as there are."""
    names = [choice.name for choice in place.choices if not choice.exclusive]
    if place.question.type == "select_multiple" and names:
        enter_several(worker, place, names)
    for seed in range(3):
        for wanted in candidates(place, seed):
            if place_of(worker) != place:
                return
            enter(worker, place, wanted)


def test_every_question_that_takes_a_text_refuses_what_identifies(
    somebody: Somebody, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    seen = set()
    somebody.types("English")
    for sheet in sorted({name for name, _ in TEXTS}):
        somebody.types("/start", handbook()[sheet].title)
        if can(somebody, "moment:baseline"):
            tap(somebody, "moment:baseline")
        while somebody.state == "asking" and (place := place_of(somebody)) is not None:
            if place.question.type == "text":
                seen.add((sheet, place.question.name))
                for secret in SECRETS:
                    somebody.types(f"{MARK} {secret}"[:40])
                    assert f"“{secret}”" in somebody.screen.note
                    assert place_of(somebody) == place
            answered(somebody, place)
            assert place_of(somebody) != place, f"{sheet}.{place.question.name}"
        somebody.types("Save")
    assert seen == TEXTS
    assert kept(tmp_path, caplog.text) == []


@pytest.mark.parametrize("state", sorted(STATES.keys() - {"accepting", "auditing"}))
def test_no_state_keeps_what_identifies(
    state: str, somebody: Somebody, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    somebody.types("Good morning")
    WAYS[state](somebody)
    assert somebody.state == state
    try_to_tell(somebody)
    for secret in SECRETS:
        somebody.types(f"/remark {secret}", f"/{MARK} {secret}", f"/language {secret}")
    assert kept(tmp_path, caplog.text) == []


@pytest.mark.parametrize(
    "doing", ["Change", "Delete", "Put a question mark", "Send back to change"]
)
def test_no_reason_or_comment_keeps_what_identifies(
    doing: str, somebody: Somebody, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    WAYS["amending"](somebody).types(doing)
    asked = somebody.screen.text
    for secret in SECRETS:
        somebody.types(f"{MARK} {secret}")
        assert f"“{secret}”" in somebody.screen.note
        assert somebody.screen.text == asked
    assert kept(tmp_path, caplog.text) == []


def test_a_message_that_is_edited_into_what_identifies_is_not_proposed(
    somebody: Somebody, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    phones = somebody.phones
    somebody.types("English", "Side effect", "Today", "1", "1")
    answer = phones.typed("1", "They moved to the park.")
    phones.take(answer)
    for secret in SECRETS:
        phones.take(phones.sent("1", Edited(f"{MARK} {secret}", ""), message=answer.message))
        assert phones.conversation("1")["proposed"] is None
    assert kept(tmp_path, caplog.text) == []


def test_names_that_the_organisation_adds_are_refused_wherever_a_text_is_kept(
    sqlite_url: str, tmp_path: Path
) -> None:
    with closing(Database(sqlite_url, KEYS)) as database:
        phones = Phones(database, "1", names=frozenset({"zebedeus"}))
        worker = Somebody(phones)
        worker.types("English", "Side effect", "Today", "1", "1", "Zebedeus moved to the park")
        assert "“Zebedeus” (a first name)" in worker.screen.note
        worker.types("/remark", "zebedeus moved")
        assert "“zebedeus” (a first name)" in worker.screen.note
        assert b"zebedeus" not in (tmp_path / "meetmoment.db").read_bytes().lower()
        assert "zebedeus" not in unsealed_in(tmp_path).casefold()


def test_what_was_accepted_is_found_in_the_same_way(
    somebody: Somebody, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    somebody.types("English", "Side effect", "Today", "1", "1", f"{MARK} moved")
    assert kept(tmp_path, caplog.text) == [MARK]
