"""Crockford's base 32: letters that people read aloud and type without mistaking one for another.

Source: Douglas Crockford, Base 32 (https://www.crockford.com/base32.html).
"""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def letters(data: bytes, count: int) -> str:
    """The first ``count`` letters of data, five bits a letter.

    Raises:
        ValueError: The data are too short for so many letters.
    """
    spare = len(data) * 8 - count * 5
    if spare < 0:
        raise ValueError(f"{len(data)} bytes make no {count} letters")
    number = int.from_bytes(data, "big") >> spare
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(count)))


def typed(text: str) -> str:
    """What somebody meant who typed a code: capitals, no blanks or dashes, no look-alikes."""
    kept = "".join(each for each in text.upper() if each.isalnum())
    return kept.translate(_LOOKALIKES)


def grouped(code: str) -> str:
    """A code as it is shown: in groups of four, "7K3M-9QXA"."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
