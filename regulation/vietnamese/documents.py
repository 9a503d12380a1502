"""Numbers and symbols (số, ký hiệu) of official documents: 36/QĐ-UBND, 43/2011/NĐ-CP, 14-ĐA/TU."""

import re
from dataclasses import dataclass

from .fold import fold
from .wellformed import nfc

KIND_NAMES_VI = {
    # Nghị định 30/2020/NĐ-CP, Phụ lục III, the kinds of administrative document …
    "NQ": "Nghị quyết",
    "QĐ": "Quyết định",
    "CT": "Chỉ thị",
    "QC": "Quy chế",
    "QyĐ": "Quy định",
    "TC": "Thông cáo",
    "TB": "Thông báo",
    "HD": "Hướng dẫn",
    "CTr": "Chương trình",
    "KH": "Kế hoạch",
    "PA": "Phương án",
    "ĐA": "Đề án",
    "DA": "Dự án",
    "BC": "Báo cáo",
    "BB": "Biên bản",
    "TTr": "Tờ trình",
    "HĐ": "Hợp đồng",
    "CĐ": "Công điện",
    "BGN": "Bản ghi nhớ",
    "BTT": "Bản thỏa thuận",
    "GUQ": "Giấy ủy quyền",
    "GM": "Giấy mời",
    "GGT": "Giấy giới thiệu",
    "GNP": "Giấy nghỉ phép",
    "PG": "Phiếu gửi",
    "PC": "Phiếu chuyển",
    "PB": "Phiếu báo",
    "SY": "Bản sao y",
    "TrS": "Bản trích sao",
    "SL": "Bản sao lục",
    # … the kinds of legal document that have a symbol …
    "NĐ": "Nghị định",
    "TT": "Thông tư",
    "TTLT": "Thông tư liên tịch",
    "NQLT": "Nghị quyết liên tịch",
    "PL": "Pháp lệnh",
    "L": "Lệnh",
    "VBHN": "Văn bản hợp nhất",
    # … and what Party bodies and older documents write besides.
    "CV": "Công văn",
    "CTrHĐ": "Chương trình hành động",
    "KL": "Kết luận",
    "QĐi": "Quy định",
}
"""The name of each kind of document (tên loại văn bản) by its code."""

_ASSEMBLY = re.compile(r"(?:QH|UBTVQH)(?:[IVX]+|[0-9]{1,2})")

_NUMBER = r"[0-9]{1,6}[A-Za-zĐđ]?"
_YEAR = r"(?:19|20)[0-9]{2}"
_CODE = r"[^\W\d_][^\W_]*"
_CODES = rf"{_CODE}(?:[-&._]{_CODE})*"
_STATE_FORM = re.compile(rf"(?P<number>{_NUMBER})(?:/(?P<year>{_YEAR}))?/(?P<codes>{_CODES})")
_PARTY_FORM = re.compile(rf"(?P<number>{_NUMBER})-(?P<kind>{_CODE})/(?P<issuer>{_CODES})")

_EXACT_KINDS = {kind.lower(): kind for kind in KIND_NAMES_VI}
_FOLDED_KINDS: dict[str, list[str]] = {}
for _kind in KIND_NAMES_VI:
    _FOLDED_KINDS.setdefault(fold(_kind), []).append(_kind)


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """The number and symbol of one document (số, ký hiệu văn bản).

    Written number/year/kind-issuer by state bodies, the year only in legal documents, and
    number-kind/issuer by Party bodies. Raises ValueError, in Vietnamese, on parts that make no
    such number.
    """

    number: str
    """As written: "36", "07", "12a"."""
    year: int | None
    kind: str
    """Code of the kind, "QĐ"; "QH13" or "UBTVQH14" for acts of the National Assembly, which stand
    for kind and issuer in one; empty for a letter (công văn), which has no code."""
    issuer: str
    """Code of the issuer, "UBND", for a letter with the unit behind it, "VPCP-KGVX"."""
    party_style: bool = False
    """Whether the kind follows the number: 14-ĐA/TU."""

    def __post_init__(self) -> None:
        if not re.fullmatch(_NUMBER, self.number):
            raise ValueError(f"Số văn bản “{self.number}” không hợp lệ: cần chữ số, ví dụ 36, 12a.")
        if self.year is not None and not re.fullmatch(_YEAR, str(self.year)):
            raise ValueError(f"Năm “{self.year}” trong số văn bản không hợp lệ.")
        if self.issuer and not re.fullmatch(_CODES, self.issuer):
            raise ValueError(f"Ký hiệu cơ quan ban hành “{self.issuer}” không hợp lệ.")
        if self.party_style:
            if not re.fullmatch(_CODE, self.kind) or not self.issuer or self.year is not None:
                raise ValueError(
                    "Số văn bản kiểu của Đảng cần đủ tên loại và cơ quan, không có năm, "
                    "ví dụ 14-ĐA/TU."
                )
        elif _ASSEMBLY.fullmatch(self.kind):
            if self.issuer:
                raise ValueError(f"Sau “{self.kind}” không có ký hiệu cơ quan nào nữa.")
        elif self.kind and self.kind not in KIND_NAMES_VI:
            raise ValueError(f"Không có tên loại văn bản nào viết tắt là “{self.kind}”.")
        elif not self.issuer:
            raise ValueError("Số văn bản thiếu cơ quan ban hành, ví dụ 36/QĐ-UBND.")
        elif not self.kind and _known_kind(self.issuer.partition("-")[0]):
            raise ValueError(f"“{self.issuer}” mở đầu bằng tên loại văn bản, không phải cơ quan.")

    @classmethod
    def parse(cls, text: str) -> "DocumentNumber":
        """Read one whole number, spaces around its signs and small letters forgiven.

        Where the code of the kind was written without đ it is mended if only one kind is meant:
        36/QD-UBND is 36/QĐ-UBND. A first code that names no kind makes it a letter. Raises
        ValueError, in Vietnamese.
        """
        plain = _SPACED_SIGN.sub(r"\1", _DASH.sub("-", nfc(text).strip()))
        if match := _STATE_FORM.fullmatch(plain):
            year = int(match["year"]) if match["year"] else None
            codes = match["codes"]
            if _ASSEMBLY.fullmatch(codes.upper()):
                return cls(match["number"], year, codes.upper(), "")
            first, _, rest = codes.partition("-")
            if kind := _known_kind(first):
                return cls(match["number"], year, kind, _capital(rest))
            return cls(match["number"], year, "", _capital(codes))
        if match := _PARTY_FORM.fullmatch(plain):
            kind = _known_kind(match["kind"]) or _capital(match["kind"])
            return cls(match["number"], None, kind, _capital(match["issuer"]), party_style=True)
        raise ValueError(
            f"“{text}” không phải là số, ký hiệu văn bản: hãy viết như 36/QĐ-UBND, 43/2011/NĐ-CP "
            "hoặc 14-ĐA/TU."
        )

    def __str__(self) -> str:
        """The number as it is written in documents; `parse` reads it back."""
        if self.party_style:
            return f"{self.number}-{self.kind}/{self.issuer}"
        year = f"{self.year}/" if self.year is not None else ""
        return f"{self.number}/{year}{'-'.join(filter(None, (self.kind, self.issuer)))}"


_DASH = re.compile("[\u2010\u2011\u2012\u2013]")  # what word processors make of a hyphen
# Word puts a space where the number is filled in by hand: "Số: 36 /QĐ-UBND".
_SPACED_SIGN = re.compile(r"\s*([/-])\s*")


def _known_kind(code: str) -> str | None:
    if code in KIND_NAMES_VI:
        return code
    if exact := _EXACT_KINDS.get(code.lower()):
        return exact
    candidates = _FOLDED_KINDS.get(code.lower(), [])
    return candidates[0] if len(candidates) == 1 else None


def _capital(code: str) -> str:
    return code.upper() if code.islower() else code
