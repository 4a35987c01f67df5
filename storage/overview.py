"""What an overview tells of projects beside their plans: who works there, and what happened."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, bindparam, exists, func, select

from flows.overview import EXIT, NOTED, Changes, Member
from storage import chats, sendings, workers
from storage.column_types import UtcTime
from storage.organisations import CONSOLE
from storage.reviews import latest_review, of_record
from storage.statements import Lookup
from storage.tables import participants, record_revisions, records
from storage.workers import Place, Worker

WEEK = timedelta(days=7)

QUESTIONED = ("flagged", "returned")


def members(
    connection: Connection, places: Collection[Place], today: date, zone: ZoneInfo
) -> dict[Place, list[Member]]:
    """Return who works in these projects, in the order of their codes."""
    working = workers.working(connection, places)
    keys = {(place[0], item.person) for place, found in working.items() for item in found}
    seen = chats.load(connection, keys)
    away = {key for key, chat in seen.items() if chat.unreachable_since}
    lately = sendings.recent(connection, keys, today - WEEK + timedelta(days=1), zone)

    def member(organisation: str, item: Worker) -> Member:
        key = organisation, item.person
        burden = lately.get(key, sendings.NOTHING).burden
        has_chat = item.channel != CONSOLE[0]
        return Member(item.person, item.roles, key not in away, burden, has_chat)

    return {place: [member(place[0], item) for item in found] for place, found in working.items()}


def changes(
    connection: Connection, places: Collection[Place], since: datetime
) -> dict[Place, Changes]:
    """Return what happened in these projects since a moment."""
    joined = _counts(_JOINED, connection, places, since)
    noted: Mapping[Place, dict[str, int]] = defaultdict(dict)
    for row in _NOTED.rows(connection, places, since=since):
        noted[row.organisation, row.project][row.sheet] = row.found
    questioned = {
        (row.organisation, row.project): row.found for row in _QUESTIONED.rows(connection, places)
    }
    return {
        place: Changes(
            joined.get(place, 0),
            noted[place].pop(EXIT, 0),
            noted[place],
            questioned.get(place, 0),
        )
        for place in places
    }


def _counts(
    lookup: Lookup, connection: Connection, places: Collection[Place], since: datetime
) -> dict[Place, int]:
    rows = lookup.rows(connection, places, since=since)
    return {(row.organisation, row.project): row.found for row in rows}


_SINCE = bindparam("since", type_=UtcTime)
_COUNT = func.count().label("found")
_newest = record_revisions.alias("newest")
_later = record_revisions.alias("later")
_is_newest = ~exists().where(
    _later.c.organisation == _newest.c.organisation,
    _later.c.record == _newest.c.record,
    _later.c.revision > _newest.c.revision,
)
_JOINED = Lookup(
    select(participants.c.organisation, participants.c.project, _COUNT)
    .where(participants.c.created_at >= _SINCE)
    .group_by(participants.c.organisation, participants.c.project),
    participants.c.organisation,
    participants.c.project,
)
_of_newest = and_(
    _newest.c.organisation == records.c.organisation, _newest.c.record == records.c.id
)
_NOTED = Lookup(
    select(records.c.organisation, records.c.project, records.c.sheet, _COUNT)
    .join_from(records, _newest, _of_newest)
    .where(
        records.c.created_at >= _SINCE,
        records.c.sheet.in_((*NOTED, EXIT)),
        _newest.c.complete,
        ~_newest.c.deleted,
        _is_newest,
    )
    .group_by(records.c.organisation, records.c.project, records.c.sheet),
    records.c.organisation,
    records.c.project,
)
_QUESTIONED = Lookup(
    select(records.c.organisation, records.c.project, _COUNT)
    .join_from(records, latest_review, of_record(records))
    .join(_newest, _of_newest)
    .where(
        latest_review.c.state.in_(QUESTIONED),
        # A later revision has taken it up, as a deletion has.
        latest_review.c.revision == _newest.c.revision,
        _is_newest,
    )
    .group_by(records.c.organisation, records.c.project),
    records.c.organisation,
    records.c.project,
)
