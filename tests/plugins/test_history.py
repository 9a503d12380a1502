"""What changed in an item since it was published: read from Git, told on its page."""

import datetime as dt
import subprocess
from pathlib import Path

import pytest

from plugins.history import Note, notes, read_log
from regulation.yamlfile import VIETNAM


def at(day: int) -> dt.datetime:
    return dt.datetime(2026, 11, day, 9, 0, tzinfo=VIETNAM)


def entry(day: int, subject: str, *names: str, **said: str) -> str:
    """A merge as Git tells it."""
    values = [said.get(key, "") for key in ("proposal", "correction", "update", "minor")]
    head = "\x1f".join([at(day).isoformat(), subject, *values])
    return f"\x1e{head}\x1f\n" + "\0".join(names) + "\0"


ADDED = entry(1, "Đề xuất 1: Bài A", "A", "a.md", proposal="1")


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (ADDED, {}),
        (
            entry(2, "Đề xuất 2: Sửa giờ", "M", "a.md", proposal="2") + ADDED,
            {"a.md": (Note("update", at(2), "Sửa giờ"),)},
        ),
        (
            entry(2, "Đề xuất 2: x", "M", "a.md", proposal="2", correction="Giờ đúng là 19 giờ")
            + ADDED,
            {"a.md": (Note("correction", at(2), "Giờ đúng là 19 giờ"),)},
        ),
        (
            entry(2, "Đề xuất 2: x", "M", "a.md", proposal="2", update="Thêm bảng") + ADDED,
            {"a.md": (Note("update", at(2), "Thêm bảng"),)},
        ),
        (entry(2, "Đề xuất 2: x", "M", "a.md", proposal="2", minor="yes") + ADDED, {}),
        (entry(2, "Sửa hàng loạt", "M", "a.md"), {}),
        (
            entry(3, "Đề xuất 3: Đổi chỗ", "R090", "a.md", "b.md", proposal="3")
            + entry(2, "Đề xuất 2: Sửa", "M", "a.md", "M", "c.md", proposal="2")
            + ADDED,
            {
                "b.md": (Note("update", at(3), "Đổi chỗ"), Note("update", at(2), "Sửa")),
                "c.md": (Note("update", at(2), "Sửa"),),
            },
        ),
        (entry(2, "Đề xuất 2: bỏ", "D", "a.md", proposal="2") + ADDED, {}),
        ("", {}),
    ],
)
def test_notes_are_what_the_main_branch_tells(
    told: str, found: dict[str, tuple[Note, ...]]
) -> None:
    assert read_log(told) == found


def git(root: Path, *words: str) -> None:
    settings = ["-c", "user.name=A", "-c", "user.email=a@a.vn", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *settings, *words], check=True, capture_output=True)


def test_a_real_repository_is_read(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    file = tmp_path / "content" / "mau" / "tin-tuc" / "2026" / "bài.md"
    file.parent.mkdir(parents=True)
    for number, (text, said) in enumerate(
        [("một", ""), ("hai", "\n\nCorrection: Số đúng là hai"), ("ba", "\n\nMinor: yes")]
    ):
        if number == 0:
            git(tmp_path, "commit", "-q", "--allow-empty", "-m", "Gốc")
        git(tmp_path, "switch", "-q", "-c", f"bai/{number}")
        file.write_text(text, encoding="utf-8")
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-q", "-m", text)
        git(tmp_path, "switch", "-q", "main")
        message = f"Đề xuất {number}: Bài{said}\nProposal: {number}"
        if not said:
            message = f"Đề xuất {number}: Bài\n\nProposal: {number}"
        git(tmp_path, "merge", "-q", "--no-ff", "-m", message, f"bai/{number}")
    found = notes(tmp_path, "mau")
    assert {path: [(n.kind, n.text) for n in those] for path, those in found.items()} == {
        "content/mau/tin-tuc/2026/bài.md": [("correction", "Số đúng là hai")]
    }
    assert notes(tmp_path, "khac") == {}


def test_without_git_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert notes(tmp_path, "mau") == {}
