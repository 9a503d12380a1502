"""The forms (biểu mẫu) by which citizens write, one a kind of message, read from ``forms.yml``.

The pages draw them and the relay checks by them, so that nothing is asked that is not taken and
nothing taken that is not asked.
"""

import datetime as dt
import functools
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from regulation.content_types import DATA
from regulation.findings import Finding, Refused
from regulation.model import NO_WORDS, Agency, AgencyKind, Id, MessageKind, Route, Value, Words
from regulation.portal import Portal
from regulation.reading import build, read_yaml

CONTACT = ("ho-ten", "dia-chi", "dien-thoai", "thu")
"""Names of the fields that tell who somebody is and how to reach them: kept apart, and deleted."""

TRACK = "/tra-cuu-y-kien/"
"""The page that asks for a tracking code."""

HONEYPOT = "website"
"""A field that people never see; what fills it in is a machine."""

SCORES: Mapping[str, Words] = {
    "5": Words(vi="Rất hài lòng", en="Very satisfied"),
    "4": Words(vi="Hài lòng", en="Satisfied"),
    "3": Words(vi="Bình thường", en="Neither"),
    "2": Words(vi="Không hài lòng", en="Dissatisfied"),
    "1": Words(vi="Rất không hài lòng", en="Very dissatisfied"),
}
"""What a field of the kind ``score`` may hold, the best first."""

TICKED = "co"
"""What a field of the kind ``consent`` holds when it is ticked; otherwise it does not come."""

FILE_MEGABYTES = 7
FILE_BYTES = FILE_MEGABYTES * 1_000_000
"""How large a file may be, in bytes: a megabyte as people and telephones count it."""

FILE_ENDINGS = (".pdf", ".jpg", ".jpeg", ".png", ".docx", ".odt")
"""How the names of files end that are taken."""

CHOSEN = frozenset(
    {
        AgencyKind.COMMITTEE,
        AgencyKind.DEPARTMENT,
        AgencyKind.OFFICE,
        AgencyKind.UNIT,
        AgencyKind.VERTICAL,
        AgencyKind.GROUP,
    }
)
"""Kinds of agencies that a citizen can name: those that answer, not boards and councils."""

# Names that the page and the relay use for themselves beside the form's own.
_TAKEN = frozenset({HONEYPOT, "luc", "token", "altcha", "mot-buoc", "ma"})
_SURVEY_QUESTIONS = 6


class FieldKind(StrEnum):
    """What a field of a form holds."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    EMAIL = "email"
    PHONE = "phone"
    AGENCY = "agency"
    CONSENT = "consent"
    SCORE = "score"
    FILES = "files"
    HIDDEN = "hidden"


_MEASURED = {
    FieldKind.LINE,
    FieldKind.TEXT,
    FieldKind.EMAIL,
    FieldKind.PHONE,
    FieldKind.FILES,
    FieldKind.HIDDEN,
}
_IDENTITY_CARD = re.compile(r"cmnd|cccd|can-cuoc|chung-minh|ho-chieu|dinh-danh")


def _no_identity_card(name: str) -> str:
    if _IDENTITY_CARD.search(name):
        raise ValueError(
            f"Mẫu không được hỏi số căn cước, hộ chiếu (trường “{name}”); hãy bỏ trường này."
        )
    return name


FieldName = Annotated[Id, AfterValidator(_no_identity_card)]


class MessageField(Value):
    """One question of a form.

    Attributes:
        name: The name under which its answer is sent.
        label: The question itself.
        help: What stands under the question; never needed to understand it.
        required: Whether the form is refused without it. A consent is never required.
        needed_with: Required as well when one of these fields has this value.
        max: The most characters of an answer; for files, the most files. 0 where nobody types.
        personal: Whether the answer tells who somebody is.
        why: Why a personal datum is asked; stands at the field.
        choices: What may be chosen, by the value that is sent.
        autocomplete: What browsers may fill in, by HTML's names.
    """

    name: FieldName
    kind: FieldKind
    label: Words
    help: Words = NO_WORDS
    required: bool = False
    needed_with: Mapping[Id, Id] = {}
    max: Annotated[int, Field(strict=True, ge=1, le=20_000)] | None = None
    personal: bool = False
    why: Words = NO_WORDS
    choices: Mapping[Id, Words] = {}
    autocomplete: str = ""

    @model_validator(mode="after")
    def _whole(self) -> "MessageField":
        said = [
            (self.personal and not self.why.vi, "Dữ liệu cá nhân phải ghi vì sao hỏi (why)."),
            (self.name in CONTACT and not self.personal, "Trường này phải có personal: true."),
            (
                (self.kind is FieldKind.CHOICE) is not bool(self.choices),
                "Trường kiểu choice, và chỉ trường ấy, phải có choices.",
            ),
            (
                self.kind is FieldKind.CONSENT and self.required,
                "Sự đồng ý không được bắt buộc; hãy bỏ required.",
            ),
            (
                (self.kind in _MEASURED) is (self.max is None),
                "Trường để gõ hoặc gửi tệp phải có max; trường để chọn thì không.",
            ),
            (self.name in _TAKEN, f"Tên “{self.name}” đã dùng cho việc khác; hãy đổi tên."),
        ]
        if found := [words for wrong, words in said if wrong]:
            raise ValueError(" ".join(found))
        return self

    @property
    def answers(self) -> frozenset[str] | None:
        """The only values the field may have; none where anything may be typed.

        An agency's id is checked against the portal's agencies, not here.
        """
        match self.kind:
            case FieldKind.CHOICE:
                return frozenset(self.choices)
            case FieldKind.SCORE:
                return frozenset(SCORES)
            case FieldKind.CONSENT:
                return frozenset({TICKED})
            case _:
                return None

    def needed(self, values: Mapping[str, str]) -> bool:
        """Whether the field must be filled in beside these answers."""
        return self.required or any(
            values.get(other) == value for other, value in self.needed_with.items()
        )


class MessageForm(Value):
    """The form of one kind of message.

    Attributes:
        kind: The kind of message.
        slug: Its part of the address: /gui-y-kien/<slug>/.
        name: The kind in a word or two.
        title: What the citizen does, as a heading.
        lead: One line for the list of forms.
        button: What the button says.
        told: What must be said before the first field, besides what the route says.
        fields: The questions in their order.
    """

    kind: MessageKind
    slug: Id
    name: Words
    title: Words
    lead: Words
    button: Words
    told: tuple[Words, ...] = ()
    fields: Annotated[tuple[MessageField, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _agrees(self) -> "MessageForm":
        by_name = {field.name: field for field in self.fields}
        found = []
        if len(by_name) != len(self.fields):
            found.append("Một tên trường đứng hai lần; hãy đổi một tên.")
        for field in self.fields:
            for other, value in field.needed_with.items():
                if other not in by_name or value not in (by_name[other].answers or ()):
                    found.append(
                        f"Trường {field.name} chờ {other}: {value}, mà mẫu không có câu trả lời ấy."
                    )
        if self.kind == "survey" and len(self.fields) > _SURVEY_QUESTIONS:
            found.append(f"Khảo sát chỉ được có {_SURVEY_QUESTIONS} câu; hãy bỏ bớt.")
        if self.kind in ("rating", "survey") and any(field.personal for field in self.fields):
            found.append("Đánh giá và khảo sát không hỏi dữ liệu cá nhân; hãy bỏ trường ấy.")
        if found:
            raise ValueError(" ".join(found))
        return self

    @functools.cached_property
    def names(self) -> frozenset[str]:
        """The names of its fields: whatever else comes is refused."""
        return frozenset(field.name for field in self.fields)

    def field(self, name: str) -> MessageField | None:
        """The field with this name; none when the form does not have it."""
        return next((field for field in self.fields if field.name == name), None)

    def missing(self, values: Mapping[str, str]) -> tuple[MessageField, ...]:
        """The fields that must be filled in and are not, in the form's order; files apart."""
        return tuple(
            field
            for field in self.fields
            if field.kind is not FieldKind.FILES
            and field.needed(values)
            and not values.get(field.name, "").strip()
        )


def _as_mapping(value: Any) -> Any:
    """A field named only, as a mapping with its name."""
    return {"name": value} if isinstance(value, str) else value


class _Form(Value):
    """A form as the file writes it: fields that are shared are named only."""

    fields: tuple[Annotated[dict[str, Any], BeforeValidator(_as_mapping)], ...]
    slug: Any = None
    name: Any = None
    title: Any = None
    lead: Any = None
    button: Any = None
    told: Any = None


class _File(Value):
    fields: Mapping[str, Annotated[dict[str, Any], BeforeValidator(lambda v: v)]]
    forms: Mapping[MessageKind, _Form]


def read_forms(path: Path, shown: str) -> Mapping[MessageKind, MessageForm]:
    """Every form in a file, by kind of message.

    Args:
        path: The file.
        shown: Its name in findings.

    Raises:
        Refused: With every mistake in the file; a kind without a form is one.
    """
    document = read_yaml(path, shown)
    file = build(_File, document.value, document, shown)
    found: list[Finding] = []
    for name, shared in file.fields.items():
        try:
            build(MessageField, {**shared, "name": name}, document, shown, ("fields", name))
        except Refused as refused:
            found += refused.findings
    if found:
        raise Refused(found)
    forms: dict[MessageKind, MessageForm] = {}
    for kind, written in file.forms.items():
        said = {key: value for key in written.model_fields_set if (value := getattr(written, key))}
        said["fields"] = [
            {**file.fields.get(str(field.get("name")), {}), **field} for field in written.fields
        ]
        try:
            forms[kind] = build(
                MessageForm, {**said, "kind": kind}, document, shown, ("forms", kind)
            )
        except Refused as refused:
            found += refused.findings
    found += [
        Finding(shown, f"Loại ý kiến “{kind}” chưa có mẫu; hãy thêm vào forms.")
        for kind in get_args(MessageKind)
        if kind not in file.forms
    ]
    slugs = [form.slug for form in forms.values()]
    found += [
        Finding(shown, f"Hai mẫu dùng chung địa chỉ “{slug}”; hãy đổi một địa chỉ.")
        for slug in sorted({slug for slug in slugs if slugs.count(slug) > 1})
    ]
    if found:
        raise Refused(found)
    return forms


@functools.cache
def load_forms() -> Mapping[MessageKind, MessageForm]:
    """The forms that this release of Cổng knows, by kind of message."""
    return read_forms(DATA / "forms.yml", "regulation/data/forms.yml")


def form_for(portal: Portal, kind: MessageKind, on: dt.date) -> MessageForm | None:
    """The form of a kind of message, as a portal has it on a day.

    Returns:
        None when the portal has no route for the kind on the day: such a message has nowhere to go.
    """
    return load_forms()[kind] if portal.routes(kind, on) else None


def chosen_from(portal: Portal, on: dt.date) -> tuple[Agency, ...]:
    """The agencies that a field of the kind ``agency`` lets choose from: those there on the day."""
    return tuple(a for a in portal.agencies.values() if a.kind in CHOSEN and a.exists(on))


def can_be_sealed(portal: Portal, route: Route, on: dt.date) -> bool:
    """Whether a route takes messages on the day: one that is sealed only where its keys are."""
    return not route.sealed or bool(portal.sealed_to(route.to, on))


def kind_of(slug: str) -> MessageKind | None:
    """The kind of message whose form stands at /gui-y-kien/<slug>/; none when there is none."""
    return next((kind for kind, form in load_forms().items() if form.slug == slug), None)


def form_address(form: MessageForm) -> str:
    """The page of a form."""
    return f"/gui-y-kien/{form.slug}/"


def form_addresses(portal: Portal) -> frozenset[str]:
    """The pages that a portal has because a relay takes messages; none where none does."""
    regulation = portal.regulation
    if not regulation.voice.online:
        return frozenset()
    kinds = {kind for route in regulation.routes for kind in route.kinds}
    return frozenset({TRACK, *(form_address(load_forms()[kind]) for kind in kinds)})
