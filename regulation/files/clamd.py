"""Malware (mã độc), asked of ClamAV's daemon: INSTREAM over its socket.

What cannot be asked is not clean: a socket that was named and does not answer is an error.
"""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULT_SOCKET = Path("/run/clamav/clamd.ctl")
VARIABLE = "CONG_CLAMD"
SECONDS = 60.0
CHUNK = 1 << 18
MAX_ANSWER = 4_096


@dataclass(frozen=True, slots=True)
class Clamd:
    """Where the daemon listens.

    Attributes:
        address: A path of a unix socket, or a host and a port.
        seconds: How long to wait for it, at each step.
    """

    address: str | tuple[str, int]
    seconds: float = SECONDS


class ClamdError(Exception):
    """The daemon gave no verdict; the text says why, in Vietnamese."""


def configured(environment: Mapping[str, str]) -> Clamd | None:
    """The daemon to ask: that of ``CONG_CLAMD``, else Debian's own; none where there is none.

    ``CONG_CLAMD`` is the path of a unix socket, ``host:port``, or ``off``.
    """
    given = environment.get(VARIABLE, "").strip()
    if given == "off":
        return None
    if not given:
        return Clamd(str(DEFAULT_SOCKET)) if DEFAULT_SOCKET.exists() else None
    host, colon, port = given.rpartition(":")
    if colon and port.isdigit() and "/" not in given:
        return Clamd((host.strip("[]"), int(port)))
    return Clamd(given)


def scan(data: bytes, clamd: Clamd) -> str:
    """The name of the signature that a file matches; empty when none does.

    Raises:
        ClamdError: The daemon cannot be reached, refuses the file, or answers otherwise.
    """
    try:
        answer = _ask(data, clamd)
    except TimeoutError as error:
        raise ClamdError("ClamAV không trả lời kịp") from error
    except (OSError, ValueError, OverflowError) as error:
        raise ClamdError("không nối được tới ClamAV") from error
    return verdict(answer)


def verdict(answer: bytes) -> str:
    """What an answer says: nothing found, or the name of what was.

    Raises:
        ClamdError: It is neither of the two.
    """
    whole, end, rest = answer.partition(b"\0")
    text = whole.decode("utf-8", "replace").strip()
    if end and not rest and text == "stream: OK":
        return ""
    if end and text.startswith("stream: ") and text.endswith(" FOUND"):
        name = text.removeprefix("stream: ").removesuffix(" FOUND")
        return "".join(char for char in name if char.isprintable())[:120] or "không tên"
    if "size limit exceeded" in text:
        raise ClamdError("tệp lớn hơn mức ClamAV nhận (StreamMaxLength)")
    raise ClamdError("ClamAV trả lời không hiểu được")


def _ask(data: bytes, clamd: Clamd) -> bytes:
    unix = isinstance(clamd.address, str)
    with socket.socket(socket.AF_UNIX) if unix else _to_host(clamd) as link:
        link.settimeout(clamd.seconds)
        if unix:
            link.connect(clamd.address)
        try:
            link.sendall(b"zINSTREAM\0")
            view = memoryview(data)
            for at in range(0, len(view), CHUNK):
                chunk = view[at : at + CHUNK]
                link.sendall(len(chunk).to_bytes(4, "big"))
                link.sendall(chunk)
            link.sendall(bytes(4))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has said why before it hung up
        answer = b""
        while len(answer) <= MAX_ANSWER:
            part = link.recv(MAX_ANSWER)
            if not part:
                break
            answer += part
            if b"\0" in part:
                break
        return answer


def _to_host(clamd: Clamd) -> socket.socket:
    assert not isinstance(clamd.address, str)  # noqa: S101
    return socket.create_connection(clamd.address, clamd.seconds)
