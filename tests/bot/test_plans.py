"""`meetmoment plan`: a project's plan as a table, as CSV and as a calendar file."""

import csv
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar

from tests.bot.program import Program, refused

SHEET = ("today", "Kompas", "Harm to users", "Done", "People with problem use", "Done")
WHERE = ("Station, North", "2 1 0 1", "1/1/2026", "31/12/2027", "Baseline", "Final", "Done")
PLAN = ("today", "14", "7", "Yes", "30", "14", "6", "12", "0", "Activities", "Done", "Each month")
FUNDER = ("today", "City", "Leave out", "Not known", "Nuisance reports", "Done", "Each year")


@pytest.fixture
def planned(program: Program) -> Program:
    program.chats("English", "Project sheet", *SHEET, *WHERE, "1/4/2026", "1/12/2027", "Save")
    program.chats("Plan", *PLAN, "Flanders", "5", "Save")
    return program


def rows(program: Program, *options: str) -> list[dict[str, str]]:
    result = program.run("plan", "show", "kompas", "--csv", *options)
    assert (result.exit_code, result.stderr) == (0, "")
    return list(csv.DictReader(result.stdout.splitlines()))


def test_a_plan_is_shown_with_every_day_and_how_it_stands(planned: Program) -> None:
    found = [row for row in rows(planned, "--on", "2026-04-20") if row["sheet"] == "Project"]
    assert found[0] == {
        "sheet": "Project",
        "moment": "baseline",
        "number": "1",
        "participant": "",
        "opens": "2026-03-18",
        "due": "2026-04-01",
        "late_from": "2026-04-09",
        "locked_from": "2026-05-02",
        "state": "late",
    }
    assert [row["state"] for row in found] == ["late", "planned"]


def test_a_plan_is_shown_as_a_table_in_the_language_that_is_asked_for(planned: Program) -> None:
    result = planned.run("plan", "show", "Kompas", "--on", "2026-04-20", "--language", "nl")
    assert result.exit_code == 0
    (line, *_) = [line for line in result.stdout.splitlines() if "nulmeting" in line]
    assert line.split() == [
        *("Project", "nulmeting", "1"),
        *("2026-03-18", "2026-04-01", "2026-04-09", "2026-05-02", "late"),
    ]


def test_a_calendar_file_holds_the_plan_and_the_funders_and_no_code(
    planned: Program, tmp_path: Path
) -> None:
    planned.chats("A funder", *FUNDER, "31/12/2030", "Save")
    out = tmp_path / "kompas.ics"
    result = planned.run("plan", "ics", "kompas", "--out", out)
    assert (result.exit_code, result.stdout) == (0, f"{out}: the plan of Kompas.\n")
    calendar = Calendar.from_ical(out.read_bytes())
    assert isinstance(calendar, Calendar)
    found = {str(event["uid"]): event for event in calendar.events}
    assert found["kompas/project/baseline//1/due@meetmoment"].start == date(2026, 4, 1)
    assert "rrule" in found["kompas/activity/continuous@meetmoment"]
    assert [str(event["summary"]) for uid, event in found.items() if "funding" in uid] == [
        "Kompas: Report to: City or municipality"
    ]


def test_a_project_without_a_plan_has_no_calendar_file(program: Program, tmp_path: Path) -> None:
    program.settles()
    out = tmp_path / "kompas.ics"
    refused(program.run("plan", "ics", "kompas", "--out", out), "has no plan yet")
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("nowhere",), "has no project 'nowhere'"),
        (("kompas", "--on", "tomorrow"), "write it like 2026-03-02"),
        (("kompas", "--language", "it"), "There is no language 'it'"),
    ],
    ids=str,
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(
    program: Program, options: tuple[str, ...], words: str
) -> None:
    program.settles()
    refused(program.run("plan", "show", *options), words)
