"""What stays the same while a process runs: handbook, texts, clock, identifiers."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.accounting import seals_by
from bot.erased import Erased
from bot.offer import Offer, Offers
from bot.participants import Chance, Digest, by_chance, digest_by
from flows import catalogues, checking
from flows.catalogues import Catalogues
from flows.crosswalks import Crosswalks
from flows.evaluation.suppression import THRESHOLD
from flows.loading import HANDBOOK, Handbook
from flows.pictures.completeness import spec
from flows.pictures.grid import Grid
from flows.schedule import Schedule
from flows.sheet import Sheet, with_texts
from flows.texts import Interface, Say, interface
from storage.audit import Audit
from storage.database import Connection

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is mistaken for another or for a digit."""
BITS, BLOCKS, BLOCK_LENGTH = 5, 3, 4
TOKEN_BYTES = 32

Draw = Callable[[Grid, str, Say], Mapping[str, object] | None]
"""What makes the picture of an overview as Vega-Lite, in the theme that is named, or none."""


@dataclass(frozen=True)
class World:
    """What a process works with; it knows no person and no database.

    `current` are the sheets of the handbook; what an organisation can begin is its offer.
    `names` are the first names that the organisation adds to those looked for in free text.
    `bot_name` is what the bot is called on Telegram, "" where that is not known.
    """

    current: Mapping[str, Sheet]
    crosswalks: Crosswalks
    interface: Interface
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    time_zone: ZoneInfo
    digest: Digest
    chance: Chance
    new_token: Callable[[], str]
    erased: Erased
    names: frozenset[str] = frozenset()
    bot_name: str = ""
    small_number: int = THRESHOLD
    draw: Draw = spec

    @cached_property
    def schedule(self) -> Schedule:
        """What works out what is due of the handbook."""
        return Schedule(self.current.values())

    @cached_property
    def _offers(self) -> Offers:
        return Offers(Offer(self.current, self.schedule), self.clock)

    def offer(self, connection: Connection, organisation: str) -> Offer:
        """Return what an organisation can begin: the handbook and its own sheets."""
        return self._offers.of(connection, organisation)

    @cached_property
    def audit(self) -> Audit:
        """What writes into the audit, sealed by the key of this process."""
        return Audit(seals_by(self.digest))


def new_id() -> str:
    """Return a fresh identifier of 60 random bits, such as 8F3K-27QM-XJ4T."""
    bits = secrets.randbits(BITS * BLOCKS * BLOCK_LENGTH)
    letters = "".join(
        ALPHABET[bits >> BITS * place & len(ALPHABET) - 1] for place in range(BLOCKS * BLOCK_LENGTH)
    )
    return "-".join(
        letters[start : start + BLOCK_LENGTH] for start in range(0, len(letters), BLOCK_LENGTH)
    )


def new_token() -> str:
    """Return 256 random bits, as a link on Telegram may carry them: t.me/bot?start=TOKEN."""
    return secrets.token_urlsafe(TOKEN_BYTES)


@cache
def _own_handbook() -> Handbook:
    """Read the program's own handbook, which does not change while it runs."""
    return checking.load(HANDBOOK)


@cache
def _own_translations() -> Catalogues:
    return catalogues.load()


def world(
    handbook: Path,
    time_zone: str,
    clock: Callable[[], datetime],
    digest: Digest | None = None,
    names: frozenset[str] = frozenset(),
    erased: Path | None = None,
) -> World:
    """Read what a process needs; raises HandbookProblems for an author's fault."""
    read = _own_handbook() if handbook == HANDBOOK else checking.load(handbook)
    found = _own_translations()
    texts = found.texts()
    return World(
        current={name: with_texts(sheet, texts) for name, sheet in read.sheets.items()},
        crosswalks=read.crosswalks,
        interface=interface(found.domains["bot"]),
        clock=clock,
        new_id=new_id,
        time_zone=ZoneInfo(time_zone),
        digest=digest or digest_by(),
        chance=by_chance,
        names=names,
        new_token=new_token,
        erased=Erased(erased, digest or digest_by()),
    )
