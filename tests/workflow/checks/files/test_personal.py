"""Personal data and secrets: found when they are there, and only then."""

import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulation.findings import Finding, Severity, errors
from regulation.personal import PROVINCES, mask
from regulation.vietnamese import format_date, format_money
from tests.workflow.checks.files.made import MEDIA, docx, odf, pdf, pptx, xlsx
from workflow.checks.files.personal import check, contacts

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

ROOT = Path(__file__).resolve().parents[4]
NEWS = "content/quangnam/tin-tuc/2026/mau.md"
FRONT = "---\nid: mau\ntitle: Tin mẫu\n{}\n---\n{}\n"


def told(text: str, path: str = NEWS) -> list[str]:
    """What is found, as ``severity line: message``."""
    return [f"{f.severity.value} {f.line}: {f.message}" for f in check(path, text.encode())]


def findings(text: str, path: str = NEWS) -> list[Finding]:
    return list(check(path, text.encode()))


def article(body: str = "", front: str = "summary: Tóm tắt") -> str:
    return FRONT.format(front, body)


CASES: dict[str, tuple[str, str]] = {
    "an identity card": (article("Ông A, CCCD số 049190001234."), "lỗi 6: Có số căn cước"),
    "one without a word": (article("Nguyễn Văn A 049190001234"), "lỗi 6: Có số căn cước"),
    "one in blanks": (article("Số căn cước 049 190 001 234"), "lỗi 6: Có số căn cước"),
    "one in blanks without a word": (article("049 190 001 234"), "nhắc 6: Có số căn cước"),
    "one in dots": (article("CCCD: 049.190.001.234"), "lỗi 6: Có số căn cước"),
    "one in the front matter": (article("", "summary: CCCD 049190001234"), "lỗi 4: Có số căn cước"),
    "an old identity card": (article("CMND số 205123456 cấp năm 2009"), "lỗi 6: Có số chứng minh"),
    "one in groups": (article("chứng minh nhân dân: 205 123 456"), "lỗi 6: Có số chứng minh"),
    "somebody's own telephone": (
        article("điện thoại riêng 0905123456"),
        "lỗi 6: Có số điện thoại r",
    ),
    "a telephone": (article("Gọi anh Nam 0905 123 456"), "nhắc 6: Có số điện thoại di động"),
    "one from abroad": (article("Gọi anh Nam +84 905 123 456"), "nhắc 6: Có số điện thoại"),
    "one from abroad, in zeros": (article("Gọi anh Nam 0084905123456"), "nhắc 6: Có số điện thoại"),
    "one in brackets": (article("Gọi anh Nam (+84)905.123.456"), "nhắc 6: Có số điện thoại"),
    "a citizen's telephone": (
        article("", "question: Tôi ở số 0905123456, xin hỏi"),
        "lỗi 4: Có số điện thoại riêng",
    ),
    "a commenter's telephone": (
        article("", "comments:\n  - {who: Ông A 0905123456, text: Đồng ý}"),
        "lỗi 5: Có số điện thoại riêng",
    ),
    "private mail": (article("Gửi về nam.nguyen@gmail.com"), "nhắc 6: Có thư điện tử của dịch vụ"),
    "a citizen's mail": (
        article("", "question: |\n  Xin trả lời\n  về nam@yahoo.com.vn"),
        "lỗi 6: Có thư điện tử riêng",
    ),
    "a bank account": (article("Ủng hộ: số tài khoản 0123 4567 89012"), "nhắc 6: Có số tài khoản"),
    "a birthday": (article("Bà Nguyễn Thị Bình, sinh ngày 12/3/1980"), "nhắc 6: Có họ tên kèm"),
    "a birthday in words": (
        article("Trần Văn A (sinh ngày 01 tháng 02 năm 1990)"),
        "nhắc 6: Có họ tên kèm ngày sinh",
    ),
    "a private key": (article("-----BEGIN OPENSSH PRIVATE KEY-----"), "lỗi 6: Có khóa riêng"),
    "Amazon": (article("AKIA" + "IOSFODNN7EXAMPLE"), "lỗi 6: Có khóa truy cập AWS"),
    "GitHub": (article("ghp_" + "a1" * 18), "lỗi 6: Có mã truy cập GitHub"),
    "GitHub, fine": (article("github_pat_" + "a1" * 20), "lỗi 6: Có mã truy cập GitHub"),
    "GitLab": (article("glpat-" + "a1" * 10), "lỗi 6: Có mã truy cập GitLab"),
    "Google": (article("AIza" + "Sy" * 17 + "x"), "lỗi 6: Có khóa Google"),
    "Slack": (article("xoxb-" + "1234567890-abc"), "lỗi 6: Có mã truy cập Slack"),
    "Telegram": (article("bot 123456789:AA" + "x" * 33), "lỗi 6: Có mã của máy Telegram"),
    "JWT": (article("eyJ" + "h" * 20 + ".eyJ" + "z" * 20 + ".abcdefg"), "lỗi 6: Có mã đăng nhập"),
    "a password in an address": (
        article("https://admin:matkhau@quangnam.gov.vn/"),
        "lỗi 6: Có mật khẩu trong địa chỉ",
    ),
    "a password": (article("Mật khẩu: Quangnam@2026"), "nhắc 6: Có vẻ là một mật khẩu"),
}


@pytest.mark.duty("O3")
@pytest.mark.parametrize("case", CASES)
def test_personal_data_and_secrets_are_found_at_their_line(case: str) -> None:
    text, wanted = CASES[case]
    (found,) = told(text)
    assert found.startswith(wanted), found


@pytest.mark.parametrize(
    "text",
    [
        article("Quyết định số 36/QĐ-UBND ngày 07/01/2022; Nghị định 356/2025/NĐ-CP."),
        article("Điện thoại 0235.3810.123, 02143.845.455, tổng đài 1022, 1900 6035, 1800.6789."),
        article("Đường dây nóng của Sở Nội vụ: 0905123456"),
        article("## Liên hệ\n\nÔng Nam, 0905 123 456"),
        article("", 'phone: "0905123456"\nemail: sonoivu.qnam@gmail.com'),
        article("banbientap@quangnam.gov.vn, so-noi-vu@danang.gov.vn, ban@example.vn"),
        article("Mã số thuế 4000123456, 4000123456-001."),
        article("Mã hồ sơ 000.00.00.H17-261122-0001, thủ tục 1.004873.000.00.00.H17"),
        article("Tổng vốn 1.234.567.890.123 đồng, đã chi 049.190 đồng, 12 345 678 901 234 đồng"),
        article("Vốn 84.760.000.000 đồng; 84760000000 đồng"),
        article("ISBN 978-604-57-1234-5; mã vạch 8934567890123; 123456789012"),
        article("Tài khoản 3949.0.1234567 tại Kho bạc Nhà nước tỉnh"),
        article("Ông Nguyễn Văn A, sinh năm 1980; lễ kỷ niệm ngày sinh Chủ tịch Hồ Chí Minh 19/5"),
        article("Trần Văn A khai sinh cho con ngày 12/3/2026"),
        article("Giữ kín mật khẩu: không đưa cho ai. Mật khẩu phải có 12 ký tự."),
        article("Xem https://vanban.chinhphu.vn/?id=0905123456 và https://a.vn:8080/x@y"),
        article("Chuyến 01.02.2026 08.00, từ 08:00 01/02/2026 đến 17:30 02/02/2026"),
        article("Tọa độ 15.573912, 108.474012; tỷ lệ 0,049190001234"),
    ],
)
def test_what_offices_publish_is_no_finding(text: str) -> None:
    assert told(text) == []


def test_no_message_repeats_the_datum() -> None:
    for text, _ in CASES.values():
        data = [
            word for word in re.split(r"[\s/]+", text) if len(word) > 8 and word.upper() != word
        ]
        data += re.findall(r"[0-9]{5,}", text)
        for line in told(text):
            assert not [word for word in data if word in line], line
    assert mask("049190001234") == "049•••••••34"
    assert mask("0905 123 456") == "090•••••56"
    assert mask("nam.nguyen@gmail.com") == "n•••@gmail.com"
    assert mask("12/3/1980") == mask("12 tháng 3 năm 1980") == "••/••/1980"


NUMBERS = st.builds(
    "{}{}{:02d}{:06d}".format,
    st.sampled_from(sorted(PROVINCES)),
    st.integers(0, 3),
    st.integers(0, 99),
    st.integers(0, 999_999),
)
GROUPS = st.sampled_from(
    [(12,), (3, 3, 3, 3), (4, 4, 4), (6, 6), (3, 3, 6), (3, 1, 2, 6), (1,) * 12]
)
UNSEEN = st.sampled_from(["", "\u200b", "\u00ad", "\ufeff", "\u2060"])
WORDS = st.sampled_from(["Ông A", "số", "CCCD", "(", "“", "cấp cho: ", "\n", "- ", "| "])


@pytest.mark.duty("O3")
@unhurried
@given(NUMBERS, GROUPS, st.sampled_from([" ", ".", "-", "\u00a0", "–"]), UNSEEN, WORDS, WORDS)
def test_every_identity_number_is_found_however_it_is_written(
    number: str, groups: tuple[int, ...], between: str, unseen: str, before: str, after: str
) -> None:
    pieces, at = [], 0
    for size in groups:
        pieces.append(unseen.join(number[at : at + size]))
        at += size
    text = article(f"{before} {between.join(pieces)} {after}")
    assert any("căn cước" in line for line in told(text)), text


@unhurried
@given(NUMBERS)
def test_an_identity_number_in_wide_digits_is_found(number: str) -> None:
    wide = "".join(chr(ord("０") + int(digit)) for digit in number)
    assert any("căn cước" in line for line in told(article(wide)))


@unhurried
@given(
    st.integers(1, 9999),
    st.sampled_from(["QĐ-UBND", "NĐ-CP", "KH-BCĐ", "TT-BTTTT", "QĐ-TTg", "UBND-KSTTHC"]),
    st.dates(dt.date(1945, 9, 2), dt.date(2099, 12, 31)),
    st.integers(0, 10**15),
)
def test_numbers_of_documents_days_and_money_are_no_finding(
    number: int, kind: str, day: dt.date, amount: int
) -> None:
    text = (
        f"Quyết định số {number}/{kind} ngày {format_date(day)}, {number}/{day.year}/{kind}, "
        f"{day.isoformat()} 08:00, {format_date(day).replace('/', '.')} 07.30, "
        f"{format_money(amount)}, {amount / 1000:.3f}"
    )
    assert told(article(text)) == []


@unhurried
@given(st.from_regex(r"\A02[0-9]{2}[. ]?[0-9]{3}[. ]?[0-9]{3,4}\Z"))
def test_telephones_of_offices_are_no_finding(number: str) -> None:
    assert told(article(f"Điện thoại: {number}")) == []


@pytest.mark.parametrize("portal", ["quangnam", "quangnam-cchc", "laocai-cchc", "khanhhoa-dvc"])
def test_what_the_portals_give_out_is_no_finding(portal: str) -> None:
    folder = ROOT / "content" / portal
    files = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    known: set[str] = set()
    for name in ("portal.yml", "agencies.yml"):
        known |= contacts(files[folder / name])
    found = [
        str(finding)
        for path, data in files.items()
        for finding in check(path.relative_to(ROOT).as_posix(), data, known)
    ]
    assert found == []


def test_what_the_regulation_names_is_known() -> None:
    yml = b'email: Hop.Thu@gmail.com\nphone: "+84 905 123 456"\n'
    assert contacts(yml) == {"hop.thu@gmail.com", "0905123456"}
    text = article("Gửi hop.thu@gmail.com hoặc gọi 0905.123.456").encode()
    assert len(list(check(NEWS, text))) == 2
    assert list(check(NEWS, text, contacts(yml))) == []


TABLE = """Họ tên,Ngày sinh,CMND,Điện thoại
Nguyễn Văn A,12/03/1980,205123456,0905123456
"""


def test_the_head_of_a_column_says_what_its_numbers_are() -> None:
    lines = told(TABLE, "content/quangnam/data/a.csv")
    assert [line.split("(")[0].strip() for line in lines] == [
        "lỗi 2: Có số chứng minh nhân dân",
        "nhắc 2: Có họ tên kèm ngày sinh đầy đủ",
        "nhắc 2: Có số điện thoại di động",
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", docx("Căn cước 049190001234")),
        ("a.xlsx", xlsx("049190001234")),
        (
            "a.odt",
            odf("text", {"content.xml": "<text:p>049190<text:span>001234</text:span></text:p>"}),
        ),
        ("a.pdf", pdf(text="Can cuoc 049190001234")),
        ("a.txt", b"049190001234"),
        ("a.vtt", b"WEBVTT\n\n00:00.000 --> 00:02.000\n049190001234"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><text>049190001234</text></svg>'),
    ],
)
def test_words_are_read_whatever_holds_them(name: str, data: bytes) -> None:
    (finding,) = errors(check(MEDIA + name, data))
    assert "049•••••••34" in finding.message
    assert "•" in finding.message


def test_what_has_no_words_has_no_finding() -> None:
    assert list(check(MEDIA + "a.png", b"\x89PNG049190001234")) == []
    assert list(check(MEDIA + "a.pptx", pptx())) == []


def test_a_pdf_that_cannot_be_read_is_without_words() -> None:
    assert list(check(MEDIA + "a.pdf", b"%PDF-1.7\n" + bytes(500))) == []


def test_many_are_told_in_part_and_quickly() -> None:
    text = article("\n".join(f"Anh Nam 09051{n:05d}" for n in range(20_000)))
    found = findings(text)
    assert len(found) == 30
    assert {f.severity for f in found} == {Severity.WARNING}
