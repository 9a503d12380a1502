"""The verbs ``cong relay keys new`` and ``cong case open``; both work without network or server."""

import re
from pathlib import Path
from typing import Annotated

import typer

from regulation.findings import Finding, Mistyped
from regulation.model import ID
from relay.sealing.age import open_sealed
from relay.sealing.keys import make_keys, read_keys, rule_lines
from relay.sealing.opening import in_words, write

_CASE = re.compile(r"(?:V-?)?([0-9A-Z]{4})-?([0-9A-Z]{4})\Z", re.I)


def new_keys(
    file: Annotated[
        Path,
        typer.Argument(help="Tệp sẽ ghi khóa riêng, chưa có, ngoài kho Git.", metavar="TỆP"),
    ],
    agency: Annotated[
        str, typer.Option(help="Mã cơ quan giữ khóa, ví dụ thanh-tra-tinh.", metavar="MÃ")
    ],
    recovery: Annotated[
        bool, typer.Option("--recovery", help="Khóa khôi phục, cất ngoài mạng.")
    ] = False,
) -> None:
    """Makes a pair of keys for sealed messages."""
    if not ID.match(agency):
        message = f"Mã cơ quan “{agency}” không đúng; hãy ghi mã trong agencies.yml."
        raise Mistyped([Finding("--agency", message)])
    public = make_keys(file)
    key_id = f"khoa-{'khoi-phuc-' if recovery else ''}{agency}"
    print(f"✓ Khóa riêng: {file} (chỉ chủ tệp đọc được).")
    print("  Chép sang hai nơi cất ngoài mạng rồi xóa ở máy này; mất khóa là mất nội dung.")
    print("Ghi các dòng này vào mục sealing của portal.yml, rồi đề xuất như sửa quy chế:\n")
    print(rule_lines(key_id, agency, public, recovery))


def open_case(
    what: Annotated[
        str,
        typer.Argument(
            help="Tệp .age đã tải về, hoặc mã vụ việc khi tệp nằm ở thư mục đang đứng.",
            metavar="TỆP-HOẶC-MÃ",
        ),
    ],
    key: Annotated[Path, typer.Option(help="Tệp khóa riêng.", metavar="TỆP")],
    output: Annotated[
        Path | None,
        typer.Option(
            help="Thư mục chưa có, để ghi nội dung và tệp gửi kèm. Không ghi: chỉ hiện ra.",
            metavar="THƯ-MỤC",
        ),
    ] = None,
) -> None:
    """Opens a sealed message that was exported from the inbox."""
    message = open_sealed(ciphertext_file(what, Path()).read_bytes(), read_keys(key))
    if output is None:
        print(in_words(message))
        if message.files:
            print("\nMuốn lấy tệp: gõ lại, thêm --output và một thư mục chưa có.")
        return
    written = write(message, output)
    print(f"✓ Đã ghi {len(written)} tệp vào {output} ở dạng ai cầm máy cũng đọc được;")
    print("  xem xong hãy xóa, hoặc cất vào ổ đĩa đã mã hóa.")


def ciphertext_file(what: str, folder: Path) -> Path:
    """The file that is meant: its name, or the id of a case whose export lies in the folder.

    Raises:
        Mistyped: There is neither.
    """
    if Path(what).is_file():
        return Path(what)
    if match := _CASE.match(what):
        export = folder / export_name(match[1] + match[2])
        if export.is_file():
            return export
        message = f"Thư mục này không có tệp {export.name}; hãy tải tệp từ trang vụ việc về."
        raise Mistyped([Finding(what, message)])
    message = "Không có tệp này; hãy ghi đúng tên tệp .age đã tải từ trang vụ việc."
    raise Mistyped([Finding(what, message)])


def export_name(case_id: str) -> str:
    """What the export of a case is called: ``V-7K3M-9QXA.age``."""
    letters = case_id.upper()
    return f"V-{letters[:4]}-{letters[4:]}.age"
