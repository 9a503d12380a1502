"""Pelican plugin: the writer renders a page's view, and nothing else reaches its template."""

import re
from functools import cached_property
from pathlib import Path
from typing import Any

from pelican import Pelican, signals
from pelican.utils import sanitised_join
from pelican.writers import Writer

from plugins.prepare import SITE
from plugins.reader import HEADINGS, ITEM
from plugins.site import Page, Site, View
from plugins.views.furniture import furniture
from plugins.views.item import item_view, withdrawn_view

_INDENT = re.compile(r"\s*\n\s*")


def register() -> None:
    """Joins the plugin to Pelican."""
    signals.get_writer.connect(_writer)


def _writer(_: Pelican) -> type[Writer]:
    return ViewWriter


class ViewWriter(Writer):
    """Asks a page for its view and renders that with the furniture of its language.

    Pelican's own context, with every article in it, is kept from our templates: a page depends on
    its view alone. A page that another plugin brings is written Pelican's way.
    """

    @cached_property
    def furniture(self) -> dict[str, View]:
        """The site's furniture by language."""
        site: Site = self.settings[SITE]
        return {lang: furniture(site, lang) for lang in site.langs}

    def write_file(
        self,
        name: str,
        template: Any,
        context: Any,
        relative_urls: bool = False,
        paginated: Any = None,
        template_name: str | None = None,
        override_output: bool = False,
        url: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Writes one page; see Pelican's Writer for the arguments."""
        page = kwargs.get("page")
        article = kwargs.get("article")
        if not name:
            return
        if not isinstance(page, Page) and hasattr(article, ITEM):
            page = self.item_page(article)
        if not isinstance(page, Page):
            super().write_file(
                name,
                template,
                context,
                relative_urls,
                paginated,
                template_name,
                override_output,
                url,
                **kwargs,
            )
            return
        local = {"view": page.view(), "site": self.furniture[page.lang]}
        output = template.render(local)
        if name.endswith(".html"):
            output = squeeze(output)
        path = sanitised_join(self.output_path, name)
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with self._open_w(path, "utf-8", override=override_output) as file:
            file.write(output)
        signals.content_written.send(path, context=local)

    def item_page(self, article: Any) -> Page:
        """The page of an item that Pelican holds as an article."""
        site: Site = self.settings[SITE]
        item = getattr(article, ITEM)

        def view() -> View:
            if item.status == "withdrawn":
                return withdrawn_view(site, item)
            return item_view(site, item, article.content, getattr(article, HEADINGS))

        return Page(item.url, article.template, view, item.lang, site.changed(item))


def squeeze(html: str) -> str:
    """HTML without indentation and empty lines, which only weigh; text in ``pre`` is left."""
    if "<pre" in html:
        return html
    return _INDENT.sub("\n", html).strip() + "\n"
