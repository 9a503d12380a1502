"""What may be done to a case, by whom; and why not, in words that say what can be done instead.

The table of ``states`` says where a thing may happen and who may do it. What it cannot say stands
here; what the portal's regulation must say, in ``placing``. ``happen`` asks them all.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from typing import Any

from regulation.calendar import WorkCalendar, due
from regulation.case_rules import case_rules
from regulation.findings import Finding, Refused
from regulation.model import MessageKind
from regulation.portal import Portal
from regulation.yamlfile import VIETNAM
from relay.cases.case import Case, after, opened
from relay.cases.events import Happened
from relay.cases.kinds import COUNTED_KINDS
from relay.cases.placing import why_not_here
from relay.cases.routing import Routed
from relay.cases.sealed import why_not_said, why_not_sealed
from relay.cases.states import OPEN, REPLIED, UNASSIGNED, WAITING, Did, Party, State, moves
from relay.cases.telling import with_due
from relay.cases.words import DIDS, PARTIES, STATES

REASON_MOST = 1000
"""The longest reason, in characters."""
SCORES = range(1, 6)
"""What an answer can be rated."""


def open_events(
    portal: Portal,
    kind: MessageKind,
    routed: Routed,
    at: dt.datetime,
    *,
    signs: Collection[str] = (),
) -> tuple[Happened, ...]:
    """What happens as a message comes in.

    A message whose answerer is known is triaged and assigned at once; one that is only counted is
    closed at once too. One that looks automatic waits for a person first.

    Args:
        portal: The portal.
        kind: The kind of message.
        routed: Where it goes.
        at: When it was received.
        signs: What looked automatic, if anything did; names, no matter.
    """

    def system(did: Did, **data: Any) -> Happened:
        return Happened(did, Party.SYSTEM, at, "", data)

    data = {
        "portal": portal.id,
        "kind": kind,
        "route": routed.route.id,
        "receiver": routed.receiver,
        "sealed": routed.route.sealed,
        **({"sealed_to": routed.sealed_to} if routed.route.sealed else {}),
    }
    received = Happened(Did.RECEIVED, Party.CITIZEN, at, "", data)
    first = with_due(opened("", received), received, portal)
    if signs:
        return (first, system(Did.QUARANTINED, signs=sorted(signs)))
    unit = routed.unit or (routed.receiver if kind in COUNTED_KINDS else "")
    if not unit:
        return (first,)
    given = (first, system(Did.TRIAGED), system(Did.ASSIGNED, unit=unit))
    return (*given, system(Did.CLOSED)) if kind in COUNTED_KINDS else given


def happen(
    case: Case,
    did: Did,
    party: Party,
    actor: str,
    at: dt.datetime,
    data: Mapping[str, Any] | None = None,
    *,
    portal: Portal | None = None,
) -> Happened:
    """Something that may happen to the case, ready for its history.

    Args:
        case: The case.
        did: What happens.
        party: Who does it.
        actor: The officer's id; empty for the citizen and the system.
        at: When. A clock that runs behind the last event's is taken as standing there: a history
            does not go back in time.
        data: What else is known of it, see ``events``. Due moments that it sets or moves are added.
        portal: The case's portal. Needed for what its regulation decides: another unit, an
            extension, an escalation, another route; and for due moments.

    Raises:
        Refused: It may not; the finding says why and what can be done instead.
    """
    known = dict(data or {})
    why = why_not(case, did, party, at, known, portal=portal)
    if why:
        raise Refused([Finding(case.shown, why)])
    happened = Happened(did, party, max(at, case.changed_at), actor, known)
    return with_due(after(case, happened), happened, portal) if portal else happened


def allowed(case: Case, party: Party, at: dt.datetime) -> tuple[Did, ...]:
    """What a party may do to the case now, in the order of ``Did``.

    What the act still needs (a reason, a unit) is not asked here: ``why_not`` asks it.
    """
    return tuple(
        did
        for did in Did
        if not (_why_not_move(case, did, party) or _why_not_now(case, did, party, at))
    )


def why_not(
    case: Case,
    did: Did,
    party: Party,
    at: dt.datetime,
    data: Mapping[str, Any],
    *,
    portal: Portal | None = None,
) -> str | None:
    """Why something may not happen, in Vietnamese; None when it may.

    The arguments are those of ``happen``.
    """
    return (
        _why_not_move(case, did, party)
        or _why_not_now(case, did, party, at)
        or _why_not_data(case, did, party, at, data)
        or (why_not_here(case, did, portal, at, data) if portal else None)
    )


def term_ends(term: str, start: dt.datetime, calendar: WorkCalendar | None = None) -> dt.datetime:
    """The last moment of a term of ``case_rules.yml`` that begins at a moment.

    Raises:
        KeyError: There is no such term, or it has no end.
    """
    end = due(calendar or WorkCalendar(), start, case_rules().terms[term].duration)
    if end is None:
        raise KeyError(term)
    return end


# --- what the table says ---------------------------------------------------------------------

_INSTEAD: Mapping[State, str] = {
    State.QUARANTINED: "nơi tiếp nhận cho qua kiểm tra hoặc từ chối trước đã",
    State.SUSPENDED: "hãy bấm “Tiếp tục xử lý” trước, hoặc chờ người gửi bổ sung",
    State.REFUSED: "muốn làm tiếp, nơi tiếp nhận mở lại vụ việc",
    State.MERGED: "hãy làm ở vụ việc đã gộp vào, hoặc nơi tiếp nhận mở lại để tách ra",
    State.WITHDRAWN: "người gửi muốn tiếp tục thì gửi lại",
    State.CLOSED: "muốn làm tiếp, nơi tiếp nhận mở lại vụ việc",
}


def _instead(case: Case, did: Did) -> str:
    if said := _INSTEAD.get(case.state):
        return said.replace("nơi tiếp nhận", "đơn vị giữ khóa") if case.sealed else said
    if case.state in UNASSIGNED:
        return "nơi tiếp nhận phân loại và giao đơn vị trước đã"
    if case.state in WAITING:
        return "hãy thụ lý, chuyển đúng nơi hoặc nêu lý do không thụ lý trước đã"
    if case.state in REPLIED:
        return "câu trả lời đã gửi; muốn trả lời lại, nơi tiếp nhận mở lại vụ việc"
    if did is Did.REFUSED:
        return "đã thụ lý thì phải trả lời; không đúng thẩm quyền thì chuyển đúng nơi"
    if did is Did.EXTENDED:
        return "mỗi vụ việc chỉ được gia hạn một lần; hãy trả lời, hoặc chuyển cấp trên"
    if did in (Did.CLEARED, Did.WITHHELD, Did.PUBLISHED, Did.RATED, Did.CLOSED, Did.REOPENED):
        return "đơn vị phải trả lời trước đã"
    return "hãy tải lại trang để xem việc làm được lúc này"


def _why_not_move(case: Case, did: Did, party: Party) -> str | None:
    rows = moves(did, case.state, case.sealed)
    if not rows:
        state = STATES[case.state]
        return f"Không “{DIDS[did]}” được khi vụ việc {state}: {_instead(case, did)}."
    parties = {each for row in rows for each in row.parties}
    if party not in parties:
        who = " hoặc ".join(PARTIES[each] for each in Party if each in parties)
        if case.sealed and Party.HEAD in parties:
            who += " giữ khóa"
        return f"“{DIDS[did]}” là việc của {who}; hãy nhờ đúng người."
    return None


# --- what the case says ----------------------------------------------------------------------


def _why_not_now(case: Case, did: Did, party: Party, at: dt.datetime) -> str | None:
    if why := why_not_sealed(case, did):
        return why
    match did:
        case Did.ACCEPTED if not case.unit:
            return "Vụ việc chưa có đơn vị; nơi tiếp nhận chuyển đến đơn vị trước đã."
        case Did.EXTENDED if case.extensions:
            return "Mỗi vụ việc chỉ được gia hạn một lần; hãy trả lời, hoặc chuyển cấp trên."
        case Did.PUBLISHED if not case.cleared:
            return "Ban Biên tập chưa duyệt bản công khai, hoặc bản ấy đã sửa sau khi duyệt."
        case Did.CLOSED:
            return _why_not_close(case)
        case Did.WITHDRAWN if case.answered_at:
            return "Vụ việc đã được trả lời nên không rút được; câu trả lời vẫn có hiệu lực."
        case Did.REOPENED if party is Party.CITIZEN:
            return _why_not_ask_again(case, at)
    return None


def _why_not_close(case: Case) -> str | None:
    if case.state is State.ASSIGNED and case.kind not in COUNTED_KINDS:
        return "Vụ việc chưa được trả lời; hãy thụ lý và trả lời, hoặc nêu lý do không thụ lý."
    if case.state is State.ANSWERED and case.cleared:
        return "Câu trả lời đã duyệt đăng và đang chờ đăng; vụ việc kết thúc sau khi đăng."
    return None


def _why_not_ask_again(case: Case, at: dt.datetime) -> str | None:
    again = "hãy gửi ý kiến mới và nhắc mã vụ việc này"
    if case.kind in COUNTED_KINDS or case.ended_at is None:
        return f"Loại thư này không có câu trả lời để xem lại; {again}."
    if case.state is State.CLOSED and not (case.answered_at or case.ground):
        return f"Vụ việc kết thúc mà không có câu trả lời để xem lại; {again}."
    if case.reopened_by_citizen:
        return f"Bạn đã yêu cầu xem lại một lần; {again}."
    last = term_ends("mo-lai", case.ended_at)
    if at > last:
        day = last.astimezone(VIETNAM)
        return f"Thời gian yêu cầu xem lại đã hết ngày {day:%d/%m/%Y}; {again}."
    return None


# --- what is said with it --------------------------------------------------------------------


def _empty(value: object) -> bool:
    return not value or (isinstance(value, str) and not value.strip())


_ASKED_FOR: Mapping[str, str] = {
    "reason": "Hãy ghi lý do; người gửi sẽ đọc lý do này.",
    "unit": "Hãy chọn đơn vị.",
    "ground": "Hãy chọn căn cứ trong danh mục.",
    "amount": "Hãy ghi gia hạn thêm bao nhiêu.",
    "rule": "Hãy chọn thời hạn cần gia hạn.",
    "into": "Hãy ghi mã vụ việc gộp vào.",
    "score": "Hãy chọn mức hài lòng từ 1 đến 5.",
    "text": "Chưa có bản công khai; hãy soạn và lưu trước.",
    "part": "Chưa rõ lưu phần nào; hãy tải lại trang.",
}


def _why_not_data(
    case: Case, did: Did, party: Party, at: dt.datetime, data: Mapping[str, Any]
) -> str | None:
    row = next(row for row in moves(did, case.state, case.sealed) if party in row.parties)
    for need in row.needs:
        if _empty(data.get(need)):
            return _ASKED_FOR.get(need, f"Sự kiện “{DIDS[did]}” thiếu “{need}”.")
    if len(str(data.get("reason", ""))) > REASON_MOST:
        return f"Lý do dài quá {REASON_MOST} chữ; hãy viết gọn lại."
    if why := why_not_said(case, did, at.astimezone(VIETNAM).date(), data):
        return why
    check = _CHECKS.get(did)
    return check(case, party, at, data) if check else None


def _check_ground(case: Case, party: Party, at: dt.datetime, data: Mapping[str, Any]) -> str | None:
    on = at.astimezone(VIETNAM).date()
    known = {ground.id for ground in case_rules().grounds_for(case.kind, on)}
    if data["ground"] in known:
        return None
    return (
        "Căn cứ này không có trong danh mục cho loại thư này; hãy chọn trong danh mục. Không đúng "
        "thẩm quyền thì chuyển đúng nơi, trùng việc thì gộp vụ việc."
    )


def _check_amount(case: Case, party: Party, at: dt.datetime, data: Mapping[str, Any]) -> str | None:
    amount = data["amount"]
    if isinstance(amount, int) and not isinstance(amount, bool) and amount >= 1:
        return None
    return "Số gia hạn phải là số nguyên từ 1 trở lên."


def _check_forward(
    case: Case, party: Party, at: dt.datetime, data: Mapping[str, Any]
) -> str | None:
    if data["unit"] == case.unit:
        return "Vụ việc đang ở đơn vị này; hãy chọn đơn vị khác."
    # What is sealed goes back to whoever can open it, even to one who gave it away.
    if data["unit"] in case.units and party is not Party.OPERATOR and not case.sealed:
        return "Đơn vị ấy đã có vụ việc này và đã chuyển đi; hãy để nơi tiếp nhận quyết định."
    return None


def _check_escalation(
    case: Case, party: Party, at: dt.datetime, data: Mapping[str, Any]
) -> str | None:
    if data["unit"] == case.unit or data["unit"] in case.escalated:
        return "Vụ việc đã ở cấp này; hãy chọn cấp trên tiếp theo."
    return None


def _check_merge(case: Case, party: Party, at: dt.datetime, data: Mapping[str, Any]) -> str | None:
    if data["into"] == case.id:
        return "Không gộp một vụ việc vào chính nó; hãy ghi mã vụ việc khác."
    return None


def _check_score(case: Case, party: Party, at: dt.datetime, data: Mapping[str, Any]) -> str | None:
    score = data["score"]
    if isinstance(score, int) and not isinstance(score, bool) and score in SCORES:
        return None
    return _ASKED_FOR["score"]


def _check_part(case: Case, party: Party, at: dt.datetime, data: Mapping[str, Any]) -> str | None:
    answered = case.state in REPLIED
    if data["part"] not in ("answer", "public"):
        return _ASKED_FOR["part"]
    if data["part"] == "answer" and answered:
        return (
            "Câu trả lời đã gửi; chỉ sửa được bản công khai. Muốn trả lời lại thì mở lại vụ việc."
        )
    return None


def _check_seen(case: Case, party: Party, at: dt.datetime, data: Mapping[str, Any]) -> str | None:
    if case.contact_erased and data.get("what", "sender") == "sender":
        return "Thông tin liên hệ đã xóa theo thời hạn lưu; không còn gì để xem."
    return None


_CHECKS: Mapping[Did, Callable[[Case, Party, dt.datetime, Mapping[str, Any]], str | None]] = {
    Did.REFUSED: _check_ground,
    Did.EXTENDED: _check_amount,
    Did.FORWARDED: _check_forward,
    Did.ESCALATED: _check_escalation,
    Did.MERGED: _check_merge,
    Did.RATED: _check_score,
    Did.DRAFTED: _check_part,
    Did.SEEN: _check_seen,
}


def why_not_merge(case: Case, into: Case) -> str | None:
    """Why a case may not be merged into another; None when it may.

    Merging only ever leads into a case that is itself not merged: so there is no circle.
    """
    if into.portal != case.portal or into.sealed or into.kind in COUNTED_KINDS:
        return "Chỉ gộp vào vụ việc của cùng cổng, không niêm phong, có trả lời."
    if into.state is State.MERGED:
        return f"Vụ việc {into.shown} đã gộp vào vụ việc khác; hãy gộp vào vụ việc ấy."
    if into.state not in OPEN - {State.QUARANTINED} and into.state not in REPLIED:
        state = STATES[into.state]
        return f"Vụ việc {into.shown} {state}; hãy chọn vụ việc đang xử lý hoặc đã trả lời."
    return None
