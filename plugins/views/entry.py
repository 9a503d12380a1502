"""An item in a list: a few words that let a reader choose."""

import datetime as dt
from typing import Any

from plugins.site import Site, View
from plugins.views.common import agency_link, day, picture, shorten
from plugins.views.values import fields
from regulation.items import Item
from regulation.vietnamese import format_date

THUMBNAIL = "(min-width: 720px) 220px, 30vw"


def entry(site: Site, item: Item, lang: str = "") -> View:
    """An item as a list shows it.

    Args:
        site: The portal being drawn.
        item: The item.
        lang: The language of the list, when it shows items of another: what the page itself says
            of them is said in that.
    """
    portal = site.portal
    section = portal.section(item.section)
    spec = portal.type_of(section)
    values = fields(site, spec.fields, item.values, item.lang)
    made: dict[str, Any] = {
        "id": item.id,
        "lang": item.lang,
        "title": item.title,
        "url": site.at(item.url),
        "summary": shorten(item.summary, 220),
        "date": day(item.posted),
        "type": spec.id,
        "type_title": spec.title.say(item.lang),
        "section": section.title.say(item.lang),
        "agency": agency_link(site, item.agency, item.lang),
        "sample": item.sample,
        "picture": picture(site, item.values.get("picture"), lazy=True, sizes=THUMBNAIL),
        "f": values,
    }
    if spec.id == "consultation":
        made["state"] = consultation_state(site, item, lang or item.lang)
    if spec.id == "media" and made["picture"] is None and item.values.get("pictures"):
        made["picture"] = picture(site, item.values["pictures"][0], lazy=True, sizes=THUMBNAIL)
    return made


def consultation_state(site: Site, item: Item, lang: str) -> View:
    """Whether a consultation is open on the day of the build, and how long."""
    opens: dt.date = item.values["opens"]
    closes: dt.date = item.values["closes"]
    if site.today < opens:
        days = (opens - site.today).days
        return {
            "code": "coming",
            "text": site.say("not_open", lang, days=days),
            "detail": site.say("opens_on", lang, date=format_date(opens)),
        }
    if site.today > closes:
        return {
            "code": "closed",
            "text": site.say("closed", lang),
            "detail": site.say("closed_on", lang, date=format_date(closes)),
        }
    days = (closes - site.today).days
    left = site.say("days_left", lang, days=days) if days else site.say("last_day", lang)
    return {
        "code": "open",
        "text": left,
        "detail": site.say("open_until", lang, date=format_date(closes)),
    }
