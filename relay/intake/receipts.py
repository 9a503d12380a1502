"""The receipt: drawn from what was committed, and from nothing else."""

import re
from collections.abc import Awaitable, Callable

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from regulation.forms import load_forms
from regulation.model import MessageKind
from regulation.yamlfile import VIETNAM
from relay.cases.routing import route_of
from relay.context import Context
from relay.intake.shown import receipt_page
from relay.intake.tokens import CODE_SHOWN
from relay.store.addresses import question
from relay.store.cases import StoredCase, find_by_token, load

_ID = re.compile(r"[A-Za-z0-9_-]{22}\Z")


def receipt(context: Context) -> Callable[[Request], Awaitable[Response]]:
    """The page of a submission's receipt.

    It shows the tracking code while the submission is young (``CODE_SHOWN``): a link in a history
    opens no case later on.
    """

    async def page(request: Request) -> Response:
        token = request.path_params["token"]
        if not _ID.match(token):
            raise HTTPException(404)
        found = await context.read(lambda connection: _found(connection, context, token))
        if found is None:
            raise HTTPException(404)
        stored, letter = found
        on = stored.submitted_at.astimezone(VIETNAM).date()
        # The form and the route by which it came: officers may have given it another kind since.
        said = stored.events[0].happened.data
        kind: MessageKind = said["kind"]
        route = route_of(context.portal, said["route"], on)
        if route is None:
            raise HTTPException(404)
        now = context.now()
        young = now - stored.submitted_at <= CODE_SHOWN
        values = receipt_page(
            context.portal,
            load_forms()[kind],
            route,
            stored,
            now,
            code=context.keys.code(token) if young else "",
            letter=letter,
        )
        return await context.draw("relay/receipt.html", "Đã nhận", **values)

    return page


def _found(connection: Connection, context: Context, token: str) -> tuple[StoredCase, bool] | None:
    case_id = find_by_token(connection, token)
    if case_id is None:
        return None
    letter = question(connection, case_id, context.keys) is not None
    return load(connection, case_id), letter
