"""What a citizen is told of a case: plain words, no officer's name, no note among officers."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from regulation.case_rules import case_rules
from regulation.forms import SCORES, load_forms
from regulation.formview import answers_view, form_view
from regulation.model import MessageKind
from regulation.portal import Portal, UnknownError
from regulation.telling import by_when
from regulation.yamlfile import VIETNAM
from relay.cases.acts import allowed
from relay.cases.clocks import Clock, clocks
from relay.cases.events import Event
from relay.cases.kinds import kinds_changed
from relay.cases.routing import route_of
from relay.cases.states import Did, Party, State
from relay.cases.words import STATES
from relay.intake.shown import moment_words
from relay.store.cases import StoredCase
from relay.store.values import Text, TextKind

Plain = Mapping[str, Any]

_SHOWN: Mapping[TextKind, str] = {
    TextKind.ADDITION: "Bạn bổ sung",
    TextKind.QUESTION: "Cơ quan hỏi lại bạn",
    TextKind.ANSWER: "Trả lời của cơ quan",
}
"""Texts that the citizen sees; drafts and notes among officers are none of them."""


def case_page(
    portal: Portal,
    stored: StoredCase,
    texts: list[Text],
    now: dt.datetime,
    *,
    address_open: bool,
) -> dict[str, Any]:
    """A case as ``relay/track-case.html`` shows it.

    Args:
        portal: The portal.
        stored: The case.
        texts: Its texts.
        now: The moment.
        address_open: Whether an e-mail address can still be given.
    """
    case = stored.case
    can = allowed(case, Party.CITIZEN, now)
    return {
        "shown": case.shown,
        "kind": load_forms()[_kind(stored)].name.vi,
        "state": STATES[case.state],
        "waits": case.state is State.SUSPENDED,
        "sealed": case.sealed,
        "unit": _name(portal, case.unit),
        "receiver": _name(portal, case.receiver),
        "received": moment_words(case.received_at),
        "clocks": [*_clocks(stored, portal, now)],
        "ground": _ground(case.ground),
        "reason": case.reason,
        "address": case.address,
        "into": _shown_id(case.merged_into),
        "rows": _rows(portal, stored),
        "files": [{"name": file.name, "size": _size(file.size)} for file in stored.files],
        "texts": [*_texts(texts)],
        "history": [*_history(portal, stored.events)],
        "rating": case.rating,
        "scores": [{"value": value, "text": words.vi} for value, words in SCORES.items()],
        "can_add": Did.ADDED in can and not case.sealed,
        "can_rate": Did.RATED in can,
        "can_withdraw": Did.WITHDRAWN in can,
        "can_ask_again": Did.REOPENED in can,
        "can_mail": address_open and not case.sealed,
        "confirmed": case.address_confirmed,
    }


def _kind(stored: StoredCase) -> MessageKind:
    kind: MessageKind = next(each for each in load_forms() if each == stored.kind)
    return kind


def _rows(portal: Portal, stored: StoredCase) -> list[Plain]:
    """What was sent, as the form by which it came asks it; who sent it is not shown again."""
    said = stored.events[0].happened.data
    on = stored.submitted_at.astimezone(VIETNAM).date()
    form = next((form for kind, form in load_forms().items() if kind == said["kind"]), None)
    route = route_of(portal, said["route"], on)
    if form is None or route is None or not stored.fields:
        return []
    return [*answers_view(form_view(portal, form, route, on), stored.fields)]


def _clocks(stored: StoredCase, portal: Portal, now: dt.datetime) -> Iterator[Plain]:
    for clock in clocks(stored.case, portal, now):
        if clock.due is not None:
            yield {
                "text": by_when(clock.deadline, "vi"),
                "due": f"{clock.due.astimezone(VIETNAM):%d/%m/%Y}",
                "basis": "; ".join(clock.deadline.basis),
                "state": _clock_state(clock, now),
                "late": clock.late(now),
            }


def _clock_state(clock: Clock, now: dt.datetime) -> str:
    if clock.ended is not None:
        return "đã làm, trễ hạn" if clock.late(now) else "đã làm đúng hạn"
    if clock.suspended:
        return "đang tạm dừng, chờ bạn bổ sung"
    return "đã quá hạn" if clock.late(now) else "đang tính"


def _texts(texts: list[Text]) -> Iterator[Plain]:
    for text in texts:
        if text.kind in _SHOWN:
            yield {
                "what": _SHOWN[text.kind],
                "at": moment_words(text.at),
                "body": text.body,
                "mine": text.kind is TextKind.ADDITION,
            }


def _size(size: int) -> str:
    if size < 1_000_000:
        return f"{max(1, round(size / 1_000))} KB"
    return f"{size / 1_000_000:.1f} MB".replace(".", ",")


def _name(portal: Portal, agency: str) -> str:
    try:
        return portal.agency(agency).name.vi if agency else ""
    except UnknownError:
        return ""


def _ground(ground: str) -> Plain | None:
    found = case_rules().grounds.get(ground)
    return {"title": found.title.vi, "instead": found.instead.vi} if found else None


def _shown_id(case_id: str) -> str:
    return f"V-{case_id[:4]}-{case_id[4:]}" if case_id else ""


# --- history ---------------------------------------------------------------------------------

Line = Callable[[Portal, Mapping[str, Any]], str]


def _to(words: str) -> Line:
    def line(portal: Portal, data: Mapping[str, Any]) -> str:
        name = _name(portal, data.get("unit", ""))
        reason = data.get("reason", "")
        told = f"{words} {name}" if name else words
        return f"{told}. Lý do: {reason}" if reason else told

    return line


def _plain(words: str) -> Line:
    def line(portal: Portal, data: Mapping[str, Any]) -> str:
        return words

    return line


def _because(words: str) -> Line:
    def line(portal: Portal, data: Mapping[str, Any]) -> str:
        return f"{words}. Lý do: {data['reason']}" if data.get("reason") else words

    return line


def _refused(portal: Portal, data: Mapping[str, Any]) -> str:
    ground = _ground(data.get("ground", ""))
    said = f"Không thụ lý: {ground['title']}" if ground else "Không thụ lý"
    return f"{said}. Lý do: {data['reason']}" if data.get("reason") else said


def _merged(portal: Portal, data: Mapping[str, Any]) -> str:
    return f"Gộp vào vụ việc {_shown_id(data.get('into', ''))}"


def _moved(portal: Portal, data: Mapping[str, Any]) -> str:
    why = "lịch làm việc thay đổi" if data.get("because") == "calendar" else "vụ việc có thay đổi"
    return f"Thời hạn được tính lại vì {why}"


def _seen(portal: Portal, data: Mapping[str, Any]) -> str:
    match data.get("what"):
        case "file":
            return "Cán bộ tải tệp bạn gửi kèm"
        case "sealed":
            return "Đơn vị giữ khóa tải nội dung niêm phong về để mở"
        case _:
            return "Cán bộ xem thông tin liên hệ của bạn"


def _rated(portal: Portal, data: Mapping[str, Any]) -> str:
    words = SCORES.get(str(data.get("score", "")))
    return f"Bạn đánh giá: {words.vi.lower()}" if words else "Bạn đánh giá"


_LINES: Mapping[Did, Line] = {
    Did.RECEIVED: _plain("Cổng nhận ý kiến của bạn"),
    Did.QUARANTINED: _plain("Giữ lại để có người xem trước khi chuyển"),
    Did.RELEASED: _plain("Đã có người xem và cho chuyển"),
    Did.ASSIGNED: _to("Giao"),
    Did.FORWARDED: _to("Chuyển đến"),
    Did.ACCEPTED: _plain("Đơn vị thụ lý"),
    Did.REFUSED: _refused,
    Did.STARTED: _plain("Đơn vị soạn trả lời"),
    Did.EXTENDED: _because("Gia hạn"),
    Did.ASKED: _plain("Đơn vị hỏi lại bạn; thời hạn tạm dừng"),
    Did.ADDED: _plain("Bạn bổ sung"),
    Did.RESUMED: _plain("Đơn vị tiếp tục xử lý"),
    Did.ESCALATED: _to("Chuyển lên cấp trên"),
    Did.ANSWERED: _plain("Đơn vị trả lời"),
    Did.PUBLISHED: _plain("Câu trả lời được đăng trên Cổng"),
    Did.WITHHELD: _because("Câu trả lời không đăng"),
    Did.MERGED: _merged,
    Did.WITHDRAWN: _plain("Bạn rút ý kiến"),
    Did.REOPENED: _because("Mở lại để xem xét thêm"),
    Did.CLOSED: _plain("Kết thúc"),
    Did.SEEN: _seen,
    Did.DUE_MOVED: _moved,
    Did.RATED: _rated,
    Did.ADDRESS_CONFIRMED: _plain("Bạn xác nhận địa chỉ thư điện tử"),
    Did.CONTACT_ERASED: _plain("Thông tin liên hệ của bạn đã được xóa"),
}
"""Lines of the history; what is among officers (notes, drafts, reminders) has none."""


def _history(portal: Portal, events: tuple[Event, ...]) -> Iterator[Plain]:
    changed = kinds_changed(events)
    for event in events:
        happened = event.happened
        if event.number in changed:
            before, now = (_kind_name(kind) for kind in changed[event.number])
            text = f"Nơi tiếp nhận đổi loại ý kiến của bạn: “{before}” thành “{now}”"
            yield {"at": moment_words(happened.at), "text": text}
        line = _LINES.get(happened.did)
        if line is not None:
            yield {"at": moment_words(happened.at), "text": line(portal, happened.data)}


def _kind_name(kind: str) -> str:
    return next((form.name.vi for each, form in load_forms().items() if each == kind), kind)
