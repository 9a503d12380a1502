"""Pelican plugin: the pages beyond the items, feeds, sitemap.xml, robots.txt, search's index."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from feedgenerator import Atom1Feed
from pelican import Pelican, signals
from pelican.generators import Generator
from pelican.writers import Writer

from plugins.prepare import SITE
from plugins.search.output import write_indexes
from plugins.site import Page, Site
from plugins.views.common import section_url
from plugins.views.forms import online
from plugins.views.pages import pages
from regulation.model import Section
from regulation.places import FRAME, FRAME_OWNER
from regulation.yamlfile import VIETNAM

FEED_ITEMS = 30


def register() -> None:
    """Joins the plugin to Pelican."""
    signals.get_generators.connect(_generators)


def _generators(_: Pelican) -> type[Generator]:
    return PortalPages


class PortalPages(Generator):
    """Writes every page of the portal that is no item's own."""

    def generate_output(self, writer: Writer) -> None:
        """Writes the pages, then what machines read."""
        site: Site = self.settings[SITE]
        listed = []
        for page in pages(site):
            listed.append(page)
            template = self.get_template(page.template)
            writer.write_file(page.save_as, template, self.context, page=page)
        for lang in site.langs:
            for section in site.portal.sections:
                if section.title.has(lang):
                    url = section_url(section.id, lang) + "feed.xml"
                    self.write(url, feed(site, section, lang))
        self.write("/sitemap.xml", sitemap(site, listed))
        self.write("/robots.txt", robots(site))
        if online(site):
            addresses = {name: site.at(address) for name, address in site.static.items()}
            self.write(FRAME + "static.json", json.dumps(addresses, sort_keys=True))
            self.write(FRAME_OWNER, f"{site.portal.id}\n")
        cache = Path(self.settings["CACHE_PATH"]).parent / "search"
        write_indexes(site, Path(self.output_path), cache, self.written)

    def written(self, page: Page) -> str:
        """What was written of a page."""
        return Path(self.output_path, page.save_as).read_text(encoding="utf-8")

    def write(self, url: str, text: str) -> None:
        """Writes a file that is no page."""
        path = Path(self.output_path, url.lstrip("/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


class _Feed(Atom1Feed):
    """A feed whose date is that of its items, never that of the build."""

    empty: dt.datetime

    def latest_post_date(self) -> dt.datetime:
        """When the newest item changed; the regulation's own day when there is none."""
        return max((item["updateddate"] for item in self.items), default=self.empty)


def feed(site: Site, section: Section, lang: str) -> str:
    """The Atom feed of a section: title, summary, day and address of its newest items."""
    url = section_url(section.id, lang)
    made = _Feed(
        title=f"{section.title.say(lang)} – {site.portal.regulation.name.say(lang)}",
        subtitle=section.summary.say(lang),
        link=site.absolute(url),
        feed_url=site.absolute(url + "feed.xml"),
        description=section.summary.say(lang),
        language=lang,
    )
    made.empty = dt.datetime.combine(site.portal.regulation.act.valid_from, dt.time(), VIETNAM)
    items = sorted(site.library.in_section(section, lang), key=lambda item: (item.posted, item.id))
    for item in items[: -FEED_ITEMS - 1 : -1]:
        made.add_item(
            title=item.title,
            link=site.absolute(item.url),
            unique_id=f"tag:{_host(site)},{item.posted:%Y}:{site.portal.id}/{item.id}/{lang}",
            description=item.summary,
            pubdate=item.posted,
            updateddate=site.changed(item),
            author_name=site.portal.agency(item.agency).name.say(lang),
            categories=(section.title.say(lang),),
        )
    return str(made.writeString("utf-8"))


def _host(site: Site) -> str:
    return site.portal.regulation.url.split("://", 1)[-1].split("/", 1)[0]


def sitemap(site: Site, listed: Iterable[Page]) -> str:
    """sitemap.xml: every page that search engines may list, with its other languages."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">',
    ]
    for page in listed:
        if page.indexed:
            lines += _entry(site, page.url, page.modified, {})
    for item in site.library.items:
        if item.status == "published":
            versions = {code: other.url for code, other in site.library.versions(item).items()}
            lines += _entry(site, item.url, site.changed(item), versions)
    return "\n".join([*lines, "</urlset>", ""])


def _entry(
    site: Site, url: str, modified: dt.datetime | None, versions: dict[str, str]
) -> Iterator[str]:
    yield f"<url><loc>{escape(site.absolute(url))}</loc>"
    if modified:
        yield f"<lastmod>{modified.isoformat(timespec='seconds')}</lastmod>"
    if len(versions) > 1:
        for code, other in versions.items():
            href = quoteattr(site.absolute(other))
            yield f'<xhtml:link rel="alternate" hreflang="{code}" href={href}/>'
    yield "</url>"


def robots(site: Site) -> str:
    """robots.txt: a demonstration asks search engines to stay out."""
    rule = "Allow: /" if site.production else "Disallow: /"
    return f"User-agent: *\n{rule}\nSitemap: {site.absolute('/sitemap.xml')}\n"
