"""Participants' codes: short, without vowels, with a check character; made by chance or derived.

The check character is that of ISO 7064 (a hybrid system of modulus 29 and 28): it catches each
mistyped character and nearly every swap of two neighbours.
"""

import re
import unicodedata
from collections.abc import Callable

from stdnum.iso7064 import mod_37_36

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""No vowels, so that no code is a word, and no 0, 1 or L, which are mistaken for others.

29 is prime, as the check character needs for 28 characters.
"""
SHORTEST, LONGEST = 2, 6
USED = 4
"""A length is used until one in so many of its codes is taken, so that a guess seldom fits."""

SELF_GENERATED = "M2G7IA"
"""An example of the participant's own answers that make a derived code."""
_ANSWERS = re.compile("[A-Z][0-9X][A-Z][0-9X][A-Z][A-Z]")


BETWEEN = r"[\s\-\u2010-\u2015.]"
"""What people put between the characters of a code."""


def plain(text: str) -> str:
    """Return a typed code without spaces and dashes, in capitals."""
    return re.sub(BETWEEN, "", text).upper()


def spelled(code: str) -> re.Pattern[str]:
    """Return a pattern of every way to write a code that plain() reads as the same one.

    A part of something longer is none. Without a digit in it, only capitals are: nvt is a word.
    """
    letters = f"{BETWEEN}*".join(re.escape(letter) for letter in plain(code))
    has_digit = any(letter.isdigit() for letter in code)
    return re.compile(rf"(?<![\w-]){letters}(?![\w-])", re.IGNORECASE if has_digit else 0)


def written(body: str) -> str:
    """Return a code as people read it: its body, and behind a dash the check character."""
    return f"{body}-{mod_37_36.calc_check_digit(body, ALPHABET)}"


def is_valid(text: str) -> bool:
    """Whether a typed text is a code without a typing error."""
    code = plain(text)
    return SHORTEST < len(code) <= LONGEST + 1 and mod_37_36.is_valid(code, ALPHABET)


def looks_like_code(text: str) -> bool:
    """Whether a text has the shape of a code, right or wrong."""
    code = plain(text)
    return SHORTEST < len(code) <= LONGEST + 1 and all(letter in ALPHABET for letter in code)


def length_for(taken: int) -> int:
    """Return how long the body of the next code is where so many are taken."""
    for length in range(SHORTEST, LONGEST):
        if taken * USED < len(ALPHABET) ** length:
            return length
    return LONGEST


def body(number: int, length: int) -> str:
    """Return the body that a number stands for, which may be any whole number."""
    letters = []
    for _ in range(length):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return "".join(letters)


def derived(digest: str, length: int, is_taken: Callable[[str], bool]) -> str:
    """Return the code that belongs to a digest: the first of its sequence that is free.

    `digest` is hexadecimal. The sequence is always the same, so that the same answers lead to
    the same code wherever it is not taken yet.
    """
    number, wide = int(digest, 16), length
    while True:
        for step in range(len(ALPHABET)):
            code = written(body(number + step, wide))
            if not is_taken(code):
                return code
        wide += 1


def answers_of(text: str) -> str:
    """Return the answers of a self-generated code in one form; "" where they cannot be right.

    An accent is left out, because the next worker may not type it. An X stands for what the
    participant does not know.
    """
    letters = unicodedata.normalize("NFKD", plain(text))
    answers = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return answers if _ANSWERS.fullmatch(answers) else ""
