"""Against forms that other sites send in somebody's name: a token bound to their session.

The token is made of the cookie's secret value, which no other site can read, and which with
``__Host-`` in its name no neighbour can set. So nothing has to be kept for it.
"""

import base64
import hashlib
import hmac

from starlette.requests import Request

FIELD = "csrf"
"""The hidden field of every form."""

HEADER = "X-Csrf"
"""The header of what a script sends."""


def token(secret: str) -> str:
    """The token that goes with a cookie's value; the value cannot be told from it."""
    made = hmac.digest(secret.encode(), b"csrf", hashlib.sha256)
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def is_own(request: Request, origin: str, wanted: str, given: object) -> bool:
    """Whether a form comes from our own page.

    Args:
        request: What was sent.
        origin: Ours; a browser that names another is refused, one that names none is not.
        wanted: The token of whoever is signed in (``SignedIn.csrf``).
        given: What the form's field ``csrf`` holds.
    """
    named = request.headers.get("origin")
    if named is not None and named != origin:
        return False
    return (
        isinstance(given, str)
        and bool(wanted)
        and hmac.compare_digest(wanted.encode(), given.encode())
    )
