"""The pages of signing in as routes, to be put into any server that can draw a page."""

from collections.abc import Mapping
from typing import Any, Protocol

from starlette.routing import Route

from accounts.signing.service import Signing


class Draw(Protocol):
    """Draws a page: a template of theme/templates in the server's own frame."""

    def __call__(self, template: str, title: str, **values: Any) -> str:
        """The whole page as HTML."""


def routes(
    signing: Signing, draw: Draw, *, prefix: str = "/can-bo", static: Mapping[str, str] = {}
) -> list[Route]:
    """The routes: sign-in, set-up, the province's accounts, own sessions, sign-out.

    Args:
        signing: What they stand on.
        draw: Draws a page of ``theme/templates/signing`` in the server's frame.
        prefix: What every address begins with. Whoever has signed in is sent to ``prefix/``.
        static: Addresses of scripts by their names; without ``passkey`` no page offers passkeys.
    """
    raise NotImplementedError
