"""The instance document: the answers as expressions read them."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from flows.expressions import compiled, day_number, references

_SCIENTIFIC = re.compile(r"-?\d(\.\d+)?e[+-]\d+")

Texts = tuple[tuple[str, str | None], ...]
"""Names of elements with what stands in them; None for one that is not there."""


class Seen(NamedTuple):
    """All that an expression can read: a result depends on nothing else.

    `at` is the element that `.` stands for, `item` the columns of a choice.
    """

    today: date
    texts: Texts
    at: str
    item: Texts


class Instance:
    """The instance document of one conversation: an element for each question on the path.

    An expression sees no more of it than the elements that it names. So a document is written
    for these alone, and the result remembered: the same few answers come again and again.
    """

    def __init__(self, today: date, names: Iterable[str] = ()) -> None:
        self._today = today
        self._texts = dict.fromkeys(names, "")

    def put(self, name: str, text: str) -> None:
        """Set what stands for an answer; "" for a question without one."""
        self._texts[name] = text

    def said(self, name: str) -> str:
        """Return what stands for an answer."""
        return self._texts[name]

    def copied(self) -> "Instance":
        """Return a document that says the same and can be changed on its own."""
        other = Instance(self._today)
        other._texts = dict(self._texts)
        return other

    def as_if(self, name: str, text: str) -> "Instance":
        """Return the document as it would be with another answer."""
        other = self.copied()
        other.put(name, text)
        return other

    def truth(self, expression: str, at: str = "") -> bool:
        """Evaluate a condition; `.` is the question `at`."""
        return bool(_result(expression, "boolean", self._seen(expression, at)))

    def leaves(self, choice_filter: str, columns: Mapping[str, str]) -> bool:
        """Evaluate a choice_filter for one choice, given by its columns."""
        seen = self._seen(choice_filter, item=tuple(columns.items()))
        return bool(_result(choice_filter, "boolean", seen))

    def text(self, expression: str, at: str = "") -> str:
        """Evaluate to text, numbers in plain decimals; "" where there is no number."""
        result = str(_result(expression, "string", self._seen(expression, at)))
        if _SCIENTIFIC.fullmatch(result):
            return f"{Decimal(result):f}"
        return "" if result in ("NaN", "Infinity", "-Infinity") else result

    def _seen(self, expression: str, at: str = "", item: Texts = ()) -> Seen:
        names = _names_in(expression, at)
        return Seen(self._today, tuple([(name, self._texts.get(name)) for name in names]), at, item)


@lru_cache(maxsize=4096)
def _names_in(expression: str, at: str) -> tuple[str, ...]:
    names = dict.fromkeys(references(expression))
    return tuple(names | {at: None} if at else names)


@lru_cache(maxsize=8192)
def _result(expression: str, kind: str, seen: Seen) -> bool | str:
    root = etree.Element("data", today=str(day_number(seen.today)))
    nodes = {name: _added(root, name, text) for name, text in seen.texts if text is not None}
    context = nodes.get(seen.at, root)
    if seen.item:
        context = etree.SubElement(root, "item")
        for name, text in seen.item:
            _added(context, name, text)
    result: bool | str = compiled(expression, kind)(context)
    return result


def _added(parent: etree._Element, name: str, text: str | None) -> etree._Element:
    node = etree.SubElement(parent, name)
    node.text = text
    return node
