"""The page "Quy chế": the regulation itself, drawn from the data."""

from functools import partial

from plugins.site import Page, Site, View
from plugins.views.common import agency_link, by_when, capital, head, how_long, rule, section_url
from regulation.calendar import Unit
from regulation.model import Event, Every, Route
from regulation.vietnamese import format_date, format_number

URL = "/quy-che/"

_EVENTS = {
    Event.ISSUED: "ngày văn bản được ký ban hành",
    Event.HAPPENED: "lúc sự kiện diễn ra",
    Event.APPROVED: "ngày được phê duyệt, công bố",
    Event.CREATED: "ngày thông tin được tạo ra",
    Event.RECEIVED: "ngày tiếp nhận",
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
        return agency_link(site, agency_id, "vi")

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
            "issuer": agency(act.issuer),
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
                        "owners": [agency(owner.id) for owner in portal.owners(section, on)],
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
                "event": _EVENTS[deadline.event],
                "bearer": deadline.bearer.vi,
            }
            for deadline in regulation.deadlines
        ],
        "grounds": [
            {**rule(ground, site, "vi"), "title": ground.title.vi} for ground in regulation.grounds
        ],
        "routes": [route_view(site, route) for route in regulation.routes],
        "intake": [
            {**rule(way, site, "vi"), "title": way.title.vi, "address": way.address or ""}
            for way in regulation.intake
        ],
        "keeping": [
            {
                **rule(kept, site, "vi"),
                "title": kept.title.vi,
                "term": f"{format_number(kept.amount)} {_unit(kept.unit)}"
                if kept.amount and kept.unit
                else site.say("rules_for_ever", "vi"),
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
        "clauses": [
            {**rule(clause, site, "vi"), "text": clause.text.vi} for clause in regulation.clauses
        ],
    }


def route_view(site: Site, route: Route) -> View:
    """Where a kind of message goes, who answers, by when."""
    portal = site.portal
    where = {
        "field": site.say("rules_by_field", "vi"),
        "owner": site.say("rules_by_owner", "vi"),
    }
    return {
        **rule(route, site, "vi"),
        "title": route.title.vi,
        "receiver": _now(site, route.receiver),
        "to": where.get(route.to) or portal.agency(route.to).name.vi,
        "answered_by": route.answered_by.vi,
        "written": route.written,
        "deadlines": [
            by_when(rule, "vi")
            for rule in portal.in_force(map(portal.deadline, route.deadlines), site.today)
        ],
        "escalation": [_now(site, step) for step in route.escalation],
        "publish": route.publish.vi,
        "told": route.told.vi,
    }


def _now(site: Site, agency_id: str) -> View:
    """Who does an agency's work today; the agency itself where the succession is not checked."""
    named = site.portal.agency(agency_id)
    today = site.portal.current(agency_id, site.today)
    return agency_link(site, (today if named.checked and today.checked else named).id, "vi")


def _unit(unit: Unit) -> str:
    return {
        Unit.HOUR: "giờ",
        Unit.DAY: "ngày",
        Unit.WORKING_DAY: "ngày làm việc",
        Unit.MONTH: "tháng",
    }.get(unit, "")
