"""Judges what a form means, beside the rules of the handbook: what XLSForm would have allowed."""

import re
from collections.abc import Mapping
from datetime import date

from flows.columns import EXPRESSIONS
from flows.expressions import FUNCTIONS, OPERATORS, Token, faults, references, tokens
from flows.local import fold
from flows.sheet import Question, Sheet
from flows.xlsform.languages import Texts
from flows.xlsform.problems import Problems, line, row_of
from flows.xlsform.survey import Survey
from flows.xlsform.values import doubts, kinds_of
from flows.xlsform.words import CALLS, OPERANDS

MOST_QUESTIONS = 300
MOST_CHARACTERS = 100_000
MOST_TYPED = 300
MOST_STEPS = 10**8
SHORT = 40
DEFAULTS = {
    "integer": (r"-?\d{1,12}", "for instance 3"),
    "decimal": (r"-?\d{1,12}(\.\d{1,6})?", "for instance 3.5"),
    "date": (r"\d{4}-\d\d-\d\d", "for instance 2026-03-02, or today()"),
}

_DATE = re.compile(r"""["']\d{4}-\d\d-\d\d["']""")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\.")
_REPEATED = re.compile(r"[*+]|\{\d*,\d*\}|\{\d+\}")
Places = Mapping[str, int]
"""Where each text and row of the sheet stands, by its key."""


def judge(sheet: Sheet, survey: Survey, texts: Texts, places: Places, problems: Problems) -> None:
    """Note what the rules of the handbook do not know of."""
    longest = _longest(sheet)
    judging = Judging(sheet, survey, longest, problems)
    for condition, place, asked in survey.conditions:
        judging.condition(condition, place, asked)
    for question in sheet.questions:
        for column in EXPRESSIONS:
            place = places.get(f"{sheet.name}.{question.name}.{column}", 0)
            if place and _is_expression(column, getattr(question, column)):
                judging.expression(getattr(question, column), place, question)
                judging.doubts(column, place, question)
        _default(question, places.get(f"{sheet.name}.{question.name}.default", 0), problems)
    for name, length in longest.items():
        key = f"{sheet.name}.{name}"
        if sheet.by_name[name].type == "text" and length > MOST_TYPED:
            place = places.get(f"{key}.max_length", places[key])
            problems.report("text_long", place, count=length, most=MOST_TYPED)
        elif length > MOST_CHARACTERS:
            place = places.get(f"{key}.calculation", places[key])
            problems.report("calculation_grows", place, most=MOST_CHARACTERS)
    if len(sheet.questions) > MOST_QUESTIONS:
        count = len(sheet.questions)
        problems.report("questions_many", line("survey", 0), count=count, most=MOST_QUESTIONS)
    _labels(sheet, texts, places, problems)


class Judging:
    """Judges the expressions of a sheet."""

    def __init__(
        self, sheet: Sheet, survey: Survey, longest: Mapping[str, int], problems: Problems
    ) -> None:
        self._sheet = sheet
        self._longest = longest
        self._survey = survey
        self._problems = problems
        self._kinds = kinds_of(sheet.questions)

    def expression(self, text: str, place: int, question: Question) -> None:
        """Note what a question's expression asks for that there is not."""
        before = self._sheet.positions[question.name]
        for name in dict.fromkeys(references(text)):
            self._reference(name, place, question, before)
        self._words(text, place, self._longest.get(question.name, SHORT))

    def doubts(self, column: str, place: int, question: Question) -> None:
        """Note what would be something else in ODK, but for what a group's condition has told."""
        text = getattr(question, column)
        if any(faults(text, self._sheet.by_name, dot=True, columns=_columns(question, column))):
            return
        groups = [said for said, *_ in self._survey.conditions if said in text]
        told = {
            found
            for said in groups
            if column == "relevant"
            for found in doubts(said, column, "", self._kinds)
        }
        for found in doubts(text, column, question.type, self._kinds):
            if found not in told:
                self._problems.report(found.code, place, what=found.what)

    def condition(self, text: str, place: int, asked: tuple[str, ...]) -> None:
        """Note what is wrong with the condition of a group, as the handbook's rules would."""
        for name in dict.fromkeys(references(text)):
            if name in self._sheet.by_name and name not in asked:
                self._problems.report("reference_later", place, what=name)
            else:
                self._known(name, place)
        self._words(text, place)
        for code, what in faults(text, [*asked, *self._sheet.by_name]):
            if self._problems.is_new(code, place):
                possible = ", ".join(sorted(FUNCTIONS))
                self._problems.report(code, place, FUNCTIONS, what=what, possible=possible)
        if not any(faults(text, [*asked, *self._sheet.by_name])):
            for found in doubts(text, "relevant", "", self._kinds):
                self._problems.report(found.code, place, what=found.what)

    def _reference(self, name: str, place: int, question: Question, before: int) -> None:
        at = self._sheet.positions.get(name)
        if at is None:
            self._known(name, place)
        elif at == before:
            self._problems.report("reference_self", place, what=name)
        elif at > before and (circle := self._circle(question.name, name)):
            what = " and ".join(f"${{{item}}}" for item in circle)
            self._problems.report("reference_circular", place, what=what)
        elif at > before:
            self._problems.report("reference_later", place, what=name)

    def _known(self, name: str, place: int) -> None:
        if name in self._survey.groups:
            self._problems.report("reference_group", place, what=name)
        elif name in self._survey.not_kept:
            self._problems.report("reference_never", place, what=name)
        elif name not in self._sheet.by_name:
            self._problems.report("reference_unknown", place, self._sheet.by_name, what=name)

    def _circle(self, name: str, other: str) -> tuple[str, ...]:
        """Return both where the other question waits for this one too, whatever the way."""
        seen, open_names = {other}, [other]
        while open_names:
            for found in self._sheet.reads.get(open_names.pop(), ()):
                if found == name:
                    return name, other
                if found not in seen:
                    seen.add(found)
                    open_names.append(found)
        return ()

    def _words(self, text: str, place: int, typed: int = 0) -> None:
        found = tokens(text)
        length = typed + sum(self._longest.get(name, SHORT) for name in references(text))
        for index, token in enumerate(found):
            if remedy := _remedy(found, index, token):
                what = f"{token.text}()" if token.kind == "name" else repr(token.text)
                self._problems.report("expression_refused", place, what=what, remedy=remedy)
            elif token.kind == "name" and _is_unknown(found, index):
                possible = ", ".join(sorted(FUNCTIONS))
                self._problems.report(
                    "function_unknown", place, FUNCTIONS, what=token.text, possible=possible
                )
            elif token.kind == "literal" and _DATE.fullmatch(token.text):
                if not (index > 1 and found[index - 2].text == "date"):
                    self._problems.report("date_as_text", place, what=token.text)
            elif _is_pattern(found, index) and _is_slow(token.text, length):
                self._problems.report("regex_slow", place, what=token.text)


def _columns(question: Question, column: str) -> set[str]:
    """Return the words that stand in a choice_filter without ${}."""
    if column != "choice_filter":
        return set()
    return {"name", *(word for choice in question.choices for word in choice.columns)}


def _remedy(found: list[Token], index: int, token: Token) -> str:
    if token.kind == "other":
        return OPERANDS.get(token.text, "")
    called = token.kind == "name" and _is_called(found, index)
    return CALLS.get(token.text, "") if called else ""


def _is_called(found: list[Token], index: int) -> bool:
    return index + 1 < len(found) and found[index + 1].text == "("


def _is_unknown(found: list[Token], index: int) -> bool:
    name = found[index].text
    return _is_called(found, index) and name not in FUNCTIONS and name not in OPERATORS


def _is_pattern(found: list[Token], index: int) -> bool:
    """Whether a text stands behind a regex(, so that it may be the pattern that is run."""
    return found[index].kind == "literal" and any(token.text == "regex" for token in found[:index])


def _is_slow(pattern: str, length: int) -> bool:
    """Whether a pattern could take for ever on a text: a repeat inside a repeat, or many in a row.

    Python's regular expressions try every way, and what is typed may be made to have many.
    """
    plain = _CLASS.sub("a", pattern[1:-1])
    if length ** len(re.findall(r"[*+]|\{\d*,\d*\}", plain)) > MOST_STEPS:
        return True
    depth: list[bool] = []
    for index, sign in enumerate(plain):
        if sign == "(":
            depth.append(False)
        elif sign == ")" and depth:
            inner = depth.pop()
            repeated = _REPEATED.match(plain, index + 1)
            if inner and repeated and repeated[0] not in ("{0}", "{1}"):
                return True
            if depth and (inner or repeated):
                depth[-1] = True
        elif depth and (sign == "|" or re.match(r"[*+]|\{\d*,\d*\}", plain[index:])):
            depth[-1] = True
    return False


def _is_expression(column: str, text: str) -> bool:
    return bool(text) and (column != "default" or "(" in text or "${" in text)


def _default(question: Question, place: int, problems: Problems) -> None:
    if question.type in DEFAULTS and question.default and "(" not in question.default:
        pattern, example = DEFAULTS[question.type]
        fits = re.fullmatch(pattern, question.default, re.ASCII) and (
            question.type != "date" or _is_day(question.default)
        )
        if "${" not in question.default and not fits:
            problems.report(
                "default_wrong", place, what=question.default, type=question.type, example=example
            )


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _longest(sheet: Sheet) -> dict[str, int]:
    """Return how long the text of an answer can become at most, where that is not short."""
    longest: dict[str, int] = {}
    for question in sheet.questions:
        said = question.calculation or (question.default if question.read_only else "")
        if said:
            length = len(said) + sum(longest.get(name, SHORT) for name in references(said))
            longest[question.name] = min(length, MOST_CHARACTERS + 1)
        elif question.type == "text":
            longest[question.name] = question.max_length
        elif question.type == "select_multiple":
            longest[question.name] = sum(len(item.name) + 1 for item in question.choices)
    return longest


def _labels(sheet: Sheet, texts: Texts, places: Places, problems: Problems) -> None:
    """Report two choices of a list that are called alike in one of the other languages."""
    lists = {question.list_name: question.choices for question in sheet.questions}
    for language in texts.languages:
        if language == texts.written:
            continue
        for name, choices in lists.items():
            seen: set[str] = set()
            for choice in choices:
                key = f"choices.{name}.{choice.name}.label"
                label = fold(texts.spoken[language].get(key, "")) or choice.name
                if label in seen and row_of(places.get(key, 0)):
                    said = texts.spoken[language][key]
                    problems.report("label_duplicate", places[key], what=said, list=name)
                seen.add(label)
