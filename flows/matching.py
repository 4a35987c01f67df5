"""Finds which button a typed text means, and never guesses between two."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flows.local import fold

NOTHING = "v:-"
"""What a button does that is there only to be read."""

LEAST_WORD = 4
HEAD_ENDS = ":,(\u2013\u2026"


@dataclass(frozen=True, slots=True)
class Option:
    """A button before it is drawn: what it says, what it does, what else may be typed for it."""

    label: str
    action: str
    others: tuple[str, ...] = ()
    name: str = ""


def meant(text: str, options: Sequence[Option], keys: Iterable[str]) -> list[str]:
    """Return the actions that a typed text can mean: one when it is clear, none when unknown.

    A number (a button's key), a choice's name, a whole label, the start of a label up to a
    comma or colon, its first words, in the worker's language or another one, or a word of a
    choice; accents, case and spaces do not matter. The first of these that fits decides, but a
    number that is also the start of another label is never taken for either.
    """
    wanted, typed = fold(text), text.strip()
    by_key = [option.action for option, key in zip(options, keys, strict=True) if key == typed]
    if not wanted:
        return by_key
    for tier in (_named, _whole, _head, _start, _elsewhere, _inside):
        if found := [option.action for option in options if tier(wanted, option)]:
            return _distinct([*by_key, *found])
    return by_key


def exactly(text: str, options: Sequence[Option]) -> list[str]:
    """Return the actions whose whole label, in any language, is the typed text."""
    wanted = fold(text)
    if not wanted:
        return []
    return _distinct(
        [
            option.action
            for option in options
            if wanted in {fold(label) for label in _labels(option)}
        ]
    )


def _named(wanted: str, option: Option) -> bool:
    return bool(option.name) and fold(option.name) == wanted


def _whole(wanted: str, option: Option) -> bool:
    return _tight(option.label) == wanted.replace(" ", "")


def _head(wanted: str, option: Option) -> bool:
    return fold(_until(option.label)) == wanted


def _start(wanted: str, option: Option) -> bool:
    return fold(option.label).startswith(f"{wanted} ")


def _elsewhere(wanted: str, option: Option) -> bool:
    return any(fold(label) == wanted or fold(_until(label)) == wanted for label in option.others)


def _inside(wanted: str, option: Option) -> bool:
    # In French the telling word comes last: "mesure initiale". A short one may be any word, and a
    # button that does something may hold the words of what it does it to: "Undo: Participant".
    told = len(wanted) >= LEAST_WORD and not any(letter.isdigit() for letter in wanted)
    return bool(option.name) and told and f" {wanted} " in f" {fold(option.label)} "


def _labels(option: Option) -> tuple[str, ...]:
    return (option.label, *option.others)


def _tight(label: str) -> str:
    return fold(label).replace(" ", "")


def _until(label: str) -> str:
    ends = [label.index(mark) for mark in HEAD_ENDS if mark in label]
    return label[: min(ends)] if ends else label


def _distinct(actions: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(actions))
