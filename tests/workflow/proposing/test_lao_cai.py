"""What Lào Cai's regulation asks of proposals: to whom they go, why they may be refused."""

import datetime as dt
import json
import re

import pytest

from regulation.loading import load_portal
from regulation.yamlfile import VIETNAM
from workflow.proposals import Verdict
from workflow.proposing.context import context

from .town import LaoCai, Said, Town, settle

STAFF = {
    "an": "cong-tac-vien",
    "lam": "thanh-vien-tin-tuc",
    "minh": "thanh-vien-kinh-nghiem",
    "chau": "truong-ban",
    "em": "don-vi-van-hanh",
}
ARTICLE = """\
---
id: {name}
title: {title}
summary: {title}.
posted: 2026-11-22 08:00
agency: so-noi-vu-moi
source: Sở Nội vụ
---

{title}.
"""
GROUNDS = (
    "ngoai-pham-vi",
    "trai-chu-truong-phap-luat",
    "bi-mat-nha-nuoc",
    "chua-duoc-pho-bien",
    "khong-dung-su-that",
    "khong-ro-nguon-goc",
    "trung-lap",
    "dang-xac-thuc-lai",
    "khong-bao-dam-chat-luong",
)
"""The nine of Điều 4.6, in the order in which it lists them."""

NOTHING = "Không có đề xuất nào đang chờ bạn."


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A repository with its people."""
    return settle(tmp_path_factory.mktemp("town"), STAFF, LaoCai)


def written(town: Town, section: str, name: str, title: str) -> None:
    """The contributor sits down and writes an item."""
    town.git("switch", "--quiet", "--detach", "main")
    town.sits_down("an")
    file = town.portal / section / "2026" / f"{name}.md"
    file.write_text(ARTICLE.format(name=name, title=title), encoding="utf-8")


def proposed(town: Town, section: str, name: str, title: str) -> tuple[str, Said]:
    """The number of a new proposal, and what was said when it was opened."""
    written(town, section, name, title)
    said = town.cong("an", "propose", title)
    number = re.search(r"đề xuất (\d+)", said.text)
    assert said.code == 0 and number, said.text
    return number[1], said


def mine(town: Town, who: str) -> str:
    """What waits for somebody."""
    said = town.cong(who, "proposals", "--mine")
    assert said.code == 0, said.text
    return said.text.strip()


@pytest.mark.duty("M1", portal="laocai-cchc")
@pytest.mark.timeout(300)
def test_what_is_sent_in_goes_to_the_member_for_its_field(town: Town) -> None:
    news, said = proposed(town, "tin-tuc", "phien-cho", "Nhận hồ sơ ở phiên chợ")
    assert (
        "Chuyển đến: Thành viên phụ trách tin tức, chỉ đạo điều hành – Thành viên phụ trách lĩnh "
        "vực biên tập, thẩm định (lĩnh vực Tin tức, chỉ đạo điều hành)"
    ) in said.text
    branch = town.git("branch", "--show-current").strip()
    trend, said = proposed(town, "xu-huong", "tro-ly", "Một tỉnh bạn dùng trợ lý ảo")
    assert "Chuyển đến: Thành viên phụ trách mô hình, kinh nghiệm" in said.text

    # Each finds on their own machine what is theirs, and nothing else.
    waiting = {who: mine(town, who) for who in STAFF}
    assert f"{news}  Nhận hồ sơ ở phiên chợ" in waiting["lam"]
    assert "Chờ bạn: Thành viên phụ trách lĩnh vực biên tập, thẩm định" in waiting["lam"]
    assert "trợ lý ảo" not in waiting["lam"]
    assert f"{trend}  Một tỉnh bạn dùng trợ lý ảo" in waiting["minh"]
    assert "phiên chợ" not in waiting["minh"]
    assert {waiting[who] for who in ("an", "chau", "em")} == {NOTHING}

    # Asked for changes it goes back, mended it comes again, reviewed it goes up.
    asked = town.cong("lam", "review", news, "--request-changes", "--text", "Ghi rõ ngày")
    assert asked.code == 0, asked.text
    assert mine(town, "lam") == NOTHING
    assert "Chờ bạn sửa. Chờ sửa: có 1 yêu cầu sửa." in mine(town, "an")
    town.git("switch", "--quiet", branch)
    file = town.portal / "tin-tuc" / "2026" / "phien-cho.md"
    file.write_text(file.read_text("utf-8") + "\nNgày 29/11/2026.\n", "utf-8")
    assert "Đã thay bản mới" in town.cong("an", "propose").text
    assert mine(town, "an") == NOTHING
    assert "Chờ bạn xem lại: có bản mới sau ý kiến của bạn." in mine(town, "lam")
    assert "✓" in town.cong("lam", "approve", news).text
    assert mine(town, "lam") == NOTHING
    told = town.cong("chau", "proposals", "--mine", "--json")
    assert [(each["number"], each["how"]) for each in json.loads(told.text)] == [
        (news, "Chờ bạn: Trưởng ban Biên tập phê duyệt.")
    ]
    both = town.cong("chau", "proposals", "--mine", "--closed")
    assert (both.code, "hãy bỏ --closed hoặc --mine" in both.text) == (2, True)


@pytest.mark.duty("S8", portal="laocai-cchc")
@pytest.mark.timeout(300)
def test_a_refusal_names_one_of_the_nine_grounds_and_nothing_else(town: Town) -> None:
    portal = load_portal(town.portal, town.root, dt.datetime.now(VIETNAM).date())
    titles = {ground.id: ground.title.vi for ground in portal.regulation.grounds}
    assert tuple(titles) == GROUNDS
    number, _ = proposed(town, "tin-tuc", "khong-dang", "Một tin không được đăng")
    assert town.cong("lam", "approve", number).code == 0

    for words in (["--ground", "khong-thich"], ["--ground", ""], []):
        said = town.cong("chau", "refuse", number, *words)
        assert said.code == 2, said.text
        if words:
            assert all(f"{ground}: {title}" in said.text for ground, title in titles.items())
    assert "từ chối" not in town.cong("chau", "show", number).text

    for ground in titles:
        said = town.cong("chau", "refuse", number, "--ground", ground)
        assert said.code == 0, said.text
        assert "Bị từ chối: có 1 ý kiến từ chối." in said.text
    told = town.cong("em", "merge", number)
    assert told.code == 1
    assert f"lý do: {titles[GROUNDS[-1]]}; hãy sửa" in told.text
    assert "Căn cứ: Điều 4.6 Quy chế" in told.text

    # Whoever may not review may not refuse either.
    other = town.cong("minh", "refuse", number, "--ground", "trung-lap")
    assert "Chưa được tính" in other.text


@pytest.mark.duty("S8", portal="laocai-cchc")
@pytest.mark.timeout(300)
def test_no_other_way_refuses_for_a_reason_of_ones_own(town: Town) -> None:
    number, _ = proposed(town, "tin-tuc", "duong-vong", "Một tin để tìm đường vòng")

    # Past the command, straight to where proposals live: the gate takes no such ground.
    environment = {**town.environment, "CONG_LOGIN": "lam"}
    now = lambda: dt.datetime.now(VIETNAM)  # noqa: E731
    with context(town.root, environment, town.folder, now) as here:
        head = here.forge.proposal(number).head
        here.forge.review(number, Verdict.REQUEST_CHANGES, head, "Thôi", "khong-thich")
    gate = town.cong("em", "gate", "--proposal", number)
    assert gate.code == 1
    assert "nêu lý do “khong-thich” không có trong quy chế của cổng laocai-cchc" in gate.text
    assert "Bị từ chối" not in gate.text

    # Without a ground it asks for changes, and the proposal waits for them.
    said = town.cong("lam", "review", number, "--request-changes", "--text", "Viết lại đoạn hai")
    assert "Chờ sửa: có 1 yêu cầu sửa." in said.text
    assert "Bị từ chối" not in town.cong("em", "gate", "--proposal", number).text

    # And to take it back is for whoever sent it.
    for who in ("lam", "chau"):
        said = town.cong(who, "withdraw", number, "--reason", "Không thích")
        assert said.code == 1
        assert "chỉ người gửi mới rút được" in said.text
        assert "cong refuse" in said.text
    assert f" {number}  " in town.cong("em", "proposals").text
    assert town.cong("an", "withdraw", number, "--reason", "Viết lại").code == 0
    assert f" {number}  " not in town.cong("em", "proposals").text


@pytest.mark.timeout(120)
def test_what_somebody_left_behind_may_be_put_away(town: Town) -> None:
    number, _ = proposed(town, "tin-tuc", "bo-lai", "Một tin bỏ lại")
    refused = town.cong("em", "withdraw", number, "--reason", "Người gửi đã nghỉ")
    assert refused.code == 1
    left = town.cong("em", "accounts", "suspend", "an", "--reason", "Nghỉ việc")
    assert left.code == 0, left.text
    said = town.cong("em", "withdraw", number, "--reason", "Người gửi đã nghỉ")
    assert said.code == 0, said.text
    assert town.cong("em", "accounts", "resume", "an").code == 0
