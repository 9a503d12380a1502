"""Where citizens follow a case: by its code, asked by POST, and never in an address.

A code that is wrong costs the same look-up and gets the same page, whatever is wrong with it. One
network may ask only so often, and is then told nothing of any code; a right code from elsewhere is
served however many wrong ones come (decision 0031).
"""

import asyncio
import functools
import math
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from regulation.findings import Refused
from regulation.forms import SCORES
from relay.abuse.limits import Door
from relay.answers.looking import given_out
from relay.cases.acts import happen, why_not
from relay.cases.states import Did, Party
from relay.context import Context
from relay.intake import cleaning
from relay.intake.bounds import SMALL, USUAL, BodyRefused, Bounds, Room
from relay.intake.files import Attached, attached
from relay.intake.multipart import Body, form_of
from relay.intake.reaching import NotMail, mail
from relay.store.addresses import OPEN, confirm_address, open_question
from relay.store.cases import StoredCase, append, find_by_code, load
from relay.store.values import NewFile, Text
from relay.store.writer import Unavailable
from relay.tracking.acting import (
    Acting,
    Work,
    adding,
    asking_again,
    giving_address,
    rating,
    takes_address,
    withdrawing,
)
from relay.tracking.merged import texts_to_read
from relay.tracking.telling import case_page

CODE, TEXT, SCORE, MAIL, FILES = "ma", "noi-dung", "diem", "thu", "tep"
LONGEST = 5_000
"""The longest addition, in characters."""

LONGEST_WORDS = 1_000
"""The longest comment on an answer, in characters."""

_LINK = re.compile(r"[0-9a-z]{32}\Z")
_NOT_FOUND = (
    "Không có vụ việc nào mang mã này. Hãy xem lại mã trên biên nhận (16 chữ và số, chia bốn nhóm) "
    "rồi gõ lại."
)
_OFTEN = "Từ mạng này vừa tra cứu quá nhiều lần. Hãy chờ {} giây rồi thử lại."
_MANY_WRONG = (
    f"{_NOT_FOUND} Lúc này có quá nhiều mã sai được gõ vào Cổng: hãy chờ {{}} giây rồi mới thử lại."
)
_LATER = "Cổng đang bận hoặc gặp sự cố, chưa có gì được lưu. Hãy chờ một phút rồi bấm lại."
_EMPTY = "Chưa có nội dung; hãy viết điều cần bổ sung."
_LONG = "Nội dung dài {} ký tự, nhiều hơn mức {}; hãy viết ngắn lại."
_NO_SCORE = "Hãy chọn mức hài lòng."


@dataclass(frozen=True, slots=True)
class Asked:
    """A case that a code has opened.

    Attributes:
        code: As it was typed: the page's own forms send it again.
        stored: The case.
        texts: Its texts.
    """

    code: str
    stored: StoredCase
    texts: list[Text]


class Fault(Exception):
    """Something typed that cannot be taken; the text says what to do."""


def routes(context: Context) -> list[BaseRoute]:
    """The addresses below ``/y-kien/`` at which citizens follow a case."""
    tracking = Tracking(context)
    return [
        Route("/y-kien/tra-cuu/", tracking.track, methods=["POST"]),
        Route("/y-kien/vu-viec/{act:str}/", tracking.act, methods=["POST"]),
        Route("/y-kien/thu/{token:str}/", tracking.ask, methods=["GET"]),
        Route("/y-kien/thu/{token:str}/", tracking.confirm, methods=["POST"]),
    ]


class Tracking:
    """What the addresses share."""

    def __init__(self, context: Context) -> None:
        """Nothing has come yet."""
        self._context = context
        self._room = Room()
        self._acts: Mapping[str, Callable[[Acting, Body], Awaitable[Work]]] = {
            "bo-sung": self._adding,
            "danh-gia": self._rating,
            "rut": self._withdrawing,
            "xem-lai": self._asking_again,
            "thu-dien-tu": self._giving_address,
        }

    # --- the addresses -----------------------------------------------------------------------

    async def track(self, request: Request) -> Response:
        """The case's page."""
        try:
            body = await self._body(request, frozenset({CODE}))
        except BodyRefused as refused:
            return await self._form(refused.message, refused.status)
        if wait := self._wait(request):
            return await self._too_often(wait)
        asked = await self._found(body.values.get(CODE, ""))
        if asked is None:
            return await self._wrong()
        return await self._page(asked)

    async def act(self, request: Request) -> Response:
        """Something is done to the case; its page says what became of it."""
        name = request.path_params["act"]
        if name not in self._acts:
            raise HTTPException(404)
        with self._room.lease() as lease:
            try:
                names = frozenset({CODE, TEXT, SCORE, MAIL})
                body = await form_of(
                    request,
                    names,
                    lease=lease,
                    files=frozenset({FILES}) if name == "bo-sung" else frozenset(),
                    bounds=USUAL if name == "bo-sung" else SMALL,
                )
            except BodyRefused as refused:
                return await self._again(name, refused.values, refused.message, refused.status)
            if wait := self._wait(request):
                answer = await self._again(name, body.values, _OFTEN.format(math.ceil(wait)), 429)
                answer.headers["retry-after"] = str(math.ceil(wait))
                return answer
            try:
                return await self._acted(name, body)
            except Unavailable:
                answer = await self._again(name, body.values, _LATER, 503)
                answer.headers["retry-after"] = "60"
                return answer

    async def ask(self, request: Request) -> Response:
        """A link in a mail: looking at it changes nothing."""
        token = request.path_params["token"]
        if wait := self._wait(request):
            return await self._too_often(wait)
        context, now = self._context, self._context.now()
        good = bool(_LINK.match(token)) and await context.read(
            lambda connection: open_question(connection, token, context.keys, now)
        )
        return await self._address_page("ask" if good else "gone", token)

    async def confirm(self, request: Request) -> Response:
        """The button behind the link."""
        token = request.path_params["token"]
        if wait := self._wait(request):
            return await self._too_often(wait)
        if not _LINK.match(token):
            return await self._address_page("gone", token)
        context, now, portal = self._context, self._context.now(), self._context.portal

        def work(connection: Connection) -> bool:
            case_id = confirm_address(connection, token, context.keys, now)
            if case_id is None:
                return False
            stored = load(connection, case_id, lock=True)
            did, party = Did.ADDRESS_CONFIRMED, Party.CITIZEN
            if why_not(stored.case, did, party, now, {}, portal=portal) is None:
                happened = happen(stored.case, did, party, "", now, portal=portal)
                append(connection, case_id, [happened], context.keys)
            return True

        good = await context.writer.run(work)
        return await self._address_page("done" if good else "gone", token)

    # --- acts --------------------------------------------------------------------------------

    async def _acted(self, name: str, body: Body) -> Response:
        context = self._context
        asked = await self._found(body.values.get(CODE, ""))
        if asked is None:
            return await self._wrong()
        acting = Acting(asked.stored.case.id, context.portal, context.keys, context.now())
        try:
            work = await self._acts[name](acting, body)
            size = sum(upload.size for upload in body.files)
            done = await context.writer.run(work, weight=size)
        except Fault as fault:
            return await self._page(asked, name, str(fault), body.values, status=422)
        except Refused as refused:
            message = " ".join(finding.message for finding in refused.findings)
            return await self._page(asked, name, message, body.values, status=409)
        try:
            fresh = await self._found(asked.code)
        except Unavailable:
            fresh = None  # it is done all the same
        return await self._page(fresh or asked, done=done)

    async def _adding(self, acting: Acting, body: Body) -> Work:
        words = cleaning.text(body.values.get(TEXT, "")).strip()
        if len(words) > LONGEST:
            raise Fault(_LONG.format(len(words), LONGEST))
        found = await self._files(body)
        if not words and not found:
            raise Fault(_EMPTY)
        files = tuple(NewFile(each.name, each.kind, each.content) for each in found)
        scanned = all(each.scanned for each in found)
        return adding(acting, words or "(Gửi thêm tệp)", files, scanned=scanned)

    async def _rating(self, acting: Acting, body: Body) -> Work:
        score = body.values.get(SCORE, "")
        words = cleaning.text(body.values.get(TEXT, "")).strip()
        if score not in SCORES:
            raise Fault(_NO_SCORE)
        if len(words) > LONGEST_WORDS:
            raise Fault(_LONG.format(len(words), LONGEST_WORDS))
        return rating(acting, int(score), words)

    async def _withdrawing(self, acting: Acting, body: Body) -> Work:
        return withdrawing(acting)

    async def _asking_again(self, acting: Acting, body: Body) -> Work:
        return asking_again(acting)

    async def _giving_address(self, acting: Acting, body: Body) -> Work:
        try:
            address = mail(cleaning.line(body.values.get(MAIL, "")))
        except NotMail as error:
            raise Fault(str(error)) from error
        return giving_address(acting, address)

    async def _files(self, body: Body) -> Sequence[Attached]:
        if not body.files:
            return ()
        good, faults = await asyncio.to_thread(attached, body.files, self._context.settings.clamd)
        if faults:
            raise Fault(" ".join(fault.message for fault in faults))
        return good

    # --- what they need ----------------------------------------------------------------------

    async def _found(self, code: str) -> Asked | None:
        """The case of a code. For every code that is wrong the same is done."""
        context = self._context
        code_hash = context.keys.code_hash(code)
        known = functools.partial(given_out, context.portal)

        def find(connection: Connection) -> Asked | None:
            # A database may hold the cases of several portals: each knows its own.
            case_id = find_by_code(connection, code_hash, context.portal.id)
            if case_id is None:
                return None
            stored = load(connection, case_id)
            return Asked(code, stored, texts_to_read(connection, stored, context.keys, known))

        return await context.read(find)

    def _wait(self, request: Request) -> float:
        context = self._context
        return context.limits.wait(Door.CODE, context.peer(request), context.ticking())

    async def _body(self, request: Request, names: frozenset[str], bounds: Bounds = SMALL) -> Body:
        with self._room.lease() as lease:
            return await form_of(request, names, lease=lease, bounds=bounds)

    # --- answers -----------------------------------------------------------------------------

    async def _page(
        self,
        asked: Asked,
        act: str = "",
        fault: str = "",
        typed: Mapping[str, str] | None = None,
        *,
        done: str = "",
        status: int = 200,
    ) -> Response:
        context = self._context
        view = case_page(
            context.portal,
            asked.stored,
            asked.texts,
            context.now(),
            address_open=takes_address(asked.stored),
        )
        return await context.draw(
            "relay/track-case.html",
            f"Vụ việc {view['shown']}",
            status=status,
            case=view,
            code=asked.code,
            act=act,
            fault=fault,
            typed=dict(typed or {}),
            done=done,
        )

    async def _form(self, message: str, status: int) -> Response:
        title = "Tra cứu ý kiến"
        return await self._context.draw("relay/track.html", title, status=status, message=message)

    async def _wrong(self) -> Response:
        """The page of every wrong code: which one it is depends on the moment alone."""
        wait = self._context.limits.wrong(Door.CODE, self._context.ticking())
        if not wait:
            return await self._form(_NOT_FOUND, 404)
        answer = await self._form(_MANY_WRONG.format(math.ceil(wait)), 429)
        answer.headers["retry-after"] = str(math.ceil(wait))
        return answer

    async def _too_often(self, wait: float) -> Response:
        answer = await self._form(_OFTEN.format(math.ceil(wait)), 429)
        answer.headers["retry-after"] = str(math.ceil(wait))
        return answer

    async def _again(
        self, act: str, typed: Mapping[str, str], message: str, status: int
    ) -> Response:
        """What was typed, to be sent once more; asks the database nothing."""
        return await self._context.draw(
            "relay/track-again.html",
            "Chưa gửi được",
            status=status,
            act=act,
            typed=dict(typed),
            message=message,
        )

    async def _address_page(self, state: str, token: str) -> Response:
        return await self._context.draw(
            "relay/confirm-address.html",
            "Xác nhận địa chỉ thư",
            status=410 if state == "gone" else 200,
            state=state,
            token=token,
            days=OPEN.days,
        )
