"""Commands as people type them where proposals live on GitHub, over a stand-in, by its teams.

The whole story is told by its workflows: tests/workflow/actions.
"""

import datetime as dt
import time
from collections.abc import Iterator

import pytest

from accounts.holders import DatabaseStaff
from regulation.yamlfile import VIETNAM
from tests.workflow.forge.standin import FULL, App
from tests.workflow.forge.test_github_app import INSIDE, KEY, RSA, public
from workflow.forge.github.staff import GitHubStaff
from workflow.proposing.context import context

from .github_town import ARTICLE, GitHubTown, open_town
from .town import PORTAL, STAFF


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHubTown]:
    """A checkout, and GitHub with its main branch, its teams and a proposal."""
    with open_town(tmp_path_factory.mktemp("town")) as town:
        town.sits_down("an")
        file = town.portal / "tin-tuc" / "2026" / "gio-tiep-nhan.md"
        file.write_text(ARTICLE, encoding="utf-8")
        said = town.types("an", "propose", "Giờ tiếp nhận chiều thứ Sáu")
        assert "Đã mở đề xuất 1" in said.text, said.text
        yield town


def test_what_is_not_approved_is_not_merged(town: GitHubTown) -> None:
    said = town.types("binh", "approve", "1")
    assert "Còn chờ" in said.text, said.text
    before = town.github.tip()
    assert town.types("chot[bot]", "merge", "1").code == 1
    assert town.github.tip() == before


def test_one_proposal_or_all_of_them(town: GitHubTown) -> None:
    for words in (("gate",), ("gate", "--all", "--proposal", "1")):
        assert town.types("chot[bot]", *words).code == 2


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


@pytest.mark.timeout(600)
def test_where_a_place_is_set_here_what_github_merged_goes_live(town: GitHubTown) -> None:
    """The checkout's own main branch is old; the settings are the checkout's."""
    www = town.folder / "www"
    town.git("config", f"cong.{PORTAL}.publishTo", str(www))
    town.git("config", f"cong.{PORTAL}.publishSamples", "true")
    town.git("switch", "--quiet", "--force", "main")
    town.sits_down("an")
    file = next((town.portal / "tin-tuc").rglob("*.md"))
    file.write_text(f"{file.read_text(encoding='utf-8')}\nThêm một câu.\n", encoding="utf-8")
    opened = town.types("an", "propose", "Thêm một câu", "--update", "Thêm một câu")
    number = opened.text.partition("đề xuất ")[2].partition(",")[0]
    second()
    assert town.types("binh", "approve", number).code == 0
    second()
    said = town.types("chau", "approve", number)
    assert said.code == 0, said.text
    merge, live = said.text.splitlines()[-2:]
    assert merge.startswith(f"✓ Đã nhập đề xuất {number} vào nhánh main")
    assert live.startswith(f"✓ Cổng {PORTAL}: đã phát hành bản")
    page = www / "live" / file.relative_to(town.portal).with_suffix("") / "index.html"
    assert "Thêm một câu." in page.read_text(encoding="utf-8")


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
