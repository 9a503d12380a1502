"""Where agencies get their letters."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import yaml

from regulation.findings import Finding, Refused
from regulation.forms import chosen_from
from regulation.portal import Portal, UnknownError


def read_addresses(path: Path | None) -> Mapping[str, str]:
    """Addresses that the operator wrote down: "agency", "head:agency" or "operator" by address.

    Raises:
        Refused: It cannot be read, or is no such file.
    """
    if path is None:
        return {}
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        read = None
    if not isinstance(read, dict) or not all(
        isinstance(name, str) and isinstance(address, str) for name, address in read.items()
    ):
        message = "Không đọc được; hãy ghi mỗi dòng một mục “mã cơ quan: địa chỉ thư”."
        raise Refused([Finding(str(path), message)])
    return read


def address_of(
    to: str, receiver: str, portal: Portal, written: Mapping[str, str], on: dt.date
) -> str | None:
    """Where a letter to "unit:…", "head:…" or "operator" goes on a day.

    An agency that is gone gets it where who took its work over does; a head whose own address
    nobody wrote down, at the agency's; the operator, at the address written down for it or else
    the agency's that receives the case.

    Args:
        to: Whom.
        receiver: The agency that receives the case.
        portal: The rules.
        written: What the operator wrote down; counts before agencies.yml.
        on: The day.
    """
    if to in written:
        return written[to]
    kind, _, agency = to.partition(":")
    if kind == "operator":
        agency = receiver
    elif kind not in ("unit", "head"):
        return None
    try:
        current = portal.current(agency, on)
    except UnknownError:
        return written.get(agency)
    for name in (f"{kind}:{current.id}", current.id, agency):
        if name in written:
            return written[name]
    return str(current.email) if current.email else None


def without_address(portal: Portal, written: Mapping[str, str], on: dt.date) -> list[str]:
    """The agencies whose letters would go nowhere: those that citizens may choose, on a day.

    Args:
        portal: The rules.
        written: What the operator wrote down.
        on: The day.
    """
    there = [agency.id for agency in chosen_from(portal, on)]
    return [id_ for id_ in there if address_of(f"unit:{id_}", id_, portal, written, on) is None]
