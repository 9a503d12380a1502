"""Signatures by SSH keys: made as Git makes them, and believed for one person at one moment."""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from accounts.staff import own_address
from workflow.forge.interface import ForgeError
from workflow.git import Git, GitError

_KEY = re.compile(
    r"(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp(?:256|384|521)"
    r"|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com) [A-Za-z0-9+/]+={0,3}\Z"
)
_LITERAL = ("key::", "ssh-", "ecdsa-", "sk-")
_HINT = "hãy gõ: git config user.signingkey ~/.ssh/id_ed25519 (đường dẫn tới khóa đã đăng ký)"


def plain_key(key: str, login: str) -> str:
    """A registered public key as kind and body, without its comment.

    Raises:
        ForgeError: It is no public key of SSH. Nothing else may get into the list of signers:
            an option there (a certificate authority) would let others sign.
    """
    bare = " ".join(key.split()[:2])
    if "\n" in key.strip() or not _KEY.match(bare):
        raise ForgeError(
            f"Khóa SSH đã đăng ký của tài khoản “{login}” không đọc được; hãy nhờ đơn vị vận hành "
            "đăng ký lại khóa công khai (nội dung tệp .pub)."
        )
    return bare


def options(checkout: Git, login: str) -> tuple[str, ...]:
    """The settings with which Git signs, as set where the person works.

    The records may be written in a repository that many share: its settings name nobody's key.

    Raises:
        ForgeError: No key is set here.
    """
    found = ["-c", "gpg.format=ssh"]
    key = _setting(checkout, "user.signingkey")
    command = _setting(checkout, "gpg.ssh.defaultKeyCommand")
    if key:
        relative = not key.startswith((*_LITERAL, "/", "~"))
        found += ["-c", f"user.signingkey={checkout.path / key if relative else key}"]
    elif command:
        found += ["-c", f"gpg.ssh.defaultKeyCommand={command}"]
    else:
        raise ForgeError(
            f"Tài khoản “{login}” đã đăng ký khóa SSH nên phải ký, mà nơi làm việc này chưa biết "
            f"khóa nào; {_HINT}."
        )
    if program := _setting(checkout, "gpg.ssh.program"):
        found += ["-c", f"gpg.ssh.program={program}"]
    return tuple(found)


def cannot_sign(login: str, error: GitError) -> ForgeError:
    """Why a commit was not made, when it was to be signed."""
    said = " ".join(error.words.split())[:200]
    if "sign" not in said and "key" not in said.lower():
        return error
    return ForgeError(f"Không ký được bằng khóa SSH của tài khoản “{login}” ({said}); {_HINT}.")


def wrong_key(login: str) -> ForgeError:
    """The key here is not the one that is registered."""
    return ForgeError(
        f"Khóa SSH dùng để ký ở đây không phải khóa đang đăng ký của tài khoản “{login}”; {_HINT}, "
        "hoặc nhờ đơn vị vận hành đăng ký khóa mới."
    )


def is_signed_by(git: Git, commit: str, login: str, keys: Sequence[str]) -> bool:
    """Whether one of somebody's keys signed a commit.

    Git believes every key in the list of signers, so the list holds this person's only.

    Raises:
        ForgeError: A key is none, or the list cannot be written.
    """
    lines = [f'{own_address(login)} namespaces="git" {plain_key(key, login)}\n' for key in keys]
    try:
        with tempfile.TemporaryDirectory(prefix="cong-") as folder:
            signers = Path(folder) / "signers"
            signers.write_text("".join(lines), encoding="utf-8")
            answer = git.run(
                *("-c", f"gpg.ssh.allowedSignersFile={signers}", "-c", "gpg.minTrustLevel=fully"),
                *("-c", "gpg.ssh.program=ssh-keygen", "verify-commit", "--raw", commit),
                ok=range(256),
            )
    except OSError as error:
        raise ForgeError(
            f"Không ghi được tệp tạm để kiểm tra chữ ký ({error}); hãy kiểm tra thư mục tạm của "
            "máy."
        ) from error
    if "cannot run ssh-keygen" in answer.err or "ssh-keygen: not found" in answer.err:
        raise ForgeError(
            "Máy này chưa có ssh-keygen để kiểm tra chữ ký; hãy cài: sudo apt-get install "
            "openssh-client."
        )
    said = f'Good "git" signature for {own_address(login)} with '
    return answer.code == 0 and any(line.startswith(said) for line in answer.err.splitlines())


def _setting(checkout: Git, name: str) -> str:
    return checkout.run("config", "--get", name, ok=(0, 1)).line
