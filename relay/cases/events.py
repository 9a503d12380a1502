"""What happened to a case, as a chain: each event bears the seal of the one before.

What ``Happened.data`` holds, by what was done (everything else is left out):

=============== ==================================================================================
did             data
=============== ==================================================================================
RECEIVED        ``portal``, ``kind``, ``route`` (id), ``receiver`` (agency id), ``sealed`` (bool);
                where it is sealed, ``sealed_to``: the agency to whose keys
QUARANTINED     ``signs``: names of what looked automatic
TRIAGED         ``kind`` and ``route`` where triage corrects them
ASSIGNED        ``unit``
FORWARDED       ``unit``, ``reason``
REFUSED         ``ground`` (id of ``regulation/data/case_rules.yml``), ``reason``
EXTENDED        ``rule`` (the deadline's id), ``amount`` (in that deadline's unit), ``reason``
ESCALATED       ``unit``, ``reason`` or, by the system, ``clock``
ANSWERED        ``text``: digest of the answer; nothing where it went by post
CLEARED         ``text``: digest of the public version
PUBLISHED       ``commit``, ``address``
WITHHELD        ``reason``
MERGED          ``into`` (case id)
REOPENED        ``reason``, by the operator
SEEN            ``what``: "sender" (also where it is left out), "file" with its ``id``, "sealed"
DRAFTED         ``part``: "answer" or "public"
ASKED, ADDED    ``text``: digest of what was asked or added; ``scanned`` where files came with what
                was added and somebody looked for malware in all of them
REMINDED        ``clock``, ``levels`` (of 50, 80, 100), ``to`` ("unit", "head", "operator", or
                "above": then ``above`` is the agency, and the case stays where it is)
DUE_MOVED       ``clock``, ``before``, ``because``: "calendar" or "history"
RATED           ``score``: 1 to 5
any             ``due``: rule id → moment (ISO 8601): by when people were told it will be done
=============== ==================================================================================

A reason is typed by an officer, shown to the citizen and kept for ever: personal data never stands
in it, and of a sealed case it is one of a closed list. Longer texts (answer, question back, note,
what the citizen adds) stand beside the history and can be erased; the history has their digest
only.
"""

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
