"""The verbs of this room."""

from regulation.command import Command

_HELP = "Phần tiếp nhận ý kiến: chạy, sao lưu, khôi phục. Chỉ dành cho người quản trị."
_KEYS = "Khóa để niêm phong nội dung tố cáo."
_CASE = "Một vụ việc, trên máy không nối mạng."


def register(app: Command) -> None:
    """Adds this room's verbs to the command."""
    relay = app.verbs("relay", help=_HELP)
    relay.verb(
        "serve",
        help="Nhận ý kiến của người dân cho một cổng, mở hộp việc cho cán bộ.",
        at="relay.verbs:serve_command",
    )
    relay.verb(
        "backup",
        help="Sao lưu ý kiến đã nhận, trong khi vẫn nhận.",
        at="relay.running.verbs:backup_command",
    )
    relay.verb(
        "restore",
        help="Trả bản sao lưu về chỗ, khi mọi lịch sử đều khớp.",
        at="relay.running.verbs:restore_command",
    )
    relay.verb(
        "prove",
        help="Kiểm tra lịch sử của mọi vụ việc.",
        at="relay.running.verbs:prove_command",
    )
    relay.verb(
        "figures",
        help="Tính lại số liệu công bố ngay, không đợi đến đêm.",
        at="relay.running.verbs:figures_command",
    )
    keys = relay.verbs("keys", help=_KEYS)
    keys.verb("new", help="Tạo một cặp khóa.", at="relay.sealing.verbs:new_keys")
    case = app.verbs("case", help=_CASE)
    case.verb("open", help="Mở một nội dung đã niêm phong.", at="relay.sealing.verbs:open_case")
