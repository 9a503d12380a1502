"""The same story on GitHub: commands as people type them, over a stand-in, by its teams."""

import datetime as dt
import html
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from accounts.holders import DatabaseStaff
from regulation.yamlfile import VIETNAM
from tests.workflow.forge.drivers import Repository, environment
from tests.workflow.forge.standin import FULL, App, Standin
from tests.workflow.forge.test_github_app import INSIDE, KEY, RSA, public
from workflow.forge.github.staff import GitHubStaff
from workflow.proposing.context import context

from .town import PORTAL, STAFF, Said, Town, settle

ARTICLE = """\
---
id: gio-tiep-nhan
title: Bộ phận Một cửa nhận hồ sơ đến 19 giờ chiều thứ Sáu
summary: Từ tháng 12, ai bận giờ hành chính có thể nộp hồ sơ vào chiều thứ Sáu.
posted: 2026-11-22 08:00
agency: so-noi-vu-da-nang
author: Phòng Cải cách hành chính
source: Sở Nội vụ
---

Từ ngày 01/12/2026, Bộ phận Một cửa nhận hồ sơ đến 19 giờ chiều thứ Sáu.
"""


@dataclass(frozen=True)
class GitHubTown(Town):
    """A town whose proposals live on GitHub; who holds a post is in its team."""

    github: Standin

    @property
    def environment(self) -> dict[str, str]:
        """Of a machine that has no list of its own."""
        kept = super().environment
        kept.pop("CONG_ACCOUNTS", None)
        return kept | {
            "CONG_FORGE": f"github:{FULL}",
            "GITHUB_SERVER_URL": self.github.web,
            "GITHUB_API_URL": self.github.api,
        }

    def types(self, who: str, *words: str) -> Said:
        """Somebody types a command with their own token."""
        return self.cong(who, *words, more={"GH_TOKEN": f"ma-{who}"})


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHubTown]:
    """A checkout, and GitHub with its main branch and its teams."""
    folder = tmp_path_factory.mktemp("town")
    settled = settle(folder)
    there = Repository(folder / "github.git", environment(folder))
    Repository(folder, there.env).git("init", "--quiet", "--bare", str(there.path))
    settled.git("push", "--quiet", str(there.path), "main")
    github = Standin(there, lambda: dt.datetime.now(VIETNAM))
    github.hosts.add("tinh.example")
    github.programs.add("chot[bot]")
    for who, post in STAFF.items():
        github.team(f"{PORTAL}-{post}", who.upper() if who == "chau" else who)
    yield GitHubTown(folder, github)
    github.stop()


def test_from_an_article_to_the_main_branch(town: GitHubTown) -> None:
    town.sits_down("an")
    file = town.portal / "tin-tuc" / "2026" / "gio-tiep-nhan.md"
    file.write_text(ARTICLE, encoding="utf-8")
    said = town.types("an", "propose", "Giờ tiếp nhận chiều thứ Sáu")
    assert said.code == 0, said.text
    assert "Đã mở đề xuất 1" in said.text
    second()
    said = town.types("binh", "approve", "1")
    assert "Còn chờ" in said.text, said.text
    early = town.types("chot[bot]", "gate", "--proposal", "1", "--post")
    assert early.code == 1
    assert town.github.statuses[0]["state"] == "failure"
    second()
    said = town.types("chau", "approve", "1", "--no-merge")
    assert said.code == 0, said.text
    gate = town.types("chot[bot]", "gate", "--proposal", "1", "--post")
    assert gate.code == 0, gate.text
    assert town.github.statuses[0]["state"] == "success"
    assert len(town.github.pulls[1].comments) == 1
    before = town.github.tip()
    said = town.types("chot[bot]", "merge", "1")
    assert said.code == 0, said.text
    assert town.github.repository.git("rev-parse", f"{town.github.tip()}^1") == before
    told = town.github.repository.git("log", "-1", "--format=%B", "main")
    assert "Approved-by: Trưởng Ban Biên tập" in told
    assert "Proposal: 1" in told

    record = town.types("an", "log", "gio-tiep-nhan")
    assert record.code == 0, record.text
    for word in ("binh", "chau", "đề xuất 1"):
        assert word.lower() in record.text.lower()


def test_the_gate_looks_at_all_that_waits_and_merges_what_passes(town: GitHubTown) -> None:
    numbers = []
    for name, draft in (("mot", False), ("hai", False), ("ba", True)):
        town.sits_down("an")
        town.git("switch", "--quiet", "--detach", "main")
        file = town.portal / "tin-tuc" / "2026" / f"bai-{name}.md"
        text = ARTICLE.replace("gio-tiep-nhan", f"bai-{name}").replace("19 giờ", f"{name} giờ")
        file.write_text(text.replace("chiều", f"sáng {name}"), encoding="utf-8")
        words = ("propose", f"Bài {name}", *(["--draft"] if draft else []))
        said = town.types("an", *words)
        assert said.code == 0, said.text
        found = re.search(r"đề xuất (\d+)", said.text)
        assert found
        numbers.append(found[1])
    second()
    one, two, three = numbers
    for who in ("binh", "chau"):
        assert town.types(who, "approve", one, "--no-merge").code == 0
        second()
    said = town.types("chot[bot]", "gate", "--all", "--post", "--merge")
    assert said.code == 0, said.text
    pulls = town.github.pulls
    assert pulls[int(one)].merged
    assert not pulls[int(two)].merged
    assert pulls[int(two)].labels == {"cho-tham-dinh"}
    assert pulls[int(three)].labels == set()  # its author still works on it
    shown = html.unescape(pulls[int(two)].comments[0]["body"])
    assert "còn chờ Thành viên" in shown

    # One that cannot be judged keeps no other from being judged.
    town.git("switch", "--quiet", "--detach", pulls[int(two)].head)
    (town.portal / "tin-tuc" / "duong-tat.md").symlink_to("/etc/hostname")
    town.git("add", "--all")
    town.git("commit", "--quiet", "-m", "Đường tắt")
    town.git("push", "--quiet", str(town.github.repository.path), "HEAD:refs/heads/thu")
    town.github.moved(pulls[int(two)], town.git("rev-parse", "HEAD").strip())
    said = town.types("chot[bot]", "gate", "--all", "--post")
    assert said.code == 1
    assert f"Đề xuất {three}:" in said.text
    latest = next(s for s in town.github.statuses if s["url"].endswith(pulls[int(two)].head))
    assert (latest["state"], latest["description"]) == ("failure", "Chưa xét được đề xuất này.")

    for words, code in ((("gate",), 2), (("gate", "--all", "--proposal", two), 2)):
        assert town.types("chot[bot]", *words).code == code


def test_without_a_token_nothing_is_asked(town: GitHubTown) -> None:
    town.github.asked.clear()
    said = town.cong("an", "proposals")
    assert said.code == 1
    assert "GH_TOKEN" in said.text
    assert town.github.asked == []


@pytest.mark.parametrize("named", [True, False])
def test_the_staff_is_the_database_that_is_named_or_teams(town: GitHubTown, named: bool) -> None:
    more = {"GH_TOKEN": "ma-an"}
    if named:
        more["CONG_ACCOUNTS"] = str(town.folder / "accounts.sqlite")
    environment = town.environment | more
    with context(town.root, environment, town.folder, lambda: dt.datetime.now(VIETNAM)) as here:
        assert here.forge.name == "github"
        assert isinstance(here.staff, DatabaseStaff if named else GitHubStaff)
        assert not named or here.staff.forge == "github"
        # What binds is the main branch as GitHub has it, whatever the checkout has.
        assert here.git_of_forge.run("rev-parse", "main").line == town.github.tip()


def test_setting_up_says_what_is_left_to_people(town: GitHubTown) -> None:
    town.github.organisations.add(FULL.partition("/")[0])
    said = town.types("em", "forge", "setup", "--dry-run")
    assert said.code == 0, said.text
    assert "Sẽ làm: Đặt quy tắc “Cổng: nhánh chính”" in said.text
    assert f"Lập nhóm {PORTAL}-{STAFF['an']}" not in said.text  # it is there
    assert "GitHub App" in said.text
    assert town.github.rulesets == {}


def test_a_bad_night_is_told_and_a_good_one_closes_it(town: GitHubTown) -> None:
    said = town.types("chot[bot]", "forge", "alert", "Phát hành ban đêm không thành công")
    assert said.code == 0, said.text
    (issue,) = town.github.issues.values()
    assert f"Đã mở thông báo {issue.number}" in said.text
    said = town.types("chot[bot]", "forge", "alert", "--clear")
    assert (said.code, issue.closed is None) == (0, False), said.text
    said = town.types("chot[bot]", "forge", "alert", "--clear")
    assert (said.code, "Không có thông báo" in said.text) == (0, True), said.text


def test_a_notice_without_github_or_without_words_is_refused(town: GitHubTown) -> None:
    said = town.cong("an", "forge", "alert", "Hỏng", more={"CONG_FORGE": "local"})
    assert (said.code, "MAILTO" in said.text) == (1, True), said.text
    for words in ([], [" "], ["Hỏng", "--clear"]):
        assert town.types("an", "forge", "alert", *words).code == 2


def test_an_app_signs_in_with_its_key(town: GitHubTown) -> None:
    town.github.register(App(4711, "Iv1.chot", "chot-duyet", public(RSA)))
    more = {"CONG_GITHUB_APP": "4711", "CONG_GITHUB_APP_KEY": KEY, "CONG_DEBUG": "1"}
    said = town.cong("an", "proposals", more=more)
    assert said.code == 0, said.text
    assert [each["login"] for each in town.github.sessions.values()] == ["chot-duyet[bot]"]
    more["CONG_GITHUB_APP_KEY"] = KEY.replace(INSIDE, INSIDE[::-1])
    said = town.cong("an", "proposals", more=more)
    assert (said.code, "CONG_GITHUB_APP_KEY" in said.text) == (1, True), said.text
    assert INSIDE[::-1] not in said.text


def second() -> None:
    """A step must come strictly after the one before, and GitHub's times are whole seconds."""
    time.sleep(1.1)
