"""One item out of one file: what it holds, and each mistake at its line."""

import datetime as dt
from decimal import Decimal
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.content_types import Kind, content_types
from regulation.findings import Finding
from regulation.items import Item, read_item, references, split
from regulation.portal import Portal
from regulation.vietnamese import Legacy
from regulation.yamlfile import VIETNAM
from tests.regulation.legacy_text import from_unicode

NEWS = "tin-tuc/2026/hop-ban.md"
ARTICLE = """\
---
id: hop-ban
title: Họp Ban Biên tập
summary: Ban Biên tập họp kỳ đầu năm.
posted: 2026-03-02 08:30
agency: so-noi-vu
source: Sở Nội vụ
---

Nội dung cuộc họp.
"""
COMMON = """\
id: muc-thu
title: Mục để thử
summary: Một mục.
posted: 2026-03-02 08:30
agency: van-phong
source: Văn phòng
"""
PROCEDURE = f"""\
---
{COMMON}code: 1.000001
level: tinh
area: Hộ tịch
who: Công dân.
papers:
  - name: Tờ khai
    originals: 1
channels:
  - way: online
    place: Cổng Dịch vụ công quốc gia
    time: 3 ngày
    fee: Không
steps: [Nộp hồ sơ, Nhận kết quả]
time_limit: 3 ngày làm việc
fee: Không
result: Giấy xác nhận
decided_by: Sở Tư pháp
online: full
legal_basis: Luật Hộ tịch
---
"""
MEDIA = f"""\
---
{COMMON}form: audio
file: media/ban-tin.mp3
transcript: Xin chào.
---
"""
CONSULTATION = f"""\
---
{COMMON}opens: 2026-03-02
closes: 2026-05-02
drafted_by: so-noi-vu
address: Sở Nội vụ
---
"""
DOCUMENT = f"""\
---
{COMMON}number: 36/QĐ-UBND
form: quyet-dinh
issuer: Ủy ban nhân dân tỉnh
issued: 2022-01-07
standing: in-force
abstract: Ban hành Quy chế
area: Cải cách hành chính
---
"""
STATISTIC = f"""\
---
{COMMON}survey: Điều tra
from: 2025-07-01
to: 2025-12-31
announced: 2026-01-28
method: Điều tra mẫu
table:
  file: data/dan-so.csv
  caption: Dân số
---
"""
PLACES = {
    ARTICLE: NEWS,
    PROCEDURE: "thu-tuc/2026/muc-thu.md",
    MEDIA: "am-thanh/2026/muc-thu.md",
    CONSULTATION: "gop-y/2026/muc-thu.md",
    DOCUMENT: "van-ban/2026/muc-thu.md",
    STATISTIC: "so-lieu/2026/muc-thu.md",
}


def look(portal: Portal, text: str, place: str = NEWS) -> tuple[Item | None, list[Finding]]:
    return read_item(PurePosixPath(place), place, text, portal)


@pytest.mark.parametrize("text", list(PLACES), ids=list(PLACES.values()))
def test_a_good_item_has_no_finding(portal: Portal, text: str) -> None:
    item, found = look(portal, text, PLACES[text])
    assert found == []
    assert item is not None


def test_an_item_is_what_its_file_says(portal: Portal) -> None:
    item, _ = look(portal, ARTICLE)
    assert item is not None
    assert (item.id, item.section, item.type, item.year, item.slug, item.lang) == (
        "hop-ban",
        "tin-tuc",
        "article",
        2026,
        "hop-ban",
        "vi",
    )
    assert item.url == "/tin-tuc/2026/hop-ban/"
    assert item.posted == dt.datetime(2026, 3, 2, 8, 30, tzinfo=VIETNAM)
    assert (item.status, item.listed, item.sample) == ("published", True, False)
    assert (item.body, item.body_line) == ("\nNội dung cuộc họp.\n", 9)
    assert (item.line("title"), item.line("picture", "alt")) == (3, 2)


def test_an_english_item_has_an_address_of_its_own(portal: Portal) -> None:
    item, found = look(portal, ARTICLE, "tin-tuc/2026/hop-ban.en.md")
    assert (item and item.url, found) == ("/en/tin-tuc/2026/hop-ban/", [])


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("keywords: [một, hai]", "keywords", ("một", "hai")),
        ("keywords: một", "keywords", ("một",)),
        ("keywords: [2026, 1.5]", "keywords", ("2026", "1.5")),
        ("sample: true", "sample", True),
        ("order: 3", "order", 3),
        ("happened: 2026-03-01", "happened", dt.date(2026, 3, 1)),
        ('happened: "2026-03-01"', "happened", dt.date(2026, 3, 1)),
        ("updated: 2026-03-03", "updated", dt.datetime(2026, 3, 3, tzinfo=VIETNAM)),
        ('updated: "2026-03-03 07:00"', "updated", dt.datetime(2026, 3, 3, 7, tzinfo=VIETNAM)),
        ("place: Hội  trường", "place", "Hội trường"),
        ("source_url: https://mau.example/a", "source_url", "https://mau.example/a"),
        ("author:", "author", None),
    ],
)
def test_a_field_is_read_by_its_kind(portal: Portal, line: str, name: str, value: object) -> None:
    item, found = look(portal, ARTICLE.replace("source:", f"{line}\nsource:"))
    assert found == []
    assert item is not None
    assert item.values[name] == value


def test_fractions_are_kept_as_written(portal: Portal) -> None:
    place = content_types()["place"]
    section = portal.section("am-thanh").model_copy(update={"type": place.id})
    sections = (*portal.sections[:-1], section)
    regulation = portal.regulation.model_copy(update={"sections": sections})
    places = Portal(regulation, portal.agencies, portal.calendar, portal.path)
    text = f"---\n{COMMON}form: di-tich\naddress: Phường Mẫu\nlatitude: 15.1\n---\n"
    item, found = look(places, text, "am-thanh/2026/muc-thu.md")
    assert item is not None
    assert (item.values["latitude"], found) == (Decimal("15.1"), [])


# --- one mistake, one finding ----------------------------------------------------------------

MISTAKES = [
    # what is changed in which item; line, key, message
    pytest.param(
        ARTICLE,
        "summary: Ban Biên tập họp kỳ đầu năm.\n",
        "",
        2,
        "summary",
        "Thiếu mục “summary” (Tóm tắt); hãy thêm vào.",
        id="missing",
    ),
    pytest.param(
        ARTICLE,
        "title: Họp Ban Biên tập",
        'title: "  "',
        3,
        "title",
        "Thiếu mục “title” (Tiêu đề); hãy thêm vào.",
        id="blank",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\nsourc_url: x",
        8,
        "sourc_url",
        "Loại nội dung này không có mục “sourc_url”. Giá trị “sourc_url” không có trong danh sách; "
        "có phải “source_url” không?",
        id="unknown field",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\nprovider: Nguyễn Văn A",
        8,
        "provider",
        "Họ tên, điện thoại của người cung cấp thông tin là thông tin nội bộ, không được để trong "
        "tệp công khai; hãy xóa mục này.",
        id="internal field",
    ),
    pytest.param(
        ARTICLE,
        "title: Họp Ban Biên tập",
        "title: Họp Ban Biên tập\ntitle: Họp nữa",
        4,
        "title",
        "Mục “title” viết hai lần; hãy bỏ một.",
        id="twice",
    ),
    pytest.param(
        ARTICLE,
        "posted: 2026-03-02 08:30",
        "posted: 2026-02-30",
        5,
        "posted",
        "Ngày “2026-02-30” không có trong lịch; hãy viết năm-tháng-ngày, ví dụ 2026-11-22.",
        id="impossible date",
    ),
    pytest.param(
        ARTICLE,
        "posted: 2026-03-02 08:30",
        "posted: 02/03/2026",
        5,
        "posted",
        "Giá trị “02/03/2026” không đúng; ở đây phải là ngày và giờ, viết như 2026-11-22 14:30.",
        id="date in another form",
    ),
    pytest.param(
        ARTICLE,
        "posted: 2026-03-02 08:30",
        "posted: 2025-12-31 23:00",
        5,
        "posted",
        "Ngày đăng thuộc năm 2025 nhưng tệp nằm ở thư mục 2026.",
        id="posted in another year",
    ),
    pytest.param(
        ARTICLE,
        "posted: 2026-03-02 08:30",
        "posted: 2026-12-31 20:00Z",
        5,
        "posted",
        "Ngày đăng thuộc năm 2027 nhưng tệp nằm ở thư mục 2026.",
        id="posted in another year of Vietnam",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\nupdated: 2026-03-01 08:00",
        8,
        "updated",
        "Ngày cập nhật đứng trước ngày đăng.",
        id="updated before posted",
    ),
    pytest.param(
        ARTICLE,
        "agency: so-noi-vu",
        "agency: so-noi-v",
        6,
        "agency",
        "Phải ghi mã một cơ quan trong agencies.yml. Giá trị “so-noi-v” không có trong danh sách; "
        "có phải “so-noi-vu” không?",
        id="unknown agency",
    ),
    pytest.param(
        ARTICLE,
        "id: hop-ban",
        "id: Họp ban",
        2,
        "id",
        "Giá trị “Họp ban” không đúng; ở đây phải là mã gồm chữ thường không dấu, chữ số "
        "và dấu gạch "
        "nối.",
        id="id with tones",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\nstatus: gone",
        8,
        "status",
        "Giá trị “gone” không có trong danh sách; hãy chọn một trong: published, draft, withdrawn.",
        id="unknown status",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: 2026-01-01",
        7,
        "source",
        "Giá trị “2026-01-01” không đúng; ở đây phải là một dòng chữ (đặt trong dấu nháy kép).",
        id="date where words are meant",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: [a, b]",
        7,
        "source",
        "Giá trị “[a, b]” không đúng; ở đây phải là một dòng chữ.",
        id="list where words are meant",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\nsource_url: mau.example",
        8,
        "source_url",
        "Giá trị “mau.example” không đúng; ở đây phải là địa chỉ đầy đủ, bắt đầu bằng https://.",
        id="address without scheme",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\nsource_url: javascript:alert(1)",
        8,
        "source_url",
        "Giá trị “javascript:alert(1)” không đúng; ở đây phải là địa chỉ đầy đủ, bắt đầu bằng "
        "https://.",
        id="address that runs",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        'source: Sở Nội vụ\nsource_url: "http://["',
        8,
        "source_url",
        "Giá trị “http://[” không đúng; ở đây phải là địa chỉ đầy đủ, bắt đầu bằng https://.",
        id="address that cannot be read",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\nsample: có",
        8,
        "sample",
        "Giá trị “có” không đúng; ở đây phải là true hoặc false.",
        id="flag in words",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\norder: 1.5",
        8,
        "order",
        "Giá trị “1.5” không đúng; ở đây phải là số nguyên, viết liền không dấu chấm.",
        id="fraction for a whole number",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\npicture: media/a.svg",
        8,
        "picture",
        "Giá trị “media/a.svg” không đúng; ở đây phải là các mục “tên: giá trị”.",
        id="words for a group",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\npicture:\n  file: media/a.svg",
        8,
        "picture.alt",
        "Thiếu mục “alt” (Mô tả ảnh cho người không nhìn thấy); hãy thêm vào.",
        id="picture without alternative",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\npicture:\n  file: ../a.svg\n  alt: Cầu",
        9,
        "picture.file",
        "Giá trị “../a.svg” không đúng; ở đây phải là tên tệp không dấu trong media/ "
        "hoặc data/, ví "
        "dụ media/cau.svg.",
        id="file outside the portal",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\nattachments:\n  - media/a.pdf",
        9,
        "attachments[0]",
        "Giá trị “media/a.pdf” không đúng; ở đây phải là các mục “tên: giá trị”.",
        id="words for a row",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\nattachments: media/a.pdf",
        8,
        "attachments",
        "Giá trị “media/a.pdf” không đúng; ở đây phải là danh sách, mỗi dòng bắt đầu bằng dấu gạch "
        "ngang.",
        id="words for rows",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\nkeywords: {a: b}",
        8,
        "keywords",
        "Giá trị “{a: b}” không đúng; ở đây phải là danh sách dòng chữ.",
        id="mapping for lines",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\nkeywords:\n  - một\n  -",
        10,
        "keywords[1]",
        "Giá trị để trống không đúng; ở đây phải là một dòng chữ.",
        id="empty line among lines",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\nmoved_from: [tin-tuc/cu/]",
        8,
        "moved_from",
        "Địa chỉ cũ “tin-tuc/cu/” phải bắt đầu và kết thúc bằng dấu “/”.",
        id="former address without slash",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\nstatus: withdrawn",
        8,
        "status",
        "Mục đã gỡ phải ghi ngày gỡ và lý do (withdrawn: date, reason).",
        id="withdrawn without a word",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\nstatus: withdrawn\nwithdrawn:\n  date: 2026-03-05",
        9,
        "withdrawn.reason",
        "Thiếu mục “reason” (Lý do); hãy thêm vào.",
        id="withdrawn without reason",
    ),
    pytest.param(
        ARTICLE,
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\nwithdrawn: {date: 2026-03-05, reason: Sai số liệu}",
        8,
        "withdrawn",
        "Có ngày gỡ và lý do thì trạng thái phải là withdrawn.",
        id="reason for what still stands",
    ),
    pytest.param(
        CONSULTATION,
        "closes: 2026-05-02",
        "closes: 2026-02-02",
        9,
        "closes",
        "Mục “closes” đứng trước mục “opens”.",
        id="closes before it opens",
    ),
    pytest.param(
        CONSULTATION,
        "address: Sở Nội vụ",
        "address: Sở Nội vụ\nemail: so noi vu",
        12,
        "email",
        "Giá trị “so noi vu” không đúng; ở đây phải là địa chỉ thư điện tử.",
        id="no e-mail address",
    ),
    pytest.param(
        CONSULTATION,
        "drafted_by: so-noi-vu",
        "drafted_by: [so-noi-vu]",
        10,
        "drafted_by",
        "Phải ghi mã một cơ quan trong agencies.yml. Giá trị “[so-noi-vu]” không có trong danh "
        "sách; có phải “so-noi-vu” không?",
        id="list for an agency",
    ),
    pytest.param(
        STATISTIC,
        "to: 2025-12-31",
        "to: 2025-06-30",
        10,
        "to",
        "Mục “to” đứng trước mục “from”.",
        id="ends before it begins",
    ),
    pytest.param(
        DOCUMENT,
        "issued: 2022-01-07",
        "issued: 2022-01-07 08:00",
        11,
        "issued",
        "Giá trị “2022-01-07 08:00:00+07:00” không đúng; ở đây phải là một ngày có thật, viết "
        "năm-tháng-ngày như 2026-11-22.",
        id="hour where a day is meant",
    ),
    pytest.param(
        PROCEDURE,
        "online: full",
        "online: partial",
        25,
        "online",
        "Trực tuyến một phần thì phải nêu lý do (online_reason).",
        id="partly online without reason",
    ),
    pytest.param(
        PROCEDURE,
        "    originals: 1",
        "    originals: một",
        14,
        "papers[0].originals",
        "Giá trị “một” không đúng; ở đây phải là số nguyên, viết liền không dấu chấm.",
        id="wrong type in a row",
    ),
    pytest.param(
        PROCEDURE,
        "steps: [Nộp hồ sơ, Nhận kết quả]",
        "steps: []",
        20,
        "steps",
        "Thiếu mục “steps” (Trình tự); hãy thêm vào.",
        id="empty list",
    ),
    pytest.param(
        MEDIA,
        "transcript: Xin chào.\n",
        "",
        8,
        "form",
        "Âm thanh, video phải có lời thoại (transcript) cho người không nghe được.",
        id="audio without transcript",
    ),
]


@pytest.mark.parametrize(("text", "old", "new", "line", "key", "message"), MISTAKES)
def test_a_mistake_is_one_finding_at_its_place(
    portal: Portal, text: str, old: str, new: str, line: int, key: str, message: str
) -> None:
    assert text.count(old) == 1
    place = PLACES[text]
    _, found = look(portal, text.replace(old, new), place)
    assert [(f.path, f.line, f.key, f.message) for f in found] == [(place, line, key, message)]


def test_a_number_that_is_none_says_why(portal: Portal) -> None:
    text = DOCUMENT.replace("36/QĐ-UBND", "36")
    _, (finding,) = look(portal, text, PLACES[DOCUMENT])
    assert (finding.line, finding.key) == (8, "number")
    assert finding.message.startswith("“36” không phải là số, ký hiệu văn bản: hãy viết như ")


@pytest.mark.parametrize(
    ("text", "old", "new", "basis"),
    [
        (PROCEDURE, "online: full", "online: partial", "Điều 14 Nghị định 224/2026/NĐ-CP"),
        (MEDIA, "transcript: Xin chào.\n", "", "Điều 18.1.c Thông tư 32/2017/TT-BTTTT"),
    ],
)
def test_a_finding_names_the_clause_it_rests_on(
    portal: Portal, text: str, old: str, new: str, basis: str
) -> None:
    _, (finding,) = look(portal, text.replace(old, new), PLACES[text])
    assert finding.basis == basis


def test_every_mistake_of_a_file_is_told(portal: Portal) -> None:
    text = ARTICLE.replace("id: hop-ban", "id: Họp").replace("so-noi-vu", "so-la")
    text = text.replace("posted: 2026-03-02 08:30", "posted: 2026-02-30\nsample: có\nlạ: 1")
    item, found = look(portal, text)
    assert item is None
    assert {f.key for f in found} == {"id", "agency", "posted", "sample", "lạ"}
    assert len(found) == 5


# --- the path --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (
            "hop-ban.md",
            "Tệp phải nằm ở <chuyên mục>/<năm>/<tên>.md, ví dụ tin-tuc/2026/hop-ban.md.",
        ),
        (
            "tin-tuc/2026/03/hop-ban.md",
            "Tệp phải nằm ở <chuyên mục>/<năm>/<tên>.md, ví dụ tin-tuc/2026/hop-ban.md.",
        ),
        (
            "tin-tức/2026/hop-ban.md",
            "Không có chuyên mục “tin-tức” trong portal.yml. Giá trị “tin-tức” không có trong danh "
            "sách; có phải “tin-tuc” không?",
        ),
        (
            "du-an/2026/hop-ban.md",
            "Không có chuyên mục “du-an” trong portal.yml. Giá trị “du-an” không có trong danh "
            "sách; hãy chọn một trong: tin-tuc, van-ban, so-lieu, gop-y, thu-tuc, am-thanh.",
        ),
        ("tin-tuc/26/hop-ban.md", "Thư mục năm “26” phải gồm bốn chữ số, ví dụ 2026."),
        ("tin-tuc/2026a/hop-ban.md", "Thư mục năm “2026a” phải gồm bốn chữ số, ví dụ 2026."),
        (
            "tin-tuc/2026/Hop_ban.md",
            "Tên tệp “Hop_ban.md” chỉ được gồm chữ thường không dấu, chữ số và dấu gạch nối, ví dụ "
            "hop-ban.md (bản tiếng Anh: hop-ban.en.md).",
        ),
        (
            "tin-tuc/2026/họp-ban.md",
            "Tên tệp “họp-ban.md” chỉ được gồm chữ thường không dấu, chữ số và dấu gạch nối, ví dụ "
            "hop-ban.md (bản tiếng Anh: hop-ban.en.md).",
        ),
        (
            "tin-tuc/2026/hop-ban.fr.md",
            "Tên tệp “hop-ban.fr.md” chỉ được gồm chữ thường không dấu, chữ số và dấu gạch nối, ví "
            "dụ hop-ban.md (bản tiếng Anh: hop-ban.en.md).",
        ),
    ],
)
def test_a_file_in_the_wrong_place_is_one_finding(portal: Portal, place: str, message: str) -> None:
    assert look(portal, ARTICLE, place) == (None, [Finding(place, message)])


def test_english_where_the_portal_has_none(portal: Portal) -> None:
    vietnamese = portal.regulation.model_copy(update={"languages": portal.regulation.languages[:1]})
    place = "tin-tuc/2026/hop-ban.en.md"
    alone = Portal(vietnamese, portal.agencies, portal.calendar, portal.path)
    assert look(alone, ARTICLE, place) == (
        None,
        [Finding(place, "Cổng portal-nho không có tiếng “en”; hãy bỏ .en trong tên tệp.")],
    )


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (
            "Chỉ có chữ.\n",
            1,
            "Thiếu phần khai báo ở đầu tệp: dòng đầu tiên là ba gạch ngang (---), rồi các "
            "mục title, "
            "id, posted…, rồi một dòng ba gạch ngang nữa.",
        ),
        (
            "---\ntitle: Không khép\n",
            1,
            "Thiếu phần khai báo ở đầu tệp: dòng đầu tiên là ba gạch ngang (---), rồi các "
            "mục title, "
            "id, posted…, rồi một dòng ba gạch ngang nữa.",
        ),
        ("---\n---\n", 2, "Phần khai báo ở đầu tệp đang trống."),
        ("---\n- a\n---\n", 2, "Phần khai báo ở đầu tệp phải là các mục “tên: giá trị”."),
        (
            '---\nid: a\ntitle: "mở\n---\n',
            3,
            "Không đọc được YAML: dấu nháy hoặc ngoặc mở ra mà chưa đóng lại.",
        ),
        (
            "---\nid: a\n\ttitle: b\n---\n",
            3,
            "Không đọc được YAML: dòng này thụt vào bằng phím Tab; hãy dùng dấu cách.",
        ),
    ],
)
def test_front_matter_that_cannot_be_read(
    portal: Portal, text: str, line: int, message: str
) -> None:
    assert look(portal, text) == (None, [Finding(NEWS, message, line)])


def test_a_file_is_cut_at_its_first_two_lines_of_dashes() -> None:
    parts = split("---\na: 1\n---\nMột\n---\nHai\n")
    assert parts is not None
    assert (parts.front, parts.body, parts.body_line) == ("a: 1\n", "Một\n---\nHai\n", 4)


# --- how it is written -----------------------------------------------------------------------


@pytest.mark.duty("S5")
@pytest.mark.parametrize("legacy", list(Legacy))
def test_text_from_before_unicode_is_refused(portal: Portal, legacy: Legacy) -> None:
    pasted = from_unicode("Ủy ban nhân dân tỉnh vừa họp phiên thường kỳ tháng ba.", legacy)
    text = ARTICLE.replace("Nội dung cuộc họp.", f"Mở đầu.\n\n{pasted}")
    _, (finding,) = look(portal, text)
    assert (finding.line, finding.basis) == (12, "TCVN 6909:2001")
    assert f"còn ở bảng mã {legacy}" in finding.message


@pytest.mark.duty("S5")
def test_loose_marks_are_refused(portal: Portal) -> None:
    text = ARTICLE.replace("Nội dung cuộc họp.", "Nội dung cuo\u0323\u0302c họp.")
    _, found = look(portal, text)
    assert found == [
        Finding(
            NEWS,
            "Chữ “cuộc” gõ bằng Unicode tổ hợp (dấu rời); hãy đổi sang Unicode dựng sẵn.",
            10,
            basis="TCVN 6909:2001",
        )
    ]


def test_a_control_character_is_told_once_and_hides_nothing(portal: Portal) -> None:
    text = ARTICLE.replace("Họp Ban Biên tập", "Họp \x07Ban").replace("so-noi-vu", "so-la")
    _, found = look(portal, text)
    assert sorted((f.line, f.key) for f in found) == [(3, ""), (6, "agency")]


# --- what an item names ----------------------------------------------------------------------


def test_references_are_found_at_any_depth(portal: Portal) -> None:
    text = ARTICLE.replace(
        "source: Sở Nội vụ",
        "source: Sở Nội vụ\n"
        "picture: {file: media/a.svg, alt: Cầu}\n"
        "attachments:\n"
        "  - {file: media/b.pdf, title: Tệp}\n"
        "  - {file: data/c.csv, title: Bảng}",
    )
    item, found = look(portal, text)
    assert item is not None
    assert found == []
    files = list(references(item, content_types()["article"], {Kind.FILE, Kind.PICTURE}))
    assert files == [
        (("picture", "file"), "media/a.svg"),
        (("attachments", 0, "file"), "media/b.pdf"),
        (("attachments", 1, "file"), "data/c.csv"),
    ]


# --- anything at all -------------------------------------------------------------------------

FRAGMENTS = st.sampled_from(
    [
        *ARTICLE.splitlines(keepends=True),
        *PROCEDURE.splitlines(keepends=True),
        "posted: 0001-01-01 00:00+14:00\n",
        "posted: 9999-12-31 23:59-14:00\n",
        "agency: [a]\n",
        "agency: {a: b}\n",
        "order: " + "9" * 400 + ".5\n",
        "source_url: http://[\n",
        "form: audio\n",
        "keywords: [[a]]\n",
        "withdrawn: {date: [x]}\n",
        "moved_from: [[/]]\n",
        "id: &a [*a]\n",
    ]
)


@given(
    text=st.text()
    | st.lists(FRAGMENTS).map("".join)
    | st.lists(FRAGMENTS).map(lambda lines: "---\n" + "".join(lines) + "---\n"),
    place=st.sampled_from(sorted(PLACES.values())) | st.text(min_size=1),
)
def test_no_text_makes_the_reader_fail(portal: Portal, text: str, place: str) -> None:
    item, found = look(portal, text, place)
    assert item is not None or found
