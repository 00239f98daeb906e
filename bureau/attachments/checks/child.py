"""The child process that opens strangers' files: `python -m bureau.attachments.checks.child`.

It binds itself to little memory, time and disk before a parser is loaded, knows no secret (its environment is
empty), reads one JSON line from standard input and answers with one. If it dies, the file is refused.
"""

import json
import os
import resource
import sys
from pathlib import Path

from bureau.attachments.checks.limits import CHILD_CPU_SECONDS, CHILD_MEMORY, MEGABYTE, Limits, Refused

HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"}


def bind() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_CPU_SECONDS, CHILD_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY, CHILD_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * MEGABYTE, 64 * MEGABYTE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    os.nice(5)


def sniff(head: bytes) -> str:
    """The kind by the first bytes; CSV has none, so it is what is left when the name says so."""
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return "image"
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        raise Refused("heic")
    return "csv"


def judge(path: Path, kind: str, limits: Limits, out: Path, thumbnail: Path) -> dict:
    """`kind` is what the name says; the content must agree."""
    with path.open("rb") as file:
        found = sniff(file.read(64))
    if found != kind:
        raise Refused("not_this_kind")
    if kind == "image":
        from bureau.attachments.checks import images

        return images.check(path, out, thumbnail)
    if kind == "pdf":
        from bureau.attachments.checks import pdf

        return pdf.check(path, limits.pages)
    from bureau.attachments.checks import sheets

    if kind == "xlsx":
        return sheets.check_xlsx(path, limits.inflated)
    return sheets.check_xls(path) if kind == "xls" else sheets.check_csv(path)


def main() -> None:
    bind()
    task = json.loads(sys.stdin.readline())
    limits = Limits(**task["limits"])
    try:
        answer = {"ok": True, **judge(
            Path(task["path"]), task["kind"], limits, Path(task["out"]), Path(task["thumbnail"])
        )}
    except Refused as refusal:
        answer = {"ok": False, "code": refusal.code, "values": refusal.values}
    except MemoryError:
        answer = {"ok": False, "code": "too_complex", "values": {}}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
