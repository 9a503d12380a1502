"""What only the local forge has: branches anybody can move, a work tree, a machine that fails."""

import datetime as dt
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from workflow.forge import Act, ForgeError, Report, Stage, TamperedError
from workflow.forge.local import LocalForge
from workflow.proposals import ChangedFile, FileStatus, Verdict

from .drivers import ARTICLE, NOTICE, START, LocalDriver, environment

BRANCH = "refs/heads/de-xuat/1"
LOGIN = "truong"


def start(local: LocalDriver, text: str = "Bài.\n") -> str:
    """Proposal 1 by the contributor; its head."""
    head = local.commit({ARTICLE: text})
    assert local.as_("cong").propose(head, "Họp Ban") == "1"
    local.tick()
    return head


# --- The branch -----------------------------------------------------------------------------------


def test_a_push_past_the_forge_passes_nothing_until_it_is_recorded(local: LocalDriver) -> None:
    head = start(local)
    second = local.commit({ARTICLE: "Lén.\n"}, on=head)
    local.checkout.git("push", "--quiet", str(local.shared.path), f"{second}:{BRANCH}")
    ask = local.as_("mai")
    actions: list[Callable[[], object]] = [
        lambda: ask.history("1"),
        lambda: ask.proposal("1"),
        lambda: ask.review("1", Verdict.APPROVE, head),
        lambda: ask.ready("1"),
        lambda: ask.merge("1", head, "Nhập"),
    ]
    for action in actions:
        with pytest.raises(ForgeError, match="Hãy đẩy lại bằng lệnh cong"):
            action()
    (entry,) = ask.entries()
    assert second[:7] in entry.fault
    local.as_("lan").push("1", second)
    assert ask.proposal("1").pushers == ("cong", "lan")
    assert ask.proposal("1").head == second


def test_a_branch_past_its_record_can_be_withdrawn(local: LocalDriver) -> None:
    head = start(local)
    local.shared.git("update-ref", BRANCH, local.tip())
    local.as_("cong").withdraw("1", "Hỏng.")
    assert local.as_("mai").proposal("1").head == head


def test_a_kill_between_record_and_branch_is_made_good(local: LocalDriver) -> None:
    head = start(local)
    second = local.commit({ARTICLE: "Sửa.\n"}, on=head)
    local.as_("lan").push("1", second)
    local.shared.git("update-ref", BRANCH, head)
    assert local.as_("mai").proposal("1").head == second
    assert local.ref(BRANCH) == second
    other = local.as_("cong").propose(local.commit({"README.md": "Khác\n"}), "Khác")
    local.shared.git("update-ref", "-d", f"refs/heads/de-xuat/{other}")
    assert local.as_("mai").history(other)[0].act is Act.OPENED
    assert local.ref(f"refs/heads/de-xuat/{other}") == local.as_("mai").proposal(other).head


def test_a_kill_between_merge_and_record_is_made_good_by_whoever_comes_next(
    local: LocalDriver,
) -> None:
    head = start(local)
    local.as_("mai").review("1", Verdict.APPROVE, head)
    before = local.ref("refs/cong/proposals/1")
    merge = local.as_("truong").merge("1", head, "Đăng")
    local.shared.git("update-ref", "refs/cong/proposals/1", before)
    local.tick()
    (entry,) = local.as_("lan").entries(Stage.MERGED)
    assert (entry.number, entry.fault) == ("1", "")
    last = local.as_("mai").history("1")[-1]
    assert (last.act, last.who, last.commit) == (Act.MERGED, "truong", merge)
    assert local.ref("refs/cong/proposals/1^1") == before
    assert local.as_("mai").entries() == []


def test_a_branch_without_a_record_is_no_proposal(local: LocalDriver) -> None:
    head = local.commit({ARTICLE: "Bài.\n"})
    local.checkout.git("push", "--quiet", str(local.shared.path), f"{head}:refs/heads/de-xuat/4")
    local.checkout.git("push", "--quiet", str(local.shared.path), f"{head}:refs/heads/de-xuat/lạ")
    (entry,) = local.as_("mai").entries()
    assert (entry.number, entry.stage) == ("4", Stage.OPEN)
    assert "hãy xóa nhánh ấy" in entry.fault
    with pytest.raises(TamperedError):
        local.as_("mai").proposal("4")
    assert local.as_("cong").propose(head, "Họp Ban") == "1"
    local.shared.git("update-ref", "refs/heads/de-xuat/2", head)
    assert local.as_("cong").propose(head, "Họp Ban") == "3"
    local.shared.git("update-ref", "refs/cong/proposals/999999999", "refs/cong/proposals/1")
    with pytest.raises(ForgeError, match="số quá lớn"):
        local.as_("cong").propose(head, "Họp Ban")


def test_any_name_of_a_commit_in_the_checkout_will_do(local: LocalDriver) -> None:
    head = local.commit({ARTICLE: "Bài.\n"}, message="Bài họp Ban Biên tập")
    local.checkout.git("branch", "bài-họp-ban", head)
    number = local.as_("cong").propose("bài-họp-ban", "  Họp   Ban\nBiên tập ")
    told = local.as_("mai").proposal(number)
    assert (told.head, told.title) == (head, "Họp Ban Biên tập")
    assert local.shared.git("for-each-ref", "refs/cong/incoming") == ""


def test_a_login_is_one_whatever_its_case(local: LocalDriver) -> None:
    head = start(local)
    local.as_(" Mai ").review("1", Verdict.APPROVE, head)
    assert local.as_("MAI").me() == "mai"
    assert local.as_("mai").proposal("1").reviews[0].who == "mai"
    for login in ("", "Mai Anh", "mai\nlan", "mai <lan@cong.invalid>", "-mai", "mái"):
        with pytest.raises(ForgeError, match=r"git config cong\.login"):
            local.as_(login)


# --- Files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "words"), [("120000", "liên kết tượng trưng"), ("160000", "kho")])
def test_what_is_no_file_is_refused_at_the_door(local: LocalDriver, mode: str, words: str) -> None:
    content = "/etc/passwd" if mode == "120000" else "1" * 40
    for path in (ARTICLE, NOTICE):
        head = local.commit({path: content}, modes={path: mode})
        with pytest.raises(ForgeError, match=words) as caught:
            local.as_("cong").propose(head, "Lạ")
        assert path in str(caught.value)
    start(local)
    with pytest.raises(ForgeError, match="hãy thay bằng chính tệp"):
        local.as_("cong").push("1", head)
    assert local.shared.git("for-each-ref", "refs/cong/incoming") == ""


def test_a_mode_is_a_change_and_a_name_that_is_no_unicode_is_told(local: LocalDriver) -> None:
    odd = b"content/mau/media/\xe1nh.jpg".decode("utf-8", "surrogateescape")
    head = local.commit(
        {"README.md": "Cổng\n", odd: "x"}, modes={"README.md": "100755", odd: "100644"}
    )
    number = local.as_("cong").propose(head, "Quyền")
    assert set(local.as_("mai").proposal(number).files) == {
        ChangedFile("README.md", FileStatus.MODIFIED),
        ChangedFile(odd, FileStatus.ADDED),
    }


def test_what_has_nothing_to_do_with_the_main_branch_is_not_proposed(local: LocalDriver) -> None:
    stray = local.checkout.commit({ARTICLE: "x"}, [], "Lạ", "cong", "")
    with pytest.raises(ForgeError, match="không bắt nguồn từ nhánh chính"):
        local.as_("cong").propose(stray, "Lạ")


@pytest.mark.parametrize("message", ["", " \n", "Nhập\n\nRecord: 1", "Nhập\n\nProposal: 2\n"])
def test_a_message_that_would_speak_for_the_forge(local: LocalDriver, message: str) -> None:
    head = start(local)
    with pytest.raises(ForgeError, match="hãy"):
        local.as_("truong").merge("1", head, message)


def test_what_a_commit_says_of_itself_vouches_for_nothing(local: LocalDriver) -> None:
    record = "1" * 40
    head = start(local)
    one = local.commit({"README.md": "Một\n"})
    sly = local.commit({}, on=(one, head), message=f"Ghép\n\nProposal: 1\nRecord: {record}\n")
    number = local.as_("cong").propose(sly, "Khác")
    local.as_("truong").merge(number, sly, "Đăng")
    assert local.as_("mai").proposal("1").head == head
    assert [entry.fault for entry in local.as_("mai").entries()] == [""]


# --- The report -----------------------------------------------------------------------------------


def test_the_last_report_is_kept(local: LocalDriver) -> None:
    head = start(local)
    forge = local.as_("may")
    assert forge.reported("1") is None
    forge.report("1", Report(head, passed=False, line="Còn thiếu 2 bước.", summary="Chờ."))
    forge.report("1", Report(head, passed=True, line="Đủ điều kiện.", summary="Đủ."))
    tip = local.ref("refs/cong/reports/1")
    forge.report("1", Report(head, passed=True, line="Đủ điều kiện.", summary="Đủ."))
    assert local.ref("refs/cong/reports/1") == tip
    assert forge.reported("1") == Report(head, True, "Đủ điều kiện.", "Đủ.")


# --- The work tree --------------------------------------------------------------------------------


def text_of(alone: LocalDriver, path: str) -> str | None:
    """A file as it lies in the work tree."""
    file = alone.checkout.path / path
    return file.read_text(encoding="utf-8") if file.exists() else None


def test_the_work_tree_comes_along(alone: LocalDriver) -> None:
    head = start(alone)
    (alone.checkout.path / "README.md").write_text("Đang viết dở\n", encoding="utf-8")
    (alone.checkout.path / "nháp.md").write_text("Nháp\n", encoding="utf-8")
    alone.as_(LOGIN).merge("1", head, "Đăng")
    assert text_of(alone, ARTICLE) == "Bài.\n"
    assert text_of(alone, "README.md") == "Đang viết dở\n"
    status = alone.checkout.git("-c", "core.quotePath=off", "status", "--porcelain")
    assert status.split("\n") == [" M README.md", "?? nháp.md"]
    assert not list((alone.checkout.path / ".git").glob("cong-merge.json*"))


@pytest.mark.parametrize("staged", [False, True])
@pytest.mark.parametrize("path", [ARTICLE, NOTICE])
def test_unsaved_work_is_not_written_over(alone: LocalDriver, path: str, staged: bool) -> None:
    head = alone.commit({ARTICLE: "Bài.\n", NOTICE: None})
    alone.as_("cong").propose(head, "Họp Ban")
    before = alone.tip()
    file = alone.checkout.path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("Đang viết dở\n", encoding="utf-8")
    if staged:
        alone.checkout.git("add", path)
    with pytest.raises(ForgeError, match="stash -u") as caught:
        alone.as_(LOGIN).merge("1", head, "Đăng")
    assert path in str(caught.value)
    assert alone.tip() == before
    assert text_of(alone, path) == "Đang viết dở\n"
    assert alone.as_("mai").entries()[0].fault == ""
    alone.checkout.git("stash", "--quiet", "-u", extra=IDENTITY)
    alone.as_(LOGIN).merge("1", head, "Đăng")
    assert (text_of(alone, ARTICLE), text_of(alone, NOTICE)) == ("Bài.\n", None)


IDENTITY = {
    f"GIT_{role}_{what}": "v@mau.example"
    for role in ("AUTHOR", "COMMITTER")
    for what in ("NAME", "EMAIL")
}


def test_another_branch_in_the_work_tree_stays(alone: LocalDriver) -> None:
    head = start(alone)
    alone.checkout.git("switch", "--quiet", "-c", "bài-của-tôi")
    alone.as_(LOGIN).merge("1", head, "Đăng")
    assert text_of(alone, ARTICLE) is None
    assert alone.checkout.git("status", "--porcelain") == ""


def test_a_work_tree_beside_a_bare_repository_comes_along(local: LocalDriver) -> None:
    tree = local.folder / "trang web"
    local.shared.git("worktree", "add", "--quiet", str(tree), "main")
    head = start(local)
    local.as_(LOGIN).merge("1", head, "Đăng")
    assert (tree / ARTICLE).read_text(encoding="utf-8") == "Bài.\n"
    assert local.shared.git("-C", str(tree), "status", "--porcelain") == ""


def left_behind(alone: LocalDriver) -> tuple[str, str]:
    """A merge that was killed before the work tree came along; the main branch before and after."""
    head = alone.commit({ARTICLE: "Bài.\n", NOTICE: None, "README.md": "Cổng mới\n"})
    alone.as_("cong").propose(head, "Họp Ban")
    old = alone.tip()
    new = alone.as_(LOGIN).merge("1", head, "Đăng")
    alone.checkout.git("read-tree", "-m", "-u", new, old)
    note = f'{{"old": "{old}", "new": "{new}"}}'
    (alone.checkout.path / ".git/cong-merge.json").write_text(note, encoding="utf-8")
    assert text_of(alone, "README.md") == "Cổng\n"
    return old, new


def test_a_work_tree_left_behind_is_brought_along_at_the_next_use(alone: LocalDriver) -> None:
    left_behind(alone)
    alone.as_("mai").entries()
    assert alone.checkout.git("status", "--porcelain") == ""
    assert text_of(alone, NOTICE) is None


def test_a_work_tree_left_half_way_is_brought_along(alone: LocalDriver) -> None:
    left_behind(alone)
    (alone.checkout.path / "README.md").write_text("Cổng mới\n", encoding="utf-8")
    (alone.checkout.path / NOTICE).unlink()
    file = alone.checkout.path / ARTICLE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("Bài.\n", encoding="utf-8")
    alone.as_("mai").entries()
    assert alone.checkout.git("status", "--porcelain") == ""


def test_what_was_edited_in_a_work_tree_left_behind_is_kept(alone: LocalDriver) -> None:
    left_behind(alone)
    (alone.checkout.path / "README.md").write_text("Của tôi\n", encoding="utf-8")
    alone.as_("mai").entries()
    assert text_of(alone, "README.md") == "Của tôi\n"
    second = alone.commit({ARTICLE: "Khác.\n"})
    number = alone.as_("cong").propose(second, "Khác")
    with pytest.raises(ForgeError, match=r"chưa theo kịp.*README\.md.*hãy"):
        alone.as_(LOGIN).merge(number, second, "Đăng")


def test_a_note_of_a_merge_that_never_was_is_dropped(alone: LocalDriver) -> None:
    old = alone.tip()
    head = start(alone)
    note = alone.checkout.path / ".git/cong-merge.json"
    note.write_text(f'{{"old": "{old}", "new": "{head}"}}', encoding="utf-8")
    alone.as_("mai").entries()
    assert not note.exists()
    assert text_of(alone, ARTICLE) is None


# --- A machine that fails -------------------------------------------------------------------------


def forge_at(path: Path, env: dict[str, str], now: dt.datetime = START) -> LocalForge:
    """The forge in a folder."""
    return LocalForge(path, "mai", keys=lambda who, at: (), now=lambda: now, environment=env)


def everything(forge: LocalForge, head: str = "1" * 40) -> list[Callable[[], object]]:
    """All that can be asked of a forge."""
    return [
        forge.entries,
        lambda: forge.proposal("1"),
        lambda: forge.history("1"),
        lambda: forge.reported("1"),
        lambda: forge.propose(head, "Tên"),
        lambda: forge.push("1", head),
        lambda: forge.ready("1"),
        lambda: forge.review("1", Verdict.APPROVE, head),
        lambda: forge.withdraw("1", "Nhầm."),
        lambda: forge.report("1", Report(head, passed=True, line="", summary="")),
        lambda: forge.merge("1", head, "Nhập"),
    ]


def test_where_there_is_no_repository_one_is_told_what_to_do(tmp_path: Path) -> None:
    empty = tmp_path / "trống"
    empty.mkdir()
    for path in (empty, tmp_path / "không có"):
        for action in everything(forge_at(path, environment(tmp_path))):
            with pytest.raises(ForgeError, match="không phải kho Git; hãy"):
                action()


def test_a_repository_above_is_not_taken(alone: LocalDriver) -> None:
    below = alone.checkout.path / "content"
    below.mkdir(exist_ok=True)
    with pytest.raises(ForgeError, match="không phải kho Git"):
        forge_at(below, alone.env).entries()


def test_a_machine_without_git(local: LocalDriver) -> None:
    start(local)
    for action in everything(forge_at(local.shared.path, local.env | {"PATH": "/nowhere"})):
        with pytest.raises(ForgeError, match="hãy cài Git"):
            action()


def test_a_repository_without_the_main_branch(local: LocalDriver) -> None:
    start(local)
    local.shared.git("branch", "-m", "main", "master")
    for action in everything(local.as_("mai")):
        try:
            action()
        except ForgeError as error:
            assert "hãy" in str(error)


def test_a_broken_repository(local: LocalDriver) -> None:
    start(local)
    shutil.rmtree(local.shared.path / "objects")
    (local.shared.path / "objects").mkdir()
    for action in everything(local.as_("mai"), "main"):
        try:
            action()
        except ForgeError as error:
            assert "hãy" in str(error)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("fatal: Unable to create temporary file: Read-only file system", "quyền ghi"),
        ("error: insufficient permission for adding an object", "quyền ghi"),
        ("fatal: write error: No space left on device", "dọn chỗ"),
        ("fatal: detected dubious ownership in repository", "safe.directory"),
        ("fatal: Unable to create '/x/main.lock': File exists.", "xóa tệp .lock"),
        ("fatal: something nobody thought of", "git fsck"),
        ("", "git fsck"),
    ],
)
def test_what_git_complains_of_is_said_in_vietnamese(
    local: LocalDriver, said: str, words: str
) -> None:
    head = start(local)
    fake = local.folder / "bin"
    fake.mkdir()
    script = fake / "git"
    real = shutil.which("git")
    script.write_text(
        f'#!/bin/sh\ncase "$*" in *hash-object*) echo "{said}" >&2; exit 128;; esac\n'
        f'exec {real} "$@"\n',
        encoding="utf-8",
    )
    script.chmod(0o755)
    before = local.ref("refs/cong/proposals/1")
    env = local.env | {"PATH": f"{fake}{os.pathsep}{local.env['PATH']}"}
    for action in everything(forge_at(local.shared.path, env, local.now), head)[-5:]:
        try:
            action()
        except ForgeError as error:
            assert words in str(error)
    assert local.ref("refs/cong/proposals/1") == before


def test_a_lock_left_behind_is_named(local: LocalDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow.forge.local.archive._LOCKED_ATTEMPTS", 1)
    head = start(local)
    lock = local.shared.path / "refs/cong/proposals/1.lock"
    lock.touch()
    with pytest.raises(ForgeError, match=r"proposals/1\.lock.*hãy xóa tệp \.lock"):
        local.as_("mai").review("1", Verdict.APPROVE, head)
    assert local.as_("mai").proposal("1").reviews == ()
    lock.unlink()
    local.as_("mai").review("1", Verdict.APPROVE, head)


def test_a_clock_that_is_slow_or_knows_no_zone(local: LocalDriver) -> None:
    head = start(local)
    local.as_("lan").review("1", Verdict.COMMENT, head)
    local.tick(-1)
    with pytest.raises(ForgeError, match="hãy chỉnh lại đồng hồ"):
        local.as_("mai").review("1", Verdict.APPROVE, head)
    local.now = local.now.replace(tzinfo=None)
    with pytest.raises(ForgeError, match="múi giờ"):
        local.as_("mai").review("1", Verdict.APPROVE, head)


def test_where_git_is_started_from_does_not_matter(
    local: LocalDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = start(local)
    hostile = {"GIT_DIR": "/nowhere", "GIT_INDEX_FILE": "/nowhere", "GIT_AUTHOR_NAME": "lan"}
    hostile |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.bare", "LC_ALL": "vi_VN.UTF-8"}
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    local.env |= hostile | {"GIT_COMMITTER_DATE": "x"}
    local.as_("mai").review("1", Verdict.APPROVE, head)
    assert local.as_("mai").history("1")[-1].who == "mai"


def test_text_that_cannot_be_written_down(local: LocalDriver) -> None:
    head = start(local)
    for text, words in (("\ud800", "Unicode"), ("x" * 100_001, "viết ngắn lại")):
        with pytest.raises(ForgeError, match=words):
            local.as_("mai").review("1", Verdict.COMMENT, head, text)
        with pytest.raises(ForgeError, match=words):
            local.as_("mai").propose(head, text)
    with pytest.raises(ForgeError, match="Unicode"):
        local.as_("mai").merge("1", head, "\ud800")
