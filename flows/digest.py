"""The overview that comes by itself: all projects of one person in one message.

People are their codes, in the order of these; nothing in it ranks them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flows.access import ACCESS, MESSAGE
from flows.local import show_day
from flows.missing import Missing, counts, group_title, groups, whose_line, worst_first
from flows.overview import NOTED, Overview, Whose, responsible
from flows.pictures.labels import shortened
from flows.sending import LastingButton, Notification
from flows.sheet import Sheet
from flows.texts import Say
from flows.tokens import lasting
from flows.wishes import DIGESTS

MOST_LETTERS = 4000
"""Telegram takes 4096: core.telegram.org/bots/api#sendmessage."""

MOST_LINES = 6
"""So many kinds of what is missing are told of one project."""

MOST_BUTTONS, MOST_OF_A_PROJECT = 6, 3
LABEL = 32
FEW = 3
AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads an overview, and how often; `since` is the day of the one before."""

    person: str
    roles: tuple[str, ...]
    rhythm: str
    since: date
    today: date


def digest(
    say: Say, reader: Reader, overviews: Iterable[Overview], sheets: Mapping[str, Sheet]
) -> Notification | None:
    """Return how projects stand, the worst first; None where there is nothing to say."""
    told = sorted((item for item in overviews if _is_worth_telling(item, reader)), key=worst_first)
    if not told:
        return None
    blocks = [_block(say, reader, item, sheets) for item in told]
    head = say(
        "How your projects stand on {day}", day=show_day(reader.today, say.language, reader.today)
    )
    text = _fitting(say, head, blocks, _why(say, reader, told))
    return Notification(text, len(told), _buttons(say, reader, told, sheets))


def _is_worth_telling(of: Overview, reader: Reader) -> bool:
    """Whether something is to be done, or has happened; that all is in needs no message."""
    return bool(
        of.missing
        or _closed(of, reader)
        or not of.changes.is_empty
        or of.unreachable
        or of.held_back
        or _ahead(of, reader)
    )


def _closed(of: Overview, reader: Reader) -> int:
    """Return how much was closed without being registered since the overview before."""
    return sum(due.state == "locked" and due.occasion.locked_from > reader.since for due in of.dues)


def _ahead(of: Overview, reader: Reader) -> list[tuple[str, date]]:
    """Return what funders expect soon, the first that is due first."""
    last = reader.today + AHEAD
    return sorted(
        (item for item in of.reports if reader.today <= item[1] <= last), key=lambda item: item[1]
    )


def _block(say: Say, reader: Reader, of: Overview, sheets: Mapping[str, Sheet]) -> tuple[str, str]:
    """Return one project in one line, and as a whole."""
    short = say("{label}: {value}", label=of.standing.project.name, value=counts(say, of))
    lines = (*_missing(say, of, sheets), *_happened(say, reader, of, sheets), *_people(say, of))
    return short, "\n".join([short, *lines, *_dates(say, reader, of)])


def _missing(say: Say, of: Overview, sheets: Mapping[str, Sheet]) -> Iterator[str]:
    found = groups(of)
    for item in found[:MOST_LINES]:
        late = sum(due.state == "late" for due in item.dues)
        missing = say.plural("{count} to do", "{count} to do", len(item.dues) - late)
        overdue = say.plural("{count} late", "{count} late", late)
        both = [missing] * (len(item.dues) > late) + [overdue] * (late > 0)
        yield "• " + say(
            "{title}: {counts} ({people})",
            title=group_title(say, item.occasion, sheets[item.occasion.sheet]),
            counts=", ".join(both),
            people=whose_line(say, item.whose),
        )
    if rest := sum(len(item.dues) for item in found[MOST_LINES:]):
        yield "• " + say.plural("and {count} more", "and {count} more", rest)


def _happened(say: Say, reader: Reader, of: Overview, sheets: Mapping[str, Sheet]) -> Iterator[str]:
    changes = of.changes
    joined, left = changes.joined, changes.left
    parts = [
        joined and say.plural("{count} new participant", "{count} new participants", joined),
        left and say.plural("{count} participant left", "{count} participants left", left),
        *(
            f"{sheets[name].text(say.language, f'{name}.title')} {changes.noted[name]}"
            for name in NOTED
            if changes.noted.get(name) and name in sheets
        ),
    ]
    if told := ", ".join(part for part in parts if part):
        since = show_day(reader.since, say.language, reader.today)
        yield say("Since {day}: {told}", day=since, told=told)
    if changes.questioned:
        yield say.plural(
            "{count} registration was questioned or sent back, and nobody took it up yet",
            "{count} registrations were questioned or sent back, and nobody took them up yet",
            changes.questioned,
        )


def _people(say: Say, of: Overview) -> Iterator[str]:
    if of.unreachable:
        yield say(
            "Cannot be reached: {people}", people=whose_line(say, Whose(tuple(of.unreachable)))
        )
    if of.held_back:
        yield say.plural(
            "{count} colleague had {most} reminders in seven days and gets no more for now",
            "{count} colleagues had {most} reminders in seven days and get no more for now",
            of.held_back,
            most=of.standing.project.plan.most_messages,
        )


def _dates(say: Say, reader: Reader, of: Overview) -> Iterator[str]:
    for funder, day in _ahead(of, reader):
        when = show_day(day, say.language, reader.today)
        yield say("Report to {funder}: {day}", funder=funder, day=when)


def _why(say: Say, reader: Reader, told: Sequence[Overview]) -> str:
    """Return why this came, and how to change that."""
    names = sorted(of.standing.project.name for of in told)
    what = ", ".join(names)
    if len(names) > FEW:
        what = say("{count} projects", count=len(names))
    return say(
        "You coordinate {projects} and get this {how_often}. Change it with /reminders.",
        projects=what,
        how_often=say(DIGESTS[reader.rhythm]),
    )


def _fitting(say: Say, head: str, blocks: Sequence[tuple[str, str]], why: str) -> str:
    """Return a text that a message has room for: the last projects in one line, or only counted.

    That something is left out has its room before it is known whether it is needed.
    """
    left_out = say.plural("and {count} more project", "and {count} more projects", len(blocks))
    cut = say("Not everything fits here; /overview has the rest.")
    # Each line break is one letter, and there are two around every project.
    room = MOST_LETTERS - sum(_letters(part) + 2 for part in (head, left_out, cut, why))
    shown: list[str] = []
    for short, _ in blocks:
        if (used := _letters(short) + 2) > room:
            break
        room -= used
        shown.append(short)
    whole = 0
    for number, (short, full) in enumerate(blocks[: len(shown)]):
        if (more := _letters(full) - _letters(short)) > room:
            break
        room -= more
        shown[number], whole = full, number + 1
    if rest := len(blocks) - len(shown):
        shown.append(say.plural("and {count} more project", "and {count} more projects", rest))
    told = [*shown[:whole], *filter(None, ["\n".join(shown[whole:])])]
    return "\n\n".join([head, *told, *([cut] if whole < len(blocks) else []), why])


def _letters(text: str) -> int:
    """Return how long a text is for Telegram, which counts what is rare as two."""
    return len(text.encode("utf-16-le")) // 2


def _buttons(
    say: Say, reader: Reader, told: Sequence[Overview], sheets: Mapping[str, Sheet]
) -> tuple[tuple[LastingButton, ...], ...]:
    """Return the buttons that do something about it, one to a row."""
    rows = [(LastingButton(say("Open the list"), lasting(reader.person, "overview")),)]
    if ACCESS[MESSAGE, "remind"].isdisjoint(reader.roles):
        return tuple(rows)
    for of in told:
        name = f"{of.standing.project.name}, " if len(told) > 1 else ""
        useful = [item for item in groups(of) if _can_remind(of, item, reader)]
        for item in useful[:MOST_OF_A_PROJECT]:
            title = name + group_title(say, item.occasion, sheets[item.occasion.sheet])
            label = say("Remind now: {what}", what=shortened(title, LABEL))
            rows.append((LastingButton(label, lasting(reader.person, f"remind:{item.mark}")),))
    return tuple(rows[:MOST_BUTTONS])


def _can_remind(of: Overview, item: Missing, reader: Reader) -> bool:
    """Whether somebody else can be reached who is to register some of it."""
    return any(
        member.is_reachable and member.has_chat and member.person != reader.person
        for due in item.dues
        for member in responsible(of.standing, of.crew, due.occasion)
    )
