"""A town whose proposals live on GitHub."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from regulation.yamlfile import VIETNAM
from tests.workflow.forge.drivers import Repository, environment
from tests.workflow.forge.standin import FULL, Standin

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


@contextmanager
def open_town(folder: Path, *, real: bool = False) -> Iterator[GitHubTown]:
    """A checkout, and GitHub with its main branch and its teams.

    Args:
        folder: Where it lies.
        real: What is there is no sample, so that it can be published.
    """
    settled = settle(folder)
    if real:
        for file in settled.portal.rglob("*.md"):
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace("\nsample: true\n", "\n"), encoding="utf-8")
        settled.git("commit", "--quiet", "--all", "-m", "Nội dung thật")
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
