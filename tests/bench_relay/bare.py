"""What HTTP and the commit alone cost: Starlette reads a form, keeps a message, answers 303."""

import os
import secrets
import sys
from functools import partial

import uvicorn
from sqlalchemy.engine import URL
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from relay.store.cases import keep
from relay.store.database import open_store
from relay.store.keys import keys_from
from relay.store.writer import Writer
from tests.relay.store.samples import AT, a_case


def main(port: int, path: str) -> None:
    """Serves until it is ended."""
    store = open_store(URL.create("sqlite", database=path), os.environ, create=True)
    keys = keys_from(b"\x07" * 32)
    with Writer(store) as writer:

        async def take(request: Request) -> Response:
            async with request.form() as form:
                fields = {"tieu-de": str(form["tieu-de"]), "noi-dung": str(form["noi-dung"])}
            new = a_case(secrets.token_urlsafe(16), fields=fields, files=())
            kept = await writer.run(partial(keep, new=new, keys=keys, at=AT))
            return RedirectResponse(f"/y-kien/bien-nhan/{kept.case_id}/", status_code=303)

        app = Starlette(routes=[Route("/", take, methods=["POST"])])
        uvicorn.run(app, port=port, log_level="error", http="h11", lifespan="off")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
