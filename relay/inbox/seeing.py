"""Who may see which case, and as what they act on it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from accounts.signing.who import Place, SignedIn
from regulation.model import Role
from regulation.portal import Portal
from relay.cases.case import Case
from relay.cases.routing import living
from relay.cases.sealed import sealed_to
from relay.cases.states import OPEN, REPLIED, Party, State

_BOARD = frozenset({Role.HEAD, Role.DEPUTY, Role.SECRETARY, Role.MEMBER})

_ORDER = (Party.HEAD, Party.UNIT, Party.OPERATOR, Party.BOARD)
"""As what somebody acts who is several: the one who answers before the one who routes."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """An officer in front of one portal's cases.

    Attributes:
        person: Their id.
        units: The agencies whose cases they work, and as what: those of their desks, and every one
            whose work these took over.
        operator: They hold the operator's post (đơn vị vận hành): every case of the portal.
        board: They sit on the board (Ban Biên tập): every answered case.
    """

    person: str
    units: Mapping[str, Place]
    operator: bool
    board: bool

    @property
    def anything(self) -> bool:
        """Whether there is anything here for them at all."""
        return bool(self.units) or self.operator or self.board


def viewer(portal: Portal, who: SignedIn, on: dt.date) -> Viewer:
    """What somebody signed in is to a portal's cases on a day.

    A desk at an agency that is gone is a desk at its successor.
    """
    desks: dict[str, Place] = {}
    for agency, place in who.units(portal.id).items():
        now = living(portal, agency, on) or agency
        if desks.get(now) != "head":
            desks[now] = place
    former = {agency: desks.get(living(portal, agency, on)) for agency in portal.agencies}
    units = {agency: place for agency, place in former.items() if place} | desks
    roles = {role for where, role in who.roles if where == portal.id}
    return Viewer(
        who.person,
        units,
        Role.OPERATOR in roles,
        bool(roles & _BOARD),
    )


def parties(case: Case, who: Viewer, portal: Portal) -> tuple[Party, ...]:
    """As what somebody may act on a case, the strongest first; empty: they may not see it.

    A sealed case is its key's unit's, whoever has it: they alone can read what was sent. To another
    unit that has it, by a history of before this was so, it is only there to be passed back.
    """
    found: set[Party] = set()
    unit = sealed_to(case, portal) if case.sealed else case.unit
    if unit in who.units:
        found.add(Party.UNIT)
        if who.units[unit] == "head":
            found.add(Party.HEAD)
    strayed = case.sealed and case.unit in who.units
    if who.operator or case.receiver in who.units or strayed:
        found.add(Party.OPERATOR)
    if who.board and not case.sealed and (case.state in REPLIED or _was_answered(case)):
        found.add(Party.BOARD)
    return tuple(party for party in _ORDER if party in found)


def sees(case: Case, who: Viewer, portal: Portal) -> bool:
    """Whether somebody may open the page of a case.

    Those above who were reminded of a sealed case see where it stands, and can do nothing.
    """
    return bool(parties(case, who, portal)) or any(above in who.units for above in case.above)


def _was_answered(case: Case) -> bool:
    return case.state is State.CLOSED and case.answered_at is not None


ROUTED = OPEN | {State.REFUSED, State.MERGED}
"""Where who receives may still have to say whose a case is."""


def sees_matter(case: Case, mine: tuple[Party, ...]) -> bool:
    """Whether somebody reads what was sent, its files and the exchange, and may open who wrote.

    Those who work the case do; who receives it does while it is to be routed; the board never.
    """
    routing = Party.OPERATOR in mine and case.state in ROUTED
    return Party.UNIT in mine or routing


def sees_public(mine: tuple[Party, ...]) -> bool:
    """Whether somebody reads the answer and the draft of its public version."""
    return bool({Party.UNIT, Party.BOARD} & set(mine))


def sees_sealed(case: Case, who: Viewer, portal: Portal) -> bool:
    """Whether somebody may take the sealed text away, to open it elsewhere: the key's unit."""
    return case.sealed and sealed_to(case, portal) in who.units
