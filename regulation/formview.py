"""A form as plain values, for templates: the site's build draws it, and the relay with faults."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from regulation.calendar import Duration, due
from regulation.case_rules import case_rules
from regulation.forms import (
    CONTACT,
    FILE_ENDINGS,
    FILE_MEGABYTES,
    SCORES,
    TICKED,
    FieldKind,
    MessageField,
    MessageForm,
    can_be_sealed,
    chosen_from,
    form_address,
)
from regulation.model import Route
from regulation.portal import Portal
from regulation.telling import acting, by_when
from regulation.yamlfile import VIETNAM

Plain = Mapping[str, Any]

_KEYBOARDS = {FieldKind.EMAIL: "email", FieldKind.PHONE: "tel"}
_TYPES = {FieldKind.EMAIL: "email", FieldKind.PHONE: "tel", FieldKind.LINE: "text"}
_LONG_LINE = 60
"""Characters from which on a line is as wide as a text."""

_OPTIONAL = "không bắt buộc"
_UNKNOWN_AGENCY = "Tôi không biết"
_CHOOSE_AGENCY = "Hãy chọn cơ quan"
_BY_FIELD = "Cơ quan phụ trách lĩnh vực"
_BY_OWNER = "Cơ quan phụ trách chuyên mục"


def form_view(
    portal: Portal, form: MessageForm, route: Route, on: dt.date, about: Plain | None = None
) -> Plain:
    """A form as its template draws it (``theme/templates/relay/form.html``).

    Args:
        portal: The portal.
        form: The form.
        route: The route that its messages take on the day.
        on: The day: agencies that exist then can be chosen.
        about: What a comment is about: ``id`` and ``title`` of the item.

    Returns:
        Strings, numbers, truth values, lists and mappings only.
    """
    return {
        "kind": form.kind,
        "slug": form.slug,
        "name": form.name.vi,
        "title": form.title.vi,
        "button": form.button.vi,
        "sealed": route.sealed,
        "seal": _seal_view(portal, form, route, on),
        "page": form_address(form),
        "about": dict(about) if about else None,
        "endings": ",".join(FILE_ENDINGS),
        "megabytes": FILE_MEGABYTES,
        "fields": [_field_view(portal, form, field, route, on) for field in form.fields],
    }


def _seal_view(portal: Portal, form: MessageForm, route: Route, on: dt.date) -> Plain | None:
    """What a browser must know to seal a message itself: to whom, and what the form demands.

    None where it cannot: nobody has keys, or the message is about an item that the relay must know.
    """
    if not route.sealed or not can_be_sealed(portal, route, on):
        return None
    if any(field.kind is FieldKind.HIDDEN for field in form.fields):
        return None
    typed = [field for field in form.fields if field.kind is not FieldKind.FILES]
    return {
        "portal": portal.id,
        "route": route.id,
        "unit": portal.current(route.to, on).id,
        "kind": form.kind,
        "keys": list(portal.sealed_to(route.to, on)),
        "contact": list(CONTACT),
        "fields": [
            {
                "name": field.name,
                "max": field.max or 0,
                "needed": field.required,
                "with": dict(field.needed_with),
            }
            for field in typed
        ],
    }


def _field_view(
    portal: Portal, form: MessageForm, field: MessageField, route: Route, on: dt.date
) -> Plain:
    kind = field.kind
    choices = {value: words.vi for value, words in field.choices.items()}
    if kind is FieldKind.SCORE:
        choices = {value: words.vi for value, words in SCORES.items()}
    elif kind is FieldKind.AGENCY:
        first = _CHOOSE_AGENCY if field.required else _UNKNOWN_AGENCY
        choices = {"": first} | {a.id: a.name.vi for a in chosen_from(portal, on)}
    elif kind is FieldKind.CONSENT:
        choices = {TICKED: field.label.vi}
    return {
        "name": field.name,
        "id": f"o-{field.name}",
        "kind": kind.value,
        "label": field.label.vi,
        "help": field.help.vi,
        "why": field.why.vi,
        "required": field.required,
        "note": "" if field.required else _needed_when(form, field) or _OPTIONAL,
        "max": field.max or 0,
        "type": _TYPES.get(kind, ""),
        "long": kind is FieldKind.LINE and (field.max or 0) > _LONG_LINE,
        "keyboard": _KEYBOARDS.get(kind, ""),
        # What is sealed is not to be found again by the next who uses the machine.
        "autocomplete": "off" if route.sealed else field.autocomplete,
        "choices": [{"value": value, "text": text} for value, text in choices.items()],
    }


def _needed_when(form: MessageForm, field: MessageField) -> str:
    """Beside which answer a field must be filled in: "cần khi chọn “Qua thư điện tử”"."""
    told = [
        asked.choices[value].vi
        for name, value in field.needed_with.items()
        if (asked := form.field(name)) and value in asked.choices
    ]
    return f"cần khi chọn “{'” hoặc “'.join(told)}”" if told else ""


def answers_view(form: Plain, values: Mapping[str, str]) -> list[Plain]:
    """What was answered, as people read it, in the form's order; what was left empty is left out.

    Args:
        form: What ``form_view`` made.
        values: The answers by the names of their fields.
    """
    rows: list[Plain] = []
    for field in form["fields"]:
        value = values.get(field["name"], "")
        if not value or field["kind"] in ("hidden", "files"):
            continue
        told = {choice["value"]: choice["text"] for choice in field["choices"]}
        text = "Có" if field["kind"] == "consent" else told.get(value, value)
        rows.append({"name": field["name"], "label": field["label"], "text": text})
    return rows


def promise_view(
    portal: Portal, form: MessageForm, route: Route, on: dt.date, unit: str = ""
) -> Plain:
    """What happens with a message: said before the first field, and once more on the receipt.

    Args:
        portal: The portal.
        form: The form.
        route: The route that its messages take on the day.
        on: The day.
        unit: The agency that answers, where it is known though the route leaves it open.
    """
    to = unit if route.to in ("field", "owner") else route.to
    answers = _agency_view(portal, to, on) if to else None
    open_to = {"field": _BY_FIELD, "owner": _BY_OWNER}.get(route.to, "")
    who = route.answered_by.vi
    named = portal.agency(to).name.vi if to else ""
    asked = [field for field in form.fields if field.personal]
    return {
        "told": [words.vi for words in (route.told, *form.told) if words.vi],
        "receiver": _agency_view(portal, route.receiver, on),
        "unit": answers,
        # The agency's own name says it already: "Ban Biên tập" of "Ban Biên tập Cổng …".
        "answered_by": "" if to and who in named else who or ("" if to else open_to),
        # Nobody answers a rating: it is counted.
        "answered": form.kind not in ("rating", "survey"),
        "taken": can_be_sealed(portal, route, on),
        "written": route.written,
        "deadlines": [
            {"text": by_when(rule, "vi"), "basis": "; ".join(rule.basis)}
            for rule in portal.in_force(map(portal.deadline, route.deadlines), on)
        ],
        "publish": route.publish.vi,
        "needed": _listed([field for field in asked if field.required]),
        "offered": _listed([field for field in asked if not field.required]),
        "kept": str(contact_kept(portal, on)),
        "sealed": route.sealed,
        "basis": "; ".join(route.basis),
        "note": route.note.vi,
    }


def contact_kept(portal: Portal, on: dt.date) -> Duration:
    """How long a contact is kept after a case is closed: as everywhere, or sooner if it says so."""
    own = [
        Duration(rule.amount, rule.unit)
        for rule in portal.in_force(portal.regulation.keeping, on)
        if rule.what == "contacts" and rule.amount and rule.unit
    ]
    start = dt.datetime.combine(on, dt.time(), VIETNAM)
    terms = [case_rules().terms["xoa-lien-he"].duration, *own]
    return min(terms, key=lambda term: due(portal.calendar, start, term) or start)


def _agency_view(portal: Portal, agency_id: str, on: dt.date) -> Plain:
    found = acting(portal, agency_id, on, "vi")
    return {
        "name": found.agency.name.vi,
        "url": f"/co-quan/{found.agency.id}/",
        "named": found.named,
        "checked": found.checked,
        "gone": found.gone,
    }


def _listed(fields: list[MessageField]) -> str:
    """The labels of fields in a sentence: "họ và tên, địa chỉ nơi ở"."""
    return ", ".join(field.label.vi[:1].lower() + field.label.vi[1:] for field in fields)
