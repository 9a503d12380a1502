"""An answer as an item's file, and a comment as a row of its consultation. Pure.

What an officer typed is plain text. It is written so that Markdown and YAML show it letter by
letter: no tag, link or picture comes of it.
"""

import datetime as dt
import re
from collections.abc import Sequence
from textwrap import shorten

from regulation.items import split
from regulation.yamlfile import VIETNAM
from workflow.answers.asking import Answer
from workflow.forge import ForgeError

WHO = "Người góp ý qua cổng"
"""Who is named beside a comment: contacts never leave the relay."""

_SUMMARY = 200
_ITEM = re.compile(r"[-•–] +(?=\S)")
_ACTIVE = re.compile(r"[\\`*_{}\[\]]")
_STARTS = re.compile(r"([0-9]+)([.)])(?= |\Z)|([#+~:=|^-])")


def item_text(
    answer: Answer,
    agency: str,
    source: str,
    posted: dt.datetime,
    updated: dt.datetime | None = None,
) -> str:
    """The file of an item of type ``answer``.

    Args:
        answer: What it says.
        agency: The id of the agency that provides the item.
        source: Who says it, in words.
        posted: When it is posted.
        updated: When its words were changed, where it had others.
    """
    summary = shorten(" ".join(answer.answer.split()), _SUMMARY, placeholder="…")
    front = [
        f"id: {answer.item}",
        f"title: {quoted(answer.title)}",
        f"summary: {quoted(summary)}",
        f"posted: {_moment(posted)}",
        *([f"updated: {_moment(updated)}"] if updated else []),
        f"agency: {agency}",
        f"source: {quoted(source)}",
        *block("question", answer.question, ""),
        f"received: {answer.received.isoformat()}",
        f"answered: {answer.answered.isoformat()}",
        f"answered_by: {answer.answered_by}",
        f"form: {answer.form}",
        f"subject: {quoted(answer.subject)}",
    ]
    lines = "\n".join(front)
    return f"---\n{lines}\n---\n\n{as_markdown(answer.answer)}\n"


def _moment(at: dt.datetime) -> str:
    return f"{at.astimezone(VIETNAM):%Y-%m-%d %H:%M}"


def with_comments(text: str, answers: Sequence[Answer]) -> str:
    """The file of a consultation with comments added at the end of those it has.

    Raises:
        ForgeError: Its comments are not written as a list of lines, so that a person must do it.
    """
    parts = split(text)
    if parts is None:
        raise ForgeError("Tệp lấy ý kiến không có phần khai báo giữa hai dòng ---.")
    rows = [line for answer in answers for line in _row(answer)]
    lines = parts.front.rstrip("\n").split("\n")
    at = next((n for n, line in enumerate(lines) if re.match(r"comments\s*:", line)), None)
    if at is None:
        lines += ["comments:", *rows]
    else:
        value = lines[at].partition(":")[2].split("#")[0].strip()
        if value == "[]":
            lines[at] = "comments:"
        elif value:
            raise ForgeError("Mục comments viết trên một dòng; hãy chuyển thành danh sách.")
        end = at + 1
        while end < len(lines) and not re.match(r"[^\s#-]", lines[end]):
            end += 1
        while end > at + 1 and not lines[end - 1].strip():
            end -= 1
        listed = next(
            (line for line in lines[at + 1 : end] if line.lstrip().startswith("- ")), "  -"
        )
        indent = listed[: len(listed) - len(listed.lstrip())]
        lines[end:end] = [indent + row[2:] for row in rows]
    body = text[len("---\n") + len(parts.front) :]
    joined = "\n".join(lines)
    return f"---\n{joined}\n{body}"


def _row(answer: Answer) -> list[str]:
    lines = [
        f"  - who: {quoted(WHO)}",
        f"    date: {answer.received.isoformat()}",
        f"    about: {quoted(answer.subject)}",
        *block("text", answer.question, "    "),
        *block("answer", answer.answer, "    "),
    ]
    return lines


def quoted(text: str) -> str:
    """A line of text as YAML that means exactly it."""
    kept = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{kept}"'


def block(name: str, text: str, indent: str) -> list[str]:
    """Text of several lines under a key, as YAML that means exactly it."""
    if "\n" not in text:
        return [f"{indent}{name}: {quoted(text)}"]
    lines = [f"{indent}  {line}".rstrip() for line in text.split("\n")]
    return [f"{indent}{name}: |-", *lines]


def as_markdown(text: str) -> str:
    """Plain text as Markdown that shows it: a paragraph a line, “- ” makes lists."""
    made: list[str] = []
    listed = False
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        item = _ITEM.match(line)
        if item and not listed and made:
            made.append("")
        if not item and made:
            made.append("")
        made.append(f"- {_shown(line[item.end() :])}" if item else _shown(line))
        listed = bool(item)
    return "\n".join(made)


def _shown(line: str) -> str:
    """A line without power: every sign that Markdown would act on stands for itself."""
    kept = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    kept = _ACTIVE.sub(lambda m: f"\\{m[0]}", kept)
    if start := _STARTS.match(kept):
        if start[1]:
            return f"{start[1]}&#{ord(start[2])};{kept[start.end() :]}"
        return f"&#{ord(start[3])};{kept[1:]}"
    return kept
