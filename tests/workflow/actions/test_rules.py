"""What every workflow keeps to: no unpinned code, no right too many, our own commands only."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from .runner import WORKFLOWS, workflow

NAMES = sorted(path.name for path in WORKFLOWS.glob("*.yml"))

ACTIONS = {"actions/checkout", "actions/upload-artifact"}
"""Whose code runs beside ours: GitHub's own, and no more of it than needed."""

OUTSIDE = {"pull_request", "pull_request_review"}
"""Events for which GitHub runs the workflow that the proposal brings."""

MAY_WRITE = {
    ("gate.yml", "urgent", "issues"),
    ("nightly.yml", "publish", "issues"),
    ("nightly.yml", "tell", "issues"),
    ("publish.yml", "tell", "issues"),
}
"""All that any workflow's own token may change: it tells what went wrong. Two only call another."""


def jobs() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every job of every workflow."""
    for name in NAMES:
        for job, told in workflow(name)["jobs"].items():
            yield name, job, told


def steps() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every step of every job."""
    for name, job, told in jobs():
        for step in told.get("steps", []):
            yield name, job, step


def test_these_are_the_workflows() -> None:
    assert NAMES == [
        "check.yml", "gate.yml", "nightly.yml", "preview.yml", "publish.yml", "review.yml",
    ]  # fmt: skip


def test_actions_are_few_and_pinned() -> None:
    for name in NAMES:
        text = (WORKFLOWS / name).read_text(encoding="utf-8")
        for found in re.findall(r"uses: (.*)", text):
            if found.startswith("./.github/workflows/"):
                assert found.removeprefix("./.github/workflows/") in NAMES
                continue
            action, _, rest = found.partition("@")
            assert action in ACTIONS
            assert re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", rest), found


def test_every_step_is_a_command_of_ours() -> None:
    for name, job, step in steps():
        if "uses" in step:
            continue
        run = step["run"]
        assert run.startswith(("make ", ".venv/bin/cong ")), (name, job, run)
        # One command: nothing else rides along, and nothing of the event is pasted into it.
        assert not re.search(r"\$\{\{|[;&|`\n<>]|\$\(", run), (name, job, run)


def test_what_is_not_said_may_not_be_done() -> None:
    found = set()
    for name in NAMES:
        assert workflow(name)["permissions"] in ({}, {"contents": "read"}), name
    for name, job, told in jobs():
        for what, right in told.get("permissions", {}).items():
            assert right in ("read", "write")
            if right == "write":
                found.add((name, job, what))
    assert found == MAY_WRITE


def test_what_a_proposal_brings_sees_no_secret_and_may_write_nothing() -> None:
    for name in NAMES:
        if not OUTSIDE & set(workflow(name)["on"]):
            continue
        text = (WORKFLOWS / name).read_text(encoding="utf-8")
        assert (
            "secrets" not in text
            and "environment:" not in text
            and "write" not in re.sub(r"#.*", "", text)
        ), name


def test_secrets_lie_in_environments_and_reach_one_step() -> None:
    for name, job, told in jobs():
        assert "secrets" not in str(told.get("env", {}))
        for step in told.get("steps", []):
            if "secrets." in str(step):
                assert told.get("environment"), (name, job)
                assert step["run"].startswith(".venv/bin/cong "), (name, job)


@pytest.mark.parametrize("name", ["gate.yml", "preview.yml", "publish.yml", "nightly.yml"])
def test_what_is_believed_runs_the_main_branch(name: str) -> None:
    assert not OUTSIDE & set(workflow(name)["on"])
    for told in workflow(name)["jobs"].values():
        for step in told.get("steps", []):
            if step.get("uses", "").startswith("actions/checkout"):
                ref = step["with"].get("ref")
                assert ref in (None, "${{ github.event.repository.default_branch }}")
                assert ref or name == "nightly.yml"  # which runs for no proposal


def test_no_checkout_leaves_its_token_behind() -> None:
    kept = [
        (name, job)
        for name, job, step in steps()
        if step.get("uses", "").startswith("actions/checkout")
        and step["with"]["persist-credentials"] is not False
    ]
    assert kept == []


def test_no_job_runs_for_ever() -> None:
    for name, job, told in jobs():
        assert "uses" in told or told["timeout-minutes"] <= 30, (name, job)


def test_the_gate_waits_for_workflows_that_are_there() -> None:
    names = {workflow(name)["name"] for name in NAMES}
    waits = workflow("gate.yml")["on"]["workflow_run"]["workflows"]
    assert set(waits) <= names and "review" in waits
    assert {workflow(name)["name"] + ".yml" for name in NAMES} == set(NAMES)
