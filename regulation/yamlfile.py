"""YAML with its places: plain values, and the line of every key.

PyYAML's own constructor follows YAML 1.1, where ``no`` is false and ``0235`` is an octal number.
Telephone numbers, clause numbers and the word "on" stand in these files, so scalars are read by
the short rules below: true/false, null, decimal numbers, ISO dates and times; all else is text.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from regulation.findings import Finding
from regulation.writing import unicode_findings

Place = tuple[str | int, ...]
"""The way to a value: ``("sections", 3, "owners", 0)``."""

# Files come from proposals, so from anybody: aliases that unfold without end must not stop a check.
MAX_NODES = 200_000
MAX_DEPTH = 40

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Longer runs of digits are account numbers and the like, and int() refuses to read the longest.
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18}\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\Z")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(Z|[+-][0-9]{2}:[0-9]{2})?\Z"
)

# What YAML allows to stand in a file at all; the C parser cannot even be handed the rest.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAB = "dòng này thụt vào bằng phím Tab; hãy dùng dấu cách"
_ESCAPE = (
    "mã ký tự viết sau dấu \\ không đúng; hãy gõ thẳng chữ ấy, hoặc dùng nháy đơn thay nháy kép"
)
_UNCLOSED = "dấu nháy hoặc ngoặc mở ra mà chưa đóng lại"

_LOOK_AGAIN = "Không đọc được YAML ở chỗ này; hãy xem lại dấu hai chấm, dấu nháy và cách thụt dòng."
_PROBLEMS = (
    (
        "mapping values are not allowed",
        "có dấu hai chấm thừa hoặc dòng thụt vào sai; câu có dấu hai chấm phải đặt trong dấu "
        "nháy kép",
    ),
    ("found a tab character", _TAB),
    ("could not find expected ':'", "thiếu dấu hai chấm sau tên mục, hoặc dòng thụt vào sai"),
    ("did not find expected key", "dòng thụt vào không thẳng với các mục cùng cấp"),
    ("did not find expected '-'", "dòng thụt vào không thẳng với danh sách phía trên"),
    ("block end", "dòng thụt vào không thẳng với các mục cùng cấp"),
    ("unexpected end of stream", _UNCLOSED),
    ("did not find expected ',' or", _UNCLOSED),
    ("found undefined alias", "dấu * ở đầu giá trị; hãy đặt giá trị trong dấu nháy kép"),
    ("cannot start any token", "ký tự này không đứng đầu giá trị được; hãy đặt trong dấu nháy kép"),
    ("expected node content", "dấu ngoặc hoặc dấu phẩy thừa; hãy đặt giá trị trong dấu nháy kép"),
    ("expected alphabetic", "dấu * hoặc & ở đầu giá trị; hãy đặt giá trị trong dấu nháy kép"),
    ("second occurrence", "dấu & đặt hai lần cùng một tên; hãy đổi một tên"),
    ("found another document", "có dòng ba gạch ngang (---) ở giữa tệp; hãy bỏ dòng ấy"),
    ("unknown escape character", "dấu \\ trong nháy kép; hãy dùng nháy đơn hoặc viết \\\\"),
    ("escape code", _ESCAPE),
    ("expected hexdecimal number", _ESCAPE),
    ("document start", "có phần thừa ở đầu hoặc giữa tệp; hãy xem lại các dòng gạch ngang"),
    ("directive", "dòng bắt đầu bằng dấu %; hãy đặt giá trị trong dấu nháy kép"),
    ("indentation indicator", "sau dấu | hoặc > phải xuống dòng"),
    ("tag", "dấu ! ở đầu giá trị; hãy đặt giá trị trong dấu nháy kép"),
    ("simple key", "thiếu dấu hai chấm sau tên mục, hoặc dòng thụt vào sai"),
    ("block sequence entries are not allowed", "dấu gạch ngang đặt sai chỗ; hãy xuống dòng"),
    ("expected comment or line break", "sau dấu | hoặc > phải xuống dòng"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file read.

    Attributes:
        value: What it says.
        lines: The line of each place in it.
        findings: What could not be read.
        whole: Whether it was read to its end; what is missing from one that was not is no mistake.
    """

    value: Any
    lines: Mapping[Place, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    whole: bool = True

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest thing around it; 0 in an empty file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 0)


def key_text(place: Place) -> str:
    """A place as people write it: ``sections[3].owners[0]``."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def parse(text: str, path: str = "", first_line: int = 1) -> Document:
    """Reads YAML text.

    Never raises for what the text holds: each fault becomes a finding with its line, and what
    could be read is still given.

    Args:
        text: The YAML text, Unicode.
        path: The file's name, for the findings.
        first_line: The line of the file on which ``text`` begins (front matter begins on line 2).
    """

    def unreadable(message: str, line: int) -> Document:
        return Document(None, {}, (Finding(path, message, first_line + line),))

    if bad := _UNPRINTABLE.search(text):
        message = f"Có ký tự điều khiển U+{ord(bad[0]):04X} không nhìn thấy; hãy gõ lại dòng này."
        return unreadable(message, text.count("\n", 0, bad.start()))
    try:
        too_deep = _too_deep(text)
        node = None if too_deep else yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        return unreadable(*_explain(error, text))
    except yaml.YAMLError:
        return unreadable(_LOOK_AGAIN, 0)
    if too_deep:
        message = f"Các mục lồng vào nhau quá {MAX_DEPTH} tầng; hãy viết gọn lại."
        return unreadable(message, too_deep - 1)
    reader = _Reader(path, first_line, text)
    value = reader.read(node, ()) if node is not None else None
    return Document(value, reader.lines, tuple(reader.findings), not reader.overfull)


def printable(text: str) -> str:
    """The text with a blank for every character that no YAML file may hold."""
    return _UNPRINTABLE.sub(" ", text)


def _too_deep(text: str) -> int:
    """The line on which nesting goes too deep, from 1; 0 when it never does.

    Asked before the text is composed: the C composer calls itself at every level, and enough
    brackets would end the whole process without a word.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                mark = event.start_mark
                return int(mark.line if mark else 0) + 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return 0


def _explain(error: yaml.MarkedYAMLError, text: str) -> tuple[str, int]:
    """What is wrong in Vietnamese, and the line, from 0."""
    problem = str(error.problem or error.context)
    advice = next((words for sign, words in _PROBLEMS if sign in problem), "")
    mark = error.problem_mark or error.context_mark
    if advice == _UNCLOSED or "could not find expected ':'" in problem:
        # The parser gives up lines later; the fault stands where the quote or the key began.
        mark = error.context_mark or mark
    line = mark.line if mark else 0
    if "cannot start any token" in problem and mark and _starts_with_tab(text, line):
        advice = _TAB
    if advice:
        return f"Không đọc được YAML: {advice}.", line
    return _LOOK_AGAIN, line


def _starts_with_tab(text: str, line: int) -> bool:
    lines = text.split("\n")
    start = lines[line] if line < len(lines) else ""
    return "\t" in start[: len(start) - len(start.lstrip())]


class _Reader:
    """Walks the node tree once, keeping the line of every place."""

    def __init__(self, path: str, first_line: int, source: str) -> None:
        self.path = path
        self.first_line = first_line
        self.source = source
        self.escaped: set[int] = set()  # what stands under several names is looked at once
        self.lines: dict[Place, int] = {}
        self.findings: list[Finding] = []
        self.seen = 0
        self.overfull = False

    def read(self, node: yaml.Node, place: Place) -> Any:
        line: int = node.start_mark.line + self.first_line
        self.lines.setdefault(place, line)
        self.seen += 1
        if self.seen > MAX_NODES or len(place) > MAX_DEPTH:
            if not self.overfull:
                self.note(line, (), "Tệp quá lớn hoặc lặp vô hạn (dấu & và *): hãy viết gọn lại.")
            self.overfull = True
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, (*place, index)) for index, child in enumerate(node.value)]
        return self.scalar(node, line, place)

    def mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + self.first_line
            if not isinstance(key_node, yaml.ScalarNode):
                self.note(line, place, "Tên mục phải là chữ, không phải danh sách hay bảng.")
                continue
            key = str(key_node.value)
            here = (*place, key)
            if key in values:
                self.note(line, here, f"Mục “{key}” viết hai lần; hãy bỏ một.")
                continue
            self.lines[here] = line
            self.written(key_node, line, here)
            values[key] = self.read(value_node, here)
        return values

    def scalar(self, node: yaml.Node, line: int, place: Place) -> Any:
        text = str(node.value)
        # libyaml says "" for a scalar without quotation marks, PyYAML's own parser None.
        if getattr(node, "style", None):
            self.written(node, line, place)
            return text
        try:
            return plain(text)
        except ValueError:
            self.note(
                line,
                place,
                f"Ngày “{text}” không có trong lịch; hãy viết năm-tháng-ngày, ví dụ 2026-11-22.",
            )
            return None

    def written(self, node: yaml.Node, line: int, place: Place) -> None:
        """Notes what is no proper text and hides behind a ``\\``: the file looks faultless."""
        if getattr(node, "style", None) != '"' or id(node) in self.escaped:
            return
        source = self.source[node.start_mark.index : node.end_mark.index]
        if "\\" not in source:
            return
        self.escaped.add(id(node))
        said = {finding.message for finding in unicode_findings("", source)}
        for finding in unicode_findings(self.path, str(node.value)):
            if finding.message not in said:
                self.findings.append(replace(finding, line=line, key=printable(key_text(place))))

    def note(self, line: int, place: Place, message: str) -> None:
        self.findings.append(Finding(self.path, message, line, printable(key_text(place))))


def plain(text: str) -> Any:
    """The value of a scalar written without quotation marks.

    Raises:
        ValueError: The text has the form of a date or a time but names none.
    """
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return float(text)
    if _DATE.match(text):
        year, month, day = text.split("-")
        return dt.date(int(year), int(month), int(day))
    if moment := _MOMENT.match(text):
        zone = (moment[3] or "").replace("Z", "+00:00")
        value = dt.datetime.fromisoformat(f"{moment[1]}T{moment[2]}{zone}")
        # A time written without a zone is what a Vietnamese clock showed.
        value = value if value.tzinfo else value.replace(tzinfo=VIETNAM)
        if not dt.MINYEAR < value.year < dt.MAXYEAR:
            raise ValueError(text)  # no other clock could show it
        return value
    return text
