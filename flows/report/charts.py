"""The charts of a report by themselves, for whoever sends them as pictures."""

from typing import NamedTuple

from flows.report.report import Report
from flows.report.section import Spec


class Drawn(NamedTuple):
    """A picture as Vega-Lite, what it is about, and the same in words."""

    title: str
    spec: Spec
    described: str


def charts(report: Report, theme: str) -> list[Drawn]:
    """Return the charts in the order in which the page has them."""
    return [
        Drawn(chart.title, chart.spec(theme), chart.described)
        for section in report.sections
        for chart in section.charts
    ]
