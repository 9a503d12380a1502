"""Built pages as lists of elements, read fast: what is valid HTML is ``test_html``'s to say."""

import functools
import html
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

_TAG = re.compile(r"<!--.*?-->|<([a-z][a-z0-9]*)((?:\s+[^\s=>\"]+(?:=\"[^\"]*\")?)*)\s*/?>", re.S)
_ATTRIBUTE = re.compile(r"([^\s=>\"]+)(?:=\"([^\"]*)\")?")
_PASSED_OVER = re.compile(r"(<(script|style)\b[^>]*>)(.*?)</\2>", re.S)


@dataclass(frozen=True, slots=True)
class Element:
    """A start tag.

    Attributes:
        tag: Its name.
        attributes: Its attributes, with character references read; empty text for bare ones.
        end: Where in the page's text its content begins.
    """

    tag: str
    attributes: dict[str, str]
    end: int

    def get(self, name: str) -> str:
        """An attribute; empty when there is none."""
        return self.attributes.get(name, "")


@dataclass(frozen=True)
class Document:
    """A page of a built site.

    Attributes:
        url: Its address from the root of the site.
        text: Its source.
        elements: Its start tags in order.
    """

    url: str
    text: str
    elements: tuple[Element, ...]

    def all(self, *tags: str) -> Iterator[Element]:
        """Its elements of these names."""
        return (element for element in self.elements if element.tag in tags)

    def inside(self, element: Element) -> str:
        """What stands between an element and its first end tag, without tags."""
        inner = self.text[element.end : self.text.index(f"</{element.tag}", element.end)]
        return " ".join(html.unescape(re.sub(r"<[^>]*>", "", inner)).split())

    def raw(self, element: Element) -> str:
        """The same, as it is written."""
        return self.text[element.end : self.text.index(f"</{element.tag}", element.end)]

    def meta(self, name: str) -> list[str]:
        """What its ``meta`` elements of a name say."""
        return [e.get("content") for e in self.all("meta") if e.get("name") == name]

    def link(self, rel: str) -> list[str]:
        """Where its ``link`` elements of a relation lead."""
        return [e.get("href") for e in self.all("link") if e.get("rel") == rel]

    @functools.cached_property
    def ids(self) -> frozenset[str]:
        """Its anchors."""
        return frozenset(e.get("id") for e in self.elements if "id" in e.attributes)

    @property
    def leads_on(self) -> bool:
        """Whether this is a former address, which leads to the new one at once."""
        return any(e.get("http-equiv") == "refresh" for e in self.all("meta"))


def read(text: str, url: str) -> Document:
    """A page's start tags. What scripts hold is no markup."""

    def blank(match: re.Match[str]) -> str:
        return match[1] + " " * len(match[3]) + f"</{match[2]}>"

    elements = []
    for match in _TAG.finditer(_PASSED_OVER.sub(blank, text)):
        if match[1]:
            pairs = _ATTRIBUTE.findall(match[2])
            values = {name: html.unescape(value) for name, value in pairs}
            elements.append(Element(match[1], values, match.end()))
    return Document(url, text, tuple(elements))


@functools.cache
def documents(folder: Path) -> dict[str, Document]:
    """Every page of a built site by its address; the frame that the relay fills is none yet."""
    found = {}
    for path in sorted(set(folder.rglob("*.html")) - {folder / "khung/index.html"}):
        url = "/" + path.relative_to(folder).as_posix().removesuffix("index.html")
        found[url] = read(path.read_text(encoding="utf-8"), url)
    return found


def links(document: Document) -> Iterator[str]:
    """Everything a page leads to, embeds or sends to, as it is written."""
    for element in document.elements:
        for name in ("href", "src", "poster", "action", "data", "cite"):
            if name in element.attributes:
                yield element.get(name)
        for source in element.get("srcset").split(","):
            if source.strip():
                yield source.split()[0]
        if element.get("http-equiv") == "refresh":
            yield element.get("content").partition("url=")[2]
    for element in document.all("meta"):
        if element.attributes.get("property") in ("og:url", "og:image"):
            yield element.get("content")


def resolve(link: str, page: str, host: str) -> tuple[str, str] | None:
    """Where a link of a page leads within the site: path and fragment; none when it leads out.

    Args:
        link: As it is written.
        page: The address of the page that holds it.
        host: The portal's own address, such as ``https://quangnam.gov.vn``.
    """
    whole = urljoin(host + page, link)
    if not whole.startswith(host + "/") and whole != host:
        return None
    parts = urlsplit(whole)
    return unquote(parts.path) or "/", unquote(parts.fragment)


def file_of(folder: Path, path: str) -> Path:
    """The file that a server would send for a path."""
    kept = posixpath.normpath(path).lstrip("/")
    return folder / kept / "index.html" if path.endswith("/") else folder / kept
