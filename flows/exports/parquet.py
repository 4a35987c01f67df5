"""Parquet: the tidy values with their types, for millions of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.exports.dataset import Block, Dataset
from flows.exports.format import NUMBER, NUMERIC, answer_label, unit_of
from flows.exports.long import MOST_REMEMBERED, columns
from flows.exports.manifest import json_text
from flows.exports.missing_codes import CODES
from flows.record import ExportedAnswer
from flows.texts import marked

if TYPE_CHECKING:
    import pyarrow as pa

Row = tuple[Any, ...]

GROUP = 65_536
"""Values in a row group: all that is held in memory."""

TYPES = {
    "revision": "int32",
    "sheet_version": "int32",
    "complete": "bool",
    "observed_on": "date32[day]",
    "number": "float64",
}
PLAIN = ("value", "remark", "record_remark", "record")
"""Texts of which nearly each is another one; all others are kept as codes of a dictionary."""

MEANINGS = {
    "value": "as it was registered: a number, a date in ISO 8601, the name of a choice, a text",
    "number": "the value as a number, where it is one and not the name of a choice",
    "status": "why a value is there or missing",
    "submitted_at": "in UTC",
}


class Parquet:
    """The rows and columns of the tidy CSV with real types, and `number` beside `value`."""

    title = marked("Single values with their types, for analysis (Parquet)")
    shared = False
    file = "long.parquet"

    def write(self, folder: Path, data: Dataset) -> dict[str, int]:
        """Write the values as they come, in row groups."""
        import pyarrow as pa
        from pyarrow import parquet

        schema, count = _schema(data), 0
        with parquet.ParquetWriter(
            folder / self.file, schema, compression="zstd", use_dictionary=True
        ) as out:
            for rows in _groups(data):
                arrays = [
                    _array(values, field)
                    for values, field in zip(zip(*rows, strict=True), schema, strict=True)
                ]
                out.write_table(pa.Table.from_arrays(arrays, schema=schema))
                count += len(rows)
        return {self.file: count}


def _schema(data: Dataset) -> "pa.Schema":
    import pyarrow as pa

    about = {
        "as_of": data.as_of.isoformat(),
        "organisation": data.organisation,
        "languages": " ".join(data.languages),
        "filter": json_text(data.filter.stated()),
        "missing": json_text({status.value: code.label for status, code in CODES.items()}),
    }
    return pa.schema([_field(name) for name in (*columns(data.languages), "number")], about)


def _field(name: str) -> "pa.Field":
    import pyarrow as pa

    kinds = {
        **{column: pa.type_for_alias(alias) for column, alias in TYPES.items()},
        **dict.fromkeys(PLAIN, pa.string()),
        "submitted_at": pa.timestamp("ms", "UTC"),
    }
    kind = kinds.get(name) or pa.dictionary(pa.int32(), pa.string())
    meaning = MEANINGS.get(name)
    return pa.field(name, kind, metadata={"description": meaning} if meaning else None)


def _array(values: Any, field: "pa.Field") -> Any:  # noqa: ANN401 - untyped library
    import pyarrow as pa

    if pa.types.is_dictionary(field.type):
        return pa.array(values, pa.string()).dictionary_encode()
    return pa.array(values, field.type)


def _groups(data: Dataset) -> Iterator[list[Row]]:
    group: list[Row] = []
    known: dict[tuple[str, int, str], _Values] = {}
    for about, answers in data.blocks():
        key = about.sheet, about.sheet_version, about.project
        values = known.get(key)
        if values is None:
            values = known[key] = _Values(data, *key)
        group += values.rows((about, answers))
        while len(group) >= GROUP:
            yield group[:GROUP]
            group = group[GROUP:]
    if group:
        yield group


class _Values:
    """Makes the rows of one version of a sheet in one project, and remembers what recurs."""

    def __init__(self, data: Dataset, sheet: str, version: int, project: str) -> None:
        self._data, self._project = data, project
        self._sheet = data.sheets[sheet, version]
        self._remembered: dict[ExportedAnswer, tuple[Row, float | None]] = {}

    def rows(self, block: Block) -> list[Row]:
        """Return the rows of a record, in the order of the tidy CSV."""
        of, answers = block
        head = (of.organisation, of.project, of.project_name, of.level, of.moment, of.subject)
        middle = (
            *(of.record_remark, of.record, of.revision, of.complete, of.review, of.provenance),
            of.sheet_version,
        )
        tail = of.observed_on, of.submitted_at.replace(microsecond=0)
        rows = []
        for answer in answers:
            said, number = self._remembered.get(answer) or self._said(answer)
            rows.append((*head, of.sheet, *said, *middle, answer.role, *tail, number))
        return rows

    def _said(self, of: ExportedAnswer) -> tuple[Row, float | None]:
        sheet, data = self._sheet, self._data
        said = (
            *(of.indicator, of.question, of.category, of.type, of.value),
            *(answer_label(of, self._project, sheet, data.areas, word) for word in data.languages),
            *(unit_of(of, sheet, language) for language in data.languages),
            *(of.status.value, of.reason, of.remark),
        )
        # A choice or a text has a category where a sum counts it.
        counts = of.type in NUMERIC or of.category
        number = float(of.value) if counts and NUMBER.fullmatch(of.value) else None
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[of] = said, number
        return said, number
