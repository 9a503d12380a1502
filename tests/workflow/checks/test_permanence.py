"""What was published stays: a table of what a change may and may not do to it."""

import pytest

from tests.small import PORTAL, article
from tests.workflow.checks.repository import Repository

NEWS = "tin-tuc/2026/hop-ban.md"
ENGLISH = "tin-tuc/2026/hop-ban.en.md"
GONE = "tin-tuc/2026/da-go.md"
MOVED = "tin-tuc/2026/doi-cho.md"
MADE = "tin-tuc/2026/x.md"


@pytest.fixture
def made(repo: Repository) -> Repository:
    """A repository with one more published item that nobody links to."""
    repo.house.write(MADE, article("x"))
    repo.publish()
    return repo


def only(repo: Repository) -> str:
    (said,) = repo.errors()
    return said


@pytest.mark.duty("M6")
def test_what_was_published_does_not_vanish(made: Repository) -> None:
    made.remove(MADE)
    assert only(made) == (
        f"{MADE}: Bài đã đăng “Một tin” không còn; bài đã đăng không xóa được, hãy khôi phục tệp "
        "rồi ghi status: withdrawn cùng ngày và lý do gỡ, hoặc chuyển chỗ thì giữ mã và ghi địa "
        "chỉ cũ ở moved_from."
    )


@pytest.mark.duty("M6")
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: x", "id: y", "Mã của bài đã đăng đổi từ “x” thành “y”"),
        ("source:", "status: draft\nsource:", "không trở lại thành bản nháp được"),
        ("source:", "sample: true\nsource:", "không trở thành nội dung mẫu được"),
        ("source:", "status: withdrawn\nsource:", "phải ghi ngày gỡ và lý do"),
    ],
)
def test_what_was_published_does_not_become(
    made: Repository, old: str, new: str, message: str
) -> None:
    made.house.change(MADE, old, new)
    assert message in only(made)


@pytest.mark.parametrize(
    "new",
    [
        "status: withdrawn\nwithdrawn: {date: 2026-11-20, reason: Sai}\nsource:",
        "updated: 2026-11-20 08:00\nsource:",
        "moved_from: [/tin-tuc/2026/z/]\nsource:",
    ],
)
def test_what_was_published_may_be_withdrawn_and_edited(made: Repository, new: str) -> None:
    made.house.change(MADE, "source:", new)
    assert made.errors() == []


@pytest.mark.duty("M6")
@pytest.mark.parametrize("to", ["tin-tuc/2026/y.md", "tin-tuc/2027/x.md"])
def test_an_address_leads_on_from_where_it_was(made: Repository, to: str) -> None:
    made.move(MADE, to)
    if "2027" in to:
        made.house.change(to, "2026-04-01", "2027-01-01")
    assert only(made) == (
        f"{to}: Địa chỉ cũ /tin-tuc/2026/x/ của bài đã đăng không còn dẫn đến đâu; hãy ghi địa chỉ "
        "ấy vào moved_from."
    )
    made.house.change(to, "source:", "moved_from: [/tin-tuc/2026/x/]\nsource:")
    assert made.errors() == []


def test_a_former_address_is_not_dropped(repo: Repository) -> None:
    repo.house.change(MOVED, "moved_from: [/tin-tuc/2026/cho-cu/]\n", "")
    assert "Địa chỉ cũ /tin-tuc/2026/cho-cu/" in only(repo)


def test_a_translation_stays(repo: Repository) -> None:
    repo.remove(ENGLISH)
    assert "Bản tiếng Anh đã đăng không còn (mã “hop-ban” nay chỉ ở" in only(repo)


@pytest.mark.duty("M6")
def test_a_tombstone_stays_and_does_not_come_back_in_silence(repo: Repository) -> None:
    tombstone = (
        'status: withdrawn\nwithdrawn: {date: 2026-06-01, reason: "Đăng nhầm", instead: hop-ban}\n'
    )
    repo.house.change(GONE, tombstone, "")
    assert "Bài đã gỡ nay đăng lại mà không nói vì sao" in only(repo)
    why = "corrections: [{date: 2026-11-20, kind: update, text: Đăng lại}]\nsource:"
    repo.house.change(GONE, "source:", why)
    assert repo.errors() == []
    repo.remove(GONE)
    assert "Bài đã đăng “Tin đã gỡ” không còn" in only(repo)


@pytest.mark.parametrize("name", ["tin-tuc/2026/ban-nhap.md", "tin-tuc/2026/mau.md"])
def test_drafts_and_samples_may_go(repo: Repository, name: str) -> None:
    repo.remove(name)
    assert repo.errors() == []


@pytest.mark.duty("M6")
def test_a_section_whose_folder_is_renamed_keeps_every_address(repo: Repository) -> None:
    text = (repo.house.folder / "portal.yml").read_text(encoding="utf-8")
    repo.house.write("portal.yml", text.replace("id: thu-tuc,", "id: thu-tuc-moi,"))
    repo.move("thu-tuc/2026/cap-giay.md", "thu-tuc-moi/2026/cap-giay.md")
    assert only(repo).startswith(
        "thu-tuc-moi/2026/cap-giay.md: Địa chỉ cũ /thu-tuc/2026/cap-giay/ của bài đã đăng"
    )


@pytest.mark.duty("M6")
def test_a_file_that_an_item_of_another_section_uses_stays(repo: Repository) -> None:
    repo.remove("media/phieu.txt")
    said = repo.errors()
    assert [text.split(":")[0] for text in said] == [
        "thu-tuc/2026/cap-giay.md",
        "tin-tuc/2026/cau-moi.md",
    ]
    assert all("Không có tệp “media/phieu.txt”" in text for text in said)


def test_a_file_that_leaves_with_its_item_s_link_is_a_reminder(repo: Repository) -> None:
    repo.remove("media/so-do.svg")
    repo.house.change(
        "tin-tuc/2026/cau-moi.md", '![Sơ đồ cầu](../../media/so-do.svg "Sơ đồ nhịp chính")', ""
    )
    (finding,) = repo.check().findings
    assert "Tệp đã đăng cùng bài “Khánh thành cầu mới”" in finding.message
    assert repo.errors() == []


@pytest.mark.duty("M6")
def test_a_portal_does_not_go_with_what_it_published(repo: Repository) -> None:
    repo.house.folder.rename(repo.root / "elsewhere")
    gone = repo.errors()
    assert len(gone) == 12
    assert all("mất theo cả cổng" in said for said in gone)


def test_what_was_published_is_asked_of_the_regulation_of_the_base(repo: Repository) -> None:
    """A proposal that drops the section from the regulation does not thereby free its items."""
    text = (repo.house.folder / "portal.yml").read_text(encoding="utf-8")
    start = text.index("  - {id: thu-tuc,")
    end = text.index("  - {id: am-thanh,")
    repo.house.write("portal.yml", text[:start] + text[end:])
    repo.remove("thu-tuc/2026/cap-giay.md")
    assert any("Bài đã đăng “Cấp giấy” không còn" in said for said in repo.errors())


@pytest.mark.duty("M6")
def test_what_was_published_is_not_hidden_until_an_hour_to_come(made: Repository) -> None:
    hour = "publish_at: 2026-12-01 08:00\nsource:"
    made.house.change(MADE, "source:", hour)
    made.house.change(MADE, "posted: 2026-04-01 08:00", "posted: 2026-12-01 08:00")
    assert "Bài đã đăng không hẹn giờ lại được" in only(made)
    made.publish()
    made.remove(MADE)
    assert made.errors() == []  # nobody has seen it yet


def test_a_copy_does_not_hide_the_item_it_was_made_of(made: Repository) -> None:
    made.house.write("tin-tuc/2026/a.md", article("x"))
    (said,) = made.errors()
    assert "Mã “x” đã dùng ở" in said


def test_two_items_may_not_swap_their_ids(made: Repository) -> None:
    made.house.write("tin-tuc/2026/y.md", article("y"))
    made.publish()
    made.house.write(MADE, article("y"))
    made.house.write("tin-tuc/2026/y.md", article("x"))
    assert len([said for said in made.errors() if "Địa chỉ cũ" in said]) == 2
    assert PORTAL not in made.errors()[0]
