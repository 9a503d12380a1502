"""The relay put together: everything that ``cong relay serve`` opens, and closes again."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from accounts.database import Database
from accounts.signing.pages import routes as signing_routes
from accounts.signing.service import Signing
from accounts.signing.settings import Provider
from accounts.signing.settings import Settings as SigningSettings
from regulation.findings import Finding, Refused
from relay.abuse.limits import Limits
from relay.answers.private import routes as answers_routes
from relay.app import application
from relay.context import Context, address_of
from relay.figures.night import write_if_due
from relay.figures.pages import routes as figures_routes
from relay.inbox.routes import routes as inbox_routes
from relay.intake.routes import routes as intake_routes
from relay.mail.directory import read_addresses
from relay.mail.letters import From, Letters, sender_of
from relay.mail.ways import way_of
from relay.mail.worker import Post, send_due
from relay.pages import Pages
from relay.passes import pass_over
from relay.rules import Rules
from relay.running import health
from relay.running.claims import claimed
from relay.running.metrics import Metrics
from relay.running.own_key import keys_of
from relay.running.sweeping import sweep
from relay.serving import Chore
from relay.settings import OIDC, Settings
from relay.store.database import open_store
from relay.store.writer import Writer
from relay.tracking.routes import routes as tracking_routes

WAITING = 4_000
"""Messages that may wait to be written; the next one is told to try again. About 20 MB of text."""

HOURLY = dt.timedelta(hours=1)
SHARED_HOURLY, CLAIMED = dt.timedelta(minutes=5), dt.timedelta(minutes=55)
"""Where several processes may run: how often each asks whether it is its turn, and how long it is
nobody else's."""
SOON = dt.timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Assembled:
    """A relay that is open.

    Attributes:
        context: What its pages stand on.
        public: What people meet.
        private: What the operator's own programs ask.
        chores: What is done again and again.
    """

    context: Context
    public: ASGIApp
    private: ASGIApp
    chores: tuple[Chore, ...]


@contextmanager
def assembled(
    settings: Settings,
    accounts: Database,
    environment: Mapping[str, str],
    now: Callable[[], dt.datetime],
    ticking: Callable[[], float],
    account: str = "",
    limits: Limits | None = None,
) -> Iterator[Assembled]:
    """Opens a relay; leaving it writes what waits and lets go of everything.

    Args:
        settings: What the operator said.
        accounts: The officers.
        environment: For Git, which is asked whether what is kept could be committed.
        now: Tells the time.
        ticking: Seconds of a clock that never goes back.
        account: The account on the machine, for the log.
        limits: How often one may knock; as is usual if None.

    Raises:
        Refused: Something cannot be used; says what and what to do.
    """
    with ExitStack() as stack:
        rules = Rules(settings.root, settings.portal, now)
        store = open_store(settings.database, environment, create=True)
        stack.callback(store.close)
        keys = keys_of(store, settings.secret, environment)
        metrics = Metrics()
        writer = stack.enter_context(Writer(store, waiting=WAITING, committing=metrics.committing))
        metrics.watch(store, writer, now)
        templates = settings.root / "theme" / "templates"
        context = Context(
            settings=settings,
            rules=rules,
            store=store,
            writer=writer,
            keys=keys,
            pages=Pages(settings.site, templates, rules.portal, now, settings.base),
            signing=_signing(settings, rules, accounts, now, account),
            limits=Limits() if limits is None else limits,
            now=now,
            ticking=ticking,
        )
        folder = Path(settings.database.database or "").parent
        probes = health.routes(
            writer, metrics, folder if store.engine.dialect.name == "sqlite" else None, now
        )
        yield Assembled(
            context,
            application(context, _routes(context)),
            Starlette(routes=[*answers_routes(context), *probes]),
            tuple(_chores(context, metrics)),
        )


def _signing(
    settings: Settings,
    rules: Rules,
    accounts: Database,
    now: Callable[[], dt.datetime],
    account: str,
) -> Signing:
    regulation = rules.portal().regulation
    place = SigningSettings(
        origin=settings.address or regulation.url,
        name=regulation.short_name.vi,
        provider=_provider(settings),
    )
    return Signing(accounts, now, place, account, address=partial(address_of, settings.proxies))


def _chores(context: Context, metrics: Metrics) -> Iterator[Chore]:
    """What is done again and again besides answering."""
    settings, rules = context.settings, context.rules

    def author() -> From:
        return From(
            # In full it would be folded, which many a mail program puts together wrongly.
            portal=rules.portal().regulation.short_name.vi,
            sender=sender_of(settings.sender, context.origin),
            origin=context.origin,
            base=settings.base,
        )

    post = Post(
        store=context.store,
        writer=context.writer,
        keys=context.keys,
        letters=Letters(settings.root / "theme" / "templates"),
        way=way_of(settings.mail),
        author=author,
        portal=rules.portal,
        written=read_addresses(settings.letters_to),
        now=context.now,
    )
    yield Chore("letters", SOON, lambda: metrics.letters(send_due(post)))
    yield Chore("rules", SOON, rules.refresh)
    yield _hourly(
        context,
        "cases",
        lambda: pass_over(context.portal, context.store, context.writer, context.keys, context.now),
    )
    if (figures := settings.figures) is not None:
        kept = settings.heads
        yield _hourly(
            context,
            "figures",
            lambda: write_if_due(context.store, context.portal, figures, kept, context.now()),
        )
    yield _hourly(context, "sweep", lambda: sweep(context.writer, context.now()))


def _hourly(context: Context, name: str, do: Callable[[], object]) -> Chore:
    """A chore of every hour. Several processes may stand over PostgreSQL: one does it for all."""
    if context.store.engine.dialect.name != "postgresql":
        return Chore(name, HOURLY, do)
    mine = f"{name} {context.portal.id}"
    return Chore(name, SHARED_HOURLY, claimed(context.writer, mine, CLAIMED, context.now, do))


def _routes(context: Context) -> Iterator[BaseRoute]:
    yield from intake_routes(context)
    yield from tracking_routes(context)
    yield from figures_routes(context)
    yield from signing_routes(
        context.signing, context.pages.page, prefix="/can-bo", static=lambda: context.pages.static
    )
    yield from inbox_routes(context)


def _provider(settings: Settings) -> Provider | None:
    """Who else signs officers in."""
    if settings.oidc is None:
        return None
    try:
        said: Any = yaml.safe_load(settings.oidc.read_text(encoding="utf-8"))
        return Provider(**said)
    except (OSError, yaml.YAMLError, TypeError) as error:
        message = (
            "Không đọc được tệp; hãy ghi issuer, client_id, client_secret và title, mỗi mục một "
            "dòng."
        )
        raise Refused([Finding(f"{OIDC}={settings.oidc}", message)]) from error
