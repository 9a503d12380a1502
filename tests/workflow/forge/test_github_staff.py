"""Who holds which post, as teams on GitHub say; and what the gate makes of it."""

import datetime as dt

import pytest

from regulation.model import Role
from tests.workflow.board import REGULATIONS
from workflow.forge import ForgeError
from workflow.forge.github.staff import ALL_ALONG, GitHubStaff
from workflow.gate import Decision, State, decide
from workflow.proposals import Verdict

from .drivers import ARTICLE
from .github_driver import GitHubDriver
from .standin import OWNER, Fault


def staff_of(github: GitHubDriver, organisation: str = OWNER) -> GitHubStaff:
    """The staff as the gate's program sees it."""
    forge = github.as_("may")
    return GitHubStaff(
        forge._api,
        organisation,
        lambda: REGULATIONS,
        forge.login_of_email,
        lambda: github.now,
    )


@pytest.fixture
def board(github: GitHubDriver) -> GitHubDriver:
    """An organisation whose teams are posts of the portal ``mau``."""
    teams = {"tvt": ("Mai", "lan"), "tvv": ("binh",), "tb": ("truong",), "ctv": ("cong",)}
    for post, members in teams.items():
        github.github.team(f"mau-{post}", *members)
    github.github.team("khac", "la")
    return github


def judged(github: GitHubDriver, number: str, *, at: dt.datetime | None = None) -> Decision:
    """What the gate says of a proposal."""
    forge = github.as_("may")
    staff = GitHubStaff(
        forge._api, OWNER, lambda: REGULATIONS, forge.login_of_email, lambda: github.now
    )
    return decide(REGULATIONS, forge.proposal(number), staff, at or github.now)


def test_members_of_a_team_hold_its_post(board: GitHubDriver) -> None:
    staff = staff_of(board)
    mai = staff.person_of_login("mai")
    assert mai is not None
    (held,) = staff.holdings(mai, board.now)
    assert (held.role, held.portal, held.fields) == (Role.MEMBER, "mau", {"tin"})
    assert (held.since, held.until, held.suspended) == (ALL_ALONG, None, False)
    assert staff.person_of_login("la") is None
    assert staff.person_of_login("ghost") is None
    assert staff.delegations(board.now) == ()


def test_a_team_of_many_pages(board: GitHubDriver) -> None:
    board.github.team("mau-ctv", *(f"ctv{number}" for number in range(150)))
    staff = staff_of(board)
    assert staff.person_of_login("ctv149") is not None


def test_a_program_in_a_team_holds_nothing(board: GitHubDriver) -> None:
    board.github.bots.add("may[bot]")
    board.github.members["mau-tb"].append("may[bot]")
    assert staff_of(board).person_of_login("may[bot]") is None


@pytest.mark.parametrize("operation", ["teams/list", "teams/list-members-in-org"])
def test_teams_that_may_not_be_read_are_told(board: GitHubDriver, operation: str) -> None:
    board.github.forbidden.add(operation)
    with pytest.raises(ForgeError, match="Members: read"):
        staff_of(board).person_of_login("mai")
    with pytest.raises(ForgeError, match="Members: read"):
        staff_of(board, "khong-co").person_of_login("mai")


def test_github_is_asked_once(board: GitHubDriver) -> None:
    staff = staff_of(board)
    board.github.faults.append(Fault("502", "GET", "/members$"))
    for _ in range(3):
        staff.person_of_login("mai")
    asked = [path for _, path in board.github.asked]
    assert asked.count(f"/orgs/{OWNER}/teams") == 1
    assert asked.count(f"/orgs/{OWNER}/teams/mau-tvt/members") == 1


def test_the_gate_goes_by_teams(board: GitHubDriver) -> None:
    head = board.commit({ARTICLE: "Bài.\n"})
    number = board.as_("cong").propose(head, "Họp ban")
    board.tick()
    board.as_("mai").review(number, Verdict.APPROVE, head)
    board.tick()
    board.as_("la").review(number, Verdict.REQUEST_CHANGES, head, "Phá.")
    assert judged(board, number).state is State.WAITING
    board.as_("truong").review(number, Verdict.APPROVE, head)
    board.tick()
    assert judged(board, number).state is State.APPROVED
    board.github.members["mau-tvt"].remove("Mai")  # left the team: their approval counts no more
    assert judged(board, number).state is State.WAITING


def test_whoever_wrote_a_commit_may_not_pass_it(board: GitHubDriver) -> None:
    head = board.commit({ARTICLE: "Bài.\n"}, author="mai")
    number = board.as_("cong").propose(head, "Họp ban")
    board.tick()
    board.as_("mai").review(number, Verdict.APPROVE, head)
    board.tick()
    board.as_("truong").review(number, Verdict.APPROVE, head)
    decision = judged(board, number)
    assert decision.state is State.WAITING
    assert "tác giả" in decision.uncounted[0].reason


@pytest.mark.parametrize("author", ["la@dau.example", "la", "noreply@github.com"])
def test_nobody_unknown_may_have_made_it(board: GitHubDriver, author: str) -> None:
    head = board.commit({ARTICLE: "Bài.\n"}, author=author)
    number = board.as_("cong").propose(head, "Họp ban")
    decision = judged(board, number)
    assert decision.state is State.REFUSED
    assert any("không có trong danh sách nhân sự" in problem for problem in decision.problems)


def test_a_pusher_whom_github_does_not_tell_is_refused(board: GitHubDriver) -> None:
    number = board.as_("cong").propose(board.commit({ARTICLE: "Bài.\n"}), "Họp ban")
    board.github.activity.clear()
    problems = judged(board, number).problems
    assert any("“ghost” đã đẩy thay đổi" in problem for problem in problems)
