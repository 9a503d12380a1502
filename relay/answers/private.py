"""The private interface: what the workflow asks for and tells, over a port that citizens never see.

Whoever asks shows a token; the relay holds no credential of Git. What is handed out has no contact
in it, and what is told is believed only of the version that the board has cleared.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from regulation.findings import Refused
from relay.answers.handing import Handed, Stale, not_published, published, to_publish
from relay.answers.looking import given_out
from relay.context import Context
from relay.store.cases import Unknown
from relay.store.writer import Unavailable

ANSWERS = "/answers"
PUBLISHED, WITHHELD, RETURNED = f"{ANSWERS}/published", f"{ANSWERS}/withheld", f"{ANSWERS}/returned"

LEAST_TOKEN = 32
"""Letters that a token has at least: 128 bits in hex."""

_MOST_BODY = 16_384
_CASE = re.compile(r"[0-9A-HJKMNP-TV-Z]{8}\Z")
_VERSION = re.compile(r"[0-9a-f]{64}\Z")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_ADDRESS = re.compile(r"/(?:[a-z0-9-]+/)+\Z")
_RETURNED = "Bản công khai được trả lại để sửa: "


def routes(context: Context) -> list[BaseRoute]:
    """The private interface, to be served on the private port only."""
    token = context.settings.token

    def guarded(answer: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def guard(request: Request) -> Response:
            if not _may(request.headers.get("authorization", ""), read_token(token)):
                return _said(401, "Mã bí mật không đúng.", {"www-authenticate": "Bearer"})
            try:
                response: Response = await answer(request)
            except _Wrong as wrong:
                return _said(wrong.status, str(wrong))
            except Unknown:
                return _said(404, "Không có vụ việc này.")
            except Stale:
                return _said(409, "Bản công khai đã được soạn hoặc duyệt lại.")
            except Refused as refused:
                return _said(409, " ".join(each.message for each in refused.findings))
            except Unavailable:
                return _said(503, "Chưa ghi được; hãy làm lại.")
            return response

        return guard

    async def get(request: Request) -> Response:
        portal = context.portal
        known = given_out(portal)

        def ask(connection: Connection) -> Handed:
            return to_publish(connection, portal, context.keys, known)

        handed = await context.read(ask)
        return JSONResponse(
            {
                "portal": portal.id,
                "answers": [answer.to_json() for answer in handed.answers],
                "held": [
                    {
                        "item": held.item,
                        "findings": [f"{f.path}: {f.message}" for f in held.findings],
                    }
                    for held in handed.held
                ],
            }
        )

    async def tell_published(request: Request) -> Response:
        said = await _read(
            request, {"case": _CASE, "version": _VERSION, "commit": _COMMIT, "address": _ADDRESS}
        )
        at = context.now()

        def work(connection: Connection) -> bool:
            return published(
                connection,
                said["case"],
                said["version"],
                said["commit"],
                said["address"],
                context.keys,
                context.portal,
                at,
            )

        return JSONResponse({"fresh": await context.writer.run(work)})

    def tell_not(prefix: str) -> Callable[[Request], Any]:
        async def tell(request: Request) -> Response:
            said = await _read(request, {"case": _CASE, "version": _VERSION, "reason": _REASON})
            at = context.now()

            def work(connection: Connection) -> bool:
                return not_published(
                    connection,
                    said["case"],
                    said["version"],
                    prefix + said["reason"],
                    context.keys,
                    context.portal,
                    at,
                )

            return JSONResponse({"fresh": await context.writer.run(work)})

        return tell

    return [
        Route(ANSWERS, guarded(get), methods=["GET"]),
        Route(PUBLISHED, guarded(tell_published), methods=["POST"]),
        Route(WITHHELD, guarded(tell_not("")), methods=["POST"]),
        Route(RETURNED, guarded(tell_not(_RETURNED)), methods=["POST"]),
    ]


_REASON = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f]{1,900}\Z")


def read_token(path: Path | None) -> str:
    """The token in its file; empty, so that nobody gets in, where there is none or a short one."""
    if path is None:
        return ""
    try:
        token = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
    return token if len(token) >= LEAST_TOKEN else ""


def _may(header: str, token: str) -> bool:
    """Whether a header bears the token; takes as long for a wrong one as for the right one."""
    scheme, _, shown = header.partition(" ")
    same = hmac.compare_digest(_digest(shown.strip()), _digest(token))
    return same and bool(token) and scheme.lower() == "bearer"


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()


class _Wrong(Exception):
    """What was told cannot be understood."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


async def _read(request: Request, shape: Mapping[str, re.Pattern[str]]) -> dict[str, str]:
    """What was told: exactly these texts.

    Raises:
        _Wrong: It is too much, no JSON, or another shape.
    """
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BODY:
            raise _Wrong(413, "Quá dài.")
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise _Wrong(400, "Không phải JSON.") from None
    if not isinstance(said, dict) or said.keys() != shape.keys():
        raise _Wrong(400, f"Phải có đúng các mục: {', '.join(shape)}.")
    for name, pattern in shape.items():
        if not isinstance(said[name], str) or not pattern.match(said[name]):
            raise _Wrong(400, f"Mục {name} không đúng dạng.")
    return said


def _said(status: int, words: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"message": words}, status_code=status, headers=headers)
