import csv
import subprocess
from pathlib import Path

import pytest

from tests.bot.program import CONTACT, Program, command, handbook
from tests.keys import HEX, SETTING

NAMES = (
    *("long.csv", "wide.csv", "grid.csv", "comparability.csv", "codebook.csv"),
    *("crosswalk.csv", "funders.csv", "outcome.csv", "process.csv"),
)
FILES = {*NAMES, "manifest.json"}


@pytest.fixture
def contacts(url: str) -> Program:
    """A database with two contacts."""
    program = Program(url)
    program.chats("English", *CONTACT, *CONTACT)
    return program


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines(keepends=True)))


def test_an_export_writes_every_file_and_says_how_many_rows(
    contacts: Program, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "out"
    result = contacts.run("export", "--out", out)
    assert result.exit_code == 0
    assert {path.name for path in out.iterdir()} == FILES
    rows = {name: len(table((out / name).read_text(encoding="utf-8"))) for name in NAMES}
    assert rows["wide.csv"] == 2
    assert result.stdout.splitlines() == [f"{out / name}: {rows[name]} rows" for name in NAMES]


def test_the_same_data_gives_the_same_bytes(contacts: Program, tmp_path: Path) -> None:
    assert contacts.exports(tmp_path / "one") == contacts.exports(tmp_path / "two")


def test_an_export_takes_the_place_of_the_one_before(contacts: Program, tmp_path: Path) -> None:
    before = contacts.exports(tmp_path / "out")
    contacts.chats(*CONTACT)
    after = contacts.exports(tmp_path / "out")
    assert len(table(after["wide.csv"])) == len(table(before["wide.csv"])) + 1
    assert set(after) == FILES


def test_both_databases_give_the_same_export(
    sqlite_url: str, postgresql_url: str, tmp_path: Path
) -> None:
    found = []
    for name, url in (("one", sqlite_url), ("other", postgresql_url)):
        program = Program(url)
        program.chats("English", *CONTACT)
        files = program.exports(tmp_path / name)
        of_record = {"record", "submitted_at"}
        found.append(
            (
                files["codebook.csv"],
                [
                    {column: cell for column, cell in row.items() if column not in of_record}
                    for name in ("long.csv", "wide.csv")
                    for row in table(files[name])
                ],
            )
        )
    assert found[0] == found[1]


def test_only_the_owner_and_the_group_may_read_an_export(program: Program, tmp_path: Path) -> None:
    program.chats("English", *CONTACT)
    program.exports(tmp_path / "out")
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()} == {0o640}


def test_an_export_that_fails_changes_no_file(program: Program, tmp_path: Path) -> None:
    program.chats("English", *CONTACT)
    out = tmp_path / "out"
    before = program.exports(out)
    # A folder with something in it cannot be replaced by a file.
    (out / "long.csv").unlink()
    (out / "long.csv" / "full").mkdir(parents=True)
    program.chats(*CONTACT)
    result = program.run("export", "--out", out)
    assert result.exit_code == 1
    assert str(out) in result.stderr
    assert "Traceback" not in result.stderr
    assert {path.name for path in out.iterdir()} == FILES
    assert {path.name: path.read_bytes().decode() for path in out.iterdir() if path.is_file()} == {
        name: text for name, text in before.items() if name != "long.csv"
    }


def test_a_disk_that_is_full_leaves_the_export_before(program: Program, tmp_path: Path) -> None:
    program.chats("English", *CONTACT)
    out = tmp_path / "out"
    before = program.exports(out)
    program.chats(*CONTACT)
    # The code book is larger than what may be written; the other files are not.
    limit = len(before["codebook.csv"].encode()) // 1024 - 1
    words = command("export", "--out", out)
    ended = subprocess.run(
        ["bash", "-c", f'ulimit -f {limit}; exec "$@"', "export", *words],
        env=program.environment | {SETTING: HEX},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 1
    assert "cannot be written" in ended.stderr
    assert {path.name: path.read_bytes().decode() for path in out.iterdir()} == before


@pytest.mark.parametrize(
    "text", ["=1+1", "+32 is how it begins", "-2", "@SUM(A1)", "=HYPERLINK(0)", " =1"]
)
def test_a_text_is_never_a_formula(sqlite_url: str, tmp_path: Path, text: str) -> None:
    files = _tiny(sqlite_url, tmp_path, text)
    expected = f"'{text.strip()}"
    long = {row["question"]: row["value"] for row in table(files["long.csv"])}
    assert long["why"] == expected
    assert table(files["wide.csv"])[0]["tiny.why"] == expected


def test_numbers_stay_numbers(sqlite_url: str, tmp_path: Path) -> None:
    files = _tiny(sqlite_url, tmp_path, "It was busy")
    long = {row["question"]: row["value"] for row in table(files["long.csv"])}
    assert long == {"day": long["day"], "met": "-3", "hours": "2.5", "why": "It was busy"}
    wide = table(files["wide.csv"])[0]
    assert (wide["tiny.met"], wide["tiny.hours"]) == ("-3", "2.5")


def _tiny(url: str, folder: Path, why: str) -> dict[str, str]:
    program = Program(url, handbook=handbook(folder / "handbook"))
    program.chats("English", "Tiny sheet", "Today", "-3", "2,5", why, "Save")
    return program.exports(folder / "out")
