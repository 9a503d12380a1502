"""GitHub's forge only: what GitHub tells otherwise, tells in part, or does not tell."""

import datetime as dt
import functools
import html
import os
import re
from collections.abc import Callable
from pathlib import Path

import markdown
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workflow.forge import Act, ForgeError, Report, Stage
from workflow.forge.github.forge import MARK
from workflow.forge.github.words import harmless, said, split_ground, with_ground
from workflow.git import Git
from workflow.proposals import ChangedFile, FileStatus, Verdict

from .drivers import ARTICLE, NOTICE, START
from .github_driver import GitHubDriver
from .standin import FULL, GITHUB, Request

TITLE = "Họp Ban Biên tập quý IV"


def opened(github: GitHubDriver, text: str = "Bài họp ban.\n") -> tuple[str, str, Request]:
    """A proposal by the contributor: its number, its head, and how GitHub keeps it."""
    head = github.commit({ARTICLE: text})
    number = github.as_("cong").propose(head, TITLE, "Xin duyệt.")
    return number, head, github.github.pulls[int(number)]


def refused(action: Callable[[], object], *words: str) -> str:
    """What is refused says what is wrong and what to do."""
    with pytest.raises(ForgeError) as caught:
        action()
    text = str(caught.value)
    assert "hãy" in text or "Hãy" in text
    for word in words:
        assert word in text
    return text


# --- Who ------------------------------------------------------------------------------------------


def test_logins_are_told_as_github_writes_them(github: GitHubDriver) -> None:
    github.github.spelled["mai"] = "Mai-LT"
    number, head, _ = opened(github)
    mai = github.as_("mai")
    assert mai.me() == "Mai-LT"
    mai.review(number, Verdict.APPROVE, head)
    assert [review.who for review in mai.proposal(number).reviews] == ["Mai-LT"]
    mai.review(number, Verdict.DISMISSED, head)
    assert mai.proposal(number).reviews[0].dismissed


def test_whoever_left_github_is_a_ghost_and_nobody(github: GitHubDriver) -> None:
    number, head, pull = opened(github)
    github.github.say(pull, "lan", "APPROVED")
    github.tick()
    github.as_("lan").push(number, github.commit({ARTICLE: "Sửa.\n"}, on=head))
    github.github.gone.add("lan")
    for each in github.github.activity:
        if each["actor"]["login"] == "lan":
            each["actor"] = None
    told = github.as_("mai").proposal(number)
    assert [review.who for review in told.reviews] == ["ghost"]
    assert told.pushers == ("cong", "ghost")


def test_a_program_that_reviews_is_told_as_one(github: GitHubDriver) -> None:
    number, _head, pull = opened(github)
    github.github.bots.add("may[bot]")
    github.github.say(pull, "may[bot]", "APPROVED")
    assert [review.bot for review in github.as_("mai").proposal(number).reviews] == [True]


@pytest.mark.parametrize("ends", ["", "[bot]"])
def test_a_program_in_a_workflow_knows_its_name_and_keeps_its_comment(
    github: GitHubDriver, ends: str
) -> None:
    github.github.viewer_ends = ends
    github.github.programs.add("github-actions[bot]")
    number, head, pull = opened(github)
    gate = github.as_("github-actions[bot]")
    assert gate.me() == "github-actions[bot]"
    for summary in ("Còn thiếu.", "Đủ bước.", "Đủ bước."):
        gate.report(number, Report(head, passed=True, line="Đủ.", summary=summary))
    assert len(pull.comments) == 1
    assert pull.comments[0]["body"].startswith(MARK)
    assert len(github.github.statuses) == 1


def test_who_pushed_is_asked_of_github_and_not_of_the_commits(github: GitHubDriver) -> None:
    number, head, _ = opened(github)
    github.tick()
    second = github.commit({ARTICLE: "Sửa.\n"}, on=head, author="mai", committer="mai")
    github.as_("lan").push(number, second)
    assert github.as_("truong").proposal(number).pushers == ("cong", "lan")


def test_a_push_that_github_does_not_tell_of_is_nobodys(github: GitHubDriver) -> None:
    number, _, _ = opened(github)
    github.github.activity.clear()
    told = github.as_("mai").proposal(number)
    assert told.pushers == ("ghost",)
    assert github.as_("mai").history(number)[0].act is Act.OPENED


def test_github_is_given_a_moment_to_write_down_who_pushed(github: GitHubDriver) -> None:
    number, head, _ = opened(github)
    second = github.commit({ARTICLE: "Sửa.\n"}, on=head)
    github.as_("lan").push(number, second)
    late, github.github.activity[:] = github.github.activity[0], github.github.activity[1:]
    mai = github.as_("mai")

    def sleep(seconds: float) -> None:
        github.slept.append(seconds)
        github.github.activity.insert(0, late)

    mai._api.sleep = sleep  # type: ignore[method-assign]
    assert mai.proposal(number).pushers == ("cong", "lan")
    assert github.slept == [2.0]


def test_what_a_former_branch_of_the_name_saw_does_not_count(github: GitHubDriver) -> None:
    branch = "bai-moi"
    old, new = github.commit({ARTICLE: "Cũ.\n"}), github.commit({ARTICLE: "Mới.\n"})
    lan, cong = github.as_("lan"), github.as_("cong")
    lan.mirror.find(old)
    lan.mirror.push(old, branch, None, FULL)
    github.tick()
    ref = f"refs/heads/{branch}"
    github.shared.git("update-ref", "-d", ref)
    github.github.act("lan", ref, old, "0" * 40, "branch_deletion")
    github.tick()
    cong.mirror.find(new)
    cong.mirror.push(new, branch, None, FULL)
    said = cong._api.send(
        "POST", f"/repos/{FULL}/pulls", {"title": "Bài", "head": branch, "base": "main"}
    )
    told = github.as_("mai").proposal(str(said["number"]))
    assert told.pushers == ("cong",)
    github.as_("cong").withdraw(told.id, "Trùng.")
    github.tick()
    github.github.act("lan", ref, new, old, "force_push")
    assert github.as_("mai").proposal(told.id).pushers == ("cong",)


def test_a_commit_made_on_githubs_own_pages_is_its_authors(github: GitHubDriver) -> None:
    head = github.shared.commit({ARTICLE: "Bài.\n"}, [github.tip()], "Sửa", "cong", "")
    raw = github.shared.git("cat-file", "commit", head)
    name, mail, _ = GITHUB
    mended = "\n".join(
        f"committer {name} <{mail}> 1795312800 +0700" if line.startswith("committer") else line
        for line in raw.splitlines()
    )
    made = github.shared.git(
        "hash-object", "-t", "commit", "-w", "--stdin", stdin=(mended + "\n").encode()
    )
    github.checkout.git("fetch", "--quiet", str(github.shared.path), github.tip())
    github.shared.git("update-ref", "refs/heads/tam", made)
    github.checkout.git("fetch", "--quiet", str(github.shared.path), "tam")
    number = github.as_("cong").propose(made, TITLE)
    (commit,) = github.as_("mai").proposal(number).commits
    assert (commit.author, commit.committer) == ("cong@mau.example", "cong@mau.example")


def test_the_name_of_github_without_its_signature_is_nobodys(github: GitHubDriver) -> None:
    head = github.commit({ARTICLE: "Bài.\n"}, committer=GITHUB[1])  # its address, not its name
    number = github.as_("cong").propose(head, TITLE)
    (commit,) = github.as_("mai").proposal(number).commits
    assert commit.committer == GITHUB[1]


def test_addresses_are_those_of_githubs_users(github: GitHubDriver) -> None:
    head = github.commit({ARTICLE: "Bài.\n"}, author="mai", committer="la@dau.example")
    van = github.as_("van")
    assert van.login_of_email("mai@mau.example") is None  # is in nothing that was read
    number = github.as_("cong").propose(head, TITLE)
    van.proposal(number)
    assert van.login_of_email("Mai@mau.example") == "mai"
    assert van.login_of_email("la@dau.example") is None
    assert van.login_of_email("123+Lan@users.noreply.github.com") == "lan"
    assert van.login_of_email("lan@users.noreply.github.com.example") is None
    assert van.login_of_email("VAN@mau.example") == "van"  # their own
    assert van.login_of_email("cong@mau.example") == "cong"  # on the main branch
    github.advance({"README.md": "Khác\n"})
    assert github.as_("mai").login_of_email("van@mau.example") == "van"
    github.github.programs.add("may[bot]")
    assert github.as_("may[bot]").login_of_email("may[bot]@mau.example") is None


# --- What GitHub tells in part --------------------------------------------------------------------


def test_a_hundred_and_one_reviews_are_all_told(github: GitHubDriver) -> None:
    number, _head, pull = opened(github)
    for _ in range(101):
        github.github.say(pull, "lan", "COMMENTED", text="Góp ý.")
    github.github.say(pull, "mai", "APPROVED")
    told = github.as_("mai").proposal(number)
    assert len(told.reviews) == 102
    assert told.reviews[-1].who == "mai"
    assert not told.reviews_truncated


def test_more_files_than_github_lists_are_said_to_be_missing(github: GitHubDriver) -> None:
    number, _, _ = opened(github)
    github.github.padding = 3000
    told = github.as_("mai").proposal(number)
    assert (len(told.files), told.files_truncated) == (3000, True)


def test_more_commits_than_github_lists_are_said_to_be_missing(github: GitHubDriver) -> None:
    head = github.tip()
    stream = []
    for index in range(251):
        parent = f"from {head}\n" if index == 0 else ""
        text = f"Dòng {index}.\n".encode()
        stream.append(
            f"commit refs/import/new\nmark :{index + 1}\n"
            "author cong <cong@mau.example> 1795312800 +0700\n"
            f"committer cong <cong@mau.example> 1795312800 +0700\ndata 1\n.\n{parent}"
            f"M 100644 inline {ARTICLE}\ndata {len(text)}\n{text.decode()}\n"
        )
    stream.append("get-mark :251\n")
    last = github.checkout.git("fast-import", "--quiet", "--force", stdin="".join(stream).encode())
    number = github.as_("cong").propose(last, TITLE)
    told = github.as_("mai").proposal(number)
    assert (len(told.commits), told.commits_truncated) == (251, True)


def test_files_that_git_does_not_find_are_not_believed(github: GitHubDriver) -> None:
    number, _, _ = opened(github)
    github.github.padding = 1
    refused(lambda: github.as_("mai").proposal(number), "không khớp")


def test_what_changes_while_it_is_read_is_read_again(github: GitHubDriver) -> None:
    number, head, _pull = opened(github)
    second = github.commit({ARTICLE: "Sửa.\n"}, on=head)
    mai = github.as_("mai")
    follow, once = mai._follow, []

    def moving() -> str:
        if not once:
            once.append(github.as_("lan").push(number, second))
        return follow()

    mai._follow = moving  # type: ignore[method-assign]
    told = mai.proposal(number)
    assert (told.head, told.pushers) == (second, ("cong", "lan"))


def test_a_review_that_was_not_given_yet_is_none(github: GitHubDriver) -> None:
    number, _, pull = opened(github)
    github.github.say(pull, "mai", "PENDING")
    assert github.as_("mai").proposal(number).reviews == ()


def test_a_dismissal_by_another_takes_approvals_away_and_no_objection(
    github: GitHubDriver,
) -> None:
    number, head, pull = opened(github)
    stays = github.github.say(pull, "mai", "CHANGES_REQUESTED", text="Sai.\n\nGround: sai-su-that")
    goes = github.github.say(pull, "lan", "APPROVED")
    own = github.github.say(pull, "binh", "CHANGES_REQUESTED", text="Thiếu.")
    lost = github.github.say(pull, "hoa", "APPROVED")
    github.tick()
    github.github.dismiss(pull, stays, "truong", "Đã rõ.")
    github.github.dismiss(pull, goes, "truong", "Xem lại.")
    github.github.dismiss(pull, own, "binh", "Đã đủ.")
    lost["state"] = "DISMISSED"  # and nothing tells when, or what it said
    mai, lan, binh, hoa = github.as_("van").proposal(number).reviews
    assert (mai.verdict, mai.ground, mai.dismissed) == (
        Verdict.REQUEST_CHANGES,
        "sai-su-that",
        False,
    )
    assert (lan.verdict, lan.dismissed_at) == (Verdict.APPROVE, START.replace(minute=1))
    assert (binh.verdict, binh.dismissed_at) == (
        Verdict.REQUEST_CHANGES,
        START.replace(minute=1),
    )
    assert (hoa.verdict, hoa.dismissed_at) == (Verdict.DISMISSED, None)
    told = [event for event in github.as_("van").history(number) if event.act is Act.DISMISSED]
    assert [(event.who, event.text, event.commit) for event in told] == [
        ("truong", "Đã rõ.", head),
        ("truong", "Xem lại.", head),
        ("binh", "Đã đủ.", head),
    ]


def test_an_approval_dismissed_while_it_is_read_is_dismissed(github: GitHubDriver) -> None:
    number, _, pull = opened(github)
    said = github.github.say(pull, "mai", "APPROVED")
    github.github.dismiss(pull, said, "truong", "Xem lại.")
    said["state"] = "APPROVED"  # as it stood when the reviews were listed
    assert github.as_("van").proposal(number).reviews[0].dismissed


def test_an_approval_has_no_ground(github: GitHubDriver) -> None:
    number, _, pull = opened(github)
    github.github.say(pull, "mai", "APPROVED", text="Được.\n\nGround: sai-su-that")
    assert github.as_("mai").proposal(number).reviews[0].ground is None


def test_a_rename_has_both_names(github: GitHubDriver) -> None:
    moved = NOTICE.replace("thong-bao", "ten-moi")
    head = github.commit({NOTICE: None, moved: "Thông báo.\n" * 20})
    number = github.as_("cong").propose(head, TITLE)
    (file,) = github.as_("mai").proposal(number).files
    assert file == ChangedFile(moved, FileStatus.RENAMED, NOTICE)


# --- Forks and other branches ---------------------------------------------------------------------


def test_a_proposal_from_a_fork_is_told_as_one(github: GitHubDriver) -> None:
    number, head, pull = opened(github)
    pull.fork = True
    told = github.as_("mai").proposal(number)
    assert (told.from_fork, told.head) == (True, head)


def test_a_fork_that_is_gone_still_has_its_commits(github: GitHubDriver) -> None:
    number, head, _ = opened(github)
    second = github.commit({ARTICLE: "Sửa.\n"}, on=head)
    mai = github.as_("mai")
    get = mai._api.get

    def gone(path: str, **parameters: object) -> object:
        said = get(path, **parameters)
        if path.endswith(f"/pulls/{number}"):  # GitHub answers so, though its description does not
            said["head"]["repo"] = None
        return said

    mai._api.get = gone  # type: ignore[method-assign]
    told = mai.proposal(number)
    assert (told.from_fork, told.head, told.pushers) == (True, head, ("ghost",))
    refused(lambda: mai.push(number, second), "không còn")


def test_a_fork_is_pushed_to_where_it_is(github: GitHubDriver) -> None:
    number, head, pull = opened(github)
    pull.fork = True
    second = github.commit({ARTICLE: "Sửa.\n"}, on=head)
    github.github.heard.clear()
    github.as_("cong").push(number, second)
    assert any("/nguoi-ngoai/cong.git/git-receive-pack" in line for line in github.github.heard)


def test_a_pull_request_against_another_branch_is_no_proposal(github: GitHubDriver) -> None:
    number, head, pull = opened(github)
    pull.base = "khac"
    assert github.as_("mai").entries() == []
    refused(lambda: github.as_("mai").proposal(number), "nhánh main")
    refused(lambda: github.as_("mai").merge(number, head, "Nhập"), "nhánh main")


@pytest.mark.parametrize("mode", ["120000", "160000"])
def test_a_link_is_refused_also_when_pushed_past_us(github: GitHubDriver, mode: str) -> None:
    number, head, pull = opened(github)
    content = "/etc/passwd" if mode == "120000" else head
    bad = github.shared.commit({ARTICLE: content}, [head], "Sửa", "cong", "", {ARTICLE: mode})
    ref = f"refs/heads/{pull.branch}"
    github.shared.git("update-ref", ref, bad)
    github.github.act("cong", ref, head, bad, "push")
    github.github.moved(pull, bad)
    refused(lambda: github.as_("mai").proposal(number), "không phải tệp")
    refused(lambda: github.as_("truong").merge(number, bad, "Nhập"), "không phải tệp")


# --- Acting ---------------------------------------------------------------------------------------


def test_the_same_commit_is_not_proposed_twice_at_once(github: GitHubDriver) -> None:
    number, head, _ = opened(github)
    refused(lambda: github.as_("cong").propose(head, TITLE), f"đề xuất {number}")
    github.as_("cong").withdraw(number, "Gửi lại.")
    github.tick()
    again = github.as_("cong").propose(head, TITLE)
    assert again != number
    assert github.as_("mai").proposal(again).pushers == ("cong",)


def test_nobody_reviews_their_own(github: GitHubDriver) -> None:
    number, head, _ = opened(github)
    cong = github.as_("cong")
    for verdict in (Verdict.APPROVE, Verdict.REQUEST_CHANGES):
        refused(functools.partial(cong.review, number, verdict, head, "Tốt."), "GitHub không cho")
    cong.review(number, Verdict.COMMENT, head, "Đã bổ sung.")


def test_github_takes_no_request_for_changes_without_words(github: GitHubDriver) -> None:
    number, head, pull = opened(github)
    github.as_("mai").review(number, Verdict.REQUEST_CHANGES, head)
    github.as_("mai").review(number, Verdict.COMMENT, head)
    assert [said["body"] for said in pull.reviews] == ["Yêu cầu sửa.", "Đã xem."]


def test_a_push_upon_a_push_of_another_is_refused(github: GitHubDriver) -> None:
    number, head, _pull = opened(github)
    theirs = github.commit({ARTICLE: "Của họ.\n"}, on=head)
    mine = github.commit({ARTICLE: "Của tôi.\n"}, on=head)
    cong = github.as_("cong")
    put_forward = cong._put_forward

    def slowly(commit: str) -> str:
        github.as_("lan").push(number, theirs)
        return put_forward(commit)

    cong._put_forward = slowly  # type: ignore[method-assign]
    refused(lambda: cong.push(number, mine), "người khác đẩy")
    assert github.as_("mai").proposal(number).head == theirs


def test_the_token_is_seen_by_nobody(github: GitHubDriver, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    shim = tmp_path / "bin" / "git"
    shim.parent.mkdir()
    git = next(
        Path(folder) / "git"
        for folder in os.environ["PATH"].split(":")
        if (Path(folder) / "git").exists()
    )
    shim.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> {seen}\nexec {git} "$@"\n')
    shim.chmod(0o755)
    github.env["PATH"] = f"{shim.parent}:{github.env['PATH']}"
    number, _, _ = opened(github)
    github.github.heard.clear()
    github.shared.git("update-ref", "refs/heads/main", github.advance({"README.md": "Khác\n"}))
    github.as_("mai").proposal(number)
    assert "push" in seen.read_text()
    assert "ma-cong" not in seen.read_text()
    assert any("git-upload-pack mai" in line for line in github.github.heard)
    for file in (tmp_path / "gương.git").rglob("*"):
        assert not file.is_file() or b"ma-mai" not in file.read_bytes()
    assert "ma-" not in refused(
        lambda: github.as_("cong").mirror.push("0" * 40, "main", github.tip(), FULL)
    )


def test_a_shallow_checkout_lends_nothing(github: GitHubDriver, tmp_path: Path) -> None:
    number, head, _ = opened(github)
    github.advance({"README.md": "Khác\n"})
    shallow = tmp_path / "nông"
    words = ("clone", "--quiet", "--depth=1", f"file://{github.shared.path}", str(shallow))
    Git(tmp_path, github.env).run(*words)
    (tmp_path / "gương.git").rename(tmp_path / "cũ.git")
    mai = github.as_("mai", shallow)
    assert mai.proposal(number).head == head
    lent = tmp_path / "gương.git" / "objects" / "info" / "alternates"
    assert not lent.exists()


def test_the_gate_keeps_to_its_own_comment_and_status(github: GitHubDriver) -> None:
    number, head, pull = opened(github)
    github.as_("lan")._api.send(
        "POST", f"/repos/{FULL}/issues/{number}/comments", {"body": f"{MARK}\nĐã đủ!"}
    )
    gate = github.as_("may")
    gate.report(
        number, Report(head, passed=False, line="Còn thiếu.", summary="Còn thiếu.\n- Trưởng ban")
    )
    assert [each["user"]["login"] for each in pull.comments] == ["lan", "may"]
    # Somebody else says it had passed: the gate says again what it found.
    body = {"state": "success", "context": "cong/gate", "description": "Còn thiếu."}
    github.as_("lan")._api.send("POST", f"/repos/{FULL}/statuses/{head}", body)
    gate.report(
        number, Report(head, passed=False, line="Còn thiếu.", summary="Còn thiếu.\n- Trưởng ban")
    )
    latest = github.github.statuses[0]
    assert (latest["state"], latest["creator"]["login"]) == ("failure", "may")
    assert len(pull.comments) == 2


def test_the_labels_say_what_a_proposal_waits_for(github: GitHubDriver) -> None:
    number, head, pull = opened(github)
    pull.labels |= {"tin-khan", "tu-choi"}
    gate = github.as_("may")
    waits = Report(head, False, "Còn thiếu.", "Thiếu.", frozenset({"cho-tham-dinh"}))
    gate.report(number, waits)
    assert pull.labels == {"tin-khan", "cho-tham-dinh"}  # somebody else's label stays
    github.github.asked.clear()
    gate.report(number, waits)
    assert not [path for verb, path in github.github.asked if verb != "GET"]
    gate.report(number, Report(head, True, "Đủ.", "Đủ."))
    assert pull.labels == {"tin-khan"}


def test_the_page_that_shows_a_proposal_is_linked(github: GitHubDriver) -> None:
    number, head, pull = opened(github)
    gate = github.as_("may")
    assert gate.preview(head) == ""
    name = f"xem-thu-{head}.html"
    hub = github.github
    hub.keeps(name, run=5, event="pull_request")  # a workflow that a proposal brings
    hub.keeps(name, run=6, path=".github/workflows/khac.yml")
    hub.keeps(name, run=7, expired=True)
    hub.keeps(f"xem-thu-{'f' * 40}.html", run=8)
    assert gate.preview(head) == ""
    last = hub.keeps(name, run=9, path=".github/workflows/preview.yml@refs/heads/main")
    hub.keeps(name, run=10, event="push")
    link = gate.preview(head)
    assert link == f"{github.github.web}/{FULL}/actions/runs/9/artifacts/{last}"
    gate.report(number, Report(head, False, "Còn thiếu.", "Thiếu.", preview=link))
    shown = markdown.markdown(pull.comments[0]["body"])
    assert f'<a href="{link}">Xem thử trang này</a>' in shown
    github.github.forbidden.add("actions/list-artifacts-for-repo")
    assert gate.preview(head) == ""


def test_a_missing_status_stops_a_merge(github: GitHubDriver) -> None:
    number, head, _ = opened(github)
    check = {"context": "cong/gate", "integration_id": 1}
    parameters = {"required_status_checks": [check], "strict_required_status_checks_policy": False}
    rule = {"type": "required_status_checks", "parameters": parameters}
    github.github.rulesets[1] = {"id": 1, "name": "x", "enforcement": "active", "rules": [rule]}
    refused(lambda: github.as_("truong").merge(number, head, "Nhập"), "cong/gate", f"{number}")
    github.as_("may").report(number, Report(head, passed=True, line="Đủ.", summary="Đủ."))
    github.as_("truong").merge(number, head, "Nhập")
    assert github.as_("mai").entries(Stage.MERGED)[0].number == number


def test_a_merge_names_its_proposal_and_no_other(github: GitHubDriver) -> None:
    number, head, _ = opened(github)
    for bad in ("Nhập\n\nProposal: 9\n", " \n"):
        refused(functools.partial(github.as_("truong").merge, number, head, bad))
    made = github.as_("truong").merge(number, head, "Nhập")
    assert github.message(made) == f"Nhập\n\nProposal: {number}"


def test_a_merge_that_came_out_otherwise_is_told(github: GitHubDriver) -> None:
    number, head, _ = opened(github)
    truong = github.as_("truong")
    send = truong._api.send

    def meanwhile(verb: str, path: str, body: object = None, *, again: bool = False) -> object:
        if verb == "PUT":  # the very file, on the main branch, in the last moment
            github.advance({ARTICLE: "Bài họp ban.\n"})
        return send(verb, path, body, again=again)

    truong._api.send = meanwhile  # type: ignore[method-assign]
    refused(lambda: truong.merge(number, head, "Nhập"), "không đúng là bản đã duyệt")


def test_the_reports_of_the_gate_do_not_count_as_a_change(github: GitHubDriver) -> None:
    number, head, _ = opened(github)
    judged = github.as_("may").proposal(number)
    github.tick()
    github.as_("may").report(number, Report(head, passed=True, line="Đủ.", summary="Đủ."))
    assert github.as_("may").proposal(number) == judged
    github.as_("may").merge(number, head, "Nhập", judged=judged)


def test_times_have_a_zone(github: GitHubDriver) -> None:
    number, _, _ = opened(github)
    told = github.as_("mai").proposal(number)
    assert told.opened.utcoffset() == dt.timedelta(0)
    assert told.opened == START


# --- Words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "@tinh/ban",
        "xem #12 và GH-3",
        "[bấm](https://xau.example) ![x](//a.b)",
        "<b>đậm</b> <!-- x -->",
        "https://xau.example www.xau.example a@b.example",
        "# Tiêu đề",
        "1. một",
        "`mã` **đậm** _nghiêng_ ~gạch~",
        "a | b\n--- | ---",
        "&lt;script&gt;",
    ],
)
def test_what_is_reported_is_text_and_no_more(text: str) -> None:
    shown = harmless(text)
    for line in shown.split("  \n"):
        rest = line.removeprefix("- ")
        plain = re.sub(r"&#\d+;", "", rest)
        assert not set("!\"#$%&'()*+,:<=>?@[\\]^_`{|}~") & set(plain)
        assert not rest.startswith(("-", "+", "1.", "="))
    read = html.unescape(shown)
    assert not re.search(r"@\w|#\w|://|www\.\w|GH-\d", read)
    assert read.replace("\u200b", "").replace("  \n", "\n") == text


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=60))
@example("- - một\n  hai")
@example("    mã")
def test_whatever_is_reported_comes_out_letter_by_letter(text: str) -> None:
    line = " ".join(said(text).split())
    shown = markdown.markdown(harmless(f"Đầu\n{line}"))
    assert set(re.findall(r"<(\w+)", shown)) <= {"p", "br"} or line.startswith("- ")
    read = html.unescape(re.sub(r"<[^>]*>", "", shown)).replace("\u200b", "")
    assert read.split() == f"Đầu {line.removeprefix('- ')}".replace("\u200b", "").split() or (
        line.startswith("- ")
    )


def test_lists_and_lines_stay() -> None:
    assert harmless("Còn thiếu\n- một\n- hai") == "Còn thiếu  \n- một  \n- hai"
    assert len(harmless("a" * 100_000)) < 65_000


def test_a_ground_goes_there_and_comes_back() -> None:
    assert split_ground(with_ground("Sai tên.", "sai-su-that")) == ("Sai tên.", "sai-su-that")
    assert split_ground("Sai.\r\n\r\nground:  sai \r\n") == ("Sai.", "sai")
    assert split_ground("Ground: a\n\nThôi.") == ("Ground: a\n\nThôi.", None)
    for text, ground in (("Ground: lén", None), ("Sai.", "hai\ndòng"), ("Sai.", "")):
        with pytest.raises(ForgeError):
            with_ground(text, ground)
