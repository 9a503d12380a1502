"""Made pairs of texts: the same told again, and two of one form. Measured by the tests."""

# ruff: noqa: E501 (running texts)

from regulation.vietnamese import fold

PRESS = (
    "Sáng ngày 12 tháng 11 năm 2026, Sở Nội vụ tổ chức hội nghị sơ kết công tác cải cách hành chính "
    "quý ba. Dự hội nghị có lãnh đạo các sở, ban, ngành và đại diện 78 xã, phường.\n\n"
    "Theo báo cáo, toàn tỉnh tiếp nhận 412.530 hồ sơ, giải quyết đúng hạn 98,2%. Số hồ sơ nộp trực "
    "tuyến toàn trình chiếm 71%, tăng 6 điểm so với cùng kỳ. Một số đơn vị còn để hồ sơ quá hạn ở "
    "lĩnh vực đất đai và xây dựng, chủ yếu do phải xác minh nguồn gốc sử dụng đất qua nhiều thời "
    "kỳ.\n\nPhát biểu tại hội nghị, lãnh đạo sở yêu cầu các đơn vị rà soát từng thủ tục, công khai "
    "lý do chậm trên trang của mình và xin lỗi người dân bằng văn bản. Bộ phận một cửa làm việc cả "
    "sáng thứ bảy cho đến hết năm. Hội nghị cũng biểu dương năm xã có mức độ hài lòng trên 95%."
)
TRAINING = (
    "Trung tâm Chính trị huyện khai giảng lớp bồi dưỡng kỹ năng số cho công chức cấp xã. Lớp học kéo "
    "dài ba ngày, mỗi ngày sáu tiết, có 64 học viên đến từ 16 xã. Học viên được hướng dẫn cách tiếp "
    "nhận hồ sơ trực tuyến, ký số văn bản, tra cứu dữ liệu dân cư và bảo vệ tài khoản công vụ. Giảng "
    "viên cho thực hành trên máy thật, mỗi nhóm bốn người xử lý một bộ hồ sơ khai sinh từ khi nộp đến "
    "khi trả kết quả. Cuối khóa có bài kiểm tra trắc nghiệm và bài thực hành, ai đạt từ 70 điểm được "
    "cấp chứng nhận."
)


def sentences(text: str) -> list[str]:
    return [part.strip(" .") for part in text.replace("\n", " ").split(". ") if part.strip()]


def turned(text: str) -> str:
    parts = sentences(text)
    return ". ".join([*parts[2:], *parts[:2]]) + "."


def dropped(text: str) -> str:
    parts = sentences(text)
    return ". ".join(part for at, part in enumerate(parts) if at % 5 != 1) + "."


def quoted(text: str) -> str:
    before = " ".join(f"Ý kiến {n} của bạn đọc về chuyện số {n * 7}." for n in range(20))
    return f"{before}\n\n> {text}\n\n" + " ".join(f"Bình luận thêm {n}." for n in range(15))


def schedule(week: int, places: str) -> str:
    first, second, third = places.split("|")
    return (
        f"Lịch làm việc của lãnh đạo tuần {week}. Thứ hai: {first}, phòng họp A. Thứ tư: {second}, "
        f"phòng họp B. Thứ sáu: {third}, hội trường lớn. Đại biểu đến trước giờ họp 10 phút."
    )


def figures(month: int, numbers: str) -> str:
    one, two, three, four = numbers.split()
    return (
        f"Tình hình giải quyết hồ sơ tháng {month} năm 2026. Toàn tỉnh tiếp nhận {one} hồ sơ, trong đó "
        f"trực tuyến {two}. Đã giải quyết {three}, đúng hạn {four}. Xem bảng chi tiết từng đơn vị."
    )


def fined(who: str, number: int, fine: str, what: str, article: str) -> str:
    return (
        f"Ủy ban nhân dân tỉnh ban hành Quyết định số {number}/QĐ-XPHC xử phạt {who} số tiền {fine} "
        f"đồng về hành vi {what}, theo {article}. Quyết định có hiệu lực từ ngày ký. Người bị xử phạt "
        "có quyền khiếu nại, khởi kiện theo quy định của pháp luật."
    )


SAME: dict[str, tuple[str, str]] = {
    "word for word": (PRESS, PRESS),
    "the order of the sentences": (PRESS, turned(PRESS)),
    "the order of the sentences, 2": (TRAINING, turned(TRAINING)),
    "another day and number": (
        PRESS,
        PRESS.replace("12 tháng 11", "13 tháng 11").replace("78", "79"),
    ),
    "another number of pupils": (TRAINING, TRAINING.replace("64", "72").replace("16 xã", "18 xã")),
    "without marks": (PRESS, fold(PRESS)),
    "in capitals": (TRAINING, TRAINING.upper()),
    "sentences left out": (PRESS, dropped(PRESS)),
    "sentences left out, 2": (TRAINING, dropped(TRAINING)),
    "quoted in a longer text": (PRESS, quoted(PRESS)),
    "quoted in a longer text, 2": (TRAINING, quoted(TRAINING)),
    "some words changed": (
        PRESS,
        PRESS.replace("tổ chức", "đã mở")
        .replace("yêu cầu", "đề nghị")
        .replace("biểu dương", "khen"),
    ),
    "a beginning of its own": (PRESS, f"Tin từ cơ sở. Phóng viên ghi nhận. {PRESS}"),
}
OTHER: dict[str, tuple[str, str]] = {
    "two events": (PRESS, TRAINING),
    "weekly schedules": (
        schedule(47, "Nghe báo cáo giải ngân vốn|Kiểm tra sạt lở ở Trà My|Họp báo thường kỳ"),
        schedule(48, "Giao ban với các huyện miền núi|Tiếp đoàn công tác Bộ Y tế|Hội nghị du lịch"),
    ),
    "monthly figures": (
        figures(9, "38.112 27.004 37.650 98,1%"),
        figures(10, "41.236 29.871 40.118 97,4%"),
    ),
    "two fines": (
        fined(
            "Công ty Mẫu 01", 112, "70 triệu", "xả nước thải vượt quy chuẩn", "Nghị định 45/2022"
        ),
        fined(
            "ông Nguyễn Văn A", 131, "5 triệu", "lấn chiếm hành lang đường", "Nghị định 123/2024"
        ),
    ),
    "two classes of one course": (
        TRAINING,
        "Trường Chính trị tỉnh mở lớp bồi dưỡng tiếng Cơ Tu cho công chức cấp xã. Lớp học kéo dài ba "
        "tháng, mỗi tuần hai buổi, có 30 học viên đến từ sáu xã vùng cao. Học viên học giao tiếp ở bộ "
        "phận một cửa, cách giải thích thủ tục và ghi tên người, tên làng. Giảng viên là già làng và "
        "cô giáo về hưu. Cuối khóa có bài kiểm tra vấn đáp, ai đạt được cấp chứng nhận.",
    ),
    "two conferences of one department": (
        PRESS,
        "Chiều ngày 20 tháng 11 năm 2026, Sở Nội vụ tổ chức hội nghị góp ý dự thảo đề án vị trí việc "
        "làm. Dự hội nghị có lãnh đạo các sở, ban, ngành. Dự thảo chia 214 vị trí thành bốn nhóm, bỏ "
        "31 vị trí trùng việc. Nhiều ý kiến đề nghị giữ vị trí văn thư ở xã đông dân. Sở tiếp thu và "
        "trình Ủy ban nhân dân tỉnh trước ngày 15 tháng 12.",
    ),
}
