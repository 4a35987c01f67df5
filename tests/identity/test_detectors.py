"""What could point to a person is found however it is written; ordinary sentences are not."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from flows import identity
from flows.identity import DETECTORS, FIELDS, LABEL, REMARK, Found, folded, identifying
from flows.identity.foreign_number import LETTERED, STRONG, WEAK
from flows.identity.name import ALWAYS, CAPITALISED, IN_COMPANY
from flows.kinds.text import FOUND
from tests.identity.sentences import SENTENCES

TOLD = {
    "0470 12 34 56": "phone",
    "0470/12.34.56": "phone",
    "0470,12,34,56": "phone",
    "0470_12_34_56": "phone",
    "(0470) (12) (34) (56)": "phone",
    "0 4 7 0 1 2 3 4 5 6": "phone",
    "O47O l2 34 56": "phone",
    "\u2070\u2074\u2077\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076": "phone",
    "\uff10\uff14\uff17\uff10\uff11\uff12\uff13\uff14\uff15\uff16": "phone",
    "\u0660\u0664\u0667\u0660\u0661\u0662\u0663\u0664\u0665\u0666": "phone",
    "04\u200b70\u200d12\u00ad34\u206056": "phone",
    "0\u03364\u03367\u03360\u03361\u03362\u03363\u03364\u03365\u03366": "phone",
    "+33 6 39 98 00 11": "phone",
    "0049 152 28817386": "phone",
    "jan@example.be": "email",
    "jan @ example.be": "email",
    "jan\uff20example.be": "email",
    "jan(at)example.be": "email",
    "jan\u200b@example.be": "email",
    "j\u0430n@example.be": "email",
    "jan (at) voorbeeld punt be": "email",
    "jan arobase exemple point be": "email",
    "@jan.janssens": "profile",
    "insta: jan_99": "profile",
    "85.07.30-033.28": "national_number",
    "85.07.30\u2013033.28": "national_number",
    "85,07,30,033,28": "national_number",
    "8 5 0 7 3 0 0 3 3 2 8": "national_number",
    "8507300332\u0668": "national_number",
    "85O73OO3328": "national_number",
    "85.27.30-033.71": "national_number",
    "591-0011223-73": "identity_card",
    "BE71 0961 2345 6769": "account",
    "be71-0961-2345-6769": "account",
    "BE71 O961 2345 6769": "account",
    "4111,1111,1111,1111": "card",
    "12/03/1985": "birth_date",
    "12 maart 1985": "birth_date",
    "1-ABC-123": "plate",
    "EH123456": "passport",
    "Kerkstraat 12": "address",
    "12 rue de la Loi": "address",
    "9000 Gent": "locality",
    "51.0543, 3.7174": "coordinates",
    "9F26R9XX+3M": "coordinates",
    "mevrouw Janssens": "title",
    "K. Peeters": "initials",
    "Fatima": "name",
    "f.a.t.i.m.a": "name",
    "F\u0430tima": "name",
    "Fat\u0301ima\u0300": "name",
    "\uff26\uff41\uff54\uff49\uff4d\uff41": "name",
    "20261234567": "number",
}
HARMLESS = [
    "from 10:00 to 12:30 on 12/03/2026, 3 times",
    "2.500 euro, 3 times a week in 2026",
    "€ 1.250.000,00 over three years",
    "12-18 and 18-24, about 40 people",
    "ages 12, 13, 14, 15, 16, 17",
    "24/7 @ the station",
    "Place Sainte-Catherine, Sint-Gillis and Saint-Josse",
    "Kerkstraat and rue de la Loi",
    "K7-N, DN08",
]
NUMBERS = {
    "France, NIR": "185057800608491",
    "Luxembourg": "1985073012341",
    "Netherlands, BSN": "111220002",
    "Germany, IdNr": "36456201675",
    "Romania, CNP": "1850730123457",
    "Poland, PESEL": "85073012341",
    "Bulgaria, EGN": "8507301230",
    "Turkey, TC kimlik": "10000000146",
    "Czechia and Slovakia, RČ": "7103192745",
    "Croatia, OIB": "33392005961",
    "Lithuania and Estonia": "33309240064",
    "former Yugoslavia, EMŠO and JMBG": "0101006500006",
    "Greece, AMKA": "01013099997",
    "Switzerland, AHV": "7569217076985",
    "Spain, DNI": "54362315K",
    "Spain, NIE": "X2482300W",
    "Italy, codice fiscale": "RCCMNL83S18D969H",
}
CHECKS: dict[str, Callable[[str], bool]] = {
    country: row[1] for table in (STRONG, WEAK, LETTERED) for country, row in table.items()
}
CLERK = folded(["Xhevahire", "N'Guessan"])


@pytest.mark.parametrize("text", TOLD, ids=ascii)
def test_what_identifies_is_found(text: str) -> None:
    assert [found.kind for found in identifying(f"go to {text} please")] == [TOLD[text]]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_identifies_nobody_is_kept(text: str) -> None:
    assert identifying(text) == []


def test_a_detector_is_a_file_a_line_a_word_for_the_worker_and_sentences_that_measure_it() -> None:
    not_detectors = {"__init__", "lists", "runs", "writing"}
    files = {path.stem for path in Path(identity.__file__).parent.glob("*.py")} - not_detectors
    assert DETECTORS.keys() == files == FOUND.keys()
    measured = {kind for sentence in SENTENCES for kind in sentence.kinds}
    assert measured == DETECTORS.keys()
    assert set(TOLD.values()) | {"foreign_number"} == DETECTORS.keys()


@pytest.mark.parametrize("country", CHECKS)
def test_a_national_number_of_each_country_is_found(country: str) -> None:
    number = NUMBERS[country]
    assert identifying(f"he has {number} there") == [Found("foreign_number", number)]


@pytest.mark.parametrize("country", CHECKS)
def test_a_national_number_with_a_wrong_digit_is_none(country: str) -> None:
    number = NUMBERS[country]
    wrong = re.sub(r"\d(?=\D*\Z)", lambda match: str((int(match[0]) + 1) % 10), number)
    assert CHECKS[country](number)
    assert not CHECKS[country](wrong)


def test_a_number_that_one_in_ten_passes_has_to_stand_alone() -> None:
    assert identifying("31, 111220002")[-1].kind == "foreign_number"
    assert [found.kind for found in identifying("31 111220002")] == ["number"]


def test_what_was_typed_is_shown_as_it_was_typed() -> None:
    assert identifying(
        "bel\u200b \uff10470 12\u200b 34 5\u0336\uff16 of jan (at) voorbeeld punt be"
    ) == [
        Found("phone", "\uff10470 12\u200b 34 5\u0336\uff16"),
        Found("email", "jan (at) voorbeeld punt be"),
    ]


def test_what_one_detector_found_is_not_found_again_by_another() -> None:
    assert identifying("Fatima El Amrani, BE71 0961 2345 6769") == [
        Found("name", "Fatima El Amrani"),
        Found("account", "BE71 0961 2345 6769"),
    ]


@pytest.mark.parametrize("name", ["Roos", "Mark", "Marine", "Rosé", "Claire", "Constant"])
def test_a_word_that_is_also_a_name_is_one_only_in_company(name: str) -> None:
    for harmless in (f"{name.lower()} in het park", f"{name} in het park", f"Place {name}"):
        assert identifying(harmless) == []
    for told in (f"gesproken met {name} over werk", f"{name} Vermeulen is ziek"):
        assert [found.kind for found in identifying(told)] == ["name"], told


@pytest.mark.parametrize(
    "place",
    [
        "Sint-Maarten",
        "Sint Katrien",
        "Place Marie-Louise",
        "Avenue Louise",
        "rue de Fatima",
        "Jan Breydelstadion",
        "Maria-Hendrikaplein",
        "Leopoldpark",
        "Fonds Julie",
        "école Nicolas",
        "Victor Hugo",
    ],
)
def test_a_place_or_a_house_that_is_called_after_somebody_is_nobody(place: str) -> None:
    assert identifying(f"activiteit in {place} ging door") == []


def test_each_name_of_the_list_is_in_one_of_its_parts() -> None:
    assert not ALWAYS & CAPITALISED
    assert not (ALWAYS | CAPITALISED) & IN_COMPANY
    assert len(ALWAYS) > 1000


@pytest.mark.parametrize("write", [str.lower, str.capitalize, str.upper])
def test_a_name_of_the_list_is_found_in_any_case(write: Callable[[str], str]) -> None:
    missed = [name for name in ALWAYS if not identifying(f"gisteren was {write(name)} ziek")]
    assert missed == []


def test_names_that_the_organisation_adds_are_found_too() -> None:
    assert identifying("xhevahire kwam, N'Guessan niet") == []
    assert [item.fragment for item in identifying("xhevahire kwam, N'Guessan niet", CLERK)] == [
        "xhevahire",
        "Guessan",
    ]


@pytest.mark.parametrize(
    "label", ["Stationsbuurt", "Kerkstraat", "Place Sainte-Catherine", "Antoine", "1000 Brussel"]
)
def test_a_label_may_be_a_place_that_is_called_after_somebody(label: str) -> None:
    assert identifying(label, field=LABEL) == []


@pytest.mark.parametrize("text", [text for text, kind in TOLD.items() if kind not in FIELDS[LABEL]])
def test_all_else_is_refused_in_a_label_too(text: str) -> None:
    assert [found.kind for found in identifying(f"go to {text}", field=LABEL)] == [TOLD[text]]


def test_a_kind_of_field_that_is_not_known_is_the_strictest() -> None:
    assert identifying("Fatima", field="what a newer program knows") == identifying("Fatima")
    assert FIELDS[REMARK] == ()
