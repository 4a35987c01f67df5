"""What could point to a person is refused however it is written; ordinary sentences are not."""

import pytest

from flows.identity import identifying

TOLD = {
    "0470 12 34 56": "phone",
    "0470/12.34.56": "phone",
    "0470,12,34,56": "number",
    "0470_12_34_56": "number",
    "(0470) (12) (34) (56)": "number",
    "\u2070\u2074\u2077\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076": "phone",
    "jan@example.be": "email",
    "jan @ example.be": "email",
    "jan\uff20example.be": "email",
    "jan(at)example.be": "email",
    "jan\u200b@example.be": "email",
    "@jan.janssens": "email",
    "85.07.30-033.28": "national_number",
    "85.07.30\u2013033.28": "national_number",
    "85,07,30,033,28": "national_number",
    "BE71 0961 2345 6769": "account",
    "4111,1111,1111,1111": "number",
    "born 12/03/1985": "birth_date",
}
HARMLESS = [
    "from 10:00 to 12:30 on 12/03/2026, 3 times",
    "2.500 euro, 3 times a week in 2026",
    "12-18 and 18-24, about 40 people",
    "24/7 @ the station",
]


@pytest.mark.parametrize("text", TOLD, ids=ascii)
def test_what_identifies_is_found(text: str) -> None:
    assert identifying(f"call {text} please") == [TOLD[text]]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_identifies_nobody_is_kept(text: str) -> None:
    assert identifying(text) == []
