"""Brings the tables from any earlier version to this one; run from code, without an ini file."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from storage.problems import DatabaseProblem
from storage.tables import metadata

# Alembic is imported only when there is something to migrate: a bot that runs for months would
# carry it along in its memory.
if TYPE_CHECKING:
    from alembic.config import Config

VERSIONS = Path(__file__).parent / "versions"

# Any number will do, as long as every process uses the same one.
LOCK = 20_260_302


def upgrade(connection: Connection, label: str) -> None:
    """Apply what is missing, all of it or nothing, one process at a time.

    A SQLite transaction that writes is alone already.
    """
    if connection.dialect.name == "postgresql":
        _require_unicode(connection, label)
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    if _versions(connection) != [newest()]:
        from alembic import command

        _require_known(connection, label)
        command.upgrade(configuration(connection), "head")
    # Whoever may not write hears it now, also when nothing had to be applied.
    connection.execute(text("UPDATE alembic_version SET version_num = version_num"))


def downgrade(connection: Connection, revision: str) -> None:
    """Take migrations back to `revision`; "base" leaves no table."""
    from alembic import command

    command.downgrade(configuration(connection), revision)


def configuration(connection: Connection) -> "Config":
    """Return what Alembic needs to work on this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.attributes["connection"] = connection
    return config


def revisions() -> list[str]:
    """Return the migrations that this program knows, oldest first."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    return [script.revision for script in scripts][::-1]


def newest() -> str:
    """Return the last migration that this program knows: files begin with their number."""
    return max(path.stem for path in VERSIONS.glob("*.py")).partition("_")[0]


def _versions(connection: Connection) -> list[str]:
    if not inspect(connection).has_table("alembic_version"):
        return []
    return list(connection.scalars(text("SELECT version_num FROM alembic_version")))


def _require_unicode(connection: Connection, label: str) -> None:
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise DatabaseProblem(
            f"{label} is encoded in {encoding}; create it again with the encoding UTF8."
        )


def _require_known(connection: Connection, label: str) -> None:
    heads = _versions(connection)
    if unknown := set(heads) - set(revisions()):
        raise DatabaseProblem(
            f"{label} was made by a newer version of Meetmoment "
            f"(migration {', '.join(sorted(unknown))}); install that version or a newer one."
        )
    if not heads and metadata.tables.keys() & set(inspect(connection).get_table_names()):
        raise DatabaseProblem(
            f"{label} belongs to another program; give Meetmoment a database of its own."
        )
