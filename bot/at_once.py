"""Makes what somebody at this terminal wants at this moment, and saves it in the current folder."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import BinaryIO

from bot.notifications import RENDER
from bot.world import World
from flows.effects import Notify
from flows.engine import Turn
from flows.sending import ANY_TIME, MADE_APART, Notification, Outcome
from flows.texts import Say
from storage import people, sendings
from storage.database import Database
from storage.organisations import CONSOLE
from storage.sendings import Sending

PICTURE_NAME = "meetmoment.png"
MOST_AT_ONCE = 10


class AtOnce:
    """After a turn, makes what was asked for in it and yields what is to be said of it.

    Nothing else comes by itself here, because nobody may be at the terminal.
    """

    def __init__(self, database: Database, world: World, language: str) -> None:
        self._database = database
        self._world = world
        self._language = language

    def __call__(self, turn: Turn) -> Iterator[str]:
        """Make it, save the files that belong to it, and say where they are."""
        if not any(isinstance(item, Notify) and item.kind in ANY_TIME for item in turn.effects):
            return
        language = turn.conversation.language
        with self._database.writing() as connection:
            now = self._world.clock()
            claimed = sendings.claim(connection, CONSOLE[0], now, MOST_AT_ONCE, sorted(ANY_TIME))
        for sending in claimed:
            made: Notification | None = None
            try:
                made = self._made(sending, language)
            finally:
                # Also when it is interrupted, so that it can be asked for again.
                self._settle(sending, made)
            if made is not None:
                yield _saved(made, self._world.interface.say(language))

    def _settle(self, sending: Sending, made: Notification | None) -> None:
        outcome: Outcome = "sent" if made else "nothing"
        with self._database.writing() as connection:
            settled = {sending: (outcome, made.items if made else 0)}
            sendings.settle(connection, settled, self._world.clock())

    def _made(self, sending: Sending, language: str) -> Notification | None:
        if sending.kind in MADE_APART:
            from bot.clerk import Clerk
            from bot.orders import ordered

            clerk, channel = Clerk(), CONSOLE[0]
            return ordered(self._database, self._world, clerk, channel, sending, language)
        with self._database.reading() as connection:
            found = people.addresses(connection, CONSOLE[0], [sending.key]).get(sending.key)
            if found is None:
                return None
            make, now = RENDER[sending.kind], self._world.clock()
            return make(connection, self._world, found.me, language, sending, now)


def _saved(made: Notification, say: Say) -> str:
    """Save the files and pictures of a message, and return its text with where they are."""
    files = [(made.file_name, made.file), *((PICTURE_NAME, drawn) for drawn in _pictures(made))]
    places = [_save(Path(name), content) for name, content in files if content]
    return "\n".join([made.text, *(say("Saved as {path}", path=f"./{path}") for path in places)])


def _pictures(made: Notification) -> list[bytes]:
    drawings = [made.drawing, *(chart.drawing for chart in made.charts)]
    if not any(drawings):
        return [made.picture]
    from bot.easel import Easel

    with closing(Easel()) as easel:
        return [easel.png(drawing) for drawing in drawings if drawing]


def _save(path: Path, content: bytes) -> Path:
    """Write a file under its name, or under the next one that is free."""
    names = (
        path if number == 1 else path.with_stem(f"{path.stem}-{number}") for number in count(1)
    )
    for name in names:
        try:
            with name.open("xb") as file:
                _fill(name, file, content)
        except FileExistsError:
            continue
        return name
    raise AssertionError


def _fill(path: Path, file: BinaryIO, content: bytes) -> None:
    """Write a file, or leave none where the disk is full."""
    try:
        path.chmod(0o640)
        file.write(content)
        file.flush()
    except OSError:
        path.unlink()
        raise
