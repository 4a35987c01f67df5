"""An order for an export: what may be in it, and how people read it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from flows.access import verbs
from flows.exports import ABOUT_SHEETS, FORMATS
from flows.local import language_name, show_date
from flows.questionnaire import MOMENT_NAMES
from flows.record import STATUSES, Status
from flows.sheet import Sheet
from flows.states.wording import STATUS_NAMES, shortened
from flows.texts import Interface, Say, marked

Wanted = Mapping[str, Sequence[str]]
"""The format, the languages, and what narrows it, in the words of flows.exports.filter."""

Choices = Mapping[str, Mapping[str, str]]
"""What there is to choose from, by part of an order: labels by the words of the filter."""

PARTS = {
    "project": marked("Projects"),
    "moment": marked("Moments"),
    "period": marked("Period"),
    "status": marked("Answers"),
    "version": marked("Versions"),
    "language": marked("Labels"),
}
"""What can be chosen of an export, and what that is called."""

PERIOD = ("from", "until")
"""What a period is in an order."""

SINGLE_VALUES = "long"
WITHHOLDING = ("outcome", "process")
"""The tables of people by what they are like, without small numbers."""

ANSWERS = {Status.ANSWERED: marked("Answered"), **STATUS_NAMES}
MOST_LANGUAGES = 2
SHOWN_OF_DIGEST = 12

PROBLEMS: Mapping[str, str] = {
    "role": marked("Your file was not made: it is not part of your role any more."),
    "reach": marked("Your file was not made: you do not work for that project any more."),
    "nothing": marked("There is no file, because nothing that is registered fits your choice."),
    "large": marked(
        "Your file is too large for this chat. Choose one project or one year; or ask whoever runs"
        " Meetmoment, who can make it with “meetmoment export”."
    ),
    "failed": marked("Your file could not be made. Try it once more, perhaps with less in it."),
    "refused": marked(
        "Telegram did not take your file. Try it once more, perhaps with less in it."
    ),
}
"""Why there is no file, for whoever asked for it."""


def allowed(roles: Sequence[str]) -> list[str]:
    """Return the formats that people with these roles may have, in their order."""
    found = verbs("export", tuple(roles))
    return [name for name in FORMATS if name in found]


def possible(name: str, roles: Sequence[str]) -> list[str]:
    """Return the parts that people with these roles can choose of a format.

    Of the tables in which small numbers are withheld, two that differ by a day would tell what was
    registered on it: only those choose there who may have the single values anyway.
    """
    if name in ABOUT_SHEETS:
        return ["language"]
    if name in WITHHOLDING and SINGLE_VALUES not in allowed(roles):
        return ["project", "language"]
    return list(PARTS)


def is_possible(name: str, wanted: Collection[str], roles: Sequence[str]) -> bool:
    """Whether an order names only what people with these roles can choose of a format."""
    parts = {"period" if part in PERIOD else part for part in wanted}
    return parts <= {"format", "language", *possible(name, roles)}


def choices(
    interface: Interface,
    language: str,
    projects: Mapping[str, str],
    sheets: Mapping[tuple[str, int], Sheet],
) -> Choices:
    """Return what there is to choose from; `projects` are names by id.

    Versions are those of sheets that have several.
    """
    say = interface.say(language)
    versions = Counter(name for name, _ in sheets)
    return {
        "project": projects,
        "moment": {name: say(label) for name, label in MOMENT_NAMES.items()},
        "status": {name: say(ANSWERS[status]) for name, status in STATUSES.items()},
        "version": {
            f"{name}:{version}": f"{sheet.text(language, f'{name}.title')} {version}"
            for (name, version), sheet in sorted(sheets.items())
            if versions[name] > 1
        },
        "language": {name: language_name(name) for name in interface.languages},
    }


def told(say: Say, wanted: Wanted, known: Choices, parts: Collection[str]) -> list[str]:
    """Return what an order says of some of its parts, a line each."""
    return [
        say("{label}: {value}", label=say(PARTS[part]), value=_value(say, wanted, known, part))
        for part in parts
    ]


def caption(say: Say, wanted: Wanted, known: Choices, rows: int, digest: str) -> str:
    """Return what stands below the file: what it is, what of it, and how to recognise it."""
    narrowed = [part for part in PARTS if part != "language" and _is_chosen(wanted, part)]
    (name,) = wanted["format"]
    lines = [
        say(FORMATS[name].title),
        *told(say, wanted, known, [*narrowed, "language"]),
        say.plural("{count} row", "{count} rows", rows),
    ]
    if digest:
        lines.append(f"SHA-256: {digest[:SHOWN_OF_DIGEST]}…")
    return "\n".join(lines)


def _is_chosen(wanted: Wanted, part: str) -> bool:
    return any(wanted.get(name) for name in (PERIOD if part == "period" else (part,)))


def _value(say: Say, wanted: Wanted, known: Choices, part: str) -> str:
    if part == "period":
        days = [wanted[name][0] for name in PERIOD if wanted.get(name)]
        shown = [show_date(date.fromisoformat(day), say.language) for day in days]
        return " – ".join(shown) or say("the whole time")
    names = [known[part].get(name, name) for name in wanted.get(part, ())]
    return shortened(", ".join(names)) if names else say("all")
