"""Figures of a test: shown with `-s`, and kept with the test's result."""

from collections.abc import Callable
from dataclasses import asdict

from tests.telegram.workers import Compared

Record = Callable[[str, object], None]


def tell(record: Record, compared: Compared, **more: object) -> None:
    """Print the figures, and keep them."""
    figures = {**more, **asdict(compared)}
    for name, figure in figures.items():
        record(name, figure)
    listed = ", ".join(f"{name.replace('_', ' ')} {figure}" for name, figure in figures.items())
    print(f"\n{listed}")  # noqa: T201 - a fault that was survived is told in figures
