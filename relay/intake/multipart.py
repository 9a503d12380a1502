"""Bodies of forms, read as a stream within bounds: what is too much is refused as soon as it is.

Files stay in memory and never lie on a disk before they are kept: some are to be sealed first. What
all senders may hold together is bounded (``Room``), and so is the time that one may take.
"""

import asyncio
import dataclasses
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import (
    MultipartParser,
    MultipartState,
    QuerystringParser,
    parse_options_header,
)
from starlette.requests import Request

from relay.abuse.pace import Pace, Paced, TooSlow
from relay.intake.bounds import USUAL, BodyRefused, Bounds, Lease

_SLICE = 1 << 16
_ENCODED = 3
"""Bytes that one byte becomes at most when a form is sent url-encoded."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}\Z")
_BOUNDARY = re.compile(rb"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]\Z")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form.

    Attributes:
        field: The form's field.
        name: As the browser called it, uncleaned.
        size: How many bytes came.
        content: Empty when it was too big or one too many.
    """

    field: str
    name: str
    size: int
    content: bytes = dataclasses.field(repr=False)


@dataclass(frozen=True, slots=True)
class Body:
    """What a form sent.

    Attributes:
        values: Values by the field's name, as typed: not cleaned, not yet held against the form.
        files: Files, in their order; a file field left empty is not there.
    """

    values: Mapping[str, str] = dataclasses.field(repr=False)
    files: tuple[Upload, ...] = ()


_TOO_LARGE = (
    "Nội dung gửi lên quá lớn nên không nhận được. Hãy bớt tệp hoặc thu nhỏ ảnh (nhiều nhất 3 tệp, "
    "mỗi tệp 7 MB) rồi gửi lại."
)
_TOO_LONG = "Chữ gửi lên quá dài nên không nhận được. Hãy viết ngắn lại, hoặc gửi kèm thành tệp."
_TOO_SLOW = (
    "Đường truyền quá chậm hoặc bị ngắt giữa chừng nên chưa nhận đủ nội dung. Hãy thử lại, hoặc "
    "bớt tệp kèm theo."
)
_NO_FORM = (
    "Trình duyệt gửi lên dữ liệu không đúng dạng biểu mẫu. Hãy mở lại trang biểu mẫu rồi gửi lại."
)
_CUT = "Nội dung đến không trọn vẹn, có thể do mạng bị ngắt. Hãy gửi lại."
_NOT_TEXT = (
    "Trong chữ gửi lên có ký tự không đọc được. Hãy xóa chỗ chữ lạ (thường do dán từ nơi khác), gõ "
    "lại rồi gửi."
)
_UNKNOWN = "Biểu mẫu gửi lên có phần mà Cổng không hỏi. Hãy mở lại trang biểu mẫu rồi điền lại."
_TWICE = "Biểu mẫu gửi lên có một mục điền hai lần. Hãy mở lại trang biểu mẫu rồi điền lại."


async def form_of(
    request: Request,
    names: frozenset[str],
    *,
    lease: Lease,
    files: frozenset[str] = frozenset(),
    bounds: Bounds = USUAL,
) -> Body:
    """The form that a request brings; see ``read_form``."""
    return await read_form(
        request.stream(),
        request.headers.get("content-type", ""),
        request.headers.get("content-length"),
        names,
        lease=lease,
        files=files,
        bounds=bounds,
    )


async def read_form(
    chunks: AsyncIterator[bytes],
    content_type: str,
    length: str | None,
    names: frozenset[str],
    *,
    lease: Lease,
    files: frozenset[str] = frozenset(),
    bounds: Bounds = USUAL,
) -> Body:
    """Reads a body of ``application/x-www-form-urlencoded`` or ``multipart/form-data``.

    Args:
        chunks: The body as it comes (Starlette's ``request.stream()``).
        content_type: The header.
        length: The header Content-Length, if there was one. What is truly sent is counted too.
        names: Names that fields may have.
        lease: What it holds of the memory shared with the others that send now.
        files: Names that files may have.
        bounds: How much, how long.

    Raises:
        BodyRefused: Too much, too slow, or no form.
    """
    kind, options = _content_type(content_type)
    taken = _Taken(names, files, bounds, lease)
    reader: _UrlEncoded | _Multipart
    if kind == b"application/x-www-form-urlencoded":
        reader, most = _UrlEncoded(taken), min(bounds.body, _ENCODED * bounds.text)
    elif kind == b"multipart/form-data":
        reader, most = _Multipart(taken, options.get(b"boundary", b"")), bounds.body
    else:
        raise BodyRefused(415, _NO_FORM)
    if length and length.isdigit() and int(length) > most:
        raise BodyRefused(413, _TOO_LARGE)
    came = 0
    try:
        async for chunk in _in_time(chunks, bounds.pace):
            came += len(chunk)
            if came > most:
                raise BodyRefused(413, _TOO_LARGE)
            for at in range(0, len(chunk), _SLICE):
                reader.write(chunk[at : at + _SLICE])
        reader.end()
    except FormParserError as error:
        raise BodyRefused(400, _NO_FORM, taken.values) from error
    except BodyRefused as refused:
        refused.values = {**taken.values, **refused.values}
        raise
    return Body(taken.values, tuple(taken.uploads))


def _content_type(header: str) -> tuple[bytes, Mapping[bytes, bytes]]:
    try:
        kind, options = parse_options_header(header)
    except (UnicodeError, ValueError) as error:
        raise BodyRefused(415, _NO_FORM) from error
    if options.get(b"charset", b"utf-8").lower() not in (b"utf-8", b"utf8"):
        raise BodyRefused(415, _NO_FORM)
    return kind, options


async def _in_time(chunks: AsyncIterator[bytes], pace: Pace) -> AsyncIterator[bytes]:
    """The chunks, as long as they come fast enough.

    Raises:
        BodyRefused: 408.
    """
    paced = Paced(pace, asyncio.get_running_loop().time)
    while True:
        try:
            chunk = await paced.wait(anext(chunks))
        except StopAsyncIteration:
            return
        except TooSlow as error:
            raise BodyRefused(408, _TOO_SLOW) from error
        paced.came(len(chunk))
        yield chunk


class _Taken:
    """What was taken of a body so far."""

    def __init__(
        self, names: frozenset[str], files: frozenset[str], bounds: Bounds, lease: Lease
    ) -> None:
        self.names, self.files, self.bounds, self.lease = names, files, bounds, lease
        self.values: dict[str, str] = {}
        self.uploads: list[Upload] = []
        self._parts = self._text = 0

    def count(self) -> None:
        """One more part."""
        self._parts += 1
        if self._parts > self.bounds.parts:
            raise BodyRefused(413, _UNKNOWN)

    def value(self, name: str, raw: bytes) -> None:
        """A field is whole."""
        self._text += len(raw)
        if len(raw) > self.bounds.value or self._text > self.bounds.text:
            raise BodyRefused(413, _TOO_LONG)
        if name not in self.names:
            raise BodyRefused(400, _UNKNOWN)
        if name in self.values:
            raise BodyRefused(400, _TWICE)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            shown = raw.decode("utf-8", "replace").replace("\0", "")
            raise BodyRefused(400, _NOT_TEXT, {name: shown}) from error
        if "\0" in text:
            raise BodyRefused(400, _NOT_TEXT, {name: text.replace("\0", "")})
        self.values[name] = text


class _UrlEncoded:
    """A body of ``name=value&…``."""

    def __init__(self, taken: _Taken) -> None:
        self._taken = taken
        self._name, self._value = bytearray(), bytearray()
        self._parser = QuerystringParser(
            {
                "on_field_start": taken.count,
                "on_field_name": self._on_name,
                "on_field_data": self._on_data,
                "on_field_end": self._on_end,
            }
        )

    def write(self, data: bytes) -> None:
        self._parser.write(data)

    def end(self) -> None:
        self._parser.finalize()

    def _on_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]
        if len(self._name) > self._taken.bounds.header:
            raise BodyRefused(400, _UNKNOWN)

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        self._taken.lease.grow(end - start)
        self._value += data[start:end]
        if len(self._value) > _ENCODED * self._taken.bounds.value:
            raise BodyRefused(413, _TOO_LONG)

    def _on_end(self) -> None:
        name = _plain(self._name).decode("utf-8", "replace")
        value = _plain(self._value)
        self._name, self._value = bytearray(), bytearray()
        self._taken.value(name, value)


def _plain(encoded: bytearray) -> bytes:
    return unquote_to_bytes(bytes(encoded).replace(b"+", b" "))


class _Multipart:
    """A body of parts, each with headers of its own."""

    def __init__(self, taken: _Taken, boundary: bytes) -> None:
        if not _BOUNDARY.match(boundary):
            raise BodyRefused(400, _NO_FORM)
        self._taken = taken
        self._began = False
        self._reset()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._on_part,
                "on_header_field": self._on_header_name,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers,
                "on_part_data": self._on_data,
                "on_part_end": self._on_end,
            },
            max_header_size=taken.bounds.header,
        )

    def write(self, data: bytes) -> None:
        self._parser.write(data)

    def end(self) -> None:
        self._parser.finalize()
        if self._parser.state != MultipartState.END:
            raise BodyRefused(400, _CUT if self._began else _NO_FORM)

    def _reset(self) -> None:
        self._headers: dict[bytes, bytes] = {}
        self._header_name, self._header_value = bytearray(), bytearray()
        self._header_bytes = 0
        self._name, self._file_name = "", None
        self._content, self._size = bytearray(), 0

    _file_name: str | None

    def _on_part(self) -> None:
        self._began = True
        self._taken.count()
        self._reset()

    def _on_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]
        self._count_header(end - start)

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]
        self._count_header(end - start)

    def _count_header(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > self._taken.bounds.header:
            raise BodyRefused(413, _NO_FORM)

    def _on_header_end(self) -> None:
        name = bytes(self._header_name).lower()
        if name in self._headers:
            raise BodyRefused(400, _NO_FORM)
        self._headers[name] = bytes(self._header_value)
        self._header_name, self._header_value = bytearray(), bytearray()

    def _on_headers(self) -> None:
        kind, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        coding = self._headers.get(b"content-transfer-encoding", b"binary").strip().lower()
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if kind != b"form-data" or coding not in (b"7bit", b"8bit", b"binary"):
            raise BodyRefused(400, _NO_FORM)
        file_name = options.get(b"filename")
        allowed = self._taken.names | self._taken.files
        if not _NAME.match(name) or name not in allowed:
            raise BodyRefused(400, _UNKNOWN)
        if file_name is None and name in self._taken.files:
            file_name = b""  # as some write a field in which nothing was chosen
        if file_name is not None and name not in self._taken.files:
            raise BodyRefused(400, _UNKNOWN)
        self._name = name
        # What stands for a quote or a line's end in a name is the browser's; it is cleaned later.
        self._file_name = None if file_name is None else file_name.decode("utf-8", "replace")

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        size = end - start
        self._size += size
        bounds, lease = self._taken.bounds, self._taken.lease
        if self._file_name is None:
            lease.grow(size)
            self._content += data[start:end]
            if len(self._content) > bounds.value:
                raise BodyRefused(413, _TOO_LONG)
        elif self._size > bounds.file or len(self._taken.uploads) >= bounds.files:
            lease.shrink(len(self._content))
            self._content = bytearray()
        else:
            lease.grow(size)
            self._content += data[start:end]

    def _on_end(self) -> None:
        if self._file_name is None:
            self._taken.value(self._name, bytes(self._content))
        elif self._size and not self._file_name:
            raise BodyRefused(400, _UNKNOWN)
        elif self._file_name:
            content = bytes(self._content)
            self._taken.uploads.append(Upload(self._name, self._file_name, self._size, content))
        self._reset()
