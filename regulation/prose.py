"""The one reader of Markdown: what editors write, as HTML, links, anchors and faults.

The check and the page stand on the same parse, so that they cannot disagree on what is a link.
``read`` knows nothing of a site: in its HTML a token stands where an address or a word of the page
belongs. ``fill`` puts those in, and cleans last of all, since anybody may propose a text.
"""

import functools
import re
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.tables import TableProcessor
from markdown.extensions.toc import TocExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE, ETX, STX

from regulation.vietnamese import slug

MAX_BYTES = 1_000_000
"""A file of more than this is no article: it would take the reader minutes."""

MAX_BRACKETS = 500
"""For each open bracket the parser looks for its end: thousands would take it minutes."""

PAGE_IDS = frozenset(
    "about answer attachments comments contents corrections draft duties facts how law link main "
    "paid process q question so-lieu transcript where".split()
)
"""Ids that the templates of items use themselves: no heading of a text may take one."""

_ALT_BASIS = "Điều 18.1.c Thông tư 32/2017/TT-BTTTT"
_HEADING = re.compile(r"h([1-6])\Z")
_TOKEN = re.compile(f"{STX}cong:([aibt])([0-9]+){ETX}")
_BACK = re.compile(r"#fnref[0-9]*-")
"""Addresses that lead from a footnote back to its mark: the parser's own, so no link to check."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Characters that a page may not hold, and that somebody may write as ``&#2;``."""
_STASHED = re.compile(f"{STX}[^{STX}{ETX}]*{ETX}")

_CLEAN_TAGS = frozenset(
    "a abbr b blockquote br code dd del div dl dt em figcaption figure h2 h3 h4 h5 h6 hr i img ins "
    "kbd li mark ol p pre q s small strong sub sup table tbody td th thead tr u ul".split()
)
_CLEAN_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "*": frozenset(("id", "class", "lang", "title")),
    "a": frozenset(("href", "hreflang")),
    "img": frozenset("src srcset sizes alt width height loading decoding".split()),
    "ol": frozenset(("start",)),
    "th": frozenset(("scope",)),
    "div": frozenset(("role", "tabindex", "aria-label")),
}
_CLASSES = frozenset("footnote footnote-ref footnote-backref num mid scroll toc note".split())
_WRITTEN_TAGS = frozenset("abbr b br del em i ins kbd mark q s small strong sub sup u".split())
"""What an editor may write as HTML, bare: what Markdown has no sign for, and their like."""

_HTML_TAGS = frozenset(
    "a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink "
    "blockquote body br button canvas caption center cite code col colgroup data datalist dd del "
    "details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form frame "
    "frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img input ins kbd label "
    "legend li link main map mark marquee math menu meta meter nav nobr noscript object ol "
    "optgroup option output p param picture portal pre progress q rp rt ruby s samp script search "
    "section select slot small source span strike strong style sub summary sup svg table tbody td "
    "template textarea tfoot th thead time title tr track tt u ul var video wbr xmp".split()
)
"""Names that a browser knows. Between angle brackets anything else is only text."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link or picture of a text.

    Attributes:
        target: As written, its entities and escapes undone.
        text: The words of the link, or a picture's text alternative.
        line: Line of the text, from 1.
        image: Whether it is a picture.
    """

    target: str
    text: str
    line: int
    image: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text: on which of its lines, and what to do."""

    line: int
    message: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A Markdown text, read.

    Attributes:
        html: HTML with tokens where addresses and words of the page belong; not yet clean.
        links: Every link and picture, in the order of their tokens.
        anchors: Every id in the text.
        headings: Its highest headings as (anchor, words), for a list of contents.
        faults: What the text loses or distorts, by line.
    """

    html: str
    links: tuple[Link, ...] = ()
    anchors: frozenset[str] = frozenset()
    headings: tuple[tuple[str, str], ...] = ()
    faults: tuple[Fault, ...] = ()


@functools.lru_cache(maxsize=100_000)
def read(markdown: str, level: int = 2, prefix: str = "") -> Text:
    """A Markdown text, read once a process however often it is asked for. Never raises.

    Args:
        markdown: The text.
        level: Level of its highest headings on their page.
        prefix: Stands before every id, where one page shows several texts.
    """
    if _depth(markdown) > MAX_BRACKETS:
        message = (
            f"Đoạn này mở hơn {MAX_BRACKETS} dấu “[” mà chưa đóng; hãy bỏ bớt, hoặc gửi "
            "phần ấy thành tệp đính kèm."
        )
        return Text("", faults=(Fault(1, message),))
    with _LOCK:
        try:
            return _read(markdown, level, prefix)
        except Exception:  # a third party's parser, and a text from anybody
            _parser.cache_clear()  # it may be left half-way
            message = (
                "Cổng không đọc được đoạn này (danh sách, trích dẫn hoặc chú thích lồng nhau quá "
                "nhiều tầng); hãy viết đơn giản hơn."
            )
            return Text("", faults=(Fault(1, message),))


def _depth(markdown: str) -> int:
    """How many square brackets are open at once at most."""
    open_now = most = 0
    for bracket in re.findall(r"[\[\]]", markdown):
        open_now = open_now + 1 if bracket == "[" else max(0, open_now - 1)
        most = max(most, open_now)
    return most


_LOCK = threading.RLock()  # one parser serves every text, one text after the other


def fill(
    text: Text,
    link: Callable[[Link], str],
    picture: Callable[[Link], Mapping[str, str]],
    words: Mapping[str, str],
) -> str:
    """Clean HTML of a text, for its page.

    Args:
        text: The text.
        link: The address that a link's element gets.
        picture: The attributes that a picture's element gets, its address among them.
        words: What the page says around footnotes and tables: ``back_to_text``, ``table``.
    """

    def put(token: re.Match[str]) -> str:
        kind, number = token[1], int(token[2])
        if kind == "a":
            return escape(link(text.links[number]))
        if kind == "i":
            given = dict(picture(text.links[number]))
            source = escape(given.pop("src"))  # the token stands in this attribute
            return source + "".join(f'" {key}="{escape(value)}' for key, value in given.items())
        if kind == "b":
            return escape(words["back_to_text"].format(number))
        return escape(f"{words['table']} {number}")

    return _clean(_TOKEN.sub(put, text.html), lambda name, value: None)


def _clean(html: str, seen: Callable[[str, str], None]) -> str:
    """HTML without anything that runs, dresses up as the page, or leads where none should go."""

    def keep(tag: str, name: str, value: str) -> str | None:
        if name == "class":
            # A text may not dress up as a part of the page.
            return " ".join(word for word in value.split() if word in _CLASSES) or None
        if name == "id" and value in PAGE_IDS:
            return None
        seen(name, value)
        return value

    cleaned = nh3.clean(
        html,
        tags=set(_CLEAN_TAGS),
        attributes={tag: set(names) for tag, names in _CLEAN_ATTRIBUTES.items()},
        attribute_filter=keep,
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel"},
    )
    return _CONTROLS.sub("", cleaned)


class _Notes:
    """What is noted while a text is parsed: faults and links, each with words to find it by."""

    def __init__(self) -> None:
        self.faults: list[tuple[str, str, str]] = []
        self.links: list[tuple[str, str, bool]] = []
        self.codes: list[str] = []
        self.tags: Counter[str] = Counter()
        self.level = 2
        self.prefix = ""

    def fault(self, needle: str, message: str, basis: str = "") -> None:
        self.faults.append((needle, message, basis))


def _without(codes: list[str], text: str) -> str:
    """A text with pieces of code, given in their order, taken out; its lines are kept."""
    parts, at = [], 0
    for code in codes:
        if code and (found := text.find(code, at)) >= 0:
            parts += [text[at:found], re.sub(r"[^\n]", " ", code)]
            at = found + len(code)
    return "".join([*parts, text[at:]])


class _Lines:
    """Lines of what the parser found. It knows no places, so they are looked for in the text."""

    def __init__(self, text: str, fences: list[str], codes: list[str]) -> None:
        # What stands in code is no link, however much it looks like one.
        self.text = _without(codes, _without(fences, f"\n{text}\n"))
        self.breaks = [at for at, letter in enumerate(self.text) if letter == "\n"]
        self.at = 0
        self.last: dict[str, int] = {}

    def next(self, needle: str) -> int:
        """The line where the text says something after what was asked for before."""
        found = self._find(needle, max(self.at, self.last.get(needle, 0)))
        if found < 0:
            return self.of(needle)
        self.at = self.last[needle] = found + len(needle)
        return self._line(found)

    def of(self, needle: str) -> int:
        """The line where the text says something next; of its last place when there is no next."""
        found = self._find(needle, self.last.get(needle, 0))
        if found >= 0:
            self.last[needle] = found + len(needle)
        elif needle in self.last:
            found = self.last[needle] - len(needle)
        elif needle != needle.strip():
            return self.of(needle.strip())
        return self._line(max(found, 0))

    def _line(self, at: int) -> int:
        """The line of a place; the text has one line break put before it."""
        return max(1, bisect_left(self.breaks, at + (self.text[at] == "\n")))

    def _find(self, needle: str, at: int) -> int:
        while needle and (at := self.text.find(needle, at)) >= 0:
            before, after = self.text[at - 1 : at], self.text[at + len(needle) :][:1]
            # “a.md” does not stand in “xa.md”, nor “#muc” in “#muc-2”.
            if not (before + needle[0]).isalnum() and not (after.isalnum() or after == "-"):
                return at
            at += 1
        return -1


def _read(markdown: str, level: int, prefix: str) -> Text:
    parser, references, notes = _parser()
    parser.reset()
    notes.__init__()  # type: ignore[misc]
    notes.level, notes.prefix = level, prefix
    html = parser.convert(markdown)
    _note_definitions(references, notes)
    ids: Counter[str] = Counter()
    stray: list[str] = []
    backs: set[str] = set()

    def seen(name: str, value: str) -> None:
        if name == "id":
            ids[value] += 1
        elif name == "href" and _BACK.match(f"#{value[1:].removeprefix(prefix)}"):
            backs.add(value[1:])
        elif name in ("href", "src") and not (_TOKEN.fullmatch(value) or value.startswith("#")):
            stray.append(value)

    _clean(html, seen)
    for anchor, times in ids.items():
        if times > 1:
            message = f"Tên mục “{anchor}” đặt ở {times} chỗ; hãy đổi để mỗi chỗ một tên."
            notes.fault(f"#{anchor.removeprefix(prefix)}", message)
    if not notes.faults and (dead := sorted(backs - ids.keys())):
        mark = f"[^{dead[0].partition('fnref')[2].partition('-')[2]}]"
        message = f"Dấu chú thích {mark} không mang tên riêng được; hãy bỏ {{: … }} ngay sau dấu."
        notes.fault(mark, message)
    for value in stray:  # none that we know of; a text must not bring one past the check
        notes.fault(value, f"Địa chỉ “{value}” đặt sai chỗ; hãy viết [chữ](địa chỉ).")
    for tag, unclosed in notes.tags.items():
        if unclosed:
            message = f"Thẻ <{tag}> mở và đóng không đủ đôi; hãy viết <{tag}>…</{tag}>."
            notes.fault(f"<{tag}>", message)
    stashed = [str(raw) for raw in parser.htmlStash.rawHtmlBlocks]
    fences = [unescape(re.sub("<[^>]*>", "", raw)) for raw in stashed if raw.startswith("<pre")]
    lines = _Lines(markdown, fences, notes.codes)
    links = tuple(
        Link(_own(target, prefix, ids), words, lines.next(target), image)
        for target, words, image in notes.links
    )
    lines.last.clear()
    faults = {Fault(lines.of(needle), said, basis) for needle, said, basis in notes.faults}
    tokens: list[dict[str, Any]] = getattr(parser, "toc_tokens", [])
    return Text(
        html=html,
        links=links,
        anchors=frozenset(ids),
        headings=tuple(
            (prefix + str(token["id"]), str(token["name"]))
            for token in _flat(tokens)
            if token["level"] == level
        ),
        faults=tuple(sorted(faults, key=lambda fault: (fault.line, fault.message))),
    )


def _own(target: str, prefix: str, ids: Mapping[str, int]) -> str:
    """A link within a text whose ids carry a prefix."""
    mine = f"#{prefix}{target[1:]}"
    return mine if prefix and target.startswith("#") and mine[1:] in ids else target


def _note_definitions(references: "_References", notes: _Notes) -> None:
    """Addresses that were defined and never used: their line is nowhere on the page."""
    for name, (href, _) in references.items():
        if name not in references.used:
            message = (
                f"Dòng “[{name}]: …” không hiện trên trang vì bài không dùng đến; hãy bỏ dòng ấy, "
                "hoặc viết \\[ nếu đó là lời văn."
            )
            notes.fault(href, message)
    for name in references.twice:
        message = f"Địa chỉ “[{name}]: …” ghi hai lần; hãy giữ một."
        notes.fault(references[name][0], message)


def _flat(tokens: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The headings of a table of contents, one after the other."""
    found = []
    for token in tokens:
        found += [token, *_flat(token["children"])]
    return found


def _anchor(text: str, separator: str) -> str:
    try:
        anchor = slug(text, 60)
    except ValueError:
        return "muc"
    return f"{anchor}-muc" if anchor in PAGE_IDS else anchor


@functools.cache
def _parser() -> tuple[Markdown, "_References", _Notes]:
    """The parser with its extensions, made once, and where it notes what it meets."""
    notes, references = _Notes(), _References()
    parser = Markdown(
        extensions=[
            _Footnotes(notes),
            TocExtension(slugify=_anchor, permalink=False),
            "markdown.extensions.attr_list",
            "markdown.extensions.def_list",
            "markdown.extensions.abbr",
            "markdown.extensions.sane_lists",
            "markdown.extensions.fenced_code",
            _Ours(notes),
        ],
        output_format="html",
    )
    parser.references = references
    return parser, references, notes


class _References(dict[str, tuple[str, str]]):
    """Addresses defined in a text, which remember who asked for them."""

    def __init__(self) -> None:
        super().__init__()
        self.used: set[str] = set()
        self.twice: list[str] = []

    def __getitem__(self, name: str) -> tuple[str, str]:
        self.used.add(name)
        return super().__getitem__(name)

    def __setitem__(self, name: str, value: tuple[str, str]) -> None:
        if name in self:
            self.twice.append(name)
        super().__setitem__(name, value)

    def clear(self) -> None:
        super().clear()
        self.used.clear()
        self.twice.clear()


class _Footnotes(FootnoteExtension):
    """Footnotes that tell when one is lost: defined twice, or never referred to."""

    def __init__(self, notes: _Notes) -> None:
        super().__init__(BACKLINK_TITLE=f"{STX}cong:b{{}}{ETX}", SEPARATOR="-")
        self.notes = notes

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the library's name)
        super().extendMarkdown(md)
        # After inline patterns (20), which meet the references.
        md.treeprocessors.register(_Unreferred(md, self, self.notes), "cong-footnotes", 16)

    def setFootnote(self, id: str, text: str) -> None:  # noqa: N802 (the library's names)
        if id in self.footnotes:
            self.notes.fault(f"[^{id}]:", f"Chú thích [^{id}] viết hai lần; hãy đổi số một chỗ.")
        super().setFootnote(id, text)


class _Unreferred(Treeprocessor):
    def __init__(self, md: Markdown, footnotes: FootnoteExtension, notes: _Notes) -> None:
        super().__init__(md)
        self.footnotes = footnotes
        self.notes = notes

    def run(self, root: Element) -> None:
        for name in self.footnotes.footnotes:
            if name not in self.footnotes.footnote_order:
                message = (
                    f"Chú thích [^{name}] không được nhắc đến trong bài; hãy đánh dấu [^{name}] ở "
                    "chỗ cần chú thích, hoặc bỏ đi."
                )
                self.notes.fault(f"[^{name}]:", message)


class _Ours(Extension):
    """Our changes to what Python-Markdown does."""

    def __init__(self, notes: _Notes) -> None:
        super().__init__()
        self.notes = notes

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the library's name)
        # No block of HTML is taken as it is: each tag is looked at where it stands.
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.register(_Tags(md, self.notes), "html", 90)
        md.ESCAPED_CHARS += ["|", "<"]
        tables = _TableProcessor(md.parser, {"use_align_attribute": True})
        tables.notes = self.notes
        md.parser.blockprocessors.register(tables, "table", 75)
        # After inline patterns (20) have made links and pictures.
        md.treeprocessors.register(_Leftovers(md, self.notes), "cong-leftovers", 17)
        # Before the table of contents (5) reads the levels of the headings.
        md.treeprocessors.register(_Headings(md, self.notes), "cong-headings", 6)
        # After lists of attributes (8), which may set any.
        md.treeprocessors.register(_Links(md, self.notes), "cong-links", 4)
        md.treeprocessors.register(_Tables(md), "cong-tables", 3)
        md.treeprocessors.register(_Figures(md), "cong-figures", 2)
        md.treeprocessors.register(_Prefix(md, self.notes), "cong-prefix", 1)


class _Tags(InlineProcessor):
    """HTML in a text: a few bare tags pass, others are refused, and what is no tag is text."""

    def __init__(self, md: Markdown, notes: _Notes) -> None:
        super().__init__(r"<(!--|/?[A-Za-z][^\s<>/@]*)([^<>]*>)?", md)
        self.notes = notes

    def handleMatch(  # type: ignore[override]  # noqa: N802 (the library's name)
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        name = m[1].strip("/").lower()
        start = m.start()
        if m[1] == "!--":
            message = (
                "Lời ghi chú <!-- … --> không được dùng: kho ai cũng đọc được; hãy bỏ đi, hoặc "
                "viết \\<!-- nếu là lời văn."
            )
            self.notes.fault("<!--", message)
        elif name in _WRITTEN_TAGS and m[2] in (">", "/>", " />"):
            if name != "br":
                self.notes.tags[name] += -1 if m[1].startswith("/") else 1
            stash = self.md.htmlStash.store(f"<{m[1].lower()}>")
            return stash, start, m.end()
        elif name in _WRITTEN_TAGS and m[2]:
            message = f"Thẻ <{name}> chỉ được viết trơn; hãy bỏ phần sau tên thẻ."
            self.notes.fault(f"<{m[1]}", message)
        elif name in _HTML_TAGS and (m[2] or name in ("script", "style", "iframe")):
            message = (
                f"Thẻ HTML <{name}> không được dùng; hãy viết bằng Markdown hoặc đính kèm tệp (nếu "
                f"là lời văn thì viết \\<{name}>)."
            )
            if name == "a":
                message = "Thẻ HTML <a> không được dùng; hãy viết liên kết là [chữ](địa chỉ)."
            elif name == "img":
                message = "Thẻ HTML <img> không được dùng; hãy viết ảnh là ![lời mô tả](tệp)."
            self.notes.fault(f"<{m[1]}", message)
        return "&lt;", start, start + 1


class _TableProcessor(TableProcessor):
    """Tables whose rows are counted: a cell too many would be dropped without a word."""

    notes: _Notes

    def _build_row(self, row: str, parent: Element, align: Any) -> None:
        given = len(self._split_row(row))  # type: ignore[attr-defined]
        if given != len(align):
            message = (
                f"Dòng này của bảng có {given} ô, dòng tiêu đề có {len(align)} ô; hãy thêm hoặc "
                "bớt dấu | (trong ô thì viết \\|)."
            )
            self.notes.fault(f"\n{row}\n", message)
        super()._build_row(row, parent, align)  # type: ignore[misc]


_LEFTOVERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"\[\^[^\]\s]+\]"),
        "Không có lời chú thích cho {}; hãy thêm dòng “{}: …” ở cuối bài.",
    ),
    (
        re.compile(r"\]\[[^\]\n]*\]|\]\([^\s)]*"),
        "Chỗ “{}” giống liên kết nhưng không đọc được; hãy viết [chữ](địa chỉ), hoặc \\[ nếu là "
        "lời văn.",
    ),
    (
        re.compile(r"^ {0,3}(?:```+|~~~+)", re.M),
        "Khối mã mở bằng {} mà chưa đóng; hãy thêm một dòng {} ở cuối khối.",
    ),
    (
        re.compile(r"^ *\|?(?: *:?-+:? *\|)+(?: *:?-+:? *)?$", re.M),
        "Bảng có dòng “{}” không đọc được; hãy để một dòng trống phía trên bảng, và cho dòng tiêu "
        "đề với dòng gạch cùng số ô.",
    ),
)
"""Signs of Markdown that are still there as text when all is read, and what to do."""


class _Leftovers(Treeprocessor):
    """Notes what was meant as Markdown and would be shown as it was typed."""

    def __init__(self, md: Markdown, notes: _Notes) -> None:
        super().__init__(md)
        self.notes = notes

    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.tag == "code":
                self.notes.codes.append(unescape(element.text or ""))
            elif element.text:
                self.look(element.text)
            if element.tail:
                self.look(element.tail)

    def look(self, text: str) -> None:
        for pattern, message in _LEFTOVERS:
            for match in pattern.finditer(text):
                shown = _STASHED.sub("", match[0]).strip()
                self.notes.fault(shown, message.format(shown, shown))


class _Headings(Treeprocessor):
    """The page has its own first headings: the text's begin below them, and no level is missed."""

    def __init__(self, md: Markdown, notes: _Notes) -> None:
        super().__init__(md)
        self.notes = notes

    def run(self, root: Element) -> None:
        above: list[int] = []
        for element in root.iter():
            if (name := element.get("id")) in PAGE_IDS:
                message = f"Tên mục “{name}” cổng đã dùng; hãy đặt tên khác."
                self.notes.fault(f"#{name}", message)
                del element.attrib["id"]
            if match := _HEADING.match(str(element.tag)):
                given = int(match[1])
                above = [*(level for level in above if level < given), given]
                element.tag = f"h{min(6, self.notes.level + len(above) - 1)}"


class _Links(Treeprocessor):
    """Notes every link and picture, and leaves a token for its address."""

    def __init__(self, md: Markdown, notes: _Notes) -> None:
        super().__init__(md)
        self.notes = notes

    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.tag == "a" and not _BACK.match(element.get("href", "")):
                self.note(element, "href", ("class", "title", "id"))
            elif element.tag == "img":
                self.note(element, "src", ("alt", "class", "title", "id"))

    def note(self, element: Element, key: str, kept: tuple[str, ...]) -> None:
        image = key == "src"
        target = self.plain(element.get(key, ""))
        words = self.plain(element.get("alt", "") if image else "".join(element.itertext()))
        shows = any(picture.get("alt") for picture in element.iter("img"))
        if image and not words:
            message = "Ảnh thiếu lời mô tả; hãy viết vào giữa hai ngoặc vuông ![…]."
            self.notes.fault(target, message, _ALT_BASIS)
        elif not target:
            sign = f"![{words}](…)" if image else f"[{words}](…)"
            self.notes.fault(words, f"Chỗ “{sign}” chưa có địa chỉ; hãy điền địa chỉ.")
        elif not image and not words and not shows:
            message = f"Liên kết đến “{target}” không có chữ; hãy viết chữ vào giữa […]."
            self.notes.fault(target, message)
        for name in [name for name in element.attrib if name not in kept]:
            del element.attrib[name]
        element.set(key, f"{STX}cong:{'i' if image else 'a'}{len(self.notes.links)}{ETX}")
        self.notes.links.append((target, words, image))

    def plain(self, text: str) -> str:
        """What a reader sees of a text in the tree, entities and escapes undone."""
        text = re.sub(f"{STX}([0-9]+){ETX}", lambda m: chr(int(m[1])), text)
        text = unescape(_STASHED.sub("", text.replace(AMP_SUBSTITUTE, "&")))
        return " ".join(_CONTROLS.sub("", text).split())


class _Tables(Treeprocessor):
    """A table scrolls inside a box of its own that the keyboard can reach."""

    def run(self, root: Element) -> None:
        parents = {child: parent for parent in root.iter() for child in parent}
        for number, table in enumerate(list(root.iter("table")), start=1):
            for cell in table.iter():
                if cell.tag == "th":
                    cell.set("scope", "col")
                align = cell.attrib.pop("align", "")
                if align in ("right", "center"):
                    cell.set("class", "num" if align == "right" else "mid")
            parent = parents[table]
            box = Element("div", {"class": "scroll", "role": "region", "tabindex": "0"})
            box.set("aria-label", f"{STX}cong:t{number}{ETX}")
            box.tail, table.tail = table.tail, "\n"
            parent[list(parent).index(table)] = box
            box.append(table)


class _Figures(Treeprocessor):
    """A picture alone in its paragraph, with a title, becomes a figure with that caption."""

    def run(self, root: Element) -> None:
        for paragraph in root.iter("p"):
            children = list(paragraph)
            if len(children) != 1 or children[0].tag != "img" or (paragraph.text or "").strip():
                continue
            image = children[0]
            if (image.tail or "").strip():
                continue
            paragraph.tag = "figure"
            title = image.attrib.pop("title", "")
            if title:
                SubElement(paragraph, "figcaption").text = title


class _Prefix(Treeprocessor):
    """Ids of a text that shares its page with another get a name of their own in front."""

    def __init__(self, md: Markdown, notes: _Notes) -> None:
        super().__init__(md)
        self.notes = notes

    def run(self, root: Element) -> None:
        for element in root.iter():
            if name := element.get("id"):
                element.set("id", self.notes.prefix + name)
            if _BACK.match(href := element.get("href", "")):
                element.set("href", f"#{self.notes.prefix}{href[1:]}")
