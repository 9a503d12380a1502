"""The verbs of signing in, among those of ``cong accounts``."""

import contextlib
from collections.abc import Iterator
from typing import Annotated

import typer

from accounts.acting import demand_person
from accounts.moments import end_moment, first_moment, until_words
from accounts.roster import State
from accounts.rules import clock
from accounts.signing.acts import Doors
from accounts.signing.places import PLACES
from accounts.signing.roster import all_desks, all_sessions
from accounts.signing.sessions import HOW
from accounts.signing.settings import Settings
from accounts.signing.who import portals_held
from accounts.telling import STATES, as_json_text, print_table
from accounts.verbs import demand_known, portals_named, reading, time_now, writing
from regulation.findings import Finding, Mistyped, Refused

SET_UP = "/can-bo/thiet-lap/"
"""Where people set up, on the portal's own address."""

_Person = Annotated[str, typer.Argument(help="Mã của người, ví dụ mai-nt.", metavar="NGƯỜI")]
_Portal = Annotated[str, typer.Option(help="Mã cổng.", metavar="MÃ")]
_Json = Annotated[bool, typer.Option("--json", help="Viết dạng JSON, cho chương trình khác.")]


def desk(
    person: _Person,
    agency: Annotated[str, typer.Argument(help="Mã cơ quan của cổng.", metavar="CƠ-QUAN")],
    portal: _Portal,
    head: Annotated[
        bool, typer.Option("--head", help="Là thủ trưởng đơn vị. Không ghi: cán bộ đầu mối.")
    ] = False,
    take: Annotated[bool, typer.Option("--take", help="Thu hồi.")] = False,
    since: Annotated[
        str,
        typer.Option(
            help="Từ ngày (hoặc ngày giờ); với --take, thu hồi từ lúc ấy. Không ghi: từ bây giờ.",
            metavar="NGÀY",
        ),
    ] = "",
    until: Annotated[
        str, typer.Option(help="Đến hết ngày, hoặc đến trước giờ đã ghi.", metavar="NGÀY")
    ] = "",
) -> None:
    """Lets somebody answer citizens for an agency, or no longer."""
    first, end = first_moment("--since", since), end_moment("--until", until)
    if take and (head or end):
        message = "Khi thu hồi chỉ ghi thêm --since, nếu không phải từ bây giờ."
        raise Mistyped([Finding("--take", message)])
    if take:
        with _doors() as doors:
            doors.take_desk(person, portal, agency, first)
        when = clock(first or time_now())
        print(f"✓ “{person}” không trả lời cho “{agency}” ở cổng {portal} nữa, từ {when}.")
        return
    place = "head" if head else "officer"
    with _doors() as doors:
        given = doors.give_desk(portals_named(portal), person, portal, agency, place, first, end)
    when = f"từ {clock(given.since)} {until_words(given.until)}"
    print(f"✓ “{person}” là {PLACES[place]} của “{given.agency.name}” ở cổng {portal}, {when}.")


def list_desks(
    portal: Annotated[str, typer.Option(help="Chỉ một cổng.", metavar="MÃ")] = "",
    every: Annotated[bool, typer.Option("--all", help="Cả những người đã thôi.")] = False,
    as_json: _Json = False,
) -> None:
    """Shows who answers citizens for which agency."""
    demand_known(portal)
    with reading() as database, database.reading() as connection:
        found = [
            line
            for line in all_desks(connection, time_now())
            if portal in ("", line.portal) and (every or line.state is not State.ENDED)
        ]
    if as_json:
        print(as_json_text(found))
        return
    rows = [
        (
            line.portal,
            line.agency,
            f"{line.person} ({line.name})",
            PLACES[line.place],
            f"từ {clock(line.since)} {until_words(line.until)}",
            "TẠM NGỪNG" if line.suspended else STATES[line.state],
        )
        for line in found
    ]
    print_table(("Cổng", "Cơ quan", "Người", "Việc", "Thời gian", "Tình trạng"), rows, whole=2)
    if not rows:
        print("Chưa giao ai trả lời cho cơ quan nào.")


def invite(
    person: _Person,
    portal: _Portal,
    address: Annotated[
        str,
        typer.Option(help="Địa chỉ mà cán bộ mở, nếu khác địa chỉ của cổng.", metavar="HTTPS://…"),
    ] = "",
) -> None:
    """Gives somebody a one-time code for setting up how they sign in."""
    if address:
        try:
            Settings(address.rstrip("/"), "")
        except Refused as refused:  # it knows it as the origin of pages, and not as it was typed
            findings = [Finding("--address", each.message) for each in refused.findings]
            raise Mistyped(findings) from None
    root = address.rstrip("/") or portals_named(portal)[portal].regulation.url
    with _doors() as doors:
        code, until = doors.invite(person)
        with doors.database.reading() as connection:
            held = portals_held(connection, person, time_now())
    print(f"✓ Mã thiết lập của “{person}”, dùng một lần, đến trước {clock(until)}:")
    print(f"  {code}")
    print(f"  Mở {root}{SET_UP} rồi gõ mã.")
    print("  Hãy trao mã tận tay hoặc đọc qua điện thoại cho đúng người; đừng gửi qua thư điện tử.")
    if portal not in held:
        elsewhere = f" (chỉ ở cổng {', '.join(sorted(held))})" if held else ""
        print(
            f"! Lúc này “{person}” chưa giữ việc gì ở cổng {portal}{elsewhere}, nên thiết lập "
            "xong cũng chưa vào được. Hãy giao việc: cong accounts desk "
            f"{person} CƠ-QUAN --portal {portal}, hoặc cong accounts grant."
        )


def reset(person: _Person) -> None:
    """Ends all by which somebody signs in."""
    with _doors() as doors:
        ended = doors.reset(person)
    print(f"✓ Đã bỏ mật khẩu, ứng dụng xác thực, khóa truy cập và mã của “{person}”.")
    print(f"  Đã kết thúc {ended} phiên. Cấp mã mới: cong accounts invite {person} --portal …")


def sessions(
    person: Annotated[
        str, typer.Argument(help="Chỉ của người này. Không ghi: của mọi người.", metavar="NGƯỜI")
    ] = "",
    end: Annotated[
        bool, typer.Option("--end", help="Kết thúc ngay mọi phiên của người ấy.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Shows who is signed in, or ends all sessions of somebody."""
    if end:
        if not person:
            raise Mistyped([Finding("--end", "Hãy ghi mã của người: một lần, một người.")])
        with _doors() as doors:
            ended = doors.end_sessions(person)
        print(f"✓ Đã kết thúc {ended} phiên của “{person}”.")
        return
    with reading() as database, database.reading() as connection:
        if person:
            demand_person(connection, person)
        found = all_sessions(connection, time_now(), person or None)
    if as_json:
        print(as_json_text(found))
        return
    rows = [
        (
            each.person,
            HOW.get(each.how, each.how),
            each.agent,
            clock(each.begun_at),
            clock(each.seen_at),
        )
        for each in found
    ]
    print_table(("Người", "Bằng", "Trên", "Từ", "Lần cuối"), rows)
    if not rows:
        print("Không ai đang đăng nhập.")


@contextlib.contextmanager
def _doors() -> Iterator[Doors]:
    with writing() as made:
        yield Doors(made.database, made.now, made.actor, made.account)
