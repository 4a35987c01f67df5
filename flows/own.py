"""What an organisation asks beside the handbook: how that is told apart, and what may change."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from flows.sheet import Sheet

OWN_SHEET, OWN_CODE = "own_", "X"
"""How the names of own sheets and the codes of own indicators begin, and none of the handbook."""


def is_own_sheet(name: str) -> bool:
    """Whether a sheet was brought by an organisation."""
    return name.startswith(OWN_SHEET)


def is_own_code(code: str) -> bool:
    """Whether an indicator was brought by an organisation."""
    return code.startswith(OWN_CODE)


def own_name(name: str) -> str:
    """Return what an own sheet is called in the data, however it was typed."""
    return name if is_own_sheet(name) else f"{OWN_SHEET}{name}"


def called(sheet: Sheet, name: str) -> Sheet:
    """Return a sheet under another name, with its texts."""
    before, after = f"{sheet.name}.", f"{name}."
    texts = {
        language: {
            after + key.removeprefix(before) if key.startswith(before) else key: text
            for key, text in said.items()
        }
        for language, said in sheet.texts.items()
    }
    return replace(sheet, name=name, texts=texts)


def own_codes(codes: Iterable[str]) -> tuple[str, ...]:
    """Return those codes of a project's selection that no choice of the handbook touches."""
    return tuple(code for code in codes if is_own_code(code))


def is_same(sheet: Sheet, other: Sheet) -> bool:
    """Whether two versions ask the same, in the same words of the form's first language."""
    return replace(sheet, version=other.version).digest == other.digest


def differences(sheet: Sheet, released: Iterable[Sheet], others: Iterable[Sheet]) -> Iterator[str]:
    """Yield why a sheet cannot be the next version, each with what to do.

    `released` are its own earlier versions, newest first, and `others` what else the organisation
    brought.
    """
    seen: set[str] = set()
    for before in released:
        for sentence in _changed(sheet, before):
            if sentence not in seen:
                seen.add(sentence)
                yield sentence
    for other in others:
        yield from _shared(sheet, other)


def _changed(sheet: Sheet, before: Sheet) -> Iterator[str]:
    if sheet.level != before.level:
        yield (
            f"{sheet.name} is about the level {before.level} since version {before.version}, which"
            f" may not change; import it under another name for {sheet.level}."
        )
    for name, question in sheet.by_name.items():
        known = before.by_name.get(name)
        if known is not None and known.type != question.type:
            yield (
                f"The type of the question {name} was {known.type} in version {before.version} and"
                f" may not become {question.type}; give the new question another name."
            )
    for code, indicator in sheet.by_code.items():
        was = before.by_code.get(code)
        if was is not None and was.value_type != indicator.value_type:
            yield (
                f"The indicator {code} was {was.value_type} in version {before.version} and may"
                f" not become {indicator.value_type}; give it another code."
            )


def _shared(sheet: Sheet, other: Sheet) -> Iterator[str]:
    for code, indicator in sheet.by_code.items():
        if other.by_code.get(code, indicator) != indicator:
            yield (
                f"The indicator {code} means something else in {other.name}; give it another code."
            )
