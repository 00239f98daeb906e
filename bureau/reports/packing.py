"""Ids and rows of a frozen figure in few bytes: delta-varints and JSON, both compressed."""

import json
import zlib
from collections.abc import Iterable
from typing import Any


def pack_ids(ids: Iterable[int]) -> bytes:
    """Sorted, distinct, non-negative ids as compressed differences (1 to 2 bytes each)."""
    out = bytearray()
    previous = 0
    for number in sorted(ids):
        step, previous = number - previous, number
        while step > 0x7F:
            out.append(step & 0x7F | 0x80)
            step >>= 7
        out.append(step)
    return zlib.compress(bytes(out), 6)


def unpack_ids(packed: bytes | memoryview) -> list[int]:
    """The ids that `pack_ids` was given, ascending."""
    ids, number, step, shift = [], 0, 0, 0
    for byte in zlib.decompress(packed):
        step |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
            continue
        number += step
        ids.append(number)
        step = shift = 0
    return ids


def pack_rows(rows: list[list[Any]]) -> bytes:
    """Rows of JSON values."""
    return zlib.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def unpack_rows(packed: bytes | memoryview) -> list[list[Any]]:
    return json.loads(zlib.decompress(packed))
