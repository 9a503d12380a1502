"""How late is what a change publishes? A reminder and a value, for every kind of term."""

import datetime as dt

import pytest

from regulation.calendar import Unit
from regulation.findings import Severity
from regulation.loading import load_portal
from regulation.yamlfile import VIETNAM
from tests.small import PORTALS, ROOT, article, document
from tests.workflow.checks.repository import Repository
from workflow.checks.deadline import Late

NEWS = "tin-tuc/2026/x.md"
DOCUMENT = "van-ban/2026/x.md"


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def clock(repo: Repository, now: str) -> Late:
    outcome = repo.check(now=at(now))
    (late,) = outcome.deadlines
    reminders = [f for f in outcome.findings if f.message.startswith("Đăng chậm")]
    assert len(reminders) == late.late
    assert all(f.severity is Severity.WARNING for f in reminders)
    return late


@pytest.mark.duty("S6")
@pytest.mark.parametrize(
    ("now", "amount", "unit"),
    [
        ("2026-11-18 23:00", 0, Unit.WORKING_DAY),
        ("2026-11-19 02:00", 3, Unit.HOUR),
        ("2026-11-20 23:59", 2, Unit.WORKING_DAY),
        ("2026-11-23 08:00", 3, Unit.WORKING_DAY),
    ],
)
def test_news_of_an_event_has_so_many_hours(
    repo: Repository, now: str, amount: int, unit: Unit
) -> None:
    text = article("x", more="happened: 2026-11-17", posted="2026-11-17 08:00")
    repo.house.write(NEWS, text)
    late = clock(repo, now)
    assert (late.rule, late.amount, late.started_by) == ("tin-24-gio", amount, "happened")
    assert not late.late or late.unit is unit
    assert late.due == at("2026-11-18 23:59")


@pytest.mark.duty("S6")
def test_a_document_has_so_many_working_days_and_the_reminder_says_the_clause(
    repo: Repository,
) -> None:
    text = document("x", "15/QĐ-UBND", "quyet-dinh", "2026-11-19", "Tài chính")
    repo.house.write(DOCUMENT, text.replace("2026-05-01", "2026-11-20"))
    assert not clock(repo, "2026-11-20 17:00").late  # a Friday
    late = clock(repo, "2026-11-25 09:00")  # the 24th is a day off
    assert (late.rule, late.amount, late.unit) == ("van-ban-moi", 2, Unit.WORKING_DAY)
    (finding,) = repo.check(now=at("2026-11-25 09:00")).findings
    assert (finding.key, finding.basis) == ("issued", "Điều 5 Quy chế sửa đổi")
    assert finding.message == (
        "Đăng chậm 2 ngày làm việc so với hạn 20/11/2026, 23:59 (“Văn bản”); vẫn đăng được, lần "
        "sau hãy gửi sớm hơn, hoặc ghi backfilled: true nếu là bài nhập bổ sung khi lập cổng."
    )
    assert late.trailer == f"{late.portal}/x van-ban-moi 2026-11-20T23:59+07:00 2 working_day"


def test_the_clock_runs_until_it_is_merged_whatever_day_the_author_wrote(repo: Repository) -> None:
    text = article("x", more="happened: 2026-11-02", posted="2026-11-02 09:00")
    repo.house.write(NEWS, text)
    assert clock(repo, "2026-11-13 09:00").late


@pytest.mark.parametrize(
    "more",
    ["", "happened: 2026-01-02\nbackfilled: true", "happened: 2026-01-02\nstatus: draft"],
)
def test_what_has_no_clock(repo: Repository, more: str) -> None:
    repo.house.write(NEWS, article("x", more=more))
    assert repo.check().deadlines == ()


def test_what_was_published_before_has_stopped_its_clock(repo: Repository) -> None:
    text = article("x", more="happened: 2026-01-02")
    repo.house.write(NEWS, text)
    repo.publish()
    repo.house.write(NEWS, text.replace("Nội dung.", "Nội dung sửa."))
    assert repo.check().deadlines == ()


@pytest.mark.parametrize("portal_id", PORTALS)
def test_every_portal_has_deadlines_that_can_be_missed(portal_id: str) -> None:
    portal = load_portal(ROOT / "content" / portal_id, ROOT, dt.date(2026, 11, 22))
    counted = [
        rule
        for section in portal.sections
        for rule in portal.deadlines(section, dt.date(2026, 11, 22))
        if rule.amount and rule.event in portal.type_of(section).started_by
    ]
    assert counted
