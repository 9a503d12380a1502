"""What people state of themselves besides their name (S3): to reach them by, and never published.

A regulation may demand it of whoever provides information: its clause on providers says what.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields

from sqlalchemy import Connection, select

from accounts.lines import one_line
from accounts.schema import contacts, emails
from regulation.findings import Finding, Refused
from regulation.portal import Portal

_PHONE = re.compile(r"\+?[0-9(][0-9 .()-]{5,24}\Z")


@dataclass(frozen=True, slots=True)
class Contact:
    """What somebody states; what is empty they have not stated.

    Attributes:
        organisation: The body they work for (tổ chức).
        title: What they are there (chức danh), if anything.
        address: Where letters reach them, besides their e-mail addresses.
        phone: Their telephone.
    """

    organisation: str = ""
    title: str = ""
    address: str = ""
    phone: str = ""


NOTHING = Contact()
"""Of whoever has stated nothing."""


def tidy(contact: Contact) -> Contact:
    """The same with every text on one line.

    Raises:
        Refused: The telephone number is none, or a text has several lines or what is not seen.
    """
    made = Contact(*(one_line(text, f"--{name}") for name, text in stated(contact)))
    if made.phone and not _PHONE.match(made.phone):
        message = f"“{made.phone}” không phải số điện thoại; hãy viết như 0258 3 000 000."
        raise Refused([Finding("--phone", message)])
    return made


def stated(contact: Contact) -> Iterator[tuple[str, str]]:
    """Each field with its text, in their order."""
    for field in fields(Contact):
        yield field.name, getattr(contact, field.name)


def contact_of(connection: Connection, person: str) -> Contact:
    """What somebody states today; all empty when they have stated nothing."""
    columns = [contacts.c[field.name] for field in fields(Contact)]
    query = select(*columns).where(contacts.c.person == person, contacts.c.ended_at.is_(None))
    row = connection.execute(query).first()
    return NOTHING if row is None else Contact(*row)


def demand_contact(connection: Connection, portal: Portal, person: str, on: dt.date) -> None:
    """Demands what the portal's regulation wants to know of whoever provides information.

    Raises:
        Refused: Something is missing; with the command that writes it down.
    """
    there = contact_of(connection, person)
    reached = select(emails.c.id).where(emails.c.person == person, emails.c.ended_at.is_(None))
    has = {
        "organisation": bool(there.organisation),
        "phone": bool(there.phone),
        "contact": bool(there.address) or connection.execute(reached).first() is not None,
    }
    for clause in portal.in_force(portal.regulation.clauses, on):
        missing = [want for want in clause.states if not has[want]]
        if missing:
            named = ", ".join(_NAMES[want] for want in missing)
            options = " ".join(_OPTIONS[want] for want in missing)
            message = (
                f"Quy chế của cổng {portal.id} đòi người cung cấp thông tin ghi rõ {named}; hãy "
                f"ghi trước: cong accounts contact {person} {options}"
            )
            raise Refused([Finding(person, message, basis="; ".join(clause.basis))])


_NAMES = {
    "organisation": "tổ chức",
    "contact": "thư điện tử hoặc địa chỉ liên lạc",
    "phone": "số điện thoại",
}
_OPTIONS = {
    "organisation": "--organisation “…”",
    "contact": "--address “…”",
    "phone": "--phone “…”",
}
