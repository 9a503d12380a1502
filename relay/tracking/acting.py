"""What a citizen does to a case: each act a work of the writer, done once however often sent."""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from regulation.findings import Finding, Refused
from regulation.portal import Portal
from relay.cases.acts import happen
from relay.cases.case import after
from relay.cases.clocks import next_due
from relay.cases.states import Did, Party, State
from relay.store.addresses import OPEN, ask_address
from relay.store.cases import StoredCase, append, load
from relay.store.keys import Keys
from relay.store.ratings import rate
from relay.store.texts import texts_of, write_text
from relay.store.values import NewFile, NewMail, TextKind

Work = Callable[[Connection], str]
"""Does something and says in Vietnamese what was done."""


@dataclass(frozen=True, slots=True)
class Acting:
    """What every act needs.

    Attributes:
        case_id: The case.
        portal: Its portal.
        keys: The server's.
        now: When.
    """

    case_id: str
    portal: Portal
    keys: Keys
    now: dt.datetime


def adding(acting: Acting, body: str, files: tuple[NewFile, ...], *, scanned: bool = False) -> Work:
    """The citizen adds to the case. The same text again, with no file, adds nothing.

    Args:
        acting: On which case, when.
        body: What is added.
        files: Files that come with it.
        scanned: Whether somebody looked for malware in every one of them.
    """

    def work(connection: Connection) -> str:
        stored = load(connection, acting.case_id, lock=True)
        _demand_open(stored)
        sha256 = hashlib.sha256(body.encode()).hexdigest()
        before = texts_of(connection, acting.case_id, TextKind.ADDITION)
        if before and before[-1].sha256 == sha256 and _same_files(stored, before[-1].id, files):
            return _ADDED
        said = {"text": sha256, **({"scanned": True} if files and scanned else {})}
        _did(connection, acting, stored, Did.ADDED, said, "added")
        write_text(connection, acting.case_id, TextKind.ADDITION, body, "", acting.now, files)
        return _ADDED

    return work


def rating(acting: Acting, score: int, words: str) -> Work:
    """The citizen rates the answer; the last time counts."""

    def work(connection: Connection) -> str:
        stored = load(connection, acting.case_id, lock=True)
        if stored.case.rating != score:
            _did(connection, acting, stored, Did.RATED, {"score": score}, "")
        # Words about what is sealed may tell what it is: only the score is kept.
        rate(connection, acting.case_id, score, "" if stored.case.sealed else words, acting.now)
        return _RATED

    return work


def withdrawing(acting: Acting) -> Work:
    """The citizen withdraws the case."""

    def work(connection: Connection) -> str:
        stored = load(connection, acting.case_id, lock=True)
        if stored.case.state is not State.WITHDRAWN:
            _did(connection, acting, stored, Did.WITHDRAWN, {}, "withdrawn")
        return _WITHDRAWN

    return work


def asking_again(acting: Acting) -> Work:
    """The citizen asks for the answer to be looked at once more."""

    def work(connection: Connection) -> str:
        stored = load(connection, acting.case_id, lock=True)
        if stored.case.state is not State.REOPENED:
            _did(connection, acting, stored, Did.REOPENED, {}, "reopened")
        return _AGAIN

    return work


def giving_address(acting: Acting, address: str) -> Work:
    """The citizen gives or changes the address for mail; it has to confirm itself."""

    def work(connection: Connection) -> str:
        stored = load(connection, acting.case_id, lock=True)
        if not takes_address(stored):
            raise Refused([Finding(stored.case.shown, _NO_ADDRESS)])
        ask_address(connection, acting.case_id, acting.keys, acting.now, address)
        return _ASKED

    return work


def takes_address(stored: StoredCase) -> bool:
    """Whether mail about a case may still be wanted: what is sealed sends none."""
    case = stored.case
    return not case.sealed and not case.contact_erased and case.state is not State.CLOSED


def _did(
    connection: Connection,
    acting: Acting,
    stored: StoredCase,
    did: Did,
    data: Mapping[str, Any],
    template: str,
) -> None:
    """Something happens to the case, and who has it is told.

    Raises:
        Refused: It may not; says why and what can be done instead.
    """
    portal, now = acting.portal, acting.now
    happened = happen(stored.case, did, Party.CITIZEN, "", now, data, portal=portal)
    case = after(stored.case, happened)
    to = case.unit or stored.case.receiver
    mail = [NewMail(f"unit:{to}" if to else "operator", template, {})] if template else []
    due = next_due(case, portal, now)
    append(connection, acting.case_id, [happened], acting.keys, mail=mail, due=due)


def _demand_open(stored: StoredCase) -> None:
    if stored.case.sealed:
        raise Refused([Finding(stored.case.shown, _SEALED)])


def _same_files(stored: StoredCase, text_id: int, files: tuple[NewFile, ...]) -> bool:
    there = [file.sha256 for file in stored.files if file.text_id == text_id]
    return there == [hashlib.sha256(file.content).hexdigest() for file in files]


_ADDED = "Đã nhận phần bổ sung và báo cho đơn vị đang giải quyết."
_RATED = "Đã ghi đánh giá của bạn."
_WITHDRAWN = "Đã rút ý kiến. Đơn vị đang giải quyết đã được báo."
_AGAIN = "Đã yêu cầu xem lại. Đơn vị sẽ trả lời lần nữa."
_ASKED = (
    "Địa chỉ đã được ghi. Nếu chưa xác nhận, một lá thư được gửi đến đó: hãy mở thư và bấm xác "
    f"nhận trong {OPEN.days} ngày. Chưa thấy thư thì xem mục thư rác, hoặc làm lại sau một giờ."
)
_SEALED = (
    "Vụ việc niêm phong không nhận bổ sung ở đây, vì phần bổ sung cũng phải được niêm phong: hãy "
    "gửi thêm bằng mẫu tố cáo và nhắc số vụ việc này."
)
_NO_ADDRESS = "Vụ việc này không gửi thư nữa; hãy theo dõi bằng mã tra cứu."
