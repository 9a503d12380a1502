"""The gate asks the register, at a real portal: who may pass what, and what never passes."""

import datetime as dt
from pathlib import Path

import pytest

from accounts.holders import DatabaseStaff
from regulation.findings import Refused
from regulation.loading import load_portal
from regulation.portal import Portal
from tests.accounts.desk import DAY, HOUR, NOON, Desk
from workflow.gate import Decision, State, decide
from workflow.proposals import ChangedFile, Commit, Proposal, Review, Verdict

ROOT = Path(__file__).resolve().parents[2]
PORTAL = "laocai-cchc"
HEAD = "a" * 40
TIMES = (NOON + HOUR, NOON + 2 * HOUR)
NAMES = {
    "mai": "Nguyễn Thị Mai",
    "truong": "Trần Văn Trưởng",
    "pho": "Lê Thị Phó",
    "ctv": "Phạm Văn Viết",
}


@pytest.fixture(scope="module")
def portal() -> Portal:
    """Lào Cai's portal, whose deputy may stand in for the head."""
    return load_portal(ROOT / "content" / PORTAL, ROOT, NOON.date())


@pytest.fixture
def board(desk: Desk, portal: Portal) -> Desk:
    """The board of Lào Cai: two members, a head, a deputy, a contributor."""
    for person, name in NAMES.items():
        desk.register.add_person(
            person, name, addresses=[f"{person}@laocai.vn"], names=[("github", f"{person}-gh")]
        )
    posts = {
        "mai": "thanh-vien-tin-tuc",
        "truong": "truong-ban",
        "pho": "pho-truong-ban",
        "ctv": "cong-tac-vien",
    }
    for person, post in posts.items():
        desk.register.grant({PORTAL: portal}, person, PORTAL, post)
    return desk


def section(portal: Portal) -> str:
    """A section for the news member's field."""
    return next(each.id for each in portal.sections if each.field == "tin-tuc")


def decided(
    desk: Desk,
    portal: Portal,
    *reviews: tuple[str, dt.datetime],
    forge: str = "local",
    at: dt.datetime = NOON + 3 * HOUR,
) -> Decision:
    """What the gate says when these have approved what the contributor wrote."""
    author = "ctv" if forge == "local" else "CTV-GH"
    proposal = Proposal(
        id="7",
        title="Một tin",
        author=author,
        base="b" * 40,
        head=HEAD,
        commits=(Commit(HEAD, "CTV@laocai.vn", "ctv@laocai.vn"),),
        files=(ChangedFile(f"content/{PORTAL}/{section(portal)}/2026/tin.md"),),
        reviews=tuple(Review(who, Verdict.APPROVE, HEAD, when) for who, when in reviews),
        opened=NOON,
        updated=NOON,
    )
    return decide({PORTAL: portal}, proposal, DatabaseStaff(desk.database, forge), at)


def why(decision: Decision) -> str:
    """The reason why the only review that was not counted was not."""
    [uncounted] = decision.uncounted
    return uncounted.reason


@pytest.mark.parametrize(
    ("forge", "member", "head"), [("local", "mai", "truong"), ("github", "Mai-GH", "TRUONG-gh")]
)
def test_the_member_and_then_the_head_pass_it(
    board: Desk, portal: Portal, forge: str, member: str, head: str
) -> None:
    first, second = TIMES
    decision = decided(board, portal, (member, first), (head, second), forge=forge)
    assert decision.state is State.APPROVED, decision


@pytest.mark.duty("G4", portal="laocai-cchc")
def test_who_left_or_is_suspended_passes_nothing_from_that_moment(
    board: Desk, portal: Portal
) -> None:
    given = (("mai", TIMES[0]), ("truong", TIMES[1]))
    board.clock.turn(4 * HOUR)
    board.register.suspend("mai", "Mất máy")
    board.clock.turn(HOUR)
    suspended = decided(board, portal, *given, at=board.clock.at)
    assert suspended.state is State.WAITING
    assert "quyền truy cập của người này đang tạm ngừng" in suspended.uncounted[0].reason
    # As it stood before: it was right to pass it then.
    assert decided(board, portal, *given).state is State.APPROVED
    board.register.resume("mai")
    assert decided(board, portal, *given, at=board.clock.at).state is State.APPROVED
    board.register.leave("mai")
    left = decided(board, portal, *given, at=board.clock.at)
    assert left.state is State.WAITING
    assert "nay không còn giữ chức danh" in left.uncounted[0].reason
    assert decided(board, portal, *given).state is State.APPROVED


def test_a_post_entered_after_the_review_does_not_make_it_count(
    board: Desk, portal: Portal
) -> None:
    board.register.add_person("lan", "Lan")
    board.clock.turn(4 * HOUR)
    board.register.grant({PORTAL: portal}, "lan", PORTAL, "thanh-vien-tin-tuc", since=NOON - DAY)
    decision = decided(
        board, portal, ("lan", TIMES[0]), ("truong", TIMES[1]), at=board.clock.turn(HOUR)
    )
    assert decision.state is State.WAITING
    assert "Lúc duyệt, người này chưa giữ chức danh" in decision.uncounted[0].reason


def delegate(board: Desk, portal: Portal) -> int:
    """The head lets the deputy act for a day."""
    return board.register.delegate(
        {PORTAL: portal},
        "truong",
        "pho",
        PORTAL,
        "head",
        until=NOON + DAY,
        document="15/GUQ-BBT",
        document_date=dt.date(2026, 11, 20),
    )


@pytest.mark.duty("G3", portal="laocai-cchc")
def test_the_deputy_passes_it_only_while_delegated(board: Desk, portal: Portal) -> None:
    given = (("mai", TIMES[0]), ("pho", TIMES[1]))
    assert decided(board, portal, *given).state is State.WAITING
    number = delegate(board, portal)
    assert decided(board, portal, *given).state is State.APPROVED
    board.clock.turn(5 * HOUR)
    board.register.revoke_delegation(number)
    later = decided(board, portal, *given, at=board.clock.turn(HOUR))
    assert later.state is State.WAITING
    assert "Ủy quyền đã bị thu hồi" in why(later)


@pytest.mark.duty("G3", portal="laocai-cchc")
def test_a_delegation_written_down_after_the_review_is_told_as_the_reason(
    board: Desk, portal: Portal
) -> None:
    board.clock.turn(4 * HOUR)
    delegate(board, portal)
    given = (("mai", TIMES[0]), ("pho", TIMES[1]))
    decision = decided(board, portal, *given, at=board.clock.turn(HOUR))
    assert decision.state is State.WAITING
    assert "Ủy quyền chỉ có hiệu lực từ" in why(decision)


@pytest.mark.duty("G3", portal="laocai-cchc")
def test_a_delegation_ends_with_the_post_of_whoever_gave_it(board: Desk, portal: Portal) -> None:
    delegate(board, portal)
    board.clock.turn(5 * HOUR)
    board.register.revoke("truong", PORTAL, "truong-ban")
    given = (("mai", TIMES[0]), ("pho", TIMES[1]))
    decision = decided(board, portal, *given, at=board.clock.turn(HOUR))
    assert decision.state is State.WAITING


@pytest.mark.duty("G3", portal="quangnam-cchc")
def test_the_head_of_the_reform_portal_lets_the_secretary_administer_it(desk: Desk) -> None:
    administered(desk, "quangnam-cchc", "thu-ky")


@pytest.mark.duty("G3", portal="quangnam")
def test_the_head_of_the_provincial_portal_lets_the_operator_administer_it(desk: Desk) -> None:
    administered(desk, "quangnam", "don-vi-van-hanh", already=True)


def administered(desk: Desk, portal_id: str, post: str, *, already: bool = False) -> None:
    """The head, who holds administration, hands it over; the head's own role stays.

    Args:
        desk: An empty register.
        portal_id: Which portal.
        post: The post of whoever is to administer.
        already: Whether the post lets its holder pass changes of the regulation by itself.
    """
    portal = load_portal(ROOT / "content" / portal_id, ROOT, NOON.date())
    portals = {portal_id: portal}
    desk.known("truong", "ky")
    desk.register.add_person("ctv", "Ctv", addresses=["ctv@tinh.vn"])
    desk.register.grant(portals, "truong", portal_id, "truong-ban")
    desk.register.grant(portals, "truong", portal_id, "quan-tri")
    desk.register.grant(portals, "ky", portal_id, post)
    desk.clock.turn(dt.timedelta(minutes=30))
    paper = {"until": NOON + DAY, "document": "1/UQ", "document_date": NOON.date()}
    change = Proposal(
        id="8",
        title="Sửa quy chế",
        author="ctv",
        base="b" * 40,
        head=HEAD,
        commits=(Commit(HEAD, "ctv@tinh.vn", "ctv@tinh.vn"),),
        files=(ChangedFile(f"content/{portal_id}/portal.yml"),),
        reviews=(
            Review("ky", Verdict.APPROVE, HEAD, TIMES[0]),
            Review("truong", Verdict.APPROVE, HEAD, TIMES[1]),
        ),
        opened=NOON,
        updated=NOON,
    )

    def state() -> State:
        return decide(portals, change, desk.staff, NOON + 3 * HOUR).state

    assert state() is (State.APPROVED if already else State.WAITING)
    desk.register.delegate(portals, "truong", "ky", portal_id, "admin", **paper)
    assert state() is State.APPROVED
    with pytest.raises(Refused, match="không cho ủy quyền vai trò Trưởng ban"):
        desk.register.delegate(portals, "truong", "ky", portal_id, "head", **paper)


@pytest.mark.duty("G5", portal="laocai-cchc")
def test_what_the_gate_says_names_nobody(board: Desk, portal: Portal) -> None:
    delegate(board, portal)
    board.register.suspend("mai", "Mất máy")
    said = decided(board, portal, ("mai", TIMES[0]), ("pho", TIMES[1]), ("ctv", TIMES[1]))
    for words in (said.summary(), repr(said)):
        for name in NAMES.values():
            assert name not in words
