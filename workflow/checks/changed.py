"""The checks of a change: what it touches, and what it breaks elsewhere."""

import datetime as dt
import functools
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from regulation.findings import Finding, Refused, in_order
from regulation.library import NOT_SECTIONS, missing_act, places_of
from regulation.loading import load_portal
from regulation.portal import Portal
from regulation.yamlfile import VIETNAM
from workflow.checks import deadline, permanence, samples
from workflow.checks.change import Change
from workflow.checks.deadline import Late
from workflow.checks.files import FILE_CHECKS, FileCheck, names, not_told
from workflow.checks.shelf import Shelf, Side, portal_folder
from workflow.git import Git
from workflow.gitfiles import Tree
from workflow.index import Index, Rows, is_item_file

_RULES = ("portal.yml", "agencies.yml")


@dataclass(frozen=True)
class Outcome:
    """What the checks of a change found.

    Attributes:
        findings: In the order of files and lines.
        deadlines: How each item that the change publishes stands to its deadline.
        items: How many items were looked at.
    """

    findings: tuple[Finding, ...]
    deadlines: tuple[Late, ...] = ()
    items: int = 0


def check_change(
    git: Git,
    change: Change,
    now: dt.datetime,
    *,
    portal_ids: Collection[str] | None = None,
    production: bool = False,
    file_checks: Iterable[FileCheck] = FILE_CHECKS,
    index: Index | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Checks what a change touches and what it breaks elsewhere.

    A portal whose regulation changes is looked at whole: every item stands on it.

    Args:
        git: The repository.
        change: The change.
        now: The moment.
        portal_ids: Only these portals; none means every portal.
        production: Whether the portals are in use, so that samples are refused.
        file_checks: What is looked at in every file that is added or changed.
        index: The index; none means the repository's own.
        told: Told, in Vietnamese, before something that takes long.
    """
    index = index or Index(git)
    run = functools.partial(
        _Run, change, now, portal_ids, production=production, file_checks=tuple(file_checks)
    )
    for again in (True, False):
        regulations = _Regulations(change, now)
        try:
            with index.at(change.base, regulations.before, told) as rows:
                return run(rows, regulations).outcome()
        except sqlite3.DatabaseError:
            if not again:
                raise
            index.discard()  # broken in the middle: made anew
    raise AssertionError


class _Regulations:
    """The portals on both sides of a change, each loaded when it is asked for."""

    def __init__(self, change: Change, now: dt.datetime) -> None:
        self._change = change
        self._today = now.astimezone(VIETNAM).date()
        self.findings: dict[str, tuple[Finding, ...]] = {}
        self._before: dict[str, Portal | None] = {}
        self._after: dict[str, Portal | None] = {}

    def after(self, portal_id: str) -> Portal | None:
        """The portal as it would be; what is wrong with it is noted."""
        if portal_id not in self._after:
            portal, found = self._load(self._change.after, portal_id)
            self.findings[portal_id] = tuple(found)
            self._after[portal_id] = portal
        return self._after[portal_id]

    def before(self, portal_id: str) -> Portal | None:
        """The portal as it is; where that cannot be read any more, by the rules to come."""
        if portal_id not in self._before:
            portal, _ = self._load(self._change.before, portal_id)
            folder = portal_folder(self._change.before, portal_id)
            if portal is None and folder and (other := self.after(portal_id)):
                portal = replace(other, path=folder)
            self._before[portal_id] = portal
        return self._before[portal_id]

    def _load(self, tree: Tree, portal_id: str) -> tuple[Portal | None, Iterable[Finding]]:
        folder = portal_folder(tree, portal_id)
        if folder is None:
            return None, ()
        try:
            return load_portal(folder, tree.root, self._today), ()
        except Refused as refused:
            return None, refused.findings


class _Run:
    """One run of the checks over a change."""

    def __init__(
        self,
        change: Change,
        now: dt.datetime,
        portal_ids: Collection[str] | None,
        rows: Rows,
        regulations: _Regulations,
        *,
        production: bool,
        file_checks: tuple[FileCheck, ...],
    ) -> None:
        self.change = change
        self.now = now
        self.rows = rows
        self.regulations = regulations
        self.production = production
        self.file_checks = file_checks
        everywhere = any(path.startswith("regulation/") for path in change.paths)
        self.touched = {
            path: path.split("/")[1]
            for path in change.paths
            if path.startswith("content/") and path.count("/") > 1
        }
        known = {path.split("/")[1] for path in self._folders()}
        self.portals = set(known if everywhere else self.touched.values())
        if portal_ids is not None:
            self.portals &= {*portal_ids}
        self.whole = {
            portal
            for portal in self.portals
            if everywhere or any(f"content/{portal}/{name}" in self.touched for name in _RULES)
        }
        self.before = Side(rows, (), now)
        self.after = Side(rows, self._touched_after(), now)
        self._fill(known if portal_ids is None else known & {*portal_ids})

    def _folders(self) -> set[str]:
        beside = (tree.beside("content") for tree in (self.change.before, self.change.after))
        return {path for paths in beside for path in paths}

    def _touched_after(self) -> set[str]:
        """Paths for which the index does not speak after the change."""
        found = {path for path in self.touched if is_item_file(path)}
        for portal in self.whole:
            folder = f"content/{portal}"
            found |= {path for path in self.change.after.files(folder) if is_item_file(path)}
            found |= {*self.rows.paths(portal)}
        return found

    def _fill(self, known: Collection[str]) -> None:
        for portal_id in sorted(known):
            # A portal that is not touched is loaded when one of its items is asked for.
            for side, tree, load in (
                (self.before, self.change.before, self.regulations.before),
                (self.after, self.change.after, self.regulations.after),
            ):
                if portal_id in self.portals:
                    portal = load(portal_id)
                    if portal is not None:
                        side.shelves[portal_id] = Shelf(portal, tree, self.rows, side.touched)
                else:
                    side.lazily[portal_id] = functools.partial(
                        self._shelf, portal_id, tree, load, side.touched
                    )

    def _shelf(
        self,
        portal_id: str,
        tree: Tree,
        load: Callable[[str], Portal | None],
        touched: Collection[str],
    ) -> Shelf | None:
        portal = load(portal_id)
        return None if portal is None else Shelf(portal, tree, self.rows, touched)

    def outcome(self) -> Outcome:
        """Everything that was found."""
        found: list[Finding] = []
        late: list[Late] = []
        looked_at = 0
        for portal_id in sorted(self.portals):
            examined = self._examined(portal_id)
            looked_at += sum(1 for path in examined if is_item_file(path))
            found += self._new(portal_id, examined)
            found += self.regulations.findings.get(portal_id, ())
        found += permanence.check(self.change, self.before, self.after, self.now)
        for path in sorted(self.change.paths):
            found += not_told(list(self._file(path)), found)
            for item_late in self._published(path, found):
                late.append(item_late)
        return Outcome(tuple(in_order(found)), tuple(late), looked_at)

    # --- the items -------------------------------------------------------------------------------

    def _examined(self, portal_id: str) -> set[str]:
        """The files to look at: those that change, and those that what changes may break."""
        mine = {path for path, portal in self.touched.items() if portal == portal_id}
        after = self.after.shelves.get(portal_id)
        if after is None:
            return mine
        if portal_id in self.whole:
            return mine | {path for path in self.after.touched if after.has(path)}
        found = set(mine)
        before = self.before.shelves.get(portal_id)
        ids: set[str] = set()
        addresses: set[str] = set()
        for path in mine:
            place = "/".join(path.split("/")[2:])
            if not is_item_file(path):
                found |= after.naming("file", place)
                continue
            found |= after.naming("place", place)
            found |= {_path(portal_id, f"{place.removesuffix('.md')}.en.md")}
            for side, shelf in ((self.before, before), (self.after, after)):
                if shelf is None or not shelf.has(path):
                    continue
                facts = shelf.facts(path)
                addresses |= facts.former
                if facts.id:
                    ids.add(facts.id)
                found |= set(side.near(path, facts.prints))
            addresses |= _addresses(place)
        for item_id in ids:
            found |= after.naming("item", item_id)
            found |= {*self.rows.with_id(portal_id, item_id)}
        for address in addresses:
            found |= after.naming("address", address)
            found |= {*self.rows.formerly(portal_id, address)}
            found |= {_path(portal_id, place) for place in places_of(address)}
        if before is None or (before.has_unread and not after.has_unread):
            found |= {*self.rows.dangling(portal_id)}
        return {path for path in found if path in mine or self._there(path)}

    def _there(self, path: str) -> bool:
        shelf = self.after.shelf(path.split("/")[1])
        return shelf is not None and shelf.has(path)

    def _new(self, portal_id: str, examined: Collection[str]) -> Iterator[Finding]:
        """What is wrong in the files that change, and what is wrong since in the others."""
        after, before = (side.shelves.get(portal_id) for side in (self.after, self.before))
        if after is None:
            return
        found = [finding for path in examined for finding in self.after.findings(path)]
        if portal_id in self.whole:
            yield from found
            yield from missing_act(after)
            return
        found += missing_act(after)
        paths = self.change.paths
        yield from (finding for finding in found if finding.path in paths)
        elsewhere = {finding for finding in found if finding.path not in paths}
        if elsewhere and before is not None:
            elsewhere -= self._old(before, {*examined, *(f.path for f in elsewhere)})
        yield from elsewhere

    def _old(self, before: Shelf, paths: Collection[str]) -> set[Finding]:
        """What was wrong before the change with some files, and with those that name them."""
        asked = set(paths)
        for path in paths:
            _, _, place = path.split("/", 2)
            if place.split("/")[0] in NOT_SECTIONS:
                asked |= {*self.rows.naming(before.portal.id, "file", place)}
        found = {finding for path in asked for finding in self.before.findings(path)}
        return found | {*missing_act(before)}

    # --- the files -------------------------------------------------------------------------------

    def _file(self, path: str) -> Iterator[Finding]:
        portal = self.touched.get(path)
        if portal is None or portal not in self.portals:
            return
        if path in self.change.links:
            message = "Đây là liên kết tượng trưng, không phải tệp; hãy thay bằng chính tệp ấy."
            yield Finding(path, message)
            return
        data = self.change.new(path)
        if data is None:
            if path in self.change.present:
                message = "Tên tệp có ký tự mà máy không đọc được; hãy đặt lại tên."
                yield Finding(_shown(path), message)
            return
        for check in self.file_checks:
            yield from check(_shown(path), data)
        folder = path.rpartition("/")[0]
        beside = [other for other in self.change.after.beside(folder) if other != path]
        for finding in names.check_names(_shown(name) for name in (*beside, path)):
            if finding.path == _shown(path) or _shown(path) in finding.message:
                yield finding

    def _published(self, path: str, found: list[Finding]) -> Iterator[Late]:
        """Samples, and how what is published now stands to its deadline."""
        portal_id = self.touched.get(path, "")
        shelf = self.after.shelves.get(portal_id)
        if shelf is None or not is_item_file(path) or not shelf.has(path):
            return
        item = shelf.read(path)[0]
        if item is None:
            return
        found += samples.check(item, production=self.production)
        before = self.before.shelves.get(portal_id)
        if before and any(old.listed for old in before.with_id(item.id)):
            return  # it has been published; its clock has stopped
        if late := deadline.deadline(item, shelf.portal, self.now):
            yield late
            if late.late:
                found.append(deadline.finding(item, late))


def _shown(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _path(portal_id: str, place: str) -> str:
    return f"content/{portal_id}/{place}"


def _addresses(place: str) -> set[str]:
    path = place.removesuffix(".md")
    return (
        {f"/{path}/", f"/en/{path.removesuffix('.en')}/"} if path.endswith(".en") else {f"/{path}/"}
    )
