"""For whom a proposal waits: whoever could fill a place now, and nobody else."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from accounts.staff import Grant, Holding
from regulation.model import Role
from workflow.gate.waiting import Awaited, Deed, awaited, next_needs
from workflow.proposals import Review

from .board import (
    HOLDINGS,
    NEWS,
    NOW,
    OLD,
    OTHER,
    PAPER,
    PICTURE,
    REGULATIONS,
    RULES,
    FakeStaff,
    grant,
    holding,
    judge,
    no,
    proposal,
    yes,
)

EVERYBODY = sorted({each.person.id for each in HOLDINGS})


def waited(
    *reviews: Review,
    who: str,
    grants: Sequence[Grant] = (),
    held: Sequence[Holding] = HOLDINGS,
    now: dt.datetime = NOW,
    **changes: Any,
) -> Awaited | None:
    staff = FakeStaff(held=held, grants=grants)
    return awaited(REGULATIONS, proposal(*reviews, **changes), staff, now, who)


def those(*reviews: Review, **changes: Any) -> dict[str, Deed]:
    """Everybody for whom it waits."""
    found = {who: waited(*reviews, who=who, **changes) for who in EVERYBODY}
    return {who: each.deed for who, each in found.items() if each is not None}


NEWS_MEMBERS, PAPER_MEMBERS = ("mai", "lan", "moi", "ca-hai"), ("binh",)


def to_review(*names: str) -> dict[str, Deed]:
    return dict.fromkeys(names, Deed.REVIEW)


@pytest.mark.duty("M1")
def test_it_waits_for_the_members_for_its_field_and_then_for_the_head() -> None:
    assert those() == to_review(*NEWS_MEMBERS)
    assert those(files=(PAPER,)) == to_review(*PAPER_MEMBERS)
    assert those(files=(NEWS, PAPER)) == to_review(*NEWS_MEMBERS, *PAPER_MEMBERS)
    # The next step waits for the whole of this one, and takes somebody else.
    assert those(yes("mai", 1), files=(NEWS, PAPER)) == to_review(*PAPER_MEMBERS)
    assert those(yes("mai", 1)) == to_review("truong", "ca-hai")
    assert those(yes("ca-hai", 1)) == to_review("truong")
    done = those(yes("mai", 1), yes("truong", 2))
    assert done == {"cong": Deed.MERGE, "truong": Deed.MERGE}
    everybody = (yes("mai", 1), yes("truong", 2), yes("hoa", 1), yes("dung", 2))
    done = those(*everybody, files=(NEWS, OTHER))
    assert done == {"cong": Deed.MERGE, "dung": Deed.MERGE}


def test_it_says_what_for() -> None:
    assert str(waited(who="mai-2")) == "Chờ bạn: Biên tập (lĩnh vực Tin tức)."
    assert str(waited(yes("mai", 1), who="truong")) == "Chờ bạn: Phê duyệt."
    both = [holding("mai", Role.MEMBER, ["tin", "van-ban"])]
    assert str(waited(who="mai", held=both, files=(NEWS, PAPER))) == (
        "Chờ bạn: Biên tập (lĩnh vực Tin tức); Biên tập (lĩnh vực Văn bản)."
    )
    told = str(waited(draft=True, who="cong"))
    assert told == "Chờ bạn sửa. Chưa xét được: có 1 điều phải sửa."
    told = str(waited(no("mai", 1), who="cong"))
    assert told == "Chờ bạn sửa. Chờ sửa: có 1 yêu cầu sửa."
    told = str(waited(no("mai", 1, OLD), who="mai"))
    assert told == "Chờ bạn xem lại: có bản mới sau ý kiến của bạn."
    told = str(waited(yes("mai", 1), yes("truong", 2), who="truong"))
    assert told == (
        "Chờ bạn nhập vào nhánh chính. Đủ điều kiện đăng: bản aaaaaaa đã qua đủ các bước."
    )


def test_what_is_asked_waits_for_its_author_and_what_is_mended_for_who_asked() -> None:
    assert those(no("mai", 1)) == {"cong": Deed.MEND}
    assert those(no("mai", 1, ground="sai-su-that")) == {"cong": Deed.MEND}
    assert those(no("mai", 1, OLD)) == to_review(*NEWS_MEMBERS) | {"mai": Deed.LOOK_AGAIN}
    assert those(draft=True) == {"cong": Deed.MEND}
    assert those(yes("mai", 1, OLD)) == to_review(*NEWS_MEMBERS)


def test_who_made_it_is_not_asked_to_approve_it() -> None:
    assert those(author="mai") == to_review("lan", "moi", "ca-hai")
    assert those(author="mai", draft=True) == {"mai": Deed.MEND, "cong": Deed.MEND}
    assert waited(who="nguoi-la") is None
    assert waited(who="") is None


def test_a_delegate_is_asked_while_the_delegation_holds() -> None:
    reviewed = yes("mai", 1)
    assert waited(reviewed, who="pho") is None
    assert waited(reviewed, who="pho", grants=[grant()]) is not None
    ended = grant(until=NOW - dt.timedelta(minutes=1))
    assert waited(reviewed, who="pho", grants=[ended]) is None


def test_what_the_portal_runs_by_waits_for_its_operator_first() -> None:
    assert those(files=(RULES,)) == to_review("van", "quan")


def test_pictures_alone_wait_for_any_member() -> None:
    assert those(files=(PICTURE,)) == to_review(*NEWS_MEMBERS, *PAPER_MEMBERS)


def test_what_comes_next_is_told_portal_by_portal() -> None:
    told = [(need.portal, need.step) for need in next_needs(judge(files=(NEWS, PAPER, OTHER)))]
    assert told == [("mau", "bt"), ("mau", "bt"), ("thu", "bt")]
    told = [(need.portal, need.step) for need in next_needs(judge(yes("mai", 1)))]
    assert told == [("mau", "pd")]
    assert next_needs(judge(yes("mai", 1), yes("truong", 2))) == ()
