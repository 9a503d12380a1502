"""What of a portal is found: its items, its agencies, its sections and its own pages, as texts.

Only what citizens may read on a page is looked for. Fields are taken from the content type, never
from the file: what a type does not know, or keeps to the board, cannot get into an index.
`docs/decisions/0022-what-is-found.md` says what goes in and why.
"""

import datetime as dt
import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from plugins.search.items import Shown
from plugins.site import Page, Site
from plugins.views.common import agency_url, section_url, shorten
from plugins.views.pages import pages
from plugins.views.values import shown
from regulation.content_types import FieldSpec, Kind
from regulation.items import Item
from regulation.library import written
from regulation.model import Agency
from regulation.prose import Text
from regulation.yamlfile import VIETNAM

SUMMARY = 220
"""Letters of a summary in results, as in lists."""
SHORT = 120
"""A line of more letters is no metadata but text."""
_APART = "\n\n"
"""Between texts that are none of each other's sentence."""

_NOT_LOOKED_FOR = frozenset(
    "id title summary status posted updated publish_at expires_at agency source_url order "
    "moved_from sample backfilled withdrawn".split()
)
"""Fields that are for machines, or that are taken on their own."""
_NOBODY = frozenset(("who", "credit"))
"""Parts of rows and groups that name a person who is no official: a citizen who commented, a
photographer. The page names them; nobody is to be looked up by what they said."""
_OFFICIAL = frozenset(("entries",))
"""Rows whose `who` is an official: a working calendar says who receives citizens."""

_TEXT = frozenset(("source", "cited_at", "licence"))
"""Short lines that say more of something else than of the item: a source names the regulation."""
_METADATA = frozenset(
    (Kind.LINE, Kind.DOCUMENT_NUMBER, Kind.CHOICE, Kind.AGENCY, Kind.DATE, Kind.MOMENT, Kind.YEAR)
)
_LEFT_OUT = frozenset((Kind.FLAG, Kind.ITEM, Kind.ID, Kind.SECTION, Kind.MARKDOWN))

_OWN_PAGES: Mapping[str, bool] = {
    "contact": True,
    "ask": True,
    "rules": True,
    "access": False,
    "agencies": False,
    "finder": False,
    "site_map": False,
    "form": False,
    "comments": False,
    "track": False,
}
"""The portal's own pages that are found, by template, and whether by their text: not by lists of
what has an entry of its own, for they change with every item."""


@dataclass(frozen=True, slots=True)
class Findable:
    """Something that is found.

    Attributes:
        shown: What a result shows of it.
        minute: What came first on one day.
        texts: Its texts by the names of their fields.
        files: Names of files from the portal's folder whose words are looked for, too.
    """

    shown: Shown
    minute: int = 0
    texts: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()


def findables(
    site: Site, lang: str, page_html: Callable[[Page], str] = lambda page: ""
) -> Iterator[Findable]:
    """Everything of a language that is found on a portal.

    Args:
        site: The portal as a build knows it.
        lang: The language.
        page_html: What was written of one of the portal's own pages.
    """
    for item in site.library.items:
        if item.lang == lang and item.listed:
            yield of_item(site, item)
    for agency in site.portal.agencies.values():
        yield _of_agency(site, agency, lang)
    yield from _of_sections(site, lang)
    yield from _of_pages(site, lang, page_html)


def of_item(site: Site, item: Item) -> Findable:
    """An item as it is found."""
    lang = item.lang
    section = site.portal.section(item.section)
    spec = site.portal.type_of(section)
    agency = site.portal.agency(item.agency)
    given = _Texts(site, lang)
    given.metadata += [
        section.title.say(lang),
        spec.title.say(lang),
        agency.name.say(lang),
        agency.short.say(lang),
    ]
    given.body.append(item.summary)
    given.body += [plain(part.text) for part in written(item, site.library)]
    for name, field_spec in spec.fields.items():
        if name not in _NOT_LOOKED_FOR:
            given.take(name, field_spec, item.values.get(name))
    posted = item.posted.astimezone(VIETNAM)
    return Findable(
        Shown(
            url=site.at(item.url),
            title=item.title,
            date=day_of(item),
            section=section.title.say(lang),
            kind=spec.title.say(lang),
            agency=agency.name.say(lang),
            summary=shorten(item.summary or _APART.join(given.body), SUMMARY),
        ),
        minute=int(posted.timestamp()) // 60,
        texts=_texts(item.title, given.metadata, given.body),
        files=tuple(dict.fromkeys(given.files)),
    )


def day_of(item: Item) -> dt.date:
    """The day by which an item is sorted: a document's own, else that on which it was posted.

    Who looks for a decision of 2019 means the year in which it was signed, not that in which
    somebody entered it.
    """
    issued = item.values.get("issued")
    return issued if isinstance(issued, dt.date) else item.posted.astimezone(VIETNAM).date()


class _Texts:
    """The texts of an item's fields, each where it belongs."""

    def __init__(self, site: Site, lang: str) -> None:
        self.site = site
        self.lang = lang
        self.metadata: list[str] = []
        self.body: list[str] = []
        self.files: list[str] = []

    def take(self, name: str, spec: FieldSpec, value: Any, within: str = "") -> None:
        """Takes a field in, if citizens may see it and it holds something."""
        if not spec.public or value is None or value == () or spec.kind in _LEFT_OUT:
            return
        if within and name in _NOBODY and within not in _OFFICIAL:
            return
        if spec.kind is Kind.GROUP:
            self._parts(name, spec, value)
        elif spec.kind is Kind.ROWS:
            for row in value:
                self._parts(name, spec, row)
        elif spec.kind in (Kind.FILE, Kind.TABLE):
            self.files.append(value)
        elif spec.kind is not Kind.PICTURE:
            self._words(name, spec, value, within)

    def _parts(self, name: str, spec: FieldSpec, values: Mapping[str, Any]) -> None:
        for part, own in spec.fields.items():
            self.take(part, own, values.get(part), name)

    def _words(self, name: str, spec: FieldSpec, value: Any, within: str) -> None:
        made = shown(self.site, spec, value, self.lang)
        if made is None:
            return
        words = [*made.get("lines", (made["text"],))]
        if spec.kind is Kind.AGENCY:
            words.append(self.site.portal.agency(value).short.say(self.lang))
        short = spec.kind in _METADATA and all(len(each) <= SHORT for each in words)
        telling = not within and (name == "keywords" or (short and name not in _TEXT))
        (self.metadata if telling else self.body).extend(words)


def _of_agency(site: Site, agency: Agency, lang: str) -> Findable:
    """The page of an agency: its names, how to reach it, what it keeps."""
    name = agency.name.say(lang)
    address = agency.address.say(lang)
    kept = [
        section.title.say(lang)
        for section in site.portal.sections
        if agency in site.portal.owners(section, site.today) and section.title.has(lang)
    ]
    return Findable(
        Shown(
            url=site.at(agency_url(agency, lang)),
            title=name,
            date=None,
            kind=site.say("found_agency", lang),
            agency=name,
            summary=shorten(address or "; ".join(kept), SUMMARY),
        ),
        texts=_texts(
            name,
            [site.say("found_agency", lang), agency.short.say(lang)],
            [address, agency.phone or "", agency.fax or "", agency.email or "", *kept],
        ),
    )


def _of_sections(site: Site, lang: str) -> Iterator[Findable]:
    """The pages of sections and of the groups they stand in."""
    kind = site.say("found_section", lang)
    for section in site.portal.sections:
        if section.title.has(lang):
            title, summary = section.title.say(lang), section.summary.say(lang)
            heading = site.portal.group(section.group).title.say(lang)
            made = Shown(
                url=site.at(section_url(section.id, lang)),
                title=title,
                date=None,
                section=title,
                kind=kind,
                summary=shorten(summary, SUMMARY),
            )
            yield Findable(made, texts=_texts(title, [kind, heading], [summary]))
    for group in site.portal.regulation.groups:
        if group.title.has(lang):
            title = group.title.say(lang)
            inside = [
                section.title.say(lang)
                for section in site.portal.sections
                if section.group == group.slug and section.title.has(lang)
            ]
            made = Shown(
                url=site.at(section_url(group.slug, lang)),
                title=title,
                date=None,
                kind=kind,
                summary=shorten("; ".join(inside), SUMMARY),
            )
            yield Findable(made, texts=_texts(title, [kind], inside))


def _of_pages(site: Site, lang: str, page_html: Callable[[Page], str]) -> Iterator[Findable]:
    """The portal's own pages: of a finder the first one alone, every form."""
    kind = site.say("found_page", lang)
    told: set[str] = set()
    for page in pages(site):
        if page.lang != lang or not page.indexed or page.template not in _OWN_PAGES:
            continue
        if page.template in told and page.template != "form":
            continue
        told.add(page.template)
        view = page.view()
        title, lead = view["title"], view["head"]["description"]
        body = main_text(page_html(page)) if _OWN_PAGES[page.template] else ""
        made = Shown(
            url=site.at(page.url),
            title=title,
            date=None,
            kind=kind,
            summary=shorten(lead or body, SUMMARY),
        )
        yield Findable(made, texts=_texts(title, [kind], [lead, body]))


def _texts(title: str, metadata: list[str], body: list[str]) -> dict[str, str]:
    texts = {
        "title": title,
        "metadata": _APART.join(dict.fromkeys(filter(None, metadata))),
        "body": _APART.join(filter(None, body)),
    }
    return {name: text for name, text in texts.items() if text}


_UNSEEN = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.S | re.I)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|code|del|em|i|ins|kbd|mark|q|s|small|span|strong|sub|sup|time|u|wbr)\b[^<>]*>",
    re.I,
)
_TAG = re.compile(r"<[^<>]*>")
_TOKEN = re.compile("\x02[^\x02\x03]*\x03")


def plain(text: Text) -> str:
    """The words of a text as citizens read them, what stands for its pictures at the end."""
    return _APART.join(
        [_words_of(text.html), *(link.text for link in text.links if link.image and link.text)]
    )


def main_text(page: str) -> str:
    """The words of a page's main part."""
    begin, end = page.find("<main"), page.rfind("</main>")
    return _words_of(page[begin:end]) if 0 <= begin < end else ""


def _words_of(markup: str) -> str:
    """What a reader sees of HTML; blocks and cells stand apart, so that no pair spans two."""
    seen = _INLINE.sub("", _TOKEN.sub("", _UNSEEN.sub("", markup.replace("\x00", ""))))
    words = html.unescape(_TAG.sub("\x00", seen))
    return "\n\n".join(filter(None, (" ".join(part.split()) for part in words.split("\x00"))))
