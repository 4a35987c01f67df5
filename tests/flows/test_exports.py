import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from flows.exports import FORMATS
from flows.exports.dataset import Block
from flows.exports.format import safe, value_cell
from flows.record import ExportedValue, Status
from flows.sheet import CMO_ELEMENTS, MISSING, Choice, Indicator, Question, Sheet
from tests.datasets import blocks, dataset, files_of, text_of

AREAS = {("kompas", "park"): "Park", ("baken", "park"): "Stadspark"}


def sheet(version: int = 1, yes: str = "Yes") -> Sheet:
    indicator = Indicator(
        *("T1", "Tiny", "short", "project", "process", "practitioner", ("continuous",)),
        *(CMO_ELEMENTS[:2], "integer", "persons", "What it is.", "Why.", "One.", MISSING),
        *("none", "A test"),
    )
    choices = (Choice("yes", yes), Choice("no", "No"))
    ages = (Choice("young", "Young"), Choice("old", "Old"))
    return Sheet(
        name="tiny",
        version=version,
        level="project",
        moments=("continuous",),
        title="Tiny",
        purpose="",
        source="A test",
        observed_on="day",
        remarks=True,
        sections=(),
        questions=(
            Question("date", "day", "Which day?", missing=()),
            Question("select_one", "area", "Where?", "area"),
            Question("select_one", "met", "Met?", "yes_no", choices, indicator="T1"),
            Question("counts", "ages", "Ages?", "ages", ages, relevant="${met} = 'yes'"),
            Question("note", "note", "Read this."),
            Question("text", "why", "=Why?", required=False, missing=("refused",)),
        ),
        indicators=(indicator,),
        texts={"nl": {"tiny.met.label": "Ontmoet?", "choices.yes_no.yes.label": "Ja"}},
    )


SHEETS = {("tiny", 1): sheet(), ("tiny", 2): sheet(2, yes="Yes, somebody")}


def value(
    question: str, text: str, category: str = "", indicator: str = "", remark: str = ""
) -> ExportedValue:
    asked = SHEETS["tiny", 1].by_name[question]
    return ExportedValue(
        organisation="brugge",
        project="kompas",
        project_name="Kompas",
        level="project",
        moment="continuous",
        subject="",
        sheet="tiny",
        sheet_version=1,
        record="8F3K",
        revision=1,
        complete=True,
        person="p1",
        observed_on=date(2026, 3, 2),
        submitted_at=datetime(2026, 3, 2, 9, 30, 15, 7, tzinfo=timezone(timedelta(hours=1))),
        record_remark="Rain, all day",
        entered_for="",
        provenance="",
        review="received",
        entered_at=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
        position=SHEETS["tiny", 1].questions.index(asked),
        question=question,
        category=category,
        indicator=indicator,
        role="practitioner",
        type=asked.type,
        status=Status.ANSWERED,
        reason="",
        value=text,
        remark=remark,
    )


ROWS = [
    value("day", "2026-03-02"),
    value("area", "park"),
    value("met", "yes", indicator="T1", remark="twice"),
    value("ages", "3", "young"),
    value("ages", "0", "old"),
    value("why", "")._replace(status=Status.NOT_DONE, reason="left_out"),
]
SECOND = [
    row._replace(record="9GQM", sheet_version=2, revision=2, complete=False, record_remark="")
    for row in (
        value("met", "yes", indicator="T1"),
        value("ages", "")._replace(status=Status.SKIPPED),
        value("why", '=1+1 "quoted"'),
    )
]

GOLDEN = {
    "long": """\
organisation,project,project_name,level,moment,subject,sheet,indicator,question,category,type,\
value,label,unit,status,reason,remark,record_remark,record,revision,complete,review,provenance,sheet_version,role,observed_on,submitted_at
brugge,kompas,Kompas,project,continuous,,tiny,,day,,date,2026-03-02,,,\
answered,,,"Rain, all day",8F3K,1,yes,received,,1,practitioner,2026-03-02,2026-03-02T08:30:15Z
brugge,kompas,Kompas,project,continuous,,tiny,,area,,select_one,park,Park,,\
answered,,,"Rain, all day",8F3K,1,yes,received,,1,practitioner,2026-03-02,2026-03-02T08:30:15Z
brugge,kompas,Kompas,project,continuous,,tiny,T1,met,,select_one,yes,Yes,,\
answered,,twice,"Rain, all day",8F3K,1,yes,received,,1,practitioner,2026-03-02,2026-03-02T08:30:15Z
brugge,kompas,Kompas,project,continuous,,tiny,,ages,young,counts,3,Young,,\
answered,,,"Rain, all day",8F3K,1,yes,received,,1,practitioner,2026-03-02,2026-03-02T08:30:15Z
brugge,kompas,Kompas,project,continuous,,tiny,,ages,old,counts,0,Old,,\
answered,,,"Rain, all day",8F3K,1,yes,received,,1,practitioner,2026-03-02,2026-03-02T08:30:15Z
brugge,kompas,Kompas,project,continuous,,tiny,,why,,text,,,,\
not_done,left_out,,"Rain, all day",8F3K,1,yes,received,,1,practitioner,\
2026-03-02,2026-03-02T08:30:15Z
brugge,kompas,Kompas,project,continuous,,tiny,T1,met,,select_one,yes,"Yes, somebody",,\
answered,,,,9GQM,2,no,received,,2,practitioner,2026-03-02,2026-03-02T08:30:15Z
brugge,kompas,Kompas,project,continuous,,tiny,,ages,,counts,,,,\
skipped,,,,9GQM,2,no,received,,2,practitioner,2026-03-02,2026-03-02T08:30:15Z
brugge,kompas,Kompas,project,continuous,,tiny,,why,,text,"'=1+1 ""quoted\""",,,\
answered,,,,9GQM,2,no,received,,2,practitioner,2026-03-02,2026-03-02T08:30:15Z
""",
    "wide": """\
organisation,project,project_name,level,moment,subject,sheet,sheet_version,record,revision,complete,review,provenance,\
observed_on,submitted_at,remark,status.tiny.day,tiny.day,status.tiny.area,tiny.area,\
status.tiny.met,tiny.met,status.tiny.ages,tiny.ages.young,tiny.ages.old,status.tiny.why,tiny.why
brugge,kompas,Kompas,project,continuous,,tiny,1,8F3K,1,yes,received,,\
2026-03-02,2026-03-02T08:30:15Z,"Rain, all day",answered,2026-03-02,answered,park,\
answered,yes,answered,3,0,not_done:left_out,
brugge,kompas,Kompas,project,continuous,,tiny,2,9GQM,2,no,received,,\
2026-03-02,2026-03-02T08:30:15Z,,,,,,\
answered,yes,skipped,,,answered,"'=1+1 ""quoted\"""
""",
}


def written(
    name: str,
    rows: list[ExportedValue],
    language: str = "en",
    sheets: Mapping[tuple[str, int], Sheet] = SHEETS,
) -> str:
    return text_of(FORMATS[name], dataset(rows, sheets, AREAS, language))


def table(name: str, rows: list[ExportedValue], language: str = "en") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written(name, rows, language))))


@pytest.mark.parametrize("name", GOLDEN)
def test_a_format_writes_its_golden_file(name: str) -> None:
    assert written(name, ROWS + SECOND).split("\r\n") == GOLDEN[name].split("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_rows_give_the_same_bytes(name: str) -> None:
    data = dataset(ROWS + SECOND, SHEETS, AREAS)
    assert files_of(FORMATS[name], data) == files_of(FORMATS[name], data)


@pytest.mark.parametrize("name", GOLDEN)
def test_columns_do_not_depend_on_the_data(name: str) -> None:
    assert written(name, []).split("\r\n")[0] == written(name, ROWS).split("\r\n")[0]


def test_what_is_read_is_written_before_the_rest_is_read(tmp_path: Path) -> None:
    sizes: list[int] = []

    def watched() -> Iterator[Block]:
        for _ in range(200):
            sizes.append((tmp_path / "long.csv").stat().st_size)
            yield from blocks(ROWS)

    data = replace(dataset([], SHEETS, AREAS), blocks=watched)
    assert FORMATS["long"].write(tmp_path, data) == {"long.csv": 200 * len(ROWS)}
    assert sizes[-1] > sizes[len(sizes) // 2] > sizes[0]


def test_a_label_is_that_of_the_records_own_version_and_language() -> None:
    rows = [ROWS[2], SECOND[0]]
    assert [row["label"] for row in table("long", rows)] == ["Yes", "Yes, somebody"]
    assert [row["label"] for row in table("long", rows, "nl")] == ["Ja", "Ja"]


def test_an_area_is_called_what_its_own_project_calls_it() -> None:
    rows = [ROWS[1], ROWS[1]._replace(project="baken")]
    assert [row["label"] for row in table("long", rows)] == ["Park", "Stadspark"]


def test_one_record_is_one_row_also_when_projects_use_the_same_number() -> None:
    other = [row._replace(project="baken") for row in ROWS]
    assert [row["project"] for row in table("wide", ROWS + other)] == ["kompas", "baken"]


FORMULAS = [
    *("=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1", " =1", "\ufeff=1"),
    *("\uff1d1", "\u200b=1", "-1", "\n1"),
]


@pytest.mark.parametrize("name", ["long", "wide"])
@pytest.mark.parametrize("formula", FORMULAS, ids=ascii)
def test_no_text_can_become_a_formula(name: str, formula: str) -> None:
    row = value("why", formula, remark=formula)._replace(
        record_remark=formula, subject=formula, project=formula, project_name=formula
    )
    cells = [cell for cell in table(name, [row])[0].values() if formula in cell]
    assert len(cells) >= 5
    assert {cell[0] for cell in cells} == {"'"}


@pytest.mark.parametrize("text", ["-3", "-0.5", "3", "2026-03-02"])
@pytest.mark.parametrize("kind", ["integer", "decimal", "calculate", "counts", "date"])
def test_numbers_and_dates_stay_as_they_are(text: str, kind: str) -> None:
    assert value_cell(value("why", text)._replace(type=kind)) == text


@pytest.mark.parametrize("text", ["", "street", "3 - 4", "'quoted'", "a=b", "5+"])
def test_a_harmless_text_stays_as_it_is(text: str) -> None:
    assert safe(text) == text
