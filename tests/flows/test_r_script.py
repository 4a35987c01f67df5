import re

from flows.exports.r_script import RScript, quoted
from tests.datasets import dataset, text_of
from tests.flows.test_exports import AREAS, ROWS, SHEETS
from tests.rows import sheets


def script(*languages: str) -> str:
    return text_of(RScript(), dataset(ROWS, SHEETS, AREAS, *languages))


def test_a_text_is_quoted_so_that_no_encoding_changes_it() -> None:
    assert quoted('é "x" \\ 😀\n') == '"\\u00e9 \\"x\\" \\\\ \\U0001f600\\u000a"'


def test_columns_have_types_and_choices_their_labels() -> None:
    lines = script().splitlines()
    assert '  "tiny.day" = "Date",' in lines
    assert '  "tiny.ages.young" = "numeric",' in lines
    assert '  "tiny.met" = c("yes" = "Yes, somebody", "no" = "No")' in lines
    assert '  "tiny.met" = "Met?",' in lines


def test_a_label_has_all_languages() -> None:
    assert '"tiny.met" = "Met? / Ontmoet?"' in script("en", "nl")


def test_what_is_opened_is_closed() -> None:
    text = re.sub(r'"(\\.|[^"\\])*"|#[^\n]*', "", text_of(RScript(), dataset([], sheets(), AREAS)))
    for opened, closed in ("()", "[]", "{}"):
        assert text.count(opened) == text.count(closed)
