"""What the operator may say, and what is usual where nothing is said."""

from pathlib import Path

import pytest

from regulation.findings import Refused
from relay.settings import Settings, read_settings

HOME, ROOT = Path("/nha"), Path("/kho")


def settings(**said: str) -> Settings:
    """The settings of an environment."""
    return read_settings(
        {f"CONG_RELAY_{k}": v for k, v in said.items()}, HOME, ROOT, "mau", "/thu/"
    )


def test_nothing_has_to_be_said() -> None:
    usual = settings()
    assert usual.database.database == "/nha/.local/share/cong/mau/relay.sqlite"
    assert usual.secret == Path("/nha/.local/share/cong/mau/relay.key")
    assert usual.site == Path("/kho/output/mau")
    assert usual.mail == "/nha/.local/share/cong/mau/letters"
    assert (usual.address, usual.base) == ("", "/thu")
    assert usual.proxies == {"127.0.0.1", "::1"}


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("/o/dia/relay.sqlite", "sqlite:////o/dia/relay.sqlite"),
        ("sqlite:////o/dia/a.db", "sqlite:////o/dia/a.db"),
        ("postgresql://cong@may/cong", "postgresql+psycopg://cong@may/cong"),
    ],
)
def test_where_messages_are_kept(said: str, url: str) -> None:
    assert str(settings(DATABASE=said).database) == url


@pytest.mark.parametrize(
    ("said", "folder"),
    [
        ("", "/nha/.local/share/cong/mau/heads/mau"),
        ("/o/dia/relay.sqlite", "/o/dia/heads/mau"),
        ("postgresql://cong@may/cong", "/nha/.local/share/cong/mau/heads/mau"),
    ],
)
def test_the_ends_of_histories_lie_beside_the_database(said: str, folder: str) -> None:
    """Two portals may have their databases in one folder."""
    assert settings(DATABASE=said).heads == Path(folder)


@pytest.mark.parametrize(
    ("name", "said", "told"),
    [
        ("DATABASE", "mysql://a:bimat@b/c", "SQLite hoặc PostgreSQL"),
        ("DATABASE", "sqlite://", "SQLite hoặc PostgreSQL"),
        ("DATABASE", "post gres://a:bimat@b", "Không đọc được"),
        ("MAIL", "http://may", "smtp://"),
        ("MAIL", "smtp://", "smtp://"),
        ("MAIL", "smtp:/may:25", "smtp://"),
        ("MAIL", "ai@may", "smtp://"),
        ("FROM", "ai do", "địa chỉ thư"),
        ("FROM", "a@b\r\nBcc: c@d", "địa chỉ thư"),
        ("URL", "cong.gov.vn", "https://"),
        ("URL", "https://cong.gov.vn/thu", "https://"),
        ("URL", "http://cong.gov.vn", "https://"),
        ("PROXIES", "10.0.0.1, web", "“web” không phải"),
        ("DATABSE", "/o/dia/relay.sqlite", "Có phải CONG_RELAY_DATABASE không"),
        ("XYZ", "1", "Không có biến này. Các biến"),
    ],
)
def test_what_cannot_be_used_is_told_without_its_password(name: str, said: str, told: str) -> None:
    with pytest.raises(Refused, match=told) as refused:
        settings(**{name: said})
    assert str(refused.value.findings[0].path) == f"CONG_RELAY_{name}"
    assert "bimat" not in str(refused.value)


def test_on_ones_own_machine_http_will_do() -> None:
    for address in ("http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"):
        assert settings(URL=address).address == address


def test_proxies_are_a_list() -> None:
    assert settings(PROXIES=" 10.0.0.1, 10.0.0.0/8 ,").proxies == {"10.0.0.1", "10.0.0.0/8"}
