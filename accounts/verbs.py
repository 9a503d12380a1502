"""The verbs of this room: ``cong accounts``. Here the clock and the environment are read."""

import contextlib
import dataclasses
import datetime as dt
import getpass
import json
import os
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from accounts.acting import demand_person
from accounts.asking import who_is_asking
from accounts.contacts import NOTHING, Contact, contact_of
from accounts.database import Database, open_database
from accounts.holders import LOCAL
from accounts.log import entries, last, verify
from accounts.moments import end_moment, first_moment, until_words
from accounts.place import find_place
from accounts.register import FORGES, Register
from accounts.roster import (
    State,
    all_delegations,
    everybody,
    roster,
    someone,
    suspended_people,
)
from accounts.rules import ROLES, clock
from accounts.signing.places import PLACES
from accounts.signing.roster import all_desks
from accounts.staff import fold_name
from accounts.telling import (
    STATES,
    as_json_text,
    contact_words,
    delegation_words,
    entry_words,
    print_roster,
    show_suspensions,
)
from regulation.checkout import find_root
from regulation.console import known_portals
from regulation.findings import Finding, Mistyped, Refused
from regulation.loading import load_portal
from regulation.model import Role
from regulation.portal import Portal
from regulation.reading import one_of
from regulation.yamlfile import VIETNAM

_ROLE_IDS = ", ".join(f"{role} ({name})" for role, name in ROLES.items())
_Person = Annotated[str, typer.Argument(help="Mã của người, ví dụ mai-nt.", metavar="NGƯỜI")]
_Post = Annotated[
    str, typer.Argument(help="Mã chức danh trong quy chế của cổng.", metavar="CHỨC-DANH")
]
_Portal = Annotated[str, typer.Option(help="Mã cổng.", metavar="MÃ")]
_Organisation = Annotated[str | None, typer.Option(help="Tổ chức, đơn vị công tác.", metavar="TÊN")]
_Title = Annotated[str | None, typer.Option(help="Chức danh ở đơn vị, nếu có.", metavar="TÊN")]
_Address = Annotated[str | None, typer.Option(help="Địa chỉ liên lạc.", metavar="ĐỊA-CHỈ")]
_Phone = Annotated[str | None, typer.Option(help="Số điện thoại.", metavar="SỐ")]
_Json = Annotated[bool, typer.Option("--json", help="Viết dạng JSON, cho chương trình khác.")]
_Since = Annotated[
    str,
    typer.Option(help="Từ ngày (hoặc ngày giờ). Không ghi: từ bây giờ.", metavar="NGÀY"),
]
_Until = Annotated[
    str,
    typer.Option(help="Đến hết ngày, hoặc đến trước giờ đã ghi.", metavar="NGÀY"),
]


# --- Changing -------------------------------------------------------------------------------------


def add(
    person: _Person,
    name: Annotated[str, typer.Option(help="Họ tên đầy đủ.", metavar="HỌ-TÊN")],
    email: Annotated[
        list[str] | None,
        typer.Option(help="Địa chỉ thư điện tử; dùng nhiều lần được.", metavar="ĐỊA-CHỈ"),
    ] = None,
    github: Annotated[
        list[str] | None,
        typer.Option(help="Tài khoản GitHub; dùng nhiều lần được.", metavar="TÊN"),
    ] = None,
    organisation: _Organisation = None,
    title: _Title = None,
    address: _Address = None,
    phone: _Phone = None,
    bot: Annotated[bool, typer.Option("--bot", help="Đây là chương trình tự động.")] = False,
) -> None:
    """Registers somebody."""
    names = [(FORGES[0], each) for each in github or ()]
    told = Contact(organisation or "", title or "", address or "", phone or "")
    with writing(create=True) as made:
        made.add_person(person, name, addresses=email or (), names=names, contact=told, bot=bot)
    print(f"✓ Đã đăng ký “{person}”. Giao chức danh: cong accounts grant {person} …")


def grant(
    person: _Person,
    post: _Post,
    portal: _Portal,
    field: Annotated[
        list[str] | None,
        typer.Option(
            help="Chỉ phụ trách lĩnh vực này; dùng nhiều lần được. Không ghi: mọi lĩnh vực của "
            "chức danh.",
            metavar="MÃ",
        ),
    ] = None,
    since: _Since = "",
    until: _Until = "",
) -> None:
    """Gives somebody a post."""
    first, end = first_moment("--since", since), end_moment("--until", until)
    with writing() as made:
        granted = made.grant(portals_named(portal), person, portal, post, field or (), first, end)
    what = f"✓ “{person}” giữ chức danh “{granted.post.title}” ở cổng {portal}"
    fields = f", lĩnh vực {', '.join(granted.fields)}" if granted.fields else ""
    print(f"{what}{fields}, từ {clock(granted.since)} {until_words(granted.until)}.")
    if first is not None and first < time_now() - dt.timedelta(days=1):
        print("  Ngày bắt đầu đã qua: chức danh chỉ được tính từ lúc vừa ghi.")


def revoke(
    person: _Person,
    post: Annotated[
        str, typer.Argument(help="Mã chức danh trong quy chế của cổng.", metavar="CHỨC-DANH")
    ] = "",
    portal: Annotated[str, typer.Option(help="Mã cổng.", metavar="MÃ")] = "",
    every: Annotated[
        bool,
        typer.Option("--all", help="Thôi việc: mọi chức danh, ủy quyền và khóa của người ấy."),
    ] = False,
    at: Annotated[
        str, typer.Option(help="Từ ngày (hoặc ngày giờ). Không ghi: ngay bây giờ.", metavar="NGÀY")
    ] = "",
) -> None:
    """Ends a holding of a post, or all that somebody holds."""
    if every == bool(post or portal) or bool(post) != bool(portal):
        message = "Hãy ghi chức danh cùng --portal, hoặc chỉ ghi --all khi người ấy thôi việc."
        raise Mistyped([Finding("cong accounts revoke", message)])
    end = first_moment("--at", at)
    with writing() as made:
        if every:
            made.leave(person, end)
            what = f"mọi chức danh, ủy quyền, khóa và cách đăng nhập của “{person}”"
        else:
            made.revoke(person, portal, post, end)
            what = f"chức danh “{post}” ở cổng {portal} của “{person}”"
    print(f"✓ Đã thu hồi {what}, từ {clock(end or time_now())}.")


def suspend(
    person: _Person,
    reason: Annotated[str, typer.Option(help="Lý do, để báo cáo.", metavar="LÝ-DO")],
    since: _Since = "",
    until: Annotated[
        str,
        typer.Option(
            help="Đến hết ngày, hoặc đến trước giờ đã ghi. Không ghi: đến khi cho dùng lại.",
            metavar="NGÀY",
        ),
    ] = "",
) -> None:
    """Suspends somebody's access at once."""
    first, end = first_moment("--since", since), end_moment("--until", until)
    with writing() as made:
        made.suspend(person, reason, first, end)
    ends = until_words(end) if end else "đến khi cho dùng lại"
    print(f"✓ Đã tạm ngừng “{person}” từ {clock(first or time_now())} {ends}.")
    print("  Để báo cáo: cong accounts list --suspended")


def resume(person: _Person) -> None:
    """Takes a suspension back."""
    with writing() as made:
        made.resume(person)
    print(f"✓ “{person}” được dùng lại từ bây giờ.")


def key(
    person: _Person,
    add: Annotated[str, typer.Option(help="Tệp khóa công khai, đuôi .pub.", metavar="TỆP")] = "",
    revoke: Annotated[str, typer.Option(help="Dấu vân tay của khóa: SHA256:…", metavar="DẤU")] = "",
) -> None:
    """Shows, registers or revokes somebody's SSH public keys."""
    _at_most_one({"--add": add, "--revoke": revoke})
    if add:
        text = _key_file(add)
        with writing() as made:
            print(f"✓ Đã đăng ký khóa {made.add_key(person, text, add)} cho “{person}”.")
    elif revoke:
        with writing() as made:
            made.revoke_key(person, revoke)
        print("✓ Đã thu hồi khóa; từ bây giờ chữ ký bằng khóa ấy không được tính.")
    else:
        with reading() as database, database.reading() as connection:
            demand_person(connection, person)
            found = someone(connection, person, time_now()).keys
        for fingerprint, added_at, revoked_at in found:
            ended = f", đã thu hồi lúc {clock(revoked_at)}" if revoked_at else ""
            print(f"{fingerprint}: từ {clock(added_at)}{ended}")
        if not found:
            print(f"“{person}” chưa có khóa nào.")


def email(
    person: _Person,
    add: Annotated[str, typer.Option(help="Thêm địa chỉ này.", metavar="ĐỊA-CHỈ")] = "",
    end: Annotated[str, typer.Option(help="Bỏ địa chỉ này.", metavar="ĐỊA-CHỈ")] = "",
) -> None:
    """Shows, registers or ends somebody's e-mail addresses."""
    _at_most_one({"--add": add, "--end": end})
    if add or end:
        with writing() as made:
            if add:
                made.add_email(person, add)
            else:
                made.end_email(person, end)
        print(f"✓ Đã {'thêm' if add else 'bỏ'} {add or end}.")
        return
    with reading() as database, database.reading() as connection:
        demand_person(connection, person)
        found = someone(connection, person, time_now()).emails
    print("\n".join(found) or f"“{person}” chưa có địa chỉ nào.")


def contact(
    person: _Person,
    organisation: _Organisation = None,
    title: _Title = None,
    address: _Address = None,
    phone: _Phone = None,
) -> None:
    """Shows or writes down what somebody states of themselves; what is not given stays."""
    given = {"organisation": organisation, "title": title, "address": address, "phone": phone}
    fresh = {name: text for name, text in given.items() if text is not None}
    if fresh:
        with writing() as made:
            found = made.change_contact(person, lambda before: dataclasses.replace(before, **fresh))
        print(f"✓ Đã ghi thông tin liên hệ của “{person}”.")
    else:
        with reading() as database, database.reading() as connection:
            demand_person(connection, person)
            found = contact_of(connection, person)
    for words in contact_words(found):
        print(f"  {words}")
    if found == NOTHING:
        print(f"“{person}” chưa ghi thông tin liên hệ nào.")


def login(
    person: _Person,
    add: Annotated[str, typer.Option(help="Thêm tài khoản GitHub này.", metavar="TÊN")] = "",
    end: Annotated[str, typer.Option(help="Bỏ tài khoản GitHub này.", metavar="TÊN")] = "",
) -> None:
    """Shows, registers or ends somebody's logins."""
    _at_most_one({"--add": add, "--end": end})
    if add or end:
        with writing() as made:
            if add:
                made.add_login(person, FORGES[0], add)
            else:
                made.end_login(person, FORGES[0], end)
        print(f"✓ Đã {'thêm' if add else 'bỏ'} {add or end}.")
        return
    with reading() as database, database.reading() as connection:
        demand_person(connection, person)
        found = someone(connection, person, time_now()).logins
    print("\n".join([f"{LOCAL}: {person}", *(f"{forge}: {name}" for forge, name in found)]))


def delegate(
    grantor: Annotated[str, typer.Argument(help="Mã của người ủy quyền.", metavar="NGƯỜI-GIAO")],
    delegate: Annotated[
        str, typer.Argument(help="Mã của người được ủy quyền.", metavar="NGƯỜI-NHẬN")
    ],
    portal: _Portal,
    role: Annotated[str, typer.Option(help=f"Vai trò: {_ROLE_IDS}.", metavar="VAI-TRÒ")],
    until: _Until,
    document: Annotated[str, typer.Option(help="Số của giấy ủy quyền.", metavar="SỐ")],
    dated: Annotated[str, typer.Option(help="Ngày của giấy ủy quyền.", metavar="NGÀY")],
    since: _Since = "",
    late: Annotated[bool, typer.Option("--late", help="Vẫn ghi dù ngày bắt đầu đã qua.")] = False,
) -> None:
    """Records a delegation."""
    if role not in [*Role]:
        raise Mistyped([Finding("--role", one_of(role, [*Role]))])
    first, end, written = (
        first_moment("--since", since),
        end_moment("--until", until),
        first_moment("--dated", dated),
    )
    if end is None or written is None:
        message = "Giấy ủy quyền phải có ngày và có lúc hết; hãy ghi --dated và --until."
        raise Mistyped([Finding("cong accounts delegate", message)])
    # An id is written in small letters; who delegates is known by one that is folded, too.
    grantor, delegate = fold_name(grantor), fold_name(delegate)
    with writing() as made:
        number = made.delegate(
            portals_named(portal),
            grantor,
            delegate,
            portal,
            role,
            since=first,
            until=end,
            document=document,
            document_date=written.astimezone(VIETNAM).date(),
            late=late,
        )
    when = f"từ {clock(first or time_now())} {until_words(end)}"
    print(f"✓ Ủy quyền số {number}: “{delegate}” thay “{grantor}” {when}.")


# --- Showing --------------------------------------------------------------------------------------


def list_people(
    portal: Annotated[str, typer.Option(help="Chỉ một cổng.", metavar="MÃ")] = "",
    at: Annotated[
        str, typer.Option(help="Như đã ghi vào lúc này. Không ghi: bây giờ.", metavar="NGÀY")
    ] = "",
    every: Annotated[
        bool, typer.Option("--all", help="Cả chức danh đã hết và người không giữ chức danh nào.")
    ] = False,
    suspended: Annotated[
        bool, typer.Option("--suspended", help="Chỉ các lần tạm ngừng, kèm lý do, để báo cáo.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Shows who holds which post, for the operator."""
    moment = first_moment("--at", at) or time_now()
    demand_known(portal)
    with reading() as database, database.reading() as connection:
        if suspended:
            stops = [
                each
                for each in suspended_people(connection, moment)
                if every or each.state is not State.ENDED
            ]
            show_suspensions(stops, moment, as_json)
            return
        lines = [
            line
            for line in roster(connection, moment)
            if (every or line.state is not State.ENDED) and portal in ("", line.portal)
        ]
        names = everybody(connection)
    idle = {who: name for who, name in names.items() if who not in {line.person for line in lines}}
    if as_json:
        told = {"at": moment, "holdings": lines, **({"others": idle} if every else {})}
        print(as_json_text(told))
        return
    print_roster(lines)
    if every:
        for who, name in idle.items():
            print(f"{who} ({name}): không giữ chức danh nào")
    elif not lines:
        print("Chưa ai giữ chức danh nào. Ai trả lời cho cơ quan nào thì xem: cong accounts desks")


def show(person: _Person, as_json: _Json = False) -> None:
    """Shows all that is on record of somebody."""
    now = time_now()
    with reading() as database, database.reading() as connection:
        demand_person(connection, person)
        found = someone(connection, person, now)
        desks = [each for each in all_desks(connection, now) if each.person == person]
    if as_json:
        print(as_json_text({**dataclasses.asdict(found), "desks": desks}))
        return
    kind = " (chương trình tự động)" if found.bot else ""
    print(f"{found.id}: {found.name}{kind}, đăng ký lúc {clock(found.added_at)}")
    if found.suspended:
        print("ĐANG TẠM NGỪNG")
    for forge, name in found.logins:
        print(f"  tài khoản {forge}: {name}")
    for address in found.emails:
        print(f"  thư điện tử: {address}")
    for words in contact_words(found.contact):
        print(f"  {words}")
    for fingerprint, added_at, revoked_at in found.keys:
        ended = f", thu hồi lúc {clock(revoked_at)}" if revoked_at else ""
        print(f"  khóa {fingerprint}, từ {clock(added_at)}{ended}")
    for line in found.lines:
        fields = f" [{', '.join(line.fields)}]" if line.fields else ""
        when = f"từ {clock(line.since)} {until_words(line.until)}"
        print(f"  {line.portal}: {line.post}{fields}, {when}: {STATES[line.state]}")
    for desk in desks:
        when = f"từ {clock(desk.since)} {until_words(desk.until)}"
        what = f"{PLACES[desk.place]} của {desk.agency}, {when}: {STATES[desk.state]}"
        print(f"  {desk.portal}: {what}")
    for each in found.delegations:
        print(f"  {delegation_words(each)}")
    for stop in found.suspensions:
        print(f"  tạm ngừng từ {clock(stop.since)} {until_words(stop.until)}: {stop.reason}")


def delegations(
    portal: Annotated[str, typer.Option(help="Chỉ một cổng.", metavar="MÃ")] = "",
    revoke: Annotated[
        int | None, typer.Option(help="Thu hồi ủy quyền mang số này.", metavar="SỐ")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Shows the delegations on record, or revokes one."""
    if revoke is not None:
        with writing() as made:
            made.revoke_delegation(revoke)
        print(f"✓ Đã thu hồi ủy quyền số {revoke}.")
        return
    demand_known(portal)
    with reading() as database, database.reading() as connection:
        found = all_delegations(connection, time_now())
    found = [each for each in found if portal in ("", each.portal)]
    if as_json:
        print(as_json_text(found))
        return
    for each in found:
        print(delegation_words(each))
    if not found:
        print("Chưa có ủy quyền nào.")


def show_log(
    person: Annotated[
        str, typer.Option(help="Chỉ những gì người này làm hoặc được làm cho.", metavar="NGƯỜI")
    ] = "",
    as_json: _Json = False,
) -> None:
    """Shows the log."""
    with reading() as database, database.reading() as connection:
        found = entries(connection, person or None)
    if as_json:
        told = [dataclasses.asdict(e) | {"changes": json.loads(e.changes)} for e in found]
        print(as_json_text(told))
        return
    for entry in found:
        print(entry_words(entry))


def check_log(
    seal: Annotated[
        str,
        typer.Option(help="Mã mà lần kiểm tra trước đã cho, dạng SỐ:MÃ-BĂM.", metavar="MÃ"),
    ] = "",
) -> None:
    """Says whether the log is what was written, and whether the tables agree with it."""
    with reading() as database, database.reading() as connection:
        wrong = list(verify(connection, seal.strip()))
        final = last(connection)
        if wrong:
            raise Refused([Finding(database.shown, message) for message in wrong])
    if final is None:
        print("✓ Nhật ký chưa có mục nào.")
        return
    print(f"✓ Nhật ký có {final.number} mục, khớp với các bảng.")
    print(f"  Mã của mục cuối, hãy ghi lại ở nơi khác: {final.seal}")


def _at_most_one(options: Mapping[str, str]) -> None:
    if all(options.values()):
        names = " và ".join(options)
        raise Mistyped([Finding(names, "Mỗi lần chỉ làm một việc; hãy bỏ bớt một.")])


def _key_file(name: str) -> str:
    try:
        return Path(name).expanduser().read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Refused([Finding(name, "Không phải tệp khóa công khai; hãy xem lại tên.")]) from None


# --- What is around -------------------------------------------------------------------------------


def time_now() -> dt.datetime:
    """What time it is, in Viet Nam."""
    return dt.datetime.now(VIETNAM)


def portals_named(portal_id: str) -> Mapping[str, Portal]:
    """The one portal that was typed: a mistake in another's files is no reason to stop."""
    root = find_root(Path.cwd())
    [known] = known_portals(root, [portal_id])
    return {known: load_portal(root / "content" / known, root, time_now().date())}


def demand_known(portal_id: str) -> None:
    """Demands that there is the portal whose lines are asked for; empty is every portal.

    Raises:
        Mistyped: There is none: an empty list would say that nobody holds anything.
    """
    if portal_id:
        known_portals(find_root(Path.cwd()), [portal_id])


@contextlib.contextmanager
def reading() -> Iterator[Database]:
    """The register, to be read.

    Raises:
        Refused: There is none.
    """
    with open_database(find_place(os.environ, Path.home()), os.environ) as database:
        yield database


@contextlib.contextmanager
def writing(*, create: bool = False) -> Iterator[Register]:
    """The register, to be written in the name of whoever is asking.

    Raises:
        Refused: There is none, and it is not to be made.
    """
    place = find_place(os.environ, Path.home())
    with open_database(place, os.environ, create=create) as database:
        account = f"{getpass.getuser()}@{socket.gethostname()}"
        yield Register(database, time_now, who_is_asking(database, Path.cwd()), account)
