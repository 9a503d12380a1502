"""One side of a change: a portal's items before or after it, of which few are read."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath

from regulation.checkout import within
from regulation.findings import Finding
from regulation.items import Item
from regulation.library import among_others, no_item, of_unread, read_file
from regulation.portal import Portal
from workflow.alike import nearest, prints, shingles
from workflow.checks.items import ITEM_CHECKS, duplicates
from workflow.gitfiles import Tree
from workflow.index import Facts, Rows, facts_of, is_item_file

Alike = Callable[[Item], Sequence[Item]]
"""The items of every portal that are worth comparing with one."""


class Shelf:
    """A portal's items at one side of a change: what differs is read, the index tells the rest.

    Attributes:
        portal: The portal as its regulation stands on this side.
        touched: Paths of which the index does not speak for this side: they are read instead.
    """

    def __init__(self, portal: Portal, tree: Tree, rows: Rows, touched: Collection[str]) -> None:
        self.portal = portal
        self.tree = tree
        self.rows = rows
        self.touched = frozenset(touched)
        self._read: dict[str, tuple[Item | None, list[Finding]]] = {}
        self._facts: dict[str, Facts] = {}

    # --- what regulation.library.Shelf asks -----------------------------------------------------

    @cached_property
    def has_unread(self) -> bool:
        """Whether some item's file is there and could not be read."""
        there = any(path not in self.touched for path in self.rows.unread(self.portal.id))
        return there or any(self.facts(path).id is None for path in self._present)

    def is_unread(self, place: str) -> bool:
        """Whether an item's file, named from the portal's folder, is one of these."""
        path = self._path(place)
        return self.has(path) and self.read(path)[0] is None

    def at(self, place: str) -> Item | None:
        """The item in a file, named from the portal's folder."""
        path = self._path(place)
        return self.read(path)[0] if self.has(path) else None

    def with_id(self, item_id: str) -> Sequence[Item]:
        """Every item that has or claims the id, in the order of their paths."""
        rows = self.rows.with_id(self.portal.id, item_id)
        return self._items(rows, lambda facts: facts.id == item_id)

    def formerly(self, address: str) -> Sequence[Item]:
        """Every item that says it stood at the address, in the order of their paths."""
        rows = self.rows.formerly(self.portal.id, address)
        return self._items(rows, lambda facts: address in facts.former)

    def has_file(self, name: str) -> bool:
        """Whether a file is there; then it can be read in the portal's folder."""
        path = self.portal.path / name
        try:
            return (
                self.tree.has(self._path(name))
                and path.is_file()
                and within(path, self.portal.path)
            )
        except (OSError, ValueError):  # a name that no file can have
            return False

    # --- what the checks of a change ask besides ------------------------------------------------

    def has(self, path: str) -> bool:
        """Whether an item's file lies at a path from the root."""
        if not is_item_file(path) or path.split("/")[1] != self.portal.id:
            return False
        if path in self.touched:
            return self.tree.has(path)
        return self.rows.has(path)

    def read(self, path: str) -> tuple[Item | None, list[Finding]]:
        """The item in a file that is there, and what is wrong with the file alone."""
        if path not in self._read:
            self.tree.has(path)  # which puts it there
            self._read[path] = read_file(self.portal, self.tree.root / path, self.tree.root)
        return self._read[path]

    def facts(self, path: str) -> Facts:
        """What a file that is there says."""
        if path not in self._facts:
            self._facts[path] = facts_of(self.read(path)[0], self.portal)
        return self._facts[path]

    def naming(self, kind: str, target: str) -> set[str]:
        """The files, among those that the index speaks for, that name something."""
        return {*self.rows.naming(self.portal.id, kind, target)} - self.touched

    def sharing(self, numbers: Collection[int]) -> Counter[str]:
        """How many of some prints each of the files has that the index does not speak for."""
        wanted = frozenset(numbers)
        found = {path: len(self.facts(path).prints & wanted) for path in self._present}
        return Counter({path: count for path, count in found.items() if count})

    @cached_property
    def _present(self) -> list[str]:
        return [path for path in sorted(self.touched) if self.has(path)]

    def _items(self, rows: list[str], wanted: Callable[[Facts], bool]) -> list[Item]:
        paths = {path for path in rows if path not in self.touched}
        paths |= {path for path in self._present if wanted(self.facts(path))}
        read = (self.read(path)[0] for path in sorted(paths, key=PurePosixPath))
        return [item for item in read if item is not None]

    def _path(self, place: str) -> str:
        return f"content/{self.portal.id}/{place}"


class Side:
    """One side of a change, every portal of it.

    Attributes:
        shelves: The portals that have been loaded, by id.
        lazily: How to load the others, which the change does not touch.
    """

    def __init__(self, rows: Rows, touched: Collection[str], now: dt.datetime) -> None:
        self.rows = rows
        self.touched = frozenset(touched)
        self.now = now
        self.shelves: dict[str, Shelf] = {}
        self.lazily: dict[str, Callable[[], Shelf | None]] = {}

    def shelf(self, portal_id: str) -> Shelf | None:
        """A portal's items; none when there is no such portal or it cannot be read."""
        if portal_id in self.lazily:
            loaded = self.lazily.pop(portal_id)()
            if loaded is not None:
                self.shelves[portal_id] = loaded
        return self.shelves.get(portal_id)

    def findings(self, path: str) -> Iterator[Finding]:
        """Everything that is wrong with a file, in itself and among the others."""
        shelf = self.shelf(path.split("/")[1])
        if shelf is None:
            return
        if not is_item_file(path):
            message = no_item(PurePosixPath(*path.split("/")[2:]))
            if message and shelf.tree.has(path):
                yield Finding(path, message)
        elif shelf.has(path):
            item, wrong = shelf.read(path)
            yield from wrong
            if item is None:
                yield from of_unread(shelf.portal, shelf.tree.root / path, shelf.tree.root, shelf)
            else:
                yield from among_others(item, shelf)
                for check in ITEM_CHECKS:
                    yield from check(item, shelf, self.now)
                near = self.alike(item)
                yield from duplicates(item, shelf.portal, near, self.portal_of, self.is_new)

    def portal_of(self, item: Item) -> Portal:
        """The portal of an item that ``alike`` has told."""
        return self.shelves[item.portal].portal

    def is_new(self, item: Item) -> bool:
        """Whether the change brings an item: neither its file nor its id stood there before."""
        if item.path not in self.touched or self.rows.has(item.path):
            return False
        return not self.rows.with_id(item.portal, item.id)

    def alike(self, item: Item) -> list[Item]:
        """The items of every portal that are worth comparing with one."""
        shelf = self.shelves[item.portal]
        spec = shelf.portal.type_of(shelf.portal.section(item.section))
        return [
            other
            for path in self.near(item.path, prints(shingles(item, spec)))
            if (other := self._item(path)) is not None
        ]

    def near(self, path: str, numbers: Collection[int]) -> list[str]:
        """The files worth comparing with one that has these prints."""
        known = self.shelves.keys() | self.lazily.keys()
        counts = self.rows.sharing(numbers)
        for other in list(counts):
            if other in self.touched or other.split("/")[1] not in known:
                del counts[other]
        for shelf in self.shelves.values():
            counts.update(shelf.sharing(numbers))
        counts.pop(path, None)
        return nearest(counts)

    def _item(self, path: str) -> Item | None:
        shelf = self.shelf(path.split("/")[1])
        return shelf.read(path)[0] if shelf and shelf.has(path) else None


def portal_folder(tree: Tree, portal_id: str) -> Path | None:
    """A portal's folder with what its regulation needs, where there is one."""
    folder = f"content/{portal_id}"
    if not tree.has(f"{folder}/portal.yml"):
        return None
    for path in tree.beside(folder):
        tree.has(path)  # agencies.yml, the mark
    return tree.root / folder
