"""Taking down at once, as people type it: what is down stays down until whoever may lifts it."""

import datetime as dt
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from workflow.urgent import withdrawn

from .github_town import open_town
from .town import PORTAL, STAFF, Said, Town, settle

ITEM = "tin-tuc/2026/ra-soat-giay-to"
ID = "tt-ra-soat-giay-to"
MAY = "Trưởng Ban Biên tập"
"""The first of the posts that may take something down there."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A repository with its people, and a place where citizens read."""
    made = settle(tmp_path_factory.mktemp("town"), {**STAFF, "phu": "don-vi-van-hanh"})
    made.git("config", f"cong.{PORTAL}.publishTo", str(made.folder / "www"))
    made.git("config", f"cong.{PORTAL}.publishSamples", "true")
    return made


@pytest.fixture
def down(town: Town) -> Iterator[str]:
    """The number of a proposal by which the operator took an item down; lifted at the end."""
    town.git("switch", "--quiet", "--force", "main")
    number = number_of(taken_down(town, "Lộ số điện thoại"))
    assert "Lộ số điện thoại" in page(town)
    yield number
    town.git("switch", "--quiet", "--force", "main")
    town.cong("em", "withdraw", number, "--reason", "Xong")


def taken_down(town: Town, reason: str, who: str = "em", item: str = ID) -> Said:
    town.sits_down(who)
    return town.cong(who, "withdraw", "--urgent", item, "--reason", reason)


def number_of(said: Said) -> str:
    found = re.search(r"đề xuất (\d+)", said.text)
    assert said.code == 0 and found, said.text
    return found[1]


def page(town: Town, item: str = ITEM) -> str:
    return (town.folder / "www" / "live" / item / "index.html").read_text(encoding="utf-8")


def pushed(town: Town, who: str, number: str, change: dict[str, str], message: str) -> Said:
    """Somebody makes a commit on top of a proposal and proposes it, past what the verb refuses."""
    town.git("switch", "--quiet", "--force", "-C", f"bai/{who}", f"de-xuat/{number}")
    town.sits_down(who)
    for name, text in change.items():
        (town.portal / name).write_text(text, encoding="utf-8")
    town.git("commit", "--quiet", "--all", "-m", message)
    town.git("config", f"branch.bai/{who}.congProposal", number)
    return town.cong(who, "propose")


def forced(town: Town, who: str, number: str, more: Mapping[str, str] | None = None) -> None:
    """The same without the verb: the forge takes what the verb refuses."""
    code = (
        "import datetime as dt, os\n"
        "from pathlib import Path\n"
        "from regulation.yamlfile import VIETNAM\n"
        "from workflow.proposing.context import context\n"
        "now = lambda: dt.datetime.now(VIETNAM)\n"
        "with context(Path.cwd(), os.environ, Path.home(), now) as c:\n"
        f"    c.forge.push({number!r}, c.git.run('rev-parse', 'HEAD').line)\n"
    )
    environment = {**town.environment, "CONG_LOGIN": who, **(more or {})}
    words = [sys.executable, "-c", code]
    done = subprocess.run(
        words, cwd=town.root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def published(town: Town) -> Said:
    said = town.cong("em", "publish")
    assert said.code == 0, said.text
    return said


def other(town: Town) -> Path:
    """Another item that stands."""
    names = sorted((town.portal / "tin-tuc").rglob("*.md"))
    return next(each for each in names if each.stem != Path(ITEM).name and each.suffixes == [".md"])


@pytest.mark.timeout(300)
@pytest.mark.long
def test_what_strangers_push_to_it_counts_for_nothing_and_lifts_nothing(
    town: Town, down: str
) -> None:
    main = town.git("rev-parse", "main")
    file = other(town)
    name = file.relative_to(town.portal).as_posix()
    text = withdrawn(file.read_text("utf-8"), "Bịa", dt.date(2026, 11, 22))
    message = "Gỡ thêm một bài\n\nUrgent: Bịa"
    refused = pushed(town, "an", down, {name: text}, message)
    assert refused.code == 1, refused.text
    assert f"Đề xuất {down} đang gỡ khẩn content/{PORTAL}/{ITEM}.md" in refused.text
    assert MAY in refused.text

    # Past the verb: the forge takes it, and nothing of it takes effect.
    forced(town, "an", down)
    said = published(town)
    assert "Có bản mới hơn" in said.text
    assert "Bịa" not in page(town, name.removesuffix(".md"))
    assert "Lộ số điện thoại" in page(town)
    assert "29 trong 123" not in page(town)

    # Nor when it says nothing of being urgent, and brings the text back.
    town.git("switch", "--quiet", "--detach", "main")
    town.git("commit", "--quiet", "--allow-empty", "-m", "Đăng lại")
    forced(town, "an", down)
    said = published(town)
    assert "bản ấy không ghi là gỡ khẩn" in said.text
    assert "29 trong 123" not in page(town)
    listed = town.cong("binh", "proposals").text
    assert re.search(r"Lý do: Lộ số điện thoại\. \S", listed), listed

    # Having pushed there does not make them whoever may lift it.
    lifted = town.cong("an", "withdraw", down, "--reason", "Đăng lại")
    assert lifted.code == 1, lifted.text
    assert "chỉ người được gỡ khẩn mới rút được" in lifted.text
    assert town.git("rev-parse", "main") == main
    back = town.cong("em", "withdraw", down, "--reason", "Đã xem lại")
    assert f"✓ Cổng {PORTAL}: đã phát hành bản" in back.text, back.text
    assert "29 trong 123" in page(town)


@pytest.mark.timeout(300)
def test_it_is_down_whatever_else_happens_to_it(town: Town, down: str) -> None:
    again = taken_down(town, "Lần nữa", "phu")
    assert again.code == 1
    assert f"đang được gỡ khẩn theo đề xuất {down}" in again.text

    # Two by other means are one.
    file = town.portal / f"{ITEM}.md"
    town.git("switch", "--quiet", "-C", "bai/phu", "main")
    town.sits_down("phu")
    file.write_text(withdrawn(file.read_text("utf-8"), "Lần nữa", dt.date(2026, 11, 22)), "utf-8")
    town.git("commit", "--quiet", "--all", "-m", "Gỡ khẩn lần nữa\n\nUrgent: Lần nữa")
    second = number_of(town.cong("phu", "propose", "Gỡ khẩn lần nữa"))
    said = published(town)
    assert f"Đề xuất {down} cũng gỡ mục này." in said.text
    assert "Lộ số điện thoại" in page(town)
    assert "29 trong 123" not in page(town)

    assert town.cong("phu", "withdraw", second, "--reason", "Thừa").code == 0
    assert "Lộ số điện thoại" in page(town)


@pytest.mark.timeout(300)
def test_who_may_not_is_told_who_may_before_anything_is_opened(town: Town) -> None:
    before = town.cong("em", "proposals", "--closed").text
    town.git("switch", "--quiet", "--force", "main")
    refused = taken_down(town, "Lộ số", "an")
    assert refused.code == 1
    assert f"Bạn không giữ chức danh mà quy chế của cổng {PORTAL} cho gỡ khẩn" in refused.text
    assert f"được gỡ khẩn: {MAY}, " in refused.text
    assert town.cong("em", "proposals", "--closed").text == before


@pytest.mark.timeout(300)
@pytest.mark.long
def test_going_back_does_not_bring_back_what_is_down(town: Town) -> None:
    town.git("switch", "--quiet", "--force", "main")
    published(town)
    assert "29 trong 123" in page(town)
    listed = town.cong("em", "rollback", "--list").text
    [shows] = [line.split()[1] for line in listed.splitlines() if line.startswith("→")]
    number = number_of(taken_down(town, "Lộ số điện thoại"))
    refused = town.cong("em", "rollback")
    assert refused.code == 1, refused.text
    assert f"{ID} (/{ITEM}/)" in refused.text
    assert "--even-withdrawn" in refused.text
    assert "Lộ số điện thoại" in page(town)
    assert town.cong("em", "rollback", "--even-withdrawn").code == 0
    assert "29 trong 123" in page(town)
    published(town)
    assert "Lộ số điện thoại" in page(town)
    # Approved, it is down for good, also for who goes back.
    town.cong("binh", "approve", number)
    assert town.cong("chau", "approve", number).code == 0
    refused = town.cong("em", "rollback", shows)
    assert (refused.code, ID in refused.text) == (1, True), refused.text


@pytest.mark.timeout(300)
def test_on_github_a_push_of_others_lifts_nothing_either(tmp_path: Path) -> None:
    with open_town(tmp_path) as town:
        town.sits_down("em")
        down = town.types("em", "withdraw", "--urgent", ID, "--reason", "Lộ số điện thoại")
        number = number_of(down)
        assert "phải được duyệt trước" in down.text
        town.git("switch", "--quiet", "--detach", "main")
        town.sits_down("an")
        town.git("commit", "--quiet", "--allow-empty", "-m", "Đăng lại")
        file = town.portal / f"{ITEM}.md"
        file.write_text(f"{file.read_text('utf-8')}\nThêm.\n", "utf-8")
        town.git("commit", "--quiet", "--all", "-m", "Thêm một câu")
        forced(town, "an", number, {"GH_TOKEN": "ma-an"})
        listed = town.types("binh", "proposals")
        assert "Gỡ khẩn, phải được duyệt trước" in listed.text, listed.text
        assert "không tính: bản ấy không ghi là gỡ khẩn. Lý do: Lộ số điện thoại." in listed.text
        lifted = town.types("an", "withdraw", number, "--reason", "Đăng lại")
        assert (lifted.code, "chỉ người được gỡ khẩn" in lifted.text) == (1, True), lifted.text
