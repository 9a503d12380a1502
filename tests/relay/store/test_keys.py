"""The server's keys and the codes made with them."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.findings import Refused
from relay.store.crockford import ALPHABET, grouped, letters, typed
from relay.store.keys import Keys, keys_from, load_keys

TOKENS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz-_0123456789", min_size=22, max_size=22)
KEYS = keys_from(b"\x07" * 32)


@given(TOKENS)
def test_a_code_is_found_however_it_is_typed(token: str) -> None:
    code = KEYS.code(token)
    assert len(code) == 16
    assert set(code) <= set(ALPHABET)
    hashed = KEYS.code_hash(code)
    sloppy = grouped(code).lower().replace("0", "o").replace("1", "l").replace("-", " – ")
    for way in (grouped(code), code.lower(), f"  {code}\n", sloppy, code.replace("1", "I")):
        assert KEYS.code_hash(way) == hashed


@given(TOKENS, TOKENS)
def test_tokens_have_codes_of_their_own(one: str, other: str) -> None:
    assert (KEYS.code(one) == KEYS.code(other)) == (one == other)
    assert KEYS.code(one) != keys_from(b"\x08" * 32).code(one)
    assert KEYS.case_id(one) != KEYS.case_id(one, 1)
    assert KEYS.case_id(one) not in KEYS.code(one)


@given(st.binary(min_size=10, max_size=40))
def test_letters_are_the_bits(data: bytes) -> None:
    text = letters(data, 16)
    number = 0
    for each in text:
        number = number * 32 + ALPHABET.index(each)
    assert number.to_bytes(10, "big") == data[:10]
    assert typed(text) == text


def test_too_few_bits_make_no_letters() -> None:
    with pytest.raises(ValueError, match="9 bytes make no 16 letters"):
        letters(bytes(9), 16)


def test_no_purpose_shares_its_secret_with_another() -> None:
    secrets = [
        KEYS.history,
        KEYS.codes,
        KEYS.tokens,
        KEYS.contacts,
        KEYS.altcha,
        KEYS.csrf,
        KEYS.cases,
        KEYS.sent,
        KEYS.logs,
    ]
    assert len({*secrets}) == len(secrets)
    assert repr(KEYS) == "Keys(…)"


def test_parts_of_a_print_are_not_run_together() -> None:
    assert KEYS.sent_hash(b"ab", b"c") != KEYS.sent_hash(b"a", b"bc")


def test_the_file_is_made_once_and_is_the_owners(tmp_path: Path) -> None:
    path = tmp_path / "kho" / "khoa"
    with pytest.raises(Refused, match="Không đọc được tệp khóa"):
        load_keys(path, os.environ)
    made = load_keys(path, os.environ, create=True)
    assert (path.stat().st_mode & 0o777, path.stat().st_size) == (0o600, 32)
    again: Keys = load_keys(path, os.environ, create=True)
    assert again.code("a") == made.code("a")
    assert [*path.parent.iterdir()] == [path]


@pytest.mark.parametrize(
    ("content", "mode", "message"),
    [
        (b"\x01" * 31, 0o600, "đúng 32 byte"),
        (b"", 0o600, "đúng 32 byte"),
        (b"\x01" * 32, 0o640, "chmod 600"),
    ],
)
def test_a_file_that_is_no_key(tmp_path: Path, content: bytes, mode: int, message: str) -> None:
    path = tmp_path / "khoa"
    path.write_bytes(content)
    path.chmod(mode)
    with pytest.raises(Refused, match=message):
        load_keys(path, os.environ, create=True)
    assert path.read_bytes() == content


def test_a_key_in_a_work_tree_is_refused(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    with pytest.raises(Refused, match="nằm trong kho Git"):
        load_keys(tmp_path / "khoa", os.environ, create=True)
    assert not (tmp_path / "khoa").exists()
