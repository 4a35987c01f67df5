"""The rules of the house: who may import whom, and what the pure core may not do."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.commands import COMMANDS
from flows.conversation import STATES as STATE_NAMES
from flows.conversation import TRANSITIONS, diagram
from flows.exports import FORMATS
from flows.kinds import KINDS
from flows.states import STATES

ROOT = Path(__file__).parent.parent
BEGIN, END = "<!-- the life of a conversation: written by a test -->\n```mermaid\n", "```\n"

MAY_IMPORT = {
    "flows": {"flows"},
    "storage": {"flows", "storage"},
    "bot": {"flows", "storage", "bot"},
}
ONLY_IN = {
    "sqlalchemy": "storage",
    "alembic": "storage",
    "psycopg": "storage",
    "telegram": "bot/channels/telegram",
}
IMPURE = {
    "asyncio",
    "random",
    "secrets",
    "uuid",
    "time",
    "socket",
    "sqlite3",
    "logging",
    "threading",
    "subprocess",
}
CLOCKS = {"now", "today", "utcnow", "time", "monotonic"}
LONGEST_FILE, LONGEST_FUNCTION = 400, 40


def sources(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_room_imports_only_the_rooms_below_it(package: str) -> None:
    others = MAY_IMPORT.keys() - MAY_IMPORT[package]
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(package)
        for name in imported(path)
        if name.split(".")[0] in others
    ]
    assert wrong == []


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_of_the_edge_stays_in_its_room(library: str) -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in sources(*MAY_IMPORT)
        for name in imported(path)
        if name.split(".")[0] == library
        and not str(path.relative_to(ROOT)).startswith(ONLY_IN[library])
    ]
    assert wrong == []


def test_the_core_has_no_clock_no_chance_no_network_and_no_async() -> None:
    wrong = []
    for path in sources("flows"):
        wrong += [
            f"{path.name} imports {name}" for name in imported(path) if name.split(".")[0] in IMPURE
        ]
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.AsyncFunctionDef | ast.Await):
                wrong.append(f"{path.name}:{node.lineno} is async")
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in CLOCKS
            ):
                owner = node.func.value
                if isinstance(owner, ast.Name) and owner.id in ("date", "datetime", "time"):
                    wrong.append(f"{path.name}:{node.lineno} looks at the clock")
    assert wrong == []


def test_files_and_functions_stay_small() -> None:
    long_files = [
        path.name
        for path in sources(*MAY_IMPORT)
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE
    ]
    long_functions = [
        f"{path.name}:{node.name}"
        for path in sources("bot", "flows", "storage")
        if "versions" not in path.parts
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert (long_files, long_functions) == ([], [])


@pytest.mark.parametrize(
    ("registry", "folder", "beside"),
    [
        (KINDS, "flows/kinds", {"kind", "number", "unasked", "day"}),
        (
            STATES,
            "flows/states",
            {
                "state",
                "wording",
                "leaving",
                "consequences",
                "deadlines",
                "moving",
                "roster",
                "oversight",
                "deciding",
                "telling",
                "beginning",
                "to_do",
            },
        ),
        (
            FORMATS,
            "flows/exports",
            {
                "csv_file",
                "dataset",
                "filter",
                "format",
                "manifest",
                "missing_codes",
                "names",
                "records_table",
                "redcap_dictionary",
                "statistics_files",
                "variables",
                "workbook",
            },
        ),
    ],
    ids=["kinds", "states", "exports"],
)
def test_every_member_of_a_family_is_registered(
    registry: dict[str, object], folder: str, beside: set[str]
) -> None:
    modules = {path.stem for path in (ROOT / folder).glob("*.py")} - {"__init__"} - beside
    used = {type(member).__module__.rpartition(".")[2] for member in registry.values()}
    assert modules - used == set()


def test_every_state_has_a_module_and_every_transition_leads_somewhere() -> None:
    assert set(STATES) == set(STATE_NAMES)
    reached = {row.dest for row in TRANSITIONS} | {"newcomer"}
    assert reached == set(STATES)
    assert {source for row in TRANSITIONS for source in row.sources} == set(STATES)


def test_no_two_transitions_disagree() -> None:
    pairs = [(row.trigger, source) for row in TRANSITIONS for source in row.sources]
    assert len(pairs) == len(set(pairs))


def test_texts_to_be_translated_stand_where_the_extraction_finds_them() -> None:
    wrong = [
        f"{path.name}:{node.lineno}"
        for path in sources("flows", "bot")
        for joined in ast.walk(tree(path))
        if isinstance(joined, ast.JoinedStr)
        for node in ast.walk(joined)
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", ""))
        in ("say", "plural", "marked", "option")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    assert wrong == []


def test_the_diagram_in_the_document_is_that_of_the_machine(update: bool) -> None:
    path = ROOT / "ARCHITECTURE.md"
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    expected = before + BEGIN + diagram() + END + after
    if update:
        path.write_text(expected, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == expected


def test_every_command_has_a_description() -> None:
    assert all(command.description for command in COMMANDS.values())
