"""On which pages of a site a reader meets a change."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from regulation.findings import Refused
from regulation.items import Item
from regulation.library import NOT_SECTIONS, item_files, read_file
from regulation.portal import Portal
from workflow.checks.change import Change
from workflow.gate.words import clock
from workflow.index import is_item_file
from workflow.preview.differences import Piece, differences
from workflow.proposals import ChangedFile, FileStatus

HOME, RULES = "/", "/quy-che/"
"""The pages on which a change of the regulation, or of how pages are drawn, is looked at first."""

CODE = ("theme/", "plugins/", "regulation/", "pelicanconf.py", "publishconf.py")
"""What draws the pages."""

_TEXTS = (".md", ".yml", ".csv", ".txt")
_TITLE = re.compile(r"^title:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.M)
_LARGEST = 400_000  # bytes of a text whose differences are told


class Deed(StrEnum):
    """What a change does to a page, as the preview names it."""

    ADDED = "Thêm"
    CHANGED = "Sửa"
    MOVED = "Chuyển chỗ"
    TAKEN_DOWN = "Gỡ"
    REMOVED = "Bỏ"
    SAME = "Không sửa"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the preview.

    Attributes:
        portal: Of which portal.
        url: Its address from the root of the site.
        deed: What the change does to it.
        title: What it is called.
        about: Of what kind it is, and what the reader should know of it.
        lang: Its language.
        differences: The words that changed, when the page is an item's that stands there already.
        item: The item, when it is an item's.
    """

    portal: str
    url: str
    deed: Deed
    title: str
    about: str = ""
    lang: str = "vi"
    differences: tuple[Piece, ...] = ()
    item: Item | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class File:
    """A changed file that is no item.

    Attributes:
        path: From the root of the checkout.
        deed: What is done to it.
        differences: The words that changed, where it is a text.
    """

    path: str
    deed: Deed
    differences: tuple[Piece, ...] = ()


def changed_items(change: Change) -> dict[str, list[ChangedFile]]:
    """The changed items by portal, an original before its translation."""
    found: dict[str, list[ChangedFile]] = {}
    for file in sorted(change.files, key=lambda file: file.path.replace(".en.md", ".md.en")):
        if is_item_file(file.path):
            found.setdefault(file.path.split("/")[1], []).append(file)
    return found


def portals_of(change: Change) -> list[str]:
    """The portals whose content differs."""
    parts = (path.split("/") for path in change.paths)
    return sorted({part[1] for part in parts if part[0] == "content" and len(part) > 2})


def code_of(change: Change) -> list[str]:
    """The changed files that draw pages."""
    return sorted(path for path in change.paths if path.startswith(CODE))


def other_files(change: Change) -> tuple[File, ...]:
    """The changed files that are no items, with what changed in their texts."""
    found = []
    for file in sorted(change.files, key=lambda file: file.path):
        if not is_item_file(file.path):
            texts = _texts(change, file) if file.status is not FileStatus.ADDED else None
            found.append(File(_shown(file), _deed(file), differences(*texts) if texts else ()))
    return tuple(found)


def pages_of(change: Change, portal: Portal, root: Path, *, drawn: bool) -> Iterator[Page]:
    """The pages of a portal on which the change is seen, most telling first.

    Args:
        change: The change.
        portal: The portal as it would be.
        root: The folder that has the content as it would be.
        drawn: Whether what draws the pages changes, and the preview is drawn by it.

    Raises:
        Refused: A changed item cannot be read.
    """
    told: set[str] = set()
    for page in _pages(change, portal, root, drawn=drawn):
        if page.url not in told:
            told.add(page.url)
            yield page


def _pages(change: Change, portal: Portal, root: Path, *, drawn: bool) -> Iterator[Page]:
    files = changed_items(change).get(portal.id, [])
    there = [file for file in files if file.status is not FileStatus.REMOVED]
    paths = {file.path for file in there}
    for file in there:
        item, found = read_file(portal, root / file.path, root)
        if item is None:
            raise Refused(found)
        yield _item_page(change, file, item, portal)
        for other in _translations(item, portal, root):
            if other.path not in paths:
                note = "Bản ngôn ngữ khác của mục vừa sửa, để đối chiếu"
                yield _page_of(other, Deed.SAME, portal, note)
    for file in files:
        if file.status is FileStatus.REMOVED:
            yield from _without(change, file, portal)
    others = {path for path in change.paths if _is_portals(path, portal) and path not in paths}
    offered = {path.split("/", 2)[2] for path in others if path.split("/")[2] in NOT_SECTIONS}
    if offered:
        yield from _showing(offered, portal, root)
    if drawn or any(path.count("/") == 2 for path in others):
        name = portal.regulation.name.say("vi")
        yield Page(portal.id, HOME, Deed.CHANGED, f"Trang chủ: {name}")
        yield Page(portal.id, RULES, Deed.CHANGED, "Trang Quy chế")


def _is_portals(path: str, portal: Portal) -> bool:
    return path.startswith(f"content/{portal.id}/")


def _item(portal: Portal, root: Path, path: str) -> Item | None:
    place = root / path
    return read_file(portal, place, root)[0] if place.is_file() else None


def _item_page(change: Change, file: ChangedFile, item: Item, portal: Portal) -> Page:
    deed = Deed.TAKEN_DOWN if item.status == "withdrawn" else _deed(file)
    texts = _texts(change, file) if file.status is not FileStatus.ADDED else None
    note = f"Chuyển từ {_shown_path(file.old_path)}" if file.old_path else ""
    return _page_of(item, deed, portal, note, differences(*texts) if texts else ())


def _page_of(
    item: Item, deed: Deed, portal: Portal, note: str = "", told: tuple[Piece, ...] = ()
) -> Page:
    section = portal.section(item.section).title
    notes = [section.say(item.lang), note]
    if item.status == "draft":
        notes.append("Đang là bản nháp, nhập xong chưa lên cổng")
    if hour := item.values.get("publish_at"):
        notes.append(f"Hẹn đăng lúc {clock(hour)}")
    about = ". ".join(note for note in notes if note)
    return Page(portal.id, item.url, deed, item.title, about, item.lang, told, item)


def _translations(item: Item, portal: Portal, root: Path) -> Iterator[Item]:
    """The same item in the portal's other languages: it lies beside, under the same name."""
    stem = item.path.removesuffix(".md").removesuffix(".en")
    for path in (f"{stem}.md", f"{stem}.en.md"):
        other = _item(portal, root, path) if path != item.path else None
        if other is not None and other.id == item.id:
            yield other


def _without(change: Change, file: ChangedFile, portal: Portal) -> Iterator[Page]:
    """The list that an item stood in."""
    parts = file.path.split("/")
    lang = "en" if file.path.endswith(".en.md") else "vi"
    section = next((each for each in portal.sections if each.id == parts[2]), None)
    if section is None or len(parts) != 5:
        return
    old = change.old(file.path)
    title = section.title.say(lang)
    prefix = "" if lang == "vi" else f"/{lang}"
    told = differences(old.decode("utf-8", "replace"), "") if old and len(old) < _LARGEST else ()
    named = _TITLE.search((old or b"").decode("utf-8", "replace"))
    gone = named[1] if named else _shown_path(parts[-1])
    note = f"Danh sách không còn “{gone}”"
    yield Page(portal.id, f"{prefix}/{section.id}/", Deed.REMOVED, title, note, lang, told)


def _showing(offered: set[str], portal: Portal, root: Path) -> Iterator[Page]:
    """The items that name a changed picture, table or attachment."""
    for path in item_files(root / "content" / portal.id):
        text = path.read_text(encoding="utf-8", errors="replace")
        named = sorted(name for name in offered if name in text)
        if not named:
            continue
        item = _item(portal, root, path.relative_to(root).as_posix())
        if item is not None and item.status == "published":
            note = f"Dùng tệp vừa đổi: {', '.join(map(_shown_path, named))}"
            yield _page_of(item, Deed.CHANGED, portal, note)


def _deed(file: ChangedFile) -> Deed:
    return {
        FileStatus.ADDED: Deed.ADDED,
        FileStatus.REMOVED: Deed.REMOVED,
        FileStatus.RENAMED: Deed.MOVED,
    }.get(file.status, Deed.CHANGED)


def _texts(change: Change, file: ChangedFile) -> tuple[str, str] | None:
    """What a text said and would say; none where it is no text, or too long a one."""
    if not file.path.endswith(_TEXTS):
        return None
    sides = (change.old(file.old_path or file.path), change.new(file.path))
    if any(side is not None and len(side) > _LARGEST for side in sides):
        return None
    old, new = ((side or b"").decode("utf-8", "replace") for side in sides)
    return old, new


def _shown(file: ChangedFile) -> str:
    return " → ".join(_shown_path(path) for path in file.paths)


def _shown_path(path: str) -> str:
    """A name as it may be shown: what cannot be written as text is replaced."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
