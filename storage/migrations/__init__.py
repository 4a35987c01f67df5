"""Brings the tables from any earlier version to this one; run from code, without an ini file."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from storage.problems import DatabaseProblem
from storage.tables import metadata

# Any number will do, as long as every process uses the same one.
LOCK = 20_260_302


def upgrade(connection: Connection, label: str) -> None:
    """Apply what is missing, all of it or nothing, one process at a time.

    A SQLite transaction that writes is alone already.
    """
    if connection.dialect.name == "postgresql":
        _require_unicode(connection, label)
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    _require_known(connection, label)
    command.upgrade(configuration(connection), "head")
    # Whoever may not write hears it now, also when nothing had to be applied.
    connection.execute(text("UPDATE alembic_version SET version_num = version_num"))


def downgrade(connection: Connection, revision: str) -> None:
    """Take migrations back to `revision`; "base" leaves no table."""
    command.downgrade(configuration(connection), revision)


def configuration(connection: Connection) -> Config:
    """Return what Alembic needs to work on this connection."""
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.attributes["connection"] = connection
    return config


def revisions() -> list[str]:
    """Return the migrations that this program knows, oldest first."""
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    return [script.revision for script in scripts][::-1]


def _require_unicode(connection: Connection, label: str) -> None:
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise DatabaseProblem(
            f"{label} is encoded in {encoding}; create it again with the encoding UTF8."
        )


def _require_known(connection: Connection, label: str) -> None:
    heads = MigrationContext.configure(connection).get_current_heads()
    if unknown := set(heads) - set(revisions()):
        raise DatabaseProblem(
            f"{label} was made by a newer version of Meetmoment "
            f"(migration {', '.join(sorted(unknown))}); install that version or a newer one."
        )
    if not heads and metadata.tables.keys() & set(inspect(connection).get_table_names()):
        raise DatabaseProblem(
            f"{label} belongs to another program; give Meetmoment a database of its own."
        )
