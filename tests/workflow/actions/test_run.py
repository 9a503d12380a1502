"""The workflows as GitHub runs them: every command of theirs, over a stand-in, by its teams."""

import datetime as dt
import html
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from regulation.yamlfile import VIETNAM
from tests.workflow.forge.standin import FULL, App, Request
from tests.workflow.forge.test_github_app import KEY, RSA, public
from tests.workflow.proposing.github_town import ARTICLE, GitHubTown, open_town
from tests.workflow.proposing.town import PORTAL
from workflow.forge.github import Api

from .runner import ROOT, Runner
from .test_rules import steps

BAD = "contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled')"
GOOD = "!contains(needs.*.result, 'failure') && !contains(needs.*.result, 'cancelled')"
ELSEWHERE = {"make check", "make test"}
"""What ``.ci/run`` runs, and this test is a part of."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHubTown]:
    """A checkout, and GitHub with its main branch, its teams and the gate's app."""
    with open_town(tmp_path_factory.mktemp("town"), real=True) as town:
        town.github.register(App(4711, "Iv1.chot", "chot-duyet", public(RSA)))
        town.github.programs.add("github-actions[bot]")
        yield town


@pytest.fixture(scope="module")
def runner(town: GitHubTown) -> Runner:
    """A runner that knows what GitHub would."""
    values = {
        "github.repository": FULL,
        "github.base_ref": "main",
        "github.token": "ma-github-actions[bot]",
        "github.event.repository.default_branch": "main",
        "vars.CONG_GITHUB_APP": "4711",
        "secrets.CONG_GITHUB_APP_KEY": KEY,
        "secrets.CONG_ACCOUNTS": "",
        "secrets.AWS_ACCESS_KEY_ID": "",
        "secrets.AWS_SECRET_ACCESS_KEY": "",
        "vars.AWS_ENDPOINT_URL": "",
        "vars.AWS_DEFAULT_REGION": "",
        "vars.CONG_PUBLISH": f"{PORTAL} {town.folder / 'www'}",
        BAD: "false",
        GOOD: "true",
    }
    folder = town.folder / "máy"
    folder.mkdir()
    return Runner(town.github, folder, values)


def presses(town: GitHubTown, who: str, pull: Request, verdict: str = "APPROVE") -> None:
    """Somebody presses a button on GitHub's own page; the next press comes a second later."""
    api = Api(f"ma-{who}", base=town.github.api, now=lambda: dt.datetime.now(VIETNAM), pace=0)
    body = {"commit_id": pull.head, "event": verdict, "body": "Đã xem."}
    api.send("POST", f"/repos/{FULL}/pulls/{pull.number}/reviews", body)
    time.sleep(1.1)  # a step must come strictly after the one before


def comment(pull: Request) -> str:
    """What the gate says of it, as it is read."""
    (said,) = pull.comments
    assert said["user"]["login"] == "chot-duyet[bot]"
    return html.unescape(said["body"])


def about(pull: Request) -> dict[str, str]:
    """What GitHub tells a workflow of a proposal."""
    return {
        "github.event.pull_request.number": str(pull.number),
    }


def test_what_is_proposed_is_checked_shown_and_judged(town: GitHubTown, runner: Runner) -> None:
    town.sits_down("an")
    (town.portal / "tin-tuc" / "2026" / "gio-tiep-nhan.md").write_text(ARTICLE, encoding="utf-8")
    said = town.types("an", "propose", "Giờ tiếp nhận chiều thứ Sáu")
    assert said.code == 0, said.text
    pull = town.github.pulls[1]

    checked = runner.job("check.yml", "content", about(pull))
    assert checked.code == 0, checked.text
    assert "Kiểm tra xong" in checked.summary
    made = runner.job("preview.yml", "preview", about(pull))
    assert made.code == 0, made.text
    (page,) = runner.folder.glob("máy-*/xem-thu-*.html")
    assert "Giờ tiếp nhận chiều thứ Sáu" in page.read_text(encoding="utf-8")
    assert runner.job("review.yml", "said").code == 0

    judged = runner.job("gate.yml", "gate")
    assert judged.code == 0, judged.text
    assert pull.merged is None
    assert pull.labels == {"cho-tham-dinh"}
    assert town.github.statuses[0]["state"] == "failure"
    link = f"{town.github.web}/{FULL}/actions/runs/2/artifacts/"
    assert "còn chờ" in comment(pull) and f"]({link}" in comment(pull)


def test_what_passes_is_merged_and_nothing_else(town: GitHubTown, runner: Runner) -> None:
    pull = town.github.pulls[1]
    presses(town, "binh", pull)
    presses(town, "chau", pull)
    before = town.github.tip()
    broken = other(town)
    judged = runner.job("gate.yml", "gate")
    assert pull.merged, judged.text
    # What cannot be judged is told, and keeps nothing else from being merged.
    assert judged.code == 1
    assert f"Đề xuất {broken.number}" in judged.text
    latest = next(s for s in town.github.statuses if s["url"].endswith(broken.head))
    assert (latest["state"], latest["description"]) == ("failure", "Chưa xét được đề xuất này.")
    assert town.github.repository.git("rev-parse", f"{town.github.tip()}^1") == before
    told = town.github.repository.git("log", "-1", "--format=%B", "main")
    assert "Approved-by: Trưởng Ban Biên tập" in told
    assert "Proposal: 1" in told


def test_what_is_merged_goes_live(town: GitHubTown, runner: Runner) -> None:
    live = runner.job("publish.yml", "publish")
    assert live.code == 0, live.text
    assert any("19 giờ chiều thứ Sáu" in each for each in pages(town.folder / "www"))
    record = town.types("an", "log", "gio-tiep-nhan")
    assert record.code == 0, record.text
    for word in ("binh", "chau", "đề xuất 1"):
        assert word in record.text.lower()


def other(town: GitHubTown) -> Request:
    """A proposal that brings a link to elsewhere."""
    git = town.git
    git("switch", "--quiet", "--detach", "main")
    (town.portal / "tin-tuc" / "duong-tat.md").symlink_to("/etc/hostname")
    git("add", "--all")
    git("commit", "--quiet", "-m", "Đường tắt")
    git("push", "--quiet", str(town.github.repository.path), "HEAD:refs/heads/duong-tat")
    api = Api("ma-an", base=town.github.api, now=lambda: dt.datetime.now(VIETNAM), pace=0)
    body = {"title": "Đường tắt", "head": "duong-tat", "base": "main"}
    return town.github.pulls[api.send("POST", f"/repos/{FULL}/pulls", body)["number"]]


def pages(folder: Path) -> Iterator[str]:
    """Every page that is live in a folder."""
    for path in (folder / "live").resolve().rglob("*.html"):
        yield path.read_text(encoding="utf-8")


def test_pages_are_pushed_with_the_releases(town: GitHubTown, runner: Runner) -> None:
    done = runner.job("publish.yml", "publish", {"vars.CONG_PUBLISH": f"{PORTAL} pages /cong"})
    assert done.code == 0, done.text
    refs = town.github.refs()
    assert "refs/heads/gh-pages" in refs
    assert "refs/heads/gh-pages-releases" in refs


def test_a_bad_night_leaves_the_site_and_opens_an_issue(town: GitHubTown, runner: Runner) -> None:
    checked = runner.job("nightly.yml", "check")
    assert checked.code == 0, checked.text
    assert "Kiểm tra xong" in checked.summary
    before = (town.folder / "www" / "live").resolve()
    wrong = {"vars.CONG_PUBLISH": f"{PORTAL} {town.folder / 'www' / 'live' / 'index.html'}"}
    assert runner.job("publish.yml", "publish", wrong).code
    assert (town.folder / "www" / "live").resolve() == before
    assert runner.job("publish.yml", "tell").code == 0
    told = runner.job("nightly.yml", "tell", {BAD: "true", GOOD: "false"})
    assert told.code == 0, told.text
    (issue,) = town.github.issues.values()
    assert issue.closed is None
    told = runner.job("nightly.yml", "tell")
    assert told.code == 0, told.text
    assert issue.closed


def test_every_command_of_every_workflow_was_run(runner: Runner) -> None:
    wanted = {step["run"] for _, _, step in steps() if "run" in step}
    assert wanted - ELSEWHERE == runner.ran
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in ELSEWHERE:
        assert f"\n{command.removeprefix('make ')}:" in makefile
