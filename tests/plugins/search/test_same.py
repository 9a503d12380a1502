"""Python and the browser make the same of any text, whatever it is."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.search.words import ABBREVIATIONS, browser_words
from regulation.vietnamese import fold
from tests.plugins.search.sides import Browser, python
from tests.small import ROOT

unhurried = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

_LETTERS = "aàảãáạăằắặâầấậeèẻẽéẹêềếệiìíịoòỏõóọôồốộơờớợuùủúụưừứựyỳỷỹýỵđbcdghklmnpqrstvxwzfj"
_WORDS = """
    thủ tục hành chính hoà giải Thuỷ quý QUÝ Lý kỹ đất đai của cửa và các được thiết bị lý do
    ngày tháng năm 7 07 1 31 2022 2014 36 43 98,5 15.1 1.000.000 1,000,000 5.000đ 200.000VNĐ 98,5%
    43/2014/NĐ-CP 36/QĐ-UBND 14-ĐA/TU NĐ-CP 104/2016/QH13 07/01/2022 7-1-2022 2022-01-07 31/02/2022
    TTHC UBND KT-XH TP CT tthc thur tucj ddaats thu3 d9a61t thutuchanhchinh congan duowngf
    don't province's K'Bang cchc@quangnam.gov.vn https://x.vn/a-b 😀 👩‍👩‍👧 m² luật³ ﬁle
    sổ đỏ so do công chứng chứng minh thư sáp nhập
    cua thu tuc thiet bi cho thue bao nhieu tien o dau la gi the and
""".split()
_SIGNS = [
    " ",
    " ",
    " ",
    " ",
    ", ",
    ". ",
    "; ",
    "/",
    "-",
    ".",
    ",",
    " - ",
    "–",
    "\n",
    "\n\n",
    "%",
    ":",
    "\u00a0",
]
_STRANGE = st.sampled_from(
    "\u00ad\u200b\u200d\ufeff\u0301\u0323\u0300²³'’İIıßẞÐƉΣςЙǅﬃ\u1780\u17b6ກ漢한\U0001d400😀"
)

letters = st.text(st.sampled_from(_LETTERS + _LETTERS.upper()), max_size=9)
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=25)
pieces = st.one_of(
    st.sampled_from(_WORDS), st.sampled_from(_WORDS), letters, st.integers(0, 99999).map(str),
    _STRANGE, any_text,
)  # fmt: skip
texts = st.lists(st.tuples(pieces, st.sampled_from(_SIGNS)), max_size=9).map(
    lambda parts: "".join(piece + sign for piece, sign in parts)
)
texts = st.one_of(
    texts, texts, texts.map(lambda text: unicodedata.normalize("NFD", text)), any_text
)
keystrokes = st.text(st.sampled_from("aeiouydghkmnptcuowsfrxjz123456789"), max_size=9)
KNOWN = "thu tuc hanh chinh dat dai cap giay phep cong an".split()
entries = st.dictionaries(st.text("abcd", max_size=5), st.integers(1, 4)).map(
    lambda found: sorted(found.items())
)


@unhurried
@given(text=texts)
def test_terms(browser: Browser, text: str) -> None:
    assert python("analyse", text) == browser("analyse", text)


@unhurried
@given(text=texts, known=st.sampled_from([[], KNOWN]))
def test_queries(browser: Browser, text: str, known: list[str]) -> None:
    assert python("query", text, known) == browser("query", text, known)


@unhurried
@given(text=texts, query=texts)
def test_marks(browser: Browser, text: str, query: str) -> None:
    for asked in (query, text[: len(text) // 2]):
        ranges = python("highlight", text, asked, KNOWN)
        assert ranges == browser("highlight", text, asked, KNOWN)
        flat = [at for each in ranges for at in each]
        assert flat == sorted(flat)
        assert all(0 <= start < end <= len(text) for start, end in ranges)


@unhurried
@given(word=keystrokes)
def test_keystrokes(browser: Browser, word: str) -> None:
    assert python("telex", word) == browser("telex", word)
    assert python("vni", word) == browser("vni", word)
    assert python("split", word, KNOWN) == browser("split", word, KNOWN)
    assert python("query", word, []) == browser("query", word, [])


@unhurried
@given(word=st.text("abcd", max_size=5), other=st.text("abcd", max_size=5), entries=entries)
def test_near_words(
    browser: Browser, word: str, other: str, entries: list[tuple[str, int]]
) -> None:
    assert python("slip", word, other) == browser("slip", word, other)
    assert python("near", word, entries, 3) == browser("near", word, entries, 3)
    assert python("beginning", word, entries, 3) == browser("beginning", word, entries, 3)


def test_every_text_of_the_portals(browser: Browser) -> None:
    for path in sorted((ROOT / "content").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        assert python("analyse", text) == browser("analyse", text), path
        title = text.partition("\ntitle: ")[2].partition("\n")[0]
        for typed in (title, fold(title)):
            assert python("query", typed, KNOWN) == browser("query", typed, KNOWN), path


def test_every_character_alone(browser: Browser) -> None:
    """One word a character, between two that are known."""
    for start in range(0, 0x11000, 0x400):
        chars = [chr(c) for c in range(start, start + 0x400) if not 0xD800 <= c < 0xE000]
        text = " ".join(f"a{char}B" for char in chars)
        assert python("analyse", text) == browser("analyse", text), hex(start)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_vietnamese_letter(browser: Browser, form: str) -> None:
    for letter in _LETTERS + _LETTERS.upper():
        word = unicodedata.normalize(form, f"h{letter}")  # type: ignore[arg-type]
        assert python("key", word) == browser("key", word)
        assert python("key", word)[1].isascii()


def test_the_browser_gets_what_python_has() -> None:
    words = browser_words()
    assert list(words["abbreviations"]) == list(ABBREVIATIONS)  # type: ignore[call-overload]


def test_widening(browser: Browser) -> None:
    for tones, weight in ((True, 0.625), (False, 0.125)):
        args = ("thủ tuuc TTHC 43/2014", ["tuc", "tuy"], tones)
        groups = python("widened", *args)
        assert groups == browser("widened", *args)
        assert groups[1]["alternatives"][-1]["must"] == [
            {"kind": "folded", "term": "tuy", "weight": weight}
        ]
