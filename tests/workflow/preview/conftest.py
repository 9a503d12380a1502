"""A proposal that does a little of everything, and the browser that looks at it."""

from pathlib import Path

import pytest

from tests.small import Small, article, small
from tests.workflow.publish.places import git

NEW = article(
    "moi",
    "Tin <i>mới</i> & hẹn giờ",
    "publish_at: 2031-01-02 08:00\npicture: {file: media/cau.jpg, alt: Cây cầu}",
    """Xem [tin cũ](hop-ban.md), [cơ quan](/co-quan/), [chỗ dưới](#cho-duoi).[^1]

![Sơ đồ](../../media/so-do.svg "Sơ đồ")

## Chỗ dưới

Hết.

[^1]: Nguồn.
""",
)


def commit(house: Small, words: str = "Sửa") -> str:
    """Commits all that lies in the checkout."""
    git(house.root, "add", "--all")
    git(house.root, "commit", "--quiet", "--allow-empty", "-m", words)
    return git(house.root, "rev-parse", "HEAD").stdout.decode().strip()


def opened(folder: Path) -> Small:
    """The small portal under Git, on a branch of somebody's own."""
    made = small(folder)
    (made.root / ".gitignore").write_text("/theme\n/.cache/\n", encoding="utf-8")
    git(made.root, "init", "--quiet")
    commit(made, "Mở đầu")
    git(made.root, "checkout", "--quiet", "-b", "bai/mot")
    return made


@pytest.fixture
def branch(tmp_path: Path) -> Small:
    """The small portal under Git, on a branch of somebody's own, which a test may spoil."""
    (tmp_path / "repo").mkdir()
    return opened(tmp_path / "repo")


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[Small, Path]:
    """A branch that adds, changes, removes, takes down, and the file that shows it."""
    house = opened(tmp_path_factory.mktemp("everything"))
    house.write("tin-tuc/2026/moi.md", NEW)
    house.change("tin-tuc/2026/doi-cho.md", "Nội dung.", "Nội dung `<b onclick=x>khác</b>`.")
    house.change("media/phieu.txt", "Phiếu góp ý", "Phiếu lấy ý kiến")
    house.change("tin-tuc/2026/ban-nhap.md", "Nội dung.", "Nháp, sẽ đăng.")
    (house.folder / "tin-tuc" / "2026" / "mau.md").unlink()
    house.change("portal.yml", "short_name: Tỉnh Mẫu", "short_name: Mẫu")
    house.change("tin-tuc/2026/hop-ban.md", "title: ", "title: Nay ")
    (house.root / "pelicanconf.py").write_text("raise SystemExit('đã chạy')\n")
    commit(house, "Việc <script>alert(1)</script> hôm nay\n\nCorrection: Chỗ ấy đúng là khác")
    git(house.root, "checkout", "--quiet", "main")
    target = house.root.parent / "xem.html"
    done = house.cong("preview", "--base", "main", "--head", "bai/mot", "--output", str(target))
    assert done.returncode == 0, done.stderr
    assert "dựng bằng mã của máy đã dựng nó" in done.stderr
    assert git(house.root, "status", "--porcelain").stdout == b""
    unknown = git(house.root, "fsck", "--unreachable", "--no-reflogs").stdout
    assert unknown == b"", "nothing was written into the repository"
    return house, target
