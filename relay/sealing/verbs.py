"""The verbs ``cong relay keys new`` and ``cong case open``; both work without network or server."""

import difflib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
import yaml

from regulation.checkout import find_root
from regulation.console import known_portals
from regulation.findings import Finding, Mistyped, Refused
from regulation.loading import portal_folders
from relay.sealing.age import open_sealed
from relay.sealing.keys import make_keys, read_keys, rule_lines
from relay.sealing.opening import in_words, write

NEAR = 3
"""Agencies that are named to somebody who mistyped one."""

_CASE = re.compile(r"(?:V-?)?([0-9A-Z]{4})-?([0-9A-Z]{4})\Z", re.I)


def new_keys(
    file: Annotated[
        Path,
        typer.Argument(help="Tệp sẽ ghi khóa riêng, chưa có, ngoài kho Git.", metavar="TỆP"),
    ],
    agency: Annotated[
        str, typer.Option(help="Mã cơ quan giữ khóa, ví dụ thanh-tra-da-nang.", metavar="MÃ")
    ],
    recovery: Annotated[
        bool, typer.Option("--recovery", help="Khóa khôi phục, cất ngoài mạng.")
    ] = False,
    portal: Annotated[
        str,
        typer.Option(
            help="Mã cổng có cơ quan ấy. Không ghi: cơ quan của bất cứ cổng nào trong kho.",
            metavar="MÃ",
        ),
    ] = "",
) -> None:
    """Makes a pair of keys for sealed messages."""
    root = find_root(Path.cwd())
    every = [folder.name for folder in portal_folders(root / "content")]
    portals = known_portals(root, [portal] if portal else every)
    demand_agency(agency, {each: agency_ids(root / "content" / each) for each in portals})
    public = make_keys(file)
    key_id = f"khoa-{'khoi-phuc-' if recovery else ''}{agency}"
    print(f"✓ Khóa riêng: {file} (chỉ chủ tệp đọc được).")
    print("  Chép sang hai nơi cất ngoài mạng rồi xóa ở máy này; mất khóa là mất nội dung.")
    print("Ghi các dòng này vào mục sealing của portal.yml, rồi đề xuất như sửa quy chế:\n")
    print(rule_lines(key_id, agency, public, recovery))


def agency_ids(folder: Path) -> list[str]:
    """The agencies of a portal, as its file names them.

    Nothing else of the rules is read: whoever must replace a key need not mend another rule first.

    Raises:
        Refused: The file cannot be read.
    """
    path = folder / "agencies.yml"
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
        return [str(each["id"]) for each in read["agencies"]]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, KeyError):
        message = "Không đọc được danh sách cơ quan; hãy gõ cong check để xem lỗi."
        raise Refused([Finding(str(path), message)]) from None


def demand_agency(agency: str, there: Mapping[str, Sequence[str]]) -> None:
    """Refuses an agency that no portal has: nothing would ever be sealed to its key.

    Args:
        agency: What was typed.
        there: The agencies of every portal that is meant, by its id.

    Raises:
        Mistyped: None has it; names those that look like it.
    """
    if any(agency in ids for ids in there.values()):
        return
    every = dict.fromkeys(id_ for ids in there.values() for id_ in ids)
    begun = [id_ for id_ in every if agency and id_.startswith(agency)]
    near = list(dict.fromkeys([*begun, *difflib.get_close_matches(agency, every)]))[:NEAR]
    likely = f"; có phải {' hoặc '.join(f'“{each}”' for each in near)} không?" if near else "."
    message = (
        f"Cổng {', '.join(there)} không có cơ quan “{agency}”{likely} Mã cơ quan nằm trong "
        "agencies.yml."
    )
    raise Mistyped([Finding("--agency", message)])


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
