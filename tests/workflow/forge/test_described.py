"""The stand-in for GitHub is only worth its strictness: what GitHub would not take is found."""

from typing import Any

import pytest

from .described import (
    UndescribedError,
    demand_answer,
    demand_request,
    operation,
    sample,
)
from .github_driver import GitHubDriver

PULL = "/repos/tinh/cong/pulls/7"


def test_a_request_is_known_by_its_path() -> None:
    found = operation("GET", PULL)
    assert found.id == "pulls/get"
    assert found.values == {"owner": "tinh", "repo": "cong", "pull_number": "7"}
    branch = operation("GET", "/repos/tinh/cong/git/ref/heads/de-xuat/an-1234")
    assert branch.values["ref"] == "heads/de-xuat/an-1234"


@pytest.mark.parametrize(("method", "path"), [("GET", "/khong/co"), ("DELETE", PULL)])
def test_what_github_does_not_know_is_found(method: str, path: str) -> None:
    with pytest.raises(UndescribedError):
        operation(method, path)


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("GET", "/repos/tinh/cong/pulls", {"states": "open"}, None),
        ("GET", "/repos/tinh/cong/pulls", {"state": "opened"}, None),
        ("GET", "/repos/tinh/cong/pulls", {"per_page": "many"}, None),
        ("GET", "/repos/tinh/cong/pulls/so-bay", {}, None),
        ("GET", PULL, {}, {"x": 1}),
        ("PATCH", PULL, {}, {"state": "merged"}),
        ("POST", f"{PULL}/reviews", {}, {"event": "APPROVE", "ground": "x"}),
        ("POST", "/repos/tinh/cong/statuses/abc", {}, {"context": "cong/gate"}),
        ("PUT", f"{PULL}/merge", {}, {"sha": 7}),
    ],
)
def test_a_request_that_github_would_not_take_is_found(
    method: str, path: str, query: dict[str, str], body: Any
) -> None:
    with pytest.raises(UndescribedError):
        demand_request(operation(method, path), query, body)


@pytest.mark.parametrize(
    ("status", "changes"),
    [
        (200, {"number": "7"}),
        (200, {"state": None}),
        (200, {"created_at": "hôm qua"}),
        (200, {"created_at": "2026-11-22T10:00:00"}),
        (201, {}),
    ],
)
def test_an_answer_that_github_would_not_give_is_found(
    status: int, changes: dict[str, Any]
) -> None:
    found = operation("GET", PULL)
    demand_answer(found, 200, sample("pull-request"))
    with pytest.raises(UndescribedError):
        demand_answer(found, status, sample("pull-request") | changes)
    missing = sample("pull-request")
    del missing["head"]
    with pytest.raises(UndescribedError):
        demand_answer(found, 200, missing)


def test_what_did_not_fit_fails_the_test(github: GitHubDriver) -> None:
    forge = github.as_("mai")
    with pytest.raises(Exception, match="hãy"):
        forge._api.get("/repos/tinh-mau/cong/pulls", states="open")
    assert "states" in github.github.faults_found.pop()
    assert github.github.faults_found == []
