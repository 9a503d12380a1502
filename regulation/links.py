"""What the links in an item's Markdown lead to.

Editors link as Git hosts show it: a relative path to another ``.md`` file or to a file in
``media/`` or ``data/``. A link that begins with a slash is an address on the portal itself.
"""

import posixpath
from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote, urlsplit


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
    """Where a link leads: the kind of place, the path or address, what follows ``#`` and ``?``."""

    to: To
    path: str
    fragment: str = ""
    query: str = ""

    @property
    def rest(self) -> str:
        """What follows the path in an address: ``?q=đất#dau``."""
        query = f"?{self.query}" if self.query else ""
        return query + (f"#{self.fragment}" if self.fragment else "")


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
    if parts.netloc if parts.scheme in ("http", "https") else parts.scheme in ("mailto", "tel"):
        return Target(To.OUTSIDE, target)
    if parts.scheme or parts.netloc:
        return Target(To.NOWHERE, target)
    path = unquote(parts.path)
    if not path and not parts.query:
        return Target(To.ANCHOR, "", parts.fragment)
    if path.startswith("/"):
        return Target(To.PAGE, path, parts.fragment, parts.query)
    joined = posixpath.normpath(posixpath.join(folder, path))
    if joined.startswith(".."):
        return Target(To.NOWHERE, target)
    kind = To.ITEM if joined.endswith(".md") else To.FILE
    return Target(kind, joined, parts.fragment, parts.query)
