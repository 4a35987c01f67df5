"""The page of a report: one HTML file that needs nothing else, without any script."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flows.pictures.themes import THEMES
from flows.report.report import Report
from flows.report.section import Chart
from flows.texts import Say, marked

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATE = Path(__file__).with_name("page.html")
LIGHT, DARK = "light", "dark"
IN_WORDS = marked("The same in words and numbers")

NAMESPACE = re.compile(r' xmlns(:\w+)?="[^"]*"| version="[\d.]+"')
SIZE = re.compile(r'^<svg([^>]*?) width="([\d.]+)" height="([\d.]+)"')


def page(report: Report, say: Say) -> str:
    """Return the page; the same report gives the same text."""
    return _template().render(
        report=report,
        in_words=say(IN_WORDS),
        drawn=_drawn,
        light=THEMES[LIGHT],
        dark=THEMES[DARK],
        recoloured=recoloured(),
    )


@cache
def _template() -> "Template":
    # Few ask for a report, and the library takes a while to read.
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8"))


def _drawn(chart: Chart) -> str:
    """Return a chart as SVG within a page, as wide as there is room and read out by its words."""
    from markupsafe import Markup, escape
    from vl_convert import vegalite_to_svg

    drawn = NAMESPACE.sub("", vegalite_to_svg(dict(chart.spec(LIGHT)), allowed_base_urls=[]))
    label = escape(f"{chart.title}. {chart.described}")
    # What is inside is hidden from screen readers, which are read the label.
    return Markup(SIZE.sub(rf'<svg\1 role="img" aria-label="{_literal(str(label))}"', drawn))  # noqa: S704 - made by the library, which escapes texts


def _literal(text: str) -> str:
    return text.replace("\\", r"\\")


def recoloured() -> list[tuple[str, str, str]]:
    """Return for each colour of a chart on a light page the one on a dark page.

    That is the attribute, the colour that stands there, and the one that takes its place.
    """
    light, dark = THEMES[LIGHT], THEMES[DARK]
    found: dict[tuple[str, str], str] = {
        ("fill", light.background): dark.background,
        ("fill", light.text): dark.text,
        ("stroke", light.text): dark.text,
        ("stroke", light.background): dark.background,
    }
    for state, tone in light.tones.items():
        other = dark.tones[state]
        for attribute, before, after in (
            ("fill", tone.fill, other.fill),
            ("fill", tone.text, other.text),
            ("fill", tone.bar, other.bar),
            ("stroke", tone.line, other.line),
        ):
            found.setdefault((attribute, before), after)
    return [(attribute, before, after) for (attribute, before), after in found.items()]
