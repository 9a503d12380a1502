"""A portal with keys and its relay on one address; what reaches the server is written down."""

import dataclasses
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import cast

import uvicorn
from pyrage import x25519
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plugins.modules import write_sealing
from plugins.prepare import prepare
from plugins.server import application
from plugins.site import Site
from plugins.views.forms import form_pages
from regulation.model import Sealing
from regulation.places import RELAY
from regulation.portal import Portal
from relay.pages import STATIC
from relay.rules import Rules
from relay.sealing.age import open_sealed
from relay.sealing.message import Sealed
from relay.store.database import Store
from relay.store.keys import Keys
from tests.browser.site import NOW, ROOT
from tests.plugins.test_forms_pages import html_of
from tests.relay.citizens import Office, opened_office
from tests.relay.intake.test_routes import cases
from tests.relay.intake.test_sealed import Fixed

PACKAGES = ROOT / "node_modules"
SEALED = ("denunciation", "complaint")
"""Kinds that are sealed here; the second takes files."""
PAGES = ("/gui-y-kien/to-cao/", "/gui-y-kien/khieu-nai/", "/gui-y-kien/cau-hoi/")


def with_keys(portal: Portal, unit: x25519.Identity, recovery: x25519.Identity) -> Portal:
    """The portal with keys for its inspectorate, to which complaints go as well."""
    (inspectorate,) = portal.routes("denunciation", NOW.date())
    routes = tuple(
        route.model_copy(update={"sealed": True, "to": inspectorate.to})
        if set(route.kinds) & set(SEALED)
        else route
        for route in portal.regulation.routes
    )
    sealing = tuple(
        Sealing(
            id=f"khoa-{n}",
            basis=("Điều 9",),
            agency=inspectorate.to,
            recipient=str(key.to_public()),
            recovery=bool(n),
        )
        for n, key in enumerate((unit, recovery))
    )
    regulation = portal.regulation.model_copy(update={"routes": routes, "sealing": sealing})
    return dataclasses.replace(portal, regulation=regulation)


@dataclass
class Request:
    """One request as it reached the server.

    Attributes:
        path: Its path and what stands behind the question mark.
        body: Its body, whole.
        headers: Its headers.
    """

    path: str
    body: bytes
    headers: bytes


class Recorded:
    """ASGI middleware: writes down what comes, before anybody reads it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.requests: list[Request] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"] + "?" + scope["query_string"].decode()
        headers = b"\n".join(b": ".join(pair) for pair in scope["headers"])
        request = Request(path, b"", headers)
        self.requests.append(request)

        async def receiver() -> Message:
            message = await receive()
            request.body += message.get("body", b"")
            return message

        await self.app(scope, receiver, send)


@dataclass
class Province:
    """A portal with keys, as a citizen's browser meets it.

    Attributes:
        base: Its address.
        folder: The site's files.
        office: The relay.
        rules: Its rules, which a test may change.
        heard: All that reached the server.
        identities: The private keys, the unit's and the recovery's.
    """

    base: str
    folder: Path
    office: Office
    rules: Fixed
    heard: Recorded
    identities: tuple[x25519.Identity, x25519.Identity]
    _draw: Callable[[Portal], None] = field(repr=False)

    def use(self, unit: x25519.Identity, *, relay: bool = True, site: bool = True) -> None:
        """Another key of the unit: for the relay, for the pages, or for both."""
        changed = with_keys(self.rules.portal(), unit, self.identities[1])
        if relay:
            self.rules.portal_ = changed
        if site:
            self._draw(changed)

    def unseal(self) -> None:
        """For the relay, nothing is sealed any more; pages that are open say that it is."""
        portal = self.rules.portal()
        routes = (each.model_copy(update={"sealed": False}) for each in portal.regulation.routes)
        regulation = portal.regulation.model_copy(update={"routes": tuple(routes)})
        self.rules.portal_ = dataclasses.replace(portal, regulation=regulation)

    def sent(self, below: str = "/y-kien/") -> list[Request]:
        """What was posted below an address."""
        return [each for each in self.heard.requests if each.body and each.path.startswith(below)]

    def opened(self, key: x25519.Identity | None = None) -> list[Sealed]:
        """Every case, opened with the unit's key or another."""
        found = [stored.sealed for stored in cases(self.office)]
        return [open_sealed(each or b"", [str(key or self.identities[0])]) for each in found]


@cache
def _prepared(folder: Path) -> Site:
    return prepare(ROOT, "quangnam", ROOT / "theme", folder, ROOT / ".cache" / "pictures", NOW)


@contextmanager
def province(store: Store, keys: Keys, folder: Path, shared: Path) -> Iterator[Province]:
    """Starts one.

    Args:
        store: Where cases are kept.
        keys: The server's secrets.
        folder: For the relay's files.
        shared: For the site's, which cost some seconds: the same for several provinces.
    """
    known = _prepared(shared)
    static = {**known.static, "age": write_sealing(PACKAGES, shared)}
    identities = (x25519.Identity.generate(), x25519.Identity.generate())
    portal = with_keys(known.portal, *identities)

    def draw(portal: Portal) -> None:
        site = dataclasses.replace(known, portal=portal, static=static)
        for page in form_pages(site):
            if page.url in PAGES:
                path = shared / page.save_as
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(html_of(site, page), encoding="utf-8")

    draw(portal)
    rules = Fixed(portal)
    with opened_office(store, keys, folder, rules=cast(Rules, rules)) as office:
        (folder / "site" / STATIC).write_text(json.dumps(static), encoding="utf-8")
        files = application(shared)

        async def both(scope: Scope, receive: Receive, send: Send) -> None:
            relays = scope["type"] == "http" and scope["path"].startswith(RELAY)
            await (office.app if relays else files)(scope, receive, send)

        heard = Recorded(both)
        with _serving(heard) as base:
            yield Province(base, shared, office, rules, heard, identities, draw)


@contextmanager
def _serving(app: ASGIApp) -> Iterator[str]:
    config = uvicorn.Config(app, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=20)
