"""comparability.csv: what was asked in another way at a later moment, and nothing else."""

import csv
import io
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.evaluation.comparability import KINDS_OF_CHANGE, WHOLE, Change, changes, differ
from flows.exports.comparability import Comparability
from flows.exports.dataset import Dataset
from flows.exports.filter import Filter
from flows.exports.grid import Grid
from flows.record import Status
from flows.sheet import Choice, Question, Sheet
from tests.builders import handbook
from tests.datasets import dataset, text_of
from tests.rows import Rows, participant, sheets

NEW = max(version for name, version in sheets() if name == "participant")
SHEET = handbook()["participant"]
ASKED = SHEET.by_name["ladder"]


def changed(sheet: Sheet = SHEET, name: str = "ladder", **columns: Any) -> Sheet:  # noqa: ANN401
    """Return a later version in which a question is another one."""
    questions = tuple(
        replace(item, **columns) if item.name == name else item for item in sheet.questions
    )
    return replace(sheet, version=NEW + 1, questions=questions, texts=sheet.texts)


def retold(language: str, key: str, text: str) -> Sheet:
    """Return a later version in which one text is another one in one language."""
    texts = dict(SHEET.texts) | {language: dict(SHEET.texts[language]) | {key: text}}
    return replace(SHEET, version=NEW + 1, texts=texts)


def indicated(**columns: str) -> Sheet:
    """Return a later version in which the indicator of the question is another one."""
    indicators = tuple(
        replace(item, **columns) if item.code == ASKED.indicator else item
        for item in SHEET.indicators
    )
    return replace(SHEET, version=NEW + 1, indicators=indicators, texts={})


def without(name: str) -> Sheet:
    questions = tuple(item for item in SHEET.questions if item.name != name)
    return replace(SHEET, version=NEW + 1, questions=questions)


def relabelled(label: str) -> tuple[Choice, ...]:
    return (replace(ASKED.choices[0], label=label), *ASKED.choices[1:])


LATER = {
    "label": changed(label="On which rung are they?"),
    "hint": changed(hint="The lowest one in the last 30 days."),
    "guidance_hint": changed(guidance_hint="Ask."),
    "choice_added": changed(choices=(*ASKED.choices, Choice("7", "Beyond"))),
    "choice_removed": changed(choices=ASKED.choices[1:]),
    "choice_label": changed(choices=relabelled("Nobody")),
    "unit": indicated(unit="rungs"),
    "definition": indicated(definition="Something else."),
    "constraint": changed(constraint=". > 0"),
    "warning": changed(warning=". > 1"),
    "total": changed(total="${housing}"),
    "indicator": changed(indicator="DN09"),
    "type": changed(type="integer"),
    "relevant": changed(relevant="${housing} > 1"),
    "choice_filter": changed(choice_filter="name != '1'"),
    "calculation": changed(calculation="1 + 1"),
    "question_removed": without("ladder"),
}


def test_every_kind_of_change_is_tried() -> None:
    assert {*LATER, "question_added"} == set(KINDS_OF_CHANGE)


@pytest.mark.parametrize("kind", LATER)
def test_each_kind_of_change_is_found_and_alone(kind: str) -> None:
    found = list(changes(SHEET, LATER[kind], "ladder"))
    assert {change.kind for change in found} <= {kind, *(["label"] if kind == "indicator" else [])} | (
        {"unit", "definition"} if kind == "indicator" else set()
    )
    assert found
    assert differ([SHEET, LATER[kind]], "ladder")
    assert not differ([SHEET, LATER[kind]], "housing")
