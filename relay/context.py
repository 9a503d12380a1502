"""What the relay's pages stand on: one value that every room of routes is given."""

import asyncio
import datetime as dt
import functools
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse

from accounts.signing.service import Signing
from regulation.portal import Portal
from regulation.yamlfile import VIETNAM
from relay.abuse.limits import Limits, peer
from relay.pages import Pages
from relay.rules import Draft, Rules
from relay.settings import Settings
from relay.store.database import Store
from relay.store.keys import Keys
from relay.store.writer import Writer

T = TypeVar("T")


def address_of(proxies: Collection[str], request: Request) -> str:
    """From which address somebody asks, as far as proxies that are ours say."""
    client = request.client.host if request.client else ""
    return peer(client, request.headers.get("x-forwarded-for"), proxies)


@dataclass(frozen=True)
class Context:
    """What pages need.

    Attributes:
        settings: What the operator said.
        rules: The portal's regulation, as its files are.
        store: For reading.
        writer: For everything that is kept.
        keys: The server's secrets.
        pages: Draws pages in the site's frame.
        signing: Officers' sign-in.
        limits: How often one may knock.
        now: Tells the time.
        ticking: Seconds of a clock that never goes back, for limits.
    """

    settings: Settings
    rules: Rules
    store: Store
    writer: Writer
    keys: Keys
    pages: Pages
    signing: Signing
    limits: Limits
    now: Callable[[], dt.datetime]
    ticking: Callable[[], float]

    @property
    def portal(self) -> Portal:
        """The rules as they are now."""
        return self.rules.portal()

    @property
    def today(self) -> dt.date:
        """The day in Viet Nam."""
        return self.now().astimezone(VIETNAM).date()

    @property
    def origin(self) -> str:
        """Scheme, host and port as browsers see them, without a slash at the end."""
        return self.settings.address or self.portal.regulation.url

    def draft(self, item_id: str) -> Draft | None:
        """The draft for comment with this id."""
        return self.rules.drafts().get(item_id)

    def at(self, address: str) -> str:
        """An address of this site as a page links to it: with the base before it."""
        return self.settings.base + address

    def peer(self, request: Request) -> str:
        """From which address somebody asks, as far as our own proxies say."""
        return address_of(self.settings.proxies, request)

    async def read(self, asked: Callable[[Connection], T]) -> T:
        """Asks the database, in a thread of its own, so that nobody else waits."""

        def ask() -> T:
            with self.store.reading() as connection:
                return asked(connection)

        return await asyncio.to_thread(ask)

    async def draw(
        self, template: str, title: str, *, status: int = 200, **values: object
    ) -> HTMLResponse:
        """A page of the relay as an answer."""
        page = functools.partial(self.pages.page, template, title, **values)
        return HTMLResponse(await asyncio.to_thread(page), status_code=status)
