"""The verb ``cong relay serve``. Here the clock, the environment and the sockets are taken."""

import datetime as dt
import errno
import getpass
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from accounts.database import open_database
from accounts.place import find_place
from regulation.checkout import find_root
from regulation.console import demand_base, known_portals, out
from regulation.findings import Finding, Mistyped, Refused
from regulation.forms import chosen_from
from regulation.loading import load_portal
from regulation.machine import os_words
from regulation.yamlfile import VIETNAM
from relay.mail.directory import read_addresses, without_address
from relay.settings import Settings, read_settings

DEFAULT_PORT, DEFAULT_PRIVATE = 8100, 8101
MAX_PORT = 65_535

_NO_HOST = (
    "Máy này không có địa chỉ “{host}”; hãy ghi 127.0.0.1 (chỉ chính máy này), hoặc một địa chỉ "
    "của máy."
)

SHOWN = 5
"""Agencies that are named in a line."""


def serve_command(
    portal: Annotated[str, typer.Option(help="Mã cổng, ví dụ laocai-cchc.", metavar="MÃ")],
    host: Annotated[str, typer.Option(help="Địa chỉ máy.", metavar="MÁY")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="Cổng mạng cho người dân, cán bộ.", min=0, max=MAX_PORT)
    ] = DEFAULT_PORT,
    private: Annotated[
        int,
        typer.Option(
            help="Cổng mạng riêng trên 127.0.0.1: lấy câu trả lời, số đo; 0 để máy tự chọn.",
            min=0,
            max=MAX_PORT,
        ),
    ] = DEFAULT_PRIVATE,
    site: Annotated[
        Path | None, typer.Option(help="Thư mục trang đã dựng.", metavar="THƯ MỤC")
    ] = None,
    base: Annotated[
        str, typer.Option(help="Phần đường dẫn đứng trước mọi địa chỉ.", metavar="ĐƯỜNG DẪN")
    ] = "",
    listen: Annotated[
        int | None,
        typer.Option(
            help="Số của ổ cắm đã mở sẵn, do chương trình gọi trao cho.", metavar="SỐ", hidden=True
        ),
    ] = None,
    alive: Annotated[
        int | None,
        typer.Option(
            help="Số của ống đóng lại khi chương trình gọi dừng.", metavar="SỐ", hidden=True
        ),
    ] = None,
) -> None:
    """Nhận ý kiến của người dân cho một cổng, mở hộp việc cho cán bộ.

    Mã thoát: 0 khi dừng bằng Ctrl+C hoặc SIGTERM, 1 khi không chạy được, 2 khi gõ sai.
    """
    from relay.assembly import assembled  # slow to load, and the help does without
    from relay.running.logs import log_to
    from relay.serving import run

    root = find_root(Path.cwd())
    (portal_id,) = known_portals(root, [portal])
    demand_base(base)
    environment = dict(os.environ)
    if site is not None:
        environment["CONG_RELAY_SITE"] = str(site)
    settings = read_settings(environment, Path.home(), root, portal_id, base)
    # Beside a person's own screen only what needs somebody; else every request.
    log_to(sys.stderr, _now, logging.WARNING if listen is not None else logging.INFO)
    asked_to_stop = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        # As Ctrl+C: what has begun is ended, what waits is written. Raised where Python drops what
        # is raised (a finalizer, a callback of C), it is found by ``run``.
        asked_to_stop.set()
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGTERM, stop)
    if alive is not None:
        threading.Thread(target=_end_with, args=(alive,), daemon=True).start()
    with ExitStack() as stack:
        front = stack.enter_context(_front(host, port, listen))
        # One that is started by another program takes any private port: two may run at once.
        back = stack.enter_context(
            bound("127.0.0.1", 0 if listen is not None else private, "--private")
        )
        accounts = stack.enter_context(
            open_database(find_place(environment, Path.home()), environment, create=True)
        )
        made = stack.enter_context(
            assembled(settings, accounts, environment, _now, time.monotonic, _account())
        )
        # Any page: without the site's frame there would be none, and so it is told now.
        made.context.pages.page("relay/refused.html", "", message="")
        with suppress(KeyboardInterrupt):  # the way to stop it
            run(
                made.public,
                made.private,
                (front, back),
                made.chores,
                lambda: _tell(settings, front, back, quiet=listen is not None),
                asked_to_stop.is_set,
            )


def _end_with(alive: int) -> None:
    """Stops this program when the one that started it is gone, killed though it may be.

    Args:
        alive: The end of a pipe whose other end that program holds; nothing is ever written.
    """
    with suppress(OSError):
        os.read(alive, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _tell(settings: Settings, front: socket.socket, back: socket.socket, *, quiet: bool) -> None:
    if quiet:
        return
    if settings.mail.startswith(("smtp:", "smtps:")):
        on = _now().date()
        portal = load_portal(settings.root / "content" / settings.portal, settings.root, on)
        missing = without_address(portal, read_addresses(settings.letters_to), on)
        if words := words_without_address(missing, len(chosen_from(portal, on))):
            _say(words)
    host, port = front.getsockname()[:2]
    _say(
        f"✓ {settings.portal}: nhận ý kiến ở {host}:{port}, cổng riêng "
        f"127.0.0.1:{back.getsockname()[1]}. Dừng: Ctrl+C."
    )


def _say(words: str) -> None:
    out.print(words, highlight=False, soft_wrap=True, markup=False)


def words_without_address(missing: Sequence[str], among: int) -> str:
    """Says which agencies get no letters; empty when all do.

    Args:
        missing: Their ids.
        among: How many agencies there are.
    """
    if not missing:
        return ""
    named = ", ".join(missing[:SHOWN]) + ("…" if len(missing) > SHOWN else "")
    return (
        f"! {len(missing)} trong {among} cơ quan chưa có địa chỉ nhận thư báo việc ({named}): cán "
        "bộ ở đó chỉ thấy việc trong hộp việc. Hãy ghi địa chỉ vào agencies.yml, hoặc vào tệp của "
        "CONG_RELAY_LETTERS_TO."
    )


def _now() -> dt.datetime:
    return dt.datetime.now(VIETNAM)


def _account() -> str:
    return f"{getpass.getuser()}@{socket.gethostname()}"


@contextmanager
def _front(host: str, port: int, listen: int | None) -> Iterator[socket.socket]:
    if listen is None:
        with bound(host, port, "--port") as made:
            yield made
        return
    try:
        given = socket.socket(fileno=listen)
    except OSError:
        message = f"Không có ổ cắm số {listen}; hãy bỏ --listen."
        raise Mistyped([Finding("--listen", message)]) from None
    with given:
        yield given


@contextmanager
def bound(host: str, port: int, option: str) -> Iterator[socket.socket]:
    """A socket that listens.

    Args:
        host, port: Where.
        option: Where somebody may say another port, for the refusal.

    Raises:
        Mistyped: This machine has no such address.
        Refused: The port cannot be had.
    """
    try:
        socket.getaddrinfo(host, port, socket.AF_INET)  # create_server tells it less plainly
        made = socket.create_server((host, port), backlog=2048)
    except (socket.gaierror, UnicodeError):  # no address, and no name that leads to one
        raise Mistyped([Finding("--host", _NO_HOST.format(host=host))]) from None
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise Mistyped([Finding("--host", _NO_HOST.format(host=host))]) from None
        message = f"Không mở được {host}:{port}: {os_words(error)}."
        raise Refused([Finding(option, message)]) from None
    with made:
        yield made
