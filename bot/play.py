"""Plays a conversation in a database that is thrown away, and writes it down as a transcript.

A transcript is what the terminal shows, with lines behind "> " for what was typed and lines
behind "= " for what was saved. Played again it must come out the same, so it is a test.
"""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from difflib import unified_diff
from itertools import count
from pathlib import Path
from secrets import token_bytes
from tempfile import TemporaryDirectory

from bot.app import Registration, opened
from bot.channels.console import PROMPT, Plain, Terminal, converse, lines
from bot.participants import digest_by
from bot.world import World
from flows.effects import (
    AcceptNotice,
    AccountFor,
    AddParticipant,
    ChangeProject,
    ChangeRoles,
    ChangeWishes,
    Decide,
    Effect,
    EraseAccount,
    Invite,
    Leave,
    Notify,
    ReviewRecord,
    RevokeInvitation,
    SaveRecord,
)
from flows.engine import Message, Turn
from flows.notice import NOTICE_VERSION
from flows.record import Record
from flows.sheet import REGISTRARS
from flows.texts import SOURCE_LANGUAGE
from storage import acceptances
from storage.database import Database
from storage.organisations import EXAMPLE, EXAMPLE_PERSON
from storage.sealing import KEY_BYTES, Fixed

MOST_CELLS = 12
SAVED = "= "
PLAYED_KEY = "00" * 32
"""A transcript comes out the same wherever it is played, so its codes have no secret."""
HEADER = re.compile(r"# (today|roles|notice): (.+)")
ASKED = "asked"
"""In the header `notice`: the conversation begins before the notice was accepted."""


class TranscriptProblem(Exception):
    """A transcript that cannot be played, or that came out differently."""


class Recorder:
    """A terminal that also writes down what passes through it."""

    def __init__(self, terminal: Terminal, out: io.StringIO) -> None:
        self._terminal = terminal
        self._out = out

    def show(self, messages: tuple[Message, ...]) -> None:
        """Show the messages and write them down."""
        self._terminal.show(messages)
        self._out.writelines(f"{line}\n" for line in lines(messages))

    def read(self) -> str | None:
        """Read a line and write it down."""
        text = self._terminal.read()
        if text is not None:
            self._out.write(f"{PROMPT}{text}\n")
        return text

    def saved(self, turn: Turn) -> Turn:
        """Write down what a turn saved."""
        for effect in turn.effects:
            self._out.writelines(f"{SAVED}{line}\n" for line in _stored(effect))
        return turn


def play(
    world: World, today: date, roles: tuple[str, ...], terminal: Terminal, *, informs: bool = False
) -> str:
    """Hold a conversation as if it were `today`, and return its transcript."""
    out = io.StringIO()
    out.write(f"# today: {today.isoformat()}\n# roles: {' '.join(roles)}\n")
    out.write(f"# notice: {ASKED}\n" if informs else "")
    fixed = played_on(today, world)
    with TemporaryDirectory() as folder:
        keys = Fixed([token_bytes(KEY_BYTES)], "a conversation that is thrown away")
        database = Database(f"sqlite:///{folder}/play.db", keys)
        try:
            registration = opened(database, fixed, roles)
            if not informs:
                _accept(database, fixed)
            _converse(registration, Recorder(terminal, out))
        finally:
            database.close()
    return out.getvalue()


def _accept(database: Database, world: World) -> None:
    key, language = (EXAMPLE, EXAMPLE_PERSON), SOURCE_LANGUAGE
    with database.writing() as connection:
        acceptances.add(connection, key, NOTICE_VERSION, language, world.clock())


def played_on(today: date, world: World) -> World:
    """Return the world of a transcript: its day, with identifiers that are counted."""
    numbers = count(1)
    return replace(
        world,
        clock=lambda: datetime.combine(today, time(12), world.time_zone),
        new_id=lambda: f"{next(numbers):04d}-PLAY",
        digest=digest_by(PLAYED_KEY),
        chance=lambda: next(numbers),
        new_token=lambda: f"{next(numbers):043d}",
    )


def _converse(registration: Registration, recorder: Recorder) -> None:
    language = "en"
    converse(
        recorder,
        registration.show(language),
        lambda event: recorder.saved(registration.take(event, language)),
    )


def replay(world: World, path: Path) -> tuple[str, str]:
    """Play a transcript again; return it as it is and as it comes out now."""
    try:
        before = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TranscriptProblem(f"{path} cannot be read: {error}.") from error
    # A line may hold other separators than a line end, because they can be typed.
    written = before.split("\n")
    found = (HEADER.fullmatch(line) for line in written)
    header = {match[1]: match[2] for match in found if match}
    try:
        today = date.fromisoformat(header["today"])
    except (KeyError, ValueError):
        raise TranscriptProblem(
            f"{path}:1: the first line must be like “# today: 2026-03-02”."
        ) from None
    typed = [line.removeprefix(PROMPT) for line in written if line.startswith(PROMPT)]
    source = io.StringIO("".join(f"{line}\n" for line in typed))
    roles = tuple(header.get("roles", "").split())
    for role in roles:
        if role not in REGISTRARS:
            raise TranscriptProblem(
                f"{path}:2: there is no role {role!r}; use one of {', '.join(REGISTRARS)}."
            )
    terminal, informs = Plain(source, io.StringIO()), header.get("notice") == ASKED
    return before, play(world, today, roles, terminal, informs=informs)


def difference(before: str, after: str, path: Path) -> str:
    """Return what changed between two transcripts, as a unified diff; "" if nothing."""
    return "".join(
        unified_diff(
            before.splitlines(keepends=True),
            after.splitlines(keepends=True),
            f"{path}",
            "played now",
        )
    )


def _stored(effect: Effect) -> Iterator[str]:
    if isinstance(effect, SaveRecord):
        yield from _record(effect.record)
    elif isinstance(effect, ChangeProject):
        project = effect.project
        yield f"project {project.name}: {', '.join(project.area_labels)}"
        yield f"  registers {len(project.selection)}: {' '.join(project.selection)}"
        for code, role in project.registrars.items():
            yield f"  {code} by {role}"
    elif isinstance(effect, AddParticipant):
        yield f"participant {effect.code}{' (derived)' if effect.digest else ''}"
    elif isinstance(effect, EraseAccount):
        yield "the account is erased"
    elif isinstance(effect, ReviewRecord):
        said = f"{effect.state} {effect.comment}".rstrip()
        yield f"review of {effect.record} revision {effect.revision}: {said}"
    elif isinstance(effect, ChangeWishes | Decide | Notify):
        yield _about_time(effect)
    elif not isinstance(effect, AccountFor):
        yield _about_people(effect)


def _about_time(effect: ChangeWishes | Decide | Notify) -> str:
    match effect:
        case ChangeWishes(wishes):
            until = f", muted until {wishes.muted_until}" if wishes.muted_until else ""
            return f"wishes: at {wishes.hours.at:%H:%M}, overview {wishes.digest}{until}"
        case Decide(occasion, decision):
            parts = (decision.due, decision.reason, decision.assignee)
            said = " ".join(str(part) for part in parts if part)
            return f"decided of {occasion.key}: {decision.what} {said}".rstrip()
        case Notify(kind, person, day, wanted):
            details = "".join(f", {name} {' '.join(words)}" for name, words in wanted.items())
            return f"{kind} for {person} on {day}{details}"


def _about_people(
    effect: AcceptNotice | Invite | RevokeInvitation | ChangeRoles | Leave,
) -> str:
    match effect:
        case AcceptNotice(version, language):
            return f"accepted notice {version} in {language}"
        case Invite(id=invitation, roles=roles, projects=projects, person=person):
            whom = person or f"{' '.join(roles)} for {' '.join(projects)}"
            return f"invitation {invitation}: {whom}"
        case RevokeInvitation(invitation):
            return f"invitation {invitation} revoked"
        case ChangeRoles(person, roles):
            return f"person {person}: {' '.join(roles)}"
        case Leave(person, heir):
            return f"person {person} is out{f', {heir} goes on' if heir else ''}"


def _record(record: Record) -> Iterator[str]:
    about = (record.sheet, str(record.sheet_version), record.subject, record.moment)
    state = "deleted" if record.deleted else "complete" if record.complete else "so far"
    yield " ".join(
        part
        for part in (*about, f"revision {record.revision}", state, f"{record.observed_on}")
        if part
    )
    said = {"why": record.reason, "for": record.entered_for, "how": record.provenance}
    if given := " ".join(f"{word}: {text}" for word, text in said.items() if text):
        yield f"  {given}"
    if record.remark:
        yield f"  remark: {record.remark}"
    for question, cells in _by_question(record):
        yield f"  {question} = {cells}"


def _by_question(record: Record) -> Iterable[tuple[str, str]]:
    found: dict[str, list[str]] = {}
    for value in record.values:
        if value.status.value == "skipped":
            continue
        text = value.value or " ".join(
            part for part in (f"({value.status.value})", value.reason) if part
        )
        remark = f" “{value.remark}”" if value.remark else ""
        found.setdefault(value.question, []).append(
            f"{value.category}: {text}" if value.category else f"{text}{remark}"
        )
    return ((question, _cells(cells)) for question, cells in found.items())


def _cells(cells: list[str]) -> str:
    """Return the values of a question on one line; of a long list only what was chosen."""
    if len(cells) <= MOST_CELLS:
        return ", ".join(cells)
    some = [cell for cell in cells if not cell.endswith(": 0")]
    return f"{', '.join(some)} (of {len(cells)})"
