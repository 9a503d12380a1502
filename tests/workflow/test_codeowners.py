"""CODEOWNERS: what GitHub's documentation says of it, and that it asks whom the gate asks."""

import datetime as dt
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.loading import load_portal, portal_folders
from regulation.portal import Portal
from workflow.codeowners import MAX_BYTES, owners, parse, team, text
from workflow.gate.chain import chain
from workflow.gate.places import touched
from workflow.proposals import ChangedFile

ROOT = Path(__file__).resolve().parents[2]
DAY = dt.date(2026, 11, 22)

# The behaviours that GitHub's "About code owners" describes, each in a line of our own.
DOCUMENTED = [
    ("*", "a", True),
    ("*", "a/b/c.md", True),
    ("*.md", "a.md", True),
    ("*.md", "a/b/c.md", True),
    ("*.md", "a/b/c.mdx", False),
    ("*.md", "a.MD", False),
    ("/docs/", "docs/a.md", True),
    ("/docs/", "docs/vi/a.md", True),
    ("/docs/", "x/docs/a.md", False),
    ("/docs/", "docs", False),
    ("docs/", "x/docs/a.md", True),
    ("docs/", "docs/a/b.md", True),
    ("docs/*", "docs/a.md", True),
    ("docs/*", "docs/vi/a.md", False),
    ("docs/*", "x/docs/a.md", False),
    ("/docs/*", "docs/vi/a.md", False),
    ("docs/**", "docs/vi/a.md", True),
    ("docs/**", "docs", False),
    ("/docs", "docs/a.md", True),
    ("/docs", "docs", True),
    ("/docs", "x/docs", False),
    ("docs", "x/docs/a.md", True),
    ("/build/logs/", "build/logs/a/b", True),
    ("/build/logs/", "x/build/logs/a", False),
    ("**/logs", "logs/a", True),
    ("**/logs", "build/logs", True),
    ("**/logs", "deeply/nested/logs/a", True),
    ("**/logs", "deeply/logs2/a", False),
    ("**", "a/b", True),
    ("a/**/b", "a/b", True),
    ("a/**/b", "a/x/y/b/c", True),
    ("a/**/b", "a/xb", False),
    ("a?c", "abc", True),
    ("a?c", "a/c", False),
    ("/*.md", "a.md", True),
    ("/*.md", "x/a.md", False),
    ("/a/*/c.md", "a/b/c.md", True),
    ("/a/*/c.md", "a/b/x/c.md", False),
    (r"/tin\ tuc/", "tin tuc/a.md", True),
    ("/a.md", "axmd", False),
    ("/tin-tức/", "tin-tức/a.md", True),
    ("/tin-tức/", unicodedata.normalize("NFD", "tin-tức/a.md"), False),
    ("/tin-tuc/", unicodedata.normalize("NFD", "tin-tuc/ảnh.png"), True),
    ("/tin-tuc/", "tin-tuc/một dòng\nhai dòng.md", True),
    ("/Tin-tuc/", "tin-tuc/a.md", False),
]


@pytest.mark.parametrize(("pattern", "path", "matches"), DOCUMENTED)
def test_a_pattern_matches_as_documented(pattern: str, path: str, matches: bool) -> None:
    lines = list(parse(f"{pattern} @a/b"))
    assert (owners(lines, path) == ("@a/b",)) is matches


@pytest.mark.parametrize(
    "line",
    ["!a @b", r"\#a @b", "[ab].md @c", "a[1] @c", "# a @b", "", "  ", "a ai-do", "/ @a"],
)
def test_what_github_cannot_read_is_passed_over(line: str) -> None:
    assert list(parse(line)) == []


def test_the_last_line_that_matches_has_the_say() -> None:
    lines = list(parse("* @x/all @y\n*.md @x/md # chữ thêm\n/docs/ a@b.vn\n/docs/khong/\n"))
    assert owners(lines, "a") == ("@x/all", "@y")
    assert owners(lines, "a.md") == ("@x/md",)
    assert owners(lines, "docs/a.md") == ("a@b.vn",)
    assert owners(lines, "docs/khong/a.md") == ()
    assert owners(list(parse("/a/ @b")), "c") == ()


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert list(parse("a @b\n" + "#" * MAX_BYTES)) == []


# --- whom it asks --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def regulations() -> Mapping[str, Portal]:
    """The four portals as they stand."""
    portals = (load_portal(folder, ROOT, DAY) for folder in portal_folders(ROOT / "content"))
    return {portal.id: portal for portal in portals}


def asked_by_the_gate(path: str, regulations: Mapping[str, Portal]) -> set[str]:
    """The teams of all posts that may fill a place in the chain for one file."""
    places, problems = touched([ChangedFile(path)], regulations)
    assert not problems
    return {
        f"@to-chuc/{team(place.portal.id, post.id)}"
        for place in places
        for level in chain(place, DAY)[0]
        for seat in level
        for post in seat.posts
    }


def paths(regulations: Mapping[str, Portal]) -> list[str]:
    """A file in every place there is."""
    found = ["Makefile", "theme/static/css/1-base.css", ".github/CODEOWNERS", "docs/vi/README.md"]
    for portal in regulations.values():
        folder = f"content/{portal.id}"
        found += [f"{folder}/portal.yml", f"{folder}/media/a.png", f"{folder}/data/2026/a.csv"]
        found += [f"{folder}/{section.id}/2026/bài.md" for section in portal.sections]
    return found


def test_it_asks_whom_the_gate_asks(regulations: Mapping[str, Portal]) -> None:
    lines = list(parse(text(regulations, "to-chuc", DAY)))
    for path in paths(regulations):
        assert set(owners(lines, path)) == asked_by_the_gate(path, regulations), path
        assert owners(lines, path), path


@given(name=st.text(st.characters(exclude_characters="/\0"), min_size=1))
def test_whatever_a_file_is_called_its_section_decides(name: str) -> None:
    lines = list(parse("* @a/all\n/content/mau/tin-tuc/ @a/tin\n"))
    assert owners(lines, f"content/mau/tin-tuc/2026/{name}") == ("@a/tin",)


@pytest.mark.duty("G5")
def test_it_names_teams_only(regulations: Mapping[str, Portal]) -> None:
    written = text(regulations, "to-chuc", DAY)
    for line in parse(written):
        assert line.owners
        assert all(owner.startswith("@to-chuc/") for owner in line.owners)
        assert line.pattern.isascii()
    assert len(written.encode()) < MAX_BYTES / 10
