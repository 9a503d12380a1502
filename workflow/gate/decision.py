"""What the gate decides, and how it says so."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from workflow.gate.words import clock, short
from workflow.proposals import Review


class State(StrEnum):
    """How a proposal stands."""

    APPROVED = "approved"  # đủ điều kiện đăng
    WAITING = "waiting"  # còn chờ một bước, hoặc chờ sửa theo yêu cầu
    REFUSED = "refused"  # bị từ chối, hoặc có điều phải sửa trước khi xét


@dataclass(frozen=True, slots=True)
class Need:
    """One place in the chain, filled or not.

    Attributes:
        step: The step's id in the regulation.
        title: What is done at it, in Vietnamese.
        basis: The articles and clauses it rests on.
        portal: The portal's id.
        portal_name: Its name in Vietnamese.
        field: The field's title, when one is asked.
        who: The posts that may fill it.
        review: The review that fills it; none while it is missing. Names a login: not for
            the public where accounts are confidential (G5).
        post: The post of whoever filled it, and by whose delegation.
        note: Why somebody who might fill it did not.
    """

    step: str
    title: str
    basis: tuple[str, ...]
    portal: str
    portal_name: str
    field: str
    who: str
    review: Review | None
    post: str
    note: str

    @property
    def done(self) -> bool:
        """Whether it is filled."""
        return self.review is not None

    def __str__(self) -> str:
        field = f" (lĩnh vực {self.field})" if self.field else ""
        if self.review is None:
            state = f"còn chờ {self.who}."
        else:
            state = f"{self.post}, lúc {clock(self.review.at)}."
        note = f" {self.note}" if self.note else ""
        mark = "✓" if self.done else "✗"
        return (
            f"{mark} {self.portal_name}: {self.title}{field}: {state}{note} "
            f"Căn cứ: {'; '.join(self.basis)}."
        )


@dataclass(frozen=True, slots=True)
class Objection:
    """A standing request for changes, or a refusal (từ chối) with its ground.

    Attributes:
        review: Who said so and when. Names a login, as ``Need.review``.
        post: The post of whoever said so.
        text: What was asked, in Vietnamese, and what to do.
        refuses: Whether it refuses by a ground of the regulation.
        basis: The articles and clauses of the ground.
    """

    review: Review
    post: str
    text: str
    refuses: bool = False
    basis: tuple[str, ...] = ()

    def __str__(self) -> str:
        basis = f" Căn cứ: {'; '.join(self.basis)}." if self.basis else ""
        return f"{self.post}, lúc {clock(self.review.at)}: {self.text}{basis}"


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A review that was not counted, and why, in Vietnamese."""

    review: Review
    reason: str

    def __str__(self) -> str:
        return f"Ý kiến lúc {clock(self.review.at)}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate says of a proposal, at a commit, at a moment.

    Attributes:
        proposal: The proposal's number.
        commit: The commit it is about; the decision is worth nothing for another.
        at: For when it was made.
        state: How the proposal stands.
        needs: Every place in the chain, portal by portal, in their order.
        objections: The requests for changes and refusals that stand.
        uncounted: The reviews that were not counted, in the order they were given.
        problems: What has to be mended before the proposal can be judged, in Vietnamese.
    """

    proposal: str
    commit: str
    at: dt.datetime
    state: State
    needs: tuple[Need, ...] = ()
    objections: tuple[Objection, ...] = ()
    uncounted: tuple[Uncounted, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[Need, ...]:
        """The places not filled yet."""
        return tuple(need for need in self.needs if not need.done)

    def status(self) -> str:
        """One line for a commit status: how it stands."""
        if self.state is State.APPROVED:
            return f"Đủ điều kiện đăng: bản {short(self.commit)} đã qua đủ các bước."
        if self.problems:
            return f"Chưa xét được: có {len(self.problems)} điều phải sửa."
        refusals = sum(objection.refuses for objection in self.objections)
        if refusals:
            return f"Bị từ chối: có {refusals} ý kiến từ chối."
        if self.objections:
            return f"Chờ sửa: có {len(self.objections)} yêu cầu sửa."
        return f"Chưa đăng được: còn thiếu {len(self.missing)} bước."

    def summary(self) -> str:
        """The whole decision as text for a comment: posts, never logins."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield self.status()
        for heading, entries in (
            ("Điều phải sửa", self.problems),
            ("Yêu cầu sửa, từ chối", self.objections),
            ("Các bước", self.needs),
            ("Ý kiến không được tính", self.uncounted),
        ):
            if entries:
                yield ""
                yield f"{heading}:"
                yield from (f"- {entry}" for entry in entries)
