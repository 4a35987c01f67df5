import subprocess
import sys
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from storage import migrations
from storage.database import Database
from storage.tables import metadata

MIGRATE = """
import sys
from storage.database import Database

database = Database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
database.migrate()
database.close()
"""


def shape(connection: Connection) -> dict[str, Any]:
    """Describe all that a database says of its tables, in an order that does not depend on it."""
    inspector = inspect(connection)
    parts = ("pk_constraint", "foreign_keys", "unique_constraints", "indexes", "table_options")
    described = {}
    for table in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
        columns = [repr(sorted(column.items(), key=str)) for column in inspector.get_columns(table)]
        found = [getattr(inspector, f"get_{part}")(table) for part in parts]
        listed = [sorted(part, key=str) if isinstance(part, list) else part for part in found]
        described[table] = [sorted(columns), *listed]
    return described


def test_every_migration_can_be_applied_taken_back_and_applied_again(
    empty_database: Database,
) -> None:
    empty_database.migrate()
    with empty_database.writing() as connection:
        newest = shape(connection)
        for revision in [*migrations.revisions()[::-1][1:], "base"]:
            migrations.downgrade(connection, revision)
        assert shape(connection) == {}
    empty_database.migrate()
    with empty_database.reading() as connection:
        assert shape(connection) == newest


def test_the_migrations_make_the_tables_that_the_code_describes(empty_database: Database) -> None:
    empty_database.migrate()
    with empty_database.writing() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        migrated = shape(connection)
        migrations.downgrade(connection, "base")
        metadata.create_all(connection)
        assert shape(connection) == migrated


def test_files_are_numbered_as_their_migrations_follow() -> None:
    assert migrations.newest() == migrations.revisions()[-1]


def test_migrating_what_is_up_to_date_changes_nothing(database: Database) -> None:
    with database.reading() as connection:
        before = shape(connection)
    database.migrate()
    with database.reading() as connection:
        assert shape(connection) == before


def test_processes_that_migrate_at_once_all_find_the_tables(empty_database: Database) -> None:
    url = empty_database.location.url.render_as_string(hide_password=False)
    command = [sys.executable, "-W", "error", "-c", MIGRATE, url]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(3)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes] == [0, 0, 0]
    with empty_database.reading() as connection:
        assert shape(connection).keys() == metadata.tables.keys()
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1


WITHOUT_KEY = {"organisations", "updates", "attempts", "audit", "sealing_keys"}


@pytest.mark.parametrize("name", sorted(metadata.tables.keys() - WITHOUT_KEY))
def test_every_table_but_these_belongs_to_an_organisation(name: str) -> None:
    column = metadata.tables[name].c.organisation
    assert column.primary_key
    assert not column.nullable
    assert column.foreign_keys
    for key in metadata.tables[name].foreign_key_constraints:
        leads_to = next(iter(column.foreign_keys & set(key.elements))).target_fullname
        assert leads_to in {"organisations.id", f"{key.referred_table.name}.organisation"}
