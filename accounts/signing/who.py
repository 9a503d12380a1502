"""Who is signed in: read afresh from the database for every request, so that revoking is at once.

A suspended person's session, or that of somebody who holds nothing any more, ends with the next
request at the latest, whoever wrote it down and wherever.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request

from accounts.signing.service import Signing
from regulation.model import Role

Place = Literal["officer", "head"]
"""What somebody is at a desk: officer (cán bộ đầu mối) or head of the unit (thủ trưởng đơn vị)."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who is signed in, with what they hold at this moment and nothing they held before.

    Attributes:
        person: Their id.
        name: Their full name.
        desks: By portal and agency, at which desks they answer citizens' cases, and as what.
        roles: By portal, which roles their posts give them; delegations are the gate's business.
        fields: By portal and role, the fields (lĩnh vực) for which they hold it.
        session: The session's number, as the log and the list of sessions have it.
        since: When the session began.
        how: How they signed in; see ``accounts.signing.sessions.How``.
        csrf: What every form of theirs must bear (``accounts.signing.csrf``).
    """

    person: str
    name: str
    desks: Mapping[tuple[str, str], Place]
    roles: frozenset[tuple[str, Role]]
    fields: Mapping[tuple[str, Role], frozenset[str]]
    session: int
    since: dt.datetime
    how: str
    csrf: str

    def units(self, portal: str) -> Mapping[str, Place]:
        """For which agencies of a portal they answer, and as what."""
        return {agency: place for (where, agency), place in self.desks.items() if where == portal}


async def signed_in(signing: Signing, request: Request) -> SignedIn | None:
    """Who sends this request; none when nobody is signed in, or may be any longer.

    Raises:
        Refused: The database does not answer.
    """
    raise NotImplementedError
