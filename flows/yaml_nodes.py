"""Reads YAML as its author wrote it: raw scalars, each with its line.

Plain loading would turn the choice `no` into False and forget where a text stood.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from flows.problems import Problem, problem

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEPTH = 12

UNREADABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar, a list or a mapping of a file, with the line it begins on."""

    line: int
    value: "str | list[Node] | dict[str, Node]"

    @property
    def text(self) -> str:
        """The scalar, on one line; "" for anything else."""
        return " ".join(self.value.split()) if isinstance(self.value, str) else ""

    @property
    def items(self) -> "list[Node]":
        """The list; empty for anything else."""
        return self.value if isinstance(self.value, list) else []

    @property
    def columns(self) -> "dict[str, Node]":
        """The mapping; empty for anything else."""
        return self.value if isinstance(self.value, dict) else {}


def read(path: Path, problems: list[Problem]) -> Node:
    """Read a file; faults go into `problems`, and what cannot be read is an empty mapping."""
    nothing = Node(1, {})
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.append(problem("file_not_utf8", path, line))
        return nothing
    except OSError as error:
        problems.append(problem("file_unreadable", path, 0, what=error.strerror or "unreadable"))
        return nothing
    try:
        root = _Reader(path, text, problems).root()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "unreadable"
        problems.append(problem("yaml_syntax", path, mark.line + 1 if mark else 0, what=what))
        return nothing
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        problems.append(problem("yaml_syntax", path, line, what=error.reason))
        return nothing
    if root is None:
        problems.append(problem("file_empty", path, 0))
    return root or nothing


class _Reader:
    """Builds nodes from parser events: the depth is known before anything is built."""

    def __init__(self, path: Path, text: str, problems: list[Problem]) -> None:
        self._path = path
        self._problems = problems
        self._events = yaml.parse(text, Loader=LOADER)

    def root(self) -> Node | None:
        found = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if found is not None:
                    self._report("yaml_documents", event)
                    return found
                found = self._node(next(self._events), 1)
        return found

    def _node(self, event: yaml.Event, depth: int) -> Node:
        line = _line(event)
        if isinstance(event, yaml.ScalarEvent):
            if UNREADABLE.search(event.value):
                self._report("yaml_syntax", event, what="a control character")
            return Node(line, str(event.value))
        if isinstance(event, yaml.AliasEvent):
            self._report("yaml_alias", event)
            return Node(line, "")
        if depth > DEPTH:
            self._report("yaml_nesting", event)
            self._skip()
            return Node(line, "")
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(line, list(self._sequence(depth)))
        return Node(line, self._mapping(depth))

    def _sequence(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _mapping(self, depth: int) -> dict[str, Node]:
        pairs: dict[str, Node] = {}
        while not isinstance(key := next(self._events), yaml.MappingEndEvent):
            name = self._node(key, depth + 1).text
            value = self._node(next(self._events), depth + 1)
            if not name or name in pairs:
                self._report("yaml_duplicate", key, what=name)
            pairs.setdefault(name, value)
        return pairs

    def _skip(self) -> None:
        depth = 1
        while depth:
            event = next(self._events)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)

    def _report(self, code: str, event: yaml.Event, what: str = "") -> None:
        self._problems.append(problem(code, self._path, _line(event), what=what))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0
