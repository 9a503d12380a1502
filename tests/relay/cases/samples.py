"""Cases by hand: histories as short as they can be."""

import datetime as dt
import functools
from pathlib import Path
from typing import Any

from regulation.loading import load_portal
from regulation.portal import Portal
from regulation.yamlfile import VIETNAM
from relay.cases.case import Case, after, opened
from relay.cases.events import Happened
from relay.cases.states import Did, Party, State

ROOT = Path(__file__).resolve().parents[3]
TODAY = dt.date(2026, 11, 22)
AT = dt.datetime(2026, 11, 23, 9, 0, tzinfo=VIETNAM)
"""A Monday morning; no holiday is near."""

PORTALS = ("quangnam-cchc", "quangnam", "laocai-cchc", "khanhhoa-dvc")


@functools.cache
def portal(name: str = "khanhhoa-dvc") -> Portal:
    """One of the four."""
    return load_portal(ROOT / "content" / name, ROOT, TODAY)


def moment(text: str) -> dt.datetime:
    """``2026-11-23 09:00`` in Viet Nam."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def received(at: dt.datetime = AT, **more: Any) -> Happened:
    """A question to the Khánh Hòa portal."""
    data = {
        "portal": "khanhhoa-dvc",
        "kind": "question",
        "route": "tuyen-phan-anh",
        "receiver": "bbt",
        "sealed": False,
        **more,
    }
    return Happened(Did.RECEIVED, Party.CITIZEN, at, "", data)


ENOUGH: dict[Did, dict[str, Any]] = {
    Did.QUARANTINED: {"signs": ["nhanh"]},
    Did.ASSIGNED: {"unit": "so-tc"},
    Did.FORWARDED: {"unit": "so-tp", "reason": "Thuộc lĩnh vực của Sở Tư pháp"},
    Did.REFUSED: {"ground": "thu-rac", "reason": "Thư quảng cáo"},
    Did.EXTENDED: {"rule": "phan-anh-15-ngay", "amount": 5, "reason": "Cần xác minh"},
    Did.ESCALATED: {"unit": "tt-cntt-dvhcc", "reason": "Vượt thẩm quyền"},
    Did.ANSWERED: {"text": "a" * 64},
    Did.CLEARED: {"text": "b" * 64},
    Did.PUBLISHED: {"commit": "c0ffee", "address": "/hoi-dap/mot/"},
    Did.WITHHELD: {"reason": "Việc riêng của người gửi"},
    Did.MERGED: {"into": "ABCDEFGH"},
    Did.REOPENED: {"reason": "Có tình tiết mới"},
    Did.DRAFTED: {"part": "answer"},
    Did.REMINDED: {"clock": "phan-anh-15-ngay", "levels": [50], "to": ["unit"]},
    Did.DUE_MOVED: {
        "clock": "phan-anh-15-ngay",
        "due": {"phan-anh-15-ngay": "2026-12-15T23:59:59+07:00"},
    },
    Did.RATED: {"score": 4},
}
"""Data enough for each thing that can happen."""

PATHS: dict[State, tuple[Did, ...]] = {
    State.RECEIVED: (),
    State.QUARANTINED: (Did.QUARANTINED,),
    State.TRIAGED: (Did.TRIAGED,),
    State.ASSIGNED: (Did.TRIAGED, Did.ASSIGNED),
    State.FORWARDED: (Did.TRIAGED, Did.ASSIGNED, Did.FORWARDED),
    State.ACCEPTED: (Did.TRIAGED, Did.ASSIGNED, Did.ACCEPTED),
    State.REFUSED: (Did.TRIAGED, Did.ASSIGNED, Did.REFUSED),
    State.ANSWERING: (Did.TRIAGED, Did.ASSIGNED, Did.ACCEPTED, Did.STARTED),
    State.EXTENDED: (Did.TRIAGED, Did.ASSIGNED, Did.ACCEPTED, Did.EXTENDED),
    State.SUSPENDED: (Did.TRIAGED, Did.ASSIGNED, Did.ACCEPTED, Did.ASKED),
    State.ESCALATED: (Did.TRIAGED, Did.ASSIGNED, Did.ESCALATED),
    State.ANSWERED: (Did.TRIAGED, Did.ASSIGNED, Did.ACCEPTED, Did.ANSWERED),
    State.PUBLISHED: (
        Did.TRIAGED, Did.ASSIGNED, Did.ACCEPTED, Did.ANSWERED, Did.CLEARED, Did.PUBLISHED,
    ),
    State.WITHHELD: (Did.TRIAGED, Did.ASSIGNED, Did.ACCEPTED, Did.ANSWERED, Did.WITHHELD),
    State.MERGED: (Did.TRIAGED, Did.ASSIGNED, Did.MERGED),
    State.WITHDRAWN: (Did.WITHDRAWN,),
    State.REOPENED: (Did.TRIAGED, Did.ASSIGNED, Did.ACCEPTED, Did.ANSWERED, Did.REOPENED),
    State.CLOSED: (Did.TRIAGED, Did.ASSIGNED, Did.ACCEPTED, Did.ANSWERED, Did.CLOSED),
}  # fmt: skip
"""A shortest way into every state."""


def happened(did: Did, party: Party, at: dt.datetime = AT, **data: Any) -> Happened:
    """Something that happened, with data enough."""
    return Happened(did, party, at, "", {**ENOUGH.get(did, {}), **data})


def case_after(*dids: Did, at: dt.datetime = AT, **receipt: Any) -> Case:
    """A case after these, all at one moment, whoever did them."""
    case = opened("7K3M9QXA", received(at, **receipt))
    for did in dids:
        case = after(case, happened(did, Party.SYSTEM, at))
    return case


def case_in(state: State, at: dt.datetime = AT, **receipt: Any) -> Case:
    """A case in a state."""
    return case_after(*PATHS[state], at=at, **receipt)


def walk(case: Case, *steps: tuple[str, Did] | tuple[str, Did, dict[str, Any]]) -> Case:
    """A case after steps, each with its moment and perhaps its data."""
    for step in steps:
        data = step[2] if len(step) == 3 else {}
        case = after(case, happened(step[1], Party.SYSTEM, moment(step[0]), **data))
    return case
