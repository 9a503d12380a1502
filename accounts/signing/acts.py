"""What the operator does about signing in: desks, set-up codes, resetting, ending sessions.

Beside ``accounts.register``, and like it: each act is checked, written and logged as one.
"""

import contextlib
import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, or_, select

from accounts.acting import Act, acting
from accounts.database import Database
from accounts.holders import is_suspended
from accounts.log import Action
from accounts.rules import clock, day, demand_order, portal_for
from accounts.schema import credentials, desks, people
from accounts.signing import steps
from accounts.signing.codes import new_code
from accounts.signing.credentials import SECOND, Kind, digest, kinds_of
from accounts.signing.ending import end_credentials, end_sessions
from accounts.signing.places import PLACES, Place
from regulation.findings import Finding, Refused
from regulation.model import Agency
from regulation.portal import Portal
from regulation.reading import one_of

SET_UP_LASTS = dt.timedelta(hours=72)
"""How long a set-up code works: over a weekend."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk as it was given: for which agency, from when to when."""

    agency: Agency
    place: Place
    since: dt.datetime
    until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Doors:
    """Who may come in where. Every method raises ``Refused`` and then writes nothing.

    Attributes:
        database: Where it is written down.
        now: Tells the time.
        actor: The id of whoever is doing it; empty when nobody known is.
        account: The account on the machine.
        entropy: Gives so many random bytes.
    """

    database: Database
    now: Callable[[], dt.datetime]
    actor: str = ""
    account: str = ""
    entropy: Callable[[int], bytes] = field(default=secrets.token_bytes)

    def _act(self, action: Action, person: str) -> contextlib.AbstractContextManager[Act]:
        return acting(self.database, self.now, (self.actor, self.account), action, person)

    def give_desk(
        self,
        portals: Mapping[str, Portal],
        person: str,
        portal: str,
        agency: str,
        place: str = "officer",
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
    ) -> Desk:
        """Lets somebody answer citizens' cases for an agency.

        Args:
            portals: Every portal by id.
            person: Who.
            portal: At which portal.
            agency: For which agency; one that exists on the day.
            place: ``officer`` or ``head``.
            since: From when; none means now. Earlier than now does not make it count earlier.
            until: Until before when; none means until further notice.
        """
        if place not in PLACES:
            raise Refused([Finding("--place", one_of(place, [*PLACES]))])
        with self._act(Action.DESK_GIVEN, person) as act:
            begin = since or act.now
            demand_order(begin, until, act.now)
            rules = portal_for(portals, portal)
            there = _agency(rules, agency, day(max(begin, act.now)))
            _demand_human(act.connection, person)
            this = (desks.c.person == person, desks.c.portal == portal, desks.c.agency == agency)
            for row in act.rows(desks, *this, or_(desks.c.until.is_(None), desks.c.until > begin)):
                if until is None or row["since"] < until:
                    ends = clock(row["until"]) if row["until"] else "khi có thay đổi"
                    message = (
                        f"Người này đã là {PLACES[row['place']]} của “{there.name}” từ "
                        f"{clock(row['since'])} đến {ends}; hãy thu hồi trước: cong accounts desk "
                        f"{person} {agency} --portal {portal} --take"
                    )
                    raise Refused([Finding(person, message)])
            act.add(
                desks,
                person=person,
                portal=portal,
                agency=agency,
                place=place,
                since=begin,
                until=until,
                recorded_at=act.now,
            )
        return Desk(there, "head" if place == "head" else "officer", begin, until)

    def take_desk(
        self, person: str, portal: str, agency: str, at: dt.datetime | None = None
    ) -> None:
        """Ends somebody's answering for an agency, now or from a moment."""
        with self._act(Action.DESK_TAKEN, person) as act:
            end = at or act.now
            lasting = or_(desks.c.until.is_(None), desks.c.until > end)
            found = act.rows(desks, desks.c.person == person, lasting)
            mine = [row for row in found if (row["portal"], row["agency"]) == (portal, agency)]
            if not mine:
                there = ", ".join(f"{row['agency']} ({row['portal']})" for row in found)
                message = (
                    f"“{person}” không trả lời cho cơ quan này ở cổng {portal}. Đang trả lời cho: "
                    f"{there or 'không cơ quan nào'}."
                )
                raise Refused([Finding(agency, message)])
            for row in mine:
                act.change(desks, row["id"], until=end)

    def invite(self, person: str) -> tuple[str, dt.datetime]:
        """Gives a code with which somebody sets up their ways in, once; and until when it works.

        The code is told here and never again. One that was given before works no more.
        """
        with self._act(Action.INVITED, person) as act:
            _demand_human(act.connection, person)
            if is_suspended(act.connection, person, act.now):
                message = (
                    "Người này đang bị tạm ngừng; hãy cho dùng lại trước: cong accounts resume "
                    f"{person}"
                )
                raise Refused([Finding(person, message)])
            if kinds_of(act.connection, person, act.now) & {Kind.PASSWORD, *map(Kind, SECOND)}:
                message = (
                    "Người này đã thiết lập đăng nhập rồi. Nếu quên mật khẩu hay mất điện thoại, "
                    f"hãy bỏ các cách đăng nhập cũ trước: cong accounts reset {person}"
                )
                raise Refused([Finding(person, message)])
            end_credentials(act, person, act.now, [Kind.SET_UP.value])
            steps.drop_of(act.connection, person)
            code, until = new_code(self.entropy), act.now + SET_UP_LASTS
            act.add(
                credentials,
                person=person,
                kind=Kind.SET_UP.value,
                secret=digest(code),
                handle="",
                label="",
                added_at=act.now,
                expires_at=until,
                ended_at=None,
            )
        return code, until

    def reset(self, person: str) -> int:
        """Ends all by which somebody signs in, and their sessions; says how many these were."""
        with self._act(Action.RESET, person) as act:
            if not kinds_of(act.connection, person, act.now):
                message = (
                    "Người này chưa thiết lập đăng nhập; hãy cấp mã: cong accounts invite "
                    f"{person} --portal …"
                )
                raise Refused([Finding(person, message)])
            end_credentials(act, person, act.now)
            steps.drop_of(act.connection, person)
            return end_sessions(act, person)

    def end_sessions(self, person: str) -> int:
        """Ends all sessions of somebody at once, and says how many there were."""
        with self._act(Action.SESSIONS_ENDED, person) as act:
            steps.drop_of(act.connection, person)
            return end_sessions(act, person)


def _agency(portal: Portal, agency: str, on: dt.date) -> Agency:
    if agency not in portal.agencies:
        there = [each.id for each in portal.agencies.values() if each.exists(on)]
        message = f"Cổng {portal.id} không có cơ quan này. {one_of(agency, there)}"
        raise Refused([Finding(agency, message)])
    found = portal.agencies[agency]
    if not found.exists(on):
        message = (
            f"“{found.name}” không còn vào ngày ấy; hãy ghi cơ quan kế thừa"
            f"{f' ({found.successor})' if found.successor else ''}."
        )
        raise Refused([Finding(agency, message)])
    return found


def _demand_human(connection: Connection, person: str) -> None:
    if connection.execute(select(people.c.bot).where(people.c.id == person)).scalar():
        message = "Chương trình không đăng nhập vào trang; hãy giao cho người."
        raise Refused([Finding(person, message)])
