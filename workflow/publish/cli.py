"""The verbs of publishing: ``cong publish`` and ``cong rollback``."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from regulation.checkout import find_root
from regulation.console import err, known_portals, out
from regulation.findings import Finding, Refused
from regulation.yamlfile import VIETNAM
from workflow.publish.folder import LIVE, FolderTarget
from workflow.publish.pages import PagesTarget
from workflow.publish.publishing import Wanted, publish, rollback
from workflow.publish.release import PublishError
from workflow.publish.target import Target

DEFAULT_PORTAL = "quangnam-cchc"

To = Annotated[
    str,
    typer.Option(
        "--to",
        help="Nơi phát hành: một thư mục, s3://kho/tiền-tố, hoặc pages (nhánh gh-pages).",
        metavar="NƠI",
    ),
]
Remote = Annotated[
    str | None,
    typer.Option(help="Với pages: kho từ xa nhận nhánh gh-pages, ví dụ origin.", metavar="TÊN"),
]


def register(app: typer.Typer) -> None:
    """Adds the verbs to the command."""
    app.command("publish", help="Dựng, soát và đưa trang lên cho công chúng.")(publish_command)
    app.command("rollback", help="Cho chạy lại một bản phát hành trước.")(rollback_command)


def publish_command(
    to: To,
    portal: Annotated[
        str, typer.Option(help=f"Mã cổng. Không ghi: {DEFAULT_PORTAL}.", metavar="MÃ")
    ] = DEFAULT_PORTAL,
    commit: Annotated[
        str, typer.Option("--from", help="Bản ghi hoặc nhánh để phát hành.", metavar="BẢN")
    ] = "main",
    remote: Remote = None,
    base: Annotated[
        str, typer.Option(help="Phần đường dẫn đứng trước mọi địa chỉ.", metavar="ĐƯỜNG DẪN")
    ] = "",
    allow_samples: Annotated[
        bool, typer.Option("--allow-samples", help="Cho nội dung mẫu vào, để minh họa.")
    ] = False,
) -> None:
    """Dựng, soát và đưa trang lên cho công chúng.

    Chỉ những gì đã ở nhánh chính được phát hành. Gặp lỗi thì trang đang chạy giữ nguyên. Mã thoát:
    0 khi xong, 1 khi có lỗi, 2 khi gõ sai lệnh.
    """
    root = find_root(Path.cwd())
    known_portals(root, [portal])
    now = dt.datetime.now(VIETNAM)
    wanted = Wanted(portal, commit, base, allow_samples)
    try:
        with err.status("Đang chuẩn bị…") as status:
            release = publish(root, wanted, target_of(to, root, remote), now, status.update)
    except PublishError as error:
        raise Refused([Finding(to, str(error))]) from error
    out.print(
        f"✓ Đã phát hành {release.name}: {len(release.items)} mục, {len(release.files)} tệp.",
        highlight=False,
    )
    if to != "pages" and not to.startswith("s3://"):
        out.print(f"  Máy chủ web đọc từ {Path(to).absolute() / LIVE}.", highlight=False)


def rollback_command(
    to: To,
    release: Annotated[
        str | None,
        typer.Argument(help="Tên bản phát hành. Không ghi: bản ngay trước.", metavar="[BẢN]"),
    ] = None,
    remote: Remote = None,
    list_them: Annotated[
        bool, typer.Option("--list", "-l", help="Chỉ kể các bản còn giữ.")
    ] = False,
) -> None:
    """Cho chạy lại một bản phát hành trước."""
    root = find_root(Path.cwd())
    try:
        target = target_of(to, root, remote)
        if list_them:
            live = target.live()
            for each in target.releases():
                mark = "→" if live is not None and each.name == live.name else " "
                out.print(
                    f"{mark} {each.name}  {each.portal}  {len(each.items)} mục", highlight=False
                )
            return
        back = rollback(target, release)
    except PublishError as error:
        raise Refused([Finding(to, str(error))]) from error
    out.print(f"✓ Đang chạy bản {back.name}.", highlight=False)


def target_of(to: str, root: Path, remote: str | None) -> Target:
    """The target that was typed.

    Args:
        to: A folder, ``s3://bucket/prefix`` or ``pages``.
        root: The root of the checkout.
        remote: Where ``pages`` pushes to.
    """
    if to == "pages":
        return PagesTarget(root, remote)
    if to.startswith("s3://"):
        # Loaded only here: it takes as long as all the rest of the command.
        import boto3

        from workflow.publish.store import StoreTarget

        bucket, _, prefix = to.removeprefix("s3://").partition("/")
        return StoreTarget(boto3.client("s3"), bucket, prefix)
    return FolderTarget(Path(to))
