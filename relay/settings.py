"""What the operator tells the relay: environment variables, since a systemd unit has those.

Nothing has to be set to try it: a file of SQLite in the user's data folder, letters into a folder,
the site that ``cong build`` makes. What production needs besides stands in docs/relay.md.
"""

import difflib
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from accounts.signing.settings import LOOPBACK
from regulation.files.clamd import Clamd, configured
from regulation.findings import Finding, Refused

PREFIX = "CONG_RELAY_"
DATABASE = "CONG_RELAY_DATABASE"
SECRET = "CONG_RELAY_SECRET"  # noqa: S105 - a variable's name
SITE = "CONG_RELAY_SITE"
MAIL = "CONG_RELAY_MAIL"
SENDER = "CONG_RELAY_FROM"
ADDRESS = "CONG_RELAY_URL"
PROXIES = "CONG_RELAY_PROXIES"
TOKEN = "CONG_RELAY_TOKEN"  # noqa: S105 - a variable's name
FIGURES = "CONG_RELAY_FIGURES"
LETTERS_TO = "CONG_RELAY_LETTERS_TO"
OIDC = "CONG_OIDC"

VARIABLES: Mapping[str, str] = {
    DATABASE: "Cơ sở dữ liệu: đường dẫn tệp SQLite, hoặc postgresql+psycopg://…",
    SECRET: "Tệp khóa của máy chủ (tự tạo khi chưa có; giữ riêng, sao lưu riêng).",
    SITE: "Thư mục trang đã phát hành; không ghi: output/<mã cổng>.",
    MAIL: "smtp://máy:25, smtps://tài-khoản:mật-khẩu@máy:465, hoặc một thư mục nhận tệp .eml.",
    SENDER: "Địa chỉ đứng tên gửi thư.",
    ADDRESS: "Địa chỉ công khai của cổng; không ghi: địa chỉ trong portal.yml.",
    PROXIES: "Địa chỉ của máy chủ web đứng trước, cách nhau bằng dấu phẩy.",
    TOKEN: "Tệp giữ mã bí mật để cong answers lấy câu trả lời đã duyệt.",
    FIGURES: "Thư mục số liệu mở, viết lại mỗi đêm.",
    LETTERS_TO: "Nơi nhận thư báo việc: tệp YAML “mã cơ quan: địa chỉ”; không ghi: agencies.yml.",
    OIDC: "Đăng nhập bằng tài khoản của tỉnh: tệp YAML (issuer, client_id, client_secret, title).",
}
"""Every variable and what it is for."""


_LIKE_A_SERVER = re.compile(r"\w+:|[^/]*@")


@dataclass(frozen=True, slots=True)
class Settings:
    """How this relay runs.

    Attributes:
        root: The checkout: regulations and templates.
        portal: The portal's id.
        data: The folder of what is kept, outside Git.
        database: Where messages are kept.
        secret: The file of the server's keys.
        site: The folder of the published site.
        mail: An SMTP address (``smtp://``, ``smtps://``) or a folder.
        sender: From whom letters come; empty for one made of the portal's host.
        address: Scheme, host and port under which people reach the portal; empty for the one that
            ``portal.yml`` names.
        base: Path before every address, when the site is not at the root of its host.
        proxies: Networks of web servers that stand before it and say who asks.
        token: The file of the secret that the private interface asks for.
        figures: The folder of open data.
        letters_to: A file that says where an agency gets its letters; none for agencies.yml.
        oidc: A file that says who else signs officers in; none for nobody.
        clamd: Where ClamAV listens; none where attachments are not looked at.
    """

    root: Path
    portal: str
    data: Path
    database: URL
    secret: Path
    site: Path
    mail: str
    sender: str = ""
    address: str = ""
    base: str = ""
    proxies: frozenset[str] = field(default_factory=lambda: frozenset({"127.0.0.1", "::1"}))
    token: Path | None = None
    figures: Path | None = None
    letters_to: Path | None = None
    oidc: Path | None = None
    clamd: Clamd | None = None

    @property
    def heads(self) -> Path:
        """The folder of the night's ends of all histories: beside the database, a portal each."""
        file = self.database.get_backend_name() == "sqlite" and self.database.database
        return (Path(file).parent if file else self.data) / "heads" / self.portal


def read_settings(
    environment: Mapping[str, str], home: Path, root: Path, portal_id: str, base: str = ""
) -> Settings:
    """What the environment says, with what is usual where it is silent.

    Args:
        environment: The environment.
        home: The home folder of whoever runs it.
        root: The root of the checkout.
        portal_id: Which portal.
        base: Path before every address of the site.

    Raises:
        Refused: A variable cannot be used; the message names it.
    """

    _demand_known(environment)

    def said(name: str) -> str:
        return environment.get(name, "").strip()

    def path(name: str, usual: Path | None) -> Path | None:
        return Path(said(name)).expanduser().resolve() if said(name) else usual

    named = Path(environment.get("XDG_DATA_HOME", ""))
    data = (named if named.is_absolute() else home / ".local" / "share") / "cong" / portal_id
    return Settings(
        root=root,
        portal=portal_id,
        data=data,
        database=_database(said(DATABASE), data / "relay.sqlite"),
        secret=path(SECRET, data / "relay.key") or data / "relay.key",
        site=path(SITE, root / "output" / portal_id) or root,
        mail=_mail(said(MAIL), data / "letters"),
        sender=_sender(said(SENDER)),
        address=_address(said(ADDRESS)),
        base=base.rstrip("/"),
        proxies=_proxies(said(PROXIES)) or frozenset({"127.0.0.1", "::1"}),
        token=path(TOKEN, data / "answers.token"),
        figures=path(FIGURES, data / "figures"),
        letters_to=path(LETTERS_TO, None),
        oidc=path(OIDC, None),
        clamd=configured(environment),
    )


def _database(said: str, usual: Path) -> URL:
    if "://" not in said:
        path = Path(said).expanduser().resolve() if said else usual
        return URL.create("sqlite", database=str(path))
    try:
        url = make_url(said)
    except ArgumentError:
        # Not repeated: it may hold a password.
        message = (
            "Không đọc được địa chỉ cơ sở dữ liệu; hãy ghi đường dẫn tệp, hoặc "
            "postgresql+psycopg://tài-khoản@máy/tên."
        )
        raise Refused([Finding(DATABASE, message)]) from None
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        message = "Chỉ dùng được tệp SQLite hoặc PostgreSQL; hãy sửa lại."
        raise Refused([Finding(DATABASE, message)])
    return url.set(database=str(Path(url.database).expanduser().resolve()))


def _demand_known(environment: Mapping[str, str]) -> None:
    """Refuses a variable of ours that is none: where it was to lead, nothing would be."""
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in VARIABLES:
            # Without the beginning, which alone makes any two alike.
            rest = {known.removeprefix(PREFIX): known for known in VARIABLES}
            near = difflib.get_close_matches(name.removeprefix(PREFIX), rest, n=1)
            likely = f"Có phải {rest[near[0]]} không? " if near else ""
            message = f"Không có biến này. {likely}Các biến: {', '.join(VARIABLES)}."
            raise Refused([Finding(name, message)])


def _proxies(said: str) -> frozenset[str]:
    """Networks of web servers.

    Raises:
        Refused: One is no address: whoever asks through it would be taken for the web server.
    """
    found = frozenset(each.strip() for each in said.split(",") if each.strip())
    for each in sorted(found):
        try:
            ipaddress.ip_network(each, strict=False)
        except ValueError:
            message = (
                f"“{each}” không phải địa chỉ IP hay dải mạng; hãy viết như 10.0.0.7, fd00::/8."
            )
            raise Refused([Finding(PROXIES, message)]) from None
    return found


def _mail(said: str, usual: Path) -> str:
    if "://" not in said and not _LIKE_A_SERVER.match(said):
        return str(Path(said).expanduser().resolve() if said else usual)
    parts = urlsplit(said)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        message = (
            "Không đọc được nơi gửi thư; hãy ghi smtp://máy:25, smtps://máy:465, hoặc đường dẫn "
            "một thư mục."
        )
        raise Refused([Finding(MAIL, message)])
    return said


def _sender(said: str) -> str:
    if said and ("@" not in said or any(c in said for c in "\r\n<>,")):
        message = f"“{said}” không phải địa chỉ thư; hãy viết như tiepnhan@tinh.gov.vn."
        raise Refused([Finding(SENDER, message)])
    return said


def _address(said: str) -> str:
    parts = urlsplit(said)
    if parts.scheme == "http" and parts.hostname and parts.hostname not in LOOPBACK:
        message = (
            f"“{said}” phải là https://: cán bộ chỉ đăng nhập qua https, hoặc trên chính máy này "
            "khi thử (http://localhost:8000); hãy sửa lại."
        )
        raise Refused([Finding(ADDRESS, message)])
    if said and (
        parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/")
    ):
        message = f"“{said}” phải là https:// và tên miền, không có đường dẫn; hãy sửa lại."
        raise Refused([Finding(ADDRESS, message)])
    return f"{parts.scheme}://{parts.netloc}" if said else ""
