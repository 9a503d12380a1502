"""Values of a regulation that refuse what contradicts itself."""

from typing import Any

import pytest
from pydantic import ValidationError

from regulation.calendar import Unit
from regulation.model import Deadline, Event, Keeping

AHEAD: dict[str, Any] = {
    "id": "bao-truoc",
    "basis": "Điều 13 Nghị định 224/2026/NĐ-CP",
    "title": "Báo trước khi tạm ngừng",
    "event": "happened",
    "unit": "working_day",
    "amount": 7,
    "before": True,
}
KEPT: dict[str, Any] = {"id": "luu", "basis": "Điều 9 Quy chế", "title": "Lưu", "what": "content"}


def test_a_clock_may_run_backwards_from_its_event() -> None:
    rule = Deadline.model_validate(AHEAD)
    assert (rule.event, rule.before, rule.duration.unit) == (
        Event.HAPPENED,
        True,
        Unit.WORKING_DAY,
    )


def test_notice_ahead_says_how_long() -> None:
    with pytest.raises(ValidationError, match="before"):
        Deadline.model_validate({**AHEAD, "amount": 0, "unit": "immediate"})


@pytest.mark.parametrize(
    "more",
    [{}, {"amount": 12, "unit": "month"}, {"for_ever": True}, {"term": "Cùng nội dung"}],
)
def test_a_term_of_keeping_is_told_one_way_or_not_at_all(more: dict[str, Any]) -> None:
    assert Keeping.model_validate({**KEPT, **more}).what == "content"


@pytest.mark.parametrize(
    "more",
    [
        {"amount": 12},
        {"unit": "month"},
        {"for_ever": True, "term": "Lâu dài"},
        {"amount": 1, "unit": "month", "for_ever": True},
    ],
)
def test_a_term_of_keeping_that_contradicts_itself_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"cần cả|Chỉ ghi"):
        Keeping.model_validate({**KEPT, **more})
