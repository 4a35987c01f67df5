import re
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from flows.codes import is_valid
from flows.expressions import FUNCTIONS
from flows.project import Project
from flows.sheet import Sheet
from flows.xlsform.names import RESERVED, Names, renamed
from flows.xlsform.portable import TRANSLATED, portable, with_columns
from flows.xlsform.writing import workbook
from tests.builders import handbook, real_interface, sheets_of
from tests.forms import PLACES, Table, read

NOBODY: Mapping[str, tuple[str, ...]] = {}
ASKED = "  - {type: integer, name: asked, indicator: T1, label: How many?, missing: []}\n"
"""The indicator of the tiny handbook has to be asked."""

Tables = Callable[..., dict[str, Table]]


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    """Write a tiny sheet with these questions after its date, and read the workbook."""

    def written(
        survey: str, choices: str = "", projects: tuple[Project, ...] = ()
    ) -> dict[str, Table]:
        sheet = sheets_of(tmp_path, survey + ASKED, choices)["tiny"]
        return read(workbook(sheet, real_interface(), projects))

    return written


def row(rows: Table, name: str) -> dict[str, str]:
    return next(item for item in rows if item.get("name") == name)


@pytest.fixture(scope="module")
def every() -> Mapping[str, dict[str, Table]]:
    """The workbooks of the whole handbook."""
    return {
        name: read(workbook(sheet, real_interface(), PLACES)) for name, sheet in handbook().items()
    }


@pytest.mark.parametrize("sheet", handbook().values(), ids=handbook())
def test_the_same_sheet_gives_the_same_bytes(sheet: Sheet) -> None:
    made = [workbook(sheet, real_interface(), PLACES) for _ in range(2)]
    assert made[0] == made[1]


def test_every_question_of_every_sheet_is_in_its_form(
    every: Mapping[str, dict[str, Table]],
) -> None:
    for name, sheet in handbook().items():
        named = {item.get("name") for item in every[name]["survey"]}
        assert set(sheet.by_name) <= named, name


def test_every_text_stands_in_all_languages(every: Mapping[str, dict[str, Table]]) -> None:
    for name, sheets in every.items():
        for rows in (sheets["survey"], sheets["choices"]):
            for item in rows:
                spoken = {title.split("::")[0] for title in item if "::" in title}
                for column in spoken:
                    languages = [title for title in item if title.startswith(f"{column}::")]
                    assert len(languages) == 4, (name, item)


def test_no_text_becomes_a_formula(tables: Tables) -> None:
    content = workbook(handbook()["contact"], real_interface(), PLACES)
    cells = [cell for sheet in load_workbook(BytesIO(content)) for line in sheet for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert "=1+1" in [cell.value for cell in cells]
    assert all(cell.value is None for cell in cells if cell.data_type == "n")
    survey = tables("  - type: note\n    name: hello\n    label: ='x'!A1\n")["survey"]
    assert row(survey, "hello")["label::English (en)"] == "='x'!A1"


def test_a_text_never_refers_to_an_answer(tables: Tables) -> None:
    survey = tables("  - type: note\n    name: hello\n    label: Give ${amount} away\n")["survey"]
    assert row(survey, "hello")["label::English (en)"] == "Give $ {amount} away"


def test_names_in_a_form_are_unique(every: Mapping[str, dict[str, Table]]) -> None:
    for name, sheets in every.items():
        names = [item["name"].lower() for item in sheets["survey"] if "name" in item]
        assert len(set(names)) == len(names), name


def test_names_that_every_form_has_are_renamed_wherever_they_are_read(tables: Tables) -> None:
    survey = tables(
        "  - {type: integer, name: meta, label: How many?}\n"
        "  - {type: note, name: project, label: Many, relevant: '${meta} > 3'}\n"
    )["survey"]
    assert row(survey, "meta_2")["type"] == "integer"
    assert row(survey, "project")["relevant"] == "${meta_2} > 3"
    assert row(survey, "project_2")["label::English (en)"] == "Which project?"


def test_renaming_makes_no_other_clash() -> None:
    assert renamed(["meta", "meta_2"]) == {"meta": "meta_3"}
    assert Names(["Age"]).fresh("age") == "age_2"
    assert Names([]).fresh("data") not in RESERVED


def test_a_collected_form_says_what_it_is_about(every: Mapping[str, dict[str, Table]]) -> None:
    participant, contact = every["participant"], every["contact"]
    assert row(participant["survey"], "moment")["type"] == "select_one moment"
    assert row(contact["survey"], "moment")["calculation"] == "'continuous'"
    told = participant["settings"][0]["instance_name"]
    assert told == "concat(${project}, ' ', ${moment}, ' ', ${subject}, ' ', ${observed_on})"


def test_the_pattern_of_a_code_lets_every_code_in_and_no_name(
    every: Mapping[str, dict[str, Table]],
) -> None:
    constraint = row(every["participant"]["survey"], "subject")["constraint"]
    pattern = constraint.removeprefix("regex(., '").removesuffix("')")
    assert is_valid("K7-N")
    assert [bool(re.fullmatch(pattern, text)) for text in ("K7-N", "k7n", "P3H-7")] == [True] * 3
    assert [bool(re.fullmatch(pattern, text)) for text in ("Jan", "K7 N", "", "K0-N")] == [
        False
    ] * 4


def test_a_project_and_its_areas_can_be_chosen(every: Mapping[str, dict[str, Table]]) -> None:
    contact = every["contact"]
    area = row(contact["survey"], "area")
    assert area["choice_filter"] == "(project = ${project}) or meetmoment = 'missing'"
    offered = [
        (item.get("project"), item["name"])
        for item in contact["choices"]
        if item["list_name"] == "area"
    ]
    assert offered == [
        ("kompas", "station"),
        ("kompas", "park"),
        ("opstap", "station"),
        (None, "not_applicable"),
    ]
    assert contact["settings"][0]["allow_choice_duplicates"] == "yes"


def test_without_projects_a_project_and_an_area_are_typed() -> None:
    survey = read(workbook(handbook()["contact"], real_interface()))["survey"]
    assert [row(survey, name)["type"] for name in ("project", "area")] == ["text", "text"]
    assert row(survey, "area_missing")["relevant"] == "${area} = ''"


def test_a_missing_answer_to_a_choice_is_a_further_choice_that_stands_alone(tables: Tables) -> None:
    form = tables(
        "  - {type: select_multiple thing, name: things, label: What?, missing: [refused]}\n",
        "thing:\n  - {name: a, label: A}\n  - {name: none, label: None, exclusive: yes}\n",
    )
    assert [item["name"] for item in form["choices"]] == ["a", "none", "refused"]
    things = row(form["survey"], "things")
    assert things["required"] == "yes"
    assert things["constraint"] == (
        "count-selected(.) <= 1 or not(selected(., 'none') or selected(., 'refused'))"
    )


def test_a_reason_never_takes_the_name_of_a_choice(tables: Tables) -> None:
    form = tables(
        "  - {type: select_one thing, name: what, label: What?, missing: [refused]}\n",
        "thing:\n  - {name: refused, label: Said no}\n",
    )
    assert [item["name"] for item in form["choices"]] == ["refused", "refused_2"]


def test_a_list_is_two_lists_where_only_some_questions_may_stay_without_answer(
    tables: Tables,
) -> None:
    form = tables(
        "  - {type: select_one thing, name: one, label: What?, missing: []}\n"
        "  - {type: select_one thing, name: two, label: What?, missing: [dont_know]}\n",
        "thing:\n  - {name: a, label: A}\n",
    )
    types = [row(form["survey"], name)["type"] for name in ("one", "two")]
    assert types == ["select_one thing", "select_one thing_or_missing"]


def test_a_number_without_answer_needs_a_reason(tables: Tables) -> None:
    survey = tables(
        "  - {type: integer, name: met, label: How many?, missing: [dont_know],"
        " relevant: '${day} > 5'}\n"
    )["survey"]
    met, why = row(survey, "met"), row(survey, "met_missing")
    assert (met["required"], met["required_or_missing"], why["required"]) == ("no", "yes", "yes")
    assert why["relevant"] == "(${day} > 5) and (${met} = '')"


def test_a_missing_choice_counts_as_no_answer_in_expressions(tables: Tables) -> None:
    survey = tables(
        "  - {type: select_multiple thing, name: some, label: What?, missing: [refused]}\n"
        "  - {type: calculate, name: many, label: Many, calculation: 'count-selected(${some})'}\n"
        "  - {type: note, name: one, label: Only a, relevant: \"selected(${some}, 'a')\"}\n",
        "thing:\n  - {name: a, label: A}\n",
    )["survey"]
    said = "if(selected(${some}, 'refused'), '', ${some})"
    assert row(survey, "many")["calculation"] == f"count-selected({said})"
    assert row(survey, "one")["relevant"] == "selected(${some}, 'a')"


def test_counts_are_a_group_of_numbers_whose_sum_has_the_name_of_the_question(
    tables: Tables,
) -> None:
    survey = tables(
        "  - {type: counts thing, name: many, label: How many?, total: '3', missing: []}\n",
        "thing:\n  - {name: a, label: A}\n  - {name: b, label: B}\n",
    )["survey"]
    names = [item.get("name", item["type"]) for item in survey]
    start = names.index("many_counts")
    assert names[start : start + 8] == [
        *("many_counts", "many_note", "many_a", "many_b", "many", "many_total", "many_sum"),
        "end_group",
    ]
    assert row(survey, "many")["meetmoment"] == "counts thing"
    wrong = row(survey, "many_sum")
    assert wrong["relevant"].endswith("number(${many}) != number(${many_total})")
    assert (wrong["required"], wrong["constraint"]) == ("yes", "false()")


def test_a_soft_limit_is_a_note(tables: Tables) -> None:
    survey = tables(
        "  - {type: integer, name: met, label: How many?, warning: '. <= 50',"
        " warning_message: 'That is a lot.', missing: []}\n"
    )["survey"]
    note = row(survey, "met_warning")
    assert note["type"] == "note"
    assert note["label::English (en)"] == "That is a lot. Is that right?"
    assert note["relevant"] == "(${met} != '') and (not(${met} <= 50))"


def test_what_is_asked_at_some_moments_only_is_there_only_then(
    every: Mapping[str, dict[str, Table]],
) -> None:
    survey = every["participant"]["survey"]
    assert row(survey, "at_final")["relevant"] == "${moment} = 'final'"
    names = [item.get("name", item["type"]) for item in survey]
    after = names[names.index("at_final") :]
    assert after.index("exit_month") < after.index("end_group")


def test_what_xlsform_lacks_stands_in_columns_of_its_own(
    every: Mapping[str, dict[str, Table]],
) -> None:
    ladder = row(every["participant"]["survey"], "ladder")
    words = ("indicator", "level", "registrar", "cmo", "moments", "missing")
    assert [ladder[word] for word in words] == [
        *("DN08", "participant", "practitioner", "M2", "baseline interim final"),
        "dont_know refused not_applicable",
    ]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("floor(${a} div 2)", "(int(${a} div 2) - if((${a} div 2) < int(${a} div 2), 1, 0))"),
        ("substring(${a}, 2)", "substr(${a}, max(0, round(2) - 1))"),
        ("regex(., 'a|b')", "regex(., '^(?:a|b)$')"),
        ("regex(., '^a$')", "regex(., '^a$')"),
        ("concat('floor(', ${a})", "concat('floor(', ${a})"),
        ("1 + 2", "1 + 2"),
    ],
)
def test_what_odk_says_otherwise_is_translated_and_the_rest_stays(ours: str, theirs: str) -> None:
    assert portable(ours, {}, NOBODY) == theirs


def test_only_functions_that_exist_are_translated() -> None:
    assert set(TRANSLATED) <= set(FUNCTIONS)


def test_a_filter_speaks_of_one_choice_where_there_is_no_list() -> None:
    said = with_columns("selected(${a}, name) and name != 'x'", {"name": "'police'"})
    assert said == "selected(${a}, 'police') and 'police' != 'x'"
