import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape

from flows.exports.dataset import Dataset
from flows.exports.format import ExportProblem
from flows.exports.workbook import MOST_COLUMNS, number_or_text, workbook
from flows.exports.xlsx import Xlsx
from tests.conformity.tables import HOSTILE, MONTH, at, tiny, town, why
from tests.datasets import ON, dataset, files_of
from tests.flows.test_exports import FORMULAS, ROWS, SECOND, SHEETS
from tests.rows import sheets


@contextmanager
def opened(data: Dataset, form: Xlsx | None = None) -> Iterator[Workbook]:
    (content,) = files_of(form or Xlsx(), data).values()
    book = openpyxl.load_workbook(BytesIO(content))
    yield book
    book.close()


def table(book: Workbook, name: str) -> list[dict[str, object]]:
    header, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def test_each_sheet_with_records_has_a_page_and_all_is_explained() -> None:
    with opened(town()) as book:
        assert book.sheetnames == [
            *("README", "participant", "contact", "Questions", "Choices", "Missing codes"),
        ]
        assert all(page.freeze_panes == "A2" and page.auto_filter.ref for page in book)
        about = [row[:2] for row in book["README"].iter_rows(values_only=True)]
    assert ("As of", "2026-03-31") in about
    assert ("Filter", "none: everything that is registered") in about


def test_codes_numbers_days_and_reasons_are_what_they_are() -> None:
    with opened(town()) as book:
        contact = table(book, "contact")[0]
        third = table(book, "participant")[2]
    assert contact["observed_on"] == at(2)
    assert contact["submitted_at"] == at(2, 9, 30)
    assert contact["how_many"] == 3
    assert (contact["kind"], contact["label.kind.en"]) == ("group", "Group")
    assert (contact["status.place"], contact["place"]) == ("dont_know", None)
    assert (contact["age.18_24"], contact["themes.finances"]) == (2, 0)
    assert third["status.housing"] == "refused"


def test_days_times_and_codes_fit_into_their_columns() -> None:
    with opened(town()) as book:
        for page in book.worksheets:
            for number, (title, *cells) in enumerate(page.iter_cols(), 1):
                width = page.column_dimensions[get_column_letter(number)].width
                signs = len("A1B2-C3D4-E5F6") if title.value == "record" else 0
                shown = [len(cell.number_format) for cell in cells if isinstance(cell.value, date)]
                assert width >= max([signs, *shown]), (page.title, title.value)


def test_labels_stand_in_a_column_for_each_language_beside_one_code() -> None:
    with opened(tiny(ROWS[2], languages=("en", "nl"))) as book:
        row = table(book, "tiny")[0]
        choices = table(book, "Choices")
    assert (row["met"], row["label.met.nl"]) == ("yes", "Ja")
    assert row["label.met.en"] == "Yes"
    assert {"code": "yes", "label_en": "Yes", "label_nl": "Ja"}.items() <= choices[2].items()


def test_labels_are_those_of_the_records_own_version() -> None:
    with opened(tiny(*ROWS, *SECOND)) as book:
        assert [row["label.met.en"] for row in table(book, "tiny")] == ["Yes", "Yes, somebody"]


@pytest.mark.parametrize("text", [*FORMULAS, HOSTILE, "http://example.org", "1-4", "007", "{=1}"])
def test_a_text_stays_a_text_as_it_was(text: str) -> None:
    with opened(tiny(why(text))) as book:
        header = [cell.value for cell in book["tiny"][1]]
        cell = book["tiny"].cell(2, header.index("why") + 1)
        assert unescape(str(cell.value)) == text
        assert cell.data_type in ("s", "inlineStr")
        assert cell.hyperlink is None


def test_the_file_says_the_day_of_the_data_and_no_clock() -> None:
    (content,) = files_of(Xlsx(), town()).values()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 31, 0, 0, 0)}
    with opened(town()) as book:
        assert book.properties.created == at(31)
        assert book.properties.modified == at(31)


def test_what_does_not_fit_goes_on_on_another_page() -> None:
    with opened(town(), Xlsx(most_rows=3)) as book:
        assert book.sheetnames[1:4] == ["participant", "participant (2)", "contact"]
        first, second = table(book, "participant"), table(book, "participant (2)")
    assert [row["record"] for row in first + second] == [
        *("S001 baseline", "S002 baseline", "S001 interim", "S001 interim 2"),
    ]


def test_a_text_that_excel_would_cut_is_refused() -> None:
    with pytest.raises(ExportProblem, match="why of tiny is longer"):
        files_of(Xlsx(), tiny(why("x" * 32_768)))


def test_more_columns_than_excel_takes_are_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(ExportProblem, match="16385 columns"),
        workbook(tmp_path / "wide.xlsx", ON) as book,
    ):
        book.page("wide", [str(number) for number in range(MOST_COLUMNS + 1)])


@pytest.mark.parametrize(
    ("text", "cell"), [("3", 3), ("-0.5", -0.5), ("123456789012.123456", "123456789012.123456")]
)
def test_a_number_that_excel_would_round_stays_a_text(text: str, cell: object) -> None:
    assert number_or_text(text) == cell


def test_sums_of_a_month_have_a_page_of_their_own() -> None:
    with opened(dataset(MONTH, sheets())) as book:
        assert "contact" not in book.sheetnames
        assert [row["sum"] for row in table(book, "Monthly sums")] == [12, 2, 31]


def test_nothing_registered_gives_a_workbook_that_explains_itself() -> None:
    with opened(dataset([], SHEETS)) as book:
        assert book.sheetnames == ["README", "Questions", "Choices", "Missing codes"]
