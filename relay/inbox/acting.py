"""What an officer's form does to a case: checked, written and mailed in one work of the writer."""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from regulation.case_rules import case_rules
from regulation.findings import Finding, Refused
from regulation.portal import Portal
from regulation.yamlfile import VIETNAM
from relay.answers.senders import senders_of
from relay.cases.acts import why_not_merge
from relay.cases.clocks import next_due
from relay.cases.kinds import kinds_open
from relay.cases.placing import next_level
from relay.cases.sealed import key_holder
from relay.cases.states import Did, State
from relay.inbox.desk import Desk, Typed
from relay.inbox.seeing import Viewer, parties
from relay.store.cases import StoredCase, Unknown, append, load
from relay.store.crockford import typed
from relay.store.keys import Keys
from relay.store.texts import texts_of
from relay.store.values import TextKind


class Overtaken(Exception):
    """Somebody else acted since the page was drawn."""


def act(
    connection: Connection,
    case_id: str,
    slug: str,
    typed_in: Typed,
    who: Viewer,
    portal: Portal,
    keys: Keys,
    known: Collection[str],
    now: dt.datetime,
) -> None:
    """Does to a case what a form asks.

    Args:
        connection: The writer's.
        case_id: The case.
        slug: Which act: a key of ``ACTS``.
        typed_in: The form's fields; ``so`` is the number of the last event that the page showed.
        who: Who acts.
        portal: The case's portal.
        keys: For the seals.
        known: Addresses and numbers that the portal itself gives out.
        now: When.

    Raises:
        Unknown: There is no such case for them.
        Overtaken: Somebody else acted in between.
        Refused: It may not happen; findings name the field by their path.
    """
    stored = load(connection, case_id, lock=True)
    if stored.portal != portal.id or not parties(stored.case, who, portal):
        raise Unknown(case_id)
    if _overtaken(stored, typed_in.get("so", "")):
        raise Overtaken(case_id)
    desk = Desk(connection, stored, portal, who, now, typed_in, known, keys, stored.case)
    ACTS[slug](desk)
    due = next_due(desk.case, portal, now)
    append(connection, case_id, desk.happened, keys, mail=desk.mail, due=due)


_QUIET = frozenset({Did.SEEN, Did.REMINDED, Did.DUE_MOVED, Did.ADDRESS_CONFIRMED})
"""What may happen while somebody writes without changing what they write about."""


def _overtaken(stored: StoredCase, seen: str) -> bool:
    """Whether something happened since the event that the page knew as the last."""
    if not (seen.isascii() and seen.isdigit() and len(seen) < 9):
        return True
    since = stored.events[int(seen) :]
    known = 1 <= int(seen) <= stored.case.number
    return not known or any(each.happened.did not in _QUIET for each in since)


# --- the acts --------------------------------------------------------------------------------


def _release(desk: Desk) -> None:
    desk.add(Did.RELEASED)
    if desk.case.sealed:
        # Nobody else can have it: there is nothing to triage.
        on = desk.now.astimezone(VIETNAM).date()
        desk.add(Did.TRIAGED)
        desk.add(Did.ASSIGNED, unit=key_holder(desk.case, desk.portal, on))


def _triage(desk: Desk) -> None:
    kind = desk.typed.get("loai", "")
    data: dict[str, Any] = {}
    if kind and kind != desk.case.kind:
        on = desk.now.astimezone(VIETNAM).date()
        data = {"kind": kind, "route": kinds_open(desk.case, desk.portal, on).get(kind, "")}
    if desk.case.state is not State.TRIAGED:
        desk.add(Did.TRIAGED, **data)
    desk.add(Did.ASSIGNED, unit=desk.typed.get("don-vi", ""))
    desk.tell_unit("assigned")


def _accept(desk: Desk) -> None:
    desk.add(Did.ACCEPTED)
    desk.tell_citizen("accepted")


def _refuse(desk: Desk) -> None:
    ground = desk.typed.get("can-cu", "")
    known = case_rules().grounds.get(ground)
    # Of what is sealed nobody writes a reason of their own: the ground says it.
    reason = (known.title.vi if known else "") if desk.case.sealed else desk.reason()
    desk.add(Did.REFUSED, ground=ground, reason=reason)
    desk.tell_citizen("refused")


def _forward(desk: Desk) -> None:
    desk.add(Did.FORWARDED, unit=desk.typed.get("don-vi", ""), reason=desk.reason())
    desk.tell_unit("forwarded")
    desk.tell_citizen("moved")


def _draft(desk: Desk) -> None:
    if desk.case.state in (State.ACCEPTED, State.EXTENDED):
        desk.add(Did.STARTED)
    desk.add(Did.DRAFTED, part="answer")
    desk.write("tra-loi", TextKind.DRAFT)


def _answer(desk: Desk) -> None:
    if desk.case.sealed:
        desk.add(Did.ANSWERED)
    else:
        kept = desk.write("tra-loi", TextKind.ANSWER)
        if len(senders_of(desk.connection, desk.case, desk.keys)) > 1:
            desk.demand_fit_for_all(desk.case, kept.body, "tra-loi", _APART)
        desk.add(Did.ANSWERED, text=kept.sha256)
    desk.tell_citizen("answered")


_APART = (
    "Có vụ việc khác gộp vào vụ việc này nên người gửi của các vụ việc ấy cũng đọc câu trả lời; "
    "hãy bỏ chỗ ấy, hoặc nhờ nơi tiếp nhận mở lại vụ việc đã gộp để trả lời riêng."
)
_ALONE = (
    "Câu trả lời của vụ việc kia nêu việc riêng của người gửi nó nên người khác không được đọc; "
    "hãy trả lời riêng vụ việc này."
)


def _ask(desk: Desk) -> None:
    kept = desk.write("hoi", TextKind.QUESTION)
    desk.add(Did.ASKED, text=kept.sha256)
    desk.tell_citizen("asked")


def _resume(desk: Desk) -> None:
    desk.add(Did.RESUMED)


def _extend(desk: Desk) -> None:
    amount = desk.typed.get("them", "").strip()
    more = int(amount) if amount.isascii() and amount.isdigit() and len(amount) < 5 else 0
    desk.add(Did.EXTENDED, rule=desk.typed.get("thoi-han", ""), amount=more, reason=desk.reason())
    desk.tell_citizen("extended")


def _escalate(desk: Desk) -> None:
    unit = next_level(desk.case, desk.portal, desk.now)
    if not unit:
        message = "Không còn cấp trên nào để chuyển; hãy trả lời ở cấp này."
        raise Refused([Finding("", message)])
    reason = desk.reason()
    if not reason:
        raise Refused([Finding("ly-do", "Hãy ghi lý do; người gửi sẽ đọc lý do này.")])
    desk.add(Did.ESCALATED, unit=unit, reason=reason)
    desk.tell_unit("forwarded")
    desk.tell_citizen("moved")


def _merge(desk: Desk) -> None:
    into_id = case_typed(desk.typed.get("vao", ""))
    if into_id == desk.case.id:
        desk.add(Did.MERGED, into=into_id)
    try:
        into = load(desk.connection, into_id).case
    except Unknown:
        into = None
    if into is None or not parties(into, desk.who, desk.portal):
        message = "Không thấy vụ việc này; hãy xem lại mã, dạng V-7K3M-9QXA."
        raise Refused([Finding("vao", message)])
    if why := why_not_merge(desk.case, into):
        raise Refused([Finding("vao", why)])
    for text in texts_of(desk.connection, into_id, TextKind.ANSWER):
        desk.demand_fit_for_all(into, text.body, "vao", _ALONE)
    desk.add(Did.MERGED, into=into_id)
    desk.tell_citizen("citizen")


def _note(desk: Desk) -> None:
    desk.add(Did.NOTED)
    desk.write("ghi-chu", TextKind.NOTE)


def _save_public(desk: Desk) -> None:
    desk.add(Did.DRAFTED, part="public")
    desk.keep_public()


def _clear(desk: Desk) -> None:
    desk.add(Did.CLEARED, text=desk.approve_public())


def _withhold(desk: Desk) -> None:
    desk.add(Did.WITHHELD, reason=desk.reason())


def _reopen(desk: Desk) -> None:
    desk.add(Did.REOPENED, reason=desk.reason())
    if desk.case.sealed and not desk.case.unit:
        # It was refused before anybody had it: whoever opens it again has it.
        on = desk.now.astimezone(VIETNAM).date()
        back = case_rules().reasons["tra-don-vi-giu-khoa"].title.vi
        desk.add(Did.FORWARDED, unit=key_holder(desk.case, desk.portal, on), reason=back)
    desk.tell_citizen("citizen")
    desk.tell_unit("officer")


def _close(desk: Desk) -> None:
    desk.add(Did.CLOSED)


ACTS: Mapping[str, Callable[[Desk], None]] = {
    "cho-qua": _release,
    "phan-loai": _triage,
    "thu-ly": _accept,
    "khong-thu-ly": _refuse,
    "chuyen": _forward,
    "luu": _draft,
    "tra-loi": _answer,
    "hoi-lai": _ask,
    "tiep-tuc": _resume,
    "gia-han": _extend,
    "chuyen-cap-tren": _escalate,
    "gop": _merge,
    "ghi-chu": _note,
    "ban-cong-khai": _save_public,
    "duyet-dang": _clear,
    "khong-dang": _withhold,
    "mo-lai": _reopen,
    "ket-thuc": _close,
}
"""By the last part of the address that a form is sent to."""

DONE: Mapping[str, str] = {
    "cho-qua": "Đã cho qua kiểm tra.",
    "phan-loai": "Đã phân loại và giao đơn vị.",
    "thu-ly": "Đã thụ lý.",
    "khong-thu-ly": "Đã ghi lý do không thụ lý; người gửi đọc được lý do.",
    "chuyen": "Đã chuyển đơn vị.",
    "luu": "Đã lưu bản soạn.",
    "tra-loi": "Đã gửi câu trả lời.",
    "hoi-lai": "Đã hỏi lại người gửi; thời hạn tạm dừng.",
    "tiep-tuc": "Vụ việc được xử lý tiếp; thời hạn chạy tiếp.",
    "gia-han": "Đã gia hạn.",
    "chuyen-cap-tren": "Đã chuyển cấp trên.",
    "gop": "Đã gộp vụ việc.",
    "ghi-chu": "Đã ghi chú.",
    "ban-cong-khai": "Đã lưu bản công khai.",
    "duyet-dang": "Đã duyệt; câu trả lời chờ đăng.",
    "khong-dang": "Đã ghi lý do không đăng.",
    "mo-lai": "Đã mở lại vụ việc.",
    "ket-thuc": "Đã kết thúc vụ việc.",
}
"""What is said after each act."""


def case_typed(said: str) -> str:
    """The id that somebody meant: ``v-7k3m-9qxa`` is 7K3M9QXA."""
    meant = typed(said)
    return meant[1:] if len(meant) == 9 and meant.startswith("V") else meant


def typed_texts(typed_in: Typed) -> Iterator[str]:
    """The longer texts of a form, for a page that cannot draw the form again."""
    for name, value in typed_in.items():
        if name not in ("csrf", "so") and len(value.strip()) > 20:
            yield value
