"""A folder that a web server serves: releases side by side, and a link that says which is live.

::

    DIR/live -> releases/20261122T031500Z-0a1b2c3      what the web server is told to serve
    DIR/releases/<name>/                               a whole site
    DIR/releases/<name>.json                           what is known of it
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from regulation.machine import os_words
from workflow.publish.release import KEPT, PublishError, Release, carried, from_json

LIVE = "live"
_RELEASES = "releases"
_NEW = ".new"


class FolderTarget:
    """See ``Target``.

    Args:
        folder: The folder; it is made when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._releases = self._folder / _RELEASES

    def releases(self) -> list[Release]:
        """The releases that are kept, the oldest first."""
        with _told(self._folder):
            notes = sorted(self._releases.glob("*.json"))
            return [from_json(note.read_bytes()) for note in notes if note.with_suffix("").is_dir()]

    def live(self) -> Release | None:
        """The release that citizens read; none before the first."""
        with _told(self._folder):
            link = self._folder / LIVE
            if not link.is_symlink():
                if link.exists():
                    raise PublishError(
                        f"{link} là thư mục thật, không phải liên kết do cong đặt; hãy chọn thư "
                        "mục khác."
                    )
                self._demand_ours()
                return None
            note = self._releases / f"{link.readlink().name}.json"
            if not note.is_file():
                # Without it nobody could say whether an item is about to be lost.
                raise PublishError(
                    f"{link} dẫn tới một bản không có tệp ghi {note.name}; hãy khôi phục tệp ấy "
                    "từ bản sao lưu, hoặc chọn thư mục khác."
                )
            return from_json(note.read_bytes())

    def settled(self) -> bool:
        """See ``Target``: the link leads to the old or to the new, never to something between."""
        return True

    def put(self, folder: Path, release: Release) -> None:
        """Makes a built site the live one, and lets go of those older than the last ``KEPT``.

        What the live release has too is not written again: the file gets a second name.
        """
        self.live()  # before anything of ours is put into what may be somebody else's folder
        with _told(self._folder), self._alone():
            before = self.live()
            if before is not None and before.portal != release.portal:
                raise PublishError(
                    f"{self._folder} đang phát hành cổng {before.portal}; mỗi cổng cần một thư mục "
                    "riêng, hãy chọn thư mục khác."
                )
            final = self._releases / release.name
            if before is not None and before.name == release.name:
                raise PublishError(f"Đã có bản phát hành {release.name}; hãy làm lại sau một giây.")
            self._drop(release.name)  # of a run that was killed before it was live
            self._tidy()
            fresh = self._releases / f"{release.name}{_NEW}"
            try:
                self._fill(fresh, folder, release, before)
                _write(self._releases / f"{release.name}.json", release.to_json())
                fresh.rename(final)
            except OSError:
                self._tidy()  # a full disk would stay full
                raise
            _to_disk(self._releases)
            self._point(release.name)
            self._let_go(release.name)

    def switch(self, name: str) -> None:
        """Makes a kept release the live one again."""
        with _told(self._folder), self._alone():
            found = next((each for each in self.releases() if each.name == name), None)
            if found is None:
                raise PublishError(f"Không còn giữ bản phát hành {name}; hãy xem cong rollback -l.")
            if before := self.live():
                self._carry(before, found, self._releases / name)
            self._point(name)

    def _fill(self, fresh: Path, folder: Path, release: Release, before: Release | None) -> None:
        """Makes the folder of a release, all of it on the disk before anything leads to it."""
        made = {fresh}
        fresh.mkdir()
        for name, digest in release.files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            made.update(parent for parent in path.parents if parent.is_relative_to(fresh))
            had = self._releases / before.name / name if before else None
            if before and had and before.files.get(name) == digest and _same_file(had, path):
                continue
            shutil.copyfile(folder / name, path)
            path.chmod(0o444)  # it may get several names: nobody may write through one of them
            _to_disk(path)
        if before:
            self._carry(before, release, fresh)
        for each in made:
            each.chmod(0o755)  # the web server is somebody else, whatever the umask
            _to_disk(each)

    def _carry(self, before: Release, after: Release, folder: Path) -> None:
        for name in carried(before, after):
            had, path = self._releases / before.name / name, folder / name
            if had.is_file() and not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                if not _same_file(had, path):
                    shutil.copyfile(had, path)

    def _point(self, name: str) -> None:
        """Lets the link lead to a release. One rename: a reader finds the old link or the new."""
        fresh = self._folder / f"{LIVE}{_NEW}"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(Path(_RELEASES) / name)
        fresh.replace(self._folder / LIVE)
        _to_disk(self._folder)

    def _tidy(self) -> None:
        """Removes what killed or failed runs left: all that is no release with its note."""
        for path in list(self._releases.iterdir()):
            other = path.with_suffix("") if path.suffix == ".json" else Path(f"{path}.json")
            if not other.exists():
                _remove(path)

    def _let_go(self, live: str) -> None:
        """Removes releases beyond the last, never the live one."""
        names = sorted(note.stem for note in self._releases.glob("*.json"))
        for name in names[:-KEPT]:
            if name != live:
                self._drop(name)
        self._tidy()

    def _drop(self, name: str) -> None:
        """Removes a release. Its note first: what a killed run leaves is then offered to nobody."""
        _remove(self._releases / f"{name}.json")
        _remove(self._releases / name)

    def _demand_ours(self) -> None:
        """Refuses, before anything is built, a folder in which somebody else's files lie."""
        if not self._folder.exists() or self._releases.is_dir():
            return
        if any(path.name != ".lock" for path in self._folder.iterdir()):
            raise PublishError(
                f"{self._folder} đã có tệp không do cong phát hành; hãy chọn thư mục khác hoặc một "
                "thư mục trống."
            )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keeps a second publisher waiting until this one is done."""
        for folder in (self._folder, self._releases):
            if not folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True)
                folder.chmod(0o755)
        with (self._folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _same_file(had: Path, path: Path) -> bool:
    """Gives a file a second name; not every disk can."""
    try:
        path.hardlink_to(had)
    except OSError:
        return False
    return True


def _remove(path: Path) -> None:
    """Removes what is no longer needed. What cannot be removed now is, next time."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def _write(path: Path, text: str) -> None:
    fresh = path.with_name(f"{path.name}{_NEW}")
    fresh.write_text(text, encoding="utf-8")
    _to_disk(fresh)
    fresh.replace(path)


def _to_disk(path: Path) -> None:
    """Waits until a file, or the names in a folder, would outlast a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Says what the operating system complains of in Vietnamese."""
    try:
        yield
    except OSError as error:
        where = error.filename or folder
        raise PublishError(f"{where}: {os_words(error)}. Trang đang chạy giữ nguyên.") from error
