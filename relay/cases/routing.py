"""Where a message goes: which route, which agency answers, who receives and triages."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from regulation.findings import Finding, Refused
from regulation.model import MessageKind, Role, Route
from regulation.portal import Portal, UnknownError

KINDS: tuple[MessageKind, ...] = get_args(MessageKind)
"""Every kind of message."""


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a message goes.

    Attributes:
        route: The portal's route.
        unit: The agency that answers; empty where the receiver must say.
        receiver: The agency that receives.
        needs_triage: Nobody could tell who answers: the receiver does.
    """

    route: Route
    unit: str
    receiver: str
    needs_triage: bool

    @property
    def sealed_to(self) -> str:
        """The agency to whose keys the message is sealed; empty where the route seals nothing."""
        return (self.unit or self.receiver) if self.route.sealed else ""


def routed(
    portal: Portal, kind: MessageKind, *, agency: str, owner: str = "", on: dt.date
) -> Routed:
    """Where a message goes on a day.

    Args:
        portal: The portal.
        kind: The kind of message.
        agency: The agency that the sender chose (its id), or that is rated; empty when none.
        owner: The agency that drafted or keeps what the message is about, as the caller found it
            from the item or its section; empty when it is about nothing, or nobody can tell.
        on: The day: rules and agencies are those of the day. An agency that is gone stands for its
            successor; one without a successor for nobody.

    Raises:
        Refused: The portal takes no such message on the day.
    """
    route = next(iter(portal.routes(kind, on)), None)
    if route is None:
        message = "Cổng không nhận loại thư này; hãy xem trang “Gửi ý kiến” để chọn cách khác."
        raise Refused([Finding(portal.id, message)])
    receiver = living(portal, route.receiver, on) or _operator(portal, on)
    match route.to:
        case "field":
            unit = living(portal, agency, on) or living(portal, owner, on)
        case "owner":
            unit = living(portal, owner, on) or living(portal, agency, on)
        case named:
            unit = living(portal, named, on)
    return Routed(route, unit, receiver, not unit)


def living(portal: Portal, agency: str, on: dt.date) -> str:
    """The id of who does the agency's work on the day; empty when nobody does."""
    if not agency:
        return ""
    try:
        return portal.current(agency, on).id
    except UnknownError:
        return ""


def _operator(portal: Portal, on: dt.date) -> str:
    found = (living(portal, post.agency or "", on) for post in portal.posts(Role.OPERATOR, on))
    return next((agency for agency in found if agency), "")


def route_of(portal: Portal, route: str, on: dt.date) -> Route | None:
    """The route with an id, if the portal knows it; the one in force on the day, if there are two.

    A case keeps the route it came by: it is found even when it binds no new message.
    """
    known = [each for each in portal.regulation.routes if each.id == route]
    return next((each for each in known if each.in_force(on)), known[0] if known else None)


def escalation_left(
    portal: Portal, route: Route | None, had: tuple[str, ...], unit: str, on: dt.date
) -> Iterator[str]:
    """The agencies still above, in order: none that is gone, none that had the case.

    Args:
        portal: The portal.
        route: The case's route.
        had: Every agency that had the case.
        unit: The agency that has it.
        on: The day.
    """
    if route is None:
        return
    seen = {living(portal, each, on) for each in (*had, unit)} | {*had, unit}
    for agency in route.escalation:
        now = living(portal, agency, on)
        if now and now not in seen:
            seen.add(now)
            yield now
