"""`meetmoment report`: whole pages or none, and what it says when it cannot be."""

import html
import json
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.auditing import sha256_of
from storage import organisations, tables
from storage.database import Database
from tests.bot.program import CONTACT, Program, command
from tests.keys import HEX, KEYS, SETTING


@pytest.fixture
def contacts(url: str) -> Program:
    """A database with two contacts."""
    program = Program(url)
    program.chats("English", *CONTACT, *CONTACT)
    return program


def projects(url: str) -> dict[str, str]:
    """Return the names of the projects by their ids."""
    with closing(Database(url, KEYS)) as database, database.reading() as connection:
        return organisations.project_names(connection, organisations.EXAMPLE)


def called(url: str, name: str) -> None:
    """Let every project have this name."""
    with closing(Database(url, KEYS)) as database, database.writing() as connection:
        connection.execute(update(tables.projects).values(name=name))


def exported(url: str) -> list[dict[str, object]]:
    """Return the details of what the audit says of exports."""
    with closing(Database(url, KEYS)) as database, database.reading() as connection:
        column = tables.audit.c
        found = connection.execute(select(column.detail).where(column.action == "exported"))
        return [json.loads(row.detail) for row in found]


def test_each_project_has_a_page_and_its_path_is_printed(contacts: Program, tmp_path: Path) -> None:
    out = tmp_path / "new" / "pages"
    result = contacts.run("report", "--out", out)
    assert (result.exit_code, result.stderr) == (0, "")
    files = sorted(out.iterdir())
    assert sorted(result.stdout.splitlines()) == [str(path) for path in files]
    assert {path.stem for path in files} == set(projects(contacts.url))
    assert {path.stat().st_mode & 0o777 for path in files} == {0o640}


def test_the_same_data_and_day_give_the_same_bytes(contacts: Program, tmp_path: Path) -> None:
    pages = []
    for name in ("one", "two"):
        result = contacts.run("report", "--out", tmp_path / name, "--on", "2126-06-30")
        pages.append([Path(line).read_bytes() for line in result.stdout.splitlines()])
    assert pages[0] == pages[1]


def test_both_databases_give_the_same_page(
    sqlite_url: str, postgresql_url: str, tmp_path: Path
) -> None:
    pages = []
    for name, url in (("one", sqlite_url), ("other", postgresql_url)):
        program = Program(url)
        program.chats("English", *CONTACT)
        path = tmp_path / f"{name}.html"
        wanted = ("--project", next(iter(projects(url))), "--language", "nl")
        assert program.run("report", "--out", path, *wanted).exit_code == 0
        pages.append(path.read_text(encoding="utf-8"))
    assert pages[0] == pages[1]


def test_a_report_stands_in_the_audit_like_an_export(program: Program, tmp_path: Path) -> None:
    program.chats("English", *CONTACT)
    name = next(iter(projects(program.url)))
    path = tmp_path / "to the steering group.html"
    wanted = ("--project", name, "--until", "2126-12-31")
    assert program.run("report", "--out", path, *wanted).exit_code == 0
    (detail,) = exported(program.url)
    assert str(detail["filter"]).startswith(f"report/project:{name}/until:2126-12-31/on:2")
    assert detail["files"] == {f"{name}.html": {"rows": 1, "sha256": sha256_of(path)}}
    assert program.run("audit", "verify").exit_code == 0


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"O\'Stap" & co', "a/b\\..😀"])
def test_a_project_may_be_called_anything(program: Program, tmp_path: Path, name: str) -> None:
    program.chats("English", *CONTACT)
    called(program.url, name)
    result = program.run("report", "--out", tmp_path / "pages")
    assert result.exit_code == 0
    for path in (tmp_path / "pages").iterdir():
        page = path.read_text(encoding="utf-8")
        assert f"<h1>{html.escape(name)}</h1>" in page.replace("&#34;", "&quot;").replace(
            "&#39;", "&#x27;"
        )
        assert "<script" not in page


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--language", "xx"), "There is no language 'xx'"),
        (("--from", "yesterday"), "'yesterday' is not a day"),
        (("--from", "2026-06-30", "--until", "2026-01-01"), "comes before the beginning"),
        (("--from", "2126-01-01"), "begin on 2126-01-01"),
        (("--project", "<script>"), "has no project '<script>'"),
        (("--organisation", "nobody"), "There is no organisation 'nobody'"),
    ],
)
def test_what_cannot_be_is_told_in_a_line_and_nothing_is_written(
    program: Program, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    program.chats("English", *CONTACT)
    result = program.run("report", "--out", tmp_path / "pages", *arguments)
    assert result.exit_code == 1
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "pages").exists()
    assert exported(program.url) == []


def test_one_file_is_for_one_project(program: Program, tmp_path: Path) -> None:
    program.chats("English", *CONTACT)
    with closing(Database(program.url, KEYS)) as database, database.writing() as connection:
        here = organisations.EXAMPLE
        known = organisations.every_project(connection, here)
        for project in list(known.values())[:1]:
            row = dict(
                connection.execute(
                    select(tables.projects).where(tables.projects.c.id == project.id)
                )
                .one()
                ._mapping
            )
            connection.execute(tables.projects.insert(), row | {"id": "second", "name": "Second"})
    result = program.run("report", "--out", tmp_path / "one.html")
    assert result.exit_code == 1
    assert "name one with --project" in result.stderr
    assert not (tmp_path / "one.html").exists()


def test_an_empty_period_says_so(program: Program, tmp_path: Path) -> None:
    program.chats("English", *CONTACT)
    path = tmp_path / "one.html"
    name = next(iter(projects(program.url)))
    days = ("--from", "2020-01-01", "--until", "2020-01-31")
    assert program.run("report", "--out", path, "--project", name, *days).exit_code == 0
    assert "Nothing was registered in this project about these days." in path.read_text("utf-8")


def test_a_disk_that_is_full_leaves_the_pages_before(postgresql_url: str, tmp_path: Path) -> None:
    program = Program(postgresql_url)
    program.chats("English", *CONTACT)
    out = tmp_path / "pages"
    assert program.run("report", "--out", out).exit_code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    program.chats(*CONTACT)
    words = command("report", "--out", out)
    ended = subprocess.run(
        # A page has no room; the database is elsewhere.
        ["bash", "-c", 'ulimit -f 4; exec "$@"', "report", *words],
        # Nor is there room for what Python would remember of our own modules.
        env=program.environment | {SETTING: HEX, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "cannot be written" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_folder_in_the_place_of_a_page_is_left_alone(program: Program, tmp_path: Path) -> None:
    program.chats("English", *CONTACT)
    name = next(iter(projects(program.url)))
    (tmp_path / "pages" / f"{name}.html").mkdir(parents=True)
    result = program.run("report", "--out", tmp_path / "pages")
    assert result.exit_code == 1
    assert "is a folder" in result.stderr
    assert exported(program.url) == []
