"""A case in words: what is due, what happened, which kinds there are."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from regulation.calendar import Unit, WorkCalendar, lateness
from regulation.case_rules import case_rules
from regulation.forms import load_forms
from regulation.portal import Portal, UnknownError
from regulation.yamlfile import VIETNAM
from relay.abuse.suspicion import reason_words
from relay.cases.clocks import Clock
from relay.cases.events import Event
from relay.cases.kinds import kinds_changed
from relay.cases.states import Did, Party
from relay.cases.words import DIDS, PARTIES

Plain = Mapping[str, Any]


def moment(at: dt.datetime) -> str:
    """``09:05 ngày 23/11/2026``, in Viet Nam."""
    return f"{at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"


def day(at: dt.datetime) -> str:
    """``23/11/2026``, in Viet Nam."""
    return f"{at.astimezone(VIETNAM):%d/%m/%Y}"


def shown_id(case_id: str) -> str:
    """A case's id as people write it: ``V-7K3M-9QXA``."""
    return "-".join(["V", *(case_id[at : at + 4] for at in range(0, len(case_id), 4))])


def kind_name(kind: str) -> str:
    """What a kind of message is called."""
    form = {str(known): each for known, each in load_forms().items()}.get(kind)
    return form.name.vi if form else kind


def agency_name(portal: Portal, agency: str) -> str:
    """What an agency is called; its id where the portal does not know it (any more)."""
    try:
        return portal.agency(agency).name.vi if agency else "chưa giao"
    except UnknownError:
        return agency


def left(calendar: WorkCalendar, due: dt.datetime, now: dt.datetime) -> str:
    """How much time is left, or how late it is: ``còn 3 ngày làm việc``, ``quá hạn 2 giờ``."""
    late = lateness(calendar, due, now)
    if late.late:
        unit = "giờ" if late.unit is Unit.HOUR else "ngày làm việc"
        return f"quá hạn {late.amount} {unit}"
    ends, today = due.astimezone(VIETNAM).date(), now.astimezone(VIETNAM).date()
    if ends == today:
        return "hết hạn hôm nay"
    days = calendar.working_days_between(today, ends)
    return f"còn {days} ngày làm việc" if days else f"hết hạn {ends:%d/%m/%Y}"


def clock_view(clock: Clock, calendar: WorkCalendar, now: dt.datetime) -> Plain:
    """A clock as the page tells it."""
    if clock.due is None:
        said, state = "không ấn định số ngày", ""
    elif clock.ended:
        late = clock.late(now)
        state = "late" if late else "done"
        said = f"{'xong, trễ hạn' if late else 'xong, đúng hạn'}: {moment(clock.ended)}"
    elif clock.suspended:
        said, state = "đang tạm dừng, chờ người gửi bổ sung", "still"
    else:
        said = left(calendar, clock.due, now)
        state = "late" if clock.late(now) else "open"
    return {
        "title": clock.deadline.title.vi,
        "basis": ", ".join(clock.deadline.basis),
        "due": moment(clock.due) if clock.due else "",
        "said": said,
        "state": state,
    }


def history_view(
    portal: Portal, events: tuple[Event, ...], names: Mapping[str, str], *, matter: bool
) -> list[Plain]:
    """What happened, the last first.

    Args:
        portal: The case's portal.
        events: Its history.
        names: What officers are called, by id.
        matter: Whether the reader reads what was sent. Who does not is told what happened and as
            what somebody did it; of the board's own acts also who and why.
    """
    told: list[Plain] = []
    changed = kinds_changed(events)
    for event in events:
        whole = matter or event.happened.party is Party.BOARD
        told.append(
            {
                "number": event.number,
                "at": moment(event.happened.at),
                "did": _did(event),
                "who": _who(event, names if whole else {}, whole),
                "more": [*_kinds(changed.get(event.number)), *_more(portal, event, whole)],
            }
        )
    return told[::-1]


_TAKEN: Mapping[str, str] = {"file": "Tải tệp kèm theo", "sealed": "Tải tệp niêm phong"}
"""Looks at what is not the sender's contact."""


def _did(event: Event) -> str:
    taken = _TAKEN.get(event.happened.data.get("what", ""))
    return taken or DIDS[event.happened.did]


def _who(event: Event, names: Mapping[str, str], whole: bool) -> str:
    what = event.happened
    if what.party in (Party.CITIZEN, Party.SYSTEM) or not what.actor or not whole:
        return PARTIES[what.party]
    return f"{PARTIES[what.party]} ({names.get(what.actor, what.actor)})"


def _kinds(changed: tuple[str, str] | None) -> list[str]:
    return [f"Đổi loại: {kind_name(changed[0])} → {kind_name(changed[1])}"] if changed else []


def _more(portal: Portal, event: Event, whole: bool) -> list[str]:
    data = event.happened.data
    lines: list[str] = []
    if event.happened.did is Did.RECEIVED:
        lines.append(f"Nơi tiếp nhận: {agency_name(portal, data['receiver'])}")
    if data.get("unit"):
        lines.append(f"Đơn vị: {agency_name(portal, data['unit'])}")
    if data.get("ground"):
        ground = case_rules().grounds.get(data["ground"])
        lines.append(f"Căn cứ: {ground.title.vi if ground else data['ground']}")
    if data.get("reason") and whole:
        lines.append(f"Lý do: {data['reason']}")
    if data.get("into"):
        lines.append(f"Gộp vào: {shown_id(data['into'])}")
    if data.get("address"):
        lines.append(f"Địa chỉ: {data['address']}")
    if data.get("part"):
        lines.append("Bản công khai" if data["part"] == "public" else "Câu trả lời")
    if data.get("levels"):
        lines.append(f"Đã qua {data['levels'][-1]} % thời hạn")
    if data.get("above"):
        lines.append(f"Đã báo cấp trên: {agency_name(portal, data['above'])}")
    if data.get("signs") and whole:
        lines.append(f"Dấu hiệu: {reason_words(data['signs'])}")
    if data.get("score"):
        lines.append(f"Mức hài lòng: {data['score']}/5")
    if data.get("because") == "calendar":
        lines.append("Lịch làm việc thay đổi")
    lines += _due(portal, data)
    return lines


def _due(portal: Portal, data: Mapping[str, Any]) -> list[str]:
    lines = []
    for rule, ends in data.get("due", {}).items():
        try:
            title = portal.deadline(rule).title.vi
        except UnknownError:
            title = rule
        new = moment(dt.datetime.fromisoformat(ends))
        before = data.get("before")
        was = f" (trước là {moment(dt.datetime.fromisoformat(before))})" if before else ""
        lines.append(f"Hạn: {new}{was} – {title}")
    return lines
