"""What is missing, and by whom it is to be registered, as those read it who oversee projects.

People are their codes, in the order of these; nothing in it ranks them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from flows.access import ROLES
from flows.due import mark
from flows.overview import Overview, Whose, whose
from flows.questionnaire import MOMENT_NAMES
from flows.schedule import Due, Occasion
from flows.sheet import MEASUREMENTS, REGISTRARS, Sheet
from flows.texts import Say

MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing of one sheet at one moment, and by whom it is to be registered."""

    dues: tuple[Due, ...]
    whose: Whose

    @property
    def occasion(self) -> Occasion:
        """The most urgent of it."""
        return self.dues[0].occasion

    @property
    def mark(self) -> str:
        """What stands for all of it in a button."""
        return group_mark(self.occasion)


def group_mark(occasion: Occasion) -> str:
    """Return what stands for all occasions of a sheet of a project at a moment."""
    return mark(occasion._replace(subject="", number=0))


def groups(of: Overview) -> list[Missing]:
    """Return what is missing by sheet and moment, the most urgent first."""
    found: dict[str, list[Due]] = defaultdict(list)
    for due in of.missing:
        found[group_mark(due.occasion)].append(due)
    return [Missing(tuple(dues), _together(of, dues)) for dues in found.values()]


def group_title(say: Say, occasion: Occasion, sheet: Sheet) -> str:
    """Return which sheet at which moment: "Participant, interim"."""
    name = sheet.text(say.language, f"{sheet.name}.title")
    if occasion.moment not in MEASUREMENTS:
        return name
    return say("{sheet}, {moment}", sheet=name, moment=say(MOMENT_NAMES[occasion.moment]))


def whose_line(say: Say, found: Whose) -> str:
    """Return by whom something is to be registered, shortened where they are many."""
    roles = [say(ROLES[role].name) for role in found.roles]
    if not found.people and not roles:
        return say("nobody who works here")
    named = list(found.people[:MOST_NAMED])
    if rest := len(found.people) - len(named):
        named.append(say.plural("{count} more", "{count} more", rest))
    return ", ".join([*named, *roles])


def _together(of: Overview, dues: Iterable[Due]) -> Whose:
    found = [whose(of.standing, of.crew, due.occasion) for due in dues]
    roles = {role for item in found for role in item.roles}
    return Whose(
        tuple(sorted({person for item in found for person in item.people})),
        tuple(role for role in REGISTRARS if role in roles),
    )


def counts(say: Say, of: Overview) -> str:
    """Return how many occasions stand how; together they are all that has opened."""
    done, missing = of.count("done"), of.count("open", "overdue")
    late, excused, closed = of.count("late"), of.count("not_done"), of.count("locked")
    parts = [
        done and say.plural("{count} in", "{count} in", done),
        missing and say.plural("{count} to do", "{count} to do", missing),
        late and say.plural("{count} late", "{count} late", late),
        excused
        and say.plural("{count} not done for a reason", "{count} not done for a reason", excused),
        closed
        and say.plural(
            "{count} closed without a registration",
            "{count} closed without a registration",
            closed,
        ),
    ]
    return ", ".join(part for part in parts if part) or say("nothing is due yet")


def worst_first(of: Overview) -> tuple[int, int, str]:
    """Return what puts the projects first in which most is late; projects, and never people."""
    return -of.count("late"), -len(of.missing), of.standing.project.name
