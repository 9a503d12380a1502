"""The small portal with a route for denunciations and keys made for the test."""

import datetime as dt
from dataclasses import dataclass, field

from pyrage import x25519

from regulation.model import Route
from regulation.portal import Portal
from regulation.yamlfile import VIETNAM
from relay.sealing.age import Body
from relay.sealing.message import SealedFile
from tests.regulation.conftest import House

RULES = "portal.yml"
ROUTE = """\
  - id: to-cao
    basis: Điều 9 Luật Tố cáo 2018
    kinds: denunciation
    title: Tố cáo
    receiver: so-noi-vu
    to: van-phong
    sealed: true
"""
AT = dt.datetime(2026, 11, 22, 9, 30, tzinfo=VIETNAM)


@dataclass(frozen=True)
class Keys:
    """Pairs of keys for a test: of the unit, of the recovery, of somebody else."""

    unit: x25519.Identity = field(default_factory=x25519.Identity.generate)
    recovery: x25519.Identity = field(default_factory=x25519.Identity.generate)
    other: x25519.Identity = field(default_factory=x25519.Identity.generate)


def key_rule(name: str, agency: str, key: object, more: str = "") -> str:
    """A rule of ``sealing`` on one line."""
    return f"  - {{id: {name}, basis: Điều 9, agency: {agency}, recipient: {key}{more}}}\n"


def with_keys(house: House, *rules: str) -> None:
    """Adds the route and rules of ``sealing`` to the portal."""
    sealing = "sealing:\n" + "".join(rules) if rules else ""
    house.change(RULES, "royalties:\n", f"{ROUTE}{sealing}royalties:\n")


def sealed_portal(house: House, keys: Keys) -> Portal:
    """The portal with a key of the unit and one of the recovery."""
    with_keys(
        house,
        key_rule("khoa-van-phong", "van-phong", keys.unit.to_public()),
        key_rule("khoa-khoi-phuc", "ubnd-tinh", keys.recovery.to_public(), ", recovery: true"),
    )
    return house.portal()


def the_route(portal: Portal) -> Route:
    """The route of denunciations."""
    (route,) = portal.routes("denunciation", AT.date())
    return route


def body(
    text: str = "Nội dung kín", files: tuple[SealedFile, ...] = (), at: dt.datetime = AT
) -> Body:
    """A denunciation."""
    return {
        "kind": "denunciation",
        "moment": at,
        "fields": {"tieu-de": "Tố cáo", "noi-dung": text},
        "contact": {"ho-ten": "Lê Thị Kín", "thu": "kin@example.vn"},
        "files": files,
    }
