"""A chart of a report from what was laid out; the library is read when one is asked for."""

from flows.pictures.layout import Layout
from flows.pictures.themes import THEMES
from flows.report.section import Chart, Spec


def chart(title: str, layout: Layout, described: str) -> Chart:
    """Return a chart that can be drawn in any theme."""

    def spec(theme: str) -> Spec:
        from flows.pictures.drawing import drawn

        return drawn(layout, THEMES[theme], described)

    return Chart(title, spec, described)
