"""`meetmoment simulate`: a plan is tried out before the field starts."""

import csv
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from storage.location import located
from tests.bot.program import Program, refused

SHEET = ("today", "OpStap", "Harm to users", "Done", "People with problem use", "Done")
WHERE = ("Station, North", "2 1 0 1", "1/1/2026", "31/12/2027", "Baseline", "Final", "Done")
DATES = ("1/4/2026", "1/12/2027")
SHORT = ("--workers", 4, "--participants", 3, "--from", "2026-01-05", "--until", "2026-06-30")
PNG = b"\x89PNG\r\n"


@pytest.fixture
def planned(program: Program) -> Iterator[Program]:
    program.chats("English", "Project sheet", *SHEET, *WHERE, *DATES, "Save")
    path = located(program.url).path
    assert path is not None
    before = sha256(path.read_bytes()).hexdigest()
    yield program
    assert sha256(path.read_bytes()).hexdigest() == before


def test_a_simulation_leaves_its_diary_overviews_and_export_in_a_folder(
    program: Program, tmp_path: Path
) -> None:
    out = tmp_path / "try" / "out"
    result = program.run("simulate", *SHORT, "--language", "nl", "--out", out)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "SIMULATED" in (out / "README.txt").read_text(encoding="utf-8")
    diary = (out / "diary.txt").read_text(encoding="utf-8")
    assert "te registreren voor OpStap (simulated)" in diary
    pictures = sorted((out / "overviews").glob("*.png"))
    assert pictures
    assert all(picture.read_bytes().startswith(PNG) for picture in pictures)
    assert all(list(out.glob(f"overviews/{picture.stem}-*.txt")) for picture in pictures)
    assert (out / "export" / "codebook.csv").exists()
    with (out / "export" / "long.csv").open(encoding="utf-8", newline="") as file:
        assert {row["project_name"] for row in csv.DictReader(file)} == {"OpStap (simulated)"}


def test_without_a_folder_the_diary_is_printed_and_no_database_is_made(tmp_path: Path) -> None:
    program = Program(f"sqlite:///{tmp_path}/none.db")
    result = program.run("simulate", *SHORT)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[0].endswith("2026")
    refused(program.run("simulate", "--project", "kompas"), "none.db is not there.")
    assert not list(tmp_path.iterdir())


def test_the_plan_of_a_project_is_read_and_nothing_is_written_there(planned: Program) -> None:
    refused(planned.run("simulate", "--project", "nothing"), "has no project 'nothing'")
    result = planned.run("simulate", "--project", "OpStap", "--participants", 2, "--workers", 3)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "OpStap (simulated): Project · baseline – due Wednesday 1 April" in result.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--workers", 1), "There can be 2 to 50 workers in a simulation, not 1."),
        (("--participants", 501), "There can be 0 to 500 participants in a simulation, not 501."),
        (("--from", "soon"), "'soon' is not a day; write it like 2026-03-02."),
        (
            ("--from", "2026-03-02", "--until", "2026-03-01"),
            "The end, 2026-03-01, comes before the beginning, 2026-03-02.",
        ),
        (
            ("--from", "2026-01-01", "--until", "2036-01-02"),
            "More than 10 years cannot be simulated.",
        ),
        (("--until", "2026-02-01"), "The example takes at least 90 days."),
        (("--language", "xx"), "There is no language 'xx'; there is"),
    ],
)
def test_what_cannot_be_simulated_is_told_in_a_sentence(
    program: Program, options: tuple[object, ...], said: str
) -> None:
    refused(program.run("simulate", *options), said)


def test_a_folder_with_something_in_it_is_left_alone(program: Program, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    refused(program.run("simulate", "--out", out), "name a folder that is empty or new.")
    refused(program.run("simulate", "--out", out / "mine.txt"), "is there already")
    assert [path.name for path in out.iterdir()] == ["mine.txt"]


def test_a_project_without_a_plan_is_not_simulated(program: Program) -> None:
    program.chats("English")
    refused(program.run("simulate", "--project", "Kompas"), "Kompas has no plan yet")
