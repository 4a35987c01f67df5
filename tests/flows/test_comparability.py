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
from flows.sheet import Choice, Sheet
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


def indicated(**columns: Any) -> Sheet:  # noqa: ANN401
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
    found = {change.kind for change in changes(SHEET, LATER[kind], "ladder")}
    # What counts for another indicator has the unit and the definition of that one.
    assert found - {"unit", "definition"} == {kind} - {"unit", "definition"}
    assert kind in found
    assert differ([SHEET, LATER[kind]], "ladder")
    assert not differ([SHEET, LATER[kind]], "network_family")


def exchanged(change: Change) -> Change:
    """Return a change as it is the other way round."""
    what, _, how = change.kind.rpartition("_")
    other = {"added": f"{what}_removed", "removed": f"{what}_added"}.get(how, change.kind)
    return change._replace(kind=other, before=change.after, after=change.before)


@pytest.mark.parametrize("kind", sorted(set(LATER) - {"indicator"}))
def test_the_other_way_round_finds_the_same(kind: str) -> None:
    there = [*changes(SHEET, LATER[kind], "ladder")]
    back = [exchanged(change) for change in changes(LATER[kind], SHEET, "ladder")]
    assert sorted(there) == sorted(back)


kinds = st.sampled_from(sorted(LATER))


@given(kinds, kinds, st.sampled_from([item.name for item in SHEET.questions]))
def test_whether_two_versions_differ_does_not_depend_on_their_order(
    one: str, other: str, question: str
) -> None:
    before, after = LATER[one], LATER[other]
    assert differ([before, after], question) == differ([after, before], question)
    if one == other:
        assert not differ([before, after], question)


@pytest.mark.parametrize("name", sorted(handbook()))
def test_nothing_changes_between_identical_versions(name: str) -> None:
    sheet = handbook()[name]
    later = replace(sheet, version=sheet.version + 1, texts=sheet.texts)
    assert not [change for item in sheet.questions for change in changes(sheet, later, item.name)]


def data_of(later: Sheet, *records: Rows, languages: tuple[str, ...] = ("en",)) -> Dataset:
    known = dict(sheets()) | {("participant", NEW): SHEET, ("participant", NEW + 1): later}
    return dataset([*chain.from_iterable(records)], known, {}, *languages)


def written(data: Dataset) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(Comparability(), data))))


def on(version: int, rows: Rows) -> Rows:
    return [row._replace(sheet_version=version) for row in rows]


BEFORE = participant("K7-N", "baseline", ladder=2, housing=3)
AFTER = on(NEW + 1, participant("K7-N", "final", ladder=3, housing=3))


def test_a_change_is_a_row_with_the_moments_and_the_versions() -> None:
    (row,) = written(data_of(LATER["constraint"], BEFORE, AFTER))
    assert row == {
        "project": "kompas",
        "project_name": "Kompas",
        "indicator": "DN08",
        "name": SHEET.text("en", "indicators.DN08.name"),
        "sheet": "participant",
        "question": "ladder",
        "compared": "baseline_to_final",
        "version_before": str(NEW),
        "version_after": str(NEW + 1),
        "change": "constraint",
        "choice": "",
        "language": "",
        "before": ASKED.constraint,
        "after": ". > 0",
    }


def test_what_was_not_answered_at_both_moments_is_no_row() -> None:
    only_housing = on(NEW + 1, participant("K7-N", "final", housing=3))
    refused = on(NEW + 1, participant("K7-N", "final", {"ladder": Status.REFUSED}))
    half = [row._replace(complete=False) for row in AFTER]
    aside = [row._replace(review="not_counted") for row in AFTER]
    for later in (only_housing, refused, half, aside, on(NEW, AFTER)):
        assert written(data_of(LATER["label"], BEFORE, later)) == []


def test_a_question_that_one_version_has_alone_is_a_change() -> None:
    (row,) = written(data_of(LATER["question_removed"], BEFORE, AFTER[:1]))
    assert (row["change"], row["before"], row["after"]) == (WHOLE[1], ASKED.label, "")
    # The other way round, the later version has it.
    first = on(NEW + 1, [row for row in BEFORE if row.question != "ladder"])
    (row,) = written(data_of(LATER["question_removed"], first, on(NEW, AFTER)))
    assert (row["change"], row["before"], row["after"]) == (WHOLE[0], "", ASKED.label)


def test_a_translation_that_changed_alone_is_a_change_whatever_the_labels_are_in() -> None:
    later = retold("fr", "participant.ladder.label", "Sur quel échelon ?")
    for languages in (("en",), ("fr",), ("nl", "fr")):
        (row,) = written(data_of(later, BEFORE, AFTER, languages=languages))
        assert (row["change"], row["language"]) == ("label", "fr")
        assert row["after"] == "Sur quel échelon ?"


def test_a_text_that_changed_everywhere_is_told_in_the_languages_of_the_export() -> None:
    later = retold("fr", "participant.ladder.label", "Sur quel échelon ?")
    both = changed(later, label="On which rung?")
    assert {item["language"] for item in written(data_of(both, BEFORE, AFTER))} == {"en"}
    told = written(data_of(both, BEFORE, AFTER, languages=("fr", "en")))
    assert sorted(item["language"] for item in told) == ["en", "fr"]


def test_a_language_that_one_version_is_not_offered_in_is_not_compared() -> None:
    fewer = replace(SHEET, version=NEW + 1, texts={"nl": SHEET.texts["nl"]})
    assert written(data_of(fewer, BEFORE, AFTER, languages=("fr",))) == []


def test_a_filter_on_moments_keeps_what_is_about_one_of_them() -> None:
    data = data_of(LATER["label"], BEFORE, AFTER)
    for moment, count in (("baseline", 1), ("final", 1), ("interim", 0)):
        assert len(written(replace(data, filter=Filter(moments=(moment,))))) == count


def test_the_grid_says_for_each_cell_whether_it_compares() -> None:
    other = on(NEW, participant("P3-H", "interim", income="none"))
    data = data_of(LATER["label"], BEFORE, AFTER, other)
    found = list(csv.DictReader(io.StringIO(text_of(Grid(), data))))
    assert {(row["moment"], row["indicator"]): row["comparable"] for row in found} == {
        ("baseline", "DN08"): "no",
        ("baseline", "DN09"): "yes",
        ("final", "DN08"): "no",
        ("final", "DN09"): "yes",
        # It was answered at no other moment.
        ("interim", "DN05"): "",
    }


@given(st.sampled_from(sorted(LATER)))
def test_a_cell_compares_if_and_only_if_no_change_is_told(kind: str) -> None:
    known = LATER[kind].by_name
    data = data_of(LATER[kind], BEFORE, [row for row in AFTER if row.question in known])
    rows = written(data)
    told = {row["indicator"] for row in rows}
    # A question that counts for another indicator is missing in the one before.
    told |= {row["before"] for row in rows if row["change"] == "indicator"}
    found = list(csv.DictReader(io.StringIO(text_of(Grid(), data))))
    assert {row["indicator"] for row in found if row["comparable"] == "no"} == told
