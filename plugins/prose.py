"""A text that was read becomes the prose of a page: its links get the addresses of the site."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from plugins.pictures import Picture, srcset
from regulation.links import To, resolve
from regulation.prose import Link, Text, fill


@dataclass(frozen=True, slots=True)
class Prose:
    """A text ready for a page.

    Attributes:
        html: Clean HTML.
        headings: Its highest headings as (anchor, words), for a list of contents.
    """

    html: str
    headings: tuple[tuple[str, str], ...] = ()


Address = Callable[[str], str]
"""Gives the address, base included, of a file or item named from the portal's folder."""


def render(
    text: Text,
    folder: str,
    words: Mapping[str, str],
    item_url: Address,
    file_url: Address,
    site_url: Address,
    picture: Callable[[str], Picture | None],
) -> Prose:
    """HTML of a text.

    Args:
        text: The text, as the check has read it.
        folder: Folder of its file below the portal's: ``tin-tuc/2026``.
        words: What the page says around footnotes and tables: ``back_to_text``, ``table``.
        item_url: The address of an item by its file below the portal's folder.
        file_url: The address of a file by its name below the portal's folder.
        site_url: The address of a page of the portal, base included.
        picture: The prepared picture of a name, if it is one.
    """

    def address(link: Link) -> str:
        target = resolve(link.target, folder)
        if target.to is To.ITEM:
            return item_url(target.path) + target.rest
        if target.to is To.FILE:
            return file_url(target.path) + target.rest
        if target.to is To.PAGE:
            return site_url(target.path) + target.rest
        return link.target

    def shown(link: Link) -> Mapping[str, str]:
        target = resolve(link.target, folder)
        made = picture(target.path) if target.to is To.FILE else None
        return _attributes(made, site_url) if made else {"src": address(link)}

    return Prose(fill(text, address, shown, words), text.headings)


def _attributes(picture: Picture, site_url: Address) -> dict[str, str]:
    """What the element of a prepared picture says."""
    given = {"src": site_url(picture.src)}
    if several := srcset(picture, [site_url(url) for url, _ in picture.sources]):
        given |= {"srcset": several, "sizes": "(min-width: 720px) 680px, 94vw"}
    size = {"width": str(picture.width), "height": str(picture.height)}
    return {**given, **size, "loading": "lazy", "decoding": "async"}
