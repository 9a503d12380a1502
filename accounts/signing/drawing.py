"""What every page of signing in does alike: drawn in the server's frame, its forms our own."""

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from accounts.signing import cookies, csrf
from accounts.signing.entering import Visitor
from accounts.signing.service import Signing
from accounts.signing.sessions import agent_words, new_secret
from accounts.signing.throttle import prefix_of

LONGEST = 20_000
"""Letters that are read of a field: a passkey's answer has a few thousand."""

Static = Mapping[str, str] | Callable[[], Mapping[str, str]]
"""Addresses of scripts by their names, or what tells those of this release."""


class Draw(Protocol):
    """Draws a page: a template of theme/templates in the server's own frame."""

    def __call__(self, template: str, title: str, **values: Any) -> str:
        """The whole page as HTML."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a form.

    Attributes:
        message: In Vietnamese, with what to do.
        field: At which field; empty when it is about the whole.
    """

    message: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Front:
    """The pages' common ground.

    Attributes:
        signing: What they stand on.
        draw: Draws a page in the server's frame.
        prefix: What every address begins with, below the root of the application.
        static: Addresses of scripts.
    """

    signing: Signing
    draw: Draw
    prefix: str
    static: Static

    def at(self, request: Request, path: str) -> str:
        """An address of ours as browsers see it."""
        return f"{request.scope.get('root_path', '')}{self.prefix}{path}"

    def passkey_script(self) -> str:
        """The address of the script for passkeys; empty when there is none."""
        there = self.static() if callable(self.static) else self.static
        return there.get("passkey", "")

    def page(
        self,
        request: Request,
        template: str,
        title: str,
        *,
        faults: Sequence[Fault] = (),
        status: int = 200,
        made: Mapping[str, str] | None = None,
        token: str = "",
        **values: Any,
    ) -> Response:
        """A page, which nobody keeps.

        Args:
            request: What asks for it.
            template: Such as ``sign-in``, of theme/templates/signing/.
            title: Of the window.
            faults: What is wrong with what was sent.
            status: Of HTTP.
            made: Cookies to be set, or taken away when empty.
            token: Of whoever is signed in; without it, the visitor's own is made.
            values: What else the template sees.
        """
        made = dict(made or {})
        if not token:
            secret = cookies.read(request, self.signing.settings, cookies.VISITOR)
            if not secret:
                secret = made[cookies.VISITOR] = new_secret(self.signing.entropy)
            token = csrf.token(secret)
        text = self.draw(
            f"signing/{template}.html",
            title,
            at=self.at(request, ""),
            csrf=token,
            faults=list(faults),
            script=self.passkey_script(),
            **values,
        )
        answer = HTMLResponse(text, status, {"cache-control": "no-store"})
        cookies.write(answer, self.signing.settings, made)
        return answer

    def go(self, request: Request, path: str, made: Mapping[str, str] | None = None) -> Response:
        """Leads on to one of our addresses."""
        answer = RedirectResponse(
            self.at(request, path), 303, headers={"cache-control": "no-store"}
        )
        cookies.write(answer, self.signing.settings, made or {})
        return answer

    def challenged(self, options: str, secret: str) -> Response:
        """What a script hands to the browser's passkeys; the challenge's secret is a cookie."""
        made = {"cache-control": "no-store"}
        answer = Response(options, media_type="application/json", headers=made)
        cookies.write(answer, self.signing.settings, {cookies.CHALLENGE: secret})
        return answer

    async def form(self, request: Request) -> dict[str, str] | None:
        """The fields of a visitor's form; none when no page of ours sent it."""
        fields = await read_form(request)
        secret = cookies.read(request, self.signing.settings, cookies.VISITOR)
        wanted = csrf.token(secret) if secret else ""
        given = fields.get(csrf.FIELD) or request.headers.get(csrf.HEADER)
        own = csrf.is_own(request, self.signing.settings.origin, wanted, given)
        return fields if own else None

    def strange(self, request: Request) -> Response:
        """What is answered to a form that is not our own, or whose cookie is gone."""
        message = (
            "Trang này đã mở quá lâu, hoặc trình duyệt không giữ cookie. Chưa có gì được làm; hãy "
            "mở lại trang đăng nhập và cho phép cookie của cổng."
        )
        return self.told(request, "Chưa đăng nhập được", message, status=403)

    def told(
        self,
        request: Request,
        title: str,
        message: str,
        *,
        status: int = 200,
        made: Mapping[str, str] | None = None,
    ) -> Response:
        """A page that says something and leads to signing in."""
        return self.page(request, "told", title, message=message, status=status, made=made)

    def visitor(self, request: Request) -> Visitor:
        """Who asks, as far as it is kept."""
        return Visitor(
            prefix_of(self.signing.address(request)),
            agent_words(request.headers.get("user-agent", "")),
            cookies.read(request, self.signing.settings, cookies.SESSION),
        )

    def cookie(self, request: Request, name: str) -> str:
        """A cookie's value; empty when there is none."""
        return cookies.read(request, self.signing.settings, name)

    def onward(self, request: Request, typed: str) -> str:
        """Where somebody wanted to go, as a path below ours; the first page when it is not ours."""
        parts = urlsplit(typed)
        root = self.at(request, "/")
        ours = not parts.scheme and not parts.netloc and typed.startswith(root)
        plain = ours and "\\" not in typed and ".." not in typed and typed.isprintable()
        return "/" + typed.removeprefix(root) if plain else "/"


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form as text; a file that somebody sends is no text and left out."""
    async with request.form(max_files=0, max_fields=30) as sent:
        return {
            name: value.replace("\0", "")[:LONGEST]
            for name, value in sent.items()
            if isinstance(value, str)
        }


def waits(wait: dt.timedelta) -> Fault:
    """Says how long to wait."""
    seconds = math.ceil(wait.total_seconds())
    words = f"{seconds} giây" if seconds < 60 else f"{math.ceil(seconds / 60)} phút"
    return Fault(f"Đã thử sai nhiều lần; hãy đợi {words} rồi thử lại. Tài khoản không bị khóa.")


def query(onward: str) -> str:
    """Where somebody wanted to go, as it is handed on."""
    return f"?tiep={quote(onward)}" if onward else ""
