"""Pages of every portal: contact, access to information, site map, search, errors, redirects."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from plugins.site import Page, Site, View
from plugins.views.agency import agencies_page, agency_page
from plugins.views.common import basis_text, data_block, day, head, section_url
from plugins.views.finder import finder_pages, ways_in
from plugins.views.forms import form_pages, online, ways_to_write
from plugins.views.lists import group_page, home_page, section_pages, top_tasks
from plugins.views.reach import reach
from plugins.views.rules import keeping_term, route_view, rules_page
from regulation.content_types import content_types
from regulation.forms import TRACK
from regulation.items import Item
from regulation.telling import by_when

REQUEST_FORM = "/data/phieu-yeu-cau-cung-cap-thong-tin.txt"


def pages(site: Site) -> Iterator[Page]:
    """Every page of a portal but those of its items."""
    for lang in site.langs:
        yield home_page(site, lang)
        for group in site.portal.regulation.groups:
            if group.title.has(lang):
                yield group_page(site, group.slug, lang)
        for section in site.portal.sections:
            if section.title.has(lang):
                yield from section_pages(site, section, lang)
        yield agencies_page(site, lang)
        for agency in site.portal.agencies.values():
            yield agency_page(site, agency, lang)
        yield _simple(site, lang, "lien-he", "contact", _contact_view)
        yield _simple(site, lang, "so-do-cong", "site_map", _site_map_view)
        yield _simple(site, lang, "tim-kiem", "search", _search_view, indexed=False)
    yield rules_page(site)
    yield _simple(site, "vi", "gui-y-kien", "ask", _ask_view)
    yield _simple(site, "vi", "tiep-can-thong-tin", "access", _access_view)
    yield from form_pages(site)
    yield from finder_pages(site)
    yield Page(REQUEST_FORM, "request_form", partial(_request_form, site), indexed=False)
    yield Page("/404.html", "not_found", partial(_not_found_view, site), indexed=False)
    yield from _moved(site)


def _simple(
    site: Site,
    lang: str,
    name: str,
    template: str,
    view: Callable[[Site, str, str], View],
    indexed: bool = True,
) -> Page:
    """A page that stands in every language at an address of its own name."""
    url = f"{'' if lang == 'vi' else '/' + lang}/{name}/"
    return Page(url, template, partial(view, site, lang, url), lang, indexed=indexed)


def _titled(
    site: Site,
    lang: str,
    url: str,
    title: str,
    lead: str = "",
    *,
    everywhere: bool = True,
    **more: Any,
) -> View:
    """A page that is little more than its title: the head that all of these share.

    Args:
        site: The portal being drawn.
        lang: The page's language.
        url: The page's address.
        title: Key of its title in theme/words.yml.
        lead: Key of its first sentence.
        everywhere: Whether the page stands in every language of the portal.
        more: What else the template sees.
    """
    plain = url if lang == "vi" else url.removeprefix(f"/{lang}")
    others = {code: plain if code == "vi" else f"/{code}{plain}" for code in site.langs}
    words = site.say(title, lang)
    return {
        "head": head(
            site,
            title=words,
            url=url,
            lang=lang,
            description=site.say(lead, lang) if lead else "",
            alternates=others if everywhere else {lang: url},
            indexed=title not in ("search_title", "not_found_title"),
        ),
        "title": words,
        **more,
    }


def _contact_view(site: Site, lang: str, url: str) -> View:
    regulation = site.portal.regulation
    intake = [
        {
            "title": way.title.say(lang),
            "address": way.address or "",
            "basis": basis_text(way.basis),
        }
        for way in site.portal.in_force(regulation.intake, site.today)
        if way.title.has(lang)
    ]
    return _titled(
        site,
        lang,
        url,
        "contact",
        "contact_lead",
        basis=basis_text(regulation.contact.basis),
        intake=intake,
        reach=reach(site, lang, site.portal.routes("letter", site.today)),
    )


def _ask_view(site: Site, lang: str, url: str) -> View:
    """The forms; and where a citizen's message goes, by kind, and by which address."""
    routes = site.portal.in_force(site.portal.regulation.routes, site.today)
    return _titled(
        site,
        lang,
        url,
        "ask_title",
        "ask_lead",
        everywhere=False,
        tasks=ways_to_write(site),
        track=site.at(TRACK) if online(site) else "",
        reach=reach(site, lang, routes),
        routes=[route_view(site, route) for route in routes],
    )


def _site_map_view(site: Site, lang: str, url: str) -> View:
    return _titled(site, lang, url, "site_map", "sitemap_lead")


SEARCH_FACETS = {"kind": "loai", "section": "muc", "agency": "co-quan"}
"""What results of a search are filtered by, and the names in the page's address."""

_SEARCH_WORDS = (
    *"searching found found_one found_more none none_filtered nothing failed offline".split(),
    *"broken missing other_tones loosened shown_rest meant sort_score sort_date".split(),
    *"uncounted more_values".split(),
    *"year_any years_from years_to years_both years_one".split(),
)
_SHARED_WORDS = ("sort clear_filters remove_filter page_of previous_page next_page").split()


def _search_view(site: Site, lang: str, url: str) -> View:
    """What the script of the search page says; beside it what people come for without searching."""
    said = {name: f"search_{name}" for name in _SEARCH_WORDS} | {key: key for key in _SHARED_WORDS}
    return _titled(
        site,
        lang,
        url,
        "search_title",
        tasks=top_tasks(site, lang),
        facets=ways_in(site) if lang == "vi" else [],
        search_facets=[
            {"facet": facet, "name": name, "title": site.say(f"search_{facet}", lang)}
            for facet, name in SEARCH_FACETS.items()
        ],
        search_words=data_block({name: site.words[key].say(lang) for name, key in said.items()}),
    )


def _access_view(site: Site, lang: str, url: str) -> View:
    """The list of information to be published (Nghị định 13/2018/NĐ-CP Điều 6, 11)."""
    portal = site.portal
    documents = [
        item
        for item in site.library.items
        if item.listed and item.lang == "vi" and content_types()[item.type].finder == "documents"
    ]
    documents.sort(key=lambda item: (item.values["issued"], item.id), reverse=True)
    routes = portal.routes("information-request", site.today)
    kept_rules = portal.in_force(portal.regulation.keeping, site.today)
    return _titled(
        site,
        lang,
        url,
        "information_access",
        "access_lead",
        everywhere=False,
        sections=[
            {
                "title": section.title.vi,
                "summary": section.summary.vi,
                "url": site.at(section_url(section.id)),
                "when": [by_when(rule, "vi") for rule in portal.deadlines(section, site.today)],
                "basis": basis_text(section.basis),
            }
            for section in portal.sections
            if section.mandatory
        ],
        documents=[
            {
                "number": item.values.get("number") or "",
                "title": item.title,
                "issued": day(item.values["issued"]),
                "posted": day(item.posted),
                "url": site.at(item.url),
            }
            for item in documents
        ],
        form=site.at(REQUEST_FORM),
        term=next(
            (keeping_term(site, kept) for kept in kept_rules if kept.what == "content"),
            site.say("rules_by_law", lang),
        ),
        reach=reach(site, lang, routes),
        routes=[route_view(site, route) for route in routes],
    )


def _request_form(site: Site) -> View:
    return {"owner": site.portal.regulation.contact.owner.vi}


def _not_found_view(site: Site) -> View:
    return _titled(site, "vi", "/404.html", "not_found_title", everywhere=False)


def _moved(site: Site) -> Iterator[Page]:
    """A small page at every former address, which leads on without script."""
    for item in site.library.items:
        for old in item.values.get("moved_from") or ():
            yield Page(old, "moved", partial(_moved_view, site, item), item.lang, indexed=False)


def _moved_view(site: Site, item: Item) -> View:
    return {
        "head": head(
            site,
            title=site.say("moved_title", item.lang),
            url=item.url,
            lang=item.lang,
            indexed=False,
        ),
        "title": site.say("moved_title", item.lang),
        "url": site.at(item.url),
        "target": item.title,
    }
