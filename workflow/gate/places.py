"""What a changed path is part of, by the regulations of the base branch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from regulation.library import NOT_SECTIONS
from regulation.portal import Portal, UnknownError
from workflow.gate.words import plain
from workflow.proposals import ChangedFile

CONTENT = "content"

ROOMS = frozenset(".ci .github accounts docs plugins regulation relay tests theme workflow".split())
"""Folders of the house: code, appearance, documents. Whoever changes them changes every portal."""


class UnknownPlaceError(Exception):
    """A path of which no regulation says whose it is; the text says what to do, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a path is part of.

    Attributes:
        portals: The ids of the portals it concerns.
        field: The field of its section (chuyên mục), if it lies in one.
        protected: Whether it is what a portal or the house runs by, and no field's matter.
    """

    portals: tuple[str, ...]
    field: str | None = None
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Touched:
    """What a proposal touches of one portal.

    Attributes:
        portal: The portal.
        fields: The fields of the touched sections.
        files: Whether it touches pictures, documents or tables that belong to no one section.
        protected: Whether it touches what the portal runs by.
    """

    portal: Portal
    fields: frozenset[str]
    files: bool
    protected: bool


def place_of(path: str, regulations: Mapping[str, Portal]) -> Place:
    """What a path is part of.

    Raises:
        UnknownPlaceError: Of nothing known.
    """
    parts = path.split("/")
    if "\\" in path or not path.isprintable() or not {"", ".", ".."}.isdisjoint(parts):
        raise UnknownPlaceError(
            f"{plain(path)}: đường dẫn không hợp lệ; hãy bỏ tệp này hoặc đặt lại tên."
        )
    if parts[0] == CONTENT and len(parts) > 2:
        return _in_portal(path, parts, regulations)
    if parts[0] in ROOMS or (len(parts) == 1 and path != CONTENT):
        return Place(tuple(regulations), protected=True)
    raise UnknownPlaceError(
        f"{plain(path)}: không thuộc cổng hay phần nào của hệ thống; hãy bỏ tệp khỏi đề xuất."
    )


def _in_portal(path: str, parts: Sequence[str], regulations: Mapping[str, Portal]) -> Place:
    _, portal_id, first, *rest = parts
    portal = regulations.get(portal_id)
    if portal is None:
        raise UnknownPlaceError(
            f"{plain(path)}: nhánh chính không có cổng “{plain(portal_id)}”; hãy chuyển tệp vào "
            "một cổng đang có, hoặc nhờ đơn vị vận hành lập cổng trước."
        )
    if not rest:
        return Place((portal_id,), protected=True)
    if first in NOT_SECTIONS:
        return Place((portal_id,))
    try:
        return Place((portal_id,), portal.section(first).field)
    except UnknownError:
        raise UnknownPlaceError(
            f"{plain(path)}: quy chế đang áp dụng của cổng {portal_id} không có chuyên mục "
            f"“{plain(first)}”; hãy chuyển tệp vào chuyên mục đang có, hoặc sửa quy chế bằng một "
            "đề xuất riêng trước."
        ) from None


def touched(
    files: Iterable[ChangedFile], regulations: Mapping[str, Portal]
) -> tuple[list[Touched], list[str]]:
    """What a proposal touches, a portal at a time, and every path that is part of nothing known.

    Every path counts: what is renamed is taken from one place and put into another.
    """
    places: list[Place] = []
    problems: list[str] = []
    for path in dict.fromkeys(path for file in files for path in file.paths):
        try:
            places.append(place_of(path, regulations))
        except UnknownPlaceError as unknown:
            problems.append(str(unknown))
    found = []
    for portal_id, portal in regulations.items():
        mine = [place for place in places if portal_id in place.portals]
        if mine:
            fields = frozenset(place.field for place in mine if place.field is not None)
            loose = any(place.field is None and not place.protected for place in mine)
            protected = any(place.protected for place in mine)
            found.append(Touched(portal, fields, loose, protected))
    return found, problems
