"""Refusing: by a ground of the regulation, and by nothing else (S8)."""

from accounts.staff import Person
from regulation.findings import Finding, Mistyped
from workflow.forge import ForgeError
from workflow.gate.people import makers, of_login
from workflow.gate.words import day
from workflow.proposals import Proposal
from workflow.proposing.base import regulations_at
from workflow.proposing.context import Context
from workflow.urgent import Standing, demand_may, standing


def demand_ground(context: Context, proposal: Proposal, ground: str) -> None:
    """Demands a ground (lý do từ chối) of a regulation that the proposal touches.

    Raises:
        Mistyped: There is none of this id today; with those there are.
    """
    now = context.now()
    regulations = regulations_at(context.git_of_forge, context.forge.main, day(now))
    touched = {part for file in proposal.files for path in file.paths for part in path.split("/")}
    grounds = {
        each.id: each.title.vi
        for portal in regulations.values()
        if portal.id in touched or touched.isdisjoint(regulations)
        for each in portal.in_force(portal.regulation.grounds, day(now))
    }
    if ground not in grounds:
        listed = "\n".join(f"  {key}: {title}" for key, title in grounds.items())
        message = f"Quy chế không có lý do “{ground}”; hãy chọn một trong:\n{listed}"
        raise Mistyped([Finding("--ground", message)])


def demand_withdrawable(context: Context, number: str) -> None:
    """Demands that whoever withdraws a proposal may: who made it, as long as they work here.

    To others withdrawing it would be a refusal for any reason they like. What cannot be read, and
    what those who made it can no longer withdraw, anybody may put away.

    Raises:
        ForgeError: It is somebody else's.
    """
    try:
        proposal = context.forge.proposal(number)
    except ForgeError:
        return  # the forge says what is wrong when it is told to withdraw it
    me = of_login(context.forge.me(), context.staff)
    author = of_login(proposal.author, context.staff)
    barred, _ = makers(proposal, context.staff)
    if (me is not None and me.id in barred) or author is None or _has_left(context, author):
        return
    raise ForgeError(
        f"Đề xuất {number} do người khác gửi, chỉ người gửi mới rút được. Không đăng thì hãy từ "
        f"chối theo một lý do của quy chế: cong refuse {number} --ground MÃ; muốn sửa thì: cong "
        f"review {number} --request-changes --text “…”."
    )


def urgent_of(context: Context, number: str = "") -> list[Standing]:
    """The urgent withdrawals that are open.

    Args:
        context: Who, where.
        number: Of which proposal; empty for all.
    """
    now = context.now()
    git, forge = context.git_of_forge, context.forge
    regulations = regulations_at(git, forge.main, day(now))
    return list(standing(git, forge, context.staff, regulations, now, number=number))


def demand_liftable(context: Context, found: Standing) -> None:
    """Demands that whoever brings items back that are urgently down may take them down, too.

    Raises:
        ForgeError: They may not; with the posts that may.
    """
    _demand_may(
        context,
        found,
        f"Đề xuất {found.entry.number} đang gỡ khẩn {', '.join(found.paths)}; rút đề xuất này là "
        "đăng lại, nên chỉ người được gỡ khẩn mới rút được.",
    )


def demand_pushable(context: Context, number: str) -> None:
    """Demands that nobody puts a version of theirs on an urgent withdrawal who may take none down.

    It would count for nothing, and make the board look at something else.

    Raises:
        ForgeError: They may not; with the posts that may.
    """
    for found in urgent_of(context, number):
        _demand_may(
            context,
            found,
            f"Đề xuất {number} đang gỡ khẩn {', '.join(found.paths)}; không gửi bản mới vào đề "
            "xuất này được. Hãy gửi thành đề xuất riêng từ nhánh chính: git switch "
            f"{context.forge.main}, rồi gõ lại cong propose với tên mới.",
        )


def _demand_may(context: Context, found: Standing, message: str) -> None:
    if found.fault:
        return
    now = context.now()
    regulations = regulations_at(context.git_of_forge, context.forge.main, day(now))
    for path in found.paths:
        try:
            demand_may(context.staff, regulations, context.forge.me(), path, now)
        except ForgeError as error:
            raise ForgeError(f"{message} {error}") from error


def _has_left(context: Context, person: Person) -> bool:
    now = context.now()
    held = context.staff.holdings(person, now)
    return not any(each.in_force(now) and not each.suspended for each in held)
