"""What is written down about people: each act is checked, written and logged as one.

``now`` is asked for after the lock is had, so that waiting for it does not make anything count
from before it could be known.
"""

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, or_, select

from accounts.acting import Act, acting, demand_person
from accounts.contacts import NOTHING, Contact, contact_of, demand_contact, stated, tidy
from accounts.database import Database
from accounts.holders import LOCAL, holdings_of, id_of_email, id_of_login, is_suspended, person_of
from accounts.keys import read_key
from accounts.lines import one_line
from accounts.log import Action
from accounts.rules import (
    ROLES,
    clock,
    day,
    demand_order,
    portal_for,
    post_for,
    roles_that_may_stand_in,
)
from accounts.schema import (
    contacts,
    delegations,
    emails,
    holdings,
    keys,
    logins,
    suspensions,
)
from accounts.signing.ending import end_credentials, end_desks, end_sessions
from accounts.staff import fold_name
from regulation.findings import Finding, Refused
from regulation.model import ID, Post, Role
from regulation.portal import Portal
from regulation.vietnamese import format_date, nfc

FORGES = ("github",)
"""Forges that have logins of their own."""

_ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\".]+\Z")
_LOGIN = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}(?:\[bot\])?\Z")


@dataclass(frozen=True, slots=True)
class Granted:
    """What was granted: the post, for which fields, from when to when."""

    post: Post
    fields: tuple[str, ...]
    since: dt.datetime
    until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Register:
    """Where everything is written down. Every method raises ``Refused`` and then writes nothing.

    Attributes:
        database: Where.
        now: Tells the time.
        actor: The id of whoever is doing it; empty when nobody known is.
        account: The account on the machine.
    """

    database: Database
    now: Callable[[], dt.datetime]
    actor: str = ""
    account: str = ""

    def _act(
        self, action: Action, person: str, *, new: bool = False
    ) -> contextlib.AbstractContextManager[Act]:
        who = (self.actor, self.account)
        return acting(self.database, self.now, who, action, person, new=new)

    # --- People and their names -------------------------------------------------------------------

    def add_person(
        self,
        person: str,
        name: str,
        *,
        addresses: Iterable[str] = (),
        names: Iterable[tuple[str, str]] = (),
        contact: Contact = NOTHING,
        bot: bool = False,
    ) -> None:
        """Registers somebody.

        Args:
            person: Their id, which is their login of the local forge.
            name: Their full name.
            addresses: Their e-mail addresses.
            names: Their logins, each with its forge.
            contact: What they state of themselves besides.
            bot: Whether it is a program.
        """
        if not ID.match(person):
            message = (
                "Mã chỉ được gồm chữ thường không dấu, chữ số và dấu gạch nối, ví dụ mai-nt; hãy "
                "đặt lại."
            )
            raise Refused([Finding(person, message)])
        name = one_line(name, "--name")
        if not name:
            raise Refused([Finding("--name", "Họ tên đang để trống; hãy điền vào.")])
        told = tidy(contact)
        with self._act(Action.ADDED, person, new=True) as act:
            if id_of_login(act.connection, LOCAL, person) is not None:
                message = "Mã này đã có người dùng và không dùng lại được; hãy chọn mã khác."
                raise Refused([Finding(person, message)])
            act.add_person(id=person, name=name, bot=bot, added_at=act.now)
            for address in addresses:
                _add_email(act, person, address)
            for forge, login in names:
                _add_login(act, person, forge, login)
            if told != NOTHING:
                _state(act, person, told)

    def change_contact(self, person: str, change: Callable[[Contact], Contact]) -> Contact:
        """Changes what somebody states of themselves (S3), and gives what they state now.

        Args:
            person: Who.
            change: Makes the new out of what they stated before.
        """
        with self._act(Action.CONTACT_CHANGED, person) as act:
            before = contact_of(act.connection, person)
            after = tidy(change(before))
            if after == before:
                message = "Thông tin liên hệ ấy đã ghi rồi; không có gì để đổi."
                raise Refused([Finding(person, message)])
            _state(act, person, after)
        return after

    def add_email(self, person: str, address: str) -> None:
        """Registers an e-mail address: commits that bear it are the person's."""
        with self._act(Action.EMAIL_ADDED, person) as act:
            _add_email(act, person, address)

    def end_email(self, person: str, address: str) -> None:
        """Says that an e-mail address is the person's no longer."""
        with self._act(Action.EMAIL_ENDED, person) as act:
            _end(act, emails, person, address, emails.c.folded == fold_name(address))

    def add_login(self, person: str, forge: str, login: str) -> None:
        """Registers a login at a forge."""
        with self._act(Action.LOGIN_ADDED, person) as act:
            _add_login(act, person, forge, login)

    def end_login(self, person: str, forge: str, login: str) -> None:
        """Says that a login is the person's no longer."""
        with self._act(Action.LOGIN_ENDED, person) as act:
            this = (logins.c.forge == forge, logins.c.folded == fold_name(login))
            _end(act, logins, person, login, *this)

    def add_key(self, person: str, text: str, shown: str = "khóa") -> str:
        """Registers an SSH public key and gives its fingerprint.

        Args:
            person: Whose.
            text: What the key's file holds.
            shown: The file's name in messages.
        """
        try:
            key = read_key(text)
        except ValueError as error:
            raise Refused([Finding(shown, str(error))]) from None
        with self._act(Action.KEY_ADDED, person) as act:
            for row in act.rows(keys, keys.c.fingerprint == key.fingerprint):
                message = "Khóa này đã đăng ký rồi; không cần đăng ký lại."
                if row["revoked_at"] is not None:
                    message = "Khóa này đã bị thu hồi, không dùng lại được; hãy tạo khóa mới."
                elif row["person"] != person:
                    message = f"Khóa này là của “{row['person']}”; mỗi người một khóa riêng."
                raise Refused([Finding(shown, message)])
            values = {"line": key.line, "fingerprint": key.fingerprint}
            act.add(keys, person=person, **values, added_at=act.now, revoked_at=None)
        return key.fingerprint

    def revoke_key(self, person: str, fingerprint: str) -> None:
        """Revokes a key: what it signs from now on counts no more."""
        with self._act(Action.KEY_REVOKED, person) as act:
            valid = or_(keys.c.revoked_at.is_(None), keys.c.revoked_at > act.now)
            found = act.rows(keys, keys.c.person == person, valid)
            mine = [row for row in found if row["fingerprint"] == fingerprint.strip()]
            if not mine:
                there = ", ".join(row["fingerprint"] for row in found) or "không có khóa nào"
                message = f"“{person}” không có khóa này. Các khóa đang dùng: {there}."
                raise Refused([Finding(fingerprint, message)])
            act.change(keys, mine[0]["id"], revoked_at=act.now)

    # --- Posts ------------------------------------------------------------------------------------

    def grant(
        self,
        portals: Mapping[str, Portal],
        person: str,
        portal: str,
        post: str,
        fields: Sequence[str] = (),
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
    ) -> Granted:
        """Gives somebody a post (giao chức danh).

        Args:
            portals: Every portal by id.
            person: Who.
            portal: At which portal.
            post: The post's id in the regulation.
            fields: For which of its fields; none means for all of them.
            since: From when; none means now. Earlier than now does not make it count earlier.
            until: Until before when; none means until further notice.
        """
        with self._act(Action.GRANTED, person) as act:
            begin = since or act.now
            demand_order(begin, until, act.now)
            rules = portal_for(portals, portal)
            found, chosen = post_for(rules, post, fields, day(max(begin, act.now)))
            if person_of(act.connection, person, LOCAL).bot and found.role is not Role.CONTRIBUTOR:
                message = "Chương trình chỉ được làm cộng tác viên; hãy giao chức danh cho người."
                raise Refused([Finding(person, message)])
            demand_contact(act.connection, rules, person, day(act.now))
            same = (holdings.c.portal == portal, holdings.c.post == post)
            for row in act.rows(holdings, holdings.c.person == person, *same):
                if _overlap(row, chosen, begin, until):
                    ends = clock(row["until"]) if row["until"] else "khi có thay đổi"
                    message = (
                        f"Người này đã giữ chức danh “{found.title}” từ {clock(row['since'])} đến "
                        f"{ends}; hãy thu hồi trước, hoặc giao từ sau lúc ấy."
                    )
                    raise Refused([Finding(person, message)])
            act.add(
                holdings,
                person=person,
                portal=portal,
                post=post,
                role=found.role.value,
                fields=list(chosen),
                since=begin,
                until=until,
                recorded_at=act.now,
            )
        return Granted(found, chosen, begin, until)

    def revoke(self, person: str, portal: str, post: str, at: dt.datetime | None = None) -> None:
        """Ends somebody's holding of a post (thu hồi), now or from a moment."""
        with self._act(Action.REVOKED, person) as act:
            end = at or act.now
            lasting = act.rows(holdings, holdings.c.person == person, _lasts(holdings, end))
            mine = [row for row in lasting if (row["portal"], row["post"]) == (portal, post)]
            if not mine:
                there = ", ".join(f"{row['post']} ({row['portal']})" for row in lasting)
                message = (
                    f"“{person}” không giữ chức danh “{post}” ở cổng “{portal}”. Đang giữ: "
                    f"{there or 'không có'}."
                )
                raise Refused([Finding(post, message)])
            for row in mine:
                act.change(holdings, row["id"], until=end)

    def leave(self, person: str, at: dt.datetime | None = None) -> None:
        """Ends all that somebody holds: posts, desks, delegations, keys, ways in (thôi việc).

        Their names stay theirs, so that nobody approves what they themselves wrote. What they
        signed and were lent before it is recorded is not undone.
        """
        with self._act(Action.LEFT, person) as act:
            end = at or act.now
            later = max(end, act.now)
            for row in act.rows(holdings, holdings.c.person == person, _lasts(holdings, end)):
                act.change(holdings, row["id"], until=end)
            either = or_(delegations.c.grantor == person, delegations.c.delegate == person)
            for row in act.rows(delegations, either, _lasts(delegations, later)):
                if row["revoked_at"] is None or row["revoked_at"] > later:
                    act.change(delegations, row["id"], revoked_at=later)
            for row in act.rows(keys, keys.c.person == person):
                if row["revoked_at"] is None or row["revoked_at"] > later:
                    act.change(keys, row["id"], revoked_at=later)
            end_desks(act, person, end)
            end_credentials(act, person, later)
            if end <= act.now:
                end_sessions(act, person)

    # --- Suspending -------------------------------------------------------------------------------

    def suspend(
        self,
        person: str,
        reason: str,
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
    ) -> None:
        """Suspends somebody's access (tạm ngừng) at once, or from a moment; it is to be reported.

        Their sessions end. Those that are open when a later one begins end with the next request.

        Args:
            person: Whose.
            reason: Why; it goes into the report.
            since: From when; none means now.
            until: Until before when; none means until it is resumed.
        """
        reason = one_line(reason, "--reason")
        if not reason:
            raise Refused([Finding("--reason", "Lý do đang để trống; hãy ghi để báo cáo.")])
        with self._act(Action.SUSPENDED, person) as act:
            begin = since or act.now
            demand_order(begin, until, act.now)
            act.add(
                suspensions,
                person=person,
                since=begin,
                until=until,
                ended_at=None,
                reason=reason,
                recorded_at=act.now,
            )
            if begin <= act.now:
                end_sessions(act, person)

    def resume(self, person: str) -> None:
        """Takes back every suspension that lasts or is to come."""
        with self._act(Action.RESUMED, person) as act:
            found = act.rows(
                suspensions,
                suspensions.c.person == person,
                suspensions.c.ended_at.is_(None),
                _lasts(suspensions, act.now),
            )
            if not found:
                message = "Người này không bị tạm ngừng; không cần cho dùng lại."
                raise Refused([Finding(person, message)])
            for row in found:
                act.change(suspensions, row["id"], ended_at=act.now)

    # --- Delegations ------------------------------------------------------------------------------

    def delegate(
        self,
        portals: Mapping[str, Portal],
        grantor: str,
        delegate: str,
        portal: str,
        role: str,
        *,
        until: dt.datetime,
        document: str,
        document_date: dt.date,
        since: dt.datetime | None = None,
        late: bool = False,
    ) -> int:
        """Records a delegation (ủy quyền) and gives its number.

        Args:
            portals: Every portal by id.
            grantor: Who delegates; holds the role by a post, now and when it begins.
            delegate: Who may act; holds one of the posts to which the regulation lets it go.
            portal: At which portal.
            role: Which role.
            until: Until before when.
            document: The number of the written document.
            document_date: Its date.
            since: From when; none means now.
            late: Whether to record one that began on an earlier day. It counts only from when it
                is recorded all the same.
        """
        if not document.strip():
            message = "Số của giấy ủy quyền đang để trống; hãy điền vào."
            raise Refused([Finding("--document", message)])
        if grantor == delegate:
            raise Refused([Finding(grantor, "Không ai ủy quyền cho chính mình; hãy sửa lại.")])
        with self._act(Action.DELEGATED, delegate) as act:
            demand_person(act.connection, grantor)
            begin = since or act.now
            demand_order(begin, until, act.now)
            if document_date > day(act.now):
                message = (
                    f"Ngày của giấy ủy quyền ({format_date(document_date)}) chưa đến; hãy ghi ngày "
                    "giấy được ký, không sau hôm nay. Muốn ủy quyền bắt đầu sau thì ghi ngày bắt "
                    "đầu riêng."
                )
                raise Refused([Finding("--dated", message)])
            if day(begin) < day(act.now) and not late:
                message = (
                    f"Ngày bắt đầu đã qua ({clock(begin)}), mà ủy quyền chỉ được tính từ khi ghi "
                    "vào đây; hãy sửa ngày, hoặc thêm --late nếu vẫn muốn ghi."
                )
                raise Refused([Finding("--since", message)])
            rules = portal_for(portals, portal)
            first = max(begin, act.now)
            allowed = roles_that_may_stand_in(rules, role, day(first))
            found: list[Finding] = []
            for moment in dict.fromkeys((act.now, first)):
                found += _lacks(act.connection, grantor, portal, {Role(role)}, moment)
            found += _lacks(act.connection, delegate, portal, allowed, first)
            if found:
                raise Refused(dict.fromkeys(found))
            return act.add(
                delegations,
                grantor=grantor,
                delegate=delegate,
                role=role,
                portal=portal,
                since=begin,
                until=until,
                document=one_line(document, "--document"),
                document_date=document_date,
                recorded_at=act.now,
                revoked_at=None,
            )

    def revoke_delegation(self, number: int) -> None:
        """Revokes a delegation (thu hồi ủy quyền), now."""
        with self.database.reading() as connection:
            query = select(delegations.c.delegate).where(delegations.c.id == number)
            delegate = connection.execute(query).scalar()
        if delegate is None:
            message = "Không có ủy quyền mang số này; hãy xem cong accounts delegations."
            raise Refused([Finding(str(number), message)])
        with self._act(Action.DELEGATION_REVOKED, delegate) as act:
            row = act.rows(delegations, delegations.c.id == number)[0]
            if row["until"] <= act.now:
                message = f"Ủy quyền này đã hết hiệu lực lúc {clock(row['until'])}."
                raise Refused([Finding(str(number), message)])
            if row["revoked_at"] is not None and row["revoked_at"] <= act.now:
                message = f"Ủy quyền này đã bị thu hồi lúc {clock(row['revoked_at'])}."
                raise Refused([Finding(str(number), message)])
            act.change(delegations, number, revoked_at=act.now)


def _state(act: Act, person: str, contact: Contact) -> None:
    """Writes down what somebody states from now on, in the place of what they stated before."""
    for row in act.rows(contacts, contacts.c.person == person, contacts.c.ended_at.is_(None)):
        act.change(contacts, row["id"], ended_at=act.now)
    act.add(contacts, person=person, **dict(stated(contact)), added_at=act.now, ended_at=None)


def _add_email(act: Act, person: str, address: str) -> None:
    address = nfc(address.strip())
    if len(address) > 254 or not _ADDRESS.match(address):
        message = "Không phải địa chỉ thư điện tử; hãy sửa lại, ví dụ mai@quangnam.gov.vn."
        raise Refused([Finding(address, message)])
    _demand_free(id_of_email(act.connection, address), person, address)
    values = {"address": address, "folded": fold_name(address)}
    act.add(emails, person=person, **values, added_at=act.now, ended_at=None)


def _add_login(act: Act, person: str, forge: str, login: str) -> None:
    login = login.strip().removeprefix("@")
    if forge not in FORGES:
        message = (
            f"Không có nơi này; hãy ghi một trong: {', '.join(FORGES)}. Ở kho trên máy, tài khoản "
            "chính là mã của người."
        )
        raise Refused([Finding(forge, message)])
    if not _LOGIN.match(login):
        message = "Không phải tên tài khoản; hãy ghi đúng như trên trang của người ấy."
        raise Refused([Finding(login, message)])
    _demand_free(id_of_login(act.connection, forge, login), person, login)
    values = {"forge": forge, "login": login, "folded": fold_name(login)}
    act.add(logins, person=person, **values, added_at=act.now, ended_at=None)


def _demand_free(holder: str | None, person: str, name: str) -> None:
    if holder is not None:
        whose = "người này" if holder == person else f"“{holder}”"
        message = f"Đã đăng ký cho {whose} (không kể chữ hoa, chữ thường); hãy xem lại."
        raise Refused([Finding(name, message)])


def _end(act: Act, table: Table, person: str, name: str, *conditions: Any) -> None:
    found = act.rows(table, table.c.person == person, table.c.ended_at.is_(None), *conditions)
    if not found:
        message = f"Không phải của “{person}”; hãy xem cong accounts show {person}."
        raise Refused([Finding(name, message)])
    act.change(table, found[0]["id"], ended_at=act.now)


def _lasts(table: Table, at: dt.datetime) -> Any:
    return or_(table.c.until.is_(None), table.c.until > at)


def _overlap(
    row: Mapping[str, Any], fields: Sequence[str], since: dt.datetime, until: dt.datetime | None
) -> bool:
    if row["until"] is not None and row["until"] <= max(since, row["since"]):
        return False
    if until is not None and until <= row["since"]:
        return False
    return not fields or not row["fields"] or bool({*fields} & {*row["fields"]})


def _lacks(
    connection: Connection, person: str, portal: str, roles: Iterable[Role], at: dt.datetime
) -> Iterator[Finding]:
    """Why somebody does not hold one of the roles at a moment to come, if so."""
    if is_suspended(connection, person, at):
        message = f"Người này đang bị tạm ngừng (lúc {clock(at)}); hãy cho dùng lại trước."
        yield Finding(person, message)
        return
    whole = person_of(connection, person, LOCAL)
    wanted = set(roles)
    for holding in holdings_of(connection, whole, at):
        if holding.portal == portal and holding.role in wanted and holding.in_force(at):
            return
    names = " hoặc ".join(name for role, name in ROLES.items() if role in wanted)
    message = f"Lúc {clock(at)}, người này không giữ vai trò {names} ở cổng {portal}."
    yield Finding(person, f"{message} Hãy giao chức danh trước, hoặc chọn người khác.")
