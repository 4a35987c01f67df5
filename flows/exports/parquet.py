"""Parquet: the tidy values with their types, for millions of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.exports.dataset import Dataset
from flows.exports.format import answer_label, is_number, unit_of
from flows.exports.long import columns
from flows.exports.manifest import json_text
from flows.exports.missing_codes import CODES
from flows.record import ExportedAnswer, ExportedRecord
from flows.texts import marked

if TYPE_CHECKING:
    import pyarrow as pa

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
NUMERIC = ("integer", "decimal", "counts", "calculate", "select_multiple")


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


def _groups(data: Dataset) -> Iterator[list[tuple[Any, ...]]]:
    group: list[tuple[Any, ...]] = []
    for about, answers in data.blocks():
        for answer in answers:
            group.append(_row(data, about, answer))
            if len(group) == GROUP:
                yield group
                group = []
    if group:
        yield group


def _row(data: Dataset, of: ExportedRecord, answer: ExportedAnswer) -> tuple[Any, ...]:
    """Return the cells of a row, in the order of the tidy CSV."""
    sheet = data.sheets[of.sheet, of.sheet_version]
    return (
        *(of.organisation, of.project, of.project_name, of.level, of.moment, of.subject, of.sheet),
        *(answer.indicator, answer.question, answer.category, answer.type, answer.value),
        *(answer_label(answer, of.project, sheet, data.areas, word) for word in data.languages),
        *(unit_of(answer, sheet, language) for language in data.languages),
        *(answer.status.value, answer.reason, answer.remark, of.record_remark, of.record),
        *(of.revision, of.complete, of.review, of.provenance, of.sheet_version, answer.role),
        *(of.observed_on, of.submitted_at.replace(microsecond=0)),
        float(answer.value) if answer.type in NUMERIC and is_number(answer) else None,
    )
