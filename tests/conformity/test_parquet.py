import csv
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO

import pyarrow as pa
import pytest
from pyarrow import parquet as library

from flows.exports import parquet
from flows.exports.dataset import Dataset
from flows.exports.long import Long
from flows.exports.parquet import Parquet
from tests.conformity.tables import HOSTILE, MONTH, tiny, town, why
from tests.datasets import blocks, dataset, files_of, text_of
from tests.flows.test_exports import SHEETS
from tests.rows import sheets


def read(data: Dataset) -> pa.Table:
    (content,) = files_of(Parquet(), data).values()
    return library.read_table(BytesIO(content))


def test_it_says_what_the_tidy_csv_says() -> None:
    rows = csv.DictReader(StringIO(text_of(Long(), town("en", "nl"))))
    found = read(town("en", "nl")).to_pylist()
    texts = [name for name in found[0] if isinstance(found[0][name], str)]
    assert [[row[name] for name in texts] for row in rows] == [
        [row[name] for name in texts] for row in found
    ]
    assert len(texts) > 20


def test_columns_have_types() -> None:
    schema = read(town()).schema
    assert schema.field("observed_on").type == pa.date32()
    assert schema.field("submitted_at").type == pa.timestamp("ms", "UTC")
    assert schema.field("complete").type == pa.bool_()
    assert schema.field("revision").type == pa.int32()
    assert pa.types.is_dictionary(schema.field("question").type)


def test_a_number_is_one_and_the_name_of_a_choice_is_not() -> None:
    numbers = {
        (row["question"], row["category"], row["value"]): row["number"]
        for row in read(town()).to_pylist()
    }
    assert numbers["how_many", "", "3"] == 3
    assert numbers["age", "18_24", "2"] == 2
    assert numbers["housing", "", "2"] is None


def test_what_a_monthly_sum_counts_is_a_number() -> None:
    assert [row["number"] for row in read(dataset(MONTH, sheets())).to_pylist()] == [12, 2, 31]


def test_the_file_says_what_it_is() -> None:
    about = read(town()).schema.metadata
    assert about[b"as_of"] == b"2026-03-31"
    assert b"dont_know" in about[b"missing"]


@pytest.mark.parametrize("text", [HOSTILE, "=1+1", "", "x" * 100_000])
def test_a_text_comes_back_as_it_was(text: str) -> None:
    assert read(tiny(why(text))).to_pylist()[0]["value"] == text


def test_values_are_written_group_by_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP", 5)
    data = town()
    many = replace(data, blocks=lambda: (block for _ in range(3) for block in data.blocks()))
    (content,) = files_of(Parquet(), many).values()
    file = library.ParquetFile(BytesIO(content))
    rows = 3 * len(list(data.values()))
    assert [file.metadata.row_group(n).num_rows for n in range(rows // 5)] == [5] * (rows // 5)
    assert file.read().num_rows == rows


def test_nothing_registered_gives_a_table_without_rows() -> None:
    table = read(dataset([], SHEETS))
    assert table.num_rows == 0
    assert "number" in table.column_names


def test_days_before_the_clock_began_are_days() -> None:
    row = why("x")._replace(observed_on=date(1950, 1, 1))
    data = replace(tiny(), blocks=lambda: blocks([row]))
    assert read(data).to_pylist()[0]["observed_on"] == date(1950, 1, 1)
