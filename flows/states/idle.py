"""The menu: what waits, what can be begun, and what was saved last."""

from collections.abc import Iterable

from flows.access import WRITING
from flows.conversation import Draft
from flows.effects import SaveRecord
from flows.matching import Option, meant
from flows.pages import on_page
from flows.practice import PRACTICE
from flows.record import StoredRecord
from flows.selection import menu, offered
from flows.session import Screen, Session
from flows.sheet import MENUS, Sheet
from flows.states.choosing import begin_project, go_on
from flows.states.disclosing import announced
from flows.states.finding import open_record
from flows.states.leaving import can_undo, undo
from flows.states.to_do import due
from flows.states.wording import draft_title, going_on, record_title, turn_page, turning
from flows.texts import marked

PAGE = 12
MOST_AT_ONCE = 9
"""So many sheets are shown without opening a part of the menu."""

WAYS = {"enrol": "enrol", "find": "find", "today": "look_ahead"}
"""Where other buttons lead, by their verb."""

AHEAD = marked("Due")

MENU_NAMES = {
    "work": marked("Daily work"),
    "log": marked("Logbook"),
    "measure": marked("Measurement"),
    "set_up": marked("Set up"),
}


class Idle:
    """Shows the registrations under way first, then the sheets, part by part where many."""

    def show(self, session: Session) -> Screen:
        """Show the menu, or the part of it that is open."""
        opened = session.conversation.choice.get("menu", "")
        sheets = [] if opened else _sheets(session)
        rows = self._opened(session, opened) if opened else self._beginning(session, sheets)
        projects = session.context.projects
        head = projects[0].name if len(projects) == 1 else ""
        if opened == PRACTICE:
            head = session.say("Practice: nothing of this is stored")
        text = session.say("What would you like to register?")
        if WRITING.isdisjoint(session.context.roles):
            text = session.say(
                "You register nothing here. /settings shows your role, /help what is possible."
            )
        elif not opened and not session.conversation.drafts and not sheets:
            text = session.say("There is nothing for you to register yet. Ask your coordinator.")
        if opened == "set_up":
            text = "\n".join([text, *announced(session)])
        return Screen(text, rows, head)

    def tap(self, session: Session, action: str) -> None:
        """Go on with a registration, begin one, open a part of the menu, or turn the page."""
        verb, _, name = action.partition(":")
        if verb == "d" and any(str(draft.number) == name for draft in session.conversation.drafts):
            session.move("resume", current=int(name), choice={}, page=0)
        elif verb == "page":
            turn_page(session, name)
        elif verb == "menu":
            session.change(choice={"menu": name} if name else {}, page=0)
        elif verb == "b" and name in session.context.current:
            self._begin(session, name)
        elif verb == "undo":
            undo(session)
        elif verb in WAYS:
            session.move(WAYS[verb], choice={}, page=0)
        elif verb == "r":
            open_record(session, name)
        elif verb == "project":
            begin_project(session)

    def read(self, session: Session, text: str) -> None:
        """Find a sheet of another part of the menu, or say what can be done here."""
        practising = session.conversation.choice.get("menu") == PRACTICE
        sheets = _practised(session) if practising else _sheets(session)
        options = [self._option(session, sheet) for sheet in sheets]
        found = meant(text, options, [""] * len(options))
        if len(found) == 1:
            self.tap(session, found[0])
            return
        session.notices.append(
            session.say("I did not understand that. Please tap what you want to register.")
        )

    def back(self, session: Session) -> None:
        """Close the part of the menu that is open; else stay."""
        if session.conversation.choice:
            session.change(choice={}, page=0)
            return
        session.notices.append(
            session.say("This is the beginning; there is nothing to go back to.")
        )

    def _beginning(self, session: Session, sheets: list[Sheet]) -> list[list[Option]]:
        drafts = session.conversation.drafts
        waiting = on_page(drafts, session.conversation.page, PAGE)
        rows = [*_ahead(session), *([_waiting(session, draft)] for draft in waiting)]
        rows += turning(session, len(drafts), PAGE)
        rows += [[_returned(session, item)] for item in _returned_to(session)]
        parts = []
        if len(sheets) > MOST_AT_ONCE:
            parts = [
                session.option(MENU_NAMES[part], f"menu:{part}")
                for part in MENUS[1:]
                if any(menu(sheet) == part for sheet in sheets)
            ]
            sheets = [sheet for sheet in sheets if menu(sheet) == MENUS[0]]
        rows += _in_pairs(self._option(session, sheet) for sheet in sheets)
        return [*rows, *_in_pairs(parts), *_more(session)]

    def _opened(self, session: Session, part: str) -> list[list[Option]]:
        sheets = _practised(session) if part == PRACTICE else _sheets(session)
        options = [
            self._option(session, sheet) for sheet in sheets if part in (PRACTICE, menu(sheet))
        ]
        rows = _in_pairs(options)
        if part == "set_up":
            rows.append([session.option("New project", "project:")])
        return [*rows, [session.option("‹ Back", "menu:")]]

    def _begin(self, session: Session, name: str) -> None:
        practised = session.conversation.choice.get("menu") == PRACTICE
        project = {"project": PRACTICE} if practised else {}
        session.move("choose", choice={"sheet": name} | project, page=0)
        go_on(session)

    def _option(self, session: Session, sheet: Sheet) -> Option:
        key = f"{sheet.name}.title"
        others = tuple(
            sheet.text(language, key) for language in session.context.interface.languages
        )
        return Option(
            sheet.text(session.conversation.language, key), f"b:{sheet.name}", others, sheet.name
        )


def _ahead(session: Session) -> list[list[Option]]:
    """Return the way to what is due, where something is."""
    count = 0 if WRITING.isdisjoint(session.context.roles) else len(due(session))
    if not count:
        return []
    label = session.say("Due: {count}", count=count)
    return [[Option(label, "today:", session.context.interface.everywhere(AHEAD))]]


def _waiting(session: Session, draft: Draft) -> Option:
    title = draft_title(session, draft)
    return Option(going_on(session, draft, title), f"d:{draft.number}", (title,))


def _sheets(session: Session) -> list[Sheet]:
    found: dict[str, Sheet] = {}
    for project in session.context.projects:
        for sheet in offered(session.context, project, session.conversation.language):
            found.setdefault(sheet.name, sheet)
    return list(found.values())


def _practised(session: Session) -> list[Sheet]:
    project = session.project(PRACTICE)
    found = offered(session.context, project, session.conversation.language) if project else []
    return [sheet for sheet in found if menu(sheet) != "set_up"]


def _more(session: Session) -> list[list[Option]]:
    """Return what is not a sheet: participants, saved records, practice."""
    if not session.context.projects:
        return [[session.option("New project", "project:")]]
    options = [
        session.option("Codes", "enrol:"),
        session.option("Corrections", "find:"),
        session.option("Practise", f"menu:{PRACTICE}"),
    ]
    return [options, *([[_undo(session)]] if can_undo(session) else [])]


def _returned_to(session: Session) -> list[StoredRecord]:
    """Return what a coordinator sent back and nobody has taken up yet."""
    taken_up = {draft.record for draft in session.conversation.drafts} | {
        effect.record.record for effect in session.effects if isinstance(effect, SaveRecord)
    }
    found = session.context.archive.returned()
    return [item for item in found if item.record not in taken_up][:PAGE]


def _returned(session: Session, item: StoredRecord) -> Option:
    title = session.say("↩ Please look again: {title}", title=record_title(session, item))
    return Option(title, f"r:{item.record}")


def _undo(session: Session) -> Option:
    title = session.say("Undo: {title}", title=session.conversation.undo["title"])
    return Option(title, "undo:", tuple(session.context.interface.everywhere("Undo")))


def _in_pairs(options: Iterable[Option]) -> list[list[Option]]:
    listed = list(options)
    return [listed[index : index + 2] for index in range(0, len(listed), 2)]
