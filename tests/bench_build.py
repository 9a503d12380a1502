"""``make bench-build``: how long the portals take to build, and what a reader has to load.

Beside each figure of ours stands plain Pelican's, with its own ``simple`` theme, on the same
Markdown files: the ratio says what the regulation, the views and the finder cost.
"""

import datetime as dt
import gzip
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from regulation.yamlfile import VIETNAM
from tests.browser.site import NOW, PORTALS, ROOT

RUNS = 3

PLAIN = """
import pelican, sys
from pelican.settings import read_settings
settings = read_settings(override={
    "PATH": sys.argv[1], "OUTPUT_PATH": sys.argv[2], "SITEURL": "", "TIMEZONE": "Asia/Ho_Chi_Minh",
    "DEFAULT_LANG": "en", "PLUGINS": [], "READERS": {"html": None, "rst": None},
    "STATIC_PATHS": [], "PAGE_PATHS": [], "DEFAULT_PAGINATION": 20,
    "ARTICLE_TRANSLATION_ID": "",
})
pelican.Pelican(settings).run()
"""

OURS = """
import datetime, sys
from pathlib import Path
from plugins.build import build
root, portal, output, now = sys.argv[1:]
build(Path(root), portal, Path(output), datetime.datetime.fromisoformat(now))
"""


def timed(script: str, *arguments: str) -> tuple[float, int]:
    """Runs a script in a process of its own: seconds, and peak memory in MB of all so far."""
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-c", script, *arguments], check=True, cwd=ROOT, capture_output=True
    )
    seconds = time.monotonic() - started
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def plain_copy(portal: str, folder: Path) -> None:
    """The portal's Markdown as plain Pelican wants it: title and date above the text."""
    for path in sorted((ROOT / "content" / portal).rglob("*.md")):
        name = "-".join(path.relative_to(ROOT / "content" / portal).parts)
        body = path.read_text(encoding="utf-8").split("\n---\n", 1)[-1]
        (folder / name).write_text(f"Title: {name}\nDate: 2026-11-22\n\n{body}", encoding="utf-8")


def weight(folder: Path) -> tuple[int, int]:
    """The heaviest article page with the style sheet, and the home page's HTML, gzipped: bytes."""
    css = sum(len(gzip.compress(p.read_bytes(), 6)) for p in folder.glob("static/*.css"))
    articles = [
        len(gzip.compress(page.read_bytes(), 6))
        for page in folder.glob("*/2[0-9][0-9][0-9]/*/index.html")
    ]
    home = len(gzip.compress((folder / "index.html").read_bytes(), 6))
    return max(articles) + css, home + css


def main() -> None:
    """Prints the figures as a table."""
    today = dt.datetime.now(VIETNAM)
    print(f"{today:%d/%m/%Y}, {platform.machine()}, Python {platform.python_version()}\n")
    print(
        "| portal | pages | cold s | warm s | pages/s | plain Pelican s | ratio "
        "| heaviest item + CSS | home + CSS |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    peak = 0
    for portal in PORTALS:
        with tempfile.TemporaryDirectory() as name:
            output, plain, simple = (Path(name) / part for part in ("ours", "plain", "simple"))
            plain.mkdir()
            plain_copy(portal, plain)
            shutil.rmtree(ROOT / ".cache" / "pictures", ignore_errors=True)
            arguments = (str(ROOT), portal, str(output), NOW.isoformat())
            cold, peak = timed(OURS, *arguments)
            warm = statistics.median(timed(OURS, *arguments)[0] for _ in range(RUNS))
            other = statistics.median(timed(PLAIN, str(plain), str(simple))[0] for _ in range(RUNS))
            pages = sum(1 for _ in output.rglob("*.html"))
            item, home = weight(output)
            print(
                f"| {portal} | {pages} | {cold:.1f} | {warm:.1f} | {pages / warm:.0f} "
                f"| {other:.1f} | {warm / other:.1f} "
                f"| {item / 1000:.1f} kB | {home / 1000:.1f} kB |"
            )
    print(f"\nPeak memory of any build: {peak} MB.")


if __name__ == "__main__":
    main()
