"""Sentences as street workers write them, with the kinds of what identifies somebody in each."""

import csv
from pathlib import Path
from typing import NamedTuple


class Sentence(NamedTuple):
    """A sentence; what is held out was never looked at while the detectors were made."""

    language: str
    held_out: bool
    kinds: frozenset[str]
    text: str


def _sentences() -> list[Sentence]:
    with (Path(__file__).parent / "sentences.csv").open(encoding="utf-8", newline="") as file:
        return [
            Sentence(
                row["language"],
                row["held_out"] == "yes",
                frozenset(row["kinds"].split(";")) - {""},
                row["text"],
            )
            for row in csv.DictReader(file)
        ]


SENTENCES = _sentences()
