"""What a report is made of, whatever it is shown on: sections with charts, tables and words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

Spec = Mapping[str, object]


class Chart(NamedTuple):
    """A picture: what it is about, how it is made as Vega-Lite in a theme, and what it says."""

    title: str
    spec: Callable[[str], Spec]
    described: str


class Rows(NamedTuple):
    """A table: what is in it, its head, and rows that begin with what they are about."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Item(NamedTuple):
    """A line of a numbered list: when and what, what was said about it, and its sheet."""

    title: str
    words: str
    sheet: str


@dataclass(frozen=True)
class Section:
    """A part of a report; tables and sentences say what its charts show."""

    title: str
    lead: str
    charts: tuple[Chart, ...] = ()
    items: tuple[Item, ...] = ()
    sentences: tuple[str, ...] = ()
    tables: tuple[Rows, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)
