"""Reading a portal's files: ``portal.yml`` and ``agencies.yml``, every mistake in them at once."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from regulation.calendar import WorkCalendar, default_swaps
from regulation.checkout import shown_path
from regulation.content_types import content_types
from regulation.duties import DUTIES_FILE, duties
from regulation.findings import Finding, Refused
from regulation.look import look_findings
from regulation.model import Agency, Regulation, Task, Value
from regulation.portal import Portal, UnknownError
from regulation.promises import promise_findings
from regulation.reading import one_of, read
from regulation.yamlfile import Document, Place, key_text

RESERVED = frozenset(
    "en tim-kiem so-do-cong quy-che lien-he co-quan tiep-can-thong-tin tra-cuu-van-ban static "
    "media data gui-y-kien tra-cuu-y-kien y-kien can-bo khung".split()
)
"""First parts of a URL that pages of every portal already have."""


class _Agencies(Value):
    agencies: tuple[Agency, ...]


def load_portal(folder: Path, root: Path, today: dt.date) -> Portal:
    """Reads and checks ``portal.yml`` and ``agencies.yml``.

    Args:
        folder: The portal's folder.
        root: The root of the checkout, so that findings name files from there.
        today: The day for which every section and route must lead to an agency that is there.

    Raises:
        Refused: With every mistake in both files.
    """
    found: list[Finding] = []
    regulation_at = shown_path(folder / "portal.yml", root)
    agencies_at = shown_path(folder / "agencies.yml", root)
    regulation = agencies = None
    try:
        regulation, rules = read(Regulation, folder / "portal.yml", regulation_at)
    except Refused as refused:
        found += refused.findings
    try:
        agencies, bodies = read(_Agencies, folder / "agencies.yml", agencies_at)
        found += _check_agencies(agencies.agencies, bodies, agencies_at)
    except Refused as refused:
        found += refused.findings
    if regulation is None or agencies is None:
        raise Refused(found)
    calendar = WorkCalendar(swaps=default_swaps())
    by_id: dict[str, Agency] = {}
    for agency in agencies.agencies:
        by_id.setdefault(agency.id, agency)
    portal = Portal(regulation, by_id, calendar, folder)
    found += _check_rules(portal, rules, regulation_at, today)
    found += promise_findings(regulation, rules, regulation_at, today)
    found += look_findings(regulation.look, folder, rules, regulation_at)
    if regulation.id != folder.name:
        message = f"Mã cổng “{regulation.id}” phải trùng tên thư mục “{folder.name}”."
        found.append(Finding(regulation_at, message, rules.line(("id",)), "id"))
    if found:
        raise Refused(found)
    return portal


def _check_agencies(
    agencies: Sequence[Agency], document: Document, shown: str
) -> Iterator[Finding]:
    by_id: dict[str, Agency] = {}
    told: set[str] = set()  # a circle is told once, at the first agency of it
    for index, agency in enumerate(agencies):
        place: Place = ("agencies", index)
        if agency.id in by_id:
            message = f"Mã cơ quan “{agency.id}” dùng hai lần; hãy đổi một."
            yield Finding(shown, message, document.line((*place, "id")), f"agencies[{index}].id")
        by_id.setdefault(agency.id, agency)
        for other in agencies[:index]:
            if other.id != agency.id and _same_name(other, agency):
                message = (
                    f"Tên “{agency.name}” đã là của cơ quan “{other.id}”; hãy bỏ một, hoặc ghi tên "
                    "khác nhau."
                )
                where = (*place, "name")
                yield Finding(shown, message, document.line(where), key_text(where))
                break
    for index, agency in enumerate(agencies):
        if agency.successor is None:
            continue
        line = document.line(("agencies", index, "successor"))
        key = f"agencies[{index}].successor"
        if agency.successor not in by_id:
            yield Finding(shown, _no_agency(agency.successor, by_id), line, key)
        elif agency.valid_to is None:
            message = (
                f"Cơ quan “{agency.name}” có cơ quan kế thừa nhưng chưa ghi ngày thôi hoạt động; "
                "hãy thêm valid_to."
            )
            yield Finding(shown, message, line, key)
        elif agency.id not in told and (circle := _circle(agency, by_id)):
            told.update(circle)
            way = " → ".join([*circle, agency.id])
            message = f"Các cơ quan kế thừa vòng quanh ({way}); hãy sửa lại successor."
            yield Finding(shown, message, line, key)


def _same_name(one: Agency, other: Agency) -> bool:
    """Whether two agencies have one name on the same day."""
    if one.name.vi.casefold() != other.name.vi.casefold():
        return False
    first = max(one.valid_from or dt.date.min, other.valid_from or dt.date.min)
    return first <= min(one.valid_to or dt.date.max, other.valid_to or dt.date.max)


def _no_agency(agency_id: str, known: Iterable[str]) -> str:
    return f"Không có cơ quan nào mang mã này trong agencies.yml. {one_of(agency_id, [*known])}"


def _circle(agency: Agency, by_id: Mapping[str, Agency]) -> list[str]:
    """The ids on the way from an agency back to itself; empty when no way leads back."""
    ids = _chain(agency, by_id)
    return ids if by_id[ids[-1]].successor == agency.id else []


def _chain(agency: Agency, by_id: Mapping[str, Agency]) -> list[str]:
    """The agency and its successors, as far as they are known and each once."""
    ids = [agency.id]
    successor = agency.successor
    while successor is not None and successor in by_id and successor not in ids:
        ids.append(successor)
        successor = by_id[successor].successor
    return ids


def _check_rules(
    portal: Portal, document: Document, shown: str, today: dt.date
) -> Iterator[Finding]:
    """What pydantic cannot see: ids used twice, and names that lead nowhere."""
    regulation = portal.regulation

    def note(place: Place, message: str) -> Finding:
        return Finding(shown, message, document.line(place), key_text(place))

    seen: dict[str, str] = {}
    for name, index, rule in portal.rules():
        if rule.id in seen:
            message = (
                f"Mã quy định “{rule.id}” dùng hai lần (đã có ở {seen[rule.id]}); hãy đổi một."
            )
            yield note((name, index, "id"), message)
        seen.setdefault(rule.id, f"{name}[{index}]")

    def agency_ends(place: Place, agency_id: str) -> Iterator[Finding]:
        if agency_id not in portal.agencies:
            yield note(place, _no_agency(agency_id, portal.agencies))
            return
        last = _chain(portal.agencies[agency_id], portal.agencies)[-1]
        if portal.agencies[last].successor is not None:
            return  # leads to no agency or round in a circle: said at agencies.yml
        try:
            portal.current(agency_id, today)
        except UnknownError as error:
            yield note(place, f"{error.args[0]} Hãy ghi successor hoặc đổi cơ quan phụ trách.")

    fields = [field.id for field in regulation.fields]
    groups = [group.slug for group in regulation.groups]
    deadlines = [deadline.id for deadline in regulation.deadlines]
    lists: tuple[tuple[str, str, list[str], str], ...] = (
        ("sections", "field", fields, "Lĩnh vực này không có trong mục fields."),
        ("sections", "group", groups, "Nhóm này không có trong mục groups."),
        ("sections", "type", [*content_types()], "Không có loại nội dung này."),
        ("sections", "deadlines", deadlines, "Thời hạn này không có trong mục deadlines."),
        ("routes", "deadlines", deadlines, "Thời hạn này không có trong mục deadlines."),
        ("posts", "fields", fields, "Lĩnh vực này không có trong mục fields."),
    )
    for name, key, allowed, message in lists:
        for index, rule in enumerate(getattr(regulation, name)):
            for place, value in _values(rule, (name, index), key):
                if value not in allowed:
                    yield note(place, f"{message} {one_of(value, allowed)}")

    for name, keys in (
        ("sections", ("owners",)),
        ("posts", ("agency",)),
        ("routes", ("escalation", "receiver")),
        ("royalties", ("payer",)),
        ("sealing", ("agency",)),
    ):
        for index, rule in enumerate(getattr(regulation, name)):
            for key in keys:
                for place, value in _values(rule, (name, index), key):
                    yield from agency_ends(place, value)
    for index, route in enumerate(regulation.routes):
        if route.to not in ("field", "owner"):
            yield from agency_ends(("routes", index, "to"), route.to)
    yield from agency_ends(("act", "issuer"), regulation.act.issuer)

    own_pages = {*RESERVED, *groups, *(section.id for section in portal.sections)}
    ways: list[tuple[Place, Task]] = [
        *((("tasks", index, "url"), task) for index, task in enumerate(regulation.tasks)),
        *(
            (("contact", "elsewhere", i, "url"), w)
            for i, w in enumerate(regulation.contact.elsewhere)
        ),
    ]
    for where, task in ways:
        if task.url.startswith("/") and task.url.split("/")[1] not in {"", *own_pages}:
            message = f"Cổng không có trang nào ở địa chỉ “{task.url}”; hãy sửa lại."
            yield note(where, message)

    reviewed = {field for post in regulation.posts for field in post.fields}
    for index, section in enumerate(regulation.sections):
        # A post for a field that is none was told above; whose field it meant nobody knows.
        if section.field in fields and section.field not in reviewed and reviewed <= {*fields}:
            message = (
                f"Chuyên mục “{section.title}” thuộc lĩnh vực “{section.field}” nhưng không có "
                "thành viên nào trong posts phụ trách lĩnh vực này."
            )
            yield note(("sections", index, "field"), message)
        spec = content_types().get(section.type)
        for position, rule_id in enumerate(section.deadlines):
            if spec is None or rule_id not in deadlines:
                continue
            rule = portal.deadline(rule_id)
            event = rule.event
            if event not in spec.started_by and rule.amount and not rule.before:
                message = (
                    f"Thời hạn “{rule_id}” tính từ “{event.value}” nhưng loại nội dung "
                    f"“{spec.id}” không có trường nào cho mốc ấy (xem started_by)."
                )
                yield note(("sections", index, "deadlines", position), message)
    steps = [step.role for step in regulation.steps]
    for index, role in enumerate(steps):
        if not any(post.role is role for post in regulation.posts):
            yield note(("steps", index, "role"), f"Không có chức danh nào giữ vai trò “{role}”.")
    for index, field in enumerate(fields):
        if field in fields[:index]:
            yield note(("fields", index, "id"), f"Mã lĩnh vực “{field}” dùng hai lần; hãy đổi một.")
    # Two sections with one id are two rules with one id, which was said above.
    addresses = [
        *(("groups", index, "slug", slug, groups[:index]) for index, slug in enumerate(groups)),
        *(("sections", i, "id", section.id, groups) for i, section in enumerate(portal.sections)),
    ]
    for name, index, key, value, taken in addresses:
        if value in RESERVED:
            message = f"Địa chỉ “/{value}/” cổng đã dùng; hãy chọn tên khác."
            yield note((name, index, key), message)
        elif value in taken:
            message = f"Địa chỉ “/{value}/” dùng hai lần; hãy đổi một."
            yield note((name, index, key), message)
    for index, section in enumerate(regulation.sections):
        for place, duty in _values(section, ("sections", index), "duties"):
            if duty not in duties():
                message = f"Không có nghĩa vụ “{duty}” trong {DUTIES_FILE}; hãy sửa lại mã."
                yield note(place, message)
            elif "content" not in duties()[duty].rooms:
                message = (
                    f"Nghĩa vụ “{duty}” do phần mềm làm, nội dung của chuyên mục không chứng minh "
                    "được; hãy bỏ khỏi duties."
                )
                yield note(place, message)


def _values(rule: Any, place: Place, key: str) -> Iterator[tuple[Place, str]]:
    value = getattr(rule, key)
    if isinstance(value, tuple):
        for index, part in enumerate(value):
            yield (*place, key, index), part
    elif value is not None:
        yield (*place, key), value


def load_portals(content: Path, root: Path, today: dt.date) -> dict[str, Portal]:
    """Every portal below the content folder, by id.

    Raises:
        Refused: With every mistake in every portal.
    """
    portals: dict[str, Portal] = {}
    found: list[Finding] = []
    for folder in portal_folders(content):
        try:
            portals[folder.name] = load_portal(folder, root, today)
        except Refused as refused:
            found += refused.findings
    if found:
        raise Refused(found)
    return portals


def stray_folders(content: Path, root: Path) -> Iterator[Finding]:
    """Folders of content/ that hold files and are no portal, which nobody would miss otherwise."""
    if not portal_folders(content):
        message = "Chưa có cổng nào; hãy tạo content/<mã cổng>/portal.yml."
        yield Finding(shown_path(content, root), message)
    for folder in sorted(content.iterdir()):
        hidden = folder.name.startswith(".") or not folder.is_dir()
        if hidden or (folder / "portal.yml").is_file():
            continue
        if any(path.is_file() for path in folder.rglob("*")):
            message = (
                "Thư mục này không có portal.yml nên không phải là cổng; hãy thêm portal.yml hoặc "
                "chuyển thư mục ra khỏi content/."
            )
            yield Finding(shown_path(folder, root), message)


def portal_folders(content: Path) -> list[Path]:
    """The folders of content/ that hold a portal, in the order of their names."""
    return sorted(file.parent for file in content.glob("*/portal.yml") if file.is_file())
