"""Projects to choose in a form, and what a workbook holds."""

from io import BytesIO

from openpyxl import load_workbook

from flows.project import Area, Project

PLACES = (
    Project("kompas", "Kompas", (Area("station", "Station"), Area("park", "Park")), ()),
    Project("opstap", "=1+1", (Area("station", "Station"), Area("old", "Old", former=True)), ()),
)

Table = list[dict[str, str]]


def read(content: bytes) -> dict[str, Table]:
    """Return the worksheets as rows by column, with empty cells left out."""
    tables = {}
    for worksheet in load_workbook(BytesIO(content)):
        header, *rows = worksheet.iter_rows(values_only=True)
        tables[worksheet.title] = [
            {str(title): str(cell) for title, cell in zip(header, row, strict=True) if cell}
            for row in rows
        ]
    return tables
