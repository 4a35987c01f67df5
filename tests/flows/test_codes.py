"""A participant is a code: readable, checked, unique, and found again without an identity."""

from hypothesis import given
from hypothesis import strategies as st

from flows.codes import (
    ALPHABET,
    answers_of,
    body,
    derived,
    is_valid,
    length_for,
    looks_like_code,
    plain,
    written,
)

bodies = st.text(ALPHABET, min_size=2, max_size=6)
digests = st.integers(0, 2**288 - 1).map(lambda number: f"{number:072x}")


@given(bodies)
def test_a_code_is_valid_however_it_is_typed(found: str) -> None:
    code = written(found)
    assert is_valid(code)
    assert is_valid(code.lower().replace("-", " "))
    assert looks_like_code(code)


@given(bodies, st.data())
def test_one_wrong_character_is_always_noticed(found: str, data: st.DataObject) -> None:
    code = plain(written(found))
    at = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from(ALPHABET.replace(code[at], "")))
    assert not is_valid(code[:at] + other + code[at + 1 :])


def test_nearly_all_neighbours_that_change_places_are_noticed() -> None:
    codes = [plain(written(first + second)) for first in ALPHABET for second in ALPHABET]
    swapped = [
        code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        for code in codes
        for at in (0, 1)
        if code[at] != code[at + 1]
    ]
    missed = sum(is_valid(code) for code in swapped)
    assert missed / len(swapped) < 0.01


def test_no_code_can_be_a_word_or_be_misread() -> None:
    assert not set(ALPHABET) & set("AEIOU01L")
    assert not is_valid("")
    assert not is_valid("K7-O")
    assert not is_valid("K" * 9)


def test_codes_grow_before_a_guess_often_fits() -> None:
    assert [length_for(taken) for taken in (0, 195, 196, 5487, 5488)] == [2, 2, 3, 3, 4]
    assert length_for(10**9) == 6


@given(st.integers(0, 2**300), st.integers(2, 6))
def test_any_number_gives_a_body(number: int, length: int) -> None:
    assert len(body(number, length)) == length
    assert set(body(number, length)) <= set(ALPHABET)


@given(digests, st.integers(2, 4))
def test_the_same_digest_leads_to_the_same_code_and_to_another_where_it_is_taken(
    digest: str, length: int
) -> None:
    first = derived(digest, length, lambda _: False)
    assert derived(digest, length, lambda _: False) == first
    second = derived(digest, length, lambda code: code == first)
    assert second != first
    assert is_valid(first)
    assert is_valid(second)


def test_a_code_is_found_even_where_a_whole_row_is_taken() -> None:
    assert len(plain(derived("0", 2, lambda code: len(plain(code)) < 4))) == 4


def test_a_letter_where_a_digit_is_asked_is_no_answer() -> None:
    for answers in ("ABCDEF", "MZG7IA", "M2G77A", "M2G7I4", "12G7IA"):
        assert answers_of(answers) == ""
    assert answers_of("mXg xia") == "MXGXIA"


def test_answers_are_six_letters_and_digits_however_they_are_typed() -> None:
    assert answers_of("m2g 7ia") == answers_of("M-2-G-7-I-A") == "M2G7IA"
    assert answers_of("m2g7ïÀ") == "M2G7IA"
    assert (
        answers_of("M2G7I")
        == answers_of("M2G7Iß")
        == answers_of("M2G7IAB")
        == answers_of("M2G7I!")
        == ""
    )
