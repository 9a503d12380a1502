"""What a judged proposal waits for, and what is said of its deadlines."""

import datetime as dt
from dataclasses import replace

import pytest

from regulation.calendar import Unit
from regulation.findings import Finding, Severity
from regulation.yamlfile import VIETNAM
from workflow.checks.deadline import Late
from workflow.gate import Decision, Need, Objection, State
from workflow.proposals import Proposal, Review, Verdict
from workflow.proposing.judging import Judged
from workflow.proposing.merging import message

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=VIETNAM)
HEAD = "a" * 40
SAID = Review("binh", Verdict.APPROVE, HEAD, NOW)
PROPOSAL = Proposal("7", "Bài", "an", "b" * 40, HEAD, (), (), (), NOW, NOW)


def need(portal: str, *, done: bool) -> Need:
    """A place of the chain."""
    review = SAID if done else None
    return Need("buoc", "Duyệt", ("Điều 1",), portal, portal, "", "Ai đó", review, "", "")


def judged(
    state: State, *needs: Need, findings: tuple[Finding, ...] = (), **more: object
) -> Judged:
    """A judged proposal."""
    decision = replace(Decision("7", HEAD, NOW, state, needs=needs), **more)  # type: ignore[arg-type]
    return Judged(PROPOSAL, decision, findings)


WRONG = Finding("a.md", "Sai; hãy sửa.")
REMARK = Finding("a.md", "Nên xem.", severity=Severity.WARNING)
FIRST, LAST = need("mot", done=False), need("mot", done=False)
DONE = need("mot", done=True)
OTHER = need("hai", done=False)
ASKED = Objection(SAID, "Thành viên", "Sửa giúp.")
GROUND = Objection(SAID, "Thành viên", "Trùng lặp.", refuses=True)


@pytest.mark.parametrize(
    ("stands", "labels"),
    [
        (judged(State.WAITING, FIRST, LAST), {"cho-tham-dinh"}),
        (judged(State.WAITING, DONE, LAST), {"cho-phe-duyet"}),
        (judged(State.WAITING, DONE, LAST, findings=(REMARK,)), {"cho-phe-duyet"}),
        # A file in two portals: one waits for its member still.
        (judged(State.WAITING, DONE, LAST, OTHER, replace(OTHER)), {"cho-tham-dinh"}),
        (judged(State.WAITING, DONE, need("mot", done=True), OTHER), {"cho-phe-duyet"}),
        (judged(State.APPROVED, DONE, DONE), set()),
        # Its author has something to mend: nobody else need look at it now.
        (judged(State.WAITING, FIRST, LAST, findings=(WRONG,)), set()),
        (judged(State.WAITING, FIRST, LAST, objections=(ASKED,)), set()),
        (judged(State.REFUSED, FIRST, LAST, problems=("Bản nháp.",)), set()),
        (judged(State.REFUSED, FIRST, LAST, objections=(GROUND,)), {"tu-choi"}),
    ],
)
def test_labels(stands: Judged, labels: set[str]) -> None:
    assert stands.labels(corrects=False) == labels
    assert stands.labels(corrects=True) == labels | {"dinh-chinh"}


def test_deadlines_still_to_come_are_told() -> None:
    due = dt.datetime(2026, 11, 24, 17, tzinfo=VIETNAM)
    in_time = Late(
        "content/a.md", "a", "mot", "han", "Văn bản mới", (), "posted", due, 0, Unit.WORKING_DAY
    )
    stands = replace(
        judged(State.WAITING, FIRST, LAST),
        deadlines=(in_time, replace(in_time, path="content/b.md", amount=2)),
    )
    told = stands.summary()
    assert "Thời hạn đăng:\n- content/a.md: đến 17:00 ngày 24/11/2026 (“Văn bản mới”)" in told
    assert "content/b.md" not in told  # the check itself says how late it is


@pytest.mark.parametrize(
    "words", ["[skip ci]", "[CI skip]", "[no ci]", "[skip actions]", "[Actions Skip]"]
)
def test_no_title_keeps_a_merge_from_being_published(words: str) -> None:
    decision = replace(judged(State.APPROVED, DONE, DONE).decision, proposal="7")
    told = message(f"Thông báo {words} khẩn", decision)
    assert words not in told
    assert f"({words[1:-1]})" in told
