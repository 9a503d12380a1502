"""The questions asked of a regulation. Each takes the day as an argument."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from regulation.calendar import WorkCalendar
from regulation.content_types import ContentType, content_types
from regulation.model import (
    RULE_LISTS,
    Agency,
    Deadline,
    Group,
    MessageKind,
    Post,
    Regulation,
    Role,
    Route,
    Rule,
    Section,
)

R = TypeVar("R", bound=Rule)


class UnknownError(KeyError):
    """A section, agency or rule asked for by an id that the regulation does not know."""


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal (cổng): its regulation, its agencies, its calendar.

    Attributes:
        regulation: Every rule, as ``portal.yml`` states it.
        agencies: Every agency by id, those that are gone included.
        calendar: Working days and hours.
        path: The portal's folder.
    """

    regulation: Regulation
    agencies: Mapping[str, Agency]
    calendar: WorkCalendar
    path: Path

    @property
    def id(self) -> str:
        """The portal's id: the name of its folder."""
        return self.regulation.id

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every section, in the regulation's order."""
        return self.regulation.sections

    def section(self, slug: str) -> Section:
        """The section with this id.

        Raises:
            UnknownError: There is none.
        """
        for section in self.sections:
            if section.id == slug:
                return section
        raise UnknownError(f"Cổng {self.id} không có chuyên mục “{slug}”.")

    def group(self, slug: str) -> Group:
        """The heading of the menu with this slug.

        Raises:
            UnknownError: There is none.
        """
        for group in self.regulation.groups:
            if group.slug == slug:
                return group
        raise UnknownError(f"Cổng {self.id} không có nhóm chuyên mục “{slug}”.")

    def type_of(self, section: Section) -> ContentType:
        """The kind of content that the section holds."""
        return content_types()[section.type]

    def agency(self, agency_id: str) -> Agency:
        """The agency with this id, there or gone.

        Raises:
            UnknownError: There is none.
        """
        try:
            return self.agencies[agency_id]
        except KeyError:
            raise UnknownError(f"Cổng {self.id} không có cơ quan “{agency_id}”.") from None

    def current(self, agency_id: str, on: dt.date) -> Agency:
        """Who does the agency's work on the day: the agency itself or the last successor.

        Raises:
            UnknownError: The agency is gone and nobody took its work over.
        """
        agency = self.agency(agency_id)
        seen = {agency.id}
        while not agency.exists(on):
            if agency.valid_from and on < agency.valid_from:
                return agency
            if agency.successor is None or agency.successor in seen:
                raise UnknownError(
                    f"Cơ quan “{agency.name}” không còn vào ngày {on:%d/%m/%Y} "
                    "và không ghi cơ quan kế thừa."
                )
            agency = self.agency(agency.successor)
            seen.add(agency.id)
        return agency

    def owners(self, section: Section, on: dt.date) -> tuple[Agency, ...]:
        """Who keeps the section on the day, successors in place of those gone; each once."""
        found = {a.id: a for a in (self.current(owner, on) for owner in section.owners)}
        return tuple(found.values())

    def may_submit(self, agency_id: str, section: Section, on: dt.date) -> bool:
        """Whether the agency may submit to the section: it owns it, or everyone does (G2).

        An agency that is gone may where its successor may; one without a successor nowhere.

        Raises:
            UnknownError: There is no such agency, or an owner is gone without a successor.
        """
        self.agency(agency_id)
        try:
            who = self.current(agency_id, on)
        except UnknownError:
            return False
        return not section.owners or who in self.owners(section, on)

    def may_provide(self, agency_id: str, section: Section, on: dt.date) -> bool:
        """Whether an item of the section may come from the agency.

        Those who may submit, and the bodies that run the board itself: the text gives the head,
        the secretary, the administration and the operator every section.
        """
        board = {
            self.current(post.agency, on).id
            for role in (Role.HEAD, Role.SECRETARY, Role.ADMIN, Role.OPERATOR)
            for post in self.posts(role, on)
            if post.agency
        }
        try:
            return self.current(agency_id, on).id in board or self.may_submit(
                agency_id, section, on
            )
        except UnknownError:
            return False

    def deadline(self, rule_id: str) -> Deadline:
        """The deadline rule with this id.

        Raises:
            UnknownError: There is none.
        """
        for rule in self.regulation.deadlines:
            if rule.id == rule_id:
                return rule
        raise UnknownError(f"Cổng {self.id} không có thời hạn “{rule_id}”.")

    def deadlines(self, section: Section, on: dt.date) -> tuple[Deadline, ...]:
        """The deadlines that bind the section on the day, the strictest source first."""
        return self.in_force((self.deadline(d) for d in section.deadlines), on)

    def routes(self, kind: MessageKind, on: dt.date) -> tuple[Route, ...]:
        """Where a message of this kind goes on the day."""
        return tuple(r for r in self.in_force(self.regulation.routes, on) if kind in r.kinds)

    def sealed_to(self, agency_id: str, on: dt.date) -> tuple[str, ...]:
        """The public keys that a message to the agency is sealed to on the day, each once.

        The keys of the agency and of those whose work it took over, then the recovery keys. None
        unless there is one of each: what a unit alone could open is lost with its key.
        """
        unit = self.current(agency_id, on).id
        own: list[str] = []
        recovery: list[str] = []
        for rule in self.in_force(self.regulation.sealing, on):
            if rule.recovery:
                recovery.append(rule.recipient)
            elif self._works_for(rule.agency, on) == unit:
                own.append(rule.recipient)
        return tuple(dict.fromkeys([*own, *recovery])) if own and recovery else ()

    def _works_for(self, agency_id: str, on: dt.date) -> str:
        """Who does the agency's work on the day; empty where nobody does."""
        try:
            return self.current(agency_id, on).id
        except UnknownError:
            return ""

    def posts(self, role: Role, on: dt.date) -> tuple[Post, ...]:
        """The posts with a role on the day."""
        return tuple(p for p in self.in_force(self.regulation.posts, on) if p.role is role)

    def in_force(self, rules: Iterable[R], on: dt.date) -> tuple[R, ...]:
        """Those of the rules that bind on the day.

        A rule with no first day of its own begins with the regulation; one that a former
        regulation made carries its day, so that a new act does not undo what bound before. None
        binds after the regulation has ended.
        """
        act = self.regulation.act
        if act.valid_to and act.valid_to < on:
            return ()
        return tuple(
            rule
            for rule in rules
            if rule.in_force(on) and (rule.valid_from or act.valid_from) <= on
        )

    def rules(self) -> Iterator[tuple[str, int, Rule]]:
        """Every rule with the list it stands in and its place there."""
        for name in RULE_LISTS:
            for index, rule in enumerate(getattr(self.regulation, name)):
                yield name, index, rule
