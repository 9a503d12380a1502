"""The relay as two ASGI applications: one for people, one for the operator's own programs."""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from regulation.findings import Refused
from relay.context import Context
from relay.running.logs import Logged, network
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
    b"referrer-policy": b"same-origin",
    b"x-content-type-options": b"nosniff",
    b"x-robots-tag": b"noindex",
}
"""What every answer says, unless its page says something else."""

OFFICERS_BODY = 2_000_000
"""Bytes that an officer's form may have. Citizens' bodies are counted where they are read."""

_TITLES = {
    403: "Không được phép",
    404: "Không tìm thấy trang",
    405: "Không mở được trang này",
    413: "Nội dung gửi quá lớn",
}
_MESSAGES = {
    403: "Bạn không có quyền mở trang này; hãy đăng nhập bằng tài khoản được giao việc.",
    404: "Địa chỉ này không có trang nào; hãy xem lại liên kết.",
    405: "Trang này chỉ mở được từ nút gửi của một trang trước nó; hãy làm lại từ đầu.",
    413: "Hãy rút ngắn nội dung hoặc bớt tệp rồi gửi lại.",
}
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
    """ASGI middleware: a body below a prefix that grows beyond its bound is refused with 413.

    Args:
        app: What answers.
        prefix: Below which bodies are counted.
        most: Bytes.
    """

    def __init__(self, app: ASGIApp, prefix: str, most: int) -> None:
        self.app, self.prefix, self.most = app, prefix, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, counting its body."""
        if scope["type"] != "http" or not scope["path"].startswith(self.prefix):
            await self.app(scope, receive, send)
            return
        came = 0

        async def receiver() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > self.most:
                raise HTTPException(413)
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
        ],
        exception_handlers=_handlers(context),
    )


Handler = Callable[[Request, Exception], Awaitable[Response]]


def _handlers(context: Context) -> dict[type[Exception] | int, Handler]:
    async def said(title: str, message: str, status: int) -> Response:
        return await context.draw("relay/refused.html", title, status=status, message=message)

    async def http(_: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        title = _TITLES.get(status, "Không làm được")
        return await said(title, _MESSAGES.get(status, _FAULT), status)

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
