"""What was published stays (M6): it does not vanish, change its name or come back in silence.

What was published is what the base holds, read by the regulation of the base. Samples and drafts
were never published. Leaving is ``status: withdrawn`` with a day and a reason; moving is the old
address in ``moved_from``.
"""

import datetime as dt
from collections.abc import Iterator

from regulation.findings import Finding, Severity
from regulation.items import Item, is_live
from regulation.library import NOT_SECTIONS
from regulation.portal import Portal
from workflow.checks.change import Change
from workflow.checks.shelf import Shelf, Side
from workflow.index import is_item_file


def check(change: Change, before: Side, after: Side, now: dt.datetime) -> Iterator[Finding]:
    """What a change takes away that citizens could read until now."""
    for file in change.files:
        # A rename in Git's eyes is a guess; what an item is, its id says.
        for path in file.paths:
            shelf = before.shelves.get(path.split("/")[1]) if path.count("/") > 1 else None
            if shelf is None:
                continue
            there = after.shelves.get(shelf.portal.id)
            if there is None and change.after.has(f"content/{shelf.portal.id}/portal.yml"):
                continue  # its regulation cannot be read: that is said, and stops the change
            if is_item_file(path):
                if shelf.has(path):
                    yield from _item(path, shelf, there, now)
            elif path.split("/")[2] in NOT_SECTIONS and not change.after.has(path):
                yield from _file(path, shelf, there)


def _item(path: str, before: Shelf, after: Shelf | None, now: dt.datetime) -> Iterator[Finding]:
    old, _ = before.read(path)
    basis = _basis(before.portal)
    if old is None:
        # Who knows what citizens read there? Only what cannot be an item's place is let go.
        if path.count("/") == 4 and not (after and after.has(path)):
            message = (
                "Bản đang có của tệp này không đọc được nên không rõ đã đăng gì; hãy sửa cho đọc "
                "được rồi mới gỡ."
            )
            yield Finding(path, message, basis=basis)
        return
    if old.sample or not is_live(old, now):
        return
    if after is None:
        yield Finding(path, f"Bài đã đăng “{old.title}” mất theo cả cổng; {_LEAVE}", basis=basis)
        return
    versions = [item for item in after.with_id(old.id) if item.lang == old.lang]
    if versions:
        same = (item for item in versions if item.url == old.url)
        yield from _changed(old, next(same, versions[0]), basis, now)
        return
    here = after.read(path)[0] if after.has(path) else None
    if here is not None:
        message = (
            f"Mã của bài đã đăng đổi từ “{old.id}” thành “{here.id}”; mã không bao giờ đổi, hãy "
            f"ghi lại “{old.id}” (bài khác thì đặt tên tệp khác)."
        )
        yield Finding(path, message, here.line("id"), "id", basis)
    elif after.has(path):
        return  # what is wrong with the file has been said, and stops the change
    elif other := next(iter(after.with_id(old.id)), None):
        message = (
            f"Bản tiếng {_LANGUAGE[old.lang]} đã đăng không còn (mã “{old.id}” nay chỉ ở "
            f"{other.path}); {_LEAVE}"
        )
        yield Finding(path, message, basis=basis)
    else:
        yield Finding(path, f"Bài đã đăng “{old.title}” không còn; {_LEAVE}", basis=basis)


_LANGUAGE = {"vi": "Việt", "en": "Anh"}
_LEAVE = (
    "bài đã đăng không xóa được, hãy khôi phục tệp rồi ghi status: withdrawn cùng ngày và lý do "
    "gỡ, hoặc chuyển chỗ thì giữ mã và ghi địa chỉ cũ ở moved_from."
)


def _changed(old: Item, new: Item, basis: str, now: dt.datetime) -> Iterator[Finding]:
    """What a published item may not become."""

    def note(key: str, message: str, severity: Severity = Severity.ERROR) -> Finding:
        return Finding(new.path, message, new.line(key), key, basis, severity)

    if new.sample:
        message = (
            "Bài đã đăng không trở thành nội dung mẫu được; hãy bỏ dòng sample, hoặc gỡ bằng "
            "status: withdrawn."
        )
        yield note("sample", message)
    if new.status == "draft":
        message = (
            "Bài đã đăng không trở lại thành bản nháp được; hãy ghi status: withdrawn cùng ngày và "
            "lý do gỡ."
        )
        yield note("status", message)
    elif not is_live(new, now):
        message = (
            "Bài đã đăng không hẹn giờ lại được vì người đọc sẽ không thấy bài cho đến giờ ấy; hãy "
            "bỏ publish_at."
        )
        yield note("publish_at", message)
    if old.status == "withdrawn" and new.status == "published":
        said = {str(row) for row in old.values.get("corrections") or ()}
        fresh = [row for row in new.values.get("corrections") or () if str(row) not in said]
        if not fresh:
            message = (
                "Bài đã gỡ nay đăng lại mà không nói vì sao; hãy thêm một dòng corrections (kind: "
                "update) ghi ngày và lý do đăng lại."
            )
            yield note("status", message)
    kept = {*(new.values.get("moved_from") or ())}
    former = dict.fromkeys([*(old.values.get("moved_from") or ())])
    if old.url != new.url:
        former[old.url] = None
    for address in former:
        if address in kept or address == new.url:
            continue
        message = (
            f"Địa chỉ cũ {address} của bài đã đăng không còn dẫn đến đâu; hãy ghi địa chỉ ấy vào "
            "moved_from."
        )
        yield note("moved_from", message)


def _file(path: str, before: Shelf, after: Shelf | None) -> Iterator[Finding]:
    """A picture, document or table that goes; who still names it is told by broken references."""
    name = "/".join(path.split("/")[2:])
    for user in sorted(before.rows.naming(before.portal.id, "file", name)):
        old = before.read(user)[0] if before.has(user) else None
        if old is None or old.sample or not old.listed:
            continue
        if after is not None and after.has(user) and name in _files(after, user):
            continue  # an error already: the item names what is not there
        message = (
            f"Tệp đã đăng cùng bài “{old.title}” ({user}) bị bỏ, ai giữ địa chỉ tệp sẽ không mở "
            "được nữa; hãy giữ tệp nếu không có lý do phải gỡ."
        )
        yield Finding(path, message, basis=_basis(before.portal), severity=Severity.WARNING)
        return


def _files(shelf: Shelf, path: str) -> set[str]:
    return {name for kind, name in shelf.facts(path).links if kind == "file"}


def _basis(portal: Portal) -> str:
    """The clauses by which content is kept."""
    kept = [rule for rule in portal.regulation.keeping if rule.what == "content"]
    return "; ".join(clause for rule in kept for clause in rule.basis)
