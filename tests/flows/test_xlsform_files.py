"""A file that is no form, or is made to do harm, is refused before anything of it is used."""

import re
import struct
import tracemalloc
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from flows.path import PathFinder
from flows.sheet import Sheet
from flows.xlsform import parts
from flows.xlsform.reading import FormProblem, Wanted, read
from flows.xlsform.words import CALLS, REFUSED_SELECTS, REFUSED_TYPES, SUPPORTED, TYPES
from tests.builders import TODAY
from tests.workbooks import Rows, repacked, workbook

NAMED = Wanted(name="own_form", language="en")
SURVEY: Rows = [("type", "name", "label"), ("integer", "age", "How old?")]


def saved(rows: Rows) -> bytes:
    """Return a workbook as Excel saves it: the texts stand in a table of their own."""
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("survey")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return target.getvalue()


GOOD = saved(SURVEY)
SHEET = "xl/worksheets/sheet1.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def zipped(**files: bytes) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def part(name: str = SHEET) -> bytes:
    with ZipFile(BytesIO(GOOD)) as archive:
        return archive.read(name)


def in_sheet(old: bytes, new: bytes) -> bytes:
    assert old in part()
    return repacked(GOOD, {SHEET: part().replace(old, new)})


def with_sheet(content: bytes) -> bytes:
    return repacked(GOOD, {SHEET: content})


def with_strings(content: bytes) -> bytes:
    return repacked(GOOD, {"xl/sharedStrings.xml": content})


def locked() -> bytes:
    """Return a workbook whose parts ask for a password."""
    content = bytearray(GOOD)
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        content[at + 8] |= 1
        at += 4
    return bytes(content)


def flipped() -> bytes:
    """Return a workbook whose worksheet lost a bit on its way."""
    at = GOOD.find(SHEET.encode()) + len(SHEET) + 20
    return GOOD[:at] + bytes([GOOD[at] ^ 255]) + GOOD[at + 1 :]


def bomb() -> bytes:
    return repacked(GOOD, {"xl/worksheets/sheet2.xml": b" " * (parts.MOST_UNPACKED + 1)})


def lying_bomb() -> bytes:
    """Return a workbook with a part that says it has ten bytes, and unpacks to a hundred million."""
    content = bytearray(repacked(GOOD, {"xl/worksheets/sheet2.xml": b" " * 100_000_000}))
    said = struct.pack("<I", 100_000_000)
    while (at := content.find(said)) >= 0:
        content[at : at + 4] = struct.pack("<I", 10)
    return bytes(content)


def entities(name: str = SHEET, encoding: str = "utf-8") -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{"".join([f"&l{n - 1};"] * 10)}">' for n in range(1, 10))
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c>'
        "</row></sheetData></worksheet>"
    )
    return repacked(GOOD, {name: text.encode(encoding)})


REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("file_empty", lambda: b""),
    "only spaces": ("file_empty", lambda: b" \r\n\t"),
    "text": ("file_not_xlsx", lambda: b"type,name,label\ninteger,age,How old?\n"),
    "a web page": ("file_not_xlsx", lambda: b"<html><table><tr><td>type</td></tr></table></html>"),
    "XML": ("file_not_xlsx", lambda: b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>'),
    "a PDF": ("file_not_xlsx", lambda: b"%PDF-1.7 ..."),
    "an old Excel file": ("file_old", lambda: OLE + b"\0" * 600),
    "a password": ("file_encrypted", lambda: OLE + "EncryptedPackage".encode("utf-16-le")),
    "a zip with a password": ("file_encrypted", locked),
    "OpenDocument": (
        "file_ods",
        lambda: zipped(
            mimetype=b"application/vnd.oasis.opendocument.spreadsheet", **{"content.xml": b"<x/>"}
        ),
    ),
    "a binary workbook": ("file_binary", lambda: zipped(**{"xl__workbook.bin": b"x"})),
    "another zip": ("file_not_xlsx", lambda: zipped(**{"word__document.xml": b"<x/>"})),
    "a strict workbook": (
        "file_strict",
        lambda: repacked(
            GOOD,
            {
                "xl/workbook.xml": part("xl/workbook.xml").replace(
                    MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main"
                )
            },
        ),
    ),
    "cut off": ("file_damaged", lambda: GOOD[: len(GOOD) // 2]),
    "a flipped byte": ("file_damaged", flipped),
    "macros": ("file_macros", lambda: repacked(GOOD, {"xl/vbaProject.bin": b"x"})),
    "a workbook for macros": (
        "file_macros",
        lambda: repacked(
            GOOD,
            {
                "[Content_Types].xml": part("[Content_Types].xml").replace(
                    b"openxmlformats-officedocument.spreadsheetml.sheet.main",
                    b"ms-excel.sheet.macroEnabled.main",
                )
            },
        ),
    ),
    "old macros": ("file_macros", lambda: repacked(GOOD, {"xl/macrosheets/sheet1.xml": b"<x/>"})),
    "links": (
        "file_links",
        lambda: repacked(GOOD, {"xl/externalLinks/externalLink1.xml": b"<x/>"}),
    ),
    "a connection": ("file_links", lambda: repacked(GOOD, {"xl/connections.xml": b"<x/>"})),
    "an object": ("file_objects", lambda: repacked(GOOD, {"xl/embeddings/oleObject1.bin": b"x"})),
    "a bomb": ("file_large", bomb),
    "a bomb that lies": ("file_damaged", lying_bomb),
    "many parts": (
        "file_large",
        lambda: repacked(GOOD, {f"xl/p{n}.xml": b"<x/>" for n in range(1001)}),
    ),
    "a large file": ("file_large", lambda: GOOD + b"\0" * parts.MOST_BYTES),
    "entities in a worksheet": ("file_damaged", entities),
    "entities in the texts": ("file_damaged", lambda: entities("xl/sharedStrings.xml")),
    "entities in the styles": ("file_damaged", lambda: entities("xl/styles.xml")),
    "entities in UTF-16": ("file_damaged", lambda: entities(encoding="utf-16")),
    "entities in UTF-7": ("file_damaged", lambda: entities(encoding="utf-7")),
    "no XML": ("file_damaged", lambda: with_sheet(b"type,name")),
    "broken XML": ("file_damaged", lambda: with_sheet(b"<worksheet><row>")),
    "deep XML": ("file_damaged", lambda: with_sheet(b"<a>" * 100_000 + b"</a>" * 100_000)),
    "deep texts": (
        "file_damaged",
        lambda: with_strings(
            f'<sst xmlns="{MAIN}"><si>'.encode()
            + b"<r>" * 50_000
            + b"</r>" * 50_000
            + b"</si></sst>"
        ),
    ),
    "rows out of order": ("file_damaged", lambda: in_sheet(b'<row r="2"', b'<row r="1"')),
    "cells out of order": ("file_damaged", lambda: in_sheet(b'r="B2"', b'r="A2"')),
    "a cell in another row": ("file_damaged", lambda: in_sheet(b'r="B2"', b'r="B7"')),
    "millions of texts": (
        "file_large",
        lambda: with_strings(f'<sst xmlns="{MAIN}">'.encode() + b"<si/>" * 1_000_000 + b"</sst>"),
    ),
    "endless styles": (
        "file_large",
        lambda: repacked(GOOD, {"xl/styles.xml": b"<xf/>" * 4_000_000}),
    ),
    "a text that is not there": (
        "file_damaged",
        lambda: in_sheet(b'r="A2" t="s"><v>', b'r="A2" t="s"><v>9999'),
    ),
    "a style that is no number": ("file_damaged", lambda: in_sheet(b'r="A2"', b'r="A2" s="x"')),
}


def refused(content: bytes) -> tuple[FormProblem, ...]:
    found = read(content, NAMED)
    assert isinstance(found, tuple), "taken"
    return found


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_form_is_refused_in_one_sentence(name: str) -> None:
    code, made = REFUSED[name]
    content = made()
    tracemalloc.start()
    found = refused(content)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [item.code for item in found] == [code], found
    assert str(found[0]) == found[0].message
    assert ". " in found[0].message
    assert most < 2 * parts.MOST_UNPACKED


def test_the_same_form_without_harm_is_taken() -> None:
    assert isinstance(read(GOOD, NAMED), Sheet)
    assert isinstance(read(repacked(GOOD, {"docProps/custom.xml": b"anything"}), NAMED), Sheet)
    assert isinstance(read(repacked(GOOD, {"xl/media/logo.png": b"\0\1"}), NAMED), Sheet)


def test_a_million_rows_that_are_only_formatted_are_looked_through() -> None:
    row = b'<row r="%d" s="1" customFormat="1" ht="15"/>'
    rows = b"".join(row % number for number in range(3, 1_000_003))
    assert isinstance(read(in_sheet(b"</sheetData>", rows + b"</sheetData>"), NAMED), Sheet)


def test_rows_and_cells_need_not_say_where_they_stand() -> None:
    plain = re.sub(rb' (r|spans)="[^"]*"', b"", part())
    found = read(with_sheet(plain), NAMED)
    assert isinstance(found, Sheet)
    assert found.by_name["age"].label == "How old?"


def test_a_cell_without_a_place_behind_one_that_is_only_formatted_is_not_guessed_at() -> None:
    content = in_sheet(b'<c r="A2" t="s">', b'<c r="A2" s="0"/><c t="s">')
    assert [item.code for item in refused(content)] == ["file_damaged"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<sheetData>", b"<sheetData><!-- x --><?x y?>"),
        (b'<dimension ref="A1:C2"/>', b'<dimension ref="A2:A2"/>'),
        (b'<dimension ref="A1:C2"/>', b'<dimension ref="A1:XFD1048576"/>'),
        (b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'),
        (
            b"</sheetData>",
            b'</sheetData><hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>',
        ),
    ],
)
def test_what_a_worksheet_says_of_its_size_is_not_believed(old: bytes, new: bytes) -> None:
    found = read(in_sheet(old, new), NAMED)
    assert isinstance(found, Sheet)
    assert "age" in found.by_name


def test_a_merge_of_everything_takes_no_time() -> None:
    ref = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    found = refused(in_sheet(b"</sheetData>", ref))
    assert [item[:3] for item in found] == [("merged", "survey", 1)]


@pytest.mark.parametrize("value", ["=1+1", "Ab c"])
def test_more_faults_than_anybody_reads_are_counted(value: str) -> None:
    rows = [("integer", f"n{number}", *[value] * 30) for number in range(590)]
    found = refused(workbook({"survey": [("type", "name", *(f"c{n}" for n in range(30))), *rows]}))
    assert len(found) <= 1001


def test_more_cells_than_a_form_has_are_not_read() -> None:
    found = refused(saved([("x",) * 250] * 900))
    assert [item.code for item in found] == ["file_large"]


def test_a_name_is_looked_for_among_thousands_in_no_time() -> None:
    lists = [("list_name", "name", "label"), *((f"list_{n}", "a", "A") for n in range(4000))]
    rows = [(f"select_one lost_{n}", f"n{n}", "?") for n in range(290)]
    found = refused(workbook({"survey": [SURVEY[0], *rows], "choices": lists}))
    assert {item.code for item in found} == {"list_unknown"}


def test_a_formula_is_refused_whatever_was_worked_out_before() -> None:
    content = in_sheet(
        b'<c r="C2" t="s"><v>5</v></c>', b'<c r="C2" t="str"><f>WEBSERVICE("x")</f><v>Label</v></c>'
    )
    assert [item[:4] for item in refused(content)] == [("cell_formula", "survey", 2, "label")]


def test_a_text_that_looks_like_a_formula_is_a_text() -> None:
    def change(book: Workbook) -> None:
        book["survey"]["C2"].value = "=1+1"
        book["survey"]["C2"].data_type = "s"

    found = read(workbook({"survey": SURVEY}, change), NAMED)
    assert isinstance(found, Sheet)
    assert found.by_name["age"].label == "=1+1"


WORDS = st.sampled_from(
    [
        *TYPES, *REFUSED_TYPES, *REFUSED_SELECTS, *SUPPORTED["survey"], *SUPPORTED["choices"],
        *(f"{name}(" for name in CALLS), "select_one yn", "select_multiple yn or_other", "yn",
        "begin group", "end group", "today", "counts yn", "${age}", "${home} = 'yes'", ". > 3",
        "label::nl", "label::Nederlands (nl)", "hint::fr", "yes", "no", "TRUE", "{", "{what}", "%s",
        "X1", "XAB", "area", "indicator", "regex(., '(a|b)*')", "concat(${a}, ${a})",
    ]
)  # fmt: skip
CELLS = st.one_of(
    st.none(),
    WORDS,
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
TABLES = st.lists(st.lists(CELLS, max_size=6), max_size=7)
HEADERS = st.lists(
    st.sampled_from([*SUPPORTED["survey"], "label::nl", "label::fr", "hint::nl"]), max_size=8
)


def made(*tables: list[list[object]]) -> bytes:
    return workbook(dict(zip(("survey", "choices", "settings"), tables, strict=False)))


@given(TABLES, TABLES, TABLES)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_stands_in_the_cells_a_form_is_a_sheet_or_its_faults(
    survey: list[list[object]], choices: list[list[object]], said: list[list[object]]
) -> None:
    told(read(made(survey, choices, said), NAMED))


@given(HEADERS, TABLES, TABLES, st.sampled_from(["en", "nl", ""]))
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_stands_under_the_right_headers_is_a_sheet_or_its_faults(
    header: list[object], rows: list[list[object]], choices: list[list[object]], language: str
) -> None:
    survey: list[list[object]] = [["type", "name", "label", *header], *rows]
    listed: list[list[object]] = [
        ["list_name", "name", "label", "exclusive", "label::nl"],
        *choices,
    ]
    told(read(made(survey, listed, [["version"], [1]]), Wanted(name="own_form", language=language)))


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_damaged_file_is_a_sheet_or_its_faults(data: st.DataObject) -> None:
    content = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    told(read(bytes(content[: data.draw(st.integers(0, len(content)))]), NAMED))


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_damaged_part_is_a_sheet_or_its_faults(data: st.DataObject) -> None:
    name = data.draw(
        st.sampled_from(
            [
                SHEET,
                "xl/sharedStrings.xml",
                "xl/workbook.xml",
                "xl/styles.xml",
                "[Content_Types].xml",
                "xl/_rels/workbook.xml.rels",
            ]
        )
    )
    content = part(name)
    first = data.draw(st.integers(0, len(content)))
    past = data.draw(st.integers(first, min(len(content), first + 40)))
    put = data.draw(
        st.sampled_from(
            [
                b"",
                b"<",
                b'"',
                b"<x>",
                b"-1",
                b"99999999999999999999",
                b"&#0;",
                content[:50],
                b"\xff",
            ]
        )
    )
    told(read(repacked(GOOD, {name: content[:first] + put + content[past:]}), NAMED))


def told(found: Sheet | tuple[FormProblem, ...]) -> None:
    if isinstance(found, Sheet):
        assert found.questions
        assert found.digest
        assert PathFinder(found, {}, (), TODAY).walk(found.questions, {}).open is not None
        return
    assert found
    for problem in found:
        assert problem.message
        assert "\n" not in str(problem)
    order = [("settings", "survey", "choices").index(item.worksheet) for item in found if item.row]
    assert order == sorted(order)
