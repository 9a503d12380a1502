"""What a web server before the site does in production: some addresses go to another program."""

import asyncio
from collections.abc import AsyncIterator

import h11
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CHUNK = 1 << 16

_HOP_BY_HOP = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding "
    "upgrade x-forwarded-for x-forwarded-proto date server".split()
)
"""Headers of one connection alone (RFC 9110, 7.6.1), and those that we say ourselves."""

_DOWN = (
    "Phần tiếp nhận ý kiến chưa chạy hoặc vừa dừng; những gì đã gõ vẫn còn ở trang trước. "
    "Hãy đợi ít phút rồi gửi lại."
)


class Forward:
    """ASGI middleware: sends requests below some prefixes to a program on this machine.

    Bodies pass through in pieces in both directions; nothing is kept.

    Args:
        app: What answers everything else.
        prefixes: Such as ``/y-kien/``.
        port: Where the program listens on loopback.
    """

    def __init__(self, app: ASGIApp, prefixes: tuple[str, ...], port: int) -> None:
        self.app = app
        self.prefixes = prefixes
        self.port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on."""
        if scope["type"] != "http" or not scope["path"].startswith(self.prefixes):
            await self.app(scope, receive, send)
            return
        started = False

        async def sender(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                await _pass_on(scope, receive, sender, reader, writer)
            finally:
                writer.close()
        except (OSError, h11.RemoteProtocolError):
            if not started:
                await _refuse(send)


async def _pass_on(
    scope: Scope,
    receive: Receive,
    send: Send,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    connection = h11.Connection(h11.CLIENT)
    writer.write(connection.send(_request(scope)) or b"")
    # The answer may come before the whole body has gone: a body that is too big is refused early.
    sending = asyncio.create_task(_send_body(connection, receive, writer))
    try:
        async for event in _events(connection, reader):
            if isinstance(event, h11.Response):
                headers = [
                    (name, value)
                    for name, value in event.headers.raw_items()
                    if name.lower().decode("ascii") not in _HOP_BY_HOP
                ]
                start = {"type": "http.response.start", "status": event.status_code}
                await send({**start, "headers": headers})
            elif isinstance(event, h11.Data):
                body = bytes(event.data)
                await send({"type": "http.response.body", "body": body, "more_body": True})
            elif isinstance(event, h11.EndOfMessage):
                await send({"type": "http.response.body", "body": b""})
                return
    finally:
        sending.cancel()


def _request(scope: Scope) -> h11.Request:
    query = scope.get("query_string", b"")
    target = scope.get("raw_path") or scope["path"].encode()
    client = scope.get("client") or ("127.0.0.1", 0)
    headers = [pair for pair in scope["headers"] if pair[0].decode("latin-1") not in _HOP_BY_HOP]
    if not any(name == b"content-length" for name, _ in headers) and _has_body(scope):
        headers.append((b"transfer-encoding", b"chunked"))
    headers += [
        (b"connection", b"close"),
        (b"x-forwarded-for", str(client[0]).encode()),
        (b"x-forwarded-proto", scope.get("scheme", "http").encode()),
    ]
    whole = target + (b"?" + query if query else b"")
    return h11.Request(method=scope["method"], target=whole, headers=headers)


def _has_body(scope: Scope) -> bool:
    return any(name == b"transfer-encoding" for name, _ in scope["headers"])


async def _send_body(
    connection: h11.Connection, receive: Receive, writer: asyncio.StreamWriter
) -> None:
    try:
        while True:
            message = await receive()
            if message["type"] != "http.request":
                writer.close()  # whoever asked has gone
                return
            if message.get("body"):
                writer.write(connection.send(h11.Data(data=message["body"])) or b"")
                await writer.drain()
            if not message.get("more_body"):
                writer.write(connection.send(h11.EndOfMessage()) or b"")
                await writer.drain()
                return
    except (OSError, h11.LocalProtocolError):
        pass  # the other end has answered already, and reads no more


async def _events(
    connection: h11.Connection, reader: asyncio.StreamReader
) -> AsyncIterator[h11.Event]:
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(CHUNK))
        elif isinstance(event, h11.ConnectionClosed) or event is h11.PAUSED:
            return
        else:
            yield event  # type: ignore[misc]  # the two that are no events are answered above


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", b"30")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": _DOWN.encode()})
