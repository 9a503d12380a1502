"""What whoever sends is told when it could not be sent as it was."""

WAIT = (
    "Từ mạng này vừa gửi quá nhiều lần trong thời gian ngắn. Hãy chờ {} rồi bấm lại; những gì bạn "
    "viết vẫn còn nguyên."
)
NOT_AS_SHOWN = (
    "Nội dung hoặc tệp không còn như trang xem lại (tệp chỉ được giữ 2 giờ). Hãy xem lại, chọn lại "
    "tệp nếu có, rồi gửi."
)
NOT_HELD = (
    "Lúc này Cổng chưa giữ được tệp. Hãy gửi không kèm tệp, rồi gửi tệp sau bằng mã tra cứu ở "
    "trang tra cứu."
)
GONE = (
    "Tệp gửi lần trước chỉ được giữ 2 giờ nên không còn. Hãy chọn lại tệp; không chọn thì thư được "
    "gửi không kèm tệp."
)
STILL_HELD = "Tệp kèm theo vẫn được giữ, tuy không hiện ở đây."
CHOOSE_AGAIN = "Tệp đã chọn chưa được giữ lại; hãy chọn lại tệp sau khi sửa xong."
NO_TOKEN = "Trang xem lại không còn dùng được. Hãy mở lại biểu mẫu, điền và gửi lại."  # noqa: S105
LATER = (
    "Cổng đang bận hoặc gặp sự cố nên chưa lưu được. Nội dung của bạn vẫn còn nguyên trên trang "
    "này: hãy chờ một phút rồi bấm gửi lại, không sợ gửi trùng."
)
