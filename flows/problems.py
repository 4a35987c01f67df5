"""What can be wrong with a handbook or a translation, told to its author.

Errors: HandbookProblems (start-up refuses; holds every problem that was found).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

PROBLEMS: dict[str, str] = {
    "file_missing": "{what} is not there. Give the path of a folder with sheets, a .yaml or a .po file.",
    "file_unreadable": "the file cannot be read: {what}. Check its name and rights.",
    "file_not_utf8": "the file is not UTF-8 text. Save it as UTF-8.",
    "file_empty": "the file is empty. Write the sheet, or delete the file.",
    "folder_empty": "there is no sheet here. A folder of sheets holds indicators.yaml, choices.yaml and one .yaml for each sheet.",
    "yaml_syntax": "this is not YAML: {what}. Check indentation, quotes and colons here or on the line before.",
    "yaml_alias": "anchors and aliases (& and *) are not used here. Write the text out.",
    "yaml_nesting": "the file is nested too deeply. A sheet needs four levels at most.",
    "yaml_documents": "a second document begins here (---). Keep one sheet in a file.",
    "yaml_duplicate": "{what!r} stands here a second time. Keep one of the two.",
    "value_shape": "{what!r} must be {wanted}. Write it like the other sheets do.",
    "column_unknown": "the word {what!r} is not known here.{near} Correct or remove it.",
    "column_missing": "{what!r} is missing. Add it.",
    "value_unknown": "{what!r} is not possible for {column!r}.{near} Use one of: {possible}.",
    "number_wrong": "{column!r} must be a whole number of at least {least}, not {what!r}. Correct it.",
    "name_invalid": "the name {what!r} is not allowed. Use at most 24 small letters, digits and _, a letter first.",
    "code_invalid": "the indicator code {what!r} is not allowed. Use at most 12 capitals and digits, a capital first.",
    "name_duplicate": "the name {what!r} is used twice in this sheet (first on line {first}). Rename one.",
    "name_of_file": "the sheet is called {what!r} but its file {file!r}. Make them the same.",
    "type_unknown": "the question type {what!r} is not known.{near} Use one of: {possible}.",
    "list_missing": "{what!r} needs the name of a list of choices, for instance “{what} yes_no”. Add it.",
    "list_not_here": "{what!r} takes no list of choices. Remove {list!r}.",
    "list_unknown": "there is no list {what!r} in choices.yaml.{near} Correct the name or add the list.",
    "list_of_areas": "the list “area” holds each project's own areas and works with select_one only, not with {what!r}. Use another list.",
    "list_empty": "the list {what!r} has no choices. Add some.",
    "choice_duplicate": "the choice {what!r} stands twice in the list {list!r}. Rename one.",
    "label_duplicate": "two choices of the list {list!r} are both called {what!r}. A worker could not tell them apart; reword one.",
    "label_missing": "the question {what!r} has no label. Add what the worker reads.",
    "indicator_unknown": "there is no indicator {what!r} in indicators.yaml.{near} Correct the code or add it.",
    "indicator_unasked": "the indicator {what!r} is asked by no question. Ask it in a sheet, or remove it.",
    "moment_unasked": "the indicator {what!r} is registered at {moment}, but no sheet asks it then. Ask it, or take the moment out.",
    "moment_not_here": "{what!r} is asked at {moment}, which is no moment of this sheet. Correct one of the two.",
    "group_open": "the group {what!r} is not closed. Add a row “type: end_group”.",
    "group_closed": "this end_group closes nothing. Remove it.",
    "group_nested": "the group {what!r} begins inside another one. Close that one first.",
    "column_not_here": "{column!r} has no meaning for the type {what!r}. Remove it.",
    "calculation_missing": "the calculation {what!r} has no “calculation”. Add it.",
    "read_only_empty": "{what!r} is read_only but has no default, so it would always be empty. Add one.",
    "message_missing": "{what!r} has a {column} but no {column}_message. Say what is accepted.",
    "message_alone": "{what!r} has a {column}_message but no {column}. Add the {column}, or remove the message.",
    "observed_on_wrong": "observed_on must name a date question of this sheet, not {what!r}. Correct it.",
    "default_unknown": "the default {what!r} is not a choice of the list {list!r}. Correct it.",
    "expression_syntax": "this expression cannot be read near {what!r}. Check brackets, quotes and operators (and or = != < <= > >= + - * div mod).",
    "function_unknown": "the function {what}() is not supported.{near} Use one of: {possible}.",
    "function_arguments": "{what}. Give it the right number of arguments.",
    "regex_invalid": "the pattern of regex() is not valid: {what}. Correct it.",
    "name_not_reference": "{what!r} stands here as a bare word. Write a question as ${{{what}}} and a text in quotes.",
    "reference_unknown": "${{{what}}} is no earlier question of this sheet.{near} Correct the name, or move the question up.",
    "dot_not_here": "a . stands for the answer under test, only in a constraint or warning (near {what!r}). Write ${{name}}.",
    "po_syntax": "this is not a PO file: {what}. Correct the line, or take the file from your last version.",
    "po_language": "the folder {what!r} is no language code. Call it like nl, fr or de.",
    "po_missing": "{what} is not translated. Translate it, or run “make translations” when the entry is not there.",
    "po_begun": "nothing is translated yet, so this language is not on offer. Translate the {count} texts.",
    "po_outdated": "{what} is translated from an older text. Run “make translations” and check the translation.",
    "po_fuzzy": "{what} is marked fuzzy. Check the translation and remove the mark.",
    "po_placeholder": "{what}: the fields {wanted} must stand in the translation, and it has {found}. Correct the translation.",
    "po_plural": "{what}: a plural form is empty. Fill in each form.",
    "template_outdated": "the template is not up to date: {what}. Run “make translations”.",
}


MOST_NEAR = 300
"""Among so many words the one is looked for that may have been meant."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: a code, where it stands (line 0 for the whole file), and what it is about."""

    code: str
    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.message} [{self.code}]"


class HandbookProblems(Exception):
    """The handbook or a translation cannot be used as it is."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def problem(
    code: str, file: Path, line: int, near: Iterable[str] = (), /, **fields: object
) -> Problem:
    """Build a problem; `near` are the words that may have been meant."""
    return Problem(code, file, line, worded(PROBLEMS[code], near, fields))


def worded(text: str, near: Iterable[str], fields: Mapping[str, object]) -> str:
    """Fill in what a problem is about; {near} becomes the word of `near` that was meant."""
    if "{near}" not in text:
        return text.format(**fields)
    close = get_close_matches(str(fields.get("what", "")), list(near)[:MOST_NEAR], n=1, cutoff=0.6)
    meant = f" Did you mean {close[0]!r}?" if close else ""
    return text.format(**{"near": meant, **fields})
