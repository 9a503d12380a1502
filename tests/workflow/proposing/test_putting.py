"""Putting forward what lies in a checkout, however far whoever wrote it went with Git by hand."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from regulation.findings import Finding

from .town import PORTAL, Town, settle

NEWS = f"content/{PORTAL}/tin-tuc/2026"
SOME = "ra-soat-giay-to"


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A repository with its people; nothing is published."""
    return settle(tmp_path_factory.mktemp("putting"))


@pytest.fixture
def town(settled: Town) -> Iterator[Town]:
    """The same, with the main branch open and nothing unsaved."""
    settled.sits_down("an")
    settled.git("switch", "--quiet", "main")
    yield settled
    # Attributes go before the files that they say how to write.
    settled.git("reset", "--quiet")
    settled.git("clean", "--quiet", "-fd", "content")
    settled.git("reset", "--quiet", "--hard")


def sentence(path: Path, words: str) -> None:
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{words}\n", encoding="utf-8")


def opened(town: Town, *words: str) -> str:
    said = town.cong("an", "propose", *words, "--draft")
    number = re.search(r"Đã mở đề xuất (\d+)", said.text)
    assert said.code == 0, said.text
    assert number, said.text
    return number[1]


def changes(town: Town, number: str) -> set[str]:
    told = town.git("-c", "core.quotePath=false", "diff", "--name-status", "--no-renames",
                    "main", f"de-xuat/{number}")  # fmt: skip
    return set(told.splitlines())


@pytest.mark.timeout(120)
def test_what_is_moved_or_removed_with_git(town: Town) -> None:
    file, moved = f"{NEWS}/{SOME}.md", f"{NEWS}/tên mới có dấu.md"
    town.git("mv", file, moved)
    number = opened(town, "Đổi tên")
    assert changes(town, number) == {f"D\t{file}", f"A\t{moved}"}

    town.git("switch", "--quiet", "main")
    town.git("rm", "--quiet", file)
    number = opened(town, "Bỏ bài")
    assert changes(town, number) == {f"D\t{file}"}

    # Removed from the index, written again and not added.
    town.git("switch", "--quiet", "main")
    text = (town.root / file).read_text(encoding="utf-8")
    town.git("rm", "--quiet", file)
    (town.root / file).write_text(f"{text}\nViết lại.\n", encoding="utf-8")
    assert changes(town, opened(town, "Viết lại")) == {f"M\t{file}"}


@pytest.mark.timeout(120)
def test_what_is_staged_in_part_and_names_that_git_reads_as_patterns(town: Town) -> None:
    file = town.root / NEWS / f"{SOME}.md"
    sentence(file, "Câu thứ nhất.")
    town.git("add", "--all")
    sentence(file, "Câu thứ hai.")
    names = [f"{NEWS}/một [số] *.md", f"{NEWS}/:(top) hai.md"]
    for name in names:
        (town.root / name).write_text("---\nid: x\n---\n", encoding="utf-8")
    (town.root / NEWS / "bo-di.md").write_text("x", encoding="utf-8")
    town.git("add", f"{NEWS}/bo-di.md")
    (town.root / NEWS / "bo-di.md").unlink()
    number = opened(town, "Hai câu")
    assert changes(town, number) == {f"M\t{NEWS}/{SOME}.md", *(f"A\t{name}" for name in names)}
    assert "Câu thứ hai." in town.git("show", f"de-xuat/{number}:{NEWS}/{SOME}.md")
    assert town.git("status", "--porcelain") == ""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("own", [False, True])
def test_after_a_refusal_the_title_need_not_be_said_again(town: Town, own: bool) -> None:
    if own:
        town.git("switch", "--quiet", "-c", "cua-toi")
    file = town.root / NEWS / f"{SOME}.md"
    sentence(file, "Xem [ở đây](khong-co.md).")
    refused = town.cong("an", "propose", "Thêm liên kết")
    assert refused.code == 1
    assert "khong-co.md" in refused.text
    text = file.read_text(encoding="utf-8").replace("[ở đây](khong-co.md)", "ở đây")
    file.write_text(text, encoding="utf-8")
    said = town.cong("an", "propose")
    number = re.search(r"Đã mở đề xuất (\d+)", said.text)
    assert number, said.text
    assert f"Đề xuất {number[1]}: Thêm liên kết" in town.cong("an", "show", number[1]).text


@pytest.mark.timeout(120)
def test_a_commit_on_no_branch_is_proposed_from_a_branch_of_its_own(town: Town) -> None:
    town.git("switch", "--quiet", "--detach", "main")
    sentence(town.root / NEWS / f"{SOME}.md", "Câu rời.")
    town.git("-c", "user.name=an", "-c", "user.email=an@cong.invalid", "commit", "-qam", "Rời")
    number = opened(town, "Sửa rời")
    assert changes(town, number) == {f"M\t{NEWS}/{SOME}.md"}
    assert town.git("branch", "--show-current").strip() == "bai/sua-roi"


@pytest.mark.timeout(120)
def test_separators_of_our_own_in_a_note_stop_nothing(town: Town) -> None:
    town.git("switch", "--quiet", "-c", "dau-la")
    sentence(town.root / NEWS / f"{SOME}.md", "Câu có dấu.")
    note = "Sửa\n\nUpdate: a\x1eb\x1f\x1d\nCorrection: Giờ đúng\x1flà 19 giờ"
    town.git("-c", "user.email=an@cong.invalid", "commit", "--quiet", "-am", note)
    number = opened(town, "Dấu lạ")
    assert town.cong("an", "propose").code == 0  # ready
    said = town.cong("em", "gate", "--all", "--post")
    assert f"Đề xuất {number}: " in said.text
    assert "lỗi của phần mềm" not in said.text
    town.cong("binh", "approve", number)
    assert town.cong("chau", "approve", number).code == 0
    told = town.cong("em", "log", "tt-ra-soat-giay-to")
    assert "Đính chính: Giờ đúng là 19 giờ" in told.text
    assert "Cập nhật: a b" in told.text


@pytest.mark.timeout(120)
def test_unsaved_work_in_the_way_is_never_to_be_committed_on_the_main_branch(town: Town) -> None:
    file = town.root / NEWS / f"{SOME}.md"
    sentence(file, "Câu được duyệt.")
    assert town.cong("an", "propose", "Một câu nữa").code == 0
    number = town.git("config", "branch.bai/mot-cau-nua.congProposal").strip()
    town.git("switch", "--quiet", "main")
    sentence(file, "Đang sửa dở.")
    town.cong("binh", "approve", number)
    said = town.cong("chau", "approve", number)
    assert said.code == 1
    assert "đừng commit vào nhánh chính" in said.text
    assert "stash -u" in said.text
    town.git("switch", "--quiet", "-c", "bai/dang-sua")  # as it says
    assert town.cong("chau", "merge", number).code == 0
    assert "Đang sửa dở." in file.read_text(encoding="utf-8")


@pytest.mark.timeout(120)
def test_a_change_of_what_is_published_is_to_be_told_to_readers(town: Town) -> None:
    sentence(town.root / NEWS / f"{SOME}.md", "Thêm một ý.")
    said = town.cong("an", "propose", "Thêm một ý")
    assert said.code == 0
    assert "gõ lại cong propose kèm --correction" in said.text
    said = town.cong("an", "propose", "--minor")
    assert "Đã thay bản mới" in said.text
    assert "--correction" not in said.text


@pytest.mark.timeout(120)
def test_a_file_that_changes_how_git_reads_others_is_named(town: Town) -> None:
    file = town.root / NEWS / ".gitattributes"
    file.write_text("*.md working-tree-encoding=UTF-16\n", encoding="utf-8")
    sentence(town.root / NEWS / f"{SOME}.md", "Một ý nữa.")
    said = town.cong("an", "propose", "Một ý nữa")
    assert said.code == 1
    assert f"{NEWS}/?gitattributes" in said.text or f"{NEWS}/.gitattributes" in said.text
    assert "không được có trong content/" in said.text


def test_a_finding_about_a_name_with_a_line_s_end_is_one_line() -> None:
    assert str(Finding("content/a\nb.md", "Sai.")) == "content/a\\nb.md: lỗi: Sai."


@pytest.mark.timeout(120)
def test_the_record_of_an_item_tells_of_what_was_refused(town: Town) -> None:
    sentence(town.root / NEWS / f"{SOME}.md", "Một ý bị từ chối.")
    assert town.cong("an", "propose", "Ý bị từ chối", "--minor").code == 0
    number = town.git("config", "branch.bai/y-bi-tu-choi.congProposal").strip()
    assert town.cong("chau", "refuse", number, "--ground", "khong-xac-thuc").code == 0
    told = town.cong("em", "log", "tt-ra-soat-giay-to").text.partition("Đề xuất không được nhập:")
    assert f"Đề xuất {number} (đang xét): Ý bị từ chối" in told[2]
    assert town.cong("an", "withdraw", number, "--reason", "Không đăng nữa").code == 0
    told = town.cong("em", "log", "tt-ra-soat-giay-to").text.partition("Đề xuất không được nhập:")
    assert f"Đề xuất {number} (đã rút): Ý bị từ chối" in told[2]
    assert "chau từ chối, lý do “khong-xac-thuc”" in told[2]
    assert "an rút đề xuất" in told[2]
