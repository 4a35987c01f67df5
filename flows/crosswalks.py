"""What other registrations call an indicator: one answer then serves several funders."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flows.cells import Cells
from flows.columns import CODE, NAME
from flows.problems import Problem
from flows.yaml_nodes import Node
from flows.yaml_nodes import read as read_yaml

CROSSWALKS = "crosswalks"
"""What the file is called; a handbook need not have one."""

FOUND, UNVERIFIED = "found", "unverified"
STATUSES = (FOUND, UNVERIFIED)

WORDS = ("systems", "matches")
SYSTEM_WORDS = ("title", "owner", "source")
MATCH_WORDS = ("system", "item", "status", "source", "note")
MATCH_MAY_LACK = ("note",)


@dataclass(frozen=True, slots=True)
class System:
    """A registration that a funder or an authority asks for."""

    name: str
    title: str
    owner: str
    source: str


@dataclass(frozen=True, slots=True)
class Match:
    """An item of a system that an indicator answers; `found` only if it was read in its source."""

    indicator: str
    system: str
    item: str
    status: str
    source: str
    note: str = ""


@dataclass(frozen=True)
class Crosswalks:
    """The systems by name, and the matches by indicator, both as the file orders them."""

    systems: Mapping[str, System] = field(default_factory=dict)
    matches: Mapping[str, tuple[Match, ...]] = field(default_factory=dict)

    def of(self, indicator: str, system: str) -> list[Match]:
        """Return what a system calls an indicator: nothing, one item or several."""
        return [item for item in self.matches.get(indicator, ()) if item.system == system]


NONE = Crosswalks()


def read(path: Path, problems: list[Problem]) -> tuple[Crosswalks, dict[str, int]]:
    """Read the file, and on which line each indicator stands; faults go into `problems`.

    Whether there are such indicators is for the whole handbook to say.
    """
    if not path.exists():
        return NONE, {}
    reader = _Reader(path, problems)
    root = read_yaml(path, problems)
    if not root.columns:
        if not any(item.file == path for item in problems):
            reader.misshapen(root, path.name, "a mapping (word: value)")
        return NONE, {}
    reader.cells.words(path, root, WORDS, required=WORDS)
    systems = {item.name: item for item in reader.systems(root)}
    matches = dict(reader.matches(root, tuple(systems)))
    listed = root.columns.get("matches", root).columns
    return Crosswalks(systems, matches), {code: listed[code].line for code in matches}


class _Reader:
    def __init__(self, path: Path, problems: list[Problem]) -> None:
        self.path = path
        self.cells = Cells(problems)

    def misshapen(self, node: Node, what: str, wanted: str) -> None:
        self.cells.report("value_shape", self.path, node.line, what=what, wanted=wanted)

    def systems(self, root: Node) -> Iterator[System]:
        for name, node in self._mapping(root, "systems").items():
            if not NAME.fullmatch(name):
                self.cells.report("name_invalid", self.path, node.line, what=name)
            texts = self._texts(node, name, SYSTEM_WORDS, SYSTEM_WORDS)
            yield System(name, **texts)

    def matches(
        self, root: Node, systems: tuple[str, ...]
    ) -> Iterator[tuple[str, tuple[Match, ...]]]:
        for code, node in self._mapping(root, "matches").items():
            if not CODE.fullmatch(code):
                self.cells.report("code_invalid", self.path, node.line, what=code)
            if not node.items:
                self.misshapen(node, code, "a list of matches")
            found = tuple(self._match(code, item, systems) for item in node.items)
            self._distinct(found, node)
            yield code, found

    def _match(self, code: str, node: Node, systems: tuple[str, ...]) -> Match:
        required = [word for word in MATCH_WORDS if word not in MATCH_MAY_LACK]
        texts = self._texts(node, code, MATCH_WORDS, required)
        for word, possible in (("system", systems), ("status", STATUSES)):
            if texts[word]:
                self.cells.one_of(self.path, node, word, possible)
        return Match(code, **texts)

    def _distinct(self, found: tuple[Match, ...], node: Node) -> None:
        seen: set[tuple[str, str]] = set()
        for match, item in zip(found, node.items, strict=True):
            if (match.system, match.item) in seen:
                what = f"{match.system}: {match.item}"
                self.cells.report("yaml_duplicate", self.path, item.line, what=what)
            seen.add((match.system, match.item))

    def _mapping(self, root: Node, word: str) -> Mapping[str, Node]:
        node = root.columns.get(word)
        if node is not None and not node.columns:
            self.misshapen(node, word, "a mapping (word: value)")
        return node.columns if node is not None else {}

    def _texts(
        self, node: Node, what: str, words: tuple[str, ...], required: Iterable[str]
    ) -> dict[str, str]:
        if not node.columns:
            self.misshapen(node, what, "a mapping (word: value)")
            return dict.fromkeys(words, "")
        self.cells.words(self.path, node, words, required)
        texts = {word: self.cells.text(self.path, node, word) for word in words}
        for word, value in node.columns.items():
            # A list or a mapping was reported already; a text must say something.
            if word in words and value.value == "":
                self.cells.report("column_missing", self.path, value.line, what=word)
        return texts
