"""The checks: every mistake of every portal, once, in the order of files and lines."""

import pytest

from regulation.findings import Severity
from tests.small import NOW, PORTAL, PORTALS, ROOT, TCVN3, Small, article
from workflow.checks import check

NEWS = "tin-tuc/2026/mau.md"


def places(house: Small, *portals: str) -> list[tuple[str, int]]:
    found = check(house.root, portals or (PORTAL,), NOW)
    return [(f.path.removeprefix(f"content/{PORTAL}/"), f.line) for f in found]


def test_a_faultless_portal_has_no_findings(house: Small) -> None:
    assert check(house.root, [PORTAL], NOW) == []


@pytest.mark.duty("S5")
def test_text_that_is_no_unicode_vietnamese_is_found_at_its_line(house: Small) -> None:
    house.write(NEWS, article("mau", body=f"Dòng tốt.\n\n{TCVN3}"))
    house.write("tin-tuc/2026/roi.md", article("roi", body="Chu\u031b\u0303 ro\u031b\u0300i."))
    found = check(house.root, [PORTAL], NOW)
    assert [(f.path.rsplit("/", 1)[1], f.basis) for f in found] == [
        ("mau.md", "TCVN 6909:2001"),
        ("roi.md", "TCVN 6909:2001"),
    ]
    assert "TCVN3" in found[0].message
    assert house.line(NEWS, TCVN3) == found[0].line
    assert "dựng sẵn" in found[1].message


def test_every_finding_of_every_file_is_told_in_order_and_once(house: Small) -> None:
    house.change(NEWS, "source: Sở Nội vụ", "nguon: Sở Nội vụ")
    house.change("gop-y/2026/du-thao.md", "drafted_by: van-phong", "drafted_by: van-fong")
    found = places(house)
    # In the news item a key that is unknown, and one that is missing: told at its first line.
    assert found == [("gop-y/2026/du-thao.md", 10), (NEWS, 2), (NEWS, 7)]


def test_a_regulation_that_cannot_be_read_has_no_findings_about_its_items(house: Small) -> None:
    house.change("portal.yml", "groups:", "nhom:")
    house.write(NEWS, "hỏng")
    assert {name for name, _ in places(house)} == {"portal.yml"}


def test_only_the_portals_asked_for_are_checked(house: Small) -> None:
    house.write(NEWS, "hỏng")
    assert check(house.root, ["khac"], NOW) == []


def test_owners_and_routes_must_lead_somewhere_on_the_day(house: Small) -> None:
    house.change(
        "agencies.yml", "valid_from: 2025-07-01}", "valid_from: 2025-07-01, valid_to: 2026-12-31}"
    )
    assert check(house.root, [PORTAL], NOW) == []
    later = check(house.root, [PORTAL], NOW.replace(year=2027))
    assert later
    assert all("không còn vào ngày 22/11/2027" in finding.message for finding in later)


def test_progress_is_told_before_each_portal(house: Small) -> None:
    told: list[tuple[str, int]] = []
    check(house.root, [PORTAL], NOW, lambda name, items: told.append((name, items)))
    assert told == [(PORTAL, 14)]


def test_the_four_real_portals_have_no_error() -> None:
    found = check(ROOT, PORTALS, NOW)
    assert [str(f) for f in found if f.severity is Severity.ERROR] == []


def test_what_is_posted_later_than_now_is_a_reminder(house: Small) -> None:
    house.write(NEWS, article("mau", posted="2026-12-01 08:00"))
    (finding,) = check(house.root, [PORTAL], NOW)
    assert finding.severity is Severity.WARNING
    assert (finding.line, finding.key) == (house.line(NEWS, "posted:"), "posted")
    assert finding.message == (
        "Ngày đăng 01/12/2026, 08:00 chưa đến mà bài không hẹn giờ; hãy thêm publish_at cùng giờ "
        "ấy, sửa posted, hoặc ghi status: draft."
    )
    assert check(house.root, [PORTAL], NOW.replace(month=12)) == []


def test_a_draft_may_have_a_day_to_come(house: Small) -> None:
    house.write(NEWS, article("mau", more="status: draft", posted="2026-12-01 08:00"))
    assert check(house.root, [PORTAL], NOW) == []


def test_the_look_is_checked_before_anything_is_built(house: Small) -> None:
    (house.folder / "mark.svg").unlink()
    assert places(house) == [("portal.yml", 6)]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("media/cai-dat.exe", b"MZ" + bytes(60), "cai-dat.exe"),
        ("media/trang.html", b"<html><script>alert(1)</script>", "trang.html"),
        (
            "media/hinh.svg",
            b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
            "script",
        ),
        ("data/bao-cao.pdf", b"not a document at all", "pdf"),
        ("data/danh-sach.csv", b"a,b\n012345678901,x\n", "căn cước công dân"),
    ],
)
def test_files_that_are_there_already_are_looked_at_too(
    house: Small, name: str, data: bytes, told: str
) -> None:
    house.write(name, data)
    found = [
        finding for finding in check(house.root, [PORTAL], NOW) if finding.path == house.shown(name)
    ]
    assert found
    assert all(told in str(finding) for finding in found)


def test_files_are_looked_at_though_the_regulation_cannot_be_read(house: Small) -> None:
    house.write("media/cai-dat.exe", b"MZ" + bytes(60))
    house.change("portal.yml", "groups:", "nhom:")
    assert {finding.path for finding in check(house.root, [PORTAL], NOW)} == {
        house.shown("media/cai-dat.exe"),
        house.shown("portal.yml"),
    }


def test_a_file_that_lies_outside_the_portal_is_told(house: Small) -> None:
    (house.root / "ngoai.pdf").write_bytes(b"%PDF-1.7")
    (house.folder / "media" / "trong.pdf").symlink_to(house.root / "ngoai.pdf")
    (finding,) = check(house.root, [PORTAL], NOW)
    assert finding.path == house.shown("media/trong.pdf")
    assert "dẫn ra ngoài thư mục của cổng" in finding.message
