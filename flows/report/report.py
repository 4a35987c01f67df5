"""A report of one project in one language, whatever it is shown on."""

from dataclasses import dataclass

from flows.local import show_decimal, show_full_date
from flows.report.change_section import change_section
from flows.report.complete_section import complete_section
from flows.report.course_section import course_section
from flows.report.matter import Matter, Span
from flows.report.section import Section
from flows.texts import Say, marked

FROM_TO = marked("From {first} to {last}")
FROM = marked("From {first} on")
UNTIL = marked("Up to {last}")
WHOLE = marked("From the beginning")
AS_OF = marked("As things stood on {day}")
EMPTY = marked(
    "Nothing was registered in this project yet. As soon as something is, it shows here."
)
EMPTY_SPAN = marked("Nothing was registered in this project about these days.")

READING = marked("When reading this")
FEW = marked(
    "Numbers of people below {threshold} are not shown: “fewer than {threshold}”. Now and then"
    " another number is withheld too, so that nobody can be worked out."
)
NO_PROOF = marked(
    "What changed for participants is no proof that the project did it: adjustments and changes"
    " around it may explain it too."
)
AREA = marked(
    "Figures of the area, such as nuisance, are no effect of one project and do not stand here."
)
ONE = marked("This page is about one project, and not made to compare projects or people.")
DAYS = marked("Only registrations about these days count, also for participants.")


@dataclass(frozen=True)
class Report:
    """What stands on the page: heading, facts, sections, and what to know when reading."""

    language: str
    title: str
    organisation: str
    facts: tuple[str, ...]
    sections: tuple[Section, ...]
    reading: str = ""
    notes: tuple[str, ...] = ()


def report(matter: Matter, say: Say) -> Report:
    """Return the report; a project without any registration gets a kind sentence."""
    project, is_whole = matter.standing.project, matter.span == Span()
    facts = [_span(matter, say), say(AS_OF, day=show_full_date(matter.day, say.language))]
    if matter.registered.is_empty:
        facts.append(say(EMPTY if is_whole else EMPTY_SPAN))
        planned = complete_section(matter, say)
        sections = (planned,) if planned.charts else ()
        return Report(say.language, project.name, matter.organisation, tuple(facts), sections)
    count = matter.registered.count
    number = show_decimal(count, say.language)
    told = say.plural(
        "{number} registration about the project and its target group",
        "{number} registrations about the project and its target group",
        count,
        number=number,
    )
    facts.append(told)
    notes = [
        say(FEW, threshold=matter.threshold),
        say(NO_PROOF),
        say(AREA),
        say(ONE),
    ]
    return Report(
        say.language,
        project.name,
        matter.organisation,
        tuple(facts),
        (
            complete_section(matter, say),
            course_section(matter, say),
            change_section(matter, say),
        ),
        say(READING),
        tuple(notes if is_whole else [*notes, say(DAYS)]),
    )


def _span(matter: Matter, say: Say) -> str:
    first, last = matter.span
    words = {
        "first": show_full_date(first, say.language) if first else "",
        "last": show_full_date(last, say.language) if last else "",
    }
    if first:
        return say(FROM_TO if last else FROM, **words)
    return say(UNTIL if last else WHOLE, **words)
