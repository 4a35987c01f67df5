from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.local import (
    fold,
    language_name,
    read_coming_date,
    read_date,
    read_decimal,
    read_month,
    show_date,
    show_decimal,
    show_month,
)

WEDNESDAY = date(2026, 3, 4)
LANGUAGES = ("en", "nl", "fr", "de")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3,5", "3.5"),
        ("3.5", "3.5"),
        (" 12 ", "12"),
        ("007", "7"),
        ("-3", "-3"),
        ("\u22123", "-3"),
        ("+3", "3"),
        ("1 500", "1500"),
        ("12 500,50", "12500.50"),
        ("12\u202f500,50", "12500.50"),
        ("12\u00a0500", "12500"),
        ("1'500", "1500"),
        ("€ 20", "20"),
        ("20 €", "20"),
        ("20 euro", "20"),
        ("50%", "50"),
        ("\uff11\uff12", "12"),
        ("0,0", "0"),
    ],
)
def test_a_number_reads_the_same_in_every_language(language: str, text: str, number: str) -> None:
    assert read_decimal(text, language) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "english", "others"),
    [
        ("12.500", "12.500", "12500"),
        ("12,500", "12500", "12.500"),
        ("1.234.567,89", None, "1234567.89"),
        ("1,234,567.89", "1234567.89", None),
    ],
)
def test_three_digits_after_the_sign_for_thousands_are_thousands(
    text: str, english: str | None, others: str | None
) -> None:
    found = {language: read_decimal(text, language) for language in LANGUAGES}
    wanted = dict.fromkeys(LANGUAGES, others) | {"en": english}
    assert found == {
        language: None if number is None else Decimal(number) for language, number in wanted.items()
    }


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "three", 3),
        ("en", "Twenty-one", 21),
        ("nl", "drie", 3),
        ("nl", "één", 1),
        ("nl", "eenentwintig", 21),
        ("nl", "nul", 0),
        ("fr", "trois", 3),
        ("fr", "zéro", 0),
        ("fr", "nonante-deux", 92),
        ("fr", "septante", 70),
        ("de", "drei", 3),
        ("de", "einundzwanzig", 21),
    ],
)
def test_a_number_may_be_written_out(language: str, text: str, number: int) -> None:
    assert read_decimal(text, language) == number


@pytest.mark.parametrize("language", [*LANGUAGES, "pl"])
@pytest.mark.parametrize(
    "text",
    [
        *("", "-", "x", "3 of 4", "1 2", "15 00", "1.2.3", "3,", ",5", "1e5", "0x10", "1_000"),
        *("--3", "\u0661\u0662", "\u00bd", "9" * 13, "9" * 5000, "drei drei drei", "nine lives"),
    ],
    ids=lambda text: text[:15] or "nothing",
)
def test_what_is_not_one_number_is_refused(language: str, text: str) -> None:
    assert read_decimal(text, language) is None


@pytest.mark.parametrize("language", LANGUAGES)
@given(number=st.decimals(-(10**6), 10**6, places=6) | st.integers(-(10**11), 10**11))
def test_a_number_that_is_shown_can_be_typed(language: str, number: Decimal | int) -> None:
    assert read_decimal(show_decimal(number, language), language) == number


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12/03/2026", date(2026, 3, 12)),
        ("12-3-2026", date(2026, 3, 12)),
        ("12.3.26", date(2026, 3, 12)),
        ("2026-03-12", date(2026, 3, 12)),
        ("12 / 3 / 2026", date(2026, 3, 12)),
        ("4/3", date(2026, 3, 4)),
        ("12-3", date(2025, 3, 12)),
        ("3.3.", date(2026, 3, 3)),
        ("29/02", date(2024, 2, 29)),
    ],
)
def test_day_stands_before_month_and_without_year_it_is_the_last_one(
    language: str, text: str, day: date
) -> None:
    assert read_date(text, language, WEDNESDAY) == day


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("en", "today", date(2026, 3, 4)),
        ("en", "Yesterday", date(2026, 3, 3)),
        ("nl", "gisteren", date(2026, 3, 3)),
        ("nl", "eergisteren", date(2026, 3, 2)),
        ("fr", "hier", date(2026, 3, 3)),
        ("fr", "aujourd'hui", date(2026, 3, 4)),
        ("de", "gestern", date(2026, 3, 3)),
        ("en", "Monday", date(2026, 3, 2)),
        ("en", "wednesday", date(2026, 2, 25)),
        ("nl", "maandag", date(2026, 3, 2)),
        ("nl", "MA", date(2026, 3, 2)),
        ("fr", "lundi", date(2026, 3, 2)),
        ("de", "Donnerstag", date(2026, 2, 26)),
        ("nl", "12 maart", date(2025, 3, 12)),
        ("nl", "3 maart 2026", date(2026, 3, 3)),
        ("fr", "1er mars", date(2026, 3, 1)),
        ("de", "12. März 2025", date(2025, 3, 12)),
        ("en", "May 5", date(2025, 5, 5)),
        ("nl", "3 dagen geleden", date(2026, 3, 1)),
        ("fr", "il y a 3 jours", date(2026, 3, 1)),
    ],
)
def test_a_day_may_be_said_in_words(language: str, text: str, day: date) -> None:
    assert read_date(text, language, WEDNESDAY) == day


@pytest.mark.parametrize("language", [*LANGUAGES, "pl", "zh_Hant"])
@pytest.mark.parametrize(
    "text",
    [
        *("", "3", "2026", "31/02/2026", "31/04", "00/01/2026", "12/13/2026", "12/3/"),
        *("2026-02-30", "20260312", "12/03/2026 x", "soon", "9" * 400),
    ],
    ids=lambda text: text[:15] or "nothing",
)
def test_what_is_not_one_day_is_refused(language: str, text: str) -> None:
    assert read_date(text, language, WEDNESDAY) is None


@pytest.mark.parametrize(
    ("language", "text", "month"),
    [
        ("nl", "03/2026", date(2026, 3, 1)),
        ("de", "03.2026", date(2026, 3, 1)),
        ("en", "2025-12", date(2025, 12, 1)),
        ("nl", "maart", date(2026, 3, 1)),
        ("nl", "april", date(2025, 4, 1)),
        ("nl", "mrt 2024", date(2024, 3, 1)),
        ("fr", "aout", date(2025, 8, 1)),
        ("fr", "déc. 2025", date(2025, 12, 1)),
        ("de", "Marz", date(2026, 3, 1)),
    ],
)
def test_a_month_is_its_first_day(language: str, text: str, month: date) -> None:
    assert read_month(text, language, WEDNESDAY) == month


@pytest.mark.parametrize("text", ["", "13/2026", "0/2026", "3/26", "march 20261", "march 0000"])
def test_what_is_not_one_month_is_refused(text: str) -> None:
    assert read_month(text, "en", WEDNESDAY) is None


@pytest.mark.parametrize("language", LANGUAGES)
@given(day=st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_day_or_month_that_is_shown_can_be_typed(language: str, day: date) -> None:
    _, _, numbers = show_date(day, language).rpartition(" ")
    assert read_date(numbers, language, WEDNESDAY) == day
    assert read_month(show_month(day, language), language, WEDNESDAY) == day.replace(day=1)


@settings(deadline=None)
@given(text=st.text(), language=st.sampled_from(LANGUAGES))
def test_no_text_is_too_strange_to_be_read(text: str, language: str) -> None:
    assert isinstance(read_decimal(text, language), Decimal | None)
    assert isinstance(read_date(text, language, WEDNESDAY), date | None)
    assert isinstance(read_month(text, language, WEDNESDAY), date | None)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Één   Straße ", "een strasse"),
        ("18–24", "18 24"),
        ("☑ Food (hot)", "food hot"),
        ("‹ Back", "back"),
        ("l'été", "l ete"),
        ("\ufb01n", "fin"),
        ("\U0001d400\U0001d401", "ab"),
        ("€ 5", "5"),
        ("?!", ""),
    ],
)
def test_accents_case_and_signs_do_not_count(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_language_is_called_what_it_calls_itself() -> None:
    assert [language_name(language) for language in LANGUAGES] == [
        "English",
        "Nederlands",
        "Français",
        "Deutsch",
    ]


@pytest.mark.parametrize(
    "text", ["9 uur", "8u30", "8h30", "9 heures", "25:00", "5 dagen", "5 jours"]
)
@pytest.mark.parametrize("language", ["nl", "fr"])
def test_an_hour_or_a_number_of_days_is_no_day_that_was(text: str, language: str) -> None:
    assert read_date(text, language, date(2026, 3, 2)) is None


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("5 dagen", "nl", "2026-03-07"),
        ("over 2 weken", "nl", "2026-03-16"),
        ("dans 5 jours", "fr", "2026-03-07"),
        ("in 1 Woche", "de", "2026-03-09"),
        ("3 days", "en", "2026-03-05"),
    ],
)
def test_so_many_days_from_now_is_a_day_to_come(text: str, language: str, day: str) -> None:
    assert read_coming_date(text, language, date(2026, 3, 2)) == date.fromisoformat(day)
    assert read_coming_date("9 uur", language, date(2026, 3, 2)) is None
