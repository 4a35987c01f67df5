"""The questionnaire as the engine sees it: sheets, questions, choices and indicators."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING as MISSING_FACTORY
from dataclasses import Field, dataclass, field, fields, is_dataclass, replace
from functools import cache, cached_property
from typing import Any

from flows.expressions import references
from flows.identity import REMARK

LEVELS = ("project", "target_group", "participant")
MEASUREMENTS = ("baseline", "interim", "final")
# What is continuous is never complete, because another contact may follow.
MOMENTS = (*MEASUREMENTS, "continuous")
REGISTRARS = ("practitioner", "project_coordinator", "city_coordinator")
OWN = "own"
"""The set of an organisation's own indicators; no indicator of the handbook is in it."""
SETS = ("short", "long", "harm_reduction", "early_intervention", "group_prevention", OWN)
INDICATOR_KINDS = ("context", "process", "output", "outcome", "impact")
MENUS = ("work", "log", "measure", "set_up")
CMO_ELEMENTS = ("M1", "M2", "M3", "M4", "C1", "C2", "C3", "C4", "C5", "C6", "O")
VALUE_TYPES = ("integer", "decimal", "ordinal", "nominal", "date", "counts", "log")
SENSITIVITIES = ("none", "aggregate", "pseudonymous", "special")
MISSING = ("dont_know", "refused", "not_applicable")

LAST = 99
"""The place in the menu of a sheet that names none."""

AREAS = "area"
"""The list whose choices are the project's own areas."""

INDICATOR_LISTS = ("indicator", "chosen_indicator")
"""The lists of the whole catalogue, and of what the project has chosen of it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen; `columns` are the extra columns a choice_filter reads.

    With `indicators` it is on offer only where the project has chosen one of these.
    """

    name: str
    label: str
    exclusive: bool = False
    indicators: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Indicator:
    """What an evaluator measures: the catalogue row behind one to three questions.

    One with `derived_from` is worked out from these others and registered by nobody. `previous`
    says whether the worker is shown what was answered at the moment before.
    """

    code: str
    name: str
    set: str
    level: str
    kind: str
    registrar: str
    moments: tuple[str, ...]
    cmo: tuple[str, ...]
    value_type: str
    unit: str
    definition: str
    reason: str
    example: str
    missing: tuple[str, ...]
    sensitivity: str
    source: str
    derived_from: tuple[str, ...] = ()
    previous: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the survey, in XLSForm's words; expressions are kept as written."""

    type: str
    name: str
    label: str = ""
    list_name: str = ""
    choices: tuple[Choice, ...] = ()
    indicator: str = ""
    section: str = ""
    moments: tuple[str, ...] = ()
    missing: tuple[str, ...] = MISSING
    required: bool = True
    hint: str = ""
    guidance_hint: str = ""
    relevant: str = ""
    constraint: str = ""
    constraint_message: str = ""
    warning: str = ""
    warning_message: str = ""
    calculation: str = ""
    choice_filter: str = ""
    default: str = ""
    total: str = ""
    step: int = 1
    quick: tuple[str, ...] = ()
    max_length: int = 140
    free_text: str = REMARK
    appearance: str = ""
    read_only: bool = False

    @property
    def is_asked(self) -> bool:
        """Whether a person answers it; the others are filled in by a calculation or default."""
        return self.type != "calculate" and not self.read_only

    @property
    def conditions(self) -> tuple[str, ...]:
        """The expressions that decide whether and how it is asked, and what may be answered."""
        return (
            self.relevant,
            self.constraint,
            self.calculation,
            self.choice_filter,
            self.default,
            self.total,
        )


@dataclass(frozen=True, slots=True)
class Section:
    """A group of questions with a heading."""

    name: str
    label: str


@dataclass(frozen=True)
class Sheet:
    """One released version of a questionnaire, with its translations beside it.

    `texts` maps a language to translated texts by key, for instance
    `participant.housing.label`; a text without translation is shown as it was written, in
    `language`: English for the sheets of the handbook. `registrar` is who answers the questions
    that belong to no indicator. A `single` sheet has one record for a project, which is changed
    when the sheet is begun again. `order` is its place in the menu.
    """

    name: str
    version: int
    level: str
    moments: tuple[str, ...]
    title: str
    purpose: str
    source: str
    observed_on: str
    remarks: bool
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]
    indicators: tuple[Indicator, ...]
    menu: str = ""
    order: int = LAST
    registrar: str = ""
    single: bool = False
    language: str = "en"
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False)

    @cached_property
    def by_name(self) -> dict[str, Question]:
        """The questions by name."""
        return {question.name: question for question in self.questions}

    @cached_property
    def by_code(self) -> dict[str, Indicator]:
        """The indicators by code."""
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each question stands, from 0."""
        return {question.name: index for index, question in enumerate(self.questions)}

    @cached_property
    def reads(self) -> dict[str, frozenset[str]]:
        """The questions whose answers decide about a question, by its name."""
        return {
            question.name: frozenset(
                name for text in question.conditions for name in references(text)
            )
            for question in self.questions
        }

    @cached_property
    def with_all_choices(self) -> frozenset[str]:
        """The questions whose choices are all on offer, whatever the project or the answers."""
        return frozenset(
            question.name
            for question in self.questions
            if not question.choice_filter
            and not any(choice.indicators for choice in question.choices)
        )

    @cached_property
    def sources(self) -> dict[str, str]:
        """Every translatable text as it was written, by key and in reading order."""
        return dict(_texts(self))

    def text(self, language: str, key: str) -> str:
        """Return the text of `key` in `language`, as written if not translated, "" if none."""
        return self.texts.get(language, {}).get(key) or self.sources.get(key, "")

    @cached_property
    def labels(self) -> Callable[[str, str], Mapping[str, str]]:
        """Return the labels of a question's choices in a language, by choice; remembered."""
        return cache(self._labels)

    @cached_property
    def labels_everywhere(self) -> Callable[[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
        """Return the labels of a question's choices in each of these languages; remembered."""
        return cache(self._labels_everywhere)

    @cached_property
    def languages(self) -> list[str]:
        """The languages in which every text is there, the one it was written in first."""
        return [
            self.language,
            *(
                lang
                for lang, texts in sorted(self.texts.items())
                if lang != self.language and self.sources.keys() <= texts.keys()
            ),
        ]

    def definition(self) -> str:
        """Return the canonical JSON of this version, translations left out.

        What stands at its default is left out too: a program that knows one column more still
        finds the same definition in the same file.
        """
        content = _stated(replace(self, texts={}))
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the definition: equal digests mean the same questionnaire."""
        return hashlib.sha256(self.definition().encode()).hexdigest()

    def _labels(self, question: str, language: str) -> dict[str, str]:
        asked = self.by_name[question]
        return {
            choice.name: self.text(language, choice_key(asked, choice.name))
            for choice in asked.choices
        }

    def _labels_everywhere(
        self, question: str, languages: tuple[str, ...]
    ) -> dict[str, tuple[str, ...]]:
        labels = [self.labels(question, language) for language in languages]
        return {
            choice.name: tuple(dict.fromkeys(spoken[choice.name] for spoken in labels))
            for choice in self.by_name[question].choices
        }


def restored(definition: str, texts: Mapping[str, Mapping[str, str]]) -> Sheet:
    """Build a released sheet again from its stored definition and translations."""
    content = json.loads(definition)
    questions = [
        _known(question, Question)
        | {"choices": tuple(Choice(**_known(item, Choice)) for item in question.get("choices", ()))}
        for question in content["questions"]
    ]
    return Sheet(
        **_known(content, Sheet)
        | {
            "sections": tuple(Section(**_known(item, Section)) for item in content["sections"]),
            "questions": tuple(Question(**question) for question in questions),
            "indicators": tuple(
                Indicator(**_known(item, Indicator)) for item in content["indicators"]
            ),
            "texts": texts,
        }
    )


def with_texts(sheet: Sheet, catalogues: Mapping[str, Mapping[str, tuple[str, str]]]) -> Sheet:
    """Return a sheet with its translations: catalogues map a key to (English, translation).

    A translation of an older English text is left out, so that nobody reads what is not asked.
    """
    texts = {
        language: {
            key: entries[key][1]
            for key, source in sheet.sources.items()
            if source and entries.get(key, ("",))[0] == source
        }
        for language, entries in catalogues.items()
    }
    return replace(sheet, texts=texts)


def choice_key(question: Question, choice: str) -> str:
    """Return the text key of a choice's label; an indicator is called what the catalogue says."""
    if question.list_name in INDICATOR_LISTS:
        return f"indicators.{choice}.name"
    return f"choices.{question.list_name}.{choice}.label"


def _known(content: Mapping[str, Any], kind: type[Any]) -> dict[str, Any]:
    names = {item.name for item in fields(kind)}
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in content.items()
        if name in names
    }


def _stated(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, tuple):
        return [_stated(item) for item in value]
    if not is_dataclass(value):
        return dict(value) if isinstance(value, Mapping) else value
    return {
        item.name: _stated(held)
        for item in fields(value)
        if (held := getattr(value, item.name)) != _default(item)
    }


def _default(item: Field[Any]) -> object:
    return item.default if item.default_factory is MISSING_FACTORY else item.default_factory()


def _texts(sheet: Sheet) -> Iterator[tuple[str, str]]:
    yield f"{sheet.name}.title", sheet.title
    yield f"{sheet.name}.purpose", sheet.purpose
    for section in sheet.sections:
        yield f"{sheet.name}.{section.name}.label", section.label
    for question in sheet.questions:
        for column in ("label", "hint", "guidance_hint", "constraint_message", "warning_message"):
            if text := getattr(question, column):
                yield f"{sheet.name}.{question.name}.{column}", text
        for choice in question.choices:
            yield choice_key(question, choice.name), choice.label
    for indicator in sheet.indicators:
        for column in ("name", "unit", "definition", "reason", "example"):
            yield f"indicators.{indicator.code}.{column}", getattr(indicator, column)
