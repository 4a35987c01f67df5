"""The agreed conversations come out the same in a Telegram chat."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select

from bot.app import admitted, release
from bot.channels.console import PROMPT
from bot.play import ASKED, HEADER, SAVED, _record, played_on
from bot.world import World, world
from flows.loading import HANDBOOK
from storage import organisations, records, tables
from storage.database import Database
from tests.keys import KEYS
from tests.noticed import accept
from tests.telegram.figures import Record
from tests.telegram.inside import bot
from tests.telegram.process import TIME_ZONE
from tests.telegram.watching import Watched
from tests.telegram_server import Account, Shown

TRANSCRIPTS = sorted((Path(__file__).parents[1] / "transcripts").glob("*.txt"))
ANA = 1001
SECONDS = 10
"""Only what went wrong takes so long."""
BUTTON = re.compile(r"  (?=\[#?\d+\] )")
KEY = re.compile(r"\[#?\d+\] ")
OF_ALL = re.compile(r" \(of \d+\)$")
ELSE = re.compile(
    r"project [^:]+: .*|  registers \d+: .*|  [A-Z]{2}\d\d by \w+"
    r"|participant \S+( \(derived\))?|review of .*|accepted notice .*"
    r"|wishes: .*|decided of .*|\w+ for \S+ on .*"
)
"""What was stored beside records: projects, participants, reviews, who accepted the notice."""


OWN = {"today", "overview"}
"""Conversations that show the person's own code, and whom messages reach: other ones here."""


class Seen(NamedTuple):
    """A message as somebody sees it: its lines, and its rows of buttons."""

    lines: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Agreed:
    """One turn of a transcript: what was typed, what came of it, what was saved."""

    typed: str
    messages: tuple[Seen, ...]
    saved: tuple[str, ...]


@pytest.fixture(scope="module")
def real() -> World:
    return world(HANDBOOK, TIME_ZONE, lambda: datetime.now(UTC))


SAME = [path for path in TRANSCRIPTS if path.stem.partition("-")[2] not in OWN]


@pytest.mark.parametrize("path", SAME, ids=[path.stem for path in SAME])
async def test_a_conversation_in_telegram_is_what_was_agreed(
    path: Path, server: Watched, sqlite_url: str, real: World, record_property: Record
) -> None:
    written, header = read(path)
    fixed = played_on(date.fromisoformat(header["today"]), real)
    server.now = lambda: int(fixed.clock().timestamp())
    made, roles = replace(fixed, new_id=real.new_id), tuple(header["roles"].split())
    admit(sqlite_url, made, roles, informs=header.get("notice") == ASKED)
    ana, receipts, known = server.account(ANA), list[Seen](), set[tuple[str, int]]()
    async with bot(server, sqlite_url, fixed) as database:
        for turn in turns(written):
            await ana.types(turn.typed)
            *confirmed, screen = turn.messages
            receipts += confirmed
            await shows(ana, [*receipts, screen])
            assert tuple(saved(database, known)) == tuple(map(in_order, turn.saved))
    assert [shown for shown in ana.chat.messages if not shown.from_bot] == []
    assert server.refused == []
    checked = server.checked.total()
    record_property("checked", checked)
    print(f"\n{checked} calls of {path.stem} were checked")  # noqa: T201 - a figure to be told


def admit(url: str, world: World, roles: tuple[str, ...], *, informs: bool) -> None:
    with closing(Database(url, KEYS)) as database, database.writing() as connection:
        me = admitted(connection, world, "telegram", str(ANA), roles)
        if not informs:
            accept(connection, me.key)
        release(connection, world)


def read(path: Path) -> tuple[list[str], dict[str, str]]:
    """Return the lines of a transcript, and what its header says."""
    written = path.read_text(encoding="utf-8").split("\n")
    return written, {match[1]: match[2] for line in written if (match := HEADER.fullmatch(line))}


def turns(written: list[str]) -> Iterator[Agreed]:
    """Read a transcript; it begins with what the terminal shows before anything is typed."""
    typed, lines = "/start", list[str]()
    for line in written:
        if HEADER.fullmatch(line):
            continue
        if line.startswith(PROMPT):
            yield agreed(typed, lines)
            typed, lines = line.removeprefix(PROMPT), []
        else:
            lines.append(line)
    yield agreed(typed, lines)


def agreed(typed: str, lines: list[str]) -> Agreed:
    stored = [line.removeprefix(SAVED) for line in lines if line.startswith(SAVED)]
    saved = tuple(line for line in stored if not ELSE.fullmatch(line))
    shown = "\n".join(line for line in lines if not line.startswith(SAVED))
    return Agreed(typed, tuple(map(drawn, shown.strip("\n").split("\n\n"))), saved)


def drawn(message: str) -> Seen:
    """Turn a message of the terminal into what Telegram shows."""
    lines = message.split("\n")
    notes = [line.removeprefix("! ") for line in lines if line.startswith("! ")]
    text = [line for line in lines if not line.startswith(("! ", "  ["))]
    rows = [line for line in lines if line.startswith("  [")]
    labels = (tuple(KEY.sub("", part, count=1) for part in BUTTON.split(row)[1:]) for row in rows)
    return Seen((*notes, *([""] if notes else []), *text), tuple(labels))


def seen(shown: Shown) -> Seen:
    rows = tuple(tuple(button.text for button in row) for row in shown.rows)
    return Seen(tuple(shown.text.split("\n")), rows)


async def shows(ana: Account, expected: list[Seen]) -> None:
    """Wait until these are the bot's messages in the chat."""
    while True:
        version = ana.chat.version
        found = [seen(shown) for shown in ana.chat.messages if shown.from_bot]
        if found == expected:
            return
        try:
            await ana.chat.changed(after=version, timeout=SECONDS)
        except TimeoutError:
            assert found == expected
            raise


def saved(database: Database, known: set[tuple[str, int]]) -> Iterator[str]:
    """Write down the revisions that have come since, as a transcript does."""
    column = tables.record_revisions.c
    with database.reading() as connection:
        organisation = organisations.named(connection)
        rows = connection.execute(
            select(column.record, column.revision).order_by(column.record, column.revision)
        ).all()
        for row in rows:
            if tuple(row) not in known:
                known.add((row.record, row.revision))
                record = records.load(connection, organisation, row.record, row.revision)
                assert record
                yield from map(in_order, _record(record))


def in_order(line: str) -> str:
    """Write the cells of an answer in the order of the alphabet; the database knows no other."""
    question, is_answer, cells = OF_ALL.sub("", line).partition(" = ")
    return question + is_answer + ", ".join(sorted(cells.split(", ")))
