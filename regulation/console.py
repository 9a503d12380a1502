"""What the command says to people: findings, a line each.

Every room's verbs speak through this module, so that a fault looks the same wherever it is found.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from regulation.findings import Finding, Mistyped, Severity
from regulation.loading import portal_folders

out = Console()
err = Console(stderr=True)

_BASE = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?")


def complain(findings: Iterable[Finding]) -> None:
    """Prints findings to the error output, a line each however long."""
    for finding in findings:
        style = "red" if finding.severity is Severity.ERROR else "yellow"
        err.print(str(finding), style=style, highlight=False, soft_wrap=True, markup=False)


def known_portals(root: Path, wanted: Iterable[str]) -> list[str]:
    """The ids of portals that were typed, each once, in the order typed.

    Raises:
        Mistyped: There is no such portal; says which there are.
    """
    known = [folder.name for folder in portal_folders(root / "content")]
    chosen = list(dict.fromkeys(wanted))
    for portal_id in chosen:
        if portal_id not in known:
            there = ", ".join(known) or "chưa có cổng nào"
            message = f"Không có cổng “{portal_id}”. Các cổng: {there}."
            raise Mistyped([Finding("--portal", message)])
    return chosen


def demand_base(base: str) -> None:
    """Demands that ``--base`` is a path that addresses can begin with, or empty.

    Raises:
        Mistyped: It is none: no slash before it, the name of another host, a question mark.
    """
    if not _BASE.fullmatch(base):
        message = (
            f"Đường dẫn “{base}” không dùng được; hãy viết một đường dẫn bắt đầu bằng “/”, chỉ gồm "
            "chữ không dấu, chữ số, dấu chấm, dấu gạch, ví dụ /xem-thu."
        )
        raise Mistyped([Finding("--base", message)])
