"""Where the database is: reads a URL and gives it a name that may be shown."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.problems import DatabaseProblem

FORMS = "write sqlite:///path/to/file.db or postgresql://user:password@host/database"

SQLITE = ("sqlite", "sqlite+pysqlite")
POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")


@dataclass(frozen=True, slots=True)
class Location:
    """A database that can be used; messages show `label`, because the URL may hold a password."""

    url: URL = field(repr=False)
    label: str
    path: Path | None = None


def located(text: str) -> Location:
    """Return the location that a URL names; a DatabaseProblem says why it cannot be used."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise DatabaseProblem(f"The database setting is not a URL; {FORMS}.") from None
    if url.drivername in SQLITE:
        return _file(url)
    if url.drivername in POSTGRESQL:
        return _server(url)
    raise DatabaseProblem(f"Databases of the kind {url.drivername!r} are not supported; {FORMS}.")


def _file(url: URL) -> Location:
    # A database in memory forgets what was acknowledged, and each connection sees its own.
    if not url.database or url.database == ":memory:":
        raise DatabaseProblem(f"The database URL names no file; {FORMS}.")
    if url.host or url.query or url.database.startswith("file:"):
        raise DatabaseProblem(f"The database URL may hold a file and nothing else; {FORMS}.")
    path = Path(url.database).absolute()
    return Location(url.set(database=str(path)), f"The database file {path}", path)


def _server(url: URL) -> Location:
    if not url.database:
        raise DatabaseProblem(f"The database URL names no database; {FORMS}.")
    host = url.host or url.query.get("host") or "this computer"
    port = f":{url.port}" if url.port else ""
    place = host if isinstance(host, str) else ", ".join(host)
    label = f"The PostgreSQL database {url.database!r} on {place}{port}"
    return Location(url.set(drivername="postgresql+psycopg"), label)
