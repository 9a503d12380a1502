"""Suspicion: for most people none; for what looks like a machine's, every reason."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relay.abuse.suspicion import REMEMBERED, Reason, Recent, Signs, reason_words, reasons

CALM = settings(deadline=None)

PERSON = Signs(
    "", dt.timedelta(minutes=2), False, False, "Đường trước nhà tôi hỏng, xem https://a.vn"
)
NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
LINK = "http://x.vn "


@pytest.mark.parametrize(
    ("signs", "found"),
    [
        (PERSON, ()),
        (replace(PERSON, proved=True), ()),
        (replace(PERSON, busy=True, proved=True), ()),
        (replace(PERSON, busy=True), (Reason.NO_PROOF_WHEN_BUSY,)),
        (replace(PERSON, honeypot="x"), (Reason.HONEYPOT,)),
        (replace(PERSON, honeypot="x", proved=True), (Reason.HONEYPOT,)),
        (replace(PERSON, took=dt.timedelta(seconds=1.9)), (Reason.TOO_FAST,)),
        (replace(PERSON, took=dt.timedelta(seconds=2)), ()),
        (replace(PERSON, took=dt.timedelta(seconds=1.5), proved=True), ()),
        (replace(PERSON, took=dt.timedelta(seconds=0.5), proved=True), (Reason.TOO_FAST,)),
        (replace(PERSON, text=LINK * 5), ()),
        (replace(PERSON, text=LINK * 6), (Reason.LINKS,)),
        (replace(PERSON, text="[url=http://x]mua[/url]"), (Reason.LINKS,)),
        (replace(PERSON, text='<a HREF="x">'), (Reason.LINKS,)),
        (replace(PERSON, again=2), ()),
        (replace(PERSON, again=3), (Reason.SAME_TEXT,)),
        (Signs("x", dt.timedelta(), False, True, LINK * 9, 9), tuple(Reason)),
    ],
)
def test_reasons(signs: Signs, found: tuple[Reason, ...]) -> None:
    assert reasons(signs) == found


def test_a_text_is_known_again_for_a_day() -> None:
    recent = Recent()
    text = "Xin hỏi thủ tục cấp lại giấy phép"
    assert [recent.again(text, NOW) for _ in range(3)] == [0, 1, 2]
    assert recent.again("XIN HỎI  thủ tục\ncấp lại giấy phép ", NOW) == 3
    assert recent.again("Xin hỏi thủ tục cấp mới giấy phép", NOW) == 0
    assert recent.again(text, NOW + REMEMBERED + dt.timedelta(seconds=1)) == 0


def test_a_short_text_may_come_from_many() -> None:
    recent = Recent()
    assert [recent.again("Cảm ơn", NOW) for _ in range(9)] == [0] * 9


@CALM
@given(st.lists(st.text(min_size=20, max_size=40), max_size=60))
def test_memory_is_bounded_and_counts_never_beyond_what_came(texts: list[str]) -> None:
    recent = Recent(most=5)
    for at, text in enumerate(texts):
        assert 0 <= recent.again(text, NOW) <= at


def test_whoever_looks_is_told_in_words() -> None:
    for reason in Reason:
        assert reason.value not in reason_words([reason.value])
    assert reason_words(["links", "cu"]).endswith("; cu")
    assert reason_words([""]) == ""
