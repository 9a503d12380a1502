"""Numbers of official documents."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.vietnamese import KIND_NAMES_VI, DocumentNumber, find_document_numbers, fold

unhurried = settings(deadline=None, max_examples=150)

NUMBERS = [
    ("36/QĐ-UBND", "36", None, "QĐ", "UBND", "Quyết định", "36-qd-ubnd"),
    ("43/2011/NĐ-CP", "43", 2011, "NĐ", "CP", "Nghị định", "43-2011-nd-cp"),
    ("32/2017/TT-BTTTT", "32", 2017, "TT", "BTTTT", "Thông tư", "32-2017-tt-btttt"),
    ("104/2016/QH13", "104", 2016, "QH13", "", "Luật", "104-2016-qh13"),
    ("91/2025/QH15", "91", 2025, "QH15", "", "Luật", "91-2025-qh15"),
    ("326/2016/UBTVQH14", "326", 2016, "UBTVQH14", "", "Pháp lệnh hoặc Nghị quyết", None),
    ("20/2004/PL-UBTVQH11", "20", 2004, "PL", "UBTVQH11", "Pháp lệnh", None),
    ("329/KH-UBND", "329", None, "KH", "UBND", "Kế hoạch", None),
    ("12729/VPCP-KGVX", "12729", None, "", "VPCP-KGVX", "Công văn", "12729-vpcp-kgvx"),
    ("94/TTr-SNV", "94", None, "TTr", "SNV", "Tờ trình", "94-ttr-snv"),
    ("399/QĐ-BCĐ", "399", None, "QĐ", "BCĐ", "Quyết định", "399-qd-bcd"),
    ("76/NQ-CP", "76", None, "NQ", "CP", "Nghị quyết", None),
    ("70/CT-TTg", "70", None, "CT", "TTg", "Chỉ thị", None),
    ("01/2014/TTLT-BNV-BTC", "01", 2014, "TTLT", "BNV-BTC", "Thông tư liên tịch", None),
    ("12a/BC-UBND", "12a", None, "BC", "UBND", "Báo cáo", "12a-bc-ubnd"),
    ("123/TTr-SNN&PTNT", "123", None, "TTr", "SNN&PTNT", "Tờ trình", "123-ttr-snn-ptnt"),
    ("05/CĐ-UBND", "05", None, "CĐ", "UBND", "Công điện", None),
    ("7/TB-VP", "7", None, "TB", "VP", "Thông báo", None),
    ("2/CTr-UBND", "2", None, "CTr", "UBND", "Chương trình", None),
    ("11/HD-SNV", "11", None, "HD", "SNV", "Hướng dẫn", None),
]
PARTY_NUMBERS = [
    ("14-ĐA/TU", "14", "ĐA", "TU", "Đề án", "14-da-tu"),
    ("800-QĐ/UBND", "800", "QĐ", "UBND", "Quyết định", "800-qd-ubnd"),
    ("19-NQ/TW", "19", "NQ", "TW", "Nghị quyết", "19-nq-tw"),
    ("02-TT/TU", "02", "TT", "TU", "Thông tri", None),
    ("05-XY/TU", "05", "XY", "TU", None, None),
]


@pytest.mark.parametrize(("text", "number", "year", "kind", "issuer", "name", "slug"), NUMBERS)
def test_state_number(
    text: str,
    number: str,
    year: int | None,
    kind: str,
    issuer: str,
    name: str,
    slug: str | None,
) -> None:
    parsed = DocumentNumber.parse(text)
    assert parsed == DocumentNumber(number, year, kind, issuer)
    assert str(parsed) == text
    assert parsed.kind_name_vi == name
    assert slug is None or parsed.slug == slug


@pytest.mark.parametrize(("text", "number", "kind", "issuer", "name", "slug"), PARTY_NUMBERS)
def test_party_number(
    text: str, number: str, kind: str, issuer: str, name: str | None, slug: str | None
) -> None:
    parsed = DocumentNumber.parse(text)
    assert parsed == DocumentNumber(number, None, kind, issuer, party_style=True)
    assert str(parsed) == text
    assert parsed.kind_name_vi == name
    assert slug is None or parsed.slug == slug


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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("36/QĐ-UBND", "36/qd-ubnd"),
        ("05/2020/NĐ-CP", "5 / 2020/ND-CP"),
        ("14-ĐA/TU", "14-đa/tu"),
    ],
)
def test_key_forgives_marks_case_spaces_and_zeros(one: str, other: str) -> None:
    assert DocumentNumber.parse(one).key == DocumentNumber.parse(other).key


def test_key_tells_numbers_apart() -> None:
    texts = [case[0] for case in NUMBERS] + [case[0] for case in PARTY_NUMBERS] + ["800/QĐ-UBND"]
    assert len({DocumentNumber.parse(text).key for text in texts}) == len(texts)
    assert DocumentNumber.parse("10/QĐ-UBND").key == "10/qd-ubnd"


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
    assert fold(document.key) == document.key
    assert document.kind_name_vi


@unhurried
@given(documents)
def test_key_is_the_same_however_it_is_typed(document: DocumentNumber) -> None:
    typed = unicodedata.normalize("NFD", f" {str(document).lower().replace('/', ' / ')}")
    assert DocumentNumber.parse(typed).key == document.key


@unhurried
@given(documents, st.sampled_from(["", "Số: ", "theo Quyết định số ", "("]))
def test_what_is_found_stands_at_its_place(document: DocumentNumber, before: str) -> None:
    text = f"{before}{document}, ngày 15/10/2020"
    for found in find_document_numbers(text):
        assert DocumentNumber.parse(text[found.start : found.end]) == found.number
    if document.issuer in ("", "UBND", "CP") or document.issuer.startswith("UBND-VX"):
        assert [f.number for f in find_document_numbers(text)] == [document]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((f"Căn cứ {case[0]} ngày 07/01/2022;", [case[0]]) for case in NUMBERS),
        *((f"theo ({case[0]}).", [case[0]]) for case in PARTY_NUMBERS[:4]),
        (
            "Căn cứ Nghị định số 43/2011/NĐ-CP; Luật số 104/2016/QH13, Thông tư 32/2017/TT-BTTTT",
            ["43/2011/NĐ-CP", "104/2016/QH13", "32/2017/TT-BTTTT"],
        ),
        ("Số: 36 /QĐ-UBND", ["36/QĐ-UBND"]),
        ("Số:36/QĐ-UBND.", ["36/QĐ-UBND"]),
        ("Quyết định 36/QĐ–UBND\nĐiều 1", ["36/QĐ-UBND"]),
        ("36/QD-UBND", ["36/QĐ-UBND"]),
        ("Công văn 123/UBND.VX-KT", ["123/UBND.VX-KT"]),
        ("Theo 36/QĐ-UBND.Căn cứ", ["36/QĐ-UBND"]),
    ],
)
def test_numbers_are_found_in_sentences(text: str, expected: list[str]) -> None:
    found = list(find_document_numbers(text))
    assert [str(f.number) for f in found] == expected
    assert all(str(DocumentNumber.parse(text[f.start : f.end])) == str(f.number) for f in found)


@pytest.mark.parametrize(
    "text",
    [
        "ngày 15/10/2020",
        "huyết áp 120/80 mmHg, trực 24/7, 1/2 số hộ, 60 km/h",
        "100/USD, 5/kg, 3/4 Khu phố",
        "và/hoặc, TCP/IP, 2026-11-22",
        "https://cong.gov.vn/van-ban/36/QĐ-UBND",
        "quyết định của UBND tỉnh số 36",
        "1.036/QĐ-UBNDx",
        "14-XX/TU",
    ],
)
def test_other_figures_are_no_numbers(text: str) -> None:
    assert list(find_document_numbers(text)) == []


def test_places_are_given() -> None:
    text = "theo Kế hoạch số 329/KH-UBND và 14-ĐA/TU"
    spans = [(f.start, f.end) for f in find_document_numbers(text)]
    assert spans == [(17, 28), (32, 40)]
