"""Passwords: how they are kept, and which are taken (after NIST SP 800-63B, revision 4)."""

import secrets
import threading
from collections.abc import Iterator
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from regulation.vietnamese import fold, nfc

SHORTEST = 12
"""Letters at least; a second factor stands beside every password."""

LONGEST = 256
"""Letters at most, so that nobody sends a book to be hashed."""

LEFT = 6
"""How many letters must be left when what anybody would guess is taken out."""

# RFC 9106's second choice: 64 MiB, three passes. A guess costs whoever stole the database as much
# memory as us, which is what graphics cards have least of. The RFC has four lanes; here it is one:
# the machine has two cores and answers citizens meanwhile, and lanes save the owner's time only.
# About a quarter of a second on the slowest machine we know; no more than two run at once.
_PASSES, _KIB, _LANES = 3, 64 * 1024, 1
_AT_ONCE = 2


class Hasher:
    """Makes and checks the hashes of passwords (argon2id), each check at the same cost."""

    def __init__(self, passes: int = _PASSES, kib: int = _KIB, lanes: int = _LANES) -> None:
        self._argon = PasswordHasher(time_cost=passes, memory_cost=kib, parallelism=lanes)
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._nobodys = self.make(secrets.token_urlsafe())

    def make(self, password: str) -> str:
        """The hash of a password with its parameters, as it is kept."""
        with self._turns:
            return self._argon.hash(nfc(password))

    def check(self, kept: str | None, password: str) -> bool:
        """Whether it is the password; where there is none, the same work is done for nothing."""
        try:
            with self._turns:
                self._argon.verify(kept or self._nobodys, nfc(password))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def is_stale(self, kept: str) -> bool:
        """Whether it was made with other parameters, and is to be made anew while it is known."""
        return self._argon.check_needs_rehash(kept)


def faults(password: str, person: str, name: str) -> Iterator[str]:
    """What is wrong with a password that somebody chooses, in Vietnamese.

    No kind of letter is demanded: it makes passwords worse to remember and easier to guess. What
    is refused is what would be tried first.

    Args:
        password: What they chose.
        person: Their id.
        name: Their full name.
    """
    text = nfc(password)
    if len(text) < SHORTEST:
        yield f"Mật khẩu cần ít nhất {SHORTEST} ký tự; vài từ rời nhau, có dấu cách, là đủ."
        return
    if len(text) > LONGEST:
        yield f"Mật khẩu dài quá {LONGEST} ký tự; hãy chọn mật khẩu ngắn hơn."
        return
    plain = fold(text)
    own = {piece for each in (person, name) for piece in fold(each).replace("-", " ").split()}
    own |= {"".join(fold(name).split()), fold(person)}
    if _left(plain, own) < LEFT <= _left(plain, set()):
        yield "Mật khẩu này làm từ tên hoặc mã của bạn nên dễ đoán; hãy chọn những từ khác."
    elif _left(plain, own | COMMON) < LEFT:
        yield "Mật khẩu này nhiều người dùng nên dễ đoán; hãy chọn vài từ không liên quan nhau."


def _left(plain: str, pieces: set[str]) -> int:
    """How many letters are left without these pieces, without rows of letters, without signs."""
    for piece in sorted((each for each in pieces if len(each) > 2), key=len, reverse=True):
        plain = plain.replace(piece, " ")
    kept = [each for each in plain if each.isalnum()]
    # A letter that goes on from the one before (a, b, c; 3, 2, 1; x, x) is nothing to guess.
    rows = sum(abs(ord(after) - ord(before)) <= 1 for before, after in pairwise(kept))
    return len(kept) - rows


COMMON = {
    *("password passwort passw0rd p@ssword p@ssw0rd matkhau matkhaumoi mat khau motkhau").split(),
    *("qwerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx wsxedc 1q2w3e 1qaz 2wsx").split(),
    *("iloveyou anhyeuem emyeuanh yeuem anhnhoem loveyou tinhyeu giadinh hanhphuc").split(),
    *("admin administrator quantri root user guest test welcome letmein xinchao hello").split(),
    *("vietnam hanoi saigon hochiminh danang laocai khanhhoa nhatrang quangnam tamky").split(),
    *("cong congthongtin thongtin dientu bienbap bientap ubnd chinhphu canbo congchuc").split(),
    *("monkey dragon football bongda master sunshine princess superman batman").split(),
    *("1990 1991 1992 1993 1994 1995 1996 1997 1998 1999 2000 2010 2020 2021 2022").split(),
    *("2023 2024 2025 2026 2027 2028").split(),
}
"""What is tried first here, without marks: our own list, short on purpose."""
