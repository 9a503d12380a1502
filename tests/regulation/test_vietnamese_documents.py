"""Numbers of official documents."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.vietnamese import DocumentNumber
from regulation.vietnamese.documents import KIND_NAMES_VI

unhurried = settings(deadline=None, max_examples=150)

NUMBERS = [
    ("36/QĐ-UBND", "36", None, "QĐ", "UBND"),
    ("43/2011/NĐ-CP", "43", 2011, "NĐ", "CP"),
    ("32/2017/TT-BTTTT", "32", 2017, "TT", "BTTTT"),
    ("104/2016/QH13", "104", 2016, "QH13", ""),
    ("91/2025/QH15", "91", 2025, "QH15", ""),
    ("326/2016/UBTVQH14", "326", 2016, "UBTVQH14", ""),
    ("20/2004/PL-UBTVQH11", "20", 2004, "PL", "UBTVQH11"),
    ("329/KH-UBND", "329", None, "KH", "UBND"),
    ("12729/VPCP-KGVX", "12729", None, "", "VPCP-KGVX"),
    ("94/TTr-SNV", "94", None, "TTr", "SNV"),
    ("399/QĐ-BCĐ", "399", None, "QĐ", "BCĐ"),
    ("76/NQ-CP", "76", None, "NQ", "CP"),
    ("70/CT-TTg", "70", None, "CT", "TTg"),
    ("01/2014/TTLT-BNV-BTC", "01", 2014, "TTLT", "BNV-BTC"),
    ("12a/BC-UBND", "12a", None, "BC", "UBND"),
    ("123/TTr-SNN&PTNT", "123", None, "TTr", "SNN&PTNT"),
    ("05/CĐ-UBND", "05", None, "CĐ", "UBND"),
    ("7/TB-VP", "7", None, "TB", "VP"),
    ("2/CTr-UBND", "2", None, "CTr", "UBND"),
    ("11/HD-SNV", "11", None, "HD", "SNV"),
]
PARTY_NUMBERS = [
    ("14-ĐA/TU", "14", "ĐA", "TU"),
    ("800-QĐ/UBND", "800", "QĐ", "UBND"),
    ("19-NQ/TW", "19", "NQ", "TW"),
    ("02-TT/TU", "02", "TT", "TU"),
    ("05-XY/TU", "05", "XY", "TU"),
]


@pytest.mark.parametrize(("text", "number", "year", "kind", "issuer"), NUMBERS)
def test_state_number(text: str, number: str, year: int | None, kind: str, issuer: str) -> None:
    parsed = DocumentNumber.parse(text)
    assert parsed == DocumentNumber(number, year, kind, issuer)
    assert str(parsed) == text


@pytest.mark.parametrize(("text", "number", "kind", "issuer"), PARTY_NUMBERS)
def test_party_number(text: str, number: str, kind: str, issuer: str) -> None:
    parsed = DocumentNumber.parse(text)
    assert parsed == DocumentNumber(number, None, kind, issuer, party_style=True)
    assert str(parsed) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" 36 / QĐ - UBND ", "36/QĐ-UBND"),
        ("36/QĐ–UBND", "36/QĐ-UBND"),
        ("36/qđ-ubnd", "36/QĐ-UBND"),
        ("36/QD-UBND", "36/QĐ-UBND"),
        ("43/2011/nd-cp", "43/2011/NĐ-CP"),
        ("104/2016/qh13", "104/2016/QH13"),
        ("94/TTR-SNV", "94/TTr-SNV"),
        ("3/DA-UBND", "3/DA-UBND"),
        ("3/đa-UBND", "3/ĐA-UBND"),
        ("3/HD-UBND", "3/HD-UBND"),
        (unicodedata.normalize("NFD", "5/CT-TƯ"), "5/CT-TƯ"),
    ],
)
def test_sloppy_writing_is_mended(text: str, expected: str) -> None:
    assert str(DocumentNumber.parse(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "36", "QĐ-UBND", "36/", "36/QĐ", "36/QĐ-", "36/QĐ UBND", "15/10/2020", "/QĐ-UBND"),
        *("36/QĐ-UBND tỉnh", "1234567/QĐ-UBND", "12ab/QĐ-UBND", "36/20/QĐ-UBND", "36-QĐ"),
    ],
)
def test_what_is_no_number_is_refused_in_vietnamese(text: str) -> None:
    with pytest.raises(ValueError, match=r"không phải là số|thiếu cơ quan"):
        DocumentNumber.parse(text)


@pytest.mark.parametrize(
    ("number", "year", "kind", "issuer", "party", "message"),
    [
        ("x", None, "QĐ", "UBND", False, "Số văn bản “x” không hợp lệ"),
        ("1", 11, "QĐ", "UBND", False, "Năm “11”"),
        ("1", None, "QĐ", "U B", False, "Ký hiệu cơ quan"),
        ("1", None, "XX", "UBND", False, "viết tắt là “XX”"),
        ("1", None, "QĐ", "", False, "thiếu cơ quan"),
        ("1", None, "", "QĐ-UBND", False, "mở đầu bằng tên loại"),
        ("1", None, "QH13", "UBND", False, "không có ký hiệu cơ quan nào nữa"),
        ("1", 2020, "QĐ", "TU", True, "kiểu của Đảng"),
        ("1", None, "", "TU", True, "kiểu của Đảng"),
    ],
)
def test_parts_that_make_no_number_are_refused(
    number: str, year: int | None, kind: str, issuer: str, party: bool, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        DocumentNumber(number, year, kind, issuer, party)


code = st.from_regex(r"[A-ZĐƯ][A-Za-zĐđ0-9]{1,5}", fullmatch=True)
issuers = st.lists(code, min_size=1, max_size=3).map("-".join)
numbers = st.from_regex(r"[0-9]{1,6}[a-zđ]?", fullmatch=True)
years = st.none() | st.integers(1945, 2099)
kinds = st.sampled_from(sorted(KIND_NAMES_VI))
documents = st.one_of(
    st.builds(DocumentNumber, numbers, years, kinds, issuers),
    st.builds(DocumentNumber, numbers, st.none(), kinds, issuers, st.just(True)),
    st.builds(
        DocumentNumber, numbers, years, st.sampled_from(["QH13", "UBTVQH9", "QHX"]), st.just("")
    ),
    st.builds(DocumentNumber, numbers, years, st.just(""), issuers.map("UBND-{}".format)),
)


@unhurried
@given(documents)
def test_parse_reads_back_what_str_writes(document: DocumentNumber) -> None:
    assert DocumentNumber.parse(str(document)) == document
