"""What a project becomes by the sheets that set it up; the records keep what was chosen when."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from flows.local import fold
from flows.own import own_codes
from flows.plan import dates_of, rules_of
from flows.project import Area, Project
from flows.record import Answer, Status
from flows.sheet import REGISTRARS, Indicator

PROJECT_SHEET, CHOICE, PLAN = "project_sheet", "choice", "plan"
"""The sheets that change the project itself; the others of the set-up are records only."""

COLUMNS = {
    PROJECT_SHEET: ("name", "areas", "dates"),
    CHOICE: ("selection", "registrars"),
    PLAN: ("rules",),
}
"""What each of them says about the project."""

AREA_NAME = 24


def changed(
    project: Project,
    sheet: str,
    answers: Mapping[str, Answer],
    catalogue: Mapping[str, Indicator],
) -> Project:
    """Return a project as a saved sheet makes it; other sheets leave it as it is."""
    if sheet == PROJECT_SHEET:
        title, areas = _text(answers, "project_title"), _text(answers, "areas")
        listed = areas_of(areas, project.areas)
        return replace(project, name=title, areas=listed, dates=dates_of(answers))
    if sheet == CHOICE:
        # What the organisation brought itself stands in no choice of the handbook.
        selection = (*chosen(answers, catalogue.values()), *own_codes(project.selection))
        return replace(project, selection=selection, registrars=_registrars(answers, selection))
    if sheet == PLAN:
        return replace(project, rules=rules_of(answers))
    return project


def chosen(answers: Mapping[str, Answer], catalogue: Iterable[Indicator]) -> tuple[str, ...]:
    """Return the codes that a choice takes in, in the order of the catalogue.

    What an indicator is derived from does not come along by itself: incomplete() names that.
    """
    sets = {"short", _text(answers, "version"), *_names(answers, "add_ons")}
    left_out, taken_in = _names(answers, "left_out"), _names(answers, "taken_in")
    return tuple(
        item.code
        for item in catalogue
        if (item.set in sets and item.code not in left_out) or item.code in taken_in
    )


def incomplete(
    selection: Iterable[str], catalogue: Mapping[str, Indicator]
) -> dict[str, tuple[str, ...]]:
    """Return the derived indicators of a selection that lack what they are derived from."""
    held = set(selection)
    return {
        code: missing
        for code in catalogue
        if code in held
        and (missing := tuple(item for item in catalogue[code].derived_from if item not in held))
    }


def incomparable(
    before: Collection[str], after: Collection[str], measured: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what nobody can compare across a change of choice: what ends, and what comes late.

    `measured` has what was measured so far; before a first measurement nothing is late.
    """
    ends = tuple(code for code in before if code in measured and code not in after)
    new = (code for code in after if code not in before and code not in measured)
    return ends, tuple(new) if measured else ()


def unregistered(
    selection: Iterable[str],
    registrars: Mapping[str, str],
    catalogue: Mapping[str, Indicator],
    roles: Iterable[str],
) -> tuple[str, ...]:
    """Return the chosen indicators of a catalogue that nobody of these roles registers."""
    held = set(roles)
    return tuple(
        code
        for code in selection
        if code in catalogue
        and (role := registrars.get(code) or catalogue[code].registrar)
        and role not in held
    )


def _registrars(answers: Mapping[str, Answer], selection: Iterable[str]) -> dict[str, str]:
    held = set(selection)
    return {
        code: role for role in REGISTRARS for code in _names(answers, f"by_{role}") if code in held
    }


def areas_of(listed: str, before: Iterable[Area]) -> tuple[Area, ...]:
    """Return the areas of a list; one that keeps its label keeps its name in the data.

    What is on the list no more is kept as a former area, so that older records can be read.
    """
    before = tuple(before)
    known = {fold(area.label): area.name for area in before}
    found: dict[str, Area] = {}
    for label in [part.strip() for part in listed.replace(";", ",").split(",")]:
        if label and fold(label) not in found:
            taken = {area.name for area in found.values()}
            name = known.get(fold(label)) or _free(_name(label), taken | set(known.values()))
            found[fold(label)] = Area(name, label)
    here = {area.name for area in found.values()}
    former = [replace(area, former=True) for area in before if area.name not in here]
    return (*found.values(), *former)


def _name(label: str) -> str:
    letters = "".join(letter if letter.isalnum() else "_" for letter in fold(label))
    plain = "".join(letter for letter in letters if letter.isascii()).strip("_")
    return plain[:AREA_NAME] or "area"


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    numbered = (f"{name[: AREA_NAME - len(str(number)) - 1]}_{number}" for number in range(2, 99))
    return next(free for free in numbered if free not in taken)


def _text(answers: Mapping[str, Answer], name: str) -> str:
    answer = answers.get(name)
    return str(answer.value) if answer and answer.status is Status.ANSWERED else ""


def _names(answers: Mapping[str, Answer], name: str) -> list[str]:
    answer = answers.get(name)
    return list(answer.value) if answer and isinstance(answer.value, list) else []
