"""The profiles for spreadsheets, statistical programs and REDCap, from the command line."""

import hashlib
import json
from pathlib import Path

import pytest

from tests.bot.program import CONTACT, Program, handbook, refused

PROFILES = ("xlsx", "spss", "stata", "parquet", "redcap", "csvw", "r")


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def exported(program: Program, out: Path) -> dict[str, bytes]:
    words = [word for name in PROFILES for word in ("--profile", name)]
    result = program.run("export", "--out", out, "--language", "nl", "--language", "fr", *words)
    assert (result.exit_code, result.stderr) == (0, "")
    return files(out)


def test_the_same_data_gives_the_same_bytes_and_the_manifest_names_each(
    sqlite_url: str, tmp_path: Path
) -> None:
    program = Program(sqlite_url)
    program.chats("English", *CONTACT, *CONTACT)
    found = exported(program, tmp_path / "one")
    assert found == exported(program, tmp_path / "two")
    listed = json.loads(found.pop("manifest.json"))["files"]
    assert {file["name"]: file["sha256"] for file in listed} == {
        name: hashlib.sha256(content).hexdigest() for name, content in found.items()
    }
    assert {"records.xlsx", "spss/contact.sav", "stata/contact.dta", "redcap/data.csv"} <= {*found}


@pytest.mark.parametrize("profile", PROFILES[:5])
def test_a_filter_that_matches_nothing_leaves_no_files(
    profile: str, sqlite_url: str, tmp_path: Path
) -> None:
    program = Program(sqlite_url)
    program.chats("English", *CONTACT)
    words = ("--profile", profile, "--moment", "final")
    refused(program.run("export", "--out", tmp_path / "out", *words), "Nothing is registered")
    assert files(tmp_path / "out") == {}


@pytest.mark.parametrize("profile", ["spss", "stata"])
def test_a_number_that_would_mean_that_none_is_there_is_refused_in_a_line(
    profile: str, sqlite_url: str, tmp_path: Path
) -> None:
    program = Program(sqlite_url, handbook=handbook(tmp_path / "handbook"))
    program.chats("English", "Tiny sheet", "Today", "-999999991", "2,5", "Busy", "Save")
    result = program.run("export", "--out", tmp_path / "out", "--profile", profile)
    refused(result, "tiny.met", "export long instead")
    assert files(tmp_path / "out") == {}
