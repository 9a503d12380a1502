"""A built page made whole in itself: it asks for no other file, runs nothing and sends nothing."""

import base64
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from justhtml import JustHTML
from justhtml.dom import Element, Node, Text

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
"""What a page of the preview may do: be styled, and show the pictures that it holds."""

_SHARP = 800
"""Pixels: wide enough for a phone's screen, and to read what is written in a picture."""

_HOST = "https://cong.invalid"
_LED = frozenset({"http", "https", "mailto", "tel"})
_DROPPED = frozenset(
    "script noscript link meta base source track iframe object embed portal".split()
)
_MEDIA = frozenset({"audio", "video"})
_TARGETS = frozenset(
    "href xlink:href src srcset sizes action formaction poster data cite ping background srcdoc "
    "manifest".split()
)
_TYPES = {
    ".webp": "image/webp",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".avif": "image/avif",
    ".svg": "image/svg+xml",
}
_CSS_ADDRESS = re.compile(r"""@import[^;]*;|url\(\s*(?:"[^"]*"|'[^']*'|[^)]*)\s*\)""", re.I)
_NO_PICTURE = "Ảnh này không kèm theo bản xem thử vì tệp đã quá lớn"
_NO_MEDIA = "Âm thanh, video không kèm theo bản xem thử."


@dataclass
class Budget:
    """How much the pictures of a preview may still weigh.

    Attributes:
        left: Bytes as they stand in the file.
        refused: Pictures that found no room.
    """

    left: int
    refused: set[str] = field(default_factory=set)

    def take(self, path: Path) -> str | None:
        """A picture as an address that holds it; none when there is no room or no such picture."""
        kind = _TYPES.get(path.suffix.lower())
        if kind is None or not path.is_file():
            return None
        if path.stat().st_size * 4 // 3 > self.left:
            self.refused.add(path.name)
            return None
        text = f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
        self.left -= len(text)
        return text


def inlined(folder: Path, name: str, address: str, budget: Budget) -> str:
    """A page of a built site, with everything that it needs inside.

    Args:
        folder: The site.
        name: The page's file in it.
        address: The address that the portal gives itself; links lead there, in a window of their
            own.
        budget: What the pictures may weigh.
    """
    document = JustHTML((folder / name).read_text(encoding="utf-8"), sanitize=False)
    page = _Page(folder, name, address.rstrip("/"), budget)
    for node in list(_elements(document.root)):
        page.mend(node)
    head = next(node for node in _elements(document.root) if node.name == "head")
    for made in page.head():
        head.append_child(made)
    return document.to_html(pretty=False)


def _elements(root: Node) -> Iterator[Element]:
    ahead: list[Node | Text] = [root]
    while ahead:
        node = ahead.pop()
        if isinstance(node, Element):
            yield node
        ahead += reversed(getattr(node, "children", None) or ())


class _Page:
    def __init__(self, folder: Path, name: str, address: str, budget: Budget) -> None:
        self.folder = folder
        self.here = f"{_HOST}/{name.removesuffix('index.html')}"
        self.address = address
        self.budget = budget
        self.styles: list[str] = []

    def head(self) -> Iterator[Element]:
        """What the page's head holds instead of what was taken out of it."""
        yield Element("meta", {"charset": "utf-8"}, "html")
        content = "width=device-width, initial-scale=1"
        yield Element("meta", {"name": "viewport", "content": content}, "html")
        yield Element("meta", {"http-equiv": "Content-Security-Policy", "content": POLICY}, "html")
        yield Element("meta", {"name": "robots", "content": "noindex"}, "html")
        yield Element("meta", {"name": "color-scheme", "content": "light dark"}, "html")
        style = Element("style", {}, "html")
        style.append_child(Text("".join(self.styles)))
        yield style

    def mend(self, node: Element) -> None:
        """Takes out what runs or asks for something, puts in what is needed."""
        parent = node.parent
        if node.name == "link" and "stylesheet" in (node.attrs.get("rel") or "").split():
            self.styles.append(self._style(node.attrs.get("href") or ""))
        if node.name in _DROPPED and parent is not None:
            parent.remove_child(node)
            return
        if node.name in _MEDIA and parent is not None:
            told = Element("p", {"class": "quiet"}, "html")
            told.append_child(Text(_NO_MEDIA))
            parent.replace_child(told, node)
            return
        old = dict(node.attrs)
        for key in list(node.attrs):
            if key.lower().startswith("on") or key.lower() in _TARGETS:
                del node.attrs[key]
        if node.name in ("a", "area"):
            node.attrs.update(self._link(old))
        elif node.name == "img":
            node.attrs["src"] = self._picture(old)
        elif (inner := old.get("href") or old.get("xlink:href") or "").startswith("#"):
            node.attrs["href"] = inner  # a part of the same drawing

    def _style(self, link: str) -> str:
        path = self._file(link)
        css = path.read_text(encoding="utf-8") if path else ""
        return _CSS_ADDRESS.sub("", css).replace("</", "<\\/") + "\n"

    def _link(self, attributes: dict[str, str | None]) -> dict[str, str]:
        if "href" not in attributes:
            return {}
        link = (attributes["href"] or "").strip()
        if link.startswith("#"):
            return {"href": link, "target": "_self"}
        try:
            whole = urljoin(self.here, link)
            scheme = urlsplit(whole).scheme
        except ValueError:
            return {}
        if scheme not in _LED:
            return {}
        if whole.startswith(f"{_HOST}/") or whole == _HOST:
            whole = self.address + whole.removeprefix(_HOST)
        return {"href": whole, "target": "_blank", "rel": "noopener noreferrer"}

    def _picture(self, attributes: dict[str, str | None]) -> str:
        """The narrowest rendition that is sharp, or the next narrower that finds room."""
        offered = []
        for part in (attributes.get("srcset") or "").split(","):
            words = part.split()
            if len(words) == 2 and words[1].endswith("w") and words[1][:-1].isdigit():
                offered.append((int(words[1][:-1]), words[0]))
        offered.sort()
        sharp = next((at for at, (width, _) in enumerate(offered) if width >= _SHARP), None)
        wanted = [link for _, link in offered[: len(offered) if sharp is None else sharp + 1]]
        for link in reversed(wanted or [attributes.get("src") or ""]):
            path = self._file(link)
            if path is not None and (text := self.budget.take(path)):
                self.budget.refused -= {Path(urlsplit(other).path).name for other in wanted}
                return text
        return _instead()

    def _file(self, link: str) -> Path | None:
        """The file of the site that an address leads to."""
        try:
            parts = urlsplit(urljoin(self.here, link))
            path = (self.folder / unquote(parts.path).lstrip("/")).resolve()
            inside = path.is_relative_to(self.folder.resolve()) and path.is_file()
        except (OSError, ValueError):
            return None
        own = urlsplit(self.address).netloc
        return path if inside and parts.netloc in (urlsplit(_HOST).netloc, own) else None


def _instead() -> str:
    """A picture that says that there is none."""
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360" viewBox="0 0 640 360">'
        '<rect width="640" height="360" fill="#e5e7e9"/><text x="320" y="186" font-size="20" '
        f'font-family="sans-serif" text-anchor="middle" fill="#3a4248">{html.escape(_NO_PICTURE)}'
        "</text></svg>"
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"
