"""What the checks found, for those who read it elsewhere: as JSON, as a comment on a proposal."""

import json
import re
from collections.abc import Iterable
from itertools import groupby

from regulation.findings import Finding, errors, in_order
from regulation.yamlfile import VIETNAM
from workflow.checks.deadline import Late

MOST_SHOWN = 200
"""A comment has room for so many findings; the rest is counted."""

_MARKED = re.compile(r"([\\`*_{}\[\]()#+!|>~$-])")
_AT = re.compile(r"[@#](?=\w)|https?(?=:)|www(?=\.)", re.I)


def as_json(findings: Iterable[Finding], deadlines: Iterable[Late] = ()) -> str:
    """The findings and deadlines as one JSON object, for programs."""
    listed = [
        {
            "path": finding.path,
            "line": finding.line,
            "key": finding.key,
            "severity": finding.severity.name.lower(),
            "message": finding.message,
            "basis": finding.basis,
        }
        for finding in findings
    ]
    clocks = [
        {
            "path": late.path,
            "id": late.id,
            "portal": late.portal,
            "rule": late.rule,
            "basis": list(late.basis),
            "started_by": late.started_by,
            "due": late.due.astimezone(VIETNAM).isoformat(),
            "late": late.amount,
            "unit": late.unit.value,
            "trailer": late.trailer,
        }
        for late in deadlines
    ]
    return json.dumps({"findings": listed, "deadlines": clocks}, ensure_ascii=False, indent=2)


def as_markdown(findings: Iterable[Finding], deadlines: Iterable[Late] = ()) -> str:
    """The findings as Markdown for a comment, by file. Nothing in it is anybody's own Markdown."""
    found = in_order(findings)
    wrong = len(errors(found))
    lines = [f"### {_count(wrong, len(found) - wrong)}", ""]
    for path, group in groupby(found[:MOST_SHOWN], key=lambda finding: finding.path):
        lines += [f"**{plain(path)}**", ""]
        for finding in group:
            place = f"dòng {finding.line}: " if finding.line else ""
            key = f"[{finding.key}] " if finding.key else ""
            basis = f" (Căn cứ: {finding.basis})" if finding.basis else ""
            said = plain(f"{key}{finding.message}{basis}")
            lines.append(f"- **{finding.severity.value}** {place}{said}")
        lines.append("")
    if len(found) > MOST_SHOWN:
        lines += [f"Còn {len(found) - MOST_SHOWN} điều nữa: gõ cong check để xem hết.", ""]
    clocks = [late for late in deadlines if not late.late]
    if clocks:
        lines += [f"{len(clocks)} bài đăng đúng hạn.", ""]
    return "\n".join(lines)


def _count(wrong: int, reminders: int) -> str:
    if not wrong and not reminders:
        return "✓ Kiểm tra xong, không có gì phải sửa"
    sign = "✗" if wrong else "✓"
    return f"{sign} {wrong} lỗi phải sửa, {reminders} điều nên xem lại"


def plain(text: str) -> str:
    """Somebody's text as a comment shows it: no Markdown, no HTML, no link, nobody called."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    shown = shown.replace("&", "&amp;").replace("<", "&lt;")
    shown = _MARKED.sub(r"\\\1", shown)
    # A zero-width joiner keeps a name from being called and an address from becoming a link.
    return _AT.sub(lambda match: f"{match[0]}\u2060", shown)
