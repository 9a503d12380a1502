"""``make bench-check``: how long the checks take, of the whole and of a change, as a site grows.

The site as it is, and copies with made-up news beside it: sentences of common words by a fixed
seed, so that no two are alike. Every figure is of a process of its own, from start to end.
"""

import datetime as dt
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from regulation.yamlfile import VIETNAM

ROOT = Path(__file__).resolve().parents[1]
PORTAL = "laocai-cchc"
SECTION = "tin-tuc"
SIZES = (0, 2_000, 10_000)
RUNS = 3
WORDS = """tỉnh xã phường hồ sơ thủ tục người dân cán bộ công chức hội nghị kế hoạch báo cáo kiểm
tra triển khai cải cách trực tuyến một cửa đất đai xây dựng y tế giáo dục nông nghiệp du
lịch đường cầu chợ rừng sông núi mùa vụ lúa chè quế học sinh cô giáo bác sĩ kỹ sư máy
tính mạng số tiêu tỷ lệ hài lòng thời hạn giải quyết tiếp nhận phản ánh kiến nghị trả
lời công khai minh bạch tập huấn bồi dưỡng kỹ năng chứng nhận biểu dương khen thưởng
đánh giá xếp hạng chỉ số ngân sách""".split()


def main() -> None:
    """Prints the figures as a table."""
    today = dt.datetime.now(VIETNAM)
    print(f"{today:%d/%m/%Y}, {platform.machine()}, Python {platform.python_version()}\n")
    print("| items | whole s | first s | 1 item s | 10 items s | nothing s | whole : 1 |")
    print("|---|---|---|---|---|---|---|")
    for more in SIZES:
        with tempfile.TemporaryDirectory() as name:
            root = Path(name)
            total = make(root, more)
            whole = statistics.median(timed(root) for _ in range(1 if more > 2_000 else RUNS))
            made = timed(root, "--base", "main")
            nothing = median(root)
            change(root, 1)
            one = median(root)
            change(root, 10)
            ten = median(root)
            print(
                f"| {total} | {whole:.1f} | {made:.1f} | {one:.1f} | {ten:.1f} | {nothing:.1f} "
                f"| {whole / one:.0f} |",
                flush=True,
            )


def make(root: Path, more: int) -> int:
    """Makes a repository with the four portals and some more news; how many items it has."""
    shutil.copytree(ROOT / "content", root / "content")
    (root / "pyproject.toml").write_text("", encoding="utf-8")
    dice = random.Random(7)
    for number in range(more):
        write(root, number, dice)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "x")
    return sum(1 for path in root.glob("content/*/*/*/*.md"))


def write(root: Path, number: int, dice: random.Random) -> None:
    """Writes one made-up item; every tenth links to another."""
    text = " ".join(dice.choice(WORDS) for _ in range(300))
    link = f"\n\n[Tin trước](tin-{number - 1}.md)" if number % 10 == 9 else ""
    path = root / "content" / PORTAL / SECTION / "2026" / f"tin-{number}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"---\nid: tin-{number}\ntitle: Tin số {number} về {text[:40].strip()}\n"
        f"summary: {text[40:120].strip()}\nposted: 2026-05-0{1 + number % 9} 08:00\n"
        f"agency: so-noi-vu\nsource: Nội dung mẫu\nsample: true\n---\n\n{text}{link}\n",
        encoding="utf-8",
    )


def change(root: Path, count: int) -> None:
    """Changes some items in the checkout."""
    paths = sorted(root.glob(f"content/{PORTAL}/**/2026/*.md"))[-count:]
    for path in paths:
        path.write_text(path.read_text("utf-8") + "\nThêm một dòng mới ở cuối bài.\n", "utf-8")


def median(root: Path) -> float:
    """The median of some runs against the base."""
    return statistics.median(timed(root, "--base", "main") for _ in range(RUNS))


def timed(root: Path, *words: str) -> float:
    """Seconds that the command takes."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "cong", "check", *words],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT), "CONG_CLAMD": "off"},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - began
    if done.returncode:
        raise SystemExit(done.stderr)
    return seconds


def git(root: Path, *words: str) -> None:
    """Runs Git without anybody's own settings."""
    who = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    names = ("-c", "user.name=A", "-c", "user.email=a@example.vn")
    subprocess.run(["git", *names, *words], cwd=root, check=True, env={**os.environ, **who})


if __name__ == "__main__":
    main()
