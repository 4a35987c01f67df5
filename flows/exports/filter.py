"""What an export is narrowed to, so that its manifest can say so."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flows.record import STATUSES, Status
from flows.sheet import MOMENTS

Version = tuple[str, int]
"""A sheet and its version."""


class FilterProblem(Exception):
    """A filter that cannot be meant; says what there is instead."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records and values an export holds; what is empty leaves nothing out.

    `since` and `until` are the first and the last day that a record may be about. `statuses` narrow
    values, everything else narrows records.
    """

    projects: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    statuses: tuple[Status, ...] = ()
    versions: tuple[Version, ...] = ()

    def stated(self) -> dict[str, str | list[str]]:
        """Return what narrows it, as a manifest tells it; empty where nothing does."""
        said: dict[str, str | list[str]] = {
            "project": list(self.projects),
            "moment": list(self.moments),
            "from": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "status": [status.value for status in self.statuses],
            "version": [f"{sheet}:{version}" for sheet, version in self.versions],
        }
        return {name: value for name, value in said.items() if value}


EVERYTHING = Filter()


def filter_of(said: Mapping[str, object], sheets: Collection[Version]) -> Filter:
    """Read a filter from words, such as a manifest or a command line has them.

    Projects are taken as they are. Raises FilterProblem with everything that is not known, or for
    a period that ends before it begins. Each thing is named once, in the order of its kind.
    """
    wanted = {name: _listed(said.get(name, ())) for name in ("project", "moment", "status")}
    since, until = _day("from", said), _day("until", said)
    if since and until and until < since:
        raise FilterProblem(f"The period ends on {until}, before it begins on {since}.")
    return Filter(
        projects=tuple(sorted(set(wanted["project"]))),
        moments=_known("moment", wanted["moment"], MOMENTS),
        since=since,
        until=until,
        statuses=tuple(
            STATUSES[word] for word in _known("status", wanted["status"], tuple(STATUSES))
        ),
        versions=_versions(_listed(said.get("version", ())), sheets),
    )


def _listed(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]


def _day(name: str, said: Mapping[str, object]) -> date | None:
    text = "".join(_listed(said.get(name, "")))
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FilterProblem(f"{text!r} is not a day; write it like 2026-03-02.") from None


def _known(what: str, words: Iterable[str], possible: tuple[str, ...]) -> tuple[str, ...]:
    wanted = set(words)
    if unknown := sorted(wanted - set(possible)):
        raise FilterProblem(f"There is no {what} {unknown[0]!r}; there is {', '.join(possible)}.")
    return tuple(word for word in possible if word in wanted)


def _versions(words: Iterable[str], sheets: Collection[Version]) -> tuple[Version, ...]:
    found: set[Version] = set()
    for word in words:
        name, _, number = word.partition(":")
        these = [item for item in sheets if item[0] == name and number in ("", str(item[1]))]
        if not these:
            raise FilterProblem(f"There is no version {word!r} of a sheet; {_there(name, sheets)}.")
        found.update(these)
    return tuple(sorted(found))


def _there(name: str, sheets: Collection[Version]) -> str:
    """Say which versions of a sheet there are, or which sheets."""
    if these := [f"{sheet}:{version}" for sheet, version in sorted(sheets) if sheet == name]:
        return f"there is {', '.join(these)}"
    example = "{}:{}".format(*max(sheets, default=("participant", 1)))
    names = sorted({sheet for sheet, _ in sheets})
    return f"write it like {example}" + (f"; there is {', '.join(names)}" if names else "")
