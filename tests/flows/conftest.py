"""Tiny sheets, begun."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import Worker, context, sheets_of


@pytest.fixture
def tiny(tmp_path: Path) -> Callable[..., Worker]:
    """Begin a registration of a tiny sheet with these questions after its date."""

    def begun(survey: str, remarks: str = "yes", choices: str = "") -> Worker:
        sheets = sheets_of(tmp_path, survey, choices)
        world = context({"tiny": replace(sheets["tiny"], remarks=remarks == "yes")})
        return Worker(world).starts("Tiny sheet").taps("Today")

    return begun
