"""`meetmoment sheet`: a form comes in whole or not at all, and its next version after it."""

import csv
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import Result

from flows.own import is_own_code
from storage.audit import entries
from storage.database import Database
from tests.bot.program import Program, last, refused
from tests.keys import KEYS
from tests.workbooks import form

FORM = """
| settings |
|          | form_id | form_title | default_language |
|          | intake  | Intake     | English (en)     |
| survey   |
|          | type            | name | label::English (en) | label::Nederlands (nl) | relevant |
|          | select_one ways | how  | {how}               | Hoe kwamen ze?         |          |
|          | {type}          | many | How many came?      | Hoeveel kwamen er?     | {many}   |
| choices  |
|          | list_name | name   | label::English (en) | label::Nederlands (nl) |
|          | ways      | street | On the street       | Op straat              |
|          | ways      | phone  | By phone            | Per telefoon           |
"""
WORKED_OUT = """
| settings |
|          | form_id | form_title | default_language |
|          | intake  | Intake     | English (en)     |
| survey   |
|          | type      | name | label          | calculation                     |
|          | integer   | many | How many came? |                                 |
|          | calculate | size |                | if(${many} > 10, 'many', 'few') |
"""
WORDS = {"how": "How did they come?", "type": "integer", "many": "${how} = 'street'"}
ALWAYS = ("--level", "target_group", "--moment", "continuous", "--project", "kompas")


@pytest.fixture
def program(url: str) -> Program:
    """Somebody who has registered already, on each database."""
    program = Program(url)
    program.chats("English")
    return program


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "intake.xlsx"


def codes_of(told: list[str]) -> list[str]:
    return [line.split()[0] for line in told if line.startswith("  ")]


def brings(program: Program, file: Path, *options: str, **words: str) -> Result:
    file.write_bytes(form(FORM.format(**WORDS | words)))
    return program.run("sheet", "import", file, *options)


def done(result: Result) -> list[str]:
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout.splitlines()


def rows(exported: str, **wanted: str) -> list[dict[str, str]]:
    found = csv.DictReader(exported.splitlines(keepends=True))
    return [row for row in found if wanted.items() <= row.items()]


def test_a_form_is_imported_asked_and_exported(
    program: Program, file: Path, tmp_path: Path
) -> None:
    told = done(brings(program, file, *ALWAYS))
    assert told[:2] == [
        "own_intake, version 1: “Intake”, 3 questions.",
        "About: target_group. When: continuous.",
    ]
    assert "Offered in these languages: en, nl." in told
    assert "Asked in: Kompas (kompas)." in told
    codes = codes_of(told)
    assert len(codes) == 2
    assert all(is_own_code(code) for code in codes)
    screen = program.chats("Intake", "Today", "On the street", "3", "Save")
    assert "Saved: Intake" in screen
    program.chats("/language nl", "Intake")
    assert "Welke dag was het?" in last(program.chats())
    files = program.exports(tmp_path / "out")
    found = {row["indicator"]: row["value"] for row in rows(files["long.csv"], sheet="own_intake")}
    assert {code: found[code] for code in codes} == dict(zip(codes, ("street", "3"), strict=True))
    assert {row["indicator"] for row in rows(files["codebook.csv"], indicator_set="own")} == set(
        codes
    )


def test_what_is_worked_out_as_a_text_comes_out_in_every_format(
    program: Program, file: Path, tmp_path: Path
) -> None:
    file.write_bytes(form(WORKED_OUT))
    done(program.run("sheet", "import", file, *ALWAYS))
    program.chats("Intake", "Today", "3", "Save")
    done(program.run("export", "--profile", "all", "--out", tmp_path / "all"))
    done(program.run("report", "--out", tmp_path / "report"))
    found = (tmp_path / "all" / "process.csv").read_text(encoding="utf-8")
    assert "few" not in found
    long = (tmp_path / "all" / "long.csv").read_text(encoding="utf-8")
    assert [row["value"] for row in rows(long, question="size")] == ["few"]


def test_a_dry_run_says_the_same_and_stores_nothing(program: Program, file: Path) -> None:
    dry = done(brings(program, file, *ALWAYS, "--dry-run"))
    assert dry[-1].startswith("Nothing was stored")
    assert done(program.run("sheet", "list")) == ["No own sheet was imported here yet."]
    assert done(brings(program, file, *ALWAYS)) == dry[:-1]


def test_every_fault_stands_in_a_line_and_nothing_is_stored(program: Program, file: Path) -> None:
    result = brings(program, file, *ALWAYS, type="geopoint", how="")
    assert (result.exit_code, result.stdout) == (1, "")
    places = [line.partition(",")[0] for line in result.stderr.splitlines()]
    assert places == ["survey row 2", "survey row 3"]
    assert done(program.run("sheet", "list")) == ["No own sheet was imported here yet."]


def test_what_is_no_form_is_told_in_one_line(program: Program, tmp_path: Path) -> None:
    (tmp_path / "intake.xlsx").write_text("how,many\n", encoding="utf-8")
    refused(program.run("sheet", "import", tmp_path / "intake.xlsx", *ALWAYS), "no Excel workbook")
    refused(program.run("sheet", "import", tmp_path / "none.xlsx", *ALWAYS), "none.xlsx")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--name", "contact"), "name of a sheet of the handbook"),
        (("--name", "own_contact"), "name of a sheet of the handbook"),
        (("--name", "a" * 22), "give one by --name"),
        (("--name", "own_"), "give one by --name"),
        (("--level", "village"), "'village' is no --level"),
        (("--moment", "often"), "'often' is no --moment"),
        (("--registrar", "mayor"), "'mayor' is no --registrar"),
        (("--project", "none"), "no project 'none'"),
        ((), "--all-projects; there is kompas"),
    ],
    ids=str,
)
def test_a_slip_on_the_command_line_is_refused(
    program: Program, file: Path, options: tuple[str, ...], words: str
) -> None:
    refused(brings(program, file, *options), words)


def test_the_same_form_changes_nothing_and_a_changed_one_is_the_next_version(
    program: Program, file: Path
) -> None:
    done(brings(program, file, *ALWAYS))
    assert "nothing changes" in done(brings(program, file))[2]
    before = audit(program)
    told = done(brings(program, file, how="By which way?"))
    # What was not said again is as it was.
    assert told[:2] == [
        "own_intake, version 2: “Intake”, 3 questions.",
        "About: target_group. When: continuous.",
    ]
    assert "Asked in: Kompas (kompas)." in told
    assert audit(program) == [*before, "sheet_imported"]
    assert "By which way?" in last(program.chats("Intake", "Today"))


def test_a_form_keeps_its_codes_whether_or_not_its_name_is_marked_as_own(
    program: Program, file: Path
) -> None:
    told = done(brings(program, file, *ALWAYS))
    marked = FORM.replace("| intake ", "| own_intake ")
    file.write_bytes(form(marked.format(**WORDS)))
    again = done(program.run("sheet", "import", file))
    assert codes_of(again) == codes_of(told)
    assert "nothing changes" in again[2]


def test_a_type_may_not_change_under_the_same_name(program: Program, file: Path) -> None:
    done(brings(program, file, *ALWAYS))
    result = brings(program, file, type="decimal")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "The type of the question many was integer in version 1" in result.stderr
    assert done(program.run("sheet", "list"))[1].split()[:2] == ["own_intake", "1"]


def test_a_form_may_be_another_sheet_under_another_name(program: Program, file: Path) -> None:
    done(brings(program, file, *ALWAYS))
    done(brings(program, file, *ALWAYS, "--name", "calls", type="decimal"))
    names = [line.split()[0] for line in done(program.run("sheet", "list"))[1:]]
    assert names == ["own_calls", "own_intake"]


def test_a_retired_sheet_is_asked_by_nobody_and_comes_back_when_it_is_imported_again(
    program: Program, file: Path
) -> None:
    done(brings(program, file, *ALWAYS))
    refused(program.run("sheet", "retire", "calls"), "own_calls is no own sheet", "own_intake")
    assert "not offered any more" in done(program.run("sheet", "retire", "intake"))[0]
    refused(program.run("sheet", "retire", "own_intake"), "retired already")
    assert "Intake" not in last(program.chats("/start"))
    assert done(program.run("sheet", "list"))[1].split()[-1] == "retired"
    refused(brings(program, file), "Say which project asks this")
    done(brings(program, file, *ALWAYS))
    assert "Intake" in last(program.chats("/start"))
    assert audit(program)[-3:] == ["sheet_imported", "sheet_retired", "sheet_imported"]
    assert program.run("audit", "verify").exit_code == 0


def test_with_several_organisations_it_is_said_whose_sheet_it_is(
    program: Program, file: Path
) -> None:
    assert program.run("organisation", "add", "gent", "Stad Gent").exit_code == 0
    refused(brings(program, file, *ALWAYS), "--organisation")
    done(brings(program, file, *ALWAYS, "--organisation", "example-city"))
    none = done(program.run("sheet", "list", "--organisation", "gent"))
    assert none == ["No own sheet was imported here yet."]
    refused(brings(program, file, "--all-projects", "--organisation", "gent"), "none yet")


def audit(program: Program) -> list[str]:
    """Return what stands in the audit about sheets, in order."""
    with closing(Database(program.url, KEYS)) as database, database.reading() as connection:
        found = [entry.action for entry in entries(connection)]
    return [action for action in found if action.startswith("sheet_")]
