"""In which languages a form is, and what each of its texts is in each of them."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from flows.catalogues import LOCALES
from flows.local import language_name
from flows.texts import SOURCE_LANGUAGE
from flows.xlsform.problems import Problems, line
from flows.xlsform.tables import Row, Table, language_code
from flows.xlsform.words import TRANSLATED
from flows.xlsform.workbook import Cell

NAMED_ONCE = ("form_title", "purpose")
"""Texts that may be there in one language for all; a title is often a name."""

Tables = Mapping[str, Table]


class Texts:
    """The texts of a form: `written` is the language that its sheet is written in.

    `spoken` has them by language and by the key that the sheet gives them.
    """

    def __init__(self, tables: Tables, default: str, problems: Problems) -> None:
        self._problems = problems
        self._headers = {
            (name, column.word, column.language or default): (number, column.header)
            for name, table in tables.items()
            for number, column in table.columns.items()
        }
        self._default = default
        self.languages = _languages(tables, default)
        self.written = _written(self.languages, default)
        self.spoken: dict[str, dict[str, str]] = {language: {} for language in self.languages}

    def put(self, worksheet: str, row: Row, word: str, key: str, most: int = 0) -> str:
        """Keep the text of a cell in every language under a key; return it as written."""
        said = {
            language or self._default: cell for language, cell in row.spoken.get(word, {}).items()
        }
        for cell in said.values():
            self._fits(cell, most)
        if said and word not in NAMED_ONCE:
            for language in self.languages:
                if language not in said:
                    self._lacks(worksheet, row, word, (language, *said))
        text = said[self.written].text if self.written in said else ""
        text = text or next((cell.text for cell in said.values()), "")
        for language in self.languages:
            self.spoken[language][key] = said[language].text if language in said else text
        return text

    def say(self, key: str, text: str, spoken: Mapping[str, str]) -> str:
        """Keep a text that is not the form's own under a key."""
        for language in self.languages:
            self.spoken[language][key] = spoken.get(language, text)
        return self.spoken[self.written][key]

    def copy(self, key: str, other: str) -> None:
        """Let a text be the same as another one in every language."""
        for spoken in self.spoken.values():
            spoken[key] = spoken[other]

    def _fits(self, cell: Cell, most: int) -> None:
        if most and len(cell.text) > most:
            self._problems.report("cell_long", cell.place, count=len(cell.text), most=most)
        if "${" in cell.text:
            what = f"${{{cell.text.partition('${')[2].partition('}')[0]}}}"
            self._problems.report("cell_reference", cell.place, what=what)

    def _lacks(self, worksheet: str, row: Row, word: str, said: tuple[str, ...]) -> None:
        language, other = called(said[0]), called(said[1])
        header = f"{word}::{language} ({said[0]})"
        number, header = self._headers.get((worksheet, word, said[0]), (0, header))
        self._problems.report(
            "translation_missing",
            row.place + number,
            what=repr(word),
            language=language,
            other=other,
            column=header,
        )


def default_language(tables: Tables, wanted: str, problems: Problems) -> str:
    """Return the language of the columns that name none: what the settings say, or is wanted."""
    settings = tables["settings"].rows[:1]
    said = settings[0].text("default_language") if settings else ""
    default = language_code(said or wanted)
    if said and not default:
        problems.report("language_unknown", settings[0].at("default_language"), what=said)
        return SOURCE_LANGUAGE
    plain = _plain_columns(tables)
    named = {
        column.language
        for name in ("survey", "choices")
        for column in tables[name].columns.values()
        if column.language
    }
    if not default and plain:
        problems.report("language_missing", plain[0])
        default = SOURCE_LANGUAGE
    elif said and named and not plain and default not in named:
        problems.report("language_not_here", settings[0].at("default_language"), what=said)
    for name, table in tables.items():
        for number, column in table.columns.items():
            if not column.language and (column.word, default) in {
                held[:2] for held in table.columns.values()
            }:
                problems.report("header_duplicate", line(name, 1, number), what=column.header)
    return default


def offered_languages() -> tuple[str, ...]:
    """Return the languages that the bot can speak: a folder of translations is a language."""
    return (
        SOURCE_LANGUAGE,
        *sorted(path.name for path in Path(LOCALES).iterdir() if path.is_dir()),
    )


def called(language: str) -> str:
    """Return what a language calls itself, as far as that is known."""
    return language_name(language) if language_code(language) else language


def _plain_columns(tables: Tables) -> list[int]:
    """Return where the columns are named that hold texts without a language."""
    used = {
        (name, word)
        for name in ("survey", "choices")
        for row in tables[name].rows
        for word in row.spoken
        if word in TRANSLATED[name] and "" in row.spoken[word]
    }
    return [
        line(name, 1, number)
        for name in ("survey", "choices")
        for number, column in tables[name].columns.items()
        if not column.language and (name, column.word) in used
    ]


def _languages(tables: Tables, default: str) -> tuple[str, ...]:
    """Return the languages in which labels stand, in the order of their columns."""
    found = [
        language or default
        for name in ("survey", "choices")
        for row in tables[name].rows
        for word in row.spoken
        if word in TRANSLATED[name]
        for language in row.spoken[word]
    ]
    return tuple(dict.fromkeys(filter(None, found))) or (default or SOURCE_LANGUAGE,)


def _written(languages: Iterable[str], default: str) -> str:
    found = list(languages)
    return next((code for code in (SOURCE_LANGUAGE, default) if code in found), found[0])
