"""Author and source stand on every item (S4), and say something.

That ``source`` and ``agency`` are there is said by the reader of front matter. Here is asked
whether a reader could find the source, and whether news has an author where the regulation wants
one.
"""

import datetime as dt
import re
from collections.abc import Iterator

from regulation.findings import Finding, Severity
from regulation.items import Item
from regulation.library import Shelf
from regulation.model import Clause
from regulation.portal import Portal
from regulation.vietnamese import fold
from regulation.yamlfile import VIETNAM

_NOBODY = frozenset(
    """internet|mạng|mạng internet|trên mạng|theo mạng|mạng xã hội|theo internet|từ internet
    |nguồn internet|tổng hợp internet|tổng hợp từ internet|sưu tầm|sưu tầm internet
    |sưu tầm trên mạng|tổng hợp|biên tập|chưa rõ|không rõ|không rõ nguồn|không rõ nguồn gốc
    |không có|khác|nguồn|nguồn khác|tác giả|ẩn danh|vô danh|nhiều nguồn|các nguồn khác
    |từ nhiều nguồn|tổng hợp từ nhiều nguồn|google|facebook|zalo|youtube|tiktok|admin|quản trị
    |biên tập viên|unknown|none|na|n a|""".replace("\n    ", "").split("|")
)
_PRESS = re.compile(
    r"\b(?:bao|tap chi|thong tan xa|ttxvn|vov|vtv|dai phat thanh|dai truyen hinh)\b"
)
_SIGNED = frozenset(("article",))
_SIGNS = re.compile(r"[^a-z0-9]+")


def _plain(text: str) -> str:
    return _SIGNS.sub(" ", fold(text)).strip()


_NOBODY_PLAIN = frozenset(_plain(words) for words in _NOBODY)


def check(item: Item, library: Shelf, now: dt.datetime) -> Iterator[Finding]:
    """What a reader could not find out about who says what an item says."""
    del now
    if item.status == "withdrawn":
        return
    portal = library.portal
    basis = _basis(portal, item)

    def note(key: str, message: str, severity: Severity = Severity.ERROR) -> Finding:
        return Finding(item.path, message, item.line(key), key, basis, severity)

    for key, what in (("source", "Nguồn"), ("author", "Tác giả")):
        said = item.values.get(key)
        if said and _plain(said) in _NOBODY_PLAIN:
            yield note(
                key,
                f"{what} “{said}” không nói được là của ai; hãy ghi tên cơ quan, tờ báo, văn bản "
                "hoặc người cụ thể.",
            )
    source = item.values.get("source") or ""
    if re.match(r"(?:https?://|www\.)", source):
        message = (
            "Nguồn chỉ là một địa chỉ trang; hãy ghi tên nơi ấy ở source, địa chỉ ghi ở source_url."
        )
        yield note("source", message, Severity.WARNING)
    elif not item.values.get("source_url") and _PRESS.match(fold(source)):
        message = (
            f"Bài lấy từ “{source}” nhưng chưa có địa chỉ bài gốc; hãy thêm source_url cho người "
            "đọc đối chiếu."
        )
        yield note("source", message, Severity.WARNING)
    signed = item.type in _SIGNED and not item.sample
    if signed and not item.values.get("author") and _author_wanted(portal, item):
        message = (
            "Tin bài chưa ghi tác giả, cổng sẽ coi cơ quan cung cấp là tác giả; nếu có người viết, "
            "hãy thêm author."
        )
        yield note("source", message, Severity.WARNING)


def _basis(portal: Portal, item: Item) -> str:
    return "; ".join(clause for rule in _rules(portal, item) for clause in rule.basis)


def _rules(portal: Portal, item: Item) -> list[Clause]:
    on = item.posted.astimezone(VIETNAM).date()
    rules = portal.in_force(portal.regulation.clauses, on)
    return [rule for rule in rules if rule.kind == "attribution"]


def _author_wanted(portal: Portal, item: Item) -> bool:
    """Whether the regulation's own clause speaks of authors."""
    return any("tác giả" in rule.text.vi.lower() for rule in _rules(portal, item))
