from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.bot.program import CONTACT, Program, refused
from tests.builders import handbook


@pytest.fixture
def fresh(tmp_path: Path) -> Program:
    """A program whose database has nothing in it."""
    return Program(f"sqlite:///{tmp_path / 'new.db'}")


def test_every_sheet_becomes_a_file_of_its_name(fresh: Program, tmp_path: Path) -> None:
    out = tmp_path / "new" / "forms"
    result = fresh.run("sheet", "export", "--out", out)
    assert (result.exit_code, result.stderr) == (0, "")
    assert {path.name for path in out.iterdir()} == {f"{name}.xlsx" for name in handbook()}
    assert f"{out / 'activity.xlsx'}: 5 questions" in result.stdout.splitlines()


def test_one_sheet_can_be_asked_for(fresh: Program, tmp_path: Path) -> None:
    result = fresh.run("sheet", "export", "--out", tmp_path, "--sheet", "goal", "--language", "fr")
    assert result.stdout == f"{tmp_path / 'goal.xlsx'}: 7 questions\n"
    settings = load_workbook(tmp_path / "goal.xlsx")["settings"]
    assert [cell.value for cell in settings["D"]] == ["default_language", "Français (fr)"]


def test_the_projects_of_the_organisation_can_be_chosen(program: Program, tmp_path: Path) -> None:
    program.chats("English", *CONTACT)
    program.run("sheet", "export", "--out", tmp_path, "--sheet", "contact")
    choices = load_workbook(BytesIO((tmp_path / "contact.xlsx").read_bytes()))["choices"]
    lists = {cell.value for cell in choices["A"]}
    assert {"project", "area"} <= lists


def test_an_unknown_sheet_is_told_with_the_nearest_names(fresh: Program, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = fresh.run("sheet", "export", "--out", out, "--sheet", "contac")
    refused(result, "contac", "did you mean", "contact")
    refused(fresh.run("sheet", "export", "--out", out, "--sheet", "xyz"), "xyz", "there is")
    assert not out.exists()


def test_an_unknown_language_is_told(fresh: Program, tmp_path: Path) -> None:
    refused(fresh.run("sheet", "export", "--out", tmp_path, "--language", "it"), "it", "nl")


def test_a_folder_that_cannot_be_written_is_told(fresh: Program, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    refused(fresh.run("sheet", "export", "--out", file), "file", "cannot be written")


def test_an_export_that_fails_leaves_the_files_before_it(fresh: Program, tmp_path: Path) -> None:
    before = tmp_path / "contact.xlsx"
    before.write_bytes(b"before")
    (tmp_path / "activity.xlsx").mkdir()
    refused(fresh.run("sheet", "export", "--out", tmp_path), "cannot be written")
    assert before.read_bytes() == b"before"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".sheets")]
