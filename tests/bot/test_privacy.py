"""What could point to a person is refused, and is nowhere to be found afterwards."""

from pathlib import Path

import pytest

from tests.bot.program import Chat, Program, handbook, without_echo
from tests.unsealed import unsealed_in

SECRET = "ZAZA4711"
MAIL = f"{SECRET} jan@example.org"
TOO_LONG = f"{SECRET} " * 20

# Each way in which a secret can be typed, and what the bot answers; the lines before lead there.
REFUSED = {
    "text": (("Tiny sheet", "Today", "3", "2"), MAIL, "“jan@example.org” (an e-mail address)"),
    "phone": (
        ("Tiny sheet", "Today", "3", "2"),
        f"{SECRET}, bel 0470 12 34 56",
        "“0470 12 34 56” (a phone number)",
    ),
    "long text": (("Tiny sheet", "Today", "3", "2"), TOO_LONG, "at most 140 are kept"),
    "endless text": (("Tiny sheet",), f"{SECRET} " * 500, "That is too long."),
    "remark": (("Tiny sheet", "Today", "/remark"), MAIL, "“jan@example.org” (an e-mail address)"),
    "long remark": (("Tiny sheet", "Today", "/remark"), TOO_LONG, "at most 140 are kept"),
    "remark on the record": (
        ("Tiny sheet", "Today", "3", "2", "Busy", "/remark"),
        MAIL,
        "“jan@example.org” (an e-mail address)",
    ),
    "remark behind its command": (("Tiny sheet", "Today"), f"/remark {MAIL}", "Your remark on"),
    "number": (("Tiny sheet", "Today"), MAIL, ""),
    "day": (("Tiny sheet",), MAIL, ""),
    "menu": ((), MAIL, "I did not understand that."),
    "review": (("Tiny sheet", "Today", "3", "2", "Busy"), MAIL, "Everything is answered."),
    "unknown command": ((), f"/{MAIL}", "I do not know that command."),
    "language": ((), f"/language {MAIL}", "Which language?"),
    "throwing away": (("Tiny sheet", "Today", "3", "/cancel"), MAIL, ""),
}


@pytest.fixture
def program(sqlite_url: str, tmp_path: Path) -> Program:
    found = Program(sqlite_url, handbook=handbook(tmp_path / "handbook"))
    found.chats("English")
    return found


def holding(folder: Path, text: str) -> list[str]:
    """Return the names of the files that hold a text, in any case."""
    wanted = text.casefold().encode()
    return sorted(
        path.name
        for path in folder.rglob("*")
        if path.is_file() and wanted in path.read_bytes().lower()
    )


def kept(folder: Path, text: str) -> bool:
    """Whether a text is in any file, or sealed in the database."""
    return bool(holding(folder, text)) or text.casefold() in unsealed_in(folder).casefold()


@pytest.mark.parametrize(("before", "typed", "answer"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_kept_nowhere(
    program: Program, tmp_path: Path, before: tuple[str, ...], typed: str, answer: str
) -> None:
    result = program.run("chat", typed="".join(f"{line}\n" for line in (*before, typed, "/help")))
    assert result.exit_code == 0
    assert answer in result.stdout
    assert SECRET not in without_echo(result.stdout) + result.stderr
    assert not kept(tmp_path, SECRET)
    assert not kept(tmp_path, "jan@")


def test_what_is_refused_is_kept_nowhere_while_the_program_runs(
    program: Program, tmp_path: Path
) -> None:
    with Chat(program.url, handbook=tmp_path / "handbook") as chat:
        for before, typed, _ in REFUSED.values():
            chat.types("/start", *before, typed)
            assert not kept(tmp_path, SECRET)
        assert SECRET not in without_echo(chat.shown)


def test_what_is_accepted_is_found_in_the_exports_alone(program: Program, tmp_path: Path) -> None:
    program.chats("Tiny sheet", "Today", "3", "2", "Zonnebloem", "Save")
    program.exports(tmp_path / "out")
    assert holding(tmp_path, "zonnebloem") == ["long.csv", "wide.csv"]


def test_a_text_for_an_older_turn_is_kept_nowhere(program: Program, tmp_path: Path) -> None:
    with (
        Chat(program.url, handbook=tmp_path / "handbook") as one,
        Chat(program.url, handbook=tmp_path / "handbook") as other,
    ):
        one.types("Tiny sheet", "Today", "3", "2")
        assert "your text was not used" in other.types(SECRET)
    assert not kept(tmp_path, SECRET)


def test_an_export_names_no_worker_and_keeps_no_answer_that_was_set_aside(
    program: Program, tmp_path: Path
) -> None:
    program.chats("Tiny sheet", "Today", "3", "2", "Busy", "Save")
    files = program.exports(tmp_path / "out")
    assert "person" not in files["long.csv"].splitlines()[0].split(",")
    assert "person" not in files["wide.csv"].splitlines()[0].split(",")


def test_a_fault_of_the_database_repeats_no_answer(program: Program, tmp_path: Path) -> None:
    program.chats("Tiny sheet", "Today", "3", "2", "Zonnebloem")
    path = tmp_path / "meetmoment.db"
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xff" * 16384 + content[8192 + 16384 :])
    result = program.run("chat", typed="Save\n")
    assert result.exit_code == 1
    assert "zonnebloem" not in result.stderr.casefold()


def test_the_answers_that_a_code_is_derived_from_are_kept_nowhere(
    sqlite_url: str, tmp_path: Path
) -> None:
    program = Program(sqlite_url, key_file=tmp_path / "keys" / "meetmoment.key")
    (tmp_path / "keys").mkdir()
    said = program.chats("English", "Codes", "New, code from their answers", "Q7W8ZX")
    assert "The code is " in said
    program.chats("/start", "Codes", "Find a lost code", "q7w8zx", "/help")
    program.exports(tmp_path / "out")
    assert not kept(tmp_path, "q7w8zx")
    assert "q7w8zx" not in without_echo(said).casefold()
