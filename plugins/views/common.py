"""What every view is made of: the head of a page, its trail, links to items and agencies."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from plugins.pictures import srcset
from plugins.site import Site, View
from regulation import telling
from regulation.model import Agency, Basis, Rule, Words
from regulation.vietnamese import format_date, format_time, nfc
from regulation.yamlfile import VIETNAM

Crumb = tuple[str, str]
"""A step of the trail: words, address (empty for the page itself)."""


def head(
    site: Site,
    *,
    title: str,
    url: str,
    lang: str,
    description: str = "",
    kind: str = "website",
    alternates: Mapping[str, str] | None = None,
    crumbs: Sequence[Crumb] = (),
    picture: str = "",
    dublin_core: Mapping[str, str] | None = None,
    data: Mapping[str, Any] | None = None,
    feed: str = "",
    indexed: bool = True,
    current: str = "",
) -> View:
    """What the page says about itself to browsers, search engines and other portals.

    Args:
        site: The portal being drawn.
        title: The page's own title, without the portal's name.
        url: The page's address from the root of the site.
        lang: The page's language.
        description: One or two sentences.
        kind: Open Graph type.
        alternates: The same page in other languages, by language.
        crumbs: The trail from the home page, without the home page and the page itself.
        picture: Address of a picture that stands for the page.
        dublin_core: Dublin Core elements besides title, date, language and identifier
            (Thông tư 24/2011/TT-BTTTT Điều 4).
        data: schema.org values of the page, for JSON-LD.
        feed: Address of the page's Atom feed.
        indexed: Whether search engines may list the page.
        current: The heading of the menu under which the page stands.
    """
    name = site.portal.regulation.name.say(lang)
    trail = [(site.say("home", lang), site.home(lang)), *crumbs, (title, "")]
    elements = {
        "title": title,
        "creator": name,
        "publisher": name,
        "language": lang,
        "description": description,
        "identifier": site.absolute(url),
        **(dublin_core or {}),
    }
    return {
        "title": title,
        "full_title": title if title == name else f"{title} – {name}",
        "description": description,
        "url": url,
        "canonical": site.absolute(url),
        "lang": lang,
        "kind": kind,
        "alternates": dict(alternates or {}),
        "absolute_alternates": {
            code: site.absolute(address) for code, address in (alternates or {}).items()
        },
        "picture": site.absolute(picture) if picture else "",
        "dublin_core": {key: value for key, value in elements.items() if value},
        "data": json_ld(site, trail, data, url),
        "feed": site.at(feed) if feed else "",
        "indexed": indexed,
        "current": current,
        "crumbs": [
            {"title": words, "url": site.at(address) if address else ""} for words, address in trail
        ]
        if len(trail) > 1 and url != site.home(lang)
        else [],
    }


def json_ld(site: Site, trail: Iterable[Crumb], data: Mapping[str, Any] | None, url: str) -> str:
    """The page's schema.org values as text that may stand inside a ``script`` element."""
    crumbs = [
        {
            "@type": "ListItem",
            "position": index,
            "name": words,
            "item": site.absolute(address or url),
        }
        for index, (words, address) in enumerate(trail, start=1)
    ]
    graph: list[dict[str, Any]] = [{"@type": "BreadcrumbList", "itemListElement": crumbs}]
    if data:
        graph.append({key: value for key, value in data.items() if value not in (None, "", [])})
    return data_block({"@context": "https://schema.org", "@graph": graph})


def data_block(value: object) -> str:
    """A value as JSON that may stand in a `script` element: "</script>" in a text stays text."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def day(value: dt.date | dt.datetime | None) -> View | None:
    """A day for people and for machines."""
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        local = value.astimezone(VIETNAM)
        return {"text": format_date(local.date()), "iso": local.isoformat(timespec="minutes")}
    return {"text": format_date(value), "iso": value.isoformat()}


def moment(site: Site, value: dt.datetime | None, lang: str) -> View | None:
    """A day and a time for people and for machines."""
    if value is None:
        return None
    local = value.astimezone(VIETNAM)
    if local.time() == dt.time():
        return day(value)
    text = site.say("at_time", lang, date=format_date(local.date()), time=format_time(local))
    return {"text": text, "iso": local.isoformat(timespec="minutes")}


def agency_url(agency: Agency, lang: str = "vi") -> str:
    """The address of an agency's page."""
    return f"{'' if lang == 'vi' else '/' + lang}/co-quan/{agency.id}/"


def agency_link(site: Site, agency_id: str, lang: str) -> View:
    """An agency's name and page."""
    agency = site.portal.agency(agency_id)
    return {
        "name": agency.name.say(lang),
        "short": agency.short.say(lang) or agency.name.say(lang),
        "url": site.at(agency_url(agency, lang)),
    }


def acting(site: Site, agency_id: str, lang: str) -> View:
    """Who does an agency's work on the day of the build, beside the name the regulation gives it.

    ``named`` is the regulation's own name where another does the work now; ``checked`` is false
    where nobody has read the succession in an official text; ``gone`` where there is none.
    """
    found = telling.acting(site.portal, agency_id, site.today, lang)
    return {
        **agency_link(site, found.agency.id, lang),
        "named": found.named,
        "checked": found.checked,
        "gone": found.gone,
    }


def page_lang(title: Words, lang: str) -> str:
    """The language in which a section or heading has a page: Vietnamese where it has no other."""
    return lang if title.has(lang) else "vi"


def section_url(section_id: str, lang: str = "vi") -> str:
    """The address of a section's or a group's page."""
    return f"{'' if lang == 'vi' else '/' + lang}/{section_id}/"


def picture(site: Site, given: Mapping[str, Any] | None, *, lazy: bool, sizes: str) -> View | None:
    """A picture of an item, ready for an ``img``; none when the item has none."""
    if not given or given.get("file") not in site.pictures:
        return None
    made = site.pictures[given["file"]]
    addresses = [site.at(url) for url, _ in made.sources]
    several = srcset(made, addresses)
    return {
        "src": site.at(made.src),
        "srcset": several,
        "sizes": sizes if several else "",
        "width": made.width,
        "height": made.height,
        "alt": given.get("alt") or "",
        "caption": given.get("caption") or "",
        "credit": given.get("credit") or "",
        "lazy": lazy,
    }


def file_link(site: Site, name: str) -> View:
    """A file that a reader may download: where, what kind, how large."""
    facts = site.files[name]
    return {
        "url": site.at(facts.url),
        "kind": facts.kind,
        "size": facts.size,
        "media_type": facts.media_type,
    }


def capital(text: str) -> str:
    """The text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def basis_text(basis: Basis) -> str:
    """The clauses a rule rests on, as one line."""
    return "; ".join(basis)


def rule(value: Rule, site: Site, lang: str) -> View:
    """What every rule shows: its clauses, its days in force, its note."""
    begins = value.valid_from and value.valid_from > site.today
    ended = value.valid_to and value.valid_to < site.today
    state = ""
    if ended and value.valid_to:
        state = site.say("rules_ended", lang, date=format_date(value.valid_to))
    elif begins and value.valid_from:
        state = site.say("rules_begins", lang, date=format_date(value.valid_from))
    return {
        "id": value.id,
        "basis": basis_text(value.basis),
        "note": value.note.say(lang),
        "state": state,
        "binds": not state,
    }


def shorten(text: str, most: int = 160) -> str:
    """A text cut at a word, for descriptions."""
    text = nfc(" ".join(text.split()))
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(",;:–- ") + "…"
