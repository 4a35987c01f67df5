"""What is due in all projects: one tap begins it, or goes on at the question where it was left."""

from flows.conversation import Draft
from flows.due import mark, title, when
from flows.matching import Option, meant
from flows.pages import on_page
from flows.schedule import Due, Occasion
from flows.session import Screen, Session
from flows.states.beginning import under_way
from flows.states.leaving import pause
from flows.states.to_do import closed, due, sheet_of, start
from flows.states.wording import draft_title, going_on, turn_page, turning

PAGE = 8
MOST_CLOSED = 5


class Pending:
    """Lists what is due, the most urgent first, then what else is under way and what is closed."""

    def show(self, session: Session) -> Screen:
        """Show a page of it."""
        say, entries = session.say, _entries(session)
        page = on_page(entries, session.conversation.page, PAGE)
        count = sum(isinstance(item, Due) for item in entries)
        lines = [say("Nothing is waiting for you.")]
        if count:
            lines = [say.plural("{count} thing to register:", "{count} things to register:", count)]
        elif entries:
            lines = [say("Nothing is due. This is under way:")]
        lines += [_line(session, item) for item in page if isinstance(item, Due)]
        lines += _closed(session)
        rows = [[_option(session, item)] for item in page]
        rows += [*turning(session, len(entries), PAGE), [session.option("‹ Back", "back")]]
        return Screen("\n".join(lines), rows, more=len(entries) > PAGE)

    def tap(self, session: Session, action: str) -> None:
        """Begin or go on, or turn the page."""
        verb, _, name = action.partition(":")
        if verb == "page":
            turn_page(session, name)
        elif verb == "due":
            for item in due(session):
                if mark(item.occasion) == name:
                    start(session, item.occasion)
                    return
        elif verb == "d" and any(str(item.number) == name for item in session.conversation.drafts):
            session.move("resume", current=int(name), choice={}, page=0)
        else:
            self.back(session)

    def read(self, session: Session, text: str) -> None:
        """Find what was typed on another page, or say what can be done here."""
        options = [_option(session, item) for item in _entries(session)]
        found = meant(text, options, [""] * len(options))
        if len(found) == 1:
            self.tap(session, found[0])
            return
        session.notices.append(session.say("Please tap one of these, or go back."))

    def back(self, session: Session) -> None:
        """Go back to the menu."""
        pause(session)


def look_ahead(session: Session) -> None:
    """Go to what is due; a registration that was open waits."""
    pause(session)
    session.move("look_ahead")


def _entries(session: Session) -> list[Due | Draft]:
    """Return what is due, and behind it what is under way and not due."""
    found = due(session)
    listed = {_draft(session, item.occasion) for item in found}
    drafts = session.conversation.drafts
    others = [item for item in drafts if not item.practice and item.number not in listed]
    return [*found, *others]


def _draft(session: Session, occasion: Occasion) -> int:
    """Return the number of the registration that is under way for something; 0 for none."""
    key = occasion.sheet, occasion.project, occasion.moment, occasion.subject
    draft = under_way(session.conversation, *key)
    return draft.number if draft else 0


def _option(session: Session, item: Due | Draft) -> Option:
    if isinstance(item, Draft):
        name = draft_title(session, item)
        return Option(going_on(session, item, name), f"d:{item.number}", (name,))
    occasion = item.occasion
    name, label = _title(session, occasion), _title(session, occasion)
    number = _draft(session, occasion)
    for draft in session.conversation.drafts:
        if draft.number == number:
            label = going_on(session, draft, name)
    return Option(label, f"due:{mark(occasion)}", (name,), occasion.subject or occasion.sheet)


def _title(session: Session, occasion: Occasion) -> str:
    projects = session.context.projects
    project = session.context.project(occasion.project) if len(projects) > 1 else None
    sheet = sheet_of(session, occasion)
    return title(session.say, occasion, sheet, project.name if project else "")


def _line(session: Session, item: Due) -> str:
    name, until = _title(session, item.occasion), when(session.say, item, session.context.today)
    return f"• {name} – {until}"


def _closed(session: Session) -> list[str]:
    """Return what is closed, and who can open it again."""
    found = closed(session)
    if not found:
        return []
    agenda, say = session.context.agenda, session.say
    projects = dict.fromkeys(item.occasion.project for item in found)
    who = dict.fromkeys(person for item in projects for person in agenda.coordinators(item))
    lines = [_line(session, item) for item in found[-MOST_CLOSED:]]
    told = say("Only a coordinator can extend this: {who}", who=", ".join(who) or "–")
    return ["", *lines, told]
