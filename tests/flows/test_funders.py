import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from flows.evaluation.realised import NOT_YET, SMALL
from flows.exports import FORMATS
from flows.exports.funders import COLUMNS, _Book
from flows.record import ExportedValue, Status
from flows.sheet import Sheet
from tests.datasets import dataset, text_of
from tests.flows.test_crosswalks import handbook, released

DAY = date(2026, 3, 2)
OF_THE_AREA = "a figure about the area, no proof of what the project did"
OF_PARTICIPANTS = "registered for each participant; not given to funders"


def record(
    sheet: str,
    number: str,
    day: date = DAY,
    moment: str = "continuous",
    **answers: str | dict[str, str],
) -> list[ExportedValue]:
    """Return the answered values of one record; by category where a mapping is given."""
    made = handbook().sheets[sheet]
    return [
        value(made, question, category, text)._replace(
            record=number, observed_on=day, moment=moment
        )
        for question, answer in answers.items()
        for category, text in (answer.items() if isinstance(answer, dict) else [("", answer)])
    ]


def value(sheet: Sheet, question: str, category: str, text: str) -> ExportedValue:
    asked = sheet.by_name[question]
    return ExportedValue(
        organisation="brugge",
        project="kompas",
        project_name="Kompas",
        level=sheet.level,
        moment="continuous",
        subject="",
        sheet=sheet.name,
        sheet_version=sheet.version,
        record="8F3K",
        revision=1,
        complete=True,
        person="p1",
        observed_on=DAY,
        submitted_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        record_remark="",
        entered_for="",
        provenance="",
        review="received",
        entered_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        position=sheet.positions[question],
        question=question,
        category=category,
        indicator=asked.indicator,
        role="practitioner",
        type=asked.type,
        status=Status.ANSWERED,
        reason="",
        value=text,
        remark="",
    )


def funder(*codes: str, system: str = "dashboards", number: str = "FUND") -> list[ExportedValue]:
    wanted = dict.fromkeys(codes, "1") | {"PR12": "0"}
    return record(
        "funding",
        number,
        funder="federal",
        programme="Safety plan",
        system=system,
        funder_indicators=wanted,
        rhythm="yearly",
        first_report="2026-12-31",
    )


def goal(code: str, text: str = "More people", planned: str = "120") -> list[ExportedValue]:
    return record("goal", f"GOAL {text}", goal=text, goal_indicator=code, planned=planned)


def written(rows: list[ExportedValue], language: str = "en") -> str:
    data = dataset(rows, released(), {}, language, crosswalks=handbook().crosswalks)
    return text_of(FORMATS["funders"], data)


def table(*records: list[ExportedValue]) -> list[dict[str, str]]:
    rows = [row for rows in records for row in rows]
    return list(csv.DictReader(io.StringIO(written(rows))))


def realised(code: str, *records: list[ExportedValue]) -> tuple[str, str, str]:
    (row,) = table(funder(code, system="own"), *records)
    return row["realised"], row["period"], row["comment"]


def test_a_funder_sees_each_wanted_indicator_with_its_goal_and_its_item() -> None:
    met = record("round", "1", date(2026, 3, 1), met="7") + record("contact", "2", met="2")
    rows = table(funder("DG01", "PR12"), goal("DG01"), met)
    assert rows == [
        {
            "project": "kompas",
            "funder": "Federal government",
            "programme": "Safety plan",
            "system": "dashboards",
            "rhythm": "Each year",
            "next_report": "2026-12-31",
            "goal": "More people",
            "indicator": "DG01",
            "name": "People reached",
            "item": "Number of people reached in an activity",
            "planned": "120",
            "realised": "9",
            "period": "2026-03-01 - 2026-03-02",
            "comment": "",
        }
    ]


def test_goal_indicator_planned_realised_period_and_comment_are_read_in_this_order() -> None:
    read = ["goal", "indicator", "planned", "realised", "period", "comment"]
    assert [column for column in COLUMNS if column in read] == read


def test_what_was_not_wanted_has_no_row() -> None:
    assert table(funder(), goal("DG01")) == []
    assert table(goal("DG01")) == []
    assert written([]) == ",".join(COLUMNS) + "\r\n"


def test_an_indicator_without_goal_or_item_has_a_row_too() -> None:
    (row,) = table(funder("PR20"), goal("DG01"))
    assert [row[name] for name in ("goal", "item", "planned", "realised", "period")] == [""] * 5
    assert row["comment"] == NOT_YET


def test_two_goals_of_one_indicator_are_two_rows() -> None:
    rows = table(funder("DG01"), goal("DG01"), goal("DG01", "More youngsters", "40"))
    assert [(row["goal"], row["planned"]) for row in rows] == [
        ("More people", "120"),
        ("More youngsters", "40"),
    ]


def test_several_items_stand_beside_each_other_and_one_that_is_unverified_is_marked() -> None:
    (row,) = table(funder("DG22", system="harm_reduction"))
    assert row["item"] == "NSP: provision of other drug-use paraphernalia | Condoms"
    assert row["comment"] == f"{NOT_YET}; the matching item is unverified"


def test_the_rows_are_in_the_order_of_projects_funders_and_the_catalogue() -> None:
    other = [row._replace(project="zenit") for row in funder("DG02")]
    rows = table(funder("DG20", "PR17", "DG01", number="B"), funder("DG21", number="A"), other)
    assert [(row["project"], row["indicator"]) for row in rows] == [
        ("kompas", "PR17"),
        ("kompas", "DG01"),
        ("kompas", "DG20"),
        ("kompas", "DG21"),
        ("zenit", "DG02"),
    ]


def test_nothing_of_one_project_counts_for_another() -> None:
    other = [row._replace(project="zenit") for row in [*funder("DG01"), *goal("DG01")]]
    (row,) = table(record("round", "1", met="7"), other)
    assert (row["project"], row["realised"], row["comment"]) == ("zenit", "", NOT_YET)


def test_a_measurement_is_given_as_it_was_last_with_its_moment() -> None:
    first = record("project", "1", moment="baseline", staff_fte="1.5")
    # The database gives the moments in the order of their letters.
    last = record("project", "2", date(2026, 9, 1), "interim", staff_fte="2.5")
    final = record("project", "3", date(2026, 12, 1), "final", staff_fte="2")
    assert realised("PR09", first, final, last) == ("2", "final", "")
    assert realised("PR09", first, last) == ("2.5", "interim", "")


def test_a_later_measurement_of_the_same_moment_takes_the_place_of_the_first() -> None:
    earlier = record("project", "1", moment="interim", active_partners={"health": "3"})
    later = record(
        "project", "2", date(2026, 3, 9), "interim", active_partners={"safety": "1", "health": "0"}
    )
    expected = "active_partners.safety = 1 | active_partners.health = 0"
    assert realised("PR03", earlier, later)[0] == expected
    assert realised("PR03", later, earlier)[0] == expected


def test_a_measurement_of_several_questions_names_each() -> None:
    done = record(
        "project",
        "1",
        moment="interim",
        planned="10",
        done_as_planned="8",
        done_otherwise="1",
        fidelity="80",
    )
    assert realised("PR19", done)[0] == (
        "planned = 10 | done_as_planned = 8 | done_otherwise = 1 | fidelity = 80"
    )


def test_what_was_not_answered_is_no_figure() -> None:
    unknown = [
        row._replace(status=Status.DONT_KNOW, value="")
        for row in record("project", "1", moment="final", staff_fte="0")
    ]
    before = record("project", "2", moment="baseline", staff_fte="1.5")
    assert realised("PR09", unknown) == ("", "", NOT_YET)
    assert realised("PR09", before, unknown) == ("1.5", "baseline", "")


def test_decimals_are_added_up_without_rounding() -> None:
    hours = [record("round", str(number), hours="0.1") for number in range(3)]
    assert realised("PR18", *hours)[0] == "0.3"
    assert (
        realised("PR18", record("round", "1", hours="100"), record("round", "2", hours="0.0"))[0]
        == "100"
    )


def test_ten_contacts_of_one_day_and_kind_are_one_activity() -> None:
    contacts = [record("contact", str(number), activity="street_round") for number in range(10)]
    more = record("contact", "x", activity="drop_in"), record("round", "y", activity="street_round")
    workshop = record("activity", "z", activity="workshop", present="12")
    assert realised("PR17", *contacts)[0] == "1"
    assert realised("PR17", *contacts, *more)[0] == "2"
    assert realised("PR17", *contacts, *more, workshop, workshop)[0] == "4 | present = 24"


def test_activities_of_two_workers_or_days_are_two() -> None:
    one = record("contact", "1", activity="street_round")
    another = [row._replace(person="p2", record="2") for row in one]
    later = record("contact", "3", date(2026, 3, 3), activity="street_round")
    typed_in = [row._replace(person="p3", entered_for="p1", record="4") for row in one]
    assert realised("PR17", one, another, later, typed_in)[0] == "3"


def test_referrals_of_contacts_and_rounds_are_added_up() -> None:
    contact = record(
        "contact",
        "1",
        referred_to={"leisure": "1", "other": "0", "legal_help": "1"},
        referral_status="arranged",
    )
    assert realised("DG09", contact, record("round", "2", referrals={"leisure": "3"}))[0] == "5"


def test_people_are_not_counted_twice_by_age_and_by_gender() -> None:
    profile = record("round", "1", age={"18_24": "4", "55_plus": "1"}, gender={"man": "5"})
    assert realised("DG04", profile)[0] == "5"


def test_numbers_of_different_things_stay_apart() -> None:
    given = record("material", "1", naloxone_kits="3", naloxone_trained="3")
    assert realised("DG23", given, given)[0] == "6 | naloxone_trained = 6"


def test_a_small_number_of_people_is_not_told_to_a_funder() -> None:
    given = record("material", "1", naloxone_kits="3", naloxone_trained="2")
    value, _, comment = realised("DG23", given, given)
    assert (value, comment) == ("6 | naloxone_trained = <5", SMALL)


def test_a_log_is_counted_by_its_entries() -> None:
    entry = record("adjustment", "1", adjusted={"hours": "1", "place": "1"}, why="It was cold")
    found = realised("PR20", entry, [row._replace(record="2") for row in entry])
    assert found[0] == "2"


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("DG14", record("activity", "1", participation="3")),
        ("DG10", record("follow_up", "1", outcomes={"arrived": "3"})),
    ],
    ids=["steps", "shares"],
)
def test_steps_and_shares_are_never_added_up(code: str, rows: list[ExportedValue]) -> None:
    value, period, comment = realised(code, rows)
    assert (value, period) == ("", "")
    assert comment.startswith("steps and shares cannot be added up")


def test_a_figure_of_the_area_says_that_it_proves_nothing() -> None:
    reports = record("target_group", "1", moment="final", nuisance_reports={"police": "12"})
    assert realised("DG16", reports) == ("nuisance_reports.police = 12", "final", OF_THE_AREA)
    for code in ("DG17", "DG18", "DG19"):
        assert realised(code)[2] == f"{NOT_YET}; {OF_THE_AREA}"


@pytest.mark.parametrize("code", ["DN08", "DN17", "DN22", "DN23"])
def test_nothing_of_a_participant_reaches_a_funder(code: str) -> None:
    rows = record("participant", "1", moment="final", ladder="3", left="yes") + record(
        "attendance", "2", times_attended="7"
    )
    assert realised(code, rows) == ("", "", OF_PARTICIPANTS)


def test_what_is_worked_out_says_from_what() -> None:
    assert realised("PR27") == ("", "", "worked out from PR07, DG01; not in this file")


@pytest.mark.parametrize("change", [{"complete": False}, {"review": "not_counted"}], ids=str)
def test_a_record_that_does_not_count_is_left_out(change: dict[str, object]) -> None:
    rows = record("round", "1", met="7")
    left_out = [row._replace(**change) for row in rows]  # type: ignore[arg-type]  # two columns
    assert realised("DG01", rows, left_out)[0] == "7"
    assert table([row._replace(**change) for row in funder("DG01")]) == []  # type: ignore[arg-type]


def test_no_text_can_become_a_formula() -> None:
    rows = [*funder("DG01", system="own"), *goal("DG01", "=1+1")]
    rows = [row._replace(value="@SUM(1)") if row.question == "programme" else row for row in rows]
    (row,) = table([row._replace(project="+1") for row in rows])
    assert (row["goal"], row["programme"], row["project"]) == ("'=1+1", "'@SUM(1)", "'+1")


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = [*funder("DG01", "PR17", "DG04", "PR19"), *goal("DG01"), *record("round", "1", met="7")]
    assert written(rows) == written(rows)


def test_only_one_project_is_held() -> None:
    read: list[str] = []

    def watched() -> Iterator[ExportedValue]:
        for project in ("a", "b", "c"):
            for row in funder("DG01"):
                read.append(project)
                yield row._replace(project=project)

    book = _Book(dataset([], released(), crosswalks=handbook().crosswalks))
    seen = [read[-1] for _ in book.lines(watched())]
    # The first row of the next project was read when the rows of the one before are written.
    assert seen == ["b", "c", "c"]
