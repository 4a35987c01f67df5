"""Organisations, their people and projects, and what is registered there."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    UniqueConstraint,
    false,
)

from storage.column_types import SealedJSON, SealedWords, UtcTime, Words
from storage.tables.base import metadata

organisations = Table(
    "organisations",
    metadata,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    # Whom people may ask about registering; a function or a number, as the organisation likes.
    Column("ambassador", SealedWords, nullable=False, server_default=""),
    # After how many months something is deleted, by kind, where it is not the usual number.
    Column("retention", JSON, nullable=False, server_default="{}"),
)

people = Table(
    "people",
    metadata,
    Column("organisation", Words, ForeignKey("organisations.id"), primary_key=True),
    Column("id", Words, primary_key=True),
    Column("roles", JSON, nullable=False),
    Column("channel", Words, nullable=False),
    Column("address", Words, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("left_at", UtcTime, nullable=True),
    # Whether all projects were given to whoever is bound to none by a role.
    Column("everywhere", Boolean, nullable=False, server_default=false()),
    # Whoever writes is looked up by this alone, so it leads to one organisation.
    UniqueConstraint("channel", "address"),
)

projects = Table(
    "projects",
    metadata,
    Column("organisation", Words, ForeignKey("organisations.id"), primary_key=True),
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("areas", JSON, nullable=False),
    Column("selection", JSON, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    # Which role registers an indicator, where the project decided otherwise than the handbook.
    Column("registrars", JSON, nullable=False, server_default="{}"),
    # The plan, as the project sheet and the sheet of the plan say it (flows.plan).
    Column("dates", JSON, nullable=False, server_default="{}"),
    Column("rules", JSON, nullable=False, server_default="{}"),
    # Up to which day reminders were planned; null when something changed since.
    Column("planned_for", Date, nullable=True),
    # Which projects are still to be planned on a day.
    Index(None, "planned_for"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("person", Words, primary_key=True),
    Column("project", Words, primary_key=True),
    ForeignKeyConstraint(["organisation", "person"], ["people.organisation", "people.id"]),
    ForeignKeyConstraint(["organisation", "project"], ["projects.organisation", "projects.id"]),
)

agreements = Table(
    "agreements",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("project", Words, primary_key=True),
    # The same for the two projects that are one; each organisation has a row of its own.
    Column("joint", Words, primary_key=True),
    Column("agreed_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime, nullable=True),
    ForeignKeyConstraint(["organisation", "project"], ["projects.organisation", "projects.id"]),
    Index(None, "joint"),
)

joint_codes = Table(
    "joint_codes",
    metadata,
    Column("organisation", Words, primary_key=True),
    # One at a time: a new code takes the place of the one before.
    Column("project", Words, primary_key=True),
    Column("digest", Words, nullable=False, unique=True),
    Column("expires_at", UtcTime, nullable=False),
    ForeignKeyConstraint(["organisation", "project"], ["projects.organisation", "projects.id"]),
)

participants = Table(
    "participants",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("project", Words, primary_key=True),
    Column("code", Words, primary_key=True),
    Column("created_at", UtcTime, nullable=False),
    # The keyed digest of what only the participant can repeat; "" where chance made the code.
    Column("digest", Words, nullable=False, server_default=""),
    ForeignKeyConstraint(["organisation", "project"], ["projects.organisation", "projects.id"]),
)

sheets = Table(
    "sheets",
    metadata,
    Column("organisation", Words, ForeignKey("organisations.id"), primary_key=True),
    Column("name", Words, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("digest", Words, nullable=False),
    Column("definition", Words, nullable=False),
    Column("texts", JSON, nullable=False),
    Column("released_at", UtcTime, nullable=False),
    # Since when an own sheet (flows.own) is not offered any more; null for the handbook's.
    Column("retired_at", UtcTime, nullable=True),
)

conversations = Table(
    "conversations",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("person", Words, primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("snapshot", SealedWords, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    ForeignKeyConstraint(["organisation", "person"], ["people.organisation", "people.id"]),
)

chats = Table(
    "chats",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("person", Words, primary_key=True),
    # Each time that there is something to show counts one further; `shown` follows behind.
    Column("serial", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("messages", JSON, nullable=False),
    Column("delete_by", UtcTime, nullable=True),
    # Since when it is not certain that the newest screen is what the person sees.
    Column("unsettled_since", UtcTime, nullable=True),
    Column("unreachable_since", UtcTime, nullable=True),
    ForeignKeyConstraint(["organisation", "person"], ["people.organisation", "people.id"]),
)

updates = Table(
    "updates",
    metadata,
    Column("inbox", Words, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("sent_at", UtcTime, nullable=True),
    Column("received_at", UtcTime, nullable=False),
    Column("set_aside", Words, nullable=False, server_default=""),
    # Looked through when those that cannot come again are forgotten.
    Index(None, "received_at"),
    sqlite_with_rowid=False,
)

records = Table(
    "records",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("project", Words, nullable=False),
    Column("sheet", Words, nullable=False),
    Column("sheet_version", Integer, nullable=False),
    Column("level", Words, nullable=False),
    Column("moment", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    ForeignKeyConstraint(["organisation", "project"], ["projects.organisation", "projects.id"]),
    ForeignKeyConstraint(
        ["organisation", "sheet", "sheet_version"],
        ["sheets.organisation", "sheets.name", "sheets.version"],
    ),
    # What is registered of a subject at a moment, and what came last.
    Index(None, "organisation", "project", "sheet", "moment", "subject"),
    Index(None, "organisation", "project", "created_at"),
)

record_revisions = Table(
    "record_revisions",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("record", Words, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("person", Words, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("observed_on", Date, nullable=False),
    Column("submitted_at", UtcTime, nullable=False),
    Column("reason", SealedWords, nullable=False, server_default=""),
    Column("remark", SealedWords, nullable=False),
    Column("set_aside", SealedJSON, nullable=False),
    Column("deleted", Boolean, nullable=False, server_default=false()),
    Column("entered_for", Words, nullable=False, server_default=""),
    Column("provenance", Words, nullable=False, server_default=""),
    ForeignKeyConstraint(["organisation", "record"], ["records.organisation", "records.id"]),
    ForeignKeyConstraint(["organisation", "person"], ["people.organisation", "people.id"]),
    # What somebody has saved, newest first.
    Index(None, "organisation", "person", "submitted_at"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("record", Words, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # A later revision is to be looked at anew.
    Column("revision", Integer, nullable=False),
    Column("state", Words, nullable=False),
    Column("comment", SealedWords, nullable=False),
    Column("person", Words, nullable=False),
    Column("reviewed_at", UtcTime, nullable=False),
    ForeignKeyConstraint(
        ["organisation", "record", "revision"],
        [
            "record_revisions.organisation",
            "record_revisions.record",
            "record_revisions.revision",
        ],
    ),
    ForeignKeyConstraint(["organisation", "person"], ["people.organisation", "people.id"]),
)

record_values = Table(
    "record_values",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("record", Words, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("category", Words, primary_key=True),
    Column("question", Words, nullable=False),
    Column("indicator", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("type", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("reason", Words, nullable=False),
    # Sealed where it can hold words of somebody's own (storage.sealed.is_free).
    Column("value", Words, nullable=False),
    Column("remark", SealedWords, nullable=False),
    ForeignKeyConstraint(
        ["organisation", "record", "revision"],
        [
            "record_revisions.organisation",
            "record_revisions.record",
            "record_revisions.revision",
        ],
    ),
    # SQLite then keeps the values of a record side by side, in their order and only once.
    sqlite_with_rowid=False,
)

# Triggers that the migration makes refuse to change or remove an entry.
audit = Table(
    "audit",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("person", Words, nullable=False),
    Column("action", Words, nullable=False),
    Column("about", Words, nullable=False),
    Column("detail", Words, nullable=False),
    Column("previous", Words, nullable=False),
    Column("digest", Words, nullable=False),
    # Attempts that were refused a short while ago.
    Index(None, "organisation", "action", "at"),
    sqlite_with_rowid=False,
)

sealing_keys = Table(
    "sealing_keys",
    metadata,
    # Its name, from which nobody learns the key.
    Column("name", Words, primary_key=True),
    # Whether everything was sealed with it once; until then a change of keys is under way.
    Column("finished", Boolean, nullable=False, server_default=false()),
)

invitations = Table(
    "invitations",
    metadata,
    Column("organisation", Words, ForeignKey("organisations.id"), primary_key=True),
    Column("id", Words, primary_key=True),
    # The token itself is nowhere.
    Column("digest", Words, nullable=False, unique=True),
    Column("roles", JSON, nullable=False),
    Column("projects", JSON, nullable=False),
    # Who gets in: named before for a lost phone, else written when it is accepted.
    Column("person", Words, nullable=False),
    # Who invited; "" on the command line.
    Column("invited_by", Words, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("accepted_at", UtcTime, nullable=True),
    Column("revoked_at", UtcTime, nullable=True),
)

attempts = Table(
    "attempts",
    metadata,
    # The update that held a wrong token, so that a repeated one counts once.
    Column("inbox", Words, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("address", Words, nullable=False),
    Column("attempted_at", UtcTime, nullable=False),
    Index(None, "attempted_at"),
)

acceptances = Table(
    "acceptances",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("person", Words, primary_key=True),
    # Of the notice, which was read in this language.
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("language", Words, nullable=False),
    Column("accepted_at", UtcTime, nullable=False),
    ForeignKeyConstraint(["organisation", "person"], ["people.organisation", "people.id"]),
)

handovers = Table(
    "handovers",
    metadata,
    Column("organisation", Words, primary_key=True),
    # Also of a registration under way, whose record is not saved yet.
    Column("record", Words, primary_key=True),
    Column("heir", Words, primary_key=True),
    Column("person", Words, nullable=False),
    Column("handed_at", UtcTime, nullable=False),
    ForeignKeyConstraint(["organisation", "heir"], ["people.organisation", "people.id"]),
)

retention_notices = Table(
    "retention_notices",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("kind", Words, primary_key=True),
    Column("project", Words, primary_key=True),
    # Up to this day something is old enough; it is deleted when it is due.
    Column("until", Date, primary_key=True),
    Column("due", Date, nullable=False),
    Column("announced_at", UtcTime, nullable=False),
    Column("carried_out_at", UtcTime, nullable=True),
    Column("rows", Integer, nullable=False),
    ForeignKeyConstraint(["organisation", "project"], ["projects.organisation", "projects.id"]),
)
