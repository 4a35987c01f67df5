"""Finds what could identify a person in free text, so that it is refused before it is kept."""

import re
import unicodedata
from collections.abc import Iterator

from phonenumbers import PhoneNumberMatcher
from stdnum import iban
from stdnum.be import nn

COUNTRY = "BE"
UNBROKEN_LENGTH = 6
BROKEN_LENGTH = 9
SHORTEST_ACCOUNT = 15
RECENT_YEAR = 2015
"""A full date before this year is taken for a date of birth; projects are younger."""

_MAIL = re.compile(
    r"\w@\w|(?<!\w)@[a-z][\w.]{2,}\b(?!\()|\w\s*@\s*[\w-]+\s*[.\u3002]\s*\w|\w\s*[(\[]\s*at\s*[)\]]\s*\w",
    re.IGNORECASE,
)
_RUN = re.compile(r"\d(?:[^\w]*_*[^\w]*\d)*")
_UNBROKEN = re.compile(rf"\d{{{UNBROKEN_LENGTH},}}")
_ACCOUNT = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ ]?[A-Za-z0-9]{4}){2,7}(?:[ ]?[A-Za-z0-9]{1,3})?")
_DATE = re.compile(r"(?<!\d)\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*(\d{4})(?!\d)")


def identifying(text: str) -> list[str]:
    """Return the kind of each identifying thing found, never the thing itself.

    Kinds: birth_date, national_number, phone, email, account, number. Digits are joined over
    whatever separates them but letters. Names and addresses cannot be found this way; the
    question itself asks to leave them out.
    """
    plain = _plain(text)
    if found := list(_known(plain)):
        return found
    # A recent date is no number to worry about.
    runs = _runs(_DATE.sub(" - a date - ", plain))
    long = any(_UNBROKEN.search(plain) or len(digits) >= BROKEN_LENGTH for digits in runs)
    return ["number"] if long else []


def _plain(text: str) -> str:
    """Return a text in plain digits and signs: no marks over them, nothing invisible."""
    shown = unicodedata.normalize("NFKC", text)
    return "".join(
        str(unicodedata.digit(char)) if unicodedata.digit(char, None) is not None else char
        for char in shown
        if unicodedata.category(char) not in ("Mn", "Me", "Cf")
    )


def _runs(text: str) -> list[str]:
    return [re.sub(r"\D", "", match.group()) for match in _RUN.finditer(text)]


def _known(text: str) -> Iterator[str]:
    if any(int(match[1]) < RECENT_YEAR for match in _DATE.finditer(text)):
        yield "birth_date"
    if _MAIL.search(text):
        yield "email"
    if any(_holds_account(match.group()) for match in _ACCOUNT.finditer(text)):
        yield "account"
    if any(nn.is_valid(digits) for digits in _runs(text)):
        yield "national_number"
    if any(True for _ in PhoneNumberMatcher(text, COUNTRY)):
        yield "phone"


def _holds_account(text: str) -> bool:
    # The words behind an account number look like more of it.
    return any(iban.is_valid(text[:length]) for length in range(SHORTEST_ACCOUNT, len(text) + 1))
