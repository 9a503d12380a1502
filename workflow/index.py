"""The index: what the items of a commit claim and name, so that few files answer for them all.

One SQLite file in Git's own folder, which may be thrown away at any time: it is made again when it
is missing, broken or another release's. It holds the items of one commit. Another commit's are
made out of these by reading the files that differ.

Nobody waits for a lock while writing by halves: whoever brings the index to a commit does so in
one transaction, and then asks within another, in which nothing changes. If somebody brought it
to another commit between the two, it starts anew.
"""

import functools
import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from regulation.content_types import Kind
from regulation.items import Item, read_item, references, unread_item
from regulation.library import NOT_SECTIONS, is_leftover, texts_of
from regulation.links import To, resolve
from regulation.portal import Portal
from regulation.prose import MAX_BYTES
from workflow.alike import prints, shingles
from workflow.git import Git, GitError
from workflow.gitfiles import Blobs

Regulations = Callable[[str], Portal | None]
"""The portal with an id, as its regulation describes it at the commit; none when unreadable."""

_PATIENCE = 60.0  # seconds that another process may take to bring the index to its commit
_TRIES = 5
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE item (path TEXT PRIMARY KEY, portal TEXT NOT NULL, id TEXT) WITHOUT ROWID;
CREATE INDEX item_id ON item (portal, id);
CREATE TABLE former (
    portal TEXT, address TEXT, path TEXT, PRIMARY KEY (portal, address, path)) WITHOUT ROWID;
CREATE INDEX former_path ON former (path);
CREATE TABLE link (
    portal TEXT, kind TEXT, target TEXT, path TEXT, PRIMARY KEY (portal, kind, target, path)
) WITHOUT ROWID;
CREATE INDEX link_path ON link (path);
CREATE TABLE print (number INTEGER, path TEXT, PRIMARY KEY (number, path)) WITHOUT ROWID;
CREATE INDEX print_path ON print (path);
"""


class _MovedError(Exception):
    """Somebody brought the index to another commit."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one file says that others may ask about.

    Attributes:
        id: The item's id; none when the file cannot be read.
        former: Its former addresses.
        links: What it names, as pairs of a kind (item, place, address, file) and a name.
        prints: The sample of its shingles.
    """

    id: str | None
    former: frozenset[str] = frozenset()
    links: frozenset[tuple[str, str]] = frozenset()
    prints: frozenset[int] = frozenset()


def facts_of(item: Item | None, portal: Portal) -> Facts:
    """What an item says that others may ask about."""
    if item is None:
        return Facts(None)
    spec = portal.type_of(portal.section(item.section))
    return Facts(
        item.id,
        frozenset(item.values.get("moved_from") or ()),
        _links(item, portal),
        prints(shingles(item, spec)),
    )


def _links(item: Item, portal: Portal) -> frozenset[tuple[str, str]]:
    """What an item names."""
    spec = portal.type_of(portal.section(item.section))
    links = {("item", name) for _, name in references(item, spec, {Kind.ITEM})}
    files = {Kind.FILE, Kind.PICTURE, Kind.TABLE}
    links |= {("file", name) for _, name in references(item, spec, files)}
    kinds = {To.ITEM: "place", To.PAGE: "address", To.FILE: "file"}
    for part in texts_of(item, portal):
        for link in part.text.links:
            target = resolve(link.target, f"{item.section}/{item.year}")
            if target.to in kinds:
                links.add((kinds[target.to], target.path))
    return frozenset(links)


def is_item_file(path: str) -> bool:
    """Whether a path from the root of the checkout is one at which an item's file lies."""
    parts = path.split("/")
    inside = len(parts) > 2 and parts[0] == "content" and parts[2] not in NOT_SECTIONS
    named = path.endswith(".md") and not is_leftover(parts[-1])
    return inside and named and path.isprintable()


class Rows:
    """The index at one commit, as one moment shows it."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def _column(self, query: str, *values: Any) -> list[Any]:
        try:
            return [row[0] for row in self._database.execute(query, values)]
        except UnicodeEncodeError:  # a name that is no Unicode, which no item has or names
            return []

    def has(self, path: str) -> bool:
        """Whether an item's file lies at a path."""
        return bool(self._column("SELECT 1 FROM item WHERE path = ?", path))

    def unread(self, portal: str) -> list[str]:
        """The portal's files that are there and cannot be read."""
        return self._column("SELECT path FROM item WHERE portal = ? AND id IS NULL", portal)

    def paths(self, portal: str) -> list[str]:
        """Every item's file of the portal."""
        return self._column("SELECT path FROM item WHERE portal = ?", portal)

    def with_id(self, portal: str, item_id: str) -> list[str]:
        """The files that claim an id."""
        query = "SELECT path FROM item WHERE portal = ? AND id = ?"
        return self._column(query, portal, item_id)

    def formerly(self, portal: str, address: str) -> list[str]:
        """The files that claim a former address."""
        query = "SELECT path FROM former WHERE portal = ? AND address = ?"
        return self._column(query, portal, address)

    def naming(self, portal: str, kind: str, target: str) -> list[str]:
        """The files that name an item, a place, an address or a file."""
        query = "SELECT path FROM link WHERE portal = ? AND kind = ? AND target = ?"
        return self._column(query, portal, kind, target)

    def dangling(self, portal: str) -> list[str]:
        """The files that name an id which no item has."""
        query = """SELECT DISTINCT path FROM link WHERE portal = ? AND kind = 'item'
            AND target NOT IN (SELECT id FROM item WHERE portal = ? AND id IS NOT NULL)"""
        return self._column(query, portal, portal)

    def sharing(self, numbers: Iterable[int]) -> Counter[str]:
        """How many of some prints each file has."""
        found: Counter[str] = Counter()
        for number in numbers:
            found.update(self._column("SELECT path FROM print WHERE number = ?", number))
        return found


class Index:
    """The index of a repository.

    Attributes:
        file: Where it is kept.
    """

    def __init__(self, git: Git, file: Path | None = None) -> None:
        self._git = git
        self.file = file or index_file(git)

    @contextmanager
    def at(
        self, commit: str, regulations: Regulations, told: Callable[[str], None] = lambda _: None
    ) -> Iterator[Rows]:
        """The index, brought to a commit, for as long as the block lasts.

        Args:
            commit: The full hash.
            regulations: The portals as the regulation of that commit describes them.
            told: Told, in Vietnamese, before something that takes long.

        An index that cannot be written or is locked for long is made in memory instead.
        """
        with self._opened(commit, regulations, told) as database:
            yield Rows(database)

    @contextmanager
    def _opened(
        self, commit: str, regulations: Regulations, told: Callable[[str], None]
    ) -> Iterator[sqlite3.Connection]:
        for attempt in range(_TRIES):
            try:
                database = self._connect(str(self.file))
            except (sqlite3.Error, OSError):
                break
            try:
                self._bring(database, commit, regulations, told)
                database.execute("BEGIN")
                if _meta(database, "commit") != commit:
                    raise _MovedError
            except _MovedError:
                database.close()
                continue
            except sqlite3.OperationalError as error:
                database.close()
                if "malformed" not in str(error) and "no such" not in str(error):
                    break  # locked, or not ours to write
                self._discard(attempt)
                continue
            except sqlite3.DatabaseError:
                database.close()
                self._discard(attempt)
                continue
            with closing(database):
                yield database
            return
        with closing(self._connect(":memory:")) as database:
            self._bring(database, commit, regulations, told)
            yield database

    def discard(self) -> None:
        """Throws the index away: it was found broken."""
        self._discard(0)

    def _discard(self, attempt: int) -> None:
        if attempt + 1 < _TRIES:
            for name in (self.file.name, f"{self.file.name}-journal"):
                (self.file.parent / name).unlink(missing_ok=True)

    def _connect(self, name: str) -> sqlite3.Connection:
        if name != ":memory:":
            self.file.parent.mkdir(parents=True, exist_ok=True)
        # Not the write-ahead log: with it some releases of SQLite lose what two write at once.
        return sqlite3.connect(name, timeout=_PATIENCE, isolation_level=None)

    def _bring(
        self,
        database: sqlite3.Connection,
        commit: str,
        regulations: Regulations,
        told: Callable[[str], None],
    ) -> None:
        """Brings the index to a commit, in one transaction."""
        if _version_of(database) == version() and _meta(database, "commit") == commit:
            return
        rules = self._rules(commit)
        database.execute("BEGIN IMMEDIATE")
        try:
            if _version_of(database) != version():
                for (name,) in database.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table'"
                ).fetchall():
                    database.execute(f"DROP TABLE {name}")  # our own names
                for statement in _SCHEMA.split(";"):
                    database.execute(statement)
                database.execute("INSERT INTO meta VALUES ('version', ?)", (version(),))
            known = dict(
                database.execute(
                    "SELECT substr(name, 7), value FROM meta WHERE name LIKE 'rules:%'"
                )
            )
            whole = {
                portal for portal in known.keys() | rules if known.get(portal) != rules.get(portal)
            }
            changed = self._changed(_meta(database, "commit"), commit)
            if changed is None:
                whole = known.keys() | rules.keys()
                changed = {}
            for portal in whole:
                for path in Rows(database).paths(portal):
                    _forget(database, path)
            changed = {p: blob for p, blob in changed.items() if p.split("/")[1] not in whole}
            changed |= self._listed(commit, sorted(whole & rules.keys()))
            if len(changed) > 200:
                told(f"Đang lập mục lục của {len(changed)} bài…")
            self._take(database, changed, regulations)
            database.execute("DELETE FROM meta WHERE name LIKE 'rules:%'")
            database.executemany(
                "INSERT INTO meta VALUES ('rules:' || ?, ?)", sorted(rules.items())
            )
            database.execute("INSERT OR REPLACE INTO meta VALUES ('commit', ?)", (commit,))
        except BaseException:
            database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")

    def _rules(self, commit: str) -> dict[str, str]:
        """What tells one state of each portal's regulation from another."""
        listed = self._git.run("ls-tree", "-z", "--name-only", commit, "content/").text
        names = ("portal.yml", "agencies.yml")
        asked = [f"{folder}/{name}" for folder in listed.split("\0") if folder for name in names]
        if not asked:
            return {}
        found: dict[str, str] = {}
        for line in self._git.run("ls-tree", "-z", commit, *asked).text.split("\0"):
            about, _, path = line.partition("\t")
            if path:
                portal = path.split("/")[1]
                found[portal] = f"{found.get(portal, '')} {about.split(' ')[2]}".strip()
        return found

    def _changed(self, old: str, new: str) -> dict[str, str | None] | None:
        """The items' files that differ between two commits, with their new hashes."""
        if not old:
            return None
        words = ("diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", old, new)
        try:
            raw = self._git.run(*words, "--", "content").text
        except GitError:
            return None  # the indexed commit is gone
        parts = iter(raw.split("\0"))
        found: dict[str, str | None] = {}
        for head in parts:
            if head:
                path = next(parts)
                _, _, _, blob, status = head.split(" ")
                if is_item_file(path):
                    found[path] = None if status[0] == "D" else blob
        return found

    def _listed(self, commit: str, portals: list[str]) -> dict[str, str | None]:
        """Every item's file of some portals with its hash."""
        if not portals:
            return {}
        folders = [f"content/{portal}" for portal in portals]
        found: dict[str, str | None] = {}
        for line in self._git.run("ls-tree", "-r", "-z", commit, *folders).text.split("\0"):
            about, _, path = line.partition("\t")
            if path and is_item_file(path):
                found[path] = about.split(" ")[2]
        return found

    def _take(
        self,
        database: sqlite3.Connection,
        changed: dict[str, str | None],
        regulations: Regulations,
    ) -> None:
        blobs = Blobs(self._git)
        try:
            for path, blob in changed.items():
                _forget(database, path)
                if blob is None:
                    continue
                portal_id = path.split("/")[1]
                facts = Facts(None)
                if portal := regulations(portal_id):
                    facts = _facts(path, blobs.read(blob), portal)
                _remember(database, path, portal_id, facts)
        finally:
            blobs.close()


def _facts(path: str, data: bytes | None, portal: Portal) -> Facts:
    """What a file's bytes say; of an item that cannot be read, what it names."""
    nothing = Facts(None)
    if data is None or len(data) > MAX_BYTES:
        return nothing
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return nothing
    place = PurePosixPath(*path.split("/")[2:])
    if item := read_item(place, path, text, portal)[0]:
        return facts_of(item, portal)
    unread = unread_item(place, path, text, portal)
    return nothing if unread is None else Facts(None, links=_links(unread, portal))


def _forget(database: sqlite3.Connection, path: str) -> None:
    for table in ("item", "former", "link", "print"):
        database.execute(f"DELETE FROM {table} WHERE path = ?", (path,))  # noqa: S608 (our names)


def _remember(database: sqlite3.Connection, path: str, portal: str, facts: Facts) -> None:
    database.execute("INSERT INTO item VALUES (?, ?, ?)", (path, portal, facts.id))
    former = [(portal, address, path) for address in facts.former]
    database.executemany("INSERT INTO former VALUES (?, ?, ?)", former)
    links = [(portal, kind, target, path) for kind, target in facts.links]
    database.executemany("INSERT INTO link VALUES (?, ?, ?, ?)", links)
    database.executemany(
        "INSERT INTO print VALUES (?, ?)", [(number, path) for number in facts.prints]
    )


def _meta(database: sqlite3.Connection, name: str) -> str:
    row = database.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def _version_of(database: sqlite3.Connection) -> str:
    """The release that made the index; empty when nobody has yet."""
    there = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
    return _meta(database, "version") if there else ""


@functools.cache
def version() -> str:
    """What tells the rows of this release from another's: the code and the data they come from."""
    house = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted((house / "regulation").rglob("*")):
        if path.suffix in (".py", ".yml"):
            digest.update(path.read_bytes())
    for name in ("index.py", "alike.py"):
        digest.update((house / "workflow" / name).read_bytes())
    return digest.hexdigest()


def index_file(git: Git) -> Path:
    """Where a repository's index is kept: in Git's own folder, which is never published."""
    folder = git.run("rev-parse", "--git-common-dir").line
    return (git.path / folder / "cong" / "checks.sqlite3").resolve()
