"""Officers' pages as routes: ``/can-bo/`` and ``/can-bo/vu-viec/<id>/``."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar
from urllib.parse import quote, urlencode

from sqlalchemy import Connection
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from accounts.roster import everybody
from accounts.signing import csrf
from accounts.signing.who import SignedIn, signed_in
from regulation.findings import Refused
from relay.answers.looking import given_out
from relay.context import Context
from relay.inbox import acting
from relay.inbox.acting import ACTS, DONE, Overtaken, act
from relay.inbox.finding import FILTERS, PAGE, counted, found, row_view, scopes, told_scopes
from relay.inbox.seeing import Viewer, sees, viewer
from relay.inbox.showing import Again, case_view
from relay.inbox.taking import Looker, take_file, take_sealed, take_sender
from relay.store.cases import StoredCase, Unknown, load
from relay.store.database import Unavailable
from relay.store.texts import texts_of
from relay.store.values import Row, Text

SIGN_IN = "/can-bo/dang-nhap/"
"""Where somebody signs in."""

DOWNLOAD = {
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
}
"""What is said with a file: it is taken away, never opened here."""

_CASE = re.compile(r"[0-9A-HJKMNP-TV-Z]{8}\Z")
_MOST_NUMBER = 2**31 - 1
"""What a file's number is at most on PostgreSQL."""
_FIELDS = 40
_FAULTS = 50

T = TypeVar("T")
Page = Callable[[Request, SignedIn, Viewer], Awaitable[Response]]


def routes(context: Context) -> list[BaseRoute]:
    """The inbox.

    Args:
        context: What pages stand on.
    """
    inbox = _Inbox(context)
    case = "/can-bo/vu-viec/{case}/"
    return [
        Route("/can-bo/", inbox.guarded(inbox.listed), methods=["GET"]),
        Route(case, inbox.guarded(inbox.shown), methods=["GET"]),
        Route(case + "tep/{file:int}/", inbox.guarded(inbox.file), methods=["POST"]),
        Route(case + "niem-phong/", inbox.guarded(inbox.sealed), methods=["POST"]),
        Route(case + "nguoi-gui/", inbox.guarded(inbox.sender), methods=["POST"]),
        Route(case + "{act}/", inbox.guarded(inbox.acted), methods=["POST"]),
    ]


class _Inbox:
    def __init__(self, context: Context) -> None:
        self.context = context

    def guarded(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        """The page for those who are signed in, sent from our own pages, and have cases here."""

        async def guard(request: Request) -> Response:
            who = await signed_in(self.context.signing, request)
            if who is None:
                return await self._not_signed_in(request)
            of = viewer(self.context.portal, who, self.context.today)
            if not of.anything:
                raise HTTPException(403)
            if not _CASE.match(request.path_params.get("case", "00000000")):
                raise HTTPException(404)
            if request.method == "POST":
                typed = await _typed(request)
                if not csrf.is_own(request, self.context.origin, who.csrf, typed.get(csrf.FIELD)):
                    return await self._given_back(request, 403)
            return await page(request, who, of)

        return guard

    async def _not_signed_in(self, request: Request) -> Response:
        case_id = request.path_params.get("case", "")
        onward = self._at(case_id) if case_id else self.context.at("/can-bo/")
        sign_in = f"{self.context.at(SIGN_IN)}?{urlencode({'tiep': onward})}"
        if request.method != "POST":
            return RedirectResponse(sign_in, status_code=303)
        return await self._given_back(request, 401, sign_in)

    async def _given_back(self, request: Request, status: int, sign_in: str = "") -> Response:
        """What was typed into a form that belongs to no session there is; the words are not lost.

        Raises:
            HTTPException: 403: it comes from another site, whose words we do not show.
        """
        if request.headers.get("origin") != self.context.origin:
            raise HTTPException(403)
        return await self.context.draw(
            "relay/inbox-expired.html",
            "Phiên làm việc đã hết",
            status=status,
            texts=list(acting.typed_texts(await _typed(request))),
            sign_in=sign_in,
        )

    # --- the list ------------------------------------------------------------------------

    async def listed(self, request: Request, who: SignedIn, of: Viewer) -> Response:
        """The list of cases."""
        asked = request.query_params
        wanted = asked.get("ma", "").strip()
        if wanted:
            case_id = acting.case_typed(wanted)
            if _CASE.match(case_id) and await self._may_see(case_id, of):
                return RedirectResponse(self._at(case_id), status_code=303)
        chosen = FILTERS.get(asked.get("loc", ""), FILTERS[""])
        number = asked.get("trang", "1")
        page = min(max(int(number), 1), 1000) if number.isdecimal() and len(number) < 5 else 1
        context = self.context
        portal, now = context.portal, context.now()
        on = context.today

        def ask(connection: Connection) -> tuple[list[Row], Mapping[str, int]]:
            seen = (*scopes(portal, of, on), *told_scopes(connection, portal, of, on))
            rows = found(connection, portal, seen, chosen, now, page)
            return rows, counted(connection, portal, seen, now)

        rows, many = await context.read(ask)
        return await context.draw(
            "relay/inbox.html",
            "Hộp việc",
            status=404 if wanted else 200,
            rows=[row_view(portal, row, of, now) for row in rows[:PAGE]],
            filters=[
                {
                    "slug": each.slug,
                    "title": each.title,
                    "on": each is chosen,
                    "many": many[each.slug],
                }
                for each in FILTERS.values()
            ],
            chosen=chosen.title,
            many=many[chosen.slug],
            wanted=wanted[:40],
            page=page,
            before=_query(chosen.slug, page - 1) if page > 1 else "",
            after=_query(chosen.slug, page + 1) if len(rows) > PAGE else "",
            name=who.name,
            csrf=who.csrf,
        )

    async def _may_see(self, case_id: str, of: Viewer) -> bool:
        try:
            await self._case(case_id, of)
        except HTTPException:
            return False
        return True

    # --- a case --------------------------------------------------------------------------

    def _at(self, case_id: str) -> str:
        return self.context.at(f"/can-bo/vu-viec/{case_id}/")

    async def _case(self, case_id: str, of: Viewer) -> tuple[StoredCase, list[Text]]:
        """The case, if it is there and they may see it.

        Raises:
            HTTPException: 404: what one may not see is not there.
        """

        def ask(connection: Connection) -> tuple[StoredCase, list[Text]]:
            return load(connection, case_id), texts_of(connection, case_id)

        try:
            stored, texts = await self.context.read(ask)
        except Unknown:
            raise HTTPException(404) from None
        portal = self.context.portal
        if stored.portal != portal.id or not sees(stored.case, of, portal):
            raise HTTPException(404)
        return stored, texts

    async def shown(self, request: Request, who: SignedIn, of: Viewer) -> Response:
        """The page of a case."""
        done = DONE.get(request.query_params.get("xong", ""), "")
        return await self._page(request.path_params["case"], who, of, done=done)

    async def _page(
        self,
        case_id: str,
        who: SignedIn,
        of: Viewer,
        *,
        status: int = 200,
        done: str = "",
        contact: Mapping[str, str] | None = None,
        again: Again | None = None,
    ) -> Response:
        stored, texts = await self._case(case_id, of)
        context = self.context
        known = given_out(context.portal)
        view = case_view(
            stored,
            texts,
            of,
            context.portal,
            known,
            await asyncio.to_thread(self._names),
            context.now(),
            contact=contact,
            again=again,
        )
        return await context.draw(
            "relay/inbox-case.html",
            f"{view['shown']} – {view['title']}",
            status=status,
            case=view,
            at=self._at(stored.case.id),
            done=done,
            name=who.name,
            csrf=who.csrf,
        )

    def _names(self) -> Mapping[str, str]:
        with self.context.signing.database.reading() as connection:
            return everybody(connection)

    async def sender(self, request: Request, who: SignedIn, of: Viewer) -> Response:
        """The page of a case with who sent it; that somebody looked is written down first."""
        case_id = request.path_params["case"]
        by = self._looker(of)
        contact = await self._taken(lambda connection: take_sender(connection, case_id, by))
        return await self._page(case_id, who, of, contact=contact)

    def _looker(self, of: Viewer) -> Looker:
        context = self.context
        return Looker(of, context.portal, context.keys, context.now())

    async def _taken(self, take: Callable[[Connection], T]) -> T:
        """What is looked at, after it was written down who looks.

        Raises:
            HTTPException: 404: what one may not see is not there.
        """
        try:
            return await self.context.writer.run(take)
        except Unknown:
            raise HTTPException(404) from None

    async def acted(self, request: Request, who: SignedIn, of: Viewer) -> Response:
        """Does what a form asks; the form again, with its words, when it may not."""
        context, case_id = self.context, request.path_params["case"]
        slug, typed = request.path_params["act"], await _typed(request)
        if slug not in ACTS:
            raise HTTPException(404)
        portal, keys, now = context.portal, context.keys, context.now()
        known = given_out(portal)

        def work(connection: Connection) -> None:
            act(connection, case_id, slug, typed, of, portal, keys, known, now)

        try:
            await context.writer.run(work)
        except Unknown:
            raise HTTPException(404) from None
        except Overtaken:
            message = (
                "Có người vừa làm việc khác ở vụ việc này; xem Lịch sử ở dưới. Chưa có gì của bạn "
                "được lưu, những gì bạn viết vẫn còn trong mẫu: nếu vẫn đúng, hãy gửi lại."
            )
            again = Again(slug, typed, (("", message),))
            return await self._page(case_id, who, of, status=409, again=again)
        except Unavailable:
            message = "Máy chủ đang bận nên chưa lưu được; hãy đợi một phút rồi bấm gửi lại."
            again = Again(slug, typed, (("", message),))
            return await self._page(case_id, who, of, status=503, again=again)
        except Refused as refused:
            faults = tuple((each.path, each.message) for each in refused.findings[:_FAULTS])
            return await self._page(case_id, who, of, status=422, again=Again(slug, typed, faults))
        try:
            await self._case(case_id, of)
        except HTTPException:
            # Given away: whoever did it may not see it any more.
            return RedirectResponse(context.at("/can-bo/"), status_code=303)
        return RedirectResponse(f"{self._at(case_id)}?xong={slug}", status_code=303)

    # --- what is taken away --------------------------------------------------------------

    async def file(self, request: Request, who: SignedIn, of: Viewer) -> Response:
        """A file of the case, as a download; that somebody took it is written down first."""
        case_id, wanted = request.path_params["case"], request.path_params["file"]
        if wanted > _MOST_NUMBER:
            raise HTTPException(404)
        by = self._looker(of)
        row, content = await self._taken(lambda c: take_file(c, case_id, wanted, by))
        return _download(row.name, row.kind, content)

    async def sealed(self, request: Request, who: SignedIn, of: Viewer) -> Response:
        """The sealed text, as a download; that somebody took it is written down first."""
        case_id, by = request.path_params["case"], self._looker(of)
        name, content = await self._taken(lambda c: take_sealed(c, case_id, by))
        return _download(name, "application/octet-stream", content)


def _download(name: str, kind: str, content: bytes) -> Response:
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(
        content, media_type=kind, headers={**DOWNLOAD, "content-disposition": disposition}
    )


async def _typed(request: Request) -> Mapping[str, str]:
    """The fields of a form; files are none of ours. Read once, kept by the request."""
    form = await request.form(max_files=0, max_fields=_FIELDS)
    return {name: value for name, value in form.multi_items() if not isinstance(value, UploadFile)}


def _query(slug: str, page: int) -> str:
    asked = {**({"loc": slug} if slug else {}), **({"trang": str(page)} if page > 1 else {})}
    return f"?{urlencode(asked)}" if asked else "?"
