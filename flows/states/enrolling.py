"""A participant gets a code, or a lost code is found again; nobody's answers are kept."""

from flows.codes import SELF_GENERATED, answers_of, derived, length_for
from flows.context import Enrolled
from flows.effects import AddParticipant
from flows.matching import Option
from flows.questionnaire import moments
from flows.session import Screen, Session
from flows.sheet import MOMENTS
from flows.states.choosing import go_on
from flows.states.leaving import pause

SHEET, BASELINE = "participant", MOMENTS[0]


class Enrolling:
    """Asks which project, what is wanted, and where needed for the participant's own answers.

    On the way the conversation's choice holds `project`, `do`, `code` once there is one, and
    `digest` while it has to be asked whether somebody is known.
    """

    def show(self, session: Session) -> Screen:
        """Show what the choice so far leads to."""
        choice, say = session.conversation.choice, session.say
        project = session.project(_project(session))
        head = project.name if project else ""
        back = [session.option("‹ Back", "back")]
        if project is None:
            rows = [
                [Option(item.name, f"project:{item.id}", (), item.id)]
                for item in session.context.projects
            ]
            return Screen(say("Which project?"), [*rows, back], head)
        if code := choice.get("code"):
            rows = [[session.option("Begin the baseline", "begin")]] if _can_begin(session) else []
            return Screen(_told(session, code), [*rows, back], head)
        if choice.get("digest"):
            return Screen(_known(session), [*_decisions(session), back], head)
        if choice.get("do"):
            return Screen(_answers_wanted(session), [back], head, digits=True)
        rows = [
            [session.option("New participant", "make")],
            [session.option("New, code from their answers", "derive")],
            [session.option("Find a lost code", "find")],
        ]
        text = say("What would you like to do? A participant is only ever a code here.")
        return Screen(text, [*rows, back], head)

    def tap(self, session: Session, action: str) -> None:
        """Take one step."""
        verb, _, name = action.partition(":")
        choice = dict(session.conversation.choice)
        if verb == "project" and session.context.project(name):
            session.change(choice={"project": name})
        elif verb == "make":
            self._add(session, session.context.codes.new(), "")
        elif verb in ("derive", "find"):
            session.change(choice={"project": _project(session), "do": verb})
        elif verb == "same":
            self._same(session, name)
        elif verb == "other" and choice.get("digest"):
            self._derive(session, choice["digest"])
        elif verb == "begin" and _can_begin(session):
            begun = {"sheet": SHEET, "project": _project(session), "moment": BASELINE}
            session.move("choose", choice=begun | {"subject": choice["code"]}, page=0)
            go_on(session)
        else:
            self.back(session)

    def read(self, session: Session, text: str) -> None:
        """Take the participant's answers: what is kept is their keyed digest and nothing else."""
        doing = session.conversation.choice.get("do", "")
        if not doing or "digest" in session.conversation.choice:
            session.notices.append(session.say("Please tap one of these, or go back."))
            return
        answers = answers_of(text)
        if not answers:
            session.notices.append(
                session.say(
                    "That has to be six characters in a row, a letter or a digit as each question"
                    " asks, such as {example}. X is what they do not know.",
                    example=SELF_GENERATED,
                )
            )
            return
        digest = session.context.codes.digest(answers)
        if _known_here(session, digest):
            session.change(choice={**session.conversation.choice, "digest": digest})
        elif doing == "derive":
            self._derive(session, digest)
        else:
            session.notices.append(
                session.say("Nobody here gave these answers. Ask them once more, slowly.")
            )

    def back(self, session: Session) -> None:
        """Go one step back, or to the menu."""
        choice = session.conversation.choice
        if choice.get("do") or choice.get("code"):
            session.change(choice={"project": _project(session)})
        else:
            pause(session)

    def _derive(self, session: Session, digest: str) -> None:
        codes = session.context.codes
        self._add(session, derived(digest, length_for(codes.count()), codes.are_taken), digest)

    def _add(self, session: Session, code: str, digest: str) -> None:
        project = _project(session)
        session.context.codes.keep(code, project, digest)
        session.effects.append(AddParticipant(project, code, digest))
        session.change(choice={"project": project, "code": code})

    def _same(self, session: Session, code: str) -> None:
        """Go on with somebody who is known; who was in another project so far joins this one."""
        choice, project = session.conversation.choice, _project(session)
        digest = choice.get("digest", "")
        known = [item for item in _known_here(session, digest) if item.code == code]
        if not known:
            return
        if choice.get("do") == "derive" and all(item.project != project for item in known):
            session.effects.append(AddParticipant(project, code, digest))
        session.change(choice={"project": project, "code": code})


def _can_begin(session: Session) -> bool:
    """Whether the person registers anything of a participant who has just come."""
    context, project = session.context, session.project(_project(session))
    if project is None or SHEET not in context.current:
        return False
    sheet = context.sheets[SHEET, context.current[SHEET]]
    return BASELINE in moments(sheet, project, context.roles)


def _project(session: Session) -> str:
    projects = session.context.projects
    chosen = session.conversation.choice.get("project", "")
    return projects[0].id if len(projects) == 1 else chosen


def _told(session: Session, code: str) -> str:
    return session.say(
        "The code is {code}.\nLet them keep it, or write it where you keep your own list. Who it"
        " belongs to is never written here.",
        code=code,
    )


def _answers_wanted(session: Session) -> str:
    say = session.say
    questions = (
        say("First letter of their mother's first name?"),
        say("How many older brothers and sisters? (9 for nine or more)"),
        say("First letter of the town where they were born?"),
        say("Last digit of the day they were born? (7 for the 17th)"),
        say("Second letter of their own first name?"),
        say("Last letter of their own first name?"),
    )
    lines = [f"{number}. {question}" for number, question in enumerate(questions, start=1)]
    intro = say(
        "Ask these six questions and type the six answers in a row, for instance {example}.",
        example=SELF_GENERATED,
    )
    kept = say("The answers are not kept. An X stands for what they do not know.")
    return "\n".join([intro, *lines, kept])


def _known(session: Session) -> str:
    found = _found(session)
    listed = "\n".join(
        session.say("{code}, since {day}", code=item.code, day=item.since.strftime("%d/%m/%Y"))
        for item in found
    )
    if session.conversation.choice.get("do") == "find":
        return session.say("These answers lead to:\n{codes}", codes=listed)
    return session.say(
        "Somebody gave the same answers before:\n{codes}\nIs it the same person?", codes=listed
    )


def _decisions(session: Session) -> list[list[Option]]:
    rows = [
        [Option(session.say("Yes, {code}", code=item.code), f"same:{item.code}", (), item.code)]
        for item in _found(session)
    ]
    if session.conversation.choice.get("do") == "derive":
        rows.append([session.option("No, somebody else", "other")])
    return rows


def _known_here(session: Session, digest: str) -> list[Enrolled]:
    """Return who gave these answers, as far as it concerns the person who asks.

    A lost code is one of the project; somebody who joins may be known from the person's others.
    """
    found = session.context.codes.found(digest)
    if session.conversation.choice.get("do") == "find":
        return [item for item in found if item.project == _project(session)]
    return list(found)


def _found(session: Session) -> list[Enrolled]:
    found = _known_here(session, session.conversation.choice["digest"])
    return list({item.code: item for item in reversed(found)}.values())[::-1]
