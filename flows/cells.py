"""Reads the cells of a handbook file: texts, words of a closed set, lists, whole numbers."""

import re
from collections.abc import Iterable
from pathlib import Path

from flows.problems import Problem, problem
from flows.yaml_nodes import Node


class Cells:
    """Reads cells and notes what is wrong with them, with file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems

    def report(
        self, code: str, path: Path, line: int, near: Iterable[str] = (), **fields: object
    ) -> None:
        """Note a problem."""
        self._problems.append(problem(code, path, line, near, **fields))

    def words(self, path: Path, node: Node, words: Iterable[str], required: Iterable[str]) -> None:
        """Check that a mapping has only these words, and those that it needs."""
        for word, value in node.columns.items():
            if word not in words:
                self.report("column_unknown", path, value.line, words, what=word)
        for word in required:
            if word not in node.columns:
                self.report("column_missing", path, node.line, what=word)

    def text(self, path: Path, node: Node, word: str) -> str:
        """Return one text; "" when it is not there."""
        value = node.columns.get(word)
        if value is None:
            return ""
        if not isinstance(value.value, str):
            self.report("value_shape", path, value.line, what=word, wanted="one text")
        return value.text

    def one_of(
        self, path: Path, node: Node, word: str, possible: tuple[str, ...], default: str = ""
    ) -> str:
        """Return a word of a closed set; the default when it is not there."""
        text = self.text(path, node, word)
        if not text and word not in node.columns:
            return default
        return self._known(path, node.columns[word], word, text, possible)

    def list_of(
        self, path: Path, node: Node, word: str, possible: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Return a list of words of a closed set."""
        value = node.columns.get(word)
        if value is None:
            return ()
        if not isinstance(value.value, list):
            self.report("value_shape", path, value.line, what=word, wanted="a list, like [a, b]")
            return ()
        return tuple(self._known(path, item, word, item.text, possible) for item in value.items)

    def _known(
        self, path: Path, node: Node, word: str, text: str, possible: tuple[str, ...]
    ) -> str:
        if text not in possible:
            listed = ", ".join(possible)
            self.report(
                "value_unknown", path, node.line, possible, what=text, column=word, possible=listed
            )
        return text

    def number(self, path: Path, node: Node, word: str, default: int, *, least: int) -> int:
        """Return a whole number; the default when it is not there."""
        if word not in node.columns:
            return default
        text = self.text(path, node, word)
        if not re.fullmatch(r"\d{1,9}", text) or int(text) < least:
            self.report(
                "number_wrong", path, node.columns[word].line, column=word, what=text, least=least
            )
            return default
        return int(text)
