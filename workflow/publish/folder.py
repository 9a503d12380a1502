"""A folder that a web server serves: releases side by side, and a link that says which is live.

::

    DIR/live -> releases/20261122T031500Z-0a1b2c3      what the web server is told to serve
    DIR/releases/<name>/                               a whole site
    DIR/releases/<name>.json                           what is known of it
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from regulation.machine import os_words
from workflow.publish.release import KEPT, PublishError, Release, from_json

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
                return None
            name = link.readlink().name
            note = self._releases / f"{name}.json"
            return from_json(note.read_bytes()) if note.is_file() else None

    def put(self, folder: Path, release: Release) -> None:
        """Makes a built site the live one, and lets go of those older than the last ``KEPT``.

        What the live release has too is not written again: the file gets a second name.
        """
        with _told(self._folder), self._alone():
            before = self.live()
            if before is not None and before.portal != release.portal:
                raise PublishError(
                    f"{self._folder} đang phát hành cổng {before.portal}; mỗi cổng cần một thư mục "
                    "riêng, hãy chọn thư mục khác."
                )
            final = self._releases / release.name
            if final.exists():
                raise PublishError(f"Đã có bản phát hành {release.name}; hãy làm lại sau một giây.")
            fresh = self._releases / f"{release.name}{_NEW}"
            shutil.rmtree(fresh, ignore_errors=True)
            had = self._releases / before.name if before else None
            _copy(folder, fresh, release.files, had, before.files if before else {})
            _write(self._releases / f"{release.name}.json", release.to_json())
            fresh.rename(final)
            _to_disk(self._releases)
            self._point(release.name)
            self._let_go(release.name)

    def switch(self, name: str) -> None:
        """Makes a kept release the live one again."""
        with _told(self._folder), self._alone():
            if name not in {release.name for release in self.releases()}:
                raise PublishError(f"Không còn giữ bản phát hành {name}; hãy xem cong rollback -l.")
            self._point(name)

    def _point(self, name: str) -> None:
        """Lets the link lead to a release. One rename: a reader finds the old link or the new."""
        fresh = self._folder / f"{LIVE}{_NEW}"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(Path(_RELEASES) / name)
        fresh.replace(self._folder / LIVE)
        _to_disk(self._folder)

    def _let_go(self, live: str) -> None:
        """Removes releases beyond the last, what killed runs left, and never the live one."""
        names = sorted(path.stem for path in self._releases.glob("*.json"))
        keep = {*names[-KEPT:], live}
        for path in self._releases.iterdir():
            name = path.stem if path.suffix == ".json" else path.name
            if name not in keep:
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keeps a second publisher waiting until this one is done."""
        self._releases.mkdir(parents=True, exist_ok=True)
        with (self._folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _copy(
    source: Path,
    target: Path,
    files: Mapping[str, str],
    had: Path | None,
    had_files: Mapping[str, str],
) -> None:
    target.mkdir(parents=True)
    for name, digest in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if had is not None and had_files.get(name) == digest and (had / name).is_file():
            os.link(had / name, path)
        else:
            shutil.copyfile(source / name, path)
            path.chmod(0o444)  # it has several names: nobody may write through one of them
            _to_disk(path)


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
