"""Many things to choose from, shown a page at a time."""

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def first_of(count: int, page: int, most: int) -> int:
    """Return where a page begins; the last page, when there are fewer things by now."""
    return min(page, max(0, count - 1) // most) * most


def on_page(items: Sequence[Item], page: int, most: int) -> tuple[Item, ...]:
    """Return the things of one page."""
    first = first_of(len(items), page, most)
    return tuple(items[first : first + most])
