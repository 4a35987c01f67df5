"""The data dictionary of REDCap: which fields there are, and what they are called."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from flows.exports.dataset import Dataset
from flows.exports.format import safe
from flows.exports.missing_codes import CODES
from flows.exports.names import named
from flows.exports.variables import Variable, area_labels, joined, variables_of
from flows.sheet import AREAS, Sheet

HEADER = (
    *("Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label"),
    *("Choices, Calculations, OR Slider Labels", "Field Note"),
    "Text Validation Type OR Show Slider Number",
    *("Text Validation Min", "Text Validation Max", "Identifier?"),
    *("Branching Logic (Show field only if...)", "Required Field?", "Custom Alignment"),
    *("Question Number (surveys only)", "Matrix Group Name", "Matrix Ranking?"),
    "Field Annotation",
)
LONGEST = 26
"""What REDCap advises, so that other programs take the names too."""

ABOUT = {
    "record": "Record",
    "revision": "Revision of the record",
    "sheet_version": "Version of the sheet",
    "review": "What a coordinator said of it",
    "provenance": "How it came",
    "submitted_at": "When it was saved (UTC)",
    "record_remark": "Remark",
}
TYPES = {"choice": "radio", "switch": "checkbox", "date": "text", "number": "text", "text": "notes"}
VALIDATED = {"integer": "integer", "counts": "integer", "decimal": "number", "date": "date_ymd"}
WHOLE = ("revision", "sheet_version")
RESERVED = frozenset({"record_id", "redcap_event_name", "redcap_data_access_group"})
Place = tuple[str, str, str, str]
"""A sheet, a question, a category that has a field of its own, and the kind of its values."""


@dataclass
class Form:
    """The fields of one sheet by name; those of a checkbox are one field."""

    sheet: Sheet
    fields: dict[str, list[Variable]] = field(default_factory=dict)


class Forms:
    """All fields and the columns that they have in the data."""

    def __init__(self, data: Dataset) -> None:
        self.forms: dict[str, Form] = {}
        self.about: dict[str, dict[str, str]] = {}
        self.of_value: dict[tuple[str, str, str, str], str] = {}
        self._of_question: dict[tuple[str, str], list[str]] = {}
        self._boxes: set[str] = set()
        self.columns: list[str] = []
        newest = dict(sorted(data.sheets.items()))
        sheets = {name: sheet for (name, _), sheet in newest.items()}
        variables = {name: variables_of(data, name) for name in sheets}
        keys = _keys(variables)
        taken = set(keys.values())
        # What every form has comes last, so that no question loses its name to it.
        of_form = {
            (name, about): f"{name}.{about}"
            if f"{name}.{about}" not in taken
            else f"{name}..{about}"
            for name in sheets
            for about in ABOUT
        }
        names = named([*keys.values(), *of_form.values()], LONGEST, RESERVED)
        for name, sheet in sheets.items():
            self.forms[name] = Form(sheet)
            self.about[name] = {about: names[of_form[name, about]] for about in ABOUT}
            self.columns += self.about[name].values()
            for variable in variables[name]:
                self._place(name, variable, names[keys[_place_of(name, variable)]])
            self.columns.append(f"{name}_complete")
        self.columns = list(dict.fromkeys(self.columns))

    def missing(self, sheet: str, question: str, number: int) -> list[tuple[str, bool]]:
        """Return where it stands that a question has no value, and whether that is a checkbox."""
        return [
            (_box(name, str(number)), True) if name in self._boxes else (name, False)
            for name in self._of_question.get((sheet, question), [])
        ]

    def _place(self, sheet: str, variable: Variable, name: str) -> None:
        is_box = variable.kind == "switch"
        column = _box(name, variable.category) if is_box else name
        self.forms[sheet].fields.setdefault(name, []).append(variable)
        self.of_value[sheet, *variable.key] = column
        of_question = self._of_question.setdefault((sheet, variable.question.name), [])
        if name not in of_question:
            of_question.append(name)
        self.columns.append(column)
        if is_box and name not in self._boxes:
            self._boxes.add(name)
            self.columns += [_box(name, str(code.number)) for code in CODES.values()]


def dictionary(data: Dataset, forms: Forms) -> Iterator[list[str]]:
    """Return the rows of the dictionary, form by form; the first field names the record."""
    first = next(iter(forms.forms), "")
    yield _row(["record_id", first, "", "text", "Record ID"])
    for name, form in forms.forms.items():
        for about, column in forms.about[name].items():
            check = "integer" if about in WHOLE else ""
            yield _row([column, name, "", "text", ABOUT[about], "", "", check])
        section = ""
        for column, variables in form.fields.items():
            asked = variables[0].question
            header = "" if asked.section == section else _section(data, variables[0])
            section = asked.section
            yield _field(data, name, column, variables, header)


def _field(
    data: Dataset, form: str, column: str, variables: list[Variable], header: str
) -> list[str]:
    variable = variables[0]
    question = variable.question
    labels = [*variable.labels]
    if variable.kind == "switch":
        labels = _texts(data, variable.sheet, f"{variable.sheet.name}.{question.name}.label")
    hint = _texts(data, variable.sheet, f"{variable.sheet.name}.{question.name}.hint")
    notes = [question.indicator, f"asked if {question.relevant}" if question.relevant else ""]
    return _row(
        [
            *(column, form, header, TYPES[variable.kind], joined(labels) or question.name),
            *(_choices(data, variables), joined(hint), VALIDATED.get(question.type, "")),
            *("", "", "", "", "y" if question.required and not question.relevant else ""),
            *("", "", "", "", "; ".join(note for note in notes if note)),
        ]
    )


def _choices(data: Dataset, variables: list[Variable]) -> str:
    variable = variables[0]
    if variable.question.list_name == AREAS and variable.kind == "text":
        # Each project has its own, so that there is no one list; the names are kept as a text.
        return ""
    if variable.kind == "choice":
        pairs = [(choice.name, joined(choice.labels)) for choice in variable.choices]
    elif variable.kind == "switch":
        pairs = [(item.category, joined(_own(data, item))) for item in variables]
    else:
        return ""
    return " | ".join(f"{name}, {_one_line(label)}" for name, label in pairs)


def _own(data: Dataset, variable: Variable) -> list[str]:
    """Return the labels of a category, without what the question is called."""
    if variable.question.list_name == AREAS:
        return [area_labels(data.areas)[variable.category]]
    asked = _texts(data, variable.sheet, f"{variable.sheet.name}.{variable.question.name}.label")
    return [
        text.removeprefix(f"{start}: ") for text, start in zip(variable.labels, asked, strict=True)
    ]


def _one_line(label: str) -> str:
    """Return a label in which nothing divides choices."""
    return " ".join(label.replace("|", "/").split())


def _section(data: Dataset, variable: Variable) -> str:
    key = f"{variable.sheet.name}.{variable.question.section}.label"
    return joined(_texts(data, variable.sheet, key))


def _texts(data: Dataset, sheet: Sheet, key: str) -> list[str]:
    return [sheet.text(language, key) for language in data.languages]


def _row(cells: list[str]) -> list[str]:
    return [safe(cell) for cell in (*cells, *([""] * (len(HEADER) - len(cells))))]


def _keys(variables: dict[str, list[Variable]]) -> dict[Place, str]:
    """Return what each field is named after; a checkbox is one field for all its choices.

    What an older version asked otherwise has its kind in its name.
    """
    found: dict[Place, str] = {}
    for sheet, variable in ((name, item) for name, items in variables.items() for item in items):
        place = _place_of(sheet, variable)
        key = ".".join(filter(None, place[:3]))
        if place not in found:
            found[place] = f"{key}.{variable.kind}" if key in found.values() else key
    return found


def _place_of(sheet: str, variable: Variable) -> Place:
    category = "" if variable.kind == "switch" else variable.category
    return sheet, variable.question.name, category, variable.kind


def _box(name: str, code: str) -> str:
    return f"{name}___{code.lower().replace('-', '_')}"
