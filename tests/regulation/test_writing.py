"""Vietnamese in Unicode (S5): what is not is told at its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.findings import Finding
from regulation.vietnamese import Legacy, nfc
from regulation.writing import BASIS, unicode_findings
from tests.regulation.legacy_text import from_unicode

GOOD = "Ủy ban nhân dân tỉnh Mẫu họp phiên thường kỳ, bàn về cải cách hành chính.\n"


@pytest.mark.duty("S5")
@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param(
            GOOD + "Ho\u0323p Ban\n",
            2,
            "Chữ “Họp” gõ bằng Unicode tổ hợp (dấu rời); hãy đổi sang Unicode dựng sẵn.",
            id="loose marks",
        ),
        pytest.param(
            GOOD + "Một\u200bhai\n",
            2,
            "Có ký tự U+200B không có bề rộng, mắt không thấy nhưng làm hỏng việc tìm kiếm: "
            "hãy xóa "
            "đi.",
            id="no width",
        ),
        pytest.param(
            GOOD + GOOD + "Một \ufffd hai\n",
            3,
            "Ký tự U+FFFD cho biết chữ gốc đã mất khi chuyển mã: hãy xem bản gốc và gõ lại "
            "chữ này.",
            id="lost",
        ),
        pytest.param(
            "Quảng Ðà\n",
            1,
            "Chữ “Ð” (U+00D0) trông như đ, Đ nhưng không phải chữ tiếng Việt: hãy gõ lại đ hoặc Đ.",
            id="another D",
        ),
    ],
)
def test_a_fault_of_writing_is_one_finding(text: str, line: int, message: str) -> None:
    assert list(unicode_findings("bai.md", text)) == [Finding("bai.md", message, line, basis=BASIS)]


@pytest.mark.duty("S5")
@pytest.mark.parametrize("legacy", list(Legacy))
def test_an_encoding_from_before_unicode_is_one_finding(legacy: Legacy) -> None:
    pasted = from_unicode("ủy ban nhân dân tỉnh vừa họp phiên thường kỳ", legacy)
    (finding,) = unicode_findings("bai.md", f"{GOOD}\n{pasted}\n")
    assert (finding.path, finding.line, finding.basis) == ("bai.md", 3, BASIS)
    assert finding.message.startswith("Đoạn “")
    assert f"còn ở bảng mã {legacy}, người đọc sẽ thấy chữ sai" in finding.message


def test_a_line_is_a_line_of_the_file() -> None:
    text = "một\x0chai\u2028ba\nHo\u0323p\n"
    lines = {finding.line for finding in unicode_findings("bai.md", text)}
    assert lines == {1, 2}


def test_good_text_has_no_finding() -> None:
    assert list(unicode_findings("bai.md", GOOD * 5)) == []


@given(st.text())
def test_no_text_makes_the_check_fail(text: str) -> None:
    for finding in unicode_findings("bai.md", text):
        assert 1 <= finding.line <= nfc(text).count("\n") + 1
