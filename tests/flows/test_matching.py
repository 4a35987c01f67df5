import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.matching import Option, exactly, meant

LADDER = [
    Option("Isolated", "v:1", ("Isolated", "Geïsoleerd", "Isolé"), "1"),
    Option("Organised activity: a group, a course", "v:2", ("Activiteit: een groep",), "2"),
    Option("Paid work, supported", "v:3", ("Werk (met steun)",), "3"),
    Option("Paid work", "v:4", ("Betaald werk",), "regular"),
    Option("18–24", "v:18_24", (), "18_24"),
    Option("2 of them", "v:two", (), "two"),
]
KEYS = [str(number) for number in range(1, len(LADDER) + 1)]


@pytest.mark.parametrize(
    ("text", "action"),
    [
        pytest.param("1", "v:1", id="its number"),
        pytest.param("regular", "v:4", id="its name"),
        pytest.param("Isolated", "v:1", id="its label"),
        pytest.param("  iSOLATED ", "v:1", id="case and spaces"),
        pytest.param("Paid  work", "v:4", id="whole label before the start of another"),
        pytest.param("paidwork", "v:4", id="spaces left out"),
        pytest.param("Organised activity", "v:2", id="label up to a colon"),
        pytest.param("organised", "v:2", id="first word"),
        pytest.param("geisoleerd", "v:1", id="another language without accents"),
        pytest.param("ISOLÉ", "v:1", id="another language with accents"),
        pytest.param("werk", "v:3", id="head in another language"),
        pytest.param("18-24", "v:18_24", id="another dash"),
        pytest.param("18 24", "v:18_24", id="no dash"),
        pytest.param("1824", "v:18_24", id="nothing between"),
        pytest.param("activity", "v:2", id="a word of it"),
    ],
)
def test_a_text_means_one_button(text: str, action: str) -> None:
    assert meant(text, LADDER, KEYS) == [action]


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        pytest.param("2", ["v:2"], id="a name that is its own number"),
        pytest.param("6", ["v:two"], id="only a number"),
        pytest.param("paid", ["v:3", "v:4"], id="the start of two labels"),
    ],
)
def test_all_buttons_that_a_text_can_mean_are_given(text: str, actions: list[str]) -> None:
    assert meant(text, LADDER, KEYS) == actions


def test_a_number_that_also_begins_a_label_is_never_guessed() -> None:
    options = [Option("Known", "known"), Option("New", "new"), Option("1 person", "one")]
    assert meant("1", options, ["1", "2", "3"]) == ["known", "one"]
    assert meant("2", options, ["1", "2", "3"]) == ["new"]


def test_a_word_of_a_button_that_does_something_is_never_taken_for_it() -> None:
    assert meant("participant", [Option("Undo: Participant K7-N", "undo:")], ["1"]) == []


def test_the_same_label_in_two_places_is_never_guessed() -> None:
    options = [Option("Other", "a"), Option("Other", "b")]
    assert meant("other", options, ["1", "2"]) == ["a", "b"]
    assert exactly("other", options) == ["a", "b"]


@pytest.mark.parametrize(
    "text", ["", " ", "?", "0", "7", "iso", "of", "tivity", "isolated people", "01"]
)
def test_what_no_button_says_means_nothing(text: str) -> None:
    assert meant(text, LADDER, KEYS) == []


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("isolated", ["v:1"]),
        ("isole", ["v:1"]),
        ("paid work", ["v:4"]),
        ("1", []),
        ("regular", []),
        ("organised", []),
        ("!", []),
    ],
)
def test_exactly_takes_whole_labels_in_any_language_only(text: str, actions: list[str]) -> None:
    assert exactly(text, LADDER) == actions


@given(st.text())
def test_no_text_means_the_same_button_twice(text: str) -> None:
    for found in (meant(text, LADDER, KEYS), exactly(text, LADDER)):
        assert len(found) == len(set(found))
        assert {*found} <= {option.action for option in LADDER}
