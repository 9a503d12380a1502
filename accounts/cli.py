"""The verbs of this room."""

from regulation.command import Command

_HELP = "Tài khoản: ai giữ chức danh nào, từ khi nào đến khi nào. Chỉ dành cho người quản trị."
_SIGNING = ("desk", "desks", "invite", "reset", "sessions")
"""Those that ``accounts.signing`` has."""
_VERBS = {
    "add": ("add", "Đăng ký một người."),
    "grant": ("grant", "Giao một chức danh cho một người."),
    "revoke": ("revoke", "Thu hồi chức danh; --all khi người ấy thôi việc."),
    "suspend": ("suspend", "Tạm ngừng quyền truy cập của một người, ngay lập tức."),
    "resume": ("resume", "Cho một người đang tạm ngừng dùng lại."),
    "list": ("list_people", "Ai giữ chức danh nào, từ khi nào đến khi nào."),
    "show": ("show", "Mọi điều ghi về một người."),
    "key": ("key", "Khóa SSH của một người: xem, thêm, thu hồi."),
    "email": ("email", "Địa chỉ thư điện tử của một người: xem, thêm, bỏ."),
    "contact": ("contact", "Tổ chức, chức danh, địa chỉ, điện thoại của một người: xem, ghi."),
    "login": ("login", "Tài khoản GitHub của một người: xem, thêm, bỏ."),
    "delegate": ("delegate", "Ghi một giấy ủy quyền."),
    "delegations": ("delegations", "Các ủy quyền đã ghi; thu hồi một ủy quyền."),
    "desk": ("desk", "Giao, thu hồi việc trả lời người dân cho một cơ quan."),
    "desks": ("list_desks", "Ai trả lời người dân cho cơ quan nào."),
    "invite": ("invite", "Cấp mã dùng một lần để một người thiết lập đăng nhập."),
    "reset": ("reset", "Bỏ mọi cách đăng nhập của một người: quên mật khẩu, mất điện thoại."),
    "sessions": ("sessions", "Ai đang đăng nhập; --end kết thúc ngay mọi phiên của một người."),
    "log": ("show_log", "Nhật ký: ai đã làm gì, với ai, lúc nào."),
    "verify": ("check_log", "Xem nhật ký có bị sửa, bớt, đảo thứ tự không."),
}


def register(app: Command) -> None:
    """Adds this room's verbs to the command."""
    verbs = app.verbs("accounts", help=_HELP)
    for name, (function, text) in _VERBS.items():
        room = "accounts.signing.verbs" if name in _SIGNING else "accounts.verbs"
        verbs.verb(name, help=text, at=f"{room}:{function}")
