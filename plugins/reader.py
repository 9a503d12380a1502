"""Pelican plugin: our Markdown files become Pelican articles."""

from pathlib import Path
from typing import Any

from pelican import signals
from pelican.generators import ArticlesGenerator
from pelican.readers import BaseReader, Readers
from pelican.urlwrappers import Category

from plugins.prepare import SITE, body
from plugins.site import Site

ITEM = "cong_item"
HEADINGS = "cong_headings"

_STATUS = {"published": "published", "draft": "draft", "withdrawn": "hidden"}


def register() -> None:
    """Joins the plugin to Pelican."""
    signals.readers_init.connect(_add_reader)
    signals.article_generator_finalized.connect(_drop_archives)


def _add_reader(readers: Readers) -> None:
    readers.reader_classes["md"] = ItemReader


def _drop_archives(generator: ArticlesGenerator) -> None:
    """Our own generator writes the lists; Pelican's loops over them take quadratic time."""
    generator.categories = []
    generator.authors = []
    generator.tags = {}
    generator.dates = []
    generator.period_archives = {}


class ItemReader(BaseReader):
    """Hands Pelican the items that ``plugins.prepare`` has read and checked."""

    enabled = True
    file_extensions = ["md"]  # noqa: RUF012 (Pelican's own way)

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """An item's HTML and what Pelican wants to know of it."""
        site: Site = self.settings[SITE]
        shown = Path(source_path).resolve().relative_to(self.settings["CONG_ROOT"]).as_posix()
        item = site.library.by_path.get(shown)
        if item is None:  # a draft, when this is the site that citizens see
            return "", {"title": source_path, "status": "skip"}
        text = body(site, item)
        return text.html, {
            "title": item.title,
            "date": item.posted,
            "modified": site.changed(item),
            "category": Category(item.section, self.settings),
            "slug": item.slug,
            "lang": item.lang,
            "status": _STATUS[item.status],
            "summary": item.summary,
            "template": "withdrawn" if item.status == "withdrawn" else f"items/{item.type}",
            "url": item.url.lstrip("/"),
            "save_as": item.url.lstrip("/") + "index.html",
            ITEM: item,
            HEADINGS: text.headings,
        }
