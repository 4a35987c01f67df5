"""Draws docs/report-*.png: the charts of a report of a made-up project in Dutch, as on a phone.

Run it with `.venv/bin/python docs/report.py` when those pictures look different.
"""

from io import BytesIO
from pathlib import Path

from PIL import Image

from flows.pictures.completeness import converted
from flows.report.charts import charts
from tests.reported import lively, matter, told

NAMES = ("completeness", "course", "change")


def main() -> None:
    """Draw the first chart of each section."""
    report = told(matter(lively(), name="OpStap"), "nl")
    for name, chart in zip(NAMES, charts(report, "light"), strict=True):
        path = Path(__file__).with_name(f"report-{name}.png")
        # A few colours are enough, and a README loads faster.
        Image.open(BytesIO(converted(chart.spec))).quantize(64).save(path, optimize=True)


if __name__ == "__main__":
    main()
