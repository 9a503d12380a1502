"""Taking something down at once: what the file becomes, and who may."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from regulation.items import split
from regulation.yamlfile import VIETNAM
from workflow.forge import Entry, ForgeError, Stage
from workflow.git import Git
from workflow.urgent import Standing, with_withdrawals, withdrawn

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


PATH = "content/a/tin/2026/mot.md"


class House:
    """A repository with one item, in which an urgent withdrawal is open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git = Git(folder, {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"})
        self.git.run("init", "--quiet", "--initial-branch=main")
        self.git.run("config", "user.name", "thu")
        self.git.run("config", "user.email", "thu@tinh.example")
        self.up = TEXT.replace("withdrawn:\n  date: 2025-01-01\n  reason: cũ\n", "")
        self.commit({PATH: self.up})

    def commit(self, files: Mapping[str, str | None]) -> str:
        """A commit on the branch that is open."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True) if text is None else path.write_text(text, "utf-8")
        self.git.run("add", "--all")
        self.git.run("commit", "--quiet", "--allow-empty", "-m", "Sửa")
        return self.git.run("rev-parse", "HEAD").line

    def taken_down(self, number: str, reason: str) -> Standing:
        """An urgent withdrawal of the item as the main branch has it now."""
        self.git.run("switch", "--quiet", "-c", f"de-xuat-{number}")
        made = self.commit({PATH: withdrawn(self.up, reason, DAY)})
        self.git.run("switch", "--quiet", "main")
        at = dt.datetime(2026, 11, 22, 9, 0, tzinfo=VIETNAM)
        entry = Entry(number, "Gỡ", "em", f"de-xuat/{number}", made, at, at, False, Stage.OPEN)
        return Standing(entry, (PATH,), reason, None, "", made)

    def shown(self, *found: Standing, path: str = PATH) -> str:
        """The item as citizens are to see it."""
        commit = with_withdrawals(self.git, "main", found)
        return self.git.run("cat-file", "blob", f"{commit}:{path}").text


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_what_the_main_branch_changed_since_is_taken_down_all_the_same(house: House) -> None:
    down = house.taken_down("1", "Lộ số")
    assert house.shown(down) == withdrawn(house.up, "Lộ số", DAY)
    changed = house.up.replace("Bài: một", "Bài: hai") + "Thêm.\n"
    house.commit({PATH: changed})
    assert house.shown(down) == withdrawn(changed, "Lộ số", DAY)
    assert house.git.run("cat-file", "blob", f"main:{PATH}").text == changed

    # Moved, it is found by its id; gone, or down for good, nothing is left to do.
    moved = "content/a/tin/2026/hai.md"
    house.commit({PATH: None, moved: changed})
    assert house.shown(down, path=moved) == withdrawn(changed, "Lộ số", DAY)
    for text in (None, withdrawn(changed, "Đã duyệt", DAY)):
        tip = house.commit({moved: text, "content/a/khac.md": "x"})
        assert with_withdrawals(house.git, "main", [down]) == tip


def test_two_withdrawals_of_one_item_are_one(house: House) -> None:
    found = [house.taken_down("1", "Lộ số"), house.taken_down("2", "Lần nữa")]
    assert house.shown(*found) == withdrawn(house.up, "Lộ số", DAY)
    assert house.shown(*found[::-1]) == withdrawn(house.up, "Lần nữa", DAY)
    tips = {with_withdrawals(house.git, "main", found) for _ in range(2)}
    assert len(tips) == 1
