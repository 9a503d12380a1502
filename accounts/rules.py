"""What the regulations let be written down: posts, fields, delegations. Every fault at once."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from regulation.findings import Finding, Refused
from regulation.model import Post, Role
from regulation.portal import Portal
from regulation.reading import one_of
from regulation.vietnamese import format_date, format_time
from regulation.yamlfile import VIETNAM

ROLES: Mapping[Role, str] = {
    Role.HEAD: "Trưởng ban",
    Role.DEPUTY: "Phó Trưởng ban",
    Role.SECRETARY: "Thư ký",
    Role.MEMBER: "thành viên",
    Role.CONTRIBUTOR: "cộng tác viên",
    Role.ADMIN: "quản trị",
    Role.OPERATOR: "đơn vị vận hành",
}
"""What each role is called."""


def role_words(role: str) -> str:
    """What a role is called; by its id what is no role any more."""
    return ROLES[Role(role)] if role in [*Role] else role


def day(moment: dt.datetime) -> dt.date:
    """The day in Viet Nam."""
    return moment.astimezone(VIETNAM).date()


def clock(moment: dt.datetime) -> str:
    """The moment in Viet Nam: "10:05 ngày 22/11/2026"."""
    local = moment.astimezone(VIETNAM)
    return f"{format_time(local)} ngày {format_date(local)}"


def portal_for(portals: Mapping[str, Portal], portal_id: str) -> Portal:
    """The portal with this id.

    Raises:
        Refused: There is none.
    """
    if portal_id not in portals:
        raise Refused([Finding("--portal", f"Không có cổng này. {one_of(portal_id, [*portals])}")])
    return portals[portal_id]


def post_for(
    portal: Portal, post_id: str, fields: Sequence[str], on: dt.date
) -> tuple[Post, tuple[str, ...]]:
    """The post with this id, and for which of its fields it is to be held: all when none is named.

    Raises:
        Refused: There is no such post on the day, or it does not answer for such a field.
    """
    rules = portal.regulation.posts
    there = portal.in_force(rules, on)
    post = next((each for each in there if each.id == post_id), None)
    if post is None:
        fault = f"Không có chức danh này trong quy chế của cổng {portal.id}."
        if any(each.id == post_id for each in rules):
            fault = (
                f"Chức danh này không có hiệu lực vào ngày {format_date(on)} theo quy chế của cổng "
                f"{portal.id}."
            )
        names = ", ".join(f"{each.id} ({each.title})" for each in there) or "không có"
        message = f"{fault} Các chức danh có hiệu lực vào ngày {format_date(on)}: {names}."
        raise Refused([Finding(post_id, message)])
    unknown = [field for field in dict.fromkeys(fields) if field not in post.fields]
    if unknown:
        titles = {field.id: field.title for field in portal.regulation.fields}
        names = ", ".join(f"{field} ({titles[field]})" for field in post.fields) or "không có"
        message = f"Chức danh “{post.title}” không phụ trách lĩnh vực này. Các lĩnh vực: {names}."
        raise Refused(Finding(field, message) for field in unknown)
    return post, tuple(field for field in post.fields if field in fields or not fields)


def roles_that_may_stand_in(portal: Portal, role: str, on: dt.date) -> frozenset[Role]:
    """To whom the regulation lets a role be delegated on the day.

    Raises:
        Refused: To nobody: the role may not be delegated.
    """
    rules = portal.in_force(portal.regulation.delegations, on)
    allowed = {to for rule in rules if rule.role == role for to in rule.to}
    if not allowed:
        names = "; ".join(
            f"{role_words(rule.role)} cho {', '.join(map(role_words, rule.to))} "
            f"({', '.join(rule.basis)})"
            for rule in rules
        )
        message = (
            f"Quy chế của cổng {portal.id} không cho ủy quyền vai trò {role_words(role)} vào ngày "
            f"{format_date(on)}. Cho ủy quyền: {names or 'không có'}."
        )
        raise Refused([Finding("--role", message)])
    return frozenset(allowed)


def demand_order(since: dt.datetime, until: dt.datetime | None, now: dt.datetime) -> None:
    """Refuses a time that ends before it begins, or has ended already.

    Raises:
        Refused: It does.
    """
    if until is None:
        return
    if until <= since:
        message = f"Phải sau lúc bắt đầu ({clock(since)}); hãy sửa lại."
        raise Refused([Finding("--until", message)])
    if until <= now:
        raise Refused([Finding("--until", f"Đã qua ({clock(until)}); hãy ghi một ngày sau.")])


def titles(portals: Mapping[str, Portal], portal_id: str, posts: Iterable[str]) -> dict[str, str]:
    """What posts are called; by its id what the regulations no longer have."""
    rules = portals[portal_id].regulation.posts if portal_id in portals else ()
    known = {post.id: post.title.vi for post in rules}
    return {post: known.get(post, post) for post in posts}
