"""A form that an organisation brings becomes a sheet, and runs as a conversation."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from flows import checking
from flows.expressions import FUNCTIONS
from flows.loading import Handbook
from flows.path import PathFinder
from flows.record import Answer, Status
from flows.sheet import OWN, Question, Sheet, restored
from flows.xlsform.naming import CODE
from flows.xlsform.reading import Wanted, read
from flows.xlsform.words import IGNORED, REFUSED_TYPES, SUPPORTED
from flows.xlsform.writing import workbook as exported
from tests.builders import TODAY, Worker, context, real_interface
from tests.workbooks import form, workbook

HOME = """
| survey |
| | type | name | label::Nederlands (nl) | label::Français (fr) | relevant | constraint | constraint_message::Nederlands (nl) | constraint_message::Français (fr) | required | calculation |
| | begin group | living | Wonen | Logement | | | | | | |
| | select_one yes_no | home | Heb je een thuis? | Tu as un chez-toi ? | | | | | yes | |
| | select_multiple needs | needs | Wat heb je nodig? | De quoi as-tu besoin ? | ${home} = 'no' | | | | yes | |
| | end group | | | | | | | | | |
| | integer | nights | Hoeveel nachten buiten? | Combien de nuits dehors ? | selected(${needs}, 'bed') | . >= 0 and . <= 31 | Van 0 tot 31. | De 0 à 31. | | |
| | calculate | weeks | | | | | | | | round(${nights} div 7, 1) |
| | note | thanks | Bedankt. | Merci. | | | | | | |
| choices |
| | list_name | name | label::Nederlands (nl) | label::Français (fr) |
| | yes_no | yes | Ja | Oui |
| | yes_no | no | Nee | Non |
| | needs | bed | Een bed | Un lit |
| | needs | food | Eten | À manger |
| settings |
| | form_title | form_id | version | default_language |
| | Wonen | own_home | 2 | Nederlands (nl) |
"""
LABELS = {
    "nl": ("Nederlands", "Wonen", "nulmeting", "Klaar", "Verder", "Opslaan", "ⓘ Waarom?"),
    "fr": (
        "Français",
        "Wonen",
        "mesure initiale",
        "Terminé",
        "Continuer",
        "Enregistrer",
        "ⓘ Pourquoi\u00a0?",
    ),
}
DAY = {"nl": "Welke dag was het?", "fr": "C’était quel jour\u00a0?"}


def sheet(text: str, wanted: Wanted | None = None) -> Sheet:
    found = read(form(text), wanted or Wanted(name="own_form", language="en"))
    assert isinstance(found, Sheet), "\n".join(map(str, found))
    return found


@pytest.mark.parametrize("language", LABELS)
def test_a_form_runs_in_each_of_its_languages_from_beginning_to_save(language: str) -> None:
    found = sheet(HOME, Wanted())
    chosen, title, moment, done, go_on, save, why = LABELS[language]

    def text(key: str) -> str:
        return found.text(language, key)

    worker = Worker(context({found.name: found}, selected="")).types(chosen)
    worker.taps(title, "K7-N", moment)
    assert worker.question == DAY[language]
    worker.types("02/03/2026")
    assert text("own_home.living.label") in worker.screen.text
    worker.taps(text("choices.yes_no.no.label"))
    assert worker.question == text("own_home.needs.label")
    worker.taps(f"☐ {text('choices.needs.bed.label')}", done).taps(why)
    assert worker.question == text("own_home.nights.label")
    worker.types("40")
    assert text("own_home.nights.constraint_message") in worker.screen.note
    worker.types("10")
    assert worker.question == text("own_home.thanks.label")
    worker.taps(go_on, save)
    (record,) = worker.saved
    values = {value.question: value for value in record.values}
    assert (values["nights"].value, values["weeks"].value) == ("10", "1.4")
    assert (record.sheet, record.sheet_version, record.observed_on) == ("own_home", 2, TODAY)
    assert all(CODE.fullmatch(values[item].indicator) for item in ("home", "needs", "nights"))


def test_a_form_is_offered_in_its_own_languages_only() -> None:
    found = sheet(HOME, Wanted())
    assert found.languages == ["nl", "fr"]
    assert "Wonen" not in Worker(context({found.name: found}, selected="")).types("English").labels
    assert "Wonen" in Worker(context({found.name: found}, selected="")).types("Nederlands").labels


def test_a_form_in_one_language_runs_in_that_one() -> None:
    found = sheet(
        """
        | survey |
        | | type | name | label |
        | | integer | meals | Hoeveel maaltijden? |
        | settings |
        | | form_id | default_language |
        | | own_food | nl |
    """,
        Wanted(),
    )
    assert (found.languages, found.language) == (["nl"], "nl")
    assert found.text("nl", "own_food.meals.label") == "Hoeveel maaltijden?"
    assert found.title == "Own food"


def test_english_is_what_a_sheet_is_written_in_where_a_form_has_it() -> None:
    found = sheet("""
        | survey |
        | | type | name | label::Nederlands (nl) | label::English (en) |
        | | integer | meals | Hoeveel maaltijden? | How many meals? |
    """)
    assert (found.language, found.languages) == ("en", ["en", "nl"])
    assert found.by_name["meals"].label == "How many meals?"
    assert found.text("nl", "own_form.meals.label") == "Hoeveel maaltijden?"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("label::nl", "nl"),
        ("label::Nederlands", "nl"),
        ("label::Dutch (nl-BE)", "nl"),
        ("label:French", "fr"),
        ("Label :: Deutsch (de)", "de"),
        ("LABEL::EN", "en"),
    ],
)
def test_a_language_is_known_in_every_usual_spelling(header: str, code: str) -> None:
    found = read(workbook({"survey": [["type", "name", header], ["integer", "a", "?"]]}), NAMED)
    assert isinstance(found, Sheet)
    assert found.language == code


PYXFORM = {
    "text and integer": """
| survey |
| | type    | name      | label:english               |
| | text    | your_role | What is your role?          |
| | integer | your_age  | How many years old are you? |
| choices |
| | list name | name | label:english |
""",
    "yes or no": """
| survey  |
| | type                      | name     | label:english                  |
| | select one from yes_or_no | good_day | have you had a good day today? |
| choices |
| | list name | name | label:english |
| | yes_or_no | yes  | yes           |
| | yes_or_no | no   | no            |
""",
    "every supported type in other spellings": """
| survey |
| | type | name | label | calculation | appearance |
| | string | a | A? | | multiline |
| | int | b | B? | | |
| | decimal | c | C? | | thousands-sep |
| | date | d | D? | | month-year |
| | select one yn | e | E? | | minimal |
| | select all that apply from yn | f | F? | | likert |
| | add note prompt | g | G | | |
| | calculate | h | | ${b} + 1 | |
| | start | i | | | |
| choices |
| | list_name | name | label |
| | yn | 1 | Yes |
| | yn | 0 | No |
""",
    "groups with and without a label": """
| survey |
| | type | name | label | relevant |
| | begin group | screen | | |
| | integer | age | How old? | |
| | begin_group | work | Work | ${age} >= 18 |
| | text | job | Which job? | |
| | integer | hours | Hours? | ${job} != '' |
| | end_group | | | |
| | end group | screen | | |
""",
    "relevance, constraint, calculation": """
| survey |
| | type | name | label | relevance | constraint | constraint_message | calculation | required |
| | integer | age | Age? | | . > 0 and . < 120 | 1 to 119 | | yes |
| | text | school | School? | ${age} &lt; 18 | string-length(.) < 40 | Shorter. | | |
| | calculate | adult | | | | | if(${age} >= 18, 'yes', 'no') | |
""".replace("&lt;", "<"),
    "cascading choices": """
| survey |
| | type | name | label | choice_filter |
| | select_one states | state | state | |
| | select_one counties | county | county | state=${state} |
| | select_one cities | city | city | state=${state} and county=${county} |
| choices |
| | list_name | name | label | state | county |
| | states | texas | Texas | | |
| | states | washington | Washington | | |
| | counties | king | King | washington | |
| | counties | cameron | Cameron | texas | |
| | cities | dumont | Dumont | texas | king |
| | cities | finney | Finney | texas | cameron |
""",
    "several languages": """
| survey |
| | type | name | label::English (en) | label::French (fr) | hint::English (en) | hint::French (fr) |
| | select_one ab | pick | Pick | Choisis | One only | Un seul |
| choices |
| | list_name | name | label::English (en) | label::French (fr) |
| | ab | a | A | Un |
| | ab | b | B | Deux |
""",
    "capitals in headers and worksheets": """
| SURVEY |
| | TYPE | NAME | LABEL::EN |
| | integer | q1 | Are you good? |
| SETTINGS |
| | FORM_TITLE | FORM_ID | DEFAULT_LANGUAGE |
| | Yes or no | own_yes | EN |
""",
    "a default and a choice that stands alone": """
| survey |
| | type | name | label | default | required |
| | select_multiple needs | needs | What? | food | true() |
| | date | since | Since? | today() | TRUE |
| choices |
| | list_name | name | label | exclusive |
| | needs | none | Nothing | yes |
| | needs | food | Food | |
""",
}
NAMED = Wanted(name="own_form", language="en")


@pytest.mark.parametrize("text", PYXFORM.values(), ids=PYXFORM)
def test_forms_in_the_style_of_pyxform_become_sheets_that_keep_the_rules(text: str) -> None:
    found = sheet(text, NAMED)
    handbook = Handbook(Path())
    for rule in checking.RULES:
        rule(handbook, found)
    assert handbook.problems == []
    again = restored(found.definition(), found.texts)
    assert (again, again.digest) == (found, found.digest)
    assert set(found.languages) == set(found.texts)


def test_a_group_asks_its_questions_only_where_it_is_relevant() -> None:
    found = sheet(PYXFORM["groups with and without a label"])
    assert [section.name for section in found.sections] == ["work"]
    assert found.by_name["age"].section == ""
    assert found.by_name["job"].relevant == "${age} >= 18"
    assert found.by_name["hours"].relevant == "(${age} >= 18) and (${job} != '')"


def test_nothing_is_required_that_the_form_does_not_require() -> None:
    found = sheet(PYXFORM["relevance, constraint, calculation"])
    assert (found.by_name["age"].required, found.by_name["school"].required) == (True, False)


@pytest.mark.parametrize(
    "condition",
    [
        "today() - ${observed_on} < 30",
        "${observed_on} = today() or ${observed_on} = ''",
        "int((today() - ${observed_on}) div 365.25) >= 18",
        "if(${age} = '', 0, ${age}) > 2",
        "coalesce(${age}, 0) + 1 > 2",
        "not(${age} > 3) and count-selected(${needs})",
        "${age} - 1",
        "-${age} < 3 and ${weeks} * 2 div 7 >= 1",
        "selected(${needs}, 'a') = true()",
        "true()",
    ],
)
def test_a_condition_that_means_the_same_in_odk_is_taken(condition: str) -> None:
    sheet(f"""
        | survey |
        | | type | name | label | relevant | calculation |
        | | date | observed_on | Day | | |
        | | integer | age | Age | | |
        | | select_multiple needs | needs | Needs | | |
        | | calculate | weeks | | | ${{age}} div 7 |
        | | begin_group | g | | {condition} | |
        | | note | n | Well | {condition} | |
        | | end_group | | | | |
        | choices |
        | | list_name | name | label |
        | | needs | a | A |
    """)


def test_a_condition_of_a_group_is_told_once() -> None:
    found = read(
        form("""
            | survey |
            | | type | name | label | relevant |
            | | integer | age | Age | |
            | | begin_group | g | | ${age} |
            | | note | n | Well | ${age} > 3 |
            | | note | m | Well | |
            | | end_group | | | |
        """),
        Wanted(name="own_form", language="en"),
    )
    assert isinstance(found, tuple)
    assert [(item.code, item.row) for item in found] == [("condition_bare", 3)]


def test_what_is_worked_out_as_a_text_is_no_number() -> None:
    found = sheet("""
        | survey |
        | | type | name | label | calculation |
        | | integer | age | Age | |
        | | calculate | twice | | ${age} * 2 |
        | | calculate | who | | if(${twice} > 35, 'adult', 'child') |
        | | calculate | same | | ${who} |
    """)
    types = {
        question.name: found.by_code[question.indicator].value_type
        for question in found.questions
        if question.indicator
    }
    assert types == {"age": "integer", "twice": "decimal", "who": "log", "same": "log"}


def test_a_choice_filter_leaves_what_was_chosen_before() -> None:
    found = sheet(PYXFORM["cascading choices"])
    path = PathFinder(found, {}, (), TODAY).walk(
        found.questions, {"state": Answer(Status.ANSWERED, "texas")}
    )
    place = path.place("county")
    assert place is not None
    assert [choice.name for choice in place.choices] == ["cameron"]


def test_an_indicator_keeps_its_code_in_every_version_of_a_form() -> None:
    first = sheet(PYXFORM["yes or no"])
    more = (
        PYXFORM["yes or no"]
        .replace("good day today", "fine day")
        .replace("| choices |", "| | integer | extra | Extra? |\n| choices |")
    )
    second = sheet(more, replace(NAMED, version=2))
    assert first.by_name["good_day"].indicator == second.by_name["good_day"].indicator
    assert second.version == 2
    other = sheet(PYXFORM["yes or no"], replace(NAMED, name="own_other"))
    assert other.by_name["good_day"].indicator != first.by_name["good_day"].indicator


def test_no_indicator_of_the_handbook_begins_like_an_own_one() -> None:
    assert [code for code in checking.load().indicators if CODE.fullmatch(code)] == []


def test_a_form_says_of_an_indicator_what_it_wants() -> None:
    found = sheet("""
        | survey |
        | | type | name | label | indicator | indicator_name | unit | definition | kind | cmo | moments | missing | quick | max_length | step | total |
        | | integer | meals | How many? | XMEALS | Meals | meals | Hot ones. | outcome | O, M1 | baseline final | dont_know | 0, 1 2 | | | |
        | | text | which | Which? | XMEALS | | | | | | | | | 60 | | |
        | | counts who | eaters | Who? | | | | | | | | | | | 5 | ${meals} |
        | choices |
        | | list_name | name | label |
        | | who | young | Young |
        | | who | old | Old |
    """)
    meals = found.by_code["XMEALS"]
    assert (meals.name, meals.unit, meals.definition) == ("Meals", "meals", "Hot ones.")
    assert (meals.kind, meals.cmo, meals.set) == ("outcome", ("O", "M1"), OWN)
    assert (meals.moments, meals.missing) == (("baseline", "final"), ("dont_know",))
    assert found.by_name["meals"].quick == ("0", "1", "2")
    assert (found.by_name["which"].indicator, found.by_name["which"].max_length) == ("XMEALS", 60)
    assert (found.by_name["eaters"].step, found.by_name["eaters"].total) == (5, "${meals}")


def test_what_a_form_says_of_its_sheet_wins_over_what_is_wanted() -> None:
    found = sheet(
        """
        | survey |
        | | type | name | label |
        | | date | visited | When? |
        | | integer | meals | How many? |
        | settings |
        | | form_id | form_title | level | moments | registrar | observed_on | version | purpose | style |
        | | own_meals | Meals | project | continuous | city_coordinator | visited | 3 | Food. | pages |
    """,
        Wanted(language="en"),
    )
    assert (found.name, found.level, found.moments) == ("own_meals", "project", ("continuous",))
    assert (found.registrar, found.observed_on, found.version) == ("city_coordinator", "visited", 3)
    assert (found.purpose, found.title) == ("Food.", "Meals")
    assert found.by_name["visited"].required
    assert [question.name for question in found.questions] == ["visited", "meals"]


def test_the_day_that_a_form_fills_in_is_asked_because_it_may_be_earlier() -> None:
    found = sheet("""
        | survey |
        | | type | name | label |
        | | today | today | Which day? |
        | | integer | days | How many days ago? |
    """)
    assert (found.observed_on, found.by_name["today"].type) == ("today", "date")


def test_spaces_curly_quotes_and_numbers_are_read_as_they_were_meant() -> None:
    found = read(
        workbook(
            {
                " Survey ": [
                    [" Type ", "name\u00a0", "label", "relevant", "required"],
                    ["select_one  scale ", " score\u200b", " How  much? ", None, True],
                    ["integer", "more", "More?\nReally?", "${score} = ‘1’", "Yes"],
                ],
                "choices": [["list name", "name", "label"], ["scale", 1, "One"], ["scale", 2.0, 2]],
            }
        ),
        NAMED,
    )
    assert isinstance(found, Sheet)
    score, more = found.by_name["score"], found.by_name["more"]
    assert [(choice.name, choice.label) for choice in score.choices] == [("1", "One"), ("2", "2")]
    assert (score.label, more.label, more.relevant) == (
        "How much?",
        "More? Really?",
        "${score} = '1'",
    )
    assert (score.required, more.required) == (True, True)


def test_other_worksheets_and_columns_for_notes_are_left_alone() -> None:
    content = workbook(
        {
            "read me": [["whatever", "=1+1"]],
            "survey": [
                ["type", "name", "label", "notes", "media::image", None],
                ["integer", "a", "A?", "ask Lien", None, None],
            ],
        }
    )
    assert isinstance(read(content, NAMED), Sheet)


@pytest.mark.parametrize("text", [*PYXFORM.values(), HOME], ids=[*PYXFORM, "home"])
def test_an_own_sheet_that_was_exported_comes_back(text: str) -> None:
    found = sheet(text)
    back = read(exported(found, real_interface(), language=found.language), Wanted())
    assert isinstance(back, Sheet), "\n".join(map(str, back))
    assert (back.name, back.version, back.title) == (found.name, found.version, found.title)
    assert (back.indicators, back.languages) == (found.indicators, found.languages)
    assert [_asked(item) for item in back.questions] == [_asked(item) for item in found.questions]


def test_a_form_without_english_that_was_exported_comes_back() -> None:
    back = read(exported(sheet(HOME), real_interface()), Wanted())
    assert isinstance(back, Sheet), "\n".join(map(str, back))
    assert back.languages == ["nl", "fr"]


def _asked(question: Question) -> Question:
    """Return a question without what an export has to say in ODK's own way."""
    return replace(question, constraint="", constraint_message="", choice_filter="")


def test_the_document_names_all_that_is_supported_left_out_and_refused() -> None:
    text = (Path(__file__).parents[2] / "docs" / "xlsform.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([^`\s(]+)(?: LIST|\(\))?`", text))
    words = {word for table in (SUPPORTED, IGNORED) for part in table.values() for word in part}
    assert words - named == set()
    assert FUNCTIONS.keys() - named == set()
    types = {word for word in REFUSED_TYPES if " " not in word} - {"begin_loop", "end_loop"}
    other_spellings = {"begin_lgroup", "end_lgroup", "gps", "location", "photo", "imei", "qrcode"}
    assert types - named == other_spellings | {"dateTime"}
