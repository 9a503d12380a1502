"""The small portal "tỉnh Mẫu" as a whole checkout: every kind of page, ready to be built.

It lies on the fixture of tests/regulation and adds what a build draws: pictures, a recording, a
draft, a tombstone, a moved page, a sample.
"""

import atexit
import datetime as dt
import functools
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from plugins.build import build
from plugins.prepare import prepare
from plugins.site import Site
from regulation.yamlfile import VIETNAM
from tests.regulation.conftest import FIXTURES, House

ROOT = Path(__file__).resolve().parents[1]
PORTAL = "portal-nho"
PORTALS = ("quangnam-cchc", "quangnam", "laocai-cchc", "khanhhoa-dvc")
NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=VIETNAM)

TCVN3 = "Chñ tÞch Uû ban nh©n d©n tØnh ®· ký quyÕt ®Þnh vÒ viÖc c¶i c¸ch hµnh chÝnh"
"""Vietnamese as fonts of the nineties wrote it."""

Tree = Mapping[str, bytes]
"""Every file of a folder by its name, with what it holds."""


class Small(House):
    """The small portal in a checkout of its own, which a test may spoil."""

    @property
    def output(self) -> Path:
        """Where the command builds the portal."""
        return self.root / "output" / PORTAL

    def build(
        self,
        output: Path | None = None,
        now: dt.datetime = NOW,
        *,
        production: bool = False,
        allow_samples: bool = False,
    ) -> Path:
        """Builds the portal in this process."""
        target = output or self.output
        build(self.root, PORTAL, target, now, production=production, allow_samples=allow_samples)
        return target

    def site(self, now: dt.datetime = NOW, production: bool = False) -> Site:
        """What a build of the portal knows."""
        return prepare(
            root=self.root,
            portal_id=PORTAL,
            theme=ROOT / "theme",
            output=self.root / "drawn",
            cache=self.root / ".cache",
            now=now,
            production=production,
            allow_samples=production,
        )

    def cong(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs the real command in the checkout."""
        return cong(self.root, *words, **environment)


def cong(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the real command in a folder, as from a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "cong", *words],
        cwd=folder,
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )


@functools.cache
def _data_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="cong-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without what changes colours, widths or the portal."""
    dropped = ("NO_COLOR", "FORCE_COLOR", "CONG_PORTAL", "COLUMNS", "PYTHONHASHSEED")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    # What a command keeps for its user is not kept for whoever runs the tests.
    kept["XDG_DATA_HOME"] = str(_data_folder())
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **more}


def small(root: Path) -> Small:
    """Makes the checkout of the small portal in an empty folder."""
    folder = root / "content" / PORTAL
    shutil.copytree(FIXTURES / PORTAL, folder)
    for name in ("pelicanconf.py", "publishconf.py"):
        shutil.copyfile(ROOT / name, root / name)
    (root / "pyproject.toml").write_text("", encoding="utf-8")
    (root / "theme").symlink_to(ROOT / "theme")
    made = Small(root, folder)
    files: dict[str, str | bytes] = {**pictures(), **FILES, **ITEMS}
    for name, data in files.items():
        if not (folder / name).exists():
            made.write(name, data)
    return made


def tree(folder: Path) -> Tree:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def beside(folder: Path) -> list[str]:
    """What lies beside a folder, hidden folders of a build included."""
    return sorted(path.name for path in folder.parent.iterdir() if path != folder)


def article(
    name: str, title: str = "Một tin", more: str = "", body: str = "Nội dung.", posted: str = ""
) -> str:
    """A faultless news item."""
    return f"""---
id: {name}
title: {title}
summary: Tóm tắt của {name}.
posted: {posted or "2026-04-01 08:00"}
agency: so-noi-vu
source: Sở Nội vụ
{more.strip()}
---

{body}
""".replace("\n\n---", "\n---")


def document(
    name: str, number: str, form: str, issued: str, area: str, standing: str = "in-force"
) -> str:
    """A faultless legal document."""
    return f"""---
id: {name}
title: Văn bản {number}
summary: Tóm tắt của {name}.
posted: 2026-05-01 08:00
agency: so-tai-chinh-moi
source: Ủy ban nhân dân tỉnh Mẫu
number: {number}
form: {form}
issuer: Ủy ban nhân dân tỉnh Mẫu
issued: {issued}
standing: {standing}
abstract: Về việc {name}
area: {area}
---

Nội dung {name}.
"""


def jpeg(
    width: int = 900, height: int = 600, orientation: int = 1, secret: str = "Nguyen Van A"
) -> bytes:
    """A photograph with what a camera writes into it: place, owner, how it was held."""
    picture = Image.new("RGB", (width, height), "#337755")
    picture.paste("#ffffff", (0, 0, width // 4, height // 4))
    exif = Image.Exif()
    exif[0x0112] = orientation
    if secret:
        exif[0x9C9D] = secret.encode("utf-16-le")
        exif[0x013B] = secret
        place = exif.get_ifd(0x8825)
        place[1], place[2] = "N", (15.0, 34.0, 12.0)
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif, quality=90)
    return file.getvalue()


def png(width: int = 300, height: int = 200) -> bytes:
    """A small picture with a see-through ground."""
    file = io.BytesIO()
    Image.new("RGBA", (width, height), (10, 90, 140, 120)).save(file, "PNG")
    return file.getvalue()


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}"><path d="M0 0h9v9z"/></svg>'


def pictures() -> dict[str, bytes]:
    """The pictures of the small portal."""
    return {"media/cau.jpg": jpeg(secret=""), "media/huy-hieu.png": png()}


FILES: Mapping[str, str] = {
    "mark.svg": SVG.format(44, 44),
    "media/so-do.svg": SVG.format(640, 360),
    "media/phieu.txt": "Phiếu góp ý\n",
    "media/ban-tin.mp3": "ID3 (not really a recording)",
}

ITEMS: Mapping[str, str] = {
    "tin-tuc/2026/cau-moi.md": article(
        "cau-moi",
        "Khánh thành cầu mới",
        """
picture: {file: media/cau.jpg, alt: Cây cầu nhìn từ bờ Bắc, caption: Cầu mới}
attachments:
  - {file: media/phieu.txt, title: Phiếu góp ý}
happened: 2026-03-31
keywords: [cầu, giao thông]
""",
        """# Mở đầu

Xem [họp Ban](hop-ban.md), viết về <ban@example.vn>.[^1]

![Sơ đồ cầu](../../media/so-do.svg "Sơ đồ nhịp chính")

## Kinh phí

| Việc | Số tiền |
|------|--------:|
| Cầu  | 12      |

[^1]: Thư điện tử của Ban.
""",
    ),
    "tin-tuc/2026/ban-nhap.md": article("ban-nhap", "Bài còn nháp", "status: draft"),
    "tin-tuc/2026/da-go.md": article(
        "da-go",
        "Tin đã gỡ",
        'status: withdrawn\nwithdrawn: {date: 2026-06-01, reason: "Đăng nhầm", instead: hop-ban}',
    ),
    "tin-tuc/2026/doi-cho.md": article(
        "doi-cho", "Tin đổi chỗ", "moved_from: [/tin-tuc/2026/cho-cu/]"
    ),
    "tin-tuc/2026/mau.md": article("mau", "Tin mẫu", "sample: true"),
    "gop-y/2026/du-thao.md": """---
id: du-thao
title: Dự thảo quy định
summary: Lấy ý kiến về dự thảo.
posted: 2026-11-01 08:00
agency: van-phong
source: Văn phòng
opens: 2026-11-02
closes: 2026-12-15
drafted_by: van-phong
address: Văn phòng Ủy ban nhân dân tỉnh Mẫu
comments:
  - {who: Ông A, date: 2026-11-10, text: Nên rõ hơn., answer: Đã sửa.}
---

Nội dung dự thảo.
""",
    "thu-tuc/2026/cap-giay.md": """---
id: cap-giay
title: Cấp giấy
summary: Thủ tục cấp giấy.
posted: 2026-02-02 08:00
agency: van-phong
source: Văn phòng
code: 1.000001
level: tinh
area: Hành chính
who: Mọi công dân.
papers:
  - {name: Đơn, originals: 1, form: media/phieu.txt}
channels:
  - {way: in-person, place: Một cửa, time: 3 ngày, fee: Không}
steps: [Nộp đơn, Nhận giấy]
time_limit: 3 ngày làm việc
fee: Không
result: Giấy
decided_by: Văn phòng
online: full
legal_basis: [Luật Hộ tịch]
---
""",
    "am-thanh/2026/ban-tin.md": """---
id: ban-tin
title: Bản tin
summary: Bản tin phát thanh.
posted: 2026-03-03 08:00
agency: so-noi-vu
source: Sở Nội vụ
form: audio
file: media/ban-tin.mp3
transcript: Xin chào quý vị.
pictures:
  - {file: media/huy-hieu.png, alt: Huy hiệu}
---
""",
    "van-ban/2026/ke-hoach.md": document(
        "ke-hoach", "12/KH-UBND", "ke-hoach", "2026-04-20", "Tài chính"
    ),
    "van-ban/2026/chi-thi.md": document(
        "chi-thi", "03/CT-UBND", "chi-thi", "2025-07-07", "Tài chính", "expired"
    ),
}
