"""Setting a repository up: everything once, nothing twice, and nobody holds a post by it."""

import pytest

from tests.workflow.board import NOW, REGULATIONS
from workflow.forge import ForgeError
from workflow.forge.github.setup import ACTIONS, LABELS, MERGING, RULES, Outcome, Wanted, set_up

from .github_driver import GitHubDriver
from .standin import FULL, OWNER, Fault

POSTS = sum(len(portal.regulation.posts) for portal in REGULATIONS.values())


def run(github: GitHubDriver, *, dry: bool = False, **rest: object) -> Outcome:
    """Sets up as the owner of the organisation."""
    wanted = Wanted(FULL, REGULATIONS, NOW.date(), **rest)  # type: ignore[arg-type]
    return set_up(github.as_("chu")._api, wanted, dry=dry)


@pytest.fixture(autouse=True)
def organisation(github: GitHubDriver) -> None:
    """The repository belongs to an organisation."""
    github.github.organisations.add(OWNER)


def test_a_post_is_a_team_that_nobody_is_in_yet(github: GitHubDriver) -> None:
    outcome = run(github)
    assert outcome.failed == []
    assert len(github.github.teams) == POSTS
    assert set(map(tuple, github.github.members.values())) == {()}
    assert set(github.github.team_permissions.values()) == {"push"}
    assert github.github.teams["mau-tvt"]["description"] == "Thành viên tin tức – Tỉnh Mẫu"


def test_the_main_branch_is_guarded(github: GitHubDriver) -> None:
    run(github, app=4711)
    made, shown = github.github.rulesets.values()
    assert shown["conditions"]["ref_name"]["include"] == [
        "refs/heads/gh-pages", "refs/heads/gh-pages-releases",
    ]  # fmt: skip
    assert [rule["type"] for rule in shown["rules"]] == [
        "creation", "update", "deletion", "non_fast_forward",
    ]  # fmt: skip
    assert [each["actor_id"] for each in shown["bypass_actors"]] == [4711]
    assert (made["name"], made["enforcement"], made["bypass_actors"]) == (RULES, "active", [])
    assert made["conditions"]["ref_name"]["include"] == ["refs/heads/main"]
    kinds = {rule["type"]: rule.get("parameters") for rule in made["rules"]}
    assert set(kinds) == {"deletion", "non_fast_forward", "pull_request", "required_status_checks"}
    assert kinds["required_status_checks"]["required_status_checks"] == [
        {"context": "cong/gate", "integration_id": 4711}
    ]
    assert kinds["pull_request"]["allowed_merge_methods"] == ["merge"]
    assert not kinds["pull_request"]["dismiss_stale_reviews_on_push"]
    assert set(github.github.labels) == set(LABELS)
    assert github.github.workflow == {
        "default_workflow_permissions": "read",
        "can_approve_pull_request_reviews": False,
    }
    assert github.github.actions["sha_pinning_required"]
    assert github.github.fork_approval == "all_external_contributors"
    assert not github.github.settings["allow_squash_merge"]


def test_a_program_may_set_up_too(github: GitHubDriver) -> None:
    github.github.programs.add("may[bot]")
    wanted = Wanted(FULL, REGULATIONS, NOW.date())
    assert set_up(github.as_("may[bot]")._api, wanted).failed == []


def test_a_second_time_nothing_is_done(github: GitHubDriver) -> None:
    first = run(github)
    github.github.asked.clear()
    second = run(github)
    assert second.done == []
    assert second.kept == len(first.done)
    assert {method for method, _ in github.github.asked} == {"GET"}


def test_a_dry_run_says_it_and_does_nothing(github: GitHubDriver) -> None:
    said = run(github, dry=True)
    assert {method for method, _ in github.github.asked} == {"GET"}
    assert said.done == run(github).done


def test_what_was_changed_meanwhile_is_set_right(github: GitHubDriver) -> None:
    run(github)
    (rules,) = github.github.rulesets.values()
    rules["enforcement"] = "disabled"
    github.github.settings["allow_squash_merge"] = True
    assert run(github).done == [
        "Chỉ cho nhập bằng một lần nhập riêng (merge commit)",
        f"Đặt lại quy tắc “{RULES}”",
    ]
    assert rules["enforcement"] == "active"
    rules["bypass_actors"] = [{"actor_id": 5, "actor_type": "Team", "bypass_mode": "always"}]
    assert run(github).done == [f"Đặt lại quy tắc “{RULES}”"]


def test_the_app_stays_pinned_when_it_is_not_named_again(github: GitHubDriver) -> None:
    run(github, app=4711)
    again = run(github)
    assert again.done == []
    assert not any("GitHub App" in line for line in again.by_hand)
    assert len(run(github, app=4712).done) == 5  # two rules, and what the workflows are told
    assert github.github.variables == {"CONG_GITHUB_APP": "4712"}
    told = github.github.environment_variables
    assert told == {name: {"CONG_GITHUB_APP": "4712"} for name in ("cong-gate", "cong-publish")}


def test_secrets_are_for_the_main_branch_alone(github: GitHubDriver) -> None:
    run(github)
    there = github.github
    named = {name: list(branches.values()) for name, branches in there.policies.items()}
    assert named == {"cong-gate": ["main"], "cong-publish": ["main"]}
    assert all(policy["custom_branch_policies"] for policy in there.environments.values())
    assert there.variables == {}  # Actions are no app with a key
    there.policies["cong-gate"][5] = "thu/*"
    there.environments["cong-publish"] = None  # every branch
    assert run(github).done == [
        "Không cho nhánh thu/* dùng môi trường cong-gate nữa",
        "Lập môi trường cong-publish, chỉ cho nhánh được nêu tên",
    ]
    assert list(there.policies["cong-gate"].values()) == ["main"]


def test_only_the_gates_own_app_merges_if_wanted(github: GitHubDriver) -> None:
    run(github, app=4711, only_app_merges=True)
    made = next(each for each in github.github.rulesets.values() if each["name"] == MERGING)
    assert made["rules"] == [{"type": "update"}]
    assert made["bypass_actors"] == [
        {"actor_id": 4711, "actor_type": "Integration", "bypass_mode": "always"}
    ]
    with pytest.raises(ForgeError, match="--app"):
        run(github, app=ACTIONS, only_app_merges=True)


def test_what_is_pinned_to_actions_is_warned_of(github: GitHubDriver) -> None:
    assert any("GitHub App" in line for line in run(github).by_hand)
    assert not any("GitHub App" in line for line in run(github, app=4711).by_hand)


def test_what_github_does_not_let_be_done_is_told_and_the_rest_is_done(
    github: GitHubDriver,
) -> None:
    github.github.forbidden.add("repos/create-repo-ruleset")
    outcome = run(github)
    assert len(outcome.failed) == 1
    assert outcome.failed[0].startswith("Chưa đặt được quy tắc của nhánh chính")
    assert github.github.fork_approval == "all_external_contributors"


@pytest.mark.parametrize("kind", ["lost", "dead"])
def test_a_team_is_made_once_and_left_though_the_answer_is_lost(
    github: GitHubDriver, kind: str
) -> None:
    github.github.faults.append(Fault(kind, "POST", "/teams$"))
    github.github.faults.append(Fault(kind, "POST", "/labels$"))
    github.github.faults.append(Fault(kind, "DELETE", "/memberships/"))
    github.github.faults.append(Fault(kind, "POST", "/deployment-branch-policies$"))
    github.github.faults.append(Fault(kind, "POST", "/variables$"))
    outcome = run(github, app=4711)
    assert outcome.failed == []
    assert len(github.github.teams) == POSTS
    assert set(map(tuple, github.github.members.values())) == {()}


def test_whoever_was_left_in_a_team_is_reminded(github: GitHubDriver) -> None:
    run(github)
    github.github.members["mau-tb"].append("Chu")
    lines = [line for line in run(github).by_hand if "mau-tb" in line]
    assert len(lines) == 1
    assert "rời nhóm" in lines[0]


def test_a_repository_of_a_person_has_no_teams(github: GitHubDriver) -> None:
    github.github.organisations.clear()
    with pytest.raises(ForgeError, match="tổ chức"):
        run(github)
