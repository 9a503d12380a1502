"""How numbers and words become few bytes: varints, gaps, front coding, weights on a log scale.

Every decoder raises `Unreadable` where bytes are missing or make no sense, and never loops or
reads past the end: what comes from a network may be anything.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

MOST_BITS = 32
"""The largest number that is stored is below 2**32, so that JavaScript can shift it."""
STEPS = 8
"""Steps of a weight an octave: a weight is right within 4.5 %."""
_ONE = 128
"""The byte of the weight 1; 0 is 2**-16 and 255 nearly 2**16."""
_WEIGHTS = tuple(2.0 ** ((byte - _ONE) / STEPS) for byte in range(256))
_EDGES = tuple(2.0 ** ((byte - 0.5 - _ONE) / STEPS) for byte in range(1, 256))


class Unreadable(Exception):
    """A file of the index is cut off, spoilt, or of another kind or edition than expected."""


def log_byte(weight: float) -> int:
    """A weight above 0 as one byte; a larger weight never has a smaller byte."""
    return bisect_right(_EDGES, weight)


def weight_of(byte: int) -> float:
    """The weight that a byte stands for."""
    return _WEIGHTS[byte]


def put_varint(out: bytearray, value: int) -> None:
    """Appends a number from 0 to 2**32 - 1, seven bits a byte, the lowest first."""
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)


def put_gaps(out: bytearray, numbers: Iterable[int]) -> None:
    """Appends rising numbers as the first one and then what each is more than the one before, less
    one. How many there are is written by whoever calls."""
    before = -1
    for number in numbers:
        gap = number - before - 1
        if gap < 128:
            out.append(gap)
        else:
            put_varint(out, gap)
        before = number


def put_text(out: bytearray, text: str) -> None:
    """Appends a text in UTF-8 with its length in bytes before it."""
    data = text.encode()
    put_varint(out, len(data))
    out += data


class Cursor:
    """Reads what was put, from the first byte to the last."""

    __slots__ = ("at", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def byte(self) -> int:
        """The next byte."""
        if self.at >= len(self.data):
            raise Unreadable("bytes are missing")
        self.at += 1
        return self.data[self.at - 1]

    def varint(self) -> int:
        """The next number."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            if byte < 128:
                if value >> MOST_BITS:
                    raise Unreadable("a number is too large")
                return value
            shift += 7
            if shift >= MOST_BITS + 3:
                raise Unreadable("a number is too long")

    def count(self) -> int:
        """How many of something follow: never more than bytes are left."""
        value = self.varint()
        if value > len(self.data) - self.at:
            raise Unreadable("a count is too large")
        return value

    def take(self, size: int) -> bytes:
        """The next bytes."""
        if size > len(self.data) - self.at:
            raise Unreadable("bytes are missing")
        self.at += size
        return self.data[self.at - size : self.at]

    def text(self) -> str:
        """The next text."""
        return decode(self.take(self.varint()))

    def gaps(self, count: int) -> list[int]:
        """The next rising numbers, so many of them."""
        numbers = []
        before = -1
        for _ in range(count):
            before += self.varint() + 1
            numbers.append(before)
        return numbers

    def end(self) -> None:
        """Says that nothing may follow."""
        if self.at != len(self.data):
            raise Unreadable("bytes are left over")


def decode(data: bytes) -> str:
    """Text from UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Unreadable("a text is no UTF-8") from None


def put_front(out: bytearray, before: bytes, word: bytes) -> None:
    """Appends a word as how many bytes it shares with the one before, and its rest."""
    shared = 0
    for a, b in zip(before, word, strict=False):
        if a != b:
            break
        shared += 1
    put_varint(out, shared)
    put_varint(out, len(word) - shared)
    out += word[shared:]


def get_front(cursor: Cursor, before: bytes) -> bytes:
    """The next word, as `put_front` wrote it."""
    shared = cursor.varint()
    if shared > len(before):
        raise Unreadable("a word shares more than there is")
    return before[:shared] + cursor.take(cursor.varint())


def front_coded(words: Sequence[str]) -> bytes:
    """Sorted words, each by what it shares with the one before."""
    out = bytearray()
    before = b""
    for word in words:
        data = word.encode()
        put_front(out, before, data)
        before = data
    return bytes(out)


def front_decoded(data: bytes) -> Iterator[str]:
    """What `front_coded` made of words."""
    cursor = Cursor(data)
    before = b""
    while cursor.at < len(data):
        before = get_front(cursor, before)
        yield decode(before)
