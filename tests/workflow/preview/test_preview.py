"""``cong preview`` as it is typed, on a whole small portal in Git."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from justhtml import JustHTML

import cong
from accounts.database import open_database
from accounts.place import find_place
from accounts.register import Register
from tests.small import NOW, PORTAL, Small, article, jpeg
from tests.workflow.preview.conftest import NEW, commit
from tests.workflow.publish.places import git
from workflow.checks.change import change_of
from workflow.git import Git
from workflow.preview.inline import POLICY
from workflow.preview.seen import code_of, pages_of
from workflow.preview.workshop import shows_code, workshop
from workflow.proposals import Proposal

Done = subprocess.CompletedProcess[str]
Typed = Callable[..., Done]


@pytest.fixture
def typed(
    branch: Small, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Typed:
    """Types ``cong`` in the branch's checkout without starting another process for it."""

    def run(*words: str) -> Done:
        monkeypatch.chdir(branch.root)
        monkeypatch.setattr(sys, "argv", ["cong", *words])
        with pytest.raises(SystemExit) as left:
            cong.main()
        said = capsys.readouterr()
        return subprocess.CompletedProcess(words, int(left.value.code or 0), said.out, said.err)

    return run


def read(path: Path) -> JustHTML:
    """A file as a browser reads it."""
    return JustHTML(path.read_text(encoding="utf-8"), sanitize=False)


def frames(path: Path) -> dict[str, str]:
    """The pages in a preview: title → HTML, as a browser unescapes it."""
    return {
        (node.attrs["title"] or "").removeprefix("Trang xem thử: "): node.attrs["srcdoc"] or ""
        for node in read(path).query("iframe")
    }


def listed(path: Path) -> list[str]:
    """The summary's list: what happens to which page."""
    found = []
    for node in read(path).query(".pages > li"):
        deed, name = node.query_one(".deed"), node.query_one(".open")
        assert deed is not None
        found.append(f"{deed.to_text()}: {name.to_text() if name else '–'}")
    return found


def test_every_page_that_a_change_touches_is_there(everything: tuple[Small, Path]) -> None:
    _, file = everything
    assert listed(file) == [
        "Sửa: Bài còn nháp",
        "Sửa: Tin đổi chỗ",
        "Sửa: Nay Họp Ban Biên tập",
        "Không sửa: The board meets",
        "Thêm: Tin <i>mới</i> & hẹn giờ",
        "Bỏ: Tin tức",
        "Sửa: Cấp giấy",
        "Sửa: Khánh thành cầu mới",
        "Sửa: Trang chủ: Cổng Thông tin điện tử tỉnh Mẫu",
        "Sửa: Trang Quy chế",
    ]
    pages = frames(file)
    assert len(pages) == 10
    assert "Nháp, sẽ đăng." in pages["Bài còn nháp"]
    assert "bản nháp" not in pages["Bài còn nháp"].lower()
    assert "Cây cầu" in pages["Tin <i>mới</i> & hẹn giờ"]
    assert "Tin mẫu" not in pages["Tin tức"]
    text = read(file).to_text()
    assert "Vẽ như lúc 08:00 ngày 02/01/2031, giờ hẹn đăng." in text
    assert "Hẹn đăng lúc 08:00 ngày 02/01/2031" in text
    assert "Tin tức. Đang là bản nháp, nhập xong chưa lên cổng" in text
    assert "Danh sách không còn “Tin mẫu”" in text
    assert "content/portal-nho/portal.yml" in text
    assert "Chỗ ấy đúng là khác" in pages["Tin đổi chỗ"], "the correction is told on the page"


def test_the_words_that_differ_are_marked(everything: tuple[Small, Path]) -> None:
    _, file = everything
    old = [node.to_text() for node in read(file).query("del")]
    new = [node.to_text() for node in read(file).query("ins")]
    assert "Nay" in [text.strip() for text in new]
    assert any("<b onclick=x>khác</b>" in text for text in new), "as text, never as HTML"
    assert any("Tin mẫu" in text for text in old)


def test_the_file_asks_for_nothing_and_runs_nothing(everything: tuple[Small, Path]) -> None:
    _, file = everything
    text = file.read_text(encoding="utf-8")
    head = read(file)
    metas = {
        (node.attrs.get("http-equiv") or node.attrs.get("name")): node.attrs.get("content")
        for node in head.query("meta")
    }
    assert metas["robots"] == "noindex"
    assert metas["Content-Security-Policy"] == POLICY
    assert "Việc <script>alert(1)</script> hôm nay" in head.to_text()
    for name, html in [("", text), *frames(file).items()]:
        page = JustHTML(html, sanitize=False)
        assert not page.query("script, link, object, embed, base, source, video, audio"), name
        for node in page.query("*"):
            for key, value in node.attrs.items():
                assert not key.startswith("on"), (name, key)
                if key == "src":
                    assert (value or "").startswith("data:image/"), (name, value)
                assert key not in ("srcset", "action", "formaction", "poster", "data"), (name, key)
                if key == "href" and node.name == "a":
                    assert re.match(r"https?://|mailto:|tel:|#", value or ""), (name, value)
    for node in head.query("iframe"):
        assert "allow-scripts" not in (node.attrs["sandbox"] or "")
        assert "allow-same-origin" not in (node.attrs["sandbox"] or "")
    page = JustHTML(frames(file)["Tin <i>mới</i> & hẹn giờ"], sanitize=False)
    links = {node.attrs.get("href") for node in page.query("main a")}
    assert "https://mau.example/tin-tuc/2026/hop-ban/" in links
    assert "#cho-duoi" in links


def test_what_lies_in_the_checkout_is_seen_and_one_new_page_at_once(
    branch: Small, typed: Typed
) -> None:
    branch.write("tin-tuc/2026/le.md", article("le", "Tin lẻ", "status: draft"))
    done = typed("preview", "--base", "main", "--title", "Một tin")
    assert (done.returncode, done.stderr) == (0, ""), done
    assert re.fullmatch(
        r"✓ xem-thu\.html: 1 trang, \d+ kB\. Mở tệp bằng trình duyệt, hoặc gửi cho người duyệt\.\n",
        done.stdout,
    )
    file = branch.root / "xem-thu.html"
    assert [*frames(file)] == ["Tin lẻ"]
    assert "Bản đang có trên máy" in read(file).to_text()
    first = read(file).query_one(".first")
    assert first is not None
    assert first.attrs["id"] == "trang-1"
    # Nothing to see is said, and what cannot be drawn.
    assert typed("preview", "--base", "HEAD", "--head", "main").returncode == 0
    assert "Thay đổi này không làm trang nào khác đi." in read(file).to_text()
    branch.change("tin-tuc/2026/le.md", "agency: so-noi-vu", "agency: so-khong-co")
    done = typed("preview", "--base", "main")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("cong preview: lỗi: Chưa dựng được bản xem thử; hãy sửa")
    assert f"content/{PORTAL}/tin-tuc/2026/le.md:6: [agency] lỗi: " in done.stderr


def test_a_link_that_a_proposal_brings_leads_to_no_file_of_this_machine(
    branch: Small, tmp_path: Path
) -> None:
    (tmp_path / "bi-mat.jpg").write_bytes(jpeg())
    (branch.folder / "media" / "lien-ket.jpg").symlink_to(tmp_path / "bi-mat.jpg")
    repository, head = Git(branch.root, {}), commit(branch)
    main = repository.run("rev-parse", "main").line
    proposal = Proposal("1", "Ảnh", "", main, head, (), (), (), NOW, NOW)
    for checkout in (True, False):
        with workshop(branch.root, repository, main, proposal, NOW, checkout=checkout) as here:
            content = here.tree / "content"
            assert (content / PORTAL / "media" / "cau.jpg").is_file()
            assert not [path for path in content.rglob("*") if path.is_symlink()]


def test_a_change_of_what_draws_pages_is_seen_where_it_is_what_runs(branch: Small) -> None:
    repository = Git(branch.root, {})
    settings = branch.root / "pelicanconf.py"
    settings.write_text(settings.read_text() + "\n# khác\n")
    commit(branch)
    for there, pages in ((True, ["/", "/quy-che/"]), (False, [])):
        with change_of(repository, "main", "bai/mot") as change:
            code = code_of(change)
            assert code == ["pelicanconf.py"]
            drawn = shows_code(branch.root, change, code)
            assert drawn is there
            seen = pages_of(change, branch.portal(), branch.root, drawn=drawn)
            assert [page.url for page in seen] == pages
        git(branch.root, "checkout", "--quiet", "main")


def test_it_is_drawn_from_a_repository_that_has_no_checkout(branch: Small, tmp_path: Path) -> None:
    branch.write("tin-tuc/2026/moi.md", NEW)
    head = commit(branch)
    git(tmp_path, "clone", "--quiet", "--bare", str(branch.root), "kho.git")
    repository = Git(tmp_path / "kho.git", {})
    main = repository.run("rev-parse", "main").line
    branch.change("tin-tuc/2026/doi-cho.md", "Nội dung.", "Chưa gửi.")
    proposal = Proposal("1", "Tin", "", main, head, (), (), (), NOW, NOW)
    with workshop(branch.root, repository, main, proposal, NOW, checkout=False) as here:
        items = here.tree / "content" / PORTAL / "tin-tuc" / "2026"
        assert (items / "moi.md").read_text() == NEW
        assert "Chưa gửi." not in (items / "doi-cho.md").read_text()
        assert here.merged


def test_a_proposal_that_does_not_go_with_the_main_branch_is_drawn_alone(branch: Small) -> None:
    branch.change("tin-tuc/2026/doi-cho.md", "Nội dung.", "Của đề xuất.")
    head = commit(branch)
    git(branch.root, "checkout", "--quiet", "main")
    branch.change("tin-tuc/2026/doi-cho.md", "Nội dung.", "Của nhánh chính.")
    main, repository = commit(branch), Git(branch.root, {})
    proposal = Proposal("1", "Tin", "", main, head, (), (), (), NOW, NOW)
    with workshop(branch.root, repository, main, proposal, NOW, checkout=False) as here:
        item = here.tree / "content" / PORTAL / "tin-tuc" / "2026" / "doi-cho.md"
        assert "Của đề xuất." in item.read_text()
        assert not here.merged


def test_a_proposal_is_seen_under_its_number(
    branch: Small, typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "CONG_ACCOUNTS": str(tmp_path / "accounts.sqlite"),
        "CONG_LOGIN": "an",
        "CONG_CLAMD": "off",
        "HOME": str(tmp_path),
        "GIT_CONFIG_NOSYSTEM": "1",
    }.items():
        monkeypatch.setenv(name, value)
    environment = {"CONG_ACCOUNTS": str(tmp_path / "accounts.sqlite")}
    with open_database(find_place(environment, tmp_path), environment, create=True) as database:
        register = Register(database, lambda: NOW, "", "máy thử")
        register.add_person("an", "An", addresses=["an@tinh.example"])
    for key, value in (("user.name", "an"), ("user.email", "an@tinh.example")):
        git(branch.root, "config", key, value)
    branch.write("tin-tuc/2026/moi.md", NEW)
    done = typed("propose", "Tin mới", "--draft")
    assert done.returncode == 0, done
    git(branch.root, "checkout", "--quiet", "--force", "main")
    done = typed("preview", "1")
    assert done.returncode == 0, done
    file = branch.root / "xem-thu-1.html"
    assert done.stdout.startswith("✓ xem-thu-1.html: 1 trang, ")
    assert "Đề xuất 1, bản " in read(file).to_text()
    assert [*frames(file)] == ["Tin <i>mới</i> & hẹn giờ"]
    done = typed("preview", "2")
    assert (done.returncode, done.stdout) == (1, "")
    git(branch.root, "merge", "--quiet", "bai/mot")
    done = typed("preview", "1")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Đề xuất 1 không khác gì nhánh chính" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ((), 2, "Hãy ghi số của đề xuất, hoặc --base và bản để so; chỉ một trong hai."),
        (("1", "--base", "main"), 2, "chỉ một trong hai."),
        (("1", "--head", "main"), 2, "--head: lỗi: Chỉ dùng cùng --base; hãy thêm vào"),
        (("--base", "khong-co"), 2, "--base: lỗi: Kho không có bản “khong-co”;"),
        (("--at", "mai"), 2, "--at: lỗi: Không đọc được “mai”; hãy viết năm-tháng-ngày giờ:phút"),
        (("--base", "main", "--output", "/khong/co.html"), 1, "/khong/co.html: lỗi: Không ghi"),
    ],
)
def test_what_is_mistyped_is_said(
    words: tuple[str, ...], code: int, says: str, typed: Typed
) -> None:
    verb = "build" if "--at" in words else "preview"
    done = typed(verb, *words)
    assert (done.returncode, done.stdout) == (code, ""), done
    (line,) = done.stderr.splitlines()
    assert says in line
