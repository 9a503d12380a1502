"""Where a message can go besides the portal's forms: by post, by telephone, in person."""

from collections.abc import Iterable

from plugins.site import Site, View
from plugins.views.common import acting
from regulation.model import AgencyKind, Role, Route
from regulation.portal import UnknownError


def reach(site: Site, lang: str, routes: Iterable[Route]) -> View:
    """Where a message can really go: the portal's own ways, or else those of others.

    Args:
        site: The portal being drawn.
        lang: The page's language.
        routes: The routes of the messages that the page is about.
    """
    regulation = site.portal.regulation
    contact = regulation.contact
    receivers: dict[str, View] = {}
    if not contact.reachable:
        for route in routes:
            seat = _seat(site, route.receiver)
            made = acting(site, seat, lang)
            receivers.setdefault(made["url"], {**made, **known(site, seat, lang)})
    return {
        "none": ""
        if contact.reachable
        else site.say("reach_none", lang, act=f"Quy chế ({regulation.act.number})"),
        "elsewhere": [
            {
                "title": way.title.say(lang),
                "text": way.text.say(lang),
                "url": site.at(way.url),
            }
            for way in contact.elsewhere
        ],
        "receivers": list(receivers.values()),
    }


def _seat(site: Site, agency_id: str) -> str:
    """The agency whose seat takes what is meant for another: a board sits where its head does."""
    if site.portal.agency(agency_id).kind is not AgencyKind.OTHER:
        return agency_id
    heads = site.portal.posts(Role.HEAD, site.today)
    return next((post.agency for post in heads if post.agency), agency_id)


def known(site: Site, agency_id: str, lang: str) -> View:
    """What is known of how to reach whoever does an agency's work today."""
    try:
        agency = site.portal.current(agency_id, site.today)
    except UnknownError:
        agency = site.portal.agency(agency_id)
    lines = [text for text in (agency.address.say(lang), agency.phone) if text]
    return {
        "lines": lines,
        "email": agency.email or "",
        "web": agency.url or "",
        "known": bool(lines or agency.email),
    }
