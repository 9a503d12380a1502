"""The verb ``cong check``: whole portals, or what a proposal changes."""

import datetime as dt
import functools
import os
from pathlib import Path
from typing import Annotated

import typer

from regulation.checkout import find_root
from regulation.console import complain, err, known_portals, out
from regulation.files.clamd import configured
from regulation.findings import Finding, Mistyped, Refused, errors, in_order
from regulation.loading import portal_folders, stray_folders
from regulation.machine import os_words
from regulation.yamlfile import VIETNAM
from workflow.checks import Outcome, check, check_change
from workflow.checks.change import Change, NoChangeError, change_of
from workflow.checks.files import FILE_CHECKS, malware
from workflow.checks.report import as_json, as_markdown
from workflow.forge.interface import ForgeError
from workflow.git import Git


def check_command(
    portal: Annotated[
        list[str] | None,
        typer.Option(help="Mã cổng; dùng nhiều lần được. Không ghi: mọi cổng.", metavar="MÃ"),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Mọi cổng (như khi không ghi gì).")] = False,
    base: Annotated[
        str | None,
        typer.Option(help="Chỉ kiểm tra những gì khác với bản này, ví dụ main.", metavar="BẢN"),
    ] = None,
    head: Annotated[
        str | None,
        typer.Option(
            help="Bản đề xuất, cùng với --base. Không ghi: các tệp đang có trên máy.",
            metavar="BẢN",
        ),
    ] = None,
    production: Annotated[
        bool, typer.Option("--production", help="Cổng đang phục vụ người dân: từ chối bài mẫu.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="In ra JSON cho chương trình khác.")] = False,
    summary: Annotated[
        Path | None,
        typer.Option(help="Ghi thêm bản tóm tắt Markdown vào tệp này.", metavar="TỆP"),
    ] = None,
) -> None:
    """Kiểm tra quy chế và nội dung: khai báo, Unicode, liên kết, tệp.

    Có --base thì chỉ kiểm tra những gì thay đổi và những gì thay đổi ấy làm hỏng ở chỗ khác: bài
    đã đăng mất đi, đăng chậm hạn, tệp lạ. Mỗi lỗi một dòng: tệp, dòng, điều sai, việc cần làm. Mã
    thoát: 0 khi không có lỗi, 1 khi có lỗi, 2 khi gõ sai lệnh.
    """
    root = find_root(Path.cwd())
    if portal and every:
        raise Mistyped([Finding("--all", "Đã ghi --portal thì không ghi --all; hãy bỏ một.")])
    if head and not base:
        raise Mistyped([Finding("--head", "Phải ghi cả --base, là bản để so; hãy thêm vào.")])
    if base:
        outcome = _change(root, base, head, portal, production)
        counted = f"{outcome.items} mục liên quan"
    else:
        outcome, counted = _whole(root, portal, production)
    found = outcome.findings
    if summary:
        text = as_markdown(found, outcome.deadlines)
        try:
            summary.write_text(text, encoding="utf-8")
        except OSError as error:
            message = f"Không ghi được tệp tóm tắt: {os_words(error)}."
            raise Mistyped([Finding(str(summary), message)]) from None
    if json:
        typer.echo(as_json(found, outcome.deadlines))
    else:
        complain(found)
    wrong = len(errors(found))
    if wrong:
        err.print(f"✗ {wrong} lỗi, {len(found) - wrong} điều nên xem lại.", highlight=False)
        raise typer.Exit(1)
    reminders = f", {len(found)} điều nên xem lại" if found else ""
    if not json:
        out.print(f"✓ {counted}: không có lỗi{reminders}.", highlight=False)


def _whole(root: Path, portal: list[str] | None, production: bool) -> tuple[Outcome, str]:
    found: list[Finding] = []
    if portal:
        wanted = known_portals(root, portal)
    else:
        wanted = [folder.name for folder in portal_folders(root / "content")]
        found += stray_folders(root / "content", root)
    items = 0
    with err.status("Đang kiểm tra…") as status:

        def progress(portal_id: str, count: int) -> None:
            nonlocal items
            items += count
            status.update(f"Đang kiểm tra {portal_id} ({count} mục)…")

        found += check(root, wanted, dt.datetime.now(VIETNAM), progress, production=production)
    return Outcome(tuple(found)), f"{len(wanted)} cổng, {items} mục"


def _change(
    root: Path, base: str, head: str | None, portal: list[str] | None, production: bool
) -> Outcome:
    wanted = known_portals(root, portal) if portal and head is None else portal
    clamd = configured(os.environ)
    checks = [*FILE_CHECKS]
    if clamd is not None:
        checks.append(functools.partial(malware.check, clamd=clamd))
    git = Git(root, dict(os.environ))
    with err.status("Đang kiểm tra…") as status:
        try:
            with change_of(git, base, head) as change:
                outcome = check_change(
                    git,
                    change,
                    dt.datetime.now(VIETNAM),
                    portal_ids=wanted,
                    production=production,
                    file_checks=checks,
                    told=status.update,
                )
                found = [*outcome.findings]
                if not wanted and head is None:
                    found += stray_folders(root / "content", root)
                if clamd is None and _brings_files(change):
                    found.append(malware.not_configured())
        except NoChangeError as error:
            raise Mistyped([Finding("--base", str(error))]) from None
        except ForgeError as error:
            raise Refused([Finding("cong check", str(error))]) from None
    return Outcome(tuple(in_order(found)), outcome.deadlines, outcome.items)


def _brings_files(change: Change) -> bool:
    """Whether the change adds or replaces what is no text of ours."""
    return any(
        not file.path.endswith((".md", ".yml")) and change.after.has(file.path)
        for file in change.files
        if file.path.startswith("content/")
    )
