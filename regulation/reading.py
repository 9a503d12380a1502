"""From YAML to values: every mistake at once, in Vietnamese, with file, line and key."""

import datetime as dt
import difflib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ValidationError
from pydantic_core import PydanticKnownError

from regulation.findings import Finding, Refused
from regulation.machine import os_words
from regulation.writing import unicode_findings
from regulation.yamlfile import Document, Place, key_text, parse, plain, printable

M = TypeVar("M", bound=BaseModel)


NO_FILE = "Đây không phải tệp thường (ống dẫn, thiết bị); hãy thay bằng tệp thật."
"""What is said of a pipe or a device, of which reading would never end."""


def unquoted(given: Any) -> Any:
    """What stands between quotation marks, read as if it stood without: "2026-11-22" is a date."""
    try:
        return plain(given.strip()) if isinstance(given, str) else given
    except ValueError:
        return given


def _day(given: Any) -> dt.date | None:
    value = unquoted(given)
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    raise PydanticKnownError("date_type")


Day = Annotated[dt.date, BeforeValidator(_day)]
"""A day in a value of ours. To pydantic alone a number is one too: so many seconds since 1970."""


def read_text(path: Path, shown: str) -> str:
    """The text of a file that a person wrote.

    Args:
        path: The file.
        shown: The file's name in findings.

    Raises:
        Refused: The file is missing or is not UTF-8.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise Refused([Finding(shown, NO_FILE)])
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Refused([Finding(shown, "Không có tệp này; hãy tạo tệp hoặc sửa lại tên.")]) from None
    except OSError as error:
        raise Refused([Finding(shown, f"Không mở được tệp: {os_words(error)}.")]) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        message = (
            "Tệp không phải Unicode UTF-8; hãy mở lại trong trình soạn thảo và lưu với bảng mã "
            "UTF-8 (TCVN 6909:2001)."
        )
        raise Refused([Finding(shown, message, line)]) from None


def read_yaml(path: Path, shown: str) -> Document:
    """A YAML file as values with their places.

    Raises:
        Refused: The file cannot be read at all, or something in it cannot.
    """
    text = read_text(path, shown)
    document = parse(text, shown)
    if found := [*document.findings, *unicode_findings(shown, printable(text))]:
        raise Refused(found)
    return document


def read(model: type[M], path: Path, shown: str) -> tuple[M, Document]:
    """A whole YAML file as a checked value, and the document with its places.

    Raises:
        Refused: With every mistake in the file: in the YAML itself and in what it says.
    """
    text = read_text(path, shown)
    document = parse(text, shown)
    found = [*document.findings, *unicode_findings(shown, printable(text))]
    if not document.whole:
        raise Refused(found)
    try:
        if document.lines or not document.findings:
            value = build(model, document.value, document, shown)
    except Refused as refused:
        # A date that is none was reported once; that its place is now empty is no second mistake.
        said = {(finding.line, finding.key) for finding in document.findings}
        found += [f for f in refused.findings if (f.line, f.key) not in said]
    if found:
        raise Refused(found)
    return value, document


def build(model: type[M], value: Any, document: Document, shown: str, at: Place = ()) -> M:
    """A checked value out of a part of a YAML document.

    Raises:
        Refused: With one finding for every mistake that pydantic found.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Refused(findings_of(error, document, shown, at)) from None


def findings_of(
    error: ValidationError, document: Document, shown: str, at: Place = ()
) -> list[Finding]:
    """What pydantic found, said in Vietnamese, each at its line."""
    found = []
    for detail in error.errors(include_url=False):
        given = detail["input"]
        if detail["type"] == "too_short" and isinstance(given, list) and given:
            continue  # pydantic counts only the good ones; what is wrong with the others is told
        # Pydantic adds the names of its own inner types to a place; the file knows nothing of them.
        place: Place = at
        for part in detail["loc"]:
            if (*place, part) in document.lines or detail["type"] in ("missing",):
                place = (*place, part)
        message = explain(dict(detail))
        found.append(Finding(shown, message, document.line(place), key_text(place)))
    return found


_KINDS = {
    "string_type": "chữ",
    "int_type": "số nguyên",
    "int_parsing": "số nguyên",
    "int_from_float": "số nguyên",
    "float_type": "số",
    "float_parsing": "số",
    "bool_type": "true hoặc false",
    "bool_parsing": "true hoặc false",
    "date_type": "ngày, dạng 2026-11-22",
    "date_parsing": "ngày, dạng 2026-11-22",
    "date_from_datetime_parsing": "ngày, dạng 2026-11-22",
    "date_from_datetime_inexact": "ngày, dạng 2026-11-22",
    "time_parsing": "giờ, dạng 07:30",
    "tuple_type": "danh sách (mỗi dòng bắt đầu bằng dấu gạch ngang)",
    "list_type": "danh sách (mỗi dòng bắt đầu bằng dấu gạch ngang)",
    "dict_type": "các mục “tên: giá trị”",
    "model_type": "các mục “tên: giá trị”",
    "model_attributes_type": "các mục “tên: giá trị”",
}


def _missing(detail: Mapping[str, Any]) -> str:
    return f"Thiếu mục “{detail['loc'][-1]}”; hãy thêm vào."


def _unknown_key(detail: Mapping[str, Any]) -> str:
    return f"Không có mục nào tên “{detail['loc'][-1]}”; hãy sửa lại chính tả hoặc bỏ đi."


def _own_words(detail: Mapping[str, Any]) -> str:
    return str(detail["ctx"]["error"])


def _choice(detail: Mapping[str, Any]) -> str:
    expected = str(detail["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
    return one_of(detail["input"], expected.split(", "))


def _too_short(detail: Mapping[str, Any]) -> str:
    # A length checked after a validator of ours is "too_short" for text as well.
    if isinstance(detail["input"], str):
        return "Mục này đang để trống; hãy điền vào."
    return "Danh sách này đang trống; hãy điền ít nhất một dòng."


_SAYINGS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "value_error": _own_words,
    "enum": _choice,
    "literal_error": _choice,
    "string_too_short": _too_short,
    "too_short": _too_short,
    "greater_than": lambda d: f"Phải lớn hơn {d['ctx']['gt']}.",
    "greater_than_equal": lambda d: f"Không được nhỏ hơn {d['ctx']['ge']}.",
    "less_than_equal": lambda d: f"Không được lớn hơn {d['ctx']['le']}; hãy xem lại số.",
}


def explain(detail: Mapping[str, Any]) -> str:
    """One pydantic error as a Vietnamese sentence that says what to do."""
    kind = str(detail["type"])
    if kind in _SAYINGS:
        return _SAYINGS[kind](detail)
    wanted = _KINDS.get(kind)
    shown = shorten(detail.get("input"))
    if wanted:
        return f"Giá trị {shown} không đúng kiểu; ở đây phải là {wanted}."
    return f"Giá trị {shown} không dùng được ở đây; hãy xem lại."


def shorten(value: Any, most: int = 60) -> str:
    """A value as it is quoted in a message."""
    if value is None:
        return "để trống"
    text = printable(" ".join(_as_written(value).split()))
    return f"“{text[:most]}…”" if len(text) > most else f"“{text}”"


def _as_written(value: Any) -> str:
    """A value as a person would write it down, and not as Python does."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_as_written(part)}' for key, part in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_as_written(part) for part in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def one_of(value: Any, allowed: list[str]) -> str:
    """The sentence for a value outside a closed list, with the likeliest slip named."""
    sentence = f"Giá trị {shorten(value)} không có trong danh sách"
    near = difflib.get_close_matches(str(value), allowed, n=1)
    if near:
        return f"{sentence}; có phải “{near[0]}” không?"
    return f"{sentence}; hãy chọn một trong: {', '.join(allowed)}."
