"""``cong relay serve`` as somebody types it wrongly."""

import socket

import pytest

from regulation.findings import Refused
from relay.verbs import bound


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
