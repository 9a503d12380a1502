"""The verbs of publishing: ``cong publish`` and ``cong rollback``."""

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from regulation.checkout import find_root
from regulation.console import err, known_portals, out
from regulation.findings import Finding, Mistyped, Refused
from regulation.loading import portal_folders
from regulation.yamlfile import VIETNAM
from workflow.forge import ForgeError
from workflow.git import Git
from workflow.publish.at_once import publish_portals
from workflow.publish.folder import LIVE, FolderTarget
from workflow.publish.going_back import OPTION, demand_down
from workflow.publish.publishing import MAIN, Wanted, publish, rollback
from workflow.publish.release import PublishError, Release
from workflow.publish.settings import Setting, key, settings_of
from workflow.publish.source import Source, settings_repository, source
from workflow.publish.target import Target
from workflow.publish.targets import target_of

DEFAULT_PORTAL = "quangnam-cchc"

To = Annotated[
    str | None,
    typer.Option(
        "--to",
        help="Nơi phát hành: một thư mục của máy chủ web, s3://kho/tiền-tố, hoặc pages (nhánh "
        "gh-pages của kho Git). Không ghi: nơi đã đặt bằng git config cong.MÃ.publishTo.",
        metavar="NƠI",
    ),
]
Portal = Annotated[
    str | None,
    typer.Option(
        help=f"Mã cổng. Không ghi: mọi cổng đã đặt nơi phát hành; với --to: {DEFAULT_PORTAL}.",
        metavar="MÃ",
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
    to: To = None,
    portal: Portal = None,
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
            help="Với --to: phần đường dẫn đứng trước mọi địa chỉ khi trang không ở gốc tên miền, "
            "ví dụ /xem-thu.",
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
    known_portals(root, [portal] if portal else [])
    if to is None:
        _demand_to({"--remote": remote, "--base": base})
        settings = _chosen(root, portal)
        with _source(root) as found:
            if not publish_portals(found, settings, commit=commit, samples=allow_samples):
                raise typer.Exit(1)
        return
    target = target_of(to, root, remote)
    wanted = Wanted(portal or DEFAULT_PORTAL, commit, base.rstrip("/"), allow_samples)
    try:
        with _source(root) as found, err.status("Đang chuẩn bị…") as status:
            shown = found.shown if commit == MAIN else lambda it: it
            say = status.update
            done = publish(found.git.path, wanted, target, found.now, say, shown, found.demand)
    except PublishError as error:
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


def rollback_command(
    to: To = None,
    release: Annotated[
        str | None,
        typer.Argument(help="Tên bản phát hành. Không ghi: bản ngay trước.", metavar="BẢN"),
    ] = None,
    portal: Annotated[
        str | None,
        typer.Option(
            help="Cổng nào, khi không ghi --to. Không ghi: cổng duy nhất đã đặt nơi phát hành.",
            metavar="MÃ",
        ),
    ] = None,
    remote: Remote = None,
    even_withdrawn: Annotated[
        bool,
        typer.Option(
            OPTION, help="Vẫn cho chạy lại dù bản ấy còn hiện những mục nay đã gỡ: đăng lại chúng."
        ),
    ] = False,
    list_them: Annotated[
        bool, typer.Option("--list", "-l", help="Chỉ kể các bản còn giữ.")
    ] = False,
) -> None:
    """Cho chạy lại một bản phát hành trước.

    Nhánh chính không đổi: lần phát hành sau lại đưa nhánh chính lên, nên hãy sửa ở nhánh chính
    trước lúc đó. Bản còn hiện một mục nay đã gỡ thì không được chạy lại. Mã thoát: 0 khi xong, 1
    khi có lỗi, 2 khi gõ sai lệnh.
    """
    root = find_root(Path.cwd())
    known_portals(root, [portal] if portal else [])
    where, target = _place(root, to, portal, remote)
    try:
        if list_them:
            live = target.live()
            for each in target.releases():
                mark = "→" if live is not None and each.name == live.name else " "
                out.print(
                    f"{mark} {each.name}  {each.portal}  {len(each.items)} mục", highlight=False
                )
            return

        def agree(live: Release | None, back: Release) -> None:
            if not even_withdrawn:
                with _source(root) as found:
                    demand_down(found, live, back)

        back = rollback(target, release, agree)
    except PublishError as error:
        raise Refused([Finding(where, str(error))]) from error
    out.print(
        f"✓ Đang chạy bản {back.name}. Lần phát hành sau lại đưa nhánh chính lên: hãy sửa ở đó "
        "trước.",
        highlight=False,
        soft_wrap=True,
    )


def _place(
    root: Path, to: str | None, portal: str | None, remote: str | None
) -> tuple[str, Target]:
    """The target that was typed or set, and the name by which it is known."""
    if to is not None:
        if portal is not None:
            message = "Chỉ dùng khi không ghi --to; hãy bỏ một trong hai."
            raise Mistyped([Finding("--portal", message)])
        return to, target_of(to, root, remote)
    _demand_to({"--remote": remote})
    settings = _chosen(root, portal)
    if len(settings) > 1:
        message = (
            f"Có {len(settings)} cổng đã đặt nơi phát hành; hãy ghi một: "
            f"{', '.join(setting.portal for setting in settings)}."
        )
        raise Mistyped([Finding("--portal", message)])
    return settings[0].to, settings[0].target(_own(root).path)


def _chosen(root: Path, portal: str | None) -> list[Setting]:
    """The portals that are published by themselves; or the one that was typed.

    Raises:
        Mistyped: None is.
    """
    own = _own(root)
    known = settings_of(own)
    found = [each for each in known.values() if portal in (None, each.portal)]
    if found:
        return found
    there = [folder.name for folder in portal_folders(root / "content")]
    wanted = portal or (DEFAULT_PORTAL if DEFAULT_PORTAL in there else (there or ["<mã cổng>"])[0])
    whose = "" if own.path.resolve() == root else f" -C {own.path}"
    message = (
        f"Chưa đặt nơi phát hành{f' của cổng {portal}' if portal else ''}; hãy gõ: git{whose} "
        f"config {key(wanted, 'publishTo')} <một thư mục, s3://kho/tiền-tố hoặc pages>"
    )
    raise Mistyped([Finding("cong publish", message)])


def _demand_to(typed: Mapping[str, str | None]) -> None:
    """Refuses options that say more of a place that was not typed."""
    for option, value in typed.items():
        if value:
            message = "Chỉ dùng cùng --to; nơi đã đặt thì đặt cả điều này bằng git config."
            raise Mistyped([Finding(option, message)])


def _own(root: Path) -> Git:
    """The repository that has the settings; what the forge refuses is told as elsewhere."""
    try:
        return settings_repository(root, os.environ)
    except ForgeError as error:
        raise Refused([Finding("cong.forge", str(error))]) from error


@contextmanager
def _source(root: Path) -> Iterator[Source]:
    """What is published; what the forge refuses is told as the command tells things."""
    try:
        with source(root, os.environ, Path.home(), _now, _tell) as found:
            yield found
    except ForgeError as error:
        raise Refused([Finding("cong publish", str(error))]) from error


def _now() -> dt.datetime:
    return dt.datetime.now(VIETNAM)


def _tell(line: str) -> None:
    err.print(line, style="yellow", highlight=False, soft_wrap=True, markup=False)
