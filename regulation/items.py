"""An item (mục): one Markdown file with YAML front matter, read by its content type."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from regulation.content_types import ContentType, FieldSpec, Kind, walk
from regulation.findings import Finding
from regulation.model import ID, Section, is_web_address
from regulation.portal import Portal, UnknownError
from regulation.reading import one_of, shorten, unquoted
from regulation.vietnamese import DocumentNumber
from regulation.writing import unicode_findings
from regulation.yamlfile import VIETNAM, Document, Place, key_text, parse, printable

_FILE_NAME = re.compile(r"(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)(?:\.(?P<lang>en))?\.md\Z")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
_PHONE = re.compile(r"[+0-9][0-9 .()-]{5,}\Z")
# No dots: such a name would be a file's; no names that the site's own lists and files take.
_ADDRESS = re.compile(r"/(?!static/|media/|data/)(?:(?!trang-[0-9]+/)[A-Za-z0-9_~-]+/)+\Z")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}\Z")

INTERNAL = {
    "provider": "Họ tên, điện thoại của người cung cấp thông tin",
    "phone_private": "Điện thoại riêng",
    "identity": "Số giấy tờ tùy thân",
}
"""Keys that must never stand in a public file (S3), and what they would hold."""


@dataclass(frozen=True, slots=True)
class Item:
    """A published, drafted or withdrawn item in one language.

    Attributes:
        id: The key that never changes. A translation has the id of its original.
        path: The file, from the root of the checkout.
        section: The section's id; with ``year`` and ``slug`` it makes the URL.
        values: The fields by name, checked and typed by the content type.
        body: The Markdown text below the front matter.
        body_line: The line of the file on which the body begins.
        expired: Whether it has left the lists (``expires_at``) at the moment it is looked at.
    """

    id: str
    portal: str
    path: str
    section: str
    type: str
    year: int
    slug: str
    lang: str
    title: str
    summary: str
    status: str
    posted: dt.datetime
    updated: dt.datetime | None
    agency: str
    sample: bool
    values: Mapping[str, Any] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1
    lines: Mapping[Place, int] = field(default_factory=dict, repr=False, compare=False)
    expired: bool = False

    @property
    def url(self) -> str:
        """The item's address from the root of the site, with a slash at both ends."""
        prefix = "" if self.lang == "vi" else f"/{self.lang}"
        return f"{prefix}/{self.section}/{self.year}/{self.slug}/"

    @property
    def listed(self) -> bool:
        """Whether the item stands in lists: drafts, tombstones and what has expired do not."""
        return self.status == "published" and not self.expired

    def line(self, *place: str | int) -> int:
        """The line of a field in the file."""
        where: Place = place
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)


def is_live(item: Item, now: dt.datetime) -> bool:
    """Whether citizens may see the item's page: no draft, and its hour (hẹn giờ đăng) has come."""
    hour = item.values.get("publish_at")
    return item.status != "draft" and (hour is None or hour <= now)


def as_of(item: Item, now: dt.datetime) -> Item:
    """The item as it is at a moment: a draft until its hour, out of the lists once it expires."""
    end = item.values.get("expires_at")
    if not is_live(item, now):
        return replace(item, status="draft")
    return replace(item, expired=end is not None and end <= now)


@dataclass(frozen=True, slots=True)
class Split:
    """A file cut in two: front matter and body."""

    front: str
    body: str
    body_line: int


def split(text: str) -> Split | None:
    """Cuts a file at the ``---`` lines; none when it has no front matter."""
    lines = text.splitlines(keepends=True)
    if not lines or lines[0].rstrip() != "---":
        return None
    for index, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            return Split("".join(lines[1:index]), "".join(lines[index + 1 :]), index + 2)
    return None


def read_item(
    relative: PurePosixPath, shown: str, text: str, portal: Portal
) -> tuple[Item | None, list[Finding]]:
    """An item out of the text of its file, with every mistake in it.

    Args:
        relative: The file from the portal's folder: ``tin-tuc/2026/hop-ban.md``.
        shown: The file from the root of the checkout, for the findings.
        text: What the file holds.
        portal: The portal as its regulation describes it.
    """
    found = list(unicode_findings(shown, text))
    place = _place(relative, shown, portal)
    if isinstance(place, Finding):
        return None, [*found, place]
    section, year, slug, lang = place
    parts = split(text)
    if parts is None:
        message = (
            "Thiếu phần khai báo ở đầu tệp: dòng đầu tiên là ba gạch ngang (---), rồi các mục "
            "title, id, posted…, rồi một dòng ba gạch ngang nữa."
        )
        return None, [*found, Finding(shown, message, 1)]
    # Control characters were reported above; what stands beside them can still be read.
    front = parse(printable(parts.front), shown, first_line=2)
    found += front.findings
    if not front.whole:
        return None, found
    if not isinstance(front.value, dict):
        if not front.findings:
            message = (
                "Phần khai báo ở đầu tệp đang trống."
                if front.value is None
                else "Phần khai báo ở đầu tệp phải là các mục “tên: giá trị”."
            )
            found.append(Finding(shown, message, 2))
        return None, found
    spec = portal.type_of(section)
    reader = _FrontMatter(shown, front, portal)
    values = reader.fields(front.value, spec.fields, ())
    found += reader.found
    found += _across_fields(values, year, shown, front)
    needed = ("id", "title", "summary", "posted", "agency")
    if any(values.get(name) is None for name in needed):
        return None, found
    item = Item(
        id=values["id"],
        portal=portal.id,
        path=shown,
        section=section.id,
        type=spec.id,
        year=year,
        slug=slug,
        lang=lang,
        title=values["title"],
        summary=values["summary"],
        status=values.get("status") or "published",
        posted=values["posted"],
        updated=values.get("updated"),
        agency=values["agency"],
        sample=bool(values.get("sample")),
        values=values,
        body=parts.body,
        body_line=parts.body_line,
        lines=front.lines,
    )
    return item, found


def unread_item(relative: PurePosixPath, shown: str, text: str, portal: Portal) -> Item | None:
    """An item whose front matter is wrong, as far as it goes: its texts can be looked at already.

    It stands in no list and nobody may name it.

    Args:
        relative: The file from the portal's folder.
        shown: The file from the root of the checkout.
        text: What the file holds.
        portal: The portal as its regulation describes it.
    """
    place, parts = _place(relative, shown, portal), split(text)
    if isinstance(place, Finding) or parts is None:
        return None
    section, year, slug, lang = place
    front = parse(printable(parts.front), shown, first_line=2)
    spec = portal.type_of(section)
    given = front.value if isinstance(front.value, dict) else {}
    return Item(
        id="",
        portal=portal.id,
        path=shown,
        section=section.id,
        type=spec.id,
        year=year,
        slug=slug,
        lang=lang,
        title="",
        summary="",
        status="draft",
        posted=dt.datetime(year, 1, 1, tzinfo=VIETNAM),
        updated=None,
        agency="",
        sample=False,
        values=_FrontMatter(shown, front, portal).fields(given, spec.fields, ()),
        body=parts.body,
        body_line=parts.body_line,
        lines=front.lines,
    )


def _place(
    relative: PurePosixPath, shown: str, portal: Portal
) -> tuple[Section, int, str, str] | Finding:
    """What a file's path says: section, year, slug, language."""
    if len(relative.parts) != 3:
        message = "Tệp phải nằm ở <chuyên mục>/<năm>/<tên>.md, ví dụ tin-tuc/2026/hop-ban.md."
        return Finding(shown, message)
    folder, year, name = relative.parts
    try:
        section = portal.section(folder)
    except UnknownError:
        known = [section.id for section in portal.sections]
        message = f"Không có chuyên mục “{folder}” trong portal.yml. {one_of(folder, known)}"
        return Finding(shown, message)
    if not _YEAR.match(year):
        return Finding(shown, f"Thư mục năm “{year}” phải gồm bốn chữ số, ví dụ 2026.")
    match = _FILE_NAME.match(name)
    if match is None:
        message = (
            f"Tên tệp “{name}” chỉ được gồm chữ thường không dấu, chữ số và dấu gạch nối, ví dụ "
            "hop-ban.md (bản tiếng Anh: hop-ban.en.md)."
        )
        return Finding(shown, message)
    lang = match["lang"] or "vi"
    if lang not in {language.code for language in portal.regulation.languages}:
        message = f"Cổng {portal.id} không có tiếng “{lang}”; hãy bỏ .{lang} trong tên tệp."
        return Finding(shown, message)
    return section, int(year), match["slug"], lang


def _across_fields(
    values: Mapping[str, Any], year: int, shown: str, front: Document
) -> Iterator[Finding]:
    """What two fields say together."""

    def note(key: str, message: str) -> Finding:
        return Finding(shown, message, front.line((key,)), key)

    posted = values.get("posted")
    posted_in = posted.astimezone(VIETNAM).year if posted else year
    if posted_in != year:
        yield note("posted", f"Ngày đăng thuộc năm {posted_in} nhưng tệp nằm ở thư mục {year}.")
    updated = values.get("updated")
    if posted and updated and updated < posted:
        yield note("updated", "Ngày cập nhật đứng trước ngày đăng.")
    for first, last in (("from", "to"), ("opens", "closes"), ("starts", "ends")):
        a, b = values.get(first), values.get(last)
        if a is not None and b is not None and b < a:
            yield note(last, f"Mục “{last}” đứng trước mục “{first}”.")
    if values.get("status") == "withdrawn" and not values.get("withdrawn"):
        yield note("status", "Mục đã gỡ phải ghi ngày gỡ và lý do (withdrawn: date, reason).")
    if values.get("withdrawn") and values.get("status") != "withdrawn":
        yield note("withdrawn", "Có ngày gỡ và lý do thì trạng thái phải là withdrawn.")
    if values.get("online") == "partial" and not values.get("online_reason"):
        message = "Trực tuyến một phần thì phải nêu lý do (online_reason)."
        yield Finding(
            shown, message, front.line(("online",)), "online", "Điều 14 Nghị định 224/2026/NĐ-CP"
        )
    if values.get("form") in ("audio", "video") and not values.get("transcript"):
        message = "Âm thanh, video phải có lời thoại (transcript) cho người không nghe được."
        yield Finding(
            shown, message, front.line(("form",)), "form", "Điều 18.1.c Thông tư 32/2017/TT-BTTTT"
        )
    for old in values.get("moved_from") or ():
        if not (old.startswith("/") and old.endswith("/")):
            yield note("moved_from", f"Địa chỉ cũ “{old}” phải bắt đầu và kết thúc bằng dấu “/”.")
        elif not _ADDRESS.match(old):
            message = (
                f"Địa chỉ cũ “{old}” chỉ được gồm chữ không dấu, chữ số, dấu gạch nối và dấu “/”, "
                "và không trùng tệp hay trang danh sách của cổng."
            )
            yield note("moved_from", message)


class _FrontMatter:
    """Reads a mapping by the fields of a content type, collecting what is wrong."""

    def __init__(self, shown: str, front: Document, portal: Portal) -> None:
        self.shown = shown
        self.front = front
        self.portal = portal
        self.found: list[Finding] = []
        self.unread = {finding.key for finding in front.findings}

    def fields(
        self, raw: Mapping[str, Any], specs: Mapping[str, FieldSpec], at: Place
    ) -> dict[str, Any]:
        for key in raw:
            if key in INTERNAL:
                self.note(
                    (*at, key),
                    f"{INTERNAL[key]} là thông tin nội bộ, không được để trong tệp công khai; "
                    "hãy xóa mục này.",
                )
            elif key not in specs:
                message = f"Loại nội dung này không có mục “{key}”. {one_of(key, [*specs])}"
                self.note((*at, key), message)
        values: dict[str, Any] = {}
        for name, spec in specs.items():
            given = raw.get(name)
            place = (*at, name)
            if given is None or given == [] or (isinstance(given, str) and not given.strip()):
                # What could not be read (a date that is none) was reported by the YAML reader.
                if spec.required and key_text(place) not in self.unread:
                    message = f"Thiếu mục “{name}” ({spec.label.vi}); hãy thêm vào."
                    self.note(place, message, spec.basis)
                values[name] = None
                continue
            values[name] = self.value(given, spec, place)
        return values

    def value(self, given: Any, spec: FieldSpec, place: Place) -> Any:
        if spec.kind is Kind.GROUP:
            if not isinstance(given, dict):
                return self.refuse(place, given, "các mục “tên: giá trị”")
            return self.fields(given, spec.fields, place)
        if spec.kind is Kind.ROWS:
            if not isinstance(given, list):
                return self.refuse(place, given, "danh sách, mỗi dòng bắt đầu bằng dấu gạch ngang")
            rows = []
            for index, row in enumerate(given):
                if isinstance(row, dict):
                    rows.append(self.fields(row, spec.fields, (*place, index)))
                else:
                    self.refuse((*place, index), row, "các mục “tên: giá trị”")
            return tuple(rows)
        if spec.kind is Kind.LINES:
            listed = [given] if isinstance(given, str) else given
            if not isinstance(listed, list):
                return self.refuse(place, given, "danh sách dòng chữ")
            return tuple(
                text
                for index, line in enumerate(listed)
                if (text := self.value(line, _LINE, (*place, index))) is not None
            )
        if spec.kind is Kind.CHOICE:
            if str(given) not in spec.choices:
                self.note(place, one_of(given, [*spec.choices]))
                return None
            return str(given)
        try:
            return _READERS[spec.kind](self, given)
        except _SaidError as said:
            return self.note(place, str(said))
        except _WrongError as wrong:
            return self.refuse(place, given, str(wrong))

    def refuse(self, place: Place, given: Any, wanted: str) -> None:
        self.note(place, f"Giá trị {shorten(given)} không đúng; ở đây phải là {wanted}.")

    def note(self, place: Place, message: str, basis: str = "") -> None:
        line = self.front.line(place) or 2
        self.found.append(Finding(self.shown, message, line, key_text(place), basis))


class _WrongError(Exception):
    """A value of the wrong kind; the text says what was wanted."""


class _SaidError(Exception):
    """A value of the wrong kind; the text is the whole message."""


_LINE = FieldSpec.model_validate({"kind": "line", "label": "Dòng"})


def _line(_: _FrontMatter, given: Any) -> str:
    if given is None or isinstance(given, bool | dict | list):
        raise _WrongError("một dòng chữ")
    if isinstance(given, dt.date):
        raise _WrongError("một dòng chữ (đặt trong dấu nháy kép)")
    return " ".join(str(given).split())


def _text(_: _FrontMatter, given: Any) -> str:
    if not isinstance(given, str | int | float):
        raise _WrongError("một đoạn chữ")
    return str(given).strip()


def _identifier(_: _FrontMatter, given: Any) -> str:
    if not isinstance(given, str | int) or not ID.match(str(given)):
        raise _WrongError("mã gồm chữ thường không dấu, chữ số và dấu gạch nối")
    return str(given)


def _date(_: _FrontMatter, given: Any) -> dt.date:
    given = unquoted(given)
    if isinstance(given, dt.datetime) or not isinstance(given, dt.date):
        raise _WrongError("một ngày có thật, viết năm-tháng-ngày như 2026-11-22")
    return given


def _moment(_: _FrontMatter, given: Any) -> dt.datetime:
    given = unquoted(given)
    if isinstance(given, dt.datetime):
        return given
    if isinstance(given, dt.date):
        return dt.datetime.combine(given, dt.time(), VIETNAM)
    raise _WrongError("ngày và giờ, viết như 2026-11-22 14:30")


def _year(_: _FrontMatter, given: Any) -> int:
    if isinstance(given, bool) or not _YEAR.match(str(given)):
        raise _WrongError("một năm gồm bốn chữ số")
    return int(given)


def _integer(_: _FrontMatter, given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise _WrongError("số nguyên, viết liền không dấu chấm")
    return given


def _number(_: _FrontMatter, given: Any) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise _WrongError("số, phần lẻ sau dấu chấm, ví dụ 86.4")
    return Decimal(str(given))


def _flag(_: _FrontMatter, given: Any) -> bool:
    if not isinstance(given, bool):
        raise _WrongError("true hoặc false")
    return given


def _url(_: _FrontMatter, given: Any) -> str:
    if not is_web_address(str(given)):
        raise _WrongError("địa chỉ đầy đủ, bắt đầu bằng https://")
    return str(given)


def _email(_: _FrontMatter, given: Any) -> str:
    if not _EMAIL.match(str(given)):
        raise _WrongError("địa chỉ thư điện tử")
    return str(given)


def _phone(_: _FrontMatter, given: Any) -> str:
    if not _PHONE.match(str(given)):
        raise _WrongError("số điện thoại (đặt trong dấu nháy kép)")
    return str(given)


def _document_number(_: _FrontMatter, given: Any) -> str:
    text = _line(_, given)
    try:
        DocumentNumber.parse(text)
    except ValueError as error:
        raise _SaidError(str(error)) from None
    return text


def _agency(reader: _FrontMatter, given: Any) -> str:
    if not isinstance(given, str) or given not in reader.portal.agencies:
        near = one_of(given, [*reader.portal.agencies])
        raise _SaidError(f"Phải ghi mã một cơ quan trong agencies.yml. {near}")
    return str(given)


def _file(_: _FrontMatter, given: Any) -> str:
    path = PurePosixPath(str(given))
    inside = path.parts[:1] in (("media",), ("data",)) and ".." not in path.parts
    if not inside or not str(given).isascii() or " " in str(given):
        raise _WrongError("tên tệp không dấu trong media/ hoặc data/, ví dụ media/cau.svg")
    return str(given)


_READERS: Mapping[Kind, Callable[[_FrontMatter, Any], Any]] = {
    Kind.ID: _identifier,
    Kind.LINE: _line,
    Kind.TEXT: _text,
    Kind.MARKDOWN: _text,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
    Kind.YEAR: _year,
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.MONEY: _integer,
    Kind.PERCENT: _number,
    Kind.FLAG: _flag,
    Kind.URL: _url,
    Kind.EMAIL: _email,
    Kind.PHONE: _phone,
    Kind.DOCUMENT_NUMBER: _document_number,
    Kind.AGENCY: _agency,
    Kind.ITEM: _identifier,
    Kind.SECTION: _identifier,
    Kind.FILE: _file,
    Kind.PICTURE: _file,
    Kind.TABLE: _file,
}


def references(item: Item, spec: ContentType, kinds: set[Kind]) -> Iterator[tuple[Place, str]]:
    """Every value of an item whose field is of one of the kinds, with its place."""
    for name, field_spec in walk(spec.fields):
        if field_spec.kind in kinds:
            yield from _at(item.values, name.split("."), ())


def _at(values: Any, names: list[str], place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(values, tuple):
        for index, row in enumerate(values):
            yield from _at(row, names, (*place, index))
    elif not names:
        if values is not None:
            yield place, values
    elif isinstance(values, Mapping) and values.get(names[0]) is not None:
        yield from _at(values[names[0]], names[1:], (*place, names[0]))
