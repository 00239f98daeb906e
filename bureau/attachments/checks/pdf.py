"""PDF: parsed whole, every object looked at; anything that acts, hides or carries files is refused."""

import re
from pathlib import Path

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NullObject, StreamObject

from bureau.attachments.checks.limits import PDF_OBJECTS, Refused

#: key of a dictionary → reason
ACTIVE_KEYS = {
    "/JS": "pdf_script", "/JavaScript": "pdf_script", "/XFA": "pdf_xfa", "/EmbeddedFiles": "pdf_embedded",
    "/EF": "pdf_embedded", "/RichMedia": "pdf_media", "/RichMediaContent": "pdf_media",
}
#: value of /S, /Type or /Subtype → reason
ACTIVE_NAMES = {
    "/JavaScript": "pdf_script", "/Launch": "pdf_launch", "/EmbeddedFile": "pdf_embedded",
    "/FileAttachment": "pdf_embedded", "/GoToE": "pdf_embedded", "/GoToR": "pdf_launch",
    "/SubmitForm": "pdf_launch", "/ImportData": "pdf_launch", "/Rendition": "pdf_media", "/Movie": "pdf_media",
    "/Sound": "pdf_media", "/3D": "pdf_media", "/RichMedia": "pdf_media", "/Screen": "pdf_media",
}
#: Viewers recover damaged files in their own ways, so the raw bytes may not hold these either.
RAW = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA)[\s/<(\[\]>]")
MARKUP = re.compile(rb"<\s*(!doctype|html|script|svg|iframe|\?xml-stylesheet)", re.IGNORECASE)


def check(path: Path, pages: int) -> dict:
    """Refuse or return the number of pages."""
    raw = path.read_bytes()
    _check_bytes(raw)
    try:
        with PdfReader(path, strict=False) as reader:
            if reader.is_encrypted:
                raise Refused("encrypted")
            _check_objects(reader)
            count = len(reader.pages)
            if count > pages:
                raise Refused("too_many_pages", limit=pages)
            if not count:
                raise Refused("damaged")
            for page in reader.pages:
                page.get("/MediaBox")
    except Refused:
        raise
    except MemoryError:
        raise
    except Exception:  # the parser raises many kinds of error on damaged input; all of them mean one thing
        raise Refused("damaged") from None
    return {"content_type": "application/pdf", "extension": ".pdf", "pages": count}


def _check_bytes(raw: bytes) -> None:
    end = raw.rfind(b"%%EOF")
    if end < 0 or b"startxref" not in raw:
        raise Refused("damaged")
    if MARKUP.search(raw[:2048]) or MARKUP.search(raw[end:]) or raw[end + 5 :].strip(b"\r\n\t \0"):
        raise Refused("polyglot")
    if found := RAW.search(raw):
        raise Refused(ACTIVE_NAMES.get("/" + found[1].decode(), ACTIVE_KEYS.get("/" + found[1].decode(), "pdf_script")))


def _check_objects(reader: PdfReader) -> None:
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > PDF_OBJECTS:
        raise Refused("too_complex")
    _walk(reader.trailer)
    for number, generation in numbers:
        try:
            _walk(reader.get_object(IndirectObject(number, generation, reader)))
        except Refused:
            raise
        except MemoryError:
            raise
        except Exception:  # noqa: S112 - a dangling object that nothing refers to is common and harmless
            continue


def _walk(found: object) -> None:
    """Look at one object and all that is written inside it; what it refers to has its own turn."""
    stack = [found]
    seen = 0
    while stack:
        seen += 1
        if seen > PDF_OBJECTS:
            raise Refused("too_complex")
        value = stack.pop()
        if isinstance(value, DictionaryObject | StreamObject):
            _judge(value)
            stack.extend(value.raw_get(key) for key in value)
        elif isinstance(value, ArrayObject):
            stack.extend(list.__iter__(value))


def _judge(value: DictionaryObject) -> None:
    for key in value:
        if key in ACTIVE_KEYS and not isinstance(value.raw_get(key), NullObject):
            raise Refused(ACTIVE_KEYS[key])
    for key in ("/S", "/Type", "/Subtype"):
        name = str(value.get(key, ""))
        if name in ACTIVE_NAMES:
            raise Refused(ACTIVE_NAMES[name])
