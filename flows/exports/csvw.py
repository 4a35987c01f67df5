"""CSV on the Web: what the columns of the CSV files are, for programs that check them."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from flows.exports.dataset import Dataset
from flows.exports.long import columns
from flows.exports.manifest import json_text
from flows.exports.variables import Variable, joined, variables_of
from flows.exports.wide import ABOUT, columns_of
from flows.kinds import KINDS
from flows.record import PROVENANCES, REVIEWS, STATUSES, SUM
from flows.sheet import LEVELS, MOMENTS, REGISTRARS
from flows.texts import marked

Described = dict[str, object]

CONTEXT = "http://www.w3.org/ns/csvw"
SUFFIX = "-metadata.json"
"""As the recommendation calls a file beside a table."""

REASON = "(:.*)?"
TYPES: Mapping[str, object] = {
    "revision": {"base": "integer", "minimum": 1},
    "sheet_version": {"base": "integer", "minimum": 1},
    "complete": {"base": "boolean", "format": "yes|no"},
    "observed_on": "date",
    "submitted_at": "dateTimeStamp",
}
WORDS: Mapping[str, Iterable[str]] = {
    "level": LEVELS,
    "moment": MOMENTS,
    "status": STATUSES,
    "review": REVIEWS,
    "provenance": (*PROVENANCES, SUM),
    "role": REGISTRARS,
    "type": [name for name, kind in KINDS.items() if kind.stored],
}
ALWAYS = (
    *("organisation", "project", "level", "moment", "sheet", "record", "question", "type"),
    *("status", "revision", "sheet_version", "complete", "observed_on", "submitted_at"),
)
NUMBERS = {"integer": "integer", "counts": "integer", "select_multiple": "integer"}


class Csvw:
    """Metadata of `long.csv` and `wide.csv`, which are written by their own formats."""

    title = marked("What the columns of the CSV files are, for programs (CSVW)")
    shared = False

    def write(self, folder: Path, data: Dataset) -> dict[str, int]:
        """Write a file for each table; it depends on the sheets only."""
        described = {
            "long.csv": [_column(name, {}) for name in columns(data.languages)],
            "wide.csv": _wide(data),
        }
        # What tells rows apart may not be empty; a question without categories has none.
        keys = {"long.csv": ["record", "question", "category"], "wide.csv": ["record"]}
        for name, found in described.items():
            content = _table(data, name, found, ["organisation", *keys[name]])
            (folder / f"{name}{SUFFIX}").write_text(json_text(content), encoding="utf-8")
        return {f"{name}{SUFFIX}": 0 for name in described}


def _table(data: Dataset, name: str, found: list[Described], key: list[str]) -> Described:
    return {
        "@context": [CONTEXT, {"@language": data.language}],
        "url": name,
        "dc:description": f"Registrations of {data.organisation}, as of {data.as_of.isoformat()}",
        "dc:language": [*data.languages],
        "tableSchema": {"columns": found, "primaryKey": key},
    }


def _wide(data: Dataset) -> list[Described]:
    asked = {
        f"{sheet}.{variable.path}": variable
        for sheet in dict.fromkeys(name for name, _ in sorted(data.sheets))
        # The newest version comes first and describes the column.
        for variable in reversed(variables_of(data, sheet))
    }
    several = _several(data)
    return [
        _column(name, {} if name in several else asked)
        for name in (*ABOUT, *columns_of(data.sheets))
    ]


def _several(data: Dataset) -> set[str]:
    """Return the columns that mean different kinds of values in different versions."""
    kinds: dict[str, set[str]] = {}
    for (name, _), sheet in data.sheets.items():
        for question in sheet.questions:
            kinds.setdefault(f"{name}.{question.name}", set()).add(question.type)
    return {name for name, types in kinds.items() if len(types) > 1}


def _column(name: str, asked: Mapping[str, Variable]) -> Described:
    column: Described = {"name": name, "titles": name}
    variable = asked.get(name)
    if variable:
        column["dc:description"] = joined(variable.labels)
    kind = _of_variable(variable) if variable else _datatype(name)
    if kind:
        column["datatype"] = kind
    if name in ALWAYS:
        column["required"] = True
    if name == "category":
        column["null"] = []
    return column


def _datatype(name: str) -> object:
    if name in WORDS:
        return _one_of(WORDS[name])
    if name.startswith("status."):
        return {"base": "string", "format": f"({'|'.join(map(re.escape, STATUSES))}){REASON}"}
    return TYPES.get(name, "string")


def _of_variable(variable: Variable) -> object:
    if variable.kind == "choice":
        return _one_of(choice.name for choice in variable.choices)
    if variable.kind == "date":
        return "date"
    if variable.question.type == "decimal":
        return "decimal"
    if variable.question.type == "calculate" and variable.kind == "number":
        return "number"
    return NUMBERS.get(variable.question.type, "string")


def _one_of(words: Iterable[str]) -> Described:
    return {"base": "string", "format": "|".join(map(re.escape, words))}
