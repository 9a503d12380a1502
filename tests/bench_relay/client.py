"""Citizens by the hundred: a small HTTP/1.1 client that weighs little beside what it measures."""

import asyncio
import contextlib
import html
import itertools
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
_FORM = re.compile(r'<form [^>]*action="([^"]*/xac-nhan/)"[^>]*>(.*?)</form>', re.S)

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers in lower case, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Citizen:
    """Somebody with one connection, which is kept, and an address of their own.

    Attributes:
        port: Of the server on loopback.
        address: What the web server before it would say of where they are.
    """

    port: int
    address: str = ""
    _reader: asyncio.StreamReader | None = field(default=None, repr=False)
    _writer: asyncio.StreamWriter | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        number = next(_numbers)
        # A household in a neighbourhood of its own (2001:db8::/32 is for examples, RFC 3849).
        high, low = 0xDB8 + (number >> 16), number & 0xFFFF
        self.address = self.address or f"2001:{high:x}:{low:x}::1"

    async def post(self, path: str, fields: Iterable[tuple[str, str]]) -> Answer:
        """Sends a form as a browser without files does."""
        body = urlencode(list(fields)).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        )
        return await self._ask(head, body)

    async def get(self, path: str) -> Answer:
        """Asks for a page."""
        return await self._ask(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n", b"")

    async def close(self) -> None:
        """Hangs up."""
        writer, self._reader, self._writer = self._writer, None, None
        if writer is not None:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _ask(self, head: str, body: bytes) -> Answer:
        whole = f"{head}X-Forwarded-For: {self.address}\r\n\r\n".encode() + body
        for again in (True, False):
            kept = self._writer is not None
            if self._writer is None or self._reader is None:
                self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                self._writer.write(whole)
                return await self._answer(self._reader)
            except (ConnectionError, asyncio.IncompleteReadError):
                await self.close()
                if not (again and kept):  # a kept connection may have been closed meanwhile
                    raise
        raise AssertionError("unreachable")

    async def _answer(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {}
        for line in head[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return Answer(int(head[0].split(" ")[1]), headers, body)


def review(page: bytes) -> tuple[str, list[tuple[str, str]]]:
    """Where the review page sends what was written, and every hidden field of it.

    Raises:
        ValueError: It is no review page.
    """
    found = _FORM.search(page.decode())
    if found is None:
        raise ValueError("no review page")
    hidden = _HIDDEN.findall(found[2])
    return found[1], [(html.unescape(name), html.unescape(value)) for name, value in hidden]


def message(number: int) -> list[tuple[str, str]]:
    """What a citizen writes: about as long as people do."""
    said = f"Đoạn đường trước nhà số {number} có ổ gà sâu, đêm qua hai người ngã. " * 6
    return [
        ("tieu-de", f"Ổ gà trên đường, trước nhà số {number}"),
        ("noi-dung", said),
        ("noi-xay-ra", f"Trước nhà số {number}"),
        ("co-quan", ""),
        ("ho-ten", "Người thử"),
        ("dien-thoai", "0905 123 456"),
        ("thu", ""),
    ]


@dataclass
class Timed:
    """How long each of many things took, in seconds."""

    seconds: list[float] = field(default_factory=list)

    async def of(self, doing: "asyncio.Future[Answer] | asyncio.Task[Answer]") -> Answer:
        """Waits for an answer and keeps how long it took."""
        begun = time.monotonic()
        answer = await doing
        self.seconds.append(time.monotonic() - begun)
        return answer

    def percentile(self, share: float) -> float:
        """The time within which such a share was done."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
