"""What states and happenings are called in Vietnamese."""

from collections.abc import Mapping

from relay.cases.states import Did, Party, State

STATES: Mapping[State, str] = {
    State.RECEIVED: "đã tiếp nhận",
    State.QUARANTINED: "chờ kiểm tra",
    State.TRIAGED: "đã phân loại",
    State.ASSIGNED: "đã giao đơn vị",
    State.FORWARDED: "đã chuyển đơn vị khác",
    State.ACCEPTED: "đã thụ lý",
    State.REFUSED: "không thụ lý",
    State.ANSWERING: "đang soạn trả lời",
    State.EXTENDED: "đã gia hạn",
    State.SUSPENDED: "tạm dừng, chờ người gửi bổ sung",
    State.ESCALATED: "đã chuyển cấp trên",
    State.ANSWERED: "đã trả lời",
    State.PUBLISHED: "đã trả lời và đăng câu trả lời",
    State.WITHHELD: "đã trả lời, không đăng",
    State.MERGED: "đã gộp vào vụ việc khác",
    State.WITHDRAWN: "người gửi đã rút",
    State.REOPENED: "mở lại",
    State.CLOSED: "đã kết thúc",
}
"""Where a case stands."""

DIDS: Mapping[Did, str] = {
    Did.RECEIVED: "Tiếp nhận",
    Did.QUARANTINED: "Giữ lại để kiểm tra",
    Did.RELEASED: "Cho qua kiểm tra",
    Did.TRIAGED: "Phân loại",
    Did.ASSIGNED: "Giao đơn vị",
    Did.FORWARDED: "Chuyển đơn vị",
    Did.ACCEPTED: "Thụ lý",
    Did.REFUSED: "Không thụ lý",
    Did.STARTED: "Bắt đầu soạn trả lời",
    Did.EXTENDED: "Gia hạn",
    Did.ASKED: "Hỏi lại người gửi",
    Did.ADDED: "Người gửi bổ sung",
    Did.RESUMED: "Tiếp tục xử lý",
    Did.ESCALATED: "Chuyển cấp trên",
    Did.ANSWERED: "Trả lời",
    Did.CLEARED: "Duyệt đăng câu trả lời",
    Did.PUBLISHED: "Đăng câu trả lời",
    Did.WITHHELD: "Không đăng câu trả lời",
    Did.MERGED: "Gộp vụ việc",
    Did.WITHDRAWN: "Người gửi rút",
    Did.REOPENED: "Mở lại",
    Did.CLOSED: "Kết thúc",
    Did.SEEN: "Xem thông tin người gửi",
    Did.NOTED: "Ghi chú",
    Did.DRAFTED: "Lưu bản soạn",
    Did.REMINDED: "Nhắc hạn",
    Did.DUE_MOVED: "Thời hạn thay đổi",
    Did.RATED: "Người gửi đánh giá",
    Did.ADDRESS_CONFIRMED: "Người gửi xác nhận thư điện tử",
    Did.CONTACT_ERASED: "Xóa thông tin liên hệ",
}
"""What happened."""

PARTIES: Mapping[Party, str] = {
    Party.CITIZEN: "người gửi",
    Party.OPERATOR: "nơi tiếp nhận",
    Party.UNIT: "cán bộ của đơn vị",
    Party.HEAD: "thủ trưởng đơn vị",
    Party.BOARD: "Ban Biên tập",
    Party.SYSTEM: "hệ thống",
}
"""Who did it."""
