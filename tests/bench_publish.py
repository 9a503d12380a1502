"""``make bench-publish``: from an approved commit to the page that citizens read, phase by phase.

The default portal is published into a folder from a clone of this checkout: the first time, again
after one item has changed, and once more when nothing has. Then the whole way, as it is typed: the
head's ``cong approve`` is the last of a proposal, and ends when citizens read it.
"""

import datetime as dt
import os
import platform
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from regulation.yamlfile import VIETNAM
from tests.small import ROOT
from tests.workflow.proposing.town import Said, settle
from workflow.publish.folder import FolderTarget
from workflow.publish.publishing import Wanted, publish
from workflow.publish.verbs import DEFAULT_PORTAL

PHASES = {
    "Đang lấy": "worktree",
    "Đang dựng": "build",
    "Đang so với": "describe",
    "Đang soát": "verify",
    "Đang đưa": "put",
}


def git(folder: Path, *words: str) -> None:
    """Runs git in a folder."""
    name = ("-c", "user.name=Thu", "-c", "user.email=thu@example.vn")
    subprocess.run(["git", *name, *words], cwd=folder, check=True, capture_output=True)


def measured(repository: Path, folder: Path, now: dt.datetime) -> dict[str, float]:
    """Seconds by phase of one publication."""
    begun: list[tuple[str, float]] = []

    def say(words: str) -> None:
        begun.append((words, time.monotonic()))

    wanted = Wanted(DEFAULT_PORTAL, allow_samples=True)
    started = time.monotonic()
    publish(repository, wanted, FolderTarget(folder), lambda: now, say)
    ended = time.monotonic()
    found = dict.fromkeys(PHASES.values(), 0.0)
    for (words, at), (_, until) in zip(begun, [*begun[1:], ("", ended)], strict=True):
        for start, phase in PHASES.items():
            if words.startswith(start):
                found[phase] = until - at
    return {**found, "all": ended - started}


def approved(folder: Path) -> tuple[float, float]:
    """From typing ``cong approve`` to the live page: gate, checks, merge, publication.

    Returns:
        Seconds, and seconds of processor time, which say more when other work runs beside.
    """
    town = settle(folder, whole=True)
    town.git("config", f"cong.{DEFAULT_PORTAL}.publishTo", str(folder / "www"))
    town.git("config", f"cong.{DEFAULT_PORTAL}.publishSamples", "true")
    _done(town.cong_afresh("em", "publish"))
    town.sits_down("an")
    item = next((town.portal / "tin-tuc").rglob("*.md"))
    text = item.read_text(encoding="utf-8")
    item.write_text(f"{text}\nThêm một câu.\n", encoding="utf-8")
    _done(town.cong_afresh("an", "propose", "Thêm một câu", "--update", "Thêm một câu"))
    _done(town.cong_afresh("binh", "approve", "1"))
    started, before = time.monotonic(), os.times()
    _done(town.cong_afresh("chau", "approve", "1"))
    ended, after = time.monotonic(), os.times()
    worked = sum(after[2:4]) - sum(before[2:4])  # of what was started here, and has ended
    page = folder / "www" / "live" / item.relative_to(town.portal).with_suffix("") / "index.html"
    if "Thêm một câu." not in page.read_text(encoding="utf-8"):
        raise SystemExit(f"{page}: not what was approved")
    return ended - started, worked


def _done(said: Said) -> None:
    if said.code:
        raise SystemExit(said.text)


def main() -> None:
    """Prints the figures as a table."""
    now = dt.datetime.now(VIETNAM)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(
        f"{now:%d/%m/%Y}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.machine()}, Python "
        f"{platform.python_version()}, load {os.getloadavg()[0]:.1f}\n"
    )
    print(f"| {DEFAULT_PORTAL} | {' | '.join(PHASES.values())} | all s |")
    print("|---" * (len(PHASES) + 2) + "|")
    folder = Path(tempfile.mkdtemp(prefix="cong-bench-"))
    try:
        repository, www = folder / "repository", folder / "www"
        git(folder, "clone", "--quiet", "--branch", "main", str(ROOT), str(repository))
        first = next((repository / "content" / DEFAULT_PORTAL / "tin-tuc").rglob("*.md"))
        for number, what in enumerate(("first", "one item changed", "nothing changed")):
            if number == 1:
                text = first.read_text(encoding="utf-8")
                first.write_text(f"{text}\nThêm một câu.\n", encoding="utf-8")
                git(repository, "commit", "--quiet", "--all", "-m", "Thêm một câu")
            found = measured(repository, www, now + dt.timedelta(seconds=number))
            print(f"| {what} | {' | '.join(f'{seconds:.1f}' for seconds in found.values())} |")
        seconds, worked = approved(folder / "town")
        print(f"\ncong approve, to the live page: {seconds:.1f} s ({worked:.1f} s of processor)")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
