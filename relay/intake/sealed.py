"""Where a browser sends what it has sealed itself: a file that nobody here can open.

Only our script sends here, in one step, and is answered with JSON as in ``relay.intake.answers``,
or with ``{errors, again}``: what it should fetch anew before it sends once more. Nothing but what
is listed comes in the clear, and a form is never taken here in the clear in its place.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from regulation.forms import HONEYPOT, kind_of
from relay.abuse.limits import Door
from relay.abuse.proof import proved
from relay.abuse.suspicion import Signs, reasons
from relay.context import Context
from relay.intake import tokens
from relay.intake.answers import RETRY, in_words
from relay.intake.bounds import BodyRefused, Bounds, Room
from relay.intake.keeping import Message, keeping, new_case
from relay.intake.multipart import form_of
from relay.intake.shown import RECEIPT
from relay.intake.tokens import Expired, Spliced, Token
from relay.intake.typed import PROOF, TOKEN, Opened, opened_form
from relay.intake.words import WAIT
from relay.sealing.taking import HEADER, classes, is_sealed, same_keys, sealed_size
from relay.store.cases import find_by_token
from relay.store.writer import Unavailable

ADDRESS = "/y-kien/niem-phong/{slug:str}/"
FILE, KEYS = "niem-phong", "khoa"
NAMES = frozenset({TOKEN, PROOF, KEYS, HONEYPOT})
"""All that comes beside the file: none of it is of the writer."""

_ROUND_IT = 64 * 1024
"""Bytes of a body beside its file."""


class Again(StrEnum):
    """What the script fetches anew before it sends once more."""

    KEYS = "keys"
    PROOF = "proof"


_OLD_KEYS = "Khóa mã hóa của cơ quan nhận vừa đổi; cần mã hóa lại bằng khóa mới rồi mới gửi được."
_OLD_PAGE = "Trang đã mở quá lâu nên chưa gửi được. Hãy bấm gửi lần nữa; chữ bạn viết vẫn còn."
_NOT_SEALED = (
    "Phần đã mã hóa đến không nguyên vẹn nên chưa nhận được. Hãy bấm gửi lần nữa; chữ bạn viết vẫn "
    "còn nguyên trên trang này."
)
_LATER = (
    "Cổng đang bận hoặc gặp sự cố nên chưa lưu được. Hãy chờ một phút rồi bấm gửi lại, không sợ "
    "gửi trùng."
)


def bounds_of(opened: Opened) -> Bounds:
    """How much may come: a form without files has no reason to be large."""
    file = sealed_size(classes(opened.most_files)[-1]) + HEADER
    return replace(Bounds(), body=file + _ROUND_IT, file=file, files=1, value=8_000, text=32_000)


class SealedIntake:
    """Takes what browsers sealed.

    Args:
        context: What pages stand on.
        room: The memory that bodies share.
    """

    def __init__(self, context: Context, room: Room) -> None:
        self._context, self._room = context, room

    async def send(self, request: Request) -> Response:
        """One sealed message: committed, or not taken and why."""
        context = self._context
        opened = opened_form(context, kind_of(request.path_params["slug"]))
        if not opened.to.route.sealed:
            raise HTTPException(404)
        with self._room.lease() as lease:
            try:
                body = await form_of(
                    request,
                    NAMES,
                    lease=lease,
                    files=frozenset({FILE}),
                    bounds=bounds_of(opened),
                )
            except BodyRefused as refused:
                answer = _refused(refused.message, refused.status)
                answer.headers["connection"] = "close"  # what has not been read is not waited for
                return answer
            if wait := context.limits.wait(Door.FORM, context.peer(request), context.ticking()):
                return _refused(WAIT.format(in_words(wait)), 429, retry=str(math.ceil(wait)))
            content = body.files[0].content if len(body.files) == 1 else b""
            try:
                return await self._sent(opened, body.values, content)
            except Unavailable:
                return _refused(_LATER, 503, retry=RETRY)

    async def _sent(self, opened: Opened, values: Mapping[str, str], content: bytes) -> Response:
        context = self._context
        kind, now = opened.form.kind, context.now()
        try:
            token = tokens.read(
                values.get(TOKEN, ""),
                context.keys.tokens,
                portal=context.portal.id,
                kind=kind,
                now=now,
            )
            old = False
        except Expired as expired:
            token, old = expired.token, True
        except Spliced:
            return _refused(_OLD_PAGE, 409, Again.PROOF)
        # Of the same bytes: sealed anew, the same words are other bytes. The script sends what it
        # sealed once more for as long as nothing in the form is changed.
        bound = tokens.bound_id(token.id, tokens.digest({}, [content]))
        if await context.read(lambda connection: find_by_token(connection, bound)) is not None:
            return self._receipt(bound)
        if old:
            return _refused(_OLD_PAGE, 409, Again.PROOF)
        keys = context.portal.sealed_to(opened.to.sealed_to, context.today)
        if not same_keys(values.get(KEYS, ""), keys):
            return _refused(_OLD_KEYS, 409, Again.KEYS)
        if not is_sealed(content, len(keys), opened.most_files):
            return _refused(_NOT_SEALED, 422)
        if not await self._kept(opened, values, content, token, bound):
            return _refused(_OLD_PAGE, 409, Again.PROOF)
        return self._receipt(bound)

    async def _kept(
        self, opened: Opened, values: Mapping[str, str], content: bytes, token: Token, bound: str
    ) -> bool:
        """Writes the case; false when its proof was spent on another.

        Raises:
            Unavailable: It could not be written.
        """
        context, now = self._context, self._context.now()
        # Who comes without scripts needs no proof either: without one it may be looked at first.
        proof = proved(
            values.get(PROOF, ""),
            context.keys.altcha,
            portal=token.portal,
            kind=token.kind,
            token=token.id,
            now=now,
        )
        signs = Signs(
            honeypot=values.get(HONEYPOT, ""),
            took=now - token.at,
            proved=proof is not None,
            busy=context.limits.busy(Door.FORM, context.ticking()),
            text="",
        )
        message = Message(
            id=bound,
            form=opened.form,
            routed=opened.to,
            about="",
            values={},
            reasons=reasons(signs),
            unscanned=bool(opened.most_files),
            sealed=content,
        )
        new = new_case(context.portal, message, now)
        work = keeping(new, context.keys, now, proof)
        return await context.writer.run(work, weight=len(content))

    def _receipt(self, bound: str) -> Response:
        return JSONResponse({"receipt": self._context.at(RECEIPT.format(bound))})


def _refused(message: str, status: int, again: Again | None = None, retry: str = "") -> Response:
    said: dict[str, object] = {"errors": [{"field": "", "message": message}]}
    if again:
        said["again"] = again
    return JSONResponse(said, status, {"retry-after": retry} if retry else None)
