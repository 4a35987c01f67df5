"""The documents tell the truth: every path, command and setting that they name exists."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from bot.__main__ import app
from bot.config import PREFIX, Settings
from flows.columns import COLUMNS
from flows.commands import COMMANDS
from flows.kinds import KINDS

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(ROOT.glob("*.md"))
SUFFIXES = (".py", ".yaml", ".po", ".pot", ".md", ".toml", ".lock", ".svg", "/")
MADE_LATER = ("locales/it/", "meetmoment.db", "long.csv")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=[path.name for path in DOCUMENTS])
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w./-]+)`", text)) | set(re.findall(r"\]\(([\w./-]+)\)", text))
    named |= {
        word
        for line in text.splitlines()
        for word in re.findall(r"(?:bot|flows|storage|tests|benchmarks|docs)/[\w./]+\w", line)
    }
    paths = {name for name in named if "/" in name and name.endswith(SUFFIXES)}
    missing = [
        name for name in paths if not (ROOT / name).exists() and not name.startswith(MADE_LATER)
    ]
    assert missing == []


def test_every_setting_stands_in_the_readme_and_no_other() -> None:
    named = set(re.findall(rf"{PREFIX}[A-Z_]+", text_of("README.md")))
    assert named == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


def test_every_command_of_the_program_stands_in_the_readme() -> None:
    named = set(re.findall(r"`meetmoment (\w+)", text_of("README.md")))
    assert named == set(getattr(get_command(app), "commands", {}))


def test_every_command_of_the_conversation_stands_in_the_readme() -> None:
    named = set(re.findall(r"`/(\w+)`", text_of("README.md"))) - {"quit"}
    assert named == set(COMMANDS)


def test_every_make_target_that_a_document_names_exists() -> None:
    targets = set(re.findall(r"^(\w+):", text_of("Makefile"), re.MULTILINE))
    named = {
        name
        for path in DOCUMENTS
        for name in re.findall(r"`(?:[^`]*\| )?make (\w+)", path.read_text(encoding="utf-8"))
    }
    assert named <= targets


def test_every_column_and_type_stands_in_the_guide() -> None:
    guide = text_of("CONTRIBUTING.md")
    assert [name for name in (*COLUMNS, *KINDS) if not re.search(rf"\b{name}\b", guide)] == []


def test_no_lock_file_names_an_index() -> None:
    assert "://" not in text_of("requirements.lock")
