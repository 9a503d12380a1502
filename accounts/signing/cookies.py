"""Cookies: which there are, and how closely each is kept.

All of them go with requests that our own pages make, and no others (``SameSite=Strict``); so also
on the way back from a province's provider, where the page that is come back to sets nothing and
its form is our own (see ``accounts.signing.oidc``).
"""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from accounts.signing.settings import Settings

SESSION = "phien"
"""Who is signed in."""

VISITOR = "khach"
"""Somebody who is not signed in: what their forms' tokens are bound to."""

STEP = "buoc"
"""A password or set-up code that was right."""

CHALLENGE = "thach-do"
"""A challenge given to a passkey."""

PROVIDER = "tinh"
"""Somebody on the way to the province's provider."""


def name_of(settings: Settings, name: str) -> str:
    """The cookie's name; ``__Host-`` has the browser keep it to https and to this very host."""
    return f"__Host-{name}" if settings.https else name


def read(request: Request, settings: Settings, name: str) -> str:
    """A cookie's value; empty when there is none."""
    return request.cookies.get(name_of(settings, name), "")


def write(response: Response, settings: Settings, made: Mapping[str, str]) -> None:
    """Sets cookies, or takes away those whose value is empty. They last as long as the browser."""
    for name, value in made.items():
        if value:
            response.set_cookie(
                name_of(settings, name),
                value,
                path="/",
                secure=settings.https,
                httponly=True,
                samesite="strict",
            )
        else:
            response.delete_cookie(
                name_of(settings, name),
                path="/",
                secure=settings.https,
                httponly=True,
                samesite="strict",
            )
