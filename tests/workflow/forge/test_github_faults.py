"""What goes wrong between here and GitHub: nothing is done twice, and nothing half is believed."""

from collections.abc import Callable

import pytest

from workflow.forge import Act, ForgeError, Report, Stage
from workflow.forge.github import Api
from workflow.forge.github.api import UnsureError
from workflow.proposals import Verdict

from .drivers import ARTICLE
from .github_driver import GitHubDriver
from .standin import FULL, Fault
from .test_github import opened, refused

PULL = r"/pulls/\d+$"


def wrong(github: GitHubDriver, kind: str, method: str, path: str, times: int = 1) -> None:
    """Lets something go wrong."""
    github.github.faults.append(Fault(kind, method, path, times))


ASKED = [PULL, "/reviews$", "/activity$", "/timeline$", "/files$", "/git/ref/heads/main$"]
ONCE_AGAIN = [(kind, PULL) for kind in ("502", "dead", "lost", "slow")] + [
    (kind, path) for kind in ("500", "cut") for path in ASKED
]


@pytest.mark.parametrize(("kind", "path"), ONCE_AGAIN)
def test_what_is_read_is_asked_again(github: GitHubDriver, kind: str, path: str) -> None:
    number, _head, pull = opened(github)
    github.github.say(pull, "lan", "CHANGES_REQUESTED", text="Sai.")
    before = github.as_("mai").proposal(number)
    wrong(github, kind, "GET", path)
    if kind == "slow":
        github.timeout = 1
    assert github.as_("mai").proposal(number) == before
    assert github.slept == [1.0] or kind == "slow"  # the next answer may be slow by itself


@pytest.mark.parametrize("kind", ["500", "dead", "cut"])
def test_what_never_answers_is_told(github: GitHubDriver, kind: str) -> None:
    number, _, _ = opened(github)
    wrong(github, kind, "GET", PULL, 99)
    refused(lambda: github.as_("mai").proposal(number), "không trả lời")
    assert github.slept == [1.0, 2.0, 4.0, 8.0]


def test_a_page_cut_off_is_no_end_of_a_list(github: GitHubDriver) -> None:
    number, _, pull = opened(github)
    for _ in range(150):
        github.github.say(pull, "lan", "COMMENTED", text="Góp ý.")
    wrong(github, "cut", "GET", "/reviews$", 2)
    assert len(github.as_("mai").proposal(number).reviews) == 150


# --- Too many requests ----------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "waits"), [("after", 7.0), ("secondary", 60.0), ("limit", 21.0)])
def test_github_is_given_the_rest_it_asks_for(
    github: GitHubDriver, kind: str, waits: float
) -> None:
    number, head, pull = opened(github)
    wrong(github, kind, "GET", PULL)
    github.as_("mai").proposal(number)
    assert github.slept == [waits]
    # Nothing was done yet when it refuses so: what must not be done twice is asked again, too.
    wrong(github, kind, "POST", "/reviews$")
    github.as_("mai").review(number, Verdict.APPROVE, head)
    assert github.slept == [waits, waits]
    assert len(pull.reviews) == 1


def test_waiting_has_an_end(github: GitHubDriver) -> None:
    number, _, _ = opened(github)
    wrong(github, "secondary", "GET", PULL, 99)
    refused(lambda: github.as_("mai").proposal(number), "quá nhiều", "10:01 ngày 22/11/2026")
    assert sum(github.slept) == 120


# --- Done, but not answered -----------------------------------------------------------------------

LOST = ["lost", "dead", "502", "cut"]


@pytest.mark.parametrize("kind", LOST)
def test_a_proposal_is_opened_once(github: GitHubDriver, kind: str) -> None:
    wrong(github, kind, "POST", "/pulls$")
    number, _head, _ = opened(github)
    assert [entry.number for entry in github.as_("mai").entries()] == [number]
    assert len(github.github.pulls) == 1


@pytest.mark.parametrize("kind", LOST)
def test_a_review_is_given_once(github: GitHubDriver, kind: str) -> None:
    number, head, pull = opened(github)
    github.as_("mai").review(number, Verdict.APPROVE, head, "Tốt.")
    wrong(github, kind, "POST", "/reviews$")
    github.as_("mai").review(number, Verdict.APPROVE, head, "Tốt.")
    assert len(pull.reviews) == 2


@pytest.mark.parametrize("kind", LOST)
def test_a_withdrawal_says_its_reason_once(github: GitHubDriver, kind: str) -> None:
    number, _, pull = opened(github)
    wrong(github, kind, "POST", "/comments$")
    wrong(github, kind, "PATCH", PULL)
    github.as_("cong").withdraw(number, "Trùng bài.")
    assert len(pull.comments) == 1
    last = github.as_("mai").history(number)[-1]
    assert (last.act, last.text) == (Act.WITHDRAWN, "Trùng bài.")


@pytest.mark.parametrize("kind", LOST)
def test_the_gates_comment_stays_one(github: GitHubDriver, kind: str) -> None:
    number, head, pull = opened(github)
    wrong(github, kind, "POST", "/comments$")
    gate = github.as_("may")
    gate.report(number, Report(head, passed=False, line="Thiếu.", summary="Thiếu."))
    wrong(github, kind, "PATCH", "/comments/")
    gate.report(number, Report(head, passed=True, line="Đủ.", summary="Đủ."))
    assert [each["body"].endswith("\nĐủ.\n") for each in pull.comments] == [True]


@pytest.mark.parametrize("kind", ["lost", "cut"])
def test_a_merge_that_was_made_is_found(github: GitHubDriver, kind: str) -> None:
    number, head, _ = opened(github)
    wrong(github, kind, "PUT", "/merge$")
    made = github.as_("truong").merge(number, head, "Nhập")
    assert made == github.tip()


@pytest.mark.parametrize("kind", ["dead", "502"])
def test_a_merge_is_never_asked_for_twice(github: GitHubDriver, kind: str) -> None:
    number, head, _ = opened(github)
    wrong(github, kind, "PUT", "/merge$")
    before = github.tip()
    with pytest.raises(UnsureError):
        github.as_("truong").merge(number, head, "Nhập")
    assert github.tip() == before
    assert [each for each in github.github.asked if each[1].endswith("/merge")] == [
        ("PUT", f"/repos/{FULL}/pulls/{number}/merge")
    ]
    assert github.as_("mai").entries(Stage.OPEN)[0].number == number


def test_a_head_that_moves_in_the_last_moment_is_not_merged(github: GitHubDriver) -> None:
    number, head, _ = opened(github)
    second = github.commit({ARTICLE: "Lén.\n"}, on=head)
    truong = github.as_("truong")
    send = truong._api.send

    def slowly(verb: str, path: str, body: object = None, *, again: bool = False) -> object:
        if verb == "PUT":
            github.as_("cong").push(number, second)
        return send(verb, path, body, again=again)

    truong._api.send = slowly  # type: ignore[method-assign]
    before = github.tip()
    refused(lambda: truong.merge(number, head, "Nhập"), "duyệt lại")
    assert github.tip() == before


# --- Not allowed ----------------------------------------------------------------------------------


def test_a_token_that_is_none_is_told(github: GitHubDriver) -> None:
    api = Api("x", base=github.github.api, now=lambda: github.now, sleep=github.slept.append)
    assert "x" not in refused(lambda: api.get("/user"), "GH_TOKEN").split()


@pytest.mark.parametrize(
    ("operation", "act"),
    [
        ("pulls/list-files", lambda forge, number, head: forge.proposal(number)),
        ("pulls/create-review", lambda forge, number, head: forge.review(
            number, Verdict.APPROVE, head)),
        ("repos/create-commit-status", lambda forge, number, head: forge.report(
            number, Report(head, passed=True, line="Đủ.", summary="Đủ."))),
        ("pulls/merge", lambda forge, number, head: forge.merge(number, head, "Nhập")),
    ],
)  # fmt: skip
def test_what_the_token_may_not_do_is_told(
    github: GitHubDriver, operation: str, act: Callable[..., object]
) -> None:
    number, head, _ = opened(github)
    github.github.forbidden.add(operation)
    refused(lambda: act(github.as_("mai"), number, head), "403", "docs/github-setup.md")
    assert github.slept == []


def test_activity_that_may_not_be_seen_makes_nobody_the_pusher(github: GitHubDriver) -> None:
    number, _, _ = opened(github)
    github.github.forbidden.add("repos/list-activities")
    assert github.as_("mai").proposal(number).pushers == ("ghost",)


def test_another_repository_is_not_found(github: GitHubDriver) -> None:
    forge = github.as_("mai")
    forge._path = "/repos/tinh-mau/khac"
    refused(forge.entries, "404")
    with pytest.raises(ForgeError):
        forge.proposal("1")


def test_an_answer_unlike_githubs_is_not_guessed_at(github: GitHubDriver) -> None:
    number, _, pull = opened(github)
    pull.reviews.append({"id": 1, "who": "mai", "state": "APPROVED", "body": "",
                         "commit_id": pull.head, "submitted_at": "hôm qua"})  # fmt: skip
    refused(lambda: github.as_("mai").proposal(number), "khác với tài liệu")
    assert "date-time" in github.github.faults_found.pop()
