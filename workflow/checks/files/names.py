"""Names of files: the same on every machine, in every address."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from regulation.findings import Finding, Severity
from regulation.vietnamese import slug

MAX_PATH = 180
"""Windows takes 260 characters with the folder in which the checkout lies."""

MAX_NAME = 100

_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))]
)
_GOOD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_NOT_ITEMS = ("media", "data")


def check(path: str, data: bytes) -> Iterator[Finding]:
    """What is wrong with a file's name and with those of its folders."""
    del data
    parts = path.split("/")
    if len(path) > MAX_PATH or any(len(part) > MAX_NAME for part in parts):
        message = (
            f"Đường dẫn dài {len(path)} ký tự, máy Windows không lấy về được; hãy đặt tên ngắn hơn "
            f"(cả đường dẫn nhiều nhất {MAX_PATH}, mỗi tên nhiều nhất {MAX_NAME})."
        )
        yield Finding(path, message)
    if _is_item(parts):  # the name of an article is told by the reader of items
        parts = parts[:-1]
    for part in parts:
        for message, severity in _faults(part):
            yield Finding(path, message, severity=severity)


def _is_item(parts: list[str]) -> bool:
    return parts[-1].endswith(".md") and len(parts) > 3 and parts[2] not in _NOT_ITEMS


def _faults(name: str) -> Iterator[tuple[str, Severity]]:
    error = Severity.ERROR
    better = _suggestion(name)
    shown = name if len(name) <= 60 else f"{name[:57]}…"
    shown = "".join(char if char.isprintable() else "�" for char in shown)
    if name in ("", ".", ".."):
        yield "Đường dẫn có phần rỗng, “.” hoặc “..”; hãy đặt lại chỗ cho tệp.", error
    elif name.startswith("."):
        yield f"Tên “{shown}” bắt đầu bằng dấu chấm nên bị ẩn; hãy đổi tên hoặc bỏ tệp.", error
    elif name.startswith(("~$", "Thumbs.db", "desktop.ini")):
        yield f"“{shown}” là tệp tạm của máy; hãy bỏ tệp này.", error
    elif name.split(".")[0].lower() in _RESERVED:
        yield f"Tên “{shown}” là tên riêng của Windows, không mở được ở đó; hãy đổi tên.", error
    elif name.endswith((".", " ")):
        yield f"Tên “{shown}” kết thúc bằng dấu chấm hoặc dấu cách; hãy đổi thành {better}.", error
    elif name.startswith("-"):
        yield f"Tên “{shown}” bắt đầu bằng dấu gạch nối; hãy đổi thành {better}.", error
    elif not unicodedata.is_normalized("NFC", name):
        message = f"Tên “{shown}” gõ bằng dấu rời, mỗi máy hiểu một khác; hãy đổi thành {better}."
        yield message, error
    elif not _GOOD.match(name):
        message = (
            f"Tên “{shown}” chỉ được gồm chữ không dấu, chữ số, dấu chấm, gạch nối và gạch dưới; "
            f"hãy đổi thành {better}."
        )
        yield message, error
    elif name != name.lower():
        message = f"Tên “{shown}” có chữ hoa, dễ gõ nhầm trong địa chỉ; hãy đổi thành {better}."
        yield message, Severity.WARNING


def _suggestion(name: str) -> str:
    path = PurePosixPath(name.strip(" ."))
    suffix = path.suffix.lower() if path.suffix.isascii() else ""
    try:
        return slug(path.stem) + suffix.replace(" ", "")
    except ValueError:
        return f"tep{suffix.replace(' ', '')}"


def check_names(paths: Iterable[str]) -> Iterator[Finding]:
    """Files, and folders, that are one on a machine which folds case or marks.

    Args:
        paths: Every file that would be there after the change.
    """
    by_key: defaultdict[str, set[str]] = defaultdict(set)
    first: dict[str, str] = {}
    for path in sorted(set(paths)):
        parts = path.split("/")
        for end in range(1, len(parts) + 1):
            place = "/".join(parts[:end])
            by_key[_key(place)].add(place)
            first.setdefault(place, path)
    for places in by_key.values():
        one, *others = sorted(places)
        for other in others:
            # Two folders are told where they first differ.
            if other.rpartition("/")[0] == one.rpartition("/")[0]:
                message = (
                    f"“{other}” và “{one}” chỉ khác nhau ở chữ hoa hoặc cách gõ dấu: trên Windows, "
                    "macOS hai tệp thành một; hãy đổi tên một trong hai."
                )
                yield Finding(first[other], message)


def _key(place: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", place).casefold())
