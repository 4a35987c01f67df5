"""Reads the lists of words beside this file."""

from pathlib import Path

from flows.identity.writing import fold

FOLDER = Path(__file__).parent


def read(name: str) -> dict[str, frozenset[str]]:
    """Return the words of a list by section, folded.

    A section begins with [its name]; what follows # is left out.
    """
    sections: dict[str, set[str]] = {}
    words: set[str] = set()
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        stated = line.partition("#")[0].strip()
        if stated.startswith("["):
            words = sections.setdefault(stated.strip("[]"), set())
        else:
            words.update(fold(word.strip()) for word in stated.split(",") if word.strip())
    return {section: frozenset(found) for section, found in sections.items()}
