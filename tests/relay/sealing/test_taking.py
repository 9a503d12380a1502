"""What a browser sealed is known from outside by its header and its length, and by nothing else."""

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyrage import x25519

from regulation.forms import FieldKind, load_forms
from relay.sealing.sizes import CLASSES
from relay.sealing.taking import HEADER, is_sealed, same_keys, sealed_size

SHARE = b"A" * 43


def header(*stanzas: bytes) -> bytes:
    return b"age-encryption.org/v1\n" + b"".join(stanzas) + b"--- " + SHARE + b"\n"


STANZA = b"-> X25519 " + SHARE + b"\n" + SHARE + b"\n"
WHOLE = header(STANZA, STANZA) + bytes(sealed_size(CLASSES[0]))


@pytest.mark.parametrize("size", CLASSES)
@pytest.mark.parametrize("keys", [2, 3, 20])
def test_what_is_sealed_and_padded_is_taken(size: int, keys: int) -> None:
    content = header(*[STANZA] * keys) + bytes(sealed_size(size))
    assert is_sealed(content, keys, files=3)
    assert not is_sealed(content, keys - 1, files=3)
    assert not is_sealed(content, keys + 1, files=3)
    assert is_sealed(content, keys, files=0) is (size == CLASSES[0])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        "Kính gửi".encode(),
        WHOLE[:-1],
        WHOLE + b"\0",
        WHOLE.replace(b"v1", b"v2"),
        WHOLE.replace(b"-> X25519", b"-> scrypt", 1),
        b"\n" + WHOLE,
        b"-----BEGIN AGE ENCRYPTED FILE-----\n" + WHOLE,
        header(STANZA, b"-> grease x\n\n", STANZA) + bytes(sealed_size(CLASSES[0])),
        header(STANZA, STANZA) + bytes(CLASSES[0]),
        header(*[STANZA] * 99) + bytes(sealed_size(CLASSES[0])),
    ],
    ids=len,
)
def test_everything_else_is_not(content: bytes) -> None:
    assert not is_sealed(content, 2, files=3)
    assert not is_sealed(content, 99, files=3)


def test_whatever_a_form_without_files_can_hold_is_of_the_smallest_class() -> None:
    """With every field full of the longest letters, and the names around them."""
    for form in load_forms().values():
        if not any(field.kind is FieldKind.FILES for field in form.fields):
            longest = sum(4 * (field.max or 0) + 100 for field in form.fields)
            assert longest + 1_000 <= CLASSES[0], form.kind


@given(st.binary(max_size=300), st.integers(0, 4))
def test_whatever_comes_is_looked_at_without_a_fault(content: bytes, keys: int) -> None:
    assert not is_sealed(content, keys, files=3)
    assert not is_sealed(header(STANZA) + content, keys, files=3)


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, *CLASSES[:2]])
def test_the_length_is_that_of_age(size: int) -> None:
    key = x25519.Identity.generate().to_public()
    sealed = pyrage.encrypt(bytes(size), [key])
    behind = sealed[sealed.index(b"\n--- ") + 5 + 44 :]
    # An empty file is one empty chunk, which no class is.
    assert len(behind) == (sealed_size(size) if size else 32)


def test_the_keys_are_the_same_in_any_order() -> None:
    assert same_keys("b a", ("a", "b"))
    assert not same_keys("a", ("a", "b"))
    assert not same_keys("a b c", ("a", "b"))
    assert not same_keys("a a b", ("a", "b"))
    assert not same_keys("", ("a",))
    assert len(header(*[STANZA] * 20)) < HEADER
