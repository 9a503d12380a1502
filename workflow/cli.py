"""The verbs of this room."""

from regulation.command import Command

_SETUP = "Lập nhóm, nhãn, quy tắc nhánh và quyền của Actions cho kho trên GitHub."
_ALERT = "Báo một việc chạy ban đêm không thành công trên GitHub; --clear khi đã chạy lại được."
_PULL = "Lấy câu trả lời đã duyệt cho đăng thành đề xuất; báo lại cái đã đăng, cái bị từ chối."
_PROPOSING, _PUBLISH = "workflow.proposing.verbs", "workflow.publish.verbs"

_VERBS = {
    "workflow.checks.verbs:check_command": (
        "check",
        "Kiểm tra quy chế và nội dung: khai báo, Unicode, liên kết, tệp.",
    ),
    f"{_PROPOSING}:propose": ("propose", "Gửi những gì vừa viết, vừa sửa thành một đề xuất."),
    f"{_PROPOSING}:proposals": ("proposals", "Các đề xuất đang chờ."),
    f"{_PROPOSING}:show": ("show", "Một đề xuất: thay đổi gì, còn thiếu gì."),
    "workflow.preview.verbs:preview_command": (
        "preview",
        "Xem một đề xuất sẽ thành trang thế nào, trong một tệp mở được trên điện thoại.",
    ),
    f"{_PROPOSING}:review": ("review", "Cho ý kiến về một đề xuất."),
    f"{_PROPOSING}:approve": ("approve", "Đồng ý; đủ người thì đề xuất được nhập ngay."),
    f"{_PROPOSING}:refuse": ("refuse", "Từ chối theo một lý do của quy chế."),
    f"{_PROPOSING}:withdraw": ("withdraw", "Rút một đề xuất."),
    f"{_PROPOSING}:merge_verb": (
        "merge",
        "Nhập một đề xuất đã đủ điều kiện vào nhánh chính.",
    ),
    f"{_PROPOSING}:gate": ("gate", "Chốt duyệt: đề xuất đã đủ điều kiện đăng chưa."),
    f"{_PROPOSING}:log": (
        "log",
        "Ai viết, thẩm định, phê duyệt, từ chối một mục; lúc nào, bản nào.",
    ),
    f"{_PROPOSING}:delegate": (
        "delegate",
        "Trao quyền của mình cho người khác trong một thời gian.",
    ),
    f"{_PROPOSING}:revoke": ("revoke", "Thu hồi một ủy quyền trước hạn."),
    f"{_PROPOSING}:codeowners_verb": ("codeowners", "Viết .github/CODEOWNERS từ quy chế."),
    f"{_PUBLISH}:publish_command": ("publish", "Dựng, soát và đưa trang lên cho công chúng."),
    f"{_PUBLISH}:rollback_command": ("rollback", "Cho chạy lại một bản phát hành trước."),
}


def register(app: Command) -> None:
    """Adds this room's verbs to the command."""
    for place, (name, text) in _VERBS.items():
        app.verb(name, help=text, at=place)
    answers = app.verbs(
        "answers", help="Câu trả lời người dân: lấy về để đăng, báo lại khi đã đăng."
    )
    answers.verb("pull", help=_PULL, at="workflow.answers.verbs:pull_command")
    forge = app.verbs("forge", help="Nơi để đề xuất. Chỉ dành cho người quản trị.")
    forge.verb("setup", help=_SETUP, at="workflow.forge.github.verbs:setup_command")
    forge.verb("alert", help=_ALERT, at="workflow.forge.github.verbs:alert_command")
