"""Killed at any instant, the old site stays whole, and the next run ends right."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.small import clean_environment
from tests.workflow.publish.places import (
    Place,
    bucket_reader,
    dead_links,
    git,
    numbered,
    release,
    written,
)
from workflow.publish.folder import FolderTarget
from workflow.publish.pages import PagesTarget
from workflow.publish.release import KEPT, PublishError
from workflow.publish.store import StoreTarget, packed

LONG = bool(os.environ.get("CONG_FAULTS"))
"""Set (``make test-publish-faults``): many more kills, and each store's call for larger sites."""

KILLS = 400 if LONG else 6

PUBLISHER = """
import sys
from pathlib import Path
from tests.workflow.publish.places import numbered, release, written
from workflow.publish.folder import FolderTarget
scratch, folder, start = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
target = FolderTarget(folder)
print("ready", flush=True)
for number in range(start, start + 10_000):
    site = numbered(number, 5)
    target.put(written(scratch / str(number % 50), site), release(site, number))
"""


def test_a_folder_whose_publisher_is_killed_shows_one_whole_release(tmp_path: Path) -> None:
    www, chance = tmp_path / "www", random.Random(20261122)
    first = numbered(0, 5)
    FolderTarget(www).put(written(tmp_path / "first", first), release(first, 0))
    number = 1
    for _ in range(KILLS):
        words = [sys.executable, "-c", PUBLISHER, str(tmp_path), str(www), str(number)]
        with subprocess.Popen(
            words, env=clean_environment(), stdout=subprocess.PIPE, start_new_session=True
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.1))
            process.send_signal(signal.SIGKILL)
        target = FolderTarget(www)
        live = target.live()
        assert live is not None
        shown = (live.made - release({}, 0).made).seconds // 60
        site = numbered(shown, 5)
        assert release(site, shown) == live
        assert dead_links(lambda name: _text(www / "live" / name)) == []
        for each in target.releases():  # what may be gone back to is whole too
            folder = www / "releases" / each.name
            assert all((folder / name).is_file() for name in each.files), each.name
        number = shown + 2
        site = numbered(shown + 1, 5)
        target.put(written(tmp_path / "mended", site), release(site, shown + 1))
        left = {path.name for path in (www / "releases").iterdir()}
        kept = target.releases()
        assert left == {f"{each.name}{end}" for each in kept for end in ("", ".json")}
        assert len(kept) <= KEPT
        assert kept[-1].name == release(site, shown + 1).name


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


class Killed(BaseException):
    """The process is gone: nothing after this happens."""


class Dying:
    """A client whose process is killed at the n-th call; it makes none after that.

    Attributes:
        left: How many calls are made before.
        done: Whether the call at which it is killed still reaches the store.
    """

    def __init__(self, client: Any, left: int, done: bool) -> None:
        self.client, self.left, self.done = client, left, done

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.client, name)
        if name not in ("put_object", "copy_object", "delete_object", "get_object"):
            return found

        def call(**words: Any) -> Any:
            self.left -= 1
            if self.left > 0:
                return found(**words)
            if self.left == 0 and self.done:
                found(**words)
            raise Killed

        return call


@pytest.mark.parametrize("done", [False, True])
def test_a_store_whose_publisher_is_killed_at_any_call_has_no_dead_link(
    client: Any, bucket: str, tmp_path: Path, done: bool
) -> None:
    """Killed once on the way from one site to the next, and once more on the way to a third."""
    width = 5 if LONG else 2
    sites = [written(tmp_path / str(n), numbered(n, width)) for n in range(4)]

    def put(dying: Any, number: int, minute: int, prefix: str) -> None:
        site = numbered(number, width)
        StoreTarget(dying, bucket, prefix).put(sites[number], release(site, minute))

    def whole(prefix: str) -> None:
        read = bucket_reader(client, bucket, f"{prefix}/")
        assert dead_links(read) == []

    for call in range(1 + done, 200, 1 if LONG else 4):
        prefix = f"n{call}"
        put(client, 0, 0, prefix)
        try:
            put(Dying(client, call, done), 1, 1, prefix)
        except Killed:
            whole(prefix)
        else:
            break
        try:  # the next run goes back to the first site, and is killed a little later
            put(Dying(client, call + 3, done), 0, 2, prefix)
        except Killed:
            whole(prefix)
        put(client, 2 if call % 2 else 0, 3, prefix)
        read = bucket_reader(client, bucket, f"{prefix}/")
        wanted = numbered(2 if call % 2 else 0, width)
        assert {name: read(name) for name in wanted} == dict(wanted)
        whole(prefix)
        assert StoreTarget(client, bucket, prefix).settled()
        listed = client.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/")["Contents"]
        there = {entry["Key"].removeprefix(f"{prefix}/") for entry in listed}
        pages = {name for name in there if not name.startswith((".cong/", "static/"))}
        assert pages == {name for name in wanted if not name.startswith("static/")}
    assert call > 15


def test_a_killed_switch_is_not_settled_and_the_same_content_ends_it(
    client: Any, bucket: str, tmp_path: Path
) -> None:
    site = numbered(0)
    StoreTarget(client, bucket).put(written(tmp_path / "0", site), release(site, 0))
    folder = written(tmp_path / "1", numbered(1))
    with pytest.raises(Killed):
        StoreTarget(Dying(client, 14, True), bucket).put(folder, release(numbered(1), 1))
    half = StoreTarget(client, bucket)
    assert not half.settled()
    live = half.live()
    assert live is not None
    assert live.files == release(site).files
    half.put(tmp_path / "0", release(site, 2))
    assert half.settled()
    assert Place(lambda: half, bucket_reader(client, bucket, ""), tmp_path).shows(site)


def test_a_release_that_an_earlier_version_kept_unpacked_can_be_read_again(
    client: Any, bucket: str, tmp_path: Path
) -> None:
    sites = [numbered(number) for number in range(3)]
    made = [release(site, number) for number, site in enumerate(sites)]
    target = StoreTarget(client, bucket)
    target.put(written(tmp_path / "0", sites[0]), made[0])
    for name, digest in made[0].files.items():
        if packed(name):
            client.delete_object(Bucket=bucket, Key=f".cong/files/{digest}.gz")
            body = sites[0][name].encode()
            client.put_object(Bucket=bucket, Key=f".cong/files/{digest}", Body=body)
    for number in (1, 2):
        target.put(written(tmp_path / str(number), sites[number]), made[number])
    target.switch(made[0].name)
    assert target.settled()
    assert Place(lambda: target, bucket_reader(client, bucket, ""), tmp_path).shows(sites[0])


def test_a_lock_that_was_left_behind_holds_nobody_up_and_a_live_one_does(
    client: Any, bucket: str, tmp_path: Path
) -> None:
    site = numbered(0)
    folder = written(tmp_path / "0", site)

    def locked(host: str, process: int) -> None:
        body = json.dumps({"host": host, "process": process}).encode()
        client.put_object(Bucket=bucket, Key=".cong/lock.json", Body=body)

    gone = subprocess.Popen(["true"])
    gone.wait()
    locked(socket.gethostname(), gone.pid)
    StoreTarget(client, bucket).put(folder, release(site, 0))
    for host, process in ((socket.gethostname(), os.getppid()), ("may-khac", 1)):
        locked(host, process)
        with pytest.raises(PublishError, match="đang có lượt phát hành khác"):
            StoreTarget(client, bucket).put(folder, release(site, 1))
    client.put_object(Bucket=bucket, Key=".cong/lock.json", Body=b"?")
    with pytest.raises(PublishError, match="đang có lượt phát hành khác"):
        StoreTarget(client, bucket).switch(release(site, 0).name)


def test_a_site_of_somebody_else_is_not_overwritten(
    client: Any, bucket: str, tmp_path: Path, repository: Path
) -> None:
    site = numbered(0)
    folder = written(tmp_path / "0", site)
    client.put_object(Bucket=bucket, Key="index.html", Body=b"theirs")
    with pytest.raises(PublishError, match="không do cong phát hành"):
        StoreTarget(client, bucket).put(folder, release(site, 0))
    assert client.get_object(Bucket=bucket, Key="index.html")["Body"].read() == b"theirs"
    git(repository, "branch", "gh-pages")
    with pytest.raises(PublishError, match="không do cong phát hành"):
        PagesTarget(repository).put(folder, release(site, 0))
    www = written(tmp_path / "www", {"index.html": "theirs"})
    with pytest.raises(PublishError, match="không do cong phát hành"):
        FolderTarget(www).put(folder, release(site, 0))
    real = written(tmp_path / "real", {"live/index.html": "theirs", "releases/x": ""})
    with pytest.raises(PublishError, match="thư mục thật"):
        FolderTarget(real).put(folder, release(site, 0))


def test_a_branch_whose_publisher_is_killed_before_the_push_is_published_by_the_next_run(
    pages_place: Place, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages_place.put(numbered(0), 0)

    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(PagesTarget, "_commit", killed)
        with pytest.raises(Killed):
            pages_place.put(numbered(1), 1)
    assert pages_place.shows(numbered(0))
    # Refs of this repository that say otherwise (an older version moved them) have no say.
    git(repository, "update-ref", "refs/heads/gh-pages", "HEAD")
    live = pages_place.open().live()
    assert live is not None
    assert live.name == release(numbered(0), 0).name
    pages_place.put(numbered(1), 1)
    assert pages_place.shows(numbered(1))


def test_a_branch_that_another_machine_has_moved_is_followed(
    pages_place: Place, repository: Path, tmp_path: Path
) -> None:
    pages_place.put(numbered(0), 0)
    git(tmp_path, "clone", "--quiet", str(tmp_path / "origin.git"), "other")
    other = PagesTarget(tmp_path / "other", "origin")
    other.put(written(tmp_path / "o1", numbered(1)), release(numbered(1), 1))
    assert pages_place.open().live() == release(numbered(1), 1)
    pages_place.put(numbered(2), 2)
    assert pages_place.shows(numbered(2))
    assert [each.files for each in other.releases()] == [
        release(numbered(n)).files for n in range(3)
    ]


def test_a_branch_that_moves_while_we_publish_is_not_forced(
    pages_place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages_place.put(numbered(0), 0)
    git(tmp_path, "clone", "--quiet", str(tmp_path / "origin.git"), "other")
    other = PagesTarget(tmp_path / "other", "origin")
    ours, real = pages_place.open(), PagesTarget._record

    def meanwhile(target: PagesTarget, *words: Any) -> Any:
        if target is ours:
            other.put(written(tmp_path / "o1", numbered(1)), release(numbered(1), 1))
        return real(target, *words)

    monkeypatch.setattr(PagesTarget, "_record", meanwhile)
    with pytest.raises(PublishError, match="Nơi khác vừa phát hành"):
        ours.put(written(tmp_path / "2", numbered(2)), release(numbered(2), 2))
    assert pages_place.shows(numbered(1))


def test_what_github_writes_into_the_branch_stays(pages_place: Place, tmp_path: Path) -> None:
    pages_place.put(numbered(0), 0)
    git(tmp_path, "clone", "--quiet", "-b", "gh-pages", str(tmp_path / "origin.git"), "github")
    (tmp_path / "github" / "CNAME").write_text("cchc.example.vn\n")
    git(tmp_path / "github", "add", "CNAME")
    git(tmp_path / "github", "commit", "--quiet", "-m", "Create CNAME")
    git(tmp_path / "github", "push", "--quiet", "origin", "gh-pages")
    assert pages_place.open().live() == release(numbered(0), 0)
    pages_place.put(numbered(1), 1)
    assert pages_place.read("CNAME") == "cchc.example.vn\n"
    assert pages_place.read(".nojekyll") == ""
    assert pages_place.shows(numbered(1))


def test_a_note_that_is_gone_or_spoiled_is_told_and_nothing_is_published(
    folder_place: Place, tmp_path: Path
) -> None:
    first = folder_place.put(numbered(0), 0)
    note = tmp_path / "www" / "releases" / f"{first.name}.json"
    kept = note.read_bytes()
    for spoiled in (b"", b"{}", b"[]", b"\xff", kept[:-40]):
        note.write_bytes(spoiled)
        with pytest.raises(PublishError, match="không đọc được"):
            folder_place.put(numbered(1), 1)
    note.unlink()
    with pytest.raises(PublishError, match="không có tệp ghi"):
        folder_place.put(numbered(1), 1)
    assert folder_place.shows(numbered(0))


def test_a_folder_may_be_made_by_somebody_whose_files_nobody_else_reads(
    folder_place: Place, tmp_path: Path
) -> None:
    old = os.umask(0o077)
    try:
        folder_place.put(numbered(0), 0)
    finally:
        os.umask(old)
    www = tmp_path / "www"
    below = list((www / "live").resolve().rglob("*"))
    for path in (www, www / "releases", (www / "live").resolve(), *below):
        wanted = 0o555 if path.is_dir() else 0o444
        assert path.stat().st_mode & wanted == wanted, path
