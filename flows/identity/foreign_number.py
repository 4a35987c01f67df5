"""National numbers of other countries.

Where the check lets one number in a hundred pass (modulo 97, two check digits) or letters have
their place, a number is found also among other digits. Where the check is one digit, so that one
number in ten passes, it has to stand alone: no other digits before or behind it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from stdnum import luhn, verhoeff
from stdnum.bg import egn
from stdnum.ch import ssn as swiss
from stdnum.cz import rc
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.gr import amka
from stdnum.hr import oib
from stdnum.it import codicefiscale
from stdnum.lt import asmens
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.ro import cnp
from stdnum.si import emso
from stdnum.tr import tckimlik

from flows.identity.runs import Span
from flows.identity.writing import Writing

Check = Callable[[str], bool]


def luxembourg(number: str) -> bool:
    """Whether thirteen digits are a Luxembourg number: a birth date and two check digits."""
    try:
        date(int(number[:4]), int(number[4:6]), int(number[6:8]))
    except ValueError:
        return False
    return bool(luhn.is_valid(number[:12]) and verhoeff.is_valid(number[:11] + number[12]))


STRONG: Mapping[str, tuple[int, Check]] = {
    "France, NIR": (15, nir.is_valid),
    "Luxembourg": (13, luxembourg),
}
WEAK: Mapping[str, tuple[int, Check]] = {
    "Netherlands, BSN": (9, bsn.is_valid),
    "Germany, IdNr": (11, idnr.is_valid),
    "Romania, CNP": (13, cnp.is_valid),
    "Poland, PESEL": (11, pesel.is_valid),
    "Bulgaria, EGN": (10, egn.is_valid),
    "Turkey, TC kimlik": (11, tckimlik.is_valid),
    "Czechia and Slovakia, RČ": (10, rc.is_valid),
    "Croatia, OIB": (11, oib.is_valid),
    "Lithuania and Estonia": (11, asmens.is_valid),
    "former Yugoslavia, EMŠO and JMBG": (13, emso.is_valid),
    "Greece, AMKA": (11, amka.is_valid),
    "Switzerland, AHV": (13, swiss.is_valid),
}
LETTERED: Mapping[str, tuple[re.Pattern[str], Check]] = {
    "Spain, DNI": (re.compile(r"(?<!\w)\d{2}\.?\d{3}\.?\d{3}[ -]?[A-Za-z]\b"), dni.is_valid),
    "Spain, NIE": (re.compile(r"\b[XYZxyz][ -]?\d{7}[ -]?[A-Za-z]\b"), nie.is_valid),
    "Italy, codice fiscale": (
        re.compile(r"\b[A-Za-z]{6}\d\d[A-Za-z]\d\d[A-Za-z]\d{3}[A-Za-z]\b"),
        codicefiscale.is_valid,
    ),
}


def find(writing: Writing) -> Iterator[Span]:
    """Return the numbers."""
    for pattern, is_valid in LETTERED.values():
        for match in pattern.finditer(writing.plain):
            if is_valid(match.group()):
                yield Span(*match.span())
    for run in writing.joined:
        for length, is_valid in STRONG.values():
            yield from (span for span, number in run.parts(length) if is_valid(number))
    for run in writing.alone:
        number = run.number
        if any(length == len(number) and is_valid(number) for length, is_valid in WEAK.values()):
            yield run.span
