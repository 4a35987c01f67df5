"""The menu: what waits, and what can be begun."""

from flows.conversation import Draft
from flows.matching import Option
from flows.pages import on_page
from flows.selection import offered
from flows.session import Screen, Session
from flows.sheet import Sheet
from flows.states.choosing import go_on
from flows.states.wording import draft_title, turn_page, turning

PAGE = 12


class Idle:
    """Shows the registrations under way first, then the sheets."""

    def show(self, session: Session) -> Screen:
        """Show the menu."""
        drafts = session.conversation.drafts
        waiting = on_page(drafts, session.conversation.page, PAGE)
        rows = [[self._waiting(session, draft)] for draft in waiting]
        rows += turning(session, len(drafts), PAGE)
        sheets = [self._beginning(session, sheet) for sheet in self._sheets(session)]
        rows += [sheets[index : index + 2] for index in range(0, len(sheets), 2)]
        projects = session.context.projects
        head = projects[0].name if len(projects) == 1 else ""
        if not rows:
            return Screen(
                session.say("There is nothing for you to register yet. Ask your coordinator."),
                [],
                head,
            )
        return Screen(session.say("What would you like to register?"), rows, head)

    def tap(self, session: Session, action: str) -> None:
        """Go on with a registration, begin one, or turn the page."""
        verb, _, name = action.partition(":")
        if verb == "d" and any(str(draft.number) == name for draft in session.conversation.drafts):
            session.move("resume", current=int(name), page=0)
        elif verb == "page":
            turn_page(session, name)
        elif verb == "b" and name in session.context.current:
            session.move("choose", choice={"sheet": name}, page=0)
            go_on(session)

    def read(self, session: Session, text: str) -> None:  # noqa: ARG002
        """Say what can be done here."""
        session.notices.append(
            session.say("I did not understand that. Please tap what you want to register.")
        )

    def back(self, session: Session) -> None:
        """Stay: the menu is where everything begins."""
        session.notices.append(
            session.say("This is the beginning; there is nothing to go back to.")
        )

    def _sheets(self, session: Session) -> list[Sheet]:
        found: dict[str, Sheet] = {}
        for project in session.context.projects:
            for sheet in offered(session.context, project, session.conversation.language):
                found.setdefault(sheet.name, sheet)
        return list(found.values())

    def _waiting(self, session: Session, draft: Draft) -> Option:
        places = session.path_of(draft).asked
        answered = sum(place.answer is not None for place in places)
        label = session.say(
            "▸ Go on: {title} ({done} of {all})",
            title=draft_title(session, draft),
            done=answered,
            all=len(places),
        )
        return Option(label, f"d:{draft.number}", (draft_title(session, draft),))

    def _beginning(self, session: Session, sheet: Sheet) -> Option:
        key = f"{sheet.name}.title"
        others = tuple(
            sheet.text(language, key) for language in session.context.interface.languages
        )
        return Option(
            sheet.text(session.conversation.language, key), f"b:{sheet.name}", others, sheet.name
        )
