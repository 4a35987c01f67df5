"""Makes one export that somebody ordered in the chat, as a process: `python -m bot.order`.

One line of JSON comes in: who asks, on which channel, and what is wanted. Out goes a line of JSON
that says what the file is, and the file; or the line says in `problem` why there is none. It ends
when it is done, leaves nothing behind, and names in its log only where an error came up.
"""

import json
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bot.fault import place_of

# Read only once there is a limit to the memory.
if TYPE_CHECKING:
    from bot.exporting import Written
    from storage.database import Connection
    from storage.people import Me

MOST_BYTES = 50_000_000
"""What Telegram takes as a document: core.telegram.org/bots/api#senddocument."""

MOST_MEMORY = 2 * 2**30
"""Only what has gone wrong asks for more."""

LESS_URGENT = 10
"""By how much answers come first: man 2 nice."""

CODEBOOK = "codebook"

SAID = "order: "
"""What a line of the log begins with; what a library says beside it may repeat data."""

Answer = tuple[dict[str, object], bytes]


def main() -> None:
    """Make what is asked for on standard input."""
    try:
        _keep_to_limits()
        head, content = made(json.loads(sys.stdin.buffer.readline()))
    except BaseException as error:  # noqa: BLE001 - whoever asked hears that there is no file
        sys.stderr.write(f"{SAID}{place_of(error)}\n")
        head, content = {"problem": "failed"}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + content)
    sys.stdout.buffer.flush()


def made(asked: Mapping[str, Any]) -> Answer:
    """Return what the file is, and its bytes; who may have what is looked up now."""
    from bot.dataset import Order
    from bot.exporting import export
    from bot.opening import check_keys, opened_database, world_of
    from flows.exports.filter import FilterProblem
    from flows.order import allowed, is_possible

    wanted: dict[str, Sequence[str]] = dict(asked["wanted"])
    (name,), languages = wanted.pop("format"), wanted.pop("language")
    projects = wanted.pop("project", ())
    with opened_database() as (chosen, database), TemporaryDirectory(prefix="order-") as folder:
        with database.reading() as connection:
            check_keys(chosen, connection)
            me, reached = _whoever(connection, asked, projects)
        is_allowed = me is not None and name in allowed(me.roles)
        if me is None or not is_allowed or not is_possible(name, wanted, me.roles):
            return {"problem": "role"}, b""
        if reached is not None and not reached:
            return {"problem": "reach"}, b""
        said = tuple((part, tuple(words)) for part, words in wanted.items())
        order = Order(_with_codebook(name), tuple(languages), said, reached=reached)
        try:
            written = export(
                database,
                Path(folder),
                order,
                world_of(chosen),
                me.organisation,
                person=me.person,
            )
        except FilterProblem:
            return {"problem": "nothing"}, b""
        of = next(iter(reached)) if reached and len(reached) == 1 else me.organisation
        return _packed(Path(folder), name, of, written)


def _whoever(
    connection: "Connection", asked: Mapping[str, Any], projects: Collection[str]
) -> "tuple[Me | None, frozenset[str] | None]":
    """Return who asks, if they are still here, and which of their projects it is about.

    Without any it is all that there is in the organisation.
    """
    from storage import organisations, people

    key = asked["organisation"], asked["person"]
    found = people.addresses(connection, asked["channel"], [key]).get(key)
    if found is None:
        return None, frozenset()
    if found.me.reaches_all and not projects:
        return found.me, None
    theirs = [item.id for item in organisations.projects(connection, [found.me]).get(key, ())]
    return found.me, frozenset(name for name in theirs if not projects or name in projects)


def _with_codebook(name: str) -> tuple[str, ...]:
    """Return a format with the code book, where it goes into a folder and is about answers."""
    from flows.exports import ABOUT_SHEETS, OPENED_AT_ONCE, complete

    alone = name in ABOUT_SHEETS | OPENED_AT_ONCE
    return complete((name,) if alone else (name, CODEBOOK))


def _packed(folder: Path, name: str, of: str, written: "Written") -> Answer:
    """Return one file as it is, or all of them with their manifest as a zip file."""
    from bot.auditing import sha256_of
    from bot.files import pack
    from flows.exports import OPENED_AT_ONCE

    own = [(path, rows) for path, rows in written if path.stem != CODEBOOK or name == CODEBOOK]
    head: dict[str, object] = {"rows": sum(rows for _, rows in own), "digest": ""}
    if name in OPENED_AT_ONCE and len(own) == 1:
        path = own[0][0]
        head |= {"name": f"{of}-{path.name}", "digest": sha256_of(path)}
    else:
        path = folder / "packed"
        pack(folder, path)
        head["name"] = f"{of}-{name}.zip"
    if path.stat().st_size > MOST_BYTES:
        return {"problem": "large"}, b""
    return head, path.read_bytes()


def _keep_to_limits() -> None:
    """Let answers come first, and end whatever asks for far too much memory."""
    if sys.platform == "win32":
        return
    import resource

    os.nice(LESS_URGENT)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(hard, MOST_MEMORY)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


if __name__ == "__main__":
    main()
