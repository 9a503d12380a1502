"""The verbs of the workflow: ``cong check``, and those of its parts."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from regulation.checkout import find_root
from regulation.console import complain, err, known_portals, out
from regulation.findings import Finding, Mistyped, errors
from regulation.loading import portal_folders, stray_folders
from regulation.yamlfile import VIETNAM
from workflow.checks import check
from workflow.proposing import cli as proposing_cli
from workflow.publish import cli as publish_cli


def register(app: typer.Typer) -> None:
    """Adds the room's verbs to the command."""
    app.command("check", help="Kiểm tra quy chế và nội dung: khai báo, Unicode, liên kết, tệp.")(
        check_command
    )
    proposing_cli.register(app)
    publish_cli.register(app)


def check_command(
    portal: Annotated[
        list[str] | None,
        typer.Option(help="Mã cổng; dùng nhiều lần được. Không ghi: mọi cổng.", metavar="MÃ"),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Mọi cổng (như khi không ghi gì).")] = False,
) -> None:
    """Kiểm tra quy chế và nội dung: khai báo, Unicode, liên kết, tệp.

    Mỗi lỗi một dòng: tệp, dòng, điều sai, việc cần làm. Mã thoát: 0 khi không có lỗi, 1 khi có
    lỗi, 2 khi gõ sai lệnh.
    """
    root = find_root(Path.cwd())
    if portal and every:
        raise Mistyped([Finding("--all", "Đã ghi --portal thì không ghi --all; hãy bỏ một.")])
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

        found += check(root, wanted, dt.datetime.now(VIETNAM), progress)
    complain(found)
    wrong = len(errors(found))
    if wrong:
        err.print(f"✗ {wrong} lỗi, {len(found) - wrong} điều nên xem lại.", highlight=False)
        raise typer.Exit(1)
    reminders = f", {len(found)} điều nên xem lại" if found else ""
    out.print(f"✓ {len(wanted)} cổng, {items} mục: không có lỗi{reminders}.", highlight=False)
