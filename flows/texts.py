"""What the bot says, in each language: English in the code, the others in PO files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from gettext import NullTranslations
from io import BytesIO

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.support import Translations

from flows.matching import Option

SOURCE_LANGUAGE = "en"


def marked(text: str) -> str:
    """Return the text as it is: marks a constant for translation."""
    return text


@dataclass(frozen=True, slots=True)
class Say:
    """Says a text in one language, with its fields filled in."""

    language: str
    translations: NullTranslations

    def __call__(self, text: str, **fields: object) -> str:
        """Return the translation of an English text of the interface."""
        try:
            return self.translations.gettext(text).format(**fields)
        except (AttributeError, LookupError, ValueError):
            # `check` names the translation that is broken; the worker reads English meanwhile.
            return text.format(**fields)

    def plural(self, one: str, many: str, count: int, **fields: object) -> str:
        """Return the translation that fits the number; {count} is filled in."""
        return self.translations.ngettext(one, many, count).format(count=count, **fields)


SILENT = Say(SOURCE_LANGUAGE, NullTranslations())


@dataclass(frozen=True)
class Interface:
    """The texts of the interface in every language that is offered."""

    voices: Mapping[str, Say] = field(default_factory=lambda: {SOURCE_LANGUAGE: SILENT})

    @property
    def languages(self) -> list[str]:
        """The languages on offer, English first."""
        return list(self.voices)

    def say(self, language: str) -> Say:
        """Return the voice of a language; English when it is not on offer."""
        return self.voices.get(language) or self.voices[SOURCE_LANGUAGE]

    @cached_property
    def everywhere(self) -> Callable[[str], tuple[str, ...]]:
        """Return a text in all languages, so that it is understood in each; remembered."""
        return cache(lambda text: tuple(say(text) for say in self.voices.values()))

    @cached_property
    def button(self) -> Callable[[str, str, str], Option]:
        """Return a button in a language, understood in every language when typed; remembered."""
        return lru_cache(maxsize=1024)(
            lambda language, text, action: Option(
                self.say(language)(text), action, self.everywhere(text)
            )
        )


def interface(catalogues: Mapping[str, Catalog]) -> Interface:
    """Build the interface from the catalogues of the `bot` domain; a complete one is on offer."""
    voices = {SOURCE_LANGUAGE: SILENT}
    for language, catalogue in sorted(catalogues.items()):
        if _is_complete(catalogue):
            voices[language] = Say(language, translations(catalogue))
    return Interface(voices)


def _is_complete(catalogue: Catalog) -> bool:
    texts = [message for message in catalogue if message.id]
    return bool(texts) and all(_is_translated(message) for message in texts)


def _is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
    return all(strings) and not message.fuzzy


def translations(catalogue: Catalog) -> NullTranslations:
    """Return a catalogue as gettext reads it; ValueError when its plural rule is no rule."""
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
