"""Agencies: what each keeps, provides and answers."""

from functools import partial
from typing import Any

from plugins.site import Page, Site, View
from plugins.views.common import (
    acting,
    agency_link,
    agency_url,
    basis_text,
    head,
    section_url,
)
from plugins.views.entry import entry
from regulation.library import newest_first
from regulation.model import Agency
from regulation.portal import UnknownError
from regulation.vietnamese import format_date, sort_key

LISTED = 10


def agency_page(site: Site, agency: Agency, lang: str) -> Page:
    """The page of one agency."""
    url = agency_url(agency, lang)
    return Page(url, "agency", partial(_agency_view, site, agency, lang), lang)


def agencies_page(site: Site, lang: str) -> Page:
    """The list of agencies."""
    url = "/co-quan/" if lang == "vi" else f"/{lang}/co-quan/"
    return Page(url, "agencies", partial(_agencies_view, site, lang), lang)


def _agencies_view(site: Site, lang: str) -> View:
    url = "/co-quan/" if lang == "vi" else f"/{lang}/co-quan/"
    agencies = sorted(
        site.portal.agencies.values(), key=lambda agency: sort_key(agency.name.say(lang))
    )
    rows = [
        {
            **agency_link(site, agency.id, lang),
            "gone": not agency.exists(site.today),
            "until": site.say("gone_since", lang, date=format_date(agency.valid_to))
            if agency.valid_to and agency.checked
            else "",
            "checked": agency.checked,
        }
        for agency in agencies
    ]
    title = site.say("agencies", lang)
    return {
        "head": head(
            site,
            title=title,
            url=url,
            lang=lang,
            description=site.say("agencies_lead", lang),
            alternates={c: "/co-quan/" if c == "vi" else f"/{c}/co-quan/" for c in site.langs},
        ),
        "title": title,
        "now": [row for row in rows if not row["gone"]],
        "gone": [row for row in rows if row["gone"]],
    }


def _agency_view(site: Site, agency: Agency, lang: str) -> View:
    portal = site.portal
    name = agency.name.say(lang)

    def mine(agency_id: str) -> bool:
        """Whether what that agency did is this one's now: its own, or taken over."""
        if agency_id == agency.id:
            return True
        try:
            return portal.current(agency_id, site.today).id == agency.id
        except UnknownError:
            return False

    owned = [
        {"title": s.title.say(lang), "url": site.at(section_url(s.id, lang))}
        for s in portal.sections
        if agency in portal.owners(s, site.today) and s.title.has(lang)
    ]
    listed = newest_first([i for i in site.library.items if i.lang == lang and i.listed])
    listed.sort(key=lambda item: item.posted, reverse=True)
    provided = [entry(site, i) for i in listed if mine(i.agency) and i.type != "answer"]
    answered = [
        entry(site, i) for i in listed if i.type == "answer" and mine(i.values["answered_by"])
    ]
    posts = [
        {
            "title": post.title.say(lang),
            "held_by": post.held_by.say(lang),
            "basis": basis_text(post.basis),
        }
        for post in portal.in_force(portal.regulation.posts, site.today)
        if post.agency and mine(post.agency)
    ]
    before = [
        agency_link(site, other.id, lang)
        for other in portal.agencies.values()
        if other.successor == agency.id
    ]
    return {
        "head": head(
            site,
            title=name,
            url=agency_url(agency, lang),
            lang=lang,
            crumbs=[
                (site.say("agencies", lang), "/co-quan/" if lang == "vi" else f"/{lang}/co-quan/")
            ],
            alternates={code: agency_url(agency, code) for code in site.langs},
            data={
                "@type": "GovernmentOrganization",
                "name": name,
                "url": agency.url,
                "telephone": agency.phone,
                "email": agency.email,
                "address": agency.address.say(lang) or None,
            },
        ),
        "title": name,
        "short": agency.short.say(lang),
        "head_post": agency.head or "",
        "state": _state(site, agency, lang),
        "contact": {
            "address": agency.address.say(lang),
            "phone": agency.phone or "",
            "fax": agency.fax or "",
            "email": agency.email or "",
            "url": agency.url or "",
        },
        "before": before,
        "sections": owned,
        "posts": posts,
        "provided": provided[:LISTED],
        "answered": answered[:LISTED],
        "basis": "; ".join(agency.basis),
    }


def _state(site: Site, agency: Agency, lang: str) -> View:
    """Whether the agency is there on the day, until when, and who took its work over.

    What nobody read in an official text is told with that warning.
    """
    gone = not agency.exists(site.today)
    told = []
    if agency.valid_to:
        told.append(site.say("agency_gone", lang, date=format_date(agency.valid_to)))
    elif agency.valid_from:
        told.append(site.say("agency_since", lang, date=format_date(agency.valid_from)))
    if not agency.checked:
        told.append(site.say("agency_unchecked", lang))
    made: dict[str, Any] = {"gone": gone, "text": " ".join(told), "successor": None, "now": None}
    if agency.successor and gone:
        heir = site.portal.agency(agency.successor)
        made["successor"] = {
            **agency_link(site, heir.id, lang),
            "checked": agency.checked and heir.checked,
        }
        made["basis"] = agency.successor_basis
        now = acting(site, agency.id, lang)
        made["now"] = now if now["url"] != made["successor"]["url"] else None
    return made
