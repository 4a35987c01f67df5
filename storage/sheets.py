"""Released sheets: stored once for each version, and never changed afterwards."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, insert, select, update

from flows.sheet import Sheet, restored
from storage import tables
from storage.problems import DatabaseProblem


class Stored(NamedTuple):
    """What a released version is compared with."""

    digest: str
    texts: dict[str, dict[str, str]]


class DefinitionChanged(Exception):
    """Sheets whose version cannot be released; `versions` holds the one each should get."""

    def __init__(self, faults: Iterable[tuple[str, str, int]]) -> None:
        faults = list(faults)
        self.versions = {name: version for name, _, version in faults}
        super().__init__("\n".join(_sentence(*fault) for fault in faults))


def release(
    connection: Connection, organisation: str, sheets: Iterable[Sheet], now: datetime
) -> None:
    """Store the versions that are new, and the translations that differ.

    A version that was released before may come back with the same content, so that a deployment
    can be taken back and two deployments can overlap. DefinitionChanged names every sheet with
    another content under a released version, and every new version below the highest one.
    """
    stored = _stored(connection, organisation)
    sheets = list(sheets)
    if faults := [fault for sheet in sheets if (fault := _fault(sheet, stored))]:
        raise DefinitionChanged(faults)
    for sheet in sheets:
        row = stored.get((sheet.name, sheet.version))
        texts = {language: dict(texts) for language, texts in sheet.texts.items()}
        if row is None:
            _insert(connection, organisation, sheet, texts, now)
        elif row.texts != texts:
            _update_texts(connection, organisation, sheet, texts)


def hold(connection: Connection, organisation: str) -> None:
    """Let whoever else releases sheets of an organisation wait for this transaction's end.

    The key share leaves the workers alone.
    """
    connection.execute(
        select(tables.organisations.c.id)
        .where(tables.organisations.c.id == organisation)
        .with_for_update(key_share=True)
    )


def released(connection: Connection, organisation: str) -> dict[tuple[str, int], Sheet]:
    """Return every released version as it was when it was released, in its translations of now."""
    sheets = tables.sheets.c
    rows = connection.execute(
        select(sheets.name, sheets.version, sheets.digest, sheets.definition, sheets.texts)
        .where(sheets.organisation == organisation)
        .order_by(sheets.name, sheets.version)
    )
    return {(row.name, row.version): restored_from(row) for row in rows}


def restored_from(row: Row[*tuple[Any, ...]]) -> Sheet:
    """Return the sheet of a row; DatabaseProblem when it is not what was released."""
    try:
        sheet = restored(row.definition, row.texts)
    except (KeyError, TypeError, ValueError):
        sheet = None
    if sheet is None or sheet.digest != row.digest:
        raise DatabaseProblem(
            f"Version {row.version} of the sheet {row.name} is damaged in the database; "
            "restore the latest backup."
        )
    return sheet


def _stored(connection: Connection, organisation: str) -> dict[tuple[str, int], Stored]:
    hold(connection, organisation)
    sheets = tables.sheets.c
    rows = connection.execute(
        select(sheets.name, sheets.version, sheets.digest, sheets.texts).where(
            sheets.organisation == organisation
        )
    )
    return {(row.name, row.version): Stored(row.digest, row.texts) for row in rows}


def _fault(sheet: Sheet, stored: dict[tuple[str, int], Stored]) -> tuple[str, str, int] | None:
    versions = [version for name, version in stored if name == sheet.name]
    highest = max(versions, default=0)
    row = stored.get((sheet.name, sheet.version))
    if row is not None and row.digest != sheet.digest:
        what = f"version {sheet.version} was released with another content"
    elif row is None and sheet.version < highest:
        what = f"version {sheet.version} is new but lower than the released version {highest}"
    else:
        return None
    return sheet.name, what, highest + 1


def _sentence(name: str, what: str, version: int) -> str:
    return f"Sheet {name}: {what}; raise `version:` in flows/handbook/{name}.yaml to {version}."


def _insert(
    connection: Connection,
    organisation: str,
    sheet: Sheet,
    texts: dict[str, dict[str, str]],
    now: datetime,
) -> None:
    row = {
        "organisation": organisation,
        "name": sheet.name,
        "version": sheet.version,
        "digest": sheet.digest,
        "definition": sheet.definition(),
        "texts": texts,
        "released_at": now,
    }
    connection.execute(insert(tables.sheets), row)


def _update_texts(
    connection: Connection, organisation: str, sheet: Sheet, texts: dict[str, dict[str, str]]
) -> None:
    sheets = tables.sheets.c
    connection.execute(
        update(tables.sheets)
        .where(
            sheets.organisation == organisation,
            sheets.name == sheet.name,
            sheets.version == sheet.version,
        )
        .values(texts=texts)
    )
