"""Sentences as street workers write them, with the kinds of what identifies somebody in each."""

import csv
from pathlib import Path
from typing import NamedTuple


class Sentence(NamedTuple):
    """A sentence.

    `held_out` is "no", or else the sentence was not looked at while the detectors were made:
    "first" if it was written before them, "last" if afterwards.
    """

    language: str
    held_out: str
    kinds: frozenset[str]
    text: str


def _sentences() -> list[Sentence]:
    with (Path(__file__).parent / "sentences.csv").open(encoding="utf-8", newline="") as file:
        return [
            Sentence(
                row["language"],
                row["held_out"],
                frozenset(row["kinds"].split(";")) - {""},
                row["text"],
            )
            for row in csv.DictReader(file)
        ]


SENTENCES = _sentences()
