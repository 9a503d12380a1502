"""The histories of cases in the database: written, read, proven."""

import datetime as dt
import itertools
import json
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, insert, select, text

from relay.cases.chain import canonical, verify
from relay.cases.events import Event, Happened
from relay.cases.states import Did, Party
from relay.store.schema import cases, events, submissions
from relay.store.values import Head

_WRITE = insert(events)


def write_events(connection: Connection, made: Sequence[Event]) -> None:
    """Writes events of a case that nobody else may write to now."""
    connection.execute(
        _WRITE,
        [
            {
                "case": event.case,
                "number": event.number,
                "did": event.happened.did.value,
                "at": event.happened.at,
                "text": _text(event),
                "seal": event.seal,
            }
            for event in made
        ],
    )


def events_of(connection: Connection, case_id: str) -> tuple[Event, ...]:
    """A case's history, in order.

    Raises:
        ValueError: A text is no event's: somebody changed it.
    """
    rows = connection.execute(
        select(events.c.text, events.c.seal)
        .where(events.c.case == case_id)
        .order_by(events.c.number)
    )
    return tuple(_event(row.text, row.seal) for row in rows)


def merged_into(connection: Connection, case_id: str) -> tuple[str, ...]:
    """The cases that were at some time merged into a case, in the order of their ids.

    One of them may have been opened again since: its own history says so.
    """
    rows = connection.execute(
        select(events.c.case)
        .where(text("events.did = 'merged'"))  # as it is written the index knows it
        .where(events.c.text.contains(f'"into":"{case_id}"', autoescape=True))
        .order_by(events.c.case)
        .distinct()
    )
    return tuple(rows.scalars())


def told_above(connection: Connection, portal: str, agency: str) -> tuple[str, ...]:
    """The sealed cases of which an agency above was at some time told, in the order of their ids.

    One of them may have been opened again since, and is then no more theirs: its own history says
    so.
    """
    rows = connection.execute(
        select(events.c.case)
        .join(cases, cases.c.id == events.c.case)
        .where(cases.c.portal == portal, cases.c.sealed.is_not(None), events.c.did == "reminded")
        .where(events.c.text.contains(f'"above":"{agency}"', autoescape=True))
        .order_by(events.c.case)
        .distinct()
    )
    return tuple(rows.scalars())


def heads(connection: Connection, portal: str | None = None) -> Iterator[Head]:
    """The end of every case's chain, in the order of their ids."""
    query = select(cases.c.id, cases.c.number, cases.c.seal).order_by(cases.c.id)
    if portal is not None:
        query = query.where(cases.c.portal == portal)
    for row in connection.execute(query):
        yield Head(row.id, row.number, row.seal)


def prove(connection: Connection, key: bytes) -> Iterator[str]:
    """What is wrong with any case's history, in Vietnamese; nothing when all hold.

    Beside each chain it looks whether the rows say what was sealed, whether the chain ends where
    the case says, and whether every case has what was sent and every submission its case. A case
    deleted together with its submission is missed only by whoever has an older list of ``heads``.

    Args:
        connection: Of ``Store.reading``.
        key: The server's key for histories.
    """
    ends = {head.case_id: head for head in heads(connection)}
    rows = connection.execute(select(events).order_by(events.c.case, events.c.number))
    for case_id, written in itertools.groupby(rows, key=lambda row: str(row.case)):
        history = []
        for row in written:
            where = f"Vụ việc {case_id}, sự kiện số {row.number}"
            try:
                event = _event(row.text, row.seal)
            except ValueError:
                yield f"{where}: không đọc được; nội dung đã bị sửa."
                continue
            said = (event.case, event.number, event.happened.did, event.happened.at)
            if said != (case_id, row.number, row.did, row.at) or _text(event) != row.text:
                yield f"{where}: hàng trong bảng không khớp nội dung đã niêm."
            history.append(event)
        end = ends.pop(case_id, None)
        if end is None:
            yield f"Vụ việc {case_id}: có lịch sử mà không có vụ việc."
        elif history:
            if (history[-1].number, history[-1].seal) != (end.number, end.seal):
                yield f"Vụ việc {case_id}: lịch sử không kết thúc ở sự kiện mà vụ việc ghi."
            yield from verify(history, key)
    for case_id in ends:
        yield f"Vụ việc {case_id}: không có lịch sử."
    sent = select(submissions.c.case)
    for (lone,) in connection.execute(select(cases.c.id).where(cases.c.id.not_in(sent))):
        yield f"Vụ việc {lone}: không có nội dung đã gửi."
    opened = select(cases.c.id)
    for (lone,) in connection.execute(sent.where(submissions.c.case.not_in(opened))):
        yield f"Vụ việc {lone}: có nội dung đã gửi mà không có vụ việc."


def _text(event: Event) -> str:
    return canonical(event.case, event.number, event.happened, event.previous).decode()


def _event(text: str, seal: str) -> Event:
    """The event that a text stands for.

    Raises:
        ValueError: None.
    """
    try:
        read = json.loads(text)
        happened = Happened(
            did=Did(read["did"]),
            party=Party(read["party"]),
            at=dt.datetime.fromisoformat(read["at"]),
            actor=read["actor"],
            data=read["data"],
        )
        return Event(read["case"], read["number"], happened, read["previous"], seal)
    except (KeyError, TypeError) as error:
        raise ValueError(f"no event: {error!r}") from error
