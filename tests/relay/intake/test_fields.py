"""What people type: cleaned of what nobody sees, every fault told at once."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.forms import load_forms
from relay.intake import cleaning
from relay.intake.fields import Fault, checked
from relay.intake.reaching import NotMail, NotPhone, mail, phone

CALM = settings(deadline=None)

AGENCIES = frozenset({"so-noi-vu"})
FORMS = load_forms()
GOOD = {"tieu-de": "Cấp lại giấy phép", "noi-dung": "Bao lâu thì xong?"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Một\r\nHai\rBa\u2028Bốn", "Một\nHai\nBa\nBốn"),
        ("  thụt đầu dòng  \n\n", "  thụt đầu dòng"),
        ("a\n\n\n\n\n\nb", "a\n\n\nb"),
        (unicodedata.normalize("NFD", "Tiếng Việt"), "Tiếng Việt"),
        ("không\u200b dấu\ufeff, nối\u00ad mềm\u2060", "không dấu, nối mềm"),
        ("abc\u202edef\u202c \u2066x\u2069\u200f\u061c", "abcdef x"),
        ("a\x07b\x1b[31m\x7f\x9fc", "ab[31mc"),
        ("gia đình 👨\u200d👩\u200d👧 👍🏽 ❤\ufe0f", "gia đình 👨\u200d👩\u200d👧 👍🏽 ❤\ufe0f"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=CMD()", "=CMD()"),
        ("\u200b\u202e\x00", ""),
    ],
)
def test_text_is_kept_as_it_is_seen(typed: str, kept: str) -> None:
    assert cleaning.text(typed) == kept


@CALM
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_cleaned_text_is_clean_and_stays_as_it_is(typed: str) -> None:
    for clean in (cleaning.text, cleaning.line):
        kept = clean(typed)
        assert clean(kept) == kept
        assert unicodedata.is_normalized("NFC", kept)
        assert not set(kept) & set(
            "\0\r\x0b\x0c\u200b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028"
        )
        assert all(char in "\n\t" or unicodedata.category(char) != "Cc" for char in kept)
    assert "\n" not in cleaning.line(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0905123456", "0905123456"),
        ("0905 123 456", "0905123456"),
        ("0905.123.456", "0905123456"),
        ("0905-123-456", "0905123456"),
        ("O905 123 456", "0905123456"),
        ("+84 905 123 456", "0905123456"),
        ("+84 (0) 905 123 456", "0905123456"),
        ("+840905123456", "0905123456"),
        ("(+84) 905123456", "0905123456"),
        ("84905123456", "0905123456"),
        ("0084905123456", "0905123456"),
        ("(0235) 3.852.123", "02353852123"),
        ("0235 3852 123", "02353852123"),
        ("024-3825-1234", "02438251234"),
        ("1900 6035", "19006035"),
        ("+1 (714) 555-0123", "+17145550123"),
        ("001 714 555 0123", "+17145550123"),
    ],
)
def test_telephone_numbers_as_people_type_them(typed: str, kept: str) -> None:
    assert phone(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["090512345", "09051234567", "0105123456", "không có", "0905 abc 456", "+84", "12", "()"],
)
def test_what_is_no_telephone_number_is_told(typed: str) -> None:
    with pytest.raises(NotPhone, match="hãy gõ"):
        phone(typed)


@pytest.mark.parametrize(
    ("typed", "new"), [("01681234567", "0381234567"), ("0123 456 7890", "0834567890")]
)
def test_numbers_of_before_2018_are_told_anew(typed: str, new: str) -> None:
    with pytest.raises(NotPhone, match=new):
        phone(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a@b.vn", "a@b.vn"),
        ("Ten.Toi+hoi@Quangnam.GOV.VN", "Ten.Toi+hoi@quangnam.gov.vn"),
        ("mailto:a@b.vn", "a@b.vn"),
        ("<a@b.vn>", "a@b.vn"),
        ("a @ b.vn", "a@b.vn"),
        ("a@b,vn.", "a@b.vn"),
        ("o'neil@b.vn", "o'neil@b.vn"),
    ],
)
def test_mail_addresses_as_people_type_them(typed: str, kept: str) -> None:
    assert mail(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "a",
        "@b.vn",
        "a@",
        "a@b",
        "a@@b.vn",
        "a@b@c.vn",
        "địachỉ@b.vn",
        "a..b@c.vn",
        ".a@c.vn",
        "a@-b.vn",
        "a@b..vn",
        "a@[127.0.0.1]",
        '"a b"@c.vn',
        "a@b.vn, c@d.vn",
        "a@b.vn>\u2028Bcc: c@d.vn",
        "x" * 65 + "@b.vn",
        "ten@gmail.con",
    ],
)
def test_what_is_no_mail_address_is_told(typed: str) -> None:
    with pytest.raises(NotMail, match="hãy"):
        mail(typed)


@CALM
@given(st.text(max_size=60))
def test_a_mail_address_can_stand_in_a_header(typed: str) -> None:
    try:
        kept = mail(typed)
    except NotMail:
        return
    assert kept.isascii() and kept.isprintable() and kept.count("@") == 1
    assert not set(kept) & set(' ,;<>"()[]\\')


def test_every_fault_is_told_at_once_in_the_order_of_the_form() -> None:
    typed = {
        "tieu-de": " \u200b ",
        "noi-dung": "x" * 5_001,
        "co-quan": "khong-co",
        "thu": "a.vn",
        "dien-thoai": "12",
        "dong-y-dang": "on",
    }
    given_ = checked(FORMS["question"], typed, AGENCIES)
    assert [fault.field for fault in given_.faults] == [
        "tieu-de",
        "noi-dung",
        "co-quan",
        "thu",
        "dien-thoai",
        "dong-y-dang",
    ]
    assert given_.faults[0] == Fault(
        "tieu-de", "Chưa điền “Bạn muốn hỏi về việc gì”; hãy điền vào ô này."
    )
    assert "5.001 ký tự" in given_.faults[1].message
    assert given_.values["noi-dung"] == "x" * 5_001  # the form is drawn with it
    assert given_.values["thu"] == "a.vn"


def test_what_is_right_is_kept_and_what_is_empty_is_not() -> None:
    typed = {**GOOD, "ho-ten": "  Nguyễn  Văn\tA ", "thu": "", "dong-y-dang": "co", "la": "x"}
    given_ = checked(FORMS["question"], typed, AGENCIES)
    assert given_.faults == ()
    assert dict(given_.values) == {**GOOD, "ho-ten": "Nguyễn Văn A", "dong-y-dang": "co"}


def test_lengths_are_counted_in_letters_as_they_are_kept() -> None:
    decomposed = unicodedata.normalize("NFD", "ế" * 150)
    assert not checked(FORMS["question"], {**GOOD, "tieu-de": decomposed}, ()).faults
    assert checked(FORMS["question"], {**GOOD, "tieu-de": "ế" * 151}, ()).faults


def test_a_field_is_needed_with_another() -> None:
    typed = {"noi-dung": "x", "muc-dich": "y", "ho-ten": "A", "dia-chi": "B"}
    form = FORMS["information-request"]
    by_mail = checked(form, {**typed, "hinh-thuc": "thu-dien-tu"}, ())
    assert [fault.field for fault in by_mail.faults] == ["thu"]
    assert not checked(form, {**typed, "hinh-thuc": "buu-dien"}, ()).faults
    assert [f.field for f in checked(form, {**typed, "hinh-thuc": "khac"}, ()).faults] == [
        "hinh-thuc"
    ]


@CALM
@given(
    st.sampled_from(sorted(FORMS)),
    st.dictionaries(st.sampled_from([*GOOD, "thu", "dien-thoai", "diem", "ve"]), st.text()),
)
def test_nothing_typed_breaks_a_form(kind: str, typed: dict[str, str]) -> None:
    form = FORMS[kind]  # type: ignore[index]
    given_ = checked(form, typed, AGENCIES)
    assert set(given_.values) <= form.names
    assert {fault.field for fault in given_.faults} <= form.names
    again = checked(form, given_.values, AGENCIES)
    assert again == given_
