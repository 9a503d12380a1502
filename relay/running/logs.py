"""Logs: a line of JSON for each event, without what citizens wrote, typed or are called.

What is logged is chosen by name; what is not on the list is left out, so that a forgetful line of
code tells nothing. Addresses are cut to a network and shown as a print of it that changes daily.
"""

import datetime as dt
import functools
import hashlib
import hmac
import ipaddress
import json
import logging
from collections.abc import Callable
from typing import TextIO

from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("relay.requests")

FIELDS = frozenset(
    "chore error kind route method path status seconds bytes count network reason version".split()
)
"""What a record may carry besides its words. ``path`` is cut by ``shown_path``."""

PREFIXES = {4: 24, 6: 48}
"""Bits of an address that are kept before it is made a print of."""

_OPEN = ("y-kien", "can-bo", "healthz", "readyz", "metrics", "")
_STEPS = frozenset(
    "y-kien can-bo gui xac-nhan bien-nhan altcha tra-cuu vu-viec thu dang-nhap dang-xuat bo-sung "
    "danh-gia rut thu-dien-tu".split()
)
"""Words of addresses that are ours; every other step may be a token or a case's id."""


class Lines(logging.Formatter):
    """Writes records as lines of JSON."""

    def __init__(self, now: Callable[[], dt.datetime]) -> None:
        super().__init__()
        self._now = now

    def format(self, record: logging.LogRecord) -> str:
        """One line. Of an exception its kind is told and where, never its words."""
        line: dict[str, object] = {
            "at": self._now().astimezone(dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "said": _said(record),
        }
        line |= {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}
        if isinstance(line.get("path"), str):
            line["path"] = shown_path(str(line["path"]))
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=lambda value: type(value).__name__)


def _said(record: logging.LogRecord) -> str:
    """The words of a line of ours; of others' lines the pattern only: what they fill in is theirs.

    With nothing to fill in, ours are as they stand in the code.
    """
    pattern = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    known = record.name == "relay" or record.name.startswith("relay.")
    return pattern if known or record.args else pattern.partition(":")[0][:80]


def _where(trace: object) -> str:
    """The last place of the code that an exception came through."""
    place = ""
    while trace is not None:
        code = trace.tb_frame.f_code  # type: ignore[attr-defined]
        place = f"{code.co_name}:{trace.tb_lineno}"  # type: ignore[attr-defined]
        trace = trace.tb_next  # type: ignore[attr-defined]
    return place


def shown_path(path: str) -> str:
    """An address without what it asks for, and without tokens and ids: /y-kien/bien-nhan/…/."""
    steps = path.partition("?")[0].partition("#")[0].split("/")
    return "/".join(step if step in _STEPS or step in _OPEN else "…" for step in steps)


@functools.lru_cache(maxsize=10_000)
def network(address: str, key: bytes, day: dt.date) -> str:
    """What stands for somebody's address in a log: the print of its network, another each day.

    Args:
        address: An IP address, or whatever stands there.
        key: A secret: without it the few networks that there are could be tried one by one.
        day: The day.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "?"
    cut = ipaddress.ip_network(f"{parsed}/{PREFIXES[parsed.version]}", strict=False)
    text = f"{day.isoformat()} {cut}".encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest()[:10]


def log_to(stream: TextIO, now: Callable[[], dt.datetime], level: int = logging.INFO) -> None:
    """Sends what the whole program logs to a stream, in lines of JSON, and nowhere else."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines(now))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("sqlalchemy", "alembic", "aiosmtplib", "uvicorn", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


class Logged:
    """ASGI middleware: a line for each request, of what it may be known by.

    Args:
        app: What answers.
        ticking: Seconds of a clock that never goes back.
        asks: What stands for who asks: see ``network``.
    """

    def __init__(
        self, app: ASGIApp, ticking: Callable[[], float], asks: Callable[[Scope], str]
    ) -> None:
        self.app, self.ticking, self.asks = app, ticking, asks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on and tells how it was answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status = self.ticking(), 0

        async def sender(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, sender)
        finally:
            known = {
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "seconds": round(self.ticking() - begun, 4),
                "network": self.asks(scope),
            }
            logger.info("request", extra=known)
