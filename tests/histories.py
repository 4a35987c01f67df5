"""Records with a history, on the sheets of the real handbook: whatever people do to them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from sqlalchemy import insert, update

from bot.app import opened
from bot.world import World, world
from flows.effects import ReviewRecord
from flows.kinds import KINDS
from flows.loading import HANDBOOK
from flows.record import REVIEWS, SUM, Record, RecordValue, Status
from flows.sheet import REGISTRARS, Question, Sheet
from storage import organisations, records, reviews, tables
from storage.database import Connection, Database
from storage.organisations import EXAMPLE, EXAMPLE_PARTICIPANTS, EXAMPLE_PERSON, EXAMPLE_PROJECT

BEGAN = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)
TEXTS = (
    *("", "", "", "busy", "=1+1", "'=1+1", "''-x", "'quoted'", "-5", "12", "a,b;c", 'said "no"'),
    *("two\nlines", "\r", "\tx", "été 🙂", "1-4", "\u200b=1", " spaces ", "@home", "yes"),
)
NUMBERED = ("integer", "counts")
OTHER = "noord"
DATES = {
    "starts_on": "2026-01-01",
    "ends_on": "2027-12-31",
    "baseline_on": "2026-03-16",
    "interim_on": "2026-09-14",
    "final_on": "2027-06-14",
}
MISSING = (Status.DONT_KNOW, Status.REFUSED, Status.NOT_APPLICABLE, Status.SKIPPED)


def history(random: Random, sheet: Sheet, name: str) -> Iterator[Record]:
    """Yield the revisions of one record: saved half, corrected, deleted, taken back."""
    is_of_one = sheet.level == "participant"
    record = Record(
        record=name,
        revision=1,
        project=random.choice((EXAMPLE_PROJECT, EXAMPLE_PROJECT, OTHER)),
        sheet=sheet.name,
        sheet_version=sheet.version,
        level=sheet.level,
        moment=random.choice(sheet.moments),
        subject=random.choice(EXAMPLE_PARTICIPANTS) if is_of_one else "",
        person=EXAMPLE_PERSON,
        observed_on=date(2026, 3, random.randint(1, 28)),
        complete=random.random() < 0.8,
        remark=random.choice(TEXTS),
        values=_values(random, sheet, {}),
        set_aside={"gone": "off the path"} if random.random() < 0.2 else {},
        provenance=random.choice(("", "", "", "phone", "paper", SUM)),
    )
    yield record
    before = record
    for revision in range(2, random.randint(2, 6)):
        kept = {(value.position, value.category): value for value in before.values}
        record = replace(
            record,
            revision=revision,
            values=_values(random, sheet, kept),
            complete=True,
            deleted=False,
            reason=random.choice(("corrected", "=why", "")),
            remark=random.choice(TEXTS),
            observed_on=record.observed_on + timedelta(days=random.choice((0, 0, 1))),
        )
        chance = random.random()
        if chance < 0.2:
            record = replace(record, values=(), deleted=True, complete=False, reason="deleted")
        elif chance < 0.4:
            record = replace(record, values=before.values, reason="undone")
        yield record
        before = record if not record.deleted else before


def _values(
    random: Random, sheet: Sheet, before: Mapping[tuple[int, str], RecordValue]
) -> tuple[RecordValue, ...]:
    found = dict(before)
    for question in sheet.questions:
        if KINDS[question.type].stored and (not before or random.random() < 0.3):
            position = sheet.positions[question.name]
            found = {key: value for key, value in found.items() if key[0] != position}
            for value in _answered(random, sheet, question):
                found[position, value.category] = value
    return tuple(value for _, value in sorted(found.items()))


def _answered(random: Random, sheet: Sheet, question: Question) -> Iterator[RecordValue]:
    status = Status.ANSWERED if random.random() < 0.7 else random.choice(MISSING)
    categories = [""]
    if status is Status.ANSWERED and question.type in ("select_multiple", "counts"):
        categories = [choice.name for choice in question.choices[: random.randint(1, 4)]]
    for category in categories:
        yield RecordValue(
            position=sheet.positions[question.name],
            question=question.name,
            category=category,
            indicator=question.indicator,
            role=random.choice(REGISTRARS),
            type=question.type,
            status=status,
            reason=random.choice(("", "left_out")) if status is Status.SKIPPED else "",
            value=_value(random, question) if status is Status.ANSWERED else "",
            remark=random.choice(TEXTS) if random.random() < 0.2 else "",
        )


def _value(random: Random, question: Question) -> str:
    if question.type in NUMBERED:
        return str(random.randint(0, 9))
    if question.type == "select_multiple":
        return str(random.randint(0, 9) % 2)
    if question.type == "decimal":
        return random.choice(("0.5", "-2", "7.25"))
    if question.type == "date":
        return date(2026, 1, random.randint(1, 31)).isoformat()
    if question.type == "select_one" and question.choices:
        return random.choice(question.choices).name
    return random.choice(TEXTS) or "park"


def lived(database: Database, seed: int = 1, count: int = 30) -> World:
    """Let the example organisation have a plan, decisions, reviews and records with histories."""
    made = world(HANDBOOK, "Europe/Brussels", lambda: BEGAN)
    opened(database, made)
    random = Random(seed)
    sheets = sorted(made.current.values(), key=lambda sheet: sheet.name)
    found = [
        [*history(random, random.choice(sheets), f"R{number:03}-{random.randint(0, 9)}")]
        for number in range(count)
    ]
    with database.writing() as connection:
        _plan(connection)
        at = BEGAN
        for revisions in found:
            for record in revisions:
                at += timedelta(seconds=random.choice((0, 1)), microseconds=random.randint(0, 999))
                records.save(connection, [(EXAMPLE, record)], at)
                if random.random() < 0.3:
                    said = ReviewRecord(
                        record.record,
                        record.revision,
                        random.choice(REVIEWS[1:]),
                        random.choice(TEXTS),
                    )
                    reviews.add(connection, (EXAMPLE, EXAMPLE_PERSON), said, at)
    return made


def _plan(connection: Connection) -> None:
    here = {"organisation": EXAMPLE}
    project = tables.projects.c
    connection.execute(
        insert(tables.projects),
        here
        | {"id": OTHER, "name": "=Noord", "areas": [], "selection": ["DN01"], "created_at": BEGAN},
    )
    rules = {"opens": 7, "periodic": {"activity": "monthly"}}
    connection.execute(
        update(tables.projects)
        .where(project.id == EXAMPLE_PROJECT)
        .values(dates=DATES, rules=rules, registrars={"DN01": "project_coordinator"})
    )
    decided: dict[str, object] = {
        "project": EXAMPLE_PROJECT,
        "sheet": "participant",
        "moment": "baseline",
    }
    decided |= {"person": EXAMPLE_PERSON, "decided_at": BEGAN}
    whats: tuple[dict[str, object], ...] = (
        {"due": date(2026, 4, 1)},
        {"due": None, "reason": "not_reached"},
    )
    for subject, what in zip(EXAMPLE_PARTICIPANTS, whats, strict=True):
        row = here | decided | {"subject": subject, "number": 1} | what
        connection.execute(insert(tables.decisions), row)
    assert organisations.every(connection) == [EXAMPLE]
