"""Signing in as a GitHub App: a program of the organisation's own, with a key and without a person.

With the key it signs who it is (a JSON web token, good for minutes); for that GitHub gives a token
which holds for one hour and, asked so, for one repository. PyGithub signs, a minute back, so that a
clock that is a little fast does no harm.
"""

import datetime as dt
import os
import re
import stat
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from github.Auth import AppAuth

from regulation.machine import os_words
from workflow.forge.github.api import Api, ApiError, understood
from workflow.forge.interface import ForgeError

APP = "CONG_GITHUB_APP"
"""The environment variable with the app's number or client id."""

KEY = "CONG_GITHUB_APP_KEY"
"""The environment variable with the app's private key, or with the file that holds it."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.]{0,60}")
_BEGIN = "-----BEGIN"
_PRIVATE = re.compile(r"-----BEGIN (?:RSA )?PRIVATE KEY-----")
_LONGEST = 100_000  # bytes; a key has two thousand
_OPEN = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class App:
    """A GitHub App that can sign in.

    Attributes:
        name: Its number or client id.
        key: Its private key, as PEM; never shown.
    """

    name: str
    key: str = field(repr=False)


def find_app(environment: Mapping[str, str]) -> App | None:
    """The app that the environment names; none when it names neither app nor key.

    Raises:
        ForgeError: It names only one of the two, the key is none, or others can read its file.
    """
    name, key = (environment.get(each, "").strip() for each in (APP, KEY))
    if not name and not key:
        return None
    if not name:
        raise ForgeError(
            f"Có khóa ở {KEY} nhưng chưa biết là của GitHub App nào; hãy đặt {APP} là số hoặc "
            "Client ID của App (docs/github-setup.md)."
        )
    if not _NAME.fullmatch(name):
        raise ForgeError(
            f"{APP} không phải số hoặc Client ID của một GitHub App; hãy chép lại từ trang của App "
            "(Settings → Developer settings → GitHub Apps)."
        )
    if not key:
        raise ForgeError(
            f"Có GitHub App ở {APP} nhưng chưa có khóa; hãy đặt {KEY} là khóa riêng (private key) "
            "của App, hoặc tên tệp chứa khóa ấy (docs/github-setup.md)."
        )
    found = App(name, key if key.startswith(_BEGIN) else _read(key))
    _try(found)
    return found


def sign_in(
    app: App,
    repository: str,
    base: str,
    now: Callable[[], dt.datetime],
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """A token with which the app acts in one repository, for one hour.

    Args:
        app: The app.
        repository: As ``owner/name``.
        base: Where GitHub's interface is.
        now: The clock.
        sleep: How to wait.

    Raises:
        ForgeError: The app is not installed there, GitHub does not take its key, or no answer.
    """
    # Nothing is changed by signing in, so there is nothing to be slow about.
    api = Api(AppAuth(app.name, app.key), base=base, now=now, sleep=sleep, pace=0)
    try:
        there = api.get(f"/repos/{repository}/installation")
        with understood():
            number, suspended = int(there["id"]), there["suspended_at"] is not None
        if suspended:
            raise ForgeError(
                f"GitHub App {app.name} đang bị tạm ngừng (suspended) ở kho {repository}; hãy mở "
                "trang cài đặt của tổ chức → GitHub Apps → Configure → Unsuspend."
            )
        # Asked twice, there are two tokens, and one of them nobody ever sees.
        said = api.send(
            "POST",
            f"/app/installations/{number}/access_tokens",
            {"repositories": [repository.partition("/")[2]]},
            again=True,
        )
    except ApiError as error:
        raise _told(error, app, repository) from None
    with understood():
        token = said["token"]
        if not token or not token.isascii() or not token.isprintable():
            raise ValueError
    return str(token)


def _read(key: str) -> str:
    """The key in a file. What is no file's name may be a broken key, so it is not repeated."""
    try:
        path = Path(key)
        if not path.is_file():
            raise FileNotFoundError
    except (OSError, ValueError):
        raise ForgeError(
            f"{KEY} không phải khóa (bắt đầu bằng {_BEGIN}), cũng không phải tên một tệp có trên "
            "máy này; hãy đặt lại."
        ) from None
    try:
        with path.open("rb") as file:
            # Of the file that is open, not of the one that may take its place.
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(_LONGEST)
    except OSError as error:
        raise ForgeError(
            f"Không đọc được tệp khóa {path} ({os_words(error)}); hãy cho người chạy lệnh này sở "
            "hữu tệp ấy."
        ) from None
    if mode & _OPEN:
        raise ForgeError(
            f"Người khác trên máy này đọc hoặc sửa được tệp khóa {path}; hãy gõ: chmod 600 {path}, "
            "và nếu tệp đã để như thế một thời gian thì lập khóa mới, xóa khóa cũ trên trang của "
            "App."
        )
    return data.decode("utf-8", "replace").strip()


def _try(app: App) -> None:
    """Signs something, to see now whether the key is one.

    Raises:
        ForgeError: It is none.
    """
    try:
        if not _PRIVATE.match(app.key):
            raise ValueError
        AppAuth(app.name, app.key).create_jwt()
    except Exception:  # the libraries below have many words for it, and none for who reads this
        raise ForgeError(
            f"Khóa ở {KEY} không phải khóa riêng RSA không mật khẩu, hoặc đã hỏng (thường vì mất "
            "dấu xuống dòng); hãy chép lại nguyên tệp .pem tải từ trang của App."
        ) from None


def _told(error: ApiError, app: App, repository: str) -> ForgeError:
    """What GitHub's refusal means when an app signs in."""
    if error.status == 404:
        return ForgeError(
            f"GitHub App {app.name} chưa được cài vào kho {repository}; hãy mở trang của App → "
            f"Install App → tổ chức {repository.partition('/')[0]} → Only select repositories, "
            "chọn kho ấy (docs/github-setup.md)."
        )
    if error.status == 401:
        return ForgeError(
            f"GitHub không nhận khóa của GitHub App {app.name}; hãy xem {APP} có đúng số của App, "
            "khóa có còn trên trang của App, và đồng hồ máy này có đúng giờ (timedatectl)."
        )
    return error
