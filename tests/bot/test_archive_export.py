"""`meetmoment export --archive`: all that was registered, as a folder or a zip file."""

import csv
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from flows.archive.faults import Faults
from flows.archive.ledger import Change, Revision, replay
from flows.archive.tables import CHANGES, REVIEWED, REVISIONS, Review, Row, Table
from flows.exports.long import Long
from flows.record import Record, RecordValue
from storage.database import Database
from storage.organisations import EXAMPLE
from tests.archives import archived, files_of
from tests.bot.program import CONTACT, Program, command, refused
from tests.datasets import dataset
from tests.histories import OTHER, lived
from tests.keys import HEX, KEYS, SETTING
from tests.replayed import replayed
from tests.rows import sheets


@pytest.fixture
def town(url: str) -> Program:
    """A database in which much was corrected."""
    with closing(Database(url, KEYS)) as database:
        lived(database)
    return Program(url)


@pytest.fixture
def small(program: Program) -> Program:
    program.chats("English", *CONTACT)
    return program


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(content.decode().splitlines(keepends=True)))


def test_a_zip_file_holds_what_a_folder_holds(town: Program, tmp_path: Path) -> None:
    folder = files_of(archived(town, tmp_path / "new" / "out"))
    assert folder == files_of(archived(town, tmp_path / "out.zip"))
    assert {path.name for path in tmp_path.iterdir()} >= {"new", "out.zip"}
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_the_same_data_gives_the_same_bytes(town: Program, tmp_path: Path) -> None:
    one = archived(town, tmp_path / "one.zip").read_bytes()
    assert one == archived(town, tmp_path / "other.zip").read_bytes()


def test_the_manifest_tells_every_file(town: Program, tmp_path: Path) -> None:
    files = files_of(archived(town, tmp_path / "out"))
    said = json.loads(files.pop("manifest.json"))
    told = {item["name"]: item for item in said["files"]}
    assert told.keys() == files.keys()
    for name, content in files.items():
        assert told[name]["bytes"] == len(content)
        assert told[name]["sha256"] == sha256(content).hexdigest()
        if name.endswith(".csv"):
            assert told[name]["rows"] == len(table(content))
    assert said["organisation"] == EXAMPLE
    assert said["filter"] == {}


def test_the_ledger_of_an_archive_gives_exactly_its_values(town: Program, tmp_path: Path) -> None:
    out = archived(town, tmp_path / "out")
    projects = json.loads((out / "plan" / "projects.json").read_bytes())["projects"]
    names = {project["id"]: project["name"] for project in projects}
    areas = {
        (project["id"], area["name"]): area["label"]
        for project in projects
        for area in project["areas"]
    }
    saved = replay(
        (Revision(*row) for row in rows(out, REVISIONS)),
        (Change(*row) for row in rows(out, CHANGES)),
    )
    blocks = replayed(EXAMPLE, names, saved, (Review(*row) for row in rows(out, REVIEWED)))
    values = dataset([], sheets(), areas)
    Long().write(tmp_path, type(values)(**vars(values) | {"blocks": lambda: iter(blocks)}))
    assert (tmp_path / "long.csv").read_bytes() == (out / "data" / "long.csv").read_bytes()


def rows(folder: Path, of: Table) -> Iterator[Row]:
    faults = Faults()
    with (folder / of.path).open(encoding="utf-8", newline="") as lines:
        yield from (row for _, row in of.read(lines, faults))
    faults.check()


def test_nothing_says_how_anybody_is_reached(small: Program, tmp_path: Path) -> None:
    with closing(Database(small.url, KEYS)) as database:
        lived(database, 5)
    assert small.run("admit", "987654321", "--role", "practitioner").exit_code == 0
    assert small.run("ambassador", "Room 12").exit_code == 0
    content = b"".join(files_of(archived(small, tmp_path / "out")).values())
    for secret in (b"987654321", b"telegram", b"console", b"Room 12", b"off the path"):
        assert secret not in content


def test_a_filter_narrows_whole_records(town: Program, tmp_path: Path) -> None:
    whole = files_of(archived(town, tmp_path / "whole"))
    some = files_of(archived(town, tmp_path / "some", "--project", OTHER))
    assert json.loads(some["manifest.json"])["filter"] == {"project": [OTHER]}
    listed = [row["record"] for row in table(some["ledger/revisions.csv"])]
    everything = table(whole["ledger/revisions.csv"])
    assert listed == [row["record"] for row in everything if row["project"] == OTHER]
    assert {row["record"] for row in table(some["ledger/changes.csv"])} <= set(listed)
    assert {row["record"] for row in table(some["ledger/reviews.csv"])} <= set(listed)
    assert [item["id"] for item in json.loads(some["plan/projects.json"])["projects"]] == [OTHER]
    assert not table(some["plan/participants.csv"])


def test_what_an_archive_cannot_be_is_refused(small: Program, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export = ("export", "--archive", "--out", out)
    refused(small.run(*export, "--status", "refused"), "whole records")
    refused(small.run(*export, "--profile", "long"), "whole records")
    refused(small.run(*export, "--moment", "final"), "Nothing is registered", "final")
    refused(small.run(*export, "--project", "nowhere"), "no project 'nowhere'")
    assert not out.exists()


def test_a_folder_with_something_in_it_is_left_alone(small: Program, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    archived(small, out)
    before = files_of(out)
    refused(small.run("export", "--archive", "--out", out), "is there already", ".zip")
    refused(small.run("export", "--archive", "--out", out / "README.md"), "is there already")
    assert files_of(out) == before
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["out"]


def test_a_newer_zip_file_takes_the_place_of_the_one_before(small: Program, tmp_path: Path) -> None:
    out = archived(small, tmp_path / "out.zip")
    small.chats(*CONTACT)
    archived(small, out)
    assert len(table(files_of(out)["data/wide.csv"])) == 2


def test_the_audit_knows_every_file(small: Program, tmp_path: Path) -> None:
    out = archived(small, tmp_path / "out")
    archived(small, tmp_path / "out.zip")
    found = small.run("audit", "verify", "--files", out.parent)
    assert [line for line in found.stdout.splitlines() if str(out) in line] == []
    (out / "plan" / "more.csv").write_text("x")
    assert "more.csv: no export" in small.run("audit", "verify", "--files", out).stdout


def test_labels_and_explanation_are_in_the_language_that_is_asked(
    small: Program, tmp_path: Path
) -> None:
    files = files_of(archived(small, tmp_path / "out", "--language", "nl", "--language", "fr"))
    assert "archief" in files["README.md"].decode()
    assert {"label_nl", "label_fr"} <= table(files["data/long.csv"])[0].keys()


def test_the_record_of_a_ledger_is_whole() -> None:
    lacking = set(Record.__slots__) - set(Revision._fields)
    assert lacking == {"values", "set_aside"}
    assert set(RecordValue.__slots__) <= set(Change._fields)


@pytest.mark.parametrize("name", ["whole.zip", "whole"])
def test_a_disk_that_is_full_leaves_no_archive(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    program.chats("English", *CONTACT)
    out = tmp_path / "out"
    # Nothing but the archive is to be cut off where no more may be written.
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    ended = subprocess.run(
        [
            *("bash", "-c", 'ulimit -f 100; exec "$@"', "export"),
            *command("export", "--archive", "--out", out / name),
        ],
        env=os.environ | program.environment | {SETTING: HEX},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "cannot be written" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert list(out.iterdir()) == []
