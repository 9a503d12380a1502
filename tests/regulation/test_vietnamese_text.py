"""Storing, comparing and sorting Vietnamese text."""

import re
import unicodedata
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.vietnamese import (
    Reason,
    Tone,
    find_bad_characters,
    fold,
    is_nfc,
    nfc,
    parse_syllable,
    slug,
    sort_key,
)

unhurried = settings(deadline=None, max_examples=150)

LETTERS = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
)
vietnamese = st.text(st.sampled_from(LETTERS + LETTERS.upper() + " .,-/0123456789"), max_size=60)
# Letters of many kinds, marks, case oddities, invisible characters: where folding may go wrong.
mixed = st.text(
    st.one_of(
        st.sampled_from(
            LETTERS + "\u0300\u0301\u0309\u0323\u031b\u00ad\u200b\ufeffßİŉﬁǅⅷ℃ΐйアガ각"
        ),
        st.characters(),
    ),
    max_size=20,
)
open_syllable = st.builds(
    lambda onset, pair, end: onset + pair + end,
    st.sampled_from(["", "h", "kh", "t", "th", "ng", "q", "Q", "L", "X", "z"]),
    st.sampled_from([a + b for a in "oOuU" for b in "àảáạÀèẻéẹÉỳỷýỵÝ"]),
    st.sampled_from(["", "n", " ", ".", "i", "_", "5", "\u0301"]),
)
open_text = st.lists(open_syllable, max_size=6).map(" ".join)


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def test_nfc_composes_what_a_mac_writes() -> None:
    assert nfc("Qua\u0309ng Nam") == "Quảng Nam"
    assert not is_nfc("Qua\u0309ng")
    assert is_nfc("Quảng")


@unhurried
@given(st.one_of(vietnamese, mixed, open_text))
def test_whatever_returns_text_returns_nfc(text: str) -> None:
    for result in (nfc(text), fold(text)):
        assert unicodedata.is_normalized("NFC", result)


BAD = [
    ("Tiếng\u200bViệt", 5, 1, Reason.ZERO_WIDTH),
    ("Sở\u2060\u2060 Nội vụ", 2, 2, Reason.ZERO_WIDTH),
    ("Sở\ufeff Nội vụ", 2, 1, Reason.ZERO_WIDTH),
    ("a\u200db", 1, 1, Reason.ZERO_WIDTH),
    ("thông\u00adtin", 5, 1, Reason.SOFT_HYPHEN),
    ("Ðà Nẵng", 0, 1, Reason.WRONG_D),
    ("ngày ðêm", 5, 1, Reason.WRONG_D),
    ("Ɖồng Nai", 0, 1, Reason.WRONG_D),
    ("tỉnh \ufffd\ufffd Nam", 5, 2, Reason.REPLACEMENT),
    ("số \x85 36", 3, 1, Reason.CONTROL),
    ("số \x00", 3, 1, Reason.CONTROL),
    ("\ue001 mục 1", 0, 1, Reason.PRIVATE_USE),
    ("\u202etxt.exe", 0, 1, Reason.BIDI),
    ("Hà\u200f Nội", 2, 1, Reason.BIDI),
    ("\u0301 á", 0, 1, Reason.LONE_MARK),
    ("số \u0323", 3, 1, Reason.LONE_MARK),
    ("k\u0301", 1, 1, None),  # ḱ exists
    ("q\u0301ua", 1, 1, Reason.LONE_MARK),
    ("Hà Nộі", 5, 1, Reason.LOOK_ALIKE),  # Cyrillic і
    ("Quảng Nаm", 7, 1, Reason.LOOK_ALIKE),  # Cyrillic а
    ("UΒND", 1, 1, Reason.LOOK_ALIKE),  # Greek Β
]


@pytest.mark.parametrize(("text", "offset", "length", "reason"), BAD)
def test_bad_character_is_found(text: str, offset: int, length: int, reason: Reason | None) -> None:
    found = [(b.offset, b.length, b.char, b.reason) for b in find_bad_characters(text)]
    assert found == ([(offset, length, text[offset], reason)] if reason else [])


@pytest.mark.parametrize(
    "text",
    [
        "Ủy ban nhân dân tỉnh Quảng Nam – số 36/QĐ-UBND\tngày 07/01/2022\r\n",
        "“Một cửa”, 5 µm, 10 m², Δt, μm, 50 Ω, 1.000 đ, ½, №, •",
        nfd("Quảng Nam, Thừa Thiên Huế"),
        "Президент và Ελλάδα, 日本, 한국, ไทย, हिन्दी",
        "👩\u200d💻 👨🏽\u200d🚒 ❤️\u200d🔥 1️⃣ 🇻🇳",
    ],
)
def test_good_text_has_no_bad_character(text: str) -> None:
    assert list(find_bad_characters(text)) == []


@unhurried
@given(vietnamese)
def test_vietnamese_letters_are_never_bad(text: str) -> None:
    assert list(find_bad_characters(text)) == []
    assert list(find_bad_characters(nfd(text))) == []


def test_bad_characters_come_in_order_and_explain_themselves() -> None:
    found = list(find_bad_characters("Ðường\u200b số\u00ad5 \u0301"))
    assert [b.offset for b in found] == [0, 5, 9, 12]
    assert found[0].message == (
        "Chữ “Ð” (U+00D0) trông như đ, Đ nhưng không phải chữ tiếng Việt: hãy gõ lại đ hoặc Đ."
    )
    assert "U+200B" in found[1].message
    assert all(b.message.endswith((".", "TCVN3.")) for b in found)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_seen_by_the_cases_above(reason: Reason) -> None:
    assert reason in [case[3] for case in BAD]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thủ tục ĐẤT ĐAI", "thu tuc dat dai"),
        ("Ủy ban nhân dân tỉnh Quảng Nam", "uy ban nhan dan tinh quang nam"),
        ("đĐ ơƠ ưƯ", "dd oo uu"),
        ("10 m² ﬁ Ａ", "10 m2 fi a"),
        ("Straße", "strasse"),
        ("ð", "ð"),
        ("thông\u00adtin\u200b", "thongtin"),
        ("Москвой ガ 각", "москвой ガ 각"),
        ("", ""),
    ],
)
def test_fold(text: str, expected: str) -> None:
    assert fold(text) == expected


def test_every_vietnamese_letter_folds_to_its_ascii_letter() -> None:
    expected = "a" * 18 + "bcdd" + "e" * 12 + "gh" + "i" * 6 + "klmn" + "o" * 18 + "pqrst"
    expected += "u" * 12 + "vx" + "y" * 6
    assert fold(LETTERS) == fold(LETTERS.upper()) == expected


@unhurried
@given(st.one_of(vietnamese, mixed))
def test_fold_is_idempotent_and_blind_to_normal_form(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert fold(nfd(text)) == once == fold(nfc(text))


@unhurried
@given(vietnamese)
def test_vietnamese_folds_to_small_ascii(text: str) -> None:
    assert fold(text).isascii()
    assert fold(text) == fold(text.upper()) == fold(text).lower()
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("36/QĐ-UBND", "36-qd-ubnd"),
        ("Đăng ký khai sinh (có yếu tố nước ngoài)", "dang-ky-khai-sinh-co-yeu-to-nuoc-ngoai"),
        ("  --Tin tức!!  ", "tin-tuc"),
        ("Ea H’leo", "ea-h-leo"),
        ("10 m²", "10-m2"),
        ("Tỉnh 廣南", "tinh"),
    ],
)
def test_slug(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_slug_is_cut_after_a_whole_word() -> None:
    assert slug("Ủy ban nhân dân", max_length=10) == "uy-ban"
    assert slug("Ủy ban nhân dân", max_length=11) == "uy-ban-nhan"
    assert slug("Ủy ban nhân dân", max_length=12) == "uy-ban-nhan"
    assert slug("Nghiêng nghiêng", max_length=4) == "nghi"
    assert len(slug("thủ tục " * 40)) <= 80


@pytest.mark.parametrize("text", ["", " – ! ", "\u0301", "日本"])
def test_slug_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Không tạo được đường dẫn"):
        slug(text)


def test_slug_refuses_no_length() -> None:
    with pytest.raises(ValueError, match="từ 1 ký tự"):
        slug("a", max_length=0)


@unhurried
@given(st.one_of(vietnamese, mixed), st.integers(1, 30))
def test_slug_is_well_formed_and_idempotent(text: str, max_length: int) -> None:
    if not re.search("[a-z0-9]", fold(text)):
        with pytest.raises(ValueError, match="đường dẫn"):
            slug(text, max_length)
        return
    result = slug(text, max_length)
    assert re.fullmatch("[a-z0-9]+(?:-[a-z0-9]+)*", result)
    assert len(result) <= max_length
    assert slug(result, max_length) == result
    assert slug(nfd(text), max_length) == result


@pytest.mark.parametrize(
    "ordered",
    [
        "a à ả ã á ạ ă ằ ẳ ẵ ắ ặ â ầ ẩ ẫ ấ ậ b c d đ e ê g".split(),
        "h i k l m n o ô ơ p q r s t u ư v x y".split(),
        ["An Giang", "Bà Rịa", "Bạc Liêu", "Bắc Giang", "Bắc Ninh", "Bến Tre", "Bình Dương"],
        ["Cà Mau", "Cao Bằng", "Cần Thơ", "Đà Nẵng", "Đắk Lắk", "Điện Biên", "Đồng Nai", "Gia Lai"],
        ["Quý 1", "Quý 2", "Quý 10", "Quý 010b", "Quý I"],
        ["tuân thủ", "tuần chay", "tuần hoàn", "tuẫn nạn"],
        ["ba", "ba ba", "ba lô", "bà", "bà con", "bả", "bã", "bá", "bạ", "bai"],
        ["dân", "dẫn", "đan", "đàn", "đền"],
        ["2", "10", "1000000000000000000000", "a", "z", "я"],
        ["Điều 2", "Điều 2a", "Điều 12"],
        ["hoà", "hòa", "hõa", "hoan"],
        ["sở", "Sở", "Sở Nội vụ", "Sở Tư pháp", "Sở Y tế"],
        ["Phong", "Phố", "pi"],
    ],
)
def test_dictionary_order(ordered: list[str]) -> None:
    assert sorted(ordered, key=lambda text: sort_key(unicodedata.normalize("NFD", text))) == ordered
    keys = [sort_key(text) for text in ordered]
    assert all(before < after for before, after in pairwise(keys))


def test_d_with_stroke_comes_after_every_d() -> None:
    assert sort_key("dz") < sort_key("đa")
    assert sort_key("dương") < sort_key("đa")


@unhurried
@given(st.lists(st.one_of(vietnamese, mixed), max_size=6))
def test_sort_key_is_a_total_order_on_texts(texts: list[str]) -> None:
    keys = {sort_key(text) for text in texts}
    assert len(keys) == len({nfc(text) for text in texts})
    # Any two keys can be compared, and text that differs has a place of its own.
    assert all((one < other) != (other < one) for one, other in combinations(keys, 2))


@unhurried
@given(st.text(st.sampled_from(LETTERS), min_size=1), st.text(st.sampled_from(LETTERS)))
def test_sort_key_follows_the_alphabet(one: str, other: str) -> None:
    order = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
    marks = str.maketrans("", "", "\u0300\u0301\u0303\u0309\u0323")

    def ranks(text: str) -> list[int]:
        return [order.index(c) for c in nfc(nfd(text).translate(marks))]

    if ranks(one) != ranks(other):
        assert (sort_key(one) < sort_key(other)) == (ranks(one) < ranks(other))


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("nước", ("n", "ươc", Tone.SAC)),
        ("NGHIÊNG", ("ngh", "iêng", Tone.NGANG)),
        ("quyết", ("qu", "yêt", Tone.SAC)),
        ("gì", ("g", "i", Tone.HUYEN)),
        ("giữa", ("gi", "ưa", Tone.NGA)),
        ("hoà", ("h", "oa", Tone.HUYEN)),
        ("ở", ("", "ơ", Tone.HOI)),
        ("đẹp", ("đ", "ep", Tone.NANG)),
    ],
)
def test_syllable(word: str, parts: tuple[str, str, Tone]) -> None:
    syllable = parse_syllable(word)
    assert syllable is not None
    assert (syllable.onset, syllable.rime, syllable.tone) == parts


@pytest.mark.parametrize(
    "word", ["", "xyz", "cê", "ke1", "ngiêng", "kát", "đep", "hàá", "schön", "b"]
)
def test_no_syllable(word: str) -> None:
    assert parse_syllable(word) is None


def test_the_tone_before_a_stop_can_be_waived() -> None:
    assert parse_syllable("đep", any_tone=True) is not None
