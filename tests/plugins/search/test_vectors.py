"""One table of examples for both sides: what a text, a query and keystrokes become.

`vectors.json` is written in the signs that `telling.py` explains.
"""

import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.search.queries import read_query
from plugins.search.terms import analyse, pairs, terms
from plugins.search.words import (
    ABBREVIATIONS,
    KEPT,
    KINDS,
    OTHER_NAMES,
    STOP_WORDS,
    browser_words,
    syllables,
)
from tests.plugins.search.sides import Browser, python
from tests.plugins.search.telling import tell_group, tell_token

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))
KNOWN: list[str] = VECTORS["known"]
ENTRIES: list[list[Any]] = VECTORS["entries"]
SIDES = ["python", "browser"]
TOKENS = [(name, *row) for name, rows in VECTORS["tokens"].items() for row in rows]


def marked(text: str, ranges: list[list[int]]) -> str:
    """The text with brackets round its ranges."""
    for start, end in reversed(ranges):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


@pytest.fixture(params=SIDES)
def side(request: pytest.FixtureRequest, browser: Browser) -> Any:
    """Each of the two sides."""
    return python if request.param == "python" else browser


def test_terms(side: Any) -> None:
    for name, text, told in TOKENS:
        assert " ".join(map(tell_token, side("analyse", text))) == told, (name, text)


def test_queries(side: Any) -> None:
    for text, groups, also in VECTORS["queries"]:
        query = side("query", text, KNOWN)
        assert list(map(tell_group, query["groups"])) == groups, text
        assert "; ".join(want["term"] for want in query["also"]) == also, text


def test_marks(side: Any) -> None:
    for text, query, told in VECTORS["marks"]:
        assert marked(text, side("highlight", text, query, KNOWN)) == told, (text, query)


@pytest.mark.parametrize("way", ["telex", "vni"])
def test_keystrokes(side: Any, way: str) -> None:
    for typed, word in VECTORS[way]:
        assert side(way, typed) == word, typed


def test_words_run_together(side: Any) -> None:
    for typed, words in VECTORS["split"]:
        assert " ".join(side("split", typed, KNOWN)) == words, typed


def test_near_words(side: Any) -> None:
    for one, other, near in VECTORS["slips"]:
        assert side("slip", one, other) is near, (one, other)
        assert side("slip", other, one) is near, (other, one)
    for word, found in VECTORS["near"]:
        assert side("near", word, ENTRIES, 4) == found, word
    for prefix, found in VECTORS["beginning"]:
        assert side("beginning", prefix, ENTRIES, 4) == found, prefix


def test_the_table_is_large_enough() -> None:
    assert len(TOKENS) + len(VECTORS["queries"]) >= 150
    assert Counter(text for _, text, _ in TOKENS).most_common(1)[0][1] == 1


# What only the index asks


def pairs_of(text: str) -> list[str]:
    return [pair for pair, _ in pairs(analyse(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ủy ban nhân dân", ["uy ban", "ban nhan", "nhan dan"]),
        ("thuế và phí", ["thue phi"]),
        ("một, hai (ba)", ["mot hai", "hai ba"]),
        ("một. Hai! Ba? Bốn; năm: sáu", []),
        ("một\nhai\n\nba", ["mot hai"]),
        ("x.vn", ["x vn"]),
        ("thiết bị điện", ["thiet bi", "bi dien"]),
        ("điều 15", ["dieu 15"]),
        ("nghị định 43/2014", ["nghi dinh", "dinh 43", "43 2014"]),
        ("từ 07/01/2022 nộp", []),
        ("đạt 98,5% hồ sơ", ["dat 98.5", "98.5 ho", "ho so"]),
        ("Của tôi. Và anh", []),
    ],
)
def test_pairs(text: str, expected: list[str]) -> None:
    assert pairs_of(text) == expected


def test_words_of_grammar_make_pairs_where_they_are_wanted() -> None:
    tokens = analyse("thuế và phí")
    assert [pair for pair, _ in pairs(tokens, stop_words=True)] == ["thue va", "va phi"]


def test_terms_are_counted() -> None:
    found = terms("Đất và đất. Dat 43/2014/NĐ-CP, 7-1-2022; 98,5%")
    assert found.words == {("dat", "đất"): 2, ("dat", "dat"): 1, ("nd", "nđ"): 1, ("cp", "cp"): 1}
    assert found.stop_words == {("va", "và"): 1}
    assert found.documents["43/2014/nd-cp"] == found.documents["43/nd-cp"] == 1
    assert found.dates == {"2022-01-07": 1, "01-07": 1}
    assert found.numbers == {"43": 1, "2014": 1, "2022": 1, "98.5%": 1, "98.5": 1, "98": 1}
    assert found.pairs["dat dat"] == 1
    assert found.length == 8


def known_to_none(word: str) -> bool:
    return False


def weights(text: str) -> dict[str, float]:
    """The terms of a query's first group as typed, with what they are worth."""
    way = read_query(text, known_to_none).groups[0].alternatives[0]
    return {f"{want.kind} {want.term}": want.weight for want in way.must + way.also}


def test_what_terms_are_worth() -> None:
    assert weights("đất") == {"folded dat": 0.25, "toned đất": 1}
    assert weights("dat") == {"folded dat": 0.25}
    assert weights("2022") == {"number 2022": 3}
    assert weights("36/QĐ-UBND") == {"document 36/qd-ubnd": 8}
    assert [w.weight for w in read_query("đất đai", known_to_none).also] == [3]


def test_an_abbreviation_is_worth_the_same_however_long_its_name() -> None:
    for text in ("TP", "VBQPPL"):
        group = read_query(text, known_to_none).groups[0]
        assert sum(w.weight for w in group.alternatives[1].must) == pytest.approx(0.25)
    for text in ("thành phố", "thủ tục hành chính"):
        groups = read_query(text, known_to_none).groups
        assert sum(g.alternatives[-1].must[0].weight for g in groups) == pytest.approx(3)


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("thủ tục đ", [(), (), ("d",)]),
        ("quy", [("qui", "quy")]),
        ("lý", [("li", "ly")]),
        ("TT", [("tt",)]),
        ("KT-XH", [()]),
        ("điều 15", [(), ()]),
    ],
)
def test_only_the_last_word_may_still_be_typed(text: str, begins: list[tuple[str, ...]]) -> None:
    assert [group.begins for group in read_query(text, known_to_none).groups] == begins


# The words themselves


def test_no_abbreviation_is_a_syllable_and_every_name_has_words() -> None:
    for short, names in ABBREVIATIONS.items():
        assert short not in syllables()
        assert all(len(name) > 1 for name in names if short not in KINDS), short


def test_other_names_are_of_two_or_three_words_and_of_none_of_grammar() -> None:
    for said, names in OTHER_NAMES.items():
        assert len(said) in (2, 3)
        for name in (said, *names):
            assert len(name) > 1
            assert not {made.toned for made in name} & STOP_WORDS, name


def test_every_pair_that_is_kept_holds_a_word_of_grammar() -> None:
    for pair in KEPT:
        assert set(pair.split()) & STOP_WORDS, pair


def test_the_browser_can_have_the_words() -> None:
    words = browser_words()
    assert json.loads(json.dumps(words)) == words
    assert len(json.dumps(words, ensure_ascii=False).encode()) < 12_000


# What holds for any text


@given(st.text(st.sampled_from("aăâbcđeêghioôơuưy ÁÀẢÃẠỂỘỲ.,/-0123"), max_size=40))
def test_composition_and_case_change_nothing(text: str) -> None:
    def told(written: str) -> list[tuple[str, str]]:
        return [(token.term, token.toned) for token in analyse(written)]

    assert told(unicodedata.normalize("NFD", text)) == told(text)
    assert told(text.upper()) == told(text)


@given(st.text(max_size=60))
def test_places_lie_in_the_text(text: str) -> None:
    before = 0
    for token in analyse(text):
        assert 0 <= token.start < token.end <= len(text)
        if token.chain:
            assert token.start >= before
            before = token.start
