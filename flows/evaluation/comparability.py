"""Whether answers of two moments compare: what changed between the versions of their sheet."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from flows.evaluation.measures import counts_at_all
from flows.kinds import KINDS
from flows.record import ExportedAnswer, ExportedRecord, Status
from flows.sheet import MEASUREMENTS, Question, Sheet, choice_key

WORDING = ("label", "hint", "guidance_hint")
CHOICES = ("choice_added", "choice_removed", "choice_label")
ABOUT_INDICATOR = ("unit", "definition")
LIMITS = ("constraint", "warning", "total")
LOGIC = ("indicator", "type", "relevant", "choice_filter", "calculation")
WHOLE = ("question_added", "question_removed")

KINDS_OF_CHANGE = (*WORDING, *CHOICES, *ABOUT_INDICATOR, *LIMITS, *LOGIC, *WHOLE)
"""All that is compared; `warning` is the soft limit."""

Sheets = Mapping[tuple[str, int], Sheet]
Different = tuple[str, str, str, str, str]
"""A kind of change, a choice, a language, and what it was and is."""


class Change(NamedTuple):
    """One thing that is different; `language` is "" for what all languages have in common."""

    question: str
    indicator: str
    kind: str
    choice: str
    language: str
    before: str
    after: str


def changes(before: Sheet, after: Sheet, question: str) -> Iterator[Change]:
    """Yield what changed of a question, in the languages in which both versions are complete.

    The other way round yields the same changes, with before and after exchanged.
    """
    old, new = before.by_name.get(question), after.by_name.get(question)
    kept = new or old
    if kept is None:
        return
    for kind, choice, language, was, now in _compared(before, after, old, new):
        if was != now:
            yield Change(question, kept.indicator, kind, choice, language, was, now)


def differ(versions: Iterable[Sheet], question: str) -> bool:
    """Whether anything about a question differs between any of these versions."""
    pairs = combinations(versions, 2)
    return any(next(changes(*pair, question), None) is not None for pair in pairs)


def _compared(
    before: Sheet, after: Sheet, old: Question | None, new: Question | None
) -> Iterator[Different]:
    spoken = [language for language in before.languages if language in after.languages]
    if old is None or new is None:
        for language in spoken:
            kind = WHOLE[0] if old is None else WHOLE[1]
            was, now = _text(before, old, "label", language), _text(after, new, "label", language)
            yield kind, "", language, was, now
        return
    for kind in (*LIMITS, *LOGIC):
        yield kind, "", "", getattr(old, kind), getattr(new, kind)
    for language in spoken:
        for kind in WORDING:
            was, now = _text(before, old, kind, language), _text(after, new, kind, language)
            yield kind, "", language, was, now
        for kind in ABOUT_INDICATOR:
            was, now = (
                sheet.text(language, f"indicators.{asked.indicator}.{kind}")
                for sheet, asked in ((before, old), (after, new))
            )
            yield kind, "", language, was, now
        yield from _choices(_labels(before, old, language), _labels(after, new, language), language)


def _text(sheet: Sheet, question: Question | None, column: str, language: str) -> str:
    return sheet.text(language, f"{sheet.name}.{question.name}.{column}") if question else ""


def _labels(sheet: Sheet, question: Question, language: str) -> dict[str, str]:
    return {
        item.name: sheet.text(language, choice_key(question, item.name))
        for item in question.choices
    }


def _choices(old: Mapping[str, str], new: Mapping[str, str], language: str) -> Iterator[Different]:
    added, removed, label = CHOICES
    for choice in {**old, **new}:
        kind = added if choice not in old else removed if choice not in new else label
        # A choice without a label is there all the same.
        was, now = (labels.get(choice, "") for labels in (old, new))
        if kind != label and was == now:
            was, now = (choice if choice in labels else "" for labels in (old, new))
        yield kind, choice, language, was, now


class Pair(NamedTuple):
    """Two moments of a project at which different versions of a sheet were used."""

    sheet: str
    moments: tuple[str, str]
    versions: tuple[int, int]


class Versions:
    """Which versions of its sheets the records of one project answered, and at which moment.

    Records that are half saved or set aside do not count, nor does what nobody answered.
    """

    def __init__(self, sheets: Sheets) -> None:
        self._sheets = sheets
        self._answered: dict[tuple[str, str], dict[int, set[str]]] = {}
        self._changed: dict[tuple[str, int, int], list[Change]] = {}
        self._known: dict[tuple[str, str, int], Mapping[str, bool]] = {}

    def add(self, about: ExportedRecord, answers: Sequence[ExportedAnswer]) -> None:
        """Note what a record answered, if it is one of a measurement."""
        if about.moment not in MEASUREMENTS or not counts_at_all(about):
            return
        versions = self._answered.setdefault((about.sheet, about.moment), {})
        versions.setdefault(about.sheet_version, set()).update(
            answer.question for answer in answers if answer.status is Status.ANSWERED
        )

    def pairs(self) -> Iterator[Pair]:
        """Yield where two moments used different versions, the earlier moment first."""
        for name in sorted({sheet for sheet, _ in self._answered}):
            for first, second in combinations(MEASUREMENTS, 2):
                for before in sorted(self._answered.get((name, first), ())):
                    for after in sorted(self._answered.get((name, second), ())):
                        if before != after:
                            yield Pair(name, (first, second), (before, after))

    def changes(self, pair: Pair) -> list[Change]:
        """Return what changed of the questions that were answered at both moments.

        One that only the later or the earlier version has is a change too, if it was answered.
        """
        name, (first, second), (before, after) = pair
        was = self._answered[name, first][before]
        now = self._answered[name, second][after]
        return [
            change for change in self._between(name, before, after) if _matters(change, was, now)
        ]

    def comparable(self, about: ExportedRecord) -> Mapping[str, bool]:
        """Return whether what a record says compares with the other moments, by indicator.

        An indicator that was answered at no other moment has nothing to compare with, and is not
        in it.
        """
        key = about.sheet, about.moment, about.sheet_version
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._comparable(*key)
        return found

    def _comparable(self, name: str, moment: str, version: int) -> dict[str, bool]:
        found: dict[str, bool] = {}
        own = self._answered.get((name, moment), {}).get(version, set())
        asked = self._sheets[name, version].by_name
        for other in MEASUREMENTS:
            for used, answered in self._answered.get((name, other), {}).items():
                if other == moment:
                    continue
                for question in own & answered & asked.keys():
                    found.setdefault(asked[question].indicator, True)
                for change in self._between(name, version, used) if used != version else ():
                    if _matters(change, own, answered):
                        found |= dict.fromkeys(_about(change), False)
        return found

    def _between(self, name: str, before: int, after: int) -> list[Change]:
        key = name, before, after
        if key not in self._changed:
            old, new = self._sheets[name, before], self._sheets[name, after]
            self._changed[key] = [
                change
                for question in _questions(old, new)
                for change in changes(old, new, question)
            ]
        return self._changed[key]


def _about(change: Change) -> tuple[str, ...]:
    """Return the indicators that a change is about: two where a question counts for another."""
    moved = (change.before, change.after) if change.kind == "indicator" else ()
    return (change.indicator, *moved)


def _matters(change: Change, was: Collection[str], now: Collection[str]) -> bool:
    """Whether a change is about what was answered; `was` and `now` are questions."""
    added, removed = WHOLE
    if change.kind == added:
        return change.question in now
    if change.kind == removed:
        return change.question in was
    return change.question in was and change.question in now


def _questions(old: Sheet, new: Sheet) -> list[str]:
    """Return the questions of two versions that are data, as the later one orders them."""
    asked = [*new.questions, *(item for item in old.questions if item.name not in new.by_name)]
    return [item.name for item in asked if KINDS[item.type].stored]
