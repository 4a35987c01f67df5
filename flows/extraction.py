"""Makes the translation templates: texts of the interface from code, of the handbook from YAML.

`python -m flows.extraction` writes locales/*.pot and brings every PO file in line with them; a
text that changed is marked fuzzy there until somebody has looked at it. With a language code
behind it, it begins that language.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import IO

from babel import localedata
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from flows.catalogues import DOMAINS, LOCALES, read
from flows.checking import load
from flows.loading import CHOICES, HANDBOOK, INDICATORS, is_sheet
from flows.yaml_nodes import Node
from flows.yaml_nodes import read as read_yaml

ROOT = Path(__file__).parent.parent
KEYWORDS = {"say": None, "plural": (1, 2), "marked": None, "option": None, "everywhere": None}
LEFT_OUT = tuple(
    f'"{name}'.encode()
    for name in (
        "Project-Id-Version",
        "Report-Msgid-Bugs-To",
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Language-Team",
        "Generated-By",
    )
)
LANGUAGE = re.compile(r"[a-z]{2,3}")
PACKAGES = ("bot", "flows")
TEXTS = (
    "title",
    "purpose",
    "label",
    "hint",
    "guidance_hint",
    "constraint_message",
    "warning_message",
)
INDICATOR_TEXTS = ("name", "unit", "definition", "reason", "example")

Extracted = tuple[int, str, tuple[str, str], list[str]]


def extract(
    fileobj: IO[bytes], _keywords: object, _tags: object, _options: Mapping[str, str] | None
) -> Iterator[Extracted]:
    """Yield the texts of a handbook file for Babel, each under its stable context."""
    path = Path(fileobj.name)
    root = read_yaml(path, [])
    for line, key, text in _texts(path.name, root):
        yield line, "pgettext", (key, text), []


def templates() -> dict[str, Catalog]:
    """Return the templates of both domains, as they should be now."""
    interface = Catalog(charset="utf-8", fuzzy=False)
    for package in PACKAGES:
        found = extract_from_dir(
            ROOT / package,
            [("**.py", "python")],
            {"**": {}},
            keywords=KEYWORDS,
            strip_comment_tags=True,
        )
        for name, _, message, _, _ in found:
            interface.add(message, locations=[(f"{package}/{name}", 0)])
    handbook = Catalog(charset="utf-8", fuzzy=False)
    for path in sorted(HANDBOOK.glob("*.yaml")):
        with path.open("rb") as file:
            for _, _, (context, text), _ in extract(file, None, None, None):
                handbook.add(text, context=context, locations=[(f"flows/handbook/{path.name}", 0)])
    return {"bot": interface, "handbook": handbook}


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as a PO file that changes only when a text does: no dates, no lines."""
    catalogue.header_comment = f"# Texts of Meetmoment, {catalogue.locale or 'to be translated'}."
    output = BytesIO()
    write_po(
        output, catalogue, width=100, include_lineno=False, sort_output=False, omit_header=False
    )
    kept = [
        line
        for line in output.getvalue().splitlines(keepends=True)
        if not line.startswith(LEFT_OUT)
    ]
    return b"".join(kept)


def main(begun: Sequence[str]) -> None:
    """Write the templates, begin these languages and update every language."""
    load()
    made = templates()
    for language in begun:
        if not LANGUAGE.fullmatch(language) or language not in localedata.locale_identifiers():
            raise SystemExit(f"{language!r} is not the code of a language; write it like it or pl.")
        folder = LOCALES / language / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        for domain in DOMAINS:
            if not (path := folder / f"{domain}.po").exists():
                path.write_bytes(written(Catalog(locale=language, charset="utf-8", fuzzy=False)))
    catalogues = read(LOCALES)
    for domain in DOMAINS:
        (LOCALES / f"{domain}.pot").write_bytes(written(made[domain]))
        for language, catalogue in catalogues.domains[domain].items():
            _update(catalogue, made[domain])
            catalogues.files[domain, language].write_bytes(written(catalogue))


def _update(catalogue: Catalog, template: Catalog) -> None:
    """Bring a language in line; a text that changed keeps its translation, marked fuzzy.

    Babel would look for similar texts under other contexts, which says nothing here.
    """
    before = {message.context: message.string for message in catalogue if message.context}
    # Babel puts the template's own entries into the catalogue, so each language gets a copy.
    catalogue.update(deepcopy(template), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    for message in catalogue:
        if message.context and not message.string and before.get(message.context):
            message.string = before[message.context]
            message.flags.add("fuzzy")


def _texts(name: str, root: Node) -> Iterator[tuple[int, str, str]]:
    kind = "" if is_sheet(Path(name)) else Path(name).stem.split("_")[0]
    if kind == CHOICES:
        for list_name, node in root.columns.items():
            for choice in node.items:
                key = f"choices.{list_name}.{choice.columns['name'].text}"
                yield from _columns(key, choice, ("label",))
    elif kind == INDICATORS:
        for code, node in root.columns.items():
            yield from _columns(f"indicators.{code}", node, INDICATOR_TEXTS)
    elif is_sheet(Path(name)):
        sheet = root.columns["sheet"].text
        yield from _columns(sheet, root, TEXTS)
        for row in root.columns["survey"].items:
            if "name" in row.columns:
                yield from _columns(f"{sheet}.{row.columns['name'].text}", row, TEXTS)


def _columns(key: str, node: Node, columns: tuple[str, ...]) -> Iterator[tuple[int, str, str]]:
    for column in columns:
        if column in node.columns and node.columns[column].text:
            yield node.columns[column].line, f"{key}.{column}", node.columns[column].text


if __name__ == "__main__":
    main(sys.argv[1:])
