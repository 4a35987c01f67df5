"""What can be wrong with an XLSForm, told to its author with worksheet, row, column and remedy."""

from collections.abc import Iterable
from typing import NamedTuple

from flows.problems import PROBLEMS, Problem, worded

WORKSHEETS = ("settings", "survey", "choices")
"""The worksheets that are read, in the order in which their problems are told."""

MOST = 1000
"""So many faults are told at once."""

MOST_KEPT = 10_000
"""So many are kept to choose the first ones from."""

LONGEST = 400
"""So much of what was typed is repeated in a message."""

FORM_PROBLEMS: dict[str, str] = {
    # The file.
    "file_empty": "the file is empty. Save the workbook again.",
    "file_old": "this is an old Excel file (.xls). Save it as “Excel workbook (.xlsx)”.",
    "file_encrypted": "the workbook is protected with a password. Save it without one.",
    "file_ods": "this is an OpenDocument file (.ods). Save it as “Excel workbook (.xlsx)”.",
    "file_binary": "this is a binary workbook (.xlsb). Save it as “Excel workbook (.xlsx)”.",
    "file_strict": "this is a “Strict Open XML” workbook. Save it as plain “Excel workbook (.xlsx)”.",
    "file_not_xlsx": "this is no Excel workbook but {what}. Open it in a spreadsheet program and save it as “Excel workbook (.xlsx)”.",
    "file_damaged": "the workbook is damaged ({what}). Open it in a spreadsheet program and save it again.",
    "file_large": "the workbook is too large: {what}. Delete what belongs to no form: other worksheets, pictures, formatted empty rows.",
    "file_macros": "the workbook holds macros ({what}). Save it as “Excel workbook (.xlsx)”, without them.",
    "file_links": "the workbook holds links to other files or data ({what}). Break the links and save it again.",
    "file_objects": "the workbook holds embedded objects ({what}). Delete them and save it again.",
    # The worksheets.
    "worksheet_missing": "there is no worksheet {what!r}.{near} The questions stand in “survey”, one row each; name it so.",
    "worksheet_duplicate": "two worksheets are called {what!r}. Rename or delete one.",
    "worksheet_hidden": "this worksheet is hidden, so that nobody who looks at the form sees it. Show it, or delete it.",
    "worksheet_refused": "the worksheet {what!r} is not supported. {remedy}",
    "worksheet_empty": "this worksheet is empty. Its first row holds the names of the columns, for instance type, name, label.",
    "survey_empty": "there is no question here. Add one row for each question.",
    "worksheet_long": "there are more than {most} rows with something in them. Split the form, or delete what is below the table.",
    "worksheet_wide": "something stands to the right of column {most}. Delete what is beside the table.",
    "more": "there are {count} more faults. Correct these first.",
    "merged": "the cells {what} are merged. Unmerge them and fill in each one.",
    "row_hidden": "this row is hidden. Show it, or delete it.",
    "column_hidden": "this column is hidden. Show it, or delete it.",
    # The cells.
    "cell_formula": "here stands a formula, and formulas are never worked out. Type the value itself.",
    "cell_error": "here stands the error {what}. Type the value itself.",
    "cell_date": "the spreadsheet program made a date of this. Format the cell as text and type it again.",
    "cell_boolean": "the spreadsheet program made {what} of this. Format the cell as text and type it again.",
    "cell_unreadable": "here stands a control character. Delete the cell and type it again.",
    "cell_long": "this text has {count} characters; at most {most} fit here. Say it shorter.",
    "cell_reference": "a text that shows another answer ({what}) is not supported. Say it without.",
    "header_missing": "something stands here, but this column has no name in row 1. Name the column, or delete the cell.",
    "header_duplicate": "this is the second column {what!r}. Keep one.",
    "column_unknown": "the column {what!r} is not known.{near} Correct or remove it.",
    "column_unread": "no choice_filter reads the column {what!r}. Remove it, or name it in a choice_filter.",
    "column_refused": "the column {what!r} is not supported. {remedy}",
    "column_missing": "{what!r} is missing. Fill it in.",
    "language_unknown": "{what!r} is no language that is known. Write name and code, for instance “label::Nederlands (nl)”.",
    "language_missing": "nothing says in which language the texts are. Name it in the column default_language of the worksheet settings, for instance “Nederlands (nl)”, or in the columns: “label::Nederlands (nl)”.",
    "language_not_offered": "the texts are in {what} only, and the bot speaks {possible}. Add one of these.",
    "language_not_here": "{what!r} is the default_language, but no column is in it. Correct one of the two.",
    "translation_missing": "{what} is there in {other}, but not in {language}. Add the text in the column “{column}”.",
    # The settings.
    "settings_rows": "the settings take one row below the names. Delete this row.",
    "form_id_missing": "the form has no name. Write a form_id in the worksheet settings: small letters, digits and _.",
    "setting_refused": "the setting {what!r} is not supported. {remedy}",
    "sheet_taken": "{what!r} is the name of a sheet of the handbook. Choose another form_id.",
    "version_wrong": "the version must be a whole number of at least 1, not {what!r}. Write 1 and count on.",
    # The questions.
    "name_invalid": "the name {what!r} is not allowed. Use at most 24 small letters, digits and _, a letter first; for instance {proposal!r}.",
    "choice_invalid": "the name {what!r} is not allowed for a choice. Use at most 24 small letters, digits and _; for instance {proposal!r}.",
    "name_duplicate": "the name {what!r} is used twice (first in row {first}). Rename one.",
    "name_alike": "the names {what!r} and {other!r} (row {first}) differ by capitals only. Rename one.",
    "type_case": "types are written in small letters. Write {proposal!r}.",
    "type_refused": "the type {what!r} is not supported. {remedy}",
    "or_other": "“or_other” is not supported. Add the choice “other” to the list, and a question of type text with relevant = selected(${{…}}, 'other').",
    "list_missing": "{what!r} needs the name of a list of choices, for instance “{what} yes_no”. Add it.",
    "list_unknown": "there is no list {what!r} in the worksheet choices.{near} Correct the name, or add its choices there.",
    "list_reserved": "the list name {what!r} has a meaning of its own in Meetmoment. Call the list otherwise.",
    "group_open": "the group {what!r} is not closed. Add a row of type “end_group”.",
    "group_closed": "this end_group closes nothing. Remove it.",
    "group_nested": "the group {what!r} begins inside another one, and both have a label. Close that one first, or leave out one label.",
    "required_expression": "whether an answer is required is yes or no here, not {what!r}. Write one of the two, and use relevant for the rest.",
    "yes_no_wrong": "{what!r} is neither yes nor no. Write one of the two.",
    "day_conditional": "{what!r} is the day of the record, which every record has. Take it out of this condition, or name another date in the setting observed_on.",
    "default_wrong": "the default {what!r} is no {type}. Correct it ({example}).",
    "questions_many": "the form has {count} questions; a conversation takes at most {most}. Split the form.",
    # The expressions.
    "reference_self": "${{{what}}} is the question itself. Write a dot: .",
    "reference_later": "${{{what}}} is asked only later. Move that question up, or this one down.",
    "reference_circular": "{what} wait for each other, so none of them could be asked. Take one of these references out.",
    "reference_group": "${{{what}}} is a group and holds no answer. Name a question in it.",
    "reference_never": "${{{what}}} is not kept by Meetmoment. Take the reference out.",
    "expression_refused": "{what} is not supported. {remedy}",
    "date_as_text": "the date {what} stands here as a text, which compares with nothing. Write date({what}).",
    "condition_bare": "{what} alone is no condition here, because 0 and no answer would count as yes. Compare it with a value, for instance {what} != '' or {what} > 0.",
    "day_as_text": "{what} is a day, and stands where a text or a value of its own is meant. Subtract or compare days, or ask for it by a question of type date.",
    "truth_kept": "{what} is true or false, which is kept as a text here and as a number elsewhere. Write if({what}, 1, 0), and compare with 1.",
    "expression_deep": "more than {what} brackets are open at once. Work out parts of it in rows of type calculate.",
    "regex_slow": "the pattern {what} can take for ever on what is typed. Write it with fewer repeats (* + {{n,}}), and without a repeat inside a repeat.",
    "text_long": "a text may have {count} characters; at most {most} are taken, so that nobody writes about people. Lower max_length.",
    "calculation_grows": "this calculation can grow to more than {most} characters. Refer to each text once.",
    # The indicators.
    "code_wrong": "the indicator code {what!r} is not allowed. Write X and at most 11 capitals and digits, or empty the cell and a code is made.",
    "code_clash": "the questions {what!r} and {other!r} would get the same indicator code {code}. Write a code in the column “indicator”.",
    "indicator_differs": "the indicator {what!r} has another {column!r} in row {first}. Say it once, in the first row.",
}


class FormProblem(NamedTuple):
    """One fault: a code, where it stands (row 0 for a whole worksheet or file), and the remedy."""

    code: str
    worksheet: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        place = " ".join(filter(None, (self.worksheet, f"row {self.row}" if self.row else "")))
        column = f"column {self.column}" if self.column else ""
        place = ", ".join(filter(None, (place, column)))
        return f"{place}: {self.message}" if place else self.message


ABOUT = {
    "label_missing": "label",
    "calculation_missing": "calculation",
    "list_missing": "type",
    "observed_on_wrong": "observed_on",
    "label_duplicate": "label",
}
"""The column of a fault, where the row alone is known."""

MESSAGES = ("constraint", "constraint_message", "warning", "warning_message")

SAY_LESS = frozenset(
    {
        *("name_invalid", "yaml_duplicate", "expression_syntax", "function_arguments"),
        *(
            "value_unknown",
            "function_unknown",
            "name_not_reference",
            "reference_unknown",
            "regex_invalid",
        ),
    }
)
"""Faults that are told only where nothing else is wrong with the cell."""


def line(worksheet: str, row: int, column: int = 0) -> int:
    """Return a place as one number, as the lines of a handbook file are."""
    return (WORKSHEETS.index(worksheet) + 1) << 40 | row << 16 | column


def row_of(place: int) -> int:
    """Return the row of a place."""
    return place >> 16 & 0xFFFFFF


class Problems:
    """Collects the faults of a form, with what stands in row 1 of each column."""

    def __init__(self) -> None:
        self._found: dict[FormProblem, int] = {}
        self._places: set[int] = set()
        self._more = 0
        self._refused: set[tuple[int, str]] = set()
        self.headers: dict[tuple[str, int], str] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    def told(self) -> tuple[FormProblem, ...]:
        """Return every fault once, by worksheet, row and column; at most MOST of them."""
        found = sorted(self._found, key=lambda item: (self._found[item], item))
        if count := max(len(found) - MOST, 0) + self._more:
            message = worded(FORM_PROBLEMS["more"], (), {"count": count})
            return (*found[:MOST], FormProblem("more", "", 0, "", message))
        return tuple(found)

    def file(self, code: str, **fields: object) -> None:
        """Note a fault of the whole file."""
        self._found[FormProblem(code, "", 0, "", worded(FORM_PROBLEMS[code], (), fields))] = 0

    def worksheet(
        self, code: str, name: str, near: Iterable[str] = (), /, **fields: object
    ) -> None:
        """Note a fault of a whole worksheet, which need not be one of those that are read."""
        message = worded(FORM_PROBLEMS[code], near, fields)
        place = line(name, 0) if name in WORKSHEETS else 1
        self._found.setdefault(FormProblem(code, name, 0, "", message), place)

    def refuse(self, place: int, word: str) -> None:
        """Remember that a cell was refused, so that nobody is told that it is missing."""
        self._refused.add((place >> 16, word))

    def report(self, code: str, place: int, near: Iterable[str] = (), /, **fields: object) -> None:
        """Note a fault of a cell or a row."""
        about = str(fields["what"]) if code == "column_missing" else ABOUT.get(code, "")
        if self._is_refused(place, about or str(fields.get("what", ""))):
            return
        said = {name: _short(value) for name, value in fields.items()}
        message = worded(FORM_PROBLEMS.get(code) or PROBLEMS[code], near, said)
        self._add(code, place, about, message)

    def is_new(self, code: str, place: int) -> bool:
        """Whether a fault says something that no other one of its cell says better."""
        return code not in SAY_LESS or place not in self._places

    def take(self, problem: Problem) -> None:
        """Note what a rule of the handbook found, unless the cell has a fault that says more."""
        about = ABOUT.get(problem.code, "")
        lacking = MESSAGES if problem.code in ("message_missing", "message_alone") else (about,)
        if any(self._is_refused(problem.line, word) for word in lacking):
            return
        if self.is_new(problem.code, problem.line):
            self._add(problem.code, problem.line, about, problem.message)

    def _is_refused(self, place: int, word: str) -> bool:
        return (place >> 16, word.strip("'")) in self._refused

    def _add(self, code: str, place: int, about: str, message: str) -> None:
        worksheet = WORKSHEETS[(place >> 40) - 1] if place >> 40 else ""
        header = self.headers.get((worksheet, place & 0xFFFF), "")
        found = FormProblem(code, worksheet, row_of(place), about or header, message)
        if len(self._found) >= MOST_KEPT and found not in self._found:
            self._more += 1
            return
        self._found.setdefault(found, place)
        if row_of(place):
            self._places.add(place)


def _short(value: object) -> object:
    return f"{value[: LONGEST - 1]}…" if isinstance(value, str) and len(value) > LONGEST else value
