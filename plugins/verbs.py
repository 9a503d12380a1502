"""The verbs of the site: ``cong build`` and ``cong serve``."""

import contextlib
import datetime as dt
import errno
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from regulation.case_rules import case_rules
from regulation.checkout import find_root
from regulation.console import complain, demand_base, err, known_portals, out
from regulation.content_types import content_types
from regulation.duties import duties
from regulation.findings import Finding, Mistyped, Refused
from regulation.forms import load_forms
from regulation.loading import load_portal, portal_folders, stray_folders
from regulation.machine import os_finding, os_words
from regulation.yamlfile import VIETNAM

if TYPE_CHECKING:
    from plugins.build import Built

DEFAULT_PORTAL = "quangnam-cchc"

DEFAULT_PORT = 8000
MAX_PORT = 65_535

_KEPT = "Trang cũ vẫn giữ nguyên."
_SERVER_SEALS = (
    "  Tố cáo được mã hóa trên máy chủ: chưa cài gói mã hóa trong trình duyệt. Muốn có, hãy gõ "
    "make install-sealing rồi dựng lại."
)


def build_command(
    portal: Annotated[
        str | None,
        typer.Option(
            help=f"Mã cổng, ví dụ laocai-cchc. Không ghi: {DEFAULT_PORTAL}.", metavar="MÃ"
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Dựng mọi cổng.")] = False,
    output: Annotated[
        str | None,
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
            help="Phần đường dẫn đứng trước mọi địa chỉ khi trang không ở gốc tên miền, ví dụ "
            "/xem-thu.",
            metavar="ĐƯỜNG DẪN",
        ),
    ] = "",
    at: Annotated[
        str,
        typer.Option(
            help="Dựng như vào lúc này, ví dụ “2026-11-25 08:00”. Không ghi: bây giờ.",
            metavar="LÚC",
        ),
    ] = "",
) -> None:
    """Dựng trang của một cổng, hoặc mọi cổng.

    Mã thoát: 0 khi xong, 1 khi nội dung hoặc quy chế có lỗi (trang cũ giữ nguyên), 2 khi gõ sai.
    """
    root = find_root(Path.cwd())
    if every and portal:
        raise Mistyped([Finding("--all", "Đã ghi --portal thì không ghi --all; hãy bỏ một.")])
    demand_base(base)
    if output is not None and not output.strip():
        message = "Tên thư mục đang để trống; hãy ghi tên thư mục, hoặc bỏ --output."
        raise Mistyped([Finding("--output", message)])
    moment = _moment(at)
    failed = False
    if every:
        wanted = [folder.name for folder in portal_folders(root / "content")]
        strays = list(stray_folders(root / "content", root))
        complain(strays)
        failed = bool(strays)
    else:
        wanted = known_portals(root, [portal or DEFAULT_PORTAL])
    target = root / "output" if output is None else Path(output)
    for portal_id in wanted:
        try:
            built = build_with_progress(
                root, portal_id, target / portal_id, production, allow_samples, base, moment
            )
        except Refused as refused:
            complain(refused.findings)
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
            help="Cổng mạng, đến 65535; 0 để máy tự chọn.", metavar="SỐ", min=0, max=MAX_PORT
        ),
    ] = DEFAULT_PORT,
) -> None:
    """Dựng và xem một cổng trên máy này; tự dựng lại khi tệp đổi.

    Mã thoát: 0 khi đang xem mà dừng bằng Ctrl+C, 1 khi không dựng được hoặc cổng mạng đã có chương
    trình khác, 2 khi gõ sai.
    """
    from plugins.build import build  # slow to load, and other verbs do without
    from plugins.server import serve

    root = find_root(Path.cwd())
    (portal_id,) = known_portals(root, [portal])
    folder = root / "output" / portal_id
    with _listening(host, port) as listening:
        tell(build_with_progress(root, portal_id, folder, False, False, "", _moment("")))

        def rebuild() -> None:
            # What regulation/data holds is kept from call to call; it may be what was edited.
            content_types.cache_clear()
            duties.cache_clear()
            load_forms.cache_clear()
            case_rules.cache_clear()
            try:
                built = build(root, portal_id, folder, dt.datetime.now(VIETNAM))
            except Refused as refused:
                complain(refused.findings)
                err.print(_KEPT, style="yellow")
            except OSError as error:
                complain([os_finding(error)])
                err.print(_KEPT, style="yellow")
            except Exception as error:  # a template under work, a file just moved: go on watching
                told = (
                    f"Không dựng được vì lỗi của phần mềm ({type(error).__name__}); hãy xem lại "
                    f"tệp vừa lưu, hoặc gõ CONG_DEBUG=1 cong build để xem lỗi. {_KEPT}"
                )
                complain([Finding("cong serve", told)])
            else:
                tell(built)

        watched = (root / "content" / portal_id, root / "theme", root / "regulation" / "data")
        # The name, to which passkeys are bound, and so the one address of officers' pages.
        named = "localhost" if host == "127.0.0.1" else f"[{host}]" if ":" in host else host
        number = listening.getsockname()[1]
        listening.listen()  # whoever asks before the server is up waits for it
        with _relay(root, portal_id, folder, number) as relay:
            serve(
                folder,
                listening,
                [folder for folder in watched if folder.exists()],
                rebuild,
                lambda: out.print(
                    f"Mở http://{named}:{number}/ để xem. Dừng: Ctrl+C.", highlight=False
                ),
                relay,
            )
    out.print("Đã dừng.")


@contextlib.contextmanager
def _relay(root: Path, portal_id: str, folder: Path, number: int) -> Iterator[int | None]:
    """Runs the relay beside the site while it is looked at; gives its port on loopback.

    A program of its own, as in production: this room knows none of its code. A portal that takes
    no messages online has none.
    """
    portal = load_portal(root / "content" / portal_id, root, _moment("").date())
    if not portal.regulation.voice.online:
        yield None
        return
    with socket.create_server(("127.0.0.1", 0)) as behind:
        behind.set_inheritable(True)
        words = ["relay", "serve", "--portal", portal_id, "--site", str(folder.resolve())]
        usual = {"CONG_RELAY_URL": f"http://localhost:{number}"}
        # However this program ends, its end of the pipe is closed and the relay stops too.
        alive, held = os.pipe()
        words += ["--listen", str(behind.fileno()), "--alive", str(alive)]
        child = subprocess.Popen(
            [sys.executable, "-m", "cong", *words],
            cwd=root,
            env={**usual, **os.environ},
            pass_fds=[behind.fileno(), alive],
        )
        os.close(alive)
        try:
            yield behind.getsockname()[1]
        finally:
            child.terminate()
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            os.close(held)


def _moment(at: str) -> dt.datetime:
    """The moment that was typed; the present one for none."""
    if not at:
        return dt.datetime.now(VIETNAM)
    try:
        moment = dt.datetime.fromisoformat(at)
        return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
    except ValueError:
        message = f"Không đọc được “{at}”; hãy viết năm-tháng-ngày giờ:phút, như 2026-11-25 08:00."
        raise Mistyped([Finding("--at", message)]) from None


def build_with_progress(
    root: Path,
    portal_id: str,
    output: Path,
    production: bool,
    allow_samples: bool,
    base: str,
    moment: dt.datetime,
) -> "Built":
    """Builds a portal as of a moment, with a bar on a terminal."""
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
            moment,
            production=production,
            allow_samples=allow_samples,
            base=base.rstrip("/"),
            progress=progress,
        )


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
    if built.lacks_sealing:
        out.print(_SERVER_SEALS, highlight=False, soft_wrap=True, markup=False)


def _listening(host: str, port: int) -> socket.socket:
    """A socket bound to an address of this machine, so that nobody else takes it meanwhile.

    Raises:
        Mistyped: There is no such address on this machine.
        Refused: Another program has the port, or this user may not take it.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError):
        message = f"Không có máy nào tên hoặc địa chỉ “{host}”; hãy dùng 127.0.0.1."
        raise Mistyped([Finding("--host", message)]) from None
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind(address)
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRNOTAVAIL:
            message = f"Máy này không có địa chỉ “{host}”; hãy dùng 127.0.0.1."
            raise Mistyped([Finding("--host", message)]) from None
        if error.errno == errno.EADDRINUSE:
            message = (
                f"Cổng mạng {port} đã có chương trình khác dùng; hãy thêm --port với số khác "
                f"(make serve PORT={port + 1 if port < MAX_PORT else DEFAULT_PORT})."
            )
        elif error.errno == errno.EACCES:
            message = f"Không có quyền mở cổng mạng {port}; hãy thêm --port với số từ 1024 trở lên."
        else:
            message = f"Không mở được cổng mạng {port}: {os_words(error)}."
        raise Refused([Finding("cong serve", message)]) from None
    return made
