"""Which repository on GitHub, and with whose token."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workflow.forge.github.api import API
from workflow.forge.github.app import APP, find_app, sign_in
from workflow.forge.interface import ForgeError

TOKENS = ("CONG_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN")
"""The environment variables that may hold a token; the first that is set is taken."""

SERVER = "GITHUB_SERVER_URL"
INTERFACE = "GITHUB_API_URL"
"""Where another GitHub than github.com is; workflows set both."""

_WEB = "https://github.com"
_NAME = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))/([A-Za-z0-9._-]{1,100})")


@dataclass(frozen=True, slots=True)
class Place:
    """Where proposals live on GitHub.

    Attributes:
        repository: As ``owner/name``.
        api: The address of GitHub's interface.
        remote: The address that Git fetches from and pushes to.
        token: Who asks; never shown.
    """

    repository: str
    api: str
    remote: str
    token: str

    def __repr__(self) -> str:
        return f"Place({self.repository!r})"

    @property
    def organisation(self) -> str:
        """Who owns the repository."""
        return self.repository.partition("/")[0]


def find_place(
    repository: str, environment: Mapping[str, str], now: Callable[[], dt.datetime]
) -> Place:
    """Where proposals live, and with whose token: that of the app that is named, before any other.

    Args:
        repository: As ``owner/name``.
        environment: The environment.
        now: The clock.

    Raises:
        ForgeError: It is no repository's name, there is no token, it would go unencrypted, or the
            app cannot sign in.
    """
    found = _NAME.fullmatch(repository.removesuffix(".git"))
    if found is None or found[2] in (".", ".."):
        raise ForgeError(
            f"“{repository[:60]}” không phải tên kho trên GitHub; hãy gõ: git config cong.forge "
            "github:<tổ chức>/<kho>."
        )
    web = environment.get(SERVER, "").rstrip("/") or _WEB
    api = environment.get(INTERFACE, "").rstrip("/") or API
    for address in (web, api):
        if not address.startswith(("https://", "http://127.0.0.1:")):
            raise ForgeError(
                f"Địa chỉ GitHub “{address[:60]}” không mã hóa; hãy ghi địa chỉ bắt đầu bằng "
                f"https:// vào {SERVER} và {INTERFACE}."
            )
    name = f"{found[1]}/{found[2]}"
    app = find_app(environment)
    token = sign_in(app, name, api, now) if app else _token(environment)
    return Place(name, api, f"{web}/{name}.git", token)


def _token(environment: Mapping[str, str]) -> str:
    token = next((environment[name] for name in TOKENS if environment.get(name)), "").strip()
    if not token or not token.isascii() or not token.isprintable():
        raise ForgeError(
            "Chưa có mã truy cập (token) của GitHub; hãy tạo mã rồi đặt vào biến môi trường "
            f"{TOKENS[1]}, hoặc đặt {APP} cho một GitHub App (docs/github-setup.md)."
        )
    return token
