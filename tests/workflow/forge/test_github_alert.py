"""A night that went wrong: one notice that somebody sees, and closed when all is well again."""

import datetime as dt
from collections.abc import Mapping

import pytest

from workflow.forge.github.alert import Alerts
from workflow.forge.github.setup import LABELS, NIGHT

from .github_driver import GitHubDriver
from .standin import FULL, Fault, Request
from .test_github import opened, refused

TITLE = "Phát hành ban đêm không thành công"
LOST = ["lost", "dead", "502", "cut"]


def run(number: int, **more: str) -> dict[str, str]:
    """The environment of a workflow's run."""
    return {
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": FULL,
        "GITHUB_RUN_ID": str(number),
        **more,
    }


def alerts(
    github: GitHubDriver, environment: Mapping[str, str] | None = None, who: str = "chot[bot]"
) -> Alerts:
    """The notices as the program of the night sees them."""
    github.github.programs.add("chot[bot]")
    api = github.as_(who)._api
    return Alerts(api, FULL, run(7) if environment is None else environment, lambda: github.now)


def made(github: GitHubDriver) -> list[Request]:
    """All issues."""
    return list(github.github.issues.values())


def test_a_notice_says_what_when_where_and_what_to_do(github: GitHubDriver) -> None:
    said = alerts(github).tell(TITLE, "Không kết nối được @may-chu\n# xong")
    (issue,) = made(github)
    assert said == (
        f"Đã mở thông báo {issue.number} ({github.github.web}/{FULL}/issues/{issue.number})."
    )
    assert (issue.title, issue.author, issue.labels) == (TITLE, "chot[bot]", {NIGHT})
    for words in (
        "10:00 ngày 22/11/2026",
        f"https://github.com/{FULL}/actions/runs/7",
        "Trang đang chạy giữ nguyên",
        "nhật ký",
        "gõ lại lệnh",
        "docs/publishing.md",
    ):
        assert words in issue.body
    assert "@may" not in issue.body  # nobody is called by what a log happens to say
    assert "\n# xong" not in issue.body
    assert github.github.labels[NIGHT]["color"] == LABELS[NIGHT][0]


def test_a_label_that_is_there_is_not_made_again(github: GitHubDriver) -> None:
    github.github.labels[NIGHT] = {"id": 1}
    github.github.forbidden.add("issues/get-label")
    refused(lambda: alerts(github).tell(TITLE), "403")
    github.github.forbidden.clear()
    github.github.labels.clear()
    alerts(github).tell(TITLE)
    alerts(github).clear()
    alerts(github, run(8)).tell(TITLE)
    asked = [path for method, path in github.github.asked if method == "POST"]
    assert asked.count(f"/repos/{FULL}/labels") == 1


def test_another_night_is_a_comment(github: GitHubDriver) -> None:
    alerts(github, run(7)).tell(TITLE)
    said = alerts(github, run(8)).tell(TITLE, "Đĩa đầy.")
    (issue,) = made(github)
    assert f"ghi thêm vào thông báo {issue.number}" in said
    (comment,) = issue.comments
    assert "actions/runs/8" in comment["body"]
    assert "Đĩa đầy" in comment["body"]


def test_the_same_run_says_it_once(github: GitHubDriver) -> None:
    for number in (7, 7, 8, 8, 7):
        said = alerts(github, run(number)).tell(TITLE)
    assert "đã ghi lần chạy này" in said
    (issue,) = made(github)
    assert len(issue.comments) == 1
    # Something else that went wrong in the same run is news.
    alerts(github, run(8)).tell("Sao lưu không thành công")
    assert len(issue.comments) == 2


def test_without_a_workflow_the_same_day_says_it_once(github: GitHubDriver) -> None:
    for _ in range(2):
        alerts(github, {}).tell(TITLE)
    (issue,) = made(github)
    assert "Lần chạy" not in issue.body
    assert issue.comments == []
    github.now += dt.timedelta(days=1)
    alerts(github, {}).tell(TITLE)
    assert len(issue.comments) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"GITHUB_RUN_ID": "7)[x"},
        {"GITHUB_SERVER_URL": "javascript:x"},
        {"GITHUB_REPOSITORY": "a/b/../c"},
        {"GITHUB_REPOSITORY": ""},
    ],
)
def test_what_is_no_run_is_not_linked(github: GitHubDriver, more: dict[str, str]) -> None:
    alerts(github, run(7, **more)).tell(TITLE)
    (issue,) = made(github)
    assert "actions/runs" not in issue.body


def test_a_good_night_closes_what_is_ours(github: GitHubDriver) -> None:
    alerts(github).tell(TITLE)
    theirs = github.github.issue("mai", "Trang chủ chậm", NIGHT)
    other = github.github.issue("chot[bot]", "Chuyện khác")
    second = github.github.issue("chot[bot]", "Cũ", NIGHT)
    _, _, pull = opened(github)
    pull.author, pull.labels = "chot[bot]", {NIGHT}
    said = alerts(github, run(8)).clear("Đã phát hành.")
    first = made(github)[0]
    assert [line.split()[4] for line in said] == [str(first.number), str(second.number)]
    for issue in (first, second):
        assert issue.closed
        (comment,) = issue.comments
        assert "Đã chạy lại được" in comment["body"]
        assert "actions/runs/8" in comment["body"]
        assert "Đã phát hành" in comment["body"]
    assert not theirs.closed and not other.closed and not pull.closed
    assert theirs.comments == pull.comments == []


def test_nothing_to_close_is_fine(github: GitHubDriver) -> None:
    assert alerts(github).clear() == []
    assert {method for method, _ in github.github.asked} == {"GET"}


def test_after_a_good_night_a_bad_one_opens_anew(github: GitHubDriver) -> None:
    alerts(github, {}).tell(TITLE)
    alerts(github, {}).clear()
    alerts(github, {}).tell(TITLE)
    first, second = made(github)
    assert first.closed
    assert not second.closed


def test_anothers_notice_is_left_alone_and_says_nothing_for_us(github: GitHubDriver) -> None:
    alerts(github).tell(TITLE)
    (issue,) = made(github)
    issue.author = "mai"
    alerts(github).tell(TITLE)
    assert len(made(github)) == 2
    assert issue.comments == []
    # Nor does somebody's comment with our mark keep us silent.
    mine = made(github)[1]
    copied, mine.body = mine.body, "khác"
    api = github.as_("mai")._api
    api.send("POST", f"/repos/{FULL}/issues/{mine.number}/comments", {"body": copied})
    alerts(github).tell(TITLE)
    assert [each["user"]["login"] for each in mine.comments] == ["mai", "chot[bot]"]


def test_a_person_may_raise_it_too(github: GitHubDriver) -> None:
    alerts(github, who="em").tell(TITLE)
    assert made(github)[0].author == "em"
    alerts(github, who="EM").clear()
    assert made(github)[0].closed


def test_a_title_is_needed_and_a_long_one_is_cut(github: GitHubDriver) -> None:
    for title in ("", " \n ", "\t"):
        refused(lambda: alerts(github).tell(title), "phải có tên")  # noqa: B023
    alerts(github).tell("Hỏng\nrồi " + "x" * 300)
    (issue,) = made(github)
    assert issue.title.startswith("Hỏng rồi x")
    assert len(issue.title) == 200
    alerts(github).tell("Hỏng\nrồi " + "x" * 300)
    assert issue.comments == []


# --- What goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*LOST, "after", "secondary", "limit"])
def test_a_notice_is_opened_once(github: GitHubDriver, kind: str) -> None:
    github.github.faults.append(Fault(kind, "POST", "/labels$"))
    github.github.faults.append(Fault(kind, "POST", "/issues$"))
    alerts(github).tell(TITLE)
    assert len(made(github)) == 1
    assert set(github.github.labels) == {NIGHT}


@pytest.mark.parametrize("kind", [*LOST, "after"])
def test_a_comment_is_made_once_and_an_issue_closed(github: GitHubDriver, kind: str) -> None:
    alerts(github).tell(TITLE)
    (issue,) = made(github)
    github.github.faults.append(Fault(kind, "POST", "/comments$"))
    alerts(github, run(8)).tell(TITLE)
    assert len(issue.comments) == 1
    github.github.faults.append(Fault(kind, "POST", "/comments$"))
    github.github.faults.append(Fault(kind, "PATCH", "/issues/"))
    alerts(github, run(9)).clear()
    assert len(issue.comments) == 2
    assert issue.closed


def test_closing_that_was_cut_off_is_finished_without_saying_it_again(
    github: GitHubDriver,
) -> None:
    alerts(github).tell(TITLE)
    github.github.faults.append(Fault("500", "PATCH", "/issues/", 5))
    refused(lambda: alerts(github).clear(), "không trả lời")
    alerts(github).clear()
    (issue,) = made(github)
    assert issue.closed
    assert len(issue.comments) == 1


@pytest.mark.parametrize("kind", ["500", "cut", "dead"])
def test_what_cannot_be_seen_is_not_taken_for_nothing(github: GitHubDriver, kind: str) -> None:
    github.github.faults.append(Fault(kind, "GET", "/issues", 99))
    refused(lambda: alerts(github).tell(TITLE), "không trả lời")
    refused(lambda: alerts(github).clear(), "không trả lời")
    assert made(github) == []


def test_a_label_made_by_somebody_else_meanwhile(github: GitHubDriver) -> None:
    mine = alerts(github)
    send = mine._api.send

    def late(verb: str, path: str, body: object = None, *, again: bool = False) -> object:
        if path.endswith("/labels"):
            send(verb, path, body)
        return send(verb, path, body, again=again)

    mine._api.send = late  # type: ignore[method-assign]
    mine.tell(TITLE)
    assert len(made(github)) == 1


def test_many_notices_are_all_closed(github: GitHubDriver) -> None:
    for number in range(130):
        github.github.issue("chot[bot]", f"Đêm {number}", NIGHT)
    assert len(alerts(github).clear()) == 130
    assert all(issue.closed for issue in made(github))


# --- Not allowed ----------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", ["issues/create", "issues/create-label"])
def test_a_token_that_may_not_write_is_told(github: GitHubDriver, operation: str) -> None:
    github.github.forbidden.add(operation)
    refused(lambda: alerts(github).tell(TITLE), "403", "docs/github-setup.md")


def test_a_label_that_github_drops_is_told(github: GitHubDriver) -> None:
    github.github.forbidden.add("labels")
    refused(lambda: alerts(github).tell(TITLE), NIGHT, "Issues: write")


def test_a_repository_without_issues_is_told(github: GitHubDriver) -> None:
    github.github.without_issues = True
    refused(lambda: alerts(github).tell(TITLE), "Features")
