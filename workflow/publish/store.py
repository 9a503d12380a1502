"""An S3-compatible store that serves a bucket as a web site.

Such a store can change one object at a time and no more. So that a reader never meets a dead link,
what is new comes first, then what changed, then what citizens come in by; what is gone goes last.

::

    <path>                        the live site
    .cong/live.json               the live release
    .cong/stands.json             what stands on the live site, and what of it is being changed
    .cong/releases/<name>.json    the releases kept
    .cong/files/<sha256>          what their files hold, each once; packed with gzip, <sha256>.gz
    .cong/lock.json               there only while somebody publishes
"""

import datetime as dt
import gzip
import json
import mimetypes
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePosixPath
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from regulation.machine import runs
from workflow.publish.release import KEPT, PublishError, Release, carried, from_json, lasts

_OURS = ".cong/"
_LIVE = f"{_OURS}live.json"
_STANDS = f"{_OURS}stands.json"
_LOCK = f"{_OURS}lock.json"
_FILES = f"{_OURS}files/"
_RELEASES = f"{_OURS}releases/"

_BROWSER_KEEPS = "public, max-age=31536000, immutable"
_BROWSER_ASKS = "no-cache"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".xml": "application/xml",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".bin": "application/octet-stream",
}
_PACKED = (".bin", ".css", ".js", ".json")


LOCK_LASTS = dt.timedelta(hours=1)
"""For longer nobody publishes: whoever left an older lock was killed."""

PATIENCE = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"mode": "standard", "total_max_attempts": 3},
    # Newer checksums than many S3-compatible stores know, unless a store asks for them.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
"""How a client waits for the store: a store that cannot be reached is told within half a minute."""


@dataclass(frozen=True, slots=True)
class _Change:
    """The live site, file by file, as it is noted before it is touched.

    Attributes:
        stands: What stood there before: path → digest.
        to: The release to which it is being changed; none when it is not.
        wanted: What will stand there then.
    """

    stands: Mapping[str, str]
    to: str | None
    wanted: Mapping[str, str]


class StoreTarget:
    """See ``Target``.

    Args:
        client: A boto3 client of an S3-compatible store.
        bucket: The bucket.
        prefix: Where in it the site stands, such as ``laocai/``; empty for the whole bucket.
    """

    def __init__(self, client: Any, bucket: str, prefix: str = "") -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    def releases(self) -> list[Release]:
        """The releases that are kept, the oldest first."""
        with self._told():
            notes = [self._get(name) for name in sorted(self._keys(_RELEASES))]
            return [from_json(note) for note in notes if note is not None]

    def live(self) -> Release | None:
        """The release that citizens read; none before the first."""
        with self._told():
            note = self._get(_LIVE)
            return from_json(note) if note is not None else None

    def settled(self) -> bool:
        """See ``Target``."""
        with self._told():
            return self._change().to is None

    def put(self, folder: Path, release: Release) -> None:
        """Makes a built site the live one, and lets go of those older than the last ``KEPT``."""
        with self._told(), self._alone():
            before = self.live()
            if before is not None and before.portal != release.portal:
                raise PublishError(
                    f"Kho {self._bucket} đang phát hành cổng {before.portal}; mỗi cổng cần một "
                    "chỗ riêng, hãy chọn kho hoặc tiền tố khác."
                )
            if before is None and self._get(_STANDS) is None and self._get("index.html"):
                raise PublishError(
                    f"Kho {self._bucket} đã có trang không do cong phát hành; hãy chọn kho hoặc "
                    "tiền tố khác."
                )
            held = set(self._keys(_FILES))
            for name, digest in release.files.items():
                if (kept := _kept(name, digest)) not in held:
                    data = (folder / name).read_bytes()
                    self._write(kept, gzip.compress(data, 9, mtime=0) if packed(name) else data)
                    held.add(kept)
            self._write(f"{_RELEASES}{release.name}.json", release.to_json().encode())
            self._switch(release)
            self._let_go(release)

    def switch(self, name: str) -> None:
        """Makes a kept release the live one again."""
        with self._told(), self._alone():
            note = self._get(f"{_RELEASES}{name}.json")
            if note is None:
                raise PublishError(f"Không còn giữ bản phát hành {name}; hãy xem cong rollback -l.")
            self._switch(from_json(note))

    def _switch(self, after: Release) -> None:
        """Turns the live site into a release.

        A change that was begun by a run that was killed is brought to its end before another one
        begins: half of it stands, and nobody has seen to what that half leads.
        """
        begun = self._change()
        if begun.to is not None:
            self._turn(begun)
            begun = self._change()
        there = carried(self.live(), after)
        stays = {name: begun.stands[name] for name in there if name in begun.stands}
        change = _Change(begun.stands, after.name, {**after.files, **stays})
        self._write_change(change)
        self._turn(change)

    def _turn(self, change: _Change) -> None:
        """Carries out a change that has been noted; as often as need be, from the beginning."""
        note = self._get(f"{_RELEASES}{change.to}.json")
        if note is None:
            raise PublishError(
                f"s3://{self._bucket}/{self._prefix}: thiếu tệp ghi của bản {change.to}; hãy khôi "
                f"phục {_RELEASES}{change.to}.json từ bản sao lưu."
            )
        for name in in_order(change.wanted, change.stands):
            self._show(name, change.wanted[name])
        self._write(_LIVE, note)
        for name in sorted(set(change.stands) - set(change.wanted)):
            self._remove(name)
        self._write_change(_Change(change.wanted, None, {}))

    def _change(self) -> _Change:
        """What stands on the live site, and to what it is being changed."""
        note = self._get(_STANDS)
        if note is None:
            return _Change({}, None, {})
        try:
            values = json.loads(note)
            return _Change(dict(values["stands"]), values["to"], dict(values["wanted"]))
        except (ValueError, KeyError, TypeError) as error:
            raise PublishError(
                f"s3://{self._bucket}/{self._prefix}{_STANDS}: không đọc được; hãy khôi phục tệp "
                "này từ bản sao lưu."
            ) from error

    def _write_change(self, change: _Change) -> None:
        values = {"stands": change.stands, "to": change.to, "wanted": change.wanted}
        self._write(_STANDS, json.dumps(values, indent=1, sort_keys=True).encode())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keeps everybody else from publishing here meanwhile.

        The store takes the lock from one and refuses it to the next (a conditional write). One that
        was left behind does not hold anybody up: its process is gone, or it is too old.
        """
        me = {"host": socket.gethostname(), "process": os.getpid()}
        body = json.dumps(me).encode()
        for last in (False, True):
            try:
                self._client.put_object(
                    Bucket=self._bucket, Key=f"{self._prefix}{_LOCK}", Body=body, IfNoneMatch="*"
                )
                break
            except ClientError as error:
                taken = str(error.response.get("Error", {}).get("Code"))
                if taken == "NotImplemented":  # a store that knows no conditions: the best it can
                    self._write(_LOCK, body)
                    break
                if taken not in ("PreconditionFailed", "ConditionalRequestConflict", "412"):
                    raise
                if last or self._is_held(me["host"]):
                    raise PublishError(
                        f"s3://{self._bucket}/{self._prefix}: đang có lượt phát hành khác; hãy "
                        "phát hành lại sau ít phút."
                    ) from error
                self._remove(_LOCK)
        try:
            yield
        finally:
            self._remove(_LOCK)

    def _is_held(self, host: object) -> bool:
        """Whether whoever took the lock may still be at work."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=f"{self._prefix}{_LOCK}")
        except self._client.exceptions.NoSuchKey:
            return False
        now = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        if now - answer["LastModified"] > LOCK_LASTS:
            return False
        try:
            holder = json.loads(answer["Body"].read())
            process = int(holder["process"])
            return holder["host"] != host or (process != os.getpid() and runs(process))
        except (ValueError, KeyError, TypeError):
            return True

    def _let_go(self, live: Release) -> None:
        """Removes releases beyond the last ``KEPT``, and what no kept one holds."""
        kept = {release.name: release for release in self.releases()[-KEPT:]}
        kept[live.name] = live
        for name in self._keys(_RELEASES):
            if PurePosixPath(name).stem not in kept:
                self._remove(name)
        needed = {_kept(*file) for each in kept.values() for file in each.files.items()}
        # As an earlier version kept them: see `_show`.
        needed |= {f"{_FILES}{digest}" for each in kept.values() for digest in each.files.values()}
        for name in self._keys(_FILES):
            if name not in needed:
                self._remove(name)

    def _show(self, name: str, digest: str) -> None:
        """Lets a file stand on the live site.

        What is packed now lies there as it was, if an earlier version of this program kept it.
        """
        try:
            self._copy(name, digest)
        except ClientError as error:
            gone = error.response.get("Error", {}).get("Code") == "NoSuchKey"
            plain = self._get(f"{_FILES}{digest}") if gone and packed(name) else None
            if plain is None:
                raise
            self._write(_kept(name, digest), gzip.compress(plain, 9, mtime=0))
            self._copy(name, digest)

    def _copy(self, name: str, digest: str) -> None:
        """Lets the store copy a file of the live site from what it holds."""
        encoding = {"ContentEncoding": "gzip"} if packed(name) else {}
        self._client.copy_object(
            Bucket=self._bucket,
            Key=f"{self._prefix}{name}",
            CopySource={"Bucket": self._bucket, "Key": f"{self._prefix}{_kept(name, digest)}"},
            MetadataDirective="REPLACE",
            ContentType=content_type(name),
            CacheControl=_BROWSER_KEEPS if lasts(name) else _BROWSER_ASKS,
            **encoding,
        )

    def _write(self, name: str, body: bytes) -> None:
        self._client.put_object(Bucket=self._bucket, Key=f"{self._prefix}{name}", Body=body)

    def _remove(self, name: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=f"{self._prefix}{name}")

    def _get(self, name: str) -> bytes | None:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=f"{self._prefix}{name}")
        except self._client.exceptions.NoSuchKey:
            return None
        body: bytes = answer["Body"].read()
        return body

    def _keys(self, below: str) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=f"{self._prefix}{below}"):
            for entry in page.get("Contents", ()):
                yield str(entry["Key"]).removeprefix(self._prefix)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Says what the store complains of in Vietnamese."""
        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "?"))
            reason = _SAYINGS.get(code, f"kho trả lời “{code}”; hãy báo đơn vị vận hành")
            raise PublishError(f"s3://{self._bucket}/{self._prefix}: {reason}.") from error
        except BotoCoreError as error:
            raise PublishError(
                f"s3://{self._bucket}/{self._prefix}: không nối được tới kho "
                f"({type(error).__name__}); hãy kiểm tra địa chỉ, khóa truy cập và mạng rồi phát "
                "hành lại."
            ) from error


_SAYINGS = {
    "NoSuchBucket": "không có kho này; hãy tạo kho hoặc sửa tên",
    "AccessDenied": "khóa truy cập không được phép; hãy xin quyền ghi vào kho",
    "InvalidAccessKeyId": "khóa truy cập không đúng; hãy xem AWS_ACCESS_KEY_ID",
    "SignatureDoesNotMatch": "khóa bí mật không đúng; hãy xem AWS_SECRET_ACCESS_KEY",
    "SlowDown": "kho đang quá tải; hãy phát hành lại sau ít phút",
}


def open_store(bucket: str, prefix: str) -> StoreTarget:
    """A store, as the machine's own settings for AWS say where it is and with which keys.

    Raises:
        PublishError: The settings cannot be read.
    """
    import boto3

    try:
        return StoreTarget(boto3.client("s3", config=PATIENCE), bucket, prefix)
    except (BotoCoreError, ValueError) as error:
        raise PublishError(
            f"Cấu hình của kho không dùng được ({error}); hãy xem AWS_ENDPOINT_URL, AWS_PROFILE và "
            "~/.aws/config."
        ) from error


def packed(name: str) -> bool:
    """Whether the store holds a file packed with gzip, as a server would send it.

    A store compresses nothing on its way. Only what scripts and pages ask for by themselves: no
    browser has been without gzip for twenty years, but who saves a page is to have it plain.
    """
    return name.startswith("static/") and name.endswith(_PACKED)


def _kept(name: str, digest: str) -> str:
    """Where the store keeps what a file of a release holds."""
    return f"{_FILES}{digest}.gz" if packed(name) else f"{_FILES}{digest}"


def content_type(name: str) -> str:
    """What a web server would say that a file is."""
    suffix = PurePosixPath(name).suffix.lower()
    return _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def in_order(wanted: Mapping[str, str], stands: Mapping[str, str]) -> list[str]:
    """Which files to write, in an order that leaves no link of a page that can be reached dead.

    New files first: nothing leads to them yet. Then pages that changed, those below before those
    above, because a list leads to what it lists; home and the maps for machines at the end.

    Args:
        wanted: The new site: path → digest.
        stands: What stands there now.
    """
    changed = [name for name, digest in wanted.items() if stands.get(name) != digest]
    return sorted(changed, key=lambda name: (name in stands, *_depth(name)))


def _depth(name: str) -> tuple[bool, bool, int, str]:
    page = name.endswith((".html", ".xml", ".txt"))
    entrance = page and "/" not in name
    return page, entrance, -name.count("/"), name
