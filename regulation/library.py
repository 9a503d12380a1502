"""A portal's library: every item, read once, and what only all of them together can show."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import unquote

from regulation.checkout import shown_path, within
from regulation.content_types import Kind
from regulation.findings import Finding, Refused, Severity
from regulation.forms import form_addresses
from regulation.items import Item, read_item, references, unread_item
from regulation.links import Target, To, resolve
from regulation.model import Section
from regulation.pictures import PictureError, picture_size
from regulation.portal import Portal, UnknownError
from regulation.prose import MAX_BYTES, PAGE_IDS, Link, Text, read
from regulation.reading import NO_FILE, read_text
from regulation.tables import chart_faults, read_table, sum_faults, table_doubts, table_faults
from regulation.vietnamese import slug
from regulation.yamlfile import VIETNAM, Place, key_text

NOT_SECTIONS = ("media", "data")
"""Folders of a portal that hold files, not items."""


class Shelf(Protocol):
    """What an item's check may ask about the other items of its portal.

    A whole ``Library`` answers from memory; whoever checks a small change to a large portal answers
    from an index and reads the few files that are asked for.
    """

    @property
    def portal(self) -> Portal:
        """The portal."""

    @property
    def has_unread(self) -> bool:
        """Whether some item's file is there and could not be read."""

    def is_unread(self, place: str) -> bool:
        """Whether an item's file, named from the portal's folder, is one of these."""

    def at(self, place: str) -> Item | None:
        """The item in a file, named from the portal's folder."""

    def with_id(self, item_id: str) -> Sequence[Item]:
        """Every item that has or claims the id, in the order of their paths."""

    def formerly(self, address: str) -> Sequence[Item]:
        """Every item that says it stood at the address, in the order of their paths."""

    def has_file(self, name: str) -> bool:
        """Whether a file is there; then it can be read in the portal's folder."""


@dataclass(frozen=True)
class Library:
    """Every item of a portal, in every language and state.

    Attributes:
        portal: The portal.
        items: In the order of their paths.
        unread: Files from the portal's folder that are there and could not be read.
    """

    portal: Portal
    items: tuple[Item, ...]
    unread: frozenset[str] = frozenset()

    @cached_property
    def by_path(self) -> Mapping[str, Item]:
        """Items by their file, from the root of the checkout."""
        return {item.path: item for item in self.items}

    @cached_property
    def by_place(self) -> Mapping[str, Item]:
        """Items by their file, from the portal's folder."""
        return {"/".join(PurePosixPath(item.path).parts[-3:]): item for item in self.items}

    @cached_property
    def by_id(self) -> Mapping[str, Mapping[str, Item]]:
        """Items by id, then by language."""
        found: dict[str, dict[str, Item]] = {}
        for item in self.items:
            found.setdefault(item.id, {}).setdefault(item.lang, item)
        return found

    @cached_property
    def _by_claim(self) -> Mapping[str, tuple[Item, ...]]:
        found: dict[str, tuple[Item, ...]] = {}
        for item in self.items:
            found[item.id] = (*found.get(item.id, ()), item)
        return found

    @cached_property
    def _by_former_address(self) -> Mapping[str, tuple[Item, ...]]:
        found: dict[str, tuple[Item, ...]] = {}
        for item in self.items:
            for old in dict.fromkeys(item.values.get("moved_from") or ()):
                found[old] = (*found.get(old, ()), item)
        return found

    @property
    def has_unread(self) -> bool:
        """Whether some item's file is there and could not be read."""
        return bool(self.unread)

    def is_unread(self, place: str) -> bool:
        """Whether an item's file, named from the portal's folder, is one of these."""
        return place in self.unread

    def at(self, place: str) -> Item | None:
        """The item in a file, named from the portal's folder."""
        return self.by_place.get(place)

    def with_id(self, item_id: str) -> Sequence[Item]:
        """Every item that has or claims the id, in the order of their paths."""
        return self._by_claim.get(item_id, ())

    def formerly(self, address: str) -> Sequence[Item]:
        """Every item that says it stood at the address, in the order of their paths."""
        return self._by_former_address.get(address, ())

    def has_file(self, name: str) -> bool:
        """Whether a file is there and truly lies in the portal's folder, links followed."""
        path = self.portal.path / name
        try:
            return path.is_file() and within(path, self.portal.path)
        except (OSError, ValueError):  # a name that no file can have
            return False

    def versions(self, item: Item) -> Mapping[str, Item]:
        """The item in each of its languages, drafts left out unless it is one itself."""
        return {
            lang: other
            for lang, other in self.by_id[item.id].items()
            if other.status != "draft" or item.status == "draft"
        }

    def item(self, item_id: str, lang: str = "vi") -> Item | None:
        """The item with this id in the language, else in Vietnamese; none when it is not there."""
        versions = self.by_id.get(item_id, {})
        return versions.get(lang) or versions.get("vi")

    def in_section(self, section: Section, lang: str) -> list[Item]:
        """The section's listed items in a language, the latest first."""
        return newest_first(
            i for i in self.items if i.section == section.id and i.lang == lang and i.listed
        )


def places_of(address: str) -> tuple[str, ...]:
    """The files, named from the portal's folder, that would stand at an address."""
    path = address.strip("/")
    if not path or address != f"/{path}/":
        return ()
    english = path.removeprefix("en/")
    return (f"{path}.md",) if english == path else (f"{english}.en.md", f"{path}.md")


def newest_first(items: Iterator[Item] | list[Item]) -> list[Item]:
    """Items by their set order, then by day of posting, the latest first; ties by id."""
    listed = sorted(items, key=lambda item: item.id)
    listed.sort(key=lambda item: item.posted, reverse=True)
    listed.sort(key=lambda item: item.values.get("order") or 0)
    return listed


def read_library(portal: Portal, root: Path) -> tuple[Library, list[Finding]]:
    """Reads every item below a portal's folder.

    Returns:
        The items that could be read, and every mistake: in one file, between files, and in what
        they name (files, items, agencies). A build stops on any of these.
    """
    items: list[Item] = []
    unread: dict[str, Path] = {}
    found: list[Finding] = []
    for path in item_files(portal.path):
        item, wrong = read_file(portal, path, root)
        found += wrong
        if item is not None:
            items.append(item)
        else:
            unread[path.relative_to(portal.path).as_posix()] = path
    found += _no_items(portal, root)
    library = Library(portal, tuple(items), frozenset(unread))
    for item in library.items:
        found += among_others(item, library)
    for path in unread.values():
        found += of_unread(portal, path, root, library)
    found += missing_act(library)
    return library, found


def read_file(portal: Portal, path: Path, root: Path) -> tuple[Item | None, list[Finding]]:
    """The item in a file of the portal, with every mistake that the file alone shows."""
    shown = shown_path(path, root)
    try:
        text = _text(portal, path, shown)
    except Refused as refused:
        return None, list(refused.findings)
    return read_item(PurePosixPath(path.relative_to(portal.path)), shown, text, portal)


def of_unread(portal: Portal, path: Path, root: Path, library: Shelf) -> list[Finding]:
    """What is wrong in an item's file besides the front matter for which it could not be read."""
    shown = shown_path(path, root)
    try:
        text = _text(portal, path, shown)
    except Refused:
        return []  # said when it was read
    relative = PurePosixPath(path.relative_to(portal.path))
    item = unread_item(relative, shown, text, portal)
    return [] if item is None else [*broken_references(item, library)]


def _text(portal: Portal, path: Path, shown: str) -> str:
    if not within(path, portal.path):
        message = "Tệp này dẫn ra ngoài thư mục của cổng; hãy thay bằng tệp thật."
        raise Refused([Finding(shown, message)])
    if path.is_file() and path.stat().st_size > MAX_BYTES:
        message = (
            "Tệp bài lớn hơn 1 MB, quá lớn để làm một trang; hãy chia thành nhiều bài hoặc "
            "đính kèm thành tệp."
        )
        raise Refused([Finding(shown, message)])
    return read_text(path, shown)


def among_others(item: Item, library: Shelf) -> Iterator[Finding]:
    """What is wrong with an item among the others: what it claims, and what it names."""
    yield from _twice(item, library)
    yield from _not_theirs(item, library)
    yield from _not_there(item, library.portal)
    yield from broken_references(item, library)


def item_files(folder: Path) -> list[Path]:
    """The Markdown files of a portal, in the order of their paths."""
    return sorted(
        path
        for path in folder.rglob("*.md")
        if path.relative_to(folder).parts[0] not in NOT_SECTIONS and not is_leftover(path.name)
    )


_LEFTOVERS = ("*~", ".#*", "#*#", ".*.sw?", "~$*", "._*")


def is_leftover(name: str) -> bool:
    """Whether a file is what an editor leaves beside the one that is open in it."""
    return any(fnmatchcase(name, pattern) for pattern in _LEFTOVERS)


_NAMED_WRONG = re.compile(r"(?P<stem>.+?)\.(?:md\.txt|markdown|mdown|mkd|md|txt)\Z", re.I)


def _no_items(portal: Portal, root: Path) -> Iterator[Finding]:
    """Files among the items that are none: they would be left out without a word."""
    for path in sorted(portal.path.rglob("*")):
        relative = PurePosixPath(path.relative_to(portal.path))
        if relative.parts[0].startswith(".") or is_leftover(path.name):
            continue
        if path.is_dir():
            if path.is_symlink():
                message = (
                    "Thư mục này là liên kết tượng trưng nên mọi tệp trong đó bị bỏ qua; hãy thay "
                    "bằng thư mục thật."
                )
                yield Finding(shown_path(path, root), message)
        elif not path.is_file():
            if relative.suffix == ".md" and relative.parts[0] not in NOT_SECTIONS:
                continue  # read as an item, and refused
            message = (
                "Liên kết tượng trưng này không dẫn đến đâu; hãy thay bằng tệp thật."
                if path.is_symlink()
                else NO_FILE
            )
            yield Finding(shown_path(path, root), message)
        elif message := no_item(relative):
            yield Finding(shown_path(path, root), message)


def no_item(relative: PurePosixPath) -> str:
    """Why a file, named from the portal's folder, would be left out; empty when it would not."""
    folder, *rest = relative.parts
    hidden = relative.name.startswith(".") or relative.name == "Thumbs.db"
    hidden = hidden or is_leftover(relative.name)
    if folder in NOT_SECTIONS or folder.startswith(".") or not rest:
        return ""
    if hidden or relative.suffix == ".md":
        return ""
    if named := _NAMED_WRONG.match(relative.name):
        name = f"{named['stem'].lower()}.md"
        return f"Tệp này không thành bài vì tên phải có đuôi .md; hãy đổi tên thành {name}."
    return (
        "Tệp này không phải bài nên cổng bỏ qua; hãy chuyển ảnh, tệp đính kèm vào media/, "
        "bảng vào data/, còn bài thì chép chữ vào một tệp .md."
    )


def _twice(item: Item, library: Shelf) -> Iterator[Finding]:
    """An id or an address that another item claims, too."""
    same = library.with_id(item.id)
    home = same[0]
    first = next(other for other in same if other.lang == item.lang)
    if first.path != item.path:
        message = f"Mã “{item.id}” đã dùng ở {first.path}; mỗi mục phải có mã riêng."
        yield Finding(item.path, message, item.line("id"), "id")
    elif (home.section, home.year, home.slug) != (item.section, item.year, item.slug):
        message = (
            f"Bản dịch phải nằm cạnh bản gốc {home.path} và cùng tên tệp, chỉ khác đuôi .en.md."
        )
        yield Finding(item.path, message, item.line("id"), "id")
    original = f"{item.section}/{item.year}/{item.slug}.md"
    if all(other.lang != "vi" for other in same) and not library.is_unread(original):
        message = f"Bản tiếng Anh không có bản tiếng Việt nào mang mã “{item.id}”."
        yield Finding(item.path, message, item.line("id"), "id")
    for index, address in enumerate(item.values.get("moved_from") or ()):
        place: Place = ("moved_from", index)
        owner = _item_at(address, library) or library.formerly(address)[0]
        if address == item.url:
            message = f"Địa chỉ cũ {address} chính là địa chỉ hiện nay; hãy bỏ đi."
        elif owner.path != item.path:
            message = f"Địa chỉ {address} đã thuộc về {owner.path}; hãy chọn địa chỉ khác."
        elif is_page(address, library.portal):
            message = f"Địa chỉ {address} là của một trang của cổng; hãy chọn địa chỉ khác."
        else:
            continue
        yield Finding(item.path, message, item.line(*place), key_text(place))


def _not_theirs(item: Item, library: Shelf) -> Iterator[Finding]:
    """An item from an agency that does not keep its section (G2)."""
    portal = library.portal
    section = portal.section(item.section)
    if portal.may_provide(item.agency, section, item.posted.astimezone(VIETNAM).date()):
        return
    owners = ", ".join(section.owners)
    message = (
        f"Cơ quan “{item.agency}” không phụ trách chuyên mục “{section.title}”; các cơ quan "
        f"phụ trách: {owners}. Hãy chuyển sang chuyên mục khác hoặc sửa owners trong "
        "portal.yml."
    )
    yield Finding(item.path, message, item.line("agency"), "agency", "; ".join(section.basis))


def _not_there(item: Item, portal: Portal) -> Iterator[Finding]:
    """An item from an agency that was not there on the day of posting, with who was.

    What was entered when the portal was set up keeps the agency of its day; of an agency whose
    days nobody has checked nothing is said.
    """
    agency = portal.agency(item.agency)
    day = item.posted.astimezone(VIETNAM).date()
    if agency.exists(day) or not agency.checked or item.values.get("backfilled"):
        return
    if agency.valid_from and day < agency.valid_from:
        told = f"đến ngày {agency.valid_from:%d/%m/%Y} mới hoạt động"
        advice = "hãy ghi mã cơ quan của ngày ấy"
    else:
        try:
            now = portal.current(agency.id, day)
        except UnknownError:
            return  # said already: nobody keeps a section in its place
        told = f"thôi hoạt động sau ngày {agency.valid_to:%d/%m/%Y}"
        advice = f"hãy ghi agency: {now.id} ({now.name})"
    message = (
        f"{agency.name} {told}, nhưng bài đăng ngày {day:%d/%m/%Y}; {advice}, hoặc ghi "
        "backfilled: true nếu bài có từ trước, được nhập bổ sung khi lập cổng."
    )
    yield Finding(item.path, message, item.line("agency"), "agency")


def missing_act(library: Shelf) -> Iterator[Finding]:
    """The item that describes the regulation's own decision, when it is not there."""
    wanted = library.portal.regulation.act.item
    if wanted and not library.with_id(wanted) and not library.has_unread:
        message = f"Không có mục nào mang mã “{wanted}” để mô tả quyết định ban hành quy chế."
        yield Finding(f"content/{library.portal.id}/portal.yml", message, 0, "act.item")


_STILL_DRAFT = "còn là bản nháp; hãy đăng mục ấy trước hoặc bỏ liên kết."


def broken_references(item: Item, library: Shelf) -> Iterator[Finding]:
    """What an item names and what is not there: other items, files, links in its text."""
    spec = library.portal.type_of(library.portal.section(item.section))

    def note(place: Place, message: str) -> Finding:
        return Finding(item.path, message, item.line(*place), key_text(place))

    for place, wanted in references(item, spec, {Kind.ITEM}):
        if there := library.with_id(wanted):
            if item.listed and all(other.status == "draft" for other in there):
                yield note(place, f"Mục “{wanted}” {_STILL_DRAFT}")
        elif not library.has_unread:  # else it may be one of these
            yield note(place, f"Không có mục nào mang mã “{wanted}”; hãy sửa mã hoặc bỏ liên kết.")
    for place, name in references(item, spec, {Kind.FILE, Kind.PICTURE, Kind.TABLE}):
        if not library.has_file(name):
            yield note(place, f"Không có tệp “{name}” trong thư mục của cổng; hãy thêm tệp.")
    for place, name in references(item, spec, {Kind.PICTURE}):
        if fault := _picture_fault(library.portal.path / name):
            yield note(place, f"{name}: {fault}")
    tables = [*references(item, spec, {Kind.TABLE})]
    attached = references(item, spec, {Kind.FILE})
    tables += [(place, name) for place, name in attached if name.lower().endswith(".csv")]
    for place, name in tables:
        if library.has_file(name):
            yield from _broken_table(item, library, name, place)
    yield from broken_text(item, library)


@dataclass(frozen=True, slots=True)
class Naming:
    """A place at which an item leads readers to another.

    Attributes:
        name: The other, as it is named here: its id, its file or its address.
        items: The other, in each language in which it answers to that name.
        line: The line of the file.
        key: The field; empty for the body.
    """

    name: str
    items: tuple[Item, ...]
    line: int
    key: str


def namings(item: Item, library: Shelf) -> Iterator[Naming]:
    """Every place at which an item leads to others of the portal that are there."""
    spec = library.portal.type_of(library.portal.section(item.section))
    for place, wanted in references(item, spec, {Kind.ITEM}):
        if there := library.with_id(wanted):
            yield Naming(wanted, tuple(there), item.line(*place), key_text(place))
    for part in written(item, library):
        for link in part.text.links:
            target = resolve(link.target, f"{item.section}/{item.year}")
            if there := leads_to(target, library):
                yield Naming(link.target, there, part.line + link.line - 1, part.key)


def leads_to(target: Target, library: Shelf) -> tuple[Item, ...]:
    """The items whose page a link opens, be it by a former address; none when it is no item's."""
    if target.to is To.ITEM:
        found = library.at(target.path)
    elif target.to is To.PAGE and not is_page(target.path, library.portal):
        found = _item_at(target.path, library)
        if found is None:
            return tuple(library.formerly(target.path))
    else:
        return ()
    return () if found is None else (found,)


@dataclass(frozen=True, slots=True)
class Written:
    """One of an item's Markdown texts, read.

    Attributes:
        key: The field that holds it; empty for the body.
        text: What the one reader of Markdown made of it.
        line: The line of the file on which it begins.
    """

    key: str
    text: Text
    line: int


_BELOW_A_HEADING = frozenset(("answer", "consultation", "media"))
"""Types on whose pages a text stands below a heading of the page's own."""


def written(item: Item, library: Shelf) -> Iterator[Written]:
    """Every Markdown text of an item: its body, then its fields of that kind."""
    return texts_of(item, library.portal)


def texts_of(item: Item, portal: Portal) -> Iterator[Written]:
    """Every Markdown text of an item: its body, then its fields of that kind."""
    level = 3 if item.type in _BELOW_A_HEADING else 2
    yield Written("", read(item.body, level), item.body_line)
    spec = portal.type_of(portal.section(item.section))
    for place, markdown in references(item, spec, {Kind.MARKDOWN}):
        key = key_text(place)
        # The text of a block begins on the line below its key.
        first = item.line(*place) + ("\n" in markdown)
        # Several texts on one page: their headings and footnotes must not share names.
        yield Written(key, read(markdown, level, f"{slug(key)}--"), first)


def anchors(item: Item, library: Shelf) -> frozenset[str]:
    """What a link to the item's page may name after ``#``."""
    return PAGE_IDS.union(*(part.text.anchors for part in written(item, library)))


def broken_text(item: Item, library: Shelf) -> Iterator[Finding]:
    """What an item's texts lose or distort, and their links that lead nowhere."""
    seen: dict[str, str] = {}
    for part in written(item, library):
        for fault in part.text.faults:
            line = part.line + fault.line - 1
            yield Finding(item.path, fault.message, line, part.key, fault.basis)
        for link in part.text.links:
            if link.target:  # else said by the reader
                for message in _broken_link(link, item, library):
                    yield Finding(item.path, message, part.line + link.line - 1, part.key)
        for anchor in sorted(part.text.anchors):
            if seen.setdefault(anchor, part.key) != part.key:
                message = f"Tên mục “{anchor}” đặt ở hai chỗ; hãy đổi để mỗi chỗ một tên."
                yield Finding(item.path, message, part.line, part.key)


def _broken_link(link: Link, item: Item, library: Shelf) -> Iterator[str]:
    """What is wrong with a link or picture of an item."""
    target = resolve(link.target, f"{item.section}/{item.year}")
    if target.to is To.NOWHERE:
        yield f"Liên kết “{link.target}” không dẫn đến đâu; hãy dùng https:// hoặc tệp .md."
    elif link.image and target.to is To.OUTSIDE:
        yield (
            f"Ảnh “{link.target}” nằm ở trang khác nên cổng không hiện; hãy tải về đặt vào media/."
        )
    elif link.image and target.to is not To.FILE:
        yield f"Ảnh “{link.target}” không phải tệp ảnh; hãy dẫn đến tệp trong media/."
    elif target.to is To.ITEM and (other := library.at(target.path)):
        if item.listed and other.status == "draft":
            yield f"Liên kết đến “{link.target}” {_STILL_DRAFT}"
        yield from _dead_anchor(link, target.fragment, other, library)
    elif target.to is To.ITEM and not library.is_unread(target.path):
        yield (f"Liên kết đến “{link.target}” nhưng không có tệp {target.path}; hãy sửa đường dẫn.")
    elif target.to is To.FILE:
        if target.path.split("/")[0] not in NOT_SECTIONS:
            yield (
                f"Tệp “{link.target}” phải nằm trong media/ hoặc data/ của cổng; hãy chép vào đó "
                "và sửa liên kết."
            )
        elif not library.has_file(target.path):
            yield f"Không có tệp {target.path} mà bài dẫn đến; hãy thêm tệp."
        elif link.image and (fault := _picture_fault(library.portal.path / target.path)):
            yield f"{target.path}: {fault}"
    elif target.to is To.PAGE:
        there = leads_to(target, library)
        if not is_address(target.path, library):
            yield f"Cổng không có trang nào ở địa chỉ “{target.path}”; hãy sửa liên kết."
        elif item.listed and there and all(other.status == "draft" for other in there):
            yield f"Liên kết đến “{link.target}” {_STILL_DRAFT}"
        if other_item := _item_at(target.path, library):
            yield from _dead_anchor(link, target.fragment, other_item, library)
    elif target.to is To.ANCHOR:
        yield from _dead_anchor(link, target.fragment, item, library)


def _dead_anchor(link: Link, fragment: str, item: Item, library: Shelf) -> Iterator[str]:
    """A place on an item's page that is not there; a tombstone has none and forgives all."""
    if not fragment or item.status == "withdrawn":
        return
    there = anchors(item, library)
    if unquote(fragment) not in there:
        named = sorted(there - PAGE_IDS)
        near = get_close_matches(fragment, named, n=1)
        hint = f"có phải “#{near[0]}” không?" if near else "hãy chép tên từ địa chỉ của mục ấy."
        yield f"Liên kết “{link.target}” dẫn đến mục không có; {hint}"


def _picture_fault(path: Path) -> str:
    if not path.is_file():
        return ""  # said already
    try:
        picture_size(path)
    except PictureError as error:
        return str(error)
    return ""


PAGES = frozenset("co-quan lien-he so-do-cong tim-kiem".split())
"""First parts of the addresses at which every portal has a page in each of its languages."""

VIETNAMESE_PAGES = frozenset("gui-y-kien quy-che tiep-can-thong-tin tra-cuu-van-ban".split())
"""The same for pages in Vietnamese only."""


def is_address(path: str, library: Shelf) -> bool:
    """Whether the portal has a page at an address: what the site's pages and items stand at."""
    return (
        is_page(path, library.portal)
        or _item_at(path, library) is not None
        or any(library.is_unread(place) for place in places_of(path))
        or bool(library.formerly(path))
    )


def _item_at(address: str, library: Shelf) -> Item | None:
    """The item whose page stands at an address."""
    for place in places_of(address):
        if item := library.at(place):
            return item
    return None


def is_page(path: str, portal: Portal) -> bool:
    """Whether a page of the portal that is no item's stands at an address."""
    regulation = portal.regulation
    own = {section.id for section in regulation.sections}
    own |= {group.slug for group in regulation.groups}
    if path == "/" or (path.strip("/") in own and path == f"/{path.strip('/')}/"):
        return True
    if not (path.startswith("/") and path.endswith("/")):
        return False
    first, _, rest = path.strip("/").partition("/")
    if first == "en" and "en" in {lang.code for lang in regulation.languages}:
        titled = {s.id for s in regulation.sections if s.title.has("en")}
        titled |= {group.slug for group in regulation.groups if group.title.has("en")}
        first, _, rest = rest.partition("/")
        if first == "" or (first in titled and not rest):
            return True
    elif first in VIETNAMESE_PAGES:
        return not rest or first == "tra-cuu-van-ban" or path in form_addresses(portal)
    elif path in form_addresses(portal):
        return True
    if first == "co-quan":
        return not rest or rest in portal.agencies
    return first in PAGES and not rest


def _broken_table(item: Item, library: Shelf, name: str, place: Place) -> Iterator[Finding]:
    """What is wrong with a table that an item shows, and with what is made of it."""
    path, shown = library.portal.path / name, f"content/{library.portal.id}/{name}"
    faults = list(table_faults(path))
    for line, message in faults:
        yield Finding(shown, message, line)
    for line, message in table_doubts(path):
        yield Finding(shown, message, line, severity=Severity.WARNING)
    if faults or place != ("table", "file"):
        return
    if sums := bool(item.values["table"].get("sums")):
        for line, message in sum_faults(path):
            yield Finding(shown, message, line)
    chart = item.values.get("chart")
    if not chart:
        return
    header = read_table(path)[0]
    for key in ("label", "value"):
        if chart[key] is not None and chart[key] not in header:
            message = f"Bảng không có cột “{chart[key]}”; các cột: {', '.join(header)}."
            yield Finding(item.path, message, item.line("chart", key), f"chart.{key}")
    if chart["value"] in header:
        for line, message in chart_faults(path, chart["value"], chart["form"], sums):
            yield Finding(shown, message, line)
