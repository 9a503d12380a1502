"""The pages of whoever is signed in about their own account: sessions, password, signing out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from accounts.rules import clock
from accounts.signing import cookies, csrf, entering, own
from accounts.signing.credentials import Kind, of_person
from accounts.signing.drawing import Fault, Front, query, read_form, waits
from accounts.signing.entering import Waits
from accounts.signing.own_keys import MOST, is_fresh
from accounts.signing.sessions import HOW, open_sessions
from accounts.signing.who import SignedIn, signed_in


@dataclass(frozen=True, slots=True)
class Own:
    """The pages."""

    front: Front

    def routes(self) -> Iterator[Route]:
        """The routes, with the prefix before them."""
        at = self.front.prefix
        yield Route(f"{at}/tai-khoan/", self.show, methods=["GET"])
        yield Route(f"{at}/tai-khoan/phien/", self.end, methods=["POST"])
        yield Route(f"{at}/tai-khoan/mat-khau/", self.show_password, methods=["GET"])
        yield Route(f"{at}/tai-khoan/mat-khau/", self.take_password, methods=["POST"])
        yield Route(f"{at}/dang-xuat/", self.leave, methods=["POST"])

    async def show(self, request: Request) -> Response:
        """Own sessions, and by what one signs in."""
        who = await signed_in(self.front.signing, request)
        if who is None:
            return self._first(request)
        told = await run_in_threadpool(self._told, who)
        return self.front.page(request, "own", "Tài khoản của bạn", token=who.csrf, who=who, **told)

    async def end(self, request: Request) -> Response:
        """Ends one of one's own sessions, or all others."""
        who, fields = await self._sent(request)
        if who is None:
            return self.front.strange(request)
        number = fields.get("phien", "")
        if number == "khac":
            await run_in_threadpool(own.end_others, self.front.signing, who)
        elif number.isdecimal() and len(number) < 10:
            await run_in_threadpool(own.end_session, self.front.signing, who, int(number))
        return self.front.go(request, "/tai-khoan/")

    async def show_password(self, request: Request) -> Response:
        """The form for a new password."""
        who = await signed_in(self.front.signing, request)
        return self._password(request, who) if who else self._first(request)

    async def take_password(self, request: Request) -> Response:
        """Takes a new password."""
        who, fields = await self._sent(request)
        if who is None:
            return self.front.strange(request)
        old, new, again = (fields.get(name, "") for name in ("cu", "mat-khau", "lai"))
        visitor = self.front.visitor(request)
        done = await run_in_threadpool(
            own.change_password, self.front.signing, who, old, new, again, visitor
        )
        if isinstance(done, Waits):
            return self._password(request, who, [waits(done.wait)], 429)
        if done:
            return self._password(request, who, [Fault(each) for each in done], 422)
        message = "Đã đổi mật khẩu. Các phiên khác của bạn đã kết thúc; phiên này vẫn tiếp tục."
        return self.front.page(
            request, "told", "Đã đổi mật khẩu", token=who.csrf, message=message, signed_in=True
        )

    async def leave(self, request: Request) -> Response:
        """Signs out."""
        who, _ = await self._sent(request)
        if who is None:
            return self.front.strange(request)
        secret = self.front.cookie(request, cookies.SESSION)
        await run_in_threadpool(entering.sign_out, self.front.signing, secret)
        made = {cookies.SESSION: ""}
        return self.front.told(request, "Đã đăng xuất", "Phiên của bạn đã kết thúc.", made=made)

    async def _sent(self, request: Request) -> tuple[SignedIn | None, dict[str, str]]:
        """Who sends a form, if it is our own; what is in it."""
        who = await signed_in(self.front.signing, request)
        fields = await read_form(request)
        origin = self.front.signing.settings.origin
        if who and csrf.is_own(request, origin, who.csrf, fields.get(csrf.FIELD)):
            return who, fields
        return None, fields

    def _told(self, who: SignedIn) -> Mapping[str, Any]:
        signing = self.front.signing
        with signing.database.reading() as connection:
            now = signing.now()
            rows = open_sessions(connection, now, who.person)
            keys = of_person(connection, who.person, Kind.PASSKEY, now)
            app = of_person(connection, who.person, Kind.TOTP, now)
            spare = of_person(connection, who.person, Kind.RECOVERY, now)
            password = of_person(connection, who.person, Kind.PASSWORD, now)
        return {
            "sessions": [
                {
                    "id": row["id"],
                    "here": row["id"] == who.session,
                    "agent": row["agent"],
                    "how": HOW.get(row["how"], row["how"]),
                    "begun": clock(row["begun_at"]),
                    "seen": clock(row["seen_at"]),
                }
                for row in rows
            ],
            "keys": [
                {"id": row["id"], "label": row["label"], "added": clock(row["added_at"])}
                for row in keys
            ],
            "fresh": is_fresh(who, now),
            "most": MOST,
            "app": bool(app),
            "spare": len(spare),
            "password": bool(password),
        }

    def _password(
        self,
        request: Request,
        who: SignedIn,
        faults: list[Fault] | None = None,
        status: int = 200,
    ) -> Response:
        return self.front.page(
            request,
            "password",
            "Đổi mật khẩu",
            faults=faults or [],
            status=status,
            token=who.csrf,
            who=who,
        )

    def _first(self, request: Request) -> Response:
        """Leads to signing in, and back here afterwards."""
        return self.front.go(request, f"/dang-nhap/{query(request.url.path)}")
