"""The pages of signing in: name and password, the second step, a passkey, the province."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from accounts.signing import cookies, entering
from accounts.signing.credentials import Kind, kinds_of
from accounts.signing.drawing import Fault, Front, query, read_form, waits
from accounts.signing.entering import Entered, Halfway, Not, Waits, Why
from accounts.signing.oidc import Connect, NotTold
from accounts.signing.passkeys import asking_options, handle_of
from accounts.signing.sessions import new_secret
from accounts.signing.steps import Purpose, find
from accounts.signing.who import signed_in

_SAID = logging.getLogger(__name__)

TITLE = "Đăng nhập"
WRONG = Fault("Mã hoặc địa chỉ thư, hoặc mật khẩu không đúng; hãy xem lại cả hai.", "ten")
WRONG_CODE = Fault(
    "Mã không đúng hoặc đã dùng rồi; hãy đợi mã mới trong ứng dụng, hoặc dùng một mã dự phòng.",
    "ma",
)
WRONG_KEY = Fault("Khóa truy cập này không dùng được ở đây; hãy thử khóa khác hoặc cách khác.")
EXPIRED = Fault("Bước trước đã quá lâu; hãy đăng nhập lại từ đầu.")
HOLDS_NOTHING = (
    "Chưa có công việc nào trên cổng được giao cho tài khoản này, nên không có gì để mở. Hãy hỏi "
    "người quản trị của cổng."
)
NOT_TOLD = (
    "Chưa nhận được xác nhận từ hệ thống tài khoản của tỉnh. Hãy thử lại sau ít phút, hoặc đăng "
    "nhập bằng mật khẩu."
)
BACK = "/dang-nhap/tinh/ve/"


@dataclass(frozen=True, slots=True)
class SignIn:
    """The pages; ``connect`` asks the province's provider where there is one."""

    front: Front
    connect: Connect | None

    def routes(self) -> Iterator[Route]:
        """The routes, with the prefix before them."""
        at = self.front.prefix
        yield Route(f"{at}/dang-nhap/", self.show, methods=["GET"])
        yield Route(f"{at}/dang-nhap/", self.take, methods=["POST"])
        yield Route(f"{at}/dang-nhap/buoc-hai/", self.show_second, methods=["GET"])
        yield Route(f"{at}/dang-nhap/buoc-hai/", self.take_second, methods=["POST"])
        yield Route(f"{at}/dang-nhap/khoa/lua-chon/", self.ask_key, methods=["POST"])
        yield Route(f"{at}/dang-nhap/khoa/", self.take_key, methods=["POST"])
        if self.connect:
            yield Route(f"{at}/dang-nhap/tinh/", self.start, methods=["GET"])
            yield Route(f"{at}{BACK}", self.come_back, methods=["GET"])
            yield Route(f"{at}{BACK}", self.take_claim, methods=["POST"])

    async def show(self, request: Request) -> Response:
        """The form for name and password."""
        onward = request.query_params.get("tiep", "")
        if await signed_in(self.front.signing, request):
            return self.front.go(request, self.front.onward(request, onward))
        return self._form(request, onward)

    async def take(self, request: Request) -> Response:
        """Takes name and password."""
        fields = await self.front.form(request)
        if fields is None:
            return self.front.strange(request)
        name, onward = fields.get("ten", ""), fields.get("tiep", "")
        signing, visitor = self.front.signing, self.front.visitor(request)
        done = await run_in_threadpool(
            entering.with_password, signing, name, fields.get("mat-khau", ""), visitor
        )
        if isinstance(done, Halfway):
            path = f"/dang-nhap/buoc-hai/{query(onward)}"
            return self.front.go(request, path, {cookies.STEP: done.step})
        if isinstance(done, Waits):
            return self._form(request, onward, name, waits(done.wait), 429)
        return self._form(request, onward, name, WRONG, 422)

    async def show_second(self, request: Request) -> Response:
        """The form for the code, or the button for the passkey."""
        return await self._second(request, request.query_params.get("tiep", ""))

    async def take_second(self, request: Request) -> Response:
        """Takes the code."""
        fields = await self.front.form(request)
        if fields is None:
            return self.front.strange(request)
        onward, typed = fields.get("tiep", ""), fields.get("ma", "")
        step, visitor = self.front.cookie(request, cookies.STEP), self.front.visitor(request)
        done = await run_in_threadpool(entering.with_code, self.front.signing, step, typed, visitor)
        if isinstance(done, Entered):
            return self._in(request, done, onward)
        if isinstance(done, Waits):
            return await self._second(request, onward, waits(done.wait), 429)
        if done.why is Why.WRONG:
            return await self._second(request, onward, WRONG_CODE, 422)
        return self._not(request, done, onward)

    async def ask_key(self, request: Request) -> Response:
        """What the browser needs to ask for a passkey."""
        fields = await self.front.form(request)
        if fields is None:
            return JSONResponse({}, 403)
        signing, step = self.front.signing, self.front.cookie(request, cookies.STEP)
        if "mot-minh" in request.query_params:  # whatever was begun before, now it is the key alone
            step = ""
        visitor = self.front.visitor(request)
        asked = await run_in_threadpool(entering.passkeys_for, signing, step, visitor)
        if isinstance(asked, Waits):
            return JSONResponse({}, 429)
        secret, there = asked
        options = asking_options(signing.settings, entering.challenge_bytes(secret), there)
        return self.front.challenged(options, secret)

    async def take_key(self, request: Request) -> Response:
        """Takes a passkey's answer."""
        fields = await self.front.form(request)
        if fields is None:
            return self.front.strange(request)
        onward, answer = fields.get("tiep", ""), fields.get("tra-loi", "")
        signing, visitor = self.front.signing, self.front.visitor(request)
        challenge = self.front.cookie(request, cookies.CHALLENGE)
        done = await run_in_threadpool(
            entering.with_passkey, signing, challenge, answer, handle_of(answer), visitor
        )
        if isinstance(done, Entered):
            return self._in(request, done, onward)
        if done.why is Why.WRONG:
            return self._form(request, onward, "", WRONG_KEY, 422)
        return self._not(request, done, onward)

    async def start(self, request: Request) -> Response:
        """Sends somebody to the province's provider; on our side nothing is written down."""
        secret = new_secret(self.front.signing.entropy)
        try:
            address = await run_in_threadpool(self._connect.address, secret, self._back(request))
        except NotTold as error:
            return self._not_told(request, error)
        answer = RedirectResponse(address, 303, headers={"cache-control": "no-store"})
        cookies.write(answer, self.front.signing.settings, {cookies.PROVIDER: secret})
        return answer

    async def come_back(self, request: Request) -> Response:
        """The page to which the provider leads back: a button that signs in."""
        code = request.query_params.get("code", "")
        state = request.query_params.get("state", "")
        if not code or not state:  # somebody changed their mind there
            return self.front.told(request, "Chưa đăng nhập được", NOT_TOLD, status=403)
        # Our cookies are not with this request: the form's token is the state itself.
        return self.front.page(request, "return", TITLE, token=state, code=code, state=state)

    async def take_claim(self, request: Request) -> Response:
        """Takes what the provider gave: the state is bound to the cookie, and so is the form."""
        fields = await read_form(request)
        if request.headers.get("origin") not in (None, self.front.signing.settings.origin):
            return self.front.strange(request)
        secret = self.front.cookie(request, cookies.PROVIDER)
        code, state = fields.get("code", ""), fields.get("state", "")
        back, signing = self._back(request), self.front.signing
        try:
            value = await run_in_threadpool(self._connect.value, secret, back, code, state)
        except NotTold as error:
            return self._not_told(request, error)
        claim = self._connect.provider.claim
        visitor = self.front.visitor(request)
        done = await run_in_threadpool(entering.with_claim, signing, claim, value, visitor)
        return (
            self._in(request, done, "") if isinstance(done, Entered) else self._not(request, done)
        )

    @property
    def _connect(self) -> Connect:
        if self.connect is None:
            raise RuntimeError("there is no provider")
        return self.connect

    def _back(self, request: Request) -> str:
        return self.front.signing.settings.origin + self.front.at(request, BACK)

    def _not_told(self, request: Request, error: NotTold) -> Response:
        _SAID.warning("OpenID Connect: %s", error)
        made = {cookies.PROVIDER: ""}
        return self.front.told(request, "Chưa đăng nhập được", NOT_TOLD, status=403, made=made)

    def _form(
        self,
        request: Request,
        onward: str,
        name: str = "",
        fault: Fault | None = None,
        status: int = 200,
    ) -> Response:
        return self.front.page(
            request,
            "sign-in",
            TITLE,
            faults=[fault] if fault else [],
            status=status,
            name=name,
            onward=onward,
            provider=self.connect.provider.title if self.connect else "",
        )

    async def _second(
        self, request: Request, onward: str, fault: Fault | None = None, status: int = 200
    ) -> Response:
        kinds = await run_in_threadpool(self._kinds, self.front.cookie(request, cookies.STEP))
        if not kinds:
            return self._form(request, onward, "", EXPIRED, 422)
        return self.front.page(
            request,
            "second",
            "Xác nhận đăng nhập",
            faults=[fault] if fault else [],
            status=status,
            onward=onward,
            app=Kind.TOTP in kinds,
            key=Kind.PASSKEY in kinds,
        )

    def _kinds(self, step: str) -> frozenset[Kind]:
        """By what somebody may go on; nothing when their way took too long."""
        signing = self.front.signing
        with signing.database.reading() as connection:
            found = find(connection, step, Purpose.SECOND, signing.now())
            if found is None or found.person is None:
                return frozenset()
            return kinds_of(connection, found.person, signing.now())

    def _in(self, request: Request, done: Entered, onward: str) -> Response:
        """Leads in: a new cookie for the session, none of the old ones."""
        gone = (cookies.STEP, cookies.CHALLENGE, cookies.PROVIDER, cookies.VISITOR)
        made = {cookies.SESSION: done.secret, **dict.fromkeys(gone, "")}
        return self.front.go(request, self.front.onward(request, onward), made)

    def _not(self, request: Request, done: Not, onward: str = "") -> Response:
        if done.why is Why.HOLDS_NOTHING:
            return self.front.told(request, "Chưa được giao việc", HOLDS_NOTHING, status=403)
        fault = EXPIRED if done.why is Why.EXPIRED else WRONG
        return self._form(request, onward, "", fault, 422)
