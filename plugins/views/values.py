"""The value of a field as people read it, by the field's kind."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from plugins.site import Site, View
from plugins.views.common import agency_link, day, file_link, moment
from regulation.content_types import FieldSpec, Kind
from regulation.vietnamese import format_money, format_number


def shown(site: Site, spec: FieldSpec, value: Any, lang: str) -> View | None:
    """A field ready for a template: its label, its text and, by kind, more.

    Returns:
        ``label`` and ``text``; for days ``iso``; for addresses, agencies and items ``url``; for
        lists ``lines``; for rows ``rows``, each a mapping of such values; ``raw`` for templates
        that choose by a code. None when the field is empty.
    """
    if value is None or value == ():
        return None
    base: dict[str, Any] = {"label": spec.label.say(lang), "kind": spec.kind.value, "raw": value}
    return {**base, **_by_kind(site, spec, value, lang)}


def _by_kind(site: Site, spec: FieldSpec, value: Any, lang: str) -> Mapping[str, Any]:
    match spec.kind:
        case Kind.DATE:
            return day(value) or {}
        case Kind.MOMENT:
            return moment(site, value, lang) or {}
        case Kind.CHOICE:
            return {"text": spec.choices[value].say(lang)}
        case Kind.AGENCY:
            link = agency_link(site, value, lang)
            return {"text": link["name"], "url": link["url"]}
        case Kind.ITEM:
            item = site.library.item(value, lang)
            return {"text": item.title, "url": site.at(item.url)} if item else {"text": value}
        case Kind.MONEY:
            return {"text": format_money(value)}
        case Kind.PERCENT:
            return {"text": f"{_decimal(value)}\u00a0%"}
        case Kind.NUMBER:
            return {"text": _decimal(value)}
        case Kind.INTEGER:
            return {"text": format_number(value)}
        case Kind.FLAG:
            return {
                "text": ("Có" if lang == "vi" else "Yes")
                if value
                else ("Không" if lang == "vi" else "No")
            }
        case Kind.URL:
            return {"text": value.split("://", 1)[-1].rstrip("/"), "url": value}
        case Kind.EMAIL:
            return {"text": value, "url": f"mailto:{value}"}
        case Kind.PHONE:
            return {"text": value, "url": f"tel:{_digits(value)}"}
        case Kind.FILE | Kind.PICTURE | Kind.TABLE:
            if value in site.files:
                return {"text": value.rsplit("/", 1)[-1], **file_link(site, value)}
            return {"text": value.rsplit("/", 1)[-1]}
        case Kind.LINES:
            return {"text": "; ".join(value), "lines": list(value)}
        case Kind.GROUP:
            return {"text": "", "fields": fields(site, spec.fields, value, lang)}
        case Kind.ROWS:
            return {"text": "", "rows": [fields(site, spec.fields, row, lang) for row in value]}
        case _:
            return {"text": str(value)}


def fields(
    site: Site, specs: Mapping[str, FieldSpec], values: Mapping[str, Any], lang: str
) -> dict[str, View]:
    """Every field that holds something, by name, in the order of the content type."""
    made = {name: shown(site, spec, values.get(name), lang) for name, spec in specs.items()}
    return {name: view for name, view in made.items() if view is not None}


def _decimal(value: Decimal) -> str:
    exponent = value.as_tuple().exponent
    return format_number(value, -exponent if isinstance(exponent, int) and exponent < 0 else 0)


def _digits(phone: str) -> str:
    return "".join(char for char in phone if char.isdigit() or char == "+")
