"""What a citizen typed, against the form as data: every fault at once, in words that help."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from regulation.forms import FieldKind, MessageField, MessageForm
from relay.intake import cleaning
from relay.intake.reaching import NotMail, NotPhone, mail, phone


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that the citizen should mend.

    Attributes:
        field: The field's name; empty when it is about the form as a whole.
        message: Vietnamese: what is wrong and what to do.
    """

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed, cleaned.

    Attributes:
        values: Every field of the form that was filled in, cleaned, in the form's order.
        faults: All that is to be mended; empty when the message can go on.
    """

    values: Mapping[str, str] = field(repr=False)
    faults: tuple[Fault, ...]


def checked(form: MessageForm, typed: Mapping[str, str], agencies: Collection[str]) -> Given:
    """What was typed, cleaned and held against the form; files apart.

    A value that has a fault stays among the values as it was typed (cleaned), so that the form is
    drawn with it.

    Args:
        form: The form.
        typed: Values by the field's name.
        agencies: Ids of the agencies that may be chosen.
    """
    values: dict[str, str] = {}
    faults: dict[str, str] = {}
    for each in form.fields:
        if each.kind is FieldKind.FILES:
            continue
        multiline = each.kind is FieldKind.TEXT
        raw = typed.get(each.name, "")
        value = cleaning.text(raw).strip() if multiline else cleaning.line(raw)
        if not value:
            continue
        try:
            values[each.name] = _one(each, value, agencies)
        except ValueError as error:
            values[each.name] = value
            faults[each.name] = str(error)
    for missing in form.missing(values):
        faults[missing.name] = _empty(missing)
    return Given(values, tuple(_in_order(form, faults)))


def _in_order(form: MessageForm, faults: Mapping[str, str]) -> Iterator[Fault]:
    for each in form.fields:
        if each.name in faults:
            yield Fault(each.name, faults[each.name])


def _one(asked: MessageField, value: str, agencies: Collection[str]) -> str:
    """One value, as it is kept.

    Raises:
        ValueError: It cannot be; the text says in Vietnamese what to do.
    """
    label = asked.label.vi
    if asked.max is not None and len(value) > asked.max:
        raise ValueError(
            f"“{label}” dài {_number(len(value))} ký tự, nhiều hơn mức {_number(asked.max)}; hãy "
            f"viết ngắn lại {_number(len(value) - asked.max)} ký tự."
        )
    answers = asked.answers
    if answers is not None and value not in answers:
        raise ValueError(f"Câu trả lời cho “{label}” không có trong các lựa chọn; hãy chọn lại.")
    match asked.kind:
        case FieldKind.AGENCY if value not in agencies:
            raise ValueError(
                "Cơ quan đã chọn không có trong danh sách hoặc không còn hoạt động; hãy chọn lại, "
                "hoặc để trống nếu không biết chắc."
            )
        case FieldKind.EMAIL:
            try:
                return mail(value)
            except NotMail as error:
                raise ValueError(str(error)) from error
        case FieldKind.PHONE:
            try:
                return phone(value)
            except NotPhone as error:
                raise ValueError(str(error)) from error
    return value


def _empty(asked: MessageField) -> str:
    label = asked.label.vi
    match asked.kind:
        case FieldKind.CHOICE | FieldKind.SCORE | FieldKind.AGENCY:
            return f"Chưa chọn “{label}”; hãy chọn một câu trả lời."
        case FieldKind.HIDDEN:
            return "Trang gửi thiếu thông tin về việc đang góp ý; hãy mở lại trang rồi gửi."
    return f"Chưa điền “{label}”; hãy điền vào ô này."


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
