"""Ways to get all values out as one CSV table, each a program of its own.

Run as `python -m benchmarks.export.sides NAME DATABASE FILE`; the database's own dumps and pandas
ask for the same rows and columns in the same order, as far as SQL has them: labels and units it
has not.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.export.filling import plain
from storage.database import Database
from tests.keys import KEYS

TIDY = """
SELECT r.organisation, r.project, p.name, r.level, r.moment, r.subject, r.sheet, v.indicator,
  v.question, v.category, v.type, v.value, v.status, v.reason, v.remark, n.remark, r.id, n.revision,
  n.complete, n.provenance, r.sheet_version, v.role, n.observed_on, n.submitted_at
FROM records r
JOIN projects p ON p.organisation = r.organisation AND p.id = r.project
JOIN record_revisions n ON n.organisation = r.organisation AND n.record = r.id
JOIN record_values v
  ON v.organisation = n.organisation AND v.record = n.record AND v.revision = n.revision
WHERE NOT n.deleted AND NOT EXISTS (
  SELECT 1 FROM record_revisions l
  WHERE l.organisation = n.organisation AND l.record = n.record AND l.revision > n.revision)
ORDER BY r.project, r.level, r.moment, r.subject, n.observed_on, n.submitted_at, r.organisation,
  r.id, v.position, v.category
"""
ONE_TABLE = "SELECT * FROM record_values"


def meetmoment(url: str, out: Path) -> None:
    """Export as a user does, with the manifest and the entry in the audit."""
    environment = os.environ | {"MEETMOMENT_DATABASE_URL": url}
    words = ["export", "--profile", "long", "--out", str(out)]
    os.execve(sys.executable, [sys.executable, "-m", "bot", *words], environment)


def dump(url: str, out: Path) -> None:
    """Let the database write the same table."""
    _dump(url, out, TIDY)


def table(url: str, out: Path) -> None:
    """Let the database write the one table of values as it stands, in no order."""
    _dump(url, out, ONE_TABLE)


def pandas(url: str, out: Path) -> None:
    """Read the same table into a data frame and write that."""
    import pandas as pd
    from sqlalchemy import create_engine

    out.mkdir()
    pd.read_sql(TIDY, create_engine(url)).to_csv(out / "long.csv", index=False)


def _dump(url: str, out: Path, statement: str) -> None:
    out.mkdir()
    database = Database(url, KEYS)
    with (out / "long.csv").open("wb") as file:
        if database.location.path is not None:
            words = ["sqlite3", "-csv", str(database.location.path), statement]
            os.dup2(file.fileno(), sys.stdout.fileno())
            os.execvp("sqlite3", words)
        import psycopg

        with psycopg.connect(plain(database)) as connection:
            copying = f"COPY ({statement}) TO STDOUT CSV"
            with connection.cursor().copy(copying.encode()) as copy:
                for block in copy:
                    file.write(block)


SIDES: Mapping[str, tuple[str, Callable[[str, Path], None]]] = {
    "meetmoment": ("Meetmoment, `export --profile long`", meetmoment),
    "dump": ("the database's own dump of the same table", dump),
    "table": ("its dump of the values alone, unordered, nothing joined", table),
    "pandas": ("pandas, `read_sql` and `to_csv` of the same table", pandas),
}


def command(name: str, url: str, out: Path) -> list[str]:
    """Return what runs a side."""
    return [sys.executable, "-m", "benchmarks.export.sides", name, url, str(out)]


def run(name: str, url: str, out: Path) -> "subprocess.Popen[bytes]":
    """Begin a side."""
    return subprocess.Popen(command(name, url, out), stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    SIDES[sys.argv[1]][1](sys.argv[2], Path(sys.argv[3]))
