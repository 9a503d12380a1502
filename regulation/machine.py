"""The machine: what it complains of, in Vietnamese, and whether a process of it runs."""

import errno
import os
from collections.abc import Mapping

from regulation.findings import Finding

_SAYINGS: Mapping[int, str] = {
    errno.EACCES: "không có quyền; hãy đổi quyền của tệp, thư mục hoặc chọn chỗ khác",
    errno.EPERM: "hệ điều hành không cho phép; hãy đổi quyền hoặc chọn chỗ khác",
    errno.ENOENT: "không có tệp hoặc thư mục này; hãy sửa lại tên",
    errno.EEXIST: "đã có tệp hoặc thư mục mang tên này; hãy chọn tên khác",
    errno.EISDIR: "đây là thư mục, không phải tệp; hãy sửa lại tên",
    errno.ENOTDIR: "một phần của đường dẫn là tệp, không phải thư mục; hãy sửa lại đường dẫn",
    errno.ENOTEMPTY: "thư mục không trống; hãy chọn thư mục khác",
    errno.ENAMETOOLONG: "tên quá dài; hãy đặt tên ngắn hơn",
    errno.ELOOP: "liên kết của tệp dẫn vòng quanh; hãy thay bằng tệp thật",
    errno.EINVAL: "tên hoặc giá trị không hợp lệ; hãy sửa lại",
    errno.ENOSPC: "ổ đĩa đã đầy; hãy xóa bớt tệp rồi làm lại",
    errno.EDQUOT: "đã dùng hết dung lượng được cấp; hãy xóa bớt tệp rồi làm lại",
    errno.EFBIG: "tệp quá lớn; hãy chia nhỏ tệp",
    errno.EROFS: "ổ đĩa chỉ cho đọc; hãy chọn chỗ ghi được",
    errno.EBUSY: "tệp hoặc thư mục đang được dùng; hãy đóng chương trình đang mở rồi làm lại",
    errno.ETXTBSY: "tệp đang được dùng; hãy đóng chương trình đang mở rồi làm lại",
    errno.EMFILE: "mở quá nhiều tệp cùng lúc; hãy đóng bớt chương trình rồi làm lại",
    errno.ENFILE: "máy mở quá nhiều tệp cùng lúc; hãy đóng bớt chương trình rồi làm lại",
    errno.ENOMEM: "máy hết bộ nhớ; hãy đóng bớt chương trình rồi làm lại",
    errno.EIO: "ổ đĩa báo lỗi đọc, ghi; hãy kiểm tra ổ đĩa rồi làm lại",
    errno.EXDEV: "hai chỗ nằm trên hai ổ đĩa khác nhau; hãy chọn chỗ trên cùng một ổ",
    errno.EADDRINUSE: "đã có chương trình khác dùng; hãy chọn số khác",
    errno.EADDRNOTAVAIL: "máy này không có địa chỉ ấy; hãy dùng 127.0.0.1",
    errno.ECONNREFUSED: "nơi kia không nhận kết nối; hãy kiểm tra địa chỉ rồi làm lại",
    errno.ETIMEDOUT: "chờ quá lâu không có trả lời; hãy kiểm tra mạng rồi làm lại",
}
"""What the operating system complains of: what is wrong and what to do, by number."""


def runs(process: int) -> bool:
    """Whether a process of this machine is there: what it began may still be under way."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def os_words(error: OSError) -> str:
    """What the operating system complains of, in Vietnamese; itself it speaks English."""
    known = _SAYINGS.get(error.errno or 0)
    return known or f"hệ điều hành báo lỗi số {error.errno or '?'}; hãy báo người quản trị máy"


def os_finding(error: OSError, place: str = "cong") -> Finding:
    """The complaint as a finding, at the file it is about.

    Args:
        error: The complaint.
        place: Where, when the error names no file.
    """
    words = os_words(error)
    return Finding(str(error.filename or place), f"{words[0].upper()}{words[1:]}.")
