"""Pictures are drawn beside the bot, and whatever happens there stops nothing."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing

import pytest

from bot.easel import Easel
from flows.pictures.completeness import Cell, Grid, converted, spec
from tests.builders import real_interface

GRID = Grid("OpStap", ("Wonen",), ("nulmeting",), {(0, 0): Cell(8, 3, 1)})


@pytest.fixture
def easel() -> Iterator[Easel]:
    with closing(Easel()) as easel:
        yield easel


@pytest.fixture
def picture() -> dict[str, object]:
    return spec(GRID, "light", real_interface().say("nl"))


def test_a_picture_is_the_same_wherever_it_is_drawn(
    easel: Easel, picture: dict[str, object]
) -> None:
    assert easel.png(picture) == easel.png(picture) == converted(picture)


def test_what_is_no_picture_leaves_the_next_one_alone(
    easel: Easel, picture: dict[str, object]
) -> None:
    assert easel.png({"mark": "nonsense"}) == b""
    assert easel.png(picture) == converted(picture)


def test_after_a_sudden_end_another_process_draws(easel: Easel, picture: dict[str, object]) -> None:
    easel.png(picture)
    assert easel._process
    os.kill(easel._process.pid, signal.SIGKILL)
    easel._process.wait()
    assert easel.png(picture) == b""
    assert easel.png(picture) == converted(picture)
