"""Whether a built site may be shown: every page whole, and no way within it that leads nowhere."""

import hashlib
import importlib.metadata
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from justhtml import JustHTML
from justhtml.dom import Element, Node, Text

from regulation.findings import Finding
from regulation.library import Library
from regulation.places import MAIN_MARK, RELAY
from workflow.publish.release import lost, standing

_LINKING = ("href", "src", "poster", "action", "formaction", "data", "cite")
_CSS_URL = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")
_REFRESH = re.compile(r"""url\s*=\s*["']?([^"']+)""", re.IGNORECASE)
_HOST = "cong.invalid"
"""The host below which links are resolved; one that leads out of it leads out of the site."""

_MANY = 20
"""So many faults are told one by one; who made the first ones made the others alike."""


@dataclass(frozen=True, slots=True)
class Page:
    """What verifying needs to know of a page.

    Attributes:
        links: Everything it leads to, embeds or sends to, as it is written.
        anchors: The ids in it.
        faults: What a browser would complain of, with the line, and what a reader would miss.
        samples: Whether it says of itself that its content is a sample.
    """

    links: frozenset[str]
    anchors: frozenset[str]
    faults: tuple[tuple[int, str], ...]
    samples: bool = False


def read_page(text: str) -> Page:
    """A page as a browser reads it, with what the parser finds to complain of.

    Browsers mend what is missing at the end without a word, and so does the parser: that a page is
    whole is seen by its last tag.
    """
    document = JustHTML(text, sanitize=False, collect_errors=True)
    faults = [
        (error.line or 0, f"HTML sai ở cột {error.column or 0} ({error.code})")
        for error in document.errors
    ]
    links: set[str] = set()
    anchors: list[str] = []
    headings = 0
    language = title = ""
    samples = False
    open_nodes: list[Node | Text] = [document.root]
    while open_nodes:
        node = open_nodes.pop()
        open_nodes += getattr(node, "children", None) or ()
        if not isinstance(node, Element):
            continue
        attributes: Mapping[str, str | None] = node.attrs
        if node.name == "html":
            language = attributes.get("lang") or ""
        elif node.name == "title" and not title:
            title = node.to_text()
        elif node.name == "h1":
            headings += 1
        links.update(attributes[name] or "" for name in _LINKING if name in attributes)
        for part in (attributes.get("srcset") or "").split(","):
            links.update(part.split()[:1])
        if (attributes.get("http-equiv") or "").lower() == "refresh":
            links.update(_REFRESH.findall(attributes.get("content") or ""))
        if identifier := attributes.get("id"):
            anchors.append(identifier)
        samples = samples or "sample" in (attributes.get("class") or "").split()
    if not text.rstrip().endswith("</html>"):
        faults.append((0, "trang bị cụt, không có </html> ở cuối"))
    if not language:
        faults.append((0, "trang không ghi ngôn ngữ"))
    if not title.strip():
        faults.append((0, "trang không có tên"))
    if headings != 1:
        faults.append((0, f"trang có {headings} tiêu đề chính, phải có đúng một"))
    twice = {anchor for anchor in anchors if anchors.count(anchor) > 1} if _repeat(anchors) else ()
    faults += [(0, f"mã “{anchor}” có hai lần trong trang") for anchor in sorted(twice)]
    return Page(frozenset(links), frozenset(anchors), tuple(faults), samples)


def _filled(text: str) -> str:
    """The frame of the relay as people meet it: with a heading where its words go."""
    return text.replace(MAIN_MARK, "<h1>…</h1>", 1)


def _repeat(names: list[str]) -> bool:
    return len(set(names)) < len(names)


def verify(
    folder: Path,
    address: str,
    library: Library,
    before: Mapping[str, str],
    *,
    base: str = "",
    allow_samples: bool = False,
    memory: Path | None = None,
) -> list[Finding]:
    """What keeps a built site from being shown.

    Args:
        folder: The site.
        address: The address that the portal gives itself.
        library: The items it was built from.
        before: What stood on the last release (``Release.items``); empty for the first one.
        base: The path below which the site will stand.
        allow_samples: Let samples be shown, for a demonstration.
        memory: A file that remembers faultless pages, so that they are not parsed again.

    Returns:
        Findings whose paths are those of the site. At most ``_MANY`` of a kind, then their number.
    """
    texts, found = _texts(folder)
    pages = _pages(texts, memory)
    found += _some(_whole(folder, pages, library))
    found += _some(_markup(pages))
    relay = RELAY if library.portal.regulation.voice.online else ()
    found += _some(_dead(folder, texts, pages, address.rstrip("/"), base.rstrip("/"), relay))
    found += _some(_not_public(library, pages, allow_samples))
    found += _some(_vanished(library, before, pages))
    return found


def _texts(folder: Path) -> tuple[dict[str, str], list[Finding]]:
    """What is to be looked through, by its place in the site; and what is no text."""
    texts: dict[str, str] = {}
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".html", ".css", ".xml") and path.is_file():
            name = path.relative_to(folder).as_posix()
            try:
                texts[name] = path.read_bytes().decode("utf-8-sig")
            except UnicodeDecodeError:
                message = "Tệp không phải văn bản UTF-8; hãy báo đơn vị vận hành."
                found.append(Finding(name, message))
    return texts, found


def _pages(texts: Mapping[str, str], memory: Path | None) -> dict[str, Page]:
    """The pages of a site. Parsing is slow, and most pages are as they were the last time."""
    html = {name: text for name, text in texts.items() if name.endswith(".html")}
    rules = Path(__file__).read_bytes() + importlib.metadata.version("justhtml").encode()
    keys = {
        name: hashlib.sha256(rules + text.encode("utf-8", "surrogatepass")).hexdigest()
        for name, text in html.items()
    }
    known = _remembered(memory) if memory else {}
    pages = {name: known.get(keys[name]) or read_page(_filled(text)) for name, text in html.items()}
    if memory:
        faultless = {keys[name]: page for name, page in pages.items() if not page.faults}
        values = {
            key: [sorted(page.links), sorted(page.anchors), page.samples]
            for key, page in faultless.items()
        }
        fresh = memory.with_name(f"{memory.name}.new")
        fresh.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
        fresh.replace(memory)
    return pages


def _remembered(memory: Path) -> dict[str, Page]:
    """The pages that were faultless the last time, by what they and the rules for them hold."""
    try:
        values = json.loads(memory.read_text(encoding="utf-8"))
        return {
            key: Page(frozenset(links), frozenset(anchors), (), bool(samples))
            for key, (links, anchors, samples) in values.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}  # it saves time and nothing else


def _some(findings: Iterable[Finding]) -> list[Finding]:
    """The first of many, and how many more there are."""
    all_of_them = list(findings)
    more = len(all_of_them) - _MANY
    if more <= 0:
        return all_of_them
    last = all_of_them[_MANY]
    return [*all_of_them[:_MANY], Finding(last.path, f"Và {more} lỗi tương tự.")]


def _whole(folder: Path, pages: Mapping[str, Page], library: Library) -> Iterator[Finding]:
    """What every site has."""
    for name in ("index.html", "404.html", "sitemap.xml", "robots.txt"):
        if not (folder / name).is_file():
            yield Finding(name, "Trang dựng ra thiếu tệp này; hãy dựng lại.")
    for path in sorted(folder.rglob("*.xml")):
        try:
            ET.parse(path)  # noqa: S314 - a file of our own build
        except ET.ParseError as error:
            place = path.relative_to(folder).as_posix()
            yield Finding(place, "Tệp XML sai; hãy báo đơn vị vận hành.", line=error.position[0])
    for key, url in standing(library).items():
        if url and f"{url.strip('/')}/index.html" not in pages:
            yield Finding(url, f"Mục {key} không có trang; hãy báo đơn vị vận hành.")


def _markup(pages: Mapping[str, Page]) -> Iterator[Finding]:
    for name, page in pages.items():
        for line, fault in page.faults:
            yield Finding(name, f"Mã trang hỏng: {fault}; hãy báo đơn vị vận hành.", line=line)


def _dead(
    folder: Path,
    texts: Mapping[str, str],
    pages: Mapping[str, Page],
    address: str,
    base: str,
    relay: tuple[str, ...],
) -> Iterator[Finding]:
    """Links within the site that lead to no file or to no anchor of it, nor to the relay."""
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    told = [(name, link) for name, page in pages.items() for link in sorted(page.links)]
    for name, text in texts.items():
        if name.endswith(".css"):
            told += [(name, one or other) for one, other in _CSS_URL.findall(text)]
        elif name.endswith(".xml"):
            told += [(name, link) for link in _xml_links(text)]
    for name, link in told:
        target = _within(link.strip(), f"{base}/{name}", address)
        if target is None:
            continue
        inside, anchor = target
        if not inside.startswith(f"{base}/") and inside != base:
            if urlsplit(link).netloc:
                continue  # the portal where it stands for real, and this is a copy below a path
            yield Finding(name, f"Liên kết “{link}” ra ngoài {base}/; hãy báo đơn vị vận hành.")
            continue
        if inside.removeprefix(base).startswith(relay):
            continue
        file = inside.removeprefix(base).lstrip("/")
        if not file or file.endswith("/"):
            file += "index.html"
        if file not in files:
            yield Finding(name, f"Liên kết “{link}” không dẫn tới đâu; hãy sửa hoặc bỏ liên kết.")
        elif anchor not in ("", "top") and file in pages and anchor not in pages[file].anchors:
            yield Finding(
                name, f"Liên kết “{link}”: trang ấy không có chỗ “{anchor}”; hãy sửa liên kết."
            )


def _xml_links(text: str) -> list[str]:
    """Where a map of the site or a feed sends a machine."""
    try:
        root = ET.fromstring(text)  # noqa: S314 - a file of our own build
    except ET.ParseError:
        return []  # said of the file as a whole
    links = {node.get("href") or "" for node in root.iter()}
    for node in root.iter():
        if node.tag.rpartition("}")[2] in ("loc", "link"):
            links.add((node.text or "").strip())
    return sorted(links - {""})


def _within(link: str, name: str, address: str) -> tuple[str, str] | None:
    """Where a link of a page leads on this host: path and anchor; none when it leads out.

    Args:
        link: As it is written.
        name: The path of the page, that below which the site stands before it.
        address: The address that the portal gives itself.
    """
    try:
        whole = urljoin(f"https://{_HOST}/{name.lstrip('/').removesuffix('index.html')}", link)
        parts = urlsplit(whole)
    except ValueError:
        return None
    own = urlsplit(address)
    if (parts.scheme, parts.netloc) not in ((own.scheme, own.netloc), ("https", _HOST)):
        return None
    return unquote(parts.path) or "/", unquote(parts.fragment)


def _not_public(
    library: Library, pages: Mapping[str, Page], allow_samples: bool
) -> Iterator[Finding]:
    """Samples, and pages of drafts."""
    for item in library.items:
        name = f"{item.url.strip('/')}/index.html"
        if item.status == "draft" and name in pages:
            yield Finding(item.path, "Bản nháp đã lọt vào trang; hãy báo đơn vị vận hành.")
        if item.sample and item.status == "published" and not allow_samples:
            yield Finding(item.path, "Nội dung mẫu không được phát hành; hãy bỏ mục này.")
    if not allow_samples:
        for name, page in pages.items():
            if page.samples:
                yield Finding(name, "Trang còn mang nhãn nội dung mẫu; hãy bỏ nội dung mẫu.")


def _vanished(
    library: Library, before: Mapping[str, str], pages: Mapping[str, Page]
) -> Iterator[Finding]:
    """Items of the last release of which nothing is left, and addresses that citizens know."""
    now = standing(library)
    for key in lost(before, now):
        where = before[key] or "đã gỡ"
        yield Finding(
            key,
            f"Mục này có ở bản phát hành trước ({where}) mà nay mất hẳn; hãy đưa lại, hoặc gỡ có "
            "lý do: status: withdrawn.",
        )
    for key in sorted(set(before) & set(now)):
        if before[key] and f"{before[key].strip('/')}/index.html" not in pages:
            yield Finding(
                key,
                f"Địa chỉ cũ của mục này ({before[key]}) không còn trang nào; hãy ghi nó vào "
                "moved_from của mục.",
            )
