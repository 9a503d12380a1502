"""The four real portals as a build knows them, prepared once a process."""

import atexit
import dataclasses
import datetime as dt
import functools
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from plugins.prepare import body, prepare
from plugins.site import Site, View
from plugins.views.item import item_view, withdrawn_view
from plugins.views.pages import pages
from regulation.items import Item
from regulation.library import Library
from tests.small import NOW, ROOT


@functools.cache
def real_site(portal_id: str) -> Site:
    """A real portal, read and checked."""
    folder = Path(tempfile.mkdtemp(prefix="cong-real-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return prepare(
        root=ROOT,
        portal_id=portal_id,
        theme=ROOT / "theme",
        output=folder,
        cache=ROOT / ".cache" / "pictures",
        now=NOW,
    )


def with_items(site: Site, items: list[Item]) -> Site:
    """The same portal with other items in it."""
    return dataclasses.replace(site, library=Library(site.portal, tuple(items)))


def view_of(site: Site, item: Item) -> View:
    """What the page of an item shows."""
    if item.status == "withdrawn":
        return withdrawn_view(site, item)
    text = body(site, item)
    return item_view(site, item, text.html, text.headings)


def all_views(site: Site) -> Iterator[tuple[str, View]]:
    """The view of every page and item, by address."""
    for page in pages(site):
        yield page.url, page.view()
    for item in site.library.items:
        yield item.url, view_of(site, item)


def not_plain(value: Any, place: str = "view") -> Iterator[str]:
    """Where a view holds something else than plain values."""
    if isinstance(value, str | int | float | bool | Decimal | dt.date | None):
        return
    if isinstance(value, Mapping):
        for key, part in value.items():
            if not isinstance(key, str):
                yield f"{place}: key {key!r}"
            yield from not_plain(part, f"{place}.{key}")
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            yield from not_plain(part, f"{place}[{index}]")
    elif dataclasses.is_dataclass(value) and type(value).__module__ == "plugins.charts":
        parameters: Any = getattr(value, "__dataclass_params__")  # noqa: B009 (not in the types)
        if not parameters.frozen:
            yield f"{place}: {type(value)} is not frozen"
        for field in dataclasses.fields(value):
            yield from not_plain(getattr(value, field.name), f"{place}.{field.name}")
    else:
        yield f"{place}: {type(value)}"
