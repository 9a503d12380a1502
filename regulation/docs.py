"""Pages of docs/vi that are written from the data, so that they never go stale."""

from collections.abc import Iterator, Mapping

from regulation.content_types import ContentType, FieldSpec, Kind, walk
from regulation.model import Event

CONTENT_TYPES_PAGE = "docs/vi/loai-noi-dung.md"
"""The page of content types, from the root of the checkout."""

KINDS: Mapping[Kind, tuple[str, str, str]] = {
    Kind.ID: ("mã", "Chữ thường không dấu, chữ số, dấu gạch nối", "tt-hop-ban-quy-iv"),
    Kind.LINE: ("một dòng", "Một dòng chữ", "Họp Ban Biên tập quý IV"),
    Kind.TEXT: ("đoạn chữ", "Một hay nhiều câu", "Công dân đủ 18 tuổi."),
    Kind.MARKDOWN: ("bài viết", "Nhiều dòng, viết như thân bài; bắt đầu bằng dấu |", "|"),
    Kind.DATE: ("ngày", "Năm-tháng-ngày", "2026-11-22"),
    Kind.MOMENT: ("ngày giờ", "Năm-tháng-ngày giờ:phút, giờ Việt Nam", "2026-11-22 14:30"),
    Kind.YEAR: ("năm", "Bốn chữ số", "2026"),
    Kind.INTEGER: ("số nguyên", "Viết liền, không dấu chấm", "1250"),
    Kind.NUMBER: ("số", "Phần lẻ sau dấu chấm", "15.88"),
    Kind.MONEY: ("tiền", "Đồng, viết liền, không dấu chấm", "253000"),
    Kind.PERCENT: ("phần trăm", "Số phần trăm, không ghi dấu %, phần lẻ sau dấu chấm", "86.4"),
    Kind.FLAG: ("có hoặc không", "true hoặc false", "true"),
    Kind.URL: ("địa chỉ mạng", "Đầy đủ, có https://", "https://chinhphu.vn"),
    Kind.EMAIL: ("thư điện tử", "Một địa chỉ thư", "ten@don-vi.example"),
    Kind.PHONE: ("điện thoại", "Đặt trong dấu nháy kép", '"0235 000 000"'),
    Kind.DOCUMENT_NUMBER: ("số ký hiệu", "Số và ký hiệu văn bản", "36/QĐ-UBND"),
    Kind.CHOICE: ("chọn một", "Một trong các mã đã cho", "quyet-dinh"),
    Kind.AGENCY: ("cơ quan", "Mã cơ quan trong agencies.yml", "so-noi-vu"),
    Kind.ITEM: ("mục khác", "Mã (id) của mục khác trên cổng", "vb-36-qd-ubnd-2022"),
    Kind.SECTION: ("chuyên mục", "Mã chuyên mục trong portal.yml", "tin-tuc"),
    Kind.FILE: ("tệp", "Tên tệp trong media/ hoặc data/", "media/to-khai.docx"),
    Kind.PICTURE: ("ảnh", "Tên tệp ảnh trong media/", "media/tru-so.jpg"),
    Kind.TABLE: ("bảng CSV", "Tên tệp CSV trong data/", "data/ho-so-thang-10.csv"),
    Kind.GROUP: ("nhóm", "Các mục con, thụt vào hai dấu cách", ""),
    Kind.ROWS: ("danh sách nhóm", "Mỗi nhóm mở đầu bằng dấu gạch ngang", ""),
    Kind.LINES: ("danh sách dòng", "Trong ngoặc vuông, hoặc mỗi dòng một gạch ngang", "[a, b]"),
}
"""What people call each kind of value, how it is written, and an example."""

EVENTS: Mapping[Event, str] = {
    Event.ISSUED: "ban hành",
    Event.HAPPENED: "sự kiện diễn ra",
    Event.APPROVED: "phê duyệt",
    Event.CREATED: "tạo ra thông tin",
    Event.RECEIVED: "tiếp nhận",
    Event.ACCEPTED: "thụ lý",
    Event.PUBLISHED: "đăng tải",
    Event.OPENED: "bắt đầu lấy ý kiến",
    Event.CHANGED: "thông tin thay đổi",
}

_INTRO = """\
# Loại nội dung và các mục khai báo

Trang này để tra cứu khi viết bài: mỗi loại nội dung có những mục khai báo nào, mục nào bắt buộc.
Người cần: cộng tác viên, thành viên biên tập.

Trang do lệnh `cong docs` viết ra từ `regulation/data/content_types.yml`. Đừng sửa tay: hãy sửa
tệp ấy rồi gõ lại lệnh.

Chuyên mục thuộc loại nào thì xem dòng `type` của chuyên mục ấy trong `portal.yml`. Cách viết một
bài: [viet-bai.md](viet-bai.md).

Tên có dấu chấm là mục con: `picture.file` là dòng `file` thụt vào dưới `picture`. Mục con ghi
“có” ở cột Bắt buộc thì chỉ bắt buộc khi bạn dùng mục mẹ.
"""

_COLUMNS = "| Tên | Nhãn | Kiểu | Bắt buộc | Hướng dẫn | Căn cứ |\n|---|---|---|---|---|---|"


def content_types_page(types: Mapping[str, ContentType]) -> str:
    """The page that lists every content type and its fields, in Markdown.

    Args:
        types: Every content type by id. Fields that all of them share are told once.
    """
    shared = _shared(types)
    return "\n".join([_INTRO, *_kinds(), *_index(types), *_common(shared), *_each(types, shared)])


def _shared(types: Mapping[str, ContentType]) -> Mapping[str, FieldSpec]:
    first, *rest = types.values()
    return {
        name: spec
        for name, spec in first.fields.items()
        if all(other.fields.get(name) == spec for other in rest)
    }


def _kinds() -> Iterator[str]:
    yield "## Kiểu giá trị\n"
    yield "| Kiểu | Viết thế nào | Ví dụ |\n|---|---|---|"
    for name, how, example in KINDS.values():
        yield _row(name, how, _code(example))
    yield ""


def _index(types: Mapping[str, ContentType]) -> Iterator[str]:
    yield "## Các loại nội dung\n"
    yield "| Mã (`type`) | Tên |\n|---|---|"
    for spec in types.values():
        yield _row(f"[`{spec.id}`](#{spec.id})", spec.title.vi)
    yield ""


def _common(shared: Mapping[str, FieldSpec]) -> Iterator[str]:
    yield "## Mục chung của mọi loại\n"
    yield from _table(shared)


def _each(types: Mapping[str, ContentType], shared: Mapping[str, FieldSpec]) -> Iterator[str]:
    for spec in types.values():
        yield f'<a id="{spec.id}"></a>\n\n## {spec.title.vi} (`{spec.id}`)\n'
        starts: dict[str, list[str]] = {}
        for event, field in spec.started_by.items():
            starts.setdefault(field, []).append(EVENTS[event])
        if starts:
            clocks = "; ".join(f"`{name}` ({', '.join(why)})" for name, why in starts.items())
            yield f"Thời hạn đăng tính từ: {clocks}.\n"
        own = {name: field for name, field in spec.fields.items() if name not in shared}
        if own:
            yield from _table(own)
        else:
            yield "Chỉ có các mục chung.\n"


def _table(fields: Mapping[str, FieldSpec]) -> Iterator[str]:
    yield _COLUMNS
    for name, spec in walk(fields):
        yield _row(
            _code(name),
            spec.label.vi,
            KINDS[spec.kind][0],
            "có" if spec.required else "",
            _help(spec),
            spec.basis,
        )
    yield ""


def _help(spec: FieldSpec) -> str:
    choices = ", ".join(f"`{code}` {label.vi}" for code, label in spec.choices.items())
    internal = "" if spec.public else "Nội bộ: không để trong tệp công khai."
    return " ".join(filter(None, [spec.help, choices and f"Chọn: {choices}.", internal]))


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _row(*cells: str) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
