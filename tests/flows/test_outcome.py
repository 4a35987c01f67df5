"""outcome.csv: what an independent evaluator reads of the participants of each project."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.evaluation.suppression import Key, Mark, Sum, Table, exposed
from flows.exports import FORMATS
from flows.exports.outcome import EXPLAINED, NOBODY, NOT_ASKED, NOT_COMPARABLE, Outcome
from flows.record import ExportedValue
from tests.datasets import dataset, text_of
from tests.rows import Rows, exported, indicators, joined, participant, record, sheets, written

OUTCOME = Outcome()
WHOLE = {"indicator": "DN08", "sub_group": "", "compared": "baseline_to_final"}
NUMBERS = ("started", "baseline_n", "final_n", "both", "improved", "same", "worse")


def cohort(*groups: tuple[int, int, int | None], gender: str = "") -> Rows:
    """Return groups of participants: how many, on which step before, on which after."""
    known: dict[str, str | int] = {"gender": gender} if gender else {}
    rows: Rows = []
    for count, before, after in groups:
        first = len({row.subject for row in rows}) + 1
        rows += joined(count, "baseline", first, ladder=before, **known)
        if after is not None:
            rows += joined(count, "final", first, ladder=after)
    return rows


def numbers(rows: Rows, **wanted: str) -> list[str]:
    (row,) = exported(OUTCOME, rows, **(WHOLE | wanted))
    return [row[name] for name in NUMBERS]


def test_the_numbers_of_all_who_started_and_with_both_stand_beside_the_change() -> None:
    rows = cohort((8, 2, 3), (6, 3, 3), (5, 4, 2), (7, 1, None))
    assert numbers(rows) == ["26", "26", "19", "19", "8", "6", "5"]
    (row,) = exported(OUTCOME, rows, **WHOLE)
    assert (row["missing_baseline"], row["missing_final"]) == ("0", "7")
    assert (row["baseline"], row["actual"], row["change"]) == ("3", "3", "0")


def goal(code: str, planned: str) -> Rows:
    answers = {"goal": "Better", "goal_indicator": code, "planned": planned}
    return record("goal", answers, name=f"goal {code} {planned}")


def test_baseline_target_actual_and_change_are_steps_of_the_same_people() -> None:
    rows = cohort((9, 2, 4), (6, 5, None)) + goal("DN08", "5")
    (row,) = exported(OUTCOME, rows, **WHOLE)
    found = [row[name] for name in ("baseline", "target", "actual", "change", "both", "started")]
    assert found == ["2", "5", "4", "2", "9", "15"]
    (worse,) = exported(OUTCOME, cohort((9, 4, 1)), **WHOLE)
    assert (worse["target"], worse["change"]) == ("", "-3")


def test_a_target_is_of_its_indicator_and_of_all_participants_together() -> None:
    rows = joined(9, ladder=2, housing=2, gender="man") + goal("DN08", "5") + goal("DG01", "90")
    found = exported(OUTCOME, rows)
    assert {row["indicator"] for row in found if row["target"]} == {"DN08"}
    assert {row["sub_group"] for row in found if row["target"]} == {""}


def test_several_targets_of_an_indicator_are_all_told_and_those_set_aside_are_not() -> None:
    rows = [*joined(9, ladder=2), *goal("DN08", "4"), *goal("DN08", "5.5")]
    rows += [row._replace(review="not_counted") for row in goal("DN08", "6")]
    rows += [row._replace(complete=False) for row in goal("DN08", "7")]
    (row,) = exported(OUTCOME, rows, **WHOLE)
    assert row["target"] == "4 | 5.5"


def test_no_median_and_no_change_stand_where_they_were_withheld() -> None:
    rows = cohort((4, 2, 3), (9, 3, None)) + goal("DN08", "5")
    (row,) = exported(OUTCOME, rows, **WHOLE)
    assert row["both"] == "<5"
    assert [row[name] for name in ("baseline", "target", "actual", "change")] == ["", "5", "", ""]


def test_every_row_says_that_it_is_for_an_independent_evaluator() -> None:
    assert {row["reader"] for row in exported(OUTCOME, cohort((6, 2, 3)))} == {
        "independent evaluator"
    }


def test_a_count_of_one_to_four_people_is_not_shown() -> None:
    rows = cohort((9, 2, 3), (8, 3, 3), (3, 4, 2))
    assert numbers(rows) == ["20", "20", "20", "20", "9", "withheld", "<5"]
    assert exported(OUTCOME, rows, **WHOLE)[0]["note"] == EXPLAINED


def test_who_is_missing_at_the_end_cannot_be_computed_from_who_is_there() -> None:
    rows = cohort((9, 2, 3), (8, 3, 3), (3, 4, None))
    assert numbers(rows)[:4] == ["20", "20", "withheld", "withheld"]


def test_who_lacks_one_of_two_moments_cannot_be_computed_from_those_who_have_both() -> None:
    rows = cohort((10, 2, 3), (1, 2, None)) + joined(1, "baseline", 12, housing=1)
    rows += joined(1, "final", 12, ladder=3)
    assert numbers(rows)[0] == "12"
    assert numbers(rows)[3:] == ["withheld", "withheld", "0", "0"]


def test_who_came_to_one_moment_only_cannot_be_computed_where_many_lack_each() -> None:
    rows = cohort((14, 2, 3), (1, 2, None)) + joined(5, "baseline", 16, housing=1)
    rows += joined(1, "final", 16, ladder=3)
    shown = dict(zip(NUMBERS, numbers(rows), strict=True))
    assert "withheld" in (shown["baseline_n"], shown["both"])
    assert "withheld" in (shown["final_n"], shown["both"])


def test_how_many_were_there_is_withheld_before_how_they_changed() -> None:
    rows = cohort((9, 2, 3), (8, 3, 3), (6, 4, None)) + joined(7, "baseline", 24, housing=1)
    rows += joined(2, "final", 24, ladder=3)
    (row,) = exported(OUTCOME, rows, **WHOLE)
    assert [row[name] for name in ("final_n", "missing_final")] == ["withheld", "withheld"]
    assert numbers(rows)[3:] == ["17", "9", "8", "0"]
    assert (row["baseline"], row["actual"], row["change"]) == ("2", "3", "1")


def test_of_a_project_with_fewer_than_five_nothing_but_that_is_told() -> None:
    rows = cohort((4, 2, 3))
    assert numbers(rows) == ["<5", *["withheld"] * 6]
    assert all(row["actual"] == "" for row in exported(OUTCOME, rows))


def test_the_threshold_is_a_parameter() -> None:
    (row,) = exported(OUTCOME, cohort((9, 2, 3)), 10, **WHOLE)
    assert row["started"] == "<10"


def test_a_sub_group_has_the_same_table() -> None:
    rows = cohort((6, 2, 3), (6, 3, 3), gender="man")
    rows += [
        row._replace(
            subject=f"W{row.subject}", value="woman" if row.question == "gender" else row.value
        )
        for row in cohort((7, 2, 3), (8, 3, 3), gender="woman")
    ]
    assert numbers(rows, sub_group="DN03:man") == ["12", "12", "12", "12", "6", "6", "0"]
    assert numbers(rows, sub_group="DN03:woman") == ["15", "15", "15", "15", "7", "8", "0"]
    (row,) = exported(OUTCOME, rows, **(WHOLE | {"sub_group": "DN03:woman"}))
    assert row["sub_group_name"] == "Woman"


def test_no_two_characteristics_are_crossed() -> None:
    rows = joined(9, ladder=2, gender="man", age="18_24", main_substance="alcohol", basis="advised")
    groups = {row["sub_group"] for row in exported(OUTCOME, rows)}
    assert groups == {"", "DN02:18_24", "DN03:man", "DN06:alcohol", "DN07:advised"}
    for code in ("DN02", "DN03", "DN06", "DN07"):
        assert {row["sub_group"] for row in exported(OUTCOME, rows, indicator=code)} == {""}


def test_the_distribution_of_a_characteristic_shows_what_its_sub_groups_show() -> None:
    rows = joined(8, gender="man", ladder=2)
    rows += joined(9, "baseline", 9, gender="woman", ladder=2)
    rows += joined(3, "baseline", 18, gender="x", ladder=2)
    found = {
        row["category"]: row["baseline_n"] for row in exported(OUTCOME, rows, indicator="DN03")
    }
    assert found == {"man": "withheld", "woman": "9", "x": "<5", "unknown": "0"}
    sizes = {row["sub_group"]: row["started"] for row in exported(OUTCOME, rows, indicator="DN08")}
    assert (sizes["DN03:man"], sizes["DN03:woman"], sizes["DN03:x"]) == ("withheld", "9", "<5")


def test_a_sub_group_whose_size_is_not_shown_shows_nothing() -> None:
    rows = joined(8, gender="man", ladder=1) + joined(3, "baseline", 9, gender="x", ladder=1)
    for row in exported(OUTCOME, rows, sub_group="DN03:x"):
        shown = {row[name] for name in row if name.endswith("_n") or name.startswith("missing")}
        assert shown <= {"", "withheld"}


def test_what_was_agreed_is_distributed_and_not_compared() -> None:
    rows = joined(9) + joined(6, "final", own_goal=-1) + joined(3, "final", 7, own_goal=2)
    found = exported(OUTCOME, rows, indicator="DN18")
    assert {row["compared"] for row in found} == {""}
    assert [row["final_n"] for row in found] == ["0", "withheld", "0", "0", "<5"]
    assert [row["category"] for row in found] == ["-2", "-1", "0", "1", "2"]


def test_satisfaction_is_compared_where_it_was_asked_at_two_moments() -> None:
    rows = joined(9) + joined(9, "interim", satisfaction=2) + joined(9, "final", satisfaction=4)
    (row,) = exported(OUTCOME, rows, indicator="DN19", compared="interim_to_final")
    assert (row["both"], row["improved"], row["baseline_n"]) == ("9", "9", "")
    assert len(exported(OUTCOME, rows, indicator="DN19", compared="")) == 5


def test_knowledge_is_compared_between_the_two_moments_at_which_it_is_asked() -> None:
    rows = joined(9, risk_knowledge=3) + joined(9, "final", risk_knowledge=3)
    (row,) = exported(OUTCOME, rows, indicator="DN20")
    assert (row["compared"], row["same"], row["interim_n"]) == ("baseline_to_final", "9", "")


def test_change_in_use_as_participants_tell_it_is_distributed() -> None:
    rows = joined(9) + joined(9, "interim", change_in_use="less_risky")
    found = exported(OUTCOME, rows, indicator="DN21")
    assert [(row["category"], row["label"], row["interim_n"]) for row in found] == [
        ("less_risky", "Less risky", "9"),
        ("same", "The same", "0"),
        ("riskier", "Riskier", "0"),
    ]


def test_whoever_left_stays_in_the_count() -> None:
    rows = joined(12, joined_month="2026-01-01")
    for n in range(1, 7):
        answers = {"exit_month": "2026-05-01", "exit_reason": "lost_touch"}
        rows += record("exit", answers, name=f"exit {n}", subject=f"S{n:03}")
    found = {row["category"]: row for row in exported(OUTCOME, rows, indicator="DN22")}
    assert (found["lost_touch"]["final_n"], found["still_there"]["final_n"]) == ("6", "6")
    assert found["lost_touch"]["started"] == "12"
    (row,) = exported(OUTCOME, rows, indicator="DN23")
    assert (row["started"], row["final_n"], row["actual"]) == ("12", "6", "4")


def test_a_changed_wording_is_told() -> None:
    sheet = sheets()["participant", max(v for name, v in sheets() if name == "participant")]
    rows = cohort((9, 2, 3))
    assert NOT_COMPARABLE not in written(OUTCOME, rows)
    older = [row._replace(sheet_version=1) if row.moment == "baseline" else row for row in rows]
    questions = tuple(
        replace(item, label="On which rung?") if item.name == "ladder" else item
        for item in sheet.questions
    )
    known = dict(sheets()) | {("participant", 1): replace(sheet, version=1, questions=questions)}
    text = written(OUTCOME, older, known=known)
    assert NOT_COMPARABLE in text


def test_a_project_without_participants_says_so() -> None:
    rows = record("adjustment", {"why": "No visitors"})
    assert {row["note"].split(";")[0] for row in exported(OUTCOME, rows)} == {NOBODY}


def test_projects_are_kept_apart_and_held_one_at_a_time() -> None:
    one, other = cohort((9, 2, 3)), [row._replace(project="baken") for row in cohort((7, 2, 1))]
    read: list[str] = []

    def watched() -> Iterator[ExportedValue]:
        for row in chain(other, one):
            read.append(row.project)
            yield row

    found = text_of(OUTCOME, dataset(watched(), sheets()))
    assert read == ["baken"] * len(other) + ["kompas"] * len(one)
    assert found.index("baken") < found.index("kompas")
    assert [row["started"] for row in exported(OUTCOME, other + one, **WHOLE)] == ["7", "9"]


def test_the_same_data_gives_the_same_bytes_in_whatever_order_it_comes() -> None:
    rows = cohort((9, 2, 3), (8, 3, 3), (3, 4, 2), gender="x")
    assert written(OUTCOME, rows) == written(OUTCOME, list(reversed(rows)))


def test_no_name_or_code_of_a_participant_is_written() -> None:
    assert "S001" not in written(OUTCOME, cohort((9, 2, 3)))


answers = st.one_of(st.none(), st.integers(1, 3))
person = st.tuples(st.sampled_from(["man", "woman", "x", ""]), answers, answers)
CHANGED = ("both", "improved", "same", "worse")
SEEN_TWICE = (
    ("baseline_n", "both", "before"),
    ("final_n", "both", "after"),
    ("missing_final", "before", "neither"),
    ("missing_baseline", "after", "neither"),
    ("not_both", "before", "after", "neither"),
)
COUNTED = ("started", "baseline_n", "final_n", "missing_baseline", "missing_final", *CHANGED)


@given(st.lists(person, min_size=1, max_size=40))
@settings(deadline=None, max_examples=60)
def test_no_small_number_can_be_computed_from_all_that_is_published(
    people: list[tuple[str, int | None, int | None]],
) -> None:
    rows: Rows = []
    for index, (gender, before, after) in enumerate(people):
        known: dict[str, str | int] = {"gender": gender} if gender else {}
        steps: dict[str, str | int] = {"ladder": before, "housing": before} if before else {}
        rows += participant(f"S{index}", "baseline", {}, **known, **steps)
        if after:
            rows += participant(f"S{index}", "final", {}, ladder=after, housing=4 - after)
    for row in exported(OUTCOME, rows):
        enough = row["both"].isdigit() and int(row["both"]) >= 5
        shown = [row[name] for name in ("baseline", "actual", "change") if row[name]]
        assert len(shown) == (3 if enough else 0)
    table, marks = published(exported(OUTCOME, rows), exported(OUTCOME, rows, 1))
    assert exposed(table, marks, 5) == {}
    small = {key for key, count in table.cells.items() if 0 < count < 5}
    assert all(marks[key] is not Mark.SHOWN for key in small)


def published(
    found: list[dict[str, str]], real: list[dict[str, str]]
) -> tuple[Table, dict[Key, Mark]]:
    """Return all that an evaluator gets about two indicators, as one table with all its sums."""
    cells: dict[Key, int] = {}
    marks: dict[Key, Mark] = {}
    groups: set[str] = set()
    sums: list[Sum] = []
    for shown, row in zip(found, real, strict=True):
        if row["indicator"] not in {"DN08", "DN09"} or row["compared"] != "baseline_to_final":
            continue
        group, code = row["sub_group"], row["indicator"]
        groups.add(group)
        for name in COUNTED:
            key: Key = (group, name) if name == "started" else (group, code, name)
            cells[key] = int(row[name])
            marks[key] = {"<5": Mark.SMALL, "withheld": Mark.WITHHELD}.get(shown[name], Mark.SHOWN)
        started: Key = (group, "started")
        for moment in ("baseline", "final"):
            parts = ((group, code, f"{moment}_n"), (group, code, f"missing_{moment}"))
            sums.append(Sum(started, parts))
        sums.append(Sum((group, code, "both"), tuple((group, code, name) for name in CHANGED[1:])))
        cells[group, code, "before"] = int(row["baseline_n"]) - int(row["both"])
        cells[group, code, "after"] = int(row["final_n"]) - int(row["both"])
        cells[group, code, "neither"] = int(row["missing_final"]) - cells[group, code, "before"]
        cells[group, code, "not_both"] = int(row["started"]) - int(row["both"])
        for name in ("before", "after", "neither", "not_both"):
            # It stands nowhere; a small one is held against all that does.
            is_small = 0 < cells[group, code, name] < 5
            marks[group, code, name] = Mark.WITHHELD if is_small else Mark.UNSEEN
        sums.append(Sum(started, ((group, code, "both"), (group, code, "not_both"))))
        for total, *made_of in SEEN_TWICE:
            sums.append(Sum((group, code, total), tuple((group, code, part) for part in made_of)))
    divided = sorted(groups - {""})
    if divided:
        sums += [
            Sum(key, tuple((group, *key[1:]) for group in divided)) for key in cells if not key[0]
        ]
    return Table(cells, tuple(sums)), marks


@pytest.mark.parametrize("code", sorted(indicators()))
def test_every_indicator_of_the_catalogue_is_read_by_somebody(code: str) -> None:
    rows = joined(9, ladder=2)
    files = {
        name for name in ("outcome", "process") if exported(FORMATS[name], rows, indicator=code)
    }
    assert len(files) == 1


def test_what_a_project_does_not_ask_is_no_drop_out() -> None:
    found = exported(OUTCOME, cohort((9, 2, 3)), indicator="DN10")
    assert [(row["note"], row["started"], row["baseline_n"]) for row in found] == [
        (NOT_ASKED, "", "")
    ]
