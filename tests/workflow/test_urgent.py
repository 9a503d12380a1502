"""Taking something down at once: what the file becomes, and who may."""

import datetime as dt

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from regulation.items import split
from regulation.yamlfile import VIETNAM
from workflow.forge import Entry, ForgeError, Stage
from workflow.urgent import Standing, withdrawn

DAY = dt.date(2026, 11, 22)
TEXT = """\
---
id: a
title: "Bài: một"
status: published
withdrawn:
  date: 2025-01-01
  reason: cũ
# một lời ghi
rows:
  - status: giữ
---

Thân bài.
status: published
"""


def test_the_file_says_that_it_is_down_and_nothing_else_changes() -> None:
    down = withdrawn(TEXT, 'Sai "số liệu" ở \\ đoạn 2', DAY)
    assert down == (
        '---\nid: a\ntitle: "Bài: một"\n# một lời ghi\nrows:\n  - status: giữ\n'
        "status: withdrawn\nwithdrawn:\n  date: 2026-11-22\n"
        '  reason: "Sai \\"số liệu\\" ở \\\\ đoạn 2"\n'
        "---\n\nThân bài.\nstatus: published\n"
    )
    assert withdrawn(down, 'Sai "số liệu" ở \\ đoạn 2', DAY) == down


@given(reason=st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"])))
def test_whatever_the_reason_it_is_read_back(reason: str) -> None:
    parts = split(withdrawn(TEXT, reason, DAY))
    assert parts is not None
    front = yaml.safe_load(parts.front)
    assert front["status"] == "withdrawn"
    assert front["withdrawn"] == {"date": DAY, "reason": reason}
    assert front["rows"] == [{"status": "giữ"}]


def test_a_file_without_front_matter_is_no_item() -> None:
    with pytest.raises(ForgeError, match="phần khai báo"):
        withdrawn("Chỉ có thân bài", "x", DAY)


def test_a_line_says_by_when_and_whether_it_is_late() -> None:
    opened = dt.datetime(2026, 11, 21, 9, 0, tzinfo=VIETNAM)
    entry = Entry("7", "Gỡ", "em", "de-xuat/7", "a" * 40, opened, opened, False, Stage.OPEN)
    due = opened + dt.timedelta(hours=24)
    each = Standing(entry, ("a.md",), "Lộ số điện thoại", due)
    assert each.line(opened) == (
        "Gỡ khẩn, phải được duyệt trước 09:00 ngày 22/11/2026. Lý do: Lộ số điện thoại"
    )
    assert "ĐÃ QUÁ HẠN" in each.line(due + dt.timedelta(minutes=1))
    assert "không có hiệu lực: x" in Standing(entry, (), "r", None, "x").line(opened)
