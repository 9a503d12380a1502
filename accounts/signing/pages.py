"""The pages of signing in as routes, to be put into any server that can draw a page."""

from collections.abc import Mapping

from starlette.routing import Route

from accounts.signing.drawing import Draw, Front, Static
from accounts.signing.oidc import Connect
from accounts.signing.pages_in import SignIn
from accounts.signing.pages_keys import OwnKeys
from accounts.signing.pages_own import Own
from accounts.signing.pages_set_up import SetUp
from accounts.signing.service import Signing

_NO_SCRIPTS: Mapping[str, str] = {}


def routes(
    signing: Signing, draw: Draw, *, prefix: str = "/can-bo", static: Static = _NO_SCRIPTS
) -> list[Route]:
    """The routes: sign-in, set-up, the province's accounts, own sessions, sign-out.

    A server whose root lies below another's (``root_path``) is reached under both.

    Args:
        signing: What they stand on.
        draw: Draws a page of ``theme/templates/signing`` in the server's frame.
        prefix: What every address begins with. Whoever has signed in is sent to ``prefix/``, or
            back to the page below it that they came from (``?tiep=`` of the sign-in page).
        static: Addresses of scripts by their names, or what tells those of this release; without
            ``passkey`` no page offers passkeys.
    """
    front = Front(signing, draw, prefix, static)
    provider = signing.settings.provider
    connect = Connect(provider, signing.now) if provider else None
    return [
        *SignIn(front, connect).routes(),
        *SetUp(front).routes(),
        *Own(front).routes(),
        *OwnKeys(front).routes(),
    ]
