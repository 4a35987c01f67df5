"""Archives that are damaged or make no sense: a clear message, and nothing is stored."""

import csv
import io
import json
import shutil
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from flows.record import SUM
from storage import organisations
from storage.database import Database
from tests.archives import files_of, town
from tests.bot.program import Program, refused
from tests.keys import KEYS

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of a town in which much was corrected."""
    return town(tmp_path_factory.mktemp("archive"))


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """The archive, to be damaged."""
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def told_of(program: Program) -> list[str]:
    """Return the organisations of a database."""
    with closing(Database(program.url, KEYS)) as database, database.reading() as connection:
        return organisations.every(connection)


def faults(program: Program, path: Path) -> list[str]:
    """Return what is wrong with an archive; nothing of it is stored then."""
    result = program.run("import", path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Traceback" not in result.stderr
    assert told_of(program) == []
    lines: list[str] = result.stderr.splitlines()
    return lines


def retold(folder: Path, *names: str) -> None:
    """Let the manifest tell files as they are, as whoever forges them would do."""
    path = folder / "manifest.json"
    said = json.loads(path.read_bytes())
    for item in said["files"]:
        if item["name"] in names:
            content = (folder / item["name"]).read_bytes()
            item |= {"bytes": len(content), "sha256": sha256(content).hexdigest()}
            if item["name"].endswith(".csv"):
                text = io.StringIO(content.decode(errors="replace"), newline="")
                item["rows"] = len([*csv.reader(text)]) - 1
    path.write_text(json.dumps(said), encoding="utf-8")


def change(folder: Path, name: str, do: Callable[[Rows], object]) -> None:
    """Change the rows of a table, and let the manifest tell it so."""
    path = folder / name
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [*reader]
        columns = reader.fieldnames or []
    do(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    retold(folder, name)


def _cut(packed: bytes) -> bytes:
    return packed[: len(packed) // 2]


def _flipped(packed: bytes) -> bytes:
    place = packed.index(b"data/long.csv") + 200
    return packed[:place] + bytes([packed[place] ^ 1]) + packed[place + 1 :]


@pytest.mark.parametrize(
    "damage",
    [_cut, _flipped, lambda _: b"", lambda _: b"PK\x03\x04 and nothing", lambda _: b"\x1f\x8b"],
    ids=["truncated", "a changed byte", "empty", "a beginning", "another kind of file"],
)
def test_a_damaged_zip_file_is_refused(
    program: Program, whole: Path, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    packed = tmp_path / "x.zip"
    packed.write_bytes(damage(zipped(files_of(whole))))
    (line,) = faults(program, packed)
    assert "damaged" in line


def zipped(files: Mapping[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", kind) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    "name", ["../evil.csv", "/etc/evil.csv", "data/../../evil.csv", "a\\b.csv"]
)
def test_a_file_never_leads_out_of_the_archive(
    program: Program, whole: Path, tmp_path: Path, name: str
) -> None:
    files = files_of(whole) | {name: b"x\r\n"}
    (tmp_path / "x.zip").write_bytes(zipped(files))
    assert "none of the archive" in faults(program, tmp_path / "x.zip")[0]
    said = json.loads(files["manifest.json"])
    told = {"name": name, "rows": 0, "bytes": 3, "sha256": sha256(b"x\r\n").hexdigest()}
    said["files"].append(told)
    files["manifest.json"] = json.dumps(said).encode()
    (tmp_path / "x.zip").write_bytes(zipped(files))
    assert "no name of a file in an archive" in faults(program, tmp_path / "x.zip")[0]
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".csv") == []


def test_a_zip_bomb_is_not_unpacked(program: Program, whole: Path, tmp_path: Path) -> None:
    files = files_of(whole)
    zeros = bytes(300_000_000)
    files["data/wide.csv"] = zeros
    (tmp_path / "x.zip").write_bytes(zipped(files))
    assert faults(program, tmp_path / "x.zip")[0].startswith("data/wide.csv: it was changed")
    files = files_of(whole) | {"manifest.json": zeros}
    (tmp_path / "x.zip").write_bytes(zipped(files))
    assert "larger than 20 MB" in faults(program, tmp_path / "x.zip")[0]


def test_a_size_that_is_a_lie_is_found(program: Program, whole: Path, tmp_path: Path) -> None:
    packed = zipped(files_of(whole))
    size = len((whole / "data" / "long.csv").read_bytes())
    lie = packed.replace(struct.pack("<L", size), struct.pack("<L", size - 1))
    assert lie != packed
    (tmp_path / "x.zip").write_bytes(lie)
    assert "data/long.csv" in faults(program, tmp_path / "x.zip")[0]


def test_a_file_twice_or_packed_in_another_way_is_refused(
    program: Program, whole: Path, tmp_path: Path
) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(zipped(files_of(whole), zipfile.ZIP_LZMA))
    assert "packed in a way" in faults(program, path)[0]
    path.write_bytes(zipped(files_of(whole)))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as packed:
        packed.writestr("manifest.json", b"{}")
    assert "twice" in faults(program, path)[0]


def test_what_is_missing_too_much_or_changed_is_named(program: Program, copy: Path) -> None:
    (copy / "codebook.csv").unlink()
    (copy / "more.csv").write_text("x")
    assert faults(program, copy)[:2] == [
        "codebook.csv: this file is missing.",
        "more.csv: this file is none of the archive; take it out.",
    ]


def test_a_changed_cell_is_found(program: Program, copy: Path) -> None:
    path = copy / "data" / "long.csv"
    path.write_bytes(path.read_bytes().replace(b"kompas", b"kompaz", 1))
    assert faults(program, copy)[0].startswith("data/long.csv: it was changed")


def test_a_wrong_number_of_rows_is_found(program: Program, copy: Path) -> None:
    path = copy / "manifest.json"
    said = json.loads(path.read_bytes())
    (told,) = [item for item in said["files"] if item["name"] == "ledger/revisions.csv"]
    told["rows"] += 1
    path.write_text(json.dumps(said))
    assert "rows, and manifest.json tells" in faults(program, copy)[0]


def test_a_link_is_no_file(program: Program, copy: Path) -> None:
    (copy / "data" / "long.csv").unlink()
    (copy / "data" / "long.csv").symlink_to("/etc/passwd")
    assert "no file of its own" in faults(program, copy)[0]


def test_what_is_no_archive_is_said_so(program: Program, tmp_path: Path) -> None:
    assert "manifest.json is missing" in faults(program, tmp_path)[0]
    refused(program.run("import", tmp_path / "nothing.zip"), "No such file")
    (tmp_path / "manifest.json").write_text('{"software": "meetmoment 0.1.0"}')
    assert "not the manifest of an archive" in faults(program, tmp_path)[0]
    (tmp_path / "manifest.json").write_text("[" * 100_000)
    assert "nested too deeply" in faults(program, tmp_path)[0]
    (tmp_path / "manifest.json").write_bytes(b"\xff\xfe{}")
    assert "cannot be used" in faults(program, tmp_path)[0]


def test_an_archive_of_a_newer_program_is_said_so(program: Program, copy: Path) -> None:
    said = json.loads((copy / "manifest.json").read_bytes()) | {
        "archive": 2,
        "software": "meetmoment 9.0",
    }
    (copy / "manifest.json").write_text(json.dumps(said))
    (line,) = faults(program, copy)
    assert "meetmoment 9.0" in line


def _first(column: str, text: str) -> Callable[[Rows], object]:
    return lambda rows: rows[0].update({column: text})


@pytest.mark.parametrize(
    ("name", "cell", "wanted"),
    [
        ("ledger/revisions.csv", ("submitted_at", "yesterday"), "row 2, submitted_at: 'yesterday'"),
        ("ledger/revisions.csv", ("observed_on", "2026-02-30"), "row 2, observed_on: '2026-02-30'"),
        ("ledger/revisions.csv", ("complete", "maybe"), "row 2, complete: 'maybe'"),
        ("ledger/revisions.csv", ("project", "zuid"), "row 2, project: there is no project 'zuid'"),
        ("ledger/revisions.csv", ("sheet_version", "99"), "row 2, sheet_version: there is no"),
        ("ledger/revisions.csv", ("level", "moon"), "row 2, level: 'moon' is not possible"),
        ("ledger/revisions.csv", ("person", ""), "row 2, person: this is needed"),
        ("ledger/revisions.csv", ("revision", "1e9"), "row 2, revision: '1e9' is no whole number"),
        ("ledger/revisions.csv", ("revision", "7"), "does not follow on another one"),
        ("ledger/revisions.csv", ("record", "0"), "does not follow"),
        ("ledger/revisions.csv", ("observed_on", "9999-12-31"), "row 2, observed_on: '9999-12-31'"),
        ("ledger/revisions.csv", ("person", "Jan Peeters"), "row 2, person: 'Jan Peeters' is no"),
        ("plan/participants.csv", ("since", "0001-01-01"), "row 2, since: '0001-01-01' is no day"),
        ("ledger/revisions.csv", ("remark", "x\0y"), "row 2, remark: it holds a character"),
        ("ledger/changes.csv", ("status", "perhaps"), "row 2, status: 'perhaps' is not possible"),
        ("ledger/changes.csv", ("type", "photo"), "row 2, type: 'photo' is not possible"),
        ("ledger/changes.csv", ("type", "note"), "observed_on is of the type date"),
        ("ledger/changes.csv", ("question", "shoe_size"), "does not ask 'shoe_size'"),
        ("ledger/changes.csv", ("indicator", "XX99"), "belongs to another indicator"),
        ("ledger/changes.csv", ("change", "changed"), "from something else than what it was"),
        ("ledger/changes.csv", ("record", "0"), "is not among the revisions"),
        ("ledger/revisions.csv", ("subject", "Jan Peeters"), "subject: this is no code of a"),
        ("ledger/reviews.csv", ("revision", "77"), "row 2, revision: there is no revision 77"),
        ("ledger/reviews.csv", ("state", "loved"), "row 2, state: 'loved' is not possible"),
        ("plan/participants.csv", ("since", ""), "row 2, since: '' is no day"),
        ("plan/participants.csv", ("project", "zuid"), "row 2, project: there is no project"),
        ("plan/participants.csv", ("participant", "Ann"), "participant: this is no code of a"),
        ("plan/decisions.csv", ("due", "soon"), "row 2, due: 'soon' is no day"),
        ("plan/decisions.csv", ("moment", "noon"), "row 2, moment: 'noon' is not possible"),
    ],
)
def test_a_cell_that_makes_no_sense_is_named(
    program: Program, copy: Path, name: str, cell: tuple[str, str], wanted: str
) -> None:
    change(copy, name, _first(*cell))
    found = faults(program, copy)
    assert any(line.startswith(name[: name.index("/")]) and wanted in line for line in found), found
    assert found[-1] == "Nothing was imported."


@pytest.mark.parametrize(
    ("typed", "cell", "wanted"),
    [
        ("integer", ("value", "3.5"), "something else than a integer"),
        ("integer", ("value", "9" * 40), "something else than a integer"),
        ("integer", ("category", "x"), "has no categories"),
        ("date", ("value", "20260302"), "something else than a date"),
        ("select_one", ("value", "made_up"), "has no such choice"),
        ("select_multiple", ("value", "7"), "something else than a select_multiple"),
        ("counts", ("value", "-1"), "something else than a counts"),
        ("select_one", ("status", "dont_know"), "has no answer, and here stands one"),
    ],
)
def test_an_answer_that_nobody_could_give_is_named(
    program: Program, copy: Path, typed: str, cell: tuple[str, str], wanted: str
) -> None:
    with (copy / "ledger/revisions.csv").open(encoding="utf-8", newline="") as file:
        sums = {row["record"] for row in csv.DictReader(file) if row["provenance"] == SUM}

    def forge(rows: Rows) -> None:
        # A last change, so that no later one begins with something else.
        last = {(row["record"], row["question"], row["category"]): row for row in rows}
        row = next(
            row
            for row in last.values()
            if (row["type"], row["status"]) == (typed, "answered")
            and row["record"] not in sums
            and row["question"] != "area"
        )
        row.update([cell])

    change(copy, "ledger/changes.csv", forge)
    found = faults(program, copy)
    assert any(wanted in line for line in found), found


def test_values_that_the_ledger_does_not_give_are_refused(program: Program, copy: Path) -> None:
    change(copy, "data/long.csv", _first("remark", "invented"))
    assert "not the values that the ledger gives" in faults(program, copy)[0]


def test_many_faults_are_told_up_to_twenty(program: Program, copy: Path) -> None:
    def worsen(rows: Rows) -> None:
        for row in rows:
            row["status"] = "perhaps"

    change(copy, "ledger/changes.csv", worsen)
    found = faults(program, copy)
    assert len(found) == 22
    assert found[-2:] == ["There may be more.", "Nothing was imported."]


@pytest.mark.parametrize("content", [b"caf\xe9", b'a"b"c,"d', b"\xff\xfea\x00"])
def test_a_table_that_is_none_is_refused(program: Program, copy: Path, content: bytes) -> None:
    path = copy / "ledger" / "reviews.csv"
    path.write_bytes(path.read_bytes() + content)
    retold(copy, "ledger/reviews.csv")
    assert faults(program, copy)[0].startswith("ledger/reviews.csv")


def test_other_columns_and_too_few_cells_are_refused(program: Program, copy: Path) -> None:
    path = copy / "plan" / "participants.csv"
    path.write_text("project,name\r\nkompas,Jan\r\n", newline="")
    retold(copy, "plan/participants.csv")
    assert "row 1: the columns have to be project,participant,since" in faults(program, copy)[0]
    path.write_text("project,participant,since\r\nkompas,K7-N\r\n", newline="")
    retold(copy, "plan/participants.csv")
    assert "row 2: it has 2 cells and not 3" in faults(program, copy)[0]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"definition": {}, "texts": {}}',
        '{"definition": [], "texts": []}',
        "[" * 99_999,
    ],
)
def test_a_sheet_that_is_none_is_refused(program: Program, copy: Path, content: str) -> None:
    name = "sheets/contact-2.json"
    (copy / name).write_text(content)
    retold(copy, name)
    assert faults(program, copy)[0].startswith(name)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"label": "', '"label": 5, "more": "'),
        ('"version": 2', '"version": 99999999999'),
        ('"version": 2', '"version": true'),
        ('"type": "date"', '"type": "photo"'),
        ('"label": "', '"label": "\\ud800'),
        ('"label": "', '"label": "\\u0000'),
    ],
)
def test_a_sheet_that_is_made_up_is_refused(
    program: Program, copy: Path, old: str, new: str
) -> None:
    name = "sheets/contact-2.json"
    text = (copy / name).read_text(encoding="utf-8")
    assert old in text
    (copy / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    retold(copy, name)
    assert faults(program, copy)[0].startswith(name)


@pytest.mark.parametrize(
    "changed",
    [
        {"filter": {"moment": ["noon"]}},
        {"filter": {"project": ["nowhere"]}},
        {"filter": {"status": ["refused"]}},
        {"filter": 5},
        {"languages": []},
        {"as_of": "9999-12-31"},
        {"as_of": 5},
        {"organisation": "../x"},
        {"sheets": []},
        {"sheets": [{"sheet": "x"}]},
        {"files": [{"name": "long.csv"}]},
        {"current_sheets": {"contact": "two"}},
    ],
    ids=str,
)
def test_a_manifest_that_makes_no_sense_is_refused(
    program: Program, copy: Path, changed: dict[str, object]
) -> None:
    path = copy / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | changed), encoding="utf-8")
    assert faults(program, copy)


def test_a_sheet_that_is_another_one_is_refused(program: Program, copy: Path) -> None:
    name = "sheets/contact-2.json"
    text = (copy / name).read_text(encoding="utf-8")
    (copy / name).write_text(text.replace('"title": "', '"title": "X', 1), encoding="utf-8")
    retold(copy, name)
    assert "not the sheet that manifest.json tells" in faults(program, copy)[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("name", 5),
        ("areas", [{"name": "x"}]),
        ("selection", [1]),
        ("registrars", {"DN01": "boss"}),
        ("dates", {"starts_on": "soon"}),
        ("rules", {"opens": "never"}),
        ("id", ""),
    ],
)
def test_a_project_that_makes_no_sense_is_refused(
    program: Program, copy: Path, name: str, content: object
) -> None:
    path = copy / "plan" / "projects.json"
    said = json.loads(path.read_bytes())
    said["projects"][0][name] = content
    path.write_text(json.dumps(said))
    retold(copy, "plan/projects.json")
    assert faults(program, copy)[0].startswith("plan/projects.json: ")


@pytest.fixture(autouse=True)
def _nothing_stays(tmp_path: Path) -> Iterator[None]:
    yield
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
