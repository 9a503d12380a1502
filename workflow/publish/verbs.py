"""The verbs of publishing: ``cong publish`` and ``cong rollback``."""

import datetime as dt
import functools
import os
import re
from pathlib import Path
from typing import Annotated

import typer

from accounts.place import find_place
from regulation.checkout import find_root
from regulation.console import err, known_portals, out
from regulation.findings import Finding, Mistyped, Refused
from regulation.yamlfile import VIETNAM
from workflow.forge import ForgeError
from workflow.gate.words import day
from workflow.proposing.base import regulations_at
from workflow.proposing.context import context
from workflow.publish.folder import LIVE, FolderTarget
from workflow.publish.pages import PagesTarget
from workflow.publish.publishing import MAIN, Wanted, publish, rollback
from workflow.publish.release import PublishError
from workflow.publish.target import Target
from workflow.urgent import standing, with_withdrawals

DEFAULT_PORTAL = "quangnam-cchc"

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX")
"""Git tells its hooks in these which repository they run in; here it is that of the folder."""

To = Annotated[
    str,
    typer.Option(
        "--to",
        help="Nơi phát hành: một thư mục của máy chủ web, s3://kho/tiền-tố, hoặc pages (nhánh "
        "gh-pages của kho Git).",
        metavar="NƠI",
    ),
]
Remote = Annotated[
    str | None,
    typer.Option(
        help="Với --to pages: kho Git từ xa nhận nhánh gh-pages, ví dụ origin. Không ghi: nhánh "
        "chỉ ở máy này.",
        metavar="TÊN",
    ),
]


def publish_command(
    to: To,
    portal: Annotated[
        str, typer.Option(help=f"Mã cổng. Không ghi: {DEFAULT_PORTAL}.", metavar="MÃ")
    ] = DEFAULT_PORTAL,
    commit: Annotated[
        str,
        typer.Option(
            "--from",
            help="Mã một bản ghi (commit) của nhánh chính. Không ghi: bản mới nhất.",
            metavar="BẢN",
        ),
    ] = MAIN,
    remote: Remote = None,
    base: Annotated[
        str,
        typer.Option(
            help="Phần đường dẫn đứng trước mọi địa chỉ khi trang không ở gốc tên miền, ví dụ "
            "/xem-thu.",
            metavar="ĐƯỜNG DẪN",
        ),
    ] = "",
    allow_samples: Annotated[
        bool, typer.Option("--allow-samples", help="Cho nội dung mẫu vào, chỉ để minh họa.")
    ] = False,
) -> None:
    """Dựng, soát và đưa trang lên cho công chúng.

    Chỉ những gì đã ở nhánh chính được phát hành; tệp đang sửa dở trên máy này thì không. Gặp lỗi
    thì trang đang chạy giữ nguyên. Mã thoát: 0 khi xong hoặc không có gì mới, 1 khi có lỗi, 2 khi
    gõ sai lệnh.
    """
    root = find_root(Path.cwd())
    known_portals(root, [portal])
    target = target_of(to, root, remote)
    now = dt.datetime.now(VIETNAM)
    wanted = Wanted(portal, commit, base.rstrip("/"), allow_samples)
    try:
        with err.status("Đang chuẩn bị…") as status:
            shown = functools.partial(_shown, root, now) if commit == MAIN else lambda it: it
            done = publish(root, wanted, target, now, status.update, shown)
    except (PublishError, ForgeError) as error:
        raise Refused([Finding(to, str(error))]) from error
    release = done.release
    if not done.new:
        out.print(f"✓ Không có gì mới: vẫn chạy bản {release.name}.", highlight=False)
        return
    out.print(
        f"✓ Đã phát hành bản {release.name}: {len(release.items)} mục, {len(release.files)} tệp.",
        highlight=False,
    )
    if isinstance(target, FolderTarget):
        out.print(
            f"  Máy chủ web đọc từ {Path(to).absolute() / LIVE}.", highlight=False, soft_wrap=True
        )


def _shown(root: Path, now: dt.datetime, commit: str) -> str:
    """The main branch with what is urgently taken down.

    Where no list of staff is there yet, nobody may take anything down.
    """
    place = find_place(os.environ, Path.home())
    if place.get_backend_name() == "sqlite" and not Path(place.database or "").exists():
        return commit
    with context(root, os.environ, Path.home(), lambda: now, reading=True) as here:
        regulations = regulations_at(here.git_of_forge, here.forge.main, day(now))
        found = list(standing(here.git_of_forge, here.forge, here.staff, regulations, now))
        for each in found:
            err.print(
                f"Đề xuất {each.entry.number}: {each.line(now)}",
                style="yellow",
                highlight=False,
                soft_wrap=True,
                markup=False,
            )
        return with_withdrawals(here.git_of_forge, commit, found)


def rollback_command(
    to: To,
    release: Annotated[
        str | None,
        typer.Argument(help="Tên bản phát hành. Không ghi: bản ngay trước.", metavar="BẢN"),
    ] = None,
    remote: Remote = None,
    list_them: Annotated[
        bool, typer.Option("--list", "-l", help="Chỉ kể các bản còn giữ.")
    ] = False,
) -> None:
    """Cho chạy lại một bản phát hành trước.

    Nhánh chính không đổi: lần phát hành sau lại đưa nhánh chính lên, nên hãy sửa ở nhánh chính
    trước lúc đó. Mã thoát: 0 khi xong, 1 khi có lỗi, 2 khi gõ sai lệnh.
    """
    root = find_root(Path.cwd())
    target = target_of(to, root, remote)
    try:
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
    out.print(
        f"✓ Đang chạy bản {back.name}. Lần phát hành sau lại đưa nhánh chính lên: hãy sửa ở đó "
        "trước.",
        highlight=False,
        soft_wrap=True,
    )


def target_of(to: str, root: Path, remote: str | None) -> Target:
    """The target that was typed.

    Args:
        to: A folder, ``s3://bucket/prefix`` or ``pages``.
        root: The root of the checkout.
        remote: Where ``pages`` pushes to.

    Raises:
        Mistyped: It names no such place.
    """
    for name in _OF_A_HOOK:
        os.environ.pop(name, None)
    if remote is not None and to != "pages":
        message = "Tùy chọn này chỉ dùng với --to pages; hãy bỏ đi."
        raise Mistyped([Finding("--remote", message)])
    if to == "pages":
        return PagesTarget(root, remote)
    if to.startswith("s3://"):
        bucket, _, prefix = to.removeprefix("s3://").partition("/")
        if not _BUCKET.fullmatch(bucket):
            message = f"Tên kho “{bucket}” không đúng; hãy viết như s3://ten-kho/tien-to."
            raise Mistyped([Finding("--to", message)])
        # Loaded only here: it takes as long as all the rest of the command.
        from workflow.publish.store import open_store

        try:
            return open_store(bucket, prefix)
        except PublishError as error:
            raise Refused([Finding(to, str(error))]) from error
    if not to.strip() or ":" in to.partition("/")[0]:
        message = (
            f"Không rõ “{to}” là nơi nào; hãy viết một thư mục, s3://ten-kho/tien-to hoặc pages."
        )
        raise Mistyped([Finding("--to", message)])
    return FolderTarget(Path(to))
