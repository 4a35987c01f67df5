"""Whatever somebody gets wrong in a form is told with worksheet, row, column and remedy."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from openpyxl import Workbook

from flows.problems import PROBLEMS
from flows.sheet import Sheet
from flows.xlsform.problems import FORM_PROBLEMS, FormProblem
from flows.xlsform.reading import Wanted, read
from tests.workbooks import Rows, workbook

NAMED = Wanted(name="own_form", language="en")
COLUMNS = ("type", "name", "label")
AGE = ("integer", "age", "How old?")
YES_NO: Rows = [("list_name", "name", "label"), ("yn", "yes", "Yes"), ("yn", "no", "No")]


@dataclass(frozen=True)
class Faulty:
    """A form with one fault, which is told of this place with this code."""

    code: str
    worksheet: str
    row: int
    column: str
    survey: Rows = (COLUMNS, AGE)
    choices: Rows = field(default_factory=lambda: YES_NO)
    settings: Rows = ()
    others: tuple[tuple[str, Rows], ...] = ()
    change: Callable[[Workbook], object] | None = None
    wanted: Wanted = NAMED

    def content(self) -> bytes:
        sheets = {"survey": self.survey, "choices": self.choices, "settings": self.settings}
        return workbook(sheets | dict(self.others), self.change)


def asked(code: str, column: str, *row: object, **cells: object) -> Faulty:
    """Return a form whose third row has a fault."""
    header = (*COLUMNS, *cells)
    return Faulty(code, "survey", 3, column, (header, AGE, (*row, *cells.values())))


def said(code: str, text: str, column: str = "relevant", name: str = "other") -> Faulty:
    """Return a form with a fault in an expression."""
    more = {"constraint_message": "No."} if column == "constraint" else {}
    return asked(code, column, "integer", name, "Other?", **{column: text}, **more)


def listed(code: str, row: int, column: str, *rows: Sequence[object]) -> Faulty:
    """Return a form with a fault in its choices."""
    survey = (COLUMNS, ("select_one yn", "home", "Home?"))
    return Faulty(code, "choices", row, column, survey, [*YES_NO, *rows])


def setting(code: str, column: str, wanted: Wanted = NAMED, **cells: object) -> Faulty:
    """Return a form with a fault in its settings."""
    rows = [tuple(cells), tuple(cells.values())]
    return Faulty(code, "settings", 2, column, settings=rows, wanted=wanted)


def by_hand(
    code: str, row: int, column: str, change: Callable[[Workbook], object], sheet: str = "survey"
) -> Faulty:
    """Return a form to which somebody did something."""
    return Faulty(code, sheet, row, column, change=change)


def grouped(code: str, row: int, column: str, *rows: Sequence[object]) -> Faulty:
    """Return a form whose groups have a fault."""
    return Faulty(code, "survey", row, column, (COLUMNS, *rows))


def translated(code: str, row: int, column: str, *rows: Sequence[object]) -> Faulty:
    """Return a form whose languages have a fault."""
    return Faulty(code, "survey", row, column, rows, ())


def put(
    cell: str, value: str | bool | datetime, sheet: str = "survey"
) -> Callable[[Workbook], object]:
    def change(book: Workbook) -> None:
        book[sheet][cell] = value

    return change


def hide(book: Workbook) -> None:
    book["survey"].sheet_state = "hidden"


def hide_row(book: Workbook) -> None:
    book["survey"].row_dimensions[2].hidden = True


def hide_column(book: Workbook) -> None:
    book["survey"].column_dimensions["C"].hidden = True


def fill_far_below(book: Workbook) -> None:
    book["survey"]["A7000"] = "integer"


def fill_far_beside(book: Workbook) -> None:
    book["survey"]["ZZ2"] = "a note"


FAULTS: dict[str, Faulty] = {
    # Worksheets
    "no survey": Faulty(
        "worksheet_missing",
        "survey",
        0,
        "",
        others=(),
        change=lambda book: setattr(book["survey"], "title", "Survey questions"),
    ),
    "two surveys": Faulty(
        "worksheet_duplicate", "survey", 0, "", others=((" SURVEY ", (COLUMNS, AGE)),)
    ),
    "hidden worksheet": by_hand("worksheet_hidden", 0, "", hide),
    "external choices": Faulty(
        "worksheet_refused", "external_choices", 0, "", others=(("external_choices", YES_NO),)
    ),
    "empty survey": Faulty("worksheet_empty", "survey", 0, "", survey=()),
    "survey without questions": Faulty("survey_empty", "survey", 0, "", survey=(COLUMNS,)),
    "very long": by_hand("worksheet_long", 0, "", fill_far_below),
    "very wide": by_hand("worksheet_wide", 0, "", fill_far_beside),
    "merged": by_hand("merged", 3, "", lambda book: book["survey"].merge_cells("A3:B3")),
    "hidden row": by_hand("row_hidden", 2, "", hide_row),
    "hidden column": by_hand("column_hidden", 0, "label", hide_column),
    # Cells
    "formula": by_hand("cell_formula", 2, "label", put("C2", "=1+1")),
    "formula in the header": by_hand("cell_formula", 1, "C", put("C1", '="label"')),
    "error": by_hand("cell_error", 2, "label", put("C2", "#REF!")),
    "date": by_hand("cell_date", 2, "label", put("C2", datetime(2026, 1, 5))),  # noqa: DTZ001
    "boolean": by_hand("cell_boolean", 2, "name", put("B2", value=True)),
    "control character": by_hand("cell_unreadable", 2, "label", put("C2", "a_x0007_b")),
    "very long text": by_hand("cell_long", 2, "label", put("C2", "a" * 301)),
    "another answer in a text": by_hand(
        "cell_reference", 2, "label", put("C2", "Is ${age} right?")
    ),
    "no header": by_hand("header_missing", 2, "D", put("D2", "a note")),
    "header twice": Faulty(
        "header_duplicate", "survey", 1, "Label", ((*COLUMNS, "Label"), (*AGE, "Old?"))
    ),
    "relevant and relevance": Faulty(
        "header_duplicate", "survey", 1, "relevance", ((*COLUMNS, "relevant", "relevance"), AGE)
    ),
    "unknown column": Faulty(
        "column_unknown", "survey", 1, "relevent", ((*COLUMNS, "relevent"), (*AGE, "1 = 1"))
    ),
    "media": asked(
        "column_refused", "media::image", "integer", "other", "?", **{"media::image": "a.png"}
    ),
    "parameters": asked(
        "column_refused", "parameters", "integer", "other", "?", parameters="start=1"
    ),
    "bind": asked(
        "column_refused", "bind::relevant", "integer", "other", "?", **{"bind::relevant": "1=1"}
    ),
    "no column of types": Faulty(
        "column_missing", "survey", 1, "type", (("name", "label"), AGE[1:])
    ),
    "no type": asked("column_missing", "type", None, "other", "Other?"),
    "no name": asked("column_missing", "name", "integer", None, "Other?"),
    "column on the wrong type": asked(
        "column_not_here", "calculation", "integer", "other", "?", calculation="1"
    ),
    "appearance": asked(
        "column_not_here", "appearance", "text", "other", "?", appearance="signature"
    ),
    "appearance of a date": asked(
        "value_unknown", "appearance", "date", "other", "?", appearance="year"
    ),
    # Languages
    "language unknown": translated(
        "language_unknown", 1, "label::Klingonees", ("type", "name", "label::Klingonees"), AGE
    ),
    "no language": Faulty("language_missing", "survey", 1, "label", wanted=Wanted(name="own_form")),
    "language not offered": translated(
        "language_not_offered", 1, "", ("type", "name", "label::Suomi (fi)"), AGE
    ),
    "label in one language": translated(
        "translation_missing",
        3,
        "label::nl",
        ("type", "name", "label::en", "label::nl"),
        (*AGE, "Hoe oud?"),
        ("integer", "other", "Other?", None),
    ),
    "hint in one language": translated(
        "translation_missing",
        2,
        "",
        ("type", "name", "label::en", "label::nl", "hint::nl"),
        (*AGE, "Hoe oud?", "Jaren"),
    ),
    "default language": Faulty(
        "language_not_here",
        "settings",
        2,
        "default_language",
        (("type", "name", "label::en"), AGE),
        YES_NO[:1],
        (("default_language",), ("fr",)),
    ),
    # Settings
    "two rows": Faulty("settings_rows", "settings", 3, "", settings=(("version",), (1,), (2,))),
    "no form_id": Faulty(
        "form_id_missing",
        "settings",
        2,
        "",
        settings=(("version",), (1,)),
        wanted=Wanted(language="en"),
    ),
    "form_id": setting("name_invalid", "form_id", Wanted(language="en"), form_id="Wonen & co"),
    "a sheet of the handbook": setting(
        "sheet_taken", "form_id", Wanted(language="en"), form_id="participant"
    ),
    "version": setting("version_wrong", "version", version="v2"),
    "level": setting("value_unknown", "level", level="person"),
    "setting unknown": Faulty(
        "column_unknown", "settings", 1, "levle", settings=(("levle",), ("project",))
    ),
    "setting refused": setting(
        "column_refused", "submission_url", submission_url="https://example.org"
    ),
    "observed_on": setting("observed_on_wrong", "observed_on", observed_on="age"),
    # Types and names
    "unknown type": asked("type_unknown", "type", "intger", "other", "?"),
    "capitals in a type": asked("type_case", "type", "Select_One yn", "other", "?"),
    "geopoint": asked("type_refused", "type", "geopoint", "other", "?"),
    "photo": asked("type_refused", "type", "image", "other", "?"),
    "voice": asked("type_refused", "type", "audio", "other", "?"),
    "barcode": asked("type_refused", "type", "barcode", "other", "?"),
    "device": asked("type_refused", "type", "deviceid", "other", "?"),
    "repeat": asked("type_refused", "type", "begin repeat", "other", "?"),
    "choices in a file": asked("type_refused", "type", "select_one_from_file a.csv", "other", "?"),
    "or_other": asked("or_other", "type", "select_one yn or_other", "other", "?"),
    "no list": asked("list_missing", "type", "select_one", "other", "?"),
    "unknown list": asked("list_unknown", "type", "select_one yesno", "other", "?"),
    "reserved list": asked("list_reserved", "type", "select_one indicator", "other", "?"),
    "areas": asked("list_of_areas", "type", "select_multiple area", "other", "?"),
    "name with a space": asked("name_invalid", "name", "integer", "first name", "?"),
    "number as a name": asked("name_invalid", "name", "integer", 12.0, "?"),
    "long name": asked("name_invalid", "name", "integer", "a" * 25, "?"),
    "name twice": asked("name_duplicate", "name", "integer", "age", "?"),
    "name in capitals": asked("name_alike", "name", "integer", "Age", "?"),
    "no label": asked("label_missing", "label", "integer", "other", None),
    "no calculation": asked("calculation_missing", "calculation", "calculate", "other", None),
    "required by a condition": asked(
        "required_expression", "required", "integer", "other", "?", required="${age} > 3"
    ),
    "neither yes nor no": asked(
        "yes_no_wrong", "read_only", "integer", "other", "?", read_only="perhaps"
    ),
    "read only without a default": asked(
        "read_only_empty", "read_only", "integer", "other", "?", read_only="yes"
    ),
    "default that is no number": asked(
        "default_wrong", "default", "integer", "other", "?", default="three"
    ),
    "default that is no choice": asked(
        "default_unknown", "default", "select_one yn", "other", "?", default="perhaps"
    ),
    "constraint without message": asked(
        "message_missing", "constraint", "integer", "other", "?", constraint=". > 3"
    ),
    "message without constraint": asked(
        "message_alone", "constraint_message", "integer", "other", "?", constraint_message="No."
    ),
    "moment": asked("moment_not_here", "moments", "integer", "other", "?", moments="continuous"),
    "quick": asked("number_wrong", "quick", "integer", "other", "?", quick="one 2"),
    "too many": Faulty(
        "questions_many",
        "survey",
        0,
        "",
        (COLUMNS, *(("note", f"n{number}", "Read.") for number in range(301))),
    ),
    # Groups
    "group open": grouped("group_open", 2, "name", ("begin group", "g", "G"), AGE),
    "group closed": grouped("group_closed", 3, "", AGE, ("end group", None, None)),
    "group in a group": grouped(
        "group_nested",
        3,
        "name",
        ("begin group", "g", "G"),
        ("begin group", "h", "H"),
        AGE,
        ("end group", None, None),
        ("end group", None, None),
    ),
    # Expressions
    "syntax": said("expression_syntax", "${age} >"),
    "unknown function": said("function_unknown", "agee(1) = 1"),
    "arguments": said("function_arguments", "selected(${age})"),
    "pattern": said("regex_invalid", "regex(., '(')", "constraint"),
    "slow pattern": said("regex_slow", "regex(., '(a+)+')", "constraint"),
    "many repeats": asked(
        "regex_slow",
        "constraint",
        "text",
        "other",
        "?",
        constraint="regex(., '.*.*.*.*b')",
        constraint_message="No.",
    ),
    "long answers": asked("text_long", "max_length", "text", "other", "?", max_length=2000),
    "bare word": said("name_not_reference", "age = 3"),
    "unknown name": said("reference_unknown", "${agee} = 3"),
    "itself": said("reference_self", "${other} > 3", "constraint"),
    "later": Faulty(
        "reference_later",
        "survey",
        2,
        "relevant",
        ((*COLUMNS, "relevant"), ("text", "a", "A?", "${age} > 3"), (*AGE, None)),
    ),
    "circle": Faulty(
        "reference_circular",
        "survey",
        2,
        "relevant",
        ((*COLUMNS, "relevant"), ("text", "a", "A?", "${age} > 3"), (*AGE, "${a} = 'b'")),
    ),
    "a group's answer": Faulty(
        "reference_group",
        "survey",
        4,
        "relevant",
        (
            (*COLUMNS, "relevant"),
            ("begin group", "g", None),
            ("end group", None, None),
            (*AGE, "${g} = 1"),
        ),
    ),
    "start": Faulty(
        "reference_never",
        "survey",
        3,
        "relevant",
        ((*COLUMNS, "relevant"), ("start", "begun", None), (*AGE, "${begun} != ''")),
    ),
    "condition of a group": Faulty(
        "reference_later",
        "survey",
        2,
        "relevant",
        (
            (*COLUMNS, "relevant"),
            ("begin group", "g", "G", "${age} > 3"),
            AGE,
            ("end group", None, None),
        ),
    ),
    "function of a group": Faulty(
        "function_unknown",
        "survey",
        3,
        "relevant",
        (
            (*COLUMNS, "relevant"),
            AGE,
            ("begin group", "g", "G", "agee(1)"),
            ("note", "n", "N"),
            ("end group", None, None),
        ),
    ),
    "dot": said("dot_not_here", ". > 3"),
    "pulldata": said("expression_refused", "pulldata('a', 'b', 'c', 'd') = 1"),
    "once": asked(
        "expression_refused", "calculation", "calculate", "other", None, calculation="once(${age})"
    ),
    "jr:choice-name": said("expression_refused", "jr:choice-name(${age}, '${age}') = 'a'"),
    "path": said("expression_refused", "/data/age = 3"),
    "date as text": said("date_as_text", "today() > '2026-01-01'"),
    "answer as a condition": said("condition_bare", "${age}"),
    "answer among conditions": said("condition_bare", "${age} > 3 and not(${age})"),
    "answer beside a truth": said("condition_bare", "${age} = true()"),
    "answer in an if": said("condition_bare", "if((${age}), 1, 0) = 1"),
    "answer of an if": said("condition_bare", "if(${age} > 3, ${age}, 0)"),
    "day in a text": said("day_as_text", "contains(today(), '2026')"),
    "day beside a text": said("day_as_text", "today() = concat('2026', '-01-01')"),
    "day that is worked out": asked(
        "day_as_text", "calculation", "calculate", "other", None, calculation="today()"
    ),
    "day or nothing": asked(
        "day_as_text",
        *("calculation", "calculate", "other", None),
        calculation="if(${age} > 3, today(), '')",
    ),
    "day as the default of a text": asked(
        "day_as_text", "default", "text", "other", "?", default="today()"
    ),
    "truth that is kept": asked(
        "truth_kept", "calculation", "calculate", "other", None, calculation="${age} > 3"
    ),
    "many brackets": said("expression_deep", f"{'(' * 60}1{')' * 60} = ${{age}}"),
    "day that is not always asked": asked(
        "day_conditional", "relevant", "date", "observed_on", "?", relevant="${age} > 3"
    ),
    "default that is no day": asked(
        "default_wrong", "default", "date", "other", "?", default="2026-02-30"
    ),
    # Indicators
    "code of the handbook": asked(
        "code_wrong", "indicator", "integer", "other", "?", indicator="DN09"
    ),
    "code in small letters": asked(
        "code_wrong", "indicator", "integer", "other", "?", indicator="xhome"
    ),
    "indicator of a note": asked(
        "column_not_here", "indicator", "note", "other", "?", indicator="XHOME"
    ),
    "one indicator, two units": Faulty(
        "indicator_differs",
        "survey",
        3,
        "unit",
        (
            (*COLUMNS, "indicator", "unit"),
            (*AGE, "XAGE", "years"),
            ("integer", "other", "?", "XAGE", "months"),
        ),
    ),
    "kind": asked("value_unknown", "kind", "integer", "other", "?", kind="result"),
    # Choices
    "no list name": listed("column_missing", 4, "list_name", (None, "maybe", "Maybe")),
    "no choice name": listed("column_missing", 4, "name", ("yn", None, "Maybe")),
    "no choice label": listed("column_missing", 4, "label", ("yn", "maybe", None)),
    "choice name": listed("choice_invalid", 4, "name", ("yn", "May be", "Maybe")),
    "choice twice": listed("choice_duplicate", 4, "name", ("yn", "no", "Not at all")),
    "label twice": listed("label_duplicate", 4, "label", ("yn", "nope", "No")),
    "reserved list name": listed("list_reserved", 4, "list_name", ("area", "park", "Park")),
    "list name": listed("name_invalid", 4, "list_name", ("Yes No", "park", "Park")),
    "boolean as a choice": listed("cell_boolean", 4, "name", ("yn", True, "True")),
    "column that nothing reads": Faulty(
        "column_unread",
        "choices",
        2,
        "colour",
        choices=(("list_name", "name", "label", "colour"), ("yn", "yes", "Yes", "green")),
    ),
    "picture of a choice": Faulty(
        "column_refused",
        "choices",
        2,
        "image",
        choices=(("list_name", "name", "label", "image"), ("yn", "yes", "Yes", "a.png")),
    ),
    "no column of names": Faulty(
        "column_missing", "choices", 1, "name", choices=(("list_name", "label"), ("yn", "Yes"))
    ),
}


def refused(content: bytes, wanted: Wanted = NAMED) -> tuple[FormProblem, ...]:
    found = read(content, wanted)
    assert isinstance(found, tuple), "taken"
    return found


@pytest.mark.parametrize("faulty", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_where_it_stands(faulty: Faulty) -> None:
    found = refused(faulty.content(), faulty.wanted)
    place = (faulty.code, faulty.worksheet, faulty.row, faulty.column)
    assert place in [item[:4] for item in found], "\n".join(map(str, found))
    assert len(found) == 1, "\n".join(map(str, found))


@pytest.mark.parametrize("code", FORM_PROBLEMS)
def test_every_fault_of_a_form_says_what_to_do(code: str) -> None:
    assert ". " in FORM_PROBLEMS[code].replace("{near}", "")


def test_a_code_means_one_thing_in_a_form_and_in_the_handbook() -> None:
    shared = FORM_PROBLEMS.keys() & PROBLEMS.keys()
    assert shared == {
        "file_empty",
        "column_unknown",
        "column_missing",
        "name_invalid",
        "name_duplicate",
        "list_missing",
        "list_unknown",
        "group_open",
        "group_closed",
        "group_nested",
    }


def test_all_faults_are_told_together_in_the_order_of_the_form() -> None:
    found = refused(
        workbook(
            {
                "choices": [*YES_NO, ("yn", "May be", "No")],
                "survey": [
                    COLUMNS,
                    ("Integer", "Age", None),
                    ("geopoint", "place", "Where?"),
                    ("select_one yn", "home", "=1+1"),
                ],
                "settings": [("version", "level"), ("one", "person")],
            }
        )
    )
    assert [(item.code, item.worksheet, item.row) for item in found] == [
        ("version_wrong", "settings", 2),
        ("value_unknown", "settings", 2),
        ("type_case", "survey", 2),
        ("label_missing", "survey", 2),
        ("name_invalid", "survey", 2),
        ("type_refused", "survey", 3),
        ("cell_formula", "survey", 4),
        ("choice_invalid", "choices", 4),
        ("label_duplicate", "choices", 4),
    ]


def test_a_problem_says_its_place_and_its_remedy() -> None:
    (problem,) = refused(FAULTS["capitals in a type"].content())
    assert str(problem) == (
        "survey row 3, column type: types are written in small letters. Write 'select_one yn'."
    )


def test_a_name_that_is_not_allowed_gets_one_that_is() -> None:
    (problem,) = refused(FAULTS["name with a space"].content())
    assert "'first_name'" in problem.message


def test_texts_that_grow_by_doubling_are_refused_before_they_are_worked_out() -> None:
    rows = [
        ("calculate", f"c{n}", None, f"concat(${{c{n - 1}}}, ${{c{n - 1}}})") for n in range(1, 30)
    ]
    found = refused(
        workbook({"survey": [(*COLUMNS, "calculation"), ("text", "c0", "?", None), *rows]})
    )
    assert {item.code for item in found} == {"calculation_grows"}


@pytest.mark.parametrize(
    "pattern",
    ["[A-Z]{2}[0-9]{4}", "\\d+(\\.\\d+)?", "[a-z]+@[a-z]+", "(\\d{2} ){4}\\d{2}", "a|b", "[(+*)]+"],
)
def test_a_pattern_that_ends_soon_is_taken(pattern: str) -> None:
    row = ("text", "code", "?", f"regex(., '{pattern}')", "No.")
    header = (*COLUMNS, "constraint", "constraint_message")
    assert isinstance(read(workbook({"survey": [header, row]}), NAMED), Sheet)


@pytest.mark.parametrize(
    "pattern", ["(a*)*", "(a|aa)+", "(a+){10}", "((a)+b?)*", "(.*,){9}x", "(a{1,9})+"]
)
def test_a_pattern_that_may_never_end_is_refused(pattern: str) -> None:
    row = ("text", "code", "?", f"regex(., '{pattern}')", "No.")
    header = (*COLUMNS, "constraint", "constraint_message")
    found = refused(workbook({"survey": [header, row]}))
    assert [item.code for item in found] == ["regex_slow"]
