"""Answers and records: what is saved when a conversation is submitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

Value = str | int | list[str] | dict[str, int]


class Status(StrEnum):
    """Why a value is there or is missing; exported as it stands."""

    ANSWERED = "answered"
    DONT_KNOW = "dont_know"
    REFUSED = "refused"
    NOT_APPLICABLE = "not_applicable"
    SKIPPED = "skipped"
    NOT_DONE = "not_done"


STATUSES = {status.value: status for status in Status}
"""By value: calling Status takes ten times as long, for each answer at each turn."""

LEFT_OUT = "left_out"
NOT_YET_ASKED = "not_yet_asked"

PROVENANCES = ("phone", "paper")
"""How somebody else's answers came to whoever entered them."""

SUM = "sum"
"""The provenance of a record that took the place of many: monthly sums instead of answers."""

REVIEWS = ("received", "flagged", "returned", "approved", "not_counted")
"""What a coordinator may have said of a record; each begins as received."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to one question; `reason` explains a value that was not given."""

    status: Status
    value: Value | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RecordValue:
    """One stored value of a record: a row of the tidy export.

    `category` names the choice for counts by category and for select_multiple, where `value`
    is the count, or 1 for chosen and 0 for not. Numbers are plain decimals, dates ISO 8601.
    """

    position: int
    question: str
    category: str
    indicator: str
    role: str
    type: str
    status: Status
    reason: str
    value: str
    remark: str


@dataclass(frozen=True, slots=True)
class Record:
    """One revision of a record, ready to be stored; `complete` is false for a save half-way.

    `set_aside` keeps answers to questions that fell off the path; they are never exported.
    `reason` says why there is a further revision. A `deleted` one says that the record counts no
    more; its values stay in the revisions before. `entered_for` is the person who answered, where
    another one typed it, and `provenance` how it came.
    """

    record: str
    revision: int
    project: str
    sheet: str
    sheet_version: int
    level: str
    moment: str
    subject: str
    person: str
    observed_on: date
    complete: bool
    remark: str
    values: tuple[RecordValue, ...]
    set_aside: Mapping[str, Value | None]
    reason: str = ""
    deleted: bool = False
    entered_for: str = ""
    provenance: str = ""


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """The latest revision of a record as a list shows it; its values are looked up apart.

    `organisation` is set where it was registered by another one, of which nobody is named.
    """

    record: str
    revision: int
    project: str
    sheet: str
    sheet_version: int
    moment: str
    subject: str
    person: str
    observed_on: date
    submitted_at: datetime
    complete: bool
    review: str
    comment: str
    organisation: str = ""


class ExportedRecord(NamedTuple):
    """The latest revision of a record, with all that an evaluator may know of it.

    `entered_at` is when its first revision was saved. A tuple, because an export makes many.
    """

    organisation: str
    project: str
    project_name: str
    level: str
    moment: str
    subject: str
    sheet: str
    sheet_version: int
    record: str
    revision: int
    complete: bool
    person: str
    observed_on: date
    submitted_at: datetime
    record_remark: str
    entered_for: str
    provenance: str
    review: str
    entered_at: datetime


class ExportedAnswer(NamedTuple):
    """One value of an exported record; an export makes millions of them."""

    position: int
    question: str
    category: str
    indicator: str
    role: str
    type: str
    status: Status
    reason: str
    value: str
    remark: str


class ExportedValue(NamedTuple):
    """One value with what is known of its record: first the one, then the other."""

    organisation: str
    project: str
    project_name: str
    level: str
    moment: str
    subject: str
    sheet: str
    sheet_version: int
    record: str
    revision: int
    complete: bool
    person: str
    observed_on: date
    submitted_at: datetime
    record_remark: str
    entered_for: str
    provenance: str
    review: str
    entered_at: datetime
    position: int
    question: str
    category: str
    indicator: str
    role: str
    type: str
    status: Status
    reason: str
    value: str
    remark: str
