"""The site on one's own machine: what a web server in production would send, headers included."""

import re
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from watchfiles import watch

from plugins.forward import Forward
from regulation.places import RELAY

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy: the portal's own host and nothing else, no inline style or script."""

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

_MANIFEST = re.compile(r"/static/search/([a-z]+)/\1\.bin\Z")
"""The one file of the index of search whose name stays."""


class Headers:
    """ASGI middleware: adds the headers of ``HEADERS``, and how long a file may be kept."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on and adds to the answer's headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # Names of files in /static/ hold a digest of what they contain; the manifest's does not.
        lasting = scope["path"].startswith("/static/") and not _MANIFEST.match(scope["path"])

        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                # That a file is not there is no content: tomorrow it may be.
                kept = lasting and message["status"] < 400
                keep = "public, max-age=31536000, immutable" if kept else "no-cache"
                headers = list(message["headers"])
                headers += [(k.encode(), v.encode()) for k, v in HEADERS.items()]
                headers.append((b"cache-control", keep.encode()))
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, sender)


def application(folder: Path, relay: int | None = None) -> Starlette:
    """The built site as an ASGI application; a missing page is answered by 404.html.

    Args:
        folder: The built site.
        relay: Where on loopback the relay answers its own addresses; none where there is none.
    """
    files = StaticFiles(directory=folder, html=True, check_dir=False)
    middleware = [Middleware(Headers), Middleware(GZipMiddleware, minimum_size=500)]
    if relay is not None:  # it has headers of its own
        middleware.insert(0, Middleware(Forward, prefixes=RELAY, port=relay))
    return Starlette(routes=[Mount("/", app=files)], middleware=middleware)


def serve(
    folder: Path,
    listening: socket.socket,
    sources: list[Path],
    rebuild: Callable[[], None],
    ready: Callable[[], None] = lambda: None,
    relay: int | None = None,
) -> None:
    """Serves a built site until Ctrl+C, building anew when a source changes.

    Args:
        folder: The built site.
        listening: The address to answer at, bound.
        sources: Files and folders to watch.
        rebuild: Builds the site; says itself what is wrong, and leaves the last good site.
        ready: Called when the server is about to answer.
        relay: See ``application``.
    """
    stop = threading.Event()

    def follow() -> None:
        for _ in watch(*sources, stop_event=stop, debounce=400, raise_interrupt=False):
            rebuild()

    config = uvicorn.Config(application(folder, relay), log_level="warning", proxy_headers=False)
    watcher = threading.Thread(target=follow, daemon=True)
    watcher.start()
    try:
        ready()
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        pass  # the way to stop it
    finally:
        stop.set()
        watcher.join(timeout=5)
