"""What can go wrong with a database, as one sentence for the person who runs the bot."""

import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError, IntegrityError

DAMAGED = (
    "is damaged; stop Meetmoment, keep a copy of the damaged database and restore the latest backup"
)
FULL = "has no room left because the disk is full; free some space and start again"
LOCKED = "was locked by another program for too long; close that program or wait, then try again"

# Primary result codes: https://sqlite.org/rescode.html
SQLITE = {
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_PROTOCOL: LOCKED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: "is not a SQLite database or is damaged at its beginning; "
    "name another file, or restore the latest backup",
    sqlite3.SQLITE_READONLY: "cannot be written; "
    "allow the user who runs Meetmoment to write this file and its folder",
    sqlite3.SQLITE_PERM: "may not be used; "
    "allow the user who runs Meetmoment to write this file and its folder",
    sqlite3.SQLITE_IOERR: "cannot be read or written because the disk reports a fault; "
    "look in the system's log and at the free space of the disk",
}

# https://www.postgresql.org/docs/current/errcodes-appendix.html
POSTGRESQL = {
    "25006": "can only be read; name the server that accepts changes, not its copy",
    "28000": "refuses this user; check the user in the URL and the server's pg_hba.conf",
    "28P01": "refuses this password; check user and password in the URL",
    "3D000": "does not exist; create it (createdb) or check the name in the URL",
    "40P01": LOCKED,
    "42501": "lacks a permission; make the user in the URL the owner of this database",
    "53100": FULL,
    "53300": "accepts no more connections; raise max_connections or close other programs",
    "55P03": LOCKED,
    "57P01": "was shut down while in use; start the server again",
    "57P03": "is starting up or shutting down; try again in a moment",
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}
# Classes of faults that pass: connection, resources, operator's intervention, system.
PASSING = ("08", "53", "57", "58")
UNREACHABLE = "cannot be reached; check that the server runs, and the host and port in the URL"

# A failed connection carries no SQLSTATE, only the words of the server.
WORDS = {
    "password authentication failed": POSTGRESQL["28P01"],
    "no password supplied": POSTGRESQL["28P01"],
    "no pg_hba.conf entry": POSTGRESQL["28000"],
    'role "': POSTGRESQL["28000"],
    'database "': POSTGRESQL["3D000"],
    "too many": POSTGRESQL["53300"],
    "remaining connection slots": POSTGRESQL["53300"],
    "the database system is": POSTGRESQL["57P03"],
}


class DatabaseProblem(Exception):
    """The database cannot be used: which one, what is wrong and what to do; no password."""


class ContentDamaged(DatabaseProblem):
    """One row holds what cannot be read; it is left as it is, and others can be used."""


def problem(error: DBAPIError, label: str, path: Path | None) -> DatabaseProblem | None:
    """Return the problem behind a database error; None when it is a fault of the program."""
    if isinstance(error, IntegrityError):
        return None
    remedy = _postgresql(error) if path is None else _sqlite(error, path)
    return DatabaseProblem(f"{label} {remedy}.") if remedy else None


def _sqlite(error: DBAPIError, path: Path) -> str | None:
    if "Could not decode" in str(error.orig):
        return DAMAGED
    # The lowest byte is the primary result code, the others say more about it.
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    return _unopened(path) if code == sqlite3.SQLITE_CANTOPEN else SQLITE.get(code)


def _unopened(path: Path) -> str:
    if path.is_dir():
        return "is a folder; name a file in it"
    if path.parent.exists() and not path.parent.is_dir():
        return f"cannot be made, because {path.parent} is not a folder; name another place"
    if not path.parent.exists():
        return f"cannot be made, because the folder {path.parent} does not exist; make that folder"
    return "cannot be opened; allow the user who runs Meetmoment to write in its folder"


def _postgresql(error: DBAPIError) -> str | None:
    state = getattr(error.orig, "sqlstate", None)
    if state in POSTGRESQL:
        return POSTGRESQL[state]
    if error.connection_invalidated or (state or "")[:2] in PASSING:
        return UNREACHABLE
    # Connecting fails before there is a statement.
    if state is None and error.statement is None:
        text = str(error.orig)
        return next((remedy for words, remedy in WORDS.items() if words in text), UNREACHABLE)
    return None
