"""The Excel profile, opened and saved again by a spreadsheet in Belgian locales."""

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest

from flows.exports import FORMATS
from flows.exports.csv_file import BOM
from flows.record import ExportedValue, Status
from tests.datasets import dataset
from tests.flows.test_exports import AREAS, FORMULAS, ROWS, SECOND, SHEETS, value

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
LOCALES = {"nl-BE": 2067, "fr-BE": 2060}
"""Windows language identifiers: https://learn.microsoft.com/openspecs/windows_protocols/ms-lcid."""

SETTINGS = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">\
<value>{locale}</value></prop></item>
</oor:items>
"""

TRICKY = [
    *("1-4", "3/4", "12:30", "0123", "1e5", "1,5", "1.5", "50%", "12.5.2026", "2026-03-02"),
    *("5 mei", "MAI 2026", "1 avr. 2026", "zaterdag 2 mei 2026", "WAAR", "vrai", "5 EUR", "€ 5"),
    *("één ; twee", 'zij zei "ja"', "été – hiver", "🙂", "TRUE", "3 - 4", "'quoted'", "a  b"),
]
NUMBERS = ["-3", "-0.5", "2.75", "1000000", "0", "12345.678"]


def rows() -> list[ExportedValue]:
    """Return values that a spreadsheet might take for something else."""
    texts = [value("why", text, remark=text) for text in (*TRICKY, *FORMULAS)]
    numbers = [value("why", text)._replace(type="decimal") for text in NUMBERS]
    missing = [value("why", "")._replace(status=Status.REFUSED)]
    return [
        row._replace(record=f"R{number:03d}", project_name="Mei 2026")
        for number, row in enumerate((*texts, *numbers, *missing))
    ]


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", ["long-excel", "wide-excel"])
def test_a_spreadsheet_saves_the_excel_profile_as_it_was(
    tmp_path: Path, name: str, locale: str
) -> None:
    data = dataset([*ROWS, *SECOND, *rows()], SHEETS, AREAS)
    ((file, _),) = FORMATS[name].write(tmp_path, data).items()
    before = read(tmp_path / file)
    profile = in_belgium(tmp_path / "profile", locale)
    again = saved_again(tmp_path / file, tmp_path / "again", profile, LOCALES[locale])
    assert read(again) == before


def in_belgium(profile: Path, locale: str) -> Path:
    """Make settings of LibreOffice for a locale."""
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(SETTINGS.format(locale=locale))
    return profile


def saved_again(path: Path, folder: Path, profile: Path, language: int) -> Path:
    """Let LibreOffice open a file, with everything recognised that it can, and save it."""
    # Separator, quote, UTF-8, first line, columns, language, quoted texts stay, special numbers.
    tokens = f"59,34,76,1,,{language},false,true,false"
    assert OFFICE
    subprocess.run(
        [
            *(OFFICE, "--headless", f"-env:UserInstallation=file://{profile}"),
            f"--infilter=Text - txt - csv (StarCalc):{tokens}",
            *("--convert-to", f"csv:Text - txt - csv (StarCalc):{tokens}"),
            *("--outdir", str(folder), str(path)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return folder / path.name


def read(path: Path) -> list[list[str]]:
    text = path.read_bytes().decode().removeprefix(BOM)
    return [*csv.reader(io.StringIO(text, newline=""), delimiter=";")]
