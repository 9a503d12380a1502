"""The page "Quy chế": the regulation itself, drawn from the data."""

from collections.abc import Sequence
from functools import partial

from plugins.site import Page, Site, View
from plugins.views.common import (
    acting,
    agency_link,
    capital,
    head,
    rule,
    section_url,
)
from regulation.calendar import Unit
from regulation.model import Event, Every, Keeping, Route
from regulation.telling import by_when, how_long
from regulation.vietnamese import format_date, format_number

URL = "/quy-che/"

_EVENTS = {
    Event.ISSUED: "ngày văn bản được ký ban hành",
    Event.HAPPENED: "lúc sự kiện diễn ra",
    Event.APPROVED: "ngày được phê duyệt, công bố",
    Event.CREATED: "ngày thông tin được tạo ra",
    Event.RECEIVED: "ngày tiếp nhận",
    Event.ACCEPTED: "ngày thụ lý",
    Event.PUBLISHED: "ngày đăng tải",
    Event.OPENED: "ngày bắt đầu lấy ý kiến",
    Event.CHANGED: "lúc thông tin thay đổi",
}
_EVERY = {
    Every.ALWAYS: "Thường xuyên",
    Every.DAY: "Hằng ngày",
    Every.WEEK: "Hằng tuần",
    Every.MONTH: "Hằng tháng",
    Every.HALF_YEAR: "6 tháng một lần",
    Every.YEAR: "Hằng năm",
    Every.WHEN_NEEDED: "Khi cần",
}


def rules_page(site: Site) -> Page:
    """The page of the regulation."""
    return Page(URL, "rules", partial(_view, site))


def _view(site: Site) -> View:
    portal = site.portal
    regulation = portal.regulation
    act = regulation.act
    on = site.today
    item = site.library.item(act.item) if act.item else None
    fields = {field.id: field.title.vi for field in regulation.fields}
    title = site.say("regulation", "vi")

    def agency(agency_id: str) -> View:
        return acting(site, agency_id, "vi")

    return {
        "head": head(
            site,
            title=title,
            url=URL,
            lang="vi",
            description=site.say("rules_lead", "vi"),
            alternates={"vi": URL},
        ),
        "title": title,
        "act": {
            "title": act.title.vi,
            "number": act.number,
            "date": format_date(act.date),
            "issuer": agency_link(site, act.issuer, "vi"),
            "valid_from": format_date(act.valid_from),
            "valid_to": format_date(act.valid_to) if act.valid_to else "",
            "replaces": act.replaces or "",
            "item": {"title": item.title, "url": site.at(item.url)} if item else None,
        },
        "steps": [
            {
                **rule(step, site, "vi"),
                "title": step.title.vi,
                "who": [
                    {"title": post.title.vi, "held_by": post.held_by.vi}
                    for post in portal.posts(step.role, on)
                ],
                "by_field": step.by_field,
                "distinct": step.distinct,
            }
            for step in regulation.steps
        ],
        "delegations": [{**rule(d, site, "vi"), "text": d.text.vi} for d in regulation.delegations],
        "posts": [
            {
                **rule(post, site, "vi"),
                "title": post.title.vi,
                "held_by": post.held_by.vi,
                "agency": agency(post.agency) if post.agency else None,
                "fields": [fields[field] for field in post.fields],
                "tasks": [
                    {"text": task.text, "basis": "; ".join(task.basis)} for task in post.tasks
                ],
            }
            for post in regulation.posts
        ],
        "groups": [
            {
                "title": group.title.vi,
                "sections": [
                    {
                        **rule(section, site, "vi"),
                        "title": section.title.vi,
                        "url": site.at(section_url(section.id)),
                        "owners": _owners(site, section.owners),
                        "field": fields[section.field],
                        "deadlines": [
                            portal.deadline(rule_id).title.vi for rule_id in section.deadlines
                        ],
                    }
                    for section in portal.sections
                    if section.group == group.slug
                ],
            }
            for group in regulation.groups
        ],
        "deadlines": [
            {
                **rule(deadline, site, "vi"),
                "title": deadline.title.vi,
                "how_long": capital(how_long(deadline, "vi")),
                "event": ("đếm ngược từ " if deadline.before else "") + _EVENTS[deadline.event],
                "bearer": deadline.bearer.vi,
            }
            for deadline in regulation.deadlines
        ],
        "grounds": [
            {**rule(ground, site, "vi"), "title": ground.title.vi} for ground in regulation.grounds
        ],
        "routes": [route_view(site, route) for route in regulation.routes],
        "sealing": [
            {
                **rule(key, site, "vi"),
                "agency": agency(key.agency),
                "recipient": key.recipient,
                "recovery": key.recovery,
            }
            for key in regulation.sealing
        ],
        "intake": [
            {**rule(way, site, "vi"), "title": way.title.vi, "address": way.address or ""}
            for way in regulation.intake
        ],
        "keeping": [
            {
                **rule(kept, site, "vi"),
                "title": kept.title.vi,
                "term": keeping_term(site, kept),
            }
            for kept in regulation.keeping
        ],
        "royalties": [
            {
                **rule(royalty, site, "vi"),
                "title": royalty.title.vi,
                "payer": agency(royalty.payer) if royalty.payer else None,
                "set_by": royalty.set_by.vi,
                "receivers": royalty.receivers.vi,
            }
            for royalty in regulation.royalties
        ],
        "obligations": [
            {
                **rule(duty, site, "vi"),
                "who": duty.who.vi,
                "what": duty.what.vi,
                "every": _EVERY[duty.every]
                + (f", ít nhất {duty.times} lần" if duty.times > 1 else ""),
            }
            for duty in regulation.obligations
        ],
        "urgent": [
            {
                **rule(urgent, site, "vi"),
                "text": urgent.text.vi,
                "within": str(urgent.duration),
            }
            for urgent in regulation.urgent
        ],
        "clauses": [
            {**rule(clause, site, "vi"), "text": clause.text.vi} for clause in regulation.clauses
        ],
    }


def route_view(site: Site, route: Route) -> View:
    """Where a kind of message goes, who answers, by when."""
    portal = site.portal
    who = route.answered_by.vi
    where = {
        "field": site.say("rules_by_field", "vi"),
        "owner": site.say("rules_by_owner", "vi"),
    }.get(route.to)
    to = None if where else acting(site, route.to, "vi")
    named = portal.agency(route.to).name.vi if to else ""
    return {
        **rule(route, site, "vi"),
        "title": route.title.vi,
        "receiver": acting(site, route.receiver, "vi"),
        "to": to,
        # The agency's own name says it already: "Ban Biên tập" of "Ban Biên tập Cổng …".
        "answered_by": "" if to and who in named else who or where or "",
        "written": route.written,
        "deadlines": [
            by_when(rule, "vi")
            for rule in portal.in_force(map(portal.deadline, route.deadlines), site.today)
        ],
        "escalation": [acting(site, step, "vi") for step in route.escalation],
        "publish": route.publish.vi,
        "told": route.told.vi,
    }


def keeping_term(site: Site, kept: Keeping) -> str:
    """How long something is kept; where the text sets no term, that the State's rules do."""
    if kept.amount and kept.unit:
        return f"{format_number(kept.amount)} {_unit(kept.unit)}"
    if kept.for_ever:
        return site.say("rules_for_ever", "vi")
    return kept.term.vi or site.say("rules_by_law", "vi")


def _owners(site: Site, owners: Sequence[str]) -> list[View]:
    """Who keeps a section today, each once: several of the regulation's may be one by now."""
    return list({made["url"]: made for made in (acting(site, o, "vi") for o in owners)}.values())


def _unit(unit: Unit) -> str:
    return {
        Unit.HOUR: "giờ",
        Unit.DAY: "ngày",
        Unit.WORKING_DAY: "ngày làm việc",
        Unit.MONTH: "tháng",
    }.get(unit, "")
