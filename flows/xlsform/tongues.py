"""Texts in all languages of a sheet at once, as the columns of an XLSForm have them."""

from collections.abc import Mapping

from flows.local import language_name
from flows.sheet import Sheet
from flows.texts import Interface

Spoken = dict[str, str]
"""One text in each language."""


class Tongues:
    """The languages in which a sheet is complete, and what it says in each."""

    def __init__(self, sheet: Sheet, interface: Interface) -> None:
        self.languages = sheet.languages
        self._sheet = sheet
        self._interface = interface

    def text(self, key: str) -> Spoken:
        """Return a text of the sheet; nothing where it has none."""
        found = {language: self._sheet.text(language, key) for language in self.languages}
        return (
            {language: _plain(text) for language, text in found.items()}
            if any(found.values())
            else {}
        )

    def say(self, text: str, **fields: Spoken | str) -> Spoken:
        """Return a text of the interface; a field may differ by language too."""
        return {
            language: self._interface.say(language)(
                text, **{name: _in(language, field) for name, field in fields.items()}
            )
            for language in self.languages
        }

    def every(self, text: str) -> Spoken:
        """Return a text that is the same in all languages."""
        return dict.fromkeys(self.languages, _plain(text))


def called(language: str) -> str:
    """Return what a column or a setting calls a language: Nederlands (nl)."""
    return f"{language_name(language)} ({language})"


def joined(*texts: Mapping[str, str], by: str = " ") -> Spoken:
    """Return texts one after the other, in each language; those that say nothing are left out."""
    languages = dict.fromkeys(language for text in texts for language in text)
    return {
        language: by.join(text[language] for text in texts if text.get(language))
        for language in languages
    }


def _plain(text: str) -> str:
    # In a text of a form, ${name} shows the answer to that question.
    return text.replace("${", "$ {")


def _in(language: str, field: Spoken | str) -> str:
    return field if isinstance(field, str) else field.get(language, "")
