"""Completeness of projects: how much of what was planned is in, by group of indicators and moment.

This is what flows.pictures.completeness draws and describes.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from flows.pictures.grid import Cell, Grid
from flows.project import Project
from flows.questionnaire import MOMENT_NAMES, questionnaire
from flows.schedule import Schedule, Standing, state_of
from flows.sheet import MOMENTS, Sheet
from flows.texts import Say

AHEAD = timedelta(days=366)
"""How far is looked ahead where a project has no end."""

ONE_GROUP = 1
"""A sheet whose indicators stand under so few headings is one group."""

Group = tuple[str, str]
"""A sheet, and a section of it; "" where the sheet is one group."""

Asked = Callable[[str, str, frozenset[str]], list[tuple[Group, int]]]
"""Tells how many indicators of which group some roles are asked of a sheet at a moment."""


@dataclass(slots=True)
class _Count:
    opened: int = 0
    done: int = 0
    late: int = 0
    planned: int = 0

    def add(self, state: str, indicators: int) -> None:
        """Count the indicators of an occasion; what is not done for a reason is not expected."""
        if state == "not_done":
            return
        self.planned += indicators * (state == "planned")
        self.opened += indicators * (state != "planned")
        self.done += indicators * (state == "done")
        self.late += indicators * (state in ("late", "locked"))

    @property
    def cell(self) -> Cell:
        """What is expected by now; where nothing is yet, what is still to come."""
        if self.opened:
            return Cell(self.opened, self.done, self.late)
        return Cell(self.planned, 0, is_due=False)


def grid(  # noqa: PLR0913, PLR0917 - each changes what is counted or shown
    say: Say,
    schedule: Schedule,
    sheets: Mapping[str, Sheet],
    standings: Iterable[Standing],
    today: date,
    untold: Collection[str] = (),
) -> Grid:
    """Return the completeness of projects together, in indicators: rows as the handbook has them.

    Each occasion counts as many indicators as it asks of a group. Of sheets of the levels
    `untold` it is not told how much is in.
    """
    found: dict[tuple[Group, str], _Count] = defaultdict(_Count)
    names = []
    for standing in standings:
        names.append(standing.project.name)
        asked = cache(_asker(sheets, standing.project))
        for occasion in schedule.occasions(standing, _end(standing, today)):
            state = state_of(occasion, standing, today)
            for group, indicators in asked(occasion.sheet, occasion.moment, occasion.roles):
                found[group, occasion.moment].add(state, indicators)
    rows = [group for group in _groups(sheets) if any(row == group for row, _ in found)]
    columns = [moment for moment in MOMENTS if any(moment == column for _, column in found)]
    return Grid(
        title=names[0] if len(names) == 1 else say("{count} projects", count=len(names)),
        rows=tuple(_label(say, sheets, group) for group in rows),
        columns=tuple(say(MOMENT_NAMES[moment]) for moment in columns),
        cells={
            (rows.index(group), columns.index(moment)): replace(
                count.cell, is_told=sheets[group[0]].level not in untold
            )
            for (group, moment), count in found.items()
        },
    )


def _end(standing: Standing, today: date) -> date:
    return max(today, standing.project.plan.ends_on or today + AHEAD)


def _asker(sheets: Mapping[str, Sheet], project: Project) -> Asked:
    """Return what tells how many indicators of which group are asked at a moment."""

    def asked(sheet: str, moment: str, roles: frozenset[str]) -> list[tuple[Group, int]]:
        here = sheets[sheet]
        questions = questionnaire(here, moment, project.selection, roles, project.registrars)
        codes: dict[Group, set[str]] = defaultdict(set)
        for question in questions:
            if question.indicator:
                codes[_group(here, question.section)].add(question.indicator)
        # A sheet that asks for no indicator is in or not in, as a whole.
        counted = [(group, len(indicators)) for group, indicators in codes.items()]
        return counted or [(_group(here, ""), 1)]

    return asked


def _group(sheet: Sheet, section: str) -> Group:
    return (sheet.name, section) if len(sheet.sections) > ONE_GROUP else (sheet.name, "")


def _groups(sheets: Mapping[str, Sheet]) -> Iterator[Group]:
    """Yield every group there can be, participants first, since they are measured most."""
    for sheet in sorted(
        sheets.values(), key=lambda item: (item.level != "participant", item.order)
    ):
        yield sheet.name, ""
        if len(sheet.sections) > ONE_GROUP:
            yield from ((sheet.name, section.name) for section in sheet.sections)


def _label(say: Say, sheets: Mapping[str, Sheet], group: Group) -> str:
    sheet, section = sheets[group[0]], group[1]
    title = sheet.text(say.language, f"{sheet.name}.title")
    if not section:
        return title
    part = sheet.text(say.language, f"{sheet.name}.{section}.label")
    return say("{label}: {value}", label=title, value=part)
