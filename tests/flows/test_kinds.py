import json
from dataclasses import dataclass, replace
from datetime import date
from gettext import NullTranslations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.kinds import KINDS, Asking, Outcome, Partial, Refused, Taken
from flows.record import Value
from flows.sheet import Choice, Question
from flows.texts import Say
from tests.builders import TODAY

LANGUAGES = ("en", "nl", "fr", "de")
NEEDS = (
    Choice("none", "Nothing", exclusive=True),
    Choice("food", "Food"),
    Choice("housing", "Housing"),
)
AGES = (Choice("young", "Young"), Choice("old", "Old"), Choice("unknown", "Unknown"))


def put(
    kind: str,
    question: Question | None = None,
    language: str = "en",
    entry: object = None,
    total: int | None = None,
) -> Asking:
    """Put a question to a worker: needs for the selects, ages for counts."""
    lists = {"counts": AGES, "select_one": NEEDS, "select_multiple": NEEDS}
    choices = lists.get(kind, ())
    return Asking(
        question=question or Question(kind, "question", choices=choices),
        choices=choices,
        labels={choice.name: choice.label for choice in choices},
        others={choice.name: (choice.label,) for choice in choices},
        entry=entry,
        total=total,
        default="",
        today=TODAY,
        say=Say(language, NullTranslations()),
    )


def read(kind: str, text: str, asking: Asking | None = None) -> Outcome:
    return KINDS[kind].read(text, asking or put(kind))


def tap(kind: str, argument: str, asking: Asking | None = None) -> Outcome:
    return KINDS[kind].tap(argument, asking or put(kind))


def offered(kind: str, asking: Asking) -> dict[str, str]:
    rows = KINDS[kind].options(asking)
    return {option.label: option.action for row in rows for option in row}


@dataclass(frozen=True)
class Example:
    """An answer, how it is given, and what becomes of it."""

    outcome: Outcome
    shown: str
    node: str
    cells: list[tuple[str, str]]

    @property
    def value(self) -> Value:
        assert isinstance(self.outcome, Taken)
        return self.outcome.value


EXAMPLES = {
    "select_one": Example(tap("select_one", "food"), "Food", "food", [("", "food")]),
    "select_multiple": Example(
        read("select_multiple", "3, 2"),
        "Food, Housing",
        "food housing",
        [("none", "0"), ("food", "1"), ("housing", "1")],
    ),
    "integer": Example(read("integer", "1,500"), "1,500", "1500", [("", "1500")]),
    "decimal": Example(read("decimal", "1,50"), "1.5", "1.5", [("", "1.5")]),
    "text": Example(read("text", " no\tplace "), "no place", "no place", [("", "no place")]),
    "date": Example(read("date", "1/3/2026"), "Sun 01/03/2026", "20513", [("", "2026-03-01")]),
    "note": Example(tap("note", "read"), "read", "read", []),
    "calculate": Example(Taken("1500"), "1500", "1500", [("", "1500")]),
    "counts": Example(
        read("counts", "3 2 0"),
        "Young 3, Old 2",
        "5",
        [("young", "3"), ("old", "2"), ("unknown", "0")],
    ),
}


def test_every_kind_has_an_example() -> None:
    assert EXAMPLES.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_is_shown_compared_and_stored(kind: str) -> None:
    example = EXAMPLES[kind]
    question = put(kind).question
    assert KINDS[kind].show(example.value, put(kind)) == example.shown
    assert KINDS[kind].node(example.value) == example.node
    assert KINDS[kind].cells(example.value, question) == example.cells
    assert bool(example.cells) is KINDS[kind].stored


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_survives_json_and_still_fits(kind: str) -> None:
    value = EXAMPLES[kind].value
    assert json.loads(json.dumps(value)) == value
    assert KINDS[kind].fits(value, put(kind))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rubbish", ["", "?", "\x00", "\u200b", "\ud83c\udff3", "no idea at all"])
def test_rubbish_is_refused_with_what_is_accepted(kind: str, rubbish: str) -> None:
    outcome = read(kind, rubbish)
    if kind == "text" and any(char.isprintable() for char in rubbish):
        assert outcome == Taken(rubbish)
    else:
        assert outcome == Refused(KINDS[kind].accepts(put(kind)))
        assert KINDS[kind].accepts(put(kind))


@settings(deadline=None)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    text=st.text() | st.from_regex(r"[0-9 ,.;:+/-]{1,20}", fullmatch=True),
    language=st.sampled_from(LANGUAGES),
    tapped=st.booleans(),
)
def test_no_text_and_no_button_breaks_a_kind(
    kind: str, text: str, language: str, tapped: bool
) -> None:
    asking = put(kind, language=language, total=3)
    outcome = (tap if tapped else read)(kind, text, asking)
    if isinstance(outcome, Refused):
        assert outcome.message
    elif isinstance(outcome, Partial):
        again = put(kind, entry=json.loads(json.dumps(outcome.entry)), language=language, total=3)
        assert KINDS[kind].options(again)
    else:
        assert KINDS[kind].fits(outcome.value, asking)
        assert KINDS[kind].show(outcome.value, asking)
        assert KINDS[kind].cells(outcome.value, asking.question)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(deadline=None)
@given(data=st.data())
def test_what_is_shown_can_be_typed_again(language: str, data: st.DataObject) -> None:
    typed: dict[str, Value] = {
        "integer": data.draw(st.integers(-(10**11), 10**11)),
        "decimal": f"{data.draw(st.decimals(0, 10**6, places=3)):f}".rstrip("0").rstrip("."),
        "date": data.draw(st.dates(date(1900, 1, 1), date(2100, 12, 31))).isoformat(),
    }
    for kind, value in typed.items():
        shown = KINDS[kind].show(value, put(kind, language=language))
        assert read(kind, shown, put(kind, language=language)) == Taken(value)


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [("en", "3.0", 3), ("nl", "drie", 3), ("fr", "trois", 3), ("nl", "12.500", 12500)],
)
def test_a_whole_number_is_read_in_its_language(language: str, text: str, number: int) -> None:
    assert read("integer", text, put("integer", language=language)) == Taken(number)


@pytest.mark.parametrize("text", ["3.5", "3,5", "1/2", "about 3"])
def test_a_whole_number_is_whole(text: str) -> None:
    assert isinstance(read("integer", text), Refused)


@pytest.mark.parametrize("text", ["3,5", "3.5", "3,50", " 3.500000 "])
def test_a_decimal_takes_a_comma_and_a_point(text: str) -> None:
    assert read("decimal", text) == Taken("3.5")


def test_quick_numbers_and_the_default_are_buttons() -> None:
    question = Question("decimal", "hours", quick=("0.5", "1"))
    asking = replace(put("decimal", question, language="nl"), default="2.25")
    assert offered("decimal", asking) == {"0,5": "v:0.5", "1": "v:1", "2,25": "v:2.25"}
    assert tap("decimal", "2.25", asking) == Taken("2.25")
    assert isinstance(tap("decimal", "7", asking), Refused)


def test_a_button_never_offers_half_a_person() -> None:
    question = Question("integer", "people", quick=("0.5", "2"))
    asking = replace(put("integer", question), default="2.5")
    assert offered("integer", asking) == {"2": "v:2"}


@pytest.mark.parametrize(
    ("kind", "default", "label", "value"),
    [
        ("select_one", "food", "✓ Food", "food"),
        ("text", "as before", "as before", "as before"),
        ("date", "2026-01-05", "Mon 05/01/2026", "2026-01-05"),
        ("date", "20458", "Mon 05/01/2026", "2026-01-05"),
        ("integer", "4", "4", 4),
    ],
)
def test_a_default_is_one_tap(kind: str, default: str, label: str, value: Value) -> None:
    asking = replace(put(kind), default=default)
    assert tap(kind, offered(kind, asking)[label].removeprefix("v:"), asking) == Taken(value)


@pytest.mark.parametrize("default", ["soon", "--5", "9" * 30, "20458.5", "2026-02-31"])
def test_a_default_that_is_no_day_is_not_offered(default: str) -> None:
    asking = replace(put("date"), default=default)
    assert list(offered("date", asking)) == ["Today", "Yesterday", "Another day"]


@pytest.mark.parametrize("text", ["31/02/2026", "1/1/1066", "1/1/3000", "12/13/2026"])
def test_a_day_that_cannot_be_is_refused(text: str) -> None:
    assert read("date", text) == Refused(KINDS["date"].accepts(put("date")))


@pytest.mark.parametrize("text", ["February", "02/2026", "17/02/2026", "Feb 2026"])
def test_of_a_month_only_the_month_is_kept(text: str) -> None:
    asking = put("date", Question("date", "month", appearance="month-year"))
    assert read("date", text, asking) == Taken("2026-02-01")
    assert KINDS["date"].show("2026-02-01", asking) == "February 2026"
    assert list(offered("date", asking)) == [
        "March 2026",
        "February 2026",
        "January 2026",
        "An earlier month",
    ]
