"""What `meetmoment sendings` does: shows what came by itself, and what became of it."""

import io
from collections.abc import Sequence

import typer

from bot.agenda import shown
from bot.opening import foreseen, opened_database, world_of
from bot.table import table
from flows.exports.csv_file import table as write
from flows.exports.format import safe
from flows.sending import KINDS, OUTCOMES, Sent
from storage import organisations, sendings

COLUMNS = ("when", "person", "kind", "day", "outcome", "items", "by")


def show(most: int, organisation: str, *, as_csv: bool) -> None:
    """Print the log, the newest first."""
    with foreseen(), opened_database() as (chosen, database):
        zone = world_of(chosen).time_zone
        database.migrate()
        with database.reading() as connection:
            here = organisations.named(connection, organisation)
            found = sendings.log(connection, here, None, most)
    rows = [_row(shown(item, zone)) for item in found]
    if as_csv:
        typer.echo(_csv(rows), nl=False)
        return
    for line in table(COLUMNS, rows, "Nothing was sent yet."):
        typer.echo(line)


def _row(item: Sent) -> tuple[str, ...]:
    at = "" if item.state == "waiting" else f"{item.at:%Y-%m-%d %H:%M}"
    kind, outcome = KINDS[item.kind], OUTCOMES[item.state]
    return at, item.person, kind, item.day.isoformat(), outcome, str(item.items), item.caused_by


def _csv(rows: Sequence[tuple[str, ...]]) -> str:
    out = io.StringIO(newline="")
    write(out, COLUMNS, ([safe(cell) for cell in row] for row in rows))
    return out.getvalue()
