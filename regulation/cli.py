"""The verbs of this room."""

from regulation.command import Command


def register(app: Command) -> None:
    """Adds this room's verbs to the command."""
    app.verb(
        "duties",
        help="Liệt kê nghĩa vụ mà quy chế đặt ra cho mỗi cổng: đã được chứng minh bằng gì, hay còn "
        "mở.",
        at="regulation.verbs:show_duties",
    )
    app.verb(
        "docs",
        help="Viết lại trang hướng dẫn về các loại nội dung từ dữ liệu.",
        at="regulation.verbs:write_docs",
    )
