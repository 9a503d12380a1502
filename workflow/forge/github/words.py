"""Words that go to GitHub and come back: what people type, made so that it does no harm there."""

import re

from regulation.vietnamese import nfc
from workflow.forge.interface import GROUND, ForgeError

_TITLE = 200
_STATUS = 140  # GitHub shows no more of a status
_REMARK = 60000  # GitHub takes 65,536 characters
_BREAK = "\u200b"  # it has no width: what it parts is no mention, number or address any more
_LINKS = re.compile(r"@|#|(?<=:)/|(?<=www)\.|(?<=\bGH)-", re.IGNORECASE)
_MARKS = re.compile(r"[!-,:-@\[-`{-~]")
_BEGIN = re.compile(r"^[-.\d]")
_TRAILER = re.compile(rf"^{GROUND}:[ \t]*(\S.*?)[ \t]*$", re.IGNORECASE)


def subject(title: str) -> str:
    """A title as it is shown in a list.

    Raises:
        ForgeError: There is none.
    """
    found = nfc(" ".join(said(title).split()))
    found = "".join(letter if letter.isprintable() else "?" for letter in found)
    if not found:
        raise ForgeError("Đề xuất phải có tên; hãy ghi một dòng nói đề xuất gì.")
    if len(found) > _TITLE:
        raise ForgeError(f"Tên đề xuất dài quá {_TITLE} chữ; hãy rút ngắn, phần còn lại ghi ở lời.")
    return found


def said(text: str) -> str:
    """What somebody says, in letters that can be sent."""
    return nfc(text.encode("utf-8", "replace").decode().replace("\0", "?"))


def with_ground(text: str, ground: str | None) -> str:
    """The text of a review that names its ground for refusal.

    Raises:
        ForgeError: The ground is no id, or the text has such a line itself.
    """
    text = said(text).strip()
    if split_ground(text)[1] is not None:
        raise ForgeError(f"Lời kèm theo không được tự kết thúc bằng dòng “{GROUND}:”; hãy bỏ đi.")
    if ground is None:
        return text
    if not re.fullmatch(r"\S(?:.{0,198}\S)?", ground):
        raise ForgeError("Lý do từ chối phải là mã của một lý do trong quy chế; hãy ghi lại.")
    return f"{text}\n\n{GROUND}: {ground}".lstrip()


def split_ground(text: str) -> tuple[str, str | None]:
    """What a review says, and the ground its last line names."""
    before, _, last = text.replace("\r\n", "\n").rstrip().rpartition("\n")
    found = _TRAILER.match(last)
    return (before.rstrip(), found.group(1)) if found else (text.strip(), None)


def harmless(text: str) -> str:
    """Text as GitHub shows it letter by letter: no mark-up, mention, number or address in it.

    Lines stay lines, and those that begin with a hyphen stay a list.
    """
    lines = []
    for line in said(text).splitlines():
        bullet, rest = ("- ", line[2:]) if line.startswith("- ") else ("", line)
        rest = _LINKS.sub(lambda found: found.group() + _BREAK, rest.strip())
        # What is left could still begin a heading, a list or a number at the start of a line.
        lines.append(bullet + _BEGIN.sub(_entity, _MARKS.sub(_entity, rest)))
    made = "  \n".join(lines)
    return made if len(made) <= _REMARK else made[:_REMARK].rpartition("\n")[0] + "\n\n…"


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found.group())};"


def status_line(line: str) -> str:
    """A line that fits into a status."""
    line = " ".join(said(line).split())
    return line if len(line) <= _STATUS else line[: _STATUS - 1] + "…"
