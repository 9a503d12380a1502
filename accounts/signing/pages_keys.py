"""The pages on which somebody who is signed in adds a passkey, or takes one away."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from accounts.signing import cookies, csrf, own_keys
from accounts.signing.drawing import Front, read_form
from accounts.signing.entering import challenge_bytes
from accounts.signing.own_keys import Changed
from accounts.signing.passkeys import new_options
from accounts.signing.who import SignedIn, signed_in

SAID: Mapping[Changed, str] = {
    Changed.NOT_FRESH: (
        "Đăng nhập đã quá 15 phút. Để chắc chắn đó là bạn, hãy đăng xuất, đăng nhập lại, rồi làm "
        "ngay việc này."
    ),
    Changed.NOT_HERE: (
        "Bạn đăng nhập bằng tài khoản của tỉnh và chưa thiết lập cách nào ở đây; cần thêm cách thì "
        "hãy báo người quản trị của cổng."
    ),
    Changed.TOO_MANY: (
        f"Bạn đã có {own_keys.MOST} khóa truy cập; hãy bỏ khóa không dùng nữa rồi thêm khóa mới."
    ),
    Changed.WRONG: "Khóa truy cập này không dùng được ở đây; hãy thử lại, hoặc thử khóa khác.",
    Changed.LAST: (
        "Đây là cách xác nhận duy nhất bên mật khẩu, bỏ đi thì bạn không vào được nữa. Hãy thêm "
        "một khóa truy cập khác trước."
    ),
    Changed.NONE: "Khóa truy cập này không còn; hãy mở lại trang tài khoản để xem các khóa.",
}
"""What is said of each that was not done."""


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """The pages."""

    front: Front

    def routes(self) -> Iterator[Route]:
        """The routes, with the prefix before them."""
        at = f"{self.front.prefix}/tai-khoan/khoa"
        yield Route(f"{at}/lua-chon/", self.ask, methods=["POST"])
        yield Route(f"{at}/", self.add, methods=["POST"])
        yield Route(f"{at}/bo/", self.remove, methods=["POST"])

    async def ask(self, request: Request) -> Response:
        """What the browser needs to make one more passkey."""
        who, _ = await self._sent(request)
        signing = self.front.signing
        asked = await run_in_threadpool(own_keys.ask, signing, who) if who else None
        if who is None or asked is None or isinstance(asked, Changed):
            return JSONResponse({}, 403)
        secret, there = asked
        options = new_options(
            signing.settings, who.person, who.name, challenge_bytes(secret), there
        )
        return self.front.challenged(options, secret)

    async def add(self, request: Request) -> Response:
        """Takes the passkey that the browser made."""
        who, fields = await self._sent(request)
        if who is None:
            return self.front.strange(request)
        challenge = self.front.cookie(request, cookies.CHALLENGE)
        label = self.front.visitor(request).agent
        answer, signing = fields.get("tra-loi", ""), self.front.signing
        done = await run_in_threadpool(own_keys.add, signing, who, challenge, answer, label)
        return self._done(request, who, done, "Chưa thêm được khóa truy cập")

    async def remove(self, request: Request) -> Response:
        """Ends one of one's own passkeys."""
        who, fields = await self._sent(request)
        if who is None:
            return self.front.strange(request)
        typed = fields.get("khoa", "")
        number = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
        done = await run_in_threadpool(own_keys.remove, self.front.signing, who, number)
        return self._done(request, who, done, "Chưa bỏ được khóa truy cập")

    def _done(self, request: Request, who: SignedIn, done: Changed, title: str) -> Response:
        if done is Changed.DONE:
            return self.front.go(request, "/tai-khoan/", {cookies.CHALLENGE: ""})
        return self.front.page(
            request,
            "told",
            title,
            token=who.csrf,
            message=SAID[done],
            signed_in=True,
            status=422,
        )

    async def _sent(self, request: Request) -> tuple[SignedIn | None, dict[str, str]]:
        """Who sends a form, if it is our own; what is in it."""
        who = await signed_in(self.front.signing, request)
        fields = await read_form(request)
        given = fields.get(csrf.FIELD) or request.headers.get(csrf.HEADER)
        if who and csrf.is_own(request, self.front.signing.settings.origin, who.csrf, given):
            return who, fields
        return None, fields
