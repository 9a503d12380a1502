"""Submissions to keep."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from relay.cases.events import Happened
from relay.cases.states import Did, Party
from relay.store.values import NewCase, NewFile, NewMail

AT = dt.datetime(2026, 11, 23, 2, 30, 0, 123456, tzinfo=dt.UTC)

CONTACT = {"ho-ten": "Nguyễn Thị Bưởi", "dia-chi": "", "dien-thoai": "", "thu": "buoi@example.vn"}

PICTURE = NewFile("ảnh ổ gà.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))


def happened(
    did: Did,
    party: Party = Party.OPERATOR,
    actor: str = "an",
    at: dt.datetime = AT,
    **data: Any,
) -> Happened:
    """Something that happened."""
    return Happened(did, party, at, actor, data)


def received(at: dt.datetime = AT, **more: Any) -> Happened:
    """That a feedback was received."""
    data: Mapping[str, Any] = {
        "portal": "quangnam-cchc",
        "kind": "feedback",
        "route": "feedback",
        "receiver": "trung-tam",
        "sealed": False,
        **more,
    }
    return Happened(Did.RECEIVED, Party.CITIZEN, at, "", data)


def a_case(token: str = "t" * 22, **changes: Any) -> NewCase:
    """A feedback with a picture, to be told to its unit."""
    whole = NewCase(
        token=token,
        portal="quangnam-cchc",
        kind="feedback",
        route="feedback",
        lang="vi",
        about="",
        unit="so-gtvt",
        fields={"tieu-de": "Ổ gà trên đường Hùng Vương", "noi-dung": "Sâu 20 cm, trước số 15."},
        contact=CONTACT,
        sealed=None,
        files=(PICTURE,),
        events=(received(),),
        mail=(NewMail("unit:so-gtvt", "new-case", {"due": "30/11/2026"}),),
    )
    return replace(whole, **changes)
