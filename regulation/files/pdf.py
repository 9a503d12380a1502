"""PDF files, looked through without being drawn: names of what acts by itself, packed ones too.

A reader of PDF sees what that reader sees; here every object is looked at, reachable or not, as the
bytes have it. Streams that hold objects are unpacked, within bounds.
"""

import itertools
import re
import zlib
from dataclasses import dataclass

MAX_UNPACKED = 30_000_000
MAX_STREAMS = 20_000

_STREAM = re.compile(rb"stream\r?\n")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_OPENS = re.compile(rb"/OpenAction\s{0,4}(\[|<<|([0-9]{1,9})\s)")
_OBJECT = re.compile(rb"(?<![0-9])([0-9]{1,9})\s{1,4}[0-9]{1,5}\s{1,4}obj\b")


@dataclass(frozen=True, slots=True)
class Pdf:
    """What a PDF file says outside its drawings.

    Attributes:
        text: The objects, their streams left out, those of object streams put in.
        raw: The file as it is, to look for long names where a false "stream" would hide them.
        whole: False when not all of it could be unpacked within bounds.
    """

    text: bytes
    raw: bytes
    whole: bool = True


def look(data: bytes) -> Pdf:
    """The objects of a PDF file, names written plainly (``/J#53`` is ``/JS``)."""
    kept: list[bytes] = []
    whole, left, at = True, MAX_UNPACKED, 0
    for _ in range(MAX_STREAMS):
        begin = _STREAM.search(data, at)
        if begin is None:
            break
        # "endstream" ends a stream, so the word must not be read as the beginning of the next.
        if data[begin.start() - 3 : begin.start()] == b"end":
            kept.append(data[at : begin.end()])
            at = begin.end()
            continue
        head = data[max(at, begin.start() - 2_000) : begin.start()]
        own = head[head.rfind(b"obj") + 3 :] if b"obj" in head else head
        kept.append(data[at : begin.start()])
        end = data.find(b"endstream", begin.end())
        if end < 0:  # nor does any other: what is left is read as it is
            at = begin.end()
            break
        if b"ObjStm" in _plain(own):
            unpacked, complete = _unpack(data[begin.end() : end], left)
            whole = whole and complete
            left -= len(unpacked)
            kept.append(unpacked)
        kept.append(b"\n")
        at = end
    else:
        whole = False
    kept.append(data[at:])
    return Pdf(_plain(b"\n".join(kept)), _plain(data), whole)


def _plain(text: bytes) -> bytes:
    return _ESCAPE.sub(lambda m: bytes([int(m[1], 16)]), text)


def _unpack(packed: bytes, limit: int) -> tuple[bytes, bool]:
    if limit <= 0:
        return b"", False
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(packed, limit)
    except zlib.error:
        return packed[:limit], False
    return unpacked, not unpacker.unconsumed_tail


def action_opens(pdf: Pdf) -> bool:
    """Whether opening the file does more than show a page of it."""
    for match in itertools.islice(_OPENS.finditer(pdf.text), 20):
        if match[1] == b"[":
            continue
        here = pdf.text[match.end() : match.end() + 400]
        body = _object(pdf.text, match[2]) if match[2] else here
        if body.lstrip()[:1] == b"[" or re.search(rb"/S\s{0,4}/GoTo\b", body[:400]):
            continue
        return True
    return False


def _object(text: bytes, number: bytes) -> bytes:
    for found in _OBJECT.finditer(text):
        if found[1] == number:
            return text[found.end() : found.end() + 400]
    return b"["  # packed beside others, where numbers stand apart: its names are told anyway
