"""What is typed of people is one line on which all is seen."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.contacts import Contact, tidy
from accounts.lines import one_line
from regulation.findings import Refused
from tests.accounts.desk import Desk

NAME = "Nguyễn Thị Mai"

WRONG = [
    ("Mai\nquản trị: Hoa", "một dòng"),
    ("Mai\r\nHoa", "một dòng"),
    ("Mai\u2028Hoa", "một dòng"),
    ("Mai\u2029Hoa", "một dòng"),
    ("Mai\x85Hoa", "ký tự điều khiển"),
    ("Mai\x0bHoa", "ký tự điều khiển"),
    ("Mai\x1b[2K", "ký tự điều khiển"),
    ("Mai\x00", "ký tự điều khiển"),
    ("Mai\x7f", "ký tự điều khiển"),
    ("\u202eiaM", "đổi chiều viết"),
    ("Mai\u2067", "đổi chiều viết"),
    ("Ma\u200bi", "không có bề rộng"),
    ("Ma\u00adi", "dấu nối mềm"),
]


@pytest.mark.parametrize(("typed", "said"), WRONG)
def test_what_is_not_seen_or_breaks_the_line_is_refused(typed: str, said: str) -> None:
    for ask in (lambda: one_line(typed, "--title"), lambda: tidy(Contact(title=typed))):
        with pytest.raises(Refused, match=said) as refused:
            ask()
        assert [str(each.path) for each in refused.value.findings] == ["--title"]


@pytest.mark.parametrize(("typed", "said"), WRONG)
def test_nobody_is_registered_by_such_a_name(desk: Desk, typed: str, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        desk.register.add_person("mai-moi", typed)
    assert [str(each.path) for each in refused.value.findings] == ["--name"]


@pytest.mark.parametrize(
    "typed",
    [f"  {NAME} ", NAME.replace(" ", " \t "), unicodedata.normalize("NFD", NAME), f"{NAME}\n"],
)
def test_blanks_and_marks_are_put_right_without_a_word(typed: str) -> None:
    assert one_line(typed, "--name") == NAME


@given(st.text())
def test_what_is_taken_is_one_line_and_is_taken_again(typed: str) -> None:
    try:
        made = one_line(typed, "--name")
    except Refused:
        return
    assert len(made.splitlines()) <= 1
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in made)
    assert one_line(made, "--name") == made


def test_a_reason_is_one_line_of_the_report(desk: Desk) -> None:
    with pytest.raises(Refused, match="--reason: lỗi: Phải viết trên một dòng"):
        desk.register.suspend("mai", "nghỉ\nhoa: thôi việc")
