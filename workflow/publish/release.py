"""A release: one built site, and what is known of it."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regulation.library import Library

KEPT = 10
"""How many releases a target keeps, the live one among them."""

SEARCH = "static/search/"
"""Below it lies the index of search: for each language a manifest, and files named by content."""
_MANIFEST = re.compile(r"static/search/([a-z]+)/\1\.bin\Z")


class PublishError(Exception):
    """What keeps a site from being published; the text says what to do, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Release:
    """A built site (bản phát hành).

    Attributes:
        name: Sorts by time: ``20261122T031500Z-0a1b2c3``.
        portal: The portal's id.
        commit: The commit it was built from.
        made: When.
        items: What stood on it: by id and language the address, or ``""`` for a tombstone.
        files: Every file by its path, with the SHA-256 of what it holds.
    """

    name: str
    portal: str
    commit: str
    made: dt.datetime
    items: Mapping[str, str]
    files: Mapping[str, str]

    def to_json(self) -> str:
        """As it is kept beside the site."""
        values = {
            "name": self.name,
            "portal": self.portal,
            "commit": self.commit,
            "made": self.made.isoformat(),
            "items": dict(self.items),
            "files": dict(self.files),
        }
        return json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def from_json(text: str | bytes) -> Release:
    """A release as it was kept.

    Raises:
        PublishError: It is not what was written.
    """
    try:
        values: dict[str, Any] = json.loads(text)
        made = dt.datetime.fromisoformat(values["made"])
        items = {str(key): str(url) for key, url in values["items"].items()}
        files = {str(path): str(digest) for path, digest in values["files"].items()}
        return Release(values["name"], values["portal"], values["commit"], made, items, files)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PublishError(
            "Tệp ghi về một bản phát hành không đọc được; hãy khôi phục nó từ bản sao lưu, hoặc "
            "đổi tên thư mục phát hành rồi phát hành lại từ đầu."
        ) from error


def same_site(one: Release, other: Release) -> bool:
    """Whether two releases are the same for who reads them, whenever they were made."""
    return (one.portal, one.files, one.items) == (other.portal, other.files, other.items)


def carried(before: Release | None, after: Release) -> dict[str, str]:
    """What outlives the release it belongs to by one: path → digest.

    Whoever loaded a page just before the change asks for its style sheet and script just after it.
    Their names are made from what they hold, so that both releases' can stand side by side. Not the
    index of search: it holds words of items, and what was taken down or corrected is to be gone at
    once. Who is searching meanwhile is given the new index by the script.
    """
    if before is None:
        return {}
    return {
        name: digest
        for name, digest in before.files.items()
        if name.startswith("static/") and not name.startswith(SEARCH) and name not in after.files
    }


def lasts(name: str) -> bool:
    """Whether a file's name is made from what it holds, so that a browser may keep it for ever."""
    return name.startswith("static/") and not _MANIFEST.match(name)


def name_of(made: dt.datetime, commit: str) -> str:
    """The name of a release that is made at a moment from a commit."""
    return f"{made.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}-{commit[:7]}"


def describe(
    folder: Path, portal: str, commit: str, made: dt.datetime, library: Library
) -> Release:
    """What a built site is.

    Args:
        folder: The site.
        portal: The portal's id.
        commit: The commit it was built from.
        made: When.
        library: The items it was built from.
    """
    files = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return Release(name_of(made, commit), portal, commit, made, standing(library), files)


def standing(library: Library) -> dict[str, str]:
    """What stands on a site built from these items: the published, and the tombstones."""
    return {
        f"{item.id}:{item.lang}": item.url if item.status == "published" else ""
        for item in library.items
        if item.status in ("published", "withdrawn")
    }


def lost(before: Mapping[str, str], after: Iterable[str]) -> list[str]:
    """Items that stood on an earlier site and stand on the new one not even as a tombstone."""
    return sorted(set(before) - set(after))
