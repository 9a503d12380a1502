"""The whole story, typed as people type it: proposed, mended, reviewed, approved, live, corrected,
withdrawn; on a real repository, with real commands, read from a served folder."""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from PIL import Image

from tests.browser.site import served

from .town import PORTAL, Town, settle

ARTICLE = """\
---
id: gio-tiep-nhan
title: Bộ phận Một cửa nhận hồ sơ đến 19 giờ chiều thứ Sáu
summary: Từ tháng 12, ai bận giờ hành chính có thể nộp hồ sơ vào chiều thứ Sáu.
posted: 2026-11-22 08:00
agency: so-noi-vu-da-nang
author: Phòng Cải cách hành chính
source: Sở Nội vụ
picture:
  file: media/quay-tiep-nhan.png
---

Từ ngày 01/12/2026, Bộ phận Một cửa [nhận hồ sơ](khong-co.md) đến 19 giờ chiều thứ Sáu.
"""
URL = "/tin-tuc/2026/gio-tiep-nhan/"
LIVE = rf"✓ Đã nhập đề xuất {{}} .*✓ Cổng {PORTAL}: đã phát hành bản \w+-\w+ \(.*, tại /"
"""What is said of a merge: first that it is made, then that it is live."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A repository with its people."""
    return settle(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def live(town: Town) -> Iterator[str]:
    """The address at which citizens read; something is live from the beginning.

    From now on what is approved goes there by itself.
    """
    town.git("config", f"cong.{PORTAL}.publishTo", str(town.folder / "www"))
    town.git("config", f"cong.{PORTAL}.publishSamples", "true")
    publish(town)
    with served(town.folder / "www" / "live") as base:
        yield base


def publish(town: Town) -> None:
    said = town.cong("em", "publish")
    assert said.code == 0, said.text


def read(address: str) -> str:
    try:
        with urllib.request.urlopen(address) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        return f"{error.code}"


@pytest.mark.duty("M2")
@pytest.mark.duty("M3")
@pytest.mark.duty("M7")
@pytest.mark.timeout(300)
def test_an_article_from_proposal_to_tombstone(town: Town, live: str) -> None:
    # A collaborator writes, with two mistakes: a picture without words, a link to nowhere.
    town.sits_down("an")
    file = town.portal / "tin-tuc" / "2026" / "gio-tiep-nhan.md"
    file.write_text(ARTICLE, encoding="utf-8")
    Image.new("RGB", (900, 600), "#335577").save(town.portal / "media" / "quay-tiep-nhan.png")
    first = town.cong("an", "propose", "Giờ tiếp nhận hồ sơ")
    assert first.code == 1
    assert f"content/{PORTAL}/tin-tuc/2026/gio-tiep-nhan.md:9: [picture.alt] lỗi:" in first.text
    assert "Không có đề xuất nào" in town.cong("an", "proposals").text

    # One is mended; the other is told then. Mended too, it is a proposal.
    text = ARTICLE.replace("nhan.png\n", "nhan.png\n  alt: Quầy tiếp nhận hồ sơ\n")
    file.write_text(text, encoding="utf-8")
    second = town.cong("an", "propose")
    assert second.code == 1
    assert "khong-co.md" in second.text
    text = text.replace("[nhận hồ sơ](khong-co.md)", "nhận hồ sơ")
    file.write_text(text, encoding="utf-8")
    third = town.cong("an", "propose")
    assert (third.code, third.text.splitlines()[0][:18]) == (0, "✓ Đã mở đề xuất 1,")

    # The wrong people say yes, and nothing happens.
    main = town.git("rev-parse", "main")
    wrong = {"an": "không được tự duyệt", "dung": "phụ trách lĩnh vực khác", "chau": "bước trước"}
    for who, why in wrong.items():
        said = town.cong(who, "approve", "1")
        assert said.code == 0
        assert f"Chưa được tính: {said.text.partition('Chưa được tính: ')[2]}" in said.text
        assert why in said.text
        assert town.cong("em", "gate", "--proposal", "1").code == 1
    assert town.cong("em", "merge", "1").code == 1
    assert town.git("rev-parse", "main") == main
    publish(town)
    assert read(live + URL) == "404"

    # The member for the field, then the head: at once part of the main branch.
    assert "còn thiếu 1 bước" in town.cong("binh", "review", "1", "--approve").text
    assert town.git("rev-parse", "main") == main
    approved = town.cong("chau", "approve", "1")
    assert approved.code == 0, approved.text
    assert re.search(LIVE.format(1), approved.text, re.S), approved.text
    assert "19 giờ" in read(live + URL)
    message = town.git("log", "-1", "--format=%B", "main")
    assert "Reviewed-by: Thành viên phụ trách tin tức, tuyên truyền (quangnam-cchc)" in message
    assert "Approved-by: Trưởng Ban Biên tập (quangnam-cchc)" in message
    assert "Basis: Điều 7.2.a Quy chế; Điều 7.2.b Quy chế" in message
    assert not re.search(r"\b(an|binh|chau)\b", message)

    # A correction is told of on the page.
    file.write_text(text.replace("19 giờ", "20 giờ"), encoding="utf-8")
    said = town.cong("an", "propose", "Sửa giờ", "--correction", "Giờ đúng là 20 giờ")
    assert said.code == 0, said.text
    town.cong("binh", "approve", "2")
    assert town.cong("chau", "approve", "2", "--no-merge").code == 0
    assert "20 giờ" not in read(live + URL)
    merged = town.cong("em", "gate", "--all", "--merge")
    assert re.search(LIVE.format(2), merged.text, re.S), merged.text
    page = read(live + URL)
    assert "20 giờ chiều" in page
    assert re.search(r"<strong>Đính chính</strong>.*: Giờ đúng là 20 giờ", page)

    # Withdrawn, it leaves a stone.
    stone = "status: withdrawn\nwithdrawn: {date: 2026-11-22, reason: Sở Nội vụ đề nghị gỡ}\n"
    gone = text.replace("posted:", f"{stone}posted:")
    file.write_text(gone, encoding="utf-8")
    assert town.cong("an", "propose", "Gỡ bài").code == 0
    town.cong("binh", "approve", "3")
    assert town.cong("chau", "approve", "3", "--no-merge").code == 0
    merged = town.cong("em", "merge", "3")
    assert re.search(LIVE.format(3), merged.text, re.S), merged.text
    page = read(live + URL)
    assert "Sở Nội vụ đề nghị gỡ" in page
    assert "20 giờ chiều" not in page

    # And who did what, when, on which text is on record, and holds together.
    told = town.cong("em", "log", "gio-tiep-nhan")
    assert told.code == 0, told.text
    assert told.text.count("Phê duyệt: Trưởng Ban Biên tập") == 3
    # By ids, of which only the accounts know whose they are (G5).
    made = town.git("log", "--format=%ae %ce %an %cn", f"{main.strip()}..main")
    assert {word.partition("@")[2] or word for word in made.split()} == {
        "cong.invalid", "an", "chau", "em",
    }  # fmt: skip
    assert told.text.count("an mở đề xuất") == 3
    assert "dung đồng ý" in told.text
    assert "✗" not in told.text


@pytest.mark.timeout(300)
def test_what_is_urgent_is_down_at_once_and_approved_afterwards(town: Town, live: str) -> None:
    url = "/tin-tuc/2026/ra-soat-giay-to/"
    main = town.git("rev-parse", "main")
    assert "Rà soát thành phần hồ sơ" in read(live + url)

    # Not for everybody.
    town.sits_down("an")
    refused = town.cong("an", "withdraw", "--urgent", "tt-ra-soat-giay-to", "--reason", "Lộ số")
    assert refused.code == 1
    assert "Bạn không giữ chức danh" in refused.text
    publish(town)
    assert "29 trong 123" in read(live + url)

    # The operator takes it down: gone from the site, not from the main branch.
    town.sits_down("em")
    done = town.cong("em", "withdraw", "--urgent", "tt-ra-soat-giay-to", "--reason", "Lộ số")
    assert done.code == 0, done.text
    assert "phải được duyệt trước" in done.text
    number = re.search(r"đề xuất (\d+)", done.text)
    assert number
    assert f"✓ Cổng {PORTAL}: đã phát hành bản" in done.text
    page = read(live + url)
    assert "Lộ số" in page
    assert "29 trong 123" not in page
    assert town.git("rev-parse", "main") == main
    assert "Gỡ khẩn, phải được duyệt trước" in town.cong("binh", "proposals").text

    # Taken back, it is there again; approved, it is down for good.
    back = town.cong("em", "withdraw", number[1], "--reason", "Nhầm bài")
    assert f"✓ Cổng {PORTAL}: đã phát hành bản" in back.text
    assert "29 trong 123" in read(live + url)
    again = town.cong("em", "withdraw", "--urgent", "tt-ra-soat-giay-to", "--reason", "Sai số")
    number = re.search(r"đề xuất (\d+)", again.text)
    assert number
    assert "Sai số" in read(live + url)
    town.cong("binh", "approve", number[1])
    approved = town.cong("chau", "approve", number[1])
    assert re.search(rf"✓ Đã nhập đề xuất {number[1]} .*✓ Cổng {PORTAL}: ", approved.text, re.S)
    assert "Sai số" in read(live + url)
    assert "Gỡ khẩn" not in town.cong("binh", "proposals").text


@pytest.mark.timeout(120)
def test_what_did_not_come_through_the_gate_is_told(town: Town) -> None:
    told = town.cong("em", "log", f"content/{PORTAL}/lien-he.md")
    assert told.code == 1
    assert "Nhánh chính không có mục" in told.text
    some = next((town.portal / "tin-tuc").rglob("*.md")).relative_to(town.root).as_posix()
    told = town.cong("em", "log", some)
    assert told.code == 1
    assert "không qua đề xuất nào" in told.text


@pytest.mark.timeout(120)
def test_a_refusal_names_a_ground_of_the_regulation(town: Town) -> None:
    town.git("switch", "--quiet", "main")
    town.sits_down("an")
    some = next((town.portal / "tin-tuc").rglob("*.md"))
    some.write_text(some.read_text(encoding="utf-8") + "\nThêm một câu.\n", encoding="utf-8")
    opened = town.cong("an", "propose", "Thêm một câu")
    number = re.search(r"đề xuất (\d+)", opened.text)
    assert number, opened.text
    wrong = town.cong("chau", "refuse", number[1], "--ground", "khong-thich")
    assert wrong.code == 2
    assert "khong-xac-thuc: Không rõ nguồn" in wrong.text
    right = town.cong("chau", "refuse", number[1], "--ground", "khong-xac-thuc")
    assert right.code == 0
    assert "Bị từ chối" in right.text
    town.cong("binh", "approve", number[1])
    assert town.cong("em", "merge", number[1]).code == 1
    assert town.cong("an", "withdraw", number[1], "--reason", "Không đăng nữa").code == 0
    assert "Đã rút." in town.cong("an", "proposals", "--closed").text


@pytest.mark.timeout(120)
def test_what_is_typed_wrongly_is_told_in_one_line(town: Town) -> None:
    cases = {
        ("show", "99"): "Không có đề xuất 99",
        ("review", "1"): "đúng một trong",
        ("review", "1", "--comment"): "lời kèm theo",
        ("propose",): "Đề xuất phải có tên",
        ("log", "khong-co-muc-nay"): "Nhánh chính không có mục",
        ("propose", "x", "--minor", "--update", "y"): "Chỉ ghi một trong",
    }
    town.git("switch", "--quiet", "--force", "main")
    for words, wanted in cases.items():
        said = town.cong("an", *words)
        assert said.code in (1, 2), said.text
        assert wanted in said.text
        assert "Traceback" not in said.text
    stranger = town.cong("", "proposals")
    assert stranger.code == 0  # Git says who: the address of whoever sits there
    town.git("config", "user.email", "ai-do@tinh.example")
    stranger = town.cong("", "proposals")
    assert stranger.code == 1
    assert "git config cong.login" in stranger.text
