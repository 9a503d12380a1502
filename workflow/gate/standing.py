"""Whether somebody may fill a place: by a post, or by a delegation; and if not, why not."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from accounts.staff import Grant, Holding, Person, Staff
from workflow.gate.chain import Seat
from workflow.gate.words import clock, day


class Rank(IntEnum):
    """How near somebody comes to filling a place: of several reasons the nearest is told."""

    STRANGER = 0
    OTHER_FIELD = 1
    GRANT_FAILS = 2
    NOT_ALL_ALONG = 3
    SUSPENDED = 4


@dataclass(frozen=True, slots=True)
class Lack:
    """Why somebody may not fill a place, in Vietnamese; of a stranger there is no more to say."""

    rank: Rank
    text: str = ""


@dataclass(frozen=True, slots=True)
class Capacity:
    """By which post somebody fills a place: the title, never the person."""

    title: str


def standing(
    seat: Seat, person: Person, staff: Staff, reviewed: dt.datetime, now: dt.datetime
) -> Capacity | Lack:
    """Whether the person may fill the place: both when reviewing and now."""
    then = capacity(seat, person, staff, reviewed)
    today = capacity(seat, person, staff, now)
    if isinstance(then, Capacity):
        if isinstance(today, Capacity):
            return then
        return _not_all_along(today, f"Người này nay không còn giữ chức danh mà {_at(seat)} cần.")
    if isinstance(today, Capacity):
        return _not_all_along(then, f"Lúc duyệt, người này chưa giữ chức danh mà {_at(seat)} cần.")
    return max((today, then), key=lambda lack: lack.rank)


def capacity(seat: Seat, person: Person, staff: Staff, at: dt.datetime) -> Capacity | Lack:
    """Whether the person may fill the place at a moment.

    Whoever is suspended at any post may fill none. A delegation counts only when made by somebody
    who holds the role by a post, so that no delegate delegates further and no circle begins.
    """
    held = _held(staff, person, at)
    if _suspended(held):
        return Lack(
            Rank.SUSPENDED,
            f"Lúc {clock(at)}, quyền truy cập của người này đang tạm ngừng; hãy để người khác giữ "
            "chức danh ấy duyệt.",
        )
    for holding in held:
        if post := seat.post_of(holding):
            return Capacity(post.title.vi)
    grants = [
        grant
        for grant in staff.delegations(at)
        if grant.delegate.id == person.id
        and grant.portal == seat.portal.id
        and grant.role in {post.role for post in seat.posts}
    ]
    lacks = []
    for grant in sorted(grants, key=_lasting, reverse=True):
        by_grant = _by_grant(grant, seat, held, staff, at)
        if isinstance(by_grant, Capacity):
            return by_grant
        lacks.append(by_grant)
    if lacks:
        return Lack(Rank.GRANT_FAILS, lacks[0])
    if any(
        holding.portal == seat.portal.id and holding.role is post.role
        for holding in held
        for post in seat.posts
    ):
        return Lack(
            Rank.OTHER_FIELD,
            f"Người này phụ trách lĩnh vực khác; {_at(seat)} cần {seat.who}.",
        )
    return Lack(Rank.STRANGER)


def _lasting(grant: Grant) -> tuple[dt.datetime, dt.datetime, dt.datetime, dt.datetime, str]:
    """An order of delegations, by how long they last, that does not depend on their listing."""
    revoked_at = grant.revoked_at or grant.until
    return grant.until, grant.since, revoked_at, grant.recorded_at, grant.grantor.id


def _by_grant(
    grant: Grant, seat: Seat, held: Sequence[Holding], staff: Staff, at: dt.datetime
) -> Capacity | str:
    """By which posts a delegation lets somebody fill the place at a moment, or why it does not."""
    if at < grant.since:
        return f"Ủy quyền chỉ có hiệu lực từ {clock(grant.since)}; từ lúc ấy hãy duyệt lại."
    if grant.until <= at:
        return f"Ủy quyền đã hết hiệu lực lúc {clock(grant.until)}; hãy để {seat.who} duyệt."
    if grant.revoked_at is not None and grant.revoked_at <= at:
        return f"Ủy quyền đã bị thu hồi lúc {clock(grant.revoked_at)}; hãy để {seat.who} duyệt."
    if at <= grant.recorded_at:
        return f"Ủy quyền mãi {clock(grant.recorded_at)} mới được ghi nhận; sau đó hãy duyệt lại."
    own = _own_title(grant, seat, held, at)
    if own is None:
        return f"Quy chế không cho ủy quyền việc này cho người ấy; hãy để {seat.who} duyệt."
    lent = _lent_title(grant, seat, staff, grant.recorded_at)
    if lent is None or _lent_title(grant, seat, staff, at) is None:
        return (
            "Người ủy quyền không tự mình giữ chức danh ấy (người được ủy quyền không được ủy "
            f"quyền lại); hãy để {seat.who} duyệt."
        )
    return Capacity(f"{own}, theo ủy quyền của {lent}")


def _own_title(grant: Grant, seat: Seat, held: Sequence[Holding], at: dt.datetime) -> str | None:
    """The delegate's own post, to which the regulation lets the role be delegated."""
    portal = seat.portal
    roles = {
        role
        for rule in portal.in_force(portal.regulation.delegations, day(at))
        if rule.role is grant.role
        for role in rule.to
    }
    for holding in held:
        if holding.portal == portal.id and holding.role in roles:
            for post in portal.posts(holding.role, day(at)):
                if not post.fields or holding.fields.intersection(post.fields):
                    return post.title.vi
    return None


def _lent_title(grant: Grant, seat: Seat, staff: Staff, at: dt.datetime) -> str | None:
    """The post by which the grantor fills the place at a moment."""
    held = _held(staff, grant.grantor, at)
    if _suspended(held):
        return None
    for holding in held:
        if holding.role is grant.role and (post := seat.post_of(holding)):
            return post.title.vi
    return None


def _held(staff: Staff, person: Person, at: dt.datetime) -> list[Holding]:
    return [
        holding
        for holding in staff.holdings(person, at)
        if holding.person.id == person.id and holding.in_force(at)
    ]


def _suspended(held: Iterable[Holding]) -> bool:
    return any(holding.suspended for holding in held)


def nearest(lacks: Sequence[Lack], seats: Sequence[Seat]) -> str:
    """Of the reasons why somebody fills none of the places, the one that came nearest."""
    if not lacks:
        return "Chưa rõ đề xuất cần ai duyệt; hãy sửa những điều đã nêu trước."
    best = max(lacks, key=lambda lack: lack.rank)
    if best.rank > Rank.STRANGER:
        return best.text
    who = "; ".join(dict.fromkeys(seat.who for seat in seats))
    return (
        "Người này không giữ chức danh nào, cũng không được ủy quyền việc nào mà đề xuất cần: "
        f"{who}."
    )


def _not_all_along(lack: Lack, text: str) -> Lack:
    """The reason itself where it says more than that the post was not held all along."""
    if lack.rank in (Rank.GRANT_FAILS, Rank.SUSPENDED):
        return lack
    return Lack(Rank.NOT_ALL_ALONG, f"{text} Hãy để người đang giữ chức danh ấy duyệt.")


def _at(seat: Seat) -> str:
    return f"bước “{seat.title}”"
