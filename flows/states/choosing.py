"""Between the menu and the first question: which project, which participant, which moment."""

from flows.context import Project, Registered
from flows.conversation import Draft
from flows.kinds import KINDS
from flows.matching import Option
from flows.pages import on_page
from flows.selection import moments, offered, questionnaire
from flows.session import Screen, Session
from flows.sheet import Sheet
from flows.states.leaving import pause
from flows.states.wording import MOMENT_NAMES, moment_name, turn_page, turning

PAGE = 12


def go_on(session: Session) -> None:
    """Fill in what leaves no choice; begin once everything is known."""
    while missing := _missing(session):
        options = _possible(session, missing)
        if len(options) != 1:
            return
        _take(session, missing, options[0])
    _begin(session)


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
        wanted = text.strip().casefold().replace("-", "").replace(" ", "")
        missing = _missing(session)
        for name in _possible(session, missing):
            if name.casefold().replace("-", "") == wanted:
                _take(session, missing, name)
                go_on(session)
                return
        session.notices.append(session.say("That is not one of the possibilities. Please tap one."))

    def back(self, session: Session) -> None:
        """Go back to the menu."""
        pause(session)

    def _option(self, session: Session, missing: str, name: str) -> Option:
        if missing == "project":
            project = session.context.project(name)
            return Option(project.name if project else name, f"project:{name}", (), name)
        if missing == "subject":
            return Option(name, f"subject:{name}", (), name)
        label = moment_name(session.say, name)
        done = " ✓" if _is_registered(session, name) else ""
        others = (label, *session.context.interface.everywhere(MOMENT_NAMES[name]))
        return Option(f"{label}{done}", f"moment:{name}", others, name)

    def _head(self, session: Session) -> str:
        choice, sheet = session.conversation.choice, _sheet(session)
        project = session.context.project(choice.get("project", ""))
        title = sheet.text(session.conversation.language, f"{sheet.name}.title")
        return " · ".join(
            part
            for part in (project.name if project else "", title, choice.get("subject", ""))
            if part
        )


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
        return list(context.participants(project.id))
    return moments(sheet, project.selection, context.roles)


def _project(session: Session) -> Project | None:
    return session.context.project(session.conversation.choice["project"])


def _take(session: Session, missing: str, name: str) -> None:
    session.change(choice={**session.conversation.choice, missing: name}, page=0)


def _is_registered(session: Session, moment: str) -> bool:
    choice = session.conversation.choice
    subject = choice.get("subject", "")
    return (
        Registered(choice["project"], choice["sheet"], moment, subject)
        in session.context.registered
    )


def _begin(session: Session) -> None:
    choice, sheet, project = session.conversation.choice, _sheet(session), _project(session)
    if project is None:
        pause(session)
        return
    again = _under_way(session)
    if again is not None:
        session.move("resume", current=again.number, choice={}, page=0)
        session.notices.append(session.say("You had begun this before; here is where you were."))
        return
    number = session.conversation.last_number + 1
    draft = Draft(
        number=number,
        record=session.context.new_id,
        sheet=sheet.name,
        version=sheet.version,
        project=project.id,
        moment=choice["moment"],
        subject=choice.get("subject", ""),
        roles=session.context.roles,
        indicators=project.selection,
        areas={area.name: area.label for area in project.areas},
        begun_on=session.context.today.isoformat(),
    )
    drafts = (*session.conversation.drafts, draft)
    session.notices.append(_introduction(session, sheet, draft))
    session.move("begin", drafts=drafts, current=number, last_number=number, choice={}, page=0)


def _under_way(session: Session) -> Draft | None:
    choice = session.conversation.choice
    if choice["moment"] == "continuous":
        return None
    key = (choice["sheet"], choice["project"], choice["moment"], choice.get("subject", ""))
    return next(
        (
            draft
            for draft in session.conversation.drafts
            if (draft.sheet, draft.project, draft.moment, draft.subject) == key
        ),
        None,
    )


def _introduction(session: Session, sheet: Sheet, draft: Draft) -> str:
    questions = questionnaire(sheet, draft.moment, draft.indicators, draft.roles)
    certain = [question for question in questions if question.is_asked and not question.relevant]
    seconds = sum(KINDS[question.type].seconds for question in certain)
    purpose = sheet.text(session.conversation.language, f"{sheet.name}.purpose")
    minutes = session.say.plural(
        "About {count} minute.", "About {count} minutes.", max(1, round(seconds / 60))
    )
    known = ""
    if draft.moment != "continuous" and _is_registered(session, draft.moment):
        known = session.say(
            "This was registered before; what you save now is a second record beside it."
        )
    return " ".join(part for part in (purpose, minutes, known) if part)
