"""An opened message as people read it, and as files where they asked for files.

Whoever sent it may be anybody: what they wrote is shown without control characters, so that it
moves no cursor and turns no line round, and no name of theirs becomes a path.
"""

import json
import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from regulation.findings import Finding, Refused
from regulation.yamlfile import VIETNAM
from relay.sealing.message import Sealed, SealedFile

_NAMES = {
    "ho-ten": "Họ và tên",
    "dia-chi": "Địa chỉ",
    "dien-thoai": "Điện thoại",
    "thu": "Thư điện tử",
    "tieu-de": "Tiêu đề",
    "noi-dung": "Nội dung",
    "co-quan": "Cơ quan",
}
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}\Z")
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def in_words(message: Sealed) -> str:
    """The message as text: when, for whom, who sends it, what it says, which files it has."""
    return "\n".join(_lines(message))


def _lines(message: Sealed) -> Iterator[str]:
    at = message.moment.astimezone(VIETNAM)
    yield f"Niêm phong lúc {at:%H:%M ngày %d/%m/%Y} cho “{harmless(message.unit)}”"
    yield f"Cổng {harmless(message.portal)}, quy định “{harmless(message.route)}”"
    for heading, rows in (("NGƯỜI GỬI", message.contact), ("NỘI DUNG", message.fields)):
        yield ""
        yield heading
        for name, text in rows.items():
            said = harmless(text)
            mark = "\n" if "\n" in said else " "
            yield f"{_NAMES.get(name, harmless(name))}:{mark}{said}"
        if not rows:
            yield "(không ghi)"
    if message.files:
        yield ""
        yield "TỆP GỬI KÈM"
        for number, file in enumerate(message.files, 1):
            size = f"{max(1, round(len(file.content) / 1024)):,}".replace(",", ".")
            yield f"{own_name(number, file)}: “{harmless(file.name)}”, {size} KB"


def harmless(text: str) -> str:
    """Text that only shows: line ends and tabs stay, other control characters are dropped."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or _shows(c))


def _shows(letter: str) -> bool:
    return letter not in _TURNING and unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp")


def own_name(number: int, file: SealedFile) -> str:
    """The name under which a file is written: ours, with the ending that it came with."""
    ending = _ENDING.search(file.name)
    return f"tep-{number}{ending[0].lower() if ending else ''}"


def write(message: Sealed, folder: Path) -> list[Path]:
    """Writes the message and its files into a new folder that only its owner reads.

    Returns:
        What was written.

    Raises:
        Refused: The folder is there already, or lies in a Git repository.
        OSError: It cannot be written.
    """
    refuse_in_git(folder)
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        message_ = "Đã có thư mục này; hãy chọn một thư mục chưa có để không ghi lẫn vào tệp khác."
        raise Refused([Finding(str(folder), message_)]) from None
    said = {
        "niem-phong-luc": message.moment.isoformat(),
        "cong": message.portal,
        "quy-dinh": message.route,
        "don-vi": message.unit,
        "nguoi-gui": dict(message.contact),
        "noi-dung": dict(message.fields),
    }
    data = json.dumps(said, ensure_ascii=False, indent=1).encode()
    parts = [("noi-dung.txt", f"{in_words(message)}\n".encode()), ("noi-dung.json", data)]
    parts += [(own_name(number, f), f.content) for number, f in enumerate(message.files, 1)]
    return [_kept(folder / name, content) for name, content in parts]


def _kept(path: Path, content: bytes) -> Path:
    write_new(path, content)
    return path


def write_new(path: Path, content: bytes) -> None:
    """Writes a file that was not there, which only its owner may read.

    Raises:
        FileExistsError: There is one.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)


def refuse_in_git(place: Path) -> None:
    """What is secret is not written where Git would take it along.

    Raises:
        Refused: The place lies in a Git repository.
    """
    whole = place.resolve()
    if any((parent / ".git").exists() for parent in (whole, *whole.parents)):
        message = (
            "Chỗ này nằm trong một kho Git, dễ bị đưa lên theo; hãy chọn chỗ khác, tốt nhất là USB "
            "hoặc ổ đĩa đã mã hóa."
        )
        raise Refused([Finding(str(place), message)])
