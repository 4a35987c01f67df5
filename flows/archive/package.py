"""Describes an archive as a Data Package: every table with its columns, types and keys."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from flows.archive.cells import BOOLEAN
from flows.archive.holdings import Holdings
from flows.archive.tables import TABLES, Table
from flows.exports.csv_file import header
from flows.exports.dataset import Sheets
from flows.exports.format import BY_CATEGORY, choice_label
from flows.exports.manifest import File
from flows.exports.wide import question_columns
from flows.kinds import KINDS
from flows.record import REVIEWS, STATUSES
from flows.sheet import LEVELS, MOMENTS, Question, Sheet

PACKAGE = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

Field = Mapping[str, object]
Fields = Mapping[str, Field]

NUMBER: Field = {"type": "integer"}
DAY: Field = {"type": "date"}
TYPES: Fields = {
    name: field
    for names, field in (
        (("sheet_version", "version_before", "version_after", "revision"), NUMBER),
        (("position", "number", "questions", "answered"), NUMBER),
        (("complete", "late", "planned", "comparable"), BOOLEAN),
        (("observed_on", "begins", "ends", "opens", "due"), DAY),
        (("submitted_at",), {"type": "datetime"}),
    )
    for name in names
}
"""What columns of this name hold in every table that no other rule describes."""


def _words(words: Iterable[str], *, required: bool = False) -> Field:
    found: dict[str, object] = {"enum": [*words]}
    return {"type": "string", "constraints": found | ({"required": True} if required else {})}


OF_RECORDS: Fields = {
    "organisation": {"type": "string", "constraints": {"required": True}},
    "project": {"type": "string", "constraints": {"required": True}},
    "level": _words(LEVELS, required=True),
    "moment": _words(MOMENTS, required=True),
    "record": {"type": "string", "constraints": {"required": True}},
    "review": _words(REVIEWS, required=True),
}
OF_VALUES: Fields = {
    **OF_RECORDS,
    "question": {"type": "string", "constraints": {"required": True}},
    "type": _words(KINDS, required=True),
    "status": _words(STATUSES, required=True),
}
KEYS: Mapping[str, tuple[str, ...]] = {
    "data/long.csv": ("record", "question", "category"),
    "data/wide.csv": ("record",),
}
POINTS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "data/long.csv": (("record",), "data/wide.csv"),
}
BY_TYPE: Fields = {
    **dict.fromkeys(("integer", "counts", "select_multiple"), NUMBER),
    "decimal": {"type": "number"},
    "date": DAY,
}


def package(held: Holdings, folder: Path, files: Sequence[File]) -> dict[str, object]:
    """Return the description of these files of a folder."""
    data = held.data
    known = {
        "data/long.csv": OF_VALUES,
        "data/wide.csv": {**OF_RECORDS, **_questions(data.sheets, data.language)},
    }
    return {
        "$schema": PROFILE,
        "name": f"meetmoment-{data.organisation}".lower(),
        "title": held.name,
        "resources": [
            _resource(file, _schema(folder, file.name, known.get(file.name, {})))
            for file in files
            if file.name.endswith((".csv", ".json"))
        ],
    }


def _resource(file: File, schema: Mapping[str, object]) -> dict[str, object]:
    kind = file.name.rpartition(".")[2]
    table: dict[str, object] = {"type": "table"} if schema else {}
    return {
        "name": resource_name(file.name),
        "path": file.name,
        **table,
        "format": kind,
        "mediatype": "text/csv" if kind == "csv" else "application/json",
        "encoding": "utf-8",
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        **({"schema": schema} if schema else {}),
    }


def resource_name(path: str) -> str:
    """Return what a file is called in the description."""
    return path.rpartition(".")[0].replace("/", "-").replace("_", "-").lower()


def _schema(folder: Path, path: str, known: Fields) -> dict[str, object]:
    if path in TABLES:
        return _schema_of(TABLES[path])
    if not path.endswith(".csv"):
        return {}
    names = header(folder / path)
    types = {**TYPES, **known}
    points = POINTS.get(path)
    return {
        "fields": [{"name": name, **types.get(name, {"type": "string"})} for name in names],
        **_keys(KEYS.get(path, ()), points),
    }


def _schema_of(table: Table) -> dict[str, object]:
    return {
        "fields": [{"name": name, **cells.field} for name, cells in table.columns.items()],
        **_keys(table.key, table.points),
    }


def _keys(key: Sequence[str], points: tuple[tuple[str, ...], str] | None) -> dict[str, object]:
    found: dict[str, object] = {"primaryKey": [*key]} if key else {}
    if points:
        fields, path = points
        reference = {"resource": resource_name(path), "fields": [*fields]}
        found["foreignKeys"] = [{"fields": [*fields], "reference": reference}]
    return found


def _questions(sheets: Sheets, language: str) -> Fields:
    """Return what the columns of wide.csv hold; what versions see differently is a text."""
    found: dict[str, Field] = {}
    for _, sheet in sorted(sheets.items()):
        for question in sheet.questions:
            if not KINDS[question.type].stored:
                continue
            status, *names = question_columns(sheet, question)
            found[status] = {"type": "string"}
            for name in names:
                field = _answer(question, sheet, language)
                found[name] = _both(found.get(name, field), field)
    return found


def _answer(question: Question, sheet: Sheet, language: str) -> Field:
    field = BY_TYPE.get(question.type, {"type": "string"})
    if question.type in BY_CATEGORY or not question.choices:
        return field
    labels = {
        choice.name: choice_label(question, choice.name, sheet, language)
        for choice in question.choices
    }
    return {
        **field,
        "categories": [{"value": name, "label": label} for name, label in labels.items()],
    }


def _both(one: Field, other: Field) -> Field:
    return other if one == other else {"type": "string"}
