"""The table of indicators: asked by whom, when and where, and where it comes out."""

from collections.abc import Iterator
from pathlib import Path

from flows.sheet import MOMENTS, Indicator, Question, Sheet
from tests.builders import handbook
from tests.catalogue import CATALOGUE

DOCUMENT = Path(__file__).parent.parent / "docs" / "indicators.md"
HEAD = """# The 77 indicators: asked by whom, when, where, and where they come out

Written by a test from the handbook. A reconstruction after SOCPREV (Belspo DR/00/75, 2018), not its
original indicator sheet. A question is a column of `wide.csv` (`sheet.question`) and rows of
`long.csv`; what is registered continuously is summed up at the interim and the final measurement.

| Indicator | Name | Set | Asked by | When | Questions (sheet.question) |
|---|---|---|---|---|---|
"""
WORDS = {
    name: name.replace("_", " ") for row in CATALOGUE.values() for name in (row.registrar, row.set)
}


def asked(code: str) -> Iterator[tuple[Sheet, Question]]:
    for _, sheet in sorted(handbook().items()):
        for question in sheet.questions:
            if question.indicator == code and question.type != "note":
                yield sheet, question


def when(indicator: Indicator, sheet: Sheet, question: Question) -> list[str]:
    return [
        moment
        for moment in MOMENTS
        if moment in sheet.moments and moment in (question.moments or indicator.moments)
    ]


def line(code: str) -> str:
    found = {code: item for sheet in handbook().values() for code, item in sheet.by_code.items()}
    indicator, rows = found[code], list(asked(code))
    at = {moment for sheet, question in rows for moment in when(indicator, sheet, question)}
    moments = [moment for moment in MOMENTS if moment in at] or list(indicator.moments)
    names = [f"{sheet.name}.{question.name}" for sheet, question in rows]
    who = WORDS[indicator.registrar] or f"derived from {', '.join(indicator.derived_from)}"
    what = ", ".join(names) or "worked out in the outcome and process tables"
    cells = (code, indicator.name, WORDS[indicator.set], who, ", ".join(moments), what)
    return f"| {' | '.join(cells)} |"


def test_every_indicator_is_asked_by_somebody_somewhere_or_derived() -> None:
    for code in CATALOGUE:
        derived = CATALOGUE[code].registrar == ""
        assert bool(list(asked(code))) != derived, code


def test_the_table_of_indicators_says_how_it_is(update: bool) -> None:
    expected = HEAD + "\n".join(line(code) for code in CATALOGUE) + "\n"
    if update:
        DOCUMENT.write_text(expected, encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == expected
