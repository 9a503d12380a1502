"""Pages that list items: the home page, headings of the menu, sections."""

import math
from collections.abc import Iterator
from functools import partial
from typing import Any

from plugins.site import Page, Site, View
from plugins.views.common import agency_link, basis_text, head, section_url
from plugins.views.entry import entry
from plugins.views.item import chart_of, table_of
from regulation.items import Item
from regulation.library import newest_first
from regulation.model import Section
from regulation.telling import by_when

PER_PAGE = 20
NEWS = 6
DOCUMENTS = 5
FIGURES = 2


def section_pages(site: Site, section: Section, lang: str) -> Iterator[Page]:
    """A section's pages, twenty items each; the first stands there even when there is none."""
    items = site.library.in_section(section, lang)
    count = max(1, math.ceil(len(items) / PER_PAGE))
    for number in range(1, count + 1):
        yield Page(
            page_url(section_url(section.id, lang), number),
            "section",
            partial(_section_view, site, section, lang, items, number, count),
            lang,
        )


def page_url(url: str, number: int) -> str:
    """The address of a page of a list: the first has the list's own."""
    return url if number == 1 else f"{url}trang-{number}/"


def pager(site: Site, url: str, number: int, count: int, lang: str) -> View | None:
    """Links to the pages before and after; none for a list of one page."""
    if count == 1:
        return None
    near = sorted({1, count, *range(max(1, number - 2), min(count, number + 2) + 1)})
    return {
        "text": site.say("page_of", lang, page=number, pages=count),
        "previous": site.at(page_url(url, number - 1)) if number > 1 else "",
        "next": site.at(page_url(url, number + 1)) if number < count else "",
        "pages": [
            {
                "number": n,
                "url": site.at(page_url(url, n)),
                "current": n == number,
                "gap": bool(i) and n - near[i - 1] > 1,
            }
            for i, n in enumerate(near)
        ],
    }


def _section_view(
    site: Site, section: Section, lang: str, items: list[Item], number: int, count: int
) -> View:
    portal = site.portal
    group = portal.group(section.group)
    title = section.title.say(lang)
    url = section_url(section.id, lang)
    spec = portal.type_of(section)
    alternates = {
        code: section_url(section.id, code) for code in site.langs if section.title.has(code)
    }
    where = f" ({site.say('page_of', lang, page=number, pages=count)})" if number > 1 else ""
    return {
        "head": head(
            site,
            title=title + where,
            url=page_url(url, number),
            lang=lang,
            description=section.summary.say(lang),
            alternates=alternates if number == 1 else {lang: page_url(url, number)},
            crumbs=[(group.title.say(lang), section_url(group.slug, lang))],
            feed=url + "feed.xml",
            current=section.group,
        ),
        "title": title,
        "summary": section.summary.say(lang),
        "listing": spec.listing,
        "entries": [
            entry(site, item) for item in items[(number - 1) * PER_PAGE : number * PER_PAGE]
        ],
        "pager": pager(site, url, number, count, lang),
        "about": _about(site, section, lang),
        "external": section.external or "",
        "siblings": [
            {"title": other.title.say(lang), "url": site.at(section_url(other.id, lang))}
            for other in portal.sections
            if other.group == section.group and other.id != section.id and other.title.has(lang)
        ],
        "vietnamese": site.at(section_url(section.id))
        if lang != "vi" and not items and site.library.in_section(section, "vi")
        else "",
    }


def _about(site: Site, section: Section, lang: str) -> View:
    """Who keeps the section, who reviews it, by when, on what basis."""
    portal = site.portal
    fields = {field.id: field for field in portal.regulation.fields}
    return {
        "owners": [
            agency_link(site, agency.id, lang) for agency in portal.owners(section, site.today)
        ],
        "field": fields[section.field].title.say(lang),
        "deadlines": [
            {"title": by_when(rule, lang), "basis": basis_text(rule.basis)}
            for rule in portal.deadlines(section, site.today)
        ],
        "basis": basis_text(section.basis),
    }


def group_page(site: Site, slug: str, lang: str) -> Page:
    """A heading of the menu: its sections, each with its latest item."""
    return Page(section_url(slug, lang), "group", partial(_group_view, site, slug, lang), lang)


def _group_view(site: Site, slug: str, lang: str) -> View:
    portal = site.portal
    group = portal.group(slug)
    sections = []
    for section in portal.sections:
        if section.group != slug or not section.title.has(lang):
            continue
        items = site.library.in_section(section, lang)
        sections.append(
            {
                "title": section.title.say(lang),
                "summary": section.summary.say(lang),
                "url": site.at(section_url(section.id, lang)),
                "latest": entry(site, items[0]) if items else None,
                "count": len(items),
            }
        )
    title = group.title.say(lang)
    return {
        "head": head(
            site,
            title=title,
            url=section_url(slug, lang),
            lang=lang,
            description=group.summary.say(lang),
            alternates={
                code: section_url(slug, code) for code in site.langs if group.title.has(code)
            },
            current=slug,
        ),
        "title": title,
        "summary": group.summary.say(lang),
        "sections": sections,
    }


def home_page(site: Site, lang: str) -> Page:
    """The home page: what people come for, then what is new."""
    return Page(site.home(lang), "home", partial(_home_view, site, lang), lang)


def _home_view(site: Site, lang: str) -> View:
    portal = site.portal
    regulation = portal.regulation
    listed = newest_first([i for i in site.library.items if i.lang == lang and i.listed])
    by_type: dict[str, list[Item]] = {}
    for item in sorted(listed, key=lambda item: item.posted, reverse=True):
        by_type.setdefault(item.type, []).append(item)
    news = by_type.get("article", [])[:NEWS]
    documents = sorted(
        (
            item
            for kind in ("legal_document", "directive", "plan")
            for item in by_type.get(kind, [])
        ),
        key=lambda item: (item.posted.date(), item.values["issued"]),
        reverse=True,
    )[:DOCUMENTS]
    consultations = [
        made
        for item in sorted(
            (i for i in site.library.items if i.type == "consultation" and i.listed),
            key=lambda item: (item.values["closes"], item.id),
        )
        if (item.lang == lang or lang not in site.library.by_id[item.id])
        and (made := entry(site, item, lang))["state"]["code"] != "closed"
    ]
    figures = [
        _figure(site, item)
        for kind in ("index_ranking", "survey_result", "dossier_stat", "statistic", "budget")
        for item in by_type.get(kind, [])[:1]
        if item.values.get("chart")
    ][:FIGURES]
    name = regulation.name.say(lang)
    return {
        "head": head(
            site,
            title=name,
            url=site.home(lang),
            lang=lang,
            description=regulation.about.say(lang),
            alternates={code: site.home(code) for code in site.langs},
            data={
                "@type": "GovernmentOrganization",
                "name": regulation.contact.owner.say(lang),
                "url": site.absolute(site.home(lang)),
                "address": regulation.contact.address.say(lang),
                "telephone": regulation.contact.phone,
                "email": regulation.contact.emails[0] if regulation.contact.emails else None,
            },
        ),
        "title": name,
        "about": regulation.about.say(lang),
        "tasks": top_tasks(site, lang),
        "consultations": consultations[:4],
        "lead": entry(site, news[0]) if news else None,
        "news": [entry(site, item) for item in news[1:]],
        "documents": [entry(site, item) for item in documents],
        "figures": figures,
        "more": {
            kind: more
            for kind in ("article", "legal_document", "consultation")
            if (more := _more(site, kind, lang))
        },
    }


def top_tasks(site: Site, lang: str) -> list[View]:
    """What people come for, as portal.yml lists it."""
    return [
        {
            "title": task.title.say(lang),
            "text": task.text.say(lang),
            "url": site.at(_localised(task.url, lang)),
        }
        for task in site.portal.regulation.tasks
        if task.title.has(lang)
    ]


def _localised(url: str, lang: str) -> str:
    """An address of the portal in the page's language, where that page exists in it."""
    only_vietnamese = ("/quy-che/", "/tiep-can-thong-tin/", "/tra-cuu-van-ban/", "/gui-y-kien/")
    if lang == "vi" or not url.startswith("/") or url.startswith(only_vietnamese):
        return url
    return f"/{lang}{url}"


def _more(site: Site, kind: str, lang: str) -> View | None:
    for section in site.portal.sections:
        if section.type == kind and section.title.has(lang):
            title = section.title.say(lang)
            return {"title": title, "url": site.at(section_url(section.id, lang))}
    return None


def _figure(site: Site, item: Item) -> View:
    values: dict[str, Any] = dict(item.values)
    chart, table = chart_of(site, values), table_of(site, values, item.lang)
    return {"entry": entry(site, item), "chart": chart, "csv": table["csv"] if table else None}
