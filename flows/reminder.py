"""The message that reminds somebody of all that is due, with the buttons that begin it."""

from collections.abc import Mapping, Sequence
from datetime import date

from flows.due import mark, title, when
from flows.project import Project
from flows.schedule import STAGES, Due
from flows.sending import NUDGE, SNOOZED, LastingButton, Notification
from flows.sheet import Sheet
from flows.texts import Say, marked
from flows.tokens import lasting

MOST_BUTTONS = 5
MOST_LINES = 12
MOST_NAMES = 3

WHY = {
    "open": marked(
        "You get this because you register for {projects} and something can be registered from"
        " now on. Change it: /reminders"
    ),
    "half_way": marked(
        "You get this because you register for {projects} and half of the time has passed."
        " Change it: /reminders"
    ),
    "day_before": marked(
        "You get this because you register for {projects} and something is due before the next"
        " working day is over. Change it: /reminders"
    ),
    "overdue": marked(
        "You get this because you register for {projects} and something should have been"
        " registered by now. Change it: /reminders"
    ),
    NUDGE: marked(
        "You get this because a coordinator of {projects} asks for it. Change it: /reminders"
    ),
    SNOOZED: marked(
        "You get this because you put it off; it stays due on the same day. Change it: /reminders"
    ),
}
"""Why a message came: by the stage of the most urgent thing, or by its kind."""


def reminder(  # noqa: PLR0913, PLR0917 - all of it shows in the message
    say: Say,
    person: str,
    due: Sequence[Due],
    projects: Mapping[str, Project],
    sheets: Mapping[str, Sheet],
    stages: Mapping[str, str],
    kind: str,
    today: date,
) -> Notification:
    """Return one message for all that somebody has to register, the most urgent first.

    `stages` says by the key of an occasion which one of STAGES is told; `sheets` are the current
    ones by name. There has to be something that is due.
    """
    names = list(dict.fromkeys(projects[item.occasion.project].name for item in due))
    titles = [
        title(
            say,
            item.occasion,
            sheets[item.occasion.sheet],
            projects[item.occasion.project].name if len(names) > 1 else "",
        )
        for item in due
    ]
    lines = [f"• {name} – {when(say, item, today)}" for name, item in zip(titles, due, strict=True)]
    if len(due) > MOST_LINES:
        lines[MOST_LINES:] = [say("… and {count} more: /today", count=len(due) - MOST_LINES)]
    told = say(_why(due, stages, kind), projects=_named(say, names))
    text = "\n".join([_begin(say, len(due), names), *lines, "", told])
    return Notification(text, len(due), _rows(say, person, due, titles))


def _begin(say: Say, count: int, names: Sequence[str]) -> str:
    if len(names) > 1:
        return say.plural("{count} thing to register:", "{count} things to register:", count)
    return say.plural(
        "{count} thing to register for {projects}:",
        "{count} things to register for {projects}:",
        count,
        projects=names[0],
    )


def _named(say: Say, names: Sequence[str]) -> str:
    """Return what projects are called; of many, how many more there are."""
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    some = ", ".join(names[:MOST_NAMES])
    return say("{projects} and {count} more", projects=some, count=len(names) - MOST_NAMES)


def _why(due: Sequence[Due], stages: Mapping[str, str], kind: str) -> str:
    if kind in WHY:
        return WHY[kind]
    told = {stages.get(item.occasion.key, "") for item in due}
    return WHY[next((stage for stage in reversed(STAGES) if stage in told), STAGES[0])]


def _rows(
    say: Say, person: str, due: Sequence[Due], titles: Sequence[str]
) -> tuple[tuple[LastingButton, ...], ...]:
    rows = [
        (LastingButton(name, lasting(person, f"due:{mark(item.occasion)}")),)
        for name, item in zip(titles[:MOST_BUTTONS], due, strict=False)
    ]
    if len(due) > MOST_BUTTONS:
        rows.append(
            (LastingButton(say("All ({count})", count=len(due)), lasting(person, "today")),)
        )
    last = (
        LastingButton(say("Not today"), lasting(person, "snooze")),
        LastingButton(say("Why this?"), lasting(person, "why")),
    )
    return (*rows, last)
