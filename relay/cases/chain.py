"""The chain of a case's history: sealing an event, and finding what is wrong with a history."""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence

from relay.cases.events import Event, Happened


def canonical(case: str, number: int, happened: Happened, previous: str) -> bytes:
    """What is sealed: one JSON text for one event, the same wherever it is written.

    Keys in order, no blanks, characters as they are, moments in UTC to the microsecond.

    Raises:
        ValueError: The moment has no time zone, or the data is not plain JSON.
    """
    if happened.at.utcoffset() is None:
        raise ValueError(f"Thời điểm {happened.at.isoformat()} thiếu múi giờ.")
    moment = happened.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    whole = {
        "case": case,
        "number": number,
        "did": happened.did.value,
        "party": happened.party.value,
        "at": moment,
        "actor": happened.actor,
        "data": happened.data,
        "previous": previous,
    }
    try:
        text = json.dumps(
            whole,
            sort_keys=True,
            ensure_ascii=False,
            separators=(",", ":"),
            allow_nan=False,
            default=_mapping,
        )
    except TypeError as error:
        raise ValueError(f"Dữ liệu của sự kiện “{happened.did}” không phải JSON: {error}") from None
    return text.encode("utf-8")


def _mapping(value: object) -> object:
    # Frozen mappings are mappings too; anything else is no JSON.
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


def seal(case: str, number: int, happened: Happened, previous: str, key: bytes) -> Event:
    """The event with its seal: HMAC-SHA256, in hex, over ``canonical``.

    Args:
        case: The case's id.
        number: The event's number, from 1.
        happened: What happened.
        previous: The seal of the event before; empty at the first.
        key: The server's key for histories; never in the database.

    Raises:
        ValueError: What happened cannot be written as JSON.
    """
    mac = hmac.new(key, canonical(case, number, happened, previous), hashlib.sha256)
    return Event(case, number, happened, previous, mac.hexdigest())


def sealed_all(
    case: str, happened: Sequence[Happened], key: bytes, *, number: int = 0, previous: str = ""
) -> tuple[Event, ...]:
    """Several happenings, each sealed after the one before.

    Args:
        case: The case's id.
        happened: What happened, in order.
        key: The server's key for histories.
        number: The number of the last event there is; 0 for a new case.
        previous: Its seal; empty for a new case.
    """
    events: list[Event] = []
    for each in happened:
        number += 1
        events.append(seal(case, number, each, previous, key))
        previous = events[-1].seal
    return tuple(events)


def verify(
    events: Sequence[Event], key: bytes, *, head: tuple[int, str] | None = None
) -> Iterator[str]:
    """What is wrong with a case's history, in Vietnamese; nothing when it holds.

    Args:
        events: The history, in order.
        key: The server's key for histories.
        head: The number and the seal of the last event as written down elsewhere, at some former
            time; without it, a history cut short at its end looks whole.
    """
    if not events:
        if head is not None:
            yield f"Lịch sử trống, trong khi nơi khác ghi có {head[0]} sự kiện."
        else:
            yield "Lịch sử trống: vụ việc nào cũng có sự kiện tiếp nhận."
        return
    case, previous = events[0].case, ""
    for place, event in enumerate(events, 1):
        where = f"Vụ việc {case}, sự kiện số {event.number}"
        if event.case != case:
            yield f"{where}: thuộc vụ việc khác ({event.case})."
        if event.number != place:
            yield f"{where}: đứng ở vị trí {place}; thiếu, thừa hoặc đảo sự kiện."
        if not hmac.compare_digest(event.previous, previous):
            yield f"{where}: không nối với sự kiện đứng trước."
        try:
            right = seal(event.case, event.number, event.happened, event.previous, key).seal
        except ValueError as error:
            yield f"{where}: {error}"
        else:
            if not hmac.compare_digest(right, event.seal):
                yield f"{where}: dấu niêm không khớp nội dung; nội dung đã bị sửa."
        previous = event.seal
    if head is not None:
        number, seal_there = head
        if len(events) < number:
            yield f"Vụ việc {case}: lịch sử bị cắt; còn {len(events)} trên {number} sự kiện."
        elif number < 1 or events[number - 1].seal != seal_there:
            yield f"Vụ việc {case}: sự kiện số {number} khác với dấu niêm đã ghi ở nơi khác."
