"""Small sites, and the three kinds of places they are published to, as a reader meets them."""

import datetime as dt
import gzip
import hashlib
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workflow.publish.release import Release, name_of
from workflow.publish.target import Target

PORTAL = "portal-nho"
START = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)

Site = Mapping[str, str]
"""What each file of a site holds, by its path."""

_LINK = re.compile(r"(?:href|src)=\"([^\"]+)\"")


def page(*links: str, text: str = "") -> str:
    """A page that leads to others; whole only if its last word is there."""
    led = "".join(f'<a href="/{link}">x</a>' for link in links)
    return f"<!doctype html><p>{text}</p>{led}<!--whole-->"


def numbered(number: int, width: int = 3) -> Site:
    """A site of which each page says the number, with a style sheet, and items of its own.

    Neighbouring numbers have some items in common; others come and go.
    """
    items = [f"tin/{(number + n) % 7}/index.html" for n in range(width)]
    style = f"static/cong.{number % 3}.css"
    site = {name: page("index.html", style, text=f"so {number % 2}") for name in items}
    site["index.html"] = page(*items, style, "muc/index.html", text=f"so {number}")
    site["muc/index.html"] = page("index.html", *items, style, text="muc")
    site["sitemap.xml"] = f"<urlset>{number}</urlset>"
    site[style] = f"p{{order:{number % 3}}}"
    return site


def written(folder: Path, site: Site) -> Path:
    """Writes a site, in bytes as they are."""
    for name, text in site.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return folder


def release(site: Site, number: int = 0, portal: str = PORTAL) -> Release:
    """A release of a site; a later number is a later release."""
    made = START + dt.timedelta(minutes=number)
    commit = hashlib.sha1(str(number).encode()).hexdigest()
    files = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in site.items()}
    items = {f"{name}:vi": f"/{name}/" for name in site if name.startswith("tin/")}
    return Release(name_of(made, commit), portal, commit, made, items, files)


def dead_links(read: Callable[[str], str | None]) -> list[str]:
    """What a reader who begins at home cannot follow, and pages that are not whole.

    Args:
        read: Gives what stands at a path, none when nothing does.
    """
    dead, seen, ahead = [], {"index.html"}, ["index.html"]
    while ahead:
        name = ahead.pop()
        text = read(name)
        if text is None:
            dead.append(name)
            continue
        if name.endswith(".html"):
            if not text.endswith("<!--whole-->"):
                dead.append(f"half {name}")
            for link in _LINK.findall(text):
                if link.strip("/") not in seen:
                    seen.add(link.strip("/"))
                    ahead.append(link.strip("/"))
    return dead


@dataclass
class Place:
    """A place to publish to.

    Attributes:
        open: Gives a new target for it, as a new run of the command would.
        read: What a reader finds at a path; none when nothing is there.
        scratch: A folder for sites that are to be published.
    """

    open: Callable[[], Target]
    read: Callable[[str], str | None]
    scratch: Path

    def put(self, site: Site, number: int, portal: str = PORTAL) -> Release:
        """Publishes a site as a run of the command would."""
        folder = written(self.scratch / f"{number}-{portal}", site)
        made = release(site, number, portal)
        self.open().put(folder, made)
        return made

    def shows(self, site: Site) -> bool:
        """Whether a reader finds this very site, and no dead link."""
        same = all(self.read(name) == text for name, text in site.items())
        return same and dead_links(self.read) == []


def file_reader(folder: Path) -> Callable[[str], str | None]:
    """Reads a folder."""

    def read(name: str) -> str | None:
        path = folder / name
        return path.read_bytes().decode() if path.is_file() else None

    return read


def bucket_reader(client: Any, bucket: str, prefix: str) -> Callable[[str], str | None]:
    """Reads a bucket as its web site would be read."""

    def read(name: str) -> str | None:
        try:
            answer = client.get_object(Bucket=bucket, Key=f"{prefix}{name}")
        except client.exceptions.NoSuchKey:
            return None
        body: bytes = answer["Body"].read()
        return (gzip.decompress(body) if answer.get("ContentEncoding") == "gzip" else body).decode()

    return read


def branch_reader(repository: Path) -> Callable[[str], str | None]:
    """Reads the branch that GitHub Pages would serve."""

    def read(name: str) -> str | None:
        done = git(repository, "cat-file", "blob", f"refs/heads/gh-pages:{name}", check=False)
        return done.stdout.decode() if done.returncode == 0 else None

    return read


def git(folder: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
    """Runs git in a folder, as somebody without settings of their own."""
    return subprocess.run(
        [
            "git",
            "-c",
            "user.name=Thu",
            "-c",
            "user.email=thu@example.vn",
            "-c",
            "init.defaultBranch=main",
            *words,
        ],
        cwd=folder,
        capture_output=True,
        check=check,
    )
