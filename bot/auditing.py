"""Verifies the audit: each chain in itself, against noted heads, records and exported files."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import file_digest
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.config import SettingsProblem
from flows.audit import COMMAND_LINE, Act, AuditEntry
from flows.chain import broken, time_of
from flows.exports.csv_file import Writable, table
from flows.exports.format import safe
from storage import accounted, organisations
from storage.audit import NOBODYS, Audit, entries
from storage.database import Connection, Database

Head = tuple[int, str]
"""Number and digest of an entry that was the newest one when it was noted."""

ON_REVISIONS = frozenset({"corrected", "deleted", "undone", "entered_on_behalf"})

COLUMNS = (
    *("organisation", "number", "at", "person", "action", "about", "detail"),
    *("previous", "digest"),
)


@dataclass
class Verified:
    """What is wrong, a sentence each, and the newest entry of every chain."""

    faults: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)


@dataclass
class _Seen:
    """What one chain tells, gathered while it is read."""

    begun: datetime | None = None
    head: Head = (0, "")
    revisions: set[tuple[str, int]] = field(default_factory=set)
    reviews: Counter[tuple[str, int, str]] = field(default_factory=Counter)

    def take(self, entry: AuditEntry, detail: Any) -> None:  # noqa: ANN401 - JSON
        """Remember an entry; also one that was tampered with, which is told anyway."""
        self.begun, self.head = self.begun or entry.at, (entry.number, entry.digest)
        if entry.action in ON_REVISIONS:
            self.revisions.add((entry.about, detail.get("revision")))
        elif entry.action == "reviewed":
            self.reviews[entry.about, detail.get("revision"), detail.get("state")] += 1


def verify(
    connection: Connection, audit: Audit, noted: Iterable[Head], folder: Path | None
) -> Verified:
    """Look for entries that were changed, removed or inserted.

    That the newest ones were removed shows against heads that were `noted` elsewhere, and where
    the database holds what they told. The CSV files in `folder` must be of an accounted export.
    """
    found, missing, hashes = Verified(), set(noted), set[str]()
    chains = {organisation: _Seen() for organisation in organisations.every(connection)}
    for organisation, chain in groupby(entries(connection), lambda entry: entry.organisation):
        seen = chains[organisation] = _Seen()
        read = _read(chain, seen, missing, hashes)
        found.faults += [f"{_name(organisation)}: {fault}." for fault in broken(read, audit.seals)]
        number, digest = seen.head
        found.heads.append(f"{_name(organisation)}: the newest entry is {number}:{digest}")
    for organisation, seen in chains.items():
        found.faults += [
            f"{_name(organisation)}: {fault}." for fault in _kept(connection, organisation, seen)
        ]
    found.faults += [
        f"entry {number} is not there as it was noted: the newest ones were removed, or all of"
        " them replaced."
        for number, _ in sorted(missing)
    ]
    if folder is not None:
        found.faults += _unaccounted(folder, hashes)
    return found


def head_of(text: str) -> Head:
    """Read NUMBER:DIGEST; raises SettingsProblem."""
    number, _, digest = text.partition(":")
    if not number.isascii() or not number.isdecimal() or not digest:
        raise SettingsProblem(f"{text!r} is no head; write it as `audit verify` prints it.")
    return int(number), digest


def export(database: Database, audit: Audit, out: Path, now: datetime) -> int:
    """Write the whole audit to a file, and before that into each chain that it was read.

    The file appears only when it is complete. Raises SettingsProblem when it cannot be written.
    """
    with database.writing() as connection:
        for organisation in organisations.every(connection):
            act = Act(COMMAND_LINE, "audit_read", detail={"how": "file"})
            audit.write(connection, organisation, [act], now)
    try:
        with TemporaryDirectory(dir=out.parent, prefix=".audit-") as folder:
            written = Path(folder) / "audit.csv"
            with (
                written.open("w", encoding="utf-8", newline="") as file,
                database.reading() as connection,
            ):
                rows = write(connection, file)
            written.chmod(0o640)
            written.replace(out)
    except OSError as error:
        raise SettingsProblem(f"{out} cannot be written: {error.strerror}.") from error
    return rows


def write(connection: Connection, out: Writable) -> int:
    """Write all entries as CSV, as they are sealed, and return how many there are."""
    rows = (
        [
            *(safe(entry.organisation), entry.number, time_of(entry)),
            *(safe(entry.person), safe(entry.action), safe(entry.about), safe(entry.detail)),
            *(safe(entry.previous), safe(entry.digest)),
        ]
        for entry in entries(connection)
    )
    return table(out, COLUMNS, rows)


def _read(
    chain: Iterable[AuditEntry], seen: _Seen, missing: set[Head], hashes: set[str]
) -> Iterator[AuditEntry]:
    for entry in chain:
        # Seen while the seals are checked, so that a long audit is never held as a whole.
        missing.discard((entry.number, entry.digest))
        detail = _parsed(entry)
        seen.take(entry, detail)
        if entry.action == "exported":
            hashes |= {str(item.get("sha256")) for item in detail.get("files", {}).values()}
        yield entry


def _parsed(entry: AuditEntry) -> Any:  # noqa: ANN401 - JSON
    try:
        detail = json.loads(entry.detail)
    except ValueError:
        return {}
    return detail if isinstance(detail, dict) else {}


def _kept(connection: Connection, organisation: str, seen: _Seen) -> Iterator[str]:
    """Yield what the database holds without an entry, since the audit began."""
    if organisation == NOBODYS:
        return
    if seen.begun is None:
        yield "there is no audit; it was removed, or nothing ran since it exists"
        return
    for record, revision in accounted.revisions(connection, organisation, seen.begun):
        if (record, revision) not in seen.revisions:
            yield f"revision {revision} of record {record} has no entry"
    looked_at = accounted.looked_at(connection, organisation, seen.begun)
    for (record, revision, state), times in (looked_at - seen.reviews).items():
        yield f"record {record}, revision {revision}, is {state} {times} times without an entry"


def _unaccounted(folder: Path, hashes: set[str]) -> Sequence[str]:
    return [
        f"{path}: no export in the audit wrote this file."
        for path in sorted(folder.rglob("*"))
        if path.is_file() and sha256_of(path) not in hashes
    ]


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _name(organisation: str) -> str:
    return organisation or "strangers"
