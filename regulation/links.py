"""Links in an item's Markdown: where they stand and what they lead to.

Editors link as Git hosts show it: a relative path to another ``.md`` file or to a file in
``media/`` or ``data/``. A link that begins with a slash is an address on the portal itself.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote, urlsplit

_LINK = re.compile(
    r"(?P<image>!)?\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]"
    r"\((?P<target><[^>]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+[\"'(].*?[\"')])?\)"
)
_DEFINITION = re.compile(r"^ {0,3}\[(?!\^)[^\]]+\]:\s*(?P<target>\S+)", re.M)
_AUTOLINK = re.compile(r"<(?P<target>https?://[^>\s]+)>")
_FENCE = re.compile(r"^ {0,3}(```+|~~~+).*?^ {0,3}\1[ \t]*$", re.M | re.S)
_CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", re.S)


@dataclass(frozen=True, slots=True)
class Link:
    """One link or picture in the text.

    Attributes:
        target: As written.
        text: The words of the link, or a picture's text alternative.
        line: Line of the text, from 1.
        image: Whether it is a picture.
    """

    target: str
    text: str
    line: int
    image: bool = False


_TAG = re.compile(
    r"<(?P<name>script|style|iframe|object|embed|form|input|button|svg|link|meta)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A piece of raw HTML that pages never carry."""

    name: str
    line: int


def forbidden_tags(markdown: str) -> Iterator[Tag]:
    """Raw HTML in a text that the page would drop: told, so that nobody misses it there."""
    text = _blank(_CODE, _blank(_FENCE, markdown))
    for match in _TAG.finditer(text):
        yield Tag(match["name"].lower(), text.count("\n", 0, match.start()) + 1)


class To(Enum):
    """What kind of place a link leads to."""

    OUTSIDE = "outside"  # another host, mail or telephone
    ANCHOR = "anchor"  # a place on the same page
    PAGE = "page"  # an address on the portal: "/lien-he/"
    ITEM = "item"  # another item's file: "tin-tuc/2026/hop-ban.md"
    FILE = "file"  # a file of the portal: "media/cau.svg"
    NOWHERE = "nowhere"  # a path that leaves the portal's folder, or a forbidden scheme


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads: the kind of place, the path or address, and the part after ``#``."""

    to: To
    path: str
    fragment: str = ""


def find_links(markdown: str) -> Iterator[Link]:
    """Every link and picture in a Markdown text, code left out."""
    text = _blank(_CODE, _blank(_FENCE, markdown))
    for pattern in (_LINK, _DEFINITION, _AUTOLINK):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            words = groups.get("text") or ""
            line = text.count("\n", 0, match.start()) + 1
            yield Link(
                target=groups["target"].strip("<>"),
                text=" ".join(words.split()),
                line=line,
                image=bool(groups.get("image")),
            )
            # A picture may be what a link shows: [![Cầu](cau.svg)](bai.md).
            for inner in pattern.finditer(words):
                yield Link(
                    target=inner["target"].strip("<>"),
                    text=" ".join(inner["text"].split()),
                    line=line + words.count("\n", 0, inner.start()),
                    image=bool(inner["image"]),
                )


def _blank(pattern: re.Pattern[str], text: str) -> str:
    """The text with what the pattern matches taken out, its lines kept."""
    return pattern.sub(lambda match: "\n" * match[0].count("\n"), text)


def resolve(target: str, folder: str) -> Target:
    """What a link in a file leads to, without looking whether it is there.

    Args:
        target: The link as written.
        folder: The file's folder below the portal's: ``tin-tuc/2026``.
    """
    try:
        parts = urlsplit(target)
    except ValueError:
        return Target(To.NOWHERE, target)
    if parts.scheme in ("http", "https", "mailto", "tel"):
        return Target(To.OUTSIDE, target)
    if parts.scheme or parts.netloc:
        return Target(To.NOWHERE, target)
    path = unquote(parts.path)
    if not path:
        return Target(To.ANCHOR, "", parts.fragment)
    if path.startswith("/"):
        return Target(To.PAGE, path, parts.fragment)
    joined = posixpath.normpath(posixpath.join(folder, path))
    if joined.startswith(".."):
        return Target(To.NOWHERE, target)
    kind = To.ITEM if joined.endswith(".md") else To.FILE
    return Target(kind, joined, parts.fragment)
