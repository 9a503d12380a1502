"""A form that takes messages, and what was typed into it, on its way to be kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException

from regulation.findings import Finding, Refused
from regulation.forms import HONEYPOT, FieldKind, MessageForm, can_be_sealed, form_for, load_forms
from regulation.model import MessageKind
from relay.cases.routing import Routed, routed
from relay.context import Context
from relay.intake import tokens
from relay.intake.fields import Fault
from relay.rules import Draft
from relay.store.values import NewFile

ABOUT = "ve"
TOKEN, PROOF, ONE_STEP, EDIT = "token", "altcha", "mot-buoc", "sua"
PROMISED = "hua-ma-hoa"
"""The page said that what is sent is sealed."""
BESIDE = frozenset({HONEYPOT, TOKEN, PROOF, ONE_STEP, EDIT, PROMISED})
"""Names that come beside the form's own."""

_NOT_OPEN = "Dự thảo này không nhận góp ý lúc này: chưa mở hoặc đã hết thời gian lấy ý kiến."
_SEALED_NO_MORE = (
    "Từ lúc bạn mở trang, quy định đã đổi: nội dung gửi ở đây không còn được mã hóa, người giải "
    "quyết ở cơ quan nhận đọc được. Chưa có gì được lưu. Chỉ gửi lại nếu bạn đồng ý như vậy."
)
_NO_KEYS = (
    "Cổng chưa có khóa niêm phong của cơ quan nhận nên chưa nhận loại thư này qua mạng. Hãy gửi "
    "đơn trực tiếp hoặc qua bưu điện theo địa chỉ ghi trên trang."
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A form that takes messages today.

    Attributes:
        form: The form.
        to: Where its messages go, before anybody has chosen an agency.
    """

    form: MessageForm
    to: Routed

    @property
    def file_fields(self) -> frozenset[str]:
        """Names of the fields that take files."""
        return frozenset(f.name for f in self.form.fields if f.kind is FieldKind.FILES)

    @property
    def names(self) -> frozenset[str]:
        """Names that values may have."""
        return (self.form.names - self.file_fields) | BESIDE

    @property
    def file_field(self) -> str:
        """The name of the first of them; empty when it takes none."""
        return min(self.file_fields, default="")

    @property
    def most_files(self) -> int:
        """How many files it takes."""
        return sum(f.max or 0 for f in self.form.fields if f.kind is FieldKind.FILES)


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it came back, on its way to be kept.

    Attributes:
        opened: The form.
        values: The form's own values, cleaned.
        files: What came with it, or was held for it.
        about: The draft it is about.
        marks: What else was seen (``tokens``).
    """

    opened: Opened
    values: Mapping[str, str] = field(repr=False)
    files: tuple[NewFile, ...] = ()
    about: Draft | None = None
    marks: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Of all that is sent."""
        return tokens.digest(self.values, [file.content for file in self.files])


def opened_form(context: Context, kind: MessageKind | None) -> Opened:
    """The form of a kind of message.

    Raises:
        HTTPException: There is no such form.
        Refused: It takes no messages here today.
    """
    if kind is None:
        raise HTTPException(404)
    form = form_for(context.portal, kind, context.today)
    # Where the portal has no route for it, this says so in words.
    to = routed(context.portal, kind, agency="", on=context.today)
    if form is None or not can_be_sealed(context.portal, to.route, context.today):
        raise Refused([Finding(context.portal.id, _NO_KEYS)])
    return Opened(form, to)


def routed_of(context: Context, typed: Typed) -> Routed:
    """Where a message goes, with what was chosen in it."""
    agencies = (
        typed.values.get(each.name, "")
        for each in typed.opened.form.fields
        if each.kind is FieldKind.AGENCY
    )
    return routed(
        context.portal,
        typed.opened.form.kind,
        agency=next(agencies, ""),
        owner=typed.about.agency if typed.about else "",
        on=context.today,
    )


def draft_of(context: Context, values: Mapping[str, str]) -> Draft | None:
    """The draft that a message is about."""
    return context.draft(values[ABOUT]) if ABOUT in values else None


def about_faults(
    context: Context, opened: Opened, values: Mapping[str, str], draft: Draft | None
) -> Iterable[Fault]:
    """Why a message cannot be about what it is about."""
    is_open = draft is not None and draft.is_open(context.today)
    if ABOUT in opened.form.names and ABOUT in values and not is_open:
        yield Fault("", _NOT_OPEN)


def sealed_no_more(opened: Opened, promised: bool) -> list[Fault]:
    """What is told to whoever was promised that it is sealed, and it would not be.

    Args:
        opened: The form as it is now.
        promised: Whether the page that was sent said that it is sealed.
    """
    return [Fault("", _SEALED_NO_MORE)] if promised and not opened.to.route.sealed else []


def own(opened: Opened, values: Mapping[str, str]) -> dict[str, str]:
    """The form's own values among those that came."""
    return {name: text for name, text in values.items() if name in opened.form.names}


def kind_named(name: str) -> MessageKind | None:
    """The kind of message with this name."""
    return next((kind for kind in load_forms() if kind == name), None)
