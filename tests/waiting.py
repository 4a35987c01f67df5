"""Waits for a transaction that waits for another one."""

import psycopg

from storage.database import Database

WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event_type = 'Lock'"
)


def wait_until_one_waits(server: Database) -> None:
    """Return when a transaction waits for the lock of another one."""
    url = server.location.url.render_as_string(hide_password=False)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as watching:
        for _ in range(100_000):
            if watching.execute(WAITING).fetchone() == (1,):
                return
    raise AssertionError("nobody waits")
