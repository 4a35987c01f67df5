"""Between the menu and the first question: which project, which participant, which moment."""

from flows.codes import is_valid, looks_like_code, plain
from flows.context import Registered
from flows.drafts import new_draft
from flows.matching import Option
from flows.pages import on_page
from flows.practice import PRACTICE, participants_of
from flows.project import Project
from flows.questionnaire import MOMENT_NAMES, moments
from flows.selection import offered
from flows.session import Screen, Session
from flows.set_up import PROJECT_SHEET
from flows.sheet import Sheet
from flows.states.beginning import begin
from flows.states.leaving import pause
from flows.states.wording import moment_name, turn_page, turning

PAGE = 12


def go_on(session: Session) -> None:
    """Fill in what leaves no choice; begin once everything is known."""
    while missing := _missing(session):
        options = _possible(session, missing)
        if len(options) != 1:
            return
        _take(session, missing, options[0])
    _begin(session)


def begin_project(session: Session) -> None:
    """Begin the sheet of a project that is not there yet; it is made when that is saved."""
    version = session.context.current[PROJECT_SHEET]
    sheet = session.context.sheets[PROJECT_SHEET, version]
    made = Project(session.context.new_id.lower(), "", (), ())
    draft = new_draft(session, sheet, made, "continuous", "")
    session.open(draft)
    session.move("begin", choice={}, page=0)


class Choosing:
    """Asks only for what is not clear by itself."""

    def show(self, session: Session) -> Screen:
        """Show the possibilities, in pages where there are many."""
        missing, say = _missing(session), session.say
        questions = {
            "project": say("Which project?"),
            "subject": say("Which participant?"),
            "moment": say("Which measurement?"),
        }
        names = _possible(session, missing)
        rows = [
            *(
                [self._option(session, missing, name)]
                for name in on_page(names, session.conversation.page, PAGE)
            ),
            *turning(session, len(names), PAGE),
            [session.option("‹ Back", "back")],
        ]
        return Screen(questions[missing], rows, self._head(session))

    def tap(self, session: Session, action: str) -> None:
        """Take a possibility, or turn the page."""
        missing, (verb, _, name) = _missing(session), action.partition(":")
        if action == "back":
            self.back(session)
        elif verb == "page":
            turn_page(session, name)
        elif verb == missing and name in _possible(session, missing):
            _take(session, missing, name)
            go_on(session)

    def read(self, session: Session, text: str) -> None:
        """Find what was typed on another page, or say that it is not there."""
        wanted, missing = plain(text), _missing(session)
        for name in _possible(session, missing):
            if plain(name) == wanted:
                _take(session, missing, name)
                go_on(session)
                return
        session.notices.append(_unknown(session, missing, text))

    def back(self, session: Session) -> None:
        """Take back what was chosen last of several, or go back to the menu."""
        choice = dict(session.conversation.choice)
        for name in ("subject", "project"):
            if choice.pop(name, PRACTICE) != PRACTICE:
                session.change(choice=choice.copy(), page=0)
                if len(_possible(session, name)) > 1:
                    return
        pause(session)

    def _option(self, session: Session, missing: str, name: str) -> Option:
        if missing == "project":
            project = session.project(name)
            return Option(project.name if project else name, f"project:{name}", (), name)
        if missing == "subject":
            return Option(name, f"subject:{name}", (), name)
        label = moment_name(session.say, name)
        choice = session.conversation.choice
        key = choice["project"], choice["sheet"], name, choice.get("subject", "")
        done = " ✓" if Registered(*key) in session.context.registered else ""
        others = (label, *session.context.interface.everywhere(MOMENT_NAMES[name]))
        return Option(f"{label}{done}", f"moment:{name}", others, name)

    def _head(self, session: Session) -> str:
        choice, sheet = session.conversation.choice, _sheet(session)
        project = session.project(choice.get("project", ""))
        title = sheet.text(session.conversation.language, f"{sheet.name}.title")
        return " · ".join(
            part
            for part in (project.name if project else "", title, choice.get("subject", ""))
            if part
        )


def _unknown(session: Session, missing: str, text: str) -> str:
    """Return why what was typed is no possibility: a typing error, or a code from elsewhere."""
    if missing == "subject" and looks_like_code(text):
        if not is_valid(text):
            return session.say(
                "There is a typing error in that code: its last character does not fit."
                " Look at it once more."
            )
        return session.say("Nobody in this project has that code. Look at it once more.")
    return session.say("That is not one of the possibilities. Please tap one.")


def _sheet(session: Session) -> Sheet:
    name = session.conversation.choice["sheet"]
    return session.context.sheets[name, session.context.current[name]]


def _missing(session: Session) -> str:
    choice = session.conversation.choice
    wanted = ["project", *(["subject"] if _sheet(session).level == "participant" else []), "moment"]
    return next((name for name in wanted if name not in choice), "")


def _possible(session: Session, missing: str) -> list[str]:
    context, sheet = session.context, _sheet(session)
    if missing == "project":
        language = session.conversation.language
        return [
            project.id
            for project in context.projects
            if sheet in offered(context, project, language)
        ]
    project = _project(session)
    if project is None:
        return []
    if missing == "subject":
        return list(participants_of(context, project.id))
    return moments(sheet, project, context.roles)


def _project(session: Session) -> Project | None:
    return session.project(session.conversation.choice["project"])


def _take(session: Session, missing: str, name: str) -> None:
    session.change(choice={**session.conversation.choice, missing: name}, page=0)


def _begin(session: Session) -> None:
    choice, sheet, project = session.conversation.choice, _sheet(session), _project(session)
    if project is None:
        pause(session)
    else:
        begin(session, sheet, project, choice["moment"], choice.get("subject", ""))
