"""Opens the zip file that a workbook is: weighs it before unpacking, and lets in only what is safe.

Sizes in a zip file are what its maker says, so they are checked first and counted while reading.
"""

import re
import zlib
from io import BytesIO
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from flows.xlsform.problems import Problems

MOST_BYTES = 5_000_000
MOST_UNPACKED = 64_000_000
MOST_ASIDE = 16_000_000
MOST_STRINGS = 200_000
MOST_PARTS = 1000
AT_ONCE = 65_536

Parts = dict[str, bytes]

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORKBOOK = "xl/workbook.xml"

UNWANTED: tuple[tuple[str, str], ...] = (
    ("file_macros", r"vbaProject|macrosheets/|dialogsheets/|xl/ctrlProps/|xl/customUI|customUI/"),
    ("file_links", r"xl/externalLinks/|xl/connections\.xml|xl/queryTables/|xl/model/"),
    ("file_objects", r"xl/embeddings/|xl/activeX/|xl/webextensions/"),
)
"""What a workbook may not hold at all: a pattern of the names of its parts."""

_NEEDED = re.compile(r"\[Content_Types\]\.xml|(_rels/|xl/).*\.(xml|rels)", re.IGNORECASE)
_LEFT_OUT = re.compile(r"xl/(drawings|media|theme|charts|comments|tables|printerSettings)")
_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([^"']*)""")
_DECLARED = re.compile(rb"<!(DOCTYPE|ENTITY)")


def parts_of(content: bytes, problems: Problems) -> Parts:
    """Return the parts of a workbook that hold its cells; none when it is refused."""
    if code := _foreign(content):
        problems.file(code)
        return {}
    if not content.startswith(b"PK"):
        problems.file("file_not_xlsx", what=_looks_like(content))
        return {}
    if len(content) > MOST_BYTES:
        problems.file("file_large", what=f"{len(content):,} bytes, at most {MOST_BYTES:,}")
        return {}
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            if _is_welcome(archive, entries, problems):
                return _unpacked(archive, entries, problems)
    except (BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError) as error:
        problems.file("file_damaged", what=_reason(error))
    except RuntimeError:
        # How zipfile says that an entry has a password.
        problems.file("file_encrypted")
    return {}


def packed(parts: Parts) -> BytesIO:
    """Return an archive of these parts alone, for a library to read."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    target.seek(0)
    return target


def _foreign(content: bytes) -> str:
    if not content.strip():
        return "file_empty"
    if content.startswith(OLE):
        is_locked = "EncryptedPackage".encode("utf-16-le") in content
        return "file_encrypted" if is_locked else "file_old"
    return ""


def _looks_like(content: bytes) -> str:
    begin = content[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if begin.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    if begin.startswith(b"<"):
        return "an XML file"
    if begin.startswith(b"%pdf"):
        return "a PDF"
    is_text = b"\x00" not in begin
    return "a text file, such as CSV" if is_text else "another kind of file"


def _is_welcome(archive: ZipFile, entries: list[ZipInfo], problems: Problems) -> bool:
    """Decide by the list of its parts alone whether a workbook is unpacked."""
    names = [entry.filename for entry in entries]
    size = sum(entry.file_size for entry in entries)
    for code, pattern in UNWANTED:
        if found := next((name for name in names if re.search(pattern, name)), ""):
            problems.file(code, what=_shown(found))
    if len(names) > MOST_PARTS:
        problems.file("file_large", what=f"{len(names):,} parts, at most {MOST_PARTS:,}")
    elif size > MOST_UNPACKED:
        problems.file("file_large", what=f"{size:,} bytes unpacked, at most {MOST_UNPACKED:,}")
    elif len(set(names)) < len(names):
        problems.file("file_damaged", what="a part is in it twice")
    elif "xl/workbook.bin" in names:
        problems.file("file_binary")
    elif WORKBOOK not in names or "[Content_Types].xml" not in names:
        is_ods = "content.xml" in names and "mimetype" in names
        if is_ods and b"opendocument" in archive.open("mimetype").read(200):
            problems.file("file_ods")
        else:
            problems.file("file_not_xlsx", what="another kind of zip file")
    return not problems


def _unpacked(archive: ZipFile, entries: list[ZipInfo], problems: Problems) -> Parts:
    parts: Parts = {}
    left = MOST_UNPACKED
    for entry in entries:
        if not _NEEDED.fullmatch(entry.filename) or _LEFT_OUT.match(entry.filename):
            continue
        content = _read(archive, entry, left)
        left -= len(content)
        if what := _too_much(entry.filename, content, left):
            problems.file("file_large", what=what)
            return {}
        if fault := _xml_fault(content):
            problems.file("file_damaged", what=f"{fault} in {_shown(entry.filename)}")
            return {}
        parts[entry.filename] = content
    if b"macroEnabled" in parts["[Content_Types].xml"]:
        problems.file("file_macros", what="it says so itself")
    if b"purl.oclc.org/ooxml" in parts[WORKBOOK]:
        problems.file("file_strict")
    return {} if problems else parts


def _too_much(name: str, content: bytes, left: int) -> str:
    """Say what of a part is too much; worksheets may be long, because most of it is left out."""
    if left < 0:
        return f"more than {MOST_UNPACKED:,} bytes unpacked"
    if not name.startswith("xl/worksheets/") and len(content) > MOST_ASIDE:
        return f"{len(content):,} bytes beside the worksheets, at most {MOST_ASIDE:,}"
    if name.lower().endswith("sharedstrings.xml") and content.count(b"<si") > MOST_STRINGS:
        return f"more than {MOST_STRINGS:,} texts"
    return ""


def _read(archive: ZipFile, entry: ZipInfo, most: int) -> bytes:
    """Read a part piece by piece, and stop as soon as it is more than was said."""
    pieces, count = [], 0
    with archive.open(entry) as stream:
        while count <= most and (piece := stream.read(AT_ONCE)):
            pieces.append(piece)
            count += len(piece)
    return b"".join(pieces)


def _xml_fault(content: bytes) -> str:
    """Say what makes a part unsafe to parse: anything that declares or hides entities."""
    if b"\x00" in content[:1000] or not content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return "no plain XML"
    found = _ENCODING.search(content[:1000])
    if found and found[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        return "an encoding other than UTF-8"
    return "a declaration of entities" if _DECLARED.search(content) else ""


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:80] or type(error).__name__


def _shown(name: str) -> str:
    return name.encode("ascii", "replace").decode()[-60:]
