"""Two small made-up portals, the people of their boards, and a staff list held in memory."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accounts.staff import Grant, Holding, Person, fold_name
from regulation.calendar import WorkCalendar
from regulation.model import Regulation, Role
from regulation.portal import Portal
from regulation.yamlfile import VIETNAM
from workflow.gate import Decision, decide
from workflow.proposals import ChangedFile, Commit, Proposal, Review, Verdict

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=VIETNAM)
LONG_AGO = dt.datetime(2025, 1, 1, tzinfo=VIETNAM)
HEAD = "aaaaaaa1111111111111111111111111111111aa"
OLD = "bbbbbbb2222222222222222222222222222222bb"
BASE = "ccccccc3333333333333333333333333333333cc"


def t(minute: int) -> dt.datetime:
    """So many minutes after ten o'clock; NOW is ``t(120)``."""
    return dt.datetime(2026, 11, 22, 10, 0, tzinfo=VIETNAM) + dt.timedelta(minutes=minute)


# --- The regulations ------------------------------------------------------------------------------


def _rule(rule_id: str, **rest: Any) -> dict[str, Any]:
    return {"id": rule_id, "basis": f"Điều {rule_id}", **rest}


def _post(post_id: str, role: str, title: str, **rest: Any) -> dict[str, Any]:
    return _rule(post_id, role=role, title=title, held_by="Công chức", **rest)


MAU: dict[str, Any] = {
    "id": "mau",
    "name": "Cổng tỉnh Mẫu",
    "short_name": "Tỉnh Mẫu",
    "url": "https://mau.example",
    "look": {"accent": "#0b5c8a", "accent_dark": "#7cc4e8"},
    "act": {
        "number": "01/QĐ-UBND",
        "date": dt.date(2024, 1, 2),
        "issuer": "ubnd",
        "title": "Quy chế",
        "valid_from": dt.date(2024, 1, 2),
    },
    "languages": [{"code": "vi", "basis": "Điều 1"}],
    "contact": {"owner": "Sở", "responsible": "Trưởng ban", "basis": "Điều 2"},
    "about": "Cổng để thử.",
    "fields": [{"id": "tin", "title": "Tin tức"}, {"id": "van-ban", "title": "Văn bản"}],
    "posts": [
        _post("tb", "head", "Trưởng ban"),
        _post("ptb", "deputy", "Phó Trưởng ban"),
        _post("tk", "secretary", "Thư ký"),
        _post("tvt", "member", "Thành viên tin tức", fields=["tin"]),
        _post("tvv", "member", "Thành viên văn bản", fields=["van-ban"]),
        _post("ctv", "contributor", "Cộng tác viên"),
        _post("vh", "operator", "Đơn vị vận hành"),
        _post("qt", "admin", "Quản trị"),
    ],
    "steps": [
        _rule("bt", title="Biên tập", role="member", by_field=True),
        _rule("pd", title="Phê duyệt", role="head"),
    ],
    "delegations": [
        _rule("uq", role="head", to=["deputy"], text="Phó thay Trưởng ban."),
        _rule("uq-qt", role="admin", to=["secretary"], text="Thư ký giữ quản trị."),
        _rule("uq-tv", role="member", to=["member"], text="Thành viên thay nhau."),
    ],
    "groups": [{"slug": "bai", "title": "Bài"}],
    "sections": [
        _rule(section, title=section, summary="…", type="article", group="bai", field=field)
        for section, field in (("tin-tuc", "tin"), ("tin-anh", "tin"), ("quyet-dinh", "van-ban"))
    ],
    "grounds": [
        _rule("sai-su-that", title="Không đúng sự thật"),
        _rule("ly-do-cu", title="Lý do cũ", valid_to=dt.date(2025, 12, 31)),
    ],
}
"""Member by field, then head; the deputy may stand in for the head."""

THU: dict[str, Any] = MAU | {
    "id": "thu",
    "short_name": "Huyện Thử",
    "fields": [{"id": "chung", "title": "Chung"}],
    "posts": [
        _post("tb", "head", "Trưởng ban Thử"),
        _post("ptb", "deputy", "Phó Trưởng ban Thử"),
        _post("tv", "member", "Thành viên Thử", fields=["chung"]),
        _post("vh", "operator", "Vận hành Thử"),
    ],
    "delegations": [],
    "sections": [
        _rule("tin-tuc", title="Tin", summary="…", type="article", group="bai", field="chung")
    ],
    "grounds": [_rule("ngoai-pham-vi", title="Ngoài phạm vi")],
}
"""A second portal: no delegation at all."""


def portal(raw: Mapping[str, Any], **changes: Any) -> Portal:
    """A portal out of its regulation as data, some of it changed."""
    regulation = Regulation.model_validate({**raw, **changes})
    return Portal(regulation, {}, WorkCalendar(), Path())


def changed(raw: Mapping[str, Any], key: str, rule_id: str, **changes: Any) -> list[Any]:
    """A list of rules with one of them changed."""
    return [rule | changes if rule["id"] == rule_id else rule for rule in raw[key]]


REGULATIONS = {"mau": portal(MAU), "thu": portal(THU)}

# --- The people -----------------------------------------------------------------------------------


def person(name: str, *logins: str, bot: bool = False) -> Person:
    """Somebody whose login and e-mail address follow from the name."""
    return Person(name, frozenset({name, *logins}), frozenset({f"{name}@mau.example"}), bot)


def holding(name: str, role: Role, fields: Iterable[str] = (), at: str = "mau", **rest: Any) -> Any:
    """Somebody holds a role, for long."""
    since = rest.pop("since", LONG_AGO)
    return Holding(PEOPLE[name], role, at, since, fields=frozenset(fields), **rest)


PEOPLE = {
    p.id: p
    for p in (
        person("mai", "mai-2"),  # member for news, under two logins
        person("lan"),  # another member for news
        person("binh"),  # member for documents
        person("truong"),  # head
        person("pho"),  # deputy
        person("ky"),  # secretary
        person("van"),  # operator
        person("quan"),  # administrator
        person("cong"),  # contributor: wrote the proposal
        person("ca-hai"),  # member for news and head at once
        person("nghi"),  # member for news, suspended
        person("cuu"),  # member for news until half an hour before NOW
        person("moi"),  # member for news since half an hour before NOW
        person("nguoi-khac"),  # known, holds nothing
        person("hoa"),  # member at the other portal
        person("dung"),  # head of the other portal
        person("dien"),  # operator of the other portal
        person("may", bot=True),  # a program, which somebody made a member and head
    )
}

HOLDINGS = (
    holding("mai", Role.MEMBER, ["tin"]),
    holding("lan", Role.MEMBER, ["tin"]),
    holding("binh", Role.MEMBER, ["van-ban"]),
    holding("truong", Role.HEAD),
    holding("pho", Role.DEPUTY),
    holding("ky", Role.SECRETARY),
    holding("van", Role.OPERATOR),
    holding("quan", Role.ADMIN),
    holding("cong", Role.CONTRIBUTOR),
    holding("ca-hai", Role.MEMBER, ["tin"]),
    holding("ca-hai", Role.HEAD),
    holding("nghi", Role.MEMBER, ["tin"], suspended=True),
    holding("cuu", Role.MEMBER, ["tin"], until=t(90)),
    holding("moi", Role.MEMBER, ["tin"], since=t(90)),
    holding("hoa", Role.MEMBER, ["chung"], at="thu"),
    holding("dung", Role.HEAD, at="thu"),
    holding("dien", Role.OPERATOR, at="thu"),
    holding("may", Role.MEMBER, ["tin"]),
    holding("may", Role.HEAD),
)


@dataclass(frozen=True)
class FakeStaff:
    """A staff list in memory. It answers with what is on record, and judges nothing."""

    people: Sequence[Person] = tuple(PEOPLE.values())
    held: Sequence[Holding] = HOLDINGS
    grants: Sequence[Grant] = ()

    def person_of_login(self, login: str) -> Person | None:
        assert login == fold_name(login) != ""
        return next((p for p in self.people if login in map(fold_name, p.logins)), None)

    def person_of_email(self, email: str) -> Person | None:
        assert email == fold_name(email) != ""
        return next((p for p in self.people if email in map(fold_name, p.emails)), None)

    def holdings(self, person: Person, at: dt.datetime) -> Iterable[Holding]:
        assert at.tzinfo is not None
        return [each for each in self.held if each.person == person]

    def delegations(self, at: dt.datetime) -> Iterable[Grant]:
        assert at.tzinfo is not None
        return self.grants


def grant(
    grantor: str = "truong",
    delegate: str = "pho",
    role: Role = Role.HEAD,
    at: str = "mau",
    since: dt.datetime = LONG_AGO,
    until: dt.datetime | None = None,
    recorded_at: dt.datetime = LONG_AGO,
    revoked_at: dt.datetime | None = None,
) -> Grant:
    """A delegation; from the head to the deputy and good for a day more unless said otherwise."""
    until = until or NOW + dt.timedelta(days=1)
    who, whom = PEOPLE[grantor], PEOPLE[delegate]
    return Grant(who, whom, role, at, since, until, recorded_at, revoked_at)


# --- Proposals and reviews ------------------------------------------------------------------------

NEWS = ChangedFile("content/mau/tin-tuc/2026/hop-ban.md")
PAPER = ChangedFile("content/mau/quyet-dinh/2026/so-1.md")
PICTURE = ChangedFile("content/mau/media/anh.jpg")
TABLE = ChangedFile("content/mau/data/bang.csv")
OTHER = ChangedFile("content/thu/tin-tuc/2026/le-hoi.md")
RULES = ChangedFile("content/mau/portal.yml")
THEME = ChangedFile("theme/templates/base.html")


def said(who: str, minute: int, verdict: Verdict, commit: str = HEAD, **rest: Any) -> Review:
    """A review, so many minutes after ten."""
    return Review(who, verdict, commit, t(minute), **rest)


def yes(who: str, minute: int, commit: str = HEAD, **rest: Any) -> Review:
    """An approval."""
    return said(who, minute, Verdict.APPROVE, commit, **rest)


def no(who: str, minute: int, commit: str = HEAD, **rest: Any) -> Review:
    """A request for changes; a refusal when it has a ground."""
    return said(who, minute, Verdict.REQUEST_CHANGES, commit, **rest)


def commit(
    commit_id: str = HEAD,
    author: str = "cong@mau.example",
    committer: str = "cong@mau.example",
    co_authors: Iterable[str] = (),
) -> Commit:
    """A commit, by the contributor unless said otherwise."""
    return Commit(commit_id, author, committer, tuple(co_authors))


def proposal(*reviews: Review, **changes: Any) -> Proposal:
    """The contributor proposes an article of news, unless said otherwise."""
    given: dict[str, Any] = {
        "id": "7",
        "title": "Họp ban",
        "author": "cong",
        "base": BASE,
        "head": HEAD,
        "commits": (commit(),),
        "files": (NEWS,),
        "opened": t(-60),
        "updated": t(0),
    }
    return Proposal(reviews=reviews, **given | changes)


def judge(
    *reviews: Review,
    grants: Sequence[Grant] = (),
    regulations: Mapping[str, Portal] = REGULATIONS,
    held: Sequence[Holding] = HOLDINGS,
    now: dt.datetime = NOW,
    **changes: Any,
) -> Decision:
    """What the gate says of ``proposal(*reviews, **changes)``."""
    staff = FakeStaff(held=held, grants=grants)
    return decide(regulations, proposal(*reviews, **changes), staff, now)
