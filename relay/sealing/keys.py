"""Pairs of keys: the private half in a file of its own, the public half for ``portal.yml``."""

from collections.abc import Sequence
from pathlib import Path

from pyrage import x25519

from regulation.findings import Finding, Refused
from relay.sealing.opening import refuse_in_git, write_new

_PRIVATE = "AGE-SECRET-KEY-"
_MOST = 64 * 1024


def make_keys(path: Path) -> str:
    """Makes a pair and writes the private half, as ``age-keygen`` does, for its owner only.

    Args:
        path: A file that is not there yet, outside every Git repository.

    Returns:
        The public half.

    Raises:
        Refused: The file is there already, or would lie in a Git repository.
        OSError: It cannot be written.
    """
    refuse_in_git(path)
    identity = x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        write_new(path, f"# public key: {public}\n{identity}\n".encode())
    except FileExistsError:
        message = "Đã có tệp này, có thể là khóa đang dùng; hãy chọn tên khác, không ghi đè."
        raise Refused([Finding(str(path), message)]) from None
    return public


def read_keys(path: Path) -> Sequence[str]:
    """The private keys in a file, as ``age-keygen`` or ``make_keys`` writes them.

    Raises:
        Refused: It holds none.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        text = file.read(_MOST).decode("utf-8", errors="replace")
    keys = [line.strip() for line in text.splitlines() if line.strip().startswith(_PRIVATE)]
    if not keys:
        message = (
            f"Tệp này không có khóa riêng nào ({_PRIVATE}…); hãy chọn tệp do cong relay keys new "
            "hoặc age-keygen tạo ra."
        )
        raise Refused([Finding(str(path), message)])
    return keys


def rule_lines(key_id: str, agency: str, public: str, recovery: bool) -> str:
    """The lines for ``sealing`` in ``portal.yml``; the clause is for people to write."""
    lines = [
        f"  - id: {key_id}",
        "    basis: (ghi văn bản giao giữ khóa)",
        f"    agency: {agency}",
        f"    recipient: {public}",
    ]
    return "\n".join([*lines, "    recovery: true"] if recovery else lines)
