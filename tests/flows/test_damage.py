"""Damaged files: whatever stands in them, the author gets a list of problems."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows import catalogues
from flows.checking import check, load
from flows.loading import HANDBOOK
from flows.problems import PROBLEMS, Problem

FILES = (
    "contact.yaml",
    "side_effect.yaml",
    "choices.yaml",
    "indicators.yaml",
    "crosswalks.yaml",
)
PO = catalogues.LOCALES / "nl" / "LC_MESSAGES" / "bot.po"
QUIET = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NASTY = (
    b"\x00 \x01 \xff \xfe\xff \xef\xbb\xbf \xed\xa0\x80 \t --- ... %YAML !!python/object:os"
    b" &a *a ${ {} [ ] { } ' \" : - ? | > # @ ` , (( . .. 1e999 no null ~ <<: \\x00 \r"
).split(b" ")


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Cut, double, swap and insert, a few times."""
    lines = content.splitlines(keepends=True)
    at = st.integers(0, len(lines) - 1)
    for _ in range(draw(st.integers(1, 4))):
        lines = lines or [b"\n"]
        one, other = draw(at) % len(lines), draw(at) % len(lines)
        how = draw(st.sampled_from(["cut", "double", "swap", "indent", "insert", "end"]))
        if how == "cut":
            del lines[one : max(one + 1, min(other, len(lines) - 1))]
        elif how == "double":
            lines.insert(other, lines[one])
        elif how == "swap":
            lines[one], lines[other] = lines[other], lines[one]
        elif how == "indent":
            lines[one] = b"  " + lines[one]
        elif how == "insert":
            place = draw(st.integers(0, len(lines[one])))
            piece = draw(st.sampled_from(NASTY) | st.binary(max_size=3))
            lines[one] = lines[one][:place] + piece + lines[one][place:]
        else:
            lines[one] = lines[one][: draw(st.integers(0, len(lines[one])))]
            del lines[one + 1 :]
    return b"".join(lines)


def assert_told(problems: list[Problem], folder: Path) -> None:
    for problem in problems:
        assert problem.code in PROBLEMS
        assert problem.file.is_relative_to(folder)
        assert str(problem).endswith(f"[{problem.code}]")
        lines = problem.file.read_bytes().count(b"\n") + 1 if problem.file.is_file() else 0
        assert 0 <= problem.line <= lines + 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(HANDBOOK, tmp_path / "handbook")


@pytest.mark.parametrize("name", FILES)
@QUIET
@given(data=st.data())
def test_a_damaged_sheet_gives_problems_and_never_an_error(
    name: str, folder: Path, data: st.DataObject
) -> None:
    path = folder / name
    path.write_bytes(data.draw(damaged((HANDBOOK / name).read_bytes())))
    handbook = check(folder)
    assert_told(handbook.problems, folder)
    if not handbook.problems:
        assert load(folder).sheets.keys() == handbook.sheets.keys()


@QUIET
@given(content=st.binary() | st.lists(st.sampled_from(NASTY)).map(b"\n".join))
def test_a_file_of_anything_gives_problems_and_never_an_error(folder: Path, content: bytes) -> None:
    (folder / "contact.yaml").write_bytes(content)
    problems = check(folder / "contact.yaml").problems
    assert problems
    assert_told(problems, folder)


@QUIET
@given(data=st.data())
def test_a_damaged_translation_gives_problems_and_never_an_error(
    tmp_path: Path, data: st.DataObject
) -> None:
    path = tmp_path / "bot.po"
    path.write_bytes(data.draw(damaged(PO.read_bytes())))
    problems: list[Problem] = []
    catalogue = catalogues.read_file(path, "nl", problems)
    assert bool(problems) is (catalogue is None)
    if catalogue is not None:
        whole = catalogues.read_file(PO, "nl", [])
        assert whole is not None
        problems += catalogues.faults(path, catalogue, whole)
        assert isinstance(catalogues.entries(catalogue), dict)
    assert_told(problems, tmp_path)
