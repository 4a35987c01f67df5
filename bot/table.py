"""Tables of the command line, as wide as what is in them."""

from collections.abc import Iterator, Sequence


def table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], nothing: str) -> Iterator[str]:
    """Yield the lines of a table, or a sentence where there is nothing to list."""
    if not rows:
        yield nothing
        return
    filled = [columns, *(tuple(cell or "-" for cell in row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*filled, strict=True)]
    for row in filled:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
