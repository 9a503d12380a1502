"""``.github/CODEOWNERS``: which teams GitHub asks to look at a file, written from the regulations.

It asks the right people and binds nobody: it knows neither order nor delegation. The gate binds.
Teams only, one a post: who is in a team is not for the public (G5).
"""

import datetime as dt
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from regulation.library import NOT_SECTIONS
from regulation.model import Post, Role
from regulation.portal import Portal
from workflow.gate.places import CONTENT

FILE = Path(".github/CODEOWNERS")

MAX_BYTES = 3 * 1024 * 1024
"""A larger file GitHub does not read at all."""

_RUNNERS = (Role.OPERATOR, Role.ADMIN)

_HEADER = """\
# Ai được GitHub mời xem một thay đổi: viết ra từ quy chế của các cổng.
# Đừng sửa tay; hãy sửa portal.yml rồi gõ: cong codeowners
# Tệp này chỉ mời đúng người. Việc ràng buộc là của chốt duyệt (cong gate).
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: files that match the pattern are looked after by the owners.

    Attributes:
        pattern: As it is written.
        owners: ``@login``, ``@organisation/team`` or an e-mail address; none means nobody.
        matches: The pattern as a regular expression of whole paths.
    """

    pattern: str
    owners: tuple[str, ...]
    matches: re.Pattern[str]


def team(portal_id: str, post_id: str) -> str:
    """The name of the team whose members hold a post."""
    return f"{portal_id}-{post_id}"


def text(regulations: Mapping[str, Portal], organisation: str, on: dt.date) -> str:
    """The whole file, as the regulations in force on a day want it.

    Args:
        regulations: Every portal by id.
        organisation: The owner of the repository on GitHub.
        on: The day.
    """
    lines = [_HEADER]

    def line(pattern: str, owners: Iterable[str]) -> None:
        lines.append(" ".join([pattern, *(f"@{organisation}/{each}" for each in owners)]))

    # What no later line names is the house itself: it concerns every portal.
    portals = [regulations[portal_id] for portal_id in sorted(regulations)]
    line("*", [each for portal in portals for each in _teams(portal, _running(portal, on))])
    for portal in portals:
        folder = f"/{CONTENT}/{portal.id}/"
        lines.append(f"\n# {portal.regulation.name.vi}")
        line(folder, _teams(portal, _running(portal, on)))
        members = tuple(post for post in portal.posts(Role.MEMBER, on) if post.fields)
        for name in sorted(NOT_SECTIONS):
            line(f"{folder}{name}/", _teams(portal, (*members, *_deciding(portal, on))))
        for section in portal.sections:
            mine = tuple(post for post in members if section.field in post.fields)
            line(f"{folder}{section.id}/", _teams(portal, (*mine, *_deciding(portal, on))))
    return "\n".join(lines) + "\n"


def _running(portal: Portal, on: dt.date) -> tuple[Post, ...]:
    """Who looks at what a portal runs by."""
    runners = tuple(post for role in _RUNNERS for post in portal.posts(role, on))
    return (*runners, *_deciding(portal, on))


def _deciding(portal: Portal, on: dt.date) -> tuple[Post, ...]:
    """The posts of the steps that are not by field, the head's among them."""
    steps = portal.in_force(portal.regulation.steps, on)
    return tuple(
        post for step in steps if not step.by_field for post in portal.posts(step.role, on)
    )


def _teams(portal: Portal, posts: Iterable[Post]) -> list[str]:
    return list(dict.fromkeys(team(portal.id, post.id) for post in posts))


# --- reading ---------------------------------------------------------------------------------


def parse(source: str) -> Iterator[Line]:
    """The lines that GitHub would heed. What it cannot read it passes over.

    Source: GitHub Docs, "About code owners": the patterns of gitignore without ``!``, ``[ ]`` and
    an escaped ``#``; a comment may follow on the line; upper and lower case differ.
    """
    if len(source.encode()) > MAX_BYTES:
        return
    for raw in source.splitlines():
        words = [word for word in re.split(r"(?<!\\)\s+", raw.strip()) if word]
        comment = next((i for i, word in enumerate(words) if word.startswith("#")), len(words))
        if words := words[:comment]:
            matches = _compiled(words[0])
            if matches is not None and all("@" in owner for owner in words[1:]):
                yield Line(words[0], tuple(words[1:]), matches)


def owners(lines: Iterable[Line], path: str) -> tuple[str, ...]:
    """Who looks after a file: those of the last line that matches it.

    Args:
        lines: Of the whole file, in order.
        path: From the root of the repository, with forward slashes, byte for byte as in Git: a
            name in NFD is another than the same name in NFC.
    """
    found: tuple[str, ...] = ()
    for line in lines:
        if line.matches.fullmatch(path):
            found = line.owners
    return found


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    r"""A pattern as a regular expression; none when GitHub takes it for a mistake."""
    if pattern.startswith(("!", r"\#")) or "[" in pattern or "]" in pattern or pattern == "/":
        return None
    anchored = "/" in pattern.rstrip("/")
    only_inside = pattern.endswith("/")
    parts = [part for part in pattern.split("/") if part]
    start = "" if anchored else "(?:.*/)?"
    # ``docs/*`` stays in docs; a name, or ``*.d``, may be a folder's, with all that is in it.
    stays = anchored and parts[-1] == "*" and not only_inside
    end = "" if stays else "/.*" if only_inside else "(?:/.*)?"
    if parts[-1] == "**":
        parts.pop()
        end = "/.*" if parts else ".*"
    return re.compile(start + _joined(parts) + end, re.S)


def _joined(parts: list[str]) -> str:
    """The parts of a path one below the other; ``**`` is any number of folders, also none."""
    made = ""
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        made += "(?:.*/)?" if part == "**" else _part(part) + ("" if last else "/")
    return made


def _part(part: str) -> str:
    wild = {"*": "[^/]*", "?": "[^/]"}
    pieces = re.findall(r"\\.|.", part, re.S)
    return "".join(wild.get(piece) or re.escape(piece[-1]) for piece in pieces)
