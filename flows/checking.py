"""Checks what a handbook means, once it could be read: names, expressions, indicators."""

from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path

from flows.columns import CHOICE_WORDS, EXPRESSIONS, NAME, SELECTS
from flows.crosswalks import CROSSWALKS
from flows.expressions import FUNCTIONS, faults, tokens
from flows.loading import HANDBOOK, Handbook, Reader, is_sheet
from flows.problems import HandbookProblems, problem
from flows.sheet import AREAS, INDICATOR_LISTS, Question, Sheet

SUMMED = ("interim", "final")


def load(folder: Path = HANDBOOK) -> Handbook:
    """Read a handbook that is fit for use; raises HandbookProblems with everything that is not."""
    handbook = check(folder)
    if handbook.problems:
        raise HandbookProblems(handbook.problems)
    return handbook


def check(path: Path) -> Handbook:
    """Read a folder of sheets, or one sheet of a folder, and collect every fault."""
    if not path.exists():
        return Handbook(path, problems=[problem("file_missing", path, 0, what=str(path))])
    folder = path if path.is_dir() else path.parent
    whole = path.is_dir() or not is_sheet(path)
    found = sorted(item for item in folder.glob("*.yaml") if is_sheet(item))
    if whole and not found:
        return Handbook(folder, problems=[problem("folder_empty", folder, 0)])
    handbook = Reader(folder).read(found if whole else [path])
    for sheet in handbook.sheets.values():
        for rule in RULES:
            rule(handbook, sheet)
    if whole:
        _everything_asked(handbook)
        _every_column_used(handbook)
        _every_match_known(handbook)
    handbook.problems.sort(key=lambda item: (str(item.file), item.line))
    return handbook


def _report(
    handbook: Handbook, key: str, code: str, near: Iterable[str] = (), **fields: object
) -> None:
    while key and key not in handbook.lines:
        key = key.rpartition(".")[0]
    path, line = handbook.lines.get(key, (handbook.folder, 0))
    handbook.problems.append(problem(code, path, line, near, **fields))


def _names(handbook: Handbook, sheet: Sheet) -> None:
    names = [item.name for item in sheet.sections] + [item.name for item in sheet.questions]
    for name in names:
        if not NAME.fullmatch(name):
            _report(handbook, f"{sheet.name}.{name}", "name_invalid", what=name)


def _texts(handbook: Handbook, sheet: Sheet) -> None:
    for question in sheet.questions:
        key = f"{sheet.name}.{question.name}"
        if not question.label and question.type != "calculate":
            _report(handbook, key, "label_missing", what=question.name)
        for column in ("constraint", "warning"):
            rule, message = getattr(question, column), getattr(question, f"{column}_message")
            if rule and not message:
                _report(
                    handbook,
                    f"{key}.{column}",
                    "message_missing",
                    what=question.name,
                    column=column,
                )
            if message and not rule:
                _report(
                    handbook,
                    f"{key}.{column}_message",
                    "message_alone",
                    what=question.name,
                    column=column,
                )


def _values(handbook: Handbook, sheet: Sheet) -> None:
    for question in sheet.questions:
        key = f"{sheet.name}.{question.name}"
        if question.type == "calculate" and not question.calculation:
            _report(handbook, key, "calculation_missing", what=question.name)
        if question.read_only and not question.default:
            _report(handbook, f"{key}.read_only", "read_only_empty", what=question.name)
        if (
            question.default
            and question.type in SELECTS
            and question.list_name != AREAS
            and not _is_expression(question)
        ):
            names = {choice.name for choice in question.choices}
            for name in question.default.split():
                if name not in names:
                    _report(
                        handbook,
                        f"{key}.default",
                        "default_unknown",
                        what=name,
                        list=question.list_name,
                    )
    dated = sheet.by_name.get(sheet.observed_on)
    if dated is None or dated.type != "date":
        _report(handbook, sheet.name, "observed_on_wrong", what=sheet.observed_on)


def _moments(handbook: Handbook, sheet: Sheet) -> None:
    for question in sheet.questions:
        for moment in question.moments:
            if moment not in sheet.moments:
                key = f"{sheet.name}.{question.name}.moments"
                _report(handbook, key, "moment_not_here", what=question.name, moment=moment)


def _expressions(handbook: Handbook, sheet: Sheet) -> None:
    known: list[str] = []
    for question in sheet.questions:
        for column in EXPRESSIONS:
            expression = getattr(question, column)
            if not expression or (column == "default" and not _is_expression(question)):
                continue
            dot = column in ("constraint", "warning")
            columns = {"name", *chain.from_iterable(choice.columns for choice in question.choices)}
            for code, what in faults(
                expression, known, dot=dot, columns=columns if column == "choice_filter" else ()
            ):
                near: Iterable[str] = FUNCTIONS if code == "function_unknown" else known
                key = f"{sheet.name}.{question.name}.{column}"
                _report(handbook, key, code, near, what=what, possible=", ".join(sorted(FUNCTIONS)))
        known.append(question.name)


def _is_expression(question: Question) -> bool:
    return "(" in question.default or "${" in question.default


def _every_column_used(handbook: Handbook) -> None:
    """Report a choice's column that no choice_filter reads: most likely a word misspelt."""
    questions = [item for sheet in handbook.sheets.values() for item in sheet.questions]
    read = {
        (question.list_name, token.text)
        for question in questions
        for token in tokens(question.choice_filter)
        if token.kind == "name"
    }
    lists = {question.list_name: question.choices for question in questions}
    for name, choices in lists.items():
        for choice in choices if name not in INDICATOR_LISTS else ():
            for column in choice.columns:
                if (name, column) not in read:
                    key = f"choices.{name}.{choice.name}.label"
                    _report(handbook, key, "column_unknown", CHOICE_WORDS, what=column)


def _every_match_known(handbook: Handbook) -> None:
    known = handbook.indicators
    for code in handbook.crosswalks.matches:
        if code not in known:
            _report(handbook, f"{CROSSWALKS}.{code}", "indicator_unknown", known, what=code)


def _everything_asked(handbook: Handbook) -> None:
    for code, indicator in handbook.indicators.items():
        for source in indicator.derived_from:
            if source not in handbook.indicators:
                known = handbook.indicators
                _report(handbook, f"indicators.{code}", "indicator_unknown", known, what=source)
        if indicator.derived_from and not indicator.registrar:
            continue
        asked = {
            moment
            for sheet in handbook.sheets.values()
            for question in sheet.questions
            if question.indicator == code
            for moment in sheet.moments
            if moment in (question.moments or indicator.moments)
        }
        if not asked:
            _report(handbook, f"indicators.{code}", "indicator_unasked", what=code)
            continue
        for moment in indicator.moments:
            # What is registered all the time is summed up at the interim and the final.
            summed = "continuous" in asked and moment in SUMMED
            if moment not in asked and not summed:
                _report(handbook, f"indicators.{code}", "moment_unasked", what=code, moment=moment)


RULES: tuple[Callable[[Handbook, Sheet], None], ...] = (
    _names,
    _texts,
    _values,
    _moments,
    _expressions,
)
