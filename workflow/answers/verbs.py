"""The verb ``cong answers pull``. Here the clock and the environment are read."""

import datetime as dt
import os
from pathlib import Path
from typing import Annotated

import typer

from regulation.checkout import find_root
from regulation.console import err, out
from regulation.findings import Finding, Refused
from regulation.yamlfile import VIETNAM
from workflow.answers.asking import HttpRelay
from workflow.answers.pulling import pull
from workflow.forge import ForgeError
from workflow.proposing.context import Context, context
from workflow.publish.release import PublishError, Release
from workflow.publish.settings import settings_of
from workflow.publish.source import settings_repository

TOKEN = "CONG_ANSWERS_TOKEN"  # noqa: S105 - a variable's name
"""The environment variable that holds the secret of the relay's private interface."""


def pull_command(
    relay: Annotated[
        str,
        typer.Option(
            help="Cổng riêng của phần tiếp nhận ý kiến, ví dụ http://127.0.0.1:8101.",
            metavar="ĐỊA-CHỈ",
        ),
    ],
) -> None:
    """Lấy câu trả lời đã duyệt cho đăng thành đề xuất; báo lại cái đã đăng, cái bị từ chối.

    Chạy lại bao nhiêu lần cũng được: mỗi câu trả lời chỉ có một đề xuất. Mã bí mật lấy từ biến
    CONG_ANSWERS_TOKEN. Mã thoát: 1 khi có câu trả lời cần người xem.
    """
    asked = HttpRelay(relay, os.environ.get(TOKEN, ""))
    root = find_root(Path.cwd())
    faults = count = 0
    try:
        with context(root, os.environ, Path.home(), _now) as here:
            for told in pull(here, asked, lambda portal: _live(here, portal)):
                count += 1
                faults += told.fault
                place = err if told.fault else out
                place.print(told.words, highlight=False, soft_wrap=True, markup=False)
    except ForgeError as error:
        raise Refused([Finding("cong answers pull", str(error))]) from error
    if not count:
        out.print("Không có câu trả lời nào chờ đăng.", highlight=False)
    if faults:
        raise typer.Exit(1)


def _live(here: Context, portal: str) -> Release | None:
    """What citizens read of a portal; none where no place is set, or nothing is there yet.

    Raises:
        ForgeError: The place cannot be looked at.
    """
    git = settings_repository(here.root, here.environment)
    setting = settings_of(git).get(portal)
    if setting is None:
        return None
    try:
        return setting.target(git.path).live()
    except PublishError as error:
        raise ForgeError(str(error)) from error


def _now() -> dt.datetime:
    return dt.datetime.now(VIETNAM)
