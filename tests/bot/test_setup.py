"""Projects and people from a CSV file: all of it or nothing, and a second time nothing."""

import csv
import stat
from contextlib import closing
from pathlib import Path

import pytest

from storage import invitations, organisations
from storage.database import Database
from storage.organisations import EXAMPLE
from tests.bot.program import Program, refused
from tests.keys import KEYS

EXAMPLE_FILE = Path(__file__).parents[2] / "docs" / "setup.csv"
HEADER = "kind,project,name,areas,role,count,days\n"
KOMPAS = "project,kompas,Kompas,Oost,,,\n"
NORTH = "project,noord,Noord,Haven,,,\n"
PEOPLE = "people,noord,,,practitioner,2,\n"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def here(url: str) -> Program:
    return Program(url, telegram_name="a_bot")


def written(content: str | bytes, name: str = "setup.csv") -> Path:
    path = Path(name)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def does(program: Program, content: str | bytes, *more: str) -> list[str]:
    result = program.run("setup", written(content), *more)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout.splitlines()


def faults(program: Program, content: str | bytes) -> list[str]:
    """Return what is wrong with a file; nothing is stored then."""
    before = stored(program)
    result = program.run("setup", written(content))
    assert (result.exit_code, result.stdout) == (1, "")
    *lines, last = result.stderr.splitlines()
    assert last == "Nothing was set up."
    assert stored(program) == before
    assert not Path("invitations.csv").exists()
    return lines


def stored(program: Program) -> tuple[dict[str, list[str]], int]:
    """Return the areas of all projects, and how many invitations there are."""
    with closing(Database(program.url, KEYS)) as database, database.reading() as connection:
        found = organisations.every_project(connection, EXAMPLE)
        areas = {name: [area.label for area in item.areas] for name, item in found.items()}
        return areas, len(invitations.listed(connection, EXAMPLE))


def test_the_example_sets_everything_up_and_a_second_time_nothing(here: Program) -> None:
    content = EXAMPLE_FILE.read_bytes()
    assert "The links are in invitations.csv; only you can read it." in does(here, content)
    areas, count = stored(here)
    assert areas["kompas-noord"] == ["Noord", "Haven"]
    assert count == 8
    links = Path("invitations.csv")
    assert stat.S_IMODE(links.stat().st_mode) == 0o600
    rows = list(csv.DictReader(links.read_text(encoding="utf-8-sig").splitlines()))
    assert len({row["link"] for row in rows}) == 8
    assert all(row["link"].startswith("https://t.me/a_bot?start=") for row in rows)
    links.unlink()
    assert does(here, content) == ["There is nothing to do: all of it is there."]
    assert stored(here) == (areas, count)
    assert not links.exists()


def test_a_dry_run_says_what_would_be_done_and_does_nothing(here: Program) -> None:
    content = HEADER + KOMPAS + NORTH + PEOPLE
    told = does(here, content, "--dry-run")
    assert told == [
        "project kompas: areas added: Oost",
        "project noord (Noord) made, with Haven",
        "2 invited as practitioner for noord",
        "Nothing was stored: this was a dry run.",
    ]
    assert stored(here) == ({}, 0)
    assert does(here, content)[:3] == told[:3]


def test_a_project_that_is_there_keeps_its_name_and_its_areas(here: Program) -> None:
    does(here, HEADER + KOMPAS)
    assert stored(here)[0]["kompas"] == ["Station", "Centrum", "Park", "Oost"]
    found = faults(here, HEADER + "project,kompas,Other,,,,\n" + NORTH)
    (fault,) = found
    assert fault.startswith("row 2, name: kompas is called 'Kompas' already; write that, or ")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param((HEADER + NORTH + PEOPLE).replace(",", ";"), id="semicolons"),
        pytest.param("sep=;\r\n" + (HEADER + NORTH + PEOPLE).replace(",", ";"), id="sep line"),
        pytest.param("\ufeff" + HEADER + NORTH + PEOPLE, id="byte order mark"),
        pytest.param((HEADER + NORTH + PEOPLE).replace("\n", "\r\n"), id="Windows"),
        pytest.param(HEADER + ",,,,,,\n" + NORTH + "\n" + PEOPLE + ",,,,,,,,\n", id="blank rows"),
        pytest.param((HEADER + NORTH + PEOPLE).replace("\n", ",,,\n"), id="empty columns"),
        pytest.param(HEADER.upper() + NORTH.replace("project,", "Project , "), id="case, spaces"),
        pytest.param(HEADER + NORTH + PEOPLE.replace(",2,", ",2.0,"), id="number with decimals"),
        pytest.param(HEADER + NORTH.replace("Noord", "\u00a0Noord\u00a0"), id="no-break spaces"),
    ],
)
def test_files_are_read_as_spreadsheets_write_them(here: Program, content: str) -> None:
    does(here, content)
    assert stored(here)[0]["noord"] == ["Haven"]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ("thing,a,b,,,,\n", "row 2, kind: write project or people"),
        ("project,,Noord,,,,\n", "row 2, project: this is needed"),
        ("project,Noord 2,Noord,,,,\n", "row 2, project: use at most 24"),
        ("project,noord," + "x" * 41 + ",,,,\n", "row 2, name: at most 40"),
        ("project,noord,Noord,x" + "x" * 24 + ",,,\n", "row 2, areas: at most 20"),
        ("project,noord,Noord,,evaluator,,\n", "row 2, role: leave it empty"),
        ("project,noord,=1+1,,,,\n", "row 2, name: it looks like a formula"),
        ("project,noord,@SUM(A1),,,,\n", "row 2, name: it looks like a formula"),
        ("project,noord,0471 23 45 67,,,,\n", "row 2, name: it looks like a number"),
        ("project,tel-0478-12-34-56,Noord,,,,\n", "row 2, project: it looks like a number"),
        ('project,noord,"a\nb",,,,\n', "row 2, name: it holds a line break"),
        ("people,kompas,,,boss,1,\n", "row 2, role: there is no role 'boss'"),
        ("people,kompas,,,,1,\n", "row 2, role: this is needed"),
        ("people,nowhere,,,evaluator,1,\n", "row 2, project: there is no project 'nowhere'"),
        ("people,kompas,,,evaluator,0,\n", "row 2, count: write a whole number from 1 to 50"),
        ("people,kompas,,,evaluator,two,\n", "row 2, count: write a whole number"),
        ("people,kompas,,,evaluator,1,91\n", "row 2, days: write a whole number from 1 to 90"),
        ("people,kompas,,,evaluator,1,,extra\n", "row 2: it has more cells than the header"),
        (NORTH + NORTH, "row 3, project: row 2 says the same"),
        (NORTH + PEOPLE + PEOPLE, "row 4, role: row 3 says the same"),
    ],
)
def test_every_faulty_row_is_named_with_its_column_and_a_remedy(
    program: Program, rows: str, wanted: str
) -> None:
    program.run("chat")
    (fault,) = faults(program, HEADER + rows)
    assert fault.startswith(wanted)


def test_all_faults_are_told_at_once_and_nothing_is_stored(program: Program) -> None:
    program.run("chat")
    found = faults(program, HEADER + NORTH + "thing,,,,,,\n" + PEOPLE + "people,,,,boss,0,0\n")
    assert [line.partition(":")[0] for line in found] == [
        "row 3, kind",
        "row 5, count",
        "row 5, days",
        "row 5, role",
    ]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"", "the file: it is empty"),
        (b"\xff\xfe" + HEADER.encode("utf-16-le"), "the file: it is not UTF-8"),
        ((HEADER + "project,zuid,Caf\u00e9,,,,\n").encode("latin-1"), "the file: it is not UTF-8"),
        ((HEADER + 'project,"noord,Noord,,,,\n').encode(), "the file: a quotation mark is wrong"),
        (b"x" * 1_000_001, "the file: it is larger than 1 MB"),
        (b"kind,projekt\nproject,a\n", "row 1, projekt: there is no such column"),
        (b"project,name\na,b\n", "row 1, kind: this column is missing"),
        (b"kind,name,name\nproject,a,b\n", "row 1, name: this column stands there twice"),
    ],
)
def test_a_file_that_is_none_is_refused(program: Program, content: bytes, wanted: str) -> None:
    program.run("chat")
    assert faults(program, content)[0].startswith(wanted)


def test_links_are_never_written_over_others(here: Program) -> None:
    written("kept", "invitations.csv")
    result = here.run("setup", written(HEADER + NORTH + PEOPLE))
    refused(result, "is there already", "--links")
    assert stored(here) == ({}, 0)
    assert Path("invitations.csv").read_text(encoding="utf-8") == "kept"
    assert "2 invited as practitioner for noord" in does(
        here, HEADER + NORTH + PEOPLE, "--links", "more.csv"
    )


def test_who_is_here_already_counts(here: Program) -> None:
    does(here, HEADER + NORTH + PEOPLE)
    more = PEOPLE.replace(",2,", ",5,")
    assert "3 invited as practitioner for noord" in does(
        here, HEADER + NORTH + more, "--links", "more.csv"
    )


def test_what_is_set_up_stands_in_the_audit(here: Program) -> None:
    does(here, HEADER + NORTH)
    does(here, HEADER + NORTH)
    assert here.run("audit", "export", "--out", "audit.csv").exit_code == 0
    written = Path("audit.csv").read_text(encoding="utf-8")
    assert [row["about"] for row in csv.DictReader(written.splitlines())].count("noord") == 1


def test_a_file_that_is_not_there_is_said_so(here: Program) -> None:
    refused(here.run("setup", "no.csv"), "No such file")
