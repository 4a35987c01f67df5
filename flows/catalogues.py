"""Reads the PO files of every language, and finds what is wrong with a translation."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from flows.problems import HandbookProblems, Problem, problem
from flows.texts import translations

LOCALES = Path(__file__).parent.parent / "locales"
DOMAINS = ("bot", "handbook")

# Babel takes a line without its closing quote, and loses what stood there.
PO_LINE = re.compile(
    r"""(\ufeff?\#.*)?|((msgctxt|msgid|msgid_plural|msgstr(\[\d\])?)\s+)?"([^"\\]|\\.)*\"""",
    re.VERBOSE,
)

Entries = dict[str, tuple[str, str]]


@dataclass
class Catalogues:
    """All translations: catalogues by domain and language, and what was wrong with them."""

    folder: Path
    domains: dict[str, dict[str, Catalog]] = field(default_factory=dict)
    files: dict[tuple[str, str], Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def texts(self) -> dict[str, Entries]:
        """Return the handbook's translations: language → key → (English, translation)."""
        return {
            language: entries(catalogue)
            for language, catalogue in self.domains.get("handbook", {}).items()
        }


def load(folder: Path = LOCALES) -> Catalogues:
    """Read translations that are fit for use; raises HandbookProblems for a damaged file."""
    catalogues = read(folder)
    if catalogues.problems:
        raise HandbookProblems(catalogues.problems)
    return catalogues


def read(folder: Path) -> Catalogues:
    """Read every PO file of a folder: a subfolder is a language."""
    catalogues = Catalogues(folder, {domain: {} for domain in DOMAINS})
    for path in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        language = path.parent.parent.name
        if path.stem not in DOMAINS:
            continue
        catalogue = read_file(path, language, catalogues.problems)
        if catalogue is not None:
            catalogues.domains[path.stem][language] = catalogue
            catalogues.files[path.stem, language] = path
    return catalogues


def read_file(path: Path, language: str, problems: list[Problem]) -> Catalog | None:
    """Read one PO file; what is wrong with it goes into `problems`."""
    try:
        Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        problems.append(problem("po_language", path, 0, what=language))
        return None
    try:
        if torn := _torn(path):
            problems.append(problem("po_syntax", path, torn, what="a quote or a keyword is wrong"))
            return None
        return _sound(path, language)
    except PoFileError as error:
        line = (error.lineno or 0) + 1
        problems.append(
            problem("po_syntax", path, line, what=str(error).removesuffix(f" on {error.lineno}"))
        )
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.append(problem("file_not_utf8", path, line))
    except OSError as error:
        problems.append(problem("file_unreadable", path, 0, what=error.strerror or "unreadable"))
    except (ValueError, LookupError) as error:
        problems.append(problem("po_syntax", path, 0, what=str(error)))
    return None


def _sound(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    # A plural rule that is no rule would only be found when the first plural is said.
    translations(catalogue)
    return catalogue


def _torn(path: Path) -> int:
    lines = enumerate(path.read_bytes().decode("utf-8").splitlines(), 1)
    return next((number for number, line in lines if not PO_LINE.fullmatch(line.strip())), 0)


def entries(catalogue: Catalog) -> Entries:
    """Return a handbook catalogue as key → (English, translation), unfinished entries left out."""
    return {
        message.context: (str(message.id), str(message.string))
        for message in catalogue
        if message.context and message.string and not message.fuzzy
    }


def faults(path: Path, catalogue: Catalog, template: Catalog) -> Iterator[Problem]:
    """Yield what a catalogue lacks or has wrong, compared with its template."""
    if not any(message.id and any(_strings(message.string)) for message in catalogue):
        yield problem("po_begun", path, 0, count=len(template))
        return
    lines = _lines(path)
    by_context = {message.context: message for message in catalogue if message.context}
    for wanted in template:
        if not wanted.id:
            continue
        name = f"“{wanted.context or _first(wanted.id)}”"
        message = catalogue.get(wanted.id, wanted.context)
        line = lines.get(wanted.context or _first(wanted.id), 0)
        if message is None:
            outdated = wanted.context and wanted.context in by_context
            yield problem("po_outdated" if outdated else "po_missing", path, line, what=name)
        else:
            yield from _message_faults(path, line, name, wanted, message)


def _message_faults(
    path: Path, line: int, name: str, wanted: Message, message: Message
) -> Iterator[Problem]:
    strings = _strings(message.string)
    if message.fuzzy:
        yield problem("po_fuzzy", path, line, what=name)
    elif not any(strings):
        yield problem("po_missing", path, line, what=name)
    elif not all(strings):
        yield problem("po_plural", path, line, what=name)
    else:
        fields = {name for text in _strings(wanted.id) for name in _fields(text)}
        for text in strings:
            found = _fields(text)
            if found != fields and not (
                len(strings) > 1 and fields - found <= {"count"} and found <= fields
            ):
                yield problem(
                    "po_placeholder",
                    path,
                    line,
                    what=name,
                    wanted=_listed(fields),
                    found=_listed(found),
                )
                break


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value or "")]


def _first(identity: object) -> str:
    return _strings(identity)[0]


def _fields(text: str) -> set[str]:
    try:
        parts = [part[1:] for part in Formatter().parse(text) if part[1] is not None]
    except ValueError:
        return {"unbalanced braces"}
    # A format that the English text lacks could fail when the field is filled in.
    return {
        f"{name}{f'!{conversion}' if conversion else ''}{f':{form}' if form else ''}"
        for name, form, conversion in parts
    }


def _listed(fields: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(fields)) or "none"


def _lines(path: Path) -> Mapping[str, int]:
    """Return on which line each context, or text without one, stands."""
    found: dict[str, int] = {}
    collected, begun, keyword = "", 0, ""
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], 1):
        if match := re.match(r'(msgctxt|msgid) "(.*)"$', line):
            if collected:
                found.setdefault(collected, begun)
            keyword, collected, begun = match[1], _unquoted(match[2]), number
        elif keyword and line.startswith('"'):
            collected += _unquoted(line.strip()[1:-1])
        elif collected:
            found.setdefault(collected, begun)
            collected, keyword = "", ""
    return found


def _unquoted(text: str) -> str:
    return text.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")
