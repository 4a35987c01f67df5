"""Exports that are narrowed, what their manifest says, and what is refused."""

import csv
import hashlib
import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.dataset import Order, dataset
from bot.world import world
from flows.loading import HANDBOOK
from storage.database import Database
from storage.organisations import EXAMPLE
from tests.bot.program import CONTACT, Program, refused
from tests.bot.test_export import table
from tests.keys import HEX, KEYS, SETTING
from tests.storage.conftest import NOW


@pytest.fixture
def contacts(url: str) -> Program:
    """A database with two contacts."""
    program = Program(url)
    program.chats("English", *CONTACT, *CONTACT)
    return program


def manifest(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    return found


def written(program: Program, out: Path, *words: str) -> list[dict[str, str]]:
    """Export the single values, narrowed by these words, and return the rows."""
    result = program.run("export", "--out", out, "--profile", "long", *words)
    assert (result.exit_code, result.stderr) == (0, "")
    return table((out / "long.csv").read_text(encoding="utf-8"))


def test_the_manifest_says_what_the_files_hold(contacts: Program, tmp_path: Path) -> None:
    out = tmp_path / "out"
    rows = written(contacts, out, "--on", "2026-03-31", "--language", "nl", "--language", "fr")
    found = manifest(out)
    content = (out / "long.csv").read_bytes()
    assert found["files"] == [
        {
            "name": "long.csv",
            "rows": len(rows),
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
    ]
    assert (found["as_of"], found["languages"]) == ("2026-03-31", ["nl", "fr"])
    assert (found["organisation"], found["filter"]) == (EXAMPLE, {})
    assert found["software"].startswith("meetmoment ")
    assert {"contact", "participant"} <= {item["sheet"] for item in found["sheets"]}


def test_labels_come_in_two_languages_beside_one_set_of_codes(
    contacts: Program, tmp_path: Path
) -> None:
    rows = written(contacts, tmp_path, "--language", "nl", "--language", "fr")
    labelled = {(row["value"], row["label_nl"], row["label_fr"]) for row in rows if row["label_nl"]}
    assert ("station", "Station", "Gare") in labelled or any(nl != fr for _, nl, fr in labelled)
    assert "label" not in rows[0]


def test_a_filter_narrows_the_rows_and_stands_in_the_manifest(
    contacts: Program, tmp_path: Path
) -> None:
    every = written(contacts, tmp_path / "every")
    days = [row["observed_on"] for row in every]
    first, last = min(days), max(days)
    words = ("--project", "Kompas", "--moment", "continuous", "--from", first, "--until", last)
    narrowed = ("--status", "answered", "--version", "contact:2")
    rows = written(contacts, tmp_path / "some", *words, *narrowed)
    assert rows == [row for row in every if row["status"] == "answered"]
    assert manifest(tmp_path / "some")["filter"] == {
        "project": ["kompas"],
        "moment": ["continuous"],
        "from": first,
        "until": last,
        "status": ["answered"],
        "version": ["contact:2"],
    }


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from", "1999-01-01", "--until", "1999-12-31"), "Nothing is registered"),
        (("--moment", "final"), "Nothing is registered that has moment final"),
        (("--status", "not_done"), "Nothing is registered"),
        (("--version", "exit:1"), "Nothing is registered"),
        (("--project", "nowhere"), "has no project 'nowhere'; there is kompas (Kompas)"),
        (("--moment", "beginning"), "There is no moment 'beginning'"),
        (("--from", "yesterday"), "'yesterday' is not a day"),
        (("--from", "2026-02-01", "--until", "2026-01-01"), "before it begins"),
        (("--profile", "word"), "There is no profile 'word'; there is long, wide"),
        (("--language", "it"), "There is no language 'it'; there is"),
        (("--on", "soon"), "'soon' is not a day"),
    ],
)
def test_what_cannot_be_exported_is_said_in_a_line_and_leaves_nothing(
    contacts: Program, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    out = tmp_path / "out"
    result = contacts.run("export", "--out", out, "--profile", "long", *words)
    refused(result, *told.split())
    assert not out.exists() or not list(out.iterdir())


def test_a_project_without_data_still_has_its_code_book(program: Program, tmp_path: Path) -> None:
    program.settles()
    result = program.run("export", "--out", tmp_path / "out", "--project", "kompas")
    refused(result, "Nothing", "is", "registered")
    asked = ("--profile", "codebook", "--project", "kompas")
    assert program.run("export", "--out", tmp_path / "out", *asked).exit_code == 0
    assert (tmp_path / "out" / "codebook.csv").exists()


def test_an_export_reads_one_state_while_others_register(contacts: Program) -> None:
    made = world(HANDBOOK, "Europe/Brussels", lambda: NOW)
    with (
        closing(Database(contacts.url, KEYS)) as database,
        dataset(database, "", Order(("long",)), made) as data,
    ):
        before = [*data.values()]
        contacts.chats(*CONTACT)
        assert [*data.values()] == before
    with (
        closing(Database(contacts.url, KEYS)) as database,
        dataset(database, "", Order(("long",)), made) as data,
    ):
        assert len([*data.values()]) > len(before)


SLOW = """
import os, signal, sys
from flows.exports import FORMATS
from flows.exports.long import Long

NAME = sys.argv.pop()

class Stuck(Long):
    def write(self, folder, data):
        super().write(folder, data)
        os.kill(os.getpid(), getattr(signal, NAME))
        return {}

FORMATS["long"] = Stuck()
from bot.__main__ import main
main()
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_export_that_is_stopped_leaves_no_file(
    contacts: Program, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out"
    words = ["export", "--out", str(out), "--profile", "long", name]
    ended = subprocess.run(
        [sys.executable, "-c", SLOW, *words],
        env=os.environ | contacts.environment | {SETTING: HEX},
        cwd=Path(__file__).parent.parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr == "Stopped; nothing was written.\n"
    assert list(out.iterdir()) == []


def test_the_excel_profile_opens_with_a_comma_as_decimal_sign(
    contacts: Program, tmp_path: Path
) -> None:
    result = contacts.run("export", "--out", tmp_path, "--profile", "long-excel")
    assert result.exit_code == 0
    text = (tmp_path / "long-excel.csv").read_bytes().decode()
    assert text.startswith("\ufefforganisation;project;")
    rows = list(csv.DictReader(text.removeprefix("\ufeff").splitlines(), delimiter=";"))
    plain = written(contacts, tmp_path / "plain")
    assert [row["record"] for row in rows] == [row["record"] for row in plain]
