"""Workbooks and CSV: what a spreadsheet may hold besides cells is refused; sizes are counted, not believed."""

import csv
import re
import stat
import struct
import zipfile
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from bureau.attachments.checks.limits import COLUMNS, ZIP_ENTRIES, ZIP_RATIO, Refused

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAIN_PART = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
#: pattern over lower-case entry names → reason
FORBIDDEN = (
    (re.compile(r"vbaproject|/macrosheets/|/dialogsheets/|vbadata|customui/"), "macros"),
    (re.compile(r"/externallinks/|/connections\.xml$|/querytables/"), "external_links"),
    (re.compile(r"/embeddings/|oleobject|/activex/|/webextensions/"), "embedded_objects"),
    (re.compile(r"\.(zip|xlsx|xlsm|xls|docx|doc|rar|7z|gz|jar|exe|dll|js|vbs|html?)$"), "nested_archive"),
)
DDE = re.compile(rb"<(?:\w+:)?f\b[^>]*>[^<]{0,300}\|[^<]{0,300}!", re.IGNORECASE)
WIDE_CELL = re.compile(rb"\sr=[\"']([A-Z]{3})\d")
EXTERNAL = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE)
CHUNK = 1 << 18
#: What an archive, an old document or a program begins with, whatever its part is called.
CONTAINERS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"MZ")


def check_xlsx(path: Path, inflated: int) -> dict:
    try:
        with zipfile.ZipFile(path) as book:
            _check_directory(book, path)
            _check_declared(book, inflated, path.stat().st_size)
            _check_entries(book, inflated, path.stat().st_size)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, struct.error, OSError, EOFError, ValueError):
        raise Refused("damaged") from None
    except (NotImplementedError, RuntimeError):
        raise Refused("encrypted") from None
    return {"content_type": XLSX_TYPE, "extension": ".xlsx"}


def _check_directory(book: zipfile.ZipFile, path: Path) -> None:
    entries = book.infolist()
    if len(entries) > ZIP_ENTRIES:
        raise Refused("too_many_entries", limit=ZIP_ENTRIES)
    if book.comment or len({entry.filename.lower() for entry in entries}) != len(entries):
        raise Refused("damaged")
    end = 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        if entry.flag_bits & 0x1:
            raise Refused("encrypted")
        if entry.header_offset < end or (end == 0 and entry.header_offset != 0):
            raise Refused("polyglot")
        end = entry.header_offset + 30 + len(entry.filename.encode()) + entry.compress_size
        _check_name(entry)
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise Refused("not_this_kind")


def _check_name(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if (
        "\0" in name or "\\" in name or ":" in name or name.startswith("/") or ".." in PurePosixPath(name).parts
        or stat.S_ISLNK(entry.external_attr >> 16)
    ):
        raise Refused("unsafe_path")
    lower = "/" + name.lower()
    for pattern, reason in FORBIDDEN:
        if pattern.search(lower):
            raise Refused(reason)


def _check_declared(book: zipfile.ZipFile, inflated: int, size: int) -> None:
    """What says itself that it is a bomb need not be inflated."""
    if sum(entry.file_size for entry in book.infolist()) > _most(inflated, size):
        raise Refused("bomb")


def _most(inflated: int, size: int) -> int:
    return min(inflated, size * ZIP_RATIO + 1_000_000)


def _check_entries(book: zipfile.ZipFile, inflated: int, size: int) -> None:
    """Inflate everything once, counting; the header's own sizes are not believed."""
    total = 0
    for entry in book.infolist():
        scan = _Scan(entry.filename)
        with book.open(entry) as stream:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                if total > _most(inflated, size):
                    raise Refused("bomb")
                scan.feed(chunk)
        scan.close()


class _Scan:
    """Looks through one entry as it inflates, without keeping it."""

    def __init__(self, name: str) -> None:
        self.is_xml = name.endswith((".xml", ".rels", ".vml"))
        self.is_sheet = "/worksheets/" in name or "/chartsheets/" in name
        self.whole = b"" if name == "[Content_Types].xml" or name.endswith(".rels") else None
        self.name, self.tail, self.head = name, b"", _head_parser() if self.is_xml else None
        self.begun = False

    def feed(self, chunk: bytes) -> None:
        if not self.begun and chunk.startswith(CONTAINERS):
            raise Refused("nested_archive")
        self.begun = True
        if self.head is not None:
            try:
                self.head.Parse(chunk, False)
            except _RootReached:
                self.head = None
            except expat.ExpatError:
                raise Refused("damaged") from None
        if self.whole is not None:
            self.whole += chunk
            if len(self.whole) > 4_000_000:
                raise Refused("too_complex")
        if self.is_sheet:
            window = self.tail + chunk
            if DDE.search(window):
                raise Refused("dde")
            if any(_column(found) > COLUMNS for found in WIDE_CELL.findall(window)):
                raise Refused("too_many_columns", limit=COLUMNS)
            self.tail = window[-1000:]

    def close(self) -> None:
        if self.is_xml and self.head is not None:
            raise Refused("damaged")
        if self.name == "[Content_Types].xml":
            self._check_types(self.whole or b"")
        elif self.whole is not None:
            for link in EXTERNAL.findall(self.whole):
                if b"/hyperlink\"" not in link and b"/hyperlink'" not in link:
                    raise Refused("external_links")

    @staticmethod
    def _check_types(types: bytes) -> None:
        lower = types.lower()
        if b"macroenabled" in lower or b"vbaproject" in lower:
            raise Refused("macros")
        if MAIN_PART not in types:
            raise Refused("not_this_kind")


class _RootReached(Exception):
    pass


def _head_parser() -> expat.XMLParserType:
    """Parses up to the root element: a document type can only stand before it."""
    parser = expat.ParserCreate()

    def refuse(*_args: object) -> None:
        raise Refused("document_type")

    def stop(*_args: object) -> None:
        raise _RootReached

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = stop
    return parser


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


# --- the old binary workbook ----------------------------------------------------------------------

OLE_REASONS = (
    (re.compile(r"^_VBA_PROJECT|^VBA$|^Macros$", re.IGNORECASE), "macros"),
    (re.compile(r"^EncryptedPackage$|^EncryptionInfo$"), "encrypted"),
    (re.compile(r"^MBD[0-9A-F]{8}$|Ole10Native|^Package$|^ObjectPool$"), "embedded_objects"),
)


def check_xls(path: Path) -> dict:
    names = _ole_names(path.read_bytes())
    for pattern, reason in OLE_REASONS:
        if any(pattern.search(name) for name in names):
            raise Refused(reason)
    if not {"Workbook", "Book"} & set(names):
        raise Refused("not_this_kind")
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            for sheet in book.sheet_names:
                if book.get_sheet_by_name(sheet).total_width > COLUMNS:
                    raise Refused("too_many_columns", limit=COLUMNS)
    except CalamineError as error:
        raise Refused("encrypted" if "assword" in str(error) else "damaged") from None
    return {"content_type": "application/vnd.ms-excel", "extension": ".xls"}


def _ole_names(raw: bytes) -> list[str]:
    """Names of the directory entries: 128 bytes each, aligned, a UTF-16 name, its length at 64, its type at 66."""
    names = []
    for at in range(512, len(raw) - 127, 128):
        length, kind = struct.unpack_from("<HB", raw, at + 64)
        if kind in (1, 2, 5) and 2 < length <= 64 and not length % 2:
            try:
                name = raw[at : at + length].decode("utf-16-le")
            except UnicodeDecodeError:
                continue
            if name.endswith("\0") and "\0" not in name[:-1]:
                names.append(name[:-1].lstrip("\x01\x02\x03\x05"))
    return names


# --- text -----------------------------------------------------------------------------------------

MARKUP = re.compile(r"^\s*(<|mime-version:|\{\\rtf)", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def check_csv(path: Path) -> dict:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Refused("not_text")
    if MARKUP.search(text) or CONTROL.search(text):
        raise Refused("not_this_kind")
    try:
        for row in csv.reader(text.splitlines(keepends=True)):
            if len(row) > COLUMNS:
                raise Refused("too_many_columns", limit=COLUMNS)
    except csv.Error:
        raise Refused("damaged") from None
    return {"content_type": "text/csv", "extension": ".csv"}
