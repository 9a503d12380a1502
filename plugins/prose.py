"""Markdown as editors write it → safe HTML that reads well.

What comes out holds no script, no style and no address that a reader should not follow: the text
is cleaned by nh3, since anybody may propose it.
"""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.tables import TableExtension
from markdown.extensions.toc import TocExtension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE

from plugins.pictures import Picture, srcset
from regulation.items import Item
from regulation.links import To, resolve
from regulation.vietnamese import slug

_HEADING = re.compile(r"h([1-6])\Z")

_TAGS = frozenset(
    "a abbr b blockquote br caption code dd del details div dl dt em figcaption figure h2 h3 h4 "
    "h5 h6 hr i img ins kbd li mark ol p pre q s section small strong sub summary sup table tbody "
    "td tfoot th thead tr u ul".split()
)
_ATTRIBUTES = {
    "*": {"id", "class", "lang", "title"},
    "a": {"href", "hreflang"},
    "img": {"src", "srcset", "sizes", "alt", "width", "height", "loading", "decoding"},
    "ol": {"start", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "div": {"role", "tabindex", "aria-label", "aria-labelledby"},
}
PAGE_IDS = frozenset(
    "about answer attachments comments contents corrections draft duties facts how law link main "
    "paid process q question so-lieu transcript where".split()
)
"""Ids that the templates of items use themselves: no heading of a text may take one."""

_CLASSES = frozenset("footnote footnote-ref footnote-backref num mid scroll toc note".split())


@dataclass(frozen=True, slots=True)
class Prose:
    """A text ready for a page.

    Attributes:
        html: Clean HTML; its headings begin at level 2.
        headings: Second-level headings as (anchor, words), for a list of contents.
    """

    html: str
    headings: tuple[tuple[str, str], ...] = ()


Address = Callable[[str], str]
"""Gives the address, base included, of a file or item named from the portal's folder."""


def render(
    markdown: str,
    folder: str,
    words: dict[str, str],
    item_url: Callable[[str], str],
    file_url: Address,
    site_url: Address,
    picture: Callable[[str], Picture | None],
    level: int = 2,
) -> Prose:
    """HTML of a Markdown text.

    Args:
        markdown: The text.
        folder: Folder of its file below the portal's: ``tin-tuc/2026``.
        words: What the page says around footnotes and tables: ``back_to_text``, ``table``.
        item_url: The address of an item by its file below the portal's folder.
        file_url: The address of a file by its name below the portal's folder.
        site_url: The address of a page of the portal, base included.
        picture: The prepared picture of a name, if it is one.
        level: Level of the text's highest headings on its page.
    """
    tree = _Tree(folder, words, item_url, file_url, site_url, picture, level)
    reader = Markdown(
        extensions=[
            TableExtension(use_align_attribute=True),
            FootnoteExtension(BACKLINK_TITLE=words["back_to_text"], SEPARATOR="-"),
            TocExtension(slugify=_anchor, permalink=False),
            "markdown.extensions.attr_list",
            "markdown.extensions.def_list",
            "markdown.extensions.abbr",
            "markdown.extensions.sane_lists",
            tree,
        ],
        output_format="html",
    )
    html = reader.convert(markdown)
    clean = nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_keep,
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel"},
    )
    headings = tuple(
        (str(token["id"]), str(token["name"]))
        for token in _flat(getattr(reader, "toc_tokens", []))
        if token["level"] == level
    )
    return Prose(clean, headings)


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


def _keep(tag: str, name: str, value: str) -> str | None:
    """Only our own classes pass: a text may not dress up as a part of the page."""
    if name == "class":
        kept = [word for word in value.split() if word in _CLASSES]
        return " ".join(kept) or None
    if name == "id" and value in PAGE_IDS:
        return None
    return value


class _Tree(Extension):
    """Our changes to the tree of a text, as a Python-Markdown extension."""

    def __init__(
        self,
        folder: str,
        words: dict[str, str],
        item_url: Callable[[str], str],
        file_url: Address,
        site_url: Address,
        picture: Callable[[str], Picture | None],
        level: int,
    ) -> None:
        super().__init__()
        self.folder = folder
        self.words = words
        self.item_url = item_url
        self.file_url = file_url
        self.site_url = site_url
        self.picture = picture
        self.level = level

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the library's name)
        # Before the table of contents (priority 5) reads the levels of the headings.
        md.treeprocessors.register(_Headings(md, self.level), "cong-headings", 6)
        # After inline patterns (20) have made links and pictures.
        md.treeprocessors.register(_Links(md, self), "cong-links", 12)
        md.treeprocessors.register(_Tables(md, self.words), "cong-tables", 3)
        md.treeprocessors.register(_Figures(md), "cong-figures", 2)


class _Headings(Treeprocessor):
    """The page has its own first headings: the text's begin below them."""

    def __init__(self, md: Markdown, level: int) -> None:
        super().__init__(md)
        self.level = level

    def run(self, root: Element) -> None:
        levels = [int(m[1]) for el in root.iter() if (m := _HEADING.match(str(el.tag)))]
        shift = self.level - min(levels) if levels else 0
        for element in root.iter():
            if match := _HEADING.match(str(element.tag)):
                element.tag = f"h{min(6, int(match[1]) + shift)}"


class _Links(Treeprocessor):
    def __init__(self, md: Markdown, tree: _Tree) -> None:
        super().__init__(md)
        self.tree = tree

    def run(self, root: Element) -> None:
        for element in root.iter("a"):
            href = element.get("href")
            if href:
                element.set("href", self.address(href))
        for element in root.iter("img"):
            self.show(element)

    def address(self, written: str) -> str:
        if written.startswith(AMP_SUBSTITUTE):
            return written  # <ban@example.vn>: mailto, its letters written as numbers
        target = resolve(written, self.tree.folder)
        anchor = f"#{target.fragment}" if target.fragment else ""
        if target.to is To.ITEM:
            return self.tree.item_url(target.path) + anchor
        if target.to is To.FILE:
            return self.tree.file_url(target.path)
        if target.to is To.PAGE:
            return self.tree.site_url(target.path) + anchor
        return written

    def show(self, element: Element) -> None:
        target = resolve(element.get("src", ""), self.tree.folder)
        picture = self.tree.picture(target.path) if target.to is To.FILE else None
        if picture is None:
            return
        element.set("src", self.tree.site_url(picture.src))
        addresses = [self.tree.site_url(url) for url, _ in picture.sources]
        if several := srcset(picture, addresses):
            element.set("srcset", several)
            element.set("sizes", "(min-width: 720px) 680px, 94vw")
        element.set("width", str(picture.width))
        element.set("height", str(picture.height))
        element.set("loading", "lazy")
        element.set("decoding", "async")


class _Tables(Treeprocessor):
    """A table scrolls inside a box of its own that the keyboard can reach."""

    def __init__(self, md: Markdown, words: dict[str, str]) -> None:
        super().__init__(md)
        self.words = words

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
            box.set("aria-label", f"{self.words['table']} {number}")
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


def place_of(item: Item) -> str:
    """An item's file below its portal's folder."""
    return posixpath.join(item.section, str(item.year), posixpath.basename(item.path))
