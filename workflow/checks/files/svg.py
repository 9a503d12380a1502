"""SVG drawings: a drawing is lines and words, and nothing that runs, moves or fetches.

A browser that opens an SVG by its address runs what is in it as it runs a page. What may stand in a
drawing is listed; all else is refused.
"""

import re
from collections.abc import Iterator
from xml.parsers import expat  # no entity is ever expanded: a DOCTYPE ends the reading

from regulation.files.recognise import recognise
from regulation.findings import Finding, Severity
from workflow.checks.files.clauses import STILL, harm

MAX_BYTES = 2_000_000
MAX_FINDINGS = 20

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"

_ELEMENTS = frozenset(
    """svg g defs symbol use title desc metadata path rect circle ellipse line polyline polygon text
    tspan textPath image linearGradient radialGradient stop pattern clipPath mask marker filter
    style switch a view feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix
    feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG
    feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight
    feSpecularLighting feSpotLight feTile feTurbulence""".split()
)
_MOVES = frozenset(("animate", "animateTransform", "animateMotion", "animateColor", "set", "mpath"))
_RUNS = frozenset(("script", "handler", "listener", "foreignObject", "iframe", "embed", "object"))
_XHTML = ("http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML")
_INSIDE = re.compile(r"\s*(?:#|data:image/(?:png|jpeg|gif|webp)[;,])", re.I)
_URL = re.compile(r"""url\(\s*(?!["']?\s*(?:#|data:image/(?:png|jpeg|gif|webp)[;,]))[^)\s]""", re.I)
_STYLE = re.compile(r"@import|expression\s*\(|-moz-binding|behavior\s*:|image-set|\bsrc\s*\(", re.I)
_MOTION = re.compile(r"@keyframes|@-webkit-keyframes|(?<![\w-])(?:animation|offset-path)\b", re.I)
_SCHEME = re.compile(r"(?:java|vb|live)script:|data:text", re.I)
_BLANK = re.compile(r"[\x00-\x20\u00a0\u200b-\u200f\ufeff]+")
_LENGTH = re.compile(r"\s*[-+]?[0-9]*\.?[0-9]+(?:e[-+]?[0-9]+)?", re.I)
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})""")


class _Stop(Exception):
    """No further reading."""


class _Reader:
    def __init__(self, path: str) -> None:
        self.path = path
        self.found: list[Finding] = []
        self.root = True
        self.style = 0
        self.words: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.ProcessingInstructionHandler = self.instruction

    def note(self, message: str, basis: str = "") -> None:
        line = self.parser.CurrentLineNumber
        self.found.append(Finding(self.path, message, line, basis=basis or harm(self.path)))
        if len(self.found) >= MAX_FINDINGS:
            raise _Stop

    def doctype(self, *_: object) -> None:
        self.note(
            "Hình SVG có dòng <!DOCTYPE …>, có thể làm treo máy đọc; hãy xóa cả khai báo ấy, hình "
            "không đổi."
        )
        raise _Stop

    def instruction(self, target: str, _: str) -> None:
        self.note(f"Hình SVG có chỉ thị <?{target[:40]} …?>; hãy xóa dòng ấy.")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        if self.root:
            self.root = False
            self.size(attributes)
        if space in _XHTML or (space == _SVG and name in _RUNS) or name.lower() == "script":
            self.note(
                f"Hình SVG có phần <{name[:40]}> chạy được như một trang mạng; hãy xóa phần ấy, "
                "hoặc xuất lại hình thành SVG đơn giản (Plain SVG) hoặc PNG."
            )
        elif space == _SVG and name in _MOVES:
            self.note(
                f"Hình SVG tự chuyển động (<{name}>); hãy bỏ phần chuyển động, hoặc đăng thành "
                "video.",
                STILL,
            )
        elif space in (_SVG, "") and name not in _ELEMENTS:
            self.note(
                f"Hình SVG có phần lạ <{name[:40]}>; hãy xuất lại hình thành SVG đơn giản (Plain "
                "SVG) hoặc PNG."
            )
        if space == _SVG and name == "style":
            self.style += 1
            self.words.clear()
        for key, value in attributes.items():
            self.attribute(key, value)

    def end(self, tag: str) -> None:
        if tag == f"{_SVG} style" and self.style:
            self.style -= 1
            self.css("".join(self.words))
            self.words.clear()

    def text(self, words: str) -> None:
        if self.style:
            self.words.append(words)

    def attribute(self, key: str, value: str) -> None:
        space, _, name = key.rpartition(" ")
        lower = name.lower()
        if not space and lower.startswith("on"):
            self.note(
                f"Hình SVG có mã chạy khi bấm hoặc khi mở ({lower[:40]}=…); hãy xóa thuộc tính ấy."
            )
        elif _SCHEME.search(_BLANK.sub("", value)):
            self.note(
                f"Hình SVG có địa chỉ chạy mã ở {lower[:40]}=… (javascript:); hãy xóa thuộc tính "
                "ấy."
            )
        elif (space in ("", _XLINK) and lower in ("href", "src")) and not _INSIDE.match(value):
            self.note(
                "Hình SVG lấy hoặc dẫn tới nội dung ở nơi khác "
                f"({lower}=…); hãy nhúng ảnh vào hình, còn liên kết thì đặt trong bài."
            )
        elif not space and lower == "style":
            self.css(value)
        elif "url(" in value.lower() and _URL.search(value):
            self.note(_FETCHES)

    def css(self, words: str) -> None:
        if "\\" in words:
            self.note("Kiểu trong hình SVG có dấu \\ che chữ; hãy xuất lại thành SVG đơn giản.")
        elif _STYLE.search(words) or _URL.search(words):
            self.note(_FETCHES)
        if _MOTION.search(words):
            self.note(
                "Kiểu trong hình SVG làm hình tự chuyển động; hãy bỏ phần chuyển động, hoặc đăng "
                "thành video.",
                STILL,
            )

    def size(self, attributes: dict[str, str]) -> None:
        sizes = [attributes[key] for key in ("width", "height") if key in attributes]
        sizes += attributes.get("viewBox", "").replace(",", " ").split()[2:4]
        for size in sizes:
            number = _LENGTH.match(size)
            if number and float(number[0]) <= 0:
                self.note(
                    "Hình SVG rộng hoặc cao bằng 0 nên không ai thấy; hãy sửa width, height, "
                    "viewBox của thẻ svg."
                )
                return


_FETCHES = (
    "Kiểu trong hình SVG lấy nội dung ở nơi khác (@import, url); hãy nhúng vào hình hoặc xóa đi."
)


def check(path: str, data: bytes) -> Iterator[Finding]:
    """What in an SVG runs, moves, fetches or cannot be read."""
    if not path.lower().endswith(".svg") and recognise(data).form != "svg":
        return
    if not data:
        return  # told by types
    if len(data) > MAX_BYTES:
        yield Finding(
            path, "Hình SVG lớn hơn 2 MB, quá nặng để xem trên điện thoại; hãy xuất thành PNG."
        )
        return
    encoding = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    try:
        data.decode("utf-8")
        if b"\0" in data or (encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii")):
            raise ValueError
    except ValueError:
        message = "Hình SVG không ở bảng mã UTF-8; hãy xuất lại từ chương trình vẽ."
        yield Finding(path, message, basis=harm(path))
        return
    reader = _Reader(path)
    try:
        reader.parser.Parse(data, True)
    except _Stop:
        pass
    except expat.ExpatError as error:
        message = "Hình SVG viết sai quy tắc XML ở dòng này; hãy xuất lại từ chương trình vẽ."
        reader.found.append(Finding(path, message, error.lineno))
    except (ValueError, RecursionError, MemoryError):
        message = "Không đọc được hình SVG; hãy xuất lại từ chương trình vẽ."
        reader.found.append(Finding(path, message, severity=Severity.ERROR))
    yield from reader.found
