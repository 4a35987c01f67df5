"""Archives, validated by frictionless as a Data Package v2."""

import json
import shutil
from pathlib import Path

import frictionless
import pytest

from bot.files import pack
from tests.archives import town

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of a town in which much was corrected, beside its zip file."""
    found = town(tmp_path_factory.mktemp("package"))
    pack(found, found.with_suffix(".zip"))
    return found


def faults(path: Path) -> list[str]:
    """Return the kinds of faults that frictionless finds in a package."""
    report = frictionless.validate(str(path), type="package")
    return sorted({kind for (kind,) in report.flatten(["type"])})


def test_a_folder_and_a_zip_file_are_a_data_package(whole: Path) -> None:
    package = json.loads((whole / "datapackage.json").read_bytes())
    assert package["$schema"] == PROFILE
    assert len(package["resources"]) == len(
        [path for path in whole.rglob("*") if path.suffix in (".csv", ".json")]
    ) - len(("datapackage.json", "manifest.json"))
    assert faults(whole / "datapackage.json") == []
    assert faults(whole.with_suffix(".zip")) == []


@pytest.mark.parametrize(
    ("name", "becomes", "kind"),
    [
        ("data/long.csv", (b"kompas", b"kompaz"), "hash-count"),
        ("data/long.csv", (b",yes,", b",jawohl,"), "type-error"),
        ("data/long.csv", (b",answered,", b",nonsense,"), "constraint-error"),
        ("ledger/revisions.csv", (b"2026-03-", b"2026-13-"), "type-error"),
        ("ledger/changes.csv", (b"added", b"grown"), "constraint-error"),
        ("ledger/revisions.csv", (b"\r\nR000", b"\r\nX000"), "foreign-key"),
        ("plan/participants.csv", (b"K7-N", b"P3-H"), "primary-key"),
    ],
)
def test_a_fault_is_found(
    whole: Path, tmp_path: Path, name: str, becomes: tuple[bytes, bytes], kind: str
) -> None:
    copy = Path(shutil.copytree(whole, tmp_path / "copy"))
    path = copy / name
    content = path.read_bytes()
    assert becomes[0] in content
    path.write_bytes(content.replace(*becomes, 1))
    assert kind in faults(copy / "datapackage.json")
