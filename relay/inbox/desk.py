"""What an act of an officer works with: the case, what was typed, and the writer's transaction."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from regulation.case_rules import case_rules
from regulation.findings import Finding, Refused, errors
from regulation.personal import clean, personal_data
from regulation.portal import Portal
from relay.answers.looking import findings, private_in, senders_own
from relay.answers.public import public_version, read_public
from relay.answers.senders import senders_of
from relay.cases.acts import happen, why_not
from relay.cases.case import Case, after
from relay.cases.events import Happened
from relay.cases.states import Did, Party, moves
from relay.inbox.may import why_not_now
from relay.inbox.seeing import Viewer, parties
from relay.intake.cleaning import line, text
from relay.store.cases import StoredCase, Unknown
from relay.store.keys import Keys
from relay.store.texts import texts_of, write_text
from relay.store.values import NewMail, Text, TextKind

MOST = {"tra-loi": 20_000, "hoi": 4_000, "ghi-chu": 4_000}
"""The longest that a text may be, in characters."""

Typed = Mapping[str, str]


@dataclass
class Desk:
    """What an act works with, inside the writer's transaction.

    Attributes:
        connection: The writer's.
        stored: The case, locked.
        portal: Its portal.
        who: Who acts.
        now: When.
        typed: What the form held.
        known: Addresses and numbers that the portal itself gives out.
        keys: The server's.
        case: The case as it is after what has been added.
        happened: What has been added.
        mail: What is to be sent.
    """

    connection: Connection
    stored: StoredCase
    portal: Portal
    who: Viewer
    now: dt.datetime
    typed: Typed
    known: Collection[str]
    keys: Keys
    case: Case
    happened: list[Happened] = field(default_factory=list)
    mail: list[NewMail] = field(default_factory=list)

    def add(self, did: Did, **data: Any) -> None:
        """Something happens, if it may.

        Raises:
            Refused: It may not; says why and what can be done instead.
        """
        party = self._as(did, data)
        at, portal = self.now, self.portal
        what = happen(self.case, did, party, self.who.person, at, data, portal=portal)
        mine = parties(self.case, self.who, portal)
        if why := why_not_now(self.case, did, mine, portal, at):
            raise Refused([Finding("", why)])
        self.case = after(self.case, what)
        self.happened.append(what)

    def _as(self, did: Did, data: Mapping[str, Any]) -> Party:
        """As what they do it: the first that may, else the first for whom only the data lack."""
        mine = parties(self.case, self.who, self.portal)
        if not mine:
            raise Unknown(self.case.id)
        whys = {p: why_not(self.case, did, p, self.now, data, portal=self.portal) for p in mine}
        may = [party for party, why in whys.items() if why is None]
        if may:
            return may[0]
        rows = moves(did, self.case.state, self.case.sealed)
        theirs = {party for row in rows for party in row.parties}
        return next((party for party in mine if party in theirs), mine[0])

    def reason(self) -> str:
        """The reason that was typed; of what is sealed, the one that was chosen, in its words.

        Raises:
            Refused: Somebody's data stand in it: a reason is kept for ever.
        """
        if self.case.sealed:
            chosen = case_rules().reasons.get(self.typed.get("ly-do", ""))
            if chosen is None:
                raise Refused([Finding("ly-do", "Hãy chọn một lý do trong danh sách.")])
            return chosen.title.vi
        said = line(self.typed.get("ly-do", ""))
        for datum in personal_data(clean(said), self.known):
            if datum.sure or datum.what.startswith("phone"):
                message = f"{datum.message} Lý do được giữ mãi trong lịch sử vụ việc."
                raise Refused([Finding("ly-do", message)])
        return said

    def write(self, name: str, kind: TextKind) -> Text:
        """Keeps a text that was typed.

        Raises:
            Refused: It is empty or too long.
        """
        body = text(self.typed.get(name, ""))
        if not body.strip():
            raise Refused([Finding(name, "Chưa có nội dung; hãy viết rồi gửi lại.")])
        if len(body) > MOST[name]:
            message = f"Dài quá {MOST[name]} chữ ({len(body)}); hãy viết gọn lại."
            raise Refused([Finding(name, message)])
        return self._keep(kind, body)

    def demand_fit_for_all(self, case: Case, body: str, field: str, instead: str) -> None:
        """An answer that senders of several cases read names none of them.

        Args:
            case: Whose answer it is.
            body: The answer.
            field: The field of the form.
            instead: What can be done instead.

        Raises:
            Refused: Somebody's own data stand in it.
        """
        senders = senders_of(self.connection, case, self.keys).values()
        found = private_in(body, senders, self.known)
        if found:
            raise Refused([Finding(field, f"{found[0]} {instead}")])

    def keep_public(self) -> None:
        """Keeps the public version that was typed.

        Raises:
            Refused: A part is empty or too long.
        """
        parts = [self.typed.get(f"ck-{part}", "") for part in ("ten", "linh-vuc", "hoi", "dap")]
        self._keep(TextKind.PUBLIC_DRAFT, public_version(*parts).body())

    def approve_public(self) -> str:
        """Keeps the public version as approved and gives its digest; empty when there is none.

        Raises:
            Refused: Somebody's data stand in it.
        """
        drafts = texts_of(self.connection, self.case.id, TextKind.PUBLIC_DRAFT)
        if not drafts or self.case.sealed:
            return ""
        public = read_public(drafts[-1].body)
        found = [*errors(findings(public, self.known))]
        for sender in senders_of(self.connection, self.case, self.keys).values():
            found += senders_own(public, sender)
        if found:
            raise Refused(found)
        return self._keep(TextKind.PUBLIC, drafts[-1].body).sha256

    def _keep(self, kind: TextKind, body: str) -> Text:
        return write_text(self.connection, self.case.id, kind, body, self.who.person, self.now)

    def tell_citizen(self, template: str) -> None:
        """The sender is told that something happened; what, stands on their page."""
        self.mail.append(NewMail("citizen", template, {}))

    def tell_unit(self, template: str) -> None:
        """The unit that has the case now is told."""
        if self.case.unit:
            self.mail.append(NewMail(f"unit:{self.case.unit}", template, {}))
