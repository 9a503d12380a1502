"""What no regulation may leave out: two persons pass every text, and every message has its way.

The gate follows whatever steps a regulation has. Here it is asked whether they keep what Cổng
promises to every province, so that a line lost in ``portal.yml`` is told and not followed.
"""

import datetime as dt
from collections.abc import Iterator, Sequence

from regulation.findings import Finding
from regulation.model import Regulation, Role, Rule, Sealing, Step
from regulation.yamlfile import Document, Place, key_text

LAW = "Điều 9 Luật Tố cáo số 25/2018/QH14"
"""That who denounces is kept secret."""


def promise_findings(
    regulation: Regulation, document: Document, shown: str, today: dt.date
) -> Iterator[Finding]:
    """What a regulation says, or leaves out, against what is promised of every portal.

    Args:
        regulation: What ``portal.yml`` says.
        document: ``portal.yml`` with its places.
        shown: The file's name in findings.
        today: The day from which it is asked; what ended before may stand.
    """

    def note(place: Place, message: str, basis: str = "") -> Finding:
        return Finding(shown, message, document.line(place), key_text(place), basis)

    told: set[tuple[Place, str]] = set()
    for day in _days(regulation.steps, today):
        for place, message in _steps(regulation.steps, day):
            if (place, message) not in told:
                told.add((place, message))
                yield note(place, message)
    for index, step in enumerate(regulation.steps):
        if not step.distinct and (step.valid_to is None or today <= step.valid_to):
            message = (
                "distinct: false để một người làm hai bước, không còn hai người xem một bài; hãy "
                "bỏ dòng này hoặc ghi true."
            )
            yield note(("steps", index, "distinct"), message)
    if not any(ground.in_force(today) for ground in regulation.grounds):
        message = (
            "Quy chế chưa có lý do từ chối nào nên không ai từ chối được bài; hãy ghi ít nhất một "
            "lý do, kèm căn cứ."
        )
        yield note(("grounds",), message)
    if not any(route.in_force(today) for route in regulation.routes):
        message = (
            "Cổng nhận ý kiến của người dân nhưng quy chế chưa nói chuyển đi đâu, ai trả lời; hãy "
            "ghi ít nhất một nơi chuyển, kèm căn cứ."
        )
        yield note(("routes",), message)
    for index, route in enumerate(regulation.routes):
        if "denunciation" in route.kinds and not route.sealed:
            place = ("routes", index, "sealed" if "sealed" in route.model_fields_set else "kinds")
            yield note(place, "Tố cáo phải được giữ kín; hãy ghi sealed: true.", LAW)
    for place, message in _keys(regulation.sealing, today):
        yield note(place, message)


def _keys(rules: Sequence[Sealing], today: dt.date) -> Iterator[tuple[Place, str]]:
    """What is wrong with the keys that messages are sealed to: there is always a second way."""
    first: dict[str, Sealing] = {}
    for index, rule in enumerate(rules):
        other = first.setdefault(rule.recipient, rule)
        if other is rule:
            continue
        if other.recovery is not rule.recovery:
            message = (
                f"Khóa khôi phục trùng khóa của đơn vị (“{other.id}”), mất một là mất cả hai; hãy "
                "tạo cặp khóa khác bằng cong relay keys new."
            )
            yield ("sealing", index, "recipient"), message
        elif other.agency == rule.agency:
            message = f"Khóa này đã ghi ở “{other.id}”; hãy bỏ một."
            yield ("sealing", index, "recipient"), message
    for day in _days(rules, today):
        bound = [rule for rule in rules if rule.in_force(day)]
        if bound and not any(rule.recovery for rule in bound):
            message = (
                f"Từ ngày {day:%d/%m/%Y} không có khóa khôi phục: đơn vị mất khóa là mất mọi nội "
                "dung đã gửi; hãy ghi thêm một khóa giữ ngoài mạng, kèm recovery: true."
            )
            yield ("sealing",), message
            return


def _days(rules: Sequence[Rule], today: dt.date) -> list[dt.date]:
    """The day itself, and each later one from which others of the rules bind."""
    days = {today}
    for rule in rules:
        if rule.valid_from:
            days.add(rule.valid_from)
        if rule.valid_to and rule.valid_to < dt.date.max:
            days.add(rule.valid_to + dt.timedelta(days=1))
    return sorted(day for day in days if day >= today)


def _steps(steps: Sequence[Step], day: dt.date) -> Iterator[tuple[Place, str]]:
    """What is wrong with the way to publication on a day."""
    bound = [(index, step) for index, step in enumerate(steps) if step.in_force(day)]
    if not bound:
        yield (
            ("steps",),
            f"Từ ngày {day:%d/%m/%Y} không còn bước đăng tải nào có hiệu lực; hãy ghi bước mới.",
        )
        return
    index, last = bound[-1]
    if last.role is not Role.HEAD:
        yield (
            ("steps", index, "role"),
            f"Bước cuối phải do Trưởng ban phê duyệt (role: head) nhưng đang ghi “{last.role}”; "
            "hãy sửa role hoặc thêm bước phê duyệt của Trưởng ban ở sau.",
        )
    elif all(step.role is Role.HEAD for _, step in bound):
        yield (
            ("steps",),
            "Trước bước phê duyệt của Trưởng ban phải có người khác xem bài; hãy thêm bước của "
            "thành viên phụ trách lĩnh vực.",
        )
