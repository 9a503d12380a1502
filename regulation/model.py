"""What a regulation (quy chế) says, as plain frozen values.

Each rule stands once, with the article and clause it rests on (``basis``, căn cứ) and the days
between which it is in force. The values here know nothing of files, Git, the network or the
clock; the questions asked of them are in ``regulation.portal``.
"""

import datetime as dt
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from regulation.calendar import Duration, Unit
from regulation.reading import Day
from regulation.recipients import recipient
from regulation.vietnamese import nfc

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


def _identifier(value: str) -> str:
    if not ID.match(value):
        raise ValueError(
            f"Mã “{value}” chỉ được gồm chữ thường không dấu, chữ số và dấu gạch nối, "
            "ví dụ so-noi-vu."
        )
    return value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_text(value: Any) -> Any:
    """A number written without quotation marks where text is meant (a telephone, a year)."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _one_line(value: str) -> str:
    return nfc(" ".join(value.split()))


def is_web_address(text: str) -> bool:
    """Whether a text is a full address on the web: a scheme, a host and no blank."""
    try:
        parts = urlsplit(text)
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        return False
    named = "." in (parts.hostname or "").strip(".")
    whole = parts.scheme in ("http", "https") and named and not parts.username
    return whole and port_is_one and not re.search(r"[\s\\]", text)


def _web(value: str) -> str:
    if not is_web_address(value):
        raise ValueError(
            f"Địa chỉ “{value}” không phải địa chỉ đầy đủ của một trang; hãy viết bắt đầu bằng "
            "https:// và không có dấu cách, ví dụ https://quangnam.gov.vn."
        )
    return value


def _host(value: str) -> str:
    parts = urlsplit(_web(value))
    if parts.path not in ("", "/") or parts.query or parts.fragment or value[-1] in "?#":
        raise ValueError(
            f"Địa chỉ của cổng “{value}” chỉ được gồm https:// và tên miền; hãy bỏ phần từ dấu "
            "“/” sau tên miền trở đi."
        )
    return value.rstrip("/")


_OWN_PAGE = re.compile(r"/(?:[a-z0-9-]+/)*(?:#[A-Za-z0-9_-]+)?\Z")


def _page_or_web(value: str) -> str:
    if not _OWN_PAGE.match(value) and not is_web_address(value):
        raise ValueError(
            f"Địa chỉ “{value}” không dùng được; hãy viết đường dẫn trên cổng có dấu “/” ở hai "
            "đầu, ví dụ /lien-he/, hoặc địa chỉ đầy đủ bắt đầu bằng https://."
        )
    return value


_EMAIL = re.compile(r"[\w.%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\Z", re.A)
_PHONE = re.compile(r"[+(]?[0-9][0-9 .()–-]*(?: \(?(?:máy lẻ|số máy lẻ|ext\.?) [0-9]+\)?)?\Z")


def _email(value: str) -> str:
    if not _EMAIL.match(value):
        raise ValueError(
            f"“{value}” không phải địa chỉ thư điện tử; hãy viết như hopthu@quangnam.gov.vn, mỗi "
            "địa chỉ một dòng."
        )
    return value


def _phone(value: str) -> str:
    for number in re.split(r"[,;/]", value):
        # Short numbers such as 1022 are called too; the longest there is has fifteen figures.
        if not _PHONE.match(number.strip()) or not 3 <= sum(map(str.isdigit, number)) <= 20:
            raise ValueError(
                f"“{value}” không phải số điện thoại; hãy viết như 0235 3852 739, các số cách nhau "
                "bằng dấu phẩy."
            )
    return value


Id = Annotated[str, AfterValidator(_identifier)]
Line = Annotated[str, BeforeValidator(_as_text), AfterValidator(_one_line), Field(min_length=1)]
Basis = Annotated[tuple[Line, ...], BeforeValidator(_listed), Field(min_length=1)]
Web = Annotated[Line, AfterValidator(_web)]
Host = Annotated[Line, AfterValidator(_host)]
PageOrWeb = Annotated[Line, AfterValidator(_page_or_web)]
Ids = Annotated[tuple[Id, ...], BeforeValidator(_listed)]
Recipient = Annotated[Line, AfterValidator(recipient)]
Email = Annotated[Line, AfterValidator(_email)]
Phone = Annotated[Line, AfterValidator(_phone)]
# Ten years in days: longer terms are counted in months, and no text counts more of any unit.
Amount = Annotated[int, Field(strict=True, ge=0, le=3660)]


class Value(BaseModel):
    """A frozen value that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Words(Value):
    """The same words in each language of the portal; Vietnamese is always there."""

    vi: Line
    en: Annotated[str, AfterValidator(_one_line)] = ""

    @model_validator(mode="before")
    @classmethod
    def _vietnamese_alone(cls, value: Any) -> Any:
        return {"vi": value} if isinstance(value, str | int) else value

    def say(self, lang: str) -> str:
        """The words in ``lang``; in Vietnamese when there are none."""
        return (self.en if lang == "en" else "") or self.vi

    def has(self, lang: str) -> bool:
        """Whether the words exist in ``lang`` itself."""
        return lang == "vi" or (lang == "en" and bool(self.en))

    def __str__(self) -> str:
        return self.vi


NO_WORDS = Words.model_construct(vi="", en="")


class Rule(Value):
    """A rule of the regulation.

    Attributes:
        id: Stable for ever. Clause numbers are not: Lào Cai's text has two Điều 12.
        basis: Căn cứ, as people read it: "Điều 8.1.c Quy chế".
        valid_from: First day in force; none means since the regulation itself.
        valid_to: Last day in force; none means until it is amended.
        note: What a reader should know besides, such as that a cited law was replaced.
    """

    id: Id
    basis: Basis
    valid_from: Day | None = None
    valid_to: Day | None = None
    note: Words = NO_WORDS

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Rule":
        _check_order(self.valid_from, self.valid_to)
        return self

    def in_force(self, on: dt.date) -> bool:
        """Whether the rule binds on the day ``on``."""
        return _covers(self.valid_from, self.valid_to, on)


def _check_order(first: dt.date | None, last: dt.date | None) -> None:
    if first and last and last < first:
        raise ValueError(f"Ngày hết hiệu lực {last} đứng trước ngày có hiệu lực {first}.")


def _covers(first: dt.date | None, last: dt.date | None, on: dt.date) -> bool:
    return (first is None or first <= on) and (last is None or on <= last)


class AgencyKind(StrEnum):
    """What kind of body an agency (cơ quan) is."""

    COMMITTEE = "committee"  # Ủy ban nhân dân tỉnh
    DEPARTMENT = "department"  # sở, ban, ngành
    OFFICE = "office"  # văn phòng
    UNIT = "unit"  # đơn vị sự nghiệp, trung tâm
    VERTICAL = "vertical"  # cơ quan ngành dọc: thuế, thống kê, kho bạc
    STEERING = "steering"  # ban chỉ đạo
    GROUP = "group"  # nhiều cơ quan gọi chung: UBND các huyện
    CENTRAL = "central"  # cơ quan trung ương
    PARTY = "party"  # cơ quan Đảng, Mặt trận, đoàn thể
    OTHER = "other"


class Agency(Value):
    """A body that owns sections, provides material and answers citizens.

    Provinces merge and departments are regrouped: an agency has a first and a last day and names
    who took its work over. ``checked`` is false for what was not read in an official text yet; it
    routes messages but is not told to citizens as a fact.
    """

    id: Id
    name: Words
    short: Words = NO_WORDS
    kind: AgencyKind
    valid_from: Day | None = None
    valid_to: Day | None = None
    successor: Id | None = None
    successor_basis: str = ""
    checked: bool = True
    head: Line | None = None
    address: Words = NO_WORDS
    phone: Phone | None = None
    fax: Phone | None = None
    email: Email | None = None
    url: Web | None = None
    basis: Annotated[tuple[Line, ...], BeforeValidator(_listed)] = ()

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Agency":
        _check_order(self.valid_from, self.valid_to)
        return self

    def exists(self, on: dt.date) -> bool:
        """Whether the agency was there on the day ``on``."""
        return _covers(self.valid_from, self.valid_to, on)


class Role(StrEnum):
    """What a post may do (vai trò)."""

    HEAD = "head"  # Trưởng ban
    DEPUTY = "deputy"  # Phó Trưởng ban
    SECRETARY = "secretary"  # Thư ký
    MEMBER = "member"  # thành viên
    CONTRIBUTOR = "contributor"  # cộng tác viên
    ADMIN = "admin"  # quản trị
    OPERATOR = "operator"  # đơn vị vận hành


class Duty(Value):
    """Something a post has to do, with its clause."""

    text: Line
    basis: Basis


class Post(Rule):
    """A post (chức danh) on the board or beside it: never a person (G5)."""

    role: Role
    title: Words
    held_by: Words
    agency: Id | None = None
    fields: Ids = ()
    tasks: tuple[Duty, ...] = ()


class ReviewField(Value):
    """A field (lĩnh vực) for which a member of the board reviews."""

    id: Id
    title: Words


class Step(Rule):
    """One step of the way to publication.

    ``by_field`` asks for a reviewer of the section's own field; ``distinct`` that whoever takes
    the step took none before it.
    """

    title: Words
    role: Role
    by_field: bool = False
    distinct: bool = True


class Delegation(Rule):
    """Who may hand over which role to whom (ủy quyền)."""

    role: Role
    to: Annotated[tuple[Role, ...], BeforeValidator(_listed)] = ()
    text: Words


class Urgent(Rule):
    """Who may take something down at once (gỡ khẩn), and by when the board must have approved it.

    What is taken down stays down while the proposal to withdraw it is open, and no longer.
    """

    text: Words
    roles: Annotated[tuple[Role, ...], BeforeValidator(_listed), Field(min_length=1)]
    amount: Annotated[Amount, Field(ge=1)]
    unit: Unit

    @property
    def duration(self) -> Duration:
        """How long the board has."""
        return Duration(self.amount, self.unit)


class Event(StrEnum):
    """What sets a clock going."""

    ISSUED = "issued"  # văn bản được ký ban hành
    HAPPENED = "happened"  # sự kiện diễn ra
    APPROVED = "approved"  # được phê duyệt
    CREATED = "created"  # thông tin được tạo ra
    RECEIVED = "received"  # tiếp nhận
    ACCEPTED = "accepted"  # thụ lý đơn khiếu nại, tố cáo
    PUBLISHED = "published"  # đăng tải
    OPENED = "opened"  # bắt đầu lấy ý kiến
    CHANGED = "changed"  # thông tin thay đổi


class Bearer(StrEnum):
    """Whom a deadline binds, where the rule tells agencies apart."""

    ANYONE = "anyone"
    ISSUER = "issuer"  # cơ quan ban hành văn bản
    OTHERS = "others"  # cơ quan thuộc phạm vi điều chỉnh


class Until(StrEnum):
    """What stops the clock of a case (vụ việc)."""

    ANSWERED = "answered"  # trả lời, hoặc từ chối có lý do
    ACCEPTED = "accepted"  # thụ lý, hoặc nói vì sao không thụ lý
    TOLD = "told"  # báo người gửi: đã chuyển, thụ lý, từ chối hoặc trả lời
    PUBLISHED = "published"  # câu trả lời được đăng; "tiếp nhận" khi ấy là nhận câu trả lời
    NEVER = "never"  # chỉ nêu cho người đọc, không đo


class Deadline(Rule):
    """By when something is due (thời hạn), counted from an event.

    ``binds`` says whether the rule is for the body that issued a document or for the others;
    ``bearer`` says the same in words. ``before`` says that the clock runs backwards: so long
    before the event, at the latest. The pages tell such a rule; nothing is measured by it.
    ``until`` says what a case must reach by then.
    """

    title: Words
    event: Event
    amount: Amount = 0
    unit: Unit
    before: bool = False
    until: Until = Until.ANSWERED
    binds: Bearer = Bearer.ANYONE
    bearer: Words = NO_WORDS

    @model_validator(mode="after")
    def _a_real_duration(self) -> "Deadline":
        Duration(self.amount, self.unit)  # says itself what is wrong
        if self.before and not self.amount:
            raise ValueError("Thời hạn báo trước (before: true) phải kèm số; hãy ghi amount.")
        return self

    @property
    def duration(self) -> Duration:
        """How long the clock runs."""
        return Duration(self.amount, self.unit)


class Group(Value):
    """A heading of the menu, with a page of its own that lists its sections."""

    slug: Id
    title: Words
    summary: Words = NO_WORDS


class Section(Rule):
    """A section (chuyên mục): one kind of content, its owners, its reviewer, its deadline.

    ``id`` is the folder and the URL. ``owners`` may submit there and nobody else (G2); an empty
    tuple means every member agency. ``deadlines`` name rules of the portal. ``duties`` are the
    ids of duties.yml that the section proves.
    """

    title: Words
    summary: Words
    type: Line
    group: Id
    owners: Ids = ()
    field: Id
    deadlines: Ids = ()
    mandatory: bool = True
    duties: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    external: Web | None = None

    @property
    def slug(self) -> str:
        """The section's part of the URL."""
        return self.id


class Ground(Rule):
    """A ground for refusal (lý do từ chối); the list is closed (S8)."""

    title: Words


MessageKind = Literal[
    "question",  # câu hỏi
    "feedback",  # phản ánh
    "petition",  # kiến nghị
    "complaint",  # khiếu nại
    "denunciation",  # tố cáo
    "comment",  # góp ý dự thảo
    "rating",  # đánh giá
    "survey",  # trả lời khảo sát
    "letter",  # thư gửi Ban Biên tập
    "information-request",  # yêu cầu cung cấp thông tin
]


class Route(Rule):
    """Where a citizen's message goes, who answers, by when, and what is published.

    ``to`` is "field" (the agency that answers for the matter), "owner" (of the section or draft
    it is about) or an agency's id. ``escalation`` is the way up for what is beyond the unit.
    """

    kinds: Annotated[tuple[MessageKind, ...], BeforeValidator(_listed), Field(min_length=1)]
    title: Words
    receiver: Id
    to: Id
    answered_by: Words = NO_WORDS
    written: bool = False
    deadlines: Ids = ()
    escalation: Ids = ()
    publish: Words = NO_WORDS
    sealed: bool = False
    told: Words = NO_WORDS


class Sealing(Rule):
    """A public key that sealed messages (``Route.sealed``) are encrypted to (niêm phong).

    Attributes:
        agency: Whose key it is: the unit that opens what is sent to it or to whom it succeeds;
            of a recovery key, who keeps it.
        recipient: An age X25519 public key. The private half is never in this repository, nor on
            the machine that takes messages.
        recovery: Opens what is sealed to any unit, kept offline for the day on which a unit has
            lost its own.
    """

    agency: Id
    recipient: Recipient
    recovery: bool = False


class Keeping(Rule):
    """How long something is kept (lưu trữ).

    A number with its unit, ``for_ever`` (vĩnh viễn), or the words of the text (``term``). None of
    them: the text sets no term and the State's rules on archives are followed.
    """

    title: Words
    what: Literal["content", "accounts", "contacts", "backups", "records"]
    amount: Annotated[Amount, Field(ge=1)] | None = None
    unit: Unit | None = None
    for_ever: bool = False
    term: Words = NO_WORDS

    @model_validator(mode="after")
    def _one_term(self) -> "Keeping":
        if (self.amount is None) is not (self.unit is None):
            raise ValueError("Thời hạn lưu cần cả số (amount) và đơn vị (unit).")
        if (self.amount is not None) + self.for_ever + bool(self.term.vi) > 1:
            raise ValueError("Chỉ ghi một trong ba: amount và unit, for_ever, hoặc term.")
        return self


class Royalty(Rule):
    """Royalties and fees (nhuận bút, thù lao): who pays whom, by what scale, who sets it."""

    title: Words
    payer: Id | None = None
    set_by: Words = NO_WORDS
    receivers: Words = NO_WORDS


class Every(StrEnum):
    """How often something comes round."""

    ALWAYS = "always"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    HALF_YEAR = "half-year"
    YEAR = "year"
    WHEN_NEEDED = "when-needed"


class Obligation(Rule):
    """Something that must be done again and again, by whom, how often."""

    kind: Literal[
        "uptime",
        "backup",
        "security",
        "report",
        "quota",
        "meeting",
        "review",
        "training",
        "estimate",
        "incident",
        "accounts",
        "audit",
    ]
    who: Words
    what: Words
    every: Every
    times: Annotated[int, Field(strict=True, ge=1, le=366)] = 1


class Intake(Rule):
    """A way by which material reaches the board (cung cấp thông tin)."""

    kind: Literal["account", "link", "email", "post", "office-system", "integration"]
    title: Words
    address: Line | None = None


Stated = Literal[
    "organisation",  # tổ chức
    "contact",  # thư điện tử hoặc địa chỉ liên lạc
    "phone",  # số điện thoại
]
"""What a regulation may want to know of whoever provides information, besides their name (S3)."""


class Clause(Rule):
    """A rule that is told in words: what must stand on every item, what is forbidden.

    ``states`` is what nobody gets an account without (kind "provider").
    """

    kind: Literal[
        "attribution",
        "encoding",
        "provider",
        "format",
        "principle",
        "forbidden",
        "privacy",
        "advertising",
        "consultation",
        "amendment",
        "accounts",
        "form",
        "language",
    ]
    text: Words
    allowed: bool | None = None
    states: Annotated[tuple[Stated, ...], BeforeValidator(_listed)] = ()

    @model_validator(mode="after")
    def _of_providers(self) -> "Clause":
        if self.states and self.kind != "provider":
            raise ValueError(
                "Chỉ quy định về người cung cấp (kind: provider) mới ghi states; hãy bỏ states."
            )
        return self


class Language(Value):
    """A language of the portal, with the clause that makes it one."""

    code: Literal["vi", "en"]
    basis: Basis


class Task(Value):
    """One of the things people come for, or another place where it is done."""

    title: Words
    text: Words
    url: PageOrWeb


class Contact(Value):
    """How to reach the portal; who answers for it is a post, not a person.

    ``elsewhere`` are the State's own channels that take messages too.
    """

    owner: Words
    responsible: Words
    address: Words = NO_WORDS
    phone: Phone | None = None
    fax: Phone | None = None
    emails: Annotated[tuple[Email, ...], BeforeValidator(_listed)] = ()
    elsewhere: tuple[Task, ...] = ()
    basis: Basis

    @property
    def reachable(self) -> bool:
        """Whether a message can be sent here at all."""
        return bool(self.address.vi or self.phone or self.emails)


class Voice(Value):
    """How citizens write to the portal.

    ``online`` says that a relay takes messages at /y-kien/ of the portal's own address. A site that
    is published where there is none shows no form: it would lead nowhere.
    """

    online: bool = False


NO_VOICE = Voice()


class Act(Value):
    """The decision by which the regulation was issued.

    ``item`` is the id of the published item that describes it.
    """

    number: Line
    date: Day
    issuer: Id
    title: Words
    valid_from: Day
    valid_to: Day | None = None
    replaces: Line | None = None
    item: Id | None = None


_HEX = re.compile(r"#[0-9a-f]{6}\Z")


def _colour(value: str) -> str:
    if not _HEX.match(value):
        raise ValueError(f"Màu “{value}” phải viết dạng #0b5c8a (dấu # và sáu chữ số hệ 16).")
    return value


_MARK = re.compile(r"[a-z0-9-]+\.(?:svg|png|webp)\Z")


def _mark(value: str) -> str:
    if not _MARK.match(value):
        raise ValueError(
            f"Tên tệp biểu trưng “{value}” phải gồm chữ thường không dấu và đuôi .svg, .png hoặc "
            ".webp, ví dụ mark.svg; tệp nằm cạnh portal.yml."
        )
    return value


class Look(Value):
    """The portal's accent on a light and on a dark ground, and its mark."""

    accent: Annotated[str, AfterValidator(_colour)]
    accent_dark: Annotated[str, AfterValidator(_colour)]
    mark: Annotated[str, AfterValidator(_mark)] = "mark.svg"


class Regulation(Value):
    """A whole ``portal.yml``: every rule of one portal, in the order a reader meets them."""

    id: Id
    name: Words
    short_name: Words
    url: Host
    look: Look
    act: Act
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    contact: Contact
    voice: Voice = NO_VOICE
    about: Words
    tasks: tuple[Task, ...] = ()
    fields: Annotated[tuple[ReviewField, ...], Field(min_length=1)]
    posts: Annotated[tuple[Post, ...], Field(min_length=1)]
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    delegations: tuple[Delegation, ...] = ()
    urgent: tuple[Urgent, ...] = ()
    groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    deadlines: tuple[Deadline, ...] = ()
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    intake: tuple[Intake, ...] = ()
    grounds: tuple[Ground, ...] = ()
    routes: tuple[Route, ...] = ()
    sealing: tuple[Sealing, ...] = ()
    keeping: tuple[Keeping, ...] = ()
    royalties: tuple[Royalty, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    clauses: tuple[Clause, ...] = ()


RULE_LISTS: Mapping[str, str] = {
    "posts": "Chức danh",
    "steps": "Bước đăng tải",
    "delegations": "Ủy quyền",
    "urgent": "Gỡ khẩn",
    "deadlines": "Thời hạn",
    "sections": "Chuyên mục",
    "intake": "Cách cung cấp thông tin",
    "grounds": "Lý do từ chối",
    "routes": "Nơi chuyển phản ánh",
    "sealing": "Khóa niêm phong",
    "keeping": "Lưu trữ",
    "royalties": "Nhuận bút, thù lao",
    "obligations": "Việc định kỳ",
    "clauses": "Quy định khác",
}
"""The lists of rules in a ``Regulation``, and what each is called."""
