"""A door to knock at: the register's desk with the pages of signing in before it."""

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyotp
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from accounts.signing.acts import Doors
from accounts.signing.pages import routes
from accounts.signing.passwords import Hasher
from accounts.signing.service import Signing
from accounts.signing.settings import Settings
from accounts.signing.who import signed_in
from regulation.model import Agency
from tests.accounts import desk
from tests.accounts.desk import Desk, open_desk

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "ngựa sắt ăn cơm nguội"
OTHER_PASSWORD = "trăng rằm soi bến đò"
ORIGIN = "https://cong.example"
AGENCY = "so-noi-vu"
_AGENCIES: list[dict[str, Any]] = [
    {"id": AGENCY, "name": "Sở Nội vụ"},
    {"id": "so-tai-chinh", "name": "Sở Tài chính"},
    {
        "id": "so-cu",
        "name": "Sở cũ",
        "valid_to": dt.date(2025, 6, 30),
        "successor": AGENCY,
        "successor_basis": "Nghị quyết",
    },
]
PORTALS = {
    **desk.PORTALS,
    "mau": replace(
        desk.PORTALS["mau"],
        agencies={
            each["id"]: Agency.model_validate({"kind": "department", **each}) for each in _AGENCIES
        },
    ),
}
"""The portals of the desk's tests, with agencies: two there, one gone."""

_TEMPLATES = Environment(
    loader=FileSystemLoader(ROOT / "theme" / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def draw(template: str, title: str, **values: Any) -> str:
    """A page in a frame of its own, as simple as can be."""
    body = _TEMPLATES.get_template(template).render(title=title, **values)
    return f'<!doctype html><html lang="vi"><title>{title}</title><main>{body}</main></html>'


class Counting(Hasher):
    """A hasher that costs nothing and counts how often it checks."""

    def __init__(self, passes: int = 1) -> None:
        super().__init__(passes, 8, 1)
        self.checks = 0

    def check(self, kept: str | None, password: str) -> bool:
        """As a hasher does."""
        self.checks += 1
        return super().check(kept, password)


@dataclass
class Door:
    """The pages with what stands behind them.

    Attributes:
        desk: The register, its clock, its log.
        signing: What the pages stand on.
        hasher: Counts its work.
        static: Addresses of scripts.
    """

    desk: Desk
    signing: Signing
    hasher: Counting
    static: dict[str, str] = field(default_factory=lambda: {"passkey": "/static/passkey.js"})

    @property
    def doors(self) -> Doors:
        """What the operator does."""
        return Doors(self.desk.database, self.desk.clock, "van", "may-chu")

    def app(self, *more: Route, base: str = "") -> Starlette:
        """The pages, and one that says who is asking."""

        async def first(request: Request) -> JSONResponse:
            who = await signed_in(self.signing, request)
            return JSONResponse({"person": who.person if who else None})

        below = [
            *routes(self.signing, draw, static=self.static),
            Route("/can-bo/", first),
            Route("/can-bo/vu-viec/{id}/", first),
            *more,
        ]
        return Starlette(routes=[Mount(base, routes=below)] if base else below)

    def browser(self, address: str = "203.0.113.7") -> "Browser":
        """A browser that has never been here."""
        origin = self.signing.settings.origin
        client = TestClient(
            self.app(), base_url=origin, client=(address, 50000), follow_redirects=False
        )
        return Browser(self, client)

    def officer(self, person: str = "mai", **rest: Any) -> str:
        """Registers somebody with a desk, and gives their set-up code."""
        self.desk.register.add_person(person, "Nguyễn Thị Mai", addresses=[f"{person}@mau.vn"])
        self.doors.give_desk(PORTALS, person, "mau", AGENCY, **rest)
        return self.doors.invite(person)[0]

    def ready(self, person: str = "mai") -> "Officer":
        """Somebody who has been set up with a password and an app."""
        return self.browser().set_up(self.officer(person), person)

    def log(self) -> list[tuple[str, str]]:
        """What has been done to whom."""
        from accounts.log import entries

        with self.desk.database.reading() as connection:
            return [(each.action, each.person) for each in entries(connection)]


@dataclass
class Officer:
    """What somebody knows and has.

    Attributes:
        person: Their id.
        secret: What their app keeps.
        spare: Their recovery codes.
        password: What they remember.
    """

    door: Door
    person: str
    secret: str
    spare: list[str]
    password: str = PASSWORD

    def code(self) -> str:
        """What their app shows now."""
        return pyotp.TOTP(self.secret).at(int(self.door.desk.clock().timestamp()))


@dataclass
class Browser:
    """A browser: keeps cookies, fills in forms with what stands hidden in them."""

    door: Door
    client: TestClient

    def get(self, path: str) -> Any:
        """Opens a page below /can-bo."""
        return self.client.get(f"/can-bo{path}")

    def token(self, path: str) -> str:
        """What the form of a page must bear."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.get(path).text)
        assert found, path
        return found[1]

    def send(self, path: str, page: str | None = None, **fields: str) -> Any:
        """Opens a page and sends its form: ``mat_khau`` is the field mat-khau."""
        named = {name.replace("_", "-"): value for name, value in fields.items()}
        data = {"csrf": self.token(page or path), **named}
        return self.client.post(f"/can-bo{path}", data=data)

    def set_up(self, code: str, person: str) -> Officer:
        """Goes through the set-up with a password and an app."""
        assert self.send("/thiet-lap/", ma=code).status_code == 303
        typed = {"mat_khau": PASSWORD, "lai": PASSWORD}
        assert self.send("/thiet-lap/mat-khau/", **typed).status_code == 303
        shown = self.get("/thiet-lap/xac-thuc/").text
        found = re.search(r'class="letters">([^<]+)<', shown)
        assert found
        officer = Officer(self.door, person, found[1].replace(" ", ""), [])
        done = self.send("/thiet-lap/xac-thuc/", ma=officer.code())
        assert done.status_code == 200, done.text
        officer.spare = re.findall(r"<li>([0-9A-Z-]{19})</li>", done.text)
        self.door.desk.clock.turn(dt.timedelta(minutes=1))
        return officer

    def password(self, name: str, password: str = PASSWORD, **more: str) -> Any:
        """Sends name and password."""
        return self.send("/dang-nhap/", ten=name, mat_khau=password, **more)

    def sign_in(self, officer: Officer) -> Any:
        """Signs in with password and app; a code that was taken makes the clock go on."""
        assert self.password(officer.person, officer.password).status_code == 303
        self.door.desk.clock.turn(dt.timedelta(seconds=31))
        return self.send("/dang-nhap/buoc-hai/", ma=officer.code())

    def person(self) -> str | None:
        """Who the server says is signed in."""
        found: str | None = self.get("/").json()["person"]
        return found


def open_door(path: Path, origin: str = ORIGIN, **rest: Any) -> Door:
    """A door over a fresh register."""
    return door_of(open_desk(path), origin, **rest)


def door_of(made: Desk, origin: str = ORIGIN, **rest: Any) -> Door:
    """A door over a register."""
    hasher = Counting()
    settings = Settings(origin, "Cổng mẫu", **rest)
    signing = Signing(made.database, made.clock, settings, "cong-relay@may", hasher=hasher)
    return Door(made, signing, hasher)


def with_hasher(door: Door, hasher: Counting) -> Door:
    """The same door after the parameters of hashes have changed."""
    return Door(door.desk, replace(door.signing, hasher=hasher), hasher)
