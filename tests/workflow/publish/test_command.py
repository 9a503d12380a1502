"""``cong publish`` and ``cong rollback`` as they are typed, on a whole small portal in Git."""

import gzip
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import cong
from tests.small import PORTAL, ROOT, Small, article, clean_environment, small
from tests.workflow.publish.conftest import KEYS
from tests.workflow.publish.places import git
from workflow.publish.publishing import turn, workshop

CODE = "regulation plugins workflow accounts cong.py cong_vi.py pelicanconf.py publishconf.py"
Done = subprocess.CompletedProcess[str]
Typed = Callable[..., Done]


def commit(house: Small, words: str = "Sửa") -> str:
    """Commits all that lies in the checkout."""
    git(house.root, "add", "--all")
    git(house.root, "commit", "--quiet", "--allow-empty", "-m", words)
    return git(house.root, "rev-parse", "HEAD").stdout.decode().strip()


@pytest.fixture
def typed(
    house: Small, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Typed:
    """Types ``cong publish`` without starting another process for it."""

    def run(*words: str, **environment: str) -> Done:
        """With the portal, unless another verb is typed."""
        monkeypatch.chdir(house.root)
        begun = ["cong"] if words[:1] == ("rollback",) else ["cong", "publish", "--portal", PORTAL]
        monkeypatch.setattr(sys, "argv", [*begun, *words])
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as left:
            cong.main()
        said = capsys.readouterr()
        return subprocess.CompletedProcess(words, int(left.value.code or 0), said.out, said.err)

    return run


def names(www: Path) -> list[str]:
    """The releases in a folder."""
    return sorted(path.stem for path in (www / "releases").glob("*.json"))


def refused(done: Done, code: int, says: str) -> None:
    """One line of Vietnamese, and an exit code."""
    assert (done.returncode, done.stdout) == (code, ""), done
    (line,) = done.stderr.splitlines()
    assert says in line, line


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small portal with the house's own code beside it, without samples, committed."""
    made = small(tmp_path_factory.mktemp("whole"))
    (made.folder / "tin-tuc" / "2026" / "mau.md").unlink()
    (made.root / "theme").unlink()
    for name in (*CODE.split(), "theme"):
        source = ROOT / name
        if source.is_dir():
            leave = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, made.root / name, ignore=leave)
        else:
            shutil.copyfile(source, made.root / name)
    git(made.root, "init", "--quiet")
    commit(made, "Mở đầu")
    return made.root


@pytest.fixture
def house(whole: Path, tmp_path: Path) -> Small:
    """A clone of it, which a test may spoil."""
    git(tmp_path, "clone", "--quiet", str(whole), "house")
    return Small(tmp_path / "house", tmp_path / "house" / "content" / PORTAL)


def test_from_an_approved_commit_to_what_citizens_read(
    house: Small, tmp_path: Path, typed: Typed
) -> None:
    www = tmp_path / "www"
    first = commit(house)
    house.change("tin-tuc/2026/doi-cho.md", "Tin đổi chỗ", "Tin chưa ai duyệt")
    done = typed("--to", str(www))
    assert done.returncode == 0, done.stderr
    assert f"✓ Đã phát hành bản {names(www)[0]}: " in done.stdout
    assert f"Máy chủ web đọc từ {www}/live." in done.stdout
    page = www / "live" / "tin-tuc" / "2026" / "doi-cho" / "index.html"
    assert "Tin đổi chỗ" in page.read_text()
    assert "Tin chưa ai duyệt" not in page.read_text()
    assert git(house.root, "status", "--porcelain").stdout != b""  # it lies there still

    again = typed("--to", str(www))
    assert (again.returncode, again.stdout) == (
        0,
        f"✓ Không có gì mới: vẫn chạy bản {names(www)[0]}.\n",
    )
    assert len(names(www)) == 1

    second = commit(house, "Đã duyệt")
    assert typed("--to", str(www)).returncode == 0
    assert "Tin chưa ai duyệt" in page.read_text()
    listed = house.cong("rollback", "--to", str(www), "--list").stdout
    assert [line[0] for line in listed.splitlines()] == [" ", "→"]
    assert (first[:7] in listed, second[:7] in listed) == (True, True)
    back = house.cong("rollback", "--to", str(www))
    assert back.returncode == 0
    assert back.stdout.startswith(f"✓ Đang chạy bản {names(www)[0]}. ")
    assert "Tin đổi chỗ" in page.read_text()

    # What is wrong now leaves that site as it is.
    old = (www / "live").readlink()
    house.change("tin-tuc/2026/doi-cho.md", "agency: so-noi-vu", "agency: so-khong-co")
    commit(house)
    broken = typed("--to", str(www))
    assert (broken.returncode, broken.stdout) == (1, "")
    assert "Không dựng được trang; trang đang chạy giữ nguyên." in broken.stderr
    assert f"content/{PORTAL}/tin-tuc/2026/doi-cho.md:" in broken.stderr
    git(house.root, "reset", "--quiet", "--hard", second)
    house.write("tin-tuc/2026/mau.md", article("mau", "Tin mẫu", "sample: true"))
    commit(house)
    samples = typed("--to", str(www))
    assert samples.returncode == 1
    assert "mau.md" in samples.stderr
    git(house.root, "reset", "--quiet", "--hard", second)
    (house.folder / "tin-tuc" / "2026" / "doi-cho.md").unlink()
    commit(house)
    lost = typed("--to", str(www))
    refused(lost, 1, "doi-cho:vi: lỗi: Mục này có ở bản phát hành trước")
    assert (www / "live").readlink() == old
    assert len(names(www)) == 2


def test_what_a_killed_run_left_is_cleared_up(house: Small) -> None:
    """A lock of Git, a tree that was being added, half a tree, half a site."""
    head, common = commit(house), house.root / ".git"
    with workshop(house.root, head, PORTAL) as here:
        (here.tree / ".cache").mkdir()
        (here.tree / ".cache" / "kept").touch()
        (here.tree / "rest").touch()
    with workshop(house.root, head, PORTAL) as here:
        assert (here.tree / ".cache" / "kept").exists()
        assert not (here.tree / "rest").exists()
    (common / "worktrees" / "publish" / "index.lock").touch()
    (common / "worktrees" / "publish" / "locked").write_text("initializing")
    here.site.mkdir()
    (here.site / "rest").touch()
    with workshop(house.root, head, PORTAL) as here:
        assert (here.tree / "pyproject.toml").is_file()
        assert not here.site.exists()
    shutil.rmtree(here.tree)
    here.tree.mkdir()
    (here.tree / "rest").touch()
    with workshop(house.root, head, PORTAL) as here:
        assert (here.tree / "pyproject.toml").is_file()
        assert not (here.tree / "rest").exists()
    shutil.rmtree(common / "worktrees")
    with workshop(house.root, head, PORTAL) as here:
        assert (here.tree / "pyproject.toml").is_file()
    assert git(house.root, "status", "--porcelain").stdout == b""


def test_a_branch_from_a_hook_of_git_and_the_checkout_stays_as_it_is(
    house: Small, typed: Typed
) -> None:
    """A hook is told in the environment which repository it is for; we have one of our own."""
    head = git(house.root, "symbolic-ref", "HEAD").stdout
    hook = {"GIT_DIR": str(house.root / ".git"), "GIT_INDEX_FILE": "x"}
    done = typed("--to", "pages", "--base", "/cong/", **hook)
    assert done.returncode == 0, done.stderr
    home = git(house.root, "cat-file", "blob", "gh-pages:index.html").stdout.decode()
    assert 'href="/cong/' in home
    assert git(house.root, "symbolic-ref", "HEAD").stdout == head
    assert git(house.root, "status", "--porcelain").stdout == b""
    refused(typed("--to", "pages", "--remote", "khong-co"), 1, "Không có kho từ xa này")


def test_a_store(bucket: str, store_address: str, client: Any, typed: Typed) -> None:
    done = typed("--to", f"s3://{bucket}/cchc", **KEYS, AWS_ENDPOINT_URL=store_address)
    assert done.returncode == 0, done.stderr
    home = client.get_object(Bucket=bucket, Key="cchc/index.html")
    assert home["ContentType"] == "text/html; charset=utf-8"
    manifest = client.get_object(Bucket=bucket, Key="cchc/static/search/vi/vi.bin")
    told = [manifest[name] for name in ("ContentType", "ContentEncoding", "CacheControl")]
    assert told == ["application/octet-stream", "gzip", "no-cache"]
    assert gzip.decompress(manifest["Body"].read()).startswith(b"CGX")
    listed = client.list_objects_v2(Bucket=bucket, Prefix="cchc/static/search/vi/s/")["Contents"]
    shard = client.get_object(Bucket=bucket, Key=listed[0]["Key"])
    assert shard["CacheControl"] == "public, max-age=31536000, immutable"
    assert "ContentEncoding" not in home


TYPED_WRONG = [
    (("--to", "http://cchc.gov.vn"), 2, "Không rõ “http://cchc.gov.vn” là nơi nào"),
    (("--to", "gs://kho"), 2, "Không rõ “gs://kho” là nơi nào"),
    (("--to", ""), 2, "Không rõ “” là nơi nào"),
    (("--to", "s3://"), 2, "Tên kho “” không đúng"),
    (("--to", "s3://Kho Lớn/x"), 2, "Tên kho “Kho Lớn” không đúng"),
    (("--to", "www", "--remote", "origin"), 2, "Chỉ dùng khi --to là pages"),
    (("--to", "www", "--portal", "khong-co"), 2, "Không có cổng “khong-co”"),
    (("--to", "www", "--from", "khong-co"), 1, "không có bản ghi “khong-co”"),
    (("--to", "www", "--from", "--help"), 1, "không có bản ghi “--help”"),
    (("--to", "www", "--from", "nhanh"), 1, "không ở nhánh main, nghĩa là chưa được duyệt"),
    (("--to", "pyproject.toml"), 1, "pyproject.toml"),
    (("--to", "."), 1, "đã có tệp không do cong phát hành"),
    (("--to", "content"), 1, "đã có tệp không do cong phát hành"),
]


def test_what_is_typed_wrong_is_one_line(house: Small, typed: Typed) -> None:
    git(house.root, "checkout", "--quiet", "-b", "nhanh")
    commit(house)
    git(house.root, "checkout", "--quiet", "main")
    for words, code, says in TYPED_WRONG:
        refused(typed(*words), code, says)
    assert git(house.root, "status", "--porcelain").stdout == b""


def test_a_checkout_without_a_main_branch_or_without_git(house: Small, typed: Typed) -> None:
    git(house.root, "branch", "--move", "main", "chinh")
    refused(typed("--to", "www"), 1, "không có bản ghi “main”")
    shutil.rmtree(house.root / ".git")
    refused(typed("--to", "www"), 1, "không phải kho Git")


def test_a_store_that_is_not_there_or_cannot_be_reached(store_address: str, typed: Typed) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}"
        started = time.monotonic()
        done = typed("--to", "s3://kho-thu", **KEYS, AWS_ENDPOINT_URL=closed)
        refused(done, 1, "không nối được tới kho")
        assert time.monotonic() - started < 40
    done = typed("--to", "s3://kho-khong-co", **KEYS, AWS_ENDPOINT_URL=store_address)
    refused(done, 1, "không có kho này")
    done = typed("--to", "s3://kho-thu", **KEYS, AWS_ENDPOINT_URL="khong phai dia chi")
    refused(done, 1, "Cấu hình của kho không dùng được")


@pytest.fixture
def little_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 kB; only root may make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)]
    if os.getuid() != 0 or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no disk of one's own can be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_leaves_the_old_site_and_no_rest(little_disk: Path, typed: Typed) -> None:
    www = little_disk / "www"
    done = typed("--to", str(www))
    refused(done, 1, "ổ đĩa đã đầy")
    assert list((www / "releases").iterdir()) == []


def test_a_folder_that_may_not_be_written(tmp_path: Path, typed: Typed) -> None:
    www = tmp_path / "www"
    www.mkdir()
    www.chmod(0o555)
    if os.getuid() == 0:
        pytest.skip("root may write everywhere")
    refused(typed("--to", str(www)), 1, "không có quyền")


def test_without_a_place_it_goes_where_the_settings_say(
    house: Small, tmp_path: Path, typed: Typed
) -> None:
    www = tmp_path / "www"
    refused(typed(), 2, f"git config cong.{PORTAL}.publishTo <một thư mục")
    refused(typed("rollback"), 2, f"git config cong.{PORTAL}.publishTo <một thư mục")
    git(house.root, "config", f"cong.{PORTAL}.publishTo", str(www))
    git(house.root, "config", f"cong.{PORTAL}.publishBase", "/xem-thu/")
    done = typed()
    assert done.returncode == 0, done.stderr
    (name,) = names(www)
    assert done.stdout.startswith(f"✓ Cổng {PORTAL}: đã phát hành bản {name} (")
    assert done.stdout.endswith(f", tại {www}.\n")
    assert 'href="/xem-thu/' in (www / "live" / "index.html").read_text()
    assert "không có gì mới, vẫn chạy bản" in typed().stdout

    house.change("tin-tuc/2026/doi-cho.md", "Tin đổi chỗ", "Tin khác")
    commit(house)
    assert typed("--from", "main").returncode == 0
    assert len(names(www)) == 2
    assert f"→ {names(www)[1]}" in typed("rollback", "--list").stdout
    assert f"Đang chạy bản {name}." in typed("rollback", "--portal", PORTAL).stdout

    refused(typed("--base", "/x"), 2, "--base: lỗi: Chỉ dùng cùng --to")
    refused(typed("--remote", "origin"), 2, "--remote: lỗi: Chỉ dùng cùng --to")
    refused(typed("rollback", "--portal", PORTAL, "--to", str(www)), 2, "hãy bỏ một trong hai")


def test_what_is_set_wrongly_is_told_with_its_name_and_keeps_no_other_portal(
    house: Small, tmp_path: Path
) -> None:
    """Which portal it is, where a folder lies, what is no place: each is told; the others go on."""
    wrong = {
        ("a", "publishTo", "www"): "cong.a.publishTo: lỗi: Nhánh main không có cổng “a”",
        (PORTAL, "publishTo", "www"): f"cong.{PORTAL}.publishTo: lỗi: Phải ghi thư mục “www”",
        (PORTAL, "publishTo", "~ai-do/x"): f"cong.{PORTAL}.publishTo: lỗi: Phải ghi thư mục",
        (PORTAL, "publishTo", "gs://kho"): f"cong.{PORTAL}.publishTo: lỗi: Không rõ “gs://kho”",
        (PORTAL, "publishRemote", "x"): f"cong.{PORTAL}.publishRemote: lỗi: Chỉ dùng khi",
    }
    for (portal, name, value), says in wrong.items():
        git(house.root, "config", f"cong.{portal}.{name}", value)
        done = (
            house.cong("publish", "--portal", portal) if portal == PORTAL else house.cong("publish")
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert says in done.stderr
        assert f"Hãy sửa điều nêu trên rồi gõ: cong publish --portal {portal}" in done.stderr
    two = house.cong("rollback")
    assert (two.returncode, two.stdout) == (2, "")
    assert f"hãy ghi một: a, {PORTAL}." in two.stderr

    www = tmp_path / "www"
    git(house.root, "config", "--unset", f"cong.{PORTAL}.publishRemote")
    git(house.root, "config", f"cong.{PORTAL}.publishTo", str(www))
    done = house.cong("publish")
    assert done.returncode == 1
    assert "không có cổng “a”" in done.stderr
    assert f"✓ Cổng {PORTAL}: đã phát hành bản {names(www)[0]}" in done.stdout
    git(house.root, "config", "cong.a.publishTo", "")
    assert house.cong("publish").returncode == 0


def test_the_repository_that_has_the_main_branch_is_published_and_has_the_settings(
    house: Small, tmp_path: Path, typed: Typed
) -> None:
    """Several checkouts share a bare repository; the main branch of this one is old."""
    bare, www = tmp_path / "chung.git", tmp_path / "www"
    house.change("tin-tuc/2026/doi-cho.md", "Tin đổi chỗ", "Tin mới ở kho chung")
    commit(house)
    git(tmp_path, "clone", "--quiet", "--bare", str(house.root), str(bare))
    git(house.root, "reset", "--quiet", "--hard", "HEAD^")
    git(house.root, "config", "cong.forge", f"local:{bare}")
    git(house.root, "config", f"cong.{PORTAL}.publishTo", str(tmp_path / "khac"))
    refused(typed(), 2, f"git -C {bare} config cong.{PORTAL}.publishTo")
    git(bare, "config", f"cong.{PORTAL}.publishTo", str(www))
    done = typed()
    assert done.returncode == 0, done.stderr
    page = www / "live" / "tin-tuc" / "2026" / "doi-cho" / "index.html"
    assert "Tin mới ở kho chung" in page.read_text()
    git(bare, "config", f"cong.{PORTAL}.publishTo", "pages")
    assert typed().returncode == 0
    assert git(bare, "cat-file", "blob", "gh-pages:index.html").stdout
    git(house.root, "config", "cong.forge", "gitlab:x/y")
    refused(typed(), 1, "Chưa dùng được kho đề xuất “gitlab”")


def test_who_waited_publishes_what_was_approved_meanwhile(house: Small, tmp_path: Path) -> None:
    """Else the older of two that were approved at once would be live in the end."""
    www = tmp_path / "www"
    with turn(house.root):
        words = [sys.executable, "-m", "cong", "publish", "--portal", PORTAL, "--to", str(www)]
        waiting = subprocess.Popen(
            words, cwd=house.root, env=clean_environment(), stderr=subprocess.PIPE, text=True
        )
        lock = f"{(house.root / '.git' / 'cong' / 'publish.lock').stat().st_ino} "
        until = time.monotonic() + 60
        while not any("->" in line and f":{lock}" in line for line in locks()):
            assert time.monotonic() < until
            time.sleep(0.05)
        house.change("tin-tuc/2026/doi-cho.md", "Tin đổi chỗ", "Tin duyệt lúc đang chờ")
        last = commit(house)
    _, said = waiting.communicate(timeout=100)
    assert waiting.returncode == 0, said
    assert [name[-7:] for name in names(www)] == [last[:7]]
    page = www / "live" / "tin-tuc" / "2026" / "doi-cho" / "index.html"
    assert "Tin duyệt lúc đang chờ" in page.read_text()


def locks() -> list[str]:
    """Who holds and who waits for which file, as Linux tells it."""
    return Path("/proc/locks").read_text().splitlines()
