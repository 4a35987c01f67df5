"""Finds what could identify a person in free text, so that it is refused before it is kept."""

import re
from collections.abc import Iterator

from phonenumbers import PhoneNumberMatcher
from stdnum import iban
from stdnum.be import nn

COUNTRY = "BE"
UNBROKEN_LENGTH = 6
BROKEN_LENGTH = 9

_MAIL = re.compile(r"\S+@\S+\.\S+")
_RUN = re.compile(r"\d[\d./ -]*")
_UNBROKEN = re.compile(rf"\d{{{UNBROKEN_LENGTH},}}")
_ACCOUNT = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ ]?[A-Za-z0-9]{4}){2,7}(?:[ ]?[A-Za-z0-9]{1,3})?")


def identifying(text: str) -> list[str]:
    """Return the kind of each identifying thing found, never the thing itself.

    Kinds: national_number, phone, email, account, number. Names cannot be found this way;
    the question itself asks to leave them out.
    """
    runs = [re.sub(r"\D", "", match.group()) for match in _RUN.finditer(text)]
    if found := list(_known(text, runs)):
        return found
    long = _UNBROKEN.search(text) or any(len(digits) >= BROKEN_LENGTH for digits in runs)
    return ["number"] if long else []


def _known(text: str, runs: list[str]) -> Iterator[str]:
    if _MAIL.search(text):
        yield "email"
    if any(iban.is_valid(match.group()) for match in _ACCOUNT.finditer(text)):
        yield "account"
    if any(nn.is_valid(digits) for digits in runs):
        yield "national_number"
    if any(True for _ in PhoneNumberMatcher(text, COUNTRY)):
        yield "phone"
