"""`meetmoment import`: an archive becomes an organisation again, with all that it held."""

import asyncio
import re
import shlex
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.app import selection
from bot.archiving import archive
from bot.dataset import Order
from bot.importing import import_archive
from bot.simulation.plans import SIGNALS, example
from bot.simulation.run import Simulation
from bot.simulation.town import Setup, built
from bot.world import world
from flows.loading import HANDBOOK
from storage import organisations
from storage.database import Database
from storage.organisations import EXAMPLE
from tests.archives import archived, files_of, town
from tests.bot.program import CONTACT, Program, refused
from tests.bot.test_sheet_import import ALWAYS, brings
from tests.histories import OTHER, lived
from tests.keys import KEYS


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of a town in which much was corrected."""
    return town(tmp_path_factory.mktemp("archive"))


@pytest.fixture
def empty(url: str) -> Program:
    """A database without any organisation."""
    return Program(url)


def brought_in(program: Program, path: Path) -> list[str]:
    result = program.run("import", path)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout.splitlines()


def again(program: Program, told: list[str], folder: Path) -> bytes:
    """Run the command that an import printed and return the zip file."""
    words = shlex.split(told[-1])
    assert words[0] == "meetmoment"
    assert words[-1] == f"{EXAMPLE}.zip"
    out = folder / "again" / words[-1]
    result = program.run(*words[1:-1], out)
    assert (result.exit_code, result.stderr) == (0, "")
    return out.read_bytes()


def test_an_archive_is_exported_again_byte_for_byte(
    empty: Program, whole: Path, tmp_path: Path
) -> None:
    told = brought_in(empty, whole)
    assert "is there: 30 records" in told[0]
    assert told[1].startswith("Exported again, all ")
    other = archived(empty, tmp_path / "other", "--on", "2026-03-02")
    one = archived(empty, tmp_path / "one.zip", "--on", "2026-03-02")
    assert files_of(one) == files_of(other)
    packed = again(empty, told, tmp_path)
    (tmp_path / "x.zip").write_bytes(packed)
    assert files_of(tmp_path / "x.zip") == files_of(whole)


@pytest.mark.parametrize(
    "narrowed",
    [
        ("--project", OTHER),
        ("--moment", "continuous", "--moment", "baseline", "--language", "nl"),
        ("--from", "2026-03-05", "--until", "2026-03-20", "--on", "2026-06-01"),
    ],
    ids=["project", "moment and language", "period and day"],
)
def test_a_part_is_exported_again_byte_for_byte(
    url: str, empty: Program, tmp_path: Path, narrowed: tuple[str, ...]
) -> None:
    program = Program(f"sqlite:///{tmp_path}/first.db")
    with closing(Database(program.url, KEYS)) as database:
        lived(database, 2)
    packed = archived(program, tmp_path / "part.zip", *narrowed)
    told = brought_in(empty, packed)
    assert again(empty, told, tmp_path) == packed.read_bytes()


def test_a_simulated_town_comes_through(empty: Program, tmp_path: Path) -> None:
    first, last = date(2026, 1, 5), date(2026, 5, 31)
    real = world(HANDBOOK, "Europe/Brussels", lambda: datetime(2026, 3, 2, tzinfo=UTC))
    project = example(first, last, [*selection(real), SIGNALS])
    with built(Setup(project, first, last, 4, 6), real, lambda *_: None) as town:
        asyncio.run(Simulation(town).run())
        packed = tmp_path / "town.zip"
        archive(town.database, packed, Order(()), town.world)
    told = brought_in(empty, packed)
    assert told[1].startswith("Exported again, all ")
    assert re.search(r"is there: \d{2,} records", told[0])


def test_own_sheets_come_through_also_retired_ones(empty: Program, tmp_path: Path) -> None:
    first = Program(f"sqlite:///{tmp_path}/first.db")
    first.chats("English")
    for name in ("intake", "calls"):
        assert brings(first, tmp_path / f"{name}.xlsx", *ALWAYS, "--name", name).exit_code == 0
    assert first.run("sheet", "retire", "calls").exit_code == 0
    packed = archived(first, tmp_path / "one.zip")
    told = brought_in(empty, packed)
    assert told[1].startswith("Exported again, all ")
    assert empty.run("sheet", "list").stdout == first.run("sheet", "list").stdout


def test_what_is_stopped_leaves_nothing(url: str, whole: Path, tmp_path: Path) -> None:
    def stop(_count: int) -> None:
        raise KeyboardInterrupt

    real = world(HANDBOOK, "Europe/Brussels", lambda: datetime(2026, 3, 2, tzinfo=UTC))
    with closing(Database(url, KEYS)) as database:
        with pytest.raises(KeyboardInterrupt):
            import_archive(database, whole, real, stop)
        with database.reading() as connection:
            assert organisations.every(connection) == []
        lived(database)
        for name in ("out", "out.zip"):
            with pytest.raises(KeyboardInterrupt):
                archive(database, tmp_path / name, Order(()), real, progress=stop)
    assert not [path for path in tmp_path.iterdir() if path.suffix != ".db"]


def test_a_conversation_comes_through(sqlite_url: str, postgresql_url: str, tmp_path: Path) -> None:
    first, second = Program(postgresql_url), Program(sqlite_url)
    first.chats("English", *CONTACT, *CONTACT, "/undo", *CONTACT[:4], "/save")
    packed = archived(first, tmp_path / "one.zip")
    told = brought_in(second, packed)
    assert again(second, told, tmp_path) == packed.read_bytes()
    assert second.run("audit", "verify").exit_code == 0


def test_whoever_is_let_in_goes_on(empty: Program, whole: Path) -> None:
    brought_in(empty, whole)
    assert empty.run("admit", 5, "--role", "practitioner").exit_code == 0
    assert empty.run("invite", "--role", "admin").exit_code == 0
    entries = empty.run("audit", "verify").stdout
    assert "Nothing was changed" in entries


def test_an_organisation_that_is_there_is_left_alone(empty: Program, whole: Path) -> None:
    empty.chats("English")
    refused(empty.run("import", whole), EXAMPLE, "already", "MEETMOMENT_DATABASE_URL")
    assert empty.saved() == []


def test_several_organisations_may_come_together(
    empty: Program, whole: Path, tmp_path: Path
) -> None:
    assert empty.run("organisation", "add", "brugge", "Brugge").exit_code == 0
    told = brought_in(empty, whole)
    archived(empty, tmp_path / "empty.zip", "--organisation", "brugge")
    packed = again(empty, told, tmp_path)
    (tmp_path / "x.zip").write_bytes(packed)
    assert files_of(tmp_path / "x.zip") == files_of(whole)
