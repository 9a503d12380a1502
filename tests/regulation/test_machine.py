"""What the machine complains of is told in Vietnamese, with what to do."""

import ast
import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from regulation.machine import os_finding, os_words, runs
from regulation.vietnamese import fold

ROOT = Path(__file__).parents[2]
COMMON = (
    "EACCES EPERM ENOENT EEXIST EISDIR ENOTDIR ENOTEMPTY ENAMETOOLONG ELOOP ENOSPC EDQUOT EROFS "
    "EFBIG EMFILE ENOMEM EIO EADDRINUSE EADDRNOTAVAIL ECONNREFUSED"
).split()


@pytest.mark.parametrize("name", COMMON)
def test_a_complaint_is_vietnamese_and_says_what_to_do(name: str) -> None:
    number = getattr(errno, name)
    words = os_words(OSError(number, "in English"))
    assert "hãy" in words
    assert "English" not in words
    assert fold(words) != words


def test_an_unknown_complaint_is_told_by_its_number() -> None:
    assert os_words(OSError(9999, "Strange")) == (
        "hệ điều hành báo lỗi số 9999; hãy báo người quản trị máy"
    )
    assert "?" in os_words(OSError("no number"))


def test_a_finding_stands_at_the_file_that_the_complaint_names() -> None:
    found = os_finding(PermissionError(errno.EACCES, "Permission denied", "/x/y"))
    assert str(found) == (
        "/x/y: lỗi: Không có quyền; hãy đổi quyền của tệp, thư mục hoặc chọn chỗ khác."
    )
    assert os_finding(OSError(errno.ENOSPC, "No space"), "output").path == "output"


def test_no_module_passes_on_what_the_machine_says_in_english() -> None:
    for room in ("regulation", "plugins", "workflow", "accounts", "relay"):
        for path in (ROOT / room).rglob("*.py"):
            names = {
                n.attr
                for n in ast.walk(ast.parse(path.read_text()))
                if isinstance(n, ast.Attribute)
            }
            assert "strerror" not in names, path


def test_a_process_is_there_until_it_has_ended() -> None:
    assert runs(os.getpid())
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert not runs(ended.pid)
