"""The tables: each row names its organisation, and no key can point into another one.

A composite key that leads to a row carries the organisation along, so only the tables at the
root need a key to `organisations` itself. Some have none: `updates` and `attempts` are a bot's
inbox, and what a stranger sends belongs to nobody; `sealing_keys` are the keys of the whole
database; and `audit` outlives what it tells of.

What somebody typed is sealed (storage/sealed.py says where); the other columns can be read by
whoever has the database.
"""

from storage.tables.base import metadata
from storage.tables.registration import (
    acceptances,
    agreements,
    attempts,
    audit,
    chats,
    conversations,
    handovers,
    invitations,
    joint_codes,
    memberships,
    organisations,
    participants,
    people,
    projects,
    record_revisions,
    record_values,
    records,
    retention_notices,
    reviews,
    sealing_keys,
    sheets,
    updates,
)
from storage.tables.schedule import decisions, reminder_settings, reminders, sendings

__all__ = [
    "acceptances",
    "agreements",
    "attempts",
    "audit",
    "chats",
    "conversations",
    "decisions",
    "handovers",
    "invitations",
    "joint_codes",
    "memberships",
    "metadata",
    "organisations",
    "participants",
    "people",
    "projects",
    "record_revisions",
    "record_values",
    "records",
    "reminder_settings",
    "reminders",
    "retention_notices",
    "reviews",
    "sealing_keys",
    "sendings",
    "sheets",
    "updates",
]
