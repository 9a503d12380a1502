"""The verbs ``cong relay backup``, ``restore``, ``prove``, ``figures``. The clock is taken here."""

import datetime as dt
import hashlib
import os
from pathlib import Path
from typing import Annotated

import typer

from regulation.checkout import find_root
from regulation.console import known_portals, out
from regulation.findings import Finding, Mistyped, Refused
from regulation.loading import load_portal
from regulation.yamlfile import VIETNAM
from relay.figures.night import write
from relay.running.backup import KEPT, back_up, let_go_of_old, restore
from relay.running.proving import a_line_a_case, lost_since, read_heads
from relay.settings import FIGURES, Settings, read_settings
from relay.store.database import Unavailable, open_store
from relay.store.history import heads as ends
from relay.store.history import prove
from relay.store.keys import load_keys

MAX_DAYS = 36_500
"""A hundred years: kept for ever, as far as anybody here will know."""

_Portal = Annotated[str, typer.Option(help="Mã cổng, ví dụ laocai-cchc.", metavar="MÃ")]


def backup_command(
    portal: _Portal,
    to: Annotated[
        Path, typer.Option(help="Thư mục nhận bản sao lưu, nên ở ổ đĩa khác.", metavar="THƯ MỤC")
    ],
    days: Annotated[
        int,
        typer.Option(
            help="Giữ bản sao lưu bao nhiêu ngày; tệp khóa luôn chỉ giữ 30.",
            min=1,
            max=MAX_DAYS,
            metavar="NGÀY",
        ),
    ] = KEPT.days,
) -> None:
    """Sao lưu ý kiến đã nhận trong khi vẫn nhận, kiểm tra bản vừa làm, xóa bản cũ.

    Mã thoát: 0 khi bản sao lưu đúng từng vụ việc, 1 khi không làm được, 2 khi gõ sai.
    """
    settings = _settings(portal)
    folder = to.expanduser().resolve()
    now = dt.datetime.now(dt.UTC)
    store = open_store(settings.database, os.environ)
    try:
        # After the database: where neither is there, it is not a key that somebody has lost.
        keys = load_keys(settings.secret, os.environ)
        made = back_up(store, folder, keys, os.environ, now)
    except Unavailable as error:
        raise Refused([Finding(store.shown, str(error))]) from error
    finally:
        store.close()
    gone = let_go_of_old(folder, now, dt.timedelta(days=days))
    _tell(f"✓ {made.cases} vụ việc, lịch sử đều khớp: {made.main} và {made.keys}")
    if gone:
        _tell(f"  Đã xóa {len(gone)} tệp cũ.")


def figures_command(portal: _Portal) -> None:
    """Tính lại số liệu công bố ngay bây giờ, không đợi đến đêm.

    Mã thoát: 0 khi đã viết xong, 1 khi không làm được, 2 khi gõ sai.
    """
    settings = _settings(portal)
    if settings.figures is None:
        raise Refused([Finding(FIGURES, "Chưa có thư mục số liệu; hãy đặt biến này.")])
    now = dt.datetime.now(dt.UTC)
    today = now.astimezone(VIETNAM).date()
    rules = load_portal(settings.root / "content" / settings.portal, settings.root, today)
    store = open_store(settings.database, os.environ)
    try:
        write(store, rules, settings.figures, settings.heads, now)
    except Unavailable as error:
        raise Refused([Finding(store.shown, str(error))]) from error
    finally:
        store.close()
    _tell(f"✓ Số liệu đã viết vào {settings.figures}")


def prove_command(
    portal: _Portal,
    heads: Annotated[
        Path | None,
        typer.Option(
            help="Danh sách của một đêm, cất ở nơi khác: heads/<mã cổng>/<ngày>.txt.",
            metavar="TỆP",
        ),
    ] = None,
) -> None:
    """Kiểm tra lịch sử của mọi vụ việc; với --heads, cả việc có vụ nào bị lấy đi từ đêm ấy.

    Mã thoát: 0 khi đều khớp, 1 khi có gì không khớp, 2 khi gõ sai.
    """
    settings = _settings(portal)
    listed = read_heads(heads.expanduser()) if heads else []
    store = open_store(settings.database, os.environ)
    try:
        keys = load_keys(settings.secret, os.environ)
        with store.reading() as connection:
            wrong = [*prove(connection, keys.history), *lost_since(connection, listed)]
            count = sum(1 for _ in ends(connection))
    except Unavailable as error:
        raise Refused([Finding(store.shown, str(error))]) from error
    finally:
        store.close()
    if wrong:
        raise Refused([Finding(store.shown, each) for each in a_line_a_case(wrong)])
    _tell(f"✓ {count} vụ việc, lịch sử đều khớp.")
    if heads:
        digest = hashlib.sha256(heads.expanduser().read_bytes()).hexdigest()
        if not listed:
            _tell(
                "! Danh sách ấy trống nên không chứng minh được gì: vụ việc bị lấy đi cũng không "
                "thấy. Hãy dùng danh sách của một đêm đã có vụ việc."
            )
            return
        _tell(f"  {len(listed)} vụ việc của đêm ấy đều còn. SHA-256 của danh sách: {digest}")


def restore_command(
    portal: _Portal,
    main: Annotated[Path, typer.Argument(help="Tệp relay-….sqlite.", metavar="BẢN SAO LƯU")],
    keys: Annotated[
        Path | None,
        typer.Option(
            help="Tệp keys-….txt làm cùng lúc; không có thì mất thông tin người gửi.",
            metavar="TỆP",
        ),
    ] = None,
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="Chấp nhận mất thông tin người gửi.")
    ] = False,
) -> None:
    """Trả bản sao lưu về chỗ của cơ sở dữ liệu, khi lịch sử của mọi vụ việc đều khớp.

    Chỉ làm khi cong relay đã dừng và chỗ ấy đang trống; bản sao lưu giữ nguyên.

    Mã thoát: 0 khi xong, 1 khi có gì không khớp (không thay đổi gì), 2 khi gõ sai.
    """
    if (keys is None) is not without_keys:
        message = "Hãy ghi --keys tệp keys-….txt, hoặc --without-keys nếu không còn tệp ấy."
        raise Mistyped([Finding("cong relay restore", message)])
    settings = _settings(portal)
    restored = restore(
        main.expanduser().resolve(),
        None if keys is None else keys.expanduser().resolve(),
        settings.database,
        load_keys(settings.secret, os.environ),
        os.environ,
    )
    _tell(f"✓ {restored.cases} vụ việc, lịch sử đều khớp; có thể chạy lại cong relay.")
    if keys is not None and restored.unread:
        _tell(
            f"! {restored.unread} vụ việc có thông tin người gửi mà tệp khóa này không có khóa để "
            "đọc. Nếu không phải vì thông tin ấy đã xóa sau lần sao lưu: chuyển cơ sở dữ liệu vừa "
            "trả về đi, rồi làm lại với tệp keys-….txt cùng giờ với bản sao lưu."
        )


def _settings(portal: str) -> Settings:
    root = find_root(Path.cwd())
    (portal_id,) = known_portals(root, [portal])
    return read_settings(dict(os.environ), Path.home(), root, portal_id)


def _tell(text: str) -> None:
    out.print(text, highlight=False, soft_wrap=True, markup=False)
