"""An office for tests: a store with cases, officers who are signed in, and the inbox's pages."""

import dataclasses
import datetime as dt
import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL
from starlette.testclient import TestClient

from accounts.contacts import Contact
from accounts.database import open_database
from accounts.register import Register
from accounts.signing import cookies, csrf, sessions
from accounts.signing.acts import Doors
from accounts.signing.service import Signing
from accounts.signing.settings import Settings as SigningSettings
from regulation.model import MessageKind
from regulation.yamlfile import VIETNAM
from relay.abuse.limits import Limits
from relay.app import application
from relay.cases.acts import open_events
from relay.cases.case import Case
from relay.cases.routing import routed
from relay.cases.states import Did
from relay.context import Context
from relay.inbox.routes import routes
from relay.intake.tokens import UNSCANNED
from relay.pages import FRAME, STATIC, Pages
from relay.rules import Rules
from relay.settings import Settings
from relay.store.cases import keep, load
from relay.store.database import Store
from relay.store.keys import Keys
from relay.store.outbox import due as due_mail
from relay.store.texts import texts_of
from relay.store.values import NewCase, NewFile, Text
from relay.store.writer import Writer
from tests.accounts.desk import Clock

ROOT = Path(__file__).resolve().parents[3]
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=VIETNAM)
ORIGIN = "http://127.0.0.1:8100"
PORTAL = "khanhhoa-dvc"

PEOPLE: Mapping[str, tuple[str, ...]] = {
    "an": ("so-tc", "officer"),
    "hoa": ("so-tc", "head"),
    "la": ("so-tp", "officer"),
    "kha": ("so-khcn", "officer"),
    "tra": ("thanh-tra-tinh", "head"),
    "bien": ("bbt", "officer"),
}
"""Who has a desk where."""
POSTS: Mapping[str, str] = {"van": "don-vi-van-hanh", "truong": "truong-ban"}
"""Who holds a post."""

CONTACT = {
    "ho-ten": "Nguyễn Thị Bưởi",
    "dia-chi": "12 hẻm Chim Sẻ",
    "dien-thoai": "0905123456",
    "thu": "buoi.qz@gmail.com",
}
PICTURE = NewFile('ổ "gà".png', "image/png", b"\x89PNG\r\n\x1a\n" + bytes(64))


class Office:
    """The inbox over a store.

    Args:
        store: Where cases are.
        writer: Writes them.
        keys: The server's.
        folder: For the accounts and the frame.
        hired: The folder of an office's accounts (``kho``) that are taken over; none to make them.
        origin: Scheme, host and port as browsers see them.
    """

    def __init__(
        self,
        store: Store,
        writer: Writer,
        keys: Keys,
        folder: Path,
        hired: Path | None = None,
        origin: str = ORIGIN,
    ) -> None:
        self.store, self.writer, self.keys = store, writer, keys
        self.clock = Clock(MONDAY)
        settings = Settings(
            root=ROOT,
            portal=PORTAL,
            data=folder,
            database=URL.create("sqlite", database=str(folder / "y-kien.sqlite")),
            secret=folder / "khoa",
            site=folder / "site",
            mail=str(folder / "thu"),
            address=origin,
        )
        frame = settings.site / FRAME
        if not frame.exists():
            frame.parent.mkdir(parents=True)
            frame.write_text(
                '<!doctype html><html lang="vi"><title><!--cong:title--></title>'
                "<main><!--cong:main--></main></html>",
                encoding="utf-8",
            )
            (settings.site / STATIC).write_text(json.dumps({}), encoding="utf-8")
        self.rules = Rules(ROOT, PORTAL, self.clock)
        self.portal = self.rules.portal()
        accounts_url = URL.create("sqlite", database=str(folder / "kho" / "accounts.sqlite"))
        if hired is not None:
            shutil.copytree(hired, folder / "kho")
        self.accounts = open_database(accounts_url, os.environ, create=True)
        signing = Signing(self.accounts, self.clock, SigningSettings(origin, "Cổng"))
        self.context = Context(
            settings=settings,
            rules=self.rules,
            store=store,
            writer=writer,
            keys=keys,
            pages=Pages(settings.site, ROOT / "theme/templates", self.rules.portal, self.clock),
            signing=signing,
            limits=Limits(),
            now=self.clock,
            ticking=lambda: 0.0,
        )
        self.app = application(self.context, routes(self.context))
        if hired is None:
            self._hire()
        self._sent = 0

    def _hire(self) -> None:
        self.clock.at = MONDAY - dt.timedelta(days=30)
        register = Register(self.accounts, self.clock, "van", "may-chu")
        doors = Doors(self.accounts, self.clock, "van", "may-chu")
        portals = {PORTAL: self.portal}
        for person in (*PEOPLE, *POSTS):
            register.add_person(person, person.title())
        for person, (agency, place) in PEOPLE.items():
            doors.give_desk(portals, person, PORTAL, agency, place)
        stated = Contact("Trung tâm", "", "1 Trần Phú", "02583822229")
        for person, post in POSTS.items():
            register.change_contact(person, lambda _: stated)
            register.grant(portals, person, PORTAL, post)
        self.clock.at = MONDAY

    def close(self) -> None:
        """Lets go of the accounts."""
        self.accounts.close()

    def secret(self, person: str) -> str:
        """Signs somebody in; their cookie's value."""
        secret = sessions.new_secret(os.urandom)
        with self.accounts.writing() as connection:
            how = sessions.How.PASSKEY
            sessions.begin(connection, person, secret, how, "", self.clock().astimezone(dt.UTC))
        return secret

    def officer(self, person: str) -> "Officer":
        """Somebody's browser."""
        secret = self.secret(person)
        client = TestClient(self.app, base_url=ORIGIN, follow_redirects=False)
        name = cookies.name_of(self.context.signing.settings, cookies.SESSION)
        client.cookies.set(name, secret)
        return Officer(self, client, csrf.token(secret))

    def new(
        self,
        kind: MessageKind = "question",
        *,
        agency: str = "so-tc",
        signs: tuple[str, ...] = (),
        sealed: bytes | None = None,
        title: str = "Phí cấp phép xây dựng",
        body: str = "Tôi ở nhà số 4, số 0905123456, phải nộp bao nhiêu?",
        unscanned: bool = False,
        contact: Mapping[str, str] = CONTACT,
    ) -> str:
        """A message comes in; the case's id."""
        self._sent += 1
        at = self.clock()
        way = routed(self.portal, kind, agency=agency, on=at.date())
        fields = {} if sealed else {"tieu-de": title, "noi-dung": body}
        first, *rest = open_events(self.portal, kind, way, at, signs=signs)
        if unscanned:
            first = dataclasses.replace(first, data={**first.data, UNSCANNED: True})
        new = NewCase(
            token=f"{self._sent:022}",
            portal=PORTAL,
            kind=kind,
            route=way.route.id,
            lang="vi",
            about="",
            unit=way.unit,
            fields=fields,
            contact={} if sealed else contact,
            sealed=sealed,
            files=() if sealed else (PICTURE,),
            events=(first, *rest),
            mail=(),
        )
        return self.writer.run_now(lambda c: keep(c, new, self.keys, at)).case_id

    def case(self, case_id: str) -> Case:
        """The case as it is."""
        with self.store.reading() as connection:
            return load(connection, case_id).case

    def dids(self, case_id: str) -> list[Did]:
        """What has happened to it."""
        with self.store.reading() as connection:
            return [each.happened.did for each in load(connection, case_id).events]

    def everything_of_history(self, case_id: str) -> str:
        """Its history as text."""
        with self.store.reading() as connection:
            return json.dumps(
                [dict(e.happened.data) for e in load(connection, case_id).events],
                ensure_ascii=False,
            )

    def texts(self, case_id: str) -> list[Text]:
        """Its texts."""
        with self.store.reading() as connection:
            return texts_of(connection, case_id)

    def mail(self) -> list[tuple[str, str]]:
        """Mail that waits: to whom, by which template."""
        moment, claim = self.clock() + dt.timedelta(days=1), dt.timedelta(seconds=0)
        found = self.writer.run_now(lambda c: due_mail(c, moment, 100, claim))
        return [(each.to, each.template) for each in found]


@dataclasses.dataclass
class Officer:
    """Somebody's browser, signed in.

    Attributes:
        office: Where.
        client: The browser.
        csrf: The token of their forms.
    """

    office: Office
    client: TestClient
    csrf: str

    def page(self, case_id: str) -> str:
        """The page of a case.

        Raises:
            AssertionError: They do not get it.
        """
        answer = self.client.get(f"/can-bo/vu-viec/{case_id}/")
        assert answer.status_code == 200, answer.text
        return answer.text

    def sees(self, case_id: str) -> bool:
        """Whether they get the page."""
        return self.client.get(f"/can-bo/vu-viec/{case_id}/").status_code == 200

    def post(self, case_id: str, act: str, **fields: str) -> Any:
        """Sends a form; names have _ for -. ``so`` is the present number if not given."""
        fields.setdefault("so", str(self.office.case(case_id).number))
        typed = {name.replace("_", "-"): value for name, value in fields.items()}
        return self.client.post(
            f"/can-bo/vu-viec/{case_id}/{act}/",
            data={"csrf": self.csrf, **typed},
            headers={"origin": ORIGIN},
        )

    def does(self, case_id: str, act: str, **fields: str) -> None:
        """Sends a form that is taken.

        Raises:
            AssertionError: It is not.
        """
        answer = self.post(case_id, act, **fields)
        assert answer.status_code == 303, words(answer.text)


def words(html: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
