"""The regulation as it is read and asked: every mistake at once, every question by day."""

import datetime as dt
from itertools import pairwise
from pathlib import Path

import pytest

from regulation.findings import Finding
from regulation.loading import RESERVED, load_portal, load_portals, portal_folders
from regulation.model import Role
from regulation.portal import Portal, UnknownError

from .conftest import FIXTURES, TODAY, House

ROOT = Path(__file__).parents[2]
RULES = "portal.yml"
BODIES = "agencies.yml"


def test_the_small_portal_is_faultless(house: House) -> None:
    assert house.faults() == ()


@pytest.mark.parametrize("folder", portal_folders(ROOT / "content"), ids=lambda folder: folder.name)
def test_every_real_portal_is_faultless(folder: Path) -> None:
    portal = load_portal(folder, ROOT, TODAY)
    assert portal.id == folder.name


# --- one mistake, one finding ----------------------------------------------------------------

# What is changed in which file; the place that is then at fault; its key; what is said.
MISTAKES = [
    pytest.param(
        RULES,
        "  number: 01/QĐ-UBND\n",
        "",
        "act:\n  date",
        "act.number",
        "Thiếu mục “number”; hãy thêm vào.",
        id="missing key",
    ),
    pytest.param(
        RULES,
        "about: Một cổng nhỏ để thử.",
        "about: Một cổng nhỏ để thử.\nslogan: Vì dân",
        "slogan",
        "slogan",
        "Không có mục nào tên “slogan”; hãy sửa lại chính tả hoặc bỏ đi.",
        id="unknown key",
    ),
    pytest.param(
        RULES,
        "amount: 24, unit: hour",
        "amount: hai mươi bốn, unit: hour",
        "hai mươi bốn",
        "deadlines[0].amount",
        "Giá trị “hai mươi bốn” không đúng kiểu; ở đây phải là số nguyên.",
        id="wrong type",
    ),
    pytest.param(
        RULES,
        "amount: 24, unit: hour",
        "amount: 24, unit: hous",
        "hous}",
        "deadlines[0].unit",
        "Giá trị “hous” không có trong danh sách; có phải “hour” không?",
        id="wrong choice",
    ),
    pytest.param(
        RULES,
        "role: head, title: Trưởng ban",
        "role: boss, title: Trưởng ban",
        "role: boss",
        "posts[0].role",
        "Giá trị “boss” không có trong danh sách; hãy chọn một trong: head, deputy, secretary, "
        "member, contributor, admin, operator.",
        id="wrong role",
    ),
    pytest.param(
        RULES,
        "  date: 2024-01-02",
        "  date: 2026-02-30",
        "2026-02-30",
        "act.date",
        "Ngày “2026-02-30” không có trong lịch; hãy viết năm-tháng-ngày, ví dụ 2026-11-22.",
        id="impossible date",
    ),
    pytest.param(
        RULES,
        "unit: working_day, valid_to: 2025-12-31",
        "unit: working_day, valid_from: 2026-01-01, valid_to: 2025-12-31",
        "van-ban-cu, basis",
        "deadlines[1]",
        "Ngày hết hiệu lực 2025-12-31 đứng trước ngày có hiệu lực 2026-01-01.",
        id="ends before it begins",
    ),
    pytest.param(
        RULES,
        'accent: "#0b5c8a"',
        "accent: xanh",
        "accent: xanh",
        "look.accent",
        "Màu “xanh” phải viết dạng #0b5c8a (dấu # và sáu chữ số hệ 16).",
        id="no colour",
    ),
    *(
        pytest.param(
            RULES,
            "url: https://mau.example",
            f"url: {url}",
            f"url: {url}",
            "url",
            f"Địa chỉ “{url}” không phải địa chỉ đầy đủ của một trang; hãy viết bắt đầu bằng "
            "https:// và không có dấu cách, ví dụ https://quangnam.gov.vn.",
            id=f"address {url}",
        )
        for url in (
            "javascript:alert(1)",
            "mau.example",
            "https://mau .example",
            "https://",
            "ftp://mau.example",
            "//mau.example",
            "https://ai@mau.example",
            "https://mau.example:x",
        )
    ),
    *(
        pytest.param(
            RULES,
            "url: https://mau.example",
            f"url: {url}",
            f"url: {url}",
            "url",
            f"Địa chỉ của cổng “{url}” chỉ được gồm https:// và tên miền; hãy bỏ phần từ dấu “/” "
            "sau tên miền trở đi.",
            id=f"address {url}",
        )
        for url in (
            "https://mau.example/cong",
            "https://mau.example/?a=1",
            "https://mau.example/#a",
        )
    ),
    *(
        pytest.param(
            RULES,
            "fields:\n  - {id: tin-tuc",
            f'tasks:\n  - {{title: Việc, text: Lời, url: "{url}"}}\nfields:\n  - {{id: tin-tuc',
            f'url: "{url}"',
            "tasks[0].url",
            f"Địa chỉ “{url}” không dùng được; hãy viết đường dẫn trên cổng có dấu “/” ở hai đầu, "
            "ví dụ /lien-he/, hoặc địa chỉ đầy đủ bắt đầu bằng https://.",
            id=f"task {url}",
        )
        for url in ("javascript:alert(1)", "lien-he", "/lien-he", "//mau.example/", "/a b/", "/../")
    ),
    pytest.param(
        RULES,
        "fields:\n  - {id: tin-tuc",
        "tasks:\n  - {title: Việc, text: Lời, url: /khong-co/}\nfields:\n  - {id: tin-tuc",
        "url: /khong-co/",
        "tasks[0].url",
        "Cổng không có trang nào ở địa chỉ “/khong-co/”; hãy sửa lại.",
        id="task leads nowhere",
    ),
    pytest.param(
        RULES,
        "id: tin-tuc\n    basis: Điều 6.1 Quy chế",
        "id: tin-tuc\n    basis: []",
        "basis: []",
        "sections[0].basis",
        "Danh sách này đang trống; hãy điền ít nhất một dòng.",
        id="rule without basis",
    ),
    pytest.param(
        RULES,
        "id: portal-nho",
        "id: portal-khac",
        "portal-khac",
        "id",
        "Mã cổng “portal-khac” phải trùng tên thư mục “portal-nho”.",
        id="id is not the folder's name",
    ),
    pytest.param(
        RULES,
        "{id: ngoai-pham-vi",
        "{id: tra-loi",
        "id: tra-loi, basis: Điều 8",
        "grounds[0].id",
        "Mã quy định “tra-loi” dùng hai lần (đã có ở deadlines[4]); hãy đổi một.",
        id="rule id twice",
    ),
    pytest.param(
        RULES,
        "  - id: so-lieu",
        "  - id: tin-tuc",
        "- id: tin-tuc\n    basis: Điều 6.3 Quy chế",
        "sections[2].id",
        "Mã quy định “tin-tuc” dùng hai lần (đã có ở sections[0]); hãy đổi một.",
        id="section id twice",
    ),
    pytest.param(
        RULES,
        "{slug: cong-khai, title: Công khai}",
        "{slug: cong-khai, title: Công khai}\n  - {slug: tin-bai, title: Khác}",
        "tin-bai, title: Khác",
        "groups[2].slug",
        "Địa chỉ “/tin-bai/” dùng hai lần; hãy đổi một.",
        id="group address twice",
    ),
    pytest.param(
        RULES,
        "  - id: gop-y",
        "  - id: cong-khai",
        "id: cong-khai",
        "sections[3].id",
        "Địa chỉ “/cong-khai/” dùng hai lần; hãy đổi một.",
        id="section at a group's address",
    ),
    pytest.param(
        RULES,
        "  - id: gop-y",
        "  - id: lien-he",
        "id: lien-he",
        "sections[3].id",
        "Địa chỉ “/lien-he/” cổng đã dùng; hãy chọn tên khác.",
        id="reserved address",
    ),
    pytest.param(
        RULES,
        "{id: van-ban-so-lieu, title:",
        "{id: tin-tuc-su-kien, title: Khác}\n  - {id: van-ban-so-lieu, title:",
        "title: Khác",
        "fields[1].id",
        "Mã lĩnh vực “tin-tuc-su-kien” dùng hai lần; hãy đổi một.",
        id="field id twice",
    ),
    pytest.param(
        RULES,
        "type: article",
        "type: articel",
        "articel",
        "sections[0].type",
        "Không có loại nội dung này. Giá trị “articel” không có trong danh sách; có phải “article” "
        "không?",
        id="unknown content type",
    ),
    pytest.param(
        RULES,
        "summary: Tin của tỉnh.\n    type: article\n    group: tin-bai",
        "summary: Tin của tỉnh.\n    type: article\n    group: tin-ba",
        "group: tin-ba\n",
        "sections[0].group",
        "Nhóm này không có trong mục groups. Giá trị “tin-ba” không có trong danh sách; có phải "
        "“tin-bai” không?",
        id="unknown group",
    ),
    pytest.param(
        RULES,
        "deadlines: [tin-24-gio, thuong-xuyen]",
        "deadlines: [tin-24-gio, thuong-xuyn]",
        "thuong-xuyn",
        "sections[0].deadlines[1]",
        "Thời hạn này không có trong mục deadlines. Giá trị “thuong-xuyn” không có trong "
        "danh sách; "
        "có phải “thuong-xuyen” không?",
        id="unknown deadline",
    ),
    pytest.param(
        RULES,
        "deadlines: [van-ban-cu, van-ban-moi]",
        "deadlines: [van-ban-cu, tra-loi]",
        "[van-ban-cu, tra-loi]",
        "sections[1].deadlines[1]",
        "Thời hạn “tra-loi” tính từ “received” nhưng loại nội dung “legal_document” "
        "không có trường "
        "nào cho mốc ấy (xem started_by).",
        id="deadline from an event the type lacks",
    ),
    pytest.param(
        RULES,
        "    fields: van-ban-so-lieu",
        "    fields: van-ban-so",
        "fields: van-ban-so\n",
        "posts[2].fields[0]",
        "Lĩnh vực này không có trong mục fields. Giá trị “van-ban-so” không có trong danh sách; có "
        "phải “van-ban-so-lieu” không?",
        id="post for an unknown field",
    ),
    pytest.param(
        RULES,
        "owners: so-tai-chinh-moi",
        "owners: kho-bac",
        "kho-bac",
        "sections[2].owners[0]",
        "Không có cơ quan nào mang mã này trong agencies.yml. Giá trị “kho-bac” không có "
        "trong danh "
        "sách; hãy chọn một trong: ubnd-tinh, van-phong, so-noi-vu, so-ke-hoach, so-tai-chinh-cu, "
        "so-tai-chinh-moi, so-giai-the.",
        id="unknown owner",
    ),
    pytest.param(
        RULES,
        "owners: so-tai-chinh-moi",
        "owners: so-giai-the",
        "so-giai-the",
        "sections[2].owners[0]",
        "Cơ quan “Sở Giải thể tỉnh Mẫu” không còn vào ngày 22/11/2026 và không ghi cơ "
        "quan kế thừa. "
        "Hãy ghi successor hoặc đổi cơ quan phụ trách.",
        id="owner gone without successor",
    ),
    pytest.param(
        RULES,
        "    to: field",
        "    to: so-giai-the",
        "to: so-giai-the",
        "routes[0].to",
        "Cơ quan “Sở Giải thể tỉnh Mẫu” không còn vào ngày 22/11/2026 và không ghi cơ "
        "quan kế thừa. "
        "Hãy ghi successor hoặc đổi cơ quan phụ trách.",
        id="route to an agency that is gone",
    ),
    pytest.param(
        RULES,
        "escalation: [so-noi-vu, ubnd-tinh]",
        "escalation: [so-noi-vu, ubnd-tin]",
        "ubnd-tin]",
        "routes[0].escalation[1]",
        "Không có cơ quan nào mang mã này trong agencies.yml. Giá trị “ubnd-tin” không có trong "
        "danh sách; có phải “ubnd-tinh” không?",
        id="unknown way up",
    ),
    pytest.param(
        RULES,
        "  issuer: ubnd-tinh",
        "  issuer: ubnd-tinhh",
        "ubnd-tinhh",
        "act.issuer",
        "Không có cơ quan nào mang mã này trong agencies.yml. Giá trị “ubnd-tinhh” không có trong "
        "danh sách; có phải “ubnd-tinh” không?",
        id="unknown issuer",
    ),
    pytest.param(
        RULES,
        "by_field: true}\n",
        "by_field: true}\n"
        "  - {id: xem-lai, basis: Điều 4 Quy chế, title: Xem lại, role: secretary}\n",
        "role: secretary",
        "steps[1].role",
        "Không có chức danh nào giữ vai trò “secretary”.",
        id="step nobody can take",
    ),
    pytest.param(
        RULES,
        "duties: [C1, C3]",
        "duties: [C1, C99]",
        "C99",
        "sections[1].duties[1]",
        "Không có nghĩa vụ “C99” trong regulation/data/duties.yml; hãy sửa lại mã.",
        id="unknown duty",
    ),
    pytest.param(
        BODIES,
        "{id: so-noi-vu, name: Sở Nội vụ tỉnh Mẫu, kind: department}",
        "{id: so-noi-vu, name: Sở Nội vụ tỉnh Mẫu, kind: so}",
        "kind: so}",
        "agencies[2].kind",
        "Giá trị “so” không có trong danh sách; hãy chọn một trong: committee, department, office, "
        "unit, vertical, steering, group, central, party, other.",
        id="wrong kind of agency",
    ),
    pytest.param(
        BODIES,
        "{id: so-giai-the,",
        "{id: so-noi-vu,",
        "name: Sở Giải thể",
        "agencies[6].id",
        "Mã cơ quan “so-noi-vu” dùng hai lần; hãy đổi một.",
        id="agency id twice",
    ),
    pytest.param(
        BODIES,
        "successor: so-tai-chinh-moi",
        "successor: so-tai-chinh-mo",
        "so-tai-chinh-mo}",
        "agencies[4].successor",
        "Không có cơ quan nào mang mã này trong agencies.yml. Giá trị “so-tai-chinh-mo” không có "
        "trong danh sách; có phải “so-tai-chinh-moi” không?",
        id="unknown successor",
    ),
    pytest.param(
        BODIES,
        "valid_from: 2025-07-01}",
        "valid_from: 2025-07-01, successor: van-phong}",
        "successor: van-phong",
        "agencies[5].successor",
        "Cơ quan “Sở Tài chính tỉnh Mẫu mới” có cơ quan kế thừa nhưng chưa ghi ngày thôi "
        "hoạt động; "
        "hãy thêm valid_to.",
        id="successor of an agency that is there",
    ),
    pytest.param(
        BODIES,
        "valid_to: 2025-06-30, successor: so-tai-chinh-moi",
        "valid_to: 2025-06-30, successor: so-ke-hoach",
        "name: Sở Kế hoạch và Đầu tư",
        "agencies[3].successor",
        "Các cơ quan kế thừa vòng quanh (so-ke-hoach → so-tai-chinh-cu → so-ke-hoach); hãy sửa lại "
        "successor.",
        id="successors in a circle",
    ),
    pytest.param(
        BODIES,
        "valid_to: 2025-02-28}",
        "valid_to: 2025-02-28, successor: so-giai-the}",
        "successor: so-giai-the",
        "agencies[6].successor",
        "Các cơ quan kế thừa vòng quanh (so-giai-the → so-giai-the); hãy sửa lại successor.",
        id="its own successor",
    ),
    pytest.param(
        BODIES,
        "  - {id: ubnd-tinh",
        "\t- {id: ubnd-tinh",
        "\t- {",
        "",
        "Không đọc được YAML: dòng này thụt vào bằng phím Tab; hãy dùng dấu cách.",
        id="tab",
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "at", "key", "message"), MISTAKES)
def test_a_mistake_is_one_finding_at_its_place(
    house: House, name: str, old: str, new: str, at: str, key: str, message: str
) -> None:
    house.change(name, old, new)
    expected = Finding(house.shown(name), message, house.line(name, at), key)
    assert house.faults() == (expected,)


@pytest.mark.parametrize("slug", sorted(RESERVED))
def test_no_section_may_take_an_address_that_every_portal_has(house: House, slug: str) -> None:
    house.change(RULES, "{slug: tin-bai, title: Tin bài}", f"{{slug: {slug}, title: Tin bài}}")
    assert f"Địa chỉ “/{slug}/” cổng đã dùng; hãy chọn tên khác." in [
        finding.message for finding in house.faults()
    ]


def test_a_field_without_a_member_is_told_at_its_sections(house: House) -> None:
    house.change(RULES, "    fields: [tin-tuc-su-kien]\n", "")
    assert [(f.line, f.key, f.message) for f in house.faults()] == [
        (
            house.line(RULES, "deadlines: [tin-24-gio") - 1,
            "sections[0].field",
            "Chuyên mục “Tin tức” thuộc lĩnh vực “tin-tuc-su-kien” nhưng không có thành viên nào "
            "trong posts phụ trách lĩnh vực này.",
        ),
        (
            house.line(RULES, "owners: [so-noi-vu], field"),
            "sections[5].field",
            "Chuyên mục “Âm thanh” thuộc lĩnh vực “tin-tuc-su-kien” nhưng không có thành viên nào "
            "trong posts phụ trách lĩnh vực này.",
        ),
    ]


@pytest.mark.parametrize(
    "task", ["/", "/tin-tuc/", "/tin-bai/", "/lien-he/", "https://a.example/x?y"]
)
def test_a_task_leads_to_a_page_of_the_portal_or_out_of_it(house: House, task: str) -> None:
    house.change(
        RULES, "fields:\n  -", f"tasks:\n  - {{title: Việc, text: Lời, url: {task}}}\nfields:\n  -"
    )
    assert house.faults() == ()


def test_the_portals_address_is_kept_without_the_last_slash(house: House) -> None:
    house.change(RULES, "url: https://mau.example", "url: https://mau.example/")
    assert house.portal().regulation.url == "https://mau.example"


@pytest.mark.parametrize(
    ("name", "days", "told"),
    [
        ("Sở Nội vụ tỉnh Mẫu", "", True),
        ("sở  nội vụ tỉnh Mẫu", "", True),
        ("Sở Nội vụ tỉnh Mẫu", ", valid_from: 2026-07-01", True),
        ("Sở Ngoại vụ tỉnh Mẫu", "", False),
    ],
)
def test_two_agencies_of_one_day_have_two_names(
    house: House, name: str, days: str, told: bool
) -> None:
    agencies = (house.folder / BODIES).read_text(encoding="utf-8")
    new = f"  - {{id: so-moi, name: {name}, kind: department{days}}}\n"
    house.write(BODIES, agencies.rstrip("\n") + "\n" + new)
    found = house.faults()
    assert bool(found) is told
    for finding in found:
        assert finding.line == agencies.rstrip("\n").count("\n") + 2
        assert finding.key.endswith(".name")
        assert "đã là của cơ quan “so-noi-vu”" in finding.message


def test_agencies_may_have_one_name_one_after_the_other(house: House) -> None:
    agencies = (house.folder / BODIES).read_text(encoding="utf-8")
    one = "  - {id: doi-cu, name: Đội, kind: unit, valid_to: 2025-06-30, successor: doi-moi}\n"
    other = "  - {id: doi-moi, name: Đội, kind: unit, valid_from: 2025-07-01}\n"
    house.write(BODIES, agencies.rstrip("\n") + "\n" + one + other)
    assert house.faults() == ()


def test_a_file_that_unfolds_without_end_is_told_of_once(house: House) -> None:
    rules = (house.folder / RULES).read_text(encoding="utf-8")
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
        for before, name in pairwise("abcdefgh")
    )
    house.write(RULES, bomb + rules)
    (finding,) = house.faults()
    assert finding.message.startswith("Tệp quá lớn hoặc lặp vô hạn")


def test_a_missing_file_is_one_finding(house: House) -> None:
    (house.folder / BODIES).unlink()
    assert house.faults() == (
        Finding(house.shown(BODIES), "Không có tệp này; hãy tạo tệp hoặc sửa lại tên."),
    )


def test_a_file_that_is_not_utf8_is_one_finding(house: House) -> None:
    text = (house.folder / BODIES).read_text(encoding="utf-8")
    house.write(BODIES, text.encode("utf-16"))
    (finding,) = house.faults()
    assert (finding.path, finding.line) == (house.shown(BODIES), 1)
    assert finding.message.startswith("Tệp không phải Unicode UTF-8")


def test_an_empty_file_is_one_finding(house: House) -> None:
    house.write(RULES, "")
    (finding,) = house.faults()
    assert (finding.path, finding.message) == (
        house.shown(RULES),
        "Giá trị để trống không đúng kiểu; ở đây phải là các mục “tên: giá trị”.",
    )


def test_mistakes_of_form_in_both_files_come_at_once(house: House) -> None:
    house.change(RULES, "  date: 2024-01-02", "  date: 2026-02-30")
    house.change(RULES, "unit: hour", "unit: hous")
    house.change(RULES, "url: https://mau.example\n", "")
    house.change(BODIES, "kind: committee", "kind: uy-ban")
    house.change(BODIES, "kind: office", "kind: office, kind: unit")
    assert [(f.path.rpartition("/")[2], f.key) for f in house.faults()] == [
        (RULES, "act.date"),
        (RULES, "url"),
        (RULES, "deadlines[0].unit"),
        (BODIES, "agencies[1].kind"),
        (BODIES, "agencies[0].kind"),
    ]


def test_mistakes_between_the_files_come_at_once(house: House) -> None:
    house.change(RULES, "owners: so-tai-chinh-moi", "owners: [so-y-te, so-giai-the]")
    house.change(RULES, "type: article", "type: tin")
    house.change(RULES, "duties: C23", "duties: X1")
    house.change(BODIES, "successor: so-tai-chinh-cu", "successor: so-nao-do")
    assert {(f.path.rpartition("/")[2], f.key) for f in house.faults()} == {
        (BODIES, "agencies[3].successor"),
        (RULES, "sections[0].type"),
        (RULES, "sections[2].owners[0]"),
        (RULES, "sections[2].owners[1]"),
        (RULES, "sections[2].duties[0]"),
    }
    assert len(house.faults()) == 5


def test_a_mistake_of_form_hides_none_of_the_agencies(house: House) -> None:
    house.change(RULES, "unit: hour", "unit: hous")
    house.change(BODIES, "successor: so-tai-chinh-cu", "successor: so-nao-do")
    assert [f.key for f in house.faults()] == ["deadlines[0].unit", "agencies[3].successor"]


def test_mistakes_of_several_portals_come_at_once(house: House) -> None:
    text = (house.folder / RULES).read_text(encoding="utf-8")
    bodies = (house.folder / BODIES).read_text(encoding="utf-8")
    other = house.root / "content" / "portal-hai"
    other.mkdir()
    (other / RULES).write_text(text.replace("type: article", "type: tin"), encoding="utf-8")
    (other / BODIES).write_text(bodies, encoding="utf-8")
    house.change(RULES, "unit: hour", "unit: hous")
    with pytest.raises(Exception, match="hous") as caught:
        load_portals(house.root / "content", house.root, TODAY)
    paths = {finding.path for finding in caught.value.findings}  # type: ignore[attr-defined]
    assert paths == {"content/portal-nho/portal.yml", "content/portal-hai/portal.yml"}


def test_portals_are_loaded_by_id(house: House) -> None:
    assert list(load_portals(house.root / "content", house.root, TODAY)) == ["portal-nho"]


# --- questions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agency", "day", "current"),
    [
        ("so-ke-hoach", dt.date(2025, 2, 28), "so-ke-hoach"),
        ("so-ke-hoach", dt.date(2025, 3, 1), "so-tai-chinh-cu"),
        ("so-ke-hoach", dt.date(2025, 6, 30), "so-tai-chinh-cu"),
        ("so-ke-hoach", dt.date(2025, 7, 1), "so-tai-chinh-moi"),
        ("so-tai-chinh-moi", dt.date(2025, 1, 1), "so-tai-chinh-moi"),
        ("van-phong", dt.date(2030, 1, 1), "van-phong"),
        ("so-giai-the", dt.date(2025, 2, 28), "so-giai-the"),
    ],
)
def test_work_passes_down_the_chain_of_successors(
    portal: Portal, agency: str, day: dt.date, current: str
) -> None:
    assert portal.current(agency, day).id == current


def test_an_agency_gone_for_good_has_no_current_one(portal: Portal) -> None:
    with pytest.raises(UnknownError, match=r"không còn vào ngày 01/03/2025 và không ghi cơ quan"):
        portal.current("so-giai-the", dt.date(2025, 3, 1))


@pytest.mark.parametrize(
    ("day", "owners"),
    [
        (dt.date(2025, 2, 28), ["so-ke-hoach", "so-tai-chinh-cu"]),
        (dt.date(2025, 3, 1), ["so-tai-chinh-cu"]),
        (dt.date(2025, 7, 1), ["so-tai-chinh-moi"]),
    ],
)
def test_merged_owners_are_named_once(portal: Portal, day: dt.date, owners: list[str]) -> None:
    assert [a.id for a in portal.owners(portal.section("van-ban"), day)] == owners


@pytest.mark.duty("G2")
@pytest.mark.parametrize(
    ("agency", "section", "day", "may"),
    [
        ("so-noi-vu", "tin-tuc", TODAY, True),
        ("van-phong", "tin-tuc", TODAY, True),
        ("so-tai-chinh-moi", "tin-tuc", TODAY, False),
        ("ubnd-tinh", "tin-tuc", TODAY, False),
        ("so-noi-vu", "van-ban", TODAY, False),
        ("so-tai-chinh-moi", "van-ban", TODAY, True),
        ("so-tai-chinh-moi", "van-ban", dt.date(2025, 1, 1), False),
        ("so-ke-hoach", "van-ban", dt.date(2025, 1, 1), True),
        ("so-ke-hoach", "van-ban", TODAY, True),
        ("so-ke-hoach", "so-lieu", TODAY, True),
        ("so-noi-vu", "gop-y", TODAY, True),
        ("so-giai-the", "gop-y", dt.date(2025, 1, 1), True),
        ("so-giai-the", "gop-y", TODAY, False),
        ("so-giai-the", "tin-tuc", TODAY, False),
    ],
)
def test_an_agency_submits_to_its_own_sections_and_nowhere_else(
    portal: Portal, agency: str, section: str, day: dt.date, may: bool
) -> None:
    assert portal.may_submit(agency, portal.section(section), day) is may


@pytest.mark.duty("G2")
@pytest.mark.parametrize("section", ["tin-tuc", "gop-y"])
def test_who_is_no_agency_may_submit_nowhere(portal: Portal, section: str) -> None:
    with pytest.raises(UnknownError):
        portal.may_submit("nguoi-la", portal.section(section), TODAY)


@pytest.mark.duty("G6")
@pytest.mark.parametrize(
    ("day", "rules"),
    [
        (dt.date(2024, 1, 14), []),
        (dt.date(2024, 1, 15), ["van-ban-cu"]),
        (dt.date(2025, 12, 31), ["van-ban-cu"]),
        (dt.date(2026, 1, 1), ["van-ban-moi"]),
        (dt.date(2029, 12, 31), ["van-ban-moi"]),
        (dt.date(2030, 1, 1), []),
    ],
)
def test_an_amended_rule_binds_from_its_day_and_the_old_one_until_then(
    portal: Portal, day: dt.date, rules: list[str]
) -> None:
    assert [d.id for d in portal.deadlines(portal.section("van-ban"), day)] == rules


@pytest.mark.duty("G6")
def test_nothing_binds_outside_the_days_of_the_regulation(portal: Portal) -> None:
    act = portal.regulation.act
    assert act.valid_to is not None
    before = act.valid_from - dt.timedelta(days=1)
    after = act.valid_to + dt.timedelta(days=1)
    for day, count in ((before, 0), (act.valid_from, 1), (act.valid_to, 1), (after, 0)):
        assert len(portal.posts(Role.HEAD, day)) == count
        assert len(portal.routes("feedback", day)) == count
        assert len(portal.in_force(portal.regulation.grounds, day)) == count


def test_a_message_goes_where_its_kind_says(portal: Portal) -> None:
    assert [route.id for route in portal.routes("petition", TODAY)] == ["phan-anh"]
    assert portal.routes("denunciation", TODAY) == ()


def test_what_is_asked_for_by_an_unknown_id_is_named(portal: Portal) -> None:
    for ask, words in (
        (portal.section, "Cổng portal-nho không có chuyên mục “x”."),
        (portal.group, "Cổng portal-nho không có nhóm chuyên mục “x”."),
        (portal.agency, "Cổng portal-nho không có cơ quan “x”."),
        (portal.deadline, "Cổng portal-nho không có thời hạn “x”."),
    ):
        with pytest.raises(UnknownError) as caught:
            ask("x")
        assert caught.value.args == (words,)


def test_every_rule_is_named_with_its_place(portal: Portal) -> None:
    places = {rule.id: (name, index) for name, index, rule in portal.rules()}
    assert places["truong-ban"] == ("posts", 0)
    assert places["tra-loi"] == ("deadlines", 4)
    assert places["am-thanh"] == ("sections", 5)
    assert portal.path == FIXTURES / "portal-nho"
    assert portal.group("tin-bai").title.vi == "Tin bài"
    assert portal.type_of(portal.section("gop-y")).id == "consultation"


# --- how it is written -----------------------------------------------------------------------


@pytest.mark.duty("S5")
@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        pytest.param(
            RULES,
            "name: {vi: Cổng Thông tin điện tử tỉnh Mẫu,",
            "name: {vi: Cæng Th«ng tin ®iÖn tö tØnh Lµo Cai,",
            "còn ở bảng mã TCVN3",
            id="TCVN3",
        ),
        pytest.param(
            BODIES,
            "name: Văn phòng Ủy ban nhân dân tỉnh Mẫu",
            "name: V¨n phßng Uû ban nh©n d©n tØnh MÉu",
            "còn ở bảng mã TCVN3",
            id="TCVN3 in an agency's name",
        ),
        pytest.param(
            RULES, "about: Một cổng", 'about: "Một\\u0007 cổng', "ký tự điều khiển", id="bell"
        ),
        pytest.param(
            BODIES, "name: Sở Nội vụ", "name: Sở \u202eNội vụ", "đổi chiều viết", id="direction"
        ),
    ],
)
def test_the_regulation_is_written_in_unicode(
    house: House, name: str, old: str, new: str, told: str
) -> None:
    if new.startswith('about: "'):
        house.change(name, "nhỏ để thử.", 'nhỏ để thử."')
    house.change(name, old, new)
    (finding,) = house.faults()
    assert finding.path == house.shown(name)
    assert told in finding.message
    assert finding.line == house.line(name, new)


# --- numbers, days, and how to reach somebody ------------------------------------------------

DAY = "không đúng kiểu; ở đây phải là ngày, dạng 2026-11-22."

WHOLE = "ở đây phải là số nguyên."
MOST = "Không được lớn hơn 3660; hãy xem lại số."


@pytest.mark.parametrize(
    ("amount", "message"),
    [
        ("true", f"Giá trị “true” không đúng kiểu; {WHOLE}"),
        ('"24"', f"Giá trị “24” không đúng kiểu; {WHOLE}"),
        ("24.0", f"Giá trị “24.0” không đúng kiểu; {WHOLE}"),
        ("3661", MOST),
        ("99999999999", MOST),
        ("99999999999999999999", f"Giá trị “99999999999999999999” không đúng kiểu; {WHOLE}"),
    ],
)
def test_a_term_is_a_whole_number_that_a_text_could_mean(
    house: House, amount: str, message: str
) -> None:
    house.change(RULES, "amount: 24", f"amount: {amount}")
    (finding,) = house.faults()
    assert (finding.key, finding.message) == ("deadlines[0].amount", message)


@pytest.mark.parametrize("given", ["0", "86400", "1700006400", '"0"', "1.0", "true", "20240102"])
@pytest.mark.parametrize(
    ("name", "old", "key"),
    [
        (RULES, "  date: 2024-01-02", "act.date"),
        (RULES, "  valid_from: 2024-01-15", "act.valid_from"),
        (RULES, "  valid_to: 2029-12-31", "act.valid_to"),
        ("agencies.yml", "valid_to: 2025-06-30", "agencies[4].valid_to"),
    ],
)
def test_a_number_is_no_day(house: House, name: str, old: str, key: str, given: str) -> None:
    house.change(name, old, f"{old.partition(':')[0]}: {given}")
    (finding,) = house.faults()
    told = given.strip('"')
    assert (finding.key, finding.message) == (key, f"Giá trị “{told}” {DAY}")


@pytest.mark.parametrize("given", ["2024-01-02", '"2024-01-02"', "2024-1-2"])
def test_a_day_may_stand_between_quotation_marks(house: House, given: str) -> None:
    house.change(RULES, "  date: 2024-01-02", f"  date: {given}")
    assert house.portal().regulation.act.date == dt.date(2024, 1, 2)


OFFICE = "name: Văn phòng Ủy ban nhân dân tỉnh Mẫu, kind: office"


@pytest.mark.parametrize(
    ("name", "old", "new", "key"),
    [
        (RULES, "phone: 0235 000 000", "emails: khong phai thu", "contact.emails"),
        (RULES, "phone: 0235 000 000", "emails: [a@mau.vn, b@mau]", "contact.emails[1]"),
        (RULES, "phone: 0235 000 000", "phone: gọi văn thư", "contact.phone"),
        (RULES, "phone: 0235 000 000", "fax: 12", "contact.fax"),
        (BODIES, OFFICE, f"{OFFICE}, email: thu.mau.vn", "agencies[1].email"),
        (BODIES, OFFICE, f"{OFFICE}, phone: 0235-abc", "agencies[1].phone"),
        (BODIES, OFFICE, f"{OFFICE}, url: 'https://mau'", "agencies[1].url"),
    ],
)
def test_what_reaches_nobody_is_told(house: House, name: str, old: str, new: str, key: str) -> None:
    house.change(name, old, new)
    (finding,) = house.faults()
    assert finding.key == key
    assert "; hãy viết" in finding.message


@pytest.mark.parametrize(
    "phone",
    [
        "1022",
        '"02143.845.455"',
        "(0235) 3852 739",
        "+84 235 3852 739",
        '"0235 3852 739, 0235 3852 740 máy lẻ 5"',
    ],
)
def test_numbers_that_people_call_are_telephones(house: House, phone: str) -> None:
    house.change(RULES, "phone: 0235 000 000", f"phone: {phone}")
    assert house.faults() == ()
