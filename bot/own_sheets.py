"""What `meetmoment sheet` does: own questions come in, are listed, and are retired."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from bot.config import SettingsProblem
from bot.opening import audit_of, clock, foreseen, opened_database, world_of
from bot.table import table
from bot.world import World
from flows.audit import COMMAND_LINE, Act, Detail
from flows.columns import NAME
from flows.own import OWN_SHEET, called, differences, is_same, own_name
from flows.project import Project
from flows.sheet import LEVELS, MEASUREMENTS, MOMENTS, REGISTRARS, Sheet
from storage import organisations, own_sheets, sheets
from storage.database import Connection
from storage.own_sheets import Brought

COLUMNS = ("name", "version", "level", "moments", "projects", "records", "state")
NAMED = "letters a-z, digits and _, at most 20 signs, a letter first"


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it is brought; "" and () leave a thing to the form, or the version before."""

    file: Path
    name: str = ""
    level: str = ""
    moments: tuple[str, ...] = ()
    registrar: str = ""
    projects: tuple[str, ...] = ()
    everywhere: bool = False
    organisation: str = ""
    is_dry: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import comes to: a new version, other translations or projects, or nothing.

    `dropped` are indicators that no own sheet asks any more.
    """

    sheet: Sheet
    is_new: bool
    is_other: bool
    projects: Sequence[Project]
    dropped: frozenset[str]


def bring(form: Form) -> None:
    """Let a form become a sheet, or the next version of one, and say what came of it."""
    with foreseen(), opened_database() as (chosen, database):
        content, world = form.file.read_bytes(), world_of(chosen)
        database.migrate()
        with database.reading() as connection:
            here = organisations.named(connection, form.organisation)
            known = own_sheets.brought(connection, here)
        sheet = _read(content, form, known)
        bare = sheet.name.removeprefix(OWN_SHEET)
        if bare in world.current:
            raise SettingsProblem(f"{bare} is a sheet of the handbook; give another by --name.")
        if form.is_dry:
            with database.reading() as connection:
                plan = _planned(connection, here, sheet, form)
        else:
            with database.writing() as connection:
                sheets.hold(connection, here)
                plan = _planned(connection, here, sheet, form)
                if plan.is_other:
                    store(connection, world, here, plan)
        for line in _told(plan):
            typer.echo(line)
        if form.is_dry and plan.is_other:
            typer.echo("Nothing was stored; it is without --dry-run.")


def show(organisation: str) -> None:
    """List what an organisation brought."""
    with foreseen(), opened_database() as (_, database):
        database.migrate()
        with database.reading() as connection:
            here = organisations.named(connection, organisation)
            rows = list(_rows(connection, here))
        for line in table(COLUMNS, rows, "No own sheet was imported here yet."):
            typer.echo(line)


def retire(name: str, organisation: str) -> None:
    """Let an own sheet not be offered any more."""
    with foreseen(), opened_database() as (chosen, database):
        database.migrate()
        with database.writing() as connection:
            here = organisations.named(connection, organisation)
            sheets.hold(connection, here)
            sheet = _retired(connection, here, own_name(name))
            act = Act(COMMAND_LINE, "sheet_retired", sheet.name)
            audit_of(chosen).write(connection, here, [act], clock())
        typer.echo(
            f"{sheet.name} is not offered any more, in a running bot within a minute. What was"
            " registered stays, and what is under way can be finished."
        )


def store(connection: Connection, world: World, here: str, plan: Plan) -> None:
    """Release what is planned, offer it, and let the projects register it."""
    now, sheet = world.clock(), plan.sheet
    sheets.release(connection, here, [sheet], now)
    own_sheets.retire(connection, here, sheet.name, None)
    organisations.lock_projects(connection, {(here, project.id) for project in plan.projects})
    for project in plan.projects:
        own_sheets.register(connection, here, project.id, sheet.by_code, plan.dropped)
    detail: dict[str, Detail] = {
        "version": sheet.version,
        "projects": [project.id for project in plan.projects],
        "sha256": sheet.digest,
    }
    act = Act(COMMAND_LINE, "sheet_imported", sheet.name, detail)
    world.audit.write(connection, here, [act], now)


def _read(content: bytes, form: Form, known: Mapping[str, Sequence[Brought]]) -> Sheet:
    """Return the sheet of a form; SettingsProblem with a line for each fault in it.

    What the form says itself wins over the command line, and that over the version before.
    """
    for option, words, possible in (
        ("--level", [form.level], LEVELS),
        ("--moment", form.moments, MOMENTS),
        ("--registrar", [form.registrar], REGISTRARS),
    ):
        if wrong := [word for word in words if word and word not in possible]:
            raise SettingsProblem(f"{wrong[0]!r} is no {option}; use {', '.join(possible)}.")
    # Only the form may say what it is called, and only then it is known what there was before.
    found = _form(content, replace(form, moments=form.moments or MOMENTS))
    name = own_name(form.name or found.name)
    if not NAME.fullmatch(name) or name == OWN_SHEET:
        raise SettingsProblem(f"{name!r} is no name of a sheet; give one by --name: {NAMED}.")
    before = known[name][0].sheet if name in known else None
    # Codes are made of the name without its mark, so that an exported sheet comes back with them.
    again = replace(_completed(form, before), name=name.removeprefix(OWN_SHEET))
    return called(_form(content, again), name)


def _completed(form: Form, before: Sheet | None) -> Form:
    """Return a form with nothing left out: what is not said is as it was, or as it is usual."""
    wanted = {form.registrar} if form.registrar else set[str]()
    if before is not None and not wanted:
        wanted = {item.registrar for item in before.indicators}
    moments = form.moments or (before.moments if before else MEASUREMENTS)
    return replace(
        form,
        level=form.level or (before.level if before else ""),
        moments=tuple(moment for moment in MOMENTS if moment in moments),
        # A form that gives its questions to several roles says so itself.
        registrar=wanted.pop() if len(wanted) == 1 else "",
    )


def _form(content: bytes, form: Form) -> Sheet:
    # The libraries that read workbooks take a while to load.
    from flows.xlsform.reading import Wanted, read

    wanted = Wanted(
        name=form.name.removeprefix(OWN_SHEET),
        level=form.level or LEVELS[-1],
        moments=form.moments,
        registrar=form.registrar or REGISTRARS[0],
    )
    found = read(content, wanted)
    if not isinstance(found, Sheet):
        raise SettingsProblem("\n".join(str(problem) for problem in found))
    if not found.indicators:
        raise SettingsProblem("survey: nothing is answered in this form. Add a question.")
    # Who registers is said by the indicators: a project that did not choose them asks nothing.
    return replace(found, registrar="")


def _planned(connection: Connection, here: str, sheet: Sheet, form: Form) -> Plan:
    """Return what an import comes to; SettingsProblem says why it cannot be."""
    known = own_sheets.brought(connection, here)
    own = known.pop(sheet.name, [])
    released = [item.sheet for item in own]
    others = [versions[0] for versions in known.values()]
    faults = list(differences(sheet, released, [item.sheet for item in others]))
    if faults:
        raise SettingsProblem("\n".join(faults))
    newest = released[0] if released else None
    is_new = newest is None or not is_same(sheet, newest)
    version = newest.version + is_new if newest else 1
    still = {code for item in others if not item.is_retired for code in item.sheet.by_code}
    dropped = frozenset(newest.by_code if newest else ()) - sheet.by_code.keys() - still
    projects = _projects(connection, here, newest, form)
    is_other = is_new or own[0].is_retired or sheet.texts != own[0].sheet.texts
    is_other |= any(not sheet.by_code.keys() <= {*project.selection} for project in projects)
    return Plan(replace(sheet, version=version), is_new, is_other, projects, dropped)


def _projects(
    connection: Connection, here: str, before: Sheet | None, form: Form
) -> Sequence[Project]:
    """Return the projects that are named, and those that register an earlier version."""
    every = organisations.every_project(connection, here)
    named = {organisations.project_named(connection, here, wanted).id for wanted in form.projects}
    found = [
        project
        for project in every.values()
        if form.everywhere or project.id in named or (before and _asks(project, before))
    ]
    if not found:
        names = ", ".join(every) or "none yet"
        raise SettingsProblem(
            f"Say which project asks this, by --project or --all-projects; there is {names}."
        )
    return found


def _asks(project: Project, sheet: Sheet) -> bool:
    return not sheet.by_code.keys().isdisjoint(project.selection)


def _retired(connection: Connection, here: str, name: str) -> Sheet:
    """Retire a sheet and return it; SettingsProblem when there is none to be retired."""
    known = own_sheets.brought(connection, here)
    offered = {other: found[0].sheet for other, found in known.items() if not found[0].is_retired}
    if name not in offered:
        names = ", ".join(offered) or "none"
        what = "is retired already" if name in known else "is no own sheet"
        raise SettingsProblem(f"{name} {what}; there is {names}.")
    sheet = offered.pop(name)
    still = {code for other in offered.values() for code in other.by_code}
    own_sheets.retire(connection, here, name, clock())
    asking = [
        project
        for project in organisations.every_project(connection, here).values()
        if _asks(project, sheet)
    ]
    organisations.lock_projects(connection, {(here, project.id) for project in asking})
    for project in asking:
        own_sheets.register(connection, here, project.id, (), sheet.by_code.keys() - still)
    return sheet


def _told(plan: Plan) -> Iterator[str]:
    sheet = plan.sheet
    asked = sum(question.is_asked for question in sheet.questions)
    yield f"{sheet.name}, version {sheet.version}: “{sheet.title}”, {asked} questions."
    yield f"About: {sheet.level}. When: {', '.join(sheet.moments)}."
    if not plan.is_other:
        yield "All of that is there already; nothing changes."
    for indicator in sheet.indicators:
        yield f"  {indicator.code}  {indicator.name} ({indicator.registrar})"
    yield f"Offered in these languages: {', '.join(sheet.languages)}."
    yield f"Asked in: {', '.join(f'{item.name} ({item.id})' for item in plan.projects)}."
    if plan.is_other:
        yield "A running bot has it within a minute after it is stored."


def _rows(connection: Connection, here: str) -> Iterator[tuple[str, ...]]:
    every = organisations.every_project(connection, here).values()
    records = own_sheets.records_of(connection, here)
    for name, versions in own_sheets.brought(connection, here).items():
        sheet, is_retired = versions[0]
        asking = [] if is_retired else [item.id for item in every if _asks(item, sheet)]
        yield (
            name,
            str(sheet.version),
            sheet.level,
            ", ".join(sheet.moments),
            ", ".join(asking),
            str(records.get(name, 0)),
            "retired" if is_retired else "offered",
        )
