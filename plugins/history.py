"""What was changed in an item after it was published, as the main branch tells it.

Every merge that changed a published item's file is told on the item's page, with its day: as a
correction (đính chính) where a ``Correction:`` line says so, else as an update (cập nhật), in the
words of its ``Update:`` line or of the proposal's title. ``Minor: yes`` is for what changes nothing
that a reader would want to know.
"""

import datetime as dt
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_TITLE = re.compile(r"Đề xuất \S+: ")
"""How the subject of a merge begins, before the title of its proposal."""

_KEYS = ("Proposal", "Correction", "Update", "Minor")
_END, _FIELD, _LINE = "\x1e", "\x1f", "\x1d"


@dataclass(frozen=True, slots=True)
class Note:
    """What was changed in an item.

    Attributes:
        kind: ``correction`` or ``update``: the choices of the field ``corrections.kind``.
        at: When the main branch took it.
        text: What changed, in words.
    """

    kind: str
    at: dt.datetime
    text: str


def notes(root: Path, portal_id: str) -> Mapping[str, tuple[Note, ...]]:
    """What was changed in a portal's items since they were published, the latest first, by file.

    Where there is no Git, or no history, there is nothing to tell.

    Args:
        root: The root of the checkout.
        portal_id: Which portal.
    """
    keys = [f"%(trailers:key={key},valueonly,separator=%x1d)" for key in _KEYS]
    shape = "%x1e" + "%x1f".join(["%cI", "%s", *keys]) + "%x1f"
    command = [
        *("git", "-C", str(root), "-c", "core.quotePath=false", "log", "--no-color"),
        *("--no-show-signature", "--no-mailmap", "--first-parent", "--min-parents=2"),
        *("--diff-merges=first-parent", "-M", "--name-status", "-z", "--encoding=UTF-8"),
        *("--grep=^Proposal: ", f"--format={shape}", "HEAD", "--", f"content/{portal_id}"),
    ]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        return {}
    return read_log(done.stdout.decode("utf-8", "replace")) if done.returncode == 0 else {}


def read_log(told: str) -> dict[str, tuple[Note, ...]]:
    """The notes by file, out of what Git tells, the latest merge first.

    What was told under a former name of a file stands under its present one.
    """
    found: dict[str, list[Note]] = {}
    now_called: dict[str, str] = {}
    for part in told.split(_END)[1:]:
        moment, subject, *values, names = part.split(_FIELD)
        said = {
            key.lower(): value.split(_LINE)[0].strip()
            for key, value in zip(_KEYS, values, strict=True)
        }
        note = _note(said, subject, dt.datetime.fromisoformat(moment))
        for deed, path, old in _files(names):
            name = now_called.get(path, path)
            if old:
                now_called[old] = name
            if note is not None and deed in "MR":
                found.setdefault(name, []).append(note)
    return {path: tuple(those) for path, those in found.items()}


def _note(said: Mapping[str, str], subject: str, at: dt.datetime) -> Note | None:
    if not said["proposal"] or said["minor"]:
        return None
    if said["correction"]:
        return Note("correction", at, said["correction"])
    return Note("update", at, said["update"] or _TITLE.sub("", subject, count=1))


def _files(names: str) -> Iterator[tuple[str, str, str]]:
    """What was done to which file, and what it was called before."""
    words = [word for word in names.strip("\n").split("\0") if word]
    at = 0
    while at + 1 < len(words):
        deed = words[at].strip()[:1]
        if deed in "RC" and at + 2 < len(words):
            yield deed, words[at + 2], words[at + 1] if deed == "R" else ""
            at += 3
        else:
            yield deed, words[at + 1], ""
            at += 2
