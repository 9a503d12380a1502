"""The steps a proposal has to take at one portal, as its regulation lists them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from accounts.staff import Holding
from regulation.model import Post, Role, Step
from regulation.portal import Portal
from regulation.vietnamese import format_date
from workflow.gate.places import Touched

OPERATOR_STEP = "don-vi-van-hanh-xem-xet"
"""The id of the step that is asked for when a change touches what a portal runs by."""

_OPERATORS = (Role.OPERATOR, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Seat:
    """One place to be filled in the chain: a step, for one field where the step is by field.

    Attributes:
        step: The step's id.
        title: What is done at it, in Vietnamese.
        basis: The articles and clauses it rests on.
        portal: The portal.
        posts: The posts in force whose holders may fill it.
        fields: The fields of which the holder must answer for one; none when no field is asked.
        field: The title of the field, when there is just one.
        distinct: Whether it takes somebody who filled no earlier place.
    """

    step: str
    title: str
    basis: tuple[str, ...]
    portal: Portal
    posts: tuple[Post, ...]
    fields: frozenset[str] | None = None
    field: str = ""
    distinct: bool = True

    @property
    def who(self) -> str:
        """The posts that may fill it, as people call them."""
        return " hoặc ".join(dict.fromkeys(post.title.vi for post in self.posts))

    def post_of(self, holding: Holding) -> Post | None:
        """The post by which what somebody holds fills this place; none when it does not."""
        if holding.portal != self.portal.id:
            return None
        for post in self.posts:
            both = holding.fields.intersection(post.fields)
            if post.role is holding.role and (self.fields is None or self.fields & both):
                return post
        return None


Levels = tuple[tuple[Seat, ...], ...]
"""Places in their order: those of one level in any order, each level after the one before."""


def chain(touched: Touched, on: dt.date) -> tuple[Levels, list[str]]:
    """The places to be filled at a portal, and what is wrong with its regulation.

    The steps come from the regulation. What the portal runs by (its regulation, the code) is no
    field's matter: it asks for the operator (đơn vị vận hành), then for the steps that are not by
    field, the head's among them.
    """
    portal = touched.portal
    steps = portal.in_force(portal.regulation.steps, on)
    if not steps:
        return (), [
            f"Cổng {portal.id}: quy chế không có bước duyệt nào có hiệu lực vào ngày "
            f"{format_date(on)}; hãy sửa mục steps hoặc act trong portal.yml."
        ]
    problems: list[str] = []
    levels = [tuple(_seats(step, touched, on)) for step in steps]
    if touched.protected:
        heads = [index for index, step in enumerate(steps) if step.role is Role.HEAD]
        if heads:
            levels.insert(heads[0], (_operator(portal, on),))
        else:
            problems.append(
                f"Cổng {portal.id}: quy chế không có bước của Trưởng ban nên chưa ai cho đổi quy "
                "chế, mã nguồn được; hãy sửa mục steps trong portal.yml."
            )
    for seat in (seat for level in levels for seat in level):
        if not seat.posts:
            field = f", lĩnh vực “{seat.field}”" if seat.field else ""
            problems.append(
                f"Cổng {portal.id}: quy chế không có chức danh nào đang có hiệu lực cho bước "
                f"“{seat.title}”{field}; hãy sửa mục posts trong portal.yml."
            )
    return tuple(level for level in levels if level), problems


def _seats(step: Step, touched: Touched, on: dt.date) -> Iterator[Seat]:
    portal = touched.portal
    holders = portal.posts(step.role, on)

    def seat(posts: tuple[Post, ...], fields: frozenset[str] | None, title: str) -> Seat:
        basis, distinct = step.basis, step.distinct
        return Seat(step.id, step.title.vi, basis, portal, posts, fields, title, distinct)

    if not step.by_field:
        yield seat(holders, None, "")
        return
    titles = {field.id: field.title.vi for field in portal.regulation.fields}
    for field in sorted(touched.fields):
        mine = tuple(post for post in holders if field in post.fields)
        yield seat(mine, frozenset({field}), titles.get(field, field))
    if touched.files and not touched.fields:
        every = tuple(post for post in holders if post.fields)
        yield seat(every, frozenset(field for post in every for field in post.fields), "")


def _operator(portal: Portal, on: dt.date) -> Seat:
    posts = tuple(post for role in _OPERATORS for post in portal.posts(role, on))
    basis = tuple(dict.fromkeys(clause for post in posts for clause in post.basis))
    title = "Đơn vị vận hành xem xét thay đổi về quy chế, mã nguồn"
    return Seat(OPERATOR_STEP, title, basis, portal, posts)
