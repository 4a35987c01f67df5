"""Tables in Markdown."""

from collections.abc import Sequence

DIGITS = {100: 0, 10: 1}
"""How many digits after the point, from which number on; two below."""


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose columns are aligned: the first one left, the others right."""
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    rule = [
        ("-" * width if not index else "-" * (width - 1) + ":")
        for index, width in enumerate(widths)
    ]
    lines = [_line(head, widths), _line(rule, widths), *(_line(row, widths) for row in rows)]
    return "\n".join(lines)


def number(value: float) -> str:
    """Write a number with as many digits as mean something."""
    digits = next((digits for least, digits in DIGITS.items() if value >= least), 2)
    return f"{value:,.{digits}f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.rjust(width) if index else cell.ljust(width)
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return f"| {' | '.join(padded)} |"
