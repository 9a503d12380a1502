"""Checks of one item: attribution, words for pictures, advertising, hours, samples."""

import datetime as dt

import pytest

from regulation.findings import Finding, Severity
from regulation.items import as_of, is_live
from regulation.loading import load_portal
from regulation.yamlfile import VIETNAM
from tests.small import NOW, PORTAL, PORTALS, ROOT, Small, article, document
from tests.workflow.checks.repository import Repository
from workflow.checks import check

NEWS = "tin-tuc/2026/x.md"
CLAUSE = "clauses:\n  - {id: dk, basis: Điều 6 Quy chế, kind: %s, text: %s%s}\nroyalties:\n"


def found(house: Small, text: str, name: str = NEWS) -> list[Finding]:
    house.write(name, text)
    return check(house.root, [PORTAL], NOW)


def clause(house: Small, kind: str, text: str, more: str = "") -> None:
    house.change("portal.yml", "royalties:\n", CLAUSE % (kind, text, more))


# --- author and source (S4) ------------------------------------------------------------------


@pytest.mark.duty("S4")
@pytest.mark.parametrize(
    "source",
    ["Internet", "Sưu tầm", "(Tổng hợp từ Internet)", "theo mạng", "Không rõ nguồn", "N/A"],
)
def test_a_source_that_is_nobody_s_is_refused(house: Small, source: str) -> None:
    clause(house, "attribution", "Ghi rõ nguồn.")
    (said,) = found(house, article("x").replace("source: Sở Nội vụ", f'source: "{source}"'))
    assert (said.severity, said.key, said.basis) == (Severity.ERROR, "source", "Điều 6 Quy chế")
    assert said.message == (
        f"Nguồn “{source}” không nói được là của ai; hãy ghi tên cơ quan, tờ báo, văn bản hoặc "
        "người cụ thể."
    )


@pytest.mark.parametrize(
    ("source", "more", "message"),
    [
        ("Báo Quảng Nam", "", "chưa có địa chỉ bài gốc"),
        ("Báo Quảng Nam", "source_url: https://example.vn/bai", ""),
        ("https://example.vn/bai", "", "Nguồn chỉ là một địa chỉ trang"),
        ("Báo cáo số 12/BC-SNV", "source_url: https://example.vn/bai", ""),
        ("Sở Nội vụ, tổng hợp từ 78 xã", "", ""),
        ("Nội dung mẫu", "", ""),
    ],
)
def test_a_source_that_is_hard_to_find_is_a_reminder(
    house: Small, source: str, more: str, message: str
) -> None:
    said = found(house, article("x", more=more).replace("source: Sở Nội vụ", f'source: "{source}"'))
    assert [message in f.message and f.severity is Severity.WARNING for f in said] == (
        [True] if message else []
    )


@pytest.mark.duty("S4")
def test_news_has_an_author_where_the_regulation_speaks_of_authors(house: Small) -> None:
    for path in house.folder.glob("tin-tuc/2026/*.md"):
        path.write_text(path.read_text("utf-8").replace("source:", "author: A\nsource:"), "utf-8")
    assert found(house, article("x")) == []
    clause(house, "attribution", "Ghi rõ tác giả và nguồn.")
    (said,) = found(house, article("x"))
    assert "Tin bài chưa ghi tác giả" in said.message
    assert found(house, article("x", more="author: Nguyễn An")) == []
    assert found(house, article("x", more="sample: true")) == []


# --- words for pictures ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("anh-01.jpg", "là tên tệp"),
        ("so-do", "là tên tệp"),
        ("Ảnh", "chưa nói ảnh có gì"),
        ("Hình ảnh minh họa", ""),
        ("Ảnh minh họa.", "chưa nói ảnh có gì"),
        ("Hình 1", "chưa nói ảnh có gì"),
        ("IMG_2034", "chưa nói ảnh có gì"),
        ("Khánh thành cầu", "chỉ lặp lại tiêu đề"),
        ("Cây cầu nhìn từ bờ Bắc", ""),
    ],
)
def test_words_for_a_picture_tell_what_is_in_it(house: Small, words: str, message: str) -> None:
    body = f"![{words}](../../media/so-do.svg)"
    front = f'picture: {{file: media/so-do.svg, alt: "{words}"}}'
    for text in (
        article("x", "Khánh thành cầu", body=body),
        article("x", "Khánh thành cầu", more=front),
    ):
        said = found(house, text)
        assert [message in f.message and f.severity is Severity.WARNING for f in said] == (
            [True] if message else []
        )


def test_words_that_repeat_the_caption_are_heard_twice(house: Small) -> None:
    front = "picture: {file: media/so-do.svg, alt: Cầu mới, caption: Cầu mới}"
    (said,) = found(house, article("x", more=front))
    assert (said.key, "chỉ lặp lại chú thích" in said.message) == ("picture.alt", True)


# --- advertising (C28) -----------------------------------------------------------------------

SELLING = (
    "Khuyến mãi lớn, giảm giá 50%. Mua ngay tại [cửa hàng](https://shopee.vn/x?utm_campaign=a)."
)
REPORTING = "Sở Công Thương kiểm tra chương trình khuyến mãi của 12 siêu thị trong tháng."


def test_advertising_is_noted_where_the_regulation_allows_none(house: Small) -> None:
    assert found(house, article("x", body=SELLING)) == []
    clause(house, "advertising", "Không nhận quảng cáo.", ", allowed: false")
    (said,) = found(house, article("x", body=SELLING))
    assert (said.severity, said.basis) == (Severity.WARNING, "Điều 6 Quy chế")
    assert "cổng này không đăng quảng cáo" in said.message
    assert found(house, article("x", body=REPORTING)) == []


def test_advertising_has_its_section_and_says_what_it_is(house: Small) -> None:
    clause(house, "advertising", "Đăng ở chuyên mục riêng.", ", allowed: true")
    (said,) = found(house, article("x", body=SELLING))
    assert "chỉ được đăng ở chuyên mục" in said.message
    house.change("portal.yml", "basis: Điều 6.1 Quy chế", "basis: Điều 6 Quy chế")
    told = [
        f for f in found(house, article("x", "Hàng mới", body=SELLING)) if f.path.endswith("x.md")
    ]
    assert [f.severity for f in told] == [Severity.ERROR]
    assert "phải nói rõ là quảng cáo ngay ở tiêu đề" in told[0].message
    titled = found(house, article("x", '"Quảng cáo: hàng mới"', body=SELLING))
    assert [f for f in titled if f.path.endswith("x.md")] == []


def test_each_portal_says_whether_it_takes_advertising() -> None:
    allowed = {}
    for portal_id in PORTALS:
        portal = load_portal(ROOT / "content" / portal_id, ROOT, NOW.date())
        (rule,) = (c for c in portal.regulation.clauses if c.kind == "advertising")
        places = [s.id for s in portal.sections if {*s.basis} & {*rule.basis}]
        allowed[portal_id] = (rule.allowed, "thong-tin-quang-cao" in places)
    assert allowed == {
        "quangnam-cchc": (False, False),
        "quangnam": (False, False),
        "laocai-cchc": (False, False),
        "khanhhoa-dvc": (True, True),
    }


# --- hours -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("posted", "more", "message"),
    [
        ("2026-12-01 08:00", "publish_at: 2026-12-01 08:00", ""),
        ("2026-12-01 08:00", "publish_at: 2026-12-02 08:00", "hãy ghi hai mục trùng nhau"),
        ("2026-12-01 08:00", "", "chưa đến mà bài không hẹn giờ"),
        ("2026-11-01 08:00", "expires_at: 2026-12-01 08:00", ""),
        ("2026-11-01 08:00", "expires_at: 2026-11-01 08:00", "không sau giờ đăng"),
        ("2026-12-01 08:00", "status: draft", ""),
    ],
)
def test_hours_do_not_contradict_one_another(
    house: Small, posted: str, more: str, message: str
) -> None:
    said = found(house, article("x", more=more, posted=posted))
    assert [message in f.message for f in said] == ([True] if message else [])


def test_what_people_look_up_for_years_does_not_leave_the_lists(house: Small) -> None:
    text = document("x", "9/QĐ-UBND", "quyet-dinh", "2026-04-20", "Tài chính")
    text = text.replace("source:", "expires_at: 2027-01-01 08:00\nsource:")
    (said,) = found(house, text, "van-ban/2026/x.md")
    assert "phải tra cứu được lâu dài" in said.message


def test_an_item_is_live_from_its_hour_and_in_lists_until_its_end(house: Small) -> None:
    hours = "publish_at: 2026-11-20 08:00\nexpires_at: 2026-11-25 08:00"
    item, _ = house.item(NEWS, article("x", more=hours, posted="2026-11-20 08:00"))
    assert item
    told = [
        (is_live(item, moment), as_of(item, moment).listed)
        for day, hour in ((20, 7), (20, 8), (25, 7), (25, 8))
        if (moment := dt.datetime(2026, 11, day, hour, tzinfo=VIETNAM))
    ]
    assert told == [(False, False), (True, True), (True, True), (True, False)]
    draft, _ = house.item(NEWS, article("x", more="status: draft"))
    assert draft
    assert not is_live(draft, NOW)


LATER, LATEST = "2026-12-01 08:00", "2026-12-02 08:00"


def scheduled(name: str, hour: str, more: str = "", body: str = "Chữ.") -> str:
    return article(name, f"Tin {name}", f"publish_at: {hour}\n{more}", body, hour)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("Xem\n[tin sau](sau.md).", "sau.md"),
        ("Xem\n[tin sau](/tin-tuc/2026/sau/).", "/tin-tuc/2026/sau/"),
        ("Xem\n[tin sau](/tin-tuc/2026/ten-cu/).", "/tin-tuc/2026/ten-cu/"),
    ],
)
def test_nothing_that_is_seen_leads_to_what_waits_for_its_hour(
    house: Small, body: str, name: str
) -> None:
    house.write(
        "tin-tuc/2026/sau.md", scheduled("sau", LATER, "moved_from: [/tin-tuc/2026/ten-cu/]")
    )
    (said,) = found(house, article("x", body=body))
    assert (said.path, said.line, said.severity) == (house.shown(NEWS), 11, Severity.ERROR)
    assert said.message == (
        f"“{name}” đến 01/12/2026, 08:00 mới lên cổng nên trước giờ ấy liên kết này không dẫn đến "
        "đâu; hãy hẹn giờ đăng bài này không sớm hơn, hoặc bỏ liên kết đến khi bài kia đã lên."
    )
    # Seen when the other is, it may lead to it; so may a draft, and whatever is looked at later.
    for harmless in (scheduled("x", LATER, body=body), article("x", "Tin", "status: draft", body)):
        assert found(house, harmless) == []
    house.write(NEWS, article("x", body=body))
    assert check(house.root, [PORTAL], dt.datetime(2026, 12, 1, 8, tzinfo=VIETNAM)) == []
    assert len(found(house, scheduled("x", "2026-11-30 08:00", body=body))) == 1
    house.write("tin-tuc/2026/sau.md", scheduled("sau", LATEST))
    assert len(found(house, scheduled("x", LATER, body="[tin sau](sau.md)"))) == 1


def test_a_field_that_names_what_waits_for_its_hour_is_told_by_its_key(house: Small) -> None:
    text = document("sau", "9/QĐ-UBND", "quyet-dinh", "2026-04-20", "Tài chính")
    hour = f"posted: {LATER}\npublish_at: {LATER}"
    house.write("van-ban/2026/sau.md", text.replace("posted: 2026-05-01 08:00", hour))
    text = document("x", "8/QĐ-UBND", "quyet-dinh", "2026-04-20", "Tài chính")
    text = text.replace("source:", "replaced_by:\n  - {number: 9/QĐ-UBND, item: sau}\nsource:")
    (said,) = found(house, text, "van-ban/2026/x.md")
    assert said.key == "replaced_by[0].item"
    assert "“sau” đến 01/12/2026, 08:00 mới lên cổng" in said.message


def test_what_has_left_the_lists_keeps_its_page_and_may_be_led_to(house: Small) -> None:
    text = article("sau", "Tin sau", "expires_at: 2026-11-01 08:00")
    house.write("tin-tuc/2026/sau.md", text)
    assert found(house, article("x", body="[tin sau](sau.md)")) == []
    page = house.build(production=True, allow_samples=True) / "tin-tuc/2026/sau/index.html"
    assert page.is_file()


def test_a_change_that_puts_off_what_others_lead_to_is_told_where_they_do(repo: Repository) -> None:
    repo.house.write("tin-tuc/2026/sau.md", article("sau", "Tin sau", "status: draft"))
    repo.house.write(NEWS, scheduled("x", LATER, body="[tin sau](sau.md)"))
    repo.publish()
    repo.house.write("tin-tuc/2026/sau.md", scheduled("sau", LATEST))
    (said,) = repo.check().findings
    assert (said.path, said.line) == (repo.house.shown(NEWS), 11)
    assert "đến 02/12/2026, 08:00 mới lên cổng" in said.message


def test_an_address_of_a_draft_is_no_better_than_its_file(house: Small) -> None:
    for target in ("ban-nhap.md", "/tin-tuc/2026/ban-nhap/"):
        (said,) = found(house, article("x", body=f"[x]({target})"))
        assert said.message.startswith(f"Liên kết đến “{target}” còn là bản nháp")


# --- samples ---------------------------------------------------------------------------------


def test_a_sample_is_a_reminder_and_refused_where_the_portal_is_in_use(repo: Repository) -> None:
    repo.house.write(NEWS, article("x", more="sample: true"))
    for production, severity in ((False, Severity.WARNING), (True, Severity.ERROR)):
        (said,) = repo.check(production=production).findings
        assert (said.severity, said.key) == (severity, "sample")
    whole = check(repo.root, [PORTAL], NOW, production=True)
    assert [f.path.rsplit("/", 1)[1] for f in whole] == ["mau.md", "x.md"]
