"""An S3-compatible store that serves a bucket as a web site.

Such a store can change one object at a time and no more. So that a reader never meets a dead link,
what is new comes first, then what changed, then what citizens come in by; what is gone goes last.

::

    <path>                        the live site
    .cong/live.json               the live release
    .cong/switching.json          there only while the live site changes from one to another
    .cong/releases/<name>.json    the releases kept
    .cong/files/<sha256>          what their files hold, each once
"""

import mimetypes
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from workflow.publish.release import KEPT, PublishError, Release, from_json

_OURS = ".cong/"
_LIVE = f"{_OURS}live.json"
_SWITCHING = f"{_OURS}switching.json"
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
}


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
            names = sorted(self._keys(_RELEASES))
            return [from_json(self._get(name) or b"") for name in names]

    def live(self) -> Release | None:
        """The release that citizens read; none before the first."""
        with self._told():
            note = self._get(_LIVE)
            return from_json(note) if note is not None else None

    def put(self, folder: Path, release: Release) -> None:
        """Makes a built site the live one, and lets go of those older than the last ``KEPT``."""
        with self._told():
            before = self.live()
            if before is not None and before.portal != release.portal:
                raise PublishError(
                    f"Kho {self._bucket} đang phát hành cổng {before.portal}; mỗi cổng cần một "
                    "chỗ riêng, hãy chọn kho hoặc tiền tố khác."
                )
            held = set(self._keys(_FILES))
            for name, digest in release.files.items():
                if f"{_FILES}{digest}" not in held:
                    self._write(f"{_FILES}{digest}", (folder / name).read_bytes())
                    held.add(f"{_FILES}{digest}")
            self._write(f"{_RELEASES}{release.name}.json", release.to_json().encode())
            self._switch(release)
            self._let_go(release)

    def switch(self, name: str) -> None:
        """Makes a kept release the live one again."""
        with self._told():
            note = self._get(f"{_RELEASES}{name}.json")
            if note is None:
                raise PublishError(f"Không còn giữ bản phát hành {name}; hãy xem cong rollback -l.")
            self._switch(from_json(note))

    def _switch(self, release: Release) -> None:
        """Turns the live site into a release, in an order that leaves no dead link at any time."""
        stands = self._stands()
        self._write(_SWITCHING, release.to_json().encode())
        for name in in_order(release.files, stands):
            self._show(name, release.files[name])
        self._write(_LIVE, release.to_json().encode())
        for name in sorted(set(stands) - set(release.files)):
            self._remove(name)
        self._remove(_SWITCHING)

    def _stands(self) -> dict[str, str]:
        """What stands on the live site: by path the digest, ``""`` where that is not certain.

        A run that was killed while switching left some files of one release and some of another.
        """
        note, half = self._get(_LIVE), self._get(_SWITCHING)
        sure = dict(from_json(note).files) if note is not None else {}
        if half is None:
            return sure
        begun = from_json(half).files
        names = {*sure, *begun}
        there = {key for key in self._keys("") if key in names}
        same = {name for name in names if sure.get(name) == begun.get(name)}
        return {name: sure[name] if name in same else "" for name in sorted(there)}

    def _let_go(self, live: Release) -> None:
        """Removes releases beyond the last ``KEPT``, and what no kept one holds."""
        kept = {release.name: release for release in self.releases()[-KEPT:]}
        kept[live.name] = live
        for name in self._keys(_RELEASES):
            if PurePosixPath(name).stem not in kept:
                self._remove(name)
        needed = {f"{_FILES}{digest}" for each in kept.values() for digest in each.files.values()}
        for name in self._keys(_FILES):
            if name not in needed:
                self._remove(name)

    def _show(self, name: str, digest: str) -> None:
        """Lets a file stand on the live site; the store copies it from what it holds."""
        self._client.copy_object(
            Bucket=self._bucket,
            Key=f"{self._prefix}{name}",
            CopySource={"Bucket": self._bucket, "Key": f"{self._prefix}{_FILES}{digest}"},
            MetadataDirective="REPLACE",
            ContentType=content_type(name),
            CacheControl=_BROWSER_KEEPS if name.startswith("static/") else _BROWSER_ASKS,
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
        stands: What stands there now; a digest of ``""`` means that it is not certain.
    """
    changed = [name for name, digest in wanted.items() if stands.get(name) != digest]
    return sorted(changed, key=lambda name: (name in stands, *_depth(name)))


def _depth(name: str) -> tuple[bool, bool, int, str]:
    page = name.endswith((".html", ".xml", ".txt"))
    entrance = page and "/" not in name
    return page, entrance, -name.count("/"), name
