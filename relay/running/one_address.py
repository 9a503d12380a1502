"""Officers' pages have one address: passkeys are bound to its host, forms and cookies to it.

On one's own machine another name of it is led to the right one. Elsewhere who came by a wrong
address is told which is right as soon as they send something: not before, for a web server that
stands before us need not tell under what name it was asked.
"""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from accounts.signing.settings import LOOPBACK

Tell = Callable[[str], Awaitable[Response]]
"""Draws the page that says something."""


class OneAddress:
    """ASGI middleware before officers' pages.

    Args:
        app: What answers.
        prefix: Below which pages have one address.
        origin: Tells that address: scheme, host and port, without a slash at the end.
        tell: Draws a refusal.
    """

    def __init__(self, app: ASGIApp, *, prefix: str, origin: Callable[[], str], tell: Tell) -> None:
        self.app, self.prefix, self.origin, self.tell = app, prefix, origin, tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, leads it to the right address, or says which that is."""
        if scope["type"] != "http" or not scope["path"].startswith(self.prefix):
            await self.app(scope, receive, send)
            return
        headers, ours = Headers(scope=scope), self.origin()
        host = headers.get("host", "")
        answer: Response | None = None
        if scope["method"] in ("GET", "HEAD") and same_machine(host, ours):
            path = scope.get("raw_path") or scope["path"].encode()
            query = scope.get("query_string", b"")
            whole = (path + (b"?" + query if query else b"")).decode("latin-1")
            answer = RedirectResponse(ours + whole, 307, {"cache-control": "no-store"})
        elif wrong := other_address(host, headers.get("origin", ""), ours):
            answer = await self.tell(words(wrong, ours, self.prefix))
        await (answer or self.app)(scope, receive, send)


def same_machine(host: str, ours: str) -> bool:
    """Whether a host and port is this machine's address under another of its names.

    Args:
        host: The header ``Host``.
        ours: The address that counts.
    """
    asked, right = _parts(f"http://{host}"), _parts(ours)
    return (
        asked is not None
        and right is not None
        and asked[0] != right[0]
        and {asked[0], right[0]} <= {*LOOPBACK}
        and asked[1] == right[1]
        and ours.startswith("http://")
    )


def other_address(host: str, sent_from: str, ours: str) -> str:
    """The address that a form of our own was sent from, when it is not the one that counts.

    Args:
        host: The header ``Host``.
        sent_from: The header ``Origin``; a form of another site names that site, not our host.
        ours: The address that counts.
    """
    named = sent_from.partition("://")[2]
    return sent_from if named and named == host and sent_from != ours else ""


def words(wrong: str, ours: str, prefix: str) -> str:
    """What is said to somebody who came by a wrong address, and to whoever set the right one."""
    return (
        f"Bạn đang mở cổng ở {wrong}, nhưng cán bộ chỉ đăng nhập và làm việc được ở {ours}. Chưa "
        f"có gì được làm; hãy mở {ours}{prefix}. Nếu {ours} không phải địa chỉ của cổng, người "
        "quản trị hãy sửa CONG_RELAY_URL rồi chạy lại."
    )


def _parts(address: str) -> tuple[str, int] | None:
    """Host and port of an address; none when it is none."""
    try:
        parts = urlsplit(address)
        return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return None
