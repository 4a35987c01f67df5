"""What is sealed in a database, as whoever has the key reads it."""

from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from storage.database import Database
from storage.sealed import SEALED, holds, written
from tests.keys import KEYS


def unsealed(database: Database) -> str:
    """Return every sealed text, opened, with the column in which it stands."""
    found = ""
    with database.reading() as connection:
        for column in SEALED:
            for stored in connection.scalars(select(written(column)).where(holds(column))):
                # JSON puts it in quotes.
                text = database.seal.open(column, stored.strip('"'))
                found += f"{column}: {text}\n"
    return found


def unsealed_in(folder: Path) -> str:
    """Return every sealed text of the database in a folder."""
    with closing(Database(f"sqlite:///{folder / 'meetmoment.db'}", KEYS)) as database:
        return unsealed(database)
