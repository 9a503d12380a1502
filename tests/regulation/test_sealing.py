"""Keys that messages are sealed to: what is no key, or leaves no second way, is told at load."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyrage import RecipientError, x25519

from regulation.recipients import recipient
from tests.regulation.conftest import House

GOOD = "age1saay6zw5dxylz28sjnqjucdpztw34lqxmq4cx8klsdzl3yf0acdsm75e52"
OTHER = str(x25519.Identity.generate().to_public())
ZERO = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z"
ONE = "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya"
MINUS_ONE = "age1anlllllllllllllllllllllllllllllllllllllllllllllllals4n2t7m"
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("AGE-SECRET-KEY-1QQQ", "Đây là khóa riêng"),
        ("age-secret-key-1qqq", "Đây là khóa riêng"),
        (GOOD[:30].upper() + GOOD[30:], "lẫn chữ hoa với chữ thường"),
        ("ssh-ed25519 AAAA", "không phải khóa công khai của age"),
        ("AGE1", "thiếu, thừa hoặc sai chữ"),
        (GOOD[:-1], "thiếu, thừa hoặc sai chữ"),
        (GOOD + "q", "thiếu, thừa hoặc sai chữ"),
        (GOOD.replace("saay", "saai"), "thiếu, thừa hoặc sai chữ"),
        (GOOD.replace("saay", "saaz"), "thiếu, thừa hoặc sai chữ"),
        ("age1pq1" + "q" * 90, "thiếu, thừa hoặc sai chữ"),
        (ZERO, "ai cũng mở được"),
        (ONE, "ai cũng mở được"),
        (MINUS_ONE, "ai cũng mở được"),
    ],
)
def test_what_is_no_key_is_told_and_never_repeated_whole(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)) as told:
        recipient(text)
    assert text not in str(told.value) or len(text) <= 12


def test_a_key_in_capitals_is_the_same_key() -> None:
    assert recipient(f" {GOOD.upper()} ") == GOOD


def test_every_key_that_age_makes_is_one() -> None:
    for _ in range(20):
        key = str(x25519.Identity.generate().to_public())
        assert recipient(key) == key


@given(st.integers(4, len(GOOD) - 1), st.sampled_from(LETTERS))
def test_a_slip_in_one_letter_is_found(place: int, letter: str) -> None:
    slipped = GOOD[:place] + letter + GOOD[place + 1 :]
    if slipped != GOOD:
        with pytest.raises(ValueError, match="sai chữ"):
            recipient(slipped)


@given(st.text(LETTERS, min_size=56, max_size=60))
def test_what_we_take_age_takes(tail: str) -> None:
    key = f"age1{tail}"
    try:
        recipient(key)
    except ValueError:
        return
    try:
        x25519.Recipient.from_str(key)
    except RecipientError:
        pytest.fail(f"age refuses {key}")


def rule(name: str, agency: str, key: str, more: str = "") -> str:
    return f"  - {{id: {name}, basis: Điều 9, agency: {agency}, recipient: {key}{more}}}\n"


UNIT = rule("don-vi", "van-phong", GOOD)
RECOVERY = rule("kp", "ubnd-tinh", OTHER, ", recovery: true")


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        pytest.param("", "", id="no key at all is allowed"),
        pytest.param(UNIT + RECOVERY, "", id="one of each"),
        pytest.param(RECOVERY, "", id="recovery alone seals nothing yet"),
        pytest.param(UNIT, "Từ ngày 22/11/2026 không có khóa khôi phục", id="no recovery"),
        pytest.param(
            UNIT + RECOVERY.replace("true}", "true, valid_to: 2026-12-31}"),
            "Từ ngày 01/01/2027 không có khóa khôi phục",
            id="recovery that ends",
        ),
        pytest.param(
            UNIT.replace("}", ", valid_to: 2026-11-01}"), "", id="what has ended needs none"
        ),
        pytest.param(
            UNIT + rule("kp", "ubnd-tinh", GOOD, ", recovery: true"),
            "Khóa khôi phục trùng khóa của đơn vị (“don-vi”)",
            id="one key for both",
        ),
        pytest.param(
            UNIT + rule("nua", "van-phong", GOOD) + RECOVERY,
            "Khóa này đã ghi ở “don-vi”",
            id="twice",
        ),
        pytest.param(
            UNIT + rule("nua", "so-noi-vu", GOOD) + RECOVERY, "", id="two agencies, one key"
        ),
        pytest.param(
            UNIT.replace("van-phong", "khong-co") + RECOVERY, "Không có cơ quan nào", id="agency"
        ),
        pytest.param(UNIT.replace(GOOD, GOOD[:-1]) + RECOVERY, "sai chữ", id="a slip"),
    ],
)
def test_keys_are_checked_when_the_regulation_is_read(house: House, rules: str, said: str) -> None:
    if rules:
        house.change("portal.yml", "royalties:\n", f"sealing:\n{rules}royalties:\n")
    found = house.faults()
    assert [said in f.message and f.key.startswith("sealing") for f in found] == [True] * bool(said)


def test_a_private_key_that_was_pasted_is_not_shown_again(house: House) -> None:
    private = str(x25519.Identity.generate())
    house.change("portal.yml", "royalties:\n", f"sealing:\n{UNIT}royalties:\n")
    house.change("portal.yml", GOOD, private)
    (finding,) = house.faults()
    assert "Khóa này coi như đã lộ" in finding.message
    assert private not in str(finding)
