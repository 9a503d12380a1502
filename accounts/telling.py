"""How the operator is told what is on record: in lines, in tables, in JSON."""

import dataclasses
import datetime as dt
import itertools
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from accounts.contacts import Contact, stated
from accounts.log import Action, Entry
from accounts.moments import until_words
from accounts.roster import Delegation, Line, State, Suspension
from accounts.rules import clock, role_words
from accounts.signing.sessions import HOW
from regulation.vietnamese import format_date
from regulation.yamlfile import VIETNAM

_ACTIONS: Mapping[Action, str] = {
    Action.ADDED: "đăng ký",
    Action.LOGIN_ADDED: "thêm tài khoản",
    Action.LOGIN_ENDED: "bỏ tài khoản",
    Action.EMAIL_ADDED: "thêm địa chỉ thư",
    Action.EMAIL_ENDED: "bỏ địa chỉ thư",
    Action.KEY_ADDED: "thêm khóa",
    Action.KEY_REVOKED: "thu hồi khóa",
    Action.CONTACT_CHANGED: "ghi thông tin liên hệ",
    Action.GRANTED: "giao chức danh",
    Action.REVOKED: "thu hồi chức danh",
    Action.LEFT: "thôi việc",
    Action.SUSPENDED: "tạm ngừng",
    Action.RESUMED: "cho dùng lại",
    Action.DELEGATED: "ủy quyền",
    Action.DELEGATION_REVOKED: "thu hồi ủy quyền",
    Action.DESK_GIVEN: "giao việc trả lời người dân cho",
    Action.DESK_TAKEN: "thu hồi việc trả lời người dân của",
    Action.INVITED: "cấp mã thiết lập cho",
    Action.SET_UP: "thiết lập đăng nhập",
    Action.RESET: "bỏ mọi cách đăng nhập của",
    Action.PASSWORD_CHANGED: "đổi mật khẩu",
    Action.PASSKEY_ADDED: "thêm khóa truy cập",
    Action.PASSKEY_ENDED: "bỏ khóa truy cập",
    Action.SIGNED_IN: "đăng nhập",
    Action.SIGN_IN_FAILED: "đăng nhập không được",
    Action.SESSIONS_ENDED: "kết thúc phiên của",
}
STATES: Mapping[State, str] = {
    State.TO_COME: "chưa đến",
    State.IN_FORCE: "đang có hiệu lực",
    State.ENDED: "đã hết",
}


_STATED = {
    "organisation": "tổ chức",
    "title": "chức danh",
    "address": "địa chỉ",
    "phone": "điện thoại",
}


def contact_words(contact: Contact) -> list[str]:
    """What somebody states, a line a field."""
    return [f"{_STATED[name]}: {text}" for name, text in stated(contact) if text]


def print_roster(lines: Sequence[Line]) -> None:
    """Prints who holds what: a table a portal on a terminal, a line a post into a pipe."""
    if not sys.stdout.isatty():
        print_table((), [_cells(line) for line in lines])
        return
    for portal, theirs in itertools.groupby(lines, key=lambda line: line.portal):
        print(f"\n{portal}")
        heads = ("Chức danh", "Người", "Thời gian", "Tình trạng")
        print_table(heads, [_short_cells(line) for line in theirs], whole=3)


def _cells(line: Line) -> Sequence[str]:
    until = until_words(line.until).removeprefix("đến ")
    fields = ", ".join(line.fields)
    since = clock(line.since)
    return line.portal, line.post, fields, line.person, line.name, since, until, _standing(line)


def _short_cells(line: Line) -> Sequence[str]:
    """What fits into a terminal; the rest is in ``cong accounts show``."""
    fields = "".join(f"\n· {each}" for each in line.fields)
    when = f"từ {format_date(line.since.astimezone(VIETNAM))}\n{until_words(line.until)}"
    return f"{line.post}{fields}", f"{line.person}\n{line.name}", when, _standing(line)


def _standing(line: Line) -> str:
    return "TẠM NGỪNG" if line.suspended else STATES[line.state]


def delegation_words(each: Delegation) -> str:
    """A delegation in a line."""
    standing = "đã thu hồi" if each.revoked else STATES[each.state]
    when = f"từ {clock(each.since)} {until_words(each.until)}"
    paper = f"{each.document} ngày {format_date(each.document_date)}"
    return (
        f"số {each.number}: “{each.grantor}” ủy quyền vai trò {role_words(each.role)} "
        f"ở cổng {each.portal} cho "
        f"“{each.delegate}”, {when}, theo {paper}: {standing}"
    )


def entry_words(entry: Entry) -> str:
    """An entry of the log in a line."""
    who = f"{entry.actor} ({entry.account})" if entry.actor else entry.account
    what = _ACTIONS[Action(entry.action)]
    details = [
        f"{_TOLD[name]} {_detail(name, value)}"
        for _table, _row, values in json.loads(entry.changes)
        for name, value in values.items()
        if name in _TOLD and value
    ]
    tail = f": {', '.join(dict.fromkeys(details))}" if details else ""
    whom = f"“{entry.person}”" if entry.person else "(không rõ ai)"
    return f"{entry.number}. {clock(entry.at)}, {who}: {what} {whom}{tail}"


_TOLD: Mapping[str, str] = {
    "login": "tài khoản",
    "address": "địa chỉ",
    "fingerprint": "khóa",
    "portal": "cổng",
    "post": "chức danh",
    "agency": "cơ quan",
    "label": "thiết bị",
    "agent": "trên",
    "how": "bằng",
    "fields": "lĩnh vực",
    "grantor": "người giao",
    "role": "vai trò",
    "document": "giấy số",
    "since": "từ",
    "until": "đến",
    "reason": "lý do",
    "ended_at": "đến",
    "revoked_at": "thu hồi từ",
}
"""What an entry says of a row in a line, and by which word; all of it stands in the JSON."""


def _detail(name: str, value: Any) -> str:
    if name == "until":
        return until_words(dt.datetime.fromisoformat(value)).removeprefix("đến ")
    if name in ("since", "ended_at", "revoked_at"):
        return clock(dt.datetime.fromisoformat(value))
    if name == "role":
        return role_words(str(value))
    if name == "how":
        return HOW.get(str(value), str(value))
    return " + ".join(value) if isinstance(value, list) else str(value)


def show_suspensions(stops: Sequence[Suspension], at: dt.datetime, as_json: bool) -> None:
    """Prints suspensions with their reasons, as they are reported."""
    if as_json:
        print(as_json_text({"at": at, "suspensions": stops}))
        return
    rows = [
        (s.person, s.name, clock(s.since), until_words(s.until).removeprefix("đến "), s.reason)
        for s in stops
    ]
    print_table(("Mã", "Họ tên", "Từ", "Đến", "Lý do"), rows)
    if not rows:
        print("Không ai đang bị tạm ngừng.")


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]], whole: int = 1) -> None:
    """Prints a table on a terminal; into a pipe a line each, parts between tabs.

    Args:
        heads: What stands above the columns.
        rows: The rows.
        whole: How many columns are never broken into lines.
    """
    if not sys.stdout.isatty():
        for row in rows:
            print("\t".join(row))
        return
    if rows:
        table = Table(box=box.SIMPLE_HEAD)
        for index, head in enumerate(heads):
            # An id that is cut short is no id: the first columns hold them.
            table.add_column(head, overflow="fold", no_wrap=index < whole)
        for row in rows:
            table.add_row(*map(Text, row))
        Console().print(table)


def as_json_text(value: Any) -> str:
    """Values as JSON, moments in Viet Nam's time."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(VIETNAM).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return dataclasses.asdict(value)
