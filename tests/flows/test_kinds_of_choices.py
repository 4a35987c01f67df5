from dataclasses import replace

import pytest

from flows.kinds import KINDS, Partial, Refused, Taken
from flows.record import Value
from flows.sheet import Choice, Question
from tests.flows.test_kinds import offered, put, read, tap


@pytest.mark.parametrize(
    "text", ["2, 3", "3,2", "2 3", "2;3", "food, HOUSING", "Food & housing", "2, 2, 3", "food\n3"]
)
def test_several_choices_may_be_typed_in_any_order(text: str) -> None:
    assert read("select_multiple", text) == Taken(["food", "housing"])


@pytest.mark.parametrize("text", ["4", "2, 4", "2, drink", ",", "23"])
def test_a_choice_that_is_not_there_refuses_the_whole_answer(text: str) -> None:
    assert isinstance(read("select_multiple", text), Refused)


def test_an_exclusive_choice_is_taken_at_once_and_alone() -> None:
    assert tap("select_multiple", "on:none", put("select_multiple")) == Taken(["none"])
    assert read("select_multiple", "nothing") == Taken(["none"])
    assert read("select_multiple", "1, 2") == Refused(
        "“Nothing” cannot go together with another choice."
    )


@pytest.mark.parametrize("text", ["nothing", "1"])
def test_an_exclusive_choice_never_takes_the_place_of_what_is_chosen(text: str) -> None:
    asking = put("select_multiple", entry=["food"])
    first = Refused("You have ticked something already. Tap Done, or untick that first.")
    assert tap("select_multiple", "on:none", asking) == first
    assert KINDS["select_multiple"].read(text, asking) == first
    unticked = put("select_multiple", entry=[])
    assert tap("select_multiple", "on:none", unticked) == Taken(["none"])


def test_a_switch_says_what_its_choice_becomes() -> None:
    asking = put("select_multiple", entry=["food"])
    assert offered("select_multiple", asking) == {
        "Nothing": "v:on:none",
        "☑ Food": "v:off:food",
        "☐ Housing": "v:on:housing",
        "Done (1)": "v:done",
    }
    assert tap("select_multiple", "on:housing", asking) == Partial(["food", "housing"])
    assert tap("select_multiple", "on:food", asking) == Partial(["food"])
    assert tap("select_multiple", "off:food", asking) == Partial([])
    assert tap("select_multiple", "done", asking) == Taken(["food"])


def test_several_choices_begin_with_the_default_and_nothing_chosen_is_no_answer() -> None:
    assert "☑ Housing" in offered(
        "select_multiple", replace(put("select_multiple"), default="housing")
    )
    assert "Done (0)" not in offered("select_multiple", put("select_multiple", entry=[]))
    assert isinstance(tap("select_multiple", "done", put("select_multiple")), Refused)


def test_chosen_areas_are_stored_although_the_sheet_does_not_know_them() -> None:
    question = Question("select_multiple", "areas", list_name="area")
    assert KINDS["select_multiple"].cells(["park"], question) == [("park", "1")]


@pytest.mark.parametrize("kind", ["select_one", "select_multiple"])
def test_a_choice_that_is_no_longer_offered_does_not_fit(kind: str) -> None:
    asking = replace(put(kind), choices=(Choice("food", "Food"),))
    answers: dict[str, Value] = {"select_one": "housing", "select_multiple": ["food", "housing"]}
    assert KINDS[kind].fits(answers[kind], put(kind))
    assert not KINDS[kind].fits(answers[kind], asking)


@pytest.mark.parametrize("text", ["3 2 0", "3, 2, 0", "3;2;0", "three two zero", "3\n2\n0"])
def test_counts_may_be_typed_in_order(text: str) -> None:
    assert read("counts", text) == Taken({"young": 3, "old": 2, "unknown": 0})


@pytest.mark.parametrize("text", ["young 2, old 1", "Old: 1; Young: 2", "young=2\nold = 1"])
def test_counts_may_be_typed_with_their_names(text: str) -> None:
    assert read("counts", text) == Partial({"counts": {"young": 2, "old": 1, "unknown": 0}})


@pytest.mark.parametrize(
    "text",
    [
        *("3 2", "3 2 0 1", "3", "young", "young two point five", "3 2 -1", "3 2 0.5", "adult 3"),
        *("young 9999999999", "3 2 9999999999"),
    ],
)
def test_counts_that_cannot_be_placed_are_refused(text: str) -> None:
    assert read("counts", text) == Refused(KINDS["counts"].accepts(put("counts")))


def test_nothing_of_anything_is_typed_as_0() -> None:
    assert read("counts", "0") == Taken(dict.fromkeys(("young", "old", "unknown"), 0))
    assert isinstance(read("counts", "0", put("counts", total=5)), Refused)


def test_the_example_of_several_numbers_is_one_that_is_accepted() -> None:
    asking = put("select_multiple")
    example = KINDS["select_multiple"].accepts(asking).partition(": ")[2]
    assert isinstance(read("select_multiple", example), Taken)


def test_counts_must_add_up() -> None:
    asking = put("counts", total=5, entry={"counts": {"young": 3}})
    assert read("counts", "3 1 0", asking) == Refused("Together that makes 4; it must be 5.")
    assert isinstance(tap("counts", "done", asking), Refused)
    assert read("counts", "3 1 1", asking) == Taken({"young": 3, "old": 1, "unknown": 1})
    assert not KINDS["counts"].fits({"young": 3, "old": 1, "unknown": 0}, asking)
    assert not KINDS["counts"].fits({"young": 3, "old": 2}, asking)


def test_for_one_person_the_first_tap_is_the_answer() -> None:
    assert tap("counts", "set:old:1", put("counts", total=1)) == Taken(
        {"young": 0, "old": 1, "unknown": 0}
    )
    assert isinstance(tap("counts", "set:old:1", put("counts", total=2)), Partial)


def test_a_count_button_names_the_number_that_it_leads_to() -> None:
    asking = put("counts", Question("counts", "euros", step=1000), entry={"counts": {"old": 500}})
    rows = KINDS["counts"].options(asking)
    assert [[option.action for option in row] for row in rows] == [
        ["v:set:young:0", "v:type:young", "v:set:young:1000"],
        ["v:set:old:0", "v:type:old", "v:set:old:1500"],
        ["v:set:unknown:0", "v:type:unknown", "v:set:unknown:1000"],
        ["v:done"],
    ]


def test_a_tapped_category_takes_the_number_typed_next() -> None:
    opened = tap("counts", "type:old", put("counts"))
    assert isinstance(opened, Partial)
    asking = put("counts", entry=opened.entry)
    assert KINDS["counts"].accepts(asking) == "Type the number for “Old”."
    assert read("counts", "12", asking) == Partial(
        {"counts": {"young": 0, "old": 12, "unknown": 0}}
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("mail jan.peeters@straat.be", "an e-mail address", id="e-mail"),
        pytest.param("call 0470 12 34 56", "a phone number", id="phone"),
        pytest.param("call 0470/12.34.56", "a phone number", id="phone with signs"),
        pytest.param("call +32 2 555 12 12", "a phone number", id="phone abroad"),
        pytest.param("call \uff10\uff14\uff17\uff10123456", "a phone number", id="wide digits"),
        pytest.param("call 0470\u200b12\u200b3456", "a phone number", id="hidden characters"),
        pytest.param("85.07.30-033.28", "a national register number", id="national number"),
        pytest.param("85073003328", "a national register number", id="national number unbroken"),
        pytest.param("BE71 0961 2345 6769", "an account number", id="iban"),
        pytest.param("be71096123456769", "an account number", id="iban in small letters"),
        pytest.param("file 1234567", "a long number", id="long number"),
    ],
)
def test_a_text_that_points_to_a_person_is_refused_and_shows_only_what_does(
    text: str, named: str
) -> None:
    outcome = read("text", text)
    assert isinstance(outcome, Refused)
    assert named in outcome.message
    assert "Nothing of it was kept." in outcome.message
    shown = outcome.message.partition("“")[2].partition("”")[0]
    assert shown
    assert shown in text.replace("\u200b", "")
    assert not shown.startswith(("mail", "call", "file"))


@pytest.mark.parametrize(
    "text",
    [
        "from 12/03/2026 to 15/03/2026",
        "bus 12, from 14:30 to 15:45",
        "€ 12.500 for 2026",
        "3 of 18-24 and 2 of 25-34",
        "24/7 @ the station",
        "120 000 leaflets",
    ],
)
def test_a_harmless_text_is_kept(text: str) -> None:
    assert read("text", text) == Taken(text)


def test_a_text_is_short() -> None:
    asking = put("text", Question("text", "why", max_length=10))
    assert read("text", "x" * 10, asking) == Taken("x" * 10)
    assert read("text", "x" * 11, asking) == Refused(
        "That is 11 characters; at most 10 are kept. Please say it shorter."
    )


@pytest.mark.parametrize("text", ["a\x00b", "a\nb", "a\u00a0 b", "a\x1b b"])
def test_control_characters_are_left_out(text: str) -> None:
    assert read("text", text) == Taken("a b")


@pytest.mark.parametrize("text", ["a\u200bb", "a\u202eb", "a\u00adb", "\ufeffab"])
def test_what_nobody_can_see_is_left_out(text: str) -> None:
    assert read("text", text) == Taken("ab")
