"""How numbers, dates and words are read and written in a worker's own language."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, get_day_names, get_month_names
from babel.numbers import format_decimal, get_decimal_symbol
from text_to_num import text2num

COUNTRY = "BE"
REGIONS = {"en": "en_GB"}
DAY_PATTERNS = {"de": "EEEE, d. MMMM"}
MOST_DIGITS = 12
ALMOST_A_YEAR = timedelta(days=330)

_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*(\d{4}|\d{2}))?\.?")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


_TIME_OF_DAY = re.compile(
    r"\b\d{1,2} ?(?:u|uur|h|heures?|uhr|hours?|o.?clock|am|pm)\b|\b\d{1,2}[uh:]\d{0,2}\b"
)
_SO_LONG = re.compile(
    r"(?:over|in|dans|binnen)? ?(?P<count>\d{1,3}) ?"
    r"(?:(?P<weeks>week|weken|semaines?|wochen?|weeks)|dag|dagen|jours?|tage?n?|days?)"
)


@lru_cache
def locale(language: str) -> Locale:
    """Return the language as it is used in Belgium; British conventions for English."""
    try:
        return Locale.parse(REGIONS.get(language, f"{language}_{COUNTRY}"))
    except UnknownLocaleError:
        return Locale.parse(language)


def language_name(language: str) -> str:
    """Return what a language calls itself, with a capital."""
    name = locale(language).get_language_name(language) or language
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return a text without accents, case, signs and double spaces, for comparing."""
    words = "".join(" " if unicodedata.category(char).startswith("S") else char for char in text)
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", words).casefold())
    kept = "".join(
        char if char.isalnum() else " " for char in plain if not unicodedata.combining(char)
    )
    return " ".join(kept.split())


def read_decimal(text: str, language: str) -> Decimal | None:
    """Read "3,5", "3.5", "12 500" or "drie"; None when it is not one number.

    A comma and a point both separate decimals, unless three digits follow the one that the
    language uses for thousands: "1.500" is fifteen hundred in Dutch and 1.5 in English.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-")
    if (number_in_words := read_number_words(plain, language)) is not None:
        return Decimal(number_in_words)
    match = re.fullmatch(
        r"(?:€\s*)?([+-]?)\s*(\d[\d ,.'\u2019]*)(?:\s*(?:€|%|EUR|eur|euro))?", plain, re.ASCII
    )
    if match is None:
        return None
    number = _plain_number(match[2].strip(), get_decimal_symbol(locale(language)))
    if number is None or len(number.replace(".", "")) > MOST_DIGITS:
        return None
    return Decimal(match[1] + number)


def _plain_number(digits: str, decimal_sign: str) -> str | None:
    thousands = "." if decimal_sign == "," else ","
    whole = digits
    if re.fullmatch(r"\d{1,3}([ '\u2019]\d{3})+([.,]\d+)?", whole):
        whole = re.sub(r"[ '\u2019]", "", whole)
    grouped = rf"\d{{1,3}}({re.escape(thousands)}\d{{3}})+({re.escape(decimal_sign)}\d+)?"
    if re.fullmatch(grouped, whole):
        whole = whole.replace(thousands, "")
    whole = whole.replace(",", ".")
    return whole if re.fullmatch(r"\d+(\.\d+)?", whole) else None


def read_number_words(text: str, language: str) -> int | None:
    """Read a written-out number, such as "drie" or "nonante-deux"; None when it is none."""
    if not text or not all(char.isalpha() or char in " -'\u2019" for char in text):
        return None
    try:
        return int(text2num(text.casefold(), language))
    except ValueError:
        return None


@lru_cache(maxsize=8192)
def show_decimal(number: Decimal | int, language: str) -> str:
    """Write a number the local way."""
    return str(format_decimal(number, format="#,##0.######", locale=locale(language)))


@lru_cache(maxsize=1024)
def show_date(day: date, language: str) -> str:
    """Write a date with its weekday: "ma 02/03/2026"."""
    return str(format_date(day, "EEE dd/MM/yyyy", locale=locale(language)))


@lru_cache(maxsize=1024)
def show_day(day: date, language: str, today: date) -> str:
    """Write a day as it is said: "vrijdag 6 maart", with the year where it is another one."""
    pattern = DAY_PATTERNS.get(language, "EEEE d MMMM")
    year = "" if day.year == today.year else " y"
    return str(format_date(day, pattern + year, locale=locale(language)))


def show_full_date(day: date, language: str) -> str:
    """Write a day as a document has it: "6 maart 2026"."""
    return str(format_date(day, "long", locale=locale(language)))


def show_moment(at: datetime, language: str) -> str:
    """Write a date with its time of day, in the time zone that it carries."""
    return f"{show_date(at.date(), language)} {at:%H:%M}"


def read_date(text: str, language: str, today: date) -> date | None:
    """Read "12/03/2026", "12-3", "2026-03-12", "gisteren", "maandag" or "12 maart".

    Day before month, always. Without a year it is the last such day, a weekday the last one
    before today. None when it is not one date.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if match := _YEAR_FIRST.fullmatch(plain):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_FIRST.fullmatch(plain):
        return _numeric_day(match, today)
    if weekday := _weekday(fold(plain), language, today):
        return weekday
    return _written_day(plain, language, today) if any(char.isalpha() for char in plain) else None


def read_coming_date(text: str, language: str, today: date) -> date | None:
    """Read a date as read_date does, but without a year it is the first such day from today on.

    A day of the last weeks stays one, because nobody means the one of next year.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if weekday := _weekday(fold(plain), language, today):
        return weekday + timedelta(weeks=1)
    if match := _SO_LONG.fullmatch(fold(plain)):
        return today + timedelta(days=int(match["count"]) * (7 if match["weeks"] else 1))
    found = read_date(text, language, today)
    if found is None or found >= today or not any(char.isdecimal() for char in plain):
        return found
    later = read_date(text, language, today + ALMOST_A_YEAR)
    return later if later and later != found else found


@lru_cache
def weekday_names(
    language: str, width: Literal["short", "abbreviated", "wide"] = "short"
) -> tuple[str, ...]:
    """Return what the days of a week are called, Monday first."""
    names = get_day_names(width, context="stand-alone", locale=locale(language))
    return tuple(names[number].rstrip(".") for number in range(7))


@lru_cache
def month_names(language: str, width: Literal["abbreviated", "wide"]) -> tuple[str, ...]:
    """Return what the months of a year are called."""
    names = get_month_names(width, context="stand-alone", locale=locale(language))
    return tuple(names[number].rstrip(".") for number in range(1, 13))


def show_month(day: date, language: str) -> str:
    """Write a month: "maart 2026"."""
    return str(format_date(day, "MMMM yyyy", locale=locale(language)))


def read_month(text: str, language: str, today: date) -> date | None:
    """Read "03/2026", "2026-03", "maart 2026" or "maart" as the first day of that month.

    Without a year it is the last such month that has begun.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if match := re.fullmatch(r"(\d{1,2})\s*[/.-]\s*(\d{4})", plain):
        return _day(int(match[2]), int(match[1]), 1)
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})", plain):
        return _day(int(match[1]), int(match[2]), 1)
    word, _, year = fold(plain).partition(" ")
    for width in ("wide", "abbreviated"):
        for number, name in get_month_names(width, locale=locale(language)).items():
            if fold(name) == word and (not year or re.fullmatch(r"\d{4}", year)):
                if year:
                    return _day(int(year), number, 1)
                return date(today.year - (number > today.month), number, 1)
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _numeric_day(match: re.Match[str], today: date) -> date | None:
    day, month = int(match[1]), int(match[2])
    if match[3]:
        return _day(int(match[3]) + (2000 if len(match[3]) == len("26") else 0), month, day)
    years = (today.year, today.year - 1, today.year - 2, today.year - 3, today.year - 4)
    days = (_day(year, month, day) for year in years)
    return next((found for found in days if found and found <= today), None)


def _weekday(text: str, language: str, today: date) -> date | None:
    for width in ("wide", "abbreviated", "short"):
        for number, name in get_day_names(width, locale=locale(language)).items():
            if fold(name) == text:
                return today - timedelta(days=(today.weekday() - number - 1) % 7 + 1)
    return None


def _written_day(text: str, language: str, today: date) -> date | None:
    import dateparser

    if _TIME_OF_DAY.search(fold(text)) or _SO_LONG.fullmatch(fold(text)):
        # The library takes an hour, or a number of days, for a day that long ago.
        return None
    try:
        found = dateparser.parse(
            text,
            languages=[language],
            settings={
                "RELATIVE_BASE": datetime.combine(today, time()),
                "REQUIRE_PARTS": ["day", "month"],
                "PREFER_DATES_FROM": "past",
                "DATE_ORDER": "DMY",
                "RETURN_AS_TIMEZONE_AWARE": False,
            },
        )
    except ValueError:
        # The library does not know every language that Babel does.
        return None
    return found.date() if found else None
