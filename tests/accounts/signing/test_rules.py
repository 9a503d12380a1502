"""The small rules, in tables and properties: passwords, codes, waiting, browsers' kinds."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.signing.codes import LETTERS, new_code, typed_code
from accounts.signing.passwords import LONGEST, SHORTEST, Hasher, faults
from accounts.signing.sessions import agent_words
from accounts.signing.throttle import (
    NAME_ANYWHERE,
    NAME_HERE,
    PLACE,
    Growth,
    name_key,
    prefix_of,
)
from accounts.signing.totp import letters, new_secret, square, step_of, uri
from tests.accounts.desk import NOON

# --- Passwords ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "ngựa sắt ăn cơm nguội",
        "Hoa phượng đỏ tháng năm",
        "correct horse battery",
        "mưa rào trên mái tôn",
        "8#kq!vZ2p$mLw0",
        "bánh xèo miền Trung 2026",
        "một hai ba bốn năm sáu",
    ],
)
def test_passwords_that_are_taken(password: str) -> None:
    assert list(faults(password, "truong-nv", "Nguyễn Văn Trường")) == []


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "ít nhất 12 ký tự"),
        ("ngựa sắt ăn", "ít nhất 12 ký tự"),
        ("x" * (LONGEST + 1), "dài quá"),
        ("nguyenvantruong1990", "tên hoặc mã"),
        ("Nguyễn Văn Trường", "tên hoặc mã"),
        ("truong-nv truong-nv", "tên hoặc mã"),
        ("TRUONGNGUYENVAN!!", "tên hoặc mã"),
        ("matkhau123456", "nhiều người dùng"),
        ("Matkhau@2026!!", "nhiều người dùng"),
        ("Mật khẩu mật khẩu", "nhiều người dùng"),
        ("qwertyuiop12", "nhiều người dùng"),
        ("aaaaaaaaaaaa", "nhiều người dùng"),
        ("123456789012", "nhiều người dùng"),
        ("zyxwvutsrqpo", "nhiều người dùng"),
        ("!!!!!!!!!!!!!!", "nhiều người dùng"),
        ("vietnam hanoi 2025", "nhiều người dùng"),
        ("admin truong 123456", "nhiều người dùng"),
    ],
)
def test_passwords_that_would_be_guessed_first(password: str, why: str) -> None:
    [said] = faults(password, "truong-nv", "Nguyễn Văn Trường")
    assert why in said


@given(st.text(max_size=300))
def test_of_any_text_one_fault_at_most_is_told(password: str) -> None:
    found = list(faults(password, "mai", "Nguyễn Thị Mai"))
    assert len(found) <= 1
    assert found or SHORTEST <= len(unicodedata.normalize("NFC", password)) <= LONGEST


def test_a_password_is_the_same_however_its_marks_are_composed() -> None:
    hasher = Hasher(1, 8, 1)
    kept = hasher.make("ngựa sắt ăn cơm")
    assert kept.startswith("$argon2id$")
    assert hasher.check(kept, unicodedata.normalize("NFD", "ngựa sắt ăn cơm"))
    assert not hasher.check(kept, "ngựa sắt ăn cam")
    assert not hasher.check(None, "ngựa sắt ăn cơm")
    assert not hasher.check("khong-phai-bam", "ngựa sắt ăn cơm")


def test_hashes_are_made_at_the_cost_that_is_argued_for() -> None:
    kept = Hasher().make("ngựa sắt ăn cơm")
    assert "m=65536,t=3,p=1" in kept
    assert Hasher(1, 8, 1).is_stale(kept)
    assert not Hasher().is_stale(kept)


# --- Codes ----------------------------------------------------------------------------------------


@given(st.binary(min_size=10, max_size=10), st.data())
def test_a_code_is_read_however_it_is_typed(seed: bytes, data: st.DataObject) -> None:
    code = new_code(lambda size: seed[:size])
    assert re.fullmatch(rf"(?:[{LETTERS}]{{4}}-){{3}}[{LETTERS}]{{4}}", code)
    alike = {"0": "0oO", "1": "1iIlL"}
    typed = "".join(
        data.draw(st.sampled_from(alike.get(each, each + each.lower())))
        + data.draw(st.sampled_from(["", " ", "-", "."]))
        for each in code.replace("-", "")
    )
    assert typed_code(typed) == code


@given(st.text(max_size=40))
def test_any_other_text_is_no_code(typed: str) -> None:
    found = typed_code(typed)
    assert found == "" or typed_code(found) == found


def test_codes_differ() -> None:
    def seeded(number: int) -> Callable[[int], bytes]:
        return lambda size: number.to_bytes(size, "big")

    assert len({new_code(seeded(number)) for number in range(500)}) == 500


# --- An authenticator app -------------------------------------------------------------------------

SECRET = new_secret(lambda size: bytes(range(size)))
STEP = int(NOON.timestamp()) // 30


@pytest.mark.parametrize(
    ("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_phones_clock_may_be_wrong_by_one_step(steps: int, taken: bool) -> None:
    code = pyotp.TOTP(SECRET).at(NOON + steps * dt.timedelta(seconds=30))
    assert (step_of(SECRET, code, NOON) == STEP + steps) is taken


def test_no_step_is_taken_again_nor_one_before() -> None:
    for steps in (-1, 0, 1):
        code = pyotp.TOTP(SECRET).generate_otp(STEP + steps)
        for last in (STEP - 2, STEP - 1, STEP, STEP + 1):
            assert (step_of(SECRET, code, NOON, last) is not None) is (STEP + steps > last)


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "12345a", "１２３４５６", "-12345", "⁰⁰⁰⁰⁰⁰"]
)
def test_what_is_no_six_digits_is_no_code(typed: str) -> None:
    assert step_of(SECRET, typed, NOON) is None


def test_the_square_says_whose_secret_it_is_for_which_portal() -> None:
    told = uri(SECRET, "mai-nt", "Cổng tỉnh Mẫu")
    found = pyotp.parse_uri(told)
    assert (found.secret, found.name, found.issuer) == (SECRET, "mai-nt", "Cổng tỉnh Mẫu")
    drawn = square(told)
    assert drawn.startswith("<svg ")
    assert "style" not in drawn
    assert "Mã vuông" in drawn
    assert letters(SECRET).replace(" ", "") == SECRET
    assert len(SECRET) == 32


# --- Waiting --------------------------------------------------------------------------------------

SECOND = dt.timedelta(seconds=1)
GROWTH = Growth(3, 2 * SECOND, 60 * SECOND, dt.timedelta(hours=1))


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (2, 0), (3, 2), (4, 4), (5, 8), (6, 16), (8, 60), (9, 60), (5000, 60)],
)
def test_waiting_grows_and_stays_bounded(failures: int, seconds: int) -> None:
    assert GROWTH.wait([NOON] * failures, NOON) == seconds * SECOND


@given(
    st.lists(st.integers(0, 7200), max_size=40),
    st.integers(0, 7200),
    st.sampled_from([GROWTH, NAME_HERE, NAME_ANYWHERE, PLACE]),
)
def test_nobody_waits_longer_than_the_longest_or_for_ever(
    ago: list[int], later: int, growth: Growth
) -> None:
    failed = [NOON - each * SECOND for each in ago]
    wait = growth.wait(failed, NOON)
    assert dt.timedelta() <= wait <= growth.longest
    assert growth.wait(failed, NOON + wait) == dt.timedelta()
    assert growth.wait(failed, NOON + later * SECOND) <= max(wait, dt.timedelta())


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("testclient", ""),
        ("", ""),
    ],
)
def test_of_an_address_only_the_first_part_is_kept(address: str, prefix: str) -> None:
    assert prefix_of(address) == prefix


def test_a_name_is_kept_as_what_it_cannot_be_read_from() -> None:
    assert name_key(" Mai@Mau.vn") == name_key("mai@mau.VN ")
    assert re.fullmatch("[0-9a-f]{16}", name_key("mật khẩu gõ nhầm ô"))


# --- Browsers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox trên Windows"),
        ("X11; Linux x86_64) HeadlessChrome/130.0 Safari/537.36", "Chrome trên Linux"),
        ("Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge trên Windows"),
        ("Windows NT 10.0) coc_coc_browser/120 Chrome/120 Safari", "Cốc Cốc trên Windows"),
        ("Linux; Android 14) Chrome/130.0 Mobile Safari/537.36", "Chrome trên Android"),
        ("iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1", "Safari trên iPhone"),
        ("Macintosh; Intel Mac OS X) Version/18.0 Safari/605", "Safari trên máy Mac"),
        ("curl/8.0", "trình duyệt khác trên máy khác"),
        ("", "trình duyệt khác trên máy khác"),
        ("<script>", "trình duyệt khác trên máy khác"),
    ],
)
def test_a_browser_is_told_by_its_kind_and_nothing_else(agent: str, words: str) -> None:
    assert agent_words(agent) == words
