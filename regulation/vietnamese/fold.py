"""Text without marks: for comparing, for searching, for addresses."""

import re
import unicodedata

_D_STROKE = str.maketrans("đĐ", "dD")
# Not seen by the reader, so two texts that differ only by these are the same to compare.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_LATIN_MARKS = re.compile("(^|[^\u0300-\u036f])([\u0300-\u036f]+)")


def fold(text: str) -> str:
    """Return `text` for comparing: lower case, without marks, đ as d.

    "Thủ tục ĐẤT ĐAI" gives "thu tuc dat dai". Composed and decomposed text fold alike; forms that
    Unicode holds compatible become one (m² is m2). Vietnamese folds to ASCII; letters of other
    scripts keep their own marks; soft hyphens and zero-width spaces go. Idempotent.
    """
    # Case folding can bring forth marks (İ) and decomposition capitals (℃), hence two rounds.
    return _fold_once(_fold_once(text))


def _fold_once(text: str) -> str:
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.translate(_INVISIBLE)).casefold()
    plain = unicodedata.normalize("NFKD", plain).translate(_D_STROKE)
    return unicodedata.normalize("NFC", _LATIN_MARKS.sub(_drop_marks, plain))


def _drop_marks(match: re.Match[str]) -> str:
    base = match[1]
    foreign = base.isalpha() and not unicodedata.name(base, "").startswith("LATIN")
    return match.group() if foreign else base


_NO_SLUG = re.compile(r"[^a-z0-9]+")


def slug(text: str, max_length: int = 80) -> str:
    """Return `text` as a part of an address: words of a-z and 0-9 joined by single hyphens.

    "36/QĐ-UBND" gives "36-qd-ubnd". What is longer than `max_length` is cut after a whole word
    if there is one. Idempotent. Raises ValueError, in Vietnamese, when no letter or digit that
    ASCII can write is left, or `max_length` is below 1.
    """
    if max_length < 1:
        raise ValueError("Độ dài tối đa của đường dẫn phải từ 1 ký tự trở lên.")
    result = _NO_SLUG.sub("-", fold(text)).strip("-")
    if not result:
        raise ValueError(
            f"Không tạo được đường dẫn từ “{text}”: cần ít nhất một chữ cái La-tinh hoặc chữ số."
        )
    if len(result) > max_length:
        cut = result.rfind("-", 0, max_length + 1)
        result = result[: cut if cut > 0 else max_length]
    return result
