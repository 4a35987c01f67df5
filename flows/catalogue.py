"""The catalogue of indicators as released sheets hold it, and which reader each of them has."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.sheet import LEVELS, MEASUREMENTS, Indicator, Question, Sheet, choice_key

EVALUATOR, TEAM = "independent evaluator", "team"


@dataclass
class Entry:
    """One indicator, in its newest wording, and where it is asked.

    `asked` has the newest version of each question that asks it, by sheet and question; a sheet
    that only lists the catalogue asks nothing.
    """

    indicator: Indicator
    sheet: Sheet
    asked: dict[tuple[str, str], tuple[Sheet, Question]] = field(default_factory=dict)

    @property
    def reader(self) -> str:
        """Who reads it: an outcome is measured on participants, all else is process or context."""
        measured = set(MEASUREMENTS).intersection(self.indicator.moments)
        return EVALUATOR if self.indicator.level == "participant" and measured else TEAM

    def name(self, language: str) -> str:
        """What it is called."""
        return self.text(language, "name")

    def text(self, language: str, word: str) -> str:
        """Return one of its texts: its name, its unit."""
        return self.sheet.text(language, f"indicators.{self.indicator.code}.{word}")

    def label(self, question: str, choice: str, language: str) -> str:
        """Return what a choice of one of its questions is called, "" if it is none."""
        for (_, name), (sheet, asked) in self.asked.items():
            if name == question and (label := sheet.text(language, choice_key(asked, choice))):
                return label
        return ""


def catalogue_of(sheets: Mapping[tuple[str, int], Sheet]) -> dict[str, Entry]:
    """Return every indicator of these sheets, by level and code."""
    entries: dict[str, Entry] = {}
    for _, sheet in sorted(sheets.items()):
        for indicator in sheet.indicators:
            entry = entries.setdefault(indicator.code, Entry(indicator, sheet))
            entry.indicator, entry.sheet = indicator, sheet
        for question in sheet.questions:
            if question.indicator in entries:
                asked = (sheet, question)
                entries[question.indicator].asked[sheet.name, question.name] = asked
    order = sorted(entries, key=lambda code: (LEVELS.index(entries[code].indicator.level), code))
    return {code: entries[code] for code in order}
