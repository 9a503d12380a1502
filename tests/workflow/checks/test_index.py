"""The index: thrown away, spoiled, raced for; its answers stay those of the files."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.small import PORTAL, ROOT, article
from tests.workflow.checks.repository import WHO, Repository
from workflow.git import Git
from workflow.index import Index, index_file

NEWS = "tin-tuc/2026/x.md"
LINK = "Không có"


def file_of(repo: Repository) -> Path:
    return index_file(Git(repo.root, dict(os.environ)))


def break_link(repo: Repository) -> None:
    repo.house.write(NEWS, article("x", body="[y](hop-ban.md)"))
    repo.publish()
    repo.move("tin-tuc/2026/hop-ban.en.md", "tin-tuc/2026/h.en.md")
    repo.move("tin-tuc/2026/hop-ban.md", "tin-tuc/2026/h.md")


def test_it_lies_in_git_s_own_folder_and_is_brought_along(repo: Repository) -> None:
    break_link(repo)
    first = repo.said()
    assert (NEWS, "") in first
    assert file_of(repo).parent == repo.root / ".git" / "cong"
    old = repo.base
    repo.publish()
    assert repo.said() == []
    assert repo.said(base=old) == first  # and back again


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(b"x" * 5000),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
        lambda file: run(file, "UPDATE meta SET value = 'x' WHERE name = 'version'"),
        lambda file: run(file, "DROP TABLE item"),
        lambda file: run(
            file, "UPDATE meta SET value = 'f' || substr(value, 2) WHERE name = 'commit'"
        ),
    ],
)
def test_it_is_made_anew_when_it_cannot_be_used(repo: Repository, spoil) -> None:
    break_link(repo)
    first = repo.said()
    spoil(file_of(repo))
    assert repo.said() == first


def run(file: Path, statement: str) -> None:
    database = sqlite3.connect(file)
    database.execute(statement)
    database.commit()
    database.close()


def test_where_it_cannot_be_written_it_is_made_in_memory(repo: Repository, tmp_path: Path) -> None:
    break_link(repo)
    first = repo.said()
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be", encoding="utf-8")
    assert repo.said(index=blocked / "index.sqlite3") == first


RACE = """
import os, sys
from pathlib import Path
from tests.workflow.checks.repository import WHO
from tests.small import NOW
from workflow.checks import check_change
from workflow.checks.change import change_of
from workflow.git import Git
git = Git(Path(sys.argv[1]), dict(os.environ) | WHO)
for base in sys.argv[2:]:
    with change_of(git, base, None) as change:
        found = check_change(git, change, NOW, file_checks=()).findings
    print(base, len(found), flush=True)
"""


def test_processes_that_want_other_commits_do_not_mislead_one_another(repo: Repository) -> None:
    bases = [repo.base]
    for name in ("a", "b"):
        repo.house.write(f"tin-tuc/2026/{name}.md", article(name, body="[y](hop-ban.md)"))
        bases.append(repo.commit())
    repo.move("tin-tuc/2026/hop-ban.md", "tin-tuc/2026/h.md")
    alone = {base: len(repo.check(base=base).findings) for base in bases}
    assert len({*alone.values()}) == 1
    file_of(repo).unlink()

    def race(order: list[str]) -> str:
        done = subprocess.run(
            [sys.executable, "-c", RACE, str(repo.root), *order],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | WHO | {"PYTHONPATH": str(ROOT)},
        )
        return done.stdout

    with ThreadPoolExecutor(3) as pool:
        told = [*pool.map(race, (bases * 3, bases[::-1] * 3, [*bases[1:], bases[0]] * 3))]
    for line in "".join(told).splitlines():
        base, count = line.split()
        assert alone[base] == int(count)
    assert len("".join(told).splitlines()) == 27


def test_rows_are_those_of_one_commit(repo: Repository) -> None:
    git = Git(repo.root, dict(os.environ))
    portal = repo.house.portal()
    index = Index(git)
    with index.at(repo.base, lambda _: portal) as rows:
        assert rows.has(f"content/{PORTAL}/tin-tuc/2026/hop-ban.md")
        assert len(rows.paths(PORTAL)) == 14
        assert rows.formerly(PORTAL, "/tin-tuc/2026/cho-cu/") == [
            f"content/{PORTAL}/tin-tuc/2026/doi-cho.md"
        ]
        assert len(rows.naming(PORTAL, "file", "media/phieu.txt")) == 2
        assert rows.unread(PORTAL) == rows.dangling(PORTAL) == []
