"""Citizens' e-mail addresses: nothing but the question itself is sent before it is answered."""

import datetime as dt
import hmac

from sqlalchemy import Connection, delete, insert, select, update

from relay.store.contacts import contact_of, keep_contact
from relay.store.keys import Keys
from relay.store.outbox import post
from relay.store.schema import addresses
from relay.store.spent import spend_one_of
from relay.store.values import NewMail

ADDRESS = "thu"
"""What the address is called among the contact."""

OPEN = dt.timedelta(days=7)
"""How long a question can be answered."""

PAUSE = dt.timedelta(hours=1)
"""The same address is not asked again before: nobody's box is flooded."""

DAY = dt.timedelta(hours=24)

MOST = 5
"""How often one case may ask in all."""

MOST_A_DAY = 10
"""How often one address is asked within 24 hours, by all cases together: whoever types somebody
else's address again and again fills no box. A print of the address is all that is kept of it, for
those hours."""

BOX = "thu "
"""How the rows begin by which an address's letters of a day are counted; backups leave them out."""

TEMPLATE = "confirm-address"


def ask_address(
    connection: Connection, case_id: str, keys: Keys, at: dt.datetime, address: str | None = None
) -> bool:
    """Asks the case's address to confirm itself, by a mail; whether one is sent.

    It is not when there is no address, when the same was asked just now or has confirmed itself,
    when the case has asked too often, and when too many cases have asked the address: that looks
    as if a letter were on its way, since it is nobody's business who else gave the address.

    Args:
        connection: The writer's, with the case locked (``load(…, lock=True)``) or just kept.
        case_id: The case.
        keys: The server's.
        at: Now.
        address: Takes the place of the one that the case has, if given.
    """
    contact = dict(contact_of(connection, case_id, keys) or {})
    new = address is not None and address != contact.get(ADDRESS, "")
    row = connection.execute(select(addresses).where(addresses.c.case == case_id)).one_or_none()
    asked = row.asked if row is not None else 0
    wanted = (contact.get(ADDRESS) if address is None else address) or ""
    if not wanted or asked >= MOST:
        return False
    if row is not None and not new and (row.confirmed_at or at < row.asked_at + PAUSE):
        return False
    if new:
        keep_contact(connection, case_id, {**contact, ADDRESS: wanted}, keys)
    connection.execute(delete(addresses).where(addresses.c.case == case_id))
    token = keys.address_token(case_id, wanted, _words(at))
    box = f"{BOX}{keys.address_print(wanted)}"
    free = spend_one_of(connection, box, MOST_A_DAY, at + DAY, at)
    connection.execute(
        insert(addresses),
        {
            "case": case_id,
            "token_hash": keys.address_hash(token),
            "asked_at": at,
            "asked": asked + free,
            "confirmed_at": None,
        },
    )
    if not free:
        return False
    mail = NewMail("address-confirm", TEMPLATE, {})
    post(connection, case_id, f"address {asked + 1}", (mail,), keys, at)
    return True


def question(connection: Connection, case_id: str, keys: Keys) -> tuple[str, str] | None:
    """The address that is asked and what its link bears, for the mail; none once it is settled."""
    row = connection.execute(select(addresses).where(addresses.c.case == case_id)).one_or_none()
    address = (contact_of(connection, case_id, keys) or {}).get(ADDRESS)
    if row is None or row.confirmed_at is not None or not address:
        return None
    return address, keys.address_token(case_id, address, _words(row.asked_at))


def confirm_address(connection: Connection, token: str, keys: Keys, now: dt.datetime) -> str | None:
    """Takes an address as confirmed.

    Returns:
        The case it belongs to; none for a token that is not good, or no longer, or already used.
    """
    row = _asked(connection, token, keys, now)
    if row is None:
        return None
    connection.execute(update(addresses).where(addresses.c.case == row).values(confirmed_at=now))
    return row


def open_question(connection: Connection, token: str, keys: Keys, now: dt.datetime) -> bool:
    """Whether a link could still confirm an address: looking changes nothing."""
    return _asked(connection, token, keys, now) is not None


def confirmed_address(connection: Connection, case_id: str, keys: Keys) -> str | None:
    """The address that mail about a case may go to, if there is one and it was confirmed."""
    found = connection.execute(
        select(addresses.c.case).where(
            addresses.c.case == case_id, addresses.c.confirmed_at.is_not(None)
        )
    ).one_or_none()
    if found is None:
        return None
    return (contact_of(connection, case_id, keys) or {}).get(ADDRESS)


def _asked(connection: Connection, token: str, keys: Keys, now: dt.datetime) -> str | None:
    wanted = keys.address_hash(token)
    row = connection.execute(
        select(addresses.c.case, addresses.c.token_hash)
        .where(addresses.c.token_hash == wanted, addresses.c.confirmed_at.is_(None))
        .where(addresses.c.asked_at > now - OPEN)
    ).one_or_none()
    if row is None or not hmac.compare_digest(row.token_hash, wanted):
        return None
    return str(row.case)


def _words(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")
