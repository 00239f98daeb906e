"""The virus scanner, behind one function. Configured and silent, it lets nothing in."""

import socket
import struct
from pathlib import Path

from django.conf import settings

TIMEOUT = 30
BLOCK = 1 << 16


class ScannerDown(Exception):
    """It is configured but does not answer, or answers something else."""


class Infected(Exception):
    """`str()` is the signature's name."""


def name() -> str:
    """For the system page and the record: "clamd", or nothing where none is configured."""
    return "clamd" if settings.FILE_SCANNER else ""


def scan(path: Path) -> str:
    """Ask clamd (INSTREAM) about a file; returns the scanner's name, or raises Infected or ScannerDown."""
    if not settings.FILE_SCANNER:
        return ""
    try:
        answer = _ask(path)
    except OSError as error:
        raise ScannerDown(str(error)) from None
    if answer.endswith(" OK"):
        return name()
    if answer.endswith(" FOUND"):
        raise Infected(answer.removeprefix("stream: ").removesuffix(" FOUND"))
    raise ScannerDown(answer)


def _ask(path: Path) -> str:
    with _connect() as connection, path.open("rb") as file:
        connection.sendall(b"zINSTREAM\0")
        while block := file.read(BLOCK):
            connection.sendall(struct.pack("!L", len(block)) + block)
        connection.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and (part := connection.recv(4096)):
            answer += part
    return answer.rstrip(b"\0\n").decode(errors="replace")


def _connect() -> socket.socket:
    where = settings.FILE_SCANNER
    if where.startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(TIMEOUT)
        try:
            connection.connect(where)
        except OSError:
            connection.close()
            raise
        return connection
    host, _colon, port = where.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=TIMEOUT)
