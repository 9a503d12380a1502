"""Who made a proposal: they may not approve it, and nobody unknown may have made it."""

from collections.abc import Iterator, Mapping

from accounts.staff import Person, Staff, fold_name
from workflow.gate.words import plain, short
from workflow.proposals import Proposal

_LOGIN = "hãy nhờ đơn vị vận hành đăng ký tài khoản ấy, hoặc để người có tài khoản gửi lại đề xuất."
_EMAIL = (
    "không có trong danh sách nhân sự; hãy ghi lại bằng địa chỉ đã đăng ký, hoặc nhờ đơn vị vận "
    "hành đăng ký địa chỉ ấy."
)


def of_login(login: str, staff: Staff) -> Person | None:
    """Whose login it is; an empty one is nobody's."""
    folded = fold_name(login)
    return staff.person_of_login(folded) if folded else None


def makers(proposal: Proposal, staff: Staff) -> tuple[Mapping[str, str], list[str]]:
    """Who made the proposal: by a person's id, why they may not approve it; and who is unknown.

    Opening it, pushing to it, and being author, committer or co-author of any commit in it are
    all making it.
    """
    barred: dict[str, str] = {}
    problems: list[str] = []
    for login, did in _logins(proposal):
        person = of_login(login, staff)
        if person is None:
            problems.append(
                f"Tài khoản “{plain(login)}” đã {did} không có trong danh sách nhân sự; {_LOGIN}"
            )
        else:
            barred.setdefault(
                person.id, f"Người này đã {did}, không được tự duyệt; hãy để người khác duyệt."
            )
    unknown: set[str] = set()
    for address, commit, part in _addresses(proposal):
        email = fold_name(address)
        person = staff.person_of_email(email) if email else None
        if person is not None:
            barred.setdefault(
                person.id,
                f"Người này là {part} của bản {commit}, không được tự duyệt; hãy để người khác "
                "duyệt.",
            )
        elif email not in unknown:
            unknown.add(email)
            problems.append(f"Bản {commit}: địa chỉ thư điện tử của {part} {_EMAIL}")
    return barred, problems


def _logins(proposal: Proposal) -> Iterator[tuple[str, str]]:
    yield proposal.author, "mở đề xuất này"
    for login in proposal.pushers:
        yield login, "đẩy thay đổi lên đề xuất này"


def _addresses(proposal: Proposal) -> Iterator[tuple[str, str, str]]:
    for commit in proposal.commits:
        name = short(commit.id)
        yield commit.author, name, "tác giả"
        yield commit.committer, name, "người ghi"
        for address in commit.co_authors:
            yield address, name, "đồng tác giả"
