"""``cong relay serve`` as somebody types it wrongly."""

import os
import signal
import socket
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from plugins.verbs import build_command
from regulation.console import demand_base
from regulation.findings import Mistyped, Refused
from relay.running import logs
from relay.store.cases import keep
from relay.store.database import open_store
from relay.store.keys import keys_from
from relay.store.writer import Writer
from relay.verbs import bound, serve_command
from tests.relay.store.samples import AT, a_case

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("option", ["--port", "--private"])
def test_a_port_that_is_taken_is_named_with_where_to_say_another(option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Refused) as refused, bound("127.0.0.1", port, option):
            pass
    (finding,) = refused.value.findings
    assert str(finding.path) == option
    assert finding.message.startswith(f"Không mở được 127.0.0.1:{port}: đã có chương trình khác")
    assert finding.message.count("hãy chọn số khác") == 1


def test_without_a_published_site_it_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page would be a fault of the program, and the machine would look well."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(logs, "log_to", lambda *_: None)
    with pytest.raises(Refused, match="CONG_RELAY_SITE"):
        serve_command("quangnam", port=0, private=0, site=tmp_path / "chua-co")


@pytest.mark.parametrize("host", ["999.1.1.1", "192.0.2.1", "khong-co.invalid", "a" * 64 + ".vn"])
def test_an_address_that_is_not_of_this_machine_is_blamed_and_not_its_port(host: str) -> None:
    with pytest.raises(Mistyped, match="hãy ghi 127") as refused, bound(host, 0, "--port"):
        pass
    (finding,) = refused.value.findings
    assert str(finding.path) == "--host"
    assert f"“{host}”" in finding.message


@pytest.mark.parametrize(
    "base", ["x", "x y", "//evil", "/x?y", "/x y", "/../x", "/x#", "https://a"]
)
def test_a_base_that_no_address_begins_with_is_refused_as_by_the_build(
    monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    monkeypatch.chdir(ROOT)
    for command in (serve_command, build_command):
        with pytest.raises(Mistyped, match="hãy viết một đường dẫn") as refused:
            command("quangnam-cchc", base=base)
        assert [str(each.path) for each in refused.value.findings] == ["--base"]


@pytest.mark.parametrize("base", ["", "/", "/xem-thu", "/cong/", "/a/b.c/~d"])
def test_a_base_that_addresses_can_begin_with(base: str) -> None:
    demand_base(base)


def test_over_a_database_with_cases_it_makes_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(logs, "log_to", lambda *_: None)
    data = tmp_path / "cong" / "quangnam"
    data.mkdir(parents=True)
    file = URL.create("sqlite", database=str(data / "relay.sqlite"))
    store = open_store(file, os.environ, create=True)
    with Writer(store) as writer:
        keys = keys_from(b"\x07" * 32)
        writer.run_now(partial(keep, new=a_case(), keys=keys, at=AT))
    store.close()
    with pytest.raises(Refused, match=r"relay\.key: lỗi: Không đọc được tệp khóa"):
        serve_command("quangnam", port=0, private=0)
    assert not (data / "relay.key").exists()
