"""A register at a desk: a fresh database, a clock that a test turns, two made-up portals."""

import datetime as dt
import functools
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from accounts.database import Database, open_database
from accounts.holders import DatabaseStaff
from accounts.register import Register
from regulation.model import Role
from regulation.yamlfile import VIETNAM
from tests.workflow.board import MAU, REGULATIONS, changed, portal

NOON = dt.datetime(2026, 11, 22, 12, 0, tzinfo=VIETNAM)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)

PORTALS = {
    **REGULATIONS,
    "mau": portal(
        MAU,
        posts=[
            *changed(MAU, "posts", "tvt", fields=["tin", "van-ban"]),
            {
                "id": "cu",
                "basis": "Điều cũ",
                "role": "member",
                "title": "Thành viên cũ",
                "held_by": "Công chức",
                "fields": ["tin"],
                "valid_to": dt.date(2025, 12, 31),
            },
        ],
    ),
}
"""The portals of the gate's tests; a member for news for two fields, and a post that has gone."""


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self, at: dt.datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> dt.datetime:
        return self.at

    def turn(self, by: dt.timedelta) -> dt.datetime:
        """Lets time go by and tells the time then."""
        self.at += by
        return self.at


@dataclass
class Desk:
    """The register with all that belongs to it."""

    database: Database
    clock: Clock
    register: Register
    path: Path

    @property
    def staff(self) -> DatabaseStaff:
        """What the gate asks."""
        return DatabaseStaff(self.database)

    def known(self, *people: str) -> None:
        """Registers people who are only ids."""
        for person in people:
            self.register.add_person(person, person.title())

    def grant(self, person: str, post: str, portal: str = "mau", **rest: Any) -> None:
        """Gives a post of the made-up portals."""
        self.register.grant(PORTALS, person, portal, post, **rest)

    def holds(self, person: str, at: dt.datetime) -> set[tuple[str, Role, frozenset[str]]]:
        """What somebody holds at a moment, unless suspended."""
        who = self.staff.person_of_login(person)
        assert who is not None
        return {
            (each.portal, each.role, each.fields)
            for each in self.staff.holdings(who, at)
            if each.in_force(at) and not each.suspended
        }


def file_url(path: Path) -> URL:
    """The URL of a file."""
    return URL.create("sqlite", database=str(path))


@functools.cache
def _empty() -> bytes:
    """A register with nobody in it, as it is made: made once, for making takes a while."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tk.sqlite"
        open_database(file_url(path), os.environ, create=True).close()
        assert [each.name for each in Path(folder).iterdir()] == [path.name]
        return path.read_bytes()


def lay_empty(path: Path) -> Path:
    """Puts an empty register there, for those who open many."""
    path.write_bytes(_empty())
    path.chmod(0o600)
    return path


def open_desk(path: Path) -> Desk:
    """Opens the register over a file, which is made when it is not there."""
    database = open_database(file_url(path), os.environ, create=True)
    clock = Clock()
    return Desk(database, clock, Register(database, clock, "van", "may-chu"), path)
