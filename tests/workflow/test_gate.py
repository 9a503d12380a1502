"""The gate, case by case: what passes, what waits, what is refused, and in which words."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from accounts.staff import Grant, Holding, Person
from regulation.loading import load_portals
from regulation.model import Role
from regulation.portal import Portal
from workflow.gate import MAX_FILES, Decision, State, decide
from workflow.proposals import ChangedFile, FileStatus, Verdict

from .board import (
    HEAD,
    HOLDINGS,
    LONG_AGO,
    MAU,
    NEWS,
    NOW,
    OLD,
    OTHER,
    PAPER,
    PEOPLE,
    PICTURE,
    REGULATIONS,
    RULES,
    TABLE,
    THEME,
    FakeStaff,
    changed,
    commit,
    grant,
    holding,
    judge,
    no,
    person,
    portal,
    proposal,
    said,
    t,
    yes,
)

ROOT = Path(__file__).parents[2]
APPROVED, WAITING, REFUSED = State.APPROVED, State.WAITING, State.REFUSED
MINUTE = dt.timedelta(minutes=1)

NEWS_MEMBER = "mau: Biên tập (Tin tức)"
PAPER_MEMBER = "mau: Biên tập (Văn bản)"
HEAD_STEP = "mau: Phê duyệt"

STALE = (
    "Duyệt trên bản bbbbbbb, không phải bản hiện nay aaaaaaa; hãy xem bản hiện nay rồi duyệt lại."
)
OPENED_IT = "Người này đã mở đề xuất này, không được tự duyệt; hãy để người khác duyệt."
BOT = "Ý kiến do chương trình tự động gửi; chỉ người giữ chức danh mới được duyệt."
UNKNOWN = (
    "Tài khoản này không có trong danh sách nhân sự; hãy để người giữ chức danh duyệt bằng tài "
    "khoản đã đăng ký."
)
TOO_EARLY = "Duyệt khi bước trước chưa xong; sau khi bước trước xong, hãy duyệt lại."
STRANGER = (
    "Người này không giữ chức danh nào, cũng không được ủy quyền việc nào mà đề xuất cần: "
    "Thành viên tin tức; Trưởng ban."
)
OTHER_FIELD = "Người này phụ trách lĩnh vực khác; bước “Biên tập” cần Thành viên tin tức."
LEFT = (
    "Người này nay không còn giữ chức danh mà bước “Biên tập” cần. Hãy để người đang giữ chức danh "
    "ấy duyệt."
)
NOT_YET = (
    "Lúc duyệt, người này chưa giữ chức danh mà bước “Biên tập” cần. Hãy để người đang giữ chức "
    "danh ấy duyệt."
)
NO_CHAIN = (
    "Người ủy quyền không tự mình giữ chức danh ấy (người được ủy quyền không được ủy quyền lại); "
    "hãy để Trưởng ban duyệt."
)
NOT_ALLOWED = "Quy chế không cho ủy quyền việc này cho người ấy; hãy để Trưởng ban duyệt."
BOTH_STEPS = "Người đã làm bước trước không được làm bước này."


def later(clock: str) -> str:
    """The reason of a review that is not somebody's last."""
    return (
        f"Người này đã có ý kiến khác sau đó (lúc {clock} ngày 22/11/2026); chỉ ý kiến sau cùng "
        "được tính."
    )


def makes(part: str, name: str = "aaaaaaa") -> str:
    """The reason of a review by somebody who made the commit."""
    return f"Người này là {part} của bản {name}, không được tự duyệt; hãy để người khác duyệt."


def missing(decision: Decision) -> list[str]:
    """What is missing: portal, step, field."""
    return [
        f"{need.portal}: {need.title}" + (f" ({need.field})" if need.field else "")
        for need in decision.missing
    ]


def reasons(decision: Decision) -> list[tuple[str, str]]:
    """Which reviews were not counted, and why."""
    return [(each.review.who, each.reason) for each in decision.uncounted]


@dataclass(frozen=True)
class Case:
    """What is asked of the gate, and everything it should say."""

    reviews: Sequence[Any]
    state: State
    missing: Sequence[str] = ()
    uncounted: Sequence[tuple[str, str]] = ()
    objections: Sequence[str] = ()
    problems: Sequence[str] = ()
    notes: Sequence[str] = ()
    given: dict[str, Any] = field(default_factory=dict)


CASES = {
    # --- the way it should go ---------------------------------------------------------------------
    "a member for the field, then the head": Case([yes("mai", 5), yes("truong", 9)], APPROVED),
    "nobody yet": Case([], WAITING, [NEWS_MEMBER, HEAD_STEP]),
    "the member only": Case([yes("mai", 5)], WAITING, [HEAD_STEP]),
    "two members, the head between them": Case(
        [yes("mai", 5), yes("truong", 9), yes("lan", 12)], APPROVED
    ),
    "a member and somebody else's comment": Case(
        [yes("mai", 5), said("lan", 6, Verdict.COMMENT), yes("truong", 9)], APPROVED
    ),
    # --- what was approved is not what would be published -----------------------------------------
    "stale after a push": Case(
        [yes("mai", 5, OLD), yes("truong", 9, OLD)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("mai", STALE), ("truong", STALE)],
        given={"commits": (commit(OLD), commit())},
    ),
    "stale after a push that only merges the base": Case(
        [yes("mai", 5), yes("truong", 9, OLD)],
        WAITING,
        [HEAD_STEP],
        [("truong", STALE)],
        given={"commits": (commit(OLD), commit(committer="lan@mau.example"))},
    ),
    "a force-push back to the approved commit": Case(
        [yes("mai", 5), yes("truong", 9)], APPROVED, given={"updated": t(60)}
    ),
    "a force-push back, the head having approved what was there between": Case(
        [yes("mai", 5), yes("truong", 9, OLD)], WAITING, [HEAD_STEP], [("truong", STALE)]
    ),
    "a force-push back, the head having approved both": Case(
        [yes("mai", 5), yes("truong", 9), yes("truong", 12, OLD)],
        WAITING,
        [HEAD_STEP],
        [("truong", later("10:12")), ("truong", STALE)],
    ),
    "a force-push back, an objection to what was there between": Case(
        [yes("mai", 5), yes("truong", 9), no("lan", 12, OLD)],
        WAITING,
        objections=["yêu cầu sửa bản bbbbbbb; hãy sửa rồi đề nghị người ấy xem lại."],
    ),
    "a prefix of the head is not the head": Case(
        [yes("mai", 5, "aaaaaaa"), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [
            (
                "mai",
                "Duyệt trên bản aaaaaaa, không phải bản hiện nay aaaaaaa; hãy xem bản hiện nay rồi "
                "duyệt lại.",
            ),
            ("truong", TOO_EARLY),
        ],
    ),
    # --- who made it may not approve it -----------------------------------------------------------
    "by whoever opened it": Case(
        [yes("mai", 5), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("mai", OPENED_IT), ("truong", TOO_EARLY)],
        given={"author": "MAI"},
    ),
    "by an author": Case(
        [yes("mai", 5), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("mai", makes("tác giả")), ("truong", TOO_EARLY)],
        given={"commits": (commit(author="Mai@Mau.Example"),)},
    ),
    "by the author of an earlier commit": Case(
        [yes("mai", 5), yes("truong", 9)],
        WAITING,
        [HEAD_STEP],
        [("truong", makes("tác giả", "bbbbbbb"))],
        given={"commits": (commit(OLD, author="truong@mau.example"), commit())},
    ),
    "by a committer": Case(
        [yes("mai", 5), yes("truong", 9)],
        WAITING,
        [HEAD_STEP],
        [("truong", makes("người ghi"))],
        given={"commits": (commit(committer="truong@mau.example"),)},
    ),
    "by a co-author": Case(
        [yes("mai", 5), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("mai", makes("đồng tác giả")), ("truong", TOO_EARLY)],
        given={"commits": (commit(co_authors=["lan@mau.example", "MAI@mau.example"]),)},
    ),
    "by whoever pushed it": Case(
        [yes("mai", 5), yes("truong", 9)],
        WAITING,
        [HEAD_STEP],
        [
            (
                "truong",
                "Người này đã đẩy thay đổi lên đề xuất này, không được tự duyệt; hãy để người khác "
                "duyệt.",
            )
        ],
        given={"pushers": ("cong", "truong")},
    ),
    "by the author under another login": Case(
        [yes("mai-2", 5), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("mai-2", OPENED_IT), ("truong", TOO_EARLY)],
        given={"author": "mai"},
    ),
    # --- two persons, in order --------------------------------------------------------------------
    "the same person in both steps": Case(
        [yes("ca-hai", 5)], WAITING, [HEAD_STEP], notes=[BOTH_STEPS]
    ),
    "the same person twice": Case(
        [yes("ca-hai", 5), yes("ca-hai", 9)],
        WAITING,
        [HEAD_STEP],
        [("ca-hai", later("10:09"))],
        notes=[BOTH_STEPS],
    ),
    "the same person under two logins": Case(
        [yes("mai", 5), yes("mai-2", 9)], WAITING, [HEAD_STEP], [("mai", later("10:09"))]
    ),
    "holds both posts, takes the second after another's first": Case(
        [yes("mai", 5), yes("ca-hai", 9)], APPROVED
    ),
    "holds both posts, takes the first before another's second": Case(
        [yes("ca-hai", 5), yes("truong", 9)], APPROVED
    ),
    "the right people in the wrong order": Case(
        [yes("truong", 5), yes("mai", 9)],
        WAITING,
        [HEAD_STEP],
        [
            (
                "truong",
                "Duyệt trước hoặc cùng lúc bước trước xong (10:09 ngày 22/11/2026); hãy duyệt lại.",
            )
        ],
    ),
    "both at the same instant": Case(
        [yes("truong", 5), yes("mai", 5)],
        WAITING,
        [HEAD_STEP],
        [
            (
                "truong",
                "Duyệt trước hoặc cùng lúc bước trước xong (10:05 ngày 22/11/2026); hãy duyệt lại.",
            )
        ],
    ),
    "wrong order, then the head again": Case(
        [yes("truong", 5), yes("mai", 9), yes("truong", 12)],
        APPROVED,
        uncounted=[("truong", later("10:12"))],
    ),
    "the head before one of two members": Case(
        [yes("mai", 5), yes("truong", 9), yes("binh", 12)],
        WAITING,
        [HEAD_STEP],
        [
            (
                "truong",
                "Duyệt trước hoặc cùng lúc bước trước xong (10:12 ngày 22/11/2026); hãy duyệt lại.",
            )
        ],
        given={"files": (NEWS, PAPER)},
    ),
    # --- taken back -------------------------------------------------------------------------------
    "approved, then changes requested": Case(
        [yes("mai", 5), yes("truong", 9), no("truong", 12)],
        WAITING,
        [HEAD_STEP],
        [("truong", later("10:12"))],
        ["yêu cầu sửa bản aaaaaaa; hãy sửa rồi đề nghị người ấy xem lại."],
    ),
    "approved, then changes requested, then commented": Case(
        [yes("mai", 5), no("mai", 7), said("mai", 8, Verdict.COMMENT), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("mai", later("10:07")), ("truong", TOO_EARLY)],
        ["yêu cầu sửa bản aaaaaaa; hãy sửa rồi đề nghị người ấy xem lại."],
    ),
    "approved, then commented": Case(
        [yes("mai", 5), said("mai", 6, Verdict.COMMENT), yes("truong", 9)], APPROVED
    ),
    "changes requested, then approved": Case(
        [no("mai", 5), yes("mai", 7), yes("truong", 9)],
        APPROVED,
        uncounted=[("mai", later("10:07"))],
    ),
    "changes requested under one login, approved under another": Case(
        [no("mai", 5), yes("MAI-2", 7), yes("truong", 9)],
        APPROVED,
        uncounted=[("mai", later("10:07"))],
    ),
    "approved and changes requested at the same instant": Case(
        [no("mai", 5), yes("mai", 5), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("mai", later("10:05")), ("truong", TOO_EARLY)],
        ["yêu cầu sửa bản aaaaaaa; hãy sửa rồi đề nghị người ấy xem lại."],
    ),
    "approved and taken back at the same instant": Case(
        [yes("mai", 5), said("mai", 5, Verdict.DISMISSED), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [
            ("mai", later("10:05")),
            ("mai", "Ý kiến này đã bị hủy; muốn được tính thì hãy duyệt lại."),
            ("truong", TOO_EARLY),
        ],
    ),
    "two commits approved at the same instant": Case(
        [yes("mai", 5), yes("mai", 5, OLD), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("mai", later("10:05")), ("mai", STALE), ("truong", TOO_EARLY)],
    ),
    "two commits approved at the same instant, whichever comes first": Case(
        [yes("mai", 5), yes("mai", 5, "0" * 40), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [
            (
                "mai",
                "Duyệt trên bản 0000000, không phải bản hiện nay aaaaaaa; hãy xem bản hiện nay rồi "
                "duyệt lại.",
            ),
            ("mai", later("10:05")),
            ("truong", TOO_EARLY),
        ],
    ),
    "dismissed": Case(
        [yes("mai", 5, dismissed_at=t(7)), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [
            (
                "mai",
                "Ý kiến này đã bị hủy lúc 10:07 ngày 22/11/2026; muốn được tính thì hãy duyệt lại.",
            ),
            ("truong", TOO_EARLY),
        ],
    ),
    "dismissed, with an older approval behind it": Case(
        [yes("mai", 3), said("mai", 5, Verdict.DISMISSED, dismissed_at=t(7)), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [
            ("mai", later("10:07")),
            (
                "mai",
                "Ý kiến này đã bị hủy lúc 10:07 ngày 22/11/2026; muốn được tính thì hãy duyệt lại.",
            ),
            ("truong", TOO_EARLY),
        ],
    ),
    "dismissed, then approved anew": Case(
        [yes("mai", 3, dismissed_at=t(4)), yes("mai", 5), yes("truong", 9)],
        APPROVED,
        uncounted=[("mai", later("10:05"))],
    ),
    "an older approval dismissed after a newer one was given": Case(
        [yes("mai", 3, dismissed_at=t(6)), yes("mai", 5), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [
            (
                "mai",
                "Ý kiến này đã bị hủy lúc 10:06 ngày 22/11/2026; muốn được tính thì hãy duyệt lại.",
            ),
            ("mai", later("10:06")),
            ("truong", TOO_EARLY),
        ],
    ),
    "an objection dismissed": Case(
        [yes("mai", 5), no("lan", 6, dismissed_at=t(7)), yes("truong", 9)],
        APPROVED,
        uncounted=[
            (
                "lan",
                "Ý kiến này đã bị hủy lúc 10:07 ngày 22/11/2026; muốn được tính thì hãy duyệt lại.",
            )
        ],
    ),
    # --- objections -------------------------------------------------------------------------------
    "one member approves, another asks for changes": Case(
        [yes("mai", 5), yes("truong", 9), no("lan", 12)],
        WAITING,
        objections=["yêu cầu sửa bản aaaaaaa; hãy sửa rồi đề nghị người ấy xem lại."],
    ),
    "the head asks for changes to an earlier commit": Case(
        [no("truong", 3, OLD), yes("mai", 5), yes("ca-hai", 9)],
        WAITING,
        objections=["yêu cầu sửa bản bbbbbbb; hãy sửa rồi đề nghị người ấy xem lại."],
    ),
    "the author, a member, says stop": Case(
        [no("mai", 3), yes("lan", 5), yes("truong", 9)],
        WAITING,
        objections=["yêu cầu sửa bản aaaaaaa; hãy sửa rồi đề nghị người ấy xem lại."],
        given={"author": "mai"},
    ),
    "refused by a ground of the regulation": Case(
        [yes("mai", 5), no("truong", 9, ground="sai-su-that")],
        REFUSED,
        [HEAD_STEP],
        objections=[
            "từ chối bản aaaaaaa, lý do: Không đúng sự thật; hãy sửa rồi đề nghị người ấy xem lại, "
            "hoặc rút đề xuất."
        ],
    ),
    "refused by a ground that is none": Case(
        [yes("mai", 5), no("truong", 9, ground="khong thich @ban")],
        REFUSED,
        [HEAD_STEP],
        problems=[
            "Ý kiến từ chối lúc 10:09 ngày 22/11/2026 nêu lý do “khong thich ?ban” không có trong "
            "quy chế của cổng mau; hãy từ chối lại theo một trong các lý do: sai-su-that."
        ],
    ),
    "refused by a ground no longer in force": Case(
        [no("mai", 9, ground="ly-do-cu")],
        REFUSED,
        [NEWS_MEMBER, HEAD_STEP],
        problems=[
            "Ý kiến từ chối lúc 10:09 ngày 22/11/2026 nêu lý do “ly-do-cu” không có trong quy chế "
            "của cổng mau; hãy từ chối lại theo một trong các lý do: sai-su-that."
        ],
    ),
    "refused by another portal's ground": Case(
        [no("truong", 9, ground="ngoai-pham-vi")],
        REFUSED,
        [NEWS_MEMBER, HEAD_STEP, "thu: Biên tập (Chung)", "thu: Phê duyệt"],
        problems=[
            "Ý kiến từ chối lúc 10:09 ngày 22/11/2026 nêu lý do “ngoai-pham-vi” không có trong quy "
            "chế của cổng mau; hãy từ chối lại theo một trong các lý do: sai-su-that."
        ],
        given={"files": (NEWS, OTHER)},
    ),
    "a member of another field asks for changes": Case(
        [yes("mai", 5), yes("truong", 9), no("binh", 12, ground="bay-ba")],
        APPROVED,
        uncounted=[("binh", OTHER_FIELD)],
    ),
    "an outsider asks for changes": Case(
        [yes("mai", 5), yes("truong", 9), no("ke-la", 12), no("nguoi-khac", 13)],
        APPROVED,
        uncounted=[("ke-la", UNKNOWN), ("nguoi-khac", STRANGER)],
    ),
    "somebody who has left asked for changes": Case(
        [yes("mai", 5), yes("truong", 9), no("cuu", 12)], APPROVED, uncounted=[("cuu", STRANGER)]
    ),
    "the head of another portal asks for changes": Case(
        [yes("mai", 5), yes("truong", 9), no("dung", 12)], APPROVED, uncounted=[("dung", STRANGER)]
    ),
    # --- who does not count -----------------------------------------------------------------------
    "a program, by its account": Case(
        [yes("may", 5), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("may", BOT), ("truong", TOO_EARLY)],
    ),
    "a program, by what the forge says": Case(
        [yes("mai", 5, bot=True), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("mai", BOT), ("truong", TOO_EARLY)],
    ),
    "a program nobody knows": Case(
        [yes("bot-la", 5, bot=True)], WAITING, [NEWS_MEMBER, HEAD_STEP], [("bot-la", BOT)]
    ),
    "a program asks for changes": Case(
        [yes("mai", 5), yes("truong", 9), no("may", 12)], APPROVED, uncounted=[("may", BOT)]
    ),
    "a program's objection in somebody's name takes nothing back": Case(
        [yes("mai", 5), no("mai", 7, bot=True), yes("truong", 9)],
        APPROVED,
        uncounted=[("mai", BOT)],
    ),
    "a login nobody knows": Case(
        [yes("ke-la", 5), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("ke-la", UNKNOWN), ("truong", TOO_EARLY)],
    ),
    "a login of blanks": Case([yes("  ", 5)], WAITING, [NEWS_MEMBER, HEAD_STEP], [("  ", UNKNOWN)]),
    "a member who has left since": Case(
        [yes("cuu", 5), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("cuu", LEFT), ("truong", TOO_EARLY)],
    ),
    "a member who had left before": Case(
        [yes("cuu", 90)], WAITING, [NEWS_MEMBER, HEAD_STEP], [("cuu", STRANGER)]
    ),
    "a member who was none yet when reviewing": Case(
        [yes("moi", 89)], WAITING, [NEWS_MEMBER, HEAD_STEP], [("moi", NOT_YET)]
    ),
    "a member since the very moment of reviewing": Case(
        [yes("moi", 90), yes("truong", 95)], APPROVED
    ),
    "a suspended member": Case(
        [yes("nghi", 5)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [
            (
                "nghi",
                "Lúc 12:00 ngày 22/11/2026, quyền truy cập của người này đang tạm ngừng; hãy để "
                "người khác giữ chức danh ấy duyệt.",
            )
        ],
    ),
    "a suspended member's objection": Case(
        [yes("mai", 5), yes("truong", 9), no("nghi", 12)],
        APPROVED,
        uncounted=[
            (
                "nghi",
                "Lúc 12:00 ngày 22/11/2026, quyền truy cập của người này đang tạm ngừng; hãy để "
                "người khác giữ chức danh ấy duyệt.",
            )
        ],
    ),
    "suspended at one post is suspended at all": Case(
        [yes("mai", 5)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [
            (
                "mai",
                "Lúc 12:00 ngày 22/11/2026, quyền truy cập của người này đang tạm ngừng; hãy để "
                "người khác giữ chức danh ấy duyệt.",
            )
        ],
        given={"held": (*HOLDINGS, holding("mai", Role.CONTRIBUTOR, at="thu", suspended=True))},
    ),
    "suspended when reviewing, no more now": Case(
        [yes("mai", 5)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [
            (
                "mai",
                "Lúc 10:05 ngày 22/11/2026, quyền truy cập của người này đang tạm ngừng; hãy để "
                "người khác giữ chức danh ấy duyệt.",
            )
        ],
        given={"held": (*HOLDINGS, holding("mai", Role.CONTRIBUTOR, until=t(60), suspended=True))},
    ),
    "suspended since reviewing": Case(
        [yes("mai", 5)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [
            (
                "mai",
                "Lúc 12:00 ngày 22/11/2026, quyền truy cập của người này đang tạm ngừng; hãy để "
                "người khác giữ chức danh ấy duyệt.",
            )
        ],
        given={"held": (*HOLDINGS, holding("mai", Role.CONTRIBUTOR, since=t(60), suspended=True))},
    ),
    "a member of another field": Case(
        [yes("binh", 5), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("binh", OTHER_FIELD), ("truong", TOO_EARLY)],
    ),
    "a member without a field": Case(
        [yes("nguoi-khac", 5)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("nguoi-khac", OTHER_FIELD)],
        given={"held": (*HOLDINGS, holding("nguoi-khac", Role.MEMBER))},
    ),
    "a member who left one field for another": Case(
        [yes("nguoi-khac", 5)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("nguoi-khac", LEFT)],
        given={
            "held": (
                *HOLDINGS,
                holding("nguoi-khac", Role.MEMBER, ["tin"], until=t(60)),
                holding("nguoi-khac", Role.MEMBER, ["van-ban"]),
            )
        },
    ),
    "a member of another portal": Case(
        [yes("hoa", 5)], WAITING, [NEWS_MEMBER, HEAD_STEP], [("hoa", STRANGER)]
    ),
    "the secretary, the operator and the administrator": Case(
        [yes("ky", 5), yes("van", 6), yes("quan", 7)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("ky", STRANGER), ("van", STRANGER), ("quan", STRANGER)],
    ),
    "the head of another portal": Case(
        [yes("mai", 5), yes("dung", 9)], WAITING, [HEAD_STEP], [("dung", STRANGER)]
    ),
    "a review from the future": Case(
        [yes("mai", 121)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [
            (
                "mai",
                "Ý kiến ghi lúc 12:01 ngày 22/11/2026, sau lúc xét 12:00 ngày 22/11/2026; hãy "
                "chỉnh đồng hồ rồi duyệt lại.",
            )
        ],
    ),
    "a review at this very moment": Case([yes("mai", 5), yes("truong", 120)], APPROVED),
    # --- delegation -------------------------------------------------------------------------------
    "the deputy without a delegation": Case(
        [yes("mai", 5), yes("pho", 9)], WAITING, [HEAD_STEP], [("pho", STRANGER)]
    ),
    "the deputy by delegation": Case(
        [yes("mai", 5), yes("pho", 9)], APPROVED, given={"grants": [grant()]}
    ),
    "a delegation that begins tomorrow": Case(
        [yes("mai", 5), yes("pho", 9)],
        WAITING,
        [HEAD_STEP],
        [
            (
                "pho",
                "Ủy quyền chỉ có hiệu lực từ 12:00 ngày 23/11/2026; từ lúc ấy hãy duyệt lại.",
            )
        ],
        given={
            "grants": [grant(since=NOW + dt.timedelta(days=1), until=NOW + dt.timedelta(days=9))]
        },
    ),
    "a delegation that began after the review": Case(
        [yes("mai", 5), yes("pho", 9)],
        WAITING,
        [HEAD_STEP],
        [("pho", "Ủy quyền chỉ có hiệu lực từ 10:10 ngày 22/11/2026; từ lúc ấy hãy duyệt lại.")],
        given={"grants": [grant(since=t(10))]},
    ),
    "a delegation from the very moment of the review": Case(
        [yes("mai", 5), yes("pho", 9)], APPROVED, given={"grants": [grant(since=t(9))]}
    ),
    "a delegation that ended at this minute": Case(
        [yes("mai", 5), yes("pho", 9)],
        WAITING,
        [HEAD_STEP],
        [("pho", "Ủy quyền đã hết hiệu lực lúc 12:00 ngày 22/11/2026; hãy để Trưởng ban duyệt.")],
        given={"grants": [grant(until=NOW)]},
    ),
    "a delegation that ends after this minute": Case(
        [yes("mai", 5), yes("pho", 9)], APPROVED, given={"grants": [grant(until=NOW + MINUTE)]}
    ),
    "a delegation that ended before the review": Case(
        [yes("mai", 5), yes("pho", 9)],
        WAITING,
        [HEAD_STEP],
        [("pho", "Ủy quyền đã hết hiệu lực lúc 10:09 ngày 22/11/2026; hãy để Trưởng ban duyệt.")],
        given={"grants": [grant(until=t(9))]},
    ),
    "a revoked delegation": Case(
        [yes("mai", 5), yes("pho", 9)],
        WAITING,
        [HEAD_STEP],
        [("pho", "Ủy quyền đã bị thu hồi lúc 12:00 ngày 22/11/2026; hãy để Trưởng ban duyệt.")],
        given={"grants": [grant(revoked_at=NOW)]},
    ),
    "a delegation to be revoked later": Case(
        [yes("mai", 5), yes("pho", 9)],
        APPROVED,
        given={"grants": [grant(revoked_at=NOW + MINUTE)]},
    ),
    "a delegation written down after it was used": Case(
        [yes("mai", 5), yes("pho", 9)],
        WAITING,
        [HEAD_STEP],
        [
            (
                "pho",
                "Ủy quyền mãi 10:09 ngày 22/11/2026 mới được ghi nhận; sau đó hãy duyệt lại.",
            )
        ],
        given={"grants": [grant(recorded_at=t(9))]},
    ),
    "a delegation written down late but before it was used": Case(
        [yes("mai", 5), yes("pho", 9)], APPROVED, given={"grants": [grant(recorded_at=t(8))]}
    ),
    "overlapping delegations, one carrying on from the other": Case(
        [yes("mai", 5), yes("pho", 9)],
        APPROVED,
        given={"grants": [grant(until=t(30)), grant(since=t(20))]},
    ),
    "overlapping delegations, both over": Case(
        [yes("mai", 5), yes("pho", 9)],
        WAITING,
        [HEAD_STEP],
        [("pho", "Ủy quyền đã hết hiệu lực lúc 11:00 ngày 22/11/2026; hãy để Trưởng ban duyệt.")],
        given={"grants": [grant(until=t(30)), grant(until=t(60)), grant(until=t(40))]},
    ),
    "one delegation revoked, another good": Case(
        [yes("mai", 5), yes("pho", 9)],
        APPROVED,
        given={
            "grants": [grant(revoked_at=t(1), until=NOW + 5 * MINUTE), grant(until=NOW + MINUTE)]
        },
    ),
    "delegations with a gap between them": Case(
        [yes("mai", 5), yes("pho", 25)],
        WAITING,
        [HEAD_STEP],
        [("pho", "Ủy quyền chỉ có hiệu lực từ 10:30 ngày 22/11/2026; từ lúc ấy hãy duyệt lại.")],
        given={"grants": [grant(until=t(20)), grant(since=t(30))]},
    ),
    "a chain of delegations": Case(
        [yes("mai", 5), yes("nguoi-khac", 9)],
        WAITING,
        [HEAD_STEP],
        [("nguoi-khac", NO_CHAIN)],
        given={
            "grants": [grant(), grant("pho", "nguoi-khac")],
            "held": (*HOLDINGS, holding("nguoi-khac", Role.DEPUTY)),
        },
    ),
    "a circle of delegations": Case(
        [yes("mai", 5), yes("nguoi-khac", 9)],
        WAITING,
        [HEAD_STEP],
        [("nguoi-khac", NO_CHAIN)],
        given={
            "grants": [grant("nguoi-khac", "pho"), grant("pho", "nguoi-khac")],
            "held": (*HOLDINGS, holding("nguoi-khac", Role.DEPUTY)),
        },
    ),
    "a delegation to oneself": Case(
        [yes("mai", 5), yes("pho", 9)],
        WAITING,
        [HEAD_STEP],
        [("pho", NO_CHAIN)],
        given={"grants": [grant("pho", "pho")]},
    ),
    "a delegation by somebody who was not head yet": Case(
        [yes("mai", 5), yes("pho", 9)],
        WAITING,
        [HEAD_STEP],
        [("pho", NO_CHAIN)],
        given={
            "grants": [grant("nguoi-khac", recorded_at=t(0))],
            "held": (*HOLDINGS, holding("nguoi-khac", Role.HEAD, since=t(1))),
        },
    ),
    "a delegation by a head who has left": Case(
        [yes("mai", 5), yes("pho", 9)],
        WAITING,
        [HEAD_STEP],
        [("pho", NO_CHAIN)],
        given={
            "grants": [grant("nguoi-khac")],
            "held": (*HOLDINGS, holding("nguoi-khac", Role.HEAD, until=NOW)),
        },
    ),
    "a delegation by a suspended head": Case(
        [yes("mai", 5), yes("pho", 9)],
        WAITING,
        [HEAD_STEP],
        [("pho", NO_CHAIN)],
        given={
            "grants": [grant("nguoi-khac")],
            "held": (
                *HOLDINGS,
                holding("nguoi-khac", Role.HEAD),
                holding("nguoi-khac", Role.CONTRIBUTOR, since=t(100), suspended=True),
            ),
        },
    ),
    "a delegation by the head of another portal": Case(
        [yes("mai", 5), yes("pho", 9)],
        WAITING,
        [HEAD_STEP],
        [("pho", NO_CHAIN)],
        given={"grants": [grant("dung")]},
    ),
    "a delegation at another portal": Case(
        [yes("mai", 5), yes("pho", 9)],
        WAITING,
        [HEAD_STEP],
        [("pho", STRANGER)],
        given={"grants": [grant("dung", at="thu")]},
    ),
    "a delegation to a post the regulation does not name": Case(
        [yes("mai", 5), yes("ky", 9)],
        WAITING,
        [HEAD_STEP],
        [("ky", NOT_ALLOWED)],
        given={"grants": [grant(delegate="ky")]},
    ),
    "a delegation to a deputy who is suspended": Case(
        [yes("mai", 5), yes("pho", 9)],
        WAITING,
        [HEAD_STEP],
        [
            (
                "pho",
                "Lúc 12:00 ngày 22/11/2026, quyền truy cập của người này đang tạm ngừng; hãy để "
                "người khác giữ chức danh ấy duyệt.",
            )
        ],
        given={
            "grants": [grant()],
            "held": (*HOLDINGS, holding("pho", Role.CONTRIBUTOR, since=t(60), suspended=True)),
        },
    ),
    "a delegation to a deputy of another portal": Case(
        [yes("mai", 5), yes("nguoi-khac", 9)],
        WAITING,
        [HEAD_STEP],
        [("nguoi-khac", NOT_ALLOWED)],
        given={
            "grants": [grant(delegate="nguoi-khac")],
            "held": (*HOLDINGS, holding("nguoi-khac", Role.DEPUTY, at="thu")),
        },
    ),
    "a delegation to a deputy who has left": Case(
        [yes("mai", 5), yes("nguoi-khac", 9)],
        WAITING,
        [HEAD_STEP],
        [("nguoi-khac", NOT_ALLOWED)],
        given={
            "grants": [grant(delegate="nguoi-khac")],
            "held": (*HOLDINGS, holding("nguoi-khac", Role.DEPUTY, until=t(60))),
        },
    ),
    "the deputy takes the first step, the head the second": Case(
        [yes("pho", 5), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("pho", STRANGER), ("truong", TOO_EARLY)],
    ),
    "the head wrote it, the deputy approves by the head's delegation": Case(
        [yes("mai", 5), yes("pho", 9)], APPROVED, given={"grants": [grant()], "author": "truong"}
    ),
    "the deputy's objection by delegation": Case(
        [yes("mai", 5), yes("truong", 9), no("pho", 12)],
        WAITING,
        objections=["yêu cầu sửa bản aaaaaaa; hãy sửa rồi đề nghị người ấy xem lại."],
        given={"grants": [grant()]},
    ),
    "the deputy's objection when the delegation is over": Case(
        [yes("mai", 5), yes("truong", 9), no("pho", 12)],
        APPROVED,
        uncounted=[
            ("pho", "Ủy quyền đã hết hiệu lực lúc 11:00 ngày 22/11/2026; hãy để Trưởng ban duyệt.")
        ],
        given={"grants": [grant(until=t(60))]},
    ),
    "a member stands in for a member, in that member's field": Case(
        [yes("binh", 5), yes("truong", 9)],
        APPROVED,
        given={"grants": [grant("mai", "binh", Role.MEMBER)]},
    ),
    "a member stands in for a member of another field": Case(
        [yes("nguoi-khac", 5), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [
            (
                "nguoi-khac",
                "Người ủy quyền không tự mình giữ chức danh ấy (người được ủy quyền không được ủy "
                "quyền lại); hãy để Thành viên tin tức duyệt.",
            ),
            ("truong", TOO_EARLY),
        ],
        given={
            "grants": [grant("binh", "nguoi-khac", Role.MEMBER)],
            "held": (*HOLDINGS, holding("nguoi-khac", Role.MEMBER, ["van-ban"])),
        },
    ),
    # --- logins -----------------------------------------------------------------------------------
    "upper and lower case": Case([yes("MAI", 5), yes(" TrUoNg ", 9)], APPROVED),
    "upper and lower case are one person": Case(
        [yes("mai", 5), no("MAI", 7), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("mai", later("10:07")), ("truong", TOO_EARLY)],
        ["yêu cầu sửa bản aaaaaaa; hãy sửa rồi đề nghị người ấy xem lại."],
    ),
    # --- which files ask whom ---------------------------------------------------------------------
    "renamed out of a section: both owners": Case(
        [yes("mai", 5), yes("truong", 9)],
        WAITING,
        [PAPER_MEMBER, HEAD_STEP],
        [("truong", TOO_EARLY)],
        given={"files": (ChangedFile(NEWS.path, FileStatus.RENAMED, PAPER.path),)},
    ),
    "renamed out of a section, both owners and the head": Case(
        [yes("mai", 5), yes("binh", 6), yes("truong", 9)],
        APPROVED,
        given={"files": (ChangedFile(NEWS.path, FileStatus.RENAMED, PAPER.path),)},
    ),
    "renamed within its field": Case(
        [yes("mai", 5), yes("truong", 9)],
        APPROVED,
        given={
            "files": (
                ChangedFile(NEWS.path, FileStatus.RENAMED, "content/mau/tin-anh/2026/hop-ban.md"),
            )
        },
    ),
    "renamed from nobody knows where": Case(
        [yes("mai", 5), yes("truong", 9)],
        REFUSED,
        problems=[
            "content/mau/tin-tuc/2026/hop-ban.md: tệp đổi tên mà không rõ tên cũ; hãy gửi lại đề "
            "xuất."
        ],
        given={"files": (ChangedFile(NEWS.path, FileStatus.RENAMED),)},
    ),
    "renamed out of the house": Case(
        [yes("mai", 5), yes("truong", 9)],
        REFUSED,
        problems=["la/x.md: không thuộc cổng hay phần nào của hệ thống; hãy bỏ tệp khỏi đề xuất."],
        given={"files": (ChangedFile(NEWS.path, FileStatus.RENAMED, "la/x.md"),)},
    ),
    "an old path counts whatever the status": Case(
        [yes("mai", 5), yes("truong", 9)],
        WAITING,
        [PAPER_MEMBER, HEAD_STEP],
        [("truong", TOO_EARLY)],
        given={"files": (ChangedFile(NEWS.path, FileStatus.MODIFIED, PAPER.path),)},
    ),
    "a deletion": Case(
        [yes("mai", 5), yes("truong", 9)],
        WAITING,
        [PAPER_MEMBER, HEAD_STEP],
        [("truong", TOO_EARLY)],
        given={"files": (NEWS, ChangedFile(PAPER.path, FileStatus.REMOVED))},
    ),
    "sections of two fields": Case(
        [yes("binh", 5), yes("mai", 6), yes("truong", 9)],
        APPROVED,
        given={"files": (NEWS, PAPER)},
    ),
    "two portals, one done": Case(
        [yes("mai", 5), yes("truong", 9)],
        WAITING,
        ["thu: Biên tập (Chung)", "thu: Phê duyệt"],
        given={"files": (NEWS, OTHER)},
    ),
    "two portals, both done": Case(
        [yes("mai", 5), yes("truong", 9), yes("hoa", 15), yes("dung", 19)],
        APPROVED,
        given={"files": (NEWS, OTHER)},
    ),
    "moved from one portal to another": Case(
        [yes("mai", 5), yes("truong", 9), yes("hoa", 15)],
        WAITING,
        ["thu: Phê duyệt"],
        given={"files": (ChangedFile(NEWS.path, FileStatus.RENAMED, OTHER.path),)},
    ),
    "a picture: any member of the portal": Case(
        [yes("binh", 5), yes("truong", 9)], APPROVED, given={"files": (PICTURE,)}
    ),
    "a table: any member of the portal": Case(
        [yes("mai", 5), yes("truong", 9)], APPROVED, given={"files": (TABLE,)}
    ),
    "a picture: no member of another portal": Case(
        [yes("hoa", 5)],
        WAITING,
        ["mau: Biên tập", HEAD_STEP],
        [
            (
                "hoa",
                "Người này không giữ chức danh nào, cũng không được ủy quyền việc nào mà đề xuất "
                "cần: Thành viên tin tức hoặc Thành viên văn bản; Trưởng ban.",
            )
        ],
        given={"files": (PICTURE,)},
    ),
    "a picture: no member without a field of the portal": Case(
        [yes("nguoi-khac", 5)],
        WAITING,
        ["mau: Biên tập", HEAD_STEP],
        [
            (
                "nguoi-khac",
                "Người này phụ trách lĩnh vực khác; bước “Biên tập” cần Thành viên tin tức hoặc "
                "Thành viên văn bản.",
            )
        ],
        given={
            "files": (PICTURE,),
            "held": (*HOLDINGS, holding("nguoi-khac", Role.MEMBER, ["chung"])),
        },
    ),
    "a picture with its article: the article's member": Case(
        [yes("binh", 5), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, HEAD_STEP],
        [("binh", OTHER_FIELD), ("truong", TOO_EARLY)],
        given={"files": (NEWS, PICTURE)},
    ),
    "the regulation: no section's member suffices": Case(
        [yes("mai", 5), yes("truong", 9)],
        WAITING,
        ["mau: Đơn vị vận hành xem xét thay đổi về quy chế, mã nguồn", HEAD_STEP],
        [
            (
                "mai",
                "Người này không giữ chức danh nào, cũng không được ủy quyền việc nào mà đề xuất "
                "cần: Đơn vị vận hành hoặc Quản trị; Trưởng ban.",
            ),
            ("truong", TOO_EARLY),
        ],
        given={"files": (RULES,)},
    ),
    "the regulation: the operator, then the head": Case(
        [yes("van", 5), yes("truong", 9)], APPROVED, given={"files": (RULES,)}
    ),
    "the regulation: the administrator, then the head": Case(
        [yes("quan", 5), yes("truong", 9)], APPROVED, given={"files": (RULES,)}
    ),
    "the regulation: the secretary as administrator by delegation": Case(
        [yes("ky", 5), yes("truong", 9)],
        APPROVED,
        given={"files": (RULES,), "grants": [grant("quan", "ky", Role.ADMIN)]},
    ),
    "the regulation: the head as administrator too": Case(
        [yes("truong", 5)],
        WAITING,
        [HEAD_STEP],
        notes=[BOTH_STEPS],
        given={"files": (RULES,), "held": (*HOLDINGS, holding("truong", Role.ADMIN))},
    ),
    "the regulation: the operator of another portal": Case(
        [yes("dien", 5)],
        WAITING,
        ["mau: Đơn vị vận hành xem xét thay đổi về quy chế, mã nguồn", HEAD_STEP],
        [
            (
                "dien",
                "Người này không giữ chức danh nào, cũng không được ủy quyền việc nào mà đề xuất "
                "cần: Đơn vị vận hành hoặc Quản trị; Trưởng ban.",
            )
        ],
        given={"files": (RULES,)},
    ),
    "the regulation and an article: member, operator, head": Case(
        [yes("mai", 5), yes("van", 6), yes("truong", 9)], APPROVED, given={"files": (RULES, NEWS)}
    ),
    "the regulation and an article: the operator alone": Case(
        [yes("van", 6), yes("truong", 9)],
        WAITING,
        [NEWS_MEMBER, "mau: Đơn vị vận hành xem xét thay đổi về quy chế, mã nguồn", HEAD_STEP],
        [("van", TOO_EARLY), ("truong", TOO_EARLY)],
        given={"files": (NEWS, RULES)},
    ),
    "the theme: every portal": Case(
        [yes("van", 5), yes("truong", 9)],
        WAITING,
        ["thu: Đơn vị vận hành xem xét thay đổi về quy chế, mã nguồn", "thu: Phê duyệt"],
        given={"files": (THEME,)},
    ),
    "the theme: operators and heads of every portal": Case(
        [yes("van", 5), yes("truong", 9), yes("dien", 5), yes("dung", 6)],
        APPROVED,
        given={"files": (THEME,)},
    ),
    "a fork": Case([yes("mai", 5), yes("truong", 9)], APPROVED, given={"from_fork": True}),
    "a fork by somebody unknown": Case(
        [yes("mai", 5), yes("truong", 9)],
        REFUSED,
        problems=[
            "Tài khoản “ke-la” đã mở đề xuất này không có trong danh sách nhân sự; hãy nhờ đơn vị "
            "vận hành đăng ký tài khoản ấy, hoặc để người có tài khoản gửi lại đề xuất."
        ],
        given={"from_fork": True, "author": "ke-la"},
    ),
    # --- what cannot be judged --------------------------------------------------------------------
    "a draft": Case(
        [yes("mai", 5), yes("truong", 9)],
        REFUSED,
        problems=["Đề xuất còn là bản nháp; hãy đánh dấu đã sẵn sàng rồi gửi duyệt."],
        given={"draft": True},
    ),
    "an empty change": Case(
        [yes("mai", 5), no("truong", 9)],
        REFUSED,
        uncounted=[
            ("mai", "Chưa rõ đề xuất cần ai duyệt; hãy sửa những điều đã nêu trước."),
            ("truong", "Chưa rõ đề xuất cần ai duyệt; hãy sửa những điều đã nêu trước."),
        ],
        problems=["Đề xuất không thay đổi tệp nào; hãy thêm nội dung hoặc đóng đề xuất."],
        given={"files": ()},
    ),
    "truncated files": Case(
        [yes("mai", 5), yes("truong", 9)],
        REFUSED,
        problems=["Danh sách tệp thay đổi không đầy đủ; hãy chia thành nhiều đề xuất."],
        given={"files_truncated": True},
    ),
    "truncated reviews": Case(
        [yes("mai", 5), yes("truong", 9)],
        REFUSED,
        problems=["Danh sách ý kiến không đầy đủ; hãy mở đề xuất mới rồi duyệt lại."],
        given={"reviews_truncated": True},
    ),
    "truncated commits": Case(
        [yes("mai", 5), yes("truong", 9)],
        REFUSED,
        problems=[
            "Danh sách bản ghi không đầy đủ; hãy gộp các bản ghi hoặc chia thành nhiều đề xuất."
        ],
        given={"commits_truncated": True},
    ),
    "3,000 files": Case(
        [yes("mai", 5), yes("truong", 9)],
        APPROVED,
        given={
            "files": tuple(ChangedFile(f"content/mau/tin-tuc/2026/{n}.md") for n in range(3000))
        },
    ),
    "over 3,000 files": Case(
        [yes("mai", 5), yes("truong", 9)],
        REFUSED,
        problems=["Đề xuất thay đổi 3.001 tệp, quá 3.000 tệp; hãy chia thành nhiều đề xuất."],
        given={
            "files": tuple(ChangedFile(f"content/mau/tin-tuc/2026/{n}.md") for n in range(3001))
        },
    ),
    "the head is not among the commits": Case(
        [yes("mai", 5), yes("truong", 9)],
        REFUSED,
        problems=[
            "Bản aaaaaaa không nằm trong các bản ghi của đề xuất; hãy đẩy lại nhánh rồi gửi duyệt."
        ],
        given={"commits": (commit(OLD),)},
    ),
    "an unknown e-mail address in a commit, told once": Case(
        [yes("mai", 5), yes("truong", 9)],
        REFUSED,
        problems=[
            "Bản bbbbbbb: địa chỉ thư điện tử của tác giả không có trong danh sách nhân sự; hãy "
            "ghi lại bằng địa chỉ đã đăng ký, hoặc nhờ đơn vị vận hành đăng ký địa chỉ ấy."
        ],
        given={
            "commits": (commit(OLD, author="la@x.vn"), commit(author="LA@x.vn")),
        },
    ),
    "unknown committer and co-author": Case(
        [yes("mai", 5), yes("truong", 9)],
        REFUSED,
        problems=[
            "Bản aaaaaaa: địa chỉ thư điện tử của người ghi không có trong danh sách nhân sự; hãy "
            "ghi lại bằng địa chỉ đã đăng ký, hoặc nhờ đơn vị vận hành đăng ký địa chỉ ấy.",
            "Bản aaaaaaa: địa chỉ thư điện tử của đồng tác giả không có trong danh sách nhân sự; "
            "hãy ghi lại bằng địa chỉ đã đăng ký, hoặc nhờ đơn vị vận hành đăng ký địa chỉ ấy.",
        ],
        given={"commits": (commit(committer="", co_authors=["la@x.vn"]),)},
    ),
    "an unknown pusher": Case(
        [yes("mai", 5), yes("truong", 9)],
        REFUSED,
        problems=[
            "Tài khoản “ke la?” đã đẩy thay đổi lên đề xuất này không có trong danh sách nhân sự; "
            "hãy nhờ đơn vị vận hành đăng ký tài khoản ấy, hoặc để người có tài khoản gửi lại đề "
            "xuất."
        ],
        given={"pushers": ("ke la\n",)},
    ),
    "a program may write": Case(
        [yes("mai", 5), yes("truong", 9)],
        APPROVED,
        given={"author": "may", "commits": (commit(author="may@mau.example"),)},
    ),
    "every problem at once": Case(
        [],
        REFUSED,
        [NEWS_MEMBER, HEAD_STEP],
        problems=[
            "Đề xuất còn là bản nháp; hãy đánh dấu đã sẵn sàng rồi gửi duyệt.",
            "Danh sách ý kiến không đầy đủ; hãy mở đề xuất mới rồi duyệt lại.",
            "Tài khoản “ke-la” đã mở đề xuất này không có trong danh sách nhân sự; hãy nhờ đơn vị "
            "vận hành đăng ký tài khoản ấy, hoặc để người có tài khoản gửi lại đề xuất.",
            "la/x: không thuộc cổng hay phần nào của hệ thống; hãy bỏ tệp khỏi đề xuất.",
        ],
        given={
            "draft": True,
            "reviews_truncated": True,
            "author": "ke-la",
            "files": (ChangedFile("la/x"), NEWS),
        },
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_case(case: Case) -> None:
    decision = judge(*case.reviews, **case.given)
    assert list(decision.problems) == list(case.problems)
    assert missing(decision) == list(case.missing)
    assert reasons(decision) == list(case.uncounted)
    assert [objection.text for objection in decision.objections] == list(case.objections)
    assert [need.note for need in decision.needs if need.note] == list(case.notes)
    assert decision.state is case.state


# --- times without a zone -------------------------------------------------------------------------

NAIVE = dt.datetime(2026, 11, 22, 10, 5)  # noqa: DTZ001
NO_ZONE = (
    "Thời điểm 2026-11-22 10:05:00 của đề xuất hoặc ý kiến không ghi múi giờ; hãy ghi lại kèm múi "
    "giờ."
)


def test_now_without_a_zone() -> None:
    decision = judge(yes("mai", 5), yes("truong", 9), now=NAIVE)
    assert decision.state is REFUSED
    assert decision.problems == (
        "Thời điểm xét không ghi múi giờ; hãy xét lại với đồng hồ có múi giờ.",
    )
    assert (decision.needs, decision.proposal, decision.commit) == ((), "7", HEAD)
    assert decision.at == NAIVE


@pytest.mark.parametrize("which", ["opened", "updated"])
def test_proposal_without_a_zone(which: str) -> None:
    undated: dict[str, Any] = {which: NAIVE}
    decision = judge(yes("mai", 5), yes("truong", 9), **undated)
    assert (decision.state, decision.problems) == (REFUSED, (NO_ZONE,))


def test_review_without_a_zone() -> None:
    undated = replace(yes("lan", 5), at=NAIVE)
    taken_back = yes("lan", 3, dismissed_at=NAIVE)
    for odd in (undated, taken_back):
        decision = judge(yes("mai", 5), odd, yes("truong", 9))
        assert (decision.state, decision.problems) == (REFUSED, (NO_ZONE,))
        assert (decision.missing, decision.uncounted) == ((), ())


def test_every_moment_without_a_zone_is_told_once_in_order() -> None:
    days = [NAIVE + dt.timedelta(days=n) for n in range(8)]
    reviews = [replace(yes("lan", 5), at=day) for day in reversed(days)]
    decision = judge(*reviews, *reviews, opened=days[3])
    assert decision.problems == tuple(
        f"Thời điểm {day} của đề xuất hoặc ý kiến không ghi múi giờ; hãy ghi lại kèm múi giờ."
        for day in days
    )


@pytest.mark.parametrize("which", ["since", "until"])
def test_holdings_have_a_zone(which: str) -> None:
    undated: dict[str, Any] = {which: NAIVE}
    with pytest.raises(ValueError, match=r"^Thời điểm 2026-11-22 10:05:00 không ghi múi giờ\."):
        holding("mai", Role.HEAD, **undated)


@pytest.mark.parametrize("which", ["since", "until", "recorded_at", "revoked_at"])
def test_grants_have_a_zone(which: str) -> None:
    with pytest.raises(ValueError, match=r"^Thời điểm 2026-11-22 10:05:00 không ghi múi giờ\."):
        grant(**{which: NAIVE})  # type: ignore[arg-type]


# --- paths ----------------------------------------------------------------------------------------

BAD = "đường dẫn không hợp lệ; hãy bỏ tệp này hoặc đặt lại tên."
NOWHERE = "không thuộc cổng hay phần nào của hệ thống; hãy bỏ tệp khỏi đề xuất."
NO_PORTAL = (
    "nhánh chính không có cổng “{}”; hãy chuyển tệp vào một cổng đang có, hoặc nhờ đơn vị vận hành "
    "lập cổng trước."
)
NO_SECTION = (
    "quy chế đang áp dụng của cổng mau không có chuyên mục “{}”; hãy chuyển tệp vào chuyên mục "
    "đang có, hoặc sửa quy chế bằng một đề xuất riêng trước."
)


@pytest.mark.parametrize(
    ("path", "shown", "reason"),
    [
        ("la/tep.md", "la/tep.md", NOWHERE),
        ("Theme/static/x.css", "Theme/static/x.css", NOWHERE),
        (".git/config", ".git/config", NOWHERE),
        ("content", "content", NOWHERE),
        ("content/README.md", "content/README.md", NOWHERE),
        ("content/mau", "content/mau", NOWHERE),
        ("content/moi/portal.yml", "content/moi/portal.yml", NO_PORTAL.format("moi")),
        ("content/Mau/tin-tuc/a.md", "content/Mau/tin-tuc/a.md", NO_PORTAL.format("Mau")),
        ("content/mau/la/a.md", "content/mau/la/a.md", NO_SECTION.format("la")),
        ("content/mau/Tin-tuc/a.md", "content/mau/Tin-tuc/a.md", NO_SECTION.format("Tin-tuc")),
        ("content/mau/chưa-có/ả.md", "content/mau/chưa-có/ả.md", NO_SECTION.format("chưa-có")),
        ("content/mau/![x](y)/a", "content/mau/??x??y?/a", NO_SECTION.format("??x??y?")),
        ("", "", BAD),
        ("/theme/a.css", "/theme/a.css", BAD),
        ("theme//a.css", "theme//a.css", BAD),
        ("content/mau/tin-tuc/../portal.yml", "content/mau/tin-tuc/../portal.yml", BAD),
        ("content/mau/tin-tuc/./a.md", "content/mau/tin-tuc/./a.md", BAD),
        ("content/mau/tin-tuc/", "content/mau/tin-tuc/", BAD),
        ("content/mau/tin-tuc\\a.md", "content/mau/tin-tuc?a.md", BAD),
        ("content/mau/tin-tuc/a\n@b.md", "content/mau/tin-tuc/a??b.md", BAD),
        ("x" * 300 + "/y", "x" * 200, NOWHERE),
    ],
)
def test_paths_of_nobody_are_refused(path: str, shown: str, reason: str) -> None:
    decision = judge(yes("mai", 5), yes("truong", 9), files=(NEWS, ChangedFile(path)))
    assert decision.problems == (f"{shown}: {reason}",)
    assert decision.state is REFUSED
    assert decision.missing == ()


@pytest.mark.parametrize(
    "path",
    [
        "content/mau/portal.yml",
        "content/mau/agencies.yml",
        "content/mau/mark.svg",
        "content/mau/tin-tuc",
    ],
)
def test_what_a_portal_runs_by_asks_its_operator_and_head(path: str) -> None:
    decision = judge(files=(ChangedFile(path),))
    assert [(need.portal, need.who) for need in decision.needs] == [
        ("mau", "Đơn vị vận hành hoặc Quản trị"),
        ("mau", "Trưởng ban"),
    ]


@pytest.mark.parametrize(
    "path",
    [
        ".ci/run",
        ".github/CODEOWNERS",
        ".github/workflows/gate.yml",
        ".gitattributes",
        "CODEOWNERS",
        "Makefile",
        "accounts/model.py",
        "cong.py",
        "docs/CODEOWNERS",
        "docs/vi/viet-bai.md",
        "plugins/build.py",
        "pyproject.toml",
        "regulation/data/swapped_days.yml",
        "regulation/model.py",
        "relay/app.py",
        "tests/workflow/test_gate.py",
        "theme/templates/base.html",
        "workflow/gate/judge.py",
    ],
)
def test_what_the_house_runs_by_asks_operator_and_head_of_every_portal(path: str) -> None:
    decision = judge(files=(ChangedFile(path),))
    assert decision.problems == ()
    assert [(need.portal, need.who) for need in decision.needs] == [
        ("mau", "Đơn vị vận hành hoặc Quản trị"),
        ("mau", "Trưởng ban"),
        ("thu", "Vận hành Thử"),
        ("thu", "Trưởng ban Thử"),
    ]


# --- the regulation of the base branch ------------------------------------------------------------


def test_the_proposal_s_own_regulation_does_not_hold() -> None:
    """A proposal that gives the section to another field is judged by the field it has now."""
    changes = changed(MAU, "sections", "tin-tuc", field="van-ban")
    proposed = {**REGULATIONS, "mau": portal(MAU, sections=changes)}
    reviews = [yes("binh", 5), yes("van", 6), yes("truong", 9)]
    files = (RULES, NEWS)
    on_base = judge(*reviews, files=files)
    assert missing(on_base)[0] == NEWS_MEMBER
    assert reasons(on_base)[0] == ("binh", OTHER_FIELD)
    assert judge(*reviews, files=files, regulations=proposed).state is APPROVED


def test_a_section_that_the_proposal_itself_brings_is_unknown() -> None:
    decision = judge(files=(RULES, ChangedFile("content/mau/moi/2026/a.md")))
    assert decision.problems == (f"content/mau/moi/2026/a.md: {NO_SECTION.format('moi')}",)


def test_without_any_regulation_nothing_passes() -> None:
    decision = judge(yes("van", 5), yes("truong", 9), files=(THEME,), regulations={})
    assert decision.state is REFUSED
    assert decision.problems == (
        "Nhánh chính không có quy chế của cổng nào; hãy báo đơn vị vận hành.",
    )


def one(**changes: Any) -> dict[str, Portal]:
    """The first portal alone, its regulation changed."""
    return {"mau": portal(MAU, **changes)}


OVER = dt.date(2026, 11, 21)


def test_a_regulation_no_longer_in_force_passes_nothing() -> None:
    decision = judge(
        yes("mai", 5),
        yes("truong", 9),
        regulations=one(act=MAU["act"] | {"valid_to": OVER}),
    )
    assert decision.state is REFUSED
    assert decision.problems == (
        "Cổng mau: quy chế không có bước duyệt nào có hiệu lực vào ngày 22/11/2026; hãy sửa mục "
        "steps hoặc act trong portal.yml.",
    )


@pytest.mark.parametrize(
    ("post", "file", "step"),
    [
        ("tvt", NEWS, "“Biên tập”, lĩnh vực “Tin tức”"),
        ("tb", NEWS, "“Phê duyệt”"),
    ],
)
def test_a_step_without_a_post_in_force_passes_nothing(
    post: str, file: ChangedFile, step: str
) -> None:
    regulations = one(posts=changed(MAU, "posts", post, valid_to=OVER))
    decision = judge(yes("mai", 5), yes("truong", 9), files=(file,), regulations=regulations)
    assert decision.state is REFUSED
    assert decision.problems == (
        f"Cổng mau: quy chế không có chức danh nào đang có hiệu lực cho bước {step}; hãy sửa mục "
        "posts trong portal.yml.",
    )


def test_pictures_where_no_post_has_a_field_pass_nothing() -> None:
    bare = [post | {"fields": []} if "fields" in post else post for post in MAU["posts"]]
    decision = judge(files=(PICTURE,), regulations=one(posts=bare))
    assert decision.problems == (
        "Cổng mau: quy chế không có chức danh nào đang có hiệu lực cho bước “Biên tập”; hãy sửa "
        "mục posts trong portal.yml.",
    )


def test_a_section_of_an_unknown_field_passes_nothing() -> None:
    sections = changed(MAU, "sections", "tin-tuc", field="la")
    decision = judge(yes("mai", 5), yes("truong", 9), regulations=one(sections=sections))
    assert decision.problems == (
        "Cổng mau: quy chế không có chức danh nào đang có hiệu lực cho bước “Biên tập”, lĩnh vực "
        "“la”; hãy sửa mục posts trong portal.yml.",
    )


def test_a_regulation_without_a_head_s_step_cannot_be_changed() -> None:
    steps = changed(MAU, "steps", "pd", role="secretary")
    decision = judge(yes("van", 5), yes("ky", 9), files=(RULES,), regulations=one(steps=steps))
    assert decision.state is REFUSED
    assert decision.problems == (
        "Cổng mau: quy chế không có bước của Trưởng ban nên chưa ai cho đổi quy chế, mã nguồn "
        "được; hãy sửa mục steps trong portal.yml.",
    )


def test_a_delegation_rule_no_longer_in_force_lets_nobody_stand_in() -> None:
    rules = changed(MAU, "delegations", "uq", valid_to=OVER)
    decision = judge(
        yes("mai", 5), yes("pho", 9), grants=[grant()], regulations=one(delegations=rules)
    )
    assert reasons(decision) == [("pho", NOT_ALLOWED)]


def test_where_the_regulation_knows_no_delegation_nobody_stands_in() -> None:
    held = (*HOLDINGS, holding("pho", Role.DEPUTY, at="thu"))
    decision = judge(
        yes("hoa", 5), yes("pho", 9), files=(OTHER,), held=held, grants=[grant("dung", at="thu")]
    )
    assert reasons(decision) == [
        ("pho", "Quy chế không cho ủy quyền việc này cho người ấy; hãy để Trưởng ban Thử duyệt.")
    ]


STEPS = [
    {"id": "bt", "basis": "Điều 1", "title": "Biên tập", "role": "member", "by_field": True},
    {"id": "tk", "basis": "Điều 2", "title": "Rà soát", "role": "secretary"},
    {"id": "pd", "basis": "Điều 3", "title": "Phê duyệt", "role": "head"},
]


def test_as_many_steps_as_the_regulation_has() -> None:
    regulations = one(steps=STEPS)
    in_order = [yes("mai", 5), yes("ky", 7), yes("truong", 9)]
    assert judge(*in_order, regulations=regulations).state is APPROVED
    assert missing(judge(*in_order[::2], regulations=regulations)) == ["mau: Rà soát", HEAD_STEP]
    decision = judge(yes("mai", 8), yes("ky", 7), yes("truong", 9), regulations=regulations)
    assert missing(decision) == ["mau: Rà soát", HEAD_STEP]
    assert reasons(decision) == [
        (
            "ky",
            "Duyệt trước hoặc cùng lúc bước trước xong (10:08 ngày 22/11/2026); hãy duyệt lại.",
        ),
        ("truong", TOO_EARLY),
    ]


def test_who_took_any_earlier_step_is_told_so() -> None:
    held = (*HOLDINGS, holding("mai", Role.HEAD), holding("ky", Role.SECRETARY))
    only_mai = [each for each in held if each.role is not Role.HEAD or each.person.id == "mai"]
    steps = one(steps=STEPS)
    decision = judge(yes("mai", 5), yes("ky", 7), regulations=steps, held=only_mai)
    assert [need.note for need in decision.needs] == [
        "",
        "",
        "Người đã làm bước trước không được làm bước này.",
    ]
    assert [need.post for need in decision.missing] == [""]


def test_what_runs_the_portal_goes_through_every_step_that_is_not_by_field() -> None:
    decision = judge(files=(RULES,), regulations=one(steps=STEPS))
    assert [need.step for need in decision.needs] == ["tk", "don-vi-van-hanh-xem-xet", "pd"]


def test_one_person_may_take_two_steps_only_where_the_regulation_says_so() -> None:
    loose = changed(MAU, "steps", "pd", distinct=False)
    regulations = one(steps=loose)
    decision = judge(yes("ca-hai", 5), regulations=regulations)
    assert decision.state is APPROVED
    assert {need.review for need in decision.needs} == {yes("ca-hai", 5)}
    assert reasons(decision) == []
    # Taking both is no leave to approve before another member has reviewed.
    early = judge(yes("ca-hai", 5), yes("binh", 7), files=(NEWS, PAPER), regulations=regulations)
    assert missing(early) == [HEAD_STEP]
    # Nor for whoever took no step before to approve at the same instant.
    at_once = judge(yes("mai", 5), yes("truong", 5), regulations=regulations)
    assert missing(at_once) == [HEAD_STEP]


def test_a_member_step_that_is_not_by_field_takes_any_member() -> None:
    steps = changed(MAU, "steps", "bt", by_field=False)
    regulations = one(steps=steps)
    assert judge(yes("binh", 5), yes("truong", 9), regulations=regulations).state is APPROVED


def test_a_holding_in_somebody_else_s_name_counts_for_nobody() -> None:
    class Careless(FakeStaff):
        def holdings(self, person: Person, at: dt.datetime) -> Sequence[Holding]:
            return self.held

    decision = decide(REGULATIONS, proposal(yes("nguoi-khac", 5)), Careless(), NOW)
    assert reasons(decision) == [("nguoi-khac", STRANGER)]


def test_a_post_that_nobody_has_made_cannot_be_held() -> None:
    """Somebody on the list as a member for a field without a post in force reviews nothing."""
    posts = changed(MAU, "posts", "tvv", valid_to=OVER)
    decision = judge(yes("binh", 5), files=(PICTURE,), regulations=one(posts=posts))
    assert missing(decision) == ["mau: Biên tập", HEAD_STEP]


def two_fields() -> dict[str, Portal]:
    """The first portal, where the member for news answers for documents too."""
    return one(posts=changed(MAU, "posts", "tvt", fields=["tin", "van-ban"]))


def test_who_answers_for_one_field_of_a_post_reviews_no_other() -> None:
    held = (*HOLDINGS, holding("nguoi-khac", Role.MEMBER, ["van-ban"]))
    decision = judge(yes("nguoi-khac", 5), held=held, regulations=two_fields())
    assert reasons(decision) == [("nguoi-khac", OTHER_FIELD)]
    both = (*HOLDINGS, holding("nguoi-khac", Role.MEMBER, ["tin", "van-ban"]))
    decision = judge(
        yes("nguoi-khac", 5),
        yes("truong", 9),
        held=both,
        files=(NEWS, PAPER),
        regulations=two_fields(),
    )
    assert decision.state is APPROVED


def test_the_operator_s_step_takes_somebody_who_took_no_step_before() -> None:
    held = (*HOLDINGS, holding("mai", Role.OPERATOR))
    decision = judge(yes("mai", 5), yes("truong", 9), files=(NEWS, RULES), held=held)
    assert [need.done for need in decision.needs] == [True, False, False]
    assert [need.note for need in decision.needs] == ["", BOTH_STEPS, ""]


def test_the_operator_comes_before_the_head_s_first_step() -> None:
    steps = [{**MAU["steps"][1], "id": "pd-1"}, *MAU["steps"]]
    decision = judge(files=(RULES,), regulations=one(steps=steps))
    assert [need.step for need in decision.needs] == ["don-vi-van-hanh-xem-xet", "pd-1", "pd"]


# --- what the decision tells ----------------------------------------------------------------------


def test_the_decision_names_posts_and_moments() -> None:
    decision = judge(yes("mai", 5), yes("pho", 9), grants=[grant()])
    assert [
        (need.step, need.portal, need.field, need.basis, need.who, need.post)
        for need in decision.needs
    ] == [
        ("bt", "mau", "Tin tức", ("Điều bt",), "Thành viên tin tức", "Thành viên tin tức"),
        (
            "pd",
            "mau",
            "",
            ("Điều pd",),
            "Trưởng ban",
            "Phó Trưởng ban, theo ủy quyền của Trưởng ban",
        ),
    ]
    assert [need.review for need in decision.needs] == [yes("mai", 5), yes("pho", 9)]
    assert (decision.proposal, decision.commit, decision.at) == ("7", HEAD, NOW)


def test_who_stands_in_is_named_by_the_post_for_their_own_field() -> None:
    decision = judge(yes("binh", 5), grants=[grant("mai", "binh", Role.MEMBER)])
    assert decision.needs[0].post == "Thành viên văn bản, theo ủy quyền của Thành viên tin tức"


def test_any_member_is_named_by_their_own_post() -> None:
    decision = judge(yes("binh", 5), files=(PICTURE,))
    assert (decision.needs[0].post, decision.needs[0].field) == ("Thành viên văn bản", "")


def test_the_words_of_the_record_stay() -> None:
    """What forges and records write down."""
    assert [*Verdict] == ["approve", "request_changes", "comment", "dismissed"]
    assert [*FileStatus] == ["added", "modified", "removed", "renamed"]
    assert [*State] == ["approved", "waiting", "refused"]


def test_what_is_not_said_is_the_usual() -> None:
    assert not proposal().from_fork
    assert not Person("x").bot
    assert (Person("x").logins, Person("x").emails) == (frozenset(), frozenset())


def test_operators_are_asked_by_the_clauses_of_their_posts() -> None:
    need = judge(files=(RULES,)).needs[0]
    assert need.basis == ("Điều vh", "Điều qt")
    assert str(need) == (
        "✗ Tỉnh Mẫu: Đơn vị vận hành xem xét thay đổi về quy chế, mã nguồn: còn chờ Đơn vị vận "
        "hành hoặc Quản trị. Căn cứ: Điều vh; Điều qt."
    )


def test_a_refusal_names_its_clause_and_the_post() -> None:
    refusal = judge(no("truong", 9, ground="sai-su-that")).objections[0]
    assert (refusal.post, refusal.refuses, refusal.basis) == (
        "Trưởng ban",
        True,
        ("Điều sai-su-that",),
    )
    request = judge(no("truong", 9)).objections[0]
    assert (request.post, request.refuses, request.basis) == ("Trưởng ban", False, ())


def test_summary_of_what_is_ready() -> None:
    assert judge(yes("mai", 5), yes("truong", 9)).summary() == (
        "Đủ điều kiện đăng: bản aaaaaaa đã qua đủ các bước.\n"
        "\n"
        "Các bước:\n"
        "- ✓ Tỉnh Mẫu: Biên tập (lĩnh vực Tin tức): Thành viên tin tức, lúc 10:05 ngày 22/11/2026. "
        "Căn cứ: Điều bt.\n"
        "- ✓ Tỉnh Mẫu: Phê duyệt: Trưởng ban, lúc 10:09 ngày 22/11/2026. Căn cứ: Điều pd."
    )


def test_summary_of_everything_at_once() -> None:
    decision = judge(
        yes("ca-hai", 5), no("truong", 9, ground="sai-su-that"), yes("ke-la", 10), draft=True
    )
    assert decision.summary() == (
        "Chưa xét được: có 1 điều phải sửa.\n"
        "\n"
        "Điều phải sửa:\n"
        "- Đề xuất còn là bản nháp; hãy đánh dấu đã sẵn sàng rồi gửi duyệt.\n"
        "\n"
        "Yêu cầu sửa, từ chối:\n"
        "- Trưởng ban, lúc 10:09 ngày 22/11/2026: từ chối bản aaaaaaa, lý do: Không đúng sự thật; "
        "hãy sửa rồi đề nghị người ấy xem lại, hoặc rút đề xuất. Căn cứ: Điều sai-su-that.\n"
        "\n"
        "Các bước:\n"
        "- ✓ Tỉnh Mẫu: Biên tập (lĩnh vực Tin tức): Thành viên tin tức, lúc 10:05 ngày 22/11/2026. "
        "Căn cứ: Điều bt.\n"
        "- ✗ Tỉnh Mẫu: Phê duyệt: còn chờ Trưởng ban. Người đã làm bước trước không được làm bước "
        "này. Căn cứ: Điều pd.\n"
        "\n"
        "Ý kiến không được tính:\n"
        f"- Ý kiến lúc 10:10 ngày 22/11/2026: {UNKNOWN}"
    )


def test_at_one_instant_the_word_that_passes_less_holds() -> None:
    # Taken back at the very instant of an approval: which came last nobody can tell.
    back = yes("mai", 1, dismissed_at=t(5))
    for order in ([yes("mai", 5), back], [back, yes("mai", 5)]):
        decision = judge(*order, yes("truong", 9))
        assert missing(decision) == [NEWS_MEMBER, HEAD_STEP]
    # An objection at the instant at which another was taken back stands.
    back = no("mai", 5, dismissed_at=t(5))
    for order in ([no("mai", 5), back], [back, no("mai", 5)]):
        assert len(judge(*order).objections) == 1
    # And whichever way they were listed, the same one of two is the last.
    two = [no("truong", 5, ground="sai-su-that"), no("truong", 5, ground="la")]
    assert judge(*two).objections == judge(*reversed(two)).objections


def test_the_day_of_a_rule_is_the_day_in_viet_nam() -> None:
    # Half past ten in the evening in London: the 23rd has begun in Viet Nam.
    late = dt.datetime(2026, 11, 22, 22, 30, tzinfo=dt.UTC)
    later: dict[str, Any] = {**STEPS[1]}
    steps = [*MAU["steps"], {**later, "id": "moi", "valid_from": dt.date(2026, 11, 23)}]
    decision = judge(regulations=one(steps=steps), now=late)
    assert [need.step for need in decision.needs] == ["bt", "pd", "moi"]


def test_of_two_delegations_that_ended_the_longer_one_is_told() -> None:
    short, long = grant(revoked_at=t(20)), grant(revoked_at=t(30))
    for grants in ([short, long], [long, short]):
        decision = judge(yes("mai", 5), yes("pho", 40), grants=grants)
        assert reasons(decision) == [
            (
                "pho",
                "Ủy quyền đã bị thu hồi lúc 10:30 ngày 22/11/2026; hãy để Trưởng ban duyệt.",
            )
        ]


def test_an_unknown_ground_names_the_portals_and_what_there_is() -> None:
    held = (*HOLDINGS, holding("truong", Role.HEAD, at="thu"))
    both = judge(no("truong", 9, ground="la"), files=(NEWS, OTHER), held=held)
    assert both.problems == (
        "Ý kiến từ chối lúc 10:09 ngày 22/11/2026 nêu lý do “la” không có trong quy chế của cổng "
        "mau, thu; hãy từ chối lại theo một trong các lý do: sai-su-that, ngoai-pham-vi.",
    )
    none = judge(no("truong", 9, ground="la"), regulations=one(grounds=[]))
    assert none.problems[0].endswith("theo một trong các lý do: không có.")


def test_a_ground_of_several_clauses() -> None:
    grounds = changed(MAU, "grounds", "sai-su-that", basis=["Điều 4", "Điều 5"])
    decision = judge(no("truong", 9, ground="sai-su-that"), regulations=one(grounds=grounds))
    assert str(decision.objections[0]).endswith("hoặc rút đề xuất. Căn cứ: Điều 4; Điều 5.")


def test_of_two_places_too_early_the_one_that_is_open_is_told() -> None:
    held = (*HOLDINGS, holding("dung", Role.HEAD))
    decision = judge(yes("dung", 5), yes("mai", 9), files=(NEWS, OTHER), held=held)
    assert reasons(decision) == [
        (
            "dung",
            "Duyệt trước hoặc cùng lúc bước trước xong (10:09 ngày 22/11/2026); hãy duyệt lại.",
        )
    ]


def test_an_objection_without_a_ground_names_no_clause() -> None:
    assert str(judge(no("truong", 9)).objections[0]) == (
        "Trưởng ban, lúc 10:09 ngày 22/11/2026: yêu cầu sửa bản aaaaaaa; hãy sửa rồi đề nghị người "
        "ấy xem lại."
    )


@pytest.mark.parametrize(
    ("reviews", "line"),
    [
        ([], "Chưa đăng được: còn thiếu 2 bước."),
        ([yes("mai", 5)], "Chưa đăng được: còn thiếu 1 bước."),
        ([no("mai", 5), no("truong", 6)], "Chờ sửa: có 2 yêu cầu sửa."),
        (
            [no("mai", 5), no("truong", 6, ground="sai-su-that")],
            "Bị từ chối: có 1 ý kiến từ chối.",
        ),
    ],
)
def test_the_line_for_a_status(reviews: Sequence[Any], line: str) -> None:
    assert judge(*reviews).status() == line


def test_the_summary_names_no_holder_of_a_post() -> None:
    """G5: who holds which account stays confidential; times and posts are told."""
    decision = judge(
        yes("mai", 5),
        yes("binh", 6),
        yes("nghi", 7),
        yes("cuu", 8),
        no("truong", 9),
        yes("pho", 11),
        grants=[grant(until=t(60))],
    )
    assert len(decision.uncounted) == 4
    for name in PEOPLE:
        assert f"{name} " not in decision.summary().replace("Mẫu", "")
        assert f"{name}@" not in decision.summary()


def test_moments_are_told_in_vietnamese_time() -> None:
    utc = dt.datetime(2026, 11, 21, 20, 30, tzinfo=dt.UTC)
    decision = judge(replace(no("truong", 5), at=utc))
    assert str(decision.objections[0]).startswith("Trưởng ban, lúc 03:30 ngày 22/11/2026:")


def test_the_limit_is_known_to_forges() -> None:
    assert MAX_FILES == 3000


# --- the four portals -----------------------------------------------------------------------------

PORTALS = load_portals(ROOT / "content", ROOT, NOW.date())
A, B, C, D = "quangnam-cchc", "quangnam", "laocai-cchc", "khanhhoa-dvc"


def board_of(real: Portal) -> FakeStaff:
    """Somebody in every post of a portal, known by the post's id."""
    people = {post.id: person(post.id) for post in real.regulation.posts}
    held = [
        Holding(people[post.id], post.role, real.id, LONG_AGO, fields=frozenset(post.fields))
        for post in real.regulation.posts
    ]
    return FakeStaff([*people.values(), PEOPLE["cong"]], held)


def post_id(real: Portal, role: Role, field_id: str | None = None) -> str:
    """The post with a role, for a field."""
    return next(
        post.id
        for post in real.posts(role, NOW.date())
        if field_id is None or field_id in post.fields
    )


REAL_SECTIONS = [
    pytest.param(portal_id, section.id, id=f"{portal_id}/{section.id}")
    for portal_id, real in PORTALS.items()
    for section in real.sections
]


@pytest.mark.parametrize(("portal_id", "section_id"), REAL_SECTIONS)
def test_every_section_asks_its_member_and_then_the_head(portal_id: str, section_id: str) -> None:
    """A 7.2, B 10.2, C 8.2.a and 5.6.c, D 5.4: reviewed by field, approved by the Trưởng ban."""
    real = PORTALS[portal_id]
    staff = board_of(real)
    files = (ChangedFile(f"content/{portal_id}/{section_id}/2026/a.md"),)
    member = post_id(real, Role.MEMBER, real.section(section_id).field)
    head = post_id(real, Role.HEAD)
    ready = proposal(yes(member, 5), yes(head, 9), files=files)
    decision = decide(PORTALS, ready, staff, NOW)
    assert decision.state is APPROVED
    assert [need.basis for need in decision.needs] == [s.basis for s in real.regulation.steps]
    others = [
        yes(post.id, 5)
        for post in real.regulation.posts
        if post.role is not Role.HEAD and post.id != member
    ]
    without = decide(PORTALS, proposal(*others, yes(head, 9), files=files), staff, NOW)
    assert without.state is WAITING
    assert len(without.missing) == 2


@pytest.mark.parametrize("portal_id", PORTALS)
def test_a_change_everywhere_asks_every_member_in_one_order(portal_id: str) -> None:
    real = PORTALS[portal_id]
    files = tuple(ChangedFile(f"content/{portal_id}/{s.id}/2026/a.md") for s in real.sections)
    decision = decide(PORTALS, proposal(files=files), FakeStaff(), NOW)
    titles = {field.title.vi: field.id for field in real.regulation.fields}
    asked = [titles[need.field] for need in decision.needs[:-1]]
    assert asked == sorted({section.field for section in real.sections})


@pytest.mark.parametrize("portal_id", PORTALS)
def test_every_portal_s_regulation_asks_operator_and_head(portal_id: str) -> None:
    real = PORTALS[portal_id]
    staff = board_of(real)
    files = (ChangedFile(f"content/{portal_id}/portal.yml"),)
    head = yes(post_id(real, Role.HEAD), 9)
    for role in (Role.OPERATOR, Role.ADMIN):
        ready = proposal(yes(post_id(real, role), 5), head, files=files)
        assert decide(PORTALS, ready, staff, NOW).state is APPROVED
    members = [yes(post.id, 5) for post in real.posts(Role.MEMBER, NOW.date())]
    decision = decide(PORTALS, proposal(*members, head, files=files), staff, NOW)
    assert (decision.state, len(decision.missing)) == (WAITING, 2)


def stand_in(real: Portal, delegate: str) -> Decision:
    """A member reviews and somebody approves by the head's delegation."""
    staff = board_of(real)
    section = real.sections[0]
    people = {each.id: each for each in staff.people}
    head = people[post_id(real, Role.HEAD)]
    delegation = Grant(head, people[delegate], Role.HEAD, real.id, LONG_AGO, NOW + MINUTE, LONG_AGO)
    ready = proposal(
        yes(post_id(real, Role.MEMBER, section.field), 5),
        yes(delegate, 9),
        files=(ChangedFile(f"content/{real.id}/{section.id}/2026/a.md"),),
    )
    return decide(PORTALS, ready, FakeStaff(staff.people, staff.held, [delegation]), NOW)


def test_in_lao_cai_the_deputy_approves_when_delegated() -> None:
    """C 5.6 (thứ nhất)."""
    decision = stand_in(PORTALS[C], post_id(PORTALS[C], Role.DEPUTY))
    assert decision.state is APPROVED
    assert decision.needs[1].post == (
        "Phó Trưởng ban Biên tập, theo ủy quyền của Trưởng ban Biên tập"
    )


def test_in_lao_cai_nobody_but_the_deputy_does() -> None:
    for role in (Role.SECRETARY, Role.ADMIN, Role.OPERATOR, Role.CONTRIBUTOR):
        assert stand_in(PORTALS[C], post_id(PORTALS[C], role)).state is WAITING


@pytest.mark.parametrize("portal_id", [A, B, D])
def test_elsewhere_approval_cannot_be_delegated(portal_id: str) -> None:
    """A 9.2 and B 12.2 let the administration be delegated, not the approval; D nothing."""
    real = PORTALS[portal_id]
    for role in (Role.ADMIN, Role.OPERATOR, Role.CONTRIBUTOR):
        assert stand_in(real, post_id(real, role)).state is WAITING


def test_the_theme_asks_all_four_heads() -> None:
    decision = decide(PORTALS, proposal(files=(THEME,)), FakeStaff(), NOW)
    assert [need.portal for need in decision.needs] == [
        portal_id for portal_id in PORTALS for _ in range(2)
    ]
