"""``cong relay serve`` as somebody types it wrongly."""

import signal
import socket
from pathlib import Path

import pytest

from regulation.findings import Refused
from relay.running import logs
from relay.verbs import bound, serve_command

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
