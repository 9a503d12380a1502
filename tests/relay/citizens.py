"""A relay as citizens meet it: real rules, a real store, a clock that the test turns."""

import base64
import datetime as dt
import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import altcha
from sqlalchemy.engine import URL
from starlette.applications import Starlette
from starlette.testclient import TestClient

from accounts.signing.service import Signing
from relay.abuse.limits import Limits
from relay.app import application
from relay.context import Context
from relay.intake.routes import routes as intake_routes
from relay.pages import FRAME, STATIC, Pages
from relay.rules import Rules
from relay.settings import Settings
from relay.store.database import Store
from relay.store.keys import Keys
from relay.store.writer import Writer
from relay.tracking.routes import routes as tracking_routes

ROOT = Path(__file__).resolve().parents[2]
NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)  # a Monday, 9 o'clock
SEND = "/y-kien/gui/cau-hoi/"
QUESTION = {
    "tieu-de": "Thời hạn cấp lại giấy phép",
    "noi-dung": "Tôi nộp hồ sơ ngày 02/11, đến nay chưa có kết quả. Bao giờ thì xong?",
    "co-quan": "so-xay-dung-da-nang",
    "ho-ten": "Nguyễn Văn Ẩn",
    "thu": "an@example.org",
}


@lru_cache(maxsize=4)
def _rules(portal: str) -> Rules:
    return Rules(ROOT, portal, lambda: NOW)


@dataclass
class Office:
    """A relay, its clock and a browser without scripts.

    Attributes:
        now: What its clock says.
        context: What its pages stand on.
        app: The application.
        browser: A client that follows nothing by itself.
    """

    now: dt.datetime
    context: Context
    app: Starlette
    browser: TestClient

    def later(self, **time: float) -> None:
        """Turns the clock."""
        self.now += dt.timedelta(**time)

    def post(
        self,
        path: str,
        data: Mapping[str, str] | None = None,
        files: Sequence[tuple[str, bytes]] = (),
        **headers: str,
    ) -> Any:
        """A form as a browser sends it."""
        sent: list[Any] = [("tep", (name, content)) for name, content in files]
        if path.startswith("/y-kien/gui/"):  # a browser sends such forms in parts
            sent += [(name, (None, value)) for name, value in (data or {}).items()]
            data = None
        return self.browser.post(
            path,
            data=dict(data or {}),
            files=sent or None,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    def script(self, path: str, data: Mapping[str, str], files: Any = ()) -> Any:
        """A form as our script sends it."""
        return self.post(path, data, files, accept="application/json")

    def reviewed(
        self,
        data: Mapping[str, str] = QUESTION,
        files: Sequence[tuple[str, bytes]] = (),
        path: str = SEND,
    ) -> dict[str, str]:
        """The hidden fields of the review page."""
        page = self.post(path, data, files)
        assert page.status_code == 200, page.text
        return hidden(page.text)

    def proof(self, kind: str = "cau-hoi") -> dict[str, str]:
        """What our script adds to a form: a token, and the solution of its challenge."""
        said = self.browser.get(f"/y-kien/altcha?loai={kind}").json()
        found = altcha.solve_challenge(altcha.Challenge.from_dict(said["challenge"]))
        assert found is not None
        solution = {"counter": found.counter, "derivedKey": found.derived_key}
        payload = json.dumps({"challenge": said["challenge"], "solution": solution})
        solved = base64.b64encode(payload.encode()).decode()
        return {"token": said["token"], "altcha": solved, "mot-buoc": "1"}

    def received(self, data: Mapping[str, str] = QUESTION, path: str = SEND) -> str:
        """Sends a message in two steps; the address of its receipt."""
        fields = self.reviewed(data, path=path)
        self.later(minutes=1)
        answer = self.post("/y-kien/xac-nhan/", fields)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def code(self, data: Mapping[str, str] = QUESTION, path: str = SEND) -> str:
        """Sends a message; its tracking code."""
        page = self.browser.get(self.received(data, path)).text
        return "".join(re.findall(r"<span>([0-9A-Z]{4})</span>", page))


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


def write_frame(site: Path) -> None:
    """What the site's build leaves for the relay."""
    (site / FRAME).parent.mkdir(parents=True, exist_ok=True)
    (site / FRAME).write_text(
        "<title><!--cong:title--></title><main><!--cong:main--></main>", encoding="utf-8"
    )
    (site / STATIC).write_text(json.dumps({}), encoding="utf-8")


@contextmanager
def opened_office(
    store: Store,
    keys: Keys,
    folder: Path,
    portal: str = "quangnam",
    limits: Limits | None = None,
    base: str = "",
    rules: Rules | None = None,
) -> Iterator[Office]:
    """A relay over a store."""
    office = Office.__new__(Office)
    office.now = NOW

    def now() -> dt.datetime:
        return office.now

    site = folder / "site"
    write_frame(site)
    rules = rules or _rules(portal)
    settings = Settings(
        root=ROOT,
        portal=portal,
        data=folder,
        database=URL.create("sqlite"),
        secret=folder / "relay.key",
        site=site,
        mail=str(folder / "mail"),
        base=base,
    )
    with Writer(store) as writer:
        office.context = Context(
            settings=settings,
            rules=rules,
            store=store,
            writer=writer,
            keys=keys,
            pages=Pages(site, ROOT / "theme" / "templates", rules.portal, now, base),
            signing=cast(Signing, None),
            limits=Limits() if limits is None else limits,
            now=now,
            ticking=lambda: (office.now - NOW).total_seconds(),
        )
        context = office.context
        office.app = application(context, [*intake_routes(context), *tracking_routes(context)])
        with TestClient(
            office.app, follow_redirects=False, raise_server_exceptions=True
        ) as browser:
            office.browser = browser
            yield office
