"""What is approved goes live by itself: also from a shared repository, and what is said if not."""

from pathlib import Path

import pytest

from workflow.git import Git
from workflow.publish.settings import touched

from .town import PORTAL, Town, settle

ITEM = "tin-tuc/2026/ra-soat-giay-to"
ID = "tt-ra-soat-giay-to"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A repository with its people; samples may be shown."""
    made = settle(tmp_path)
    made.git("config", "--global", f"cong.{PORTAL}.publishSamples", "true")
    return made


def approved(town: Town, words: str) -> tuple[int, str]:
    """What the head is told who approves an added sentence, the last of three."""
    town.sits_down("an")
    file = town.portal / f"{ITEM}.md"
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{words}\n", encoding="utf-8")
    opened = town.cong("an", "propose", "Thêm một câu", "--update", "Thêm một câu")
    assert "Đã mở đề xuất 1," in opened.text, opened.text
    assert town.cong("binh", "approve", "1").code == 0
    said = town.cong("chau", "approve", "1")
    return said.code, said.text


@pytest.mark.timeout(600)
def test_what_cannot_be_published_is_merged_all_the_same_and_told_after_it(town: Town) -> None:
    www = town.folder / "www"
    www.mkdir()
    (www / "cua-nguoi-khac.html").touch()
    town.git("config", f"cong.{PORTAL}.publishTo", str(www))
    town.git("config", "cong.cong-khac.publishTo", "/khong-ai-dung-toi")
    before = town.git("rev-parse", "main").strip()
    code, said = approved(town, "Câu đã duyệt.")
    assert code == 1
    merge, why, left = said.splitlines()[-3:]
    assert merge.startswith("✓ Đã nhập đề xuất 1 vào nhánh main, bản ")
    assert why.startswith(f"cong.{PORTAL}.publishTo: lỗi: {www} đã có tệp không do cong phát hành")
    assert left == (
        f"cổng {PORTAL}: lỗi: Chưa phát hành được, trang trước vẫn chạy; nhánh main giữ nguyên "
        "những gì vừa nhập, không phải nhập lại. Hãy sửa điều nêu trên rồi gõ: cong publish "
        f"--portal {PORTAL}"
    )
    assert "cong-khac" not in said  # the merge does not touch it
    assert town.git("rev-parse", "main^1").strip() == before
    assert [path.name for path in www.iterdir()] == ["cua-nguoi-khac.html"]

    (www / "cua-nguoi-khac.html").unlink()
    assert town.cong("em", "publish", "--portal", PORTAL).code == 0
    assert "Câu đã duyệt." in (www / "live" / ITEM / "index.html").read_text(encoding="utf-8")


@pytest.mark.timeout(600)
@pytest.mark.long
def test_from_a_shared_repository_the_merged_main_branch_is_published(town: Town) -> None:
    bare, page = town.folder / "chung.git", town.folder / "www" / "live" / ITEM / "index.html"
    town.git("clone", "--quiet", "--bare", ".", str(bare))
    town.git("config", "cong.forge", f"local:{bare}")
    town.git("-C", str(bare), "config", f"cong.{PORTAL}.publishTo", str(town.folder / "www"))
    before = town.git("rev-parse", "main")
    code, said = approved(town, "Câu đã duyệt.")
    assert code == 0, said
    assert f"✓ Cổng {PORTAL}: đã phát hành bản" in said.splitlines()[-1]
    assert "Câu đã duyệt." in page.read_text(encoding="utf-8")
    assert town.git("rev-parse", "main") == before  # of this checkout

    town.sits_down("em")
    down = town.cong("em", "withdraw", "--urgent", ID, "--reason", "Lộ số")
    assert down.code == 0, down.text
    assert "Câu đã duyệt." not in page.read_text(encoding="utf-8")
    assert "Lộ số" in page.read_text(encoding="utf-8")


def test_which_portals_a_merge_touches(tmp_path: Path) -> None:
    git = Git(tmp_path, {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"})
    git.run("init", "--quiet", "--initial-branch=main")
    git.run("config", "user.name", "thu")
    git.run("config", "user.email", "thu@tinh.example")

    made = 0

    def after(*names: str) -> frozenset[str] | None:
        """What is touched by a merge that changes these files."""
        nonlocal made
        git.run("commit", "--quiet", "--allow-empty", "-m", "Trước")
        git.run("switch", "--quiet", "-c", "nhanh")
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            made += 1
            (tmp_path / name).write_text(f"{made}", encoding="utf-8")
        git.run("add", "--all")
        git.run("commit", "--quiet", "--allow-empty", "-m", "Đổi")
        git.run("switch", "--quiet", "main")
        git.run("merge", "--quiet", "--no-ff", "-m", "Nhập", "nhanh")
        git.run("branch", "--quiet", "-D", "nhanh")
        return touched(git, "HEAD")

    assert after("content/a/portal.yml", "content/a/tin-tuc/2026/một.md") == frozenset({"a"})
    assert after("content/a/portal.yml", "content/b/x.md") == frozenset({"a", "b"})
    assert after("content/a/portal.yml", "theme/style.css") is None
    assert after("content/chung.yml") is None
    assert after() == frozenset()
