from pathlib import Path

import pytest

from tests.bot.program import CONTACT, TINY, Program, handbook, refused

DAY = ("--today", "2026-03-02")


@pytest.fixture
def transcript(program: Program, tmp_path: Path) -> Path:
    """A transcript of one contact."""
    path = tmp_path / "contact.txt"
    typed = "".join(f"{line}\n" for line in ("English", *CONTACT))
    assert program.run("play", *DAY, "--save", path, typed=typed).exit_code == 0
    return path


def test_a_transcript_holds_day_roles_what_was_shown_typed_and_saved(transcript: Path) -> None:
    text = transcript.read_text(encoding="utf-8")
    assert text.startswith(
        "# today: 2026-03-02\n# roles: practitioner project_coordinator city_coordinator\n"
    )
    assert "\nWhere was it?\n  [1] " in text
    assert [line[2:] for line in text.splitlines() if line.startswith("> ")] == [
        "English",
        *CONTACT,
    ]
    assert "\n= contact 2 continuous revision 1 complete 2026-03-02\n" in text
    assert "\n=   area = station\n=   place = public_space\n" in text


def test_playing_shows_the_conversation_as_a_chat_does(program: Program, tmp_path: Path) -> None:
    played = program.run("play", typed="English\nContact\n").stdout
    assert played == program.chats("English", "Contact")


def test_playing_stores_nothing(tmp_path: Path) -> None:
    program = Program(f"sqlite:///{tmp_path / 'never.db'}")
    assert program.run("play", typed="English\n").exit_code == 0
    assert list(tmp_path.iterdir()) == []


def test_a_transcript_played_again_comes_out_the_same(program: Program, transcript: Path) -> None:
    before = transcript.read_bytes()
    result = program.run("play", transcript)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{transcript} came out the same.\n"
    assert transcript.read_bytes() == before


def test_a_transcript_that_comes_out_differently_shows_the_difference(
    program: Program, transcript: Path
) -> None:
    _edit(transcript, "place = public_space", "place = bar_shop")
    before = transcript.read_bytes()
    result = program.run("play", transcript)
    assert result.exit_code == 1
    assert "\n-=   place = bar_shop\n+=   place = public_space\n" in result.stdout
    assert "--update rewrites it" in result.stderr
    assert transcript.read_bytes() == before


def test_an_update_rewrites_the_transcript(program: Program, transcript: Path) -> None:
    right = transcript.read_bytes()
    _edit(transcript, "place = public_space", "place = bar_shop")
    assert program.run("play", transcript, "--update").exit_code == 0
    assert transcript.read_bytes() == right


def test_another_answer_in_a_transcript_leads_to_another_record(
    program: Program, transcript: Path
) -> None:
    _edit(transcript, "> Station", "> Park")
    result = program.run("play", transcript)
    assert result.exit_code == 1
    assert "\n+=   area = park\n" in result.stdout
    assert program.run("play", transcript, "--update").exit_code == 0
    assert program.run("play", transcript).exit_code == 0


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    "line",
    ["one\u2028two", "one\x0ctwo", "one\x85two", "> quoted", "= saved", "# today: 2020-01-01", ""],
    ids=["separator", "form feed", "next line", "prompt", "saved", "header", "empty"],
)
def test_every_line_that_can_be_typed_can_be_played_again(
    program: Program, tmp_path: Path, line: str
) -> None:
    path = tmp_path / "odd.txt"
    typed = f"English\n{line}\nContact\n".encode()
    assert program.run("play", *DAY, "--save", path, typed=typed).exit_code == 0
    result = program.run("play", path)
    assert (result.exit_code, result.stderr) == (0, "")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Brussels"])
def test_the_day_that_is_played_is_the_day_everywhere(sqlite_url: str, zone: str) -> None:
    program = Program(sqlite_url, time_zone=zone)
    typed = "".join(f"{line}\n" for line in ("English", *CONTACT))
    assert "Mon 02/03/2026" in program.run("play", *DAY, typed=typed).stdout


def test_roles_of_a_transcript_are_those_it_was_played_with(
    program: Program, tmp_path: Path
) -> None:
    path = tmp_path / "city.txt"
    role = ("--role", "city_coordinator")
    program.run("play", *DAY, *role, "--save", path, typed="English\n")
    assert "# roles: city_coordinator\n" in path.read_text(encoding="utf-8")
    assert program.run("play", path).exit_code == 0


def test_a_remark_a_reason_and_a_half_record_are_in_the_transcript(
    program: Program, tmp_path: Path
) -> None:
    path = tmp_path / "half.txt"
    lines = ("English", "Project", "Baseline", "Today", "Not known", "/remark", "From memory")
    typed = "".join(f"{line}\n" for line in (*lines, "/save"))
    program.run("play", *DAY, "--save", path, typed=typed)
    saved = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:1] == "="]
    assert saved[0] == "= project 3 baseline revision 1 so far 2026-03-02"
    assert "=   active_partners = (dont_know)" in saved
    assert "=   shared_vision = (not_done) not_yet_asked “From memory”" in saved


def test_a_remark_on_the_whole_record_is_in_the_transcript(sqlite_url: str, tmp_path: Path) -> None:
    program = Program(sqlite_url)
    path = tmp_path / "remark.txt"
    folder = handbook(tmp_path / "handbook")
    lines = ("English", "Tiny sheet", "Today", "3", "2", "Busy", "/remark", "It rained", "Save")
    typed = "".join(f"{line}\n" for line in lines)
    program.run("play", *DAY, "--handbook", folder, "--save", path, typed=typed)
    assert "\n=   remark: It rained\n=   day = 2026-03-02\n" in path.read_text(encoding="utf-8")


def test_a_folder_of_sheets_can_be_played(program: Program, tmp_path: Path) -> None:
    folder = handbook(tmp_path / "handbook")
    assert "Tiny sheet" in program.run("play", "--handbook", folder, typed="English\n").stdout


def test_the_handbook_of_the_settings_is_played(sqlite_url: str, tmp_path: Path) -> None:
    program = Program(sqlite_url, handbook=handbook(tmp_path / "handbook"))
    assert "Tiny sheet" in program.run("play", typed="English\n").stdout


def test_a_changed_question_makes_its_transcript_differ(program: Program, tmp_path: Path) -> None:
    path, folder = tmp_path / "tiny.txt", handbook(tmp_path / "handbook")
    chosen = ("--handbook", folder)
    typed = "English\nTiny sheet\nToday\n"
    program.run("play", *chosen, *DAY, "--save", path, typed=typed)
    handbook(folder, TINY.replace("How many people?", "How many persons?"))
    result = program.run("play", path, *chosen)
    assert result.exit_code == 1
    assert "\n-How many people?\n+How many persons?\n" in result.stdout


def test_a_transcript_that_is_not_there(program: Program, tmp_path: Path) -> None:
    refused(program.run("play", tmp_path / "none.txt"), "none.txt cannot be read")


def test_a_transcript_that_is_not_text(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "binary.txt"
    path.write_bytes(b"\xff\xfe\x00")
    refused(program.run("play", path), "binary.txt cannot be read")


@pytest.mark.parametrize("text", ["", "> English\n", "# today: soon\n> English\n"])
def test_a_transcript_without_a_day(program: Program, tmp_path: Path, text: str) -> None:
    path = tmp_path / "dayless.txt"
    path.write_text(text, encoding="utf-8")
    refused(program.run("play", path), "dayless.txt:1:", "# today: 2026-03-02")


def test_a_transcript_with_an_unknown_role(program: Program, transcript: Path) -> None:
    _edit(transcript, "# roles: practitioner", "# roles: mayor")
    before = transcript.read_bytes()
    refused(program.run("play", transcript, "--update"), f"{transcript}:2:", "'mayor'")
    assert transcript.read_bytes() == before


def test_a_day_that_is_none(program: Program) -> None:
    refused(program.run("play", "--today", "monday"), "'monday'", "2026-03-02")


def test_a_transcript_that_cannot_be_written(program: Program, tmp_path: Path) -> None:
    result = program.run("play", "--save", tmp_path / "no" / "where.txt")
    assert result.exit_code == 1
    assert "where.txt cannot be written" in result.stderr


def test_a_handbook_with_a_fault_is_not_played(program: Program, tmp_path: Path) -> None:
    folder = handbook(tmp_path / "handbook", TINY.replace("type: text", "type: txet"))
    result = program.run("play", "--handbook", folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "[type_unknown]" in result.stderr
