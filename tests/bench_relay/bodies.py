"""Bodies that nobody should send: how they are answered, and in how much memory."""

import asyncio
import contextlib

from tests.bench_relay.sending import FORM
from tests.bench_relay.starting import memory

HUGE = 100_000_000
"""Bytes of such a body."""

KINDS = {
    "chunked": ("Transfer-Encoding: chunked", True),
    "declared": (f"Content-Length: {HUGE}", False),
    "declared as 1,000 bytes and chunked": (
        "Content-Length: 1000\r\nTransfer-Encoding: chunked",
        True,
    ),
    "declared as 1,000 bytes": ("Content-Length: 1000", False),
}
"""What the head says of the length, and whether the body comes in chunks."""


async def huge(port: int, pid: int, kind: str) -> tuple[int, int, float]:
    """A body far too big: its status, the bytes sent until then, the most memory meanwhile.

    Args:
        port: Of the relay.
        pid: Its process.
        kind: One of ``KINDS``.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST {FORM} HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    part = b'--b\r\nContent-Disposition: form-data; name="tep"; filename="a.pdf"\r\n\r\n'
    chunk = b"x" * 65_536
    said, chunked = KINDS[kind]
    writer.write(f"{head}{said}\r\n\r\n".encode())
    sent, peak = 0, memory(pid)

    def wire(data: bytes) -> bytes:
        return b"%x\r\n%s\r\n" % (len(data), data) if chunked else data

    with contextlib.suppress(OSError):
        writer.write(wire(part))
        while sent < HUGE and not reader.at_eof() and not reader._buffer:  # type: ignore[attr-defined]
            writer.write(wire(chunk))
            await writer.drain()
            sent += len(chunk)
            await asyncio.sleep(0)
            peak = max(peak, memory(pid))
    status = 0
    with contextlib.suppress(OSError, asyncio.TimeoutError):
        line = await asyncio.wait_for(reader.readline(), 60)
        status = int(line.split(b" ")[1])
    writer.close()
    return status, sent, peak
