"""When things are due: what was decided, what was sent to whom, and when they want it."""

from sqlalchemy import (
    JSON,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
)

from storage.column_types import UtcTime, Words
from storage.tables.base import metadata

decisions = Table(
    "decisions",
    metadata,
    Column("organisation", Words, primary_key=True),
    # The occasion, as flows.schedule.Occasion tells it from every other one.
    Column("project", Words, primary_key=True),
    Column("sheet", Words, primary_key=True),
    Column("moment", Words, primary_key=True),
    Column("subject", Words, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # What a coordinator decided: another due day, why it will not be done, or who does it.
    Column("due", Date, nullable=True),
    Column("reason", Words, nullable=False, server_default=""),
    Column("assignee", Words, nullable=False, server_default=""),
    Column("person", Words, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
    ForeignKeyConstraint(["organisation", "project"], ["projects.organisation", "projects.id"]),
    ForeignKeyConstraint(["organisation", "person"], ["people.organisation", "people.id"]),
)

sendings = Table(
    "sendings",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("person", Words, primary_key=True),
    # At most one message of each kind a day for each person, whatever is planned how often; only
    # of what is ordered with details, several.
    Column("kind", Words, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("state", Words, nullable=False),
    Column("send_at", UtcTime, nullable=False),
    Column("claimed_at", UtcTime, nullable=True),
    Column("settled_at", UtcTime, nullable=True),
    # How much there was to be told, and for a message that somebody caused, who.
    Column("items", Integer, nullable=False, server_default="0"),
    Column("caused_by", Words, nullable=False, server_default=""),
    Column("number", Integer, primary_key=True, server_default="0", autoincrement=False),
    # What was ordered, as JSON; "" where the kind says it all.
    Column("wanted", Words, nullable=False, server_default=""),
    ForeignKeyConstraint(["organisation", "person"], ["people.organisation", "people.id"]),
    Index(None, "state", "send_at"),
)

reminders = Table(
    "reminders",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("person", Words, primary_key=True),
    Column("project", Words, primary_key=True),
    # All sheets of a moment are told together.
    Column("moment", Words, primary_key=True),
    Column("subject", Words, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("due", Date, primary_key=True),
    Column("stage", Words, primary_key=True),
    # The sending of that day told it.
    Column("day", Date, nullable=False),
    ForeignKeyConstraint(["organisation", "person"], ["people.organisation", "people.id"]),
    ForeignKeyConstraint(["organisation", "project"], ["projects.organisation", "projects.id"]),
    sqlite_with_rowid=False,
)

reminder_settings = Table(
    "reminder_settings",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("person", Words, primary_key=True),
    # Times of the day as HH:MM, in the time of the place.
    Column("remind_at", Words, nullable=False),
    Column("quiet_from", Words, nullable=False),
    Column("quiet_until", Words, nullable=False),
    # Monday is 0.
    Column("days", JSON, nullable=False),
    Column("digest", Words, nullable=False),
    Column("muted_until", Date, nullable=True),
    ForeignKeyConstraint(["organisation", "person"], ["people.organisation", "people.id"]),
)
