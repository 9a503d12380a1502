"""The pages of setting up: the operator's code, a password, an app or a passkey, spare codes."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from accounts.signing import cookies, setting_up
from accounts.signing.drawing import Fault, Front, waits
from accounts.signing.entering import Not, Waits, Why, challenge_bytes
from accounts.signing.passkeys import new_options
from accounts.signing.setting_up import Begun, Done
from accounts.signing.totp import letters, square, uri

TITLE = "Thiết lập đăng nhập"
WRONG_CODE = Fault(
    "Mã thiết lập không đúng, đã dùng rồi hoặc quá 72 giờ; hãy xem lại, hoặc xin người quản trị mã "
    "mới.",
    "ma",
)
WRONG_TOTP = Fault(
    "Mã không khớp; hãy xem giờ trên điện thoại có đúng không, rồi gõ mã đang hiện.", "ma"
)
WRONG_KEY = Fault("Chưa tạo được khóa truy cập; hãy thử lại, hoặc dùng ứng dụng xác thực.")
EXPIRED = Fault("Bước trước đã quá lâu; hãy gõ lại mã thiết lập, mã vẫn còn dùng được.", "ma")


@dataclass(frozen=True, slots=True)
class SetUp:
    """The pages."""

    front: Front

    def routes(self) -> Iterator[Route]:
        """The routes, with the prefix before them."""
        at = f"{self.front.prefix}/thiet-lap"
        yield Route(f"{at}/", self.show, methods=["GET"])
        yield Route(f"{at}/", self.take, methods=["POST"])
        yield Route(f"{at}/mat-khau/", self.show_password, methods=["GET"])
        yield Route(f"{at}/mat-khau/", self.take_password, methods=["POST"])
        yield Route(f"{at}/xac-thuc/", self.show_second, methods=["GET"])
        yield Route(f"{at}/xac-thuc/", self.take_second, methods=["POST"])
        yield Route(f"{at}/khoa/lua-chon/", self.ask_key, methods=["POST"])
        yield Route(f"{at}/khoa/", self.take_key, methods=["POST"])

    async def show(self, request: Request) -> Response:
        """The form for the set-up code."""
        return self._code(request)

    async def take(self, request: Request) -> Response:
        """Takes the set-up code."""
        fields = await self.front.form(request)
        if fields is None:
            return self.front.strange(request)
        signing, visitor = self.front.signing, self.front.visitor(request)
        done = await run_in_threadpool(setting_up.begin, signing, fields.get("ma", ""), visitor)
        if isinstance(done, Begun):
            return self.front.go(request, "/thiet-lap/mat-khau/", {cookies.STEP: done.step})
        if isinstance(done, Waits):
            return self._code(request, waits(done.wait), 429)
        return self._code(request, WRONG_CODE, 422)

    async def show_password(self, request: Request) -> Response:
        """The form for a password."""
        return await self._password(request)

    async def take_password(self, request: Request) -> Response:
        """Takes a password."""
        fields = await self.front.form(request)
        if fields is None:
            return self.front.strange(request)
        step = self.front.cookie(request, cookies.STEP)
        typed, again = fields.get("mat-khau", ""), fields.get("lai", "")
        wrong = await run_in_threadpool(
            setting_up.choose_password, self.front.signing, step, typed, again
        )
        if isinstance(wrong, Not):
            return self._code(request, EXPIRED)
        if wrong:
            return await self._password(request, [Fault(each, "mat-khau") for each in wrong], 422)
        return self.front.go(request, "/thiet-lap/xac-thuc/")

    async def show_second(self, request: Request) -> Response:
        """The square for the app, and the button for a passkey."""
        return await self._second(request)

    async def take_second(self, request: Request) -> Response:
        """Takes the code that the app shows."""
        fields = await self.front.form(request)
        if fields is None:
            return self.front.strange(request)
        step, visitor = self.front.cookie(request, cookies.STEP), self.front.visitor(request)
        typed, signing = fields.get("ma", ""), self.front.signing
        done = await run_in_threadpool(setting_up.by_app, signing, step, typed, visitor)
        if isinstance(done, Waits):
            return await self._second(request, waits(done.wait), 429)
        return await self._done(request, done, WRONG_TOTP)

    async def ask_key(self, request: Request) -> Response:
        """What the browser needs to make a passkey."""
        fields = await self.front.form(request)
        step = self.front.cookie(request, cookies.STEP)
        signing = self.front.signing
        asked = None
        if fields is not None:
            asked = await run_in_threadpool(setting_up.passkey_challenge, signing, step)
        if asked is None:
            return JSONResponse({}, 403)
        secret, who = asked
        options = new_options(signing.settings, who.person, who.name, challenge_bytes(secret))
        return self.front.challenged(options, secret)

    async def take_key(self, request: Request) -> Response:
        """Takes the passkey that the browser made."""
        fields = await self.front.form(request)
        if fields is None:
            return self.front.strange(request)
        step = self.front.cookie(request, cookies.STEP)
        challenge = self.front.cookie(request, cookies.CHALLENGE)
        label = self.front.visitor(request).agent
        answer, signing = fields.get("tra-loi", ""), self.front.signing
        done = await run_in_threadpool(
            setting_up.by_passkey, signing, step, challenge, answer, label
        )
        return await self._done(request, done, WRONG_KEY)

    async def _done(self, request: Request, done: Not | Done, wrong: Fault) -> Response:
        if isinstance(done, Done):
            made = dict.fromkeys((cookies.STEP, cookies.CHALLENGE, cookies.SESSION), "")
            return self.front.page(
                request, "set-up-done", "Đã thiết lập xong", spare=done.spare, made=made
            )
        if done.why is Why.WRONG:
            return await self._second(request, wrong, 422)
        return self._code(request, EXPIRED)

    def _code(self, request: Request, fault: Fault | None = None, status: int = 200) -> Response:
        faults = [fault] if fault else []
        return self.front.page(request, "set-up", TITLE, faults=faults, status=status)

    async def _password(
        self, request: Request, faults: list[Fault] | None = None, status: int = 200
    ) -> Response:
        step = self.front.cookie(request, cookies.STEP)
        who = await run_in_threadpool(setting_up.look, self.front.signing, step)
        if who is None:
            return self._code(request, EXPIRED)
        return self.front.page(
            request,
            "set-up-password",
            "Chọn mật khẩu",
            faults=faults or [],
            status=status,
            who=who,
        )

    async def _second(
        self, request: Request, fault: Fault | None = None, status: int = 200
    ) -> Response:
        step = self.front.cookie(request, cookies.STEP)
        who = await run_in_threadpool(setting_up.look, self.front.signing, step)
        if who is None:
            return self._code(request, EXPIRED)
        if not who.totp:
            return self.front.go(request, "/thiet-lap/mat-khau/")
        code = uri(who.totp, who.person, self.front.signing.settings.name)
        return self.front.page(
            request,
            "set-up-second",
            "Cách xác nhận thứ hai",
            faults=[fault] if fault else [],
            status=status,
            square=Markup(square(code)),  # noqa: S704 - drawn here, of bars; its title is ours
            letters=letters(who.totp),
        )
