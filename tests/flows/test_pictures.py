import struct
import subprocess
import sys
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from vl_convert import vegalite_to_svg

from flows.pictures.completeness import (
    SCALE,
    THEMES,
    Cell,
    Grid,
    State,
    Theme,
    described,
    png,
    spec,
)
from flows.pictures.layout import CUT, LEGEND, MOST_COLUMNS, MOST_ROWS, PITCH, WIDTH
from flows.texts import SILENT, Say

SMALL = Grid(
    "OpStap",
    ("Housing", "Health", "Adjustments"),
    ("baseline", "interim", "final"),
    {
        (0, 0): Cell(8, 3, late=2),
        (0, 1): Cell(8, 8),
        (0, 2): Cell(8, 0, is_due=False),
        (1, 0): Cell(4, 4),
        (1, 1): Cell(4, 6),
        (2, 1): Cell(5, 1),
    },
)
EMPTY = Grid("OpStap", (), (), {})
HOSTILE = (
    "<script>alert(1)</script>",
    "W" * 5000,
    "two\nlines\tand\x00more",
    "\ud800 half a sign",
    "\u202eturned round",
    "",
    " \n ",
    "{row} ${a} %s datum.x",
    "é e\u0301 ë ü 日本 😀",
)

cells = st.builds(
    Cell, st.integers(0, 9), st.integers(0, 9), late=st.integers(0, 9), is_due=st.booleans()
)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    rows, columns = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    keys = st.tuples(st.integers(0, max(rows - 1, 0)), st.integers(0, max(columns - 1, 0)))
    labels = [f"row {number}" for number in range(rows)]
    return Grid(
        "", tuple(labels), ("column",) * columns, draw(st.dictionaries(keys, cells, max_size=9))
    )


def square(label: str, size: int = 2) -> Grid:
    every = {(row, column): Cell(8, row) for row in range(size) for column in range(size)}
    return Grid(label, (label,) * size, (label,) * size, every)


def size_of(picture: bytes) -> tuple[int, int]:
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


def texts_of(grid: Grid, say: Say = SILENT) -> list[str]:
    """Return every line of the picture, from its data."""
    sets = cast("dict[str, list[dict[str, object]]]", spec(grid, "light", say)["datasets"])
    return [str(datum["text"]) for data in sets.values() for datum in data if "text" in datum]


def brightness(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((brightness(one), brightness(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES.keys())
def test_every_text_stands_out_from_what_it_is_on(theme: Theme) -> None:
    assert contrast(theme.text, theme.background) >= 4.5
    assert set(theme.tones) == set(State)
    for tone in theme.tones.values():
        assert contrast(tone.text, tone.fill) >= 4.5
        assert contrast(tone.bar, tone.fill) >= 3


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES.keys())
def test_states_differ_also_for_those_who_see_no_colours(theme: Theme) -> None:
    seen = {
        (cell.text.strip("0123456789/ "), theme.tones[state].is_dashed, cell.missing == 0)
        for state, (cell, _) in LEGEND.items()
    }
    assert len(seen) == len(LEGEND)
    assert set(LEGEND) == set(State) - {State.UNPLANNED}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("grid", [SMALL, EMPTY], ids=["small", "empty"])
def test_a_picture_is_as_wide_as_a_phone_and_always_the_same(grid: Grid, theme: str) -> None:
    picture = png(grid, theme, SILENT)
    assert size_of(picture)[0] == SCALE * WIDTH == 1080
    assert picture == png(replace(grid), theme, SILENT)


def test_light_and_dark_say_the_same_in_other_colours() -> None:
    light, dark = (spec(SMALL, theme, SILENT) for theme in ("light", "dark"))
    assert light["datasets"] == dark["datasets"]
    assert light["background"] != dark["background"]


def test_each_cell_says_how_much_is_in_with_the_mark_of_its_state() -> None:
    assert Cell(8, 3).text == "3/8"
    assert Cell(8, 3, late=2).text == "3/8 !"
    assert Cell(8, 0, is_due=False).text == "–"
    assert Cell(8, 1, is_due=False).text == "1/8 –"
    assert Cell(0, 0).text == ""
    assert {"3/8 !", "8/8", "–", "4/4", "6/4", "1/5"} <= set(texts_of(SMALL))


def test_what_was_open_is_late_and_no_more_than_what_is_missing() -> None:
    assert Cell(8, 7, late=5, is_due=False).state is State.LATE
    assert Cell(8, 7, late=5).overdue == 1
    assert Cell(8, 9, late=5).state is State.ALL_IN


def test_the_legend_explains_what_is_there_and_nothing_else() -> None:
    words = texts_of(Grid("", ("Housing",), ("baseline",), {(0, 0): Cell(8, 8)}))
    assert {text for _, text in LEGEND.values()} & set(words) == {"all in"}
    assert {text for _, text in LEGEND.values()} <= set(texts_of(SMALL))


def test_the_words_name_each_row_that_misses_something() -> None:
    assert described(SMALL, SILENT) == "Housing: 11 of 16, 2 late\nAdjustments: 1 of 5"
    assert spec(SMALL, "light", SILENT)["description"] == described(SMALL, SILENT)


def test_too_much_in_one_cell_does_not_make_up_for_another() -> None:
    grid = Grid("", ("Housing",), ("one", "two"), {(0, 0): Cell(4, 6), (0, 1): Cell(4, 2)})
    assert described(grid, SILENT) == "Housing: 6 of 8"


def test_what_is_not_open_yet_is_neither_missing_nor_in() -> None:
    grid = Grid("", ("Housing",), ("one", "two"), {(0, 0): Cell(4, 4)})
    assert described(grid, SILENT) == "Everything is in."
    later = replace(grid, cells={**grid.cells, (0, 1): Cell(4, 1, is_due=False)})
    assert described(later, SILENT) == "Everything is in so far; the rest is not open yet."


@pytest.mark.parametrize(
    "grid",
    [EMPTY, Grid("", ("Housing",), (), {}), Grid("", (), ("baseline",), {}), square("", 0)],
)
def test_a_grid_without_anything_planned_says_so(grid: Grid) -> None:
    assert described(grid, SILENT) == "Nothing is planned yet."
    assert "Nothing is planned yet." in texts_of(grid)


@pytest.mark.parametrize("label", HOSTILE, ids=range(len(HOSTILE)))
def test_a_label_may_hold_anything(label: str) -> None:
    grid = square(label)
    assert size_of(png(grid, "light", SILENT))[0] == 1080
    words = described(grid, SILENT)
    assert len(words.splitlines()) == 2
    assert "\u202e" not in words
    assert max(map(len, words.splitlines())) < 120
    words.encode()


def test_labels_are_text_on_a_page_and_never_markup() -> None:
    drawn = etree.fromstring(vegalite_to_svg(spec(square("<b>&amp;</b>"), "dark", SILENT)))
    assert not drawn.findall(".//{*}b")
    assert "<b>&amp;</b>" in [element.text for element in drawn.iterfind(".//{*}text")]


def test_a_number_is_never_cut() -> None:
    narrow = {(0, column): Cell(12345, 10000, late=1) for column in range(MOST_COLUMNS)}
    texts = texts_of(Grid("", ("Contacts",), ("x",) * MOST_COLUMNS, narrow))
    assert texts.count("10000/") == texts.count("12345 !") == MOST_COLUMNS


@pytest.mark.parametrize(("rows", "columns"), [(21, 5), (20, 6), (200, 50)])
def test_what_has_no_room_is_told_in_words(rows: int, columns: int) -> None:
    every = {(row, column): Cell(2, 1) for row in range(rows) for column in range(columns)}
    grid = Grid("", tuple(map(str, range(rows))), ("x",) * columns, every)
    assert CUT in texts_of(grid)
    assert texts_of(grid).count("1/2") == min(rows, MOST_ROWS) * min(columns, MOST_COLUMNS)
    assert len(described(grid, SILENT).splitlines()) == rows


def test_the_largest_picture_fits_on_a_phone() -> None:
    width, height = size_of(png(square("Samenwerking met partners " * 3, 20), "light", SILENT))
    assert height <= 2.5 * width


def test_the_labels_have_room_beside_any_number_of_columns() -> None:
    assert set(PITCH) == set(range(MOST_COLUMNS + 1))
    assert all(WIDTH - number * pitch >= 120 for number, pitch in PITCH.items())


@given(grids())
@settings(deadline=None)
def test_the_words_never_claim_what_is_not_so(grid: Grid) -> None:
    drawn = [cell for row, _ in enumerate(grid.rows) for cell in grid.row(row)]
    planned = [cell for cell in drawn if cell.expected]
    words = described(grid, SILENT)
    is_all_in = bool(planned) and all(cell.done >= cell.expected for cell in planned)
    assert (words == "Everything is in.") is is_all_in
    assert (words == "Nothing is planned yet.") is (not any(cell.expected for cell in drawn))
    for number, label in enumerate(grid.rows):
        has_gap = any(cell.state in {State.COMING, State.LATE} for cell in grid.row(number))
        is_late = any(cell.state is State.LATE for cell in grid.row(number))
        line = next((line for line in words.splitlines() if line.startswith(f"{label}:")), "")
        assert (bool(line), line.endswith("late")) == (has_gap, is_late)


@given(grids())
@settings(max_examples=20, deadline=None)
def test_the_picture_shows_every_cell(grid: Grid) -> None:
    texts = "".join(texts_of(grid))
    for number, _ in enumerate(grid.rows):
        assert grid.is_empty or all(cell.text in texts for cell in grid.row(number))


def test_nothing_heavy_is_imported_before_a_picture_is_asked_for() -> None:
    code = "import sys, flows.pictures.completeness; print('altair' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_what_is_not_to_be_counted_shows_its_state_only() -> None:
    cells = {
        (0, 0): Cell(8, 3, late=2, is_told=False),
        (0, 1): Cell(8, 5, is_told=False),
        (1, 0): Cell(8, 8, is_told=False),
        (1, 1): Cell(8, 2, is_due=False, is_told=False),
    }
    grid = Grid("", ("Housing", "Health"), ("one", "two"), cells)
    other = {key: replace(cell, done=cell.done and cell.done - 1) for key, cell in cells.items()}
    assert {"… !", "…", "100%", "–"} <= set(texts_of(grid))
    assert described(grid, SILENT) == "Housing: something is late"
    assert spec(replace(grid, cells=cells | {(0, 0): other[0, 0]}), "light", SILENT) == spec(
        grid, "light", SILENT
    )
    only = replace(grid, cells={(0, 1): cells[0, 1]})
    assert described(only, SILENT) == "Housing: not everything is in"
