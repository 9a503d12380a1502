"""What holds of the gate whatever is said, by whom, when, and in which order.

``passes`` below is a second, naive reading of the rules, written from the tables of who may do
what and not from the gate: it tries every pair of approvals.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from accounts.staff import Grant
from workflow.gate import Decision, State
from workflow.proposals import ChangedFile, Review, Verdict

from .board import (
    HEAD,
    LONG_AGO,
    NEWS,
    NOW,
    OLD,
    OTHER,
    PAPER,
    PEOPLE,
    PICTURE,
    commit,
    grant,
    judge,
    t,
)

unhurried = settings(deadline=None)
searching = settings(deadline=None, max_examples=400)

# --- Who may do what, as a table ------------------------------------------------------------------

Times = tuple[int | None, int | None]

MEMBERS: dict[str, dict[str, Times]] = {  # by field: from which minute, until before which
    "tin": {
        "mai": (None, None),
        "lan": (None, None),
        "ca-hai": (None, None),
        "cuu": (None, 90),
        "moi": (90, None),
    },
    "van-ban": {"binh": (None, None)},
    "chung": {"hoa": (None, None)},
}
HEADS = {"mau": {"truong", "ca-hai"}, "thu": {"dung"}}
DEPUTY = "pho"
OUTSIDERS = ["ke-la", "nguoi-khac", "cong", "may", "nghi", "ky", "van", "quan", "dien", "pho"]
LOGINS = {"mai-2": "mai"}
FIELDS = {NEWS: ("mau", "tin"), PAPER: ("mau", "van-ban"), OTHER: ("thu", "chung")}


def who(review: Review) -> str:
    """The person behind a review."""
    login = review.who.lower()
    return LOGINS.get(login, login)


def is_member(name: str, field: str, minute: float) -> bool:
    """Whether somebody is a member for a field so many minutes after ten."""
    if name not in MEMBERS[field]:
        return False
    since, until = MEMBERS[field][name]
    return (since is None or since <= minute) and (until is None or minute < until)


def stands_in(grants: Sequence[Grant], moment: dt.datetime) -> bool:
    """Whether the deputy may act for the head at the first portal."""
    return any(
        g.since <= moment < g.until
        and g.recorded_at < moment
        and not (g.revoked_at and g.revoked_at <= moment)
        and g.grantor.id in HEADS["mau"]
        for g in grants
    )


def is_head(name: str, portal: str, grants: Sequence[Grant], moment: dt.datetime) -> bool:
    """Whether somebody may approve at a portal."""
    if name in HEADS[portal]:
        return True
    return name == DEPUTY and portal == "mau" and stands_in(grants, moment)


def last_of(reviews: Sequence[Review], name: str) -> list[Review]:
    """What somebody said last: all that was settled at the latest moment."""
    theirs = [r for r in reviews if who(r) == name and r.verdict != "comment" and not r.bot]
    latest = max((r.dismissed_at or r.at for r in theirs), default=None)
    return [r for r in theirs if (r.dismissed_at or r.at) == latest]


def good(review: Review, reviews: Sequence[Review], makers: Sequence[str]) -> bool:
    """Whether an approval is somebody's last word on what would be published."""
    return review in reviews and all(
        (
            review.verdict == "approve",
            review.commit == HEAD,
            not review.bot,
            review.dismissed_at is None,
            review.at <= NOW,
            who(review) not in makers,
            who(review) not in ("may", "nghi"),
            all(
                other.verdict == "approve" and other.dismissed_at is None and other.commit == HEAD
                for other in last_of(reviews, who(review))
            ),
            review in last_of(reviews, who(review)),
        )
    )


def objected(
    reviews: Sequence[Review], files: Sequence[ChangedFile], grants: Sequence[Grant]
) -> bool:
    """Whether somebody whom the proposal needs asks for changes, and has not thought better."""
    for name in {who(r) for r in reviews} - {"may", "nghi"}:
        last = last_of(reviews, name)
        if not any(r.verdict == "request_changes" and r.dismissed_at is None for r in last):
            continue
        for portal, field in {FIELDS[f] for f in files}:
            if is_member(name, field, 120) or is_head(name, portal, grants, NOW):
                return True
    return False


def passes(
    reviews: Sequence[Review],
    files: Sequence[ChangedFile],
    grants: Sequence[Grant],
    makers: Sequence[str],
) -> bool:
    """The rules, naively: try every approval as the head's and every one as each member's."""
    if objected(reviews, files, grants):
        return False
    usable = [r for r in reviews if good(r, reviews, makers)]
    for portal in {FIELDS[f][0] for f in files}:
        fields = sorted({FIELDS[f][1] for f in files if FIELDS[f][0] == portal})
        if not any(
            all(
                is_member(who(m), field, (m.at - t(0)).total_seconds() / 60)
                and is_member(who(m), field, 120)
                and m.at < head.at
                and who(m) != who(head)
                for m, field in zip(members, fields, strict=True)
            )
            and is_head(who(head), portal, grants, head.at)
            and is_head(who(head), portal, grants, NOW)
            for head in usable
            for members in product(usable, repeat=len(fields))
        ):
            return False
    return True


# --- What is said, drawn at random ----------------------------------------------------------------

minutes = st.integers(min_value=0, max_value=122)
names = st.sampled_from([*PEOPLE, "mai-2", "ke-la", "MAI", "Truong"])
verdicts = st.sampled_from([*Verdict, Verdict.APPROVE, Verdict.APPROVE])


@st.composite
def some_review(draw: st.DrawFn) -> Review:
    """A review by anybody, of either commit, perhaps dismissed."""
    at = draw(minutes)
    verdict = draw(verdicts)
    taken_back = verdict is Verdict.DISMISSED or draw(st.integers(0, 9)) == 0
    return Review(
        who=draw(names),
        verdict=verdict,
        commit=draw(st.sampled_from([HEAD, HEAD, HEAD, OLD])),
        at=t(at),
        bot=draw(st.integers(0, 9)) == 0,
        dismissed_at=t(draw(st.integers(at, 123))) if taken_back else None,
    )


@st.composite
def likely_reviews(draw: st.DrawFn) -> list[Review]:
    """Approvals by those who count, mostly in order, among whatever else was said."""
    approvals = [
        Review(draw(st.sampled_from(people)), Verdict.APPROVE, HEAD, t(draw(minutes_of)))
        for people, minutes_of in (
            (["mai", "mai-2", "lan", "moi", "cuu", "ca-hai"], st.integers(0, 100)),
            (["binh"], st.integers(0, 100)),
            (["truong", "pho", "ca-hai"], st.integers(60, 121)),
            (["hoa"], st.integers(0, 100)),
            (["dung"], st.integers(60, 121)),
        )
        if draw(st.integers(0, 9))
    ]
    noise = draw(st.lists(some_review(), max_size=2))
    return draw(st.permutations([*approvals, *noise]))


@st.composite
def some_grant(draw: st.DrawFn) -> Grant:
    """A delegation to the deputy by somebody, for a while."""
    since = draw(st.integers(-10, 125))
    return grant(
        draw(st.sampled_from(["truong", "ca-hai", "pho", "mai", "dung"])),
        since=t(since),
        until=t(draw(st.integers(since, 140))),
        recorded_at=t(draw(st.integers(-10, 125))),
        revoked_at=draw(st.none() | minutes.map(t)),
    )


reviews_drawn = likely_reviews() | st.lists(some_review(), max_size=8)
grants_drawn = st.lists(some_grant() | st.just(grant()), max_size=2)
files_drawn = st.sampled_from([(NEWS,), (PAPER,), (NEWS, PAPER), (OTHER,), (NEWS, OTHER)])
makers_drawn = st.lists(st.sampled_from(["mai", "truong", "hoa", "cong", "pho"]), max_size=1)


@searching
@given(reviews_drawn, files_drawn, grants_drawn, makers_drawn)
def test_the_gate_passes_exactly_what_the_naive_reading_passes(
    reviews: list[Review],
    files: tuple[ChangedFile, ...],
    grants: list[Grant],
    makers: list[str],
) -> None:
    """No member's review followed by the head's approval, by another, on the head: never."""
    commits = (commit(co_authors=[f"{name}@mau.example" for name in makers]),)
    decision = judge(*reviews, files=files, grants=grants, commits=commits)
    expected = passes(reviews, files, grants, ["cong", *makers])
    event(f"passes: {expected}")
    assert (decision.state is State.APPROVED) == expected


def names_of(decision: Decision) -> set[str]:
    """Whose reviews fill the places."""
    return {need.review.who for need in decision.needs if need.review is not None}


@unhurried
@given(reviews_drawn, grants_drawn, st.data())
def test_outsiders_change_nothing(
    reviews: list[Review], grants: list[Grant], data: st.DataObject
) -> None:
    """Who holds nothing that is needed neither lets through nor holds up."""
    reviews = [r for r in reviews if who(r) not in OUTSIDERS]
    without = judge(*reviews, files=(NEWS, OTHER))
    more = data.draw(st.lists(some_review(), max_size=4))
    more = [replace(r, who=data.draw(st.sampled_from(OUTSIDERS))) for r in more]
    decision = judge(*reviews, *more, files=(NEWS, OTHER))
    assert (decision.state, decision.needs) == (without.state, without.needs)
    assert decision.objections == without.objections


@unhurried
@given(reviews_drawn, grants_drawn, files_drawn, st.randoms(use_true_random=False))
def test_the_order_in_which_reviews_are_listed_is_nothing(
    reviews: list[Review],
    grants: list[Grant],
    files: tuple[ChangedFile, ...],
    random: Random,
) -> None:
    shuffled, granted = [*reviews], [*grants]
    random.shuffle(shuffled)
    random.shuffle(granted)
    first = judge(*reviews, grants=grants, files=files)
    assert judge(*shuffled, grants=granted, files=files) == first


def folded(decision: Decision) -> list[object]:
    """A decision with every login in lower case."""

    def low(review: Review | None) -> Review | None:
        return review and replace(review, who=review.who.lower())

    return [
        decision.state,
        decision.problems,
        [replace(need, review=low(need.review)) for need in decision.needs],
        [(low(each.review), str(each)) for each in decision.objections],
        sorted((str(each), each.review.who.lower()) for each in decision.uncounted),
    ]


@unhurried
@given(reviews_drawn, st.lists(st.booleans(), min_size=12, max_size=12))
def test_upper_and_lower_case_are_the_same(reviews: list[Review], up: list[bool]) -> None:
    changed = [
        replace(r, who=r.who.upper() if flag else r.who.lower())
        for r, flag in zip(reviews, up, strict=False)
    ]
    changed += reviews[len(changed) :]
    author: dict[str, Any] = {"author": "CONG", "commits": (commit(author="CONG@mau.EXAMPLE"),)}
    assert folded(judge(*changed, **author)) == folded(judge(*reviews))


@unhurried
@given(reviews_drawn, grants_drawn, st.integers(0, 3000), st.integers(0, 3000))
def test_once_a_delegation_is_over_no_time_brings_it_back(
    reviews: list[Review], grants: list[Grant], first: int, further: int
) -> None:
    """With every grant ended, what the deputy said never counts again."""
    over = max((g.until for g in grants), default=NOW)
    moment = max(over, t(125)) + dt.timedelta(minutes=first)
    sooner = judge(*reviews, grants=grants, now=moment)
    later = judge(*reviews, grants=grants, now=moment + dt.timedelta(minutes=further))
    assert later.state is sooner.state
    assert [need.review for need in later.needs] == [need.review for need in sooner.needs]
    assert DEPUTY not in names_of(later)


@unhurried
@given(reviews_drawn, files_drawn)
def test_nothing_said_before_a_push_passes_what_was_pushed(
    reviews: list[Review], files: tuple[ChangedFile, ...]
) -> None:
    pushed = "ddddddd4444444444444444444444444444444dd"
    commits = (commit(OLD), commit(HEAD), commit(pushed))
    decision = judge(*reviews, files=files, head=pushed, commits=commits, grants=[grant()])
    assert decision.state is not State.APPROVED
    assert names_of(decision) == set()


@unhurried
@given(reviews_drawn, files_drawn, grants_drawn)
def test_every_verdict_is_counted_or_told_why_not(
    reviews: list[Review], files: tuple[ChangedFile, ...], grants: list[Grant]
) -> None:
    decision = judge(*reviews, files=files, grants=grants)
    for review in reviews:
        told = [each for each in decision.uncounted if each.review == review]
        if review.verdict is Verdict.COMMENT:
            assert not told
        elif review.dismissed or review.bot or review.commit != HEAD:
            assert told or review in [each.review for each in decision.objections]
        assert all(each.reason.endswith(".") for each in told)
    for need in decision.needs:
        if need.review is not None and reviews.count(need.review) == 1:
            assert need.review not in [each.review for each in decision.uncounted]
    assert (decision.state is State.APPROVED) <= (not decision.missing)


@unhurried
@given(reviews_drawn, grants_drawn)
def test_what_is_in_doubt_never_passes(reviews: list[Review], grants: list[Grant]) -> None:
    doubts: list[dict[str, Any]] = [
        {"draft": True},
        {"files": ()},
        {"files_truncated": True},
        {"reviews_truncated": True},
        {"commits_truncated": True},
        {"commits": ()},
        {"author": "ke-la"},
        {"files": (NEWS, ChangedFile("la/x"))},
    ]
    for doubt in doubts:
        decision = judge(*reviews, grants=grants, **doubt)
        assert decision.state is State.REFUSED
        assert decision.problems


@unhurried
@given(reviews_drawn)
def test_more_to_publish_never_needs_less(reviews: list[Review]) -> None:
    """What passes with more files passes with each of them alone."""
    together = judge(*reviews, files=(NEWS, OTHER), grants=[grant()])
    for file in (NEWS, OTHER):
        alone = judge(*reviews, files=(file,), grants=[grant()])
        assert (together.state is State.APPROVED) <= (alone.state is State.APPROVED)
    picture = judge(*reviews, files=(PICTURE,), grants=[grant()])
    news = judge(*reviews, files=(NEWS,), grants=[grant()])
    assert (news.state is State.APPROVED and not picture.objections) <= (
        picture.state is State.APPROVED
    )


def test_the_tables_above_say_what_the_staff_list_says() -> None:
    for field, people in MEMBERS.items():
        for name, (since, until) in people.items():
            file = next(f for f, place in FIELDS.items() if place[1] == field)
            review = Review(name, Verdict.APPROVE, HEAD, t(since or 0))
            assert (judge(review, files=(file,)).needs[0].done) == (until is None)
    assert LONG_AGO < t(0) < NOW
