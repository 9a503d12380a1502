"""The relay as two ASGI applications: one for people, one for the operator's own programs."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from regulation.findings import Refused
from relay.abuse.pace import Pace, Paced, TooSlow
from relay.context import Context
from relay.running.logs import Logged, network
from relay.running.one_address import OneAddress
from relay.store.writer import Unavailable

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
    "worker-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Content-Security-Policy of what the relay draws: the portal's own host and nothing else."""

HEADERS: Mapping[bytes, bytes] = {
    b"cache-control": b"no-store",
    b"content-security-policy": POLICY.encode(),
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
    # A receipt's address opens its code for a while: the web server's log of style sheets, where
    # browsers say from which page they come, is not to have it. ("no-referrer" takes Origin too.)
    b"referrer-policy": b"strict-origin",
    b"x-content-type-options": b"nosniff",
    b"x-robots-tag": b"noindex",
}
"""What every answer says, unless its page says something else."""

OFFICERS_BODY = 2_000_000
"""Bytes that an officer's form may have. Citizens' bodies are counted where they are read."""

OFFICERS_PACE = Pace(seconds=120.0)
"""How slowly it may come."""

_CLOSE = {"connection": "close"}
"""What has not been read is not waited for."""

_TITLES = {
    403: "Không được phép",
    404: "Không tìm thấy trang",
    405: "Không mở được trang này",
    408: "Nội dung đến quá chậm",
    413: "Nội dung gửi quá lớn",
}
_MESSAGES = {
    403: "Bạn không có quyền mở trang này; hãy đăng nhập bằng tài khoản được giao việc.",
    404: "Địa chỉ này không có trang nào; hãy xem lại liên kết.",
    405: "Trang này chỉ mở được từ nút gửi của một trang trước nó; hãy làm lại từ đầu.",
    408: "Đường truyền quá chậm hoặc bị ngắt giữa chừng; hãy quay lại trang trước rồi gửi lại.",
    413: "Hãy rút ngắn nội dung hoặc bớt tệp rồi gửi lại.",
}
_NOT_THEIRS = (
    "Không có trang hoặc vụ việc ở địa chỉ này, hoặc vụ việc không thuộc phần việc của bạn (đã "
    "chuyển đi chẳng hạn); hãy tìm lại trong hộp việc."
)
_FAULT = (
    "Có lỗi trong phần mềm, chưa có gì được lưu. Hãy thử lại sau ít phút; nếu vẫn vậy, hãy báo đơn "
    "vị vận hành."
)


class Headers:
    """ASGI middleware: adds ``HEADERS``."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on and adds to the answer's headers what it lacks."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name.lower() for name, _ in message["headers"]}
                more = [pair for pair in HEADERS.items() if pair[0] not in said]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        await self.app(scope, receive, sender)


class Bounded:
    """ASGI middleware: bodies below a prefix, refused with 413 when too big, 408 when too slow.

    Args:
        app: What answers.
        prefix: Below which bodies are counted.
        most: Bytes.
        pace: What a sender has to reach.
    """

    def __init__(self, app: ASGIApp, prefix: str, most: int, pace: Pace = OFFICERS_PACE) -> None:
        self.app, self.prefix, self.most, self.pace = app, prefix, most, pace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, counting its body."""
        if scope["type"] != "http" or not scope["path"].startswith(self.prefix):
            await self.app(scope, receive, send)
            return
        paced = Paced(self.pace, asyncio.get_running_loop().time)
        came, whole = 0, False

        async def receiver() -> Message:
            nonlocal came, whole
            if whole:  # what is waited for now is that the visitor leaves
                return await receive()
            try:
                message = await paced.wait(receive())
            except TooSlow:
                raise HTTPException(408, headers=_CLOSE) from None
            size = len(message.get("body", b""))
            paced.came(size)
            came += size
            whole = not message.get("more_body", False)
            if came > self.most:
                raise HTTPException(413, headers=_CLOSE)
            return message

        await self.app(scope, receiver, send)


def application(context: Context, routes: Iterable[BaseRoute]) -> Starlette:
    """What people meet: citizens' and officers' pages.

    Args:
        context: What pages need.
        routes: Those of every room, from the root of the site.
    """
    base = context.settings.base
    below = [*routes]

    def asks(scope: Scope) -> str:
        return network(context.peer(Request(scope)), context.keys.logs, context.today)

    mounted: list[BaseRoute] = [Mount(base, routes=below)] if base else below
    return Starlette(
        routes=mounted,
        middleware=[
            Middleware(Logged, ticking=context.ticking, asks=asks),
            Middleware(Headers),
            Middleware(Bounded, prefix=f"{base}/can-bo/", most=OFFICERS_BODY),
            Middleware(
                OneAddress,
                prefix=f"{base}/can-bo/",
                origin=lambda: context.origin,
                tell=lambda message: _said(context, "Địa chỉ khác", message, 403),
            ),
        ],
        exception_handlers=_handlers(context),
    )


Handler = Callable[[Request, Exception], Awaitable[Response]]


async def _said(
    context: Context, title: str, message: str, status: int, *, officers: bool = False
) -> Response:
    return await context.draw(
        "relay/refused.html", title, status=status, message=message, officers=officers
    )


def _handlers(context: Context) -> dict[type[Exception] | int, Handler]:
    def said(title: str, message: str, status: int) -> Awaitable[Response]:
        return _said(context, title, message, status)

    async def http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        title = _TITLES.get(status, "Không làm được")
        message = _MESSAGES.get(status, _FAULT)
        officers = request.url.path.startswith(f"{context.settings.base}/can-bo/")
        if officers and status == 404:
            message = _NOT_THEIRS
        page = await _said(context, title, message, status, officers=officers)
        if isinstance(error, HTTPException):
            page.headers.update(error.headers or {})
        return page

    async def unavailable(_: Request, error: Exception) -> Response:
        page = await context.draw(
            "relay/unavailable.html", "Chưa nhận được lúc này", status=503, form=None
        )
        page.headers["retry-after"] = "30"
        return page

    async def refused(_: Request, error: Exception) -> Response:
        found = error.findings if isinstance(error, Refused) else ()
        return await said("Không làm được", " ".join(each.message for each in found), 409)

    async def fault(_: Request, error: Exception) -> Response:
        return await said("Lỗi phần mềm", _FAULT, 500)

    return {HTTPException: http, Unavailable: unavailable, Refused: refused, Exception: fault}
