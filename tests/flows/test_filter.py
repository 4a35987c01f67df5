from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.exports.filter import EVERYTHING, Filter, FilterProblem, filter_of
from flows.record import Status
from flows.sheet import MOMENTS

SHEETS = [("contact", 1), ("contact", 2), ("participant", 1)]


def test_nothing_said_leaves_nothing_out() -> None:
    assert filter_of({}, SHEETS) == EVERYTHING
    assert EVERYTHING.stated() == {}


def test_words_become_a_filter_that_says_the_same_words() -> None:
    said = {
        "project": ["kompas"],
        "moment": ["baseline", "final"],
        "from": "2026-01-01",
        "until": "2026-06-30",
        "status": ["answered", "refused"],
        "version": ["contact:2"],
    }
    found = filter_of(said, SHEETS)
    assert found == Filter(
        ("kompas",),
        ("baseline", "final"),
        date(2026, 1, 1),
        date(2026, 6, 30),
        (Status.ANSWERED, Status.REFUSED),
        (("contact", 2),),
    )
    assert found.stated() == said


def test_the_order_and_number_of_words_change_nothing() -> None:
    said = {"project": ["b", "a", "b"], "moment": ["final", "baseline", "final"]}
    assert filter_of(said, SHEETS).stated() == {
        "project": ["a", "b"],
        "moment": ["baseline", "final"],
    }


def test_a_sheet_without_a_number_means_all_its_versions() -> None:
    found = filter_of({"version": ["contact"]}, SHEETS)
    assert found.versions == (("contact", 1), ("contact", 2))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"moment": ["start"]}, "There is no moment 'start'; there is baseline, interim"),
        ({"status": ["unknown"]}, "There is no status 'unknown'; there is answered, dont_know"),
        ({"version": ["contact:3"]}, "no version 'contact:3' of a sheet; there is contact:1, con"),
        ({"version": ["diary"]}, "write it like participant:1; there is contact, participant"),
        ({"from": "31/12/2026"}, "is not a day; write it like 2026-03-02"),
        ({"until": "2026-02-30"}, "is not a day"),
        ({"from": "2026-06-01", "until": "2026-05-31"}, "ends on 2026-05-31, before it begins"),
    ],
)
def test_what_there_is_not_is_told_with_what_there_is(said: dict[str, object], told: str) -> None:
    with pytest.raises(FilterProblem, match=told):
        filter_of(said, SHEETS)


@given(
    st.builds(
        Filter,
        st.lists(st.sampled_from("abc"), unique=True).map(lambda found: tuple(sorted(found))),
        st.sets(st.sampled_from(MOMENTS)).map(
            lambda found: tuple(word for word in MOMENTS if word in found)
        ),
        st.none() | st.dates(max_value=date(2026, 1, 1)),
        st.none() | st.dates(min_value=date(2026, 1, 1)),
        st.sets(st.sampled_from(list(Status))).map(
            lambda found: tuple(word for word in Status if word in found)
        ),
        st.sets(st.sampled_from(SHEETS)).map(lambda found: tuple(sorted(found))),
    )
)
def test_what_a_manifest_states_is_the_filter_again(wanted: Filter) -> None:
    assert filter_of(wanted.stated(), SHEETS) == wanted
