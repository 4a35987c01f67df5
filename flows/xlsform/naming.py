"""Names: how one that is not allowed could be written, and the code of an own indicator."""

import re
import unicodedata
from base64 import b32encode
from collections.abc import Collection
from hashlib import sha256

from flows.columns import CHOICE_NAME, NAME
from flows.own import OWN_CODE

LONGEST = 24
CODE = re.compile(rf"{OWN_CODE}[A-Z0-9]{{1,11}}")
"""What the code of an own indicator can be."""

_LETTERS, _DIGEST = 5, 6


def proposal(name: str, taken: Collection[str] = (), *, choice: bool = False) -> str:
    """Return how a name could be written that is not allowed: "Huis & tuin" as "huis_tuin"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if not choice and not re.match(r"[a-z]", words):
        words = f"q_{words}".strip("_")
    words = words[:LONGEST].strip("_") or "other"
    found, count = words, 1
    while found in taken:
        count += 1
        found = f"{words[: LONGEST - len(str(count)) - 1]}_{count}"
    return found


def is_name(name: str, *, choice: bool = False) -> bool:
    """Whether a name is allowed."""
    return (CHOICE_NAME if choice else NAME).fullmatch(name) is not None


def own_code(sheet: str, question: str) -> str:
    """Return the code of a question's own indicator: the same in every version of its form.

    It begins like the question's name, so that it can be read; the rest keeps it apart.
    """
    digest = b32encode(sha256(f"{sheet}.{question}".encode()).digest()).decode()[:_DIGEST]
    letters = re.sub(r"[^A-Z0-9]", "", question.upper())[:_LETTERS]
    return f"{OWN_CODE}{letters}{digest}"
