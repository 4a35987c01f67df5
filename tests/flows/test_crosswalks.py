import csv
import io
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from flows.checking import check, load
from flows.crosswalks import FOUND, NONE, STATUSES, UNVERIFIED, Crosswalks, Match, System
from flows.exports import FORMATS
from flows.exports.crosswalk import COLUMNS
from flows.extraction import templates
from flows.loading import Handbook, is_sheet
from flows.sheet import Sheet
from tests.builders import CHOICES, INDICATOR, SHEET
from tests.catalogue import CATALOGUE
from tests.datasets import dataset, text_of

ASKED = """\
  - type: integer
    name: count
    indicator: T1
    label: How many?
"""

SOUND = """\
systems:
  dashboards:
    title: Dashboards
    owner: An owner
    source: A page
matches:
  T1:
    - system: dashboards
      item: Number
      status: found
      note: Much the same.
      source: A page
"""

SYSTEMS = ("dashboards", "ginger", "harm_reduction", "tdi", "ladder", "vida_fred")


def written(folder: Path, text: str) -> Path:
    (folder / "indicators.yaml").write_text(INDICATOR, encoding="utf-8")
    (folder / "choices.yaml").write_text(CHOICES, encoding="utf-8")
    (folder / "tiny.yaml").write_text(SHEET + ASKED, encoding="utf-8")
    (folder / "crosswalks.yaml").write_text(text, encoding="utf-8")
    return folder / "crosswalks.yaml"


@cache
def handbook() -> Handbook:
    return load()


def released() -> dict[tuple[str, int], Sheet]:
    return {(sheet.name, sheet.version): sheet for sheet in handbook().sheets.values()}


def every_match() -> list[Match]:
    return [match for found in handbook().crosswalks.matches.values() for match in found]


def test_every_match_names_an_indicator_of_the_catalogue_and_a_system() -> None:
    crosswalks = handbook().crosswalks
    assert tuple(crosswalks.systems) == SYSTEMS
    assert crosswalks.matches.keys() <= CATALOGUE.keys()
    assert len(CATALOGUE) == 77
    assert {match.system for match in every_match()} == set(SYSTEMS)
    assert {match.status for match in every_match()} == set(STATUSES)


def test_the_matches_stand_in_the_order_of_the_catalogue() -> None:
    codes = list(handbook().crosswalks.matches)
    assert codes == [code for code in CATALOGUE if code in codes]


def test_what_was_found_has_a_source_and_what_was_not_says_so() -> None:
    for match in every_match():
        read = match.source.startswith(("http", "SOCPREV 2018"))
        assert read == (match.status == FOUND), match
        assert read or match.source == "General knowledge, to be checked"
    assert all(system.source and system.owner for system in handbook().crosswalks.systems.values())


@pytest.mark.parametrize(
    "code", [row.code for row in CATALOGUE.values() if row.set == "harm_reduction"]
)
def test_every_indicator_of_harm_reduction_has_its_counterpart(code: str) -> None:
    assert handbook().crosswalks.of(code, "harm_reduction")


@pytest.mark.parametrize("code", ["PR17", "PR21", "PR25", "DG01", "DG20", "DG21"])
def test_what_the_federal_dashboards_hold_is_matched(code: str) -> None:
    assert [match.status for match in handbook().crosswalks.of(code, "dashboards")] == [FOUND]


def test_the_file_is_no_sheet_and_is_not_translated() -> None:
    assert not is_sheet(Path("crosswalks.yaml"))
    assert is_sheet(Path("crosswalks_more.yaml"))
    assert "crosswalks" not in handbook().sheets
    places = {place for entry in templates()["handbook"] for place, _ in entry.locations}
    assert "flows/handbook/crosswalks.yaml" not in places
    assert "flows/handbook/contact.yaml" in places


def test_a_folder_without_the_file_has_no_matches(tmp_path: Path) -> None:
    written(tmp_path, SOUND).unlink()
    found = check(tmp_path)
    assert (found.problems, found.crosswalks) == ([], NONE)


def test_a_sound_file_is_read_as_it_stands(tmp_path: Path) -> None:
    path = written(tmp_path, SOUND)
    found = check(tmp_path)
    assert found.problems == []
    assert found.crosswalks == Crosswalks(
        {"dashboards": System("dashboards", "Dashboards", "An owner", "A page")},
        {"T1": (Match("T1", "dashboards", "Number", FOUND, "A page", "Much the same."),)},
    )
    assert check(path).problems == []


SECOND = "    - {system: dashboards, item: Number, status: unverified, source: A page} # here\n"

FAULTS = {
    "unknown system": ("value_unknown", SOUND.replace(": dashboards", ": dashbords # here")),
    "unknown status": ("value_unknown", SOUND.replace("status: found", "status: sure # here")),
    "unknown indicator": (
        "indicator_unknown",
        SOUND.replace("T1:", "T2:").replace("- system: dashboards", "- system: dashboards # here"),
    ),
    "invalid code": (
        "code_invalid",
        SOUND.replace("T1:", '"=1":').replace(
            "- system: dashboards", "- system: dashboards # here"
        ),
    ),
    "invalid name of a system": (
        "name_invalid",
        SOUND.replace("title: Dashboards", "title: Dashboards # here").replace(
            "  dashboards:", "  Dash:"
        ),
    ),
    "a match twice": ("yaml_duplicate", SOUND + SECOND),
    "an indicator twice": (
        "yaml_duplicate",
        SOUND + "  T1: # here\n" + SECOND.replace("# here", ""),
    ),
    "no title": (
        "column_missing",
        SOUND.replace("    title: Dashboards\n", "").replace("An owner", "An owner # here"),
    ),
    "no source": (
        "column_missing",
        SOUND.replace("      source: A page\n", "").replace(
            "- system: dashboards", "- system: dashboards # here"
        ),
    ),
    "an empty item": ("column_missing", SOUND.replace("item: Number", "item: # here")),
    "an empty note": ("column_missing", SOUND.replace("note: Much the same.", 'note: "" # here')),
    "an empty source": (
        "column_missing",
        SOUND.replace("      source: A page", "      source: # here"),
    ),
    "no matches": ("column_missing", SOUND.partition("matches:")[0].replace("ms:", "ms: # here")),
    "an unknown word": (
        "column_unknown",
        SOUND.replace("note:", "remark:").replace("same.", "same. # here"),
    ),
    "an unknown word at the top": ("column_unknown", SOUND + "more: Text # here\n"),
    "no list of matches": (
        "value_shape",
        SOUND.partition("    - system")[0].replace("T1:", "T1: dashboards # here"),
    ),
    "a match that is a text": ("value_shape", SOUND + "    - dashboards # here\n"),
    "a text that is a list": (
        "value_shape",
        SOUND.replace("item: Number", "item: [Number] # here"),
    ),
    "systems that are a text": (
        "value_shape",
        "systems: all # here\n" + SOUND[SOUND.index("matches:") :],
    ),
    "a list at the top": ("value_shape", "- systems # here\n"),
}
FOLLOWING = {
    "invalid code": {"indicator_unknown"},
    "invalid name of a system": {"value_unknown"},
    "systems that are a text": {"value_unknown"},
}
"""What a fault brings with it."""


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_reported_with_its_line(name: str, tmp_path: Path) -> None:
    code, text = FAULTS[name]
    path = written(tmp_path, text)
    # A mapping as a whole is pointed at by its first word.
    line = next(number for number, row in enumerate(text.split("\n"), 1) if "# here" in row)
    found = check(tmp_path).problems
    assert (code, path, line) in [(item.code, item.file, item.line) for item in found]
    assert {item.code for item in found} <= {code, *FOLLOWING.get(name, ())}


def test_a_misspelt_system_is_guessed(tmp_path: Path) -> None:
    written(tmp_path, SOUND.replace(": dashboards", ": dashbords"))
    assert "Did you mean 'dashboards'?" in str(check(tmp_path).problems[0])


def test_an_empty_or_unreadable_file_is_reported_once(tmp_path: Path) -> None:
    path = written(tmp_path, "# nothing\n")
    assert [(item.code, item.file) for item in check(tmp_path).problems] == [("file_empty", path)]


def exported(
    crosswalks: Crosswalks, sheets: dict[tuple[str, int], Sheet], language: str = "en"
) -> list[dict[str, str]]:
    text = text_of(FORMATS["crosswalk"], dataset([], sheets, {}, language, crosswalks=crosswalks))
    assert text.split("\r\n")[0] == ",".join(COLUMNS)
    return list(csv.DictReader(io.StringIO(text)))


def test_the_export_has_a_row_for_each_match_by_level_and_code() -> None:
    rows = exported(handbook().crosswalks, released())
    assert [(row["indicator"], row["system"], row["item"]) for row in rows] == [
        (match.indicator, match.system, match.item) for match in every_match()
    ]
    row = next(row for row in rows if (row["indicator"], row["system"]) == ("DG20", "dashboards"))
    assert row == {
        "indicator": "DG20",
        "name": "Syringes given out",
        "set": "harm_reduction",
        "level": "target_group",
        "registrar": "practitioner",
        "system": "dashboards",
        "system_title": handbook().crosswalks.systems["dashboards"].title,
        "item": "Number of syringes handed out",
        "status": "found",
        "note": "",
        "source": "SOCPREV 2018 (Belspo DR/00/75), summary: indicators in the federal dashboards",
    }


def test_the_export_calls_an_indicator_by_its_name_in_the_language() -> None:
    texts = {"nl": {"indicators.DG20.name": "Verdeelde spuiten"}}
    sheets = {key: replace(sheet, texts=texts) for key, sheet in released().items()}
    names = {row["indicator"]: row["name"] for row in exported(handbook().crosswalks, sheets, "nl")}
    assert (names["DG20"], names["DG21"]) == ("Verdeelde spuiten", "Syringes that came back")


def test_an_indicator_that_no_released_sheet_knows_has_no_row() -> None:
    assert exported(handbook().crosswalks, {}) == []
    assert exported(NONE, released()) == []


def test_no_text_of_a_match_can_become_a_formula(tmp_path: Path) -> None:
    written(tmp_path, SOUND)
    tiny = load(tmp_path).sheets["tiny"]
    match = Match("T1", "own", "=1+1", UNVERIFIED, "+1", "@SUM(1)")
    crosswalks = Crosswalks({"own": System("own", "-1+1", "", "")}, {"T1": (match,)})
    row = exported(crosswalks, {("tiny", 1): tiny})[0]
    cells = [row[name] for name in ("item", "note", "source", "system_title")]
    assert cells == ["'=1+1", "'@SUM(1)", "'+1", "'-1+1"]
