"""OLE files (DOC, XLS, PPT, MSI, MSG): the names in their folders, read without following them.

Folder entries are 128 bytes long and lie at multiples of 128. Looking at every such place needs no
allocation table, so a table that is broken, or broken on purpose, hides nothing.
"""

import struct
from collections.abc import Mapping

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = 128
_MAX_ENTRIES = 20_000


def streams(data: bytes) -> Mapping[str, int]:
    """Every name in the folders of an OLE file, with the place where its bytes begin."""
    found: dict[str, int] = {}
    if len(data) < 512:
        return found
    shift = min(max(int.from_bytes(data[30:32], "little"), 7), 16)
    for at in range(512, len(data) - _ENTRY + 1, _ENTRY):
        size = int.from_bytes(data[at + 64 : at + 66], "little")
        if size % 2 or not 4 <= size <= 64:
            continue
        if data[at + 66] not in (1, 2, 5) or data[at + 67] > 1:
            continue
        raw = data[at : at + size]
        if raw[-2:] != b"\0\0" or any(data[at + size : at + 64]):
            continue
        try:
            name = raw[:-2].decode("utf-16-le")
        except UnicodeDecodeError:
            continue
        (sector,) = struct.unpack_from("<I", data, at + 116)
        found.setdefault(name.strip("\x01\x03\x05"), min((sector + 1) << shift, len(data)))
        if len(found) >= _MAX_ENTRIES:
            break
    return found


def is_encrypted(data: bytes, names: Mapping[str, int]) -> bool:
    """Whether a password is needed to read what the file holds."""
    if {"EncryptedPackage", "EncryptionInfo", "EncryptedSummary"} & set(names):
        return True
    if "WordDocument" in names:
        at = names["WordDocument"]
        head = data[at : at + 12]
        if head[:2] == b"\xec\xa5" and len(head) == 12 and head[11] & 1:
            return True
    books = [names[name] for name in ("Workbook", "Book") if name in names]
    return any(_has_filepass(data, at) for at in books)


def _has_filepass(data: bytes, at: int) -> bool:
    # A locked workbook says so in one of its first records.
    for _ in range(8):
        if at + 4 > len(data):
            return False
        kind, size = struct.unpack_from("<HH", data, at)
        if kind == 0x2F:
            return True
        at += 4 + size
    return False
