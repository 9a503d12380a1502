"""The site's constant furniture: what stands on every page whatever is published."""

from plugins.site import Site, View
from plugins.views.common import section_url


def furniture(site: Site, lang: str) -> View:
    """What every page of a language has around its own content.

    Depends on the regulation, the words and the style sheets alone: publishing an item changes
    nothing here, so no other page has to be drawn again.
    """
    regulation = site.portal.regulation
    contact = regulation.contact
    prefix = "" if lang == "vi" else f"/{lang}"
    groups = []
    for group in regulation.groups:
        sections = [s for s in regulation.sections if s.group == group.slug]
        if not group.title.has(lang):
            continue
        groups.append(
            {
                "title": group.title.say(lang),
                "url": site.at(section_url(group.slug, lang)),
                "slug": group.slug,
                "sections": [
                    {
                        "title": section.title.say(lang),
                        "url": site.at(section_url(section.id, lang)),
                    }
                    for section in sections
                    if section.title.has(lang)
                ],
            }
        )
    return {
        "lang": lang,
        "portal": site.portal.id,
        "name": regulation.name.say(lang),
        "short_name": regulation.short_name.say(lang),
        "home": site.at(site.home(lang)),
        "base": site.base,
        "production": site.production,
        "static": {name: site.at(url) for name, url in site.static.items()},
        "accent": regulation.look.accent,
        "accent_dark": regulation.look.accent_dark,
        "groups": groups,
        "languages": [
            {
                "code": code,
                "name": {"vi": "Tiếng Việt", "en": "English"}[code],
                "home": site.at(site.home(code)),
            }
            for code in site.langs
        ],
        "urls": {
            "search": site.at(f"{prefix}/tim-kiem/"),
            "site_map": site.at(f"{prefix}/so-do-cong/"),
            "contact": site.at(f"{prefix}/lien-he/"),
            "ask": site.at("/gui-y-kien/"),
            "agencies": site.at(f"{prefix}/co-quan/"),
            "regulation": site.at("/quy-che/"),
            "information_access": site.at("/tiep-can-thong-tin/"),
            "documents": site.at("/tra-cuu-van-ban/"),
        },
        "contact": {
            "owner": contact.owner.say(lang),
            "responsible": contact.responsible.say(lang),
            "address": contact.address.say(lang),
            "phone": contact.phone or "",
            "fax": contact.fax or "",
            "emails": contact.emails,
        },
        "words": {key: words.say(lang) for key, words in site.words.items()},
    }
