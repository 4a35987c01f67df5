"""A sample project of half a year, exported in every profile and read by the programs of others."""

import asyncio
import csv
from datetime import UTC, date, datetime
from pathlib import Path

import frictionless
import openpyxl
import pyreadstat
import pytest
from pyarrow import parquet

from bot.app import selection
from bot.archiving import archive
from bot.dataset import Order
from bot.exporting import export
from bot.simulation.plans import SIGNALS, example
from bot.simulation.run import Simulation
from bot.simulation.town import ORGANISATION, Setup, built
from bot.world import world
from flows.exports import FORMATS
from flows.loading import HANDBOOK

FIRST, LAST = date(2026, 1, 5), date(2026, 7, 31)
LANGUAGES = ("nl", "fr")
CELL = ("project", "sheet", "moment", "number", "subject", "indicator")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every profile in two languages, and the archive, of a project with ten simulated people."""
    made = world(HANDBOOK, "Europe/Brussels", lambda: datetime(2026, 3, 2, tzinfo=UTC))
    plan = example(FIRST, LAST, [*selection(made), SIGNALS])
    folder = tmp_path_factory.mktemp("sample")
    with built(Setup(plan, FIRST, LAST), made, lambda *_: None) as town:
        asyncio.run(Simulation(town).run())
        order = Order(tuple(FORMATS), LANGUAGES, on=LAST)
        export(town.database, folder / "out", order, town.world, ORGANISATION)
        archive(town.database, folder / "archive", order, town.world, ORGANISATION)
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [*csv.DictReader(file)]


def measured(sample: Path) -> list[dict[str, str]]:
    """Return the records of participants, without monthly sums."""
    wide = rows(sample / "out" / "wide.csv")
    return [row for row in wide if row["sheet"] == "participant"]


def test_the_archive_is_a_data_package(sample: Path) -> None:
    report = frictionless.validate(str(sample / "archive" / "datapackage.json"), type="package")
    assert report.valid, report.flatten(["type", "note"])


def test_parquet_has_the_rows_of_the_single_values(sample: Path) -> None:
    found = parquet.read_table(sample / "out" / "long.parquet").to_pylist()
    long = rows(sample / "out" / "long.csv")
    assert len(long) > 100
    assert [(row["record"], row["question"], row["status"]) for row in found] == [
        (row["record"], row["question"], row["status"]) for row in long
    ]


@pytest.mark.parametrize("name", ["spss/participant.sav", "stata/participant.dta"])
def test_statistics_programs_have_a_row_for_each_record(sample: Path, name: str) -> None:
    read = pyreadstat.read_sav if name.endswith("sav") else pyreadstat.read_dta
    frame, about = read(str(sample / "out" / name))
    assert sorted(frame["record"]) == sorted(row["record"] for row in measured(sample))
    labels = [label for label in about.column_labels if label]
    assert any(" / " in label for label in labels)
    assert about.variable_value_labels


def test_the_workbook_has_a_page_for_each_sheet_with_records(sample: Path) -> None:
    book = openpyxl.load_workbook(sample / "out" / "records.xlsx", read_only=True)
    sheets = {row["sheet"] for row in rows(sample / "out" / "wide.csv")}
    assert sheets <= set(book.sheetnames)
    page = book["participant"].iter_rows(values_only=True)
    assert len([*page]) == len(measured(sample)) + 1


def test_redcap_has_each_measurement_as_an_event_of_a_participant(sample: Path) -> None:
    found = rows(sample / "out" / "redcap" / "data.csv")
    assert found[0].keys() >= {"record_id", "redcap_event_name"}
    of_participants = {
        (row["record_id"], row["redcap_event_name"])
        for row in found
        if row["redcap_event_name"].startswith(("baseline", "interim", "final"))
    }
    assert len(of_participants) >= len(
        {(row["subject"], row["moment"]) for row in measured(sample)}
    )


def test_the_grid_has_each_planned_cell_once(sample: Path) -> None:
    planned = [row for row in rows(sample / "out" / "grid.csv") if row["planned"] == "yes"]
    cells = [
        tuple(
            row[name] for name in ("project", "sheet", "moment", "number", "subject", "indicator")
        )
        for row in planned
    ]
    assert len(cells) > 100
    assert len(set(cells)) == len(cells)
