"""The verbs of the site: ``cong build`` and ``cong serve``."""

import datetime as dt
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from regulation.checkout import find_root
from regulation.content_types import content_types
from regulation.duties import duties
from regulation.findings import Finding, Refused
from regulation.loading import portal_folders
from regulation.yamlfile import VIETNAM

if TYPE_CHECKING:
    from plugins.build import Built

DEFAULT_PORTAL = "quangnam-cchc"

out = Console()
err = Console(stderr=True)


def register(app: typer.Typer) -> None:
    """Adds the room's verbs to the command."""
    app.command("build", help="Dựng trang của một cổng, hoặc mọi cổng.")(build_command)
    app.command("serve", help="Dựng và xem một cổng trên máy này; tự dựng lại khi tệp đổi.")(
        serve_command
    )


def build_command(
    portal: Annotated[
        str, typer.Option(help="Mã cổng, ví dụ laocai-cchc.", metavar="MÃ")
    ] = DEFAULT_PORTAL,
    every: Annotated[bool, typer.Option("--all", help="Dựng mọi cổng.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(help="Thư mục đặt trang; mỗi cổng một thư mục con.", metavar="THƯ MỤC"),
    ] = None,
    production: Annotated[
        bool, typer.Option("--production", help="Bản cho công chúng: không nội dung mẫu, bản nháp.")
    ] = False,
    allow_samples: Annotated[
        bool,
        typer.Option("--allow-samples", help="Cho nội dung mẫu vào bản --production để minh họa."),
    ] = False,
    base: Annotated[
        str,
        typer.Option(
            help="Phần đường dẫn đứng trước mọi địa chỉ, ví dụ /xem-thu.", metavar="ĐƯỜNG DẪN"
        ),
    ] = "",
) -> None:
    """Dựng trang của một cổng, hoặc mọi cổng.

    Mã thoát: 0 khi xong, 1 khi nội dung hoặc quy chế có lỗi (trang cũ giữ nguyên).
    """
    root = find_root(Path.cwd())
    wanted = portal_ids(root) if every else [known_portal(root, portal)]
    target = output or root / "output"
    failed = False
    for portal_id in wanted:
        try:
            built = build_with_progress(
                root, portal_id, target / portal_id, production, allow_samples, base
            )
        except Refused as refused:
            complain(refused)
            failed = True
            continue
        tell(built)
    if failed:
        raise typer.Exit(1)


def serve_command(
    portal: Annotated[
        str, typer.Option(help="Mã cổng, ví dụ laocai-cchc.", metavar="MÃ")
    ] = DEFAULT_PORTAL,
    host: Annotated[str, typer.Option(help="Địa chỉ máy.", metavar="MÁY")] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(
            help="Cổng mạng, đến 65535; 0 để máy tự chọn.", metavar="SỐ", min=0, max=65535
        ),
    ] = 8000,
) -> None:
    """Dựng và xem một cổng trên máy này; tự dựng lại khi tệp đổi.

    Mã thoát: 0 khi dừng bằng Ctrl+C, 1 khi không dựng được hoặc cổng mạng đã có chương trình khác.
    """
    from plugins.build import build  # slow to load, and other verbs do without
    from plugins.server import serve

    root = find_root(Path.cwd())
    portal_id = known_portal(root, portal)
    folder = root / "output" / portal_id
    if port and not _free(host, port):
        place = Finding(
            "cong serve",
            f"Cổng mạng {port} đã có chương trình khác dùng; hãy thêm "
            f"--port với số khác (make serve PORT={port + 1}).",
        )
        complain(Refused([place]))
        raise typer.Exit(1)
    try:
        tell(build_with_progress(root, portal_id, folder, False, False, ""))
    except Refused as refused:
        complain(refused)
        raise typer.Exit(1) from None

    def rebuild() -> None:
        # What regulation/data holds is kept from call to call; it may be what was just edited.
        content_types.cache_clear()
        duties.cache_clear()
        try:
            built = build(root, portal_id, folder, dt.datetime.now(VIETNAM))
        except Refused as refused:
            complain(refused)
            err.print("Trang cũ vẫn giữ nguyên.", style="yellow")
        except Exception as error:  # a template under work, a file just moved: go on watching
            told = f"Không dựng được ({type(error).__name__}: {error}); trang cũ vẫn giữ nguyên."
            complain(Refused([Finding("cong serve", told)]))
        else:
            tell(built)

    watched = (root / "content" / portal_id, root / "theme", root / "regulation" / "data")
    chosen = port or _any_port(host)
    serve(
        folder,
        host,
        chosen,
        [folder for folder in watched if folder.exists()],
        rebuild,
        lambda: out.print(f"Mở http://{host}:{chosen}/ để xem. Dừng: Ctrl+C.", highlight=False),
    )


def build_with_progress(
    root: Path, portal_id: str, output: Path, production: bool, allow_samples: bool, base: str
) -> "Built":
    """Builds a portal, with a bar on a terminal."""
    from plugins.build import build  # slow to load, and other verbs do without

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} trang"),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    ) as bar:
        task: TaskID = bar.add_task(f"Dựng {portal_id}", total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        return build(
            root,
            portal_id,
            output,
            dt.datetime.now(VIETNAM),
            production=production,
            allow_samples=allow_samples,
            base=base.rstrip("/"),
            progress=progress,
        )


def portal_ids(root: Path) -> list[str]:
    """Every portal in the checkout."""
    return [folder.name for folder in portal_folders(root / "content")]


def known_portal(root: Path, portal_id: str) -> str:
    """The portal's id, when there is such a portal; else says which there are and stops."""
    ids = portal_ids(root)
    if portal_id in ids:
        return portal_id
    complain(
        Refused([Finding("--portal", f"Không có cổng “{portal_id}”. Các cổng: {', '.join(ids)}.")])
    )
    raise typer.Exit(2)


def complain(refused: Refused) -> None:
    """Prints every finding, a line each, to the error output."""
    for finding in refused.findings:
        err.print(str(finding), style="red", highlight=False, soft_wrap=True, markup=False)


def tell(built: "Built") -> None:
    """Says what was built."""
    samples = f", {built.samples} mục mẫu" if built.samples else ""
    out.print(
        f"✓ {built.portal}: {built.pages} trang{samples}, {built.seconds:.1f} giây "
        f"→ {built.output}",
        highlight=False,
        soft_wrap=True,
        markup=False,
    )


def _free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _any_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
