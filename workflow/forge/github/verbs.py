"""The verbs ``cong forge …``."""

import datetime as dt
import os
from pathlib import Path
from typing import Annotated

import typer

from regulation.checkout import find_root
from regulation.console import err, out
from regulation.findings import Finding, Mistyped, Refused
from regulation.loading import load_portals
from regulation.yamlfile import VIETNAM
from workflow.forge.github.alert import Alerts
from workflow.forge.github.api import Api
from workflow.forge.github.place import find_place
from workflow.forge.github.setup import Outcome, Wanted, set_up
from workflow.forge.interface import ForgeError
from workflow.git import Git

_FORGE = "cong.forge"


def setup_command(
    dry: Annotated[
        bool, typer.Option("--dry-run", help="Chỉ nói sẽ làm gì, không đổi gì trên GitHub.")
    ] = False,
    repository: Annotated[
        str,
        typer.Option(
            help="Kho trên GitHub. Không ghi: theo git config cong.forge.", metavar="TỔ CHỨC/KHO"
        ),
    ] = "",
    app: Annotated[
        int | None,
        typer.Option(
            help="Số của GitHub App ghi kết quả chốt duyệt. Không ghi: giữ App đang ghim; chưa "
            "ghim thì GitHub Actions.",
            metavar="SỐ",
        ),
    ] = None,
    only_app_merges: Annotated[
        bool,
        typer.Option("--only-app-merges", help="Chỉ App ấy được nhập vào nhánh chính."),
    ] = False,
) -> None:
    """Lập nhóm, nhãn, quy tắc nhánh chính và quyền của Actions cho một kho trên GitHub.

    Gõ lại lần nữa không làm gì thêm. Cuối cùng in những việc phải tự tay làm trên trang của GitHub.
    """
    root = find_root(Path.cwd())
    now = _now()
    try:
        place = find_place(repository or _configured(root), os.environ, _now)
        portals = load_portals(root / "content", root, now.date())
        api = Api(place.token, base=place.api, now=_now)
        wanted = Wanted(place.repository, portals, now.date(), app, only_app_merges)
        with err.status("Đang hỏi GitHub…"):
            outcome = set_up(api, wanted, dry=dry)
    except ForgeError as error:
        raise Refused([Finding("cong forge setup", str(error))]) from error
    for line in _told(outcome, dry=dry):
        out.print(line, highlight=False, soft_wrap=True, markup=False)
    if outcome.failed:
        raise typer.Exit(1)


def alert_command(
    title: Annotated[
        str, typer.Argument(help="Việc gì không thành công, một dòng.", metavar="TÊN")
    ] = "",
    text: Annotated[
        str, typer.Option(help="Nói thêm; hiện ra nguyên văn từng chữ.", metavar="LỜI")
    ] = "",
    clear: Annotated[
        bool, typer.Option("--clear", help="Đã chạy lại được: đóng các thông báo đang mở.")
    ] = False,
) -> None:
    """Báo một việc chạy ban đêm không thành công, bằng một issue trên GitHub; hoặc đóng lại.

    Gõ lại cho cùng một lần chạy không báo thêm lần nữa.
    """
    if clear == bool(title.strip()):
        what = "Hãy ghi việc gì không thành công, hoặc --clear khi đã chạy lại được; chỉ một."
        raise Mistyped([Finding("cong forge alert", what)])
    root = find_root(Path.cwd())
    try:
        repository = _configured(root)
        if not repository:
            raise ForgeError(
                "Đề xuất của kho này không nằm trên GitHub nên không có nơi mở thông báo; ở đây "
                "cron gửi thư báo lỗi, hãy ghi người nhận vào dòng MAILTO (docs/publishing.md)."
            )
        place = find_place(repository, os.environ, _now)
        api = Api(place.token, base=place.api, now=_now)
        alerts = Alerts(api, place.repository, os.environ, _now)
        if clear:
            lines = alerts.clear(text) or ["Không có thông báo nào đang mở."]
        else:
            lines = [alerts.tell(title, text)]
    except ForgeError as error:
        raise Refused([Finding("cong forge alert", str(error))]) from error
    for line in lines:
        out.print(line, highlight=False, soft_wrap=True, markup=False)


def _now() -> dt.datetime:
    return dt.datetime.now(VIETNAM)


def _configured(root: Path) -> str:
    said = Git(root, os.environ).run("config", "--get", _FORGE, ok=(0, 1)).line
    kind, _, name = (os.environ.get("CONG_FORGE") or said).partition(":")
    return name if kind == "github" else ""


def _told(outcome: Outcome, *, dry: bool) -> list[str]:
    sign = "→ Sẽ làm:" if dry else "✓"
    lines = [f"{sign} {line}" for line in outcome.done]
    lines.append(f"✓ {outcome.kept} việc đã đúng từ trước.")
    lines += [f"✗ {line}" for line in outcome.failed]
    lines += ["", "Phải tự tay làm trên trang của GitHub (docs/github-setup.md):"]
    return [*lines, *(f"- {line}" for line in outcome.by_hand)]
