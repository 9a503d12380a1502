"""Pages by which citizens write: the forms, tracking, the frame that the relay draws in."""

from collections.abc import Iterator
from functools import partial

from plugins.site import Page, Site, View
from plugins.views.common import acting, head
from plugins.views.entry import consultation_state, entry
from plugins.views.reach import known
from regulation.forms import TRACK, MessageForm, can_be_sealed, form_address, form_for, load_forms
from regulation.formview import form_view, promise_view
from regulation.items import Item
from regulation.model import Route
from regulation.places import FRAME, MAIN_MARK, TITLE_MARK

ASK = "/gui-y-kien/"
COMMENT = "gop-y/"
"""After the address of a consultation: the page to comment on it."""


def online(site: Site) -> bool:
    """Whether the portal has a relay: without one no form is shown that would lead nowhere."""
    return site.portal.regulation.voice.online


def forms_of(site: Site) -> Iterator[tuple[MessageForm, Route]]:
    """The forms of a portal on the day of the build, each with the route of its messages."""
    for kind in load_forms():
        form = form_for(site.portal, kind, site.today)
        if form is not None:
            yield form, site.portal.routes(kind, site.today)[0]


def open_consultations(site: Site) -> list[Item]:
    """The consultations that take comments on the day of the build, the first to close first."""
    found = [item for item in site.library.items if can_comment(site, item)]
    return sorted(found, key=lambda item: (item.values["closes"], item.id))


def can_comment(site: Site, item: Item) -> bool:
    """Whether an item has a page to comment on it: its own state and the day decide."""
    return (
        online(site)
        and item.lang == "vi"
        and item.listed
        and item.type == "consultation"
        and bool(site.portal.routes("comment", site.today))
        and consultation_state(site, item, "vi")["code"] == "open"
    )


def form_pages(site: Site) -> Iterator[Page]:
    """Every page of forms; none on a portal without a relay."""
    if not online(site):
        return
    for form, route in forms_of(site):
        url = form_address(form)
        if form.kind == "comment":
            yield Page(url, "comments", partial(_comments_view, site, form, route, url))
        else:
            yield Page(url, "form", partial(_form_view, site, form, route, url))
    for item in open_consultations(site):
        url = item.url + COMMENT
        yield Page(url, "form", partial(_comment_view, site, item, url), indexed=False)
    yield Page(TRACK, "track", partial(_track_view, site))
    yield Page(FRAME, "frame", partial(_frame_view, site), indexed=False)


def ways_to_write(site: Site) -> list[View]:
    """The forms as links with a line each; none on a portal without a relay."""
    if not online(site):
        return []
    return [
        {"title": form.title.vi, "text": form.lead.vi, "url": site.at(form_address(form))}
        for form, _ in forms_of(site)
    ]


def _drawn(site: Site, form: MessageForm, route: Route, about: View | None, unit: str) -> View:
    """What a page with a form shows of it."""
    on = site.today
    takes = can_be_sealed(site.portal, route, on)
    to = site.portal.current(route.to, on).id if route.sealed else ""
    return {
        "form": form_view(site.portal, form, route, on, about) if takes else None,
        "promise": promise_view(site.portal, form, route, on, unit),
        "action": site.at(f"/y-kien/gui/{form.slug}/"),
        "sealed": route.sealed,
        "told": route.told.vi,
        "more": [words.vi for words in form.told],
        # Whom a denunciation that counts by law goes to, and how they are reached.
        "unit": {**acting(site, to, "vi"), **known(site, to, "vi")} if to else None,
    }


def _headed(site: Site, form: MessageForm, url: str) -> View:
    """What a page of a form is called and says first."""
    return {
        "head": head(
            site,
            title=form.title.vi,
            url=url,
            lang="vi",
            description=form.lead.vi,
            alternates={"vi": url},
            crumbs=[(site.say("ask_title", "vi"), ASK)],
        ),
        "title": form.title.vi,
        "lead": form.lead.vi,
    }


def _form_view(site: Site, form: MessageForm, route: Route, url: str) -> View:
    return {
        **_headed(site, form, url),
        "about": None,
        **_drawn(site, form, route, None, ""),
    }


def _comments_view(site: Site, form: MessageForm, route: Route, url: str) -> View:
    """What can be commented on: a comment is always about one draft."""
    return {
        **_headed(site, form, url),
        "entries": [
            {**entry(site, item), "url": site.at(item.url + COMMENT)}
            for item in open_consultations(site)
        ],
        "drafts": [
            {"title": section.title.vi, "url": site.at(f"/{section.id}/")}
            for section in site.portal.sections
            if section.type == "consultation"
        ],
        "promise": promise_view(site.portal, form, route, site.today),
    }


def _comment_view(site: Site, item: Item, url: str) -> View:
    form = load_forms()["comment"]
    route = site.portal.routes("comment", site.today)[0]
    section = site.portal.section(item.section)
    about = {"id": item.id, "title": item.title, "url": item.url}
    state = consultation_state(site, item, "vi")
    return {
        "head": head(
            site,
            title=f"{form.name.vi}: {item.title}",
            url=url,
            lang="vi",
            description=form.lead.vi,
            alternates={"vi": url},
            crumbs=[(section.title.vi, f"/{section.id}/"), (item.title, item.url)],
            indexed=False,
        ),
        "title": form.title.vi,
        "lead": "",
        "about": {"title": item.title, "url": site.at(item.url), "state": state},
        **_drawn(site, form, route, about, item.values["drafted_by"]),
    }


def _track_view(site: Site) -> View:
    title, lead = site.say("track_title", "vi"), site.say("track_lead", "vi")
    return {
        "head": head(
            site,
            title=title,
            url=TRACK,
            lang="vi",
            description=lead,
            alternates={"vi": TRACK},
            crumbs=[(site.say("ask_title", "vi"), ASK)],
        ),
        "title": title,
        "action": site.at("/y-kien/tra-cuu/"),
    }


def _frame_view(site: Site) -> View:
    made = head(site, title=site.say("ask_title", "vi"), url=FRAME, lang="vi", indexed=False)
    name = site.portal.regulation.name.vi
    return {
        "head": {**made, "full_title": f"{TITLE_MARK} – {name}", "crumbs": []},
        "mark": MAIN_MARK,
    }
