"""What happened to a case, as a chain: each event bears the seal of the one before."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from relay.cases.states import Did, Party


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened and is not yet in the history.

    Attributes:
        did: What.
        party: Who, as the rules tell people apart.
        at: When.
        actor: The officer's id; empty for the citizen and the system.
        data: What else is known of it, plain JSON; never personal data, never the matter itself.
    """

    did: Did
    party: Party
    at: dt.datetime
    actor: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the history.

    Attributes:
        case: The case's id.
        number: From 1, without a gap.
        happened: What happened.
        previous: The seal of the event before; empty at the first.
        seal: HMAC of all of the above with a key that is not in the database: who can write rows
            cannot make a chain.
    """

    case: str
    number: int
    happened: Happened
    previous: str
    seal: str
