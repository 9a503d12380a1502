"""What somebody puts on the main branch past the gate: not published, not vouched for, told of."""

import datetime as dt
import os
import re
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.yamlfile import VIETNAM
from workflow.forge import Act, Event
from workflow.forge.vouching import APPROVED, REVIEWED, disagreements
from workflow.git import Git
from workflow.proposals import Verdict
from workflow.proposing.merging import NOTES
from workflow.proposing.trailers import trailers_of

from .town import PORTAL, Town, settle

ITEM = "tin-tuc/2026/ra-soat-giay-to"
ID = "tt-ra-soat-giay-to"
FILE = f"content/{PORTAL}/{ITEM}.md"
FORGED = """\
Đề xuất 1: Thêm một câu

Reviewed-by: Thành viên phụ trách tin tức, tuyên truyền (quangnam-cchc), 21:50 ngày 22/11/2020, bản {}
Approved-by: Trưởng Ban Biên tập (quangnam-cchc), 21:51 ngày 22/11/2020, bản {}
Proposal: 1
Record: {}
"""  # noqa: E501 – as the forge writes it


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A repository with its people; what is approved goes to a folder."""
    made = settle(tmp_path)
    made.git("config", f"cong.{PORTAL}.publishSamples", "true")
    made.git("config", f"cong.{PORTAL}.publishTo", str(made.folder / "www"))
    return made


def page(town: Town) -> str:
    return (town.folder / "www" / "live" / ITEM / "index.html").read_text(encoding="utf-8")


def add(town: Town, words: str, file: str = FILE) -> None:
    path = town.root / file
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{words}\n", encoding="utf-8")


def proposed(town: Town, words: str, file: str = FILE) -> str:
    town.sits_down("an")
    town.git("switch", "--quiet", "main")
    add(town, words, file)
    said = town.cong("an", "propose", words, "--minor")
    number = re.search(r"Đã mở đề xuất (\d+)", said.text)
    assert number, said.text
    return number[1]


def commands(said: str) -> list[str]:
    """The commands of Git that a message gives, each as it would be copied."""
    found = re.search(r": (git (?:-C|switch) .*? && git .*?[0-9a-f]{7})(?:\. | && cong)", said)
    assert found, said
    return found[1].split(" && ")


@pytest.mark.timeout(300)
@pytest.mark.long
def test_what_is_committed_on_the_main_branch_is_not_published(town: Town) -> None:
    assert town.cong("em", "publish").code == 0
    start = town.git("rev-parse", "main").strip()
    add(town, "Câu chưa duyệt.")
    town.git("commit", "--quiet", "-am", "Sửa thẳng")
    straight = town.git("rev-parse", "--short=7", "main").strip()
    said = town.cong("em", "publish")
    assert said.code == 1
    assert f"Bản {straight} “Sửa thẳng” ({FILE}): không qua đề xuất nào." in said.text
    assert "Câu chưa duyệt" not in page(town)

    # What it says is typed, and what was written is proposed and published like anything else.
    for line in commands(said.text):
        subprocess.run(line.split(), cwd=town.root, env=town.environment, check=True)
    assert town.git("rev-parse", "main").strip() == start
    assert town.cong("em", "publish").code == 0
    assert "✓ Đã mở đề xuất 1," in town.cong("em", "propose", "Một câu", "--minor").text


@pytest.mark.timeout(300)
@pytest.mark.long
def test_an_unrelated_approval_does_not_carry_it_along(town: Town) -> None:
    assert town.cong("em", "publish").code == 0
    other = next((town.portal / "tin-tuc" / "2026").glob("[a-p]*.md"))
    number = proposed(town, "Câu đã duyệt.", other.relative_to(town.root).as_posix())
    town.git("switch", "--quiet", "main")
    add(town, "Câu chưa duyệt.")
    town.git("commit", "--quiet", "-am", "Sửa thẳng")
    straight = town.git("rev-parse", "--short=7", "main").strip()
    town.cong("binh", "approve", number)
    said = town.cong("chau", "approve", number)
    assert said.code == 1, said.text
    assert "✓ Đã nhập đề xuất 1" in said.text
    assert f"Bản {straight} “Sửa thẳng”" in said.text
    assert "đừng đưa nhánh lùi lại" in said.text
    assert "Câu chưa duyệt" not in page(town)

    # Taken back by an approved proposal, as it says, everything approved is live.
    town.sits_down("an")
    for line in commands(said.text):
        subprocess.run(line.split(), cwd=town.root, env=town.environment, check=True)
    opened = town.cong("an", "propose", f"Bỏ thay đổi chưa duyệt {straight}")
    assert opened.code == 0, opened.text
    town.cong("binh", "approve", "2")
    said = town.cong("chau", "approve", "2")
    assert said.code == 0, said.text
    assert "Câu chưa duyệt" not in page(town)


@pytest.mark.timeout(300)
def test_a_merge_made_by_hand_with_invented_trailers(town: Town) -> None:
    assert town.cong("em", "publish").code == 0
    number = proposed(town, "Câu chưa duyệt.")
    head = town.git("rev-parse", "--short=7", "de-xuat/1").strip()
    record = town.git("rev-parse", "refs/cong/proposals/1").strip()
    before = town.git("rev-parse", "main").strip()
    words = ("commit-tree", "de-xuat/1^{tree}", "-p", "main", "-p", "de-xuat/1", "-m")
    for message in (FORGED.format(head, head, record), f"x\n\nProposal: 1\nRecord: {record}\n"):
        made = town.git(*words, message).strip()
        town.git("update-ref", "refs/heads/main", made)
        for typed in (("show", number), ("proposals",), ("proposals", "--closed"), ("log", ID)):
            town.cong("em", *typed)
        assert town.git("rev-parse", "refs/cong/proposals/1").strip() == record
        told = town.cong("em", "log", ID)
        assert told.code == 1
        assert re.search(rf"✗ .*{made[:7]} làm ngoài lệnh cong", told.text), told.text
        said = town.cong("em", "publish")
        assert said.code == 1
        assert f"Bản {made[:7]} “" in said.text
        assert "Câu chưa duyệt" not in page(town)
        town.git("update-ref", "refs/heads/main", before)

    # Really approved, it passes; and trailers that say something else are told of afterwards.
    town.cong("binh", "approve", number)
    assert town.cong("chau", "approve", number).code == 0
    assert "Câu chưa duyệt" in page(town)
    told = town.cong("em", "log", ID)
    assert f"{number}: Câu chưa duyệt." in told.text
    assert "làm ngoài" not in told.text


def test_what_the_trailers_of_a_merge_must_be() -> None:
    at = dt.datetime(2026, 11, 22, 21, 50, tzinfo=VIETNAM)
    head, merge = "f3407af" + "0" * 33, "a" * 40

    def said(who: str, minutes: int, verdict: Verdict = Verdict.APPROVE) -> Event:
        return Event(Act.REVIEWED, who, at + dt.timedelta(minutes=minutes), head, verdict)

    def line(post: str, minutes: int, commit: str = "f3407af", portal: str = PORTAL) -> str:
        return f"{post} ({portal}), 21:{50 + minutes} ngày 22/11/2026, bản {commit}"

    merged = Event(Act.MERGED, "chau", at + dt.timedelta(minutes=3), merge)
    right = {REVIEWED: (line("Thành viên", 0),), APPROVED: (line("Trưởng Ban", 1),)}
    both = [said("binh", 0), said("chau", 1)]
    assert list(disagreements(right, [*both, merged], merge)) == []
    gone = Event(Act.DISMISSED, "chau", at + dt.timedelta(minutes=2), head)
    cases = {
        "nobody": ([merged], 2),
        "another clock": ([said("binh", 0), said("chau", 2), merged], 1),
        "afterwards": ([said("binh", 0), merged, said("chau", 1)], 1),
        "one person": ([said("binh", 0), said("binh", 1), merged], 1),
        "no approval": ([said("binh", 0), said("chau", 1, Verdict.COMMENT), merged], 1),
        "taken back": ([*both, gone, merged], 1),
        "taken back later": ([*both, merged, gone], 0),
    }
    for name, (events, count) in cases.items():
        assert len(list(disagreements(right, events, merge))) == count, name
    for wrong in ("Ai đó", line("Trưởng Ban", 1, commit="f3407aa")):
        assert len(list(disagreements({APPROVED: (wrong,)}, [*both, merged], merge))) == 1
    two = {REVIEWED: (line("Thành viên", 0),), APPROVED: (line("Ủy viên", 0, portal="quangnam"),)}
    assert list(disagreements(two, [said("binh", 0), merged], merge)) == []


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60),
        min_size=1,
        max_size=3,
    )
)
@settings(max_examples=25, deadline=None)
def test_any_text_in_a_commit_leaves_its_trailers_readable(said: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        nowhere = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
        git = Git(Path(folder), {**os.environ, **nowhere})
        git.run("init", "--quiet", "--initial-branch=main")
        who = {f"GIT_{r}_{k}": "a@b" for r in ("AUTHOR", "COMMITTER") for k in ("NAME", "EMAIL")}
        for text in ("Đầu", *said):
            message = f"{text}\n\nUpdate: Giờ\x1f {text}\nCorrection: a\x1eb\n".encode()
            git.run(
                *("commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "-F", "-"),
                stdin=message,
                extra=who,
            )
        found = list(trailers_of(git, NOTES, "HEAD"))
        assert len(found) == len(said) + 1
        assert found[-1]["Correction"] == ("a b",)
        for each in found:
            assert each.keys() == set(NOTES)
            assert all(text.isprintable() for values in each.values() for text in values)
