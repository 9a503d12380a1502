"""What an older list of the ends of all histories still says of the cases that there are."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import Connection, select

from regulation.findings import Finding, Refused
from relay.store.schema import events
from relay.store.values import Head

_CASE = re.compile(r"Vụ việc [0-9A-Z]{8}")
_LINE = re.compile(r"([0-9A-Z]{8}) ([1-9][0-9]{0,8}) ([0-9a-f]{64})")


def read_heads(path: Path) -> list[Head]:
    """A night's list, as ``relay.figures.writing.chains`` has it.

    Raises:
        Refused: It cannot be read, or is no such list.
    """
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = ["?"]
    found = [_LINE.fullmatch(line) for line in lines]
    read = [Head(each[1], int(each[2]), each[3]) for each in found if each]
    if len(read) != len(found):
        message = "Đây không phải danh sách của một đêm (heads/<mã cổng>/<ngày>.txt); hãy xem lại."
        raise Refused([Finding(str(path), message)])
    return read


def lost_since(connection: Connection, listed: Iterable[Head]) -> Iterator[str]:
    """What is no longer as it was in the night of a list, in Vietnamese; nothing when all is.

    A history may have grown since. What was its last event then must be there, with the same seal.

    Args:
        connection: Of ``Store.reading``.
        listed: The ends of all histories in that night.
    """
    then = {head.case_id: head for head in listed}
    rows = connection.execute(select(events.c.case, events.c.number, events.c.seal))
    there = {row.case: row.seal for row in rows if _is_end(then.get(row.case), row.number)}
    for case_id, head in then.items():
        if case_id not in there:
            yield (
                f"Vụ việc {case_id}: đêm ấy có {head.number} sự kiện, nay không còn, hoặc lịch sử "
                "ngắn hơn."
            )
        elif there[case_id] != head.seal:
            yield f"Vụ việc {case_id}: sự kiện số {head.number} không còn là sự kiện đêm ấy."


def a_line_a_case(wrong: Iterable[str]) -> list[str]:
    """What is wrong with each case, in one line: the first of it, and how much more there is.

    Another event of a history that does not hold says nothing new, and hides the next case.

    Args:
        wrong: Of ``prove`` and ``lost_since``, in any order.
    """
    found: dict[str, list[str]] = {}
    for line in wrong:
        case = _CASE.match(line)
        found.setdefault(case[0] if case else line, []).append(line)
    return [
        f"{first.removesuffix('.')} (và {len(more)} chỗ nữa)." if more else first
        for first, *more in found.values()
    ]


def _is_end(head: Head | None, number: int) -> bool:
    return head is not None and head.number == number
