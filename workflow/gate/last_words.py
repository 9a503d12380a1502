"""Who said what last, and whether it can be used at all."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from accounts.staff import Person, Staff
from workflow.gate.decision import Uncounted
from workflow.gate.people import of_login
from workflow.gate.words import clock, short
from workflow.proposals import Review, Verdict

_BOT = "Ý kiến do chương trình tự động gửi; chỉ người giữ chức danh mới được duyệt."
_UNKNOWN = (
    "Tài khoản này không có trong danh sách nhân sự; hãy để người giữ chức danh duyệt bằng tài "
    "khoản đã đăng ký."
)


@dataclass(frozen=True, slots=True)
class Word:
    """Somebody's last word on a proposal."""

    review: Review
    person: Person


def last_words(
    reviews: Iterable[Review], head: str, staff: Staff
) -> tuple[list[Word], list[Uncounted]]:
    """Each person's last word, whatever the login, and the reviews that are none.

    Comments are no verdicts: they neither give nor take back. What was given at one instant is
    read in the way that passes less.
    """
    said: dict[str, list[Word]] = {}
    uncounted: list[Uncounted] = []
    for review in reviews:
        if review.verdict is Verdict.COMMENT:
            continue
        person = of_login(review.who, staff)
        if review.bot or (person is not None and person.bot):
            uncounted.append(Uncounted(review, _BOT))
        elif person is None:
            uncounted.append(Uncounted(review, _UNKNOWN))
        else:
            said.setdefault(person.id, []).append(Word(review, person))
    words: list[Word] = []
    for theirs in said.values():
        *earlier, last = sorted(theirs, key=lambda word: _weight(word.review, head))
        words.append(last)
        when = clock(last.review.settled)
        reason = f"Người này đã có ý kiến khác sau đó (lúc {when}); chỉ ý kiến sau cùng được tính."
        uncounted += [Uncounted(word.review, reason) for word in earlier]
    return sorted(words, key=lambda word: given(word.review)), uncounted


def _weight(review: Review, head: str) -> tuple[dt.datetime, int, bool, tuple[object, ...]]:
    """Order in time; at one instant, the later in this order is what passes less."""
    weight = {Verdict.APPROVE: 0, Verdict.DISMISSED: 1, Verdict.REQUEST_CHANGES: 2}
    verdict = weight[Verdict.DISMISSED if review.dismissed else review.verdict]
    return review.settled, verdict, review.commit != head, given(review)


def given(review: Review) -> tuple[dt.datetime, tuple[str, ...], tuple[bool, ...], dt.datetime]:
    """An order of reviews, by time, that does not depend on how they were listed."""
    texts = (review.who, review.verdict, review.commit, str(review.ground))
    return review.at, texts, (review.bot, review.dismissed), review.settled


def taken_back(review: Review) -> str:
    """Why a dismissed review is not counted."""
    when = f" lúc {clock(review.dismissed_at)}" if review.dismissed_at is not None else ""
    return f"Ý kiến này đã bị hủy{when}; muốn được tính thì hãy duyệt lại."


def unusable(word: Word, head: str, barred: Mapping[str, str], now: dt.datetime) -> str | None:
    """Why an approval counts for no place at all, if so."""
    review = word.review
    if review.commit != head:
        return (
            f"Duyệt trên bản {short(review.commit)}, không phải bản hiện nay {short(head)}; hãy "
            "xem bản hiện nay rồi duyệt lại."
        )
    if review.at > now:
        return (
            f"Ý kiến ghi lúc {clock(review.at)}, sau lúc xét {clock(now)}; hãy chỉnh đồng hồ rồi "
            "duyệt lại."
        )
    return barred.get(word.person.id)
