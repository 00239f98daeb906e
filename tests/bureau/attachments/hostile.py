"""Fifty hostile files, made here and nowhere downloaded, each with what must become of it: the code of the reason by
which it is refused, or nothing where it is taken and made harmless.

Numbers follow the list of fifty in the reliability plan; some have several files.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
BOOK = {
    "[Content_Types].xml": TYPES,
    "xl/workbook.xml": "<workbook/>",
    "xl/worksheets/sheet1.xml": SHEET % CELL,
}


@dataclass(frozen=True)
class Hostile:
    """`reason` is a key of `messages.REASONS`, empty for what is taken. `beyond` is made one byte too large for
    wherever it is sent."""

    number: int
    name: str
    make: Callable[[], bytes]
    reason: str
    beyond: bool = False

    def __str__(self) -> str:
        return f"{self.number:02} {self.name[:30]}"


def book(extra: dict[str, str | bytes] | None = None, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A small workbook with more or other parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as target:
        for name, content in {**BOOK, **(extra or {})}.items():
            target.writestr(name, content)
    return out.getvalue()


def plain_zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


def with_entry(change: Callable[[zipfile.ZipInfo], None], name: str = "xl/media/a.bin") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part, content in BOOK.items():
            target.writestr(part, content)
        info = zipfile.ZipInfo(name)
        change(info)
        target.writestr(info, b"x")
    return out.getvalue()


def symlink(info: zipfile.ZipInfo) -> None:
    info.create_system, info.external_attr = 3, 0o120777 << 16


def encrypted_zip() -> bytes:
    """The flag says encrypted; parsers must believe it before they read."""
    raw = bytearray(book())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(mark)
        raw[at + offset] |= 1
    return bytes(raw)


def lying_header() -> bytes:
    """The directory says ten bytes, the stream holds more."""
    raw = bytearray(book({"xl/media/a.bin": b"A" * 1_000_000}))
    at = raw.rfind(b"PK\x01\x02")
    struct.pack_into("<L", raw, at + 24, 10)
    return bytes(raw)


def overlapping() -> bytes:
    """Two directory entries point at one stream."""
    raw = bytearray(book({"xl/media/a.bin": b"A" * 1000, "xl/media/b.bin": b"A" * 1000}))
    first = raw.find(b"PK\x01\x02")
    places = []
    at = first
    while at >= 0:
        places.append(at)
        at = raw.find(b"PK\x01\x02", at + 4)
    offset = struct.unpack_from("<L", raw, places[-2] + 42)[0]
    struct.pack_into("<L", raw, places[-1] + 42, offset)
    return bytes(raw)


def ten_gigabytes() -> bytes:
    """One part of 10 GB of zeros: one megabyte's deflate stream, ten thousand times, honestly declared."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = squeeze.compress(bytes(1 << 20)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    stream, size = block * 10_240 + b"\x03\x00", 10 << 30
    name = b"xl/media/a.bin"
    parts = io.BytesIO(book())
    with zipfile.ZipFile(parts) as small:
        directory, count = small.start_dir, len(small.infolist())
    raw = parts.getvalue()
    own = raw[directory : raw.rindex(b"PK\x05\x06")]
    wide = struct.pack("<HHQQ", 1, 16, size, len(stream))
    head = struct.pack("<HHHHHLLLHH", 45, 0, 8, 0, 33, 0, 0xFFFFFFFF, 0xFFFFFFFF, len(name), len(wide))
    local = b"PK\x03\x04" + head + name + wide
    central = b"PK\x01\x02" + struct.pack("<H", 45) + head + struct.pack("<HHHLL", 0, 0, 0, 0, directory) + name + wide
    entries = own + central
    end = struct.pack("<HHHHLLH", 0, 0, count + 1, count + 1, len(entries), directory + len(local) + len(stream), 0)
    return raw[:directory] + local + stream + entries + b"PK\x05\x06" + end


def rows_bomb() -> bytes:
    row = '<row r="1"><c r="A1"><v>1</v></c></row>'
    return book({"xl/worksheets/sheet1.xml": SHEET % (row * 1_500_000)})


def dtd(body: str) -> bytes:
    return book({"xl/sharedStrings.xml": f'<?xml version="1.0"?><!DOCTYPE x [{body}]><sst>&a;</sst>'})


def pdf(change: Callable[[PdfWriter], None] | None = None, pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    if change:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_action(kind: str) -> bytes:
    def change(writer: PdfWriter) -> None:
        action = DictionaryObject({NameObject("/S"): NameObject(kind), NameObject("/F"): TextStringObject("cmd.exe")})
        writer.root_object[NameObject("/OpenAction")] = action

    return pdf(change)


def pdf_script(writer: PdfWriter) -> None:
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )


def pdf_hidden_name() -> bytes:
    """/JavaScript, spelled with escapes."""
    return pdf(pdf_script).replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4aS")


def pdf_xfa(writer: PdfWriter) -> None:
    form = DictionaryObject({NameObject("/XFA"): ArrayObject([TextStringObject("<xdp/>")])})
    writer.root_object[NameObject("/AcroForm")] = form


def picture(kind: str, size: tuple[int, int] = (64, 64), mode: str = "RGB", **extra) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **extra)
    return out.getvalue()


def huge_png(side: int) -> bytes:
    """A valid header and few bytes: the bomb is what a reader would allocate."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">L", len(body)) + name + body + struct.pack(">L", zlib.crc32(name + body))

    rows = zlib.compress(b"\0" * ((side // 8 + 1) * side), 9)
    header = struct.pack(">LLBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def ole(*names: str) -> bytes:
    """An old container whose directory holds these names."""
    entries = b""
    for name in names:
        text = name.encode("utf-16-le") + b"\0\0"
        entries += text.ljust(64, b"\0") + struct.pack("<HB", len(text), 2) + b"\0" * 61
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + entries.ljust(1024, b"\0")


def photo_with_place() -> bytes:
    """A picture whose EXIF holds a script and where it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(1)</script>"
    exif.get_ifd(0x8825)[2] = (36.0, 30.0, 0.0)
    return picture("JPEG", (300, 200), exif=exif, comment=b"<script>alert(2)</script>")


# --- a workbook of 1997, by hand ---------------------------------------------------------------------------------


def old_workbook(rows: list[list[str | float]]) -> bytes:
    """A genuine .xls: BIFF8 records in an OLE container."""

    def record(kind: int, body: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def text(value: str) -> bytes:
        return struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")

    def begin(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHLL", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))

    cells = b""
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            place = struct.pack("<HHH", y, x, 0)
            body = text(value) if isinstance(value, str) else struct.pack("<d", value)
            cells += record(0x0204 if isinstance(value, str) else 0x0203, place + body)
    size = struct.pack("<LLHHH", 0, len(rows), 0, max(map(len, rows)), 0)
    name = "Sheet1".encode("utf-16-le")
    front = begin(0x0005) + record(0x0042, struct.pack("<H", 1200))
    place = len(front) + 4 + 8 + len(name) + 4
    sheet = struct.pack("<LBBBB", place, 0, 0, 6, 1) + name
    stream = front + record(0x0085, sheet) + record(0x000A) + begin(0x0010) + record(0x0200, size) + cells + record(0x000A)
    return container("Workbook", stream)


def container(name: str, stream: bytes) -> bytes:
    """One stream in an OLE file of sectors of 512 bytes: its table, its directory, its bytes."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    assert len(table) <= 128, "one sector of the table is enough here"
    table += [0xFFFFFFFF] * (128 - len(table))

    def entry(label: str, kind: int, child: int, start: int, size: int) -> bytes:
        words = label.encode("utf-16-le") + b"\0\0" if label else b""
        return (
            words.ljust(64, b"\0") + struct.pack("<HBBLLL", len(words), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
            + bytes(36) + struct.pack("<LQ", start, size)
        )

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, 0xFFFFFFFF, 2, len(stream))
    directory += entry("", 0, 0xFFFFFFFF, 0, 0) * 2
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<LLLLLLLLL", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109L", 0, *[0xFFFFFFFF] * 108)
    return head + struct.pack("<128L", *table) + directory + stream


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
MANY = {f"xl/media/{n}.bin": b"" for n in range(100_000)}

HOSTILE = [
    Hostile(1, "eicar.txt", lambda: EICAR, "not_listed"),
    Hostile(2, "eicar.zip", lambda: plain_zip({"eicar.com": EICAR}), "not_listed"),
    Hostile(3, "eicar.docx", lambda: plain_zip({"word/document.xml": EICAR}), "not_listed"),
    Hostile(4, "nested.xlsx", lambda: book({
        "xl/a.zip": plain_zip({"b.zip": plain_zip({"c": b"x"})})}), "nested_archive"),
    Hostile(5, "deflate.xlsx", ten_gigabytes, "bomb"),
    Hostile(5, "zeros.xlsx", lambda: book({"xl/media/a.bin": bytes(120_000_000)}), "bomb"),
    Hostile(6, "entries.xlsx", lambda: book(MANY), "too_many_entries"),
    Hostile(7, "lying.xlsx", lying_header, "damaged"),
    Hostile(8, "overlap.xlsx", overlapping, "polyglot"),
    Hostile(9, "slip.xlsx", lambda: with_entry(lambda i: None, "../../etc/x"), "unsafe_path"),
    Hostile(10, "absolute.xlsx", lambda: with_entry(lambda i: None, "/etc/x"), "unsafe_path"),
    Hostile(11, "link.xlsx", lambda: with_entry(symlink), "unsafe_path"),
    Hostile(12, "locked.xlsx", encrypted_zip, "encrypted"),
    Hostile(13, "inside.xlsx", lambda: book({"xl/media/image1.png": plain_zip({"a.exe": b"MZ"})}), "nested_archive"),
    Hostile(14, "rows.xlsx", rows_bomb, "bomb"),
    Hostile(15, "strings.xlsx", lambda: book({"xl/sharedStrings.xml": "<sst>" + "A" * 80_000_000 + "</sst>"}), "bomb"),
    Hostile(16, "entity.xlsx", lambda: dtd('<!ENTITY a "aaaa">'), "document_type"),
    Hostile(17, "external.xlsx", lambda: dtd('<!ENTITY a SYSTEM "file:///etc/passwd">'), "document_type"),
    Hostile(18, "macro.xlsx", lambda: book({"xl/vbaProject.bin": b"x"}), "macros"),
    Hostile(19, "xlsm.xlsx", lambda: book({
        "[Content_Types].xml": TYPES.replace("sheet.main", "sheet.macroEnabled.main")}), "macros"),
    Hostile(20, "links.xlsx", lambda: book({"xl/externalLinks/externalLink1.xml": "<x/>"}), "external_links"),
    Hostile(21, "dde.xlsx", lambda: book({
        "xl/worksheets/sheet1.xml": SHEET % '<row><c r="A1"><f>cmd|\'/c calc\'!A0</f></c></row>'}), "dde"),
    Hostile(22, "wide.xlsx", lambda: book({
        "xl/worksheets/sheet1.xml": SHEET % '<row><c r="XFD1"><v>1</v></c></row>'}), "too_many_columns"),
    Hostile(23, "genuine.xls", lambda: old_workbook([["店铺名称", "经营者", "户籍县区"], ["福源面馆", "马一", "化隆县"]]), ""),
    Hostile(23, "macro.xls", lambda: ole("Workbook", "_VBA_PROJECT_CUR"), "macros"),
    Hostile(24, "page.xls", lambda: HTML, "not_this_kind"),
    Hostile(25, "macro.docm.docx", lambda: plain_zip({"word/vbaProject.bin": b"x"}), "not_listed"),
    Hostile(26, "template.xlsx", lambda: book({"xl/_rels/workbook.xml.rels":
        '<Relationships><Relationship Type="x/attachedTemplate" TargetMode="External" Target="http://x"/></Relationships>'}),
        "external_links"),
    Hostile(27, "object.xlsx", lambda: book({"xl/embeddings/oleObject1.bin": b"x"}), "embedded_objects"),
    Hostile(28, "rich.doc", lambda: b"{\\rtf1 x}", "not_listed"),
    Hostile(29, "script.pdf", lambda: pdf(pdf_script), "pdf_script"),
    Hostile(30, "launch.pdf", lambda: pdf_action("/Launch"), "pdf_launch"),
    Hostile(31, "embedded.pdf", lambda: pdf(lambda w: w.add_attachment("a.exe", b"MZ")), "pdf_embedded"),
    Hostile(32, "polyglot.pdf", lambda: pdf() + b"\n<html><script>alert(1)</script>", "polyglot"),
    Hostile(33, "truncated.pdf", lambda: pdf(pages=20)[:-400], "damaged"),
    Hostile(34, "locked.pdf", lambda: pdf(lambda w: w.encrypt("secret", algorithm="AES-128")), "encrypted"),
    Hostile(35, "long.pdf", lambda: pdf(pages=5000), "too_many_pages"),
    Hostile(36, "xfa.pdf", lambda: pdf(pdf_xfa), "pdf_xfa"),
    Hostile(37, "drawing.svg", lambda: SVG, "not_listed"),
    Hostile(38, "drawing.png", lambda: SVG, "not_this_kind"),
    Hostile(39, "script.gif", lambda: picture("GIF") + b"/*<script>*/", "not_listed"),
    Hostile(40, "pixels.png", lambda: huge_png(13_000), "too_many_pixels"),
    Hostile(41, "pixels2.png", lambda: huge_png(20_000), "too_many_pixels"),
    Hostile(42, "place.jpg", photo_with_place, ""),
    Hostile(43, "bomb.tiff", lambda: picture("TIFF"), "not_listed"),
    Hostile(43, "renamed.png", lambda: picture("TIFF"), "not_this_kind"),
    Hostile(44, "photo.heic", lambda: HEIC, "heic"),
    Hostile(44, "photo.webp", lambda: picture("WEBP"), "not_listed"),
    Hostile(44, "heic-inside.jpg", lambda: HEIC, "heic"),
    Hostile(45, "page.jpg", lambda: HTML, "not_this_kind"),
    Hostile(46, "mail.csv", lambda: b"MIME-Version: 1.0\nContent-Type: text/html\n\n<html>", "not_this_kind"),
    Hostile(47, "program.pdf", lambda: b"MZ" + bytes(1000), "not_this_kind"),
    Hostile(48, "a.pdf.exe", lambda: pdf(), "not_listed"),
    Hostile(48, "a\u202efdp.exe", lambda: pdf(), "bad_name"),
    Hostile(49, "empty.pdf", lambda: b"", "empty"),
    Hostile(50, "limit.pdf", pdf, "too_large", beyond=True),
    Hostile(29, "escaped.pdf", pdf_hidden_name, "pdf_script"),
    Hostile(39, "cut.jpg", lambda: picture("JPEG", (900, 900))[:-400], "damaged"),
]
